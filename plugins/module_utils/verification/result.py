# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of verify_host: all comparisons, and the trial of writing, as plain JSON types and as
tables to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NotRequired

from ..ground.model import Protocol
from ..ground.names import name_key
from ..ground.text import for_display
from ..pc.result import TaskResult
from ..terminal.layout import Column, Table, render
from ..words import phrases
from ..words.languages import Language
from ..words.phrases import Phrase, Value, Words
from . import claims
from .claims import ClaimEntry, Evidence
from .comparison import Agreement, Comparison, ComparisonEntry, shown
from .endpoint_checks import comparisons as endpoint_comparisons
from .firewall_checks import comparisons as firewall_comparisons
from .network_checks import comparisons as network_comparisons
from .reading import HostReadings, listeners
from .trial import result as trials
from .trial.result import TrialEntry, failure
from .trial.run import TrialResult
from .trial.steps import TrialOrder

__all__ = [
    "VerifyResult",
    "all_comparisons",
    "failure",
    "order_of",
    "report",
    "satisfied",
    "system_of",
    "text",
]

COLUMNS = (
    ("check.head.fact", False),
    ("check.head.first", False),
    ("check.head.second", False),
    ("check.head.agreed", True),
    ("check.head.differences", True),
    ("check.head.outcome", False),
)


class VerifyResult(TaskResult[Words]):
    """What verify_host returns. `recording` is None in check mode, `trial` is only there if one was
    asked for."""

    system: str
    disagreements: int
    counts: dict[str, int]
    comparisons: list[ComparisonEntry[Words]]
    claims: list[ClaimEntry[Words]]
    claim_counts: dict[str, int]
    recording: NotRequired[str | None]
    trial: NotRequired[TrialEntry[Words]]


# How many disagreements of one fact are shown below the table; the result has more.
_TOLD = 10


def all_comparisons(evidence: HostReadings) -> tuple[Comparison, ...]:
    """Every fact that was read twice."""
    return (
        *endpoint_comparisons(evidence),
        *firewall_comparisons(evidence),
        *network_comparisons(evidence),
    )


def system_of(evidence: HostReadings) -> str:
    """The name and version of Windows; empty if the host does not report them."""
    values = evidence.system.values if evidence.system else {}
    names = ("Caption", "Version")
    return for_display(" ".join(str(values[name]) for name in names if values.get(name)))


def order_of(evidence: HostReadings, host: str, url: str) -> TrialOrder:
    """What a trial of writing needs to know about a host: ports that nobody uses, and an adapter of
    which there is only one."""
    used = {each.port for each in listeners(evidence.before or (), Protocol.TCP)}
    free = (each for each in range(1, 65535) if not {each, each + 1} & used)
    # A host can claim to listen on every other port. The rules are disabled on any port.
    port = next(free, 1)
    if evidence.firewall is None:
        return TrialOrder(host, url, port)
    environment = evidence.firewall.environment
    names = Counter(map(name_key, environment.adapters.values()))
    single = sorted(each for each in environment.adapters.items() if names[name_key(each[1])] == 1)
    return TrialOrder(host, url, port, single[0] if single else None, environment)


def satisfied(found: Sequence[Comparison], tried: TrialResult | None) -> bool:
    """Whether nothing shows that this collection is wrong about a host."""
    fine = not any(each.disagreements for each in found)
    return fine and (tried is None or trials.works(tried))


def report(
    evidence: HostReadings,
    found: Sequence[Comparison],
    tried: TrialResult | None = None,
    language: Language = "en",
) -> VerifyResult[Value]:
    """The result as plain JSON types and phrases; its tables are already rendered in a language."""
    outcomes = Counter(each.outcome for each in found)
    confirmed = claims.entries(Evidence(evidence, found, tried))
    told: VerifyResult[Value] = {
        "changed": tried is not None and tried.wrote,
        "msg": text(evidence, found, tried, language),
        "system": system_of(evidence),
        "comparisons": [each.as_json() for each in found],
        "claims": confirmed,
        "claim_counts": claims.counts(confirmed),
        "counts": {outcome.value: outcomes[outcome] for outcome in Agreement},
        "disagreements": sum(len(each.disagreements) for each in found),
    }
    if tried is not None:
        told["trial"] = trials.entry(tried)
    return told


def text(
    evidence: HostReadings,
    found: Sequence[Comparison],
    tried: TrialResult | None,
    language: Language,
) -> str:
    """The tables, and below each what a person should check."""

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
    if tried is not None:
        told += ["", *trials.text(tried, language)]
    if found:
        confirmed = claims.entries(Evidence(evidence, found, tried))
        told += ["", *claims.text(confirmed, language)]
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
