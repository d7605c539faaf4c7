# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_OperatingSystem, the singleton.

Properties, their order and which are NULL: the recorded instance of Server 2012
(`server_2012_Win32_OperatingSystem_star_000`). Types and methods: Microsoft's documentation of the
class.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone

from winsim.cim import CimClass, CimError, CimStatus, Property, Values
from winsim.languages import LANGUAGES
from winsim.machine import Machine

_TYPES = {
    "boolean": (
        "DataExecutionPrevention_32BitApplications",
        "DataExecutionPrevention_Available",
        "DataExecutionPrevention_Drivers",
        "Debug",
        "Distributed",
        "PAEEnabled",
        "PortableOperatingSystem",
        "Primary",
    ),
    "sint16": ("CurrentTimeZone",),
    "uint8": ("DataExecutionPrevention_SupportPolicy", "ForegroundApplicationBoost"),
    "uint16": ("OSType", "ServicePackMajorVersion", "ServicePackMinorVersion"),
    "uint32": (
        "EncryptionLevel",
        "LargeSystemCache",
        "MaxNumberOfProcesses",
        "NumberOfLicensedUsers",
        "NumberOfProcesses",
        "NumberOfUsers",
        "OperatingSystemSKU",
        "OSLanguage",
        "OSProductSuite",
        "ProductType",
        "SuiteMask",
    ),
    "uint64": (
        "FreePhysicalMemory",
        "FreeSpaceInPagingFiles",
        "FreeVirtualMemory",
        "MaxProcessMemorySize",
        "SizeStoredInPagingFiles",
        "TotalSwapSpaceSize",
        "TotalVirtualMemorySize",
        "TotalVisibleMemorySize",
    ),
    "datetime": ("InstallDate", "LastBootUpTime", "LocalDateTime"),
    "string": (
        "BootDevice",
        "BuildNumber",
        "BuildType",
        "Caption",
        "CodeSet",
        "CountryCode",
        "CreationClassName",
        "CSCreationClassName",
        "CSDVersion",
        "CSName",
        "Description",
        "Locale",
        "Manufacturer",
        "MUILanguages",
        "Name",
        "Organization",
        "OSArchitecture",
        "OtherTypeDescription",
        "PlusProductID",
        "PlusVersionNumber",
        "RegisteredUser",
        "SerialNumber",
        "Status",
        "SystemDevice",
        "SystemDirectory",
        "SystemDrive",
        "Version",
        "WindowsDirectory",
    ),
}


#: Flags of Win32Shutdown: restart, and restart without asking programs.
_RESTARTS = {"2", "6"}


class Win32OperatingSystem(CimClass):
    namespace = "root/cimv2"
    name = "Win32_OperatingSystem"
    derived_from = ("CIM_OperatingSystem", "CIM_LogicalElement", "CIM_ManagedSystemElement")
    singleton = True
    methods: Mapping[str, tuple[str, ...]] = {"Reboot": (), "Win32Shutdown": ("Flags", "Reserved")}
    properties = tuple(
        sorted(
            (
                Property(name, kind, array=name == "MUILanguages")
                for kind, names in _TYPES.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        system = machine.operating_system
        language = LANGUAGES[system.language]
        local = timezone(timedelta(minutes=system.time_zone))
        values: Values = {p.name: None for p in self.properties}
        values |= {
            "BootDevice": r"\Device\HarddiskVolume1",
            "BuildNumber": system.build,
            "BuildType": "Multiprocessor Free",
            "Caption": system.caption,
            "CodeSet": language.ansi_code_page,
            "CountryCode": language.country_code,
            "CreationClassName": "Win32_OperatingSystem",
            "CSCreationClassName": "Win32_ComputerSystem",
            "CSDVersion": f"Service Pack {system.service_pack}" if system.service_pack else None,
            "CSName": machine.computer_name,
            "CurrentTimeZone": system.time_zone,
            "DataExecutionPrevention_32BitApplications": True,
            "DataExecutionPrevention_Available": True,
            "DataExecutionPrevention_Drivers": True,
            "DataExecutionPrevention_SupportPolicy": 3 if system.product_type == 3 else 2,
            "Debug": False,
            "Description": system.description,
            "Distributed": False,
            "EncryptionLevel": 256,
            "ForegroundApplicationBoost": 0 if system.product_type == 3 else 2,
            "FreePhysicalMemory": system.memory_kb // 3,
            "FreeSpaceInPagingFiles": system.memory_kb // 7,
            "FreeVirtualMemory": system.memory_kb // 2,
            "InstallDate": system.installed,
            "LastBootUpTime": system.booted,
            "LocalDateTime": machine.clock().astimezone(local),
            "Locale": f"{language.lcid:04x}",
            "Manufacturer": "Microsoft Corporation",
            "MaxNumberOfProcesses": 4294967295,
            "MaxProcessMemorySize": 137438953344,
            "MUILanguages": [language.tag],
            "Name": system.name,
            "NumberOfLicensedUsers": 0,
            "NumberOfProcesses": len(machine.processes()),
            "NumberOfUsers": 2,
            "OperatingSystemSKU": system.sku,
            "Organization": system.organization,
            "OSArchitecture": language.architecture,
            "OSLanguage": language.lcid,
            "OSProductSuite": system.suite_mask,
            "OSType": 18,
            "PortableOperatingSystem": False,
            "Primary": True,
            "ProductType": system.product_type,
            "RegisteredUser": system.registered_user,
            "SerialNumber": "00000-00000-00000-AAAAA",
            "ServicePackMajorVersion": system.service_pack,
            "ServicePackMinorVersion": 0,
            "SizeStoredInPagingFiles": system.memory_kb // 6,
            "Status": "OK",
            "SuiteMask": system.suite_mask,
            "SystemDevice": r"\Device\HarddiskVolume3",
            "SystemDirectory": r"C:\Windows\system32",
            "SystemDrive": "C:",
            "TotalVirtualMemorySize": system.memory_kb * 7 // 6,
            "TotalVisibleMemorySize": system.memory_kb,
            "Version": system.version,
            "WindowsDirectory": r"C:\Windows",
        }
        yield values

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        """Change Description, which the documentation calls read and write, as it does
        ForegroundApplicationBoost, which can't be changed here."""
        if values.keys() - {"Description"}:
            raise CimError(CimStatus.NOT_SUPPORTED, "Provider is not capable ", 0x80041024)
        with machine.lock:
            machine.operating_system = dataclasses.replace(
                machine.operating_system, description=str(values.get("Description") or "")
            )
        return next(iter(self.instances(machine)))

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        """Reboot and Win32Shutdown, as far as it restarts: a machine that is off is of no use."""
        flags = {name.lower(): value for name, value in arguments.items()}.get("flags")
        restarts = method.lower() == "win32shutdown" and flags in _RESTARTS
        if method.lower() != "reboot" and not restarts:
            return super().invoke(machine, keys, method, arguments)
        return {"ReturnValue": machine.ask_for_restart()}
