# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of verify_host: all comparisons as plain JSON types, and as a table to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NotRequired

from ..ground.text import for_display
from ..pc.result import TaskResult
from ..terminal.layout import Column, Table, render
from ..words import phrases
from ..words.languages import Language
from ..words.phrases import Phrase, Value, Words
from .comparison import Agreement, Comparison, ComparisonEntry, shown
from .endpoint_checks import comparisons as endpoint_comparisons
from .firewall_checks import comparisons as firewall_comparisons
from .reading import HostReadings

COLUMNS = (
    ("check.head.fact", False),
    ("check.head.first", False),
    ("check.head.second", False),
    ("check.head.agreed", True),
    ("check.head.differences", True),
    ("check.head.outcome", False),
)


class VerifyResult(TaskResult[Words]):
    """What verify_host returns. `recording` is None in check mode."""

    system: str
    disagreements: int
    counts: dict[str, int]
    comparisons: list[ComparisonEntry[Words]]
    recording: NotRequired[str | None]


# How many disagreements of one fact are shown below the table; the result has more.
_TOLD = 10


def all_comparisons(evidence: HostReadings) -> tuple[Comparison, ...]:
    """Every fact that was read twice."""
    return (*endpoint_comparisons(evidence), *firewall_comparisons(evidence))


def system_of(evidence: HostReadings) -> str:
    """The name and version of Windows; empty if the host does not report them."""
    values = evidence.system.values if evidence.system else {}
    names = ("Caption", "Version")
    return for_display(" ".join(str(values[name]) for name in names if values.get(name)))


def report(
    evidence: HostReadings, found: Sequence[Comparison], language: Language = "en"
) -> VerifyResult[Value]:
    """The result as plain JSON types and phrases; its table is already rendered in a language."""
    outcomes = Counter(each.outcome for each in found)
    return {
        "changed": False,
        "msg": text(evidence, found, language),
        "system": system_of(evidence),
        "comparisons": [each.as_json() for each in found],
        "counts": {outcome.value: outcomes[outcome] for outcome in Agreement},
        "disagreements": sum(len(each.disagreements) for each in found),
    }


def text(evidence: HostReadings, found: Sequence[Comparison], language: Language) -> str:
    """The table, and below it what a person should check."""

    def say(value: Value) -> str:
        return phrases.render(value, language)

    columns = tuple(Column(Phrase(key), numbers) for key, numbers in COLUMNS)
    rows = [
        (
            each.fact,
            each.first,
            each.second,
            str(each.agreed),
            str(len(each.differences)),
            Phrase(f"check.outcome.{each.outcome}"),
        )
        for each in found
    ]
    told = [say(line) for each in found for line in _below(each)]
    return "\n".join([system_of(evidence), *render(Table(columns, rows), language), *told]).strip()


def _below(comparison: Comparison) -> Iterator[Phrase]:
    fact = comparison.fact
    if comparison.problem is not None:
        yield Phrase("check.not_compared", {"fact": fact, "problem": comparison.problem})
    wrong = comparison.disagreements
    for each in wrong[:_TOLD]:
        told: dict[str, Value] = {
            "fact": fact,
            "what": shown(each.what),
            "first": _says(comparison.first, each.first),
            "second": _says(comparison.second, each.second),
        }
        yield Phrase("check.difference", told)
    if len(wrong) > _TOLD:
        yield Phrase("check.more", {"fact": fact, "count": len(wrong) - _TOLD})
    reasons = [each.reason for each in comparison.differences if each.reason is not None]
    for key, count in Counter(reason.key for reason in reasons).items():
        yield Phrase("check.expected", {"fact": fact, "count": count, "reason": Phrase(key)})


def _says(source: Value, what: Value | None) -> Phrase:
    if what is None:
        return Phrase("check.says_nothing", {"source": source})
    return Phrase("check.says", {"source": source, "text": shown(what)})
