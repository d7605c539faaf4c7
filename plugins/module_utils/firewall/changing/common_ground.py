# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What two rules have in common, one CIM object at a time: the traffic that both of them mean.

A rule means the traffic that meets all of its objects, so that what two rules have in common is
what their objects have in common, object by object. Direction and action are no traffic to be
shared: rules that differ in one of them have nothing in common here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..judging.traffic import Environment
from ..parts.cim_values import (
    ADDRESS_FILTER,
    APPLICATION_FILTER,
    INTERFACE_TYPE_FILTER,
    PROTOCOL_PORT_FILTER,
    RULE,
    SERVICE_FILTER,
)
from ..policy.addresses import AddressSet, Interval
from ..policy.rule import FirewallRule, IcmpType, PortCondition
from ..policy.vocabulary import ALL_PROFILES, EdgeTraversal

# An edge traversal policy lets in what those before it do; the two that leave it to somebody else
# are not comparable.
_EDGE_ORDER = {
    EdgeTraversal.BLOCK: 0,
    EdgeTraversal.DEFER_TO_USER: 1,
    EdgeTraversal.DEFER_TO_APP: 1,
    EdgeTraversal.ALLOW: 2,
}


@dataclass(frozen=True)
class Common:
    """What one object of two rules has in common.

    `rule` has that object so that it means what both mean, the rest is that of the first rule; None
    if there is nothing, or nothing that could be written. `exact` is False where there may be more
    that both mean than is told here.
    """

    rule: FirewallRule | None
    exact: bool = True


_NOTHING = Common(None)
_UNKNOWN = Common(None, exact=False)


def common(
    class_name: str, first: FirewallRule, second: FirewallRule, environment: Environment
) -> Common:
    """What one object of two rules has in common, by the name of its class."""
    return _READERS[class_name](first, second, environment)


def _rule(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Common:
    profiles = first.effective_profiles & second.effective_profiles
    if first.direction is not second.direction or first.action is not second.action or not profiles:
        return _NOTHING
    if profiles == ALL_PROFILES:
        profiles = frozenset()
    found = replace(first, profiles=profiles)
    if first.edge_traversal is second.edge_traversal:
        return Common(found)
    one, other = _EDGE_ORDER[first.edge_traversal], _EDGE_ORDER[second.edge_traversal]
    if one == other:
        return Common(replace(found, edge=False, defer=None), exact=False)
    lower = first if one < other else second
    return Common(replace(found, edge=lower.edge, defer=lower.defer))


def _ports_and_types(
    first: FirewallRule, second: FirewallRule, _environment: Environment
) -> Common:
    if first.protocol is None:
        return Common(_with_ports(first, second))
    if second.protocol is None:
        return Common(first)
    if first.protocol != second.protocol:
        return _NOTHING
    local, exact_local = _common_ports(first.local_ports, second.local_ports)
    remote, exact_remote = _common_ports(first.remote_ports, second.remote_ports)
    types = _common_types(first.icmp_types, second.icmp_types)
    exact = exact_local and exact_remote
    if local is None or remote is None or types is None:
        certainly = (
            (local is None and exact_local) or (remote is None and exact_remote) or types is None
        )
        return _NOTHING if certainly else _UNKNOWN
    found = replace(first, local_ports=local, remote_ports=remote, icmp_types=types)
    return Common(found, exact)


def _with_ports(rule: FirewallRule, other: FirewallRule) -> FirewallRule:
    return replace(
        rule,
        protocol=other.protocol,
        local_ports=other.local_ports,
        remote_ports=other.remote_ports,
        icmp_types=other.icmp_types,
    )


def _common_ports(first: PortCondition, second: PortCondition) -> tuple[PortCondition | None, bool]:
    if not first or not second:
        return first or second, True
    numbers = first.numbers.intersection(second.numbers)
    found = PortCondition(numbers, first.keywords & second.keywords)
    # Windows chooses the ports behind a word, so that a word and a number may mean the same.
    exact = first.keywords == second.keywords or found in (first, second)
    return (found, exact) if found else (None, exact)


def _common_types(
    first: frozenset[IcmpType], second: frozenset[IcmpType]
) -> frozenset[IcmpType] | None:
    if not first or not second:
        return first or second
    found = {
        (kind, code if other is None else other)
        for kind, code in first
        for other_kind, other in second
        if kind == other_kind and (code is None or other is None or code == other)
    }
    return frozenset(found) or None


def _addresses(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Common:
    local, exact_local = _common_addresses(first.local_addresses, second.local_addresses)
    remote, exact_remote = _common_addresses(first.remote_addresses, second.remote_addresses)
    if local is None or remote is None:
        certainly = (local is None and exact_local) or (remote is None and exact_remote)
        return _NOTHING if certainly else _UNKNOWN
    found = replace(first, local_addresses=local, remote_addresses=remote)
    return Common(found, exact_local and exact_remote)


def _common_addresses(first: AddressSet, second: AddressSet) -> tuple[AddressSet | None, bool]:
    if not first or not second:
        return first or second, True
    found = AddressSet(
        _common_intervals(first.v4, second.v4),
        _common_intervals(first.v6, second.v6),
        first.v4_keywords & second.v4_keywords,
        first.v6_keywords & second.v6_keywords,
    )
    exact = all(_is_exact(found, first, second, family) for family in (4, 6))
    return (found, exact) if found else (None, exact)


def _is_exact(found: AddressSet, first: AddressSet, second: AddressSet, family: int) -> bool:
    """Whether nothing of one family is left out: Windows finds out what a word means, which may be
    what the other set has in numbers."""
    words, others = first.keywords(family), second.keywords(family)
    if words == others:
        return True
    here = (found.intervals(family), found.keywords(family))
    for one in (first, second):
        if not one.intervals(family) and not one.keywords(family):
            return True
        if here == (one.intervals(family), one.keywords(family)):
            return True
    return False


def _common_intervals(
    first: tuple[Interval, ...], second: tuple[Interval, ...]
) -> tuple[Interval, ...]:
    found = []
    mine, theirs = 0, 0
    while mine < len(first) and theirs < len(second):
        low = max(first[mine][0], second[theirs][0])
        high = min(first[mine][1], second[theirs][1])
        if low <= high:
            found.append((low, high))
        if first[mine][1] < second[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return tuple(found)


def _program(first: FirewallRule, second: FirewallRule, environment: Environment) -> Common:
    if first.program is None or second.program is None:
        return Common(replace(first, program=first.program or second.program))
    one, other = environment.expand(first.program), environment.expand(second.program)
    # A path with a variable that is not known may be any file.
    return _UNKNOWN if one is None or other is None else _NOTHING


def _service(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Common:
    for one, other in ((first, second), (second, first)):
        if one.service is None or (one.service == "*" and other.service is not None):
            return Common(replace(first, service=other.service))
    # Two services may share a process.
    return _UNKNOWN


def _interface_types(
    first: FirewallRule, second: FirewallRule, _environment: Environment
) -> Common:
    if not first.interface_types or not second.interface_types:
        either = first.interface_types or second.interface_types
        return Common(replace(first, interface_types=either))
    found = first.interface_types & second.interface_types
    return Common(replace(first, interface_types=found)) if found else _NOTHING


_READERS: Mapping[str, Callable[[FirewallRule, FirewallRule, Environment], Common]] = {
    RULE: _rule,
    PROTOCOL_PORT_FILTER: _ports_and_types,
    ADDRESS_FILTER: _addresses,
    APPLICATION_FILTER: _program,
    SERVICE_FILTER: _service,
    INTERFACE_TYPE_FILTER: _interface_types,
}
