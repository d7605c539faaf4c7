# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Goes through all remote addresses of a family, and says which verdict the firewall has on each.

Each rule divides the addresses into few parts within which it says the same. Sorted, the borders of
all these parts are all the places where the verdict can change. Between two of them, it depends
only on which kinds of rules match, of which there are few, so one rule of each kind is
shown to the code that decides about single addresses, once for each combination of kinds. For n
parts, that takes n log n steps, even if all rules of a hostile store differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ..judging.decision import ProfileVerdict, VerdictState, of_families
from ..judging.evidence import Around, Kind, Match, RulesAround, SecurityAround, SecurityMatch
from ..judging.matching import Conditions, match_remote
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.addresses import Interval
from ..policy.stores import Store
from ..policy.vocabulary import Action
from .spans import LAST

T = TypeVar("T")

# How many answers are remembered: on the few programs that hold many ports, in each profile.
_KEPT = 64


class Part(NamedTuple):
    """Addresses next to each other for which the same rules match under the same conditions.

    Two parts with the same `pattern` have that in common too.
    """

    first: int
    last: int
    state: VerdictState
    pattern: int


#: All that matters about one of several matching rules: its purpose, what it says, what may make it
#: void, and whether it depends on further conditions.
_Kind: TypeAlias = "tuple[object, ...]"
#: All that the answer of `match_remote` depends on besides the traffic.
_Remote: TypeAlias = tuple[tuple[Interval, ...], frozenset[str], bool]
#: A rule, or a way of a connection security rule, that matches under these conditions.
_Example: TypeAlias = "tuple[Around, SecurityAround | None, Conditions]"


class _Shown:
    """One matching rule of each kind, as evidence."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.ordinary: list[Match] = []
        self.restricting: list[Match] = []
        self.security: list[SecurityMatch] = []

    def add(self, example: _Example) -> None:
        around, securing, conditions = example
        compiled = around.compiled
        if securing is not None:
            found = SecurityMatch(securing.store, securing.demand, compiled, conditions)
            self.security.append(found)
        else:
            kind = self.restricting if compiled.restricts else self.ordinary
            kind.append((compiled, conditions))


class TooMuchWorkError(Exception):
    """The rules divide the addresses into more parts than a healthy host's would."""


class Work:
    """The limit on the work for the reach of all listeners of a host. What is found for one of them
    is no work for others that no rule can tell from it.

    Args:
        most: how many parts rules may divide addresses into, each by itself.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._found: dict[Hashable, Any] = {}

    def take(self, parts: int) -> None:
        """Raises TooMuchWorkError if it was all done before."""
        if self._left <= 0:
            raise TooMuchWorkError
        self._left -= parts

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer to a question, which is found once, unless many others are asked between."""
        if question not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[question] = answer()
        found: T = self._found[question]
        return found


class Sweep:
    """The remote addresses of traffic that comes in by a network, part by part.

    Args:
        firewall: it decides.
        rules: the rules that match apart from the remote address.

    Raises:
        TooMuchWorkError: there are too many parts.
    """

    def __init__(self, firewall: Firewall, rules: RulesAround, work: Work) -> None:
        self._firewall = firewall
        self._asked = rules.asked
        self._work = work
        self._numbers: dict[_Kind, int] = {}
        self._examples: list[_Example] = []
        #: How many rules of each kind match the first address.
        self._counts: list[int] = []
        #: Where a rule begins to match under some conditions, or ceases to: the address, which of
        #: the two, its kind, and the bit of the pattern that stands for rule and conditions.
        self._changes: list[tuple[int, int, int, int]] = []
        self._bit = 1
        self._known: dict[_Remote, list[tuple[int, Conditions | None]]] = {}
        self._states: dict[int, VerdictState] = {}
        for count, each in rules.kinds.values():
            number = self._number(each, None, each.before + each.behind)
            self._counts[number] += count
        for each in rules.varying:
            self._add(each)
        for securing in rules.security:
            for way in securing.ways:
                self._add(way, securing)

    def _add(self, around: Around, securing: SecurityAround | None = None) -> None:
        if not around.depends_on_remote:
            number = self._number(around, securing, around.before + around.behind)
            self._counts[number] += 1
            return
        before: Conditions | None = None
        bits: dict[Conditions, int] = {}
        for first, remote in self._divided(around):
            conditions = None
            if remote is not None:
                conditions = around.before + remote + around.behind
            for each, by in ((before, -1), (conditions, 1)):
                if each is not None:
                    bit = bits.get(each)
                    if bit is None:
                        bit = bits[each] = self._bit
                        self._bit <<= 1
                    number = self._number(around, securing, each)
                    self._changes.append((first, by, number, bit))
            before = conditions

    def _divided(self, around: Around) -> Sequence[tuple[int, Conditions | None]]:
        """Where the answer of `match_remote` about a rule changes, and what it is from there on.
        Many rules have the same condition on the remote address."""
        compiled, asked = around.compiled, self._asked
        rule = compiled.rule
        own, family = rule.remote_addresses, asked.family
        mapped = rule.local_only_mapped and compiled.action is not Action.BLOCK
        key = own.intervals(family), own.keywords(family), mapped
        found = self._known.get(key)
        if found is None:
            firsts = sorted({0, *around.borders(asked)})
            self._work.take(len(firsts))
            found = self._known[key] = []
            for first in firsts:
                if first <= LAST[asked.family]:
                    remote = match_remote(compiled, asked, first)
                    if not found or found[-1][1] != remote:
                        found.append((first, remote))
        else:
            self._work.take(len(found))
        return found

    def _number(
        self, around: Around, securing: SecurityAround | None, conditions: Conditions
    ) -> int:
        """The number of the kind of a rule."""
        compiled = around.compiled
        is_open = bool(conditions)
        kind: _Kind
        if securing is not None:
            kind = securing.demand.name, securing.store is Store.LOCAL, is_open
        else:
            kind = compiled.nature, is_open
        number = self._numbers.setdefault(kind, len(self._examples))
        if number == len(self._examples):
            self._examples.append((around, securing, conditions))
            self._counts.append(0)
        return number

    def parts(self) -> Iterator[Part]:
        """All parts, in order. They cover the family."""
        counts = list(self._counts)
        present = sum(1 << kind for kind, count in enumerate(counts) if count)
        pattern = first = 0
        for each, by, kind, bit in sorted(self._changes):
            if each != first:
                yield Part(first, each - 1, self._state(present), pattern)
                first = each
            counts[kind] += by
            present = present | 1 << kind if counts[kind] else present & ~(1 << kind)
            pattern ^= bit
        yield Part(first, LAST[self._asked.family], self._state(present), pattern)

    def _state(self, present: int) -> VerdictState:
        """The state of the verdict, if there are rules of these kinds."""
        found = self._states.get(present)
        if found is None:
            shown = _Shown(self._asked.network)
            for kind, example in enumerate(self._examples):
                if present >> kind & 1:
                    shown.add(example)
            found = self._states[present] = self._firewall.decided(self._asked, shown).state
        return found


def state_of_any(firewall: Firewall, rules: RulesAround) -> VerdictState:
    """The state of the verdict on traffic from any address."""
    shown = _Shown(rules.asked.network)
    for _count, each in rules.kinds.values():
        shown.add((each, None, each.before + each.behind))
    seen: set[Kind] = set()
    for each in rules.varying:
        conditions = each.at(rules.asked, None)
        if conditions is not None:
            kind = each.compiled.nature, bool(conditions)
            if kind not in seen:
                seen.add(kind)
                shown.add((each, None, conditions))
    shown.security = list(rules.at(None).security)
    return firewall.decided(rules.asked, shown).state


def verdict_at(firewall: Firewall, rules: RulesAround, number: int | None) -> ProfileVerdict:
    """What the verdict says about traffic from an address, None for any. Where no rule decides,
    none matters."""
    decided = firewall.decided(rules.asked, rules.at(number))
    if decided.state is VerdictState.CONDITIONAL:
        return replace(of_families({rules.asked.family: decided}), void=())
    return replace(decided, requires=(), restricted_to=(), unless=(), void=())
