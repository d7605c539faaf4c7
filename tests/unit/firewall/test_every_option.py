# SPDX-License-Identifier: GPL-3.0-or-later
"""Each option of a rule is known wherever conditions of rules are looked at one by one, or is left
out there by name, with the reason: a new one fails here until somebody has decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import near_misses
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
    ask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.audit import (
    FindingKind,
    audit,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.boxes import (
    FIELDS,
    Space,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.programs import (
    Files,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import Option
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    BY_NAME,
    OPTIONS,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV4,
    TCP,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from unit.firewall import small_firewalls

ENVIRONMENT = Environment(adapters={"{11111111-2222-3333-4444-555555555555}": "Ethernet"})
OPEN = parse("Open", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Name=Open|")

#: A value of each option that the rule above does not have.
VALUES: Mapping[str, object] = {
    "name": "Web",
    "enabled": False,
    "direction": "out",
    "action": "block",
    "protocol": "udp",
    "ports": "80",
    "remote_ports": "1024-65535",
    "icmp_types": "8",
    "profiles": "private",
    "remote_addresses": "10.0.0.0/8",
    "local_addresses": "192.168.1.5",
    "program": r"C:\Web\web.exe",
    "service": "W3SVC",
    "package": "S-1-15-2-1",
    "interfaces": "Ethernet",
    "interface_types": "wireless",
    "edge_traversal": "yes",
    "authentication": "required",
    "encryption": "required",
    "remote_machine": "S-1-5-32-544",
    "remote_user": "S-1-5-32-544",
    "local_user": "S-1-5-32-544",
    "platform": "10.0+",
    "description": "For the office",
    "group": "Office",
}
#: Those that set no field of a rule which could be changed or compared.
OF_NO_FIELD = {
    "rule_id": "it says which rule is meant",
    "security": "it is authentication and encryption in one word",
}
OF_TRAFFIC = [each for each in OPTIONS if not each.only_text and each.name not in OF_NO_FIELD]
of_traffic = pytest.mark.parametrize("option", OF_TRAFFIC, ids=lambda each: each.name)


def with_option(option: Option, rule: FirewallRule = OPEN) -> FirewallRule:
    """The rule with another value of an option."""
    beside = {"protocol": ICMPV4 if option.name == "icmp_types" else TCP}
    values: dict[str, Any] = dict(option.read(option.name, VALUES[option.name], beside))
    if option.resolve is not None:
        values = {name: option.resolve(name, each, ENVIRONMENT) for name, each in values.items()}
    assert values.keys() == set(option.attributes)
    return rule.but(**values)


def decided(place: str, names: set[str], left_out: Mapping[str, str]) -> None:
    """That each option is known at a place or left out there, and not both."""
    known = names | left_out.keys()
    missing = [each.name for each in OPTIONS if each.name not in known]
    assert not missing, f"{place}: decide about {', '.join(missing)}"
    assert not (names & left_out.keys()), f"{place}: known, and left out by name"
    assert known <= BY_NAME.keys(), f"{place}: no option is called so"


def test_there_is_a_value_of_each_option() -> None:
    decided("VALUES in this file", set(VALUES), OF_NO_FIELD)


def test_an_option_is_set_in_windows_rules_or_not() -> None:
    about = "what Windows made the rule for, on every PC"
    decided(
        "Option.set_in_windows_rules",
        {each.name for each in OPTIONS if each.set_in_windows_rules},
        {
            "name": "a reference, which no task can write",
            "description": "a reference, which no task can write",
            "group": "a reference, which no task can write",
            "rule_id": "such a task says it anyway, to find the rule",
            "security": "authentication and encryption say it",
            "direction": about,
            "protocol": about,
            "ports": about,
            "remote_ports": about,
            "icmp_types": about,
            "program": about,
            "service": about,
            "package": about,
            "platform": about,
        },
    )


def test_an_option_limits_a_rule_out_of_sight_or_not() -> None:
    column = "a column of each table"
    people = "it is for people"
    decided(
        "Option.limit",
        {each.name for each in OPTIONS if each.limit is not None},
        {
            "name": people,
            "rule_id": people,
            "description": people,
            "group": people,
            "enabled": "a note of its own says so",
            "direction": column,
            "action": column,
            "protocol": column,
            "ports": column,
            "remote_ports": column,
            "profiles": column,
            "remote_addresses": column,
            "program": column,
            "icmp_types": "what people open a rule of ICMP for",
            "local_addresses": "the effect names it",
            "service": "the effect names it",
            "interface_types": "the effect names it",
            "edge_traversal": "it lets in more, not less",
            "encryption": "there is none without authentication, which has one",
            "security": "authentication has one",
        },
    )
    assert {f"limit.{each.limit}" for each in OPTIONS if each.limit is not None} <= TEXTS.keys()


@of_traffic
def test_a_box_differs_with_each_field_that_it_has(option: Option) -> None:
    space = Space(ENVIRONMENT)
    differs = space.box(with_option(option)) != space.box(OPEN)
    # Only whether a rule is for traffic past an edge device is in its box.
    assert differs is (not FIELDS.isdisjoint(option.attributes) or option.name == "edge_traversal")


def kinds(*rules: FirewallRule) -> set[FindingKind]:
    numbered = tuple(each.but(rule_id=f"rule-{place}") for place, each in enumerate(rules))
    stores = FirewallStores(
        rules={Store.LOCAL: numbered}, profiles=small_firewalls.stores().profiles
    )
    return {each.kind for each in audit(stores, ENVIRONMENT, Files()).findings}


@of_traffic
def test_the_audit_calls_no_rules_the_same_that_differ_for_traffic(option: Option) -> None:
    assert FindingKind.DUPLICATE in kinds(OPEN, OPEN)
    assert FindingKind.DUPLICATE not in kinds(OPEN, with_option(option))


#: What a rule may say and still be open to everybody, on some port.
STILL_OPEN = {
    "ports": "all of these ports are open",
    "protocol": "it is the other protocol that is open",
    "profiles": "all of a network can reach it",
    "local_addresses": "one of the PC's addresses is enough to reach it",
    "remote_ports": "a sender chooses its port",
    "icmp_types": "TCP has none, so they say nothing",
    "edge_traversal": "it lets in more",
    "encryption": "there is none without authentication",
}


@of_traffic
def test_the_audit_calls_no_rule_open_that_an_option_narrows(option: Option) -> None:
    assert FindingKind.OPEN_TO_ALL in kinds(OPEN)
    is_open = FindingKind.OPEN_TO_ALL in kinds(with_option(option))
    assert is_open is (option.name in STILL_OPEN)


def test_a_near_miss_misses_by_an_option_or_never() -> None:
    network = Network(Profile.PRIVATE)
    asked = ask(Listener(TCP, 80), network, "192.168.1.9", ENVIRONMENT, 4)
    relaxed = {name for relax in near_misses._RELAXED.values() for name in relax(asked)}
    demand = "it is judged as uncertain, and told as such"
    people = "it is for people"
    decided(
        "near_misses._RELAXED",
        {each.name for each in OPTIONS if relaxed & set(each.attributes)},
        {
            "name": people,
            "rule_id": people,
            "description": people,
            "group": people,
            "action": "a rule that blocks was not meant to let in",
            "ports": "any store has many rules for other ports",
            "icmp_types": "a rule for them is for no port",
            "remote_ports": "a sender chooses its port",
            "edge_traversal": "without it, a rule still lets in the network's own PCs",
            "package": "an app brings such a rule along",
            "authentication": demand,
            "encryption": demand,
            "security": demand,
            "remote_machine": demand,
            "remote_user": demand,
            "local_user": demand,
            "platform": "it was written for other versions of Windows",
        },
    )
