# SPDX-License-Identifier: GPL-3.0-or-later
"""Constant command lines on a host, whatever code page something there sets."""

from __future__ import annotations

import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    COMMAND_LINE,
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import (
    commands,
    netsh,
    netstat,
    running,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    PROGRAMS,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import ScriptedTransport
from unit.firewall.host_answers import program
from unit.pc.test_snapshot import printed
from unit.simulated import SimulatedTransport
from unit.winsim.small import boot, document
from winsim.firewall.store import LOCAL_ROOT, POLICY_ROOT, RULES, FirewallState
from winsim.machine import Machine

POLICIES = POLICY_ROOT.rpartition("\\")[0]
RULE = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Maße|"


def pc(autorun: str, language: str = "en") -> Machine:
    image = document()
    image["os"]["language"] = language
    machine = boot(image)
    machine.firewall = FirewallState()
    machine.firewall.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    machine.firewall.set_value(RULES["local"], "Größe", RULE)
    machine.autorun = autorun
    return machine


@pytest.mark.parametrize("code_page", [437, 850, 932])
@pytest.mark.parametrize("rule_id", ["Größe", "社内", "Māße"])
def test_a_code_page_that_autorun_sets_is_set_back(code_page: int, rule_id: str) -> None:
    machine = pc(f"chcp {code_page} >nul")
    assert machine.firewall is not None
    machine.firewall.set_value(RULES["local"], rule_id, RULE)
    transport = SimulatedTransport(machine)
    stores = reading.read_stores(Host(transport, "pc"))
    assert {(rule.rule_id, rule.name) for rule in stores.of(Store.LOCAL)} == {
        ("Größe", "Maße"),
        (rule_id, "Maße"),
    }
    assert (stores.readable, stores.problems) == (True, ())
    assert transport.actions.count("Command") == 1


def test_what_autorun_prints_does_not_matter() -> None:
    transport = SimulatedTransport(pc("echo Welcome & chcp"))
    stores = reading.read_stores(Host(transport, "pc"))
    assert [rule.rule_id for rule in stores.of(Store.LOCAL)] == ["Größe"]
    assert stores.readable
    assert transport.actions.count("Command") == 1


def test_all_programs_are_read_in_one_code_page() -> None:
    machine = pc("chcp 850 >nul")
    evidence = read(Host(SimulatedTransport(machine), "pc"))
    assert evidence.firewall is not None
    assert [each.name for each in evidence.firewall.local_rules] == ["Maße"]
    assert not [each for each in evidence.problems.values() if "characters" in render(each, "en")]


def test_what_is_damaged_all_the_same_is_a_problem() -> None:
    text = printed("\ufffd\r\n", "-----\r\n")
    transport = ScriptedTransport(*program(text), shell_id="S")
    asked = (netstat.NETSTAT, netsh.EXCLUDED_PORT_RANGES[0])
    found = running.run(Host(transport, "pc"), asked, "tables")
    assert transport.finished
    problem = found.problem(netstat.NETSTAT)
    assert problem is not None
    assert render(problem, "en").startswith(
        "'netstat -nao' printed characters that could not be read"
    )
    assert found.problem(asked[1]) is None
    (sent,) = (each for each in transport.sent if b"/Command<" in each)
    assert rb"%SystemRoot%\System32\chcp.com 65001 &gt;nul &amp; %SystemRoot%" in sent


def test_a_program_that_fails_is_told_by_name() -> None:
    machine = boot()  # without any registry
    found = running.run(Host(SimulatedTransport(machine), "pc"), PROGRAMS, "programs")
    assert found.failed == {reading.PROGRAM, commands.NETWORK_LIST}
    evidence = read(Host(SimulatedTransport(machine), "pc"))
    assert "ended with an error" in render(evidence.problems[commands.NETWORK_LIST.name], "en")
    assert evidence.known_networks is None
    assert evidence.firewall is not None
    assert not evidence.firewall.stores.readable


@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_a_policy_that_may_not_be_read_is_not_taken_for_none(language: str) -> None:
    def stores(*, policy: bool, denied: str | None) -> FirewallStores:
        machine = pc("", language)
        assert machine.firewall is not None
        if policy:
            machine.firewall.set_value(RULES["policy"], "block", RULE)
        if denied is not None:
            machine.firewall.denied.add(denied)
        return reading.read_stores(Host(SimulatedTransport(machine), "pc"))

    for policy in (True, False):
        found = stores(policy=policy, denied=None)
        assert (found.readable, found.problems) == (True, ())
        assert len(found.of(Store.GROUP_POLICY)) == policy
    for denied in (POLICY_ROOT, POLICIES):
        found = stores(policy=True, denied=denied)
        assert found.readable is (denied == POLICIES)
    found = stores(policy=True, denied=POLICY_ROOT)
    assert render(found.problems[0], "en").startswith(
        "reg.exe ended with an error before it had printed what Group Policy says"
    )
    # Nobody can tell whether it is there.
    assert not stores(policy=False, denied=POLICIES).readable


def test_a_rule_that_is_called_as_a_mark_hides_nothing() -> None:
    machine = pc("")
    assert machine.firewall is not None
    marks = re.findall(r"echo ([a-z-]+)", COMMAND_LINE)
    assert len(marks) == 3
    for mark in marks:
        machine.firewall.set_value(RULES["local"], mark, RULE.replace("Maße", mark))
    stores = reading.read_stores(Host(SimulatedTransport(machine), "pc"))
    assert [rule.name for rule in stores.of(Store.LOCAL)] == ["Maße", *marks]
    assert (stores.readable, stores.problems) == (True, ())


def test_reg_exe_that_ends_in_the_middle_leaves_the_store_unreadable() -> None:
    key = rf"{LOCAL_ROOT}\FirewallRules"
    lines = ("", key, f"    a    REG_SZ    {RULE}", f"{commands.FAILED} ", "")
    transport = ScriptedTransport(*program("\r\n".join(lines)), shell_id="S")
    stores = reading.read_stores(Host(transport, "pc"))
    assert not stores.readable
    assert render(stores.problems[0], "en").startswith(
        "reg.exe ended with an error before it had printed all"
    )
    assert [rule.rule_id for rule in stores.of(Store.LOCAL)] == ["a"]
