# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of verify_host: all comparisons as plain JSON types, and as a table to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..ground.text import for_display
from ..terminal.layout import Column, Table, render
from .comparison import Comparison, Outcome
from .endpoint_checks import comparisons as endpoint_comparisons
from .firewall_checks import comparisons as firewall_comparisons
from .reading import Evidence

COLUMNS = (
    Column("FACT"),
    Column("ONE WAY"),
    Column("ANOTHER"),
    Column("AGREE", numbers=True),
    Column("DIFFER", numbers=True),
    Column("OUTCOME"),
)

# How many disagreements of one fact stand below the table; the result has more of them.
_TOLD = 10


def all_comparisons(evidence: Evidence) -> tuple[Comparison, ...]:
    """Every fact that was read twice."""
    return (*endpoint_comparisons(evidence), *firewall_comparisons(evidence))


def system_of(evidence: Evidence) -> str:
    """What Windows it is, with its version; empty where it does not tell."""
    values = evidence.system.values if evidence.system else {}
    names = ("Caption", "Version")
    return for_display(" ".join(str(values[name]) for name in names if values.get(name)))


def report(evidence: Evidence, found: Sequence[Comparison]) -> dict[str, Any]:
    """The result as plain JSON types."""
    outcomes = Counter(each.outcome for each in found)
    return {
        "changed": False,
        "msg": text(evidence, found),
        "system": system_of(evidence),
        "comparisons": [each.as_json() for each in found],
        "counts": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "disagreements": sum(len(each.disagreements) for each in found),
    }


def text(evidence: Evidence, found: Sequence[Comparison]) -> str:
    """The table, and below it what a person should look at."""
    rows = [
        (
            each.fact,
            each.first,
            each.second,
            str(each.agreed),
            str(len(each.differences)),
            each.outcome.value,
        )
        for each in found
    ]
    told = [line for each in found for line in _below(each)]
    return "\n".join([system_of(evidence), *render(Table(COLUMNS, rows)), *told]).strip()


def _below(comparison: Comparison) -> list[str]:
    lines = []
    if comparison.problem:
        lines.append(f"{comparison.fact}: could not be compared. {for_display(comparison.problem)}")
    wrong = comparison.disagreements
    lines += [
        f"{comparison.fact}: {for_display(each.what)}: {_says(comparison.first, each.first)}, "
        f"{_says(comparison.second, each.second)}."
        for each in wrong[:_TOLD]
    ]
    if len(wrong) > _TOLD:
        lines.append(f"{comparison.fact}: {len(wrong) - _TOLD} more disagreements.")
    reasons = Counter(each.reason for each in comparison.differences if each.reason)
    lines += [
        f"{comparison.fact}: {number} expected: {reason}." for reason, number in reasons.items()
    ]
    return lines


def _says(source: str, what: str | None) -> str:
    return f"{source} says nothing" if what is None else f"{source} says {for_display(what)!r}"
