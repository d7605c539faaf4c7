# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_Process.

Properties, their order, which are NULL and how the counters relate to each other: recorded
instances of Server 2012 (`server_2012_Win32_Process_star_*`). Types: Microsoft's documentation
of the class.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from winsim import process_control
from winsim.cim import CimClass, CimError, CimStatus, Limits, Property, Value, Values
from winsim.machine import Machine
from winsim.process_control import ProcessReturn
from winsim.state import Process

_NUMBERS = {
    "uint16": ("ExecutionState",),
    "uint32": (
        "HandleCount",
        "MaximumWorkingSetSize",
        "MinimumWorkingSetSize",
        "PageFaults",
        "PageFileUsage",
        "ParentProcessId",
        "PeakPageFileUsage",
        "PeakWorkingSetSize",
        "Priority",
        "ProcessId",
        "QuotaNonPagedPoolUsage",
        "QuotaPagedPoolUsage",
        "QuotaPeakNonPagedPoolUsage",
        "QuotaPeakPagedPoolUsage",
        "SessionId",
        "ThreadCount",
    ),
    "uint64": (
        "KernelModeTime",
        "OtherOperationCount",
        "OtherTransferCount",
        "PeakVirtualSize",
        "PrivatePageCount",
        "ReadOperationCount",
        "ReadTransferCount",
        "UserModeTime",
        "VirtualSize",
        "WorkingSetSize",
        "WriteOperationCount",
        "WriteTransferCount",
    ),
    "datetime": ("CreationDate", "InstallDate", "TerminationDate"),
    "string": (
        "Caption",
        "CommandLine",
        "CreationClassName",
        "CSCreationClassName",
        "CSName",
        "Description",
        "ExecutablePath",
        "Handle",
        "Name",
        "OSCreationClassName",
        "OSName",
        "Status",
        "WindowsVersion",
    ),
}


class Win32Process(CimClass):
    namespace = "root/cimv2"
    name = "Win32_Process"
    derived_from = ("CIM_Process", "CIM_LogicalElement", "CIM_ManagedSystemElement")
    properties = tuple(
        sorted(
            (
                Property(name, kind, key=name == "Handle")
                for kind, names in _NUMBERS.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )

    methods: Mapping[str, tuple[str, ...]] = {"GetOwner": (), "Terminate": ("Reason",)}

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.instances_within(machine, {})

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        system = machine.operating_system
        common: Values = {p.name: None for p in self.properties}
        common |= {
            "CreationClassName": "Win32_Process",
            "CSCreationClassName": "Win32_ComputerSystem",
            "CSName": machine.computer_name,
            "OSCreationClassName": "Win32_OperatingSystem",
            "OSName": system.name,
            "WindowsVersion": system.version,
        }
        processes = machine.processes()
        if (pids := limits.get(("processid", int))) is not None:
            processes = [p for p in processes if p.pid in pids]
        for process in processes:
            yield {**common, **_of(process)}

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        if keys is None or method.lower() not in {"getowner", "terminate"}:
            return super().invoke(machine, keys, method, arguments)
        process = self._find(machine, keys)
        if method.lower() == "getowner":
            return _owner(process)
        return {"ReturnValue": int(process_control.terminate(machine, process))}

    def _find(self, machine: Machine, keys: Mapping[str, str]) -> Process:
        handle = {name.lower(): value for name, value in keys.items()}.get("handle", "")
        process = machine.process(int(handle)) if handle.isdecimal() else None
        if process is None:
            raise CimError(CimStatus.NOT_FOUND, "Not found", hresult=0x80041002)
        return process


def _owner(process: Process) -> Values:
    if process.user is None:
        return {"Domain": None, "ReturnValue": int(ProcessReturn.ACCESS_DENIED), "User": None}
    domain, _unused, user = process.user.rpartition("\\")
    return {"Domain": domain, "ReturnValue": int(ProcessReturn.SUCCESS), "User": user}


@lru_cache(4096)
def _of(process: Process) -> Mapping[str, Value]:
    """What a process tells for as long as it lives."""
    return {**_identity(process), **_counters(process)}


def _identity(process: Process) -> dict[str, Value]:
    return {
        "Caption": process.name,
        "CommandLine": process.command_line,
        "CreationDate": process.created,
        "Description": process.name,
        "ExecutablePath": process.path,
        "Handle": str(process.pid),
        "Name": process.name,
        "ParentProcessId": process.parent_pid,
        "ProcessId": process.pid,
        "SessionId": process.session_id,
        # Only processes with a user mode image show working set limits, always these.
        "MaximumWorkingSetSize": 1380 if process.pid > 4 else None,
        "MinimumWorkingSetSize": 200 if process.pid > 4 else None,
    }


def _counters(process: Process) -> dict[str, Value]:
    """Plausible numbers, the same at each start: they derive from the process itself."""
    seed = (
        zlib.crc32(f"{process.name} {process.pid}".encode(errors="replace")) if process.pid else 0
    )
    page_file_kb = process.working_set // 2048
    virtual = 65536 + (process.working_set * 6 + seed % 50_000_000) // 4096 * 4096
    reads, writes, others = seed % 997, seed % 89, seed % 4801
    pool = seed % 300
    return {
        "HandleCount": process.handles,
        "KernelModeTime": seed % 4000 * 156_001,
        "OtherOperationCount": others,
        "OtherTransferCount": others * 23,
        "PageFaults": process.working_set // 4096 + seed % 2000,
        "PageFileUsage": page_file_kb,
        "PeakPageFileUsage": page_file_kb + seed % 400,
        "PeakVirtualSize": virtual + seed % 16 * 4096,
        "PeakWorkingSetSize": process.working_set // 1024 + seed % 3000,
        "Priority": process.priority,
        "PrivatePageCount": page_file_kb * 1024,
        "QuotaNonPagedPoolUsage": pool // 8,
        "QuotaPagedPoolUsage": pool,
        "QuotaPeakNonPagedPoolUsage": pool // 8 + 2,
        "QuotaPeakPagedPoolUsage": pool + 7,
        "ReadOperationCount": reads,
        "ReadTransferCount": reads * 1877,
        "ThreadCount": process.threads,
        "UserModeTime": seed % 3000 * 156_001,
        "VirtualSize": virtual,
        "WorkingSetSize": process.working_set,
        "WriteOperationCount": writes,
        "WriteTransferCount": writes * 613,
    }
