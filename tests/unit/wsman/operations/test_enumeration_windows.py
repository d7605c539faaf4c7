# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that real Windows servers sent, as typed values."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import enumeration
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.enumeration import (
    Page,
)
from unit.rows import each_row
from unit.wsman.recorded import LIMITS, answered, names, sample

TYPED = {each.name: each for each in (classes.PROCESS, classes.SERVICE, classes.OPERATING_SYSTEM)}


def recorded(name: str) -> Page:
    """A page, typed by the class that its name tells."""
    data = sample(f"wsman_enumerate/server_{name}.xml")
    found = re.search("Win32_[A-Za-z]+", name)
    assert found
    return enumeration.read_page(data, answered(data), TYPED.get(found[0]), LIMITS)


# Name, instances, properties of each, class of the first, key property, its first and last value.
PAGES = [
    (
        "2003_Win32_ComputerSystem_star_000",
        1,
        50,
        "Win32_ComputerSystem",
        "Name",
        "AMAZON-9DC6EF03",
        "AMAZON-9DC6EF03",
    ),
    ("2003_Win32_OperatingSystem_all_000", 1, 62, None, "Version", "5.2.3790", "5.2.3790"),
    (
        "2003_Win32_OperatingSystem_star_000",
        1,
        62,
        "Win32_OperatingSystem",
        "Version",
        "5.2.3790",
        "5.2.3790",
    ),
    ("2008_Win32_OperatingSystem_all_000", 1, 63, None, "Version", "6.1.7601", "6.1.7601"),
    (
        "2008_Win32_OperatingSystem_star_000",
        1,
        63,
        "Win32_OperatingSystem",
        "Version",
        "6.1.7601",
        "6.1.7601",
    ),
    ("2012_Win32_OperatingSystem_all_000", 1, 64, None, "Version", "6.2.9200", "6.2.9200"),
    (
        "2012_Win32_OperatingSystem_star_000",
        1,
        64,
        "Win32_OperatingSystem",
        "Version",
        "6.2.9200",
        "6.2.9200",
    ),
    ("2008_Win32_Product_all_000", 1, 27, None, "Version", "2.8.338.0", "2.8.338.0"),
    (
        "2008_Win32_Product_all_001",
        4,
        27,
        None,
        "Name",
        "Ec2ConfigService",
        "Microsoft .NET Framework 4 Client Profile",
    ),
    ("2008_Win32_Service_all_000", 1, 25, None, "Name", "AeLookupSvc", "AeLookupSvc"),
    ("2008_Win32_Service_all_001", 59, 25, None, "Name", "ALG", "NetTcpPortSharing"),
    ("2008_Win32_Service_all_002", 60, 25, None, "Name", "NlaSvc", "WPDBusEnum"),
    ("2008_Win32_Service_all_003", 2, 25, None, "Name", "wuauserv", "wudfsvc"),
    ("2012_Win32_NetworkAdapterConfiguration_all_001", 12, 50, None, "Index", "1", "12"),
    (
        "2012_Win32_NetworkAdapterConfiguration_star_000",
        1,
        50,
        "Win32_NetworkAdapterConfiguration",
        "Index",
        "0",
        "0",
    ),
    (
        "2012_Win32_NetworkAdapterConfiguration_star_001",
        12,
        50,
        "Win32_NetworkAdapterConfiguration",
        "Index",
        "1",
        "12",
    ),
    ("2012_Win32_Process_all_000", 1, 45, None, "ProcessId", 0, 0),
    ("2012_Win32_Process_all_001", 36, 45, None, "ProcessId", 4, 1260),
    ("2012_Win32_Process_all_002", 9, 45, None, "ProcessId", 1688, 1464),
    ("2012_Win32_Process_star_000", 1, 45, "Win32_Process", "ProcessId", 0, 0),
    ("2012_Win32_Process_star_001", 32, 45, "Win32_Process", "ProcessId", 4, 2276),
    ("2012_Win32_Process_star_002", 13, 45, "Win32_Process", "ProcessId", 2848, 1464),
    ("2012_Win32_Service_star_000", 1, 25, "Win32_Service", "Name", "AeLookupSvc", "AeLookupSvc"),
    ("2012_Win32_Service_star_001", 50, 25, "Win32_Service", "Name", "ALG", "MSiSCSI"),
    ("2012_Win32_Service_star_002", 52, 25, "Win32_Service", "Name", "msiserver", "UALSVC"),
    ("2012_Win32_Service_star_003", 28, 25, "Win32_Service", "Name", "UI0Detect", "xensvc"),
]


def test_every_recorded_page_is_in_the_table() -> None:
    listed = sorted(f"wsman_enumerate/server_{each[0]}.xml" for each in PAGES)
    assert listed == names("wsman_enumerate/*.xml")


@each_row(("name", "count", "properties", "class_name", "key", "first", "last"), PAGES)
def test_a_recorded_page(
    name: str,
    count: int,
    properties: int,
    class_name: str | None,
    key: str,
    first: str | int,
    last: str | int,
) -> None:
    page = recorded(name)
    assert len(page.items) == count
    assert page.items[0].class_name == class_name
    assert (page.items[0].values[key], page.items[-1].values[key]) == (first, last)
    assert {each.reference for each in page.items} == {None}
    # Rows of one query have the same properties; a derived class has its own besides.
    assert min(len(each.values) for each in page.items) == properties


CONTEXTS = {
    "2008_Win32_Product_all_000": "uuid:903BC345-9DB3-4D54-A3FD-95D5F4FDEAC1",
    "2008_Win32_Service_all_000": "uuid:397B8750-3E7F-41E6-A889-38436FB1C80A",
    "2008_Win32_Service_all_001": "uuid:A95FFF7D-727B-44BE-93BA-9B1197E505E2",
    "2008_Win32_Service_all_002": "uuid:8366AC7D-2A20-4B9A-A1D5-4A88DA7F9FBF",
    "2012_Win32_NetworkAdapterConfiguration_star_000": "uuid:83503201-C870-4DE3-A3B6-A5B1035CF438",
    "2012_Win32_Process_all_000": "uuid:67A65653-305B-4CD0-9DF2-4F5614DE68EC",
    "2012_Win32_Process_all_001": "uuid:0CBB0441-84F8-49C3-9168-EE18BD61CD0C",
    "2012_Win32_Process_star_000": "uuid:92A308CD-D945-48E9-92F1-E81967952B61",
    "2012_Win32_Process_star_001": "uuid:13276C2F-5658-4CA8-96A2-EA3204983BE4",
    "2012_Win32_Service_star_000": "uuid:6C0AB864-47F9-4D3E-8601-B786754BBABB",
    "2012_Win32_Service_star_001": "uuid:69C1232D-0042-447B-BBA4-F6DD9324B110",
    "2012_Win32_Service_star_002": "uuid:5F1294CE-8E09-46E7-BC4F-5ECBC9A0F353",
}


@each_row("name", [each[0] for each in PAGES])
def test_a_page_has_a_context_or_is_the_last(name: str) -> None:
    page = recorded(name)
    assert page.context == CONTEXTS.get(name)
    assert page.end is (name not in CONTEXTS)


def test_a_process_is_typed() -> None:
    system, *_unused, last = recorded("2012_Win32_Process_all_001").items
    declared = {each.name for each in classes.PROCESS.properties}
    assert {name: system.values[name] for name in declared} == {
        "Handle": "4",
        "ProcessId": 4,
        "ParentProcessId": 0,
        "SessionId": 0,
        "Name": "System",
        "ExecutablePath": None,
        "CommandLine": None,
        "CreationDate": datetime(2013, 4, 15, 16, 28, 47, 735170, UTC),
    }
    assert {name: last.values[name] for name in declared - {"CommandLine"}} == {
        "Handle": "1260",
        "ProcessId": 1260,
        "ParentProcessId": 2396,
        "SessionId": 2,
        "Name": "csrss.exe",
        "ExecutablePath": r"C:\Windows\system32\csrss.exe",
        "CreationDate": datetime(2013, 4, 15, 20, 27, 56, 749399, UTC),
    }
    assert str(last.values["CommandLine"]).startswith(
        r"%SystemRoot%\system32\csrss.exe ObjectDirectory=\Windows SharedSection=1024,20480,768 "
    )
    assert last.values["KernelModeTime"] == "14040090"  # not declared, so it stays text


def test_both_forms_of_the_same_instance_are_equal_but_for_the_class_name() -> None:
    whole = recorded("2012_Win32_Process_star_001").items[0]
    projected = recorded("2012_Win32_Process_all_001").items[0]
    assert (whole.class_name, projected.class_name) == ("Win32_Process", None)
    declared = [each.name for each in classes.PROCESS.properties]
    assert [whole.values[name] for name in declared] == [
        projected.values[name] for name in declared
    ]
    assert whole.values.keys() == projected.values.keys()


def test_the_operating_system_is_typed() -> None:
    values = recorded("2012_Win32_OperatingSystem_star_000").items[0].values
    declared = {each.name for each in classes.OPERATING_SYSTEM.properties}
    assert {name: values[name] for name in declared} == {
        "Caption": "Microsoft Windows Server 2012 Standard",
        "Version": "6.2.9200",
        "BuildNumber": "9200",
        "CSName": "AMAZONA-SDFU7B1",
        "WindowsDirectory": r"C:\Windows",
        "SystemDirectory": r"C:\Windows\system32",
        "OSArchitecture": "64-bit",
        "OSLanguage": 1033,
        "ProductType": 3,
        "MUILanguages": ("en-US",),  # one value, and still an array
        "LastBootUpTime": datetime(2013, 4, 15, 16, 28, 43, 488171, UTC),
        "LocalDateTime": datetime(2013, 4, 15, 20, 28, 20, 913000, UTC),
        "CurrentTimeZone": 0,
    }
    assert values["Description"] == ""
    assert values["CSDVersion"] is None


def test_text_is_kept_as_it_was_sent() -> None:
    values = recorded("2008_Win32_OperatingSystem_all_000").items[0].values
    assert values["Caption"] == "Microsoft Windows Server 2008 R2 Datacenter "


def test_a_service_is_typed() -> None:
    page = recorded("2008_Win32_Service_all_002")
    first, last = page.items[0].values, page.items[-1].values
    assert (first["Name"], last["Name"]) == ("NlaSvc", "WPDBusEnum")
    assert (first["AcceptStop"], last["AcceptStop"]) == (True, False)
    assert (first["ProcessId"], last["ProcessId"]) == (900, 0)
    assert (first["State"], last["State"]) == ("Running", "Stopped")
    assert first["ExitCode"] == 0


def test_a_derived_class_comes_under_its_own_name() -> None:
    pages = [recorded(f"2012_Win32_Service_star_00{number}") for number in range(4)]
    items = [each for page in pages for each in page.items]
    assert len(items) == 131
    derived = [each for each in items if each.class_name != "Win32_Service"]
    assert [(each.class_name, each.values["Name"]) for each in derived] == [
        ("Win32_TerminalService", "TermService")
    ]
    assert derived[0].values["TotalSessions"] == "3"
    assert derived[0].values["AcceptStop"] is True


def test_arrays_of_several_values() -> None:
    items = recorded("2012_Win32_NetworkAdapterConfiguration_star_001").items
    configured = [each.values for each in items if each.values.get("IPEnabled") == "true"]
    assert len(configured) == 1
    assert configured[0]["DNSDomainSuffixSearchOrder"] == (
        "us-east-1.ec2-utilities.amazonaws.com",
        "ec2.internal",
        "compute-1.internal",
        "solutions.loc",
    )
    assert configured[0]["DHCPLeaseExpires"] == "2013-04-15T20:58:58Z"
