# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods of Win32_Process and Win32_Service."""

from __future__ import annotations

import pytest

from unit.rows import each_row
from unit.winsim.small import boot
from winsim import classes
from winsim.cim import CimError, CimStatus, Values
from winsim.machine import Machine


def invoke(machine: Machine, class_name: str, method: str, **keys: str) -> Values:
    cim_class = classes.find("root/cimv2", class_name)
    assert cim_class is not None
    return cim_class.invoke(machine, keys or None, method, {})


def test_terminate_ends_the_process() -> None:
    machine = boot()
    assert invoke(machine, "Win32_Process", "Terminate", Handle="1000") == {"ReturnValue": 0}
    assert machine.process(1000) is None


@each_row("handle", ["0", "4", "600"])
def test_protected_process_does_not_end(handle: str) -> None:
    machine = boot()
    assert invoke(machine, "Win32_Process", "Terminate", handle=handle) == {"ReturnValue": 2}
    assert machine.process(int(handle)) is not None


@each_row("handle", ["1004", "abc", ""])
def test_process_that_is_not_there_is_not_found(handle: str) -> None:
    with pytest.raises(CimError) as raised:
        invoke(boot(), "Win32_Process", "Terminate", Handle=handle)
    assert raised.value.status is CimStatus.NOT_FOUND


@each_row(
    ("handle", "owner"),
    [
        ("700", ("NT AUTHORITY", "NETWORK SERVICE", 0)),
        ("1000", ("TEST01", "user", 0)),
        ("0", (None, None, 2)),
    ],
)
def test_owner_of_a_process(handle: str, owner: tuple[object, ...]) -> None:
    values = invoke(boot(), "Win32_Process", "GetOwner", Handle=handle)
    assert (values["Domain"], values["User"], values["ReturnValue"]) == owner


def test_service_stops_and_starts() -> None:
    machine = boot()
    assert invoke(machine, "Win32_Service", "StopService", Name="web") == {"ReturnValue": 0}
    assert invoke(machine, "Win32_Service", "StopService", Name="Web") == {"ReturnValue": 5}
    assert invoke(machine, "Win32_Service", "StartService", Name="Web") == {"ReturnValue": 0}
    assert invoke(machine, "Win32_Service", "StartService", Name="Web") == {"ReturnValue": 10}


def test_start_mode_of_a_service_changes() -> None:
    machine = boot()
    cim_class = classes.find("root/cimv2", "Win32_Service")
    assert cim_class is not None
    keys = {"Name": "Web"}
    arguments: Values = {"startmode": "Disabled"}
    assert cim_class.invoke(machine, keys, "ChangeStartMode", arguments) == {"ReturnValue": 0}
    service = machine.service("Web")
    assert service is not None
    assert service.start_mode == "Disabled"
    assert cim_class.invoke(machine, keys, "ChangeStartMode", {}) == {"ReturnValue": 21}
    service = machine.service("Web")
    assert service is not None
    assert service.start_mode == "Disabled"


def test_service_that_is_not_there_is_not_found() -> None:
    with pytest.raises(CimError) as raised:
        invoke(boot(), "Win32_Service", "StopService", Name="Nothing")
    assert raised.value.status is CimStatus.NOT_FOUND


@each_row("class_name", ["Win32_Process", "Win32_Service", "Win32_OperatingSystem"])
def test_unknown_method_is_not_supported(class_name: str) -> None:
    with pytest.raises(CimError) as raised:
        invoke(boot(), class_name, "Dance", Name="Web")
    assert raised.value.status is CimStatus.NOT_SUPPORTED
