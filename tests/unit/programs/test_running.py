# SPDX-License-Identifier: GPL-3.0-or-later
"""Constant command lines on a host, whatever code page something there sets."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.programs import commands, running
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    PROGRAMS,
    read,
)
from unit.conversation import ScriptedTransport
from unit.firewall.host_answers import program
from unit.simulated import SimulatedTransport
from unit.test_snapshot import printed
from unit.winsim.small import boot
from winsim.firewall.store import LOCAL_ROOT, RULES, FirewallState
from winsim.machine import Machine

RULE = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Maße|"


def pc(autorun: str) -> Machine:
    machine = boot()
    machine.firewall = FirewallState()
    machine.firewall.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    machine.firewall.set_value(RULES["local"], "Größe", RULE)
    machine.autorun = autorun
    return machine


def test_a_code_page_that_autorun_sets_is_set_back() -> None:
    transport = SimulatedTransport(pc("chcp 850 >nul"))
    stores = reading.read_stores(Host(transport, "pc"))
    (rule,) = stores.of(Store.LOCAL)
    assert (rule.rule_id, rule.name) == ("Größe", "Maße")
    assert (stores.readable, stores.problems) == (True, ())
    assert transport.actions.count("Command") == 2


def test_what_autorun_prints_does_not_matter() -> None:
    transport = SimulatedTransport(pc("echo Welcome & chcp"))
    stores = reading.read_stores(Host(transport, "pc"))
    assert [rule.rule_id for rule in stores.of(Store.LOCAL)] == ["Größe"]
    assert stores.readable
    assert transport.actions.count("Command") == 1


def test_all_programs_are_read_once_more_together() -> None:
    machine = pc("chcp 850 >nul")
    evidence = read(Host(SimulatedTransport(machine), "pc"))
    assert evidence.firewall is not None
    assert [each.name for each in evidence.firewall.local_rules] == ["Maße"]
    assert not [each for each in evidence.problems.values() if "characters" in each]


def test_what_is_damaged_the_second_time_too_is_a_problem() -> None:
    text = printed("\ufffd\r\n", "-----\r\n")
    transport = ScriptedTransport(*program(text), *program(text), shell_id="S")
    asked = (commands.NETSTAT, commands.EXCLUDED_PORT_RANGES[0])
    found = running.run(Host(transport, "pc"), asked, "tables")
    assert transport.finished
    problem = found.problem(commands.NETSTAT)
    assert problem is not None
    assert problem.startswith("'netstat -nao' printed characters that could not be read")
    assert found.problem(asked[1]) is None
    first, second = (each for each in transport.sent if b"/Command<" in each)
    assert b"chcp" not in first
    assert rb"%SystemRoot%\System32\chcp.com 65001 &gt;nul &amp; %SystemRoot%" in second


def test_a_program_that_fails_is_told_by_name() -> None:
    machine = boot()  # without any registry
    found = running.run(Host(SimulatedTransport(machine), "pc"), PROGRAMS, "programs")
    assert found.failed == {reading.PROGRAM, commands.NETWORK_LIST}
    evidence = read(Host(SimulatedTransport(machine), "pc"))
    assert "ended with an error" in evidence.problems[commands.NETWORK_LIST.name]
    assert evidence.known_networks is None
    assert evidence.firewall is not None
    assert not evidence.firewall.stores.readable


def test_reg_exe_that_ends_in_the_middle_leaves_the_store_unreadable() -> None:
    key = rf"{LOCAL_ROOT}\FirewallRules"
    lines = ("", key, f"    a    REG_SZ    {RULE}", f"{commands.FAILED} ", "")
    transport = ScriptedTransport(*program("\r\n".join(lines)), shell_id="S")
    stores = reading.read_stores(Host(transport, "pc"))
    assert not stores.readable
    assert stores.problems[0].startswith("reg.exe ended with an error before it had printed all")
    assert [rule.rule_id for rule in stores.of(Store.LOCAL)] == ["a"]
