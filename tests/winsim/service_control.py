# SPDX-License-Identifier: GPL-3.0-or-later
"""The service control manager: starting and stopping services of a machine.

Return values: documentation of Win32_Service.StopService and .StartService.
"""

from __future__ import annotations

import dataclasses
from enum import IntEnum

from winsim.machine import Machine
from winsim.state import Process, Service


class ServiceReturn(IntEnum):
    """What a method of Win32_Service returns."""

    SUCCESS = 0
    DEPENDENT_SERVICES_RUNNING = 3
    INVALID_SERVICE_CONTROL = 4
    SERVICE_CANNOT_ACCEPT_CONTROL = 5
    SERVICE_ALREADY_RUNNING = 10
    SERVICE_DISABLED = 14


def stop(machine: Machine, service: Service) -> ServiceReturn:
    """Stop a service; its process ends with the last service in it."""
    with machine.lock:
        if service.state == "Stopped":
            return ServiceReturn.SERVICE_CANNOT_ACCEPT_CONTROL
        if not service.accept_stop:
            return ServiceReturn.INVALID_SERVICE_CONTROL
        if any(s.state != "Stopped" for s in dependents(machine, service)):
            return ServiceReturn.DEPENDENT_SERVICES_RUNNING
        machine.close_endpoints(service)
        if len(machine.services_in(service.process_id)) == 1:
            machine.end_process(service.process_id)
        machine.put_service(
            dataclasses.replace(service, state="Stopped", process_id=0, exit_code=0)
        )
        return ServiceReturn.SUCCESS


def start(machine: Machine, service: Service) -> ServiceReturn:
    """Start a service, and first those that it needs."""
    with machine.lock:
        if service.state != "Stopped":
            return ServiceReturn.SERVICE_ALREADY_RUNNING
        if service.start_mode == "Disabled":
            return ServiceReturn.SERVICE_DISABLED
        for name in service.depends_on:
            needed = machine.service(name)
            if needed is not None and needed.state == "Stopped":
                result = start(machine, needed)
                if result is not ServiceReturn.SUCCESS:
                    return result
        running = dataclasses.replace(
            service, state="Running", process_id=_host(machine, service).pid, exit_code=0
        )
        machine.put_service(running)
        machine.open_endpoints(running)
        return ServiceReturn.SUCCESS


def dependents(machine: Machine, service: Service) -> list[Service]:
    """Services that can't run without this one."""
    name = service.name.lower()
    return [s for s in machine.services() if name in (n.lower() for n in s.depends_on)]


def _host(machine: Machine, service: Service) -> Process:
    """The process in which a service starts: the group's svchost where it shares one that
    runs, otherwise a new one."""
    processes = machine.processes()
    if service.share_process:
        for process in processes:
            if (process.command_line or "").lower() == service.path_name.lower():
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
            user=OWNERS.get(service.account.lower(), service.account),
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
    head, extension, _ = path_name.partition(".exe")
    return head + extension
