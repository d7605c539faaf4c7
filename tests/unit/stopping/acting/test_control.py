# SPDX-License-Identifier: GPL-3.0-or-later
"""Single steps: which method is called on what, and what its answer means."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Process,
    Service,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.return_codes import Outcome
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.acting.control import (
    StepError,
    UnansweredError,
    perform,
    read_service,
    restart_windows,
    take_back,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StartMode,
    Step,
    StepAction,
)
from unit.stopping.simulated_pc import SimulatedPc

WATCH = Service("Watch", "Watch Dog", "Running", "Auto", 8012)
JAVA = Process(7192, "java.exe")
STOP = Step(StepAction.STOP_SERVICE, service=WATCH)
START = Step(StepAction.START_SERVICE, service=WATCH)
DISABLE = Step(StepAction.CHANGE_START_MODE, service=WATCH, start_mode=StartMode.DISABLED)
END = Step(StepAction.TERMINATE, process=JAVA)


@pytest.mark.parametrize(
    ("step", "call", "outcome"),
    [
        (END, "Terminate 7192", Outcome.ACCEPTED),
        (STOP, "StopService Watch", Outcome.ACCEPTED),
        (START, "StartService Watch", Outcome.ALREADY),
        (DISABLE, "ChangeStartMode Watch", Outcome.ACCEPTED),
    ],
)
def test_each_action_has_its_method(step: Step, call: str, outcome: Outcome) -> None:
    pc = SimulatedPc()
    assert perform(pc.host, step) is outcome
    assert pc.calls == [call]


def test_a_process_ends_with_exit_code_1() -> None:
    pc = SimulatedPc()
    sent: list[bytes] = []

    def keep(envelope: bytes) -> bytes:
        sent.append(envelope)
        return envelope

    pc.rewrite = keep
    perform(pc.host, END)
    assert b"<p:Reason>1</p:Reason>" in sent[0]


def test_a_process_that_is_not_there_has_ended_already() -> None:
    step = Step(StepAction.TERMINATE, process=Process(4444, "gone.exe"))
    assert perform(SimulatedPc().host, step) is Outcome.ALREADY


def test_a_service_that_is_not_there_is_an_error() -> None:
    gone = Step(StepAction.STOP_SERVICE, service=Service("Gone", "Gone", "Running"))
    with pytest.raises(StepError, match="StopService"):
        perform(SimulatedPc().host, gone)


def test_a_refusal_names_the_step_the_host_the_value_and_a_remedy() -> None:
    locked = Step(StepAction.STOP_SERVICE, service=Service("Locked", "Locked Service", "Running"))
    with pytest.raises(StepError) as caught:
        perform(SimulatedPc().host, locked)
    host = "win-1 (http://127.77.0.1:5985/wsman)"
    what = f"Could not stop the service Locked (Locked Service) on {host}"
    assert str(caught.value).startswith(f"{what}: Access was denied. [2] Connect as a member")
    assert not caught.value.restart_helps
    assert caught.value.take_back


def test_where_a_restart_would_help_the_error_says_so() -> None:
    pinned = Step(StepAction.STOP_SERVICE, service=Service("Pinned", "Pinned", "Running"))
    with pytest.raises(StepError) as caught:
        perform(SimulatedPc().host, pinned)
    assert caught.value.restart_helps


@pytest.mark.parametrize("failure", [Failure.CLOSED, Failure.TIMEOUT])
def test_without_an_answer_nobody_knows(failure: Failure) -> None:
    pc = SimulatedPc()

    def lose(what: str, number: int) -> None:
        raise TransportError(failure)

    pc.after = lose
    with pytest.raises(UnansweredError, match=r"StopService on .*\(http"):
        perform(pc.host, STOP)
    assert pc.calls == ["StopService Watch"]
    with pytest.raises(StepError, match="It is not known whether it was done"):
        take_back(pc.host, STOP)


def test_an_answer_that_can_not_be_read_tells_nothing() -> None:
    pc = SimulatedPc()
    pc.spoil = lambda answer: answer.replace(b"</s:Body>", b"<unclosed></s:Body>")
    with pytest.raises(UnansweredError, match="not well-formed"):
        perform(pc.host, STOP)
    assert pc.calls == ["StopService Watch"]


def test_what_can_be_taken_back() -> None:
    pc = SimulatedPc()
    for step in (DISABLE, STOP):
        perform(pc.host, step)
    assert pc.state("Watch") == ("Stopped", "Disabled")
    with pytest.raises(StepError, match="disabled"):
        take_back(pc.host, STOP)
    assert take_back(pc.host, DISABLE)
    assert take_back(pc.host, STOP)
    assert pc.state("Watch") == ("Running", "Auto")


def test_what_can_not_be_taken_back() -> None:
    pc = SimulatedPc()
    driver = Service("Driver", "Driver", "Running", "Boot")
    unknown = Step(StepAction.CHANGE_START_MODE, service=driver, start_mode=StartMode.MANUAL)
    assert [take_back(pc.host, step) for step in (END, START, unknown)] == [False] * 3
    assert pc.calls == []


def test_the_service_as_it_is_now() -> None:
    pc = SimulatedPc()
    perform(pc.host, STOP)
    now = read_service(pc.host, WATCH)
    assert now is not None
    assert (now.state, now.pid) == ("Stopped", None)
    assert read_service(pc.host, Service("Gone", "Gone", "Running")) is None


@pytest.mark.parametrize("force", [True, False])
def test_windows_is_asked_to_restart(force: bool) -> None:
    pc = SimulatedPc()
    restart_windows(pc.host, force)
    assert pc.calls == ["Win32Shutdown"]
