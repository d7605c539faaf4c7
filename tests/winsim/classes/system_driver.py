# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_SystemDriver.

Properties and their types, the values of State, StartMode and ServiceType: Microsoft's documentation
of the class. Shape: that of Win32_Service, whose base class is the same (Win32_BaseService).
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Values
from winsim.classes.service import Win32BaseService
from winsim.machine import Machine
from winsim.names import folded


class Win32SystemDriver(Win32BaseService):
    name = "Win32_SystemDriver"

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
