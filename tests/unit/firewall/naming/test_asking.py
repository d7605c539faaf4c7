# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that only the host can tell: its own language, and rules that the table lacks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming import asking
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from unit.firewall.test_simulated_changes import make, pc, requests
from unit.simulated import SimulatedTransport
from unit.words.english import english
from winsim.firewall.store import LOCAL_ROOT
from winsim.machine import Machine

DESKTOP = (
    "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|Name=@FirewallAPI.dll,-28775|"
    "EmbedCtxt=@FirewallAPI.dll,-28752|"
)
SMB = (
    "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=445|Name=@FirewallAPI.dll,-28511|"
    "EmbedCtxt=@FirewallAPI.dll,-28502|"
)
OWN = {"RemoteDesktop-UserMode-In-TCP": DESKTOP, "FPS-SMB-In-TCP": SMB}


def german() -> Machine:
    machine = pc(**OWN)
    machine.operating_system = replace(machine.operating_system, language="de")
    return machine


def outcomes(machine: Machine, **options: Any) -> dict[str | None, str]:
    return {
        change.plan.rule_id if change.plan else None: change.outcome.value
        for change in make(machine, **options).changes
    }


def test_a_rule_and_a_group_go_by_the_language_of_the_host() -> None:
    desktop = "RemoteDesktop-UserMode-In-TCP"
    assert [
        outcomes(german(), **options)
        for options in (
            {"name": "Remotedesktop - Benutzermodus (TCP eingehend)", "enabled": True},
            {"name": "Remotedesktop - Benutzermodus (TCP eingehend)", "present": False},
            {"name": "Remote Desktop - User Mode (TCP-In)", "enabled": True},
            {"group": "remotedesktop", "enabled": True},
            {"group": "Remote Desktop", "enabled": True},
            {"name": "Datei- und Druckerfreigabe", "present": False},
        )
    ] == [
        {desktop: "change"}, {desktop: "delete"}, {desktop: "change"}, {desktop: "change"},
        {desktop: "change"}, {None: "nothing"},
    ]  # fmt: skip
    machine = german()
    make(machine, name="REMOTEDESKTOP - Benutzermodus (TCP eingehend)", enabled=True)
    assert machine.firewall is not None
    assert dict(machine.firewall.fields(machine.firewall.rules()[desktop])) == {
        "Action": "Allow", "Active": "TRUE", "Dir": "In", "Protocol": "6", "LPort": "3389",
        "Name": "@FirewallAPI.dll,-28775", "EmbedCtxt": "@FirewallAPI.dll,-28752",
    }  # fmt: skip


def test_a_rule_keeps_what_windows_translates_whichever_way_it_is_named() -> None:
    desktop = "RemoteDesktop-UserMode-In-TCP"
    name, group = "Remotedesktop - Benutzermodus (TCP eingehend)", "Remotedesktop"
    kept = {}
    for options in (
        {"rule_id": desktop, "name": name.upper()},
        {"rule_id": desktop, "group": group},
        {"rule_id": desktop, "name": name, "group": group},
        {"name": name, "group": group},
        {"name": "Remote Desktop - User Mode (TCP-In)", "group": group},
        {"rule_id": desktop, "name": "Fernwartung", "group": "Eigene"},
    ):
        machine = german()
        make(machine, **options, enabled=True)
        assert machine.firewall is not None
        found = dict(machine.firewall.fields(machine.firewall.rules()[desktop]))
        kept[tuple(options.values())] = (found["Name"], found["EmbedCtxt"])
        assert set(outcomes(machine, **options, enabled=True).values()) == {"nothing"}
    renamed = kept.pop((desktop, "Fernwartung", "Eigene"))
    assert renamed == ("Fernwartung", "Eigene")
    assert len(kept) == 5
    assert set(kept.values()) == {("@FirewallAPI.dll,-28775", "@FirewallAPI.dll,-28752")}


def test_all_rules_of_a_name_are_deleted_at_once() -> None:
    """Windows' own too, where somebody has made a rule of the same name."""
    name = "Remotedesktop - Benutzermodus (TCP eingehend)"
    mine = f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3390|Name={name}|"
    machine = pc(**OWN, mine=mine)
    machine.operating_system = german().operating_system
    assert outcomes(machine, name=name, present=False) == {
        "RemoteDesktop-UserMode-In-TCP": "delete", "mine": "delete",
    }  # fmt: skip
    assert outcomes(machine, name=name, present=False) == {None: "nothing"}


def test_the_host_is_asked_only_where_nothing_else_can_tell() -> None:
    english_name = {"name": "File and Printer Sharing (SMB-In)", "enabled": False}
    plain = requests(pc(**OWN), rule_id="FPS-SMB-In-TCP", enabled=False)
    assert requests(pc(**OWN), **english_name) == plain
    assert requests(pc(**OWN), group="Remote Desktop", enabled=False) == plain
    assert requests(pc(**OWN), name="other", enabled=True) == plain
    unknown = requests(german(), name="Datei- und Druckerfreigabe (SMB eingehend)", enabled=False)
    assert Counter(unknown) == Counter([*plain, "Enumerate"])
    # A PC that has no rule with a name to translate is not asked.
    new = {"name": "New", "ports": 80}
    assert Counter(requests(pc(**OWN), **new)) == Counter([*requests(pc(), **new), "Enumerate"])


class Deaf(SimulatedTransport):
    """A host that does not honour the condition of a query."""

    def send(self, envelope: bytes) -> bytes:
        return super().send(envelope.replace(b" WHERE DisplayName=", b" WHERE Status!="))


def test_rows_that_were_not_asked_for_are_not_taken() -> None:
    told = asking.ask(Host(Deaf(german()), "pc"), ("Remotedesktop",), ("remotedesktop",))
    assert (told.rules, told.groups) == ({}, {"firewallapi.dll,-28752": "Remotedesktop"})


def test_a_host_that_does_not_tell_gets_no_twin() -> None:
    machine = german()
    assert machine.firewall is not None
    machine.firewall.broken_classes = True
    with pytest.raises(ChangeError) as caught:
        make(machine, name="Datei- und Druckerfreigabe (SMB eingehend)", ports=445)
    assert "mofcomp" in english(caught.value.phrase)


# ------------------------------------------------------------------ rules of policies


def by_policy(*, local: bool = False, **rules: str) -> Machine:
    """A German PC whose Group Policy has these rules, and whose own rules don't."""
    machine = german() if local else pc(smb=SMB)
    machine.operating_system = german().operating_system
    assert machine.firewall is not None
    for rule_id, text in (rules or {"RemoteDesktop-UserMode-In-TCP": DESKTOP}).items():
        machine.firewall.set_rule(rule_id, text, "policy")
    return machine


NAME, GROUP = "Remotedesktop - Benutzermodus (TCP eingehend)", "Remotedesktop"


def told(
    machine: Machine, transport: SimulatedTransport | None = None, **options: Any
) -> list[str]:
    """What a task says, be it an error or notes."""
    try:
        return [english(note) for note in make(machine, transport, **options).notes]
    except ChangeError as error:
        return [english(error.phrase)]


def test_a_rule_of_a_policy_goes_by_the_language_of_the_host() -> None:
    only = "Only the policy can change"
    found = {
        "absent": told(by_policy(), name=NAME, present=False),
        "new": told(by_policy(), name=NAME, ports=80),
        "disabled": told(by_policy(), name=NAME, enabled=False),
        "group": told(by_policy(), group=GROUP, enabled=False),
        "group absent": told(by_policy(), group=GROUP, present=False),
        "group absent, in English": told(by_policy(), group="Remote Desktop", present=False),
        "group absent, local ones go": told(by_policy(local=True), group=GROUP, present=False),
    }
    assert found == {
        "absent": [f"A rule of Group Policy is called '{NAME}', too. {only} it."],
        "new": [f"A rule of Group Policy is called '{NAME}', too. {only} it."],
        "disabled": [
            f"No local rule is called '{NAME}', but a rule of Group Policy is. {only} it."
        ],
        "group": [
            f"No local rule is in the group '{GROUP}', but rules of Group Policy are. {only} them."
        ],
        "group absent": [f"Rules of Group Policy are in the group '{GROUP}'. {only} them."],
        "group absent, in English": [
            f"Rules of Group Policy are in the group 'Remote Desktop'. {only} them."
        ],
        "group absent, local ones go": [
            f"Rules of Group Policy are in the group '{GROUP}'. {only} them."
        ],
    }
    assert told(by_policy(), name="Remotedesktop", present=False) == []
    assert told(by_policy(), group="Remote Desk", present=False) == []


def test_the_host_is_asked_about_policies_only_where_nothing_else_can_tell() -> None:
    absent = {"name": NAME, "present": False}
    plain = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|"
    once = requests(by_policy(web=plain), **absent)
    assert Counter(requests(by_policy(), **absent)) == Counter([*once, "Enumerate"])
    by_english = {"name": "Remote Desktop - User Mode (TCP-In)", "present": False}
    assert requests(by_policy(), **by_english) == requests(by_policy(web=plain), **by_english)
    by_id = {"rule_id": "RemoteDesktop-UserMode-In-TCP", "present": False}
    assert requests(by_policy(), **by_id) == requests(by_policy(web=plain), **by_id)
    # Windows 7 has no such class.
    old = by_policy()
    assert old.firewall is not None
    old.firewall.set_value(LOCAL_ROOT, "PolicyVersion", 0x20A)
    assert Counter(requests(old, **absent)) == Counter(once) - Counter(["Enumerate"])


class Narrow(SimulatedTransport):
    """A host that ignores options."""

    def send(self, envelope: bytes) -> bytes:
        return super().send(re.sub(rb"<w:OptionSet.*</w:OptionSet>", b"", envelope))


class Strict(SimulatedTransport):
    """One that has no other store than the local one."""

    def send(self, envelope: bytes) -> bytes:
        return super().send(envelope.replace(b"ActiveStore", b"AnotherStore"))


def test_a_host_that_tells_nothing_about_policies_changes_what_it_is_asked_to() -> None:
    for kind in (Narrow, Strict):
        machine = by_policy()
        assert told(machine, kind(machine), name=NAME, present=False) == []
        assert told(machine, kind(machine), name=NAME, ports=80) == []
        assert outcomes(machine, name=NAME, ports=80) != {}
