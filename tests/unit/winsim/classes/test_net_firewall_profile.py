# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetFirewallProfile: the local settings, shown and written."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import firewall_class, host
from winsim.cim import CimError, CimStatus, Values
from winsim.firewall.store import LOCAL_ROOT, Value
from winsim.machine import Machine

PROFILE = "MSFT_NetFirewallProfile"
PRIVATE = {"InstanceID": "MSFT|FW|FirewallProfile|Private"}


def rows(machine: Machine) -> dict[str, Values]:
    return {str(v["Name"]): v for v in firewall_class(machine, PROFILE).instances(machine)}


def put(machine: Machine, **values: Any) -> Values:
    return firewall_class(machine, PROFILE).put(machine, PRIVATE, values)


def test_profiles_of_an_ordinary_pc() -> None:
    """As Get-NetFirewallProfile shows it where nobody changed anything."""
    found = rows(host())
    assert list(found) == ["Domain", "Private", "Public"]
    assert found["Private"] == {
        "AllowInboundRules": 2,
        "AllowLocalFirewallRules": 2,
        "AllowLocalIPsecRules": 2,
        "AllowUnicastResponseToMulticast": 2,
        "AllowUserApps": 2,
        "AllowUserPorts": 2,
        "Caption": None,
        "DefaultInboundAction": 0,
        "DefaultOutboundAction": 0,
        "Description": None,
        "DisabledInterfaceAliases": ["NotConfigured"],
        "ElementName": "",
        "EnableStealthModeForIPsec": 2,
        "Enabled": 1,
        "InstanceID": "MSFT|FW|FirewallProfile|Private",
        "LogAllowed": 0,
        "LogBlocked": 0,
        "LogFileName": r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log",
        "LogIgnored": 2,
        "LogMaxSizeKilobytes": 4096,
        "Name": "Private",
        "NotifyOnListen": 1,
    }


@each_row(
    ("values", "key", "name", "number"),
    [
        ({"Enabled": 0}, "", "EnableFirewall", 0),
        ({"AllowInboundRules": 0}, "", "DoNotAllowExceptions", 1),
        ({"AllowInboundRules": 1}, "", "DoNotAllowExceptions", 0),
        ({"NotifyOnListen": 0}, "", "DisableNotifications", 1),
        ({"DefaultInboundAction": 2}, "", "DefaultInboundAction", 0),
        ({"DefaultInboundAction": 4}, "", "DefaultInboundAction", 1),
        ({"DefaultOutboundAction": 4}, "", "DefaultOutboundAction", 1),
        ({"LogBlocked": 1}, r"\Logging", "LogDroppedPackets", 1),
        ({"AllowUserPorts": 0}, r"\GloballyOpenPorts", "AllowUserPrefMerge", 0),
        ({"LogMaxSizeKilobytes": 8192}, r"\Logging", "LogFileSize", 8192),
    ],
)
def test_put_writes_the_key_of_the_profile(
    values: dict[str, Any], key: str, name: str, number: int
) -> None:
    machine = host()
    before = rows(machine)
    after = put(machine, **values)
    assert after == before["Private"] | values
    assert machine.firewall is not None
    private = rf"{LOCAL_ROOT}\StandardProfile{key}"
    assert machine.firewall.value(private, name) == Value("REG_DWORD", number)
    assert rows(machine) == before | {"Private": after}


def test_what_is_not_configured_is_not_there() -> None:
    machine = host()
    put(machine, DefaultInboundAction=4, AllowInboundRules=0)
    after = put(machine, DefaultInboundAction=0, AllowInboundRules=2, Enabled=None)
    assert (after["DefaultInboundAction"], after["AllowInboundRules"]) == (0, 2)
    assert machine.firewall is not None
    assert set(machine.firewall.settings("private")) == {"DisableNotifications", "EnableFirewall"}


def test_one_blocks_too() -> None:
    assert put(host(), DefaultOutboundAction=1)["DefaultOutboundAction"] == 4


def test_what_stands_in_the_registry_is_shown() -> None:
    machine = host(profiles={"public": {"EnableFirewall": 0, "DefaultInboundAction": 1}})
    public = rows(machine)["Public"]
    assert (public["Enabled"], public["DefaultInboundAction"]) == (0, 4)


@pytest.mark.parametrize("values", [{"Enabled": 3}, {"DefaultInboundAction": 3}])
def test_numbers_without_a_meaning_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(CimError) as error:
        put(host(), **values)
    assert error.value.status is CimStatus.INVALID_PARAMETER


def test_unknown_profile_and_reading_account() -> None:
    profile = firewall_class(host(), PROFILE)
    with pytest.raises(CimError) as error:
        profile.put(host(), {"InstanceID": "MSFT|FW|FirewallProfile|Guest"}, {"Enabled": 0})
    assert error.value.status is CimStatus.NOT_FOUND
    with pytest.raises(CimError) as error:
        profile.put(host(read_only=True), PRIVATE, {"Enabled": 0})
    assert error.value.status is CimStatus.ACCESS_DENIED
