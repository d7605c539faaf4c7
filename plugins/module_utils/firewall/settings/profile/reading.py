# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the local values of the profiles, which are the ones that can be changed.

They are those of MSFT_NetFirewallProfile, which shows the local store unless it is asked for
another one. The values in force come from the registry, with those of policies
(`judging.reading`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ....ground.names import name_key
from ....host.host import Host, HostError
from ....wsman.cim import classes
from ....wsman.cim.row_values import text
from ...policy.vocabulary import Profile
from .options import OPTIONS, Local, UnknownValueError

#: The values of a profile by options; one that nothing here knows is left out.
Values: TypeAlias = Mapping[str, Local]


def read_local(host: Host) -> dict[Profile, Values]:
    """The local values of each profile.

    Raises:
        HostError: they could not be read, or a profile is missing.
    """
    names = ("InstanceID", "Name", *(each.cim_property for each in OPTIONS))
    rows = host.enumerate(classes.NET_FIREWALL_PROFILE, names, needed=("Name",))
    found: dict[Profile, Values] = {}
    for row in rows:
        profile = _profile(text(row, "Name"))
        if profile is None:
            continue
        if profile in found:
            raise _incomplete(host, "profile.twice", profile)
        values: dict[str, Local] = {}
        for option in OPTIONS:
            try:
                values[option.name] = option.of_cim(row.values.get(option.cim_property))
            except UnknownValueError:
                continue
        found[profile] = values
    for profile in Profile:
        if profile not in found:
            raise _incomplete(host, "profile.missing", profile)
    return found


def _profile(name: str) -> Profile | None:
    key = name_key(name)
    return next((each for each in Profile if name_key(each.word) == key), None)


def _incomplete(host: Host, key: str, profile: Profile) -> HostError:
    return HostError(key, host=host.name, url=host.url, name=profile.word)
