# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares two independent readings of one fact."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypedDict, TypeVar

from ..ground.text import for_display
from ..words.phrases import Phrase, Value, Verbatim, Words

Key = TypeVar("Key", bound=Hashable)

# How many differences of one fact a result contains; a hostile host could have any number.
MAX_DIFFERENCES = 50


class DiscrepancyEntry(TypedDict, Generic[Words]):
    """A Discrepancy in a result."""

    what: Words
    first: Words | None
    second: Words | None
    reason: Words | None


class ComparisonEntry(TypedDict, Generic[Words]):
    """A Comparison in a result. `untold` is the number of omitted differences."""

    fact: Words
    first: Words
    second: Words
    outcome: str
    agreed: int
    differences: list[DiscrepancyEntry[Words]]
    untold: int
    problem: Words | None


class Agreement(StrEnum):
    """The outcome of one comparison, the worst first."""

    DISAGREE = "disagree"
    UNKNOWN = "unknown"  # one of the two readings is missing
    EXPECTED = "expected"  # differences, each for a known and harmless reason
    AGREE = "agree"


@dataclass(frozen=True)
class Discrepancy:
    """One thing on which two readings differ.

    Attributes:
        what: its subject, such as a listener or a rule.
        first, second: what each reading says about it, None if it says nothing.
        reason: why the difference is expected; None for a real disagreement.
    """

    what: Value
    first: Value | None
    second: Value | None
    reason: Phrase | None = None

    def as_json(self) -> DiscrepancyEntry[Value]:
        """Plain types and phrases. Text of the host is shortened and printable."""
        return {
            "what": shown(self.what),
            "first": None if self.first is None else shown(self.first),
            "second": None if self.second is None else shown(self.second),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Comparison:
    """Two readings of one fact.

    Attributes:
        fact: what was read.
        first, second: the sources: the name of a class or program, or a phrase.
        agreed: the number of things on which both agree.
        differences: those on which they don't.
        problem: why they could not be compared; None if they were.
    """

    fact: Value
    first: Value
    second: Value
    agreed: int = 0
    differences: tuple[Discrepancy, ...] = ()
    problem: Value | None = None

    @property
    def disagreements(self) -> tuple[Discrepancy, ...]:
        """The unexplained differences."""
        return tuple(each for each in self.differences if each.reason is None)

    @property
    def outcome(self) -> Agreement:
        """The worst outcome in it."""
        if self.disagreements:
            return Agreement.DISAGREE
        if self.problem is not None:
            return Agreement.UNKNOWN
        return Agreement.EXPECTED if self.differences else Agreement.AGREE

    def as_json(self) -> ComparisonEntry[Value]:
        """Plain types and phrases, disagreements before expected differences."""
        ordered = sorted(self.differences, key=lambda each: each.reason is not None)
        return {
            "fact": self.fact,
            "first": self.first,
            "second": self.second,
            "outcome": self.outcome.value,
            "agreed": self.agreed,
            "differences": [each.as_json() for each in ordered[:MAX_DIFFERENCES]],
            "untold": max(0, len(ordered) - MAX_DIFFERENCES),
            "problem": self.problem,
        }


def compare(
    fact: Value,
    sources: tuple[Value, Value],
    first: Mapping[Key, Value],
    second: Mapping[Key, Value],
    reason: Callable[[Key], Phrase | None] = lambda _key: None,
    show: Callable[[Key], Value] = str,
) -> Comparison:
    """Compare two readings thing by thing.

    Args:
        sources: the names of the two sources.
        first, second: what each source says about each thing.
        reason: why a difference about a thing is expected; None if it is not.
        show: renders a thing.
    """
    differences = tuple(
        Discrepancy(show(key), first.get(key), second.get(key), reason(key))
        for key in dict.fromkeys((*first, *second))
        if first.get(key) != second.get(key)
    )
    agreed = sum(1 for key, value in first.items() if second.get(key) == value)
    return Comparison(fact, *sources, agreed=agreed, differences=differences)


def shown(value: Value) -> Value:
    """A value of a result: text of the host shortened and printable."""
    return Verbatim(for_display(value)) if isinstance(value, str) else value
