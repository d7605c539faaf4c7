# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not go as planned when port_process frees ports: what can't be stopped, what comes
back, what changes between the decision and the stop, and the last resort, a restart of Windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from integration.freeing import Incident, Pc, Tables, Task, simulated_pc
from winsim import process_control, service_control
from winsim.images import load
from winsim.inventory import Plugin, Transport
from winsim.machine import Machine
from winsim.state import Process

pytestmark = pytest.mark.integration

SHORT = {"timeout": 1}

# What can't be stopped, and a word of what to do about it.
UNSTOPPABLE: dict[str, tuple[dict[str, Any], str]] = {
    "access to a service is denied": ({"ports": 7120}, "Administrators"),
    "and its start mode is put back": ({"ports": 7120, "start_mode": "disabled"}, "Taken back"),
    "a service takes no stop": ({"ports": 7130}, "method terminate"),
    "a protected process": ({"ports": 7020}, "protect"),
    "a privilege is missing": ({"ports": 7010}, "SeDebugPrivilege"),
    "a program before one that can't be": ({"ports": [7010, 7020]}, "Could not"),
}


def test_what_can_t_be_stopped_leaves_the_pc_as_it_was(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 11) as pc:
        before = Tables.of(pc.machine)
        results = pc.play(*(Task(name, arguments) for name, (arguments, _w) in UNSTOPPABLE.items()))
        assert Tables.of(pc.machine) == before
    for name, (_arguments, word) in UNSTOPPABLE.items():
        result = results[name]
        assert result["status"] == "failed", name
        assert result["changed"] is False, name
        assert word in result["msg"], (name, result["msg"])
        assert result["stopped"] == [], name
        assert result["start_modes"] == {}, name
        assert result["before"] == result["after"] != [], name


def test_services_that_have_stopped_for_nothing_run_again(tmp_path: Path) -> None:
    arguments = {"ports": 7210, "force": True, "start_mode": "manual"}
    with simulated_pc(tmp_path, 12) as pc:
        before = Tables.of(pc.machine)
        result = pc.play(Task("vault", arguments))["vault"]
        after = Tables.of(pc.machine)
        assert pc.is_open(7210)
        assert pc.is_open(7211)
    assert result["status"] == "failed"
    assert result["changed"] is False
    assert result["msg"].count("Taken back") == 2, result["msg"]
    # Teller runs again, in a process of its own; nothing else is different.
    states = [
        {name: (each.state, each.start_mode) for name, each in tables.services.items()}
        for tables in (before, after)
    ]
    assert states[0] == states[1]
    assert after.services["Vault"] == before.services["Vault"]


def test_what_does_not_go_is_not_said_to_be_gone(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 13) as pc:
        results = pc.play(
            Task("program", {"ports": 7000} | SHORT), Task("service", {"ports": 7110} | SHORT)
        )
        assert pc.is_open(7000)
        assert pc.is_open(7110)
    for name, process in (("program", "stuck.exe"), ("service", "hung.exe")):
        result = results[name]
        assert result["status"] == "failed", name
        assert [each["process"] for each in result["after"]] == [process]
        assert result["came_back"] == []
        assert "timeout" in result["msg"] or "longer" in result["msg"], result["msg"]


def test_a_supervisor_starts_its_program_again(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 14) as pc:
        result = pc.play(Task("node", {"ports": 3000}))["node"]
        now = [each.pid for each in pc.machine.processes() if each.path and "nodejs" in each.path]
        assert pc.is_open(3000)
    assert result["status"] == "failed"
    assert result["changed"] is True
    (came_back,) = result["came_back"]
    assert came_back["pid"] in now
    assert came_back["pid"] != result["stopped"][0]["pid"]
    assert came_back["reason"] == "parent"
    assert "pm.exe (PID 8004)" in result["msg"]


def test_a_service_that_recovers_comes_back_unless_it_stops_as_a_service(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 15) as pc:
        results = pc.play(
            Task("ended", {"ports": 9090, "method": "terminate"}), Task("stopped", {"ports": 9090})
        )
        assert pc.is_free(9090)
    ended, stopped = results["ended"], results["stopped"]
    assert ended["status"] == "failed"
    (came_back,) = ended["came_back"]
    assert came_back["reason"] == "service_recovery"
    assert came_back["services"] == ["Watch"]
    assert came_back["pid"] == stopped["before"][0]["pid"] != ended["before"][0]["pid"]
    assert "Watch" in ended["msg"]
    assert stopped["status"] == "changed"
    assert stopped["came_back"] == []


LOST = {
    "a program": (7400, "Terminate", "twin.exe"),
    "a service": (7100, "StopService", "Slow"),
}


@pytest.mark.parametrize("what", LOST)
def test_an_answer_that_got_lost_is_not_asked_for_again(what: str, tmp_path: Path) -> None:
    port, action, name = LOST[what]
    number = 40 + list(LOST).index(what)
    with simulated_pc(tmp_path, number, faults=[f"reset:action={action}"]) as pc:
        result = pc.play(Task("free", {"ports": port}))["free"]
        assert [entry.action for entry in pc.requests()].count(action) == 1
        assert pc.is_free(port)
    assert result["status"] == "changed", result["msg"]
    assert [each["name"] for each in result["stopped"]] == [name]


def test_a_host_that_can_t_be_read_has_nothing_stopped(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 42, faults=["access-denied:class=Win32_Process"]) as pc:
        before = Tables.of(pc.machine)
        result = pc.play(Task("free", {"ports": 7400}))["free"]
        assert Tables.of(pc.machine) == before
    assert result["status"] == "failed"
    assert "Could not read Win32_Process" in result["msg"]


# -- between the decision and the stop -------------------------------------------------------------


def at_the_second_look(happens: Callable[[Machine], None]) -> Incident:
    """Something that happens when the PC is asked for its listeners for the second time: by then
    the plan is made, and nothing is stopped yet."""
    looks = 0

    def incident(machine: Machine, verb: str, class_name: str) -> None:
        nonlocal looks
        if verb == "Enumerate" and class_name == "MSFT_NetTCPConnection":
            looks += 1
            if looks == 2:
                happens(machine)

    return incident


def replaced(machine: Machine, pid: int, name: str, *, same_pid: bool) -> None:
    """A process ends, and another one takes its ports, with its PID or without."""
    with machine.lock:
        held = [each for each in machine.endpoints() if each.pid == pid and each.listening]
        machine.end_process(pid)
        if same_pid:
            machine.reuse_pid(pid)
        new = machine.start_process(Process(pid=0, parent_pid=4556, name=name, path=f"C:\\{name}"))
        assert (new.pid == pid) is same_pid
        machine.open_as(new.pid, held)


def service_again(machine: Machine, name: str) -> None:
    for action in (service_control.stop, service_control.start):
        service = machine.service(name)
        assert service is not None
        assert action(machine, service) == 0


def moved(machine: Machine) -> None:
    """The process that held the port has another port now, and a new one has the port."""
    with machine.lock:
        (held,) = (each for each in machine.endpoints() if each.local_port == 7500)
        machine.end_process(8068)
        machine.reuse_pid(8068)
        machine.start_process(
            Process(pid=0, parent_pid=4556, name="csrss.exe", path="C:\\Users\\Public\\csrss.exe")
        )
        new = machine.start_process(Process(pid=0, parent_pid=4556, name="other.exe"))
        machine.open_as(new.pid, [held])


RACES: dict[str, tuple[int, Callable[[Machine], None], str]] = {
    "the PID belongs to another program": (
        7400,
        lambda pc: replaced(pc, 8064, "innocent.exe", same_pid=True),
        "innocent.exe",
    ),
    "the PID belongs to the same program, started anew": (
        7400,
        lambda pc: replaced(pc, 8064, "twin.exe", same_pid=True),
        "another process",
    ),
    "another program has the port": (
        7400,
        lambda pc: replaced(pc, 8064, "innocent.exe", same_pid=False),
        "innocent.exe",
    ),
    "the port has moved to another process": (7500, moved, "other.exe"),
    "the service has been started anew": (9090, lambda pc: service_again(pc, "Watch"), "watchd"),
}


@pytest.mark.parametrize("race", RACES)
def test_what_is_not_the_same_any_more_is_not_stopped(race: str, tmp_path: Path) -> None:
    port, happens, word = RACES[race]
    after: list[Tables] = []

    def happen(machine: Machine) -> None:
        happens(machine)
        after.append(Tables.of(machine))

    number = 20 + list(RACES).index(race)
    with simulated_pc(tmp_path, number, incident=at_the_second_look(happen)) as pc:
        result = pc.play(Task("free", {"ports": port}))["free"]
        assert [Tables.of(pc.machine)] == after
        actions = {entry.action for entry in pc.requests()}
    assert not actions & {"Terminate", "StopService", "ChangeStartMode"}
    assert result["status"] == "failed"
    assert result["changed"] is False
    assert result["stopped"] == []
    assert word in result["msg"], result["msg"]
    assert "Nothing was stopped." in result["msg"]


def test_what_has_let_go_by_itself_needs_no_stop(tmp_path: Path) -> None:
    def ends(machine: Machine) -> None:
        process = machine.process(8064)
        assert process is not None
        process_control.end(machine, process)

    with simulated_pc(tmp_path, 30, incident=at_the_second_look(ends)) as pc:
        result = pc.play(Task("free", {"ports": 7400}))["free"]
        actions = {entry.action for entry in pc.requests()}
        assert pc.is_free(7400)
    assert "Terminate" not in actions
    assert result["status"] == "ok", result["msg"]
    assert result["stopped"] == result["after"] == []


# -- the last resort -------------------------------------------------------------------------------

LAST = SHORT | {"reboot": "if_needed", "reboot_timeout": 60}


def booted(pc: Pc) -> object:
    return pc.machine.operating_system.booted


WAYS: tuple[tuple[Transport, Plugin], ...] = (
    ("basic", "winrm"),
    ("ntlm", "winrm"),
    ("ntlm", "psrp"),
)


@pytest.mark.parametrize("way", WAYS)
def test_a_restart_of_windows_frees_what_nothing_else_does(
    way: tuple[Transport, Plugin], tmp_path: Path
) -> None:
    with simulated_pc(tmp_path, 50 + WAYS.index(way), way=way) as pc:
        before = booted(pc)
        program = {"ports": 7000} | LAST
        check = pc.play(Task("check", program, check=True), Task("never", {"ports": 7000} | SHORT))
        assert check["check"]["status"] == "changed"
        assert check["never"]["status"] == "failed"
        assert check["never"]["rebooted"] is False
        assert booted(pc) == before
        result = pc.play(Task("free", program))["free"]
        assert result["status"] == "changed", result["msg"]
        assert result["rebooted"] is True
        assert result["after"] == []
        assert booted(pc) != before
        assert pc.is_free(7000)


def test_a_service_that_starts_with_windows_is_not_worth_a_restart(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 32) as pc:
        before = booted(pc)
        pinned = {"ports": 7130} | LAST
        useless = pc.play(Task("useless", pinned))["useless"]
        assert useless["status"] == "failed"
        assert useless["rebooted"] is False
        assert "start_mode" in useless["msg"]
        assert booted(pc) == before
        result = pc.play(Task("off", pinned | {"start_mode": "disabled"}))["off"]
        assert result["status"] == "changed", result["msg"]
        assert result["rebooted"] is True
        assert result["start_modes"] == {"Pinned": "auto"}
        assert booted(pc) != before
        assert pc.is_free(7130)
        service = pc.machine.service("Pinned")
        assert service is not None
        assert (service.start_mode, service.state) == ("Disabled", "Stopped")


def test_no_restart_where_something_else_frees_the_port(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 33) as pc:
        before = booted(pc)
        results = pc.play(
            Task("stopped", {"ports": 7400} | LAST),
            Task("refused", {"ports": 445} | LAST),
            Task("came back", {"ports": 3000} | LAST),
        )
        assert booted(pc) == before
    assert {name: each["status"] for name, each in results.items()} == {
        "stopped": "changed", "refused": "failed", "came back": "failed"
    }  # fmt: skip


def test_a_restart_that_windows_refuses(tmp_path: Path) -> None:
    restart = {"restart": {"refuses": 1314}}
    with simulated_pc(tmp_path, 34, changed=restart) as pc:
        before = booted(pc)
        result = pc.play(Task("free", {"ports": 7000} | LAST))["free"]
        assert booted(pc) == before
    assert result["status"] == "failed"
    assert result["rebooted"] is False
    assert "Force shutdown from a remote system" in result["msg"]


def test_a_host_that_does_not_come_back(tmp_path: Path) -> None:
    restart = {"restart": {"takes": 60.0}}
    with simulated_pc(tmp_path, 35, changed=restart) as pc:
        result = pc.play(Task("free", {"ports": 7000} | LAST | {"reboot_timeout": 3}))["free"]
    assert result["status"] == "unreachable"
    assert "did not come back within 3 seconds" in result["msg"]


def with_file_sharing(document: Mapping[str, Any]) -> dict[str, Any]:
    """The processes of an image, of which System holds port 445 for as long as LanmanServer runs
    and, because a driver holds it, until the next restart of Windows."""
    return {
        "processes": [
            each | {"tcp": ["*:445 (LanmanServer)"]} if each["pid"] == 4 else each
            for each in document["processes"]
        ]
    }


def test_file_sharing_lets_go_of_its_port_with_the_next_restart_of_windows(tmp_path: Path) -> None:
    changed = with_file_sharing(load("stubborn").document)
    sharing = {"ports": 445, "expected_service": "LanmanServer", "start_mode": "disabled"}
    with simulated_pc(tmp_path, 36, changed=changed) as pc:
        before = booted(pc)
        not_yet = pc.play(Task("not yet", sharing | SHORT))["not yet"]
        assert not_yet["status"] == "failed"
        assert not_yet["start_modes"] == {"LanmanServer": "auto"}
        assert booted(pc) == before
        result = pc.play(Task("free", sharing | LAST))["free"]
        assert result["status"] == "changed", result["msg"]
        assert result["rebooted"] is True
        assert pc.holder_of(445) is None
