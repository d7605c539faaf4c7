# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of processes, and who notices it: the service manager and supervisors.

Return values: documentation of Win32_Process.Terminate. That the service manager acts on a process
that ends without having reported its service as stopped, and how: SERVICE_FAILURE_ACTIONS and
[MS-SCMR] 2.2.40.
"""

from __future__ import annotations

from enum import IntEnum

from winsim import service_control
from winsim.machine import Machine
from winsim.state import Process


class ProcessReturn(IntEnum):
    """What a method of Win32_Process returns."""

    SUCCESS = 0
    ACCESS_DENIED = 2


def terminate(machine: Machine, process: Process) -> int:
    """Win32_Process.Terminate, for an administrator."""
    with machine.lock:
        if process.pid == 0 or process.protected:
            return ProcessReturn.ACCESS_DENIED
        if process.refuses:
            return process.refuses
        if not process.unkillable:
            end(machine, process)
        return ProcessReturn.SUCCESS


def end(machine: Machine, process: Process) -> None:
    """A process ends without a word, be it killed or crashed. Raises LookupError when it isn't
    there."""
    with machine.lock:
        services = machine.services_in(process.pid)
        held = [e for e in machine.endpoints() if e.pid == process.pid and e.listening]
        machine.end_process(process.pid)
        for service in services:
            service_control.recover(machine, service.name)
        if process.supervised and machine.process(process.parent_pid) is not None:
            machine.open_as(machine.start_process(process).pid, held)
