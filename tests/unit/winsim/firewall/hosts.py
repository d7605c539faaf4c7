# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines with a firewall for tests, and its classes."""

from __future__ import annotations

from typing import Any

from unit.winsim.small import boot, document
from winsim import classes
from winsim.cim import CimClass, Values
from winsim.machine import Machine

RULE = "MSFT_NetFirewallRule"
SAMPLE = "win10_1903_en_fwpolicy_v2.30.txt"


def host(**section: Any) -> Machine:
    """The small machine with the recorded stores of Windows 10 1903, and what `section` adds to
    that section of the image."""
    base = document()
    network = base["network"] | {
        "profiles": [
            {
                "name": "Net",
                "interface": "Ethernet",
                "index": 7,
                "category": "private",
                "id": "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}",
            }
        ],
    }
    return boot(base | {"network": network, "firewall": {"dump": "win10_1903"} | section})


def firewall_class(machine: Machine, name: str) -> CimClass:
    found = classes.find("root/StandardCimv2", name, machine)
    assert found is not None, name
    return found


def keys(rule_id: str, other: str = "PolicyRuleName") -> dict[str, str]:
    """The key of a rule, or with ``Name`` as `other` that of its filters."""
    return {
        "CreationClassName": f"MSFT|FW|FirewallRule|{rule_id}",
        other: "",
        "SystemCreationClassName": "",
        "SystemName": "",
    }


def create(machine: Machine, rule_id: str = "test", **values: Any) -> dict[str, str]:
    """A new rule; returns its key."""
    wanted: Values = {"InstanceID": rule_id, "ElementName": "Test rule"}
    rule = firewall_class(machine, RULE).create(machine, wanted | values, {})
    return dict(rule.selectors)


def stored(machine: Machine, rule_id: str = "test") -> str:
    """The text of a rule in the local store."""
    assert machine.firewall is not None
    return machine.firewall.rules()[rule_id]
