# SPDX-License-Identifier: GPL-3.0-or-later
"""A Windows 11 in German, with every kind of rule that stores of version 2.33 have: rules are made,
changed and removed there, and all others stay as they are, octet for octet."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from unit.simulated import SimulatedTransport
from unit.sweeps import fast
from unit.verification.recorded_pc import port_check
from winsim.images import load
from winsim.machine import Machine

PACKAGE = "{0D6A6B9E-52F1-4C1C-9C5B-8E1B0C6A2E11}"
LABELS = "{3C5E5B21-8C0F-4E0B-9E49-0F4E5B1D2A24}"
CAMERA = "{3C5E5B21-8C0F-4E0B-9E49-0F4E5B1D2A23}"


@pytest.fixture
def machine() -> Machine:
    return load("win11-de").boot()


def host_of(machine: Machine) -> Host:
    return Host(SimulatedTransport(machine), "win-1", clock=Clock(sleep=no_time))


def no_time(seconds: float) -> None:
    """Instead of a pause."""


def changed(
    machine: Machine, *, present: bool = True, **options: Any
) -> dict[str, tuple[str, str]]:
    """Make a rule so; the rules that are another text then, before and after."""
    assert machine.firewall is not None
    before = machine.firewall.rules()
    asked = [changes.wish(options, present=present)]
    changes.make(host_of(machine), asked, sleep=no_time)
    after = machine.firewall.rules()
    return {
        rule_id: (before.get(rule_id, ""), after.get(rule_id, ""))
        for rule_id in {**before, **after}
        if before.get(rule_id) != after.get(rule_id)
    }


def test_new_rule_has_the_version_of_the_store(machine: Machine) -> None:
    options = {"rule_id": "kamera", "name": "Kamera-Übersicht", "ports": "9000"}
    assert changed(machine, **options, profiles="private") == {
        "kamera": (
            "",
            "v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Private|LPort=9000|"
            "Name=Kamera-Übersicht|",
        )
    }
    assert changed(machine, **options, profiles="private") == {}
    assert port_check(host_of(machine), 9000)["verdicts"] == {"9000/tcp": "reachable"}


@pytest.mark.parametrize(
    "rule_id", fast([PACKAGE, LABELS, CAMERA, "WINRM-HTTP-Compat-In-TCP"], PACKAGE, LABELS)
)
def test_switching_a_rule_changes_nothing_else_of_it(machine: Machine, rule_id: str) -> None:
    """Not its package, and not the order of its ports."""
    assert machine.firewall is not None
    on = "Active=TRUE" in machine.firewall.rules()[rule_id]
    ((found, (before, after)),) = changed(machine, rule_id=rule_id, enabled=not on).items()
    assert found == rule_id
    switch = ("Active=TRUE", "Active=FALSE")
    assert after == before.replace(*(switch if on else switch[::-1]))
    assert changed(machine, rule_id=rule_id, enabled=not on) == {}


def test_removed_rule_is_all_that_is_gone(machine: Machine) -> None:
    ((rule_id, (_before, after)),) = changed(machine, present=False, rule_id=LABELS).items()
    assert (rule_id, after) == (LABELS, "")
    assert port_check(host_of(machine), 8443)["verdicts"] == {"8443/tcp": "blocked"}


def test_verdicts(machine: Machine) -> None:
    verdicts = port_check(host_of(machine), 80, 8443, 9000, 50200, 5985)["verdicts"]
    assert verdicts == {
        "80/tcp": "not_listening",
        "8443/tcp": "reachable",
        "9000/tcp": "blocked",
        "50200/tcp": "reserved",
        "5985/tcp": "reachable",
    }
