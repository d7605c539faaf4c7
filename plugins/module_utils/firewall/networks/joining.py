# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Joins the networks of a host with its own addresses and adapters, by the index of the interface.

It takes plain data and returns plain data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ...ground.model import Adapter, OwnAddress, Protocol, Scope
from ..policy.rule import FirewallRule
from ..policy.stores import FirewallStores, Store
from ..policy.vocabulary import TCP, UDP, Direction, InterfaceType, Profile
from .network import Network

# IANA's numbers of interface types (MSFT_NetAdapter.InterfaceType; ipifcons.h).
_ETHERNET, _PPP, _WIRELESS = 6, 23, 71
# NDIS_PHYSICAL_MEDIUM (MSFT_NetAdapter.NdisPhysicalMedium; ntddndis.h).
_UNSPECIFIED, _WIRELESS_LAN, _NATIVE_802_11, _WIRED_802_3 = 0, 1, 9, 14

_BITS_OF_IPV4 = 32
#: Everything, for a family in which the host's subnets are not all known.
_ANYTHING = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}
# How many subnets are considered; no PC and hardly a server has a dozen.
_MOST_SUBNETS = 64
# How many networks of one interface get its addresses; no healthy host lists two.
_MOST_OF_INTERFACE = 4


def joined(
    networks: Iterable[Network], addresses: Sequence[OwnAddress], adapters: Iterable[Adapter] = ()
) -> tuple[Network, ...]:
    """The networks with what the addresses and adapters of the same host say about them.

    Args:
        networks: those with an interface index; others stay as they are.
        addresses: all addresses of the host; empty if they are unknown.
        adapters: its adapters, as far as they were read.
    """
    by_index = {each.index: each for each in adapters}
    own: dict[int, list[OwnAddress]] = {}
    for each in addresses:
        if each.usable and each.address.scope is not Scope.LOOPBACK:
            own.setdefault(each.interface, []).append(each)
    subnets = {index: _subnets(of_interface) for index, of_interface in own.items()}
    few = sum(map(len, subnets.values())) <= _MOST_SUBNETS
    unknown = _families_without_subnet(own.values()) if few else set(_ANYTHING)
    anything = tuple(_ANYTHING[family] for family in sorted(unknown))
    found = []
    given = Counter[int]()
    for network in networks:
        index = network.interface if network.interface is not None else -1
        # No interface has two networks. If a host says so, it is unknown which one counts.
        given[index] += 1
        if index in own and given[index] <= _MOST_OF_INTERFACE:
            of_others = (each for other in subnets if other != index for each in subnets[other])
            network = replace(
                network,
                addresses=tuple(each.address.text for each in own[index]),
                subnets=subnets[index][:_MOST_SUBNETS],
                # The keyword stands for the addresses "within the local subnet of the computer"
                # ([MS-FASP] 2.2.21), which leaves open whether those of other adapters count.
                perhaps_local=(*(of_others if few else ()), *anything),
            )
        if index in by_index:
            network = _of_adapter(network, by_index[index])
        found.append(network)
    return tuple(found)


def of_any_profile(
    own: str | None, addresses: Sequence[OwnAddress], adapters: Iterable[Adapter] = ()
) -> tuple[Network, ...]:
    """A network in each profile, for a host that lists no network for an adapter: which profile
    counts there is unknown.

    Args:
        own: the address of the adapter, without its zone; None if it is unknown.
        addresses, adapters: as for `joined`.
    """
    found = next((each for each in addresses if each.address.text == own), None)
    index = None if found is None else found.interface
    alias = "" if found is None else found.alias
    every = [Network(profile, alias=alias, interface=index) for profile in Profile]
    return tuple(joined([each], addresses, adapters)[0] for each in every)


def of_any_profile_by_interface(
    addresses: Sequence[OwnAddress], adapters: Iterable[Adapter] = ()
) -> dict[int, tuple[Network, ...]]:
    """As `of_any_profile`, for each interface that has an address, by its index."""
    aliases: dict[int, str] = {}
    for each in addresses:
        aliases.setdefault(each.interface, each.alias)
    every = [
        (index, Network(profile, alias=alias, interface=index))
        for index, alias in aliases.items()
        for profile in Profile
    ]
    found: dict[int, tuple[Network, ...]] = {}
    networks = joined([network for _index, network in every], addresses, adapters)
    for (index, _network), network in zip(every, networks, strict=True):
        found[index] = (*found.get(index, ()), network)
    return found


def _subnets(own: Iterable[OwnAddress]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(subnet for each in own if (subnet := _subnet(each)) is not None))


def _subnet(own: OwnAddress) -> str | None:
    """The subnet around an address, None if it is unknown. The mask of an IPv4 address is that of
    its subnet, also where it covers all of it: the end of a tunnel has no neighbours."""
    if own.address.family == "ipv4" and own.prefix == _BITS_OF_IPV4:
        return f"{own.address.text}/{own.prefix}"
    return own.subnet


def _families_without_subnet(interfaces: Iterable[Iterable[OwnAddress]]) -> set[str]:
    """The families in which an interface has an address, but shows no subnet of it: the prefix of
    an address from DHCPv6 covers all of it."""
    found = set()
    for own in interfaces:
        kinds = {True: set[tuple[str, Scope]](), False: set[tuple[str, Scope]]()}
        for each in own:
            # The link-local subnet says nothing about the others.
            kinds[_subnet(each) is not None].add((each.address.family, each.address.scope))
        found |= {family for family, _scope in kinds[False] - kinds[True]}
    return found


def _of_adapter(network: Network, adapter: Adapter) -> Network:
    return replace(
        network,
        interface_type=interface_type(adapter),
        interface_id=network.interface_id or adapter.guid,
        alias=network.alias or adapter.name,
    )


def interface_type(adapter: Adapter) -> InterfaceType | None:
    """The word that rules have for the kind of an adapter; None if that is uncertain.

    A virtual adapter is of the same type as a wired one, and so is one for Bluetooth; there is no
    word for mobile broadband ([MS-GPFAS] 2.2.2.8).
    """
    if adapter.kind == _WIRELESS or (
        adapter.kind == _ETHERNET and adapter.medium in (_WIRELESS_LAN, _NATIVE_802_11)
    ):
        return InterfaceType.WIRELESS
    if adapter.kind == _PPP:
        return InterfaceType.REMOTE_ACCESS
    wired = adapter.medium in (_WIRED_802_3, _UNSPECIFIED)
    if adapter.kind == _ETHERNET and wired and adapter.virtual is False:
        return InterfaceType.LAN
    return None


def interface_types_matter(
    stores: FirewallStores,
    ports: Collection[tuple[Protocol, int]] = (),
    *,
    outbound: bool = False,
) -> bool:
    """Whether an enabled rule of a direction has a condition on the type of the interface, so that
    the adapters are worth a request.

    Args:
        ports: those that inbound traffic is for; rules that are for none of them don't matter.
    """
    conditional = (
        rule
        for store in Store
        for rule in stores.of(store)
        if rule.interface_types and rule.active is not False
    )
    if outbound:
        return any(rule.direction is not Direction.IN for rule in conditional)
    return any(_lets_in(rule, ports) for rule in conditional)


def _lets_in(rule: FirewallRule, ports: Collection[tuple[Protocol, int]]) -> bool:
    """Whether a rule may be about inbound traffic to one of some ports."""
    if rule.direction is Direction.OUT or rule.package_sid or rule.package_family:
        return False
    numbers = rule.local_ports.numbers
    return any(
        rule.protocol in (None, TCP if protocol is Protocol.TCP else UDP)
        and (not rule.local_ports or rule.local_ports.keywords or port in numbers)
        for protocol, port in ports
    )
