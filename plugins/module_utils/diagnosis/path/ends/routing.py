# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How packets to an address leave a host: by which route, adapter and network, and from which of
its own addresses.

Of the routes that fit, the one with the longest prefix counts, and among several the one whose
metric is lowest together with that of its interface (Microsoft, "An explanation of the Automatic
Metric feature"). A connection starts from an address of the interface by which it leaves, because
Windows sends from no other unless WeakHostSend is set.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ....firewall.networks.joining import of_any_profile
from ....firewall.networks.network import Network
from ....ground.model import Adapter, AddressState, OwnAddress, Route
from ....pc.resolving.model import PrefixPolicy
from ....words.phrases import Phrase, Value
from .preferring import DEFAULT_POLICIES, Ip, ip, source

# IANA's numbers of interface types (MSFT_NetAdapter.InterfaceType; ipifcons.h): PPP, a tunnel, and
# what is no hardware, such as the adapters of WireGuard.
_TUNNELS = frozenset({23, 53, 131})


class NoWay(StrEnum):
    """Why packets don't leave."""

    OWN = "own"  # the address is one of the host's own, so they stay there
    DUPLICATE = "duplicate"  # another machine has the address from which they would start
    NO_ROUTE = "no_route"
    NO_ADDRESS = "no_address"  # there is a route, but no address to start from
    UNKNOWN = "unknown"  # routes or addresses were not read, or the link is unknown


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Packets to the address don't leave, or it is unknown how. `address` is the own address that
    this is about, None if there is none."""

    why: NoWay
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """How packets to an address leave.

    Attributes:
        address: the own address from which they start, with its zone.
        interface, adapter: the index of the interface and its name in Windows.
        next_hop: the router, None if the destination is directly connected.
        networks: those of the interface; one in each profile if the host lists none.
        beside: the name of another adapter that is in the subnet of the destination, though the
            route doesn't lead there.
        tunnel: whether the adapter is a VPN or another tunnel, None if its type is unknown.
        self_assigned: the own address is of those that Windows assigns itself where it finds no
            DHCP server, for a destination that is none of them.
        doubts: what keeps this from being certain, in whole sentences.
    """

    address: str
    interface: int
    adapter: str
    next_hop: str | None
    networks: tuple[Network, ...]
    beside: str | None = None
    tunnel: bool | None = False
    self_assigned: bool = False
    doubts: tuple[Value, ...] = ()


def route_to(
    address: str,
    addresses: Sequence[OwnAddress],
    routes: Sequence[Route],
    adapters: Sequence[Adapter] = (),
    networks: Iterable[Network] = (),
    policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
) -> Departure | NoRoute:
    """How packets to an address leave a host.

    Args:
        address: an IP address, perhaps with a zone of this host. The link of one without is known
            only if the host has a single one.
        addresses, routes, adapters: all of the host; empty if they are unknown.
        networks: the networks that it is connected to.

    Raises:
        ValueError: `address` is no IP address.
    """
    to = _plain(address)
    own = [each for each in addresses if ip(each.address.text) == to]
    if to.is_loopback or any(each.usable for each in own):
        return NoRoute(NoWay.OWN, str(to))
    if not addresses or not routes:
        return NoRoute(NoWay.UNKNOWN)
    reach = _fitting(address, to, addresses, routes)
    if reach is None:
        return NoRoute(NoWay.UNKNOWN)
    chosen, doubts = _cheapest(reach)
    duplicate = _duplicate(to, addresses)
    if chosen is None:
        why = NoWay.NO_ROUTE if duplicate is None else NoWay.DUPLICATE
        return NoRoute(why, None if duplicate is None else str(duplicate.address))
    of_interface = [
        each
        for each in addresses
        if each.interface == chosen.interface and each.address.family == chosen.family
    ]
    starts = source(str(to), chosen.next_hop, of_interface, policies)
    self_assigned = bool(starts) and _is_self_assigned(starts[0]) and not to.is_link_local
    if not starts or self_assigned:
        unusable = duplicate or _of_state(of_interface, AddressState.DUPLICATE)
        if unusable is not None:
            return NoRoute(NoWay.DUPLICATE, str(unusable.address))
    if not starts:
        waiting = next((each for each in of_interface if not each.usable), None)
        return NoRoute(NoWay.NO_ADDRESS, None if waiting is None else str(waiting.address))
    if len(starts) > 1:
        shown = tuple(str(each.address) for each in starts)
        doubts.append(Phrase("departure.several_addresses", {"addresses": shown}))
    found = starts[0]
    alias = _alias(chosen.interface, addresses, adapters)
    listed = tuple(each for each in networks if each.interface == chosen.interface)
    return Departure(
        str(found.address),
        chosen.interface,
        alias,
        chosen.next_hop,
        listed or of_any_profile(found.address.text, addresses, adapters),
        beside=_beside(to, chosen, addresses, adapters),
        tunnel=_is_tunnel(chosen.interface, adapters),
        self_assigned=self_assigned,
        doubts=tuple(doubts),
    )


def metrics_matter(
    targets: Iterable[str], addresses: Sequence[OwnAddress], routes: Sequence[Route]
) -> bool:
    """Whether the metrics of interfaces, which cost a request, decide by which route packets to one
    of these addresses leave."""
    for target in targets:
        reach = _fitting(target, _plain(target), addresses, routes) or ()
        if len({each.interface for each in _longest(reach)}) > 1:
            return True
    return False


def _plain(address: str) -> Ip:
    found = ip(address)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


def _fitting(
    address: str, to: Ip, addresses: Iterable[OwnAddress], routes: Iterable[Route]
) -> list[Route] | None:
    """The routes in use that lead to an address; None if its link is unknown."""
    family = "ipv4" if to.version == 4 else "ipv6"
    candidates = [each for each in routes if each.active and each.family == family]
    if to.version == 6 and to.is_link_local:
        zone = address.partition("%")[2]
        links = {
            each.interface
            for each in addresses
            if each.usable and each.address.family == family and ip(each.address.text).is_link_local
        }
        if zone.isascii() and zone.isdigit() and len(zone) <= 10:
            links &= {int(zone)}
        elif len(links) > 1 or zone:
            return None
        candidates = [each for each in candidates if each.interface in links]
    return [each for each in candidates if to in _network(each.destination)]


def _longest(routes: Iterable[Route]) -> list[Route]:
    lengths = [(_network(each.destination).prefixlen, each) for each in routes]
    longest = max((length for length, _route in lengths), default=0)
    return [each for length, each in lengths if length == longest]


def _cheapest(routes: Iterable[Route]) -> tuple[Route | None, list[Value]]:
    """The route that Windows takes, and what is uncertain about it."""
    longest = _longest(routes)
    if not longest:
        return None, []
    ranked = sorted(longest, key=lambda each: (_cost(each), each.interface, each.next_hop or ""))
    best = ranked[0]
    others = {each.interface for each in ranked[1:]} - {best.interface}
    unsure = any(each.metric is None or each.interface_metric is None for each in ranked)
    equal = any(_cost(each) == _cost(best) for each in ranked if each.interface in others)
    if others and (unsure or equal):
        key = "departure.unknown_metrics" if unsure else "departure.equal_metrics"
        return best, [Phrase(key, {"destination": best.destination, "count": len(others) + 1})]
    return best, []


def _cost(route: Route) -> int:
    return (route.metric or 0) + (route.interface_metric or 0)


def _duplicate(to: Ip, addresses: Iterable[OwnAddress]) -> OwnAddress | None:
    """An own address in the subnet of a destination, or the destination itself, that another
    machine has too."""
    for each in addresses:
        if each.state is AddressState.DUPLICATE:
            subnet = each.subnet
            if ip(each.address.text) == to or (subnet is not None and to in _network(subnet)):
                return each
    return None


def _of_state(addresses: Iterable[OwnAddress], state: AddressState) -> OwnAddress | None:
    return next((each for each in addresses if each.state is state), None)


def _is_self_assigned(own: OwnAddress) -> bool:
    address = ip(own.address.text)
    return address.version == 4 and address.is_link_local


def _alias(index: int, addresses: Iterable[OwnAddress], adapters: Iterable[Adapter]) -> str:
    names = [each.name for each in adapters if each.index == index]
    names += [each.alias for each in addresses if each.interface == index]
    return next((each for each in names if each), "")


def _is_tunnel(index: int, adapters: Iterable[Adapter]) -> bool | None:
    kind = next((each.kind for each in adapters if each.index == index), None)
    return None if kind is None else kind in _TUNNELS


def _beside(
    to: Ip, chosen: Route, addresses: Sequence[OwnAddress], adapters: Sequence[Adapter]
) -> str | None:
    if to.is_link_local:
        return None
    for each in addresses:
        other = each.usable and each.interface != chosen.interface
        if other and each.subnet is not None and to in _network(each.subnet):
            return _alias(each.interface, addresses, adapters) or None
    return None
