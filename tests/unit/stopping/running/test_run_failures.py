# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not happen: the wrong thing stopped, a host left half changed, an answer believed that
never came."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
)
from unit.rows import each_row
from unit.stopping.simulated_pc import SaidResult, SimulatedPc
from unit.words.english import english
from winsim import process_control
from winsim.state import Process

PROCESSES = "Enumerate Win32_Process"


def reuse_pid(pc: SimulatedPc, pid: int, port: int) -> None:
    """The process ends, and another program gets its PID and opens its port."""
    old = pc.machine.process(pid)
    assert old is not None
    held = [e for e in pc.machine.endpoints() if e.pid == pid and e.local_port == port]
    process_control.end(pc.machine, old)
    pc.machine.reuse_pid(pid)
    new = pc.machine.start_process(Process(0, 4556, "backup.exe", path=r"C:\Tools\backup.exe"))
    assert new.pid == pid
    pc.machine.open_as(pid, held)


def change_service(pc: SimulatedPc, name: str, **changes: object) -> None:
    service = pc.machine.service(name)
    assert service is not None
    pc.machine.put_service(dataclasses.replace(service, **changes))  # type: ignore[arg-type]


# -- the race --------------------------------------------------------------------------------------


@pytest.mark.parametrize("means", [Means.AUTO, Means.TERMINATE])
def test_a_pid_that_was_given_away_between_decision_and_stop(means: Means) -> None:
    pc = SimulatedPc()
    task, found = pc.task(8080, means=means), pc.survey(8080, means=means)
    reuse_pid(pc, 7192, 8080)
    before = pc.picture()
    result = pc.carry_out(task, found)
    assert pc.calls == []
    assert pc.picture() == before
    assert result.failure == (
        "The process id 7192 now belongs to another process, backup.exe. Nothing was stopped. "
        "Run the task again."
    )
    assert (result.done, result.pending) == ((), ())


def test_the_start_mode_of_a_service_that_is_another_by_now_stays() -> None:
    pc = SimulatedPc()
    options = {"start_mode": StartMode.DISABLED}
    task, found = pc.task(9090, **options), pc.survey(9090, **options)
    reuse_pid(pc, 8012, 9090)
    result = pc.carry_out(task, found)
    assert pc.calls == []
    assert "backup.exe" in result.failure
    assert pc.state("Watch")[1] == "Auto"


def test_a_port_that_somebody_else_has_taken_meanwhile() -> None:
    pc = SimulatedPc()
    task, found = pc.task(7400), pc.survey(7400)
    held = [e for e in pc.machine.endpoints() if e.local_port == 7400 and e.listening]
    old = pc.machine.process(8064)
    assert old is not None
    process_control.end(pc.machine, old)
    new = pc.machine.start_process(Process(0, 4556, "other.exe", path=r"C:\Tools\other.exe"))
    pc.machine.open_as(new.pid, held)
    result = pc.carry_out(task, found)
    assert pc.calls == []
    assert "but by other.exe" in result.failure


def test_the_second_of_two_has_changed_and_the_first_is_taken_back() -> None:
    pc = SimulatedPc()
    ports = [9090, 8080]
    task, found = pc.task(ports), pc.survey(ports)

    def swap(what: str, number: int) -> None:
        if what == "StopService Win32_Service":
            reuse_pid(pc, 7192, 8080)

    pc.after = swap
    result = pc.carry_out(task, found)
    assert pc.calls == ["StopService Watch", "StartService Watch"]
    assert pc.state("Watch")[0] == "Running"
    assert "The process id 7192 now belongs to another process, backup.exe." in result.failure
    assert "Nothing was stopped" not in result.failure
    assert "Taken back: stop the service Watch (Watch Dog)." in result.failure
    assert result.done == ()


# -- refused by Windows ----------------------------------------------------------------------------


@each_row(
    ("port", "words"),
    [
        (7010, ["privilege", "Debug programs"]),
        (7020, ["Access was denied", "Administrators", "protect"]),
        (7120, ["Access was denied", "Administrators"]),
    ],
)
def test_what_windows_refuses_changes_nothing_and_says_what_to_do(
    port: int, words: list[str]
) -> None:
    pc = SimulatedPc()
    before = pc.picture()
    # Forced: the plan refuses what Windows protects.
    result = pc.free(port, start_mode=StartMode.DISABLED, force=True)
    assert pc.picture() == before
    assert all(word in result.failure for word in words), result.failure
    assert result.done == ()
    assert result.failure.startswith("Could not ")


@pytest.mark.parametrize(
    "value", [1, *(pytest.param(each, marks=pytest.mark.sweep) for each in range(2, 25))]
)
def test_every_return_value_of_a_stop_has_its_remedy(value: int) -> None:
    pc = SimulatedPc()
    change_service(pc, "Locked", refuses={"StopService": value})
    before = pc.picture()
    result = pc.free(7120, timeout=1)
    assert pc.picture() == before
    assert result.failure.endswith(".")
    assert "no meaning of its own" not in result.failure


def test_dependents_that_stopped_for_nothing_run_again() -> None:
    pc = SimulatedPc()
    result = pc.free([7210], force=True, start_mode=StartMode.MANUAL)
    assert pc.calls == [
        "ChangeStartMode Vault",
        "StopService Teller",
        "StopService Vault",
        "ChangeStartMode Vault",
        "StartService Teller",
    ]
    assert pc.state("Teller")[0] == "Running"
    assert pc.state("Vault") == ("Running", "Auto")
    assert result.failure.count("Taken back: ") == 2
    assert result.done == ()


def test_a_disabled_service_gets_its_start_mode_back_before_it_starts() -> None:
    pc = SimulatedPc()
    change_service(pc, "Slow", stop_takes=0.0)
    result = pc.free([7100, 7120], start_mode=StartMode.DISABLED)
    assert pc.state("Slow") == pc.state("Locked") == ("Running", "Auto")
    assert pc.calls[-3:] == [
        "ChangeStartMode Locked",
        "ChangeStartMode Slow",
        "StartService Slow",
    ]
    assert result.done == ()


def test_what_can_not_be_taken_back_is_told() -> None:
    pc = SimulatedPc()
    result = pc.free([5432, 7010])
    ended = "end the process postgres.exe (PID 3212)"
    assert f"Not taken back: {ended}." in result.failure
    assert [english(step.description) for step in result.done] == [ended]


def test_a_service_that_does_not_start_again_when_it_is_taken_back() -> None:
    pc = SimulatedPc()
    change_service(pc, "Teller", refuses={"StartService": 13})
    result = pc.free(7210, force=True)
    assert "Not taken back: stop the service Teller." in result.failure
    assert "depends on could not be found or started" in result.failure
    assert [english(step.description) for step in result.done] == ["stop the service Teller"]


def test_a_start_mode_that_may_not_be_changed_stops_nothing() -> None:
    pc = SimulatedPc()
    change_service(pc, "Watch", refuses={"ChangeStartMode": 2})
    before = pc.picture()
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    assert pc.calls == ["ChangeStartMode Watch"]
    assert pc.picture() == before
    assert "Access was denied" in result.failure


def test_a_start_mode_that_is_not_told_afterwards_is_not_known() -> None:
    pc = SimulatedPc()

    def after(what: str, _number: int) -> None:
        if what == "ChangeStartMode Win32_Service":
            pc.spoil = lambda answer: re.sub(rb"<((?:\w+:)?StartMode)>\w*</\1>", b"", answer)

    pc.after = after
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    assert "win-1 (http://127.77.0.1:5985/wsman) did not tell the start mode" in result.failure
    assert "It is unknown whether this was done: set the start mode" in result.failure
    assert [step.start_mode for step in result.pending] == [StartMode.DISABLED]
    assert pc.state("Watch")[1] == "Disabled"


def test_a_fault_is_as_good_as_a_refusal() -> None:
    pc = SimulatedPc()
    change_service(pc, "Watch", start_mode="Manual")
    pc.rewrite = lambda envelope: envelope.replace(b"StopService", b"HaltService")
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    assert "Could not call Win32_Service.StopService on win-1" in result.failure
    assert pc.state("Watch") == ("Running", "Manual")


# -- answers that do not come ----------------------------------------------------------------------


def lose_answer(pc: SimulatedPc, lost: str, *, carried_out: bool = True) -> None:
    """Break the connection off at a request, before or after the PC has carried it out."""

    def break_off(what: str, number: int) -> None:
        if what == lost and number == 1:
            raise TransportError(Failure.CLOSED)

    if carried_out:
        pc.after = break_off
    else:
        pc.before = break_off


@pytest.mark.parametrize(
    ("port", "lost"), [(8080, "Terminate Win32_Process"), (9090, "StopService Win32_Service")]
)
def test_a_lost_answer_is_looked_up(port: int, lost: str) -> None:
    pc = SimulatedPc()
    lose_answer(pc, lost)
    result = pc.free(port)
    assert result.failure == ""
    assert len(result.done) == len(pc.calls) == 1
    pc = SimulatedPc()
    lose_answer(pc, lost, carried_out=False)
    result = pc.free(port, timeout=5)
    assert result.failure
    assert pc.calls == []
    assert result.done == ()


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_start_mode_whose_answer_is_lost_is_looked_up(carried_out: bool) -> None:
    pc = SimulatedPc()
    lose_answer(pc, "ChangeStartMode Win32_Service", carried_out=carried_out)
    result = pc.free(9090, start_mode=StartMode.DISABLED)
    if carried_out:
        assert pc.state("Watch") == ("Stopped", "Disabled")
    else:
        assert "ChangeStartMode" in result.failure
        assert pc.state("Watch") == ("Running", "Auto")
        assert not changed(result)


@pytest.mark.parametrize(
    ("port", "spoilt"), [(8080, "Terminate Win32_Process"), (9090, "StopService Win32_Service")]
)
def test_an_answer_that_can_not_be_read_is_looked_up(port: int, spoilt: str) -> None:
    """Nothing is taken back for it, and nothing is sent again."""
    pc = SimulatedPc()
    lost = b"</s:Body>", b"<unclosed></s:Body>"
    pc.spoil = lambda answer: answer.replace(*lost) if pc.requests[-1] == spoilt else answer
    result = pc.free(port, start_mode=StartMode.MANUAL if port == 9090 else None)
    assert result.failure == ""
    assert sum(request == spoilt for request in pc.requests) == 1
    assert pc.pids(port) == set()


@pytest.mark.parametrize(
    ("port", "spoilt"), [(8080, "Terminate Win32_Process"), (9090, "StopService Win32_Service")]
)
def test_what_nobody_can_find_out_is_told(port: int, spoilt: str) -> None:
    pc = SimulatedPc()
    lost = b"</s:Body>", b"<unclosed></s:Body>"
    pc.spoil = lambda answer: answer.replace(*lost) if spoilt in pc.requests else answer
    result = pc.free(port)
    assert "It is unknown whether this was done: " in result.failure
    assert spoilt.split()[0] in result.failure  # why it is not
    assert (result.done, len(result.pending)) == ((), 1)


def test_a_lost_answer_counts_without_waiting_too() -> None:
    pc = SimulatedPc()
    lose_answer(pc, "StopService Win32_Service")
    result = pc.free(9090, wait=False)
    assert "It is unknown whether this was done" in result.failure
    assert (result.done, len(result.pending)) == ((), 1)


def test_a_host_that_does_not_answer_any_more() -> None:
    pc = SimulatedPc()

    def cut(what: str, number: int) -> None:
        if "Terminate 7192" in pc.calls:
            raise TransportError(Failure.UNREACHABLE)

    pc.before = cut
    result = pc.free(8080)
    assert result.unreachable
    assert result.after is None
    assert [step.process.pid for step in result.done if step.process] == [7192]
    assert "can't be reached" in result.failure


def test_what_is_not_known_to_be_stopped_is_not_said_to_be() -> None:
    pc = SimulatedPc()

    def cut(what: str, number: int) -> None:
        if "Terminate Win32_Process" in pc.requests:
            raise TransportError(Failure.UNREACHABLE)

    pc.after = cut
    result = pc.free(8080)
    assert result.unreachable
    assert (result.done, len(result.pending)) == ((), 1)


def test_a_process_that_has_ended_by_itself_is_no_failure() -> None:
    pc = SimulatedPc()

    def end_first(what: str, number: int) -> None:
        process = pc.machine.process(7192)
        if what == "Terminate Win32_Process" and process is not None:
            process_control.end(pc.machine, process)

    pc.before = end_first
    result = pc.free(8080)
    assert (result.failure, result.done) == ("", ())


def changed(result: SaidResult) -> bool:
    return bool(result.done or result.pending)


def test_reading_that_fails_before_the_second_step_takes_the_first_back() -> None:
    pc = SimulatedPc()

    def spoil(what: str, number: int) -> None:
        if "StopService Watch" in pc.calls:
            pc.rewrite = lambda envelope: envelope.replace(
                b"FROM Win32_Process", b"FROM Win32_None"
            )

    pc.after = spoil
    result = pc.free([9090, 8080])
    assert "Win32_Process" in result.failure
    assert pc.state("Watch")[0] == "Running"
    assert not changed(result)
