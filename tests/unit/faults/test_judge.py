# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the matrix of faults has to notice what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from faults.cells import Cell
from faults.judge import Ending, Run, blindly_repeated, judge
from faults.pc import Message, State, simulated_pc
from faults.tasks import TASKS

LOOK = Message("Enumerate", "Win32_Service", "look")
STOP = Message("StopService", "Win32_Service", "stop")
CLEAR = "Could not stop it on win-1 (http://127.0.0.1:5985/wsman): no. Try again."
RULE = "{5D1B0A52-7F1E-4B7C-9C7E-2A7A51C0D001}"


def states() -> tuple[State, State]:
    """The PC as it is, and with the rule changed."""
    with simulated_pc() as (hosts, _log):
        machine = hosts[0].machine
        before = State.of(machine)
        assert machine.firewall is not None
        text = machine.firewall.rules()[RULE]
        machine.firewall.set_rule(RULE, text.replace("LPort=7400", "LPort=7401"))
        return before, State.of(machine)


BEFORE, AFTER = states()
STARTED = {"failed": True, "changed": False, "msg": CLEAR}


def ended(
    task: str,
    result: Mapping[str, Any],
    after: State = BEFORE,
    *messages: Message,
    onwards: bool = False,
) -> tuple[Ending, str]:
    """How a cell ends in which the task has that result, and why."""
    made = Run(result, "", (LOOK, *messages), BEFORE, after, 5985)
    good = Run({"changed": True}, "", (LOOK,), BEFORE, AFTER, 5985)
    found = judge(Cell(TASKS[task], "malformed", 1, LOOK, onwards), good, made)
    return found.ending, " ".join(found.problems)


def test_a_clear_error_that_has_changed_nothing() -> None:
    assert ended("rule changed", STARTED) == (Ending.ERROR, "")


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (CLEAR.replace("win-1", "it"), "names no host"),
        (CLEAR.replace("5985", ""), "names no port"),
        (CLEAR.replace(" Try again.", ""), "what to do"),
        (CLEAR.replace("no.", "KeyError: 1."), "a programmer's"),
        (CLEAR + "x" * 2000, "characters"),
    ],
)
def test_unclear_errors(message: str, problem: str) -> None:
    ending, problems = ended("rule changed", STARTED | {"msg": message})
    assert ending is Ending.WRONG
    assert problem in problems


def test_what_the_rules_are_read_back_for() -> None:
    assert ended("rule changed", {"changed": True}, AFTER)[0] is Ending.RESULT
    assert "not as asked for" in ended("rule changed", {"changed": True})[1]
    assert "the error denies it" in ended("rule changed", STARTED, AFTER)[1]
    assert "nothing has changed" in ended("rule changed", STARTED | {"changed": True})[1]
    half = replace(AFTER, rules=frozenset([(RULE, "half")]))
    assert "neither old nor new" in ended("rule changed", STARTED, half)[1]
    assert "nobody is told" in ended("rule changed", STARTED, half, onwards=True)[1]
    told = STARTED | {"msg": f"{CLEAR} It may be half done."}
    assert ended("rule changed", told, half, onwards=True) == (Ending.ERROR, "")
    wide = replace(half, open_to=half.open_to | {("public", "203.0.113.9", 7400)})
    assert "open to more" in ended("rule changed", told, wide, onwards=True)[1]


def test_what_the_firewall_lets_in_is_looked_at() -> None:
    assert ("private", "192.168.11.40", 7400) in BEFORE.open_to
    assert ("private", "192.168.11.40", 7401) in AFTER.open_to
    assert len(BEFORE.open_to) == len(AFTER.open_to) == 2


def test_what_has_stopped_and_nobody_is_told() -> None:
    gone = replace(
        BEFORE, processes=frozenset(each for each in BEFORE.processes if each[1] != "tool.exe")
    )
    assert "tool.exe was stopped, and nobody is told" in ended("program ended", STARTED, gone)[1]
    assert "the port is held" in ended("program ended", {"changed": True})[1]
    told = {"name": "tool.exe", "pid": 1000}
    said = STARTED | {"changed": True, "stopped": [told]}
    assert "are said to have stopped" in ended("program ended", said)[1]


def test_modules_that_read_change_nothing() -> None:
    assert "has changed something" in ended("facts", STARTED, AFTER)[1]


def test_another_result_needs_a_warning() -> None:
    assert "no warning" in ended("facts", {"changed": False})[1]


def test_a_message_that_is_sent_again_without_a_look() -> None:
    assert "without a look" in ended("program ended", STARTED, BEFORE, STOP, STOP)[1]
    assert list(blindly_repeated((LOOK, STOP, LOOK, STOP))) == []


def test_too_many_messages() -> None:
    assert "44 messages" in ended("program ended", STARTED, BEFORE, *[LOOK] * 43)[1]
