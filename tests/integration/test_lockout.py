# SPDX-License-Identifier: GPL-3.0-or-later
"""WinRM behind the firewall that a task changes: without force the connection is never lost, with
force it is, and what leaves the connection alone needs none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import SOON, Fleet, address, asks, fleet, rules_put_back
from winsim.images import load

pytestmark = pytest.mark.integration

RULE_ID = "WINRM-HTTP-In-TCP-NoScope"
OWN = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5985|Name=Own|"

# The PC has 10.20.30.40 on a private network, and the controller is its neighbour 10.20.30.254.
CUTS_OFF: list[dict[str, Any]] = [
    {"rule_id": RULE_ID, "service": "WinRM"},
    {"rule_id": RULE_ID, "enabled": False},
    {"rule_id": RULE_ID, "remote_addresses": "172.16.0.0/12"},
    {"rule_id": RULE_ID, "local_addresses": "192.0.2.1"},
    {"group": "@FirewallAPI.dll,-30267", "enabled": False},
    {"name": "Shut", "action": "block", "ports": 5985},
    {"name": "Shut", "action": "block", "protocol": "any", "remote_addresses": "LocalSubnet"},
    {"rules": [{"name": "Own", "state": "absent"}, {"rule_id": RULE_ID, "profiles": "domain"}]},
]
HARMLESS: list[dict[str, Any]] = [
    {"name": "Foreign", "action": "block", "ports": 5985, "remote_addresses": "8.8.8.8"},
    {"name": "Six", "action": "block", "ports": 5985, "remote_addresses": "2000::/3"},
    {"name": "Secure", "action": "block", "ports": 5986},
    {"name": "Own", "service": "WinRM"},
    {"name": "Own", "state": "absent"},
    {"rule_id": "WINRM-HTTP-In-TCP", "enabled": False},
]


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    machines = [load("server2022").boot("pc", address(41))]
    with fleet(tmp_path_factory.mktemp("pcs"), machines, filtered=True) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    with rules_put_back(pcs.firewall("pc")):
        pcs.firewall("pc").set_rule("{own}", OWN)
        yield


def test_without_force_no_task_loses_the_connection(pcs: Fleet) -> None:
    pcs.firewall("pc").delete_rule("{own}")
    before = pcs.rules("pc")
    refused = pcs.play("pc", [asks("failed", **each) for each in CUTS_OFF])
    for arguments, result in zip(CUTS_OFF, refused, strict=True):
        assert "could cut off this connection" in result["msg"], arguments
        assert "WinRM from 10.20.30.254" in result["msg"], arguments
    assert pcs.rules("pc") == before
    assert pcs.machine("pc").lets_winrm_in()


def test_what_leaves_the_connection_alone_needs_no_force(pcs: Fleet) -> None:
    pcs.play("pc", [asks("changed", **each) for each in HARMLESS])
    assert pcs.machine("pc").lets_winrm_in()
    assert "{own}" not in pcs.rules("pc")


@pytest.mark.parametrize("arguments", [CUTS_OFF[0], CUTS_OFF[5]], ids=["service", "block"])
def test_with_force_the_connection_is_lost(pcs: Fleet, arguments: dict[str, Any]) -> None:
    pcs.firewall("pc").delete_rule("{own}")
    pcs.play("pc", [asks("unreachable", **arguments, force=True)], *SOON)
    assert not pcs.machine("pc").lets_winrm_in()
    (port,) = (host.port for host in pcs.hosts)
    assert pcs.connects("pc", port) == "silent"
