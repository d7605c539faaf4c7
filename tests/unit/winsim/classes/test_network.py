# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of the network stack."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.small import boot
from winsim import classes, images
from winsim.cim import CimError, CimStatus
from winsim.machine import Machine

NAMESPACE = "root/StandardCimv2"
NETWORK_CLASSES = (
    "MSFT_NetTCPConnection",
    "MSFT_NetUDPEndpoint",
    "MSFT_NetConnectionProfile",
    "MSFT_NetAdapter",
    "MSFT_NetIPAddress",
    "MSFT_NetRoute",
)


def rows(machine: Machine, class_name: str) -> list[dict[str, Any]]:
    cim_class = classes.find(NAMESPACE, class_name, machine)
    assert cim_class is not None
    return [dict(values) for values in cim_class.instances(machine)]


def tcp(machine: Machine, port: int) -> list[dict[str, Any]]:
    return [row for row in rows(machine, "MSFT_NetTCPConnection") if row["LocalPort"] == port]


def test_listener_is_as_published_from_windows_11() -> None:
    (row,) = tcp(boot(), 20081)
    shown = {name: value for name, value in row.items() if value is not None}
    created = shown.pop("CreationTime")
    # Format-List shows the name of the setting, and 6 has none.
    assert shown.pop("AppliedSetting") == 6
    assert shown == {
        "EnabledDefault": 2,
        "InstanceID": "127.0.0.1++20081++0.0.0.0++0",
        "LocalAddress": "127.0.0.1",
        "LocalPort": 20081,
        "OffloadState": 0,
        "OwningProcess": 900,
        "RemoteAddress": "0.0.0.0",
        "RemotePort": 0,
        "RequestedState": 5,
        "State": 2,
        "TransitioningToState": 12,
    }
    assert created.tzinfo is not None


def test_dual_stack_socket_has_one_row_on_ipv6() -> None:
    (row,) = tcp(boot(), 20080)
    assert (row["LocalAddress"], row["RemoteAddress"], row["State"]) == ("::", "::", 2)


def test_port_of_http_sys_belongs_to_the_system_process() -> None:
    (row,) = tcp(boot(), 5985)
    assert (row["LocalAddress"], row["OwningProcess"]) == ("::", 4)


def test_outgoing_connection_has_a_bound_row_beside_it() -> None:
    bound, connected = tcp(boot(), 50100)
    if bound["State"] == 5:
        bound, connected = connected, bound
    assert (bound["State"], bound["LocalAddress"], bound["RemotePort"]) == (100, "0.0.0.0", 0)
    assert (connected["State"], connected["LocalAddress"]) == (5, "10.1.2.3")
    assert connected["InstanceID"] == "10.1.2.3++50100++203.0.113.5++80"
    assert connected["AppliedSetting"] == 0


def test_accepted_connection_has_none() -> None:
    states = [row["State"] for row in tcp(boot(), 20082)]
    assert sorted(states) == [2, 5]


def test_link_local_address_carries_its_zone() -> None:
    (row,) = tcp(boot(), 20083)
    assert row["LocalAddress"] == "fe80::1%7"


def test_udp_endpoint_tells_its_process() -> None:
    (row,) = rows(boot(), "MSFT_NetUDPEndpoint")
    assert (row["LocalAddress"], row["LocalPort"], row["OwningProcess"]) == ("0.0.0.0", 20001, 800)
    assert row["CreationTime"] is not None


def test_query_on_the_base_class_finds_both() -> None:
    found = classes.derived(NAMESPACE, "MSFT_NetTransportConnection")
    assert {c.name for c in found} == {"MSFT_NetTCPConnection", "MSFT_NetUDPEndpoint"}


def test_profile_tells_the_category_of_the_network() -> None:
    (row,) = rows(images.load("win11-ja").boot(), "MSFT_NetConnectionProfile")
    assert row["NetworkCategory"] == 0
    assert row["InterfaceAlias"] == "イーサネット"


@each_row("class_name", NETWORK_CLASSES)
def test_old_windows_has_no_such_class(class_name: str) -> None:
    machine = images.load("win2008r2").boot()
    assert classes.find(NAMESPACE, class_name, machine) is None
    assert classes.derived(NAMESPACE, class_name, machine) == []
    cim_class = classes.find(NAMESPACE, class_name)
    assert cim_class is not None
    with pytest.raises(CimError) as raised:
        list(cim_class.instances(machine))
    assert raised.value.status is CimStatus.INVALID_CLASS


def test_adapters_are_there_without_a_connection_too() -> None:
    machine = images.load("win11-ja").boot("pc", "127.0.0.1")
    connected = {row["InstanceID"] for row in rows(machine, "MSFT_NetConnectionProfile")}
    found = rows(machine, "MSFT_NetAdapter")
    assert [(row["Name"], row["InterfaceGuid"] in connected) for row in found] == [
        ("イーサネット", True),
        ("Wi-Fi", False),
    ]
    assert all(row["DeviceID"] == row["InterfaceGuid"] for row in found)
