# SPDX-License-Identifier: GPL-3.0-or-later
"""No route to cutting off the connection that a task works over."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall import compare, plan
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.desired import (
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.plan import (
    Outcome,
    ProtectedRuleError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.rule import FirewallRule
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.rule_text import parse
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.winrm_guard import (
    lets_in,
    objection,
)
from unit.firewall import firewall_samples as samples

WINRM = parse(
    "WINRM-HTTP-In-TCP",
    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Private|Profile=Public|LPort=5985|"
    "RA4=10.0.0.0/8|RA6=LocalSubnet|App=System|Name=@FirewallAPI.dll,-30253|",
)
OWN = parse(
    "{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort2_10=5900-6000|Name=mine|"
)
OTHER = parse("{2}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=web|")
RULES = (WINRM, OWN, OTHER)


def present(force: bool = False, **options: Any) -> plan.RulePlan:
    (wanted,) = wanted_rules(options)
    return plan.present(wanted, RULES, force=force)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        # New block rules: by port, by range, by any, by program, by keyword-free protocol.
        ({"name": "b", "ports": 5985}, "would block WinRM (port 5985)"),
        ({"name": "b", "ports": [80, "5986"]}, "would block WinRM (port 5986)"),
        ({"name": "b", "ports": "1-65535"}, "would block WinRM (port 5985, 5986)"),
        ({"name": "b", "ports": "winrm"}, "would block WinRM (port 5985)"),
        ({"name": "b"}, "would block WinRM"),
        ({"name": "b", "protocol": "any"}, "would block WinRM"),
        ({"name": "b", "protocol": "tcp"}, "would block WinRM"),
        ({"name": "b", "program": "system", "protocol": "any"}, "would block WinRM"),
        ({"name": "b", "service": "WinRM", "protocol": "tcp"}, "would block WinRM"),
        ({"name": "b", "ports": 5985, "remote_addresses": "8.8.8.8"}, "would block WinRM"),
        # An existing rule of another kind turned into one.
        ({"name": "web", "ports": 5985}, "would block WinRM"),
        ({"rule_id": "{1}"}, "would no longer do so"),
    ],
)
def test_blocking_it_is_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(ProtectedRuleError, match=f"Refused.*{re.escape(why)}.*force"):
        present(action="block", **options)
    assert present(action="block", force=True, **options).steps


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"enabled": False}, "would no longer do so"),
        ({"action": "block"}, "would no longer do so"),
        ({"direction": "out"}, "would no longer do so"),
        ({"protocol": "udp"}, "would no longer do so"),
        ({"ports": 80}, "would no longer do so"),
        ({"program": r"C:\x.exe"}, "would no longer do so"),
        ({"service": "W3SVC"}, "would no longer do so"),
        ({"profiles": "domain,private"}, "fewer profiles"),
        ({"remote_addresses": "10.0.0.0/9"}, "fewer remote addresses"),
        ({"remote_addresses": "10.0.0.0/8"}, "fewer remote addresses"),
        ({"local_addresses": "10.0.0.1"}, "fewer local addresses"),
        ({"interface_types": "lan"}, "fewer network adapters"),
        ({"remote_ports": 5000}, "fewer remote ports"),
    ],
)
def test_taking_something_from_a_rule_that_lets_it_in_is_refused(
    options: dict[str, Any], why: str
) -> None:
    with pytest.raises(ProtectedRuleError, match=why):
        present(rule_id=WINRM.rule_id, **options)
    assert present(rule_id=WINRM.rule_id, force=True, **options).outcome is Outcome.CHANGE


def test_fewer_of_its_ports_is_refused() -> None:
    with pytest.raises(ProtectedRuleError, match="fewer ports"):
        present(name="mine", ports="5900-5985")
    assert present(name="mine", ports="5900-5986").changed


@pytest.mark.parametrize("options", [{"name": "mine"}, {"rule_id": WINRM.rule_id}])
def test_deleting_it_is_refused_by_name_and_by_id(options: dict[str, Any]) -> None:
    (wanted,) = wanted_rules(options)
    with pytest.raises(ProtectedRuleError, match="force"):
        plan.absent(wanted, RULES)
    assert len(plan.absent(wanted, RULES, force=True)) == 1


def test_windows_own_rules_for_it_stay_even_if_they_are_off() -> None:
    rules = samples.read(samples.WIN10_1903).of(Store.LOCAL)
    (wanted,) = wanted_rules({"rule_id": "winrm-http-in-tcp-noscope"})
    with pytest.raises(ProtectedRuleError, match="is Windows' own for WinRM"):
        plan.absent(wanted, rules)


@pytest.mark.parametrize(
    "options",
    [
        {"name": "b", "action": "block", "ports": 80},
        {"name": "b", "action": "block", "protocol": "udp"},
        {"name": "b", "action": "block", "ports": 5985, "protocol": "udp"},
        {"name": "b", "action": "block", "ports": 5985, "direction": "out"},
        {"name": "b", "action": "block", "ports": 5985, "enabled": False},
        {"name": "b", "action": "block", "program": r"C:\x.exe"},
        {"name": "b", "action": "block", "protocol": "icmpv4"},
        {"name": "b", "action": "allow", "ports": 5985},
        {"name": "web", "enabled": False},
        {"name": "mine", "description": "more words"},
        {"name": "mine", "ports": "5000-6000"},
        {"rule_id": WINRM.rule_id, "profiles": "any"},
        {"rule_id": WINRM.rule_id, "remote_addresses": "any"},
        {"rule_id": WINRM.rule_id, "remote_addresses": "10.0.0.0/7,LocalSubnet"},
        {"rule_id": WINRM.rule_id, "program": "any"},
        {"rule_id": WINRM.rule_id, "protocol": "any"},
    ],
)
def test_what_does_not_touch_it_goes_through(options: dict[str, Any]) -> None:
    assert present(**options).changed


def test_the_ports_of_the_connection_are_the_ones_that_count() -> None:
    (wanted,) = wanted_rules({"name": "b", "action": "block", "ports": 5985})
    assert plan.present(wanted, (), winrm_ports={8443}).changed
    (wanted,) = wanted_rules({"name": "b", "action": "block", "ports": 8443})
    with pytest.raises(ProtectedRuleError, match=r"port 8443"):
        plan.present(wanted, (), winrm_ports={8443})


def test_a_rule_that_is_off_or_blocks_does_not_let_it_in() -> None:
    assert lets_in(WINRM)
    assert lets_in(OWN)
    assert not lets_in(OTHER)
    recorded = samples.read(samples.WIN10_1903).of(Store.LOCAL)
    assert [rule.rule_id for rule in recorded if lets_in(rule) and not rule.trust_tuples] == []
    off = parse("x", "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=5985|")
    assert objection(off, None) is None


def test_a_forced_change_does_not_pause_the_rule_that_the_connection_needs() -> None:
    forced = present(
        rule_id=WINRM.rule_id, remote_addresses="10.0.0.0/9", ports="5985-5990", force=True
    )
    assert [type(step) for step in forced.steps] == [plan.PutFilter, plan.PutFilter]
    assert {each.property for each in forced.differences} == {"ports", "remote_addresses"}
    assert isinstance(forced.after, FirewallRule)
    assert compare.differences(WINRM, forced.after) == forced.differences
