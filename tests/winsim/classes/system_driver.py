# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_SystemDriver.

Properties and their types, the values of State, StartMode and ServiceType: Microsoft's documentation
of the class. Shape: that of Win32_Service, whose base class is the same (Win32_BaseService).
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import CimClass, Property, Values
from winsim.machine import Machine
from winsim.names import folded

_TYPES = {
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


class Win32SystemDriver(CimClass):
    namespace = "root/cimv2"
    name = "Win32_SystemDriver"
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
                for kind, names in _TYPES.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        for driver in sorted(machine.drivers, key=lambda each: folded(each.name)):
            running = driver.state != "Stopped"
            yield {
                "AcceptPause": False,
                "AcceptStop": running,
                "Caption": driver.display_name,
                "CreationClassName": "Win32_SystemDriver",
                "Description": driver.display_name,
                "DesktopInteract": False,
                "DisplayName": driver.display_name,
                "ErrorControl": "Normal",
                # ERROR_SERVICE_NEVER_STARTED for one that has not run since Windows started.
                "ExitCode": 0 if running else 1077,
                "InstallDate": None,
                "Name": driver.name,
                "PathName": driver.path,
                "ServiceSpecificExitCode": 0,
                "ServiceType": driver.kind,
                "Started": running,
                "StartMode": driver.start_mode,
                "StartName": None,
                "State": driver.state,
                "Status": "OK",
                "SystemCreationClassName": "Win32_ComputerSystem",
                "SystemName": machine.computer_name,
                "TagId": 0,
            }
