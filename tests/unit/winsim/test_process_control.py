# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes end, or refuse to, and what watches over them starts them again."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import process_control, service_control
from winsim.classes.data_file import files_of
from winsim.machine import Machine
from winsim.state import Process


def with_process(**row: Any) -> Machine:
    """The small machine with the process 2000, a child of web.exe that listens on 23000."""
    changed = document()
    changed["processes"].append(
        {"pid": 2000, "parent": 900, "name": "child.exe", "tcp": ["0.0.0.0:23000"], **row}
    )
    return boot(changed)


def with_recovery(*recovery: str, **row: Any) -> Machine:
    changed = document()
    changed["services"]["Web"] = {"recovery": list(recovery), **row}
    return boot(changed)


def terminate(machine: Machine, pid: int) -> int:
    process = machine.process(pid)
    assert process is not None
    return process_control.terminate(machine, process)


def holder(machine: Machine, port: int) -> Process | None:
    pids = [e.pid for e in machine.endpoints() if e.local_port == port]
    return machine.process(pids[0]) if pids else None


def web(machine: Machine) -> tuple[str, int]:
    service = machine.service("Web")
    assert service is not None
    return service.state, service.process_id


def test_a_process_ends_with_its_ports() -> None:
    machine = with_process()
    assert terminate(machine, 2000) == 0
    assert holder(machine, 23000) is None


@each_row(("row", "value"), [({"protected": True}, 2), ({"refuses": 3}, 3), ({"refuses": 8}, 8)])
def test_a_process_that_may_not_be_ended_stays(row: dict[str, Any], value: int) -> None:
    machine = with_process(**row)
    assert terminate(machine, 2000) == value
    assert holder(machine, 23000) == machine.process(2000)


def test_an_unkillable_process_stays_although_it_was_ended() -> None:
    machine = with_process(unkillable=True)
    assert terminate(machine, 2000) == 0
    assert holder(machine, 23000) == machine.process(2000)


def test_a_supervisor_starts_its_child_again_under_another_pid() -> None:
    machine = with_process(supervised=True)
    before = machine.process(2000)
    assert terminate(machine, 2000) == 0
    after = holder(machine, 23000)
    assert before is not None
    assert after is not None
    assert after.created is not None
    assert before.created is not None
    assert after.pid != 2000
    assert after.created > before.created
    assert (after.name, after.parent_pid) == ("child.exe", 900)


def test_without_its_supervisor_a_child_stays_away() -> None:
    machine = with_process(supervised=True)
    machine.end_process(900)
    terminate(machine, 2000)
    assert holder(machine, 23000) is None


def test_a_service_whose_process_is_ended_recovers_under_another_pid() -> None:
    machine = with_recovery("restart")
    assert terminate(machine, 900) == 0
    state, pid = web(machine)
    assert state == "Running"
    assert pid not in (0, 900)
    assert holder(machine, 20080) == machine.process(pid)


def test_each_failure_has_its_action_and_the_last_one_stays() -> None:
    machine = with_recovery("restart", "restart", "none")
    for expected in ("Running", "Running", "Stopped"):
        terminate(machine, web(machine)[1])
        assert web(machine)[0] == expected
    service = machine.service("Web")
    assert service is not None
    service_control.start(machine, service)
    terminate(machine, web(machine)[1])
    assert web(machine) == ("Stopped", 0)


def test_a_service_without_recovery_stays_stopped() -> None:
    machine = boot()
    terminate(machine, 900)
    assert web(machine) == ("Stopped", 0)


def test_a_disabled_service_does_not_recover() -> None:
    machine = with_recovery("restart", start="disabled")
    terminate(machine, 900)
    assert web(machine) == ("Stopped", 0)


def test_a_service_that_is_stopped_has_not_failed() -> None:
    machine = with_recovery("restart")
    service = machine.service("Web")
    assert service is not None
    assert service_control.stop(machine, service) == 0
    assert web(machine) == ("Stopped", 0)


def test_recovery_is_restart_or_none() -> None:
    with pytest.raises(ValueError, match="reboot"):
        with_recovery("reboot")


def test_only_a_process_that_is_there_can_end() -> None:
    machine = boot()
    process = machine.process(1000)
    assert process is not None
    process_control.end(machine, process)
    with pytest.raises(LookupError):
        process_control.end(machine, process)
    with pytest.raises(LookupError):
        service_control.recover(machine, "Nothing")


def test_the_program_of_a_process_stays_on_the_disk_when_it_ends() -> None:
    machine = with_process(path=r"C:\Child\child.exe")
    assert r"C:\Child\child.exe" in files_of(machine)
    assert terminate(machine, 2000) == 0
    assert machine.process(2000) is None
    assert r"C:\Child\child.exe" in files_of(machine)
