# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_Service.

Properties, their order, values and spelling: recorded instances of Server 2012
(`server_2012_Win32_Service_star_*`). Types: Microsoft's documentation of the class.
DelayedAutoStart, which Windows 10 and Server 2016 added, is left out as in the recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from winsim import service_control
from winsim.cim import CimClass, CimError, CimStatus, Limits, Property, Value, Values
from winsim.machine import Machine
from winsim.names import folded
from winsim.state import Service

# What Win32_BaseService and the classes above it declare, by type.
_TYPES_OF_BASE = {
    "boolean": ("AcceptPause", "AcceptStop", "DesktopInteract", "Started"),
    "uint32": ("ExitCode", "ServiceSpecificExitCode", "TagId"),
    "datetime": ("InstallDate",),
    "string": (
        "Caption",
        "CreationClassName",
        "Description",
        "DisplayName",
        "ErrorControl",
        "Name",
        "PathName",
        "ServiceType",
        "StartMode",
        "StartName",
        "State",
        "Status",
        "SystemCreationClassName",
        "SystemName",
    ),
}


class Win32BaseService(CimClass):
    """What services and drivers have in common."""

    namespace = "root/cimv2"
    derived_from = (
        "Win32_BaseService",
        "CIM_Service",
        "CIM_LogicalElement",
        "CIM_ManagedSystemElement",
    )
    properties = tuple(
        sorted(
            (
                Property(name, kind, key=name == "Name")
                for kind, names in _TYPES_OF_BASE.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )


class Win32Service(Win32BaseService):
    name = "Win32_Service"
    properties = tuple(
        sorted(
            (
                *Win32BaseService.properties,
                Property("CheckPoint", "uint32"),
                Property("ProcessId", "uint32"),
                Property("WaitHint", "uint32"),
            ),
            key=lambda p: p.name.lower(),
        )
    )

    methods: Mapping[str, tuple[str, ...]] = {
        "StopService": (),
        "StartService": (),
        "ChangeStartMode": ("StartMode",),
    }

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.instances_within(machine, {})

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        services = machine.services()
        if (pids := limits.get(("processid", int))) is not None:
            services = [s for s in services if s.process_id in pids]
        if (names := limits.get(("name", str))) is not None:
            services = [s for s in services if folded(s.name) in names]
        for service in sorted(services, key=lambda s: folded(s.name)):
            running = service.state != "Stopped"
            # While it starts or stops a service reports that it takes no controls (StartService,
            # remarks: the initial status; "Service State Transitions").
            settled = running and not service.state.endswith("Pending")
            yield {
                "AcceptPause": settled and service.accept_pause,
                "AcceptStop": settled and service.accept_stop,
                "Caption": service.display_name,
                "CheckPoint": 0,
                "CreationClassName": "Win32_Service",
                "Description": service.description,
                "DesktopInteract": False,
                "DisplayName": service.display_name,
                "ErrorControl": "Normal",
                "ExitCode": service.exit_code,
                "InstallDate": None,
                "Name": service.name,
                "PathName": service.path_name,
                "ProcessId": service.process_id,
                "ServiceSpecificExitCode": 0,
                "ServiceType": "Share Process" if service.share_process else "Own Process",
                "Started": running,
                "StartMode": service.start_mode,
                "StartName": service.account,
                "State": service.state,
                "Status": "OK",
                "SystemCreationClassName": "Win32_ComputerSystem",
                "SystemName": machine.computer_name,
                "TagId": 0,
                "WaitHint": 0,
            }

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        actions: dict[str, Callable[[Service], int]] = {
            "stopservice": lambda s: service_control.stop(machine, s),
            "startservice": lambda s: service_control.start(machine, s),
            "changestartmode": lambda s: service_control.change_start_mode(
                machine, s, str(_argument(arguments, "StartMode") or "")
            ),
        }
        action = actions.get(method.lower())
        if keys is None or action is None:
            return super().invoke(machine, keys, method, arguments)
        name = {key.lower(): value for key, value in keys.items()}.get("name", "")
        with machine.lock:
            service = machine.service(name)
            if service is None:
                raise CimError(CimStatus.NOT_FOUND, "Not found", hresult=0x80041002)
            return {"ReturnValue": int(action(service))}


def _argument(arguments: Values, name: str) -> Value:
    """An argument of a method; its name in any case, as CIM names are. None where it isn't given."""
    return {key.lower(): value for key, value in arguments.items()}.get(name.lower())
