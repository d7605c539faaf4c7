# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The trial of writing in the result of verify_host, and as a table to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Generic, TypedDict

from ...ground.text import for_display
from ...terminal.layout import Column, Table, render
from ...words import phrases
from ...words.languages import Language
from ...words.phrases import Phrase, Value, Verbatim, Words, in_turn
from .run import StepOutcome, TrialOutcome, TrialResult
from .steps import NAME, OPTION, StepName, TrialOrder

_COLUMNS = ("step", "cim", "registry", "outcome")
#: Steps on which nothing in this collection depends.
_ADDITIONAL = (
    StepName.PUT_SECURITY,
    StepName.CREATE_WITH_OPTIONS,
    StepName.DELETE_WITH_OPTIONS,
)


class TrialStepEntry(TypedDict, Generic[Words]):
    """A step of a trial in a result."""

    step: str
    title: Words
    outcome: str
    by_cim: bool | None
    by_registry: bool | None
    problem: Words | None


class TrialEntry(TypedDict, Generic[Words]):
    """A trial in a result. `leftovers` are the rules of an earlier one that this one has removed;
    `left` are those that may still exist."""

    steps: list[TrialStepEntry[Words]]
    counts: dict[str, int]
    leftovers: list[str]
    left: list[str]


def entry(found: TrialResult) -> TrialEntry[Value]:
    """A trial as plain JSON types and phrases."""
    outcomes = Counter(each.outcome for each in found.steps)
    return {
        "steps": [
            {
                "step": each.name.value,
                "title": _title(each),
                "outcome": each.outcome.value,
                "by_cim": each.by_cim,
                "by_registry": each.by_registry,
                "problem": each.problem,
            }
            for each in found.steps
        ],
        "counts": {each.value: outcomes[each] for each in TrialOutcome},
        "leftovers": list(found.leftovers),
        "left": list(found.left),
    }


def works(found: TrialResult) -> bool:
    """Whether everything works that this collection depends on."""
    fine = (TrialOutcome.WORKS, TrialOutcome.SKIPPED)
    return bool(found.steps) and all(
        each.outcome in fine or each.name in _ADDITIONAL for each in found.steps
    )


def failure(found: TrialResult, order: TrialOrder) -> Value | None:
    """Why the task fails because of a trial; None if it does not."""
    where: dict[str, Value] = {"option": OPTION, "host": order.host, "url": order.url}
    told: list[Value] = []
    if found.problem is not None:
        own = isinstance(found.problem, Phrase) and found.problem.key == "trial.foreign"
        begun = Phrase("trial.not_begun", {**where, "problem": found.problem})
        told.append(found.problem if own else begun)
    others = [each for each in found.left if each not in found.by_hand]
    for key, left in (("trial.left", others), ("trial.left_by_hand", found.by_hand)):
        if left:
            ids = Verbatim(for_display(", ".join(left)))
            told.append(Phrase(key, {**where, "name": NAME, "ids": ids}))
    return in_turn(*told) if told else None


def text(found: TrialResult, language: Language) -> list[str]:
    """The table, and below it what a person should know."""
    columns = tuple(Column(Phrase(f"trial.head.{each}")) for each in _COLUMNS)
    rows = [
        (
            _title(each),
            _answer(each.by_cim),
            _answer(each.by_registry),
            Phrase(f"trial.outcome.{each.outcome}"),
        )
        for each in found.steps
    ]
    below = [phrases.render(each, language) for each in _below(found)]
    return [*(render(Table(columns, rows), language) if rows else ()), *below]


def _below(found: TrialResult) -> Iterator[Phrase]:
    for each in found.steps:
        if each.problem is not None:
            yield Phrase("trial.below", {"step": _title(each), "problem": each.problem})
    if found.leftovers:
        ids = Verbatim(", ".join(found.leftovers))
        yield Phrase("trial.removed_leftovers", {"ids": ids})
    if found.steps:
        count = sum(each.outcome is TrialOutcome.WORKS for each in found.steps)
        told: dict[str, Value] = {"works": count, "count": len(found.steps)}
        yield Phrase("trial.summary", told)


def _title(step: StepOutcome) -> Phrase:
    return Phrase(f"trial.step.{step.name}")


def _answer(value: bool | None) -> Value:
    return "" if value is None else Phrase("answer.yes" if value else "answer.no")
