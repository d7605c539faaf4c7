# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules by what they name, and the bound on work that a host can cause."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Situation,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.rule_book import (
    MAX_WORK,
    RuleBook,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.diagnosis.cases import HTTPD, TIMED_OUT, firewall, kinds, rule, situation
from unit.holder_cases import SVCHOST, listener

WEB = Listener(TCP, 80, program=HTTPD)

BOOK = RuleBook(
    firewall(
        "Action=Allow|Protocol=6|LPort=80|Name=One",
        rule("Action=Allow|Protocol=17|LPort2_10=79-90|Name=Some", active=False, direction="Out"),
        "Action=Allow|Protocol=6|LPort2_10=1-65535|Name=All",
        "Action=Block|Protocol=6|LPort=80|Name=Block",
        r"Action=Allow|App=%SystemDrive%\Old\HTTPD.exe|Name=Elsewhere",
        f"Action=Allow|App={SVCHOST}|Name=Service host",
        group_policy=["Action=Allow|Protocol=6|LPort=80|Name=Policy"],
    )
)


def names(stored: list[tuple[object, object]]) -> list[str | None]:
    return [getattr(each, "name", None) for _store, each in stored]


def test_rules_that_name_the_port_whatever_else_they_say() -> None:
    assert names([*BOOK.naming(WEB)]) == ["One", "Some", "Policy"]
    assert BOOK.naming(Listener(TCP, 443)) == []


def test_rules_of_the_program_wherever_it_is() -> None:
    assert names([*BOOK.of_program(WEB)]) == ["Elsewhere"]
    assert BOOK.of_program(Listener(TCP, 80)) == []


def test_a_service_host_is_no_program() -> None:
    assert BOOK.of_program(Listener(TCP, 80, program=SVCHOST)) == []


def test_names_of_local_rules() -> None:
    assert BOOK.names == {"one", "some", "all", "block", "elsewhere", "service host"}


def test_a_narrowed_firewall_keeps_what_is_near() -> None:
    narrowed = BOOK.narrowed(WEB)
    assert narrowed is not None
    kept = {each.name for rules in narrowed.stores.rules.values() for each in rules}
    assert kept == {"One", "Some", "All", "Block", "Elsewhere", "Policy"}


def flooded(each: str, count: int, ports: range, *more: str) -> tuple[Situation, list[WantedPort]]:
    """A host with many rules and some more, and a task for these ports."""
    rules = [rule(each.format(number=number)) for number in range(count)]
    rules += [rule(text) for text in more]
    known = situation(
        *[listener(port, 4312) for port in ports], firewall=firewall(*rules), attempts={}
    )
    return known, [WantedPort(Protocol.TCP, port) for port in ports]


@pytest.mark.sweep
def test_rules_about_every_port_come_to_an_end() -> None:
    count = 10_500
    many, ports = "Action=Allow|Protocol=6|LPort2_10=1-65535|Name={number}", range(1000, 1012)
    # Otherwise all ports are alike, and judged as one.
    each = [f"Action=Allow|Protocol=6|LPort2_10={port}-65535|Name=from {port}" for port in ports]
    known, wanted = flooded(many, count, ports, *each)
    found = diagnose(known, wanted)
    judged = MAX_WORK // count
    assert [kinds(each) for each in found] == [[]] * judged + [["firewall_unknown"]] * (
        len(wanted) - judged
    )


@pytest.mark.sweep
def test_ports_that_no_rule_tells_apart_are_judged_as_one() -> None:
    many, ports = "Action=Allow|Protocol=6|LPort2_10=1-65535|Name={number}", range(1000, 1012)
    found = diagnose(*flooded(many, MAX_WORK // 4, ports))
    assert [kinds(each) for each in found] == [[]] * len(ports)


@pytest.mark.sweep
def test_many_rules_about_one_port_do_not_harm_the_others() -> None:
    known, wanted = flooded(
        "Action=Allow|Protocol=6|LPort=1000|Profile=Private|Name={number}",
        3_000,
        range(1000, 1040),
    )
    found = diagnose(known, wanted)
    assert kinds(found[0]) == ["rule_for_other_profile"]
    assert {tuple(kinds(each)) for each in found[1:]} == {("no_rule",)}


def test_the_bound_is_out_of_the_way_of_real_hosts() -> None:
    assert MAX_WORK >= 256 * 300
    assert kinds(diagnose(situation(attempt=TIMED_OUT), [WantedPort(Protocol.TCP, 80)])[0]) == [
        "no_answer"
    ]
