# SPDX-License-Identifier: GPL-3.0-or-later
"""By which interface, from which address, and to which router a machine sends.

The longest prefix counts, then the sum of the metrics of route and interface (Microsoft, "Guidance for
Active and passive routing" of Get-NetRoute's RouteMetric and InterfaceMetric). The source: RFC 6724 5, of
which rules 1 to 3, 7 and 8 are here, and that an address with SkipAsSource is none.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from winsim.network_state import DEPRECATED, LOOPBACK_INDEX, VALID, Network, OwnAddress, Route

_Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Departure:
    """`source` has its zone, where it has one."""

    source: str
    index: int
    #: The unspecified address on the link itself.
    next_hop: str


def depart(network: Network, target: str) -> Departure | None:
    """How the machine sends to that address, which may have the index of an interface as its zone;
    None where no route leads there, or no address may be used."""
    bare, _percent, zone = target.partition("%")
    ip = ipaddress.ip_address(bare)
    if ip.is_loopback or network.interface_of(bare) is not None:
        return Departure(bare, LOOPBACK_INDEX, bare)
    for route in sorted(_leading_to(network, ip, zone), key=lambda each: _rank(network, each)):
        source = _source(network, route, ip)
        if source is not None:
            return Departure(source.text, route.index, route.next_hop)
    return None


def _leading_to(network: Network, ip: _Ip, zone: str) -> Iterator[Route]:
    unconnected = {each.index for each in network.unconnected}
    for route in network.routes:
        destination = ipaddress.ip_network(route.destination)
        if (
            route.active
            and destination.version == ip.version
            and ip in destination
            and zone in {"", str(route.index)}
            and route.index not in unconnected
        ):
            yield route


def _rank(network: Network, route: Route) -> tuple[int, int]:
    prefix = ipaddress.ip_network(route.destination).prefixlen
    return -prefix, route.metric + network.metric_of(route.index)


def _source(network: Network, route: Route, ip: _Ip) -> OwnAddress | None:
    hop = ipaddress.ip_address(route.next_hop.partition("%")[0])
    towards = ip if hop.is_unspecified else hop
    found = [
        each
        for each in network.addresses
        if each.index == route.index
        and each.ip.version == ip.version
        and each.state in VALID
        and not each.skip_as_source
    ]
    return min(
        found,
        key=lambda each: (
            each.ip.is_link_local != ip.is_link_local,
            each.state == DEPRECATED,
            not each.temporary,
            -_common(each.ip, towards if ip.version == 4 else ip),
        ),
        default=None,
    )


def _common(one: _Ip, other: _Ip) -> int:
    """How many bits two addresses of a family have in common at their beginning."""
    if one.version != other.version:
        return 0
    return one.max_prefixlen - (int(one) ^ int(other)).bit_length()
