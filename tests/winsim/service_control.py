# SPDX-License-Identifier: GPL-3.0-or-later
"""The service control manager: services of a machine start, stop, fail and recover.

Return values: documentation of Win32_Service.StopService, .StartService and .ChangeStartMode.
States in which no stop is taken: documentation of ControlService, return values.
Recovery: SERVICE_FAILURE_ACTIONS and [MS-SCMR] 2.2.40.
"""

from __future__ import annotations

import dataclasses
import math
from enum import IntEnum

from winsim.machine import Machine
from winsim.names import folded
from winsim.state import Process, Service


class ServiceReturn(IntEnum):
    """What a method of Win32_Service returns."""

    SUCCESS = 0
    DEPENDENT_SERVICES_RUNNING = 3
    INVALID_SERVICE_CONTROL = 4
    SERVICE_CANNOT_ACCEPT_CONTROL = 5
    SERVICE_REQUEST_TIMEOUT = 7
    SERVICE_ALREADY_RUNNING = 10
    SERVICE_DISABLED = 14
    INVALID_PARAMETER = 21


#: Start modes as ChangeStartMode takes them, and as Win32_Service.StartMode shows them. ``Boot``
#: and ``System`` are for drivers alone.
START_MODES = {"automatic": "Auto", "manual": "Manual", "disabled": "Disabled"}
#: States in which a service takes no control (StopService, return value 5).
_DEAF = frozenset({"Stopped", "Start Pending", "Stop Pending"})


def stop(machine: Machine, service: Service) -> int:
    """Ask a service to stop; its process ends with the last service in it."""
    with machine.lock:
        if "StopService" in service.refuses:
            return service.refuses["StopService"]
        if service.state in _DEAF:
            return ServiceReturn.SERVICE_CANNOT_ACCEPT_CONTROL
        if not service.accept_stop:
            return ServiceReturn.INVALID_SERVICE_CONTROL
        if any(s.state != "Stopped" for s in dependents(machine, service)):
            return ServiceReturn.DEPENDENT_SERVICES_RUNNING
        if service.stop_takes:
            pending = dataclasses.replace(service, state="Stop Pending")
            machine.put_service(pending)
            if not math.isinf(service.stop_takes):
                machine.later(service.stop_takes, lambda: _finish(machine, pending))
        else:
            _stopped(machine, service)
        if service.stop_hangs:
            return ServiceReturn.SERVICE_REQUEST_TIMEOUT
        return ServiceReturn.SUCCESS


def starts_by_itself(machine: Machine, service: Service) -> None:
    """A service of an image that is starting: after `start_takes` seconds it runs."""
    if not math.isinf(service.start_takes):
        machine.later(service.start_takes, lambda: _started(machine, service))


def start(machine: Machine, service: Service) -> int:
    """Start a service, and first those that it needs."""
    with machine.lock:
        if "StartService" in service.refuses:
            return service.refuses["StartService"]
        if service.state != "Stopped":
            return ServiceReturn.SERVICE_ALREADY_RUNNING
        if service.start_mode == "Disabled":
            return ServiceReturn.SERVICE_DISABLED
        for name in service.depends_on:
            needed = machine.service(name)
            if needed is not None and needed.state == "Stopped":
                result = start(machine, needed)
                if result != ServiceReturn.SUCCESS:
                    return result
        pending = dataclasses.replace(
            service, state="Start Pending", process_id=_host(machine, service).pid, exit_code=0
        )
        machine.put_service(pending)
        if not service.start_takes:
            _started(machine, pending)
        elif not math.isinf(service.start_takes):
            machine.later(service.start_takes, lambda: _started(machine, pending))
        return ServiceReturn.SUCCESS


def change_start_mode(machine: Machine, service: Service, start_mode: str) -> int:
    """Take a start mode by the name that ChangeStartMode has for it."""
    with machine.lock:
        if "ChangeStartMode" in service.refuses:
            return service.refuses["ChangeStartMode"]
        known = START_MODES.get(start_mode.lower())
        if known is None:
            return ServiceReturn.INVALID_PARAMETER
        machine.put_service(dataclasses.replace(service, start_mode=known))
        return ServiceReturn.SUCCESS


def recover(machine: Machine, name: str) -> None:
    """The process of a service has ended without having reported it as stopped: a failure. Raises
    LookupError when there is no such service."""
    with machine.lock:
        service = machine.service(name)
        if service is None:
            raise LookupError(f"no service {name}")
        failed = dataclasses.replace(service, failures=service.failures + 1)
        machine.put_service(failed)
        if failed.recovery and failed.recovery[: failed.failures][-1] == "restart":
            start(machine, failed)


def dependents(machine: Machine, service: Service) -> list[Service]:
    """Services that can't run without this one."""
    name = folded(service.name)
    return [s for s in machine.services() if name in (folded(n) for n in s.depends_on)]


def _started(machine: Machine, pending: Service) -> None:
    """The end of a start: it runs, or ends with its exit code. Nothing, if its process was ended
    meanwhile."""
    if machine.service(pending.name) != pending:
        return
    if pending.start_fails:
        _stopped(machine, pending)
        ended = dataclasses.replace(pending, state="Stopped", process_id=0)
        machine.put_service(dataclasses.replace(ended, exit_code=pending.start_fails))
        return
    running = dataclasses.replace(pending, state="Running")
    machine.put_service(running)
    machine.open_endpoints(running)


def _finish(machine: Machine, pending: Service) -> None:
    """The end of a stop that took its time, unless its process was ended meanwhile."""
    if machine.service(pending.name) == pending:
        _stopped(machine, pending)


def _stopped(machine: Machine, service: Service) -> None:
    machine.close_endpoints(service)
    if len(machine.services_in(service.process_id)) == 1:
        machine.end_process(service.process_id)
    stopped = dataclasses.replace(service, state="Stopped", process_id=0, exit_code=0)
    machine.put_service(stopped)


def _host(machine: Machine, service: Service) -> Process:
    """The process in which a service starts: the group's svchost where it shares one that
    runs, otherwise a new one."""
    processes = machine.processes()
    if service.share_process:
        for process in processes:
            if folded(process.command_line or "") == folded(service.path_name):
                return process
    manager = next((p.pid for p in processes if p.name == "services.exe"), 0)
    path = _program(service.path_name)
    shared = service.share_process and path.lower().endswith("svchost.exe")
    return machine.start_process(
        Process(
            pid=0,
            parent_pid=manager,
            name=path.rpartition("\\")[2],
            path=path,
            # Since Windows 10 1703 an svchost of its own names its service.
            command_line=f"{service.path_name} -s {service.name}" if shared else service.path_name,
            user=OWNERS.get(folded(service.account), service.account),
        )
    )


#: Owners of processes by StartName of the service, in lower case.
OWNERS = {
    "localsystem": r"NT AUTHORITY\SYSTEM",
    r"nt authority\localservice": r"NT AUTHORITY\LOCAL SERVICE",
    r"nt authority\networkservice": r"NT AUTHORITY\NETWORK SERVICE",
}


def _program(path_name: str) -> str:
    """The program of a service's PathName, quoted or not."""
    if path_name.startswith('"'):
        return path_name[1:].partition('"')[0]
    head, extension, _unused = path_name.partition(".exe")
    return head + extension
