# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC on which more than firewall rules decides what comes in: port_check, port_facts and the effect
of rules tell the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import (
    reading as diagnosis_reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects import effect
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import exposure
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.simulated import SimulatedTransport
from unit.verification.recorded_pc import port_check
from winsim.firewall.store import LOCAL_ROOT
from winsim.images import load
from winsim.machine import Machine

PORTS = range(4001, 4009)
STATES = {
    4001: "allowed",  # an exception of the old templates for the port
    4002: "allowed",  # and one for the program
    4003: "blocked",  # one that another entry switches off
    4004: "conditional",  # IPsec is demanded
    4005: "conditional",  # a block rule names the device of the volume
    4006: "conditional",  # the port of the client
    4007: "conditional",  # a block rule for the service that started the program
    4008: "allowed",  # the same port rule, for a program of a user
}
VERDICTS = {"allowed": "reachable", "blocked": "blocked", "conditional": "unknown"}


@pytest.fixture
def machine() -> Machine:
    return load("policies").boot()


def host_of(machine: Machine) -> Host:
    return Host(SimulatedTransport(machine), "win-1")


def judged(machine: Machine) -> Any:
    """What port_facts tells of the firewall."""
    host = host_of(machine)
    wanted = [WantedPort(Protocol.TCP, port) for port in PORTS]
    snapshot = diagnosis_reading.read(host, wanted).situation.snapshot
    return exposure.judged(snapshot, reading.read(host))


def states(machine: Machine, profile: str = "private") -> dict[int, str]:
    listeners = judged(machine).listeners
    return {each.port: listeners[each][profile]["state"] for each in listeners}


def test_all_three_tell_the_same(machine: Machine) -> None:
    assert states(machine) == STATES
    found = port_check(host_of(machine), *PORTS)
    assert found["verdicts"] == {f"{port}/tcp": VERDICTS[each] for port, each in STATES.items()}
    read = reading.read(host_of(machine))
    (safe,) = [rule for rule in read.local_rules if rule.rule_id == "safe"]
    found = effect.judge(safe, read)
    assert (found.effective, found.profiles[1].state.value) == (None, "conditional")
    assert "the connection security rule 'Only known PCs'" in render(found.reason, "en")
    without = replace(read.stores, security={})
    assert "Only known PCs" not in render(
        effect.judge(safe, replace(read, stores=without)).reason, "en"
    )


def test_what_is_said_of_each(machine: Machine) -> None:
    (safe,) = port_check(host_of(machine), 4004)["ports"]
    assert safe["msg"] == (
        "TCP 4004 is open on the private network '社内' only for traffic that IPsec authenticates "
        "(connection security rule: Only known PCs), and whether the controller's is can't be seen "
        "from here; set up IPsec on the client, or exempt it by a connection security rule that "
        "does not authenticate (wf.msc; ask those who manage the policy if the rule is theirs)."
    )
    (games,) = port_check(host_of(machine), 4005)["ports"]
    assert games["msg"].startswith(
        "TCP 4005 is open on the private network '社内' unless this blocks it, which can't be "
        "judged from here: the rule 'No games' if the program is "
        "\\Device\\HarddiskVolume3\\Spiel\\spiel.exe; "
    )
    disable = {"rule_id": "no-spiel", "enabled": False}
    assert [
        each["task"]["portkeeper.windows.port_firewall"]
        for each in games["remedies"]
        if each.get("task")
    ] == [disable]
    (odd,) = port_check(host_of(machine), 4006)["ports"]
    tasks = [each["task"]["portkeeper.windows.port_firewall"] for each in odd["remedies"]
             if each.get("task")]  # fmt: skip
    assert tasks == [{"rule_id": "old-odd", "enabled": True}]
    (off,) = port_check(host_of(machine), 4003)["ports"]
    assert [each["kind"] for each in off["causes"]] == ["no_rule"]


def test_settings_of_mdm_that_sources_read_differently(machine: Machine) -> None:
    assert machine.firewall is not None
    machine.firewall.set_value(rf"{LOCAL_ROOT}\Mdm\StandardProfile", "EnableFirewall", 1)
    machine.firewall.set_value(rf"{LOCAL_ROOT}\Mdm\StandardProfile", "DefaultInboundAction", 1)
    machine.firewall.set_value(rf"{LOCAL_ROOT}\Mdm\PublicProfile", "EnableFirewall", 0)
    for profile in ("private", "public"):
        found = states(machine, profile)
        # Open in either reading, and open in one of them only.
        assert (found[4008], found[4003]) == ("allowed", "conditional"), profile
        settings = judged(machine).firewall["profiles"][profile]
        assert (settings["enabled"], settings["default_inbound"]) == (None, "block")
    checked = port_check(host_of(machine), 4003, 4008)
    assert checked["verdicts"] == {"4003/tcp": "unknown", "4008/tcp": "reachable"}
    assert "Mdm\\PublicProfile of device management" in checked["ports"][0]["msg"]
    read = reading.read(host_of(machine))
    new = rule_text.parse("new", "v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=4003|")
    both = read.with_local_rules((*read.local_rules, new))
    # It blocks the port if the firewall is on.
    assert effect.judge(new, both).effective is None
    out = rule_text.parse("out", "v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=25|")
    outbound = effect.judge(out, read.with_local_rules((out,)))
    assert outbound.effective is None
    assert "device management service (MDM)" in render(outbound.reason, "en")
    # Where both keys say the same, it is known.
    machine.firewall.set_value(rf"{LOCAL_ROOT}\Mdm\StandardProfile", "EnableFirewall", 0)
    assert states(machine)[4003] == "allowed"
    assert judged(machine).firewall["profiles"]["private"]["enabled"] is False
