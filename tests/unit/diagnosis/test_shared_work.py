# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that ports of a host, and hosts of a process, have in common: it is done once, and the
diagnoses are those that would be made without."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import (
    blocking,
    near_misses,
    openings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.rule_book import (
    RuleBook,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import report
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    matching,
    rule_index,
    traffic,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    registry_text,
    rule_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import sweep
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from unit.firewall.rule_strategies import rules
from unit.simulated import SimulatedTransport
from winsim.images import load

PORTS = (80, 81, 82, 135, 443, 445, 1433, 3389, 5432, 5985, 8080, 8081, 49_664, 49_665, 60_000)
IMAGES = (
    "misconfigured",
    "gpo-locked",
    "server2022",
    "relays",
    "third-party-firewall",
    "ipv6-only",
)
#: What keeps results for other hosts.
KEEPING = (registry_text, rule_text, rule_index)


def checked(image: str) -> Any:
    """What port_check says of a PC, without attempts to connect."""
    host = Host(SimulatedTransport(load(image).boot("pc", "10.20.30.40")), "pc")
    wanted = wanted_ports(list(map(str, PORTS)), ["tcp", "udp"], ())
    found = reading.read(host, wanted)
    return report(found.situation, diagnose(found.situation, wanted), None)


@pytest.fixture
def nothing_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RuleBook, "stand_in", lambda _book, listener: listener)
    for keeping in (RuleBook, sweep.Work):
        monkeypatch.setattr(keeping, "once", lambda _keeping, _question, answer: answer())
    for module in KEEPING:
        monkeypatch.setattr(module._kept, "get", lambda _key, make, _weight=1: make())
    verdict = Firewall.verdict

    def anew(firewall: Firewall, *question: Any) -> Any:
        firewall._answers.clear()
        return verdict(firewall, *question)

    monkeypatch.setattr(Firewall, "verdict", anew)


@pytest.mark.sweep
@pytest.mark.parametrize("image", IMAGES)
def test_what_is_shared_makes_no_difference(image: str, request: pytest.FixtureRequest) -> None:
    for module in KEEPING:
        module._kept.clear()
    first, again = checked(image), checked(image)
    request.getfixturevalue("nothing_shared")
    assert first == again == checked(image)


def test_the_next_host_of_the_same_windows_has_its_rules_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked("relays")
    made = []
    for module, name in ((matching, "compile_rule"), (rule_text, "_read")):
        function = getattr(module, name)

        def counted(*given: Any, function: Any = function, **named: Any) -> Any:
            made.append(given[0])
            return function(*given, **named)

        monkeypatch.setattr(module, name, counted)
    checked("relays")
    # Only what the diagnoses themselves ask about: what a changed rule would do.
    assert len(made) < 200


def test_ports_where_nobody_listens_are_judged_together() -> None:
    firewall = Firewall(FirewallStores())
    book = RuleBook(firewall)
    first = traffic.Listener(TCP, 60_000)
    assert book.stand_in(first) is first
    assert book.stand_in(traffic.Listener(TCP, 60_001)) is first
    assert book.stand_in(traffic.Listener(UDP, 60_001)).protocol == UDP
    other = traffic.Listener(TCP, 60_001, program=r"C:\a.exe")
    assert book.stand_in(other) is other
    assert PortSet.of([60_000])


def test_a_rule_that_would_open_ports_where_nobody_listens_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = wanted_ports(["20000-20019"], ["tcp"], ())
    found = reading.read(Host(SimulatedTransport(load("server2022").boot("pc")), "pc"), wanted)
    tried, applied = [], openings.applied

    def counted(firewall: Firewall, options: openings.Options) -> Firewall | None:
        tried.append(options)
        return applied(firewall, options)

    monkeypatch.setattr(openings, "applied", counted)
    tasks = [each.remedies[-1].task for each in diagnose(found.situation, wanted)]
    assert len(tried) == 1
    assert [each.options["ports"] for each in tasks if each] == list(range(20_000, 20_020))


@pytest.mark.parametrize("name", ["near_misses", "nearest"])
def test_rules_that_nearly_open_ports_where_nobody_listens_are_looked_for_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = wanted_ports(["20000-20019"], ["tcp"], ())
    found = reading.read(Host(SimulatedTransport(load("server2022").boot("pc")), "pc"), wanted)
    asked, look = [], getattr(blocking, name)

    def counted(*question: Any) -> Any:
        asked.append(question)
        return look(*question)

    monkeypatch.setattr(blocking, name, counted)
    causes = [each.causes for each in diagnose(found.situation, wanted)]
    assert len(causes) == 20
    assert all(causes)
    assert len(asked) == 1


def test_a_port_that_a_rule_names_is_judged_by_itself() -> None:
    rule = rule_text.parse("a", "v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=81|")
    book = RuleBook(Firewall(FirewallStores(rules={Store.LOCAL: (rule,)})))
    listeners = [traffic.Listener(TCP, port) for port in (80, 81, 82)]
    assert [book.stand_in(each).port for each in listeners] == [80, 81, 80]


@given(rules(), st.sampled_from(Profile), st.sampled_from([TCP, UDP]), st.integers(1, 65_535))
def test_a_look_at_a_rule_first_makes_no_difference(
    rule: FirewallRule, profile: Profile, protocol: int, port: int
) -> None:
    firewall = Firewall(FirewallStores(rules={Store.LOCAL: (rule,)}))
    asked = traffic.ask(
        traffic.Listener(protocol, port), Network(profile), traffic.ANY, firewall.environment
    )
    for relax in near_misses._RELAXED.values():
        without = relax(asked)
        relaxed = near_misses.replace(rule, **without)
        expected = (
            relaxed != rule
            and near_misses._lets_in(firewall, relaxed, Store.LOCAL, asked)
            and not near_misses._lets_in(firewall, rule, Store.LOCAL, asked)
        )
        found = near_misses._is_in_the_way(firewall, rule, Store.LOCAL, without, asked)
        assert found is expected
