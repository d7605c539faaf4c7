# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows is restarted as the last resort, and only where that helps."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.aftermath import (
    HeldCause,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
)
from unit.stopping.simulated_pc import RESTART_SECONDS, SimulatedPc
from unit.words.english import english
from winsim.state import Restart

SHUT_DOWN = "Win32Shutdown"


def restarts(pc: SimulatedPc) -> int:
    return pc.calls.count(SHUT_DOWN)


def test_not_without_being_asked() -> None:
    pc = SimulatedPc()
    result = pc.free(7000, timeout=1)
    assert (restarts(pc), result.rebooted) == (0, False)


def test_not_where_a_stop_is_enough() -> None:
    pc = SimulatedPc()
    result = pc.free([8080, 9090], reboot=True)
    assert (restarts(pc), result.rebooted, result.failure) == (0, False, "")


def test_a_process_that_does_not_end_ends_with_windows() -> None:
    pc = SimulatedPc()
    before = pc.machine.operating_system.booted
    result = pc.free(7000, timeout=1, reboot=True)
    assert result.failure == ""
    assert result.rebooted
    assert restarts(pc) == 1
    assert pc.machine.operating_system.booted > before
    assert pc.pids(7000) == set()
    assert pc.seconds > RESTART_SECONDS
    assert [english(step.description) for step in result.done] == [
        "end the process stuck.exe (PID 8016)"
    ]


@pytest.mark.parametrize(("port", "service"), [(7110, "Hung"), (7130, "Pinned")])
def test_a_service_that_does_not_stop_is_not_started_again(port: int, service: str) -> None:
    pc = SimulatedPc()
    result = pc.free(port, timeout=1, reboot=True, start_mode=StartMode.DISABLED)
    assert result.failure == ""
    assert result.rebooted
    assert pc.state(service) == ("Stopped", "Disabled")
    assert pc.pids(port) == set()
    assert [bool(step.start_mode) for step in result.done] == [True, False]


def test_not_where_a_service_that_takes_no_stop_starts_with_windows() -> None:
    pc = SimulatedPc()
    (refused,) = pc.survey(7130, reboot=True).plan.refusals
    assert "A restart of Windows does not help: Pinned" in english(refused.message)
    assert "start_mode" in english(refused.message)


@pytest.mark.parametrize(("port", "service"), [(7110, "Hung")])
def test_not_where_the_service_starts_with_windows(port: int, service: str) -> None:
    pc = SimulatedPc()
    result = pc.free(port, timeout=1, reboot=True)
    assert restarts(pc) == 0
    assert not result.rebooted
    assert f"A restart of Windows would not help: {service}" in result.failure
    assert "start_mode" in result.failure


def test_not_for_lack_of_rights() -> None:
    for port in (7010, 7020, 7120):
        pc = SimulatedPc()
        pc.free(port, timeout=1, reboot=True, start_mode=StartMode.DISABLED, force=True)
        assert restarts(pc) == 0


def test_not_against_what_comes_back() -> None:
    pc = SimulatedPc()
    assert pc.free(3000, reboot=True).held
    assert restarts(pc) == 0


@pytest.mark.sweep
def test_a_driver_that_keeps_the_port_of_its_service() -> None:
    pc = SimulatedPc()
    options = {"expected_service": ("LanmanServer",), "start_mode": StartMode.DISABLED}
    result = pc.free(445, timeout=1, **options)
    assert [each.cause for each in result.held] == [HeldCause.STILL_THERE]
    result = SimulatedPc().free(445, timeout=1, reboot=True, **options)
    assert result.rebooted


def test_what_holds_the_port_after_the_restart() -> None:
    # A process of a service, ended as a process, stays; a task starts it again with Windows.
    pc = SimulatedPc()
    pc.machine.put_service(
        dataclasses.replace(pc.machine.services_in(8012)[0], start_mode="Manual")
    )
    process = pc.machine.process(8012)
    assert process is not None
    pc.machine._processes[8012] = dataclasses.replace(process, unkillable=True)
    first = pc.machine._first
    pc.machine._first = dataclasses.replace(
        first,
        services=tuple(
            dataclasses.replace(s, start_mode="Manual") if s.name == "Watch" else s
            for s in first.services
        ),
    )
    result = pc.free(9090, timeout=1, reboot=True, means=Means.TERMINATE)
    assert result.rebooted
    assert [each.cause for each in result.held] == [HeldCause.STARTED_WITH_WINDOWS]
    assert "after the restart of Windows" in result.failure
    assert "Restarted Windows." not in result.failure


@pytest.mark.parametrize(("force", "flags"), [(False, b">2<"), (True, b">6<")])
def test_only_force_restarts_without_asking(force: bool, flags: bytes) -> None:
    pc = SimulatedPc()
    sent: list[bytes] = []

    def keep(envelope: bytes) -> bytes:
        if b"Win32Shutdown_INPUT" in envelope:
            sent.append(envelope)
        return envelope

    pc.rewrite = keep
    assert pc.free(7000, timeout=1, reboot=True, force=force).rebooted
    assert len(sent) == 1
    assert b"<p:Flags" + flags in sent[0]


def test_a_restart_whose_answer_is_lost_is_one_all_the_same() -> None:
    pc = SimulatedPc()

    def lose(what: str, number: int) -> None:
        if what.startswith(SHUT_DOWN):
            raise TransportError(Failure.CLOSED)

    pc.after = lose
    result = pc.free(7000, timeout=1, reboot=True)
    assert (result.failure, result.rebooted, restarts(pc)) == ("", True, 1)


@pytest.mark.parametrize(
    ("value", "words"), [(1314, "SeRemoteShutdownPrivilege"), (1191, "logged on")]
)
def test_windows_may_refuse(value: int, words: str) -> None:
    pc = SimulatedPc()
    pc.machine.restarting = Restart(refuses=value)
    result = pc.free(7000, timeout=1, reboot=True)
    assert words in result.failure
    assert not result.rebooted


def test_a_host_that_does_not_come_back() -> None:
    pc = SimulatedPc()
    result = pc.free(7000, timeout=1, reboot=True, reboot_timeout=30)
    assert result.unreachable
    assert "did not come back within 30 seconds" in result.failure
    assert not result.rebooted


def test_a_host_that_does_not_restart_after_all() -> None:
    pc = SimulatedPc()
    pc.machine.on_restart = lambda: None
    result = pc.free(7000, timeout=1, reboot=True, reboot_timeout=30)
    assert not result.unreachable
    assert "it answers, but Windows has not restarted" in result.failure


def test_a_clock_that_is_set_is_no_restart() -> None:
    pc = SimulatedPc()

    def set_clock() -> None:
        system = pc.machine.operating_system
        later = system.booted + timedelta(seconds=2)
        pc.machine.operating_system = dataclasses.replace(system, booted=later)

    pc.machine.on_restart = set_clock
    result = pc.free(7000, timeout=1, reboot=True, reboot_timeout=30)
    assert not result.rebooted


def test_the_shell_of_before_is_not_used_after() -> None:
    pc = SimulatedPc()
    pc.shell_id = "opened-by-the-connection"
    pc.free(7000, timeout=1, reboot=True)
    assert pc.shell_id is None
