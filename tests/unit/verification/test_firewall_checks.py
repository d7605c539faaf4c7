# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall as its CIM classes show it, against the registry."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import firewall_checks
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Agreement,
    Comparison,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import CimValue
from unit.verification.readings import evidence

RULE = "WINRM-HTTP-In-TCP"


@functools.cache
def few() -> HostReadings:
    """The evidence about `RULE` and some others: each rule is compared alone."""
    found = evidence()
    assert found.firewall is not None
    kept = {rule.rule_id for rule in found.firewall.local_rules[::40]} | {RULE}
    cim_rules = {
        name: [row for row in rows or () if row.values["InstanceID"] in kept]
        for name, rows in found.cim_rules.items()
    }
    local = tuple(rule for rule in found.firewall.local_rules if rule.rule_id in kept)
    return replace(found, cim_rules=cim_rules, firewall=found.firewall.with_local_rules(local))


def changed(class_name: str, values: Mapping[str, CimValue]) -> HostReadings:
    """The evidence with other values in the CIM instance of one rule."""
    found = few()
    rows = [
        replace(row, values={**row.values, **values}) if row.values["InstanceID"] == RULE else row
        for row in found.cim_rules[class_name] or ()
    ]
    return replace(found, cim_rules={**found.cim_rules, class_name: rows})


def wrong(found: HostReadings) -> list[tuple[str, str]]:
    return [
        (render(each.fact, "en"), render(difference.what, "en"))
        for each in firewall_checks.comparisons(found)
        for difference in each.disagreements
    ]


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        ("win11-de", 19),
        pytest.param("win11-ja", 400, marks=pytest.mark.sweep),
        pytest.param("server2022", 400, marks=pytest.mark.sweep),
        pytest.param("gpo-locked", 400, marks=pytest.mark.sweep),
    ],
)
def test_simulated_hosts_agree(image: str, rules: int) -> None:
    found = firewall_checks.comparisons(evidence(image))
    assert {each.outcome for each in found} <= {Agreement.AGREE, Agreement.EXPECTED}
    assert found[0].agreed >= rules


@pytest.mark.parametrize(
    ("class_name", "values", "fact"),
    [
        ("MSFT_NetFirewallRule", {"Enabled": 2}, "Rules: on, direction, action"),
        ("MSFT_NetFirewallRule", {"Action": 4}, "Rules: on, direction, action"),
        ("MSFT_NetFirewallRule", {"Profiles": 1}, "Rules: profiles"),
        ("MSFT_NetProtocolPortFilter", {"Protocol": "UDP"}, "Rules: protocol"),
        ("MSFT_NetProtocolPortFilter", {"LocalPort": ("5985", "80")}, "Rules: ports"),
        ("MSFT_NetAddressFilter", {"RemoteAddress": ("10.1.0.0/16",)}, "Rules: addresses"),
        ("MSFT_NetApplicationFilter", {"AppPath": "Any"}, "Rules: programs"),
        ("MSFT_NetServiceFilter", {"ServiceName": "winrm"}, "Rules: services"),
        ("MSFT_NetInterfaceTypeFilter", {"InterfaceType": 1}, "Rules: kinds of adapters"),
        ("MSFT_NetFirewallRule", {"DisplayName": "Another"}, "Rules: names"),
    ],
)
def test_another_value_of_a_rule_is_a_disagreement(
    class_name: str, values: dict[str, Any], fact: str
) -> None:
    assert wrong(changed(class_name, values)) == [(fact, RULE)]


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("class_name", "values"),
    [
        ("MSFT_NetFirewallRule", {"Profiles": 4}),
        ("MSFT_NetProtocolPortFilter", {"LocalPort": ("5985-5985",)}),
        ("MSFT_NetProtocolPortFilter", {"Protocol": "tcp"}),
        ("MSFT_NetApplicationFilter", {"AppPath": "SYSTEM"}),
        ("MSFT_NetServiceFilter", {"ServiceName": None}),
        ("MSFT_NetAddressFilter", {"LocalAddress": None}),
    ],
)
def test_another_spelling_is_none(class_name: str, values: dict[str, Any]) -> None:
    assert wrong(changed(class_name, values)) == []


def test_a_rule_that_only_one_way_has() -> None:
    found = few()
    name = "MSFT_NetServiceFilter"
    rows = [row for row in found.cim_rules[name] or () if row.values["InstanceID"] != RULE]
    assert wrong(replace(found, cim_rules={**found.cim_rules, name: rows})) == [
        ("Rules: services", RULE)
    ]


def test_all_profiles_have_several_spellings() -> None:
    found = few()
    name = "MSFT_NetFirewallRule"
    assert any(row.values["Profiles"] == 0 for row in found.cim_rules[name] or ())
    for spelling in (7, 0x7FFFFFFF, 65_535):
        rows = [
            replace(row, values={**row.values, "Profiles": row.values["Profiles"] or spelling})
            for row in found.cim_rules[name] or ()
        ]
        assert wrong(replace(found, cim_rules={**found.cim_rules, name: rows})) == []


def test_a_setting_of_group_policy_is_not_in_the_local_store_that_cim_shows() -> None:
    compared = firewall_checks.profiles(evidence("gpo-locked"))
    assert compared.outcome is Agreement.EXPECTED
    assert all(each.reason == firewall_checks.POLICY for each in compared.differences)


def test_a_profile_that_cim_shows_differently() -> None:
    found = evidence()
    rows = [replace(row, values={**row.values, "Enabled": 0}) for row in found.cim_profiles or ()]
    compared = firewall_checks.profiles(replace(found, cim_profiles=rows))
    assert [each.what for each in compared.disagreements] == [
        "Domain: Enabled",
        "Private: Enabled",
        "Public: Enabled",
    ]


def test_networks() -> None:
    found = evidence()
    assert found.firewall is not None

    def compared(**changes: Any) -> Comparison:
        assert found.firewall is not None
        networks = tuple(replace(each, **changes) for each in found.firewall.networks)
        reading = replace(found.firewall, networks=networks)
        return firewall_checks.networks(replace(found, firewall=reading))

    (difference,) = compared(profile=Profile.PRIVATE).disagreements
    assert (difference.first, difference.second) == ("Private", "Public")
    (difference,) = compared(name="Cafe", profile=Profile.PRIVATE).disagreements
    assert (difference.what, difference.second) == ("Cafe", None)
    assert compared(name="?").differences[0].reason == firewall_checks.UNIDENTIFIED


def test_without_the_firewall_everything_is_unknown() -> None:
    assert {each.outcome for each in firewall_checks.comparisons(HostReadings())} == {
        Agreement.UNKNOWN
    }
