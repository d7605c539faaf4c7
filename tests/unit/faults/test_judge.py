# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the matrix of faults has to notice what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from faults.cells import Cell
from faults.ending import Ending, Run
from faults.judge import blindly_repeated, judge, judge_killed
from faults.pc import Message, Moment, State, simulated_pcs
from faults.tasks import TASKS
from unit.rows import each_row

LOOK = Message("Enumerate", "Win32_Service", "look")
STOP = Message("StopService", "Win32_Service", "stop")
CLEAR = "Could not stop it on win-1 (http://127.0.0.1:5985/wsman): no. Try again."
TOOL = r"C:\道具\tool.exe"
FOREIGN = ("{5D1B0A52-7F1E-4B7C-9C7E-2A7A51C0D002}", "v2.31|Action=Allow|Active=TRUE|Dir=In|")
RULE = "{5D1B0A52-7F1E-4B7C-9C7E-2A7A51C0D001}"


def states() -> tuple[State, State]:
    """The PC as it is, and with the rule changed."""
    with simulated_pcs() as (hosts, _log):
        machine = hosts[0].machine
        before = State.of(machine)
        assert machine.firewall is not None
        text = machine.firewall.rules()[RULE]
        machine.firewall.set_rule(RULE, text.replace("LPort=7400", "LPort=7401"))
        return before, State.of(machine)


BEFORE, AFTER = states()
GOOD = Run({"changed": True}, "", (LOOK,), BEFORE, AFTER, 5985)
STARTED = {"failed": True, "changed": False, "msg": CLEAR}


def ended(
    task: str,
    result: Mapping[str, Any],
    after: State = BEFORE,
    *messages: Message,
    onwards: bool = False,
    fault: str = "malformed",
    moments: tuple[Moment, ...] = (),
) -> tuple[Ending, str]:
    """How a cell ends in which the task has that result, and why."""
    made = Run(result, "", (LOOK, *messages), BEFORE, after, 5985, moments)
    found = judge(Cell(TASKS[task], fault, 1, LOOK, onwards), GOOD, made)
    return found.ending, " ".join(found.problems)


def test_a_clear_error_that_has_changed_nothing() -> None:
    assert ended("rule changed", STARTED) == (Ending.ERROR, "")


@each_row(
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
    told = STARTED | {"changed": True, "msg": f"{CLEAR} It may be half done."}
    # What may have changed counts as changed, also where nothing has.
    assert ended("rule changed", told) == (Ending.ERROR, "")
    assert "says that nothing has" in ended("rule changed", told | {"changed": False})[1]
    assert ended("rule changed", told, half, onwards=True) == (Ending.ERROR, "")
    wide = replace(half, open_to=half.open_to | {("public", "203.0.113.9", 7400, TOOL)})
    assert "open to more" in ended("rule changed", told, wide, onwards=True)[1]


def test_what_the_firewall_lets_in_is_looked_at() -> None:
    assert ("private", "192.168.11.40", 7400, TOOL) in BEFORE.open_to
    assert ("private", "192.168.11.40", 7401, TOOL) in AFTER.open_to
    assert {(name, port) for name, _source, port, program in BEFORE.open_to ^ AFTER.open_to} == {
        ("private", 7400),
        ("private", 7401),
    }


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


def test_what_is_open_for_a_moment() -> None:
    """Also where all is well before and after."""
    good = {"changed": True}
    wide = AFTER.open_to | {("public", "203.0.113.9", 7401, TOOL)}
    half = Moment(1, BEFORE.rules, BEFORE.open_to & AFTER.open_to)
    whole = Moment(3, AFTER.rules, AFTER.open_to)
    between = Moment(2, AFTER.rules, wide)
    assert ended("rule changed", good, AFTER, moments=(half, whole))[0] is Ending.RESULT
    assert (
        "message 2 opens" in ended("rule changed", good, AFTER, moments=(half, between, whole))[1]
    )
    # What the PC opens by carrying out a part of a message is not what the task opens; but what
    # the task opens then is.
    struck = replace(between, number=1)
    moments = (struck, whole)
    assert ended("rule changed", good, AFTER, fault="only=Name", moments=moments)[1] == ""
    moments = (struck, whole, between)
    assert (
        "message 2 opens"
        in ended("rule changed", good, AFTER, fault="only=Name", moments=moments)[1]
    )
    assert "message 1 opens" in ended("rule changed", good, AFTER, moments=(struck, whole))[1]


def test_rules_that_are_none_of_the_tasks() -> None:
    changed = AFTER.rules - {each for each in AFTER.rules if each[0] == FOREIGN[0]} | {FOREIGN}
    moments = (Moment(2, changed, AFTER.open_to), Moment(3, AFTER.rules, AFTER.open_to))
    found = ended("rule changed", {"changed": True}, AFTER, fault="unfiltered=1", moments=moments)
    assert found[0] is Ending.WRONG
    assert "message 2 changes a rule that is none of the task's" in found[1]


def test_an_error_after_some_of_several_rules() -> None:
    """Each of them is old or new, and what has changed is told."""
    other = ("{5D1B0A52-7F1E-4B7C-9C7E-2A7A51C0D00F}", "v2.31|Name=Second|")
    some = replace(AFTER, rules=AFTER.rules)
    both = replace(AFTER, rules=AFTER.rules | {other})
    good = replace(GOOD, after=both)
    cell = Cell(TASKS["rules of all sorts"], "reset:after=0", 1, LOOK)

    def problems(result: Mapping[str, Any]) -> str:
        made = Run(result, "", (LOOK,), BEFORE, some, 5985)
        return " ".join(judge(cell, good, made).problems)

    told = {"failed": True, "changed": True, "msg": f"{CLEAR} Changed before: Tool."}
    assert problems(told) == ""
    assert "the error denies it" in problems(told | {"changed": False})
    assert "Tool has changed, and the error does not say so" in problems(told | {"msg": CLEAR})


def test_a_lie_about_a_write_is_an_error_of_its_own() -> None:
    unchanged = {"failed": True, "changed": False, "msg": "win-1 did not store it. Look there."}
    assert ended("rule changed", unchanged, fault="ignored") == (Ending.ERROR, "")
    assert "names no port" in ended("rule changed", unchanged)[1]
    assert "not as asked for" in ended("rule changed", {"changed": True}, fault="ignored")[1]
    silent = unchanged | {"msg": "win-1 did not store it."}
    assert "what to do" in ended("rule changed", silent, fault="ignored")[1]


RESTARTED = Cell(TASKS["services restarted"], "ignored", 1, LOOK)


def moved(state: State) -> State:
    """The same programs, under other process ids."""

    def again(pid: int) -> int:
        return pid + 2000 if pid >= 1000 else pid

    return replace(
        state,
        processes=frozenset((again(pid), name) for pid, name in state.processes),
        listeners=frozenset((kind, port, again(pid)) for kind, port, pid in state.listeners),
    )


def restarted(after: State, result: Mapping[str, Any]) -> str:
    made = Run(result, "", (LOOK,), BEFORE, after, 5985)
    good = Run({"changed": True}, "", (LOOK,), BEFORE, moved(BEFORE), 5985)
    return " ".join(judge(RESTARTED, good, made).problems)


def test_services_that_are_to_run_again() -> None:
    assert restarted(BEFORE, {"changed": True}) == ""
    stopped = replace(
        BEFORE,
        services=frozenset(
            (name, "Stopped" if name == "Front" else state, mode)
            for name, state, mode in BEFORE.services
        ),
        processes=frozenset(each for each in BEFORE.processes if each[1] != "front.exe"),
    )
    assert "the PC differs: processes" in restarted(stopped, {"changed": True})
    assert "front.exe was stopped, and nobody is told" in restarted(stopped, STARTED)
    told = STARTED | {"changed": True, "stopped": [{"name": "Front"}]}
    assert restarted(stopped, told) == ""
    silent = replace(BEFORE, listeners=frozenset())
    assert "the port is held by nobody" in restarted(silent, {"changed": True})


def healed(killed: State, after: State, result: Mapping[str, Any] | None = None) -> str:
    made = Run(result or {"changed": True}, "", (LOOK,), BEFORE, after, 5985)
    cell = Cell(TASKS["rule changed"], "killed before", 1, LOOK)
    found = judge_killed(cell, GOOD, killed, made)
    assert (found.ending is Ending.WRONG) == bool(found.problems)
    return " ".join(found.problems)


def test_what_is_killed_is_healed_by_the_next_run() -> None:
    assert healed(BEFORE, AFTER) == ""
    assert "does not heal it: rules" in healed(BEFORE, BEFORE)
    assert "does not run again: No." in healed(BEFORE, AFTER, {"failed": True, "msg": "No."})
    wide = replace(BEFORE, open_to=BEFORE.open_to | {("public", "203.0.113.9", 7400, TOOL)})
    assert "when it was killed, [('public'" in healed(wide, AFTER)


def test_a_traceback_after_a_kill_is_wrong() -> None:
    made = Run({}, "Traceback", (LOOK,), BEFORE, AFTER, 5985)
    cell = Cell(TASKS["rule changed"], "killed before", 1, LOOK)
    assert judge_killed(cell, GOOD, BEFORE, made).problems == ("Traceback",)


def test_other_process_ids_are_no_difference() -> None:
    assert moved(BEFORE) != BEFORE
    assert moved(BEFORE).lasting == BEFORE.lasting


ROW = {"host": "win-1", "protocol": "tcp", "port": 80, "pid": 4, "process": "System"}
READ = {"rows": [{**ROW, "reach": "nobody"}], "unread": [], "totals": {"read": 1}}
DIM = {"rows": [{**ROW, "reach": "unknown"}], "unread": [], "totals": {"read": 1}}


def surveyed(result: Mapping[str, Any]) -> tuple[Ending, str]:
    """How a cell of a survey ends that has that result, and why."""
    clean, made = (Run(each, "", (LOOK,), BEFORE, BEFORE, 5985) for each in (READ, result))
    found = judge(Cell(TASKS["survey"], "malformed", 1, LOOK), clean, made)
    return found.ending, " ".join(found.problems)


def unread(message: str, kind: str = "timeout") -> dict[str, Any]:
    told = {"host": "win-1", "kind": kind, "msg": message}
    return {"rows": [], "unread": [told], "totals": {"read": 0}}


def test_a_survey_tells_of_a_pc_what_would_be_an_error() -> None:
    assert surveyed(READ) == (Ending.RESULT, "")
    assert surveyed(unread(CLEAR)) == (Ending.ERROR, "")
    assert "names no host" in surveyed(unread(CLEAR.replace("win-1", "it")))[1]
    assert "did not end by itself" in surveyed(unread(CLEAR, "not_finished"))[1]


def test_a_survey_that_does_not_know_all_says_so() -> None:
    assert surveyed({**DIM, "warnings": [CLEAR]}) == (Ending.PARTIAL, "")
    assert "no warning" in surveyed(DIM)[1]
    lost = {**READ, "rows": [], "warnings": [CLEAR]}
    assert "don't tell" in surveyed(lost)[1]
