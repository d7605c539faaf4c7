# SPDX-License-Identifier: GPL-3.0-or-later
"""Single steps: which method is called on what, and what its answer means."""

from __future__ import annotations

import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Process,
    Service,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.return_codes import (
    MethodOutcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Plan,
    StartMode,
    Step,
    StepAction,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.driver import (
    answer_to,
    read_service,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.asks import (
    Call,
    Failed,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.calls import (
    Unanswered,
    call_for,
    call_for_restart,
    outcome_of,
    undo_for,
    undone,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.state import (
    StopFailure,
    StopOrder,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Sentences
from unit.rows import each_row
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import english

WATCH = Service("Watch", "Watch Dog", "Running", "Auto", 8012)
JAVA = Process(7192, "java.exe")
STOP = Step(StepAction.STOP_SERVICE, service=WATCH)
START = Step(StepAction.START_SERVICE, service=WATCH)
DISABLE = Step(StepAction.CHANGE_START_MODE, service=WATCH, start_mode=StartMode.DISABLED)
END = Step(StepAction.TERMINATE, process=JAVA)


def order(pc: SimulatedPc) -> StopOrder:
    return StopOrder(pc.task(8080), Plan(), None, (), pc.host.name, pc.host.url)


def answer(pc: SimulatedPc, call: Call) -> int | Failed:
    found = answer_to(pc.host, call)
    assert isinstance(found, int | Failed)
    return found


def perform(pc: SimulatedPc, step: Step) -> MethodOutcome | Unanswered | StopFailure:
    return outcome_of(order(pc), step, answer(pc, call_for(step)))


def why_not(pc: SimulatedPc, step: Step) -> StopFailure:
    """Why a step does not take place."""
    found = perform(pc, step)
    assert isinstance(found, StopFailure)
    return found


def text(failure: StopFailure) -> str:
    return english(Sentences(failure.sentences))


def take_back(pc: SimulatedPc, step: Step) -> str:
    """Why a step is not taken back; empty where it is."""
    call = undo_for(step)
    assert call is not None
    failure = undone(order(pc), step, answer(pc, call))
    return "" if failure is None else text(failure)


@each_row(
    ("step", "call", "outcome"),
    [
        (END, "Terminate 7192", MethodOutcome.ACCEPTED),
        (STOP, "StopService Watch", MethodOutcome.ACCEPTED),
        (START, "StartService Watch", MethodOutcome.ALREADY),
        (DISABLE, "ChangeStartMode Watch", MethodOutcome.ACCEPTED),
    ],
)
def test_each_action_has_its_method(step: Step, call: str, outcome: MethodOutcome) -> None:
    pc = SimulatedPc()
    assert perform(pc, step) is outcome
    assert pc.calls == [call]


def test_a_process_ends_with_exit_code_1() -> None:
    pc = SimulatedPc()
    sent: list[bytes] = []

    def keep(envelope: bytes) -> bytes:
        sent.append(envelope)
        return envelope

    pc.rewrite = keep
    perform(pc, END)
    assert b"<p:Reason>1</p:Reason>" in sent[0]


def test_a_process_that_is_not_there_has_ended_already() -> None:
    step = Step(StepAction.TERMINATE, process=Process(4444, "gone.exe"))
    assert perform(SimulatedPc(), step) is MethodOutcome.ALREADY


def test_a_service_that_is_not_there_is_an_error() -> None:
    gone = Step(StepAction.STOP_SERVICE, service=Service("Gone", "Gone", "Running"))
    assert "StopService" in text(why_not(SimulatedPc(), gone))


def test_a_refusal_names_the_step_the_host_the_value_and_a_remedy() -> None:
    locked = Step(StepAction.STOP_SERVICE, service=Service("Locked", "Locked Service", "Running"))
    failure = why_not(SimulatedPc(), locked)
    host = "win-1 (http://127.77.0.1:5985/wsman)"
    what = f"Could not stop the service Locked (Locked Service) on {host}"
    assert text(failure).startswith(f"{what}: Access was denied. [2] Connect as a member")
    assert not failure.restart_helps
    assert failure.take_back


def test_where_a_restart_would_help_the_error_says_so() -> None:
    pinned = Step(StepAction.STOP_SERVICE, service=Service("Pinned", "Pinned", "Running"))
    failure = why_not(SimulatedPc(), pinned)
    assert failure.restart_helps


@pytest.mark.parametrize("failure", [Failure.CLOSED, Failure.TIMEOUT])
def test_without_an_answer_nobody_knows(failure: Failure) -> None:
    pc = SimulatedPc()

    def lose(what: str, number: int) -> None:
        raise TransportError(failure)

    pc.after = lose
    lost = perform(pc, STOP)
    assert isinstance(lost, Unanswered)
    assert re.search(r"StopService on .*\(http", english(lost.text))
    assert pc.calls == ["StopService Watch"]
    assert "It is unknown whether it was done" in take_back(pc, STOP)


def test_an_answer_that_can_not_be_read_tells_nothing() -> None:
    pc = SimulatedPc()
    pc.spoil = lambda answer: answer.replace(b"</s:Body>", b"<unclosed></s:Body>")
    lost = perform(pc, STOP)
    assert isinstance(lost, Unanswered)
    assert "not well-formed" in english(lost.text)
    assert pc.calls == ["StopService Watch"]


def test_what_can_be_taken_back() -> None:
    pc = SimulatedPc()
    for step in (DISABLE, STOP):
        perform(pc, step)
    assert pc.state("Watch") == ("Stopped", "Disabled")
    assert "disabled" in take_back(pc, STOP)
    assert take_back(pc, DISABLE) == ""
    assert take_back(pc, STOP) == ""
    assert pc.state("Watch") == ("Running", "Auto")


def test_what_can_not_be_taken_back() -> None:
    driver = Service("Driver", "Driver", "Running", "Boot")
    unknown = Step(StepAction.CHANGE_START_MODE, service=driver, start_mode=StartMode.MANUAL)
    assert [undo_for(step) for step in (END, START, unknown)] == [None] * 3


def test_the_service_as_it_is_now() -> None:
    pc = SimulatedPc()
    perform(pc, STOP)
    now = read_service(pc.host, WATCH)
    assert now is not None
    assert (now.state, now.pid) == ("Stopped", None)
    assert read_service(pc.host, Service("Gone", "Gone", "Running")) is None


@pytest.mark.parametrize("force", [True, False])
def test_windows_is_asked_to_restart(force: bool) -> None:
    pc = SimulatedPc()
    answer(pc, call_for_restart(force))
    assert pc.calls == ["Win32Shutdown"]
