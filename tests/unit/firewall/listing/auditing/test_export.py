# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as tasks: what a task makes is the rule that was read, and what it can't make is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.export import (
    Exported,
    export,
    exported,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    cim_values,
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import UNSET
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.task_yaml import to_yaml
from unit.firewall import firewall_samples as samples
from unit.firewall.rule_strategies import rules
from unit.firewall.rule_writer import write
from unit.plugin_utils.documents.test_task_yaml import read as read_yaml
from unit.rows import each_row
from unit.words.english import english

BLANK = FirewallRule("")
ADAPTERS = {
    "{11111111-2222-3333-4444-555555555555}": "Ethernet",
    "{66666666-7777-8888-9999-AAAAAAAAAAAA}": "社内 LAN",
}
ENVIRONMENT = Environment(adapters=ADAPTERS)
MODULE = "portkeeper.windows.port_firewall"


def of(text: str, rule_id: str = "rule-1", store: Store = Store.LOCAL) -> Exported:
    rule = parse(rule_id, f"v2.30|Action=Allow|Active=TRUE|Dir=In|{text}|")
    return export(rule, store, ENVIRONMENT)


def made(options: Any) -> FirewallRule:
    """The rule that port_firewall makes of these options on a PC without rules."""
    (wanted,) = wanted_rules(options)
    return wanted.applied_to(None, ENVIRONMENT)


def notes(found: Exported) -> list[str]:
    return [english(each) for each in found.notes]


def test_a_task_says_all_of_a_rule() -> None:
    found = of(
        r"Protocol=6|Profile=Private|LPort=80|LPort=8000-8010|RA4=LocalSubnet|RA6=LocalSubnet"
        r"|App=%ProgramFiles%\Web\web.exe|Name=Web|Desc=For the office|EmbedCtxt=Office|Edge=TRUE"
    )
    assert found.options == {
        "name": "Web",
        "rule_id": "rule-1",
        "enabled": True,
        "direction": "in",
        "action": "allow",
        "protocol": "tcp",
        "ports": ["80", "8000-8010"],
        "remote_ports": ["any"],
        "profiles": ["private"],
        "remote_addresses": ["LocalSubnet"],
        "local_addresses": ["any"],
        "program": r"%ProgramFiles%\Web\web.exe",
        "service": "any",
        "interfaces": ["any"],
        "interface_types": ["any"],
        "edge_traversal": "yes",
        "package": "any",
        "authentication": "not_required",
        "encryption": "not_required",
        "remote_machine": "any",
        "remote_user": "any",
        "local_user": "any",
        "platform": ["any"],
        "description": "For the office",
        "group": "Office",
    }
    assert found.creates
    assert english(found.name) == "Firewall rule Web"
    assert notes(found) == []


@each_row(
    ("text", "note"),
    [
        ("Name=A|LUAuth2_24=TzpMU0Q6", "It is limited to users, which no option sets."),
        ("Name=A|PFN=App_1", "It is limited to an app package, which no option sets."),
        ("Name=A|SkipVer=2.10", "It is limited to versions of Windows, which no option sets."),
        ("Name=A|NNm=Office", "It is limited to named networks, which no option sets."),
        ("Name=A|TTK=Teredo", "It is limited to a dynamic transport, which no option sets."),
        ("Name=A|LOM=TRUE", "It is limited to flags of Windows itself, which no option sets."),
        (
            "Name=A|New2_40=1|LPort=80",
            "It is limited to fields that are not known here, which no option sets.",
        ),
        (
            "Protocol=6|LPort=80",
            "It has no name, and a new rule needs one.",
        ),
        (
            "Name=A|Protocol=17|LPort2_24=mDNS",
            "No task makes this rule: ports: mDNS is for rules of Windows itself.",
        ),
        (
            "Name=A|IF={00000000-0000-0000-0000-000000000001}",
            "No task makes this rule: interfaces: the host has no network adapter named "
            "{00000000-0000-0000-0000-000000000001}. It has: Ethernet, 社内 LAN.",
        ),
    ],
)
def test_what_no_task_makes_is_said(text: str, note: str) -> None:
    found = of(text)
    assert found.options is None
    assert notes(found) == [note]


def test_no_action_is_not_allow() -> None:
    rule = parse("r", "v2.30|Active=TRUE|Dir=In|Name=A|")
    found = export(rule, Store.LOCAL, ENVIRONMENT)
    assert found.options is None
    assert notes(found) == ["A task would make a rule that differs in action."]


def test_rules_of_others_are_not_made() -> None:
    for store in Store:
        found = of("Name=A|Protocol=6|LPort=80", store=store)
        assert (found.options is None) == (store is not Store.LOCAL)
    assert notes(of("Name=A", store=Store.MDM)) == [
        "It is a rule of the store device management, which no task can write."
    ]


def test_windows_own_rules_are_changed_by_their_id() -> None:
    found = of(
        r"Protocol=6|LPort=3389|RA4=10.0.0.0/255.0.0.0|App=System|Name=@FirewallAPI.dll,-28775",
        "RemoteDesktop-UserMode-In-TCP",
    )
    assert found.options == {
        "rule_id": "RemoteDesktop-UserMode-In-TCP",
        "enabled": True,
        "action": "allow",
        "profiles": ["domain", "private", "public"],
        "remote_addresses": ["10.0.0.0/8"],
        "local_addresses": ["any"],
        "interfaces": ["any"],
        "interface_types": ["any"],
        "edge_traversal": "no",
        "authentication": "not_required",
        "encryption": "not_required",
        "remote_machine": "any",
        "remote_user": "any",
        "local_user": "any",
    }
    assert not found.creates
    assert "Windows itself brings this rule" in notes(found)[0]
    of_package = of("Name=@{App_1.0?ms-resource://App/Name}|AppPkgId=S-1-15-2-1")
    assert of_package.options is None
    assert "app package" in notes(of_package)[0]


def test_what_one_of_windows_own_rules_demands_is_not_lost() -> None:
    accounts = "O:LSD:(A;;CC;;;S-1-5-32-544)"
    found = of(
        f"Protocol=6|LPort=3389|Security=AuthenticateEncrypt|RMauth={accounts}|RUAuth={accounts}"
        f"|LUAuth={accounts}|Name=@FirewallAPI.dll,-28775",
        "RemoteDesktop-UserMode-In-TCP",
    )
    assert found.options is not None
    (wanted,) = wanted_rules(found.options)
    there = parse(
        "RemoteDesktop-UserMode-In-TCP",
        "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|Name=@FirewallAPI.dll,-28775|",
    )
    assert compare.differences(found.rule, wanted.applied_to(there, ENVIRONMENT), ENVIRONMENT) == ()


@each_row(
    "text",
    ["New2_40=1", "LPort=x", "LUAuth2_24=TzpMU0Q6", "Security2=AuthEnc", "AuthByPassOut=TRUE"],
)
def test_what_limits_one_of_windows_own_rules_and_no_option_sets_is_said(text: str) -> None:
    found = of(f"Protocol=6|LPort=3389|{text}|Name=@FirewallAPI.dll,-28775")
    assert found.options is None
    assert "which no option sets" in notes(found)[0]


def test_neighbouring_ports_are_told() -> None:
    assert notes(of("Name=A|Protocol=6|LPort=80")) == []
    (note,) = notes(of("Name=A|Protocol=6|LPort=80|LPort=81"))
    assert note.startswith("Neighbouring ports become one range.")


def test_adapters_are_named() -> None:
    found = of("Name=A|IF={11111111-2222-3333-4444-555555555555}|IFType=Lan")
    assert found.options is not None
    assert found.options["interfaces"] == ["Ethernet"]
    assert notes(found) == ["The other PC needs network adapters of the same names."]


def test_every_field_of_a_rule_is_of_an_option_or_told() -> None:
    for name, kind in UNSET.items():
        assert kind != "flags" or name in {
            "loose_source_mapped",
            "local_only_mapped",
            "profile_crossing",
        }, f"what does {name} limit a rule to?"
    assert len(UNSET) < len(fields(FirewallRule))


@pytest.mark.sweep
def test_the_recorded_rules_as_tasks() -> None:
    counted: Counter[tuple[bool, bool]] = Counter()
    for name in samples.HIVES:
        found = samples.read(name)
        local = [(Store.LOCAL, rule) for rule in found.of(Store.LOCAL)]
        for each in exported(local, ENVIRONMENT):
            counted[each.options is not None, each.creates] += 1
            assert each.options is not None or each.notes
            if each.creates and each.options is not None:
                assert compare.differences(each.rule, made(each.options)) == ()
    assert counted == {(True, False): 1793, (True, True): 36, (False, False): 229}


def _without_what_no_option_sets(rule: FirewallRule) -> FirewallRule:
    return replace(rule, **{name: getattr(BLANK, name) for name in UNSET})


def _plain(rule: FirewallRule) -> FirewallRule:
    """The rule with fewer of the parts that contradict one another."""
    rule = replace(rule, interfaces=frozenset(), service=None, program=None)
    return replace(rule, interface_types=frozenset()) if rule.local_addresses else rule


usual_rules = st.one_of(
    rules(),
    rules().map(_without_what_no_option_sets),
    rules().map(_without_what_no_option_sets).map(_plain),
    st.builds(
        lambda rule, adapters, program: replace(
            _plain(_without_what_no_option_sets(rule)),
            interfaces=adapters,
            local_addresses=BLANK.local_addresses,
            program=program,
        ),
        rules(),
        st.frozensets(st.sampled_from(sorted(ADAPTERS))),
        st.sampled_from(["System", r"C:\A\a.exe", r"%ProgramFiles%\{{ 7 * 7 }}.exe"]),
    ),
)


def _written(rule: FirewallRule) -> dict[str, str]:
    """What is written to each object of a rule."""
    return {
        name: cim_values.in_one_form(values, tuple(values), ENVIRONMENT)
        for name, values in cim_values.values_of(rule, ENVIRONMENT).items()
    }


@pytest.mark.sweep
@given(usual_rules)
def test_task_and_rule_are_the_same_thing(rule: FirewallRule) -> None:
    found = export(rule, Store.LOCAL, ENVIRONMENT)
    if found.options is None:
        assert found.notes
        return
    # As a person pastes it, and as Ansible reads it.
    ((_name, options),) = read_yaml(to_yaml({MODULE: dict(found.options)}))[0].items()
    assert options == found.options
    if not found.creates:
        (wanted,) = wanted_rules(options)
        assert compare.differences(rule, wanted.applied_to(rule, ENVIRONMENT), ENVIRONMENT) == ()
        return
    made_of_it = made(options)
    assert compare.differences(rule, made_of_it, ENVIRONMENT) == ()
    assert _written(rule) == _written(made_of_it)
    # Written, read back and exported again.
    again = parse(made_of_it.rule_id, write(made_of_it))
    assert compare.differences(again, rule, ENVIRONMENT) == ()
    assert export(again, Store.LOCAL, ENVIRONMENT).options == found.options


@each_row(
    "rule_id, text",
    [
        ("OpenSSH-Server-In-TCP", "Protocol=6|LPort=22|Name=OpenSSH SSH Server (sshd)"),
        ("openssh-server-in-tcp-noscope", "Protocol=6|LPort=22|Name=OpenSSH SSH Server (sshd)"),
        ("HNS Container Networking - DNS (UDP-In) - 790E - 0", "Protocol=17|LPort=53|Name=HNS"),
        ("Container Enable ICC - 43A34E0B", "Name=Container Enable ICC - 43A34E0B"),
    ],
)
def test_a_rule_of_a_feature_is_made_by_the_feature(rule_id: str, text: str) -> None:
    found = of(text, rule_id)
    assert found.options is not None
    assert found.options["rule_id"] == rule_id
    assert "name" not in found.options
    assert not found.creates
    assert notes(found) == notes(of("Protocol=6|Name=@FirewallAPI.dll,-28775"))
    # Somebody's own rule has an id of its own.
    assert of(text).creates
