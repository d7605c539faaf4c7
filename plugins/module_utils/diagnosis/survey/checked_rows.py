# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of a host whose ports were checked. Those of listeners (`rows`) need no diagnosis."""

from __future__ import annotations

from collections.abc import Iterable

from ...ground.model import Snapshot
from ...pc.result import PROTOCOLS
from ..causes.model import Diagnosis, Situation
from ..expectation import Expectation, Outcome, outcome
from ..result import reach_of
from .result import SurveyRow
from .rows import name_holder


def of_check(
    host: str,
    situation: Situation,
    diagnoses: Iterable[Diagnosis],
    expectation: Expectation | None = None,
) -> list[SurveyRow]:
    """The rows of a host whose ports were checked: one for each port."""
    return [_of_diagnosis(host, situation.snapshot, each, expectation) for each in diagnoses]


def _of_diagnosis(
    host: str, taken: Snapshot, found: Diagnosis, expectation: Expectation | None
) -> SurveyRow:
    row: SurveyRow = {
        "host": host,
        "port": found.wanted.port,
        "protocol": PROTOCOLS[found.wanted.protocol],
        "verdict": found.verdict.value,
    }
    if found.wanted.name:
        row["name"] = found.wanted.name
    if found.causes:
        row["cause"] = found.causes[0].kind.value
    name_holder(row, taken, found.evidence.listeners)
    if not found.wanted.free:
        row["reach"] = reach_of(found)
    if expectation is not None:
        row["as_expected"] = outcome(expectation, found) is Outcome.MET
    return row
