# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that match some traffic, which is what a verdict is based on.

Everything but the remote address is judged once, so a question about many remote addresses costs
little more than one about a single address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import fields
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeAlias

from ..networks.network import Network
from ..policy.besides_rules import Demand
from ..policy.stores import Store
from ..policy.vocabulary import Action, Profile
from .decision import is_about_program
from .matching import CompiledRule, Conditions, match_around, match_remote
from .rule_index import RuleIndex
from .traffic import Traffic

#: A rule that matches, and the conditions that stay open.
Match: TypeAlias = "tuple[CompiledRule, Conditions]"


#: The nature of a rule (`CompiledRule`), and whether conditions stay open.
Kind: TypeAlias = "tuple[tuple[object, ...], bool]"


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
    `depends_on_remote`: it may match some remote addresses and not others; if not, all conditions
    are in `before`. `kind`: two that match
    and have the same one mean the same for whether the traffic is allowed."""

    compiled: CompiledRule
    before: Conditions
    behind: Conditions
    depends_on_remote: bool
    kind: Kind

    def at(self, traffic: Traffic, number: int | None) -> Conditions | None:
        """The conditions that stay open for a remote address of the traffic's family, None for any;
        None if the rule does not match."""
        if not self.depends_on_remote:
            return self.before
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
    """Those of some rules that match in any profile, apart from their conditions on the remote
    address."""
    found = []
    for each in rules:
        conditions = match_around(each, traffic)
        if conditions is not None and not (
            # What is planned is certainly such a program only if nothing of that is open.
            traffic.planned and is_about_program(conditions[0]) and _is_for_windows(each, traffic)
        ):
            before, behind = conditions
            kind = each.nature, bool(before or behind)
            if each.rule.remote_addresses:
                found.append(Around(each, before, behind, True, kind))
            else:
                found.append(Around(each, before + behind, (), False, kind))
    return found


def _is_for_windows(compiled: CompiledRule, traffic: Traffic) -> bool:
    """Whether a rule is for a program of Windows or an app package, and names no port. Every
    Windows has dozens that restrict services, and many that open all ports to such a program."""
    rule = compiled.rule
    if compiled.restricts:
        # What lets through some of the traffic that such a rule blocks counts even if that is open.
        return compiled.action is Action.BLOCK
    if rule.local_ports or traffic.program is not None:
        return False
    of_package = bool(rule.package_sid or rule.package_family)
    program = compiled.program
    return of_package or (program is not None and compiled.environment.is_windows_path(program))


def _in_profile(rules: Iterable[Around], profile: Profile) -> list[Around]:
    bit = profile.value
    return [each for each in rules if not each.compiled.profiles or each.compiled.profiles & bit]


class InAnyProfile:
    """The rules that match some traffic in any profile, apart from its remote address: often, the
    same is asked about each profile, family and network. Each kind is found when it is first asked
    for.

    Args:
        asked: the traffic, in whichever profile.
        ordinary, restricting: where to find rules of these kinds.
        security: a function that finds those of connection security.
        before: what was asked before. If it differs by the family or the network alone, only the
            rules are judged again that are for certain addresses or adapters of this host.
    """

    def __init__(
        self,
        asked: Traffic,
        ordinary: RuleIndex,
        restricting: RuleIndex,
        security: Callable[[Traffic], Sequence[SecurityAround]],
        before: InAnyProfile | None = None,
    ) -> None:
        self.asked = asked
        self._indexes = ordinary, restricting
        self._security = security
        self._elsewhere: InAnyProfile | None = None
        self._of_any_network = _of_any_network(asked)
        if before is not None and before._of_any_network == self._of_any_network:
            # The first of several, so that none is kept that is no longer needed.
            self._elsewhere = before._elsewhere or before

    @cached_property
    def ordinary(self) -> Sequence[Around]:
        return self._around(self._ordinary_apart)

    @cached_property
    def restricting(self) -> Sequence[Around]:
        return self._around(self._restricting_apart)

    @cached_property
    def security(self) -> Sequence[SecurityAround]:
        return self._security(self.asked)

    @cached_property
    def _ordinary_apart(self) -> _Apart:
        known = self._elsewhere
        return self._apart(self._indexes[0]) if known is None else known._ordinary_apart

    @cached_property
    def _restricting_apart(self) -> _Apart:
        known = self._elsewhere
        return self._apart(self._indexes[1]) if known is None else known._restricting_apart

    def _apart(self, index: RuleIndex) -> _Apart:
        # Another firewall of the host may have asked the same index the same.
        return index.once(self._of_any_network, lambda: self._found(index))

    def _found(self, index: RuleIndex) -> _Apart:
        every = index.candidates(self.asked)
        local = [each for each in every if each.of_place]
        of_any = [each for each in every if not each.of_place] if local else every
        return all_around(of_any, self.asked), local

    def _around(self, apart: _Apart) -> Sequence[Around]:
        of_any, local = apart
        found = all_around(local, self.asked)
        if not found:
            return of_any
        return sorted((*of_any, *found), key=lambda each: each.compiled.rank)

    def is_for(self, asked: Traffic) -> bool:
        """Whether these are the rules for some traffic, apart from its profile."""
        mine, its = self.asked, asked
        return _of_any_profile(mine.network) == _of_any_profile(its.network) and (
            _but_network(mine) == _but_network(its)
        )


#: The rules of a kind that match apart from the remote address and are for any address and adapter
#: of this host, and the others that may match.
_Apart: TypeAlias = "tuple[list[Around], list[CompiledRule]]"


def _all_but(made: type[Traffic] | type[Network], *names: str) -> Callable[[object], object]:
    """What gives the values of all fields but these, to be compared."""
    return attrgetter(*(each.name for each in fields(made) if each.name not in names))


_but_network = _all_but(Traffic, "network")
_of_any_profile = _all_but(Network, "profile")
#: Traffic without what its family and its network decide.
_of_any_network = _all_but(
    Traffic,
    *("network", "family", "local_number", "remote_number"),
    *("local_numbers", "subnets", "perhaps_local"),
)


class RulesAround:
    """The rules that match some traffic in its profile, apart from its remote address.

    Args:
        asked: the traffic.
        every: those that match it in any profile.
    """

    def __init__(self, asked: Traffic, every: InAnyProfile) -> None:
        self.asked = asked
        self.every = every

    @cached_property
    def ordinary(self) -> Sequence[Around]:
        return _in_profile(self.every.ordinary, self.asked.network.profile)

    @cached_property
    def restricting(self) -> Sequence[Around]:
        return _in_profile(self.every.restricting, self.asked.network.profile)

    @cached_property
    def security(self) -> Sequence[SecurityAround]:
        profile = self.asked.network.profile
        found = (
            SecurityAround(store, demand, _in_profile(ways, profile))
            for store, demand, ways in self.every.security
        )
        return [each for each in found if each.ways]

    @cached_property
    def restricting_matches(self) -> tuple[list[Match], list[tuple[int, Around]]]:
        """The restricting rules as they match each remote address, and the few that may match some
        and not others, with their places among them. Most of the hundreds that every Windows has
        say the same of all addresses."""
        matches = [(each.compiled, each.before) for each in self.restricting]
        varying = [
            (place, each) for place, each in enumerate(self.restricting) if each.depends_on_remote
        ]
        return matches, varying

    @cached_property
    def kinds(self) -> Mapping[Kind, tuple[int, Around]]:
        """The kinds of the rules that match whatever the remote address is, except those of
        connection security: how many there are, and one of them."""
        found: dict[Kind, tuple[int, Around]] = {}
        for each in chain(self.ordinary, self.restricting):
            if not each.depends_on_remote:
                count, first = found.get(each.kind, (0, each))
                found[each.kind] = count + 1, first
        return found

    @cached_property
    def varying(self) -> Sequence[Around]:
        """The rules that may match some remote addresses and not others, except those of connection
        security."""
        return [each for each in chain(self.ordinary, self.restricting) if each.depends_on_remote]

    @property
    def depend_on_remote(self) -> bool:
        """Whether any of them may match some remote addresses and not others."""
        return bool(self.varying) or any(
            way.depends_on_remote for each in self.security for way in each.ways
        )

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
        asked, number = self._rules.asked, self._number
        everywhere, varying = self._rules.restricting_matches
        found, left_out = everywhere.copy(), []
        for place, each in varying:
            conditions = each.at(asked, number)
            if conditions is None:
                left_out.append(place)
            else:
                found[place] = each.compiled, conditions
        for place in reversed(left_out):
            del found[place]
        return found

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
            conditions = each.at(asked, number) if each.depends_on_remote else each.before
            if conditions is not None:
                yield each.compiled, conditions
