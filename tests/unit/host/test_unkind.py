# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that answers in all forms that the specifications allow is read, and changed, as one that
answers as Windows usually does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading as firewall_reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import exposure
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result, snapshot
from unit.simulated import SimulatedTransport
from unit.sweeps import examples
from winsim.images import load
from winsim.machine import Machine
from winsim.unkind.manner import Unkind

IMAGES = (
    "win11-ja",
    "server2022",
    "win2008r2",
    "gpo-locked",
    "misconfigured",
    "policies",
    "stubborn",
)
PORTS = [80, 135, 445, 3389, 4004, 4007, 5353, 5985, 8080]
RULE: dict[str, Any] = {
    "name": "社内ポータル",
    "protocol": "tcp",
    "ports": "80,8000-8010",
    "remote_addresses": "10.0.0.0/8,LocalSubnet",
    "program": r"C:\Program Files\a & b\x.exe",
    "description": "  <b> ]]> & ",
    "direction": "in",
}
seeds = st.integers(0, 2**31)
#: A seed draws each variation anew for each answer of a conversation, so that a few conversations with
#: each image meet all of them.
few = examples(14)


def no_time(_seconds: float) -> None:
    """Instead of a pause."""


def host(machine: Machine, seed: int | None, *, hard: bool = False) -> Host:
    transport = SimulatedTransport(machine)
    transport.service.manner = Unkind(seed, hard=hard) if seed is not None else None
    return Host(transport, "pc", clock=Clock(sleep=no_time))


def listed(where: Host) -> Any:
    """What port_facts returns with the firewall's verdicts."""
    wanted = snapshot.SnapshotRequest(
        users=True, identities=True, families=True, reserved=True, dynamic=True, http_urls=True
    )
    taken, printed = snapshot.take_with(where, wanted, (firewall_reading.PROGRAM,))
    if firewall_reading.PROGRAM not in printed:
        return result.facts(taken)
    firewall = firewall_reading.read(where, printed[firewall_reading.PROGRAM])
    taken = replace(taken, notes=(*taken.notes, *firewall.notes))
    return result.facts(taken, exposure.judged(taken, firewall))


@cache
def machine(image: str) -> Machine:
    return load(image).boot(name="pc")


@cache
def facts(image: str) -> Any:
    return listed(host(machine(image), None))


@few
@given(st.sampled_from(IMAGES), seeds)
def test_the_facts_are_the_same(image: str, seed: int) -> None:
    assert listed(host(machine(image), seed)) == facts(image)


@few
@given(st.sampled_from(IMAGES), seeds)
def test_what_a_refusal_leaves_out_is_told(image: str, seed: int) -> None:
    try:
        found = listed(host(machine(image), seed, hard=True))
    except HostError:
        return  # which says what was refused
    if found != facts(image):
        told, known = (each["port_facts"] for each in (found, facts(image)))
        assert told["notes"] != known["notes"]


def diagnoses(image: str, seed: int | None) -> Any:
    wanted = wanted_ports(PORTS, None)
    return diagnose(reading.read(host(machine(image), seed), wanted).situation, wanted)


@cache
def expected_diagnoses(image: str) -> Any:
    return diagnoses(image, None)


@few
@given(st.sampled_from(IMAGES), seeds)
def test_the_diagnoses_are_the_same(image: str, seed: int) -> None:
    assert diagnoses(image, seed) == expected_diagnoses(image)


def rules(of: Machine) -> dict[str, list[tuple[str, str]]]:
    assert of.firewall is not None
    return {
        rule_id: sorted(of.firewall.fields(text)) for rule_id, text in of.firewall.rules().items()
    }


def make(where: Host, *, present: bool = True, **options: Any) -> bool:
    asked = [changes.wish(options, present=present)]
    return changes.make(where, asked, force=True, sleep=no_time).changed


CHANGED = RULE | {"ports": "443", "enabled": False, "profiles": "private"}


@cache
def expected_rules(*, changed: bool) -> dict[str, list[tuple[str, str]]]:
    """Of a PC that answers as usual, on which a rule was made."""
    known = load("win11-ja").boot(name="pc")
    assert make(host(known, None), **(CHANGED if changed else RULE), rule_id="web")
    return rules(known)


@settings(max_examples=4)
@given(seeds)
def test_a_rule_is_made_changed_and_removed(seed: int) -> None:
    pc = load("win11-ja").boot(name="pc")
    before = rules(pc)
    for changed, options in enumerate((RULE, CHANGED)):
        assert make(host(pc, seed), **{**options, "rule_id": "web"})
        assert rules(pc) == expected_rules(changed=bool(changed))
        assert not make(host(pc, seed + 1), **{**options, "rule_id": "web"})
    assert make(host(pc, seed), present=False, rule_id="web")
    assert rules(pc) == before


@few
@given(seeds)
def test_a_refused_change_leaves_the_old_rule_or_the_new_one(seed: int) -> None:
    pc = load("win11-ja").boot(name="pc")
    before = rules(pc)
    refused = ""
    try:
        make(host(pc, seed, hard=True), **RULE, rule_id="web")
    except (ChangeError, HostError) as error:
        refused = str(error)
    left, wanted = rules(pc), expected_rules(changed=False)
    if not refused:
        assert left == wanted
    elif left not in (before, wanted):
        # It has refused to enable the new one, and then to remove it too.
        assert "could not be removed again; it is there, disabled" in refused
        assert ("Active", "FALSE") in left.pop("web")
        assert left == before
