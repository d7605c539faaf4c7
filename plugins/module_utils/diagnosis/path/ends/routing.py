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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from ....firewall.networks.joining import of_any_profile_by_interface
from ....firewall.networks.network import Network
from ....ground.model import Adapter, AddressState, OwnAddress, Route
from ....pc.resolving.model import PrefixPolicy
from ....words.phrases import Phrase, Value
from .preferring import DEFAULT_POLICIES, Ip, Preferences, Starts, ip

T = TypeVar("T")

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


class Ways:
    """All that decides how packets leave a host, so that the way to each of many addresses is found
    without a look at everything again: both hosts may have as many addresses as are read.

    Args:
        addresses, routes, adapters: all of the host; empty if they are unknown.
        networks: the networks that it is connected to.
        policies: its table of preferences among addresses.
    """

    def __init__(
        self,
        addresses: Sequence[OwnAddress],
        routes: Sequence[Route],
        adapters: Sequence[Adapter] = (),
        networks: Iterable[Network] = (),
        policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
    ) -> None:
        self._known = bool(addresses) and bool(routes)
        self._addresses, self._adapters = addresses, adapters
        self._preferences = Preferences(policies)
        self._by_interface: dict[tuple[int, str], list[OwnAddress]] = {}
        for each in addresses:
            key = each.interface, each.address.family
            self._by_interface.setdefault(key, []).append(each)
        self._interfaces: dict[tuple[int, str], _Interface] = {}
        self._routes = _Prefixes((each.destination, each) for each in routes if each.active)
        self._choices: dict[tuple[object, ...], _Choice] = {}
        self._networks: dict[int | None, list[Network]] = {}
        for network in networks:
            self._networks.setdefault(network.interface, []).append(network)

    def to(self, address: str) -> Departure | NoRoute:
        """How packets to an address leave the host; see `route_to`."""
        to = _plain(address)
        if to.is_loopback or to in self._usable:
            return NoRoute(NoWay.OWN, str(to))
        if not self._known:
            return NoRoute(NoWay.UNKNOWN)
        choice = self._choice(address, to)
        if choice is None:
            return NoRoute(NoWay.UNKNOWN)
        chosen = choice.route
        duplicate = self._duplicate(to)
        if chosen is None:
            why = NoWay.NO_ROUTE if duplicate is None else NoWay.DUPLICATE
            return NoRoute(why, None if duplicate is None else str(duplicate.address))
        interface = self._interface(chosen.interface, chosen.family)
        starts = interface.starts.towards(to, chosen.next_hop)
        first = next(iter(starts.members), None)
        self_assigned = first is not None and _is_self_assigned(first) and not to.is_link_local
        if first is None or self_assigned:
            unusable = duplicate or interface.duplicate
            if unusable is not None:
                return NoRoute(NoWay.DUPLICATE, str(unusable.address))
        if first is None:
            waiting = interface.waiting
            return NoRoute(NoWay.NO_ADDRESS, None if waiting is None else str(waiting.address))
        doubts = choice.doubts
        if len(starts.members) > 1:
            key = "departure.several_addresses"
            doubts = (*doubts, Phrase(key, {"addresses": starts.shown}))
        kind = self._kinds.get(chosen.interface)
        listed = self._networks.get(chosen.interface)
        return Departure(
            str(first.address),
            chosen.interface,
            self._aliases.get(chosen.interface, ""),
            chosen.next_hop,
            tuple(listed) if listed else self._of_any_profile[chosen.interface],
            beside=self._beside(to, chosen),
            tunnel=None if kind is None else kind in _TUNNELS,
            self_assigned=self_assigned,
            doubts=doubts,
        )

    def start(self, address: str) -> OwnAddress | None:
        """The own address from which a connection to an address starts; None if none does."""
        way = self.to(address)
        if isinstance(way, NoRoute):
            return self._by_text.get(way.address or "") if way.why is NoWay.OWN else None
        return self._by_text.get(way.address)

    def metrics_matter(self, address: str) -> bool:
        """Whether the metrics of interfaces decide by which route packets to an address leave."""
        choice = self._choice(address, _plain(address))
        return choice is not None and choice.interfaces > 1

    # Of several of one kind, the first counts.

    @cached_property
    def _by_text(self) -> Mapping[str, OwnAddress]:
        return {str(each.address): each for each in reversed(self._addresses)}

    @cached_property
    def _usable(self) -> frozenset[Ip]:
        return frozenset(ip(each.address.text) for each in self._addresses if each.usable)

    @cached_property
    def _links(self) -> frozenset[int]:
        """The interfaces that have a link-local address of IPv6."""
        return frozenset(
            each.interface
            for each in self._addresses
            if each.usable and each.address.family == "ipv6" and ip(each.address.text).is_link_local
        )

    @cached_property
    def _aliases(self) -> Mapping[int, str]:
        names = [(each.index, each.name) for each in self._adapters]
        names += [(each.interface, each.alias) for each in self._addresses]
        return {index: name for index, name in reversed(names) if name}

    @cached_property
    def _kinds(self) -> Mapping[int, int | None]:
        return {each.index: each.kind for each in reversed(self._adapters)}

    @cached_property
    def _of_any_profile(self) -> Mapping[int, tuple[Network, ...]]:
        return of_any_profile_by_interface(self._addresses, self._adapters)

    @cached_property
    def _duplicates(self) -> tuple[Mapping[Ip, int], _Prefixes[int]]:
        """The places of the addresses that another machine has too: by the address, and by its
        subnet."""
        places = [
            (place, each)
            for place, each in enumerate(self._addresses)
            if each.state is AddressState.DUPLICATE
        ]
        return (
            {ip(each.address.text): place for place, each in reversed(places)},
            _Prefixes((each.subnet, place) for place, each in places if each.subnet is not None),
        )

    @cached_property
    def _subnets(self) -> _Prefixes[int]:
        """The places of the addresses that are the first of their interface in a subnet."""
        first: dict[tuple[str, int], int] = {}
        for place, each in enumerate(self._addresses):
            if each.usable and each.subnet is not None:
                first.setdefault((each.subnet, each.interface), place)
        return _Prefixes((subnet, place) for (subnet, _interface), place in first.items())

    def _interface(self, index: int, family: str) -> _Interface:
        key = index, family
        if key not in self._interfaces:
            own = self._by_interface.get(key, ())
            self._interfaces[key] = _Interface(
                Starts(own, self._preferences),
                next((each for each in own if each.state is AddressState.DUPLICATE), None),
                next((each for each in own if not each.usable), None),
            )
        return self._interfaces[key]

    def _choice(self, address: str, to: Ip) -> _Choice | None:
        """The route that Windows takes; None if the link of the address is unknown."""
        links: frozenset[int] | None = None
        if to.version == 6 and to.is_link_local:
            zone, links = address.partition("%")[2], self._links
            if zone.isascii() and zone.isdigit() and len(zone) <= 10:
                links &= {int(zone)}
            elif len(links) > 1 or zone:
                return None
        for network, routes in self._routes.around(to):
            key = network, links
            if key not in self._choices:
                self._choices[key] = _chosen(
                    [each for each in routes if links is None or each.interface in links]
                )
            if self._choices[key].route is not None:
                return self._choices[key]
        return _Choice()

    def _duplicate(self, to: Ip) -> OwnAddress | None:
        """An own address in the subnet of a destination, or the destination itself, that another
        machine has too."""
        by_address, by_subnet = self._duplicates
        places = [by_address[to]] if to in by_address else []
        places += [of_subnet[0] for _network, of_subnet in by_subnet.around(to)]
        return self._addresses[min(places)] if places else None

    def _beside(self, to: Ip, chosen: Route) -> str | None:
        if to.is_link_local:
            return None
        places = []
        for _network, of_subnet in self._subnets.around(to):
            # One of an interface at most, so the second is of another one.
            for place in of_subnet[:2]:
                if self._addresses[place].interface != chosen.interface:
                    places.append(place)
                    break
        if not places:
            return None
        return self._aliases.get(self._addresses[min(places)].interface)


@dataclass(frozen=True, slots=True)
class _Interface:
    """The addresses of one family of an interface: of which connections start, the first that
    another machine has too, and the first that can't be used."""

    starts: Starts
    duplicate: OwnAddress | None
    waiting: OwnAddress | None


@dataclass(frozen=True, slots=True)
class _Choice:
    """The route that Windows takes of some to the same network, None if there is none; what is
    uncertain about it, and by how many interfaces they lead."""

    route: Route | None = None
    doubts: tuple[Value, ...] = ()
    interfaces: int = 0


class _Prefixes(Generic[T]):
    """Things that belong to networks, given as texts, which are found by an address in them."""

    def __init__(self, things: Iterable[tuple[str, T]]) -> None:
        self._found: dict[tuple[int, int], dict[int, list[T]]] = {}
        for text, thing in things:
            network = _network(text)
            key = network.version, network.prefixlen
            number = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            self._found.setdefault(key, {}).setdefault(number, []).append(thing)
        self._lengths = sorted(self._found, reverse=True)

    def around(self, to: Ip) -> Iterator[tuple[tuple[int, int, int], list[T]]]:
        """What belongs to each network with an address in it, in its order; the longest prefix
        first. Each network has something to tell it by."""
        for version, length in self._lengths:
            if version == to.version:
                number = int(to) >> (to.max_prefixlen - length)
                found = self._found[version, length].get(number)
                if found is not None:
                    yield (version, length, number), found


def route_to(
    address: str,
    addresses: Sequence[OwnAddress],
    routes: Sequence[Route],
    adapters: Sequence[Adapter] = (),
    networks: Iterable[Network] = (),
    policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
) -> Departure | NoRoute:
    """How packets to an address leave a host. For many addresses of one host, take `Ways`.

    Args:
        address: an IP address, perhaps with a zone of this host. The link of one without is known
            only if the host has a single one.
        addresses, routes, adapters, networks, policies: as for `Ways`.

    Raises:
        ValueError: `address` is no IP address.
    """
    return Ways(addresses, routes, adapters, networks, policies).to(address)


def metrics_matter(
    targets: Iterable[str], addresses: Sequence[OwnAddress], routes: Sequence[Route]
) -> bool:
    """Whether the metrics of interfaces, which cost a request, decide by which route packets to one
    of these addresses leave."""
    ways = Ways(addresses, routes)
    return any(ways.metrics_matter(each) for each in targets)


def _plain(address: str) -> Ip:
    found = ip(address)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


def _chosen(routes: Iterable[Route]) -> _Choice:
    """The route that Windows takes of some to the same network."""
    ranked = sorted(routes, key=lambda each: (_cost(each), each.interface, each.next_hop or ""))
    if not ranked:
        return _Choice()
    best = ranked[0]
    interfaces = {each.interface for each in ranked}
    others = {each.interface for each in ranked[1:]} - {best.interface}
    unsure = any(each.metric is None or each.interface_metric is None for each in ranked)
    equal = any(_cost(each) == _cost(best) for each in ranked if each.interface in others)
    doubts: tuple[Value, ...] = ()
    if others and (unsure or equal):
        key = "departure.unknown_metrics" if unsure else "departure.equal_metrics"
        told: dict[str, Value] = {"destination": best.destination, "count": len(others) + 1}
        doubts = (Phrase(key, told),)
    return _Choice(best, doubts, len(interfaces))


def _cost(route: Route) -> int:
    return (route.metric or 0) + (route.interface_metric or 0)


def _is_self_assigned(own: OwnAddress) -> bool:
    address = ip(own.address.text)
    return address.version == 4 and address.is_link_local
