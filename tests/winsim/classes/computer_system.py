# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_ComputerSystem: the PC as a whole.

Properties and types: Microsoft's documentation of the class; which are NULL: the recorded
instance of Server 2003 (`server_2003_Win32_ComputerSystem_star_000`), which lacks the
properties that later versions added.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import CimClass, Property, Values
from winsim.machine import Machine

_TYPES = {
    "boolean": (
        "AutomaticManagedPagefile",
        "AutomaticResetBootOption",
        "AutomaticResetCapability",
        "BootROMSupported",
        "DaylightInEffect",
        "EnableDaylightSavingsTime",
        "HypervisorPresent",
        "InfraredSupported",
        "NetworkServerModeEnabled",
        "PartOfDomain",
        "PowerManagementSupported",
    ),
    "sint16": ("CurrentTimeZone", "ResetCount", "ResetLimit"),
    "sint64": ("PauseAfterReset",),
    "uint8": ("SystemStartupSetting", "OEMLogoBitmap[]"),
    "uint16": (
        "AdminPasswordStatus",
        "BootOptionOnLimit",
        "BootOptionOnWatchDog",
        "BootStatus[]",
        "ChassisBootupState",
        "DomainRole",
        "FrontPanelResetStatus",
        "KeyboardPasswordStatus",
        "PCSystemType",
        "PCSystemTypeEx",
        "PowerManagementCapabilities[]",
        "PowerOnPasswordStatus",
        "PowerState",
        "PowerSupplyState",
        "ResetCapability",
        "SystemStartupDelay",
        "ThermalState",
        "WakeUpType",
    ),
    "uint32": ("NumberOfLogicalProcessors", "NumberOfProcessors"),
    "uint64": ("TotalPhysicalMemory",),
    "datetime": ("InstallDate",),
    "string": (
        "BootupState",
        "Caption",
        "ChassisSKUNumber",
        "CreationClassName",
        "Description",
        "DNSHostName",
        "Domain",
        "InitialLoadInfo[]",
        "LastLoadInfo",
        "Manufacturer",
        "Model",
        "Name",
        "NameFormat",
        "OEMStringArray[]",
        "PrimaryOwnerContact",
        "PrimaryOwnerName",
        "Roles[]",
        "Status",
        "SupportContactDescription[]",
        "SystemFamily",
        "SystemSKUNumber",
        "SystemStartupOptions[]",
        "SystemType",
        "UserName",
        "Workgroup",
    ),
}


class Win32ComputerSystem(CimClass):
    namespace = "root/cimv2"
    name = "Win32_ComputerSystem"
    derived_from = (
        "CIM_UnitaryComputerSystem",
        "CIM_ComputerSystem",
        "CIM_System",
        "CIM_LogicalElement",
        "CIM_ManagedSystemElement",
    )
    properties = tuple(
        sorted(
            (
                Property(name.removesuffix("[]"), kind, name.endswith("[]"), name == "Name")
                for kind, names in _TYPES.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        system = machine.operating_system
        in_domain = machine.network.domain is not None
        values: Values = {p.name: None for p in self.properties}
        values |= {
            "AdminPasswordStatus": 3,
            "AutomaticManagedPagefile": True,
            "AutomaticResetBootOption": True,
            "AutomaticResetCapability": True,
            "BootROMSupported": True,
            "BootupState": "Normal boot",
            "Caption": machine.computer_name,
            "ChassisBootupState": 3,
            "CreationClassName": "Win32_ComputerSystem",
            "CurrentTimeZone": system.time_zone,
            "Description": "AT/AT COMPATIBLE",
            "DNSHostName": machine.computer_name,
            "Domain": machine.network.domain or machine.network.workgroup,
            # 0 and 1 standalone and member workstation, 2 and 3 standalone and member server.
            "DomainRole": (0 if system.product_type == 1 else 2) + in_domain,
            "EnableDaylightSavingsTime": True,
            "FrontPanelResetStatus": 3,
            "HypervisorPresent": False,
            "InfraredSupported": False,
            "KeyboardPasswordStatus": 3,
            "Manufacturer": "Simulated",
            "Model": machine.image,
            "Name": machine.computer_name,
            "NetworkServerModeEnabled": True,
            "NumberOfLogicalProcessors": 8,
            "NumberOfProcessors": 1,
            "PartOfDomain": in_domain,
            "PauseAfterReset": -1,
            "PowerOnPasswordStatus": 3,
            "PowerState": 0,
            "PowerSupplyState": 3,
            "PrimaryOwnerName": system.registered_user,
            "ResetCapability": 1,
            "ResetCount": -1,
            "ResetLimit": -1,
            "Roles": ["LM_Workstation", "LM_Server", "NT"],
            "Status": "OK",
            "SystemType": "x64-based PC",
            "ThermalState": 3,
            "TotalPhysicalMemory": system.memory_kb * 1024,
            "WakeUpType": 6,
            "Workgroup": None if in_domain else machine.network.workgroup,
        }
        yield values
