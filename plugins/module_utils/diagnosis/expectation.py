# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a port is as a task expects it, for playbooks and CI that continue only if it is."""

from __future__ import annotations

from enum import Enum, StrEnum, auto

from ..words.phrases import Phrase, Value
from .causes.model import Admission, CauseKind, Diagnosis, Verdict


class Expectation(StrEnum):
    """What a task expects of its ports."""

    REACHABLE = "reachable"
    FREE = "free"
    IN_USE = "in_use"


# What is said of a source of which the rules don't decide.
_UNSURE = frozenset({Admission.CONDITIONAL, Admission.OVERRULED, Admission.UNKNOWN})
_OF_OTHERS = frozenset({CauseKind.IN_USE_BY_OTHER, CauseKind.HOLDER_UNKNOWN})


class Outcome(Enum):
    """Whether a port is as expected."""

    MET = auto()
    NOT_MET = auto()
    UNKNOWN = auto()


def outcome(expectation: Expectation, diagnosis: Diagnosis) -> Outcome:
    """Whether a port is as expected.

    It is reachable if nothing keeps the controller out, nor the sources that the task names. It is
    free if no program holds it, and Windows has neither reserved it nor forwards it,
    regardless of the firewall. It is in use if a program that may hold it does, or if Windows' NAT
    forwards it and no particular program is expected.
    """
    kinds = {cause.kind for cause in diagnosis.causes}
    held = bool(diagnosis.evidence.listeners)
    if expectation is Expectation.FREE:
        # Never unknown: what makes it not free certainly has the port, or may have it.
        met = not held and not kinds & {CauseKind.RESERVED, CauseKind.IN_USE_BY_OTHER}
        return Outcome.MET if met else Outcome.NOT_MET
    kept_out = [each.state for each in diagnosis.sources if not each.is_let_in]
    if expectation is Expectation.REACHABLE:
        met = not kinds and not kept_out
    else:
        forwarded = bool(diagnosis.evidence.forwards) and not diagnosis.wanted.expected_process
        met = (held or forwarded) and not kinds & _OF_OTHERS
    if met:
        return Outcome.MET
    if kinds:
        unsure = diagnosis.verdict is Verdict.UNKNOWN
    else:
        unsure = bool(kept_out) and all(each in _UNSURE for each in kept_out)
    return Outcome.UNKNOWN if unsure else Outcome.NOT_MET


def answer(expectation: Expectation | None, diagnosis: Diagnosis) -> Phrase:
    """What to say about a port, in answer to the expectation."""
    if expectation is None:
        return diagnosis.summary
    found = outcome(expectation, diagnosis)
    if found is not Outcome.MET:
        unsure = "perhaps_" if found is Outcome.UNKNOWN else ""
        return Phrase(
            f"sentence.{unsure}not_as_expected",
            {
                "port": diagnosis.wanted.label,
                "expected": Phrase(f"expected.{expectation}"),
                "answer": obstacle(diagnosis),
            },
        )
    if expectation is Expectation.REACHABLE:
        return diagnosis.summary
    values: dict[str, Value] = {"port": diagnosis.wanted.label, "holder": diagnosis.held_by}
    return Phrase(f"sentence.{expectation}", values)


def obstacle(diagnosis: Diagnosis) -> Phrase:
    """What to say about a port that should be reachable: what keeps the controller out, or a
    source."""
    kept_out = (each.summary for each in diagnosis.sources if not each.is_let_in)
    return diagnosis.summary if diagnosis.causes else next(kept_out, diagnosis.summary)
