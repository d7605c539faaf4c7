# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there again after a restart."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import classes, service_control
from winsim.cim import CimError, Values
from winsim.machine import Machine
from winsim.state import Service


def service(machine: Machine, name: str) -> Service:
    found = machine.service(name)
    assert found is not None
    return found


def names(machine: Machine) -> list[str]:
    return [process.name for process in machine.processes()]


def ports(machine: Machine) -> set[int]:
    return {e.local_port for e in machine.endpoints() if e.listening}


def change(machine: Machine, name: str, start_mode: str) -> None:
    service_control.change_start_mode(machine, service(machine, name), start_mode)


def test_services_and_their_ports_are_back_under_other_pids() -> None:
    machine = boot()
    before = service(machine, "Web").process_id
    machine.restart()
    after = service(machine, "Web")
    assert after.state == "Running"
    assert after.process_id not in (0, before)
    process = machine.process(after.process_id)
    assert process is not None
    assert process.name == "web.exe"
    assert 20080 in ports(machine)


def test_the_boot_time_and_what_is_older_than_it_are_new() -> None:
    machine = boot()
    before = machine.operating_system.booted
    machine.restart()
    booted = machine.operating_system.booted
    assert booted > before
    assert all(p.created >= booted for p in machine.processes() if p.created)
    assert all(e.created >= booted for e in machine.endpoints())


def test_nobody_is_logged_on_and_no_connection_is_left() -> None:
    machine = boot()
    assert "app.exe" in names(machine)
    machine.restart()
    assert "app.exe" not in names(machine)
    assert all(e.listening for e in machine.endpoints())


def test_a_url_without_its_program_is_gone() -> None:
    changed = document()
    changed["http"].append({"pids": [1000], "urls": ["HTTP://+:20095/"]})
    machine = boot(changed)
    assert 20095 in ports(machine)
    machine.restart()
    assert 20095 not in ports(machine)
    assert 5985 in ports(machine)


@pytest.mark.parametrize("start_mode", ["Disabled", "Manual"])
def test_a_service_that_starts_no_longer_stays_stopped(start_mode: str) -> None:
    machine = boot()
    change(machine, "Web", start_mode)
    machine.restart()
    assert service(machine, "Web").state == "Stopped"
    assert service(machine, "Web").start_mode == start_mode
    assert "web.exe" not in names(machine)
    assert 20080 not in ports(machine)


def test_a_manual_service_that_ran_is_started_by_what_started_it_before() -> None:
    changed = document()
    changed["services"]["Web"] = {"start": "manual"}
    machine = boot(changed)
    machine.restart()
    assert service(machine, "Web").state == "Running"


def test_a_service_of_a_shared_process_takes_its_own_ports_along() -> None:
    machine = boot()
    change(machine, "Beta", "Disabled")
    machine.restart()
    assert {20001, 20003} <= ports(machine)
    assert 20002 not in ports(machine)


def test_what_a_stopped_service_would_have_started_is_not_there() -> None:
    machine = boot()
    change(machine, "Pool", "Disabled")
    machine.restart()
    assert {"host.exe", "worker.exe"}.isdisjoint(names(machine))


def test_a_service_that_was_stopped_starts_again() -> None:
    machine = boot()
    service_control.stop(machine, service(machine, "Web"))
    machine.restart()
    assert service(machine, "Web").state == "Running"
    service_control.stop(machine, service(machine, "Web"))
    service_control.start(machine, service(machine, "Web"))
    assert 20080 in ports(machine)


def test_every_restart_has_its_own_pids() -> None:
    machine = boot()
    pids = {service(machine, "Web").process_id}
    for number in range(2, 5):
        machine.restart()
        pids.add(service(machine, "Web").process_id)
        assert len(pids) == number
        assert [p.pid for p in machine.processes()][:2] == [0, 4]


def test_what_was_to_happen_does_not_happen_any_more() -> None:
    machine = boot()
    happened: list[int] = []
    machine.later(0, lambda: happened.append(1))
    machine.restart()
    machine.catch_up()
    assert happened == []


def invoke(machine: Machine, method: str, **arguments: str) -> Values:
    cim_class = classes.find("root/cimv2", "Win32_OperatingSystem")
    assert cim_class is not None
    values: Values = {**arguments}
    return cim_class.invoke(machine, None, method, values)


@each_row(
    ("method", "arguments"),
    [("Reboot", {}), ("Win32Shutdown", {"Flags": "2"}), ("win32shutdown", {"flags": "6"})],
)
def test_windows_restarts_when_it_is_asked_to(method: str, arguments: dict[str, str]) -> None:
    machine = boot()
    before = machine.operating_system.booted
    assert invoke(machine, method, **arguments) == {"ReturnValue": 0}
    assert machine.operating_system.booted > before


@each_row("arguments", [{}, {"Flags": "1"}, {"Flags": "0"}])
def test_the_simulator_does_not_switch_a_machine_off(arguments: dict[str, str]) -> None:
    with pytest.raises(CimError):
        invoke(boot(), "Win32Shutdown", **arguments)


def test_a_restart_may_be_refused() -> None:
    changed: dict[str, Any] = document() | {"restart": {"refuses": 1314}}
    machine = boot(changed)
    before = machine.operating_system.booted
    assert invoke(machine, "Reboot") == {"ReturnValue": 1314}
    assert machine.operating_system.booted == before
