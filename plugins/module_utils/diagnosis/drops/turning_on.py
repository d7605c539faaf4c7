# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do where Windows records no drops, and which of its logs are not read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ...firewall.policy.profile_settings import BesideTraffic, Origin
from ...firewall.policy.stores import FirewallStores
from ...firewall.policy.vocabulary import Profile
from ...ground.names import name_key
from ...pc.drops.model import Record
from ...pc.drops.reading import Records, State
from ...pc.programs.commands import LOG_FOLDER
from ...words.phrases import Phrase
from ..causes.model import Remedy, RemedyTask

FIREWALL_PROFILE = "portkeeper.windows.firewall_profile"
_POLICIES = (Origin.GROUP_POLICY, Origin.MDM)
_FOLDER = name_key(LOG_FOLDER)


def logs_of(stores: FirewallStores | None) -> Mapping[Profile, BesideTraffic]:
    """The settings of the firewall's log in each profile, empty if they are unknown."""
    if stores is None or not stores.readable:
        return {}
    return {profile: settings.beside for profile, settings in stores.profiles.items()}


def remedies(
    records: Records, logs: Mapping[Profile, BesideTraffic], active: Collection[Profile]
) -> tuple[Remedy, ...]:
    """How to have Windows record drops that it doesn't record yet.

    Args:
        logs: the settings of the firewall's log, empty if they are unknown.
        active: the profiles of the networks that the host is connected to; empty if unknown.
    """
    return tuple(_remedies(records, logs, active))


def _remedies(
    records: Records, logs: Mapping[Profile, BesideTraffic], active: Collection[Profile]
) -> Iterator[Remedy]:
    if records.state(Record.NET_EVENTS) is State.UNREAD:
        yield Remedy(Phrase("drop_remedy.net_events"))
    silent = [each for each in Profile if each in logs and not logs[each].log_blocked.value]
    silent = [each for each in silent if not active or each in active]
    own = [each for each in silent if logs[each].log_blocked.origin not in _POLICIES]
    for profile in own:
        word = profile.word.lower()
        values = {"profile": Phrase(f"profile.{word}")}
        task = RemedyTask(
            Phrase("task.log_drops", values),
            FIREWALL_PROFILE,
            {"profiles": [word], "log_blocked": True},
        )
        yield Remedy(Phrase("drop_remedy.log", values), task)
    for profile in silent:
        if profile not in own:
            values = {"profile": Phrase(f"profile.{profile.word.lower()}")}
            yield Remedy(Phrase("drop_remedy.log_by_policy", {**values}))
    if records.state(Record.SECURITY_LOG) is State.OFF:
        yield Remedy(Phrase("drop_remedy.audit"))


def other_logs(logs: Mapping[Profile, BesideTraffic]) -> tuple[str, ...]:
    """The files of logs that are not among those that are read: their names come from the host, and
    no text of a host is in a command line."""
    found = (each.log_file.value for each in logs.values() if each.log_blocked.value)
    return tuple(dict.fromkeys(each for each in found if not _is_read(each)))


def _is_read(path: str) -> bool:
    folder, _backslash, name = path.rpartition("\\")
    plain = name_key(folder).replace("%windir%", "%systemroot%")
    known = {_FOLDER, _FOLDER.replace("%systemroot%", "c:\\windows")}
    return plain in known and name_key(name).endswith(".log")
