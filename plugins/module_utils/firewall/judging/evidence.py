# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that match some traffic, which is what a verdict is based on.

Everything but the remote address is judged once, so a question about many remote addresses costs
little more than one about a single address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Protocol, TypeAlias

from ..networks.network import Network
from ..policy.besides_rules import Demand
from ..policy.stores import Store
from .matching import CompiledRule, Conditions, match_around, match_remote
from .rule_index import RuleIndex
from .traffic import Traffic

#: A rule that matches, and the conditions that stay open.
Match: TypeAlias = "tuple[CompiledRule, Conditions]"


class SecurityMatch(NamedTuple):
    """A connection security rule that matches in one of its ways (`besides_rules.SecurityRule`),
    and the conditions that stay open."""

    store: Store
    demand: Demand
    way: CompiledRule
    conditions: Conditions


class Evidence(Protocol):
    """The rules that match traffic in the profile of its network: the ordinary ones, those that
    restrict services and app containers, and those of connection security."""

    @property
    def network(self) -> Network: ...

    @property
    def ordinary(self) -> Sequence[Match]: ...

    @property
    def restricting(self) -> Sequence[Match]: ...

    @property
    def security(self) -> Sequence[SecurityMatch]: ...


class Around(NamedTuple):
    """A rule that matches traffic apart from its condition on the remote address, and the
    conditions that stay open: those named before that one, and those named behind it.
    `depends_on_remote`: it may match some remote addresses and not others."""

    compiled: CompiledRule
    before: Conditions
    behind: Conditions
    depends_on_remote: bool

    def at(self, traffic: Traffic, number: int | None) -> Conditions | None:
        """The conditions that stay open for a remote address of the traffic's family, None for any;
        None if the rule does not match."""
        if not self.depends_on_remote:
            return self.before + self.behind
        remote = match_remote(self.compiled, traffic, number)
        return None if remote is None else self.before + remote + self.behind

    def borders(self, traffic: Traffic) -> Iterator[int]:
        """Where parts of the remote addresses begin within which `at` is the same for all. The
        first part begins with 0; some may be told apart in vain."""
        condition, family = self.compiled.rule.remote_addresses, traffic.family
        parts = [condition.intervals(family)]
        if "LocalSubnet" in condition.keywords(family) and traffic.subnets:
            parts += [traffic.subnets, traffic.perhaps_local]
        for first, last in chain.from_iterable(parts):
            yield from (first, last + 1)


class SecurityAround(NamedTuple):
    """A connection security rule that matches traffic apart from its remote address, in each of
    these ways."""

    store: Store
    demand: Demand
    ways: Sequence[Around]


def all_around(rules: Iterable[CompiledRule], traffic: Traffic) -> list[Around]:
    """Those of some rules that match in the profile of the traffic's network, apart from their
    conditions on the remote address."""
    profile = traffic.network.profile
    found = []
    for each in rules:
        if not each.rule.profiles or profile in each.rule.profiles:
            conditions = match_around(each, traffic)
            if conditions is not None:
                found.append(Around(each, *conditions, bool(each.rule.remote_addresses)))
    return found


class RulesAround:
    """The rules that match some traffic apart from its remote address. Each kind is found when it
    is first asked for.

    Args:
        asked: the traffic.
        ordinary, restricting: where to find rules of these kinds.
        security: a function that finds those of connection security.
    """

    def __init__(
        self,
        asked: Traffic,
        ordinary: RuleIndex,
        restricting: RuleIndex,
        security: Callable[[Traffic], Sequence[SecurityAround]],
    ) -> None:
        self.asked = asked
        self._ordinary = ordinary
        self._restricting = restricting
        self._security = security

    @cached_property
    def ordinary(self) -> Sequence[Around]:
        return all_around(self._ordinary.candidates(self.asked), self.asked)

    @cached_property
    def restricting(self) -> Sequence[Around]:
        return all_around(self._restricting.candidates(self.asked), self.asked)

    @cached_property
    def security(self) -> Sequence[SecurityAround]:
        return self._security(self.asked)

    @property
    def depend_on_remote(self) -> bool:
        """Whether any of them may match some remote addresses and not others."""
        every = chain(self.ordinary, self.restricting, *(each.ways for each in self.security))
        return any(each.depends_on_remote for each in every)

    def without(self, needless: Callable[[Around], bool]) -> RulesAround:
        """The same without some of the rules that restrict services and app containers."""
        found = copy(self)
        found.restricting = [each for each in self.restricting if not needless(each)]
        return found

    def at(self, number: int | None) -> Evidence:
        """The evidence about traffic from a remote address, None for any."""
        return _At(self, number)


class _At:
    """The rules that match traffic from one remote address."""

    def __init__(self, rules: RulesAround, number: int | None) -> None:
        self._rules = rules
        self._number = number

    @property
    def network(self) -> Network:
        return self._rules.asked.network

    @cached_property
    def ordinary(self) -> Sequence[Match]:
        return list(self._matches(self._rules.ordinary))

    @cached_property
    def restricting(self) -> Sequence[Match]:
        return list(self._matches(self._rules.restricting))

    @cached_property
    def security(self) -> Sequence[SecurityMatch]:
        found = []
        for store, demand, ways in self._rules.security:
            matches = list(self._matches(ways))
            if matches:
                best = min(matches, key=lambda match: len(match[1]))
                found.append(SecurityMatch(store, demand, *best))
        return found

    def _matches(self, rules: Iterable[Around]) -> Iterator[Match]:
        asked, number = self._rules.asked, self._number
        for each in rules:
            conditions = each.at(asked, number)
            if conditions is not None:
                yield each.compiled, conditions
