# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that take nothing in their state are waited for as long as that helps, and what was not
sent is sent again. Services that end instead of running are told."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StartMode,
    StopGuard,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.service_waits import (
    MOST_SENDS,
)
from unit.rows import each_row
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import english
from winsim import service_control


def change(pc: SimulatedPc, name: str, **values: object) -> None:
    found = pc.machine.service(name)
    assert found is not None
    pc.machine.put_service(dataclasses.replace(found, **values))  # type: ignore[arg-type]


def starting(seconds: float, **values: object) -> SimulatedPc:
    """A PC whose service Starting runs after so many seconds."""
    pc = SimulatedPc()
    change(pc, "Starting", start_takes=seconds, **values)
    found = pc.machine.service("Starting")
    assert found is not None
    service_control.starts_by_itself(pc.machine, found)
    return pc


def test_the_stop_is_sent_again_once_the_service_takes_it() -> None:
    pc = starting(3.0)
    result = pc.free(7140, timeout=60)
    assert result.failure == ""
    assert pc.calls == ["StopService Starting"] * 2
    assert pc.state("Starting")[0] == "Stopped"
    assert [english(step.description) for step in result.done] == [
        "stop the service Starting (Starting Service)"
    ]
    assert 3 <= pc.seconds < 12


def test_a_service_that_never_gets_beyond_starting_is_waited_for_within_the_timeout() -> None:
    pc = SimulatedPc()
    result = pc.free(7140, timeout=5)
    assert "has not stopped after 5 seconds: its state is start pending" in result.failure
    assert "does not accept a stop in that state" in result.failure
    assert result.done == ()
    assert 5 <= pc.seconds < 10


def test_a_service_that_takes_no_stop_when_it_runs_at_last_is_not_waited_for() -> None:
    pc = starting(2.0, accept_stop=False)
    result = pc.free(7140, timeout=600)
    assert "The service Starting (Starting Service) can't be stopped" in result.failure
    assert pc.calls == ["StopService Starting"]
    assert (result.done, result.pending) == ((), ())
    assert pc.seconds < 10


def test_without_wait_a_stop_that_was_not_sent_is_no_success() -> None:
    pc = SimulatedPc()
    result = pc.free(7140, wait=False)
    assert "its state is start pending" in result.failure
    assert result.done == ()
    assert pc.seconds == 0


def test_check_mode_tells_that_a_service_would_not_stop_at_once() -> None:
    (warning,) = SimulatedPc().survey(7140).plan.warnings
    assert "Starting (Starting Service) does not stop at once" in english(warning)


def test_a_service_that_takes_no_stop_is_refused_without_a_request_to_stop() -> None:
    pc = SimulatedPc()
    found = pc.survey(7130)
    assert [each.guard for each in found.plan.refusals] == [StopGuard.TAKES_NO_STOP]
    assert pc.calls == []


def test_what_is_never_taken_is_sent_so_often_and_no_more() -> None:
    pc = SimulatedPc()
    change(pc, "Watch", refuses={"StopService": 5})
    result = pc.free(9090, timeout=10_000)
    assert "has not stopped" in result.failure
    assert pc.calls == ["StopService Watch"] * (MOST_SENDS + 1)
    assert result.done == ()


def test_a_service_that_is_stopping_already_is_waited_for() -> None:
    pc = SimulatedPc()
    slow = pc.machine.service("Slow")
    assert slow is not None
    assert service_control.stop(pc.machine, slow) == 0
    task, found = pc.task(7100), pc.survey(7100)
    result = pc.carry_out(task, found)
    assert (result.failure, pc.state("Slow")[0]) == ("", "Stopped")
    assert pc.calls == ["StopService Slow"]  # which Windows answers with 5


def test_a_stop_under_way_ends_before_the_service_is_started_again() -> None:
    pc = SimulatedPc()
    slow = pc.machine.service("Slow")
    assert slow is not None
    change(pc, "Slow", stop_takes=5.0)
    slow = pc.machine.service("Slow")
    assert slow is not None
    assert service_control.stop(pc.machine, slow) == 0
    result = pc.free(7100, restart=True, expected_service=("Slow",))
    assert result.failure == ""
    assert pc.state("Slow")[0] == "Running"
    assert pc.pids(7100)


# -- services that do not run again ----------------------------------------------------------------


def fails(code: int) -> Callable[[SimulatedPc], None]:
    return lambda pc: change(pc, "Watch", start_takes=0.5, start_fails=code)


@each_row(
    ("break_it", "words"),
    [
        (fails(1067), "was started and has stopped again with the exit code 1067"),
        (lambda pc: change(pc, "Watch", refuses={"StartService": 15}), "could not log on"),
        (
            lambda pc: change(pc, "Watch", start_takes=float("inf")),
            "does not run after 20 seconds: its state is start pending",
        ),
    ],
)
def test_a_service_that_does_not_run_again_is_named_with_why_and_as_stopped(
    break_it: Callable[[SimulatedPc], None], words: str
) -> None:
    pc = SimulatedPc()
    break_it(pc)
    result = pc.free(9090, restart=True, timeout=20)
    assert words in result.failure
    assert "Watch" in result.failure
    assert pc.seconds < 25
    down = pc.state("Watch")[0] == "Stopped"
    assert ("Stopped now: Watch (Watch Dog)." in result.failure) is down
    assert [each.name for each in result.stopped_now] == (["Watch"] if down else [])
    assert "start the service Watch (Watch Dog)" not in [
        english(each.description) for each in result.done
    ]


def test_one_that_does_not_start_keeps_no_other_from_it() -> None:
    pc = SimulatedPc()
    change(pc, "Store", refuses={"StartService": 9})
    result = pc.free([7200, 9090], restart=True, force=True)
    assert pc.state("Watch")[0] == "Running"
    assert "Stopped now: Front (Store Front), Store." in result.failure
    assert "Could not start the service Store" in result.failure


def test_what_is_taken_back_is_read_back() -> None:
    pc = SimulatedPc()
    change(pc, "Teller", start_takes=0.5, start_fails=1)
    result = pc.free(7210, force=True, timeout=5)
    assert "Taken back: stop the service Teller" not in result.failure
    assert "Not taken back: stop the service Teller." in result.failure
    assert "Stopped now: Teller." in result.failure
    assert [each.name for each in result.stopped_now] == ["Teller"]


def test_a_start_mode_that_was_accepted_without_effect_is_not_claimed() -> None:
    pc = SimulatedPc()

    def put_back(what: str, number: int) -> None:
        if what == "ChangeStartMode Win32_Service":
            change(pc, "Watch", start_mode="Auto")

    pc.after = put_back
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    assert "it is still Auto" in result.failure
    assert (result.done, pc.calls) == ((), ["ChangeStartMode Watch"])


# -- what is left where something goes wrong -------------------------------------------------------


def add(pc: SimulatedPc, name: str, **values: object) -> None:
    """A service like Front, which depends on Store."""
    front = pc.machine.service("Front")
    assert front is not None
    changes = {"name": name, "display_name": name} | values
    pc.machine.put_service(dataclasses.replace(front, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("wait", [True, False])
def test_what_was_done_for_a_stop_that_was_never_sent_is_taken_back(wait: bool) -> None:
    pc = SimulatedPc()
    add(pc, "Stuck", state="Start Pending", start_takes=math.inf)
    result = pc.free(7200, force=True, start_mode=StartMode.MANUAL, timeout=5, wait=wait)
    assert "Stuck on win-1 has not stopped" in result.failure
    assert "Taken back: set the start mode of the service Store to manual." in result.failure
    assert pc.state("Store") == ("Running", "Auto")
    assert pc.state("Front")[0] == "Running"
    assert (result.done, result.pending) == ((), ())


def test_a_start_mode_that_is_not_set_back_is_not_said_to_be() -> None:
    pc = SimulatedPc()
    kept = pc.machine.service("Vault")

    def keep(what: str, number: int) -> None:
        nonlocal kept
        if what == "ChangeStartMode Win32_Service" and number == 1:
            kept = pc.machine.service("Vault")
        elif what == "ChangeStartMode Win32_Service":
            assert kept is not None
            pc.machine.put_service(kept)

    pc.after = keep
    result = pc.free(7210, force=True, start_mode=StartMode.DISABLED)
    change_of = "set the start mode of the service Vault to disabled"
    assert f"Not taken back: {change_of}. It was set back, but is still Disabled." in result.failure
    assert "Taken back: stop the service Teller." in result.failure
    assert [english(step.description) for step in result.done] == [change_of]


def unreadable(pc: SimulatedPc, times: float) -> None:
    """So many reads of services fail once Store was told to stop."""
    left = times

    def spoil(what: str, number: int) -> None:
        nonlocal left
        pc.rewrite = lambda envelope: envelope
        if "StopService Store" in pc.calls and left:
            left -= 1
            pc.rewrite = lambda envelope: envelope.replace(b"FROM Win32_Service", b"FROM Win32_No")

    pc.after = spoil


def test_a_read_that_fails_once_leaves_no_service_stopped() -> None:
    pc = SimulatedPc()
    unreadable(pc, 1)
    result = pc.free(7200, force=True, restart=True)
    assert result.failure == ""
    assert [pc.state(name)[0] for name in ("Store", "Front")] == ["Running", "Running"]


def test_what_can_not_be_read_any_more_is_started_again() -> None:
    pc = SimulatedPc()
    unreadable(pc, math.inf)
    result = pc.free(7200, force=True, restart=True, timeout=5)
    assert "Could not read Win32_Service" in result.failure
    assert "It is unknown whether it runs again." in result.failure
    assert [pc.state(name)[0] for name in ("Store", "Front")] == ["Running", "Running"]


# -- services that are named and hold none of the ports --------------------------------------------


def test_a_named_service_that_is_starting_is_waited_for() -> None:
    named = {"restart": True, "force": True, "expected_service": ("Store", "Starting")}
    pc = starting(3.0)
    found = pc.survey(7200, **named)
    assert any(
        "Starting (Starting Service) does not run yet" in english(each)
        for each in found.plan.warnings
    )
    result = pc.free(7200, **named)
    assert result.failure == ""
    assert pc.seconds >= 3
    pc = SimulatedPc()
    result = pc.free(7200, timeout=5, **named)
    assert "Starting (Starting Service) on win-1 does not run after 5 seconds" in result.failure


def test_a_dependent_that_nobody_has_named_and_does_not_start_is_a_warning() -> None:
    pc = SimulatedPc()
    add(pc, "Broken", state="Stopped", process_id=0, start_takes=0.3, start_fails=1067)
    result = pc.free(7200, restart=True, force=True, expected_service=("Store",))
    assert result.failure == ""
    (note,) = result.notes
    assert "The service Broken on win-1 was started and has stopped again" in note


@pytest.mark.parametrize("state", ["Pause Pending", "Continue Pending"])
def test_a_stop_that_is_invalid_while_a_service_changes_its_state_is_sent_again(state: str) -> None:
    pc = SimulatedPc()
    change(pc, "Watch", state=state, accept_stop=False)
    pc.machine.later(2.0, lambda: change(pc, "Watch", state="Running", accept_stop=True))
    result = pc.free(9090)
    assert result.failure == ""
    assert pc.calls == ["StopService Watch"] * 2
    assert pc.state("Watch")[0] == "Stopped"


def test_the_state_of_another_service_is_not_taken_for_the_one_asked_for() -> None:
    """A host that has not looked at the condition of a query tells every service."""
    pc = SimulatedPc()
    condition = re.compile(rb"(FROM Win32_Service) WHERE [^<]*")
    pc.rewrite = lambda envelope: condition.sub(rb"\1", envelope)
    result = pc.free(9090, restart=True)
    assert result.failure == ""
    assert pc.calls == ["StopService Watch", "StartService Watch"]


def test_a_port_that_another_service_of_the_same_process_holds() -> None:
    pc = SimulatedPc()
    result = pc.free(7301, expected_service=("BundleOne",), timeout=3)
    assert "for another of the services in it that run: BundleTwo." in result.failure
    assert "terminate" not in result.failure
