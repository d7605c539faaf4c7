# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that stand against another one: those that may match some of its traffic, and decide
before it.

Most rules of a host have none, and then nothing else has to be asked about them. The others are
compared condition by condition, as sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ...ground.names import name_key
from ..judging.deciding import switched_on, voided_by
from ..judging.matching import CompiledRule
from ..judging.rule_index import Compiler
from ..parts.table import OPTIONS
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.stores import ORDINARY, RESTRICTING, FirewallStores, Store
from ..policy.vocabulary import Action, Direction, Profile

# What a block rule says of NAT edge devices keeps nothing out.
_NO_CONDITION = frozenset({"direction", "action", "profiles", "edge_traversal"})
# To compare lists of so many ranges takes as long again as all the rest.
_LONG = 8
# Whose traffic a restriction is about that names nobody.
_ANYBODY = ("", "")
_OF_TRAFFIC = tuple(
    each for each in OPTIONS if not each.only_text and each.name not in _NO_CONDITION
)


@dataclass(frozen=True)
class Against:
    """The rules that stand against another one, in the order in which they are named.

    `whole` are those that decide about all of its traffic, `part` those that certainly decide about
    some of it, and `perhaps` those that may do so under conditions.
    """

    whole: tuple[CompiledRule, ...] = ()
    part: tuple[CompiledRule, ...] = ()
    perhaps: tuple[CompiledRule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.whole or self.part or self.perhaps)


class Rivals:
    """The rules of one direction that may stand against others.

    Args:
        stores: what was read from a host.
        compiler: compiles its rules.
        direction: that of the rules.
    """

    def __init__(self, stores: FirewallStores, compiler: Compiler, direction: Direction) -> None:
        self._stores = stores
        self._environment = compiler.environment
        ordinary = [
            each
            for each in _compiled(stores, compiler, direction, ORDINARY)
            if each.action is not Action.ALLOW
        ]
        self._blocks = [each for each in ordinary if each.action is Action.BLOCK]
        self._bypasses = [each for each in ordinary if each.action is Action.BYPASS]
        self._restricting: dict[tuple[str, str], list[CompiledRule]] = {}
        for each in _compiled(stores, compiler, direction, RESTRICTING):
            for key in list(_keys(each)) or [_ANYBODY]:
                self._restricting.setdefault(key, []).append(each)
        #: How many pairs of rules were compared condition by condition so far; one with long lists
        #: counts as several.
        self.compared = 0
        #: How many ranges of ports were looked through besides, of rules that have several.
        self.looks = 0
        self._most_restricting = max(map(len, self._restricting.values()), default=0)

    @property
    def size(self) -> int:
        """How many comparisons one question costs at most."""
        return len(self._blocks) + len(self._bypasses) + 2 * self._most_restricting + 1

    def against(self, compiled: CompiledRule, profile: Profile) -> Against:
        """The rules that stand against one of the others in a profile."""
        blocks = compiled.action is Action.BLOCK
        # What IPsec authenticates is let in whatever block rules say ([MS-FASP] 2.2.34).
        others = () if compiled.action is Action.BYPASS else self._blocks
        whole: list[CompiledRule] = []
        part: list[CompiledRule] = []
        perhaps: list[CompiledRule] = []
        for each in self._bypasses if blocks else others:
            if not self._counts(each, profile) or not self._may_meet(compiled, each):
                continue
            self.compared += 1 + (_length(compiled.rule) + _length(each.rule)) // _LONG
            meeting = _meeting(compiled.rule, each.rule, self._environment)
            if meeting is Meeting.NOTHING:
                continue
            if each.open or blocks or meeting is Meeting.PERHAPS:
                perhaps.append(each)
            else:
                (whole if meeting is Meeting.ALL else part).append(each)
        if not blocks:
            perhaps += [
                each
                for each in self._restrictions(compiled)
                if profile in each.rule.effective_profiles and self._may_meet(compiled, each)
            ]
        return Against(*(tuple(sorted(one, key=_rank)) for one in (whole, part, perhaps)))

    def _restrictions(self, compiled: CompiledRule) -> Iterator[CompiledRule]:
        """Those of services and app containers that a rule names. What restricts others is no
        reason why it does not count (`effects.answer.without_hardening`)."""
        for key in (_ANYBODY, *_keys(compiled)):
            yield from self._restricting.get(key, ())

    def _counts(self, compiled: CompiledRule, profile: Profile) -> bool:
        if profile not in compiled.rule.effective_profiles:
            return False
        settings = self._stores.profiles[profile]
        return compiled.store is not Store.LOCAL or voided_by(compiled.kind, settings) is None

    def _may_meet(self, one: CompiledRule, other: CompiledRule) -> bool:
        """Whether two rules may match the same traffic, judged by what differs most often."""
        first, second = one.rule, other.rule
        if None not in (first.protocol, second.protocol) and first.protocol != second.protocol:
            return False
        for mine, its in (
            (first.local_ports, second.local_ports),
            (first.remote_ports, second.remote_ports),
        ):
            numbers = bool(mine and its) and not (mine.keywords or its.keywords)
            if not numbers:
                continue
            self.looks += (len(mine.numbers.ranges) + len(its.numbers.ranges)) // 2 - 1
            if mine.numbers.isdisjoint(its.numbers):
                return False
        return (
            _same_package(first, second)
            and _same_service(one, other)
            and self._same_program(one, other)
        )

    def _same_program(self, one: CompiledRule, other: CompiledRule) -> bool:
        first, second = one.rule.program, other.rule.program
        if first is None or second is None:
            return True
        if one.program is not None and other.program is not None:
            return one.program == other.program
        return self._environment.may_be_same(first, second)


def _compiled(
    stores: FirewallStores, compiler: Compiler, direction: Direction, which: Sequence[Store]
) -> Iterator[CompiledRule]:
    restricts = which is RESTRICTING
    policies = {
        name_key(rule.rule_id)
        for store in (Store.GROUP_POLICY, Store.MDM)
        for rule in stores.of(store)
    }
    for store in which:
        for rule in stores.of(store):
            if rule.direction in (direction, None) and switched_on(rule, restricts):
                same_id = store is Store.LOCAL and name_key(rule.rule_id) in policies
                compiled = compiler.compiled(rule, store, restricts=restricts, same_id=same_id)
                if compiled is not None:
                    yield compiled


def _keys(compiled: CompiledRule) -> Iterator[tuple[str, str]]:
    """Whose traffic a rule is about, if it is about that of one service, program or package."""
    rule = compiled.rule
    package = rule.package_sid or rule.package_family
    if package is not None:
        yield "package", name_key(package)
    elif compiled.service is not None:
        yield "service", compiled.service
        if not compiled.restricts and compiled.program is not None:
            yield "program", compiled.program
    elif compiled.program is not None:
        yield "program", compiled.program


def _rank(compiled: CompiledRule) -> tuple[int, str, str]:
    return compiled.rank


def _same_package(first: FirewallRule, second: FirewallRule) -> bool:
    mine = first.package_sid or first.package_family
    its = second.package_sid or second.package_family
    if its is None:
        return True
    if mine is None:
        # Rules for packages are about none of the other programs.
        return False
    return name_key(mine) == name_key(its)


def _same_service(one: CompiledRule, other: CompiledRule) -> bool:
    wild = (None, "*")
    if one.service in wild or other.service in wild:
        return True
    return one.service == other.service


def _length(rule: FirewallRule) -> int:
    """How many ranges of ports and addresses a rule lists."""
    ports = (rule.local_ports.numbers.ranges, rule.remote_ports.numbers.ranges)
    sides = (rule.local_addresses, rule.remote_addresses)
    return sum(map(len, ports)) + sum(len(each.v4) + len(each.v6) for each in sides)


class Meeting(Enum):
    """What a rule has in common with another one."""

    ALL = "all"
    PART = "part"
    PERHAPS = "perhaps"
    NOTHING = "nothing"


def _meeting(inner: FirewallRule, outer: FirewallRule, environment: Environment) -> Meeting:
    """How much of the traffic of the first rule the second one matches, by the conditions that
    `parts` knows."""
    found = Meeting.ALL
    for option in _OF_TRAFFIC:
        value = option.compare or option.show
        if value is not None and value(inner, environment) == value(outer, environment):
            continue
        shared = option.shared(inner, outer, environment)
        if shared.values is None and shared.exact:
            return Meeting.NOTHING
        if shared.values is None or not shared.exact:
            found = Meeting.PERHAPS
        elif any(getattr(inner, name) != each for name, each in shared.values.items()):
            found = Meeting.PART if found is Meeting.ALL else found
    # What Windows documents in two ways (`judging.matching`).
    odd = outer.may_ignore_remote or outer.package_sid or outer.package_family
    return Meeting.PERHAPS if odd and found is not Meeting.NOTHING else found
