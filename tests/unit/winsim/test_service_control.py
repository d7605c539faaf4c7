# SPDX-License-Identifier: GPL-3.0-or-later
"""Services start and stop with the return values of Win32_Service."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import service_control
from winsim.classes.service import Win32Service
from winsim.machine import Machine
from winsim.service_control import ServiceReturn
from winsim.state import Service


def service(machine: Machine, name: str) -> Service:
    found = machine.service(name)
    assert found is not None
    return found


def with_web(**row: Any) -> Machine:
    """The small machine with other properties of its service Web, and a clock to turn."""
    changed = document()
    changed["services"]["Web"] = row
    machine = boot(changed)
    machine.clock = Clock()
    return machine


class Clock:
    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-04-13T09:00:00+00:00")

    def __call__(self) -> datetime:
        return self.now


def pass_time(machine: Machine, seconds: float) -> None:
    assert isinstance(machine.clock, Clock)
    machine.clock.now += timedelta(seconds=seconds)
    machine.catch_up()


def ports(machine: Machine, pid: int) -> set[tuple[str, int]]:
    return {(e.protocol, e.local_port) for e in machine.endpoints() if e.pid == pid}


def start(machine: Machine, name: str) -> int:
    return service_control.start(machine, service(machine, name))


def stop(machine: Machine, name: str) -> int:
    return service_control.stop(machine, service(machine, name))


def test_last_service_of_a_process_ends_it() -> None:
    machine = boot()
    assert stop(machine, "Web") == ServiceReturn.SUCCESS
    assert machine.process(900) is None
    assert service(machine, "Web").state == "Stopped"
    assert not ports(machine, 900)


def test_service_of_a_shared_process_closes_only_its_own_ports() -> None:
    machine = boot()
    assert stop(machine, "Beta") == ServiceReturn.SUCCESS
    assert machine.process(800) is not None
    assert ports(machine, 800) == {("tcp", 20001), ("udp", 20001), ("tcp", 20003)}
    assert service(machine, "Alpha").state == "Running"


def test_service_that_others_need_does_not_stop_before_them() -> None:
    machine = boot()
    assert stop(machine, "Alpha") == ServiceReturn.DEPENDENT_SERVICES_RUNNING
    assert service(machine, "Alpha").state == "Running"
    stop(machine, "Beta")
    assert stop(machine, "Alpha") == ServiceReturn.SUCCESS


def test_stopped_service_can_not_be_stopped() -> None:
    assert stop(boot(), "Gamma") == ServiceReturn.SERVICE_CANNOT_ACCEPT_CONTROL


def test_service_may_refuse_to_stop() -> None:
    assert stop(boot(), "RpcSs") == ServiceReturn.INVALID_SERVICE_CONTROL


def test_restarted_service_has_a_new_process_and_its_ports_again() -> None:
    machine = boot()
    before = ports(machine, 900)
    stop(machine, "Web")
    assert start(machine, "Web") == ServiceReturn.SUCCESS
    pid = service(machine, "Web").process_id
    process = machine.process(pid)
    assert pid != 900
    assert process is not None
    assert (process.name, process.path) == ("web.exe", r"C:\Web Server\web.exe")
    assert process.parent_pid == 600
    assert ports(machine, pid) == before


def test_shared_service_joins_the_running_host_of_its_group() -> None:
    machine = boot()
    assert start(machine, "Gamma") == ServiceReturn.SUCCESS
    assert service(machine, "Gamma").process_id == 800


def test_shared_service_whose_group_does_not_run_gets_a_host_that_names_it() -> None:
    machine = boot()
    assert start(machine, "Lone") == ServiceReturn.SUCCESS
    process = machine.process(service(machine, "Lone").process_id)
    assert process is not None
    assert process.command_line == r"C:\Windows\System32\svchost.exe -k netsvcs -p -s Lone"
    assert process.user == r"NT AUTHORITY\LOCAL SERVICE"


def test_services_that_a_service_needs_start_first() -> None:
    machine = boot()
    stop(machine, "Beta")
    stop(machine, "Alpha")
    assert start(machine, "Delta") == ServiceReturn.SUCCESS
    assert {service(machine, n).state for n in ("Alpha", "Beta", "Delta")} == {"Running"}
    process = machine.process(service(machine, "Delta").process_id)
    assert process is not None
    assert process.path == r"C:\Program Files\Delta\delta.exe"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Web", ServiceReturn.SERVICE_ALREADY_RUNNING), ("Dormant", ServiceReturn.SERVICE_DISABLED)],
)
def test_start_is_refused(name: str, expected: ServiceReturn) -> None:
    assert start(boot(), name) == expected


def test_url_of_a_service_goes_and_comes_with_it() -> None:
    machine = boot()
    stop(machine, "WinRM")
    assert not any(q.winrm for q in machine.request_queues())
    start(machine, "WinRM")
    (queue,) = (q for q in machine.request_queues() if q.winrm)
    assert queue.process_ids == (service(machine, "WinRM").process_id,)


def test_workers_of_a_pool_end_with_its_service() -> None:
    machine = boot()
    assert stop(machine, "Pool") == ServiceReturn.SUCCESS
    assert machine.process(908) is None
    start(machine, "Pool")
    (pool,) = (q for q in machine.request_queues() if q.name == "Pool")
    assert (pool.process_ids, pool.controller) == ((), service(machine, "Pool").process_id)


def test_service_that_takes_its_time_is_pending_and_holds_its_ports() -> None:
    machine = with_web(stop_takes=3)
    before = ports(machine, 900)
    assert stop(machine, "Web") == ServiceReturn.SUCCESS
    assert stop(machine, "Web") == ServiceReturn.SERVICE_CANNOT_ACCEPT_CONTROL
    assert start(machine, "Web") == ServiceReturn.SERVICE_ALREADY_RUNNING
    pass_time(machine, 2.9)
    assert (service(machine, "Web").state, ports(machine, 900)) == ("Stop Pending", before)
    pass_time(machine, 0.1)
    assert (service(machine, "Web").state, ports(machine, 900)) == ("Stopped", set())
    assert machine.process(900) is None


def test_service_whose_handler_hangs_times_out_and_may_still_stop() -> None:
    machine = with_web(stop_takes=3, stop_hangs=True)
    assert stop(machine, "Web") == ServiceReturn.SERVICE_REQUEST_TIMEOUT
    pass_time(machine, 3)
    assert service(machine, "Web").state == "Stopped"


def test_service_that_never_stops() -> None:
    machine = with_web(stop_takes=float("inf"), stop_hangs=True)
    assert stop(machine, "Web") == ServiceReturn.SERVICE_REQUEST_TIMEOUT
    pass_time(machine, 1e6)
    assert service(machine, "Web").state == "Stop Pending"


def test_service_whose_process_was_ended_while_it_stopped_is_not_stopped_twice() -> None:
    machine = with_web(stop_takes=3)
    stop(machine, "Web")
    machine.end_process(900)
    start(machine, "Web")
    pass_time(machine, 3)
    assert service(machine, "Web").state == "Running"


@each_row("method", ["StopService", "StartService", "ChangeStartMode"])
def test_what_is_refused_has_its_return_value_and_changes_nothing(method: str) -> None:
    machine = with_web(refuses={method: 2})
    before = service(machine, "Web")
    actions = {
        "StopService": service_control.stop,
        "StartService": service_control.start,
        "ChangeStartMode": lambda m, s: service_control.change_start_mode(m, s, "Manual"),
    }
    assert actions[method](machine, before) == 2
    assert service(machine, "Web") == before


def test_only_methods_that_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="Dance"):
        with_web(refuses={"Dance": 2})


@each_row(
    ("given", "shown"),
    [("Automatic", "Auto"), ("manual", "Manual"), ("DISABLED", "Disabled")],
)
def test_start_mode_changes(given: str, shown: str) -> None:
    machine = boot()
    web = service(machine, "Web")
    assert service_control.change_start_mode(machine, web, given) == ServiceReturn.SUCCESS
    assert service(machine, "Web").start_mode == shown


@each_row("given", ["Auto", "Boot", "System", ""])
def test_other_start_modes_are_invalid(given: str) -> None:
    machine = boot()
    web = service(machine, "Web")
    assert service_control.change_start_mode(machine, web, given) == ServiceReturn.INVALID_PARAMETER
    assert service(machine, "Web").start_mode == "Auto"


# -- states on the way -----------------------------------------------------------------------------


def accepts_stop(machine: Machine, name: str) -> object:
    rows = Win32Service().instances(machine)
    return next(row["AcceptStop"] for row in rows if row["Name"] == name)


def test_a_service_that_takes_its_time_to_start_takes_no_stop_until_it_runs() -> None:
    machine = with_web(start_takes=2.0)
    web = service(machine, "Web")
    assert service_control.stop(machine, web) == ServiceReturn.SUCCESS
    assert service_control.start(machine, service(machine, "Web")) == ServiceReturn.SUCCESS
    starting = service(machine, "Web")
    assert (starting.state, accepts_stop(machine, "Web")) == ("Start Pending", False)
    refused = ServiceReturn.SERVICE_CANNOT_ACCEPT_CONTROL
    assert service_control.stop(machine, starting) == refused
    assert ports(machine, starting.process_id) == set()
    pass_time(machine, 2)
    running = service(machine, "Web")
    assert (running.state, accepts_stop(machine, "Web")) == ("Running", True)
    assert ports(machine, running.process_id)


def test_a_service_that_ends_instead_of_running() -> None:
    machine = with_web(start_takes=1.0, start_fails=1067)
    assert service_control.stop(machine, service(machine, "Web")) == ServiceReturn.SUCCESS
    assert service_control.start(machine, service(machine, "Web")) == ServiceReturn.SUCCESS
    pid = service(machine, "Web").process_id
    pass_time(machine, 1)
    ended = service(machine, "Web")
    assert (ended.state, ended.process_id, ended.exit_code) == ("Stopped", 0, 1067)
    assert machine.process(pid) is None
