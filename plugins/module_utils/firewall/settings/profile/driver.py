# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes the settings of profiles as a task wants them, and tells what is in force then.

Everything is read and judged before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ....asked.ports import PortSet
from ....host.host import Host, HostError
from ....words.phrases import Phrase, Value
from ....wsman.soap.faults import MISSING_CLASS
from ...changing.changes import flows_to, read_with_ports
from ...changing.judged import Near
from ...changing.moves.broken_off import ChangeError, Standing
from ...changing.writer import StepError
from ...judging import reading
from ...judging.reading import FirewallReading
from ...policy.environment import Environment
from ..winrm_guard import Outlook, outlook
from .options import BY_NAME, Wish
from .plan import ProfilePlan, afterwards, plans
from .reading import read_local
from .run import carry_out

# The folder of Windows itself for the log, in which the firewall may write.
_LOG_FOLDER = "%systemroot%\\system32\\logfiles\\firewall\\"


@dataclass(frozen=True)
class ProfileChanges:
    """What a task did to the profiles, and the host's state afterwards.

    Attributes:
        plans: one for each profile that the task names.
        reading: the host afterwards, or as it would be.
        notes: sentences for the user.
    """

    plans: tuple[ProfilePlan, ...]
    reading: FirewallReading
    notes: tuple[Value, ...] = ()

    @property
    def changed(self) -> bool:
        return any(each.changed for each in self.plans)


def make(host: Host, wish: Wish, *, check: bool = False, force: bool = False) -> ProfileChanges:
    """Change the profiles of a host as wished.

    Args:
        check: change nothing, but report what would change.
        force: change even what could cut WinRM off.

    Raises:
        HostError: the host could not be read.
        ChangeError: the change is refused, or was not made.
    """
    before, winrm = read_with_ports(host)
    if before.stopped and before.problem is not None:
        values: dict[str, Value] = {"host": host.name, "problem": before.problem}
        raise ChangeError(Phrase("change.unworkable", values))
    try:
        local = read_local(host)
    except HostError as error:
        if error.kind in MISSING_CLASS:
            raise ChangeError(StepError.of(error).phrase) from error
        raise
    made = plans(wish, local, before.environment)
    after = afterwards(before, made)
    changed = [each for each in made if each.changed]
    expected = _outlook(host, winrm, before, after) if changed else Outlook()
    if expected.refusal is not None and not force:
        raise ChangeError(expected.refusal)
    notes: list[Value] = [*expected.elsewhere, *_folders(changed, before.environment)]
    if changed and not check:
        # A forced change may end the connection, so the profile that it uses comes last.
        order = sorted(made, key=lambda each: each.profile in before.active_profiles)
        carry_out(host, order, before.environment)
        after = _read_again(host, before, made)
    return ProfileChanges(made, after, tuple(notes))


def _outlook(
    host: Host, winrm: PortSet, before: FirewallReading, after: FirewallReading
) -> Outlook:
    near = Near(host)
    return outlook(before, after, lambda: flows_to(host, winrm), near.addresses)


def _read_again(
    host: Host, before: FirewallReading, made: Iterable[ProfilePlan]
) -> FirewallReading:
    """The host after the change, with what its policies leave of it."""
    try:
        return replace(before, stores=reading.read_stores(host))
    except HostError as error:
        standings = {
            each.profile: Standing.CHANGED if each.changed else Standing.UNCHANGED for each in made
        }
        told = Phrase("profile.not_read_again", {"error": error.phrase})
        raise ChangeError(
            told, changed=True, unreachable=error.unreachable, profiles=standings
        ) from error


def _folders(made: Iterable[ProfilePlan], environment: Environment) -> Iterable[Phrase]:
    """What to know about a log in another folder than that of Windows: it has to be there, and the
    service has to have the right to write in it (documentation of Set-NetFirewallProfile,
    LogFileName)."""
    option = BY_NAME["log_file_name"]
    named: dict[str, None] = {}
    for each in made:
        path = each.written.get(option.name)
        if isinstance(path, str):
            own = _LOG_FOLDER + path.rpartition("\\")[2]
            if not option.same(path, own, environment):
                named[path] = None
    return [Phrase("profile.log_folder", {"path": each}) for each in named]
