# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Divides the traffic of an inbound rule into parts within which other rules treat all alike.

Its ports and its types of ICMP are divided where those of another rule begin or end; one of each
part represents it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ...asked.ports import PortSet
from ..judging.traffic import Listener
from ..judging.verdict import Firewall
from ..policy.addresses import Interval
from ..policy.rule import FirewallRule
from ..policy.stores import Store, all_rules
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP, Direction

_EVERY_PORT = ((1, 65_535),)
_ALL = PortSet(_EVERY_PORT)
# The ports that the words of other rules may mean (`matching`): for RPC, those from the lowest on.
_PORTS_OF_WORDS = {
    "RPC-EPMap": (135, 593),
    "RPC": (1025,),
    "DHCP": (68, 546),
    "mDNS": (5353,),
    "IPTLSIn": (443,),
    "IPHTTPSIn": (443,),
}
_ICMP = {4: ICMPV4, 6: ICMPV6}
_ICMP_OF = {protocol: family for family, protocol in _ICMP.items()}
_ANY_IPV4, _ANY_IPV6 = "0.0.0.0", "::"  # noqa: S104  (nothing is bound here)
# 255 is reserved, and Windows takes 256 for any.
_LAST_PROTOCOL = 254


def probes(
    rule: FirewallRule,
    firewall: Firewall,
    others: Collection[FirewallRule],
    held: tuple[Listener, ...] = (),
) -> list[Listener]:
    """Listeners that represent all the traffic of an inbound rule.

    The ports of other rules divide a range of ports into parts within which all ports are treated
    alike; one port represents each part. The same holds for types of ICMP. A rule for any protocol
    is represented by TCP, UDP, ICMP, each protocol that another rule names, and one that none does.

    Args:
        others: `other_rules`.
        held: what listens on the host. It represents its port if the rule names no program.
    """
    program = rule.program
    path = (firewall.environment.expand(program) or program) if program is not None else None
    services = (rule.service,) if rule.service not in (None, "*") else None
    # Every Windows has hundreds of rules for app packages, which open no port for a program.
    packaged = None if rule.package_sid or rule.package_family else False

    def listener(
        protocol: int, port: int | None = None, icmp: tuple[int, int] | None = None
    ) -> Listener:
        return Listener(protocol, port, "::", path, services, icmp, packaged)

    found: list[Listener] = []
    for protocol in _protocols(rule, others):
        here = [each for each in others if each.protocol in (None, protocol)]
        if protocol in _ICMP_OF:
            types = _icmp_types(rule, here)
            found += [listener(protocol, icmp=each) for each in types]
            continue
        if protocol not in (TCP, UDP):
            found.append(listener(protocol))
            continue
        at: dict[int, list[Listener]] = {}
        for each in held if program is None and services is None else ():
            if each.protocol == protocol and each.port is not None:
                at.setdefault(each.port, []).append(each)
        for port in sorted(_ports(rule, here, at)):
            found += at.get(port) or [listener(protocol, port)]
    return found


def in_one(held: Iterable[Listener]) -> tuple[Listener, ...]:
    """What listens, with one listener for what serves both families by a socket for each."""
    found: dict[Listener, set[str]] = {}
    for each in held:
        anywhere = replace(each, local_address=_ANY_IPV6, ipv6_only=False)
        key = anywhere if each.local_address in (_ANY_IPV4, _ANY_IPV6) else each
        found.setdefault(key, set()).add(each.local_address + "6" * each.ipv6_only)
    every = []
    for key, own in found.items():
        if own == {_ANY_IPV4}:
            key = replace(key, local_address=_ANY_IPV4)
        every.append(replace(key, ipv6_only=True) if own == {f"{_ANY_IPV6}6"} else key)
    return tuple(every)


def _protocols(rule: FirewallRule, others: Iterable[FirewallRule]) -> list[int]:
    if rule.protocol is not None:
        return [rule.protocol]
    served = families_of(rule)
    icmp = [protocol for family, protocol in _ICMP.items() if family in served]
    named = {each.protocol for each in others if each.protocol is not None}
    unnamed = next(each for each in range(_LAST_PROTOCOL, 0, -1) if each not in named)
    rest = sorted(named.difference((TCP, UDP), _ICMP_OF))
    return [TCP, UDP, *icmp, *rest, unnamed]


def families_of(rule: FirewallRule) -> tuple[int, ...]:
    """The families of addresses that a rule is for."""
    if rule.protocol in _ICMP_OF:
        return (_ICMP_OF[rule.protocol],)
    conditions = [each for each in (rule.remote_addresses, rule.local_addresses) if each]
    return tuple(
        family
        for family in (4, 6)
        if all(each.intervals(family) or each.keywords(family) for each in conditions)
    )


def other_rules(rule: FirewallRule, firewall: Firewall) -> list[FirewallRule]:
    """Other rules that may decide about a part of the traffic of a rule."""
    stores = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)
    is_for_package = bool(rule.package_sid or rule.package_family)
    return [
        each
        for each in all_rules(firewall.stores, stores)
        if each.direction is not Direction.OUT
        and each.enabled
        and (is_for_package or not (each.package_sid or each.package_family))
        and (each.protocol is None or rule.protocol in (None, each.protocol))
        and (
            rule.program is None
            or each.program is None
            or firewall.environment.may_be_same(each.program, rule.program)
        )
    ]


def _ports(rule: FirewallRule, others: Iterable[FirewallRule], held: Collection[int]) -> set[int]:
    """The ports that represent all those of a rule for TCP or UDP."""
    own = rule.local_ports
    ranges = own.numbers.ranges if own else _EVERY_PORT
    ports = {135} if "RPC-EPMap" in own.keywords else set()
    ports |= {first for first, _last in ranges}
    if any(first != last for first, last in ranges):
        borders = {border for each in others for border in _borders(each)}
        within = borders.union(held, (port + 1 for port in held))
        every = own.numbers if own else _ALL
        ports |= {port for port in within if port in every}
    return ports


def represented(
    rule: FirewallRule, listeners: Iterable[Listener]
) -> dict[tuple[int, int], Interval]:
    """The ports that each of the listeners of `probes` stands for, by its protocol and port."""
    by_protocol: dict[int, list[int]] = {}
    for each in listeners:
        if each.port is not None:
            by_protocol.setdefault(each.protocol, []).append(each.port)
    ranges = rule.local_ports.numbers.ranges if rule.local_ports else _EVERY_PORT
    firsts = [first for first, _last in ranges]
    found = {}
    for protocol, ports in by_protocol.items():
        behind = sorted(set(ports))
        for port, following in zip(behind, [*behind[1:], None], strict=True):
            place = bisect_right(firsts, port) - 1
            last = max(port, ranges[place][1]) if place >= 0 else port
            if following is not None:
                last = min(last, following - 1)
            found[protocol, port] = port, last
    return found


def _borders(rule: FirewallRule) -> Iterator[int]:
    """Where the ports of a rule begin, and the first ones behind them."""
    for first, last in rule.local_ports.numbers.ranges:
        yield from (first, last + 1)
    for word in rule.local_ports.keywords:
        for port in _PORTS_OF_WORDS.get(word, ()):
            yield from (port, port + 1)


def _icmp_types(rule: FirewallRule, others: Iterable[FirewallRule]) -> list[tuple[int, int]]:
    """The types and codes that represent all those of a rule for ICMP."""
    theirs = {each for other in others for each in other.icmp_types}

    def of_kind(kind: int) -> Iterator[tuple[int, int]]:
        """Each code that another rule names, and one that none names."""
        codes = {other for one, other in theirs if one == kind and other is not None}
        unnamed = next((each for each in range(256) if each not in codes), 0)
        return ((kind, each) for each in (*codes, unnamed))

    if not rule.icmp_types:
        named = {kind for kind, _code in theirs}
        unnamed = next((kind for kind in range(256) if kind not in named), 0)
        return sorted({each for kind in (*named, unnamed) for each in of_kind(kind)})
    return sorted(
        {
            each
            for kind, code in rule.icmp_types
            for each in (of_kind(kind) if code is None else ((kind, code),))
        }
    )
