# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a PC."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import State
from ansible_collections.portkeeper.windows.plugins.module_utils.report.states import (
    STATES,
    severity,
    worst,
)
from unit.rows import each_row


def test_each_verdict_has_a_state() -> None:
    missing = [each.value for each in Verdict if each not in STATES]
    assert not missing, f"report/states.py: give {missing} a state in STATES"


def test_only_a_port_that_can_be_reached_is_ready() -> None:
    assert [verdict for verdict, state in STATES.items() if state is State.READY] == ["reachable"]


@each_row(
    ("verdicts", "state"),
    [
        (["reachable", "reachable"], "ready"),
        (["reachable", "not_listening"], "not_listening"),
        (["loopback_only", "unknown"], "unknown"),
        (["unknown", "hidden_by_profile"], "blocked"),
        (["third_party_firewall", "reserved"], "taken"),
        (["unreachable_from_controller"], "blocked"),
        ([], "unknown"),
    ],
)
def test_the_worst_port_is_how_the_pc_stands(verdicts: list[str], state: str) -> None:
    assert worst(verdicts).value == state
    assert worst(reversed(verdicts)).value == state


def test_a_pc_that_does_not_answer_is_the_worst() -> None:
    assert min(State, key=severity) is State.UNREACHABLE
    assert max(State, key=severity) is State.READY


def test_a_verdict_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="lovely"):
        worst(["lovely"])
