# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans are carried out on simulated PCs: what stops, what is waited for, what has come back."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.aftermath import (
    HeldCause,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
)
from unit.stopping.simulated_pc import SaidResult, SimulatedPc
from unit.words.english import english
from winsim import process_control, service_control
from winsim.state import Process


def done(result: SaidResult) -> list[str]:
    return [english(step.description) for step in result.done]


def test_a_process_is_ended_and_the_port_is_free() -> None:
    pc = SimulatedPc()
    result = pc.free(8080)
    assert result.failure == ""
    assert done(result) == ["end the process java.exe (PID 7192)"]
    assert (result.after, result.held, result.pending) == ((), (), ())
    assert pc.pids(8080) == set()
    assert pc.calls == ["Terminate 7192"]


def test_a_holder_of_several_ports_is_stopped_once() -> None:
    pc = SimulatedPc()
    result = pc.free([7400, 7401], "tcp,udp")
    assert result.failure == ""
    assert pc.calls == ["Terminate 8064"]
    assert pc.pids(7400) == pc.pids(7401) == set()


def test_holders_of_several_ports_in_one_plan() -> None:
    pc = SimulatedPc()
    result = pc.free([9090, 7400])
    assert done(result) == [
        "stop the service Watch (Watch Dog)",
        "end the process twin.exe (PID 8064)",
    ]
    assert pc.calls == ["StopService Watch", "Terminate 8064"]


def test_it_waits_for_a_service_that_takes_its_time() -> None:
    pc = SimulatedPc()
    result = pc.free(7100)
    assert result.failure == ""
    assert pc.state("Slow")[0] == "Stopped"
    assert pc.seconds >= 0.7


def test_without_wait_nobody_waits() -> None:
    pc = SimulatedPc()
    result = pc.free(7100, wait=False)
    assert result.failure == ""
    assert (pc.state("Slow")[0], pc.seconds) == ("Stop Pending", 0)
    assert result.after is not None
    assert [holder.pid for holder in result.after] == [8028]


def test_without_wait_a_service_still_stops_before_the_one_that_it_needs() -> None:
    pc = SimulatedPc()
    front = pc.machine.service("Front")
    assert front is not None
    pc.machine.put_service(dataclasses.replace(front, stop_takes=3.0))
    result = pc.free(7200, wait=False, force=True)
    assert result.failure == ""
    assert pc.calls == ["StopService Front", "StopService Store"]
    assert pc.state("Store")[0] == "Stopped"


def test_what_let_go_by_itself_is_left_alone() -> None:
    pc = SimulatedPc()
    task = pc.task([8080, 9090])
    found = pc.survey([8080, 9090])
    process = pc.machine.process(7192)
    assert process is not None
    process_control.end(pc.machine, process)
    result = pc.carry_out(task, found)
    assert result.failure == ""
    assert done(result) == ["stop the service Watch (Watch Dog)"]
    assert pc.calls == ["StopService Watch"]


def test_the_start_mode_changes_before_the_stop() -> None:
    pc = SimulatedPc()
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    assert pc.calls == ["ChangeStartMode Watch", "StopService Watch"]
    assert pc.state("Watch") == ("Stopped", "Disabled")
    step = result.done[0]
    assert step.service is not None
    assert step.service.start_mode == "Auto"


# -- what comes back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("port", "options", "cause", "words"),
    [
        (3000, {}, HeldCause.PARENT, "pm.exe (PID 8004) has started node.exe"),
        (9090, {"means": Means.TERMINATE}, HeldCause.SERVICE_RECOVERY, "recovery actions"),
    ],
)
def test_what_comes_back_at_once(
    port: int, options: dict[str, object], cause: HeldCause, words: str
) -> None:
    pc = SimulatedPc()
    before = pc.pids(port)
    result = pc.free(port, **options)
    (held,) = result.held
    assert (held.cause, held.came_back) == (cause, True)
    assert {held.holder.pid} == pc.pids(port) != before
    assert words in result.failure
    assert len(result.done) == 1
    assert pc.seconds == 0


def test_what_comes_back_while_the_port_has_to_stay_free() -> None:
    pc = SimulatedPc()

    def start_again() -> None:
        new = pc.machine.start_process(Process(0, 4, "job.exe", path=r"C:\Jobs\job.exe"))
        old = [e for e in earlier if e.local_port == 7400 and e.family == "ipv4" and e.listening]
        pc.machine.open_as(new.pid, old)

    earlier = pc.machine.endpoints()
    pc.machine.later(20, start_again)
    assert pc.free(7400, stay_free=19).failure == ""
    pc = SimulatedPc()
    pc.machine.later(20, start_again)
    result = pc.free(7400, stay_free=30)
    (held,) = result.held
    assert held.cause is HeldCause.OTHER_PROGRAM
    assert "job.exe" in result.failure


def test_a_disabled_service_does_not_come_back() -> None:
    pc = SimulatedPc()
    result = pc.free(9090, means=Means.TERMINATE, start_mode=StartMode.DISABLED)
    # A process has no start mode: the plan says so and ends it, and the service recovers.
    assert [each.cause for each in result.held] == [HeldCause.SERVICE_RECOVERY]
    assert pc.free(9090, start_mode=StartMode.DISABLED).failure == ""


# -- what does not go ------------------------------------------------------------------------------


def test_a_process_that_does_not_end() -> None:
    pc = SimulatedPc()
    result = pc.free(7000, timeout=10)
    assert [each.cause for each in result.held] == [HeldCause.STILL_THERE]
    assert "stuck.exe (PID 8016) still holds the port" in result.failure
    assert (result.done, len(result.pending)) == ((), 1)
    assert 10 <= pc.seconds < 12


def test_a_service_that_does_not_stop() -> None:
    pc = SimulatedPc()
    result = pc.free(7110, timeout=10, start_mode=StartMode.DISABLED)
    assert (
        "The service Hung (Hung Service) on win-1 has not stopped after 10 seconds"
        in result.failure
    )
    assert "stop pending" in result.failure
    # It may still stop, and then it is not to start again.
    assert pc.state("Hung") == ("Stop Pending", "Disabled")
    assert [step.start_mode for step in result.done] == [StartMode.DISABLED]
    assert len(result.pending) == 1
    assert 10 <= pc.seconds < 12


def test_time_is_bounded_also_where_something_goes_on_changing() -> None:
    pc = SimulatedPc()
    result = pc.free([7000, 9090], timeout=6)
    assert result.failure
    assert done(result) == ["stop the service Watch (Watch Dog)"]
    assert pc.seconds < 8


# -- restarted -------------------------------------------------------------------------------------


def test_a_service_is_restarted() -> None:
    pc = SimulatedPc()
    before = pc.pids(9090)
    result = pc.free(9090, restart=True)
    assert result.failure == ""
    assert pc.calls == ["StopService Watch", "StartService Watch"]
    assert pc.state("Watch")[0] == "Running"
    assert pc.pids(9090) not in (before, set())
    assert result.after is not None
    assert {holder.pid for holder in result.after} == pc.pids(9090)


def test_dependents_are_restarted_with_it() -> None:
    pc = SimulatedPc()
    result = pc.free(7200, restart=True, force=True)
    assert result.failure == ""
    assert pc.calls == [
        "StopService Front",
        "StopService Store",
        "StartService Store",
        "StartService Front",
    ]
    assert pc.pids(7200)
    assert pc.pids(7201)


def test_a_stopped_service_gets_its_start_mode_back_and_starts() -> None:
    pc = SimulatedPc()
    pc.free(9090, start_mode=StartMode.DISABLED)
    result = pc.free(
        9090, restart=True, expected_service=("Watch",), start_mode=StartMode.AUTOMATIC
    )
    assert result.failure == ""
    assert pc.state("Watch") == ("Running", "Auto")
    assert pc.pids(9090)


def test_a_service_that_does_not_start_again() -> None:
    pc = SimulatedPc()
    watch = pc.machine.service("Watch")
    assert watch is not None
    pc.machine.put_service(dataclasses.replace(watch, refuses={"StartService": 15}))
    result = pc.free(9090, restart=True)
    assert "could not log on" in result.failure
    assert "right to log on as a service" in result.failure


def test_a_service_that_runs_again_but_holds_nothing() -> None:
    pc = SimulatedPc()
    pc.machine._opens["watch"] = []
    result = pc.free(9090, restart=True, timeout=20)
    assert "9090/tcp is not held again after 20 seconds" in result.failure


def test_who_takes_the_port_of_a_service_before_it_runs_again_is_told() -> None:
    pc = SimulatedPc()
    earlier = [each for each in pc.machine.endpoints() if each.local_port == 9090]
    pc.machine._opens["watch"] = []

    def take_it(what: str, number: int) -> None:
        if what == "StopService Win32_Service":
            new = pc.machine.start_process(Process(0, 4, "job.exe", path=r"C:\Jobs\job.exe"))
            pc.machine.open_as(new.pid, earlier)

    pc.after = take_it
    result = pc.free(9090, restart=True)
    assert "job.exe" in result.failure
    assert "has taken 9090/tcp meanwhile" in result.failure


def test_a_service_whose_work_is_done_by_a_program_of_its_own_holds_its_port_again() -> None:
    pc = SimulatedPc()
    worker = pc.machine.process(3212)
    assert worker is not None
    held = [each for each in pc.machine.endpoints() if each.local_port == 5432 and each.listening]

    def start_its_work(what: str, number: int) -> None:
        if what == "StopService Win32_Service":
            process_control.end(pc.machine, worker)
        if what == "StartService Win32_Service":
            (service,) = [s for s in pc.machine.services() if s.name == "postgresql-x64-16"]
            child = dataclasses.replace(worker, parent_pid=service.process_id, name="renamed.exe")
            pc.machine.open_as(pc.machine.start_process(child).pid, held)

    pc.after = start_its_work
    result = pc.free(5432, restart=True, expected_service=("postgresql-x64-16",))
    assert result.failure == ""


def test_a_service_that_someone_else_has_started_meanwhile() -> None:
    pc = SimulatedPc()

    def start_it(what: str, number: int) -> None:
        service = pc.machine.service("Watch")
        if what == "StopService Win32_Service" and service is not None:
            service_control.start(pc.machine, service)

    pc.after = start_it
    result = pc.free(9090)
    assert [each.cause for each in result.held] == [HeldCause.SERVICE_RECOVERY]
    assert pc.seconds == 0


# -- sockets that outlive their processes ----------------------------------------------------------


def test_a_socket_is_released_with_the_heir_that_is_named() -> None:
    pc = SimulatedPc()
    result = pc.free([7150, 7151], expected_process=("chroma",))
    assert result.failure == ""
    assert pc.calls == ["Terminate 8100"]
    assert pc.pids(7150) == pc.pids(7151) == set()


def test_the_wrong_heir_leaves_the_port_held_and_says_so() -> None:
    pc = SimulatedPc()
    result = pc.free(7151, expected_process=("python",), timeout=600)
    assert [each.cause for each in result.held] == [HeldCause.STILL_THERE]
    assert "chroma.exe (PID 8100)" in result.failure
    assert done(result) == ["end the process python.exe (PID 8104)"]
    assert pc.seconds < 30


def test_a_process_whose_socket_lives_on_has_ended_all_the_same() -> None:
    pc = SimulatedPc()
    parent = pc.machine.process(7192)
    assert parent is not None
    heir = dataclasses.replace(parent, parent_pid=7192, name="heir.exe", inherits=(7192,))
    started = pc.machine.start_process(heir)
    result = pc.free(8080, timeout=600)
    assert f"heir.exe (PID {started.pid})" in result.failure
    assert "use the method terminate" not in result.failure
    assert (done(result), result.pending) == (["end the process java.exe (PID 7192)"], ())
    assert pc.seconds < 30


def test_an_heir_that_let_go_by_itself_is_left_alone() -> None:
    pc = SimulatedPc()
    options = {"expected_process": ("chroma",)}
    task, found = pc.task(7151, **options), pc.survey(7151, **options)
    process = pc.machine.process(8100)
    assert process is not None
    process_control.end(pc.machine, process)
    result = pc.carry_out(task, found)
    assert (result.failure, pc.calls) == ("", [])
