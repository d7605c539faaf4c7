# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not go as planned when port_process frees ports: what can't be stopped, what comes
back, what changes between the decision and the stop, and when no restart of Windows helps.

Each situation has a PC of its own, and Ansible starts once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from integration.freeing import Incident, Outcome, Situation, Tables, Task, outcomes
from winsim import process_control, service_control
from winsim.machine import Machine
from winsim.state import Process

pytestmark = pytest.mark.integration

SHORT = {"timeout": 1}
LAST = SHORT | {"reboot": "if_needed", "reboot_timeout": 60}

# What can't be stopped, and a word of what to do about it.
UNSTOPPABLE: dict[str, tuple[dict[str, Any], str]] = {
    "access to a service is denied": ({"ports": 7120}, "Administrators"),
    "and its start mode is put back": ({"ports": 7120, "start_mode": "disabled"}, "Taken back"),
    "a service takes no stop": ({"ports": 7130}, "method terminate"),
    "a protected process": ({"ports": 7020}, "protect"),
    "a protected process, by force": ({"ports": 7020, "force": True}, "protect"),
    "a privilege is missing": ({"ports": 7010}, "SeDebugPrivilege"),
    "a program before one that can't be": (
        {"ports": [7010, 7020], "force": True},
        "Could not",
    ),
}

LOST = {
    "a program": (7400, "Terminate", "twin.exe"),
    "a service": (7100, "StopService", "Slow"),
}


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


def ends(machine: Machine) -> None:
    process = machine.process(8064)
    assert process is not None
    process_control.end(machine, process)


def free(arguments: Mapping[str, Any], **options: Any) -> Situation:
    """A PC with one task."""
    return Situation([Task("free", arguments)], options)


#: How the PCs stood right after what happens at the second look.
AFTER: dict[str, Tables] = {}


def noted(race: str, happens: Callable[[Machine], None]) -> Incident:
    def happen(machine: Machine) -> None:
        happens(machine)
        AFTER[race] = Tables.of(machine)

    return at_the_second_look(happen)


SITUATIONS = {
    "unstoppable": Situation(
        [Task(name, arguments) for name, (arguments, _word) in UNSTOPPABLE.items()]
    ),
    "vault": free({"ports": 7210, "force": True, "start_mode": "manual"}),
    "does not go": Situation(
        [Task("program", {"ports": 7000} | SHORT), Task("service", {"ports": 7110} | SHORT)]
    ),
    "supervisor": free({"ports": 3000}),
    "recovery": Situation(
        [Task("ended", {"ports": 9090, "method": "terminate"}), Task("stopped", {"ports": 9090})]
    ),
    **{
        what: free({"ports": port}, faults=[f"reset:action={action}"])
        for what, (port, action, _name) in LOST.items()
    },
    "unreadable": free({"ports": 7400}, faults=["access-denied:class=Win32_Process"]),
    **{
        race: free({"ports": port}, incident=noted(race, happens))
        for race, (port, happens, _word) in RACES.items()
    },
    "let go": free({"ports": 7400}, incident=at_the_second_look(ends)),
    "needless": Situation(
        [
            Task("stopped", {"ports": 7400} | LAST),
            Task("refused", {"ports": 445} | LAST),
            Task("came back", {"ports": 3000} | LAST),
        ]
    ),
    "no restart": free({"ports": 7000} | LAST, changed={"restart": {"refuses": 1314}}),
    "gone": free(
        {"ports": 7000} | LAST | {"reboot_timeout": 3}, changed={"restart": {"takes": 60.0}}
    ),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    with outcomes(SITUATIONS, tmp_path_factory.mktemp("trouble"), 20) as found:
        yield found


def test_what_can_t_be_stopped_leaves_the_pc_as_it_was(done: dict[str, Outcome]) -> None:
    found = done["unstoppable"]
    assert Tables.of(found.pc.machine) == found.before
    for name, (_arguments, word) in UNSTOPPABLE.items():
        result = found.results[name]
        assert result["status"] == "failed", name
        assert result["changed"] is False, name
        assert word in result["msg"], (name, result["msg"])
        assert result["stopped"] == [], name
        assert result["start_modes"] == {}, name
        assert result["before"] == result["after"] != [], name


def test_services_that_have_stopped_for_nothing_run_again(done: dict[str, Outcome]) -> None:
    pc, before, result = done["vault"].pc, done["vault"].before, done["vault"].results["free"]
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


def test_what_does_not_go_is_not_said_to_be_gone(done: dict[str, Outcome]) -> None:
    pc, results = done["does not go"].pc, done["does not go"].results
    assert pc.is_open(7000)
    assert pc.is_open(7110)
    for name, process in (("program", "stuck.exe"), ("service", "hung.exe")):
        result = results[name]
        assert result["status"] == "failed", name
        assert [each["process"] for each in result["after"]] == [process]
        assert result["came_back"] == []
        assert "timeout" in result["msg"] or "longer" in result["msg"], result["msg"]


def test_a_supervisor_starts_its_program_again(done: dict[str, Outcome]) -> None:
    pc, result = done["supervisor"].pc, done["supervisor"].results["free"]
    now = [each.pid for each in pc.machine.processes() if each.path and "nodejs" in each.path]
    assert pc.is_open(3000)
    assert result["status"] == "failed"
    assert result["changed"] is True
    (came_back,) = result["came_back"]
    assert came_back["pid"] in now
    assert came_back["pid"] != result["stopped"][0]["pid"]
    assert came_back["reason"] == "parent"
    assert "pm.exe (PID 8004)" in result["msg"]


def test_a_service_that_recovers_comes_back_unless_it_stops_as_a_service(
    done: dict[str, Outcome],
) -> None:
    pc, results = done["recovery"].pc, done["recovery"].results
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


@pytest.mark.parametrize("what", LOST)
def test_an_answer_that_got_lost_is_not_asked_for_again(
    what: str, done: dict[str, Outcome]
) -> None:
    port, action, name = LOST[what]
    pc, result = done[what].pc, done[what].results["free"]
    assert [entry.action for entry in pc.requests()].count(action) == 1
    assert pc.is_free(port)
    assert result["status"] == "changed", result["msg"]
    assert [each["name"] for each in result["stopped"]] == [name]


def test_a_host_that_can_t_be_read_has_nothing_stopped(done: dict[str, Outcome]) -> None:
    found = done["unreadable"]
    assert Tables.of(found.pc.machine) == found.before
    assert found.results["free"]["status"] == "failed"
    assert "Could not read Win32_Process" in found.results["free"]["msg"]


# -- between the decision and the stop -------------------------------------------------------------


@pytest.mark.parametrize("race", RACES)
def test_what_is_not_the_same_any_more_is_not_stopped(race: str, done: dict[str, Outcome]) -> None:
    _port, _happens, word = RACES[race]
    pc, result = done[race].pc, done[race].results["free"]
    assert Tables.of(pc.machine) == AFTER[race]
    actions = {entry.action for entry in pc.requests()}
    assert not actions & {"Terminate", "StopService", "ChangeStartMode"}
    assert result["status"] == "failed"
    assert result["changed"] is False
    assert result["stopped"] == []
    assert word in result["msg"], result["msg"]
    assert "Nothing was stopped." in result["msg"]


def test_what_has_let_go_by_itself_needs_no_stop(done: dict[str, Outcome]) -> None:
    pc, result = done["let go"].pc, done["let go"].results["free"]
    assert "Terminate" not in {entry.action for entry in pc.requests()}
    assert pc.is_free(7400)
    assert result["status"] == "ok", result["msg"]
    assert result["stopped"] == result["after"] == []


# -- no restart -----------------------------------------------------------------------------------


def test_no_restart_where_something_else_frees_the_port(done: dict[str, Outcome]) -> None:
    found = done["needless"]
    assert Tables.of(found.pc.machine).booted == found.before.booted
    assert {name: each["status"] for name, each in found.results.items()} == {
        "stopped": "changed", "refused": "failed", "came back": "failed"
    }  # fmt: skip


def test_a_restart_that_windows_refuses(done: dict[str, Outcome]) -> None:
    found, result = done["no restart"], done["no restart"].results["free"]
    assert Tables.of(found.pc.machine).booted == found.before.booted
    assert result["status"] == "failed"
    assert result["rebooted"] is False
    assert "Force shutdown from a remote system" in result["msg"]


def test_a_host_that_does_not_come_back(done: dict[str, Outcome]) -> None:
    result = done["gone"].results["free"]
    assert result["status"] == "unreachable"
    assert "did not come back within 3 seconds" in result["msg"]
