# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a path is as a task expects it, for playbooks and CI that continue only if it is."""

from __future__ import annotations

from enum import StrEnum

from ...words.phrases import Phrase, Value
from .ends.model import PathDiagnosis, PathVerdict


class PathExpectation(StrEnum):
    """What a task expects of each client and port."""

    REACHABLE = "reachable"
    BLOCKED = "blocked"


# What keeps traffic back, whether a program listens or not.
_BLOCKING = frozenset(
    {
        PathVerdict.NO_ROUTE,
        PathVerdict.BLOCKED_AT_CLIENT,
        PathVerdict.BLOCKED_AT_SERVER,
        PathVerdict.LOST_ON_THE_WAY,
        PathVerdict.REFUSED_ON_THE_WAY,
    }
)


def is_met(expectation: PathExpectation, diagnosis: PathDiagnosis) -> bool:
    """Whether a path is as expected.

    It is blocked if something certainly keeps the traffic back. That no program listens is not
    enough: one may be started at any time.
    """
    if expectation is PathExpectation.REACHABLE:
        return diagnosis.verdict is PathVerdict.REACHABLE
    return any(each.verdict in _BLOCKING for each in diagnosis.causes)


def answer(expectation: PathExpectation | None, diagnosis: PathDiagnosis) -> Phrase:
    """What to say about a path, in answer to the expectation."""
    if expectation is None:
        return diagnosis.summary
    if not is_met(expectation, diagnosis):
        values: dict[str, Value] = {
            "port": diagnosis.wanted.label,
            "expected": Phrase(f"expected.{expectation}"),
            "answer": diagnosis.summary,
        }
        return Phrase("path.not_as_expected", values)
    if expectation is PathExpectation.REACHABLE:
        return diagnosis.summary
    first = next(each for each in diagnosis.causes if each.verdict in _BLOCKING)
    told: dict[str, Value] = {
        "client": diagnosis.client,
        "server": diagnosis.server,
        "port": diagnosis.wanted.label,
        "cause": first.told,
    }
    return Phrase("path.blocked", told)
