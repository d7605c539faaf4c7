# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The traffic that a rule is for, as a set that can be compared exactly.

A rule matches the traffic that meets all of its conditions ([MS-FASP] 2.2.37), so it is a box: one
set of values for each thing that it may have a condition on. What can be counted is a set of
numbers; what can't, such as a program, has a number for each name that some rule has. A keyword,
whose ports or addresses only Windows knows, has a number of its own, so it is contained in the same
keyword, in any, and in nothing else. So `without` takes away only what the other rule is certainly
for, and an empty rest is proof.

What is left of a box is a list of boxes, which share nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from ....ground.names import ascii_upper, name_key
from ...policy.addresses import AddressSet, Interval, common, merge, without
from ...policy.environment import Environment
from ...policy.rule import FirewallRule, PortCondition
from ...policy.vocabulary import (
    ADDRESS_KEYWORDS,
    PORT_KEYWORDS,
    TCP,
    UDP,
    EdgeTraversal,
    Profile,
)
from ...reach.sweep import Work

Values: TypeAlias = "tuple[Interval, ...]"
#: The values of each thing, in the order of `Space.box`.
Box: TypeAlias = "tuple[Values, ...]"

#: The fields of a rule that its box has, or has beside others; `Space.box` reads them.
FIELDS = frozenset(
    {
        "profiles",
        "protocol",
        "local_ports",
        "remote_ports",
        "icmp_types",
        "remote_addresses",
        "local_addresses",
        "program",
        "service",
        "package_sid",
        "interfaces",
        "interface_types",
    }
)
# Where they are in a box.
_PROFILES, _PROTOCOL, _PROGRAM = 0, 1, 7
_PORTS_IN_BOX, _ADDRESSES_IN_BOX = (2, 3), (5, 6)
# Into how many parts a box may fall.
_MOST_PARTS = 64
_EVERY = 1 << 32
_PORTS, _V4, _V6 = 1 << 16, 1 << 32, 1 << 128
_PROFILE_NUMBERS = {each: number for number, each in enumerate(Profile)}
# Two words for one port have one spelling in CIM.
_PORT_CIM = sorted({each.cim for each in PORT_KEYWORDS.values()})
_PORT_WORDS = {word: _PORT_CIM.index(each.cim) + _PORTS for word, each in PORT_KEYWORDS.items()}
_ADDRESS_WORDS = {each: number for number, each in enumerate(sorted(ADDRESS_KEYWORDS))}
_FIRST_WORD = {4: _V4 + _V6, 6: _V4 + _V6 + len(_ADDRESS_WORDS)}
_FIRST = {4: 0, 6: _V4}
_LAST = {4: _V4 - 1, 6: _V4 + _V6 - 1}
_ALL_ADDRESSES = ((0, _V4 + _V6 + 2 * len(_ADDRESS_WORDS) - 1),)
_OF_FAMILY = {
    family: ((_FIRST[family], _LAST[family]), (word, word + len(_ADDRESS_WORDS) - 1))
    for family, word in _FIRST_WORD.items()
}
_ALL_PORTS = ((0, _PORTS + len(_PORT_CIM) - 1),)
_ALL_NAMES = ((0, _EVERY),)
_ALL_PROTOCOLS = ((0, 255),)
_ALL_TYPES = ((0, 65_535),)


class Space:
    """Makes boxes of the rules of one host, which can be compared with one another.

    Args:
        environment: its folders: two ways to write a path may be one program.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        # 0 stands for what no rule names: for services, for traffic of none.
        self._names: dict[tuple[str, str], int] = {}
        self._programs: dict[str, Values] = {}

    def box(self, rule: FirewallRule) -> Box:
        """The traffic that a rule is for, apart from its direction and from conditions of other
        kinds. Of a rule for any address by its flag, it may be more than that."""
        anywhere = rule.may_ignore_remote
        remote = _ALL_ADDRESSES if anywhere else _of_addresses(rule.remote_addresses)
        local = _of_addresses(rule.local_addresses)
        for family in (4, 6):
            # Both addresses of traffic are of one family.
            if not common(remote, _OF_FAMILY[family]) or not common(local, _OF_FAMILY[family]):
                remote = without(remote, _OF_FAMILY[family])
                local = without(local, _OF_FAMILY[family])
        return (
            _of_profiles(rule.effective_profiles),
            _ALL_PROTOCOLS if rule.protocol is None else ((rule.protocol, rule.protocol),),
            _of_ports(rule.local_ports),
            _ALL_PORTS if anywhere else _of_ports(rule.remote_ports),
            _of_types(rule),
            remote,
            local,
            self._program(rule.program),
            self._service(rule.service),
            self._named("package", rule.package_sid or rule.package_family),
            self._each_named("interface", map(ascii_upper, rule.interfaces)),
            self._each_named("type", (each.value for each in rule.interface_types)),
            ((0, int(rule.edge_traversal is not EdgeTraversal.BLOCK)),),
        )

    def _number(self, kind: str, name: str) -> Interval:
        number = self._names.setdefault((kind, name), len(self._names) + 1)
        return number, number

    def _named(self, kind: str, name: str | None) -> Values:
        return _ALL_NAMES if name is None else (self._number(kind, name_key(name)),)

    def _each_named(self, kind: str, names: Iterable[str]) -> Values:
        return merge(self._number(kind, each) for each in names) or _ALL_NAMES

    def _program(self, path: str | None) -> Values:
        if path is None:
            return _ALL_NAMES
        found = self._programs.get(path)
        if found is None:
            key = self._environment.plain(path) or name_key(self._environment.expand(path) or path)
            found = self._programs[path] = (self._number("program", key),)
        return found

    def _service(self, name: str | None) -> Values:
        return ((1, _EVERY),) if name == "*" else self._named("service", name)


def program_of(box: Box) -> Values:
    """The programs of a box."""
    return box[_PROGRAM]


def _of_profiles(profiles: Collection[Profile]) -> Values:
    numbers = (_PROFILE_NUMBERS[each] for each in profiles)
    return merge((number, number) for number in numbers)


def in_profiles(box: Box, profiles: Collection[Profile]) -> Box | None:
    """The part of a box in some profiles; None if there is none."""
    kept = common(box[_PROFILES], _of_profiles(profiles))
    return (kept, *box[1:]) if kept else None


def _of_ports(condition: PortCondition) -> Values:
    if not condition:
        return _ALL_PORTS
    numbers = condition.numbers.ranges
    if numbers and numbers[0][0] <= 1 and numbers[0][1] == _PORTS - 1:
        return _ALL_PORTS  # whatever Windows chooses for a keyword is one of them
    words = (_PORT_WORDS[each.lower()] for each in condition.keywords)
    return merge((*numbers, *((number, number) for number in words)))


def _of_types(rule: FirewallRule) -> Values:
    if not rule.icmp_types:
        return _ALL_TYPES
    return merge(
        (kind << 8, kind << 8 | 255) if code is None else (kind << 8 | code, kind << 8 | code)
        for kind, code in rule.icmp_types
    )


def _of_addresses(condition: AddressSet) -> Values:
    if not condition:
        return _ALL_ADDRESSES
    found: list[Interval] = []
    for family in (4, 6):
        first, words = _FIRST[family], _FIRST_WORD[family]
        if condition.covers_all(family):
            found += _OF_FAMILY[family]
            continue
        found += ((first + low, first + high) for low, high in condition.intervals(family))
        numbers = (words + _ADDRESS_WORDS[each.lower()] for each in condition.keywords(family))
        found += ((number, number) for number in numbers)
    return merge(found)


def is_every_address(rule: FirewallRule) -> bool:
    """Whether a rule is for every remote address, of both families."""
    return _of_addresses(rule.remote_addresses) == _ALL_ADDRESSES


def holds(outer: Box, inner: Box) -> bool:
    """Whether all of a box is in another."""
    return all(
        mine is its or mine == its or not without(its, mine)
        for mine, its in zip(outer, inner, strict=True)
    )


def shares(one: Box, other: Box) -> bool:
    """Whether two boxes have anything in common."""
    return all(mine is its or bool(common(mine, its)) for mine, its in zip(one, other, strict=True))


def taken_from(box: Box, other: Box) -> list[Box]:
    """What is left of a box without another, in parts that have nothing in common; the box itself
    if they share nothing."""
    if not shares(box, other):
        return [box]
    parts = []
    rest = list(box)
    for thing, its in enumerate(other):
        left = () if rest[thing] is its else without(rest[thing], its)
        if left:
            parts.append((*rest[:thing], left, *rest[thing + 1 :]))
            rest[thing] = common(rest[thing], its)
    return parts


def _by_number(box: Box) -> list[Box]:
    """The parts of a box for each family of addresses. One for any port or address is for numbers
    alone: what a keyword means is one of them."""
    found = list(box)
    first = 1 if not without(box[_PROTOCOL], ((TCP, TCP), (UDP, UDP))) else 0
    for thing in _PORTS_IN_BOX:
        if box[thing] == _ALL_PORTS:
            found[thing] = ((first, _PORTS - 1),)
    parts = []
    for numbers, words in _OF_FAMILY.values():
        part = list(found)
        for thing in _ADDRESSES_IN_BOX:
            part[thing] = common(box[thing], (numbers, words))
            if not without((numbers,), part[thing]):
                part[thing] = (numbers,)
        if all(part):
            parts.append(tuple(part))
    return parts


def covered(box: Box, others: Sequence[Box], work: Work) -> list[int] | None:
    """Which of other boxes hold all of a box together, as their places: one of them if it is
    enough. None if they don't, or if it falls into too many parts to see.

    Raises TooMuchWorkError.
    """
    for place, each in enumerate(others):
        if holds(each, box):
            return [place]
    left, used = _by_number(box), []
    for place, each in enumerate(others):
        work.take(len(left))
        parts = [part for one in left for part in taken_from(one, each)]
        if parts != left:
            used.append(place)
        if not parts:
            return used
        if len(parts) > _MOST_PARTS:
            return None
        left = parts
    return None
