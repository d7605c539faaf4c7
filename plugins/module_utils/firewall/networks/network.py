# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network that the host is connected to, with what its firewall profile depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..policy.vocabulary import InterfaceType, Profile


@dataclass(frozen=True, slots=True)
class Network:
    """A connection to a network by which traffic comes in, and its firewall profile.

    `interface_id` is the GUID of the adapter, `interface` its interface index, `addresses` are the
    host's own addresses on it, without their zones, and `subnets` the subnets that it is directly
    connected to (``192.168.1.0/24``). `perhaps_local` are subnets of which it is unknown whether
    Windows counts them as local too. Unknown values are None or empty; conditions on them are then
    reported as open. `name` is the name of the network in Windows, `alias` that of the adapter.
    """

    profile: Profile
    interface_type: InterfaceType | None = None
    interface_id: str | None = None
    addresses: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    name: str = ""
    alias: str = ""
    interface: int | None = None
    perhaps_local: tuple[str, ...] = ()


# MSFT_NetConnectionProfile.NetworkCategory (documentation of the class).
NETWORK_CATEGORIES: Mapping[int, Profile] = {
    0: Profile.PUBLIC,
    1: Profile.PRIVATE,
    2: Profile.DOMAIN,
}
