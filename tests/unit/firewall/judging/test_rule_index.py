# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that are compiled once for all hosts, and ports that no rule can tell apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    evidence,
    matching,
    rule_index,
    traffic,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.rule_index import (
    Compiler,
    RuleIndex,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
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
    TCP,
    UDP,
    Profile,
)
from unit.firewall.rule_strategies import rules

GUID = "{6E8E9C8B-0A6C-4C2B-8E0E-6E8E9C8B0A6C}"
HOSTS = [
    (FirewallStores(), Environment()),
    (FirewallStores(policy_version=(2, 30)), Environment(r"D:\Windows")),
    (FirewallStores(policy_version=(2, 10)), Environment(adapters={GUID: "Ethernet"})),
]
PORTS = (1, 79, 80, 81, 135, 443, 1_024, 5_985, 8_080, 49_152, 65_535)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    rule_index._kept.clear()
    yield
    rule_index._kept.clear()


def compiled_anew(
    rule: FirewallRule, store: Store, host: tuple[FirewallStores, Environment], **more: bool
) -> matching.CompiledRule | None:
    stores, environment = host
    return matching.compile_rule(
        rule, store, environment, windows_version=stores.windows_version,
        policy_version=stores.policy_version, **more,
    )  # fmt: skip


def all_but_environment(compiled: matching.CompiledRule | None) -> object:
    """Whose adapters and names of rules are not asked for once a rule is compiled."""
    return None if compiled is None else replace(compiled, environment=Environment())


@given(st.lists(rules(), min_size=1, max_size=5), st.data())
def test_what_is_kept_is_what_would_be_made(found: list[FirewallRule], data: st.DataObject) -> None:
    for _time in range(6):
        rule = data.draw(st.sampled_from(found))
        host = data.draw(st.sampled_from(HOSTS))
        store = data.draw(st.sampled_from(list(Store)))
        more = {"restricts": data.draw(st.booleans()), "same_id": data.draw(st.booleans())}
        kept = Compiler(*host).compiled(rule, store, **more)
        anew = compiled_anew(rule, store, host, **more)
        assert all_but_environment(kept) == all_but_environment(anew)
        if kept is not None:
            assert kept.rule is rule
            for path in (r"%SystemRoot%\a.exe", r"C:\b.exe"):
                assert kept.environment.expand(path) == host[1].expand(path)


def test_hosts_share_the_rules_that_have_the_same_text() -> None:
    text = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|App=%SystemRoot%\\a.exe|"
    one, other = parse("a", text), parse("a", text[:20] + text[20:])
    assert one is other
    first, again, elsewhere = (
        Compiler(*host).compiled(rule, Store.LOCAL)
        for rule, host in ((one, HOSTS[0]), (other, HOSTS[0]), (one, HOSTS[1]))
    )
    assert first is again
    assert elsewhere is not None
    assert elsewhere.program == r"d:\windows\a.exe"


def test_a_changed_rule_is_another_one_although_its_text_is_the_same() -> None:
    rule = parse("a", "v2.30|Action=Block|Active=TRUE|Dir=In|")
    compiler = Compiler(*HOSTS[0])
    assert compiler.compiled(rule, Store.LOCAL).action.value == "Block"  # type: ignore[union-attr]
    changed = replace(rule, service="x")
    assert changed.source == rule.source
    assert compiler.compiled(changed, Store.LOCAL).service == "x"  # type: ignore[union-attr]


def test_an_adapter_has_the_name_that_its_own_host_gives_it() -> None:
    rule = parse("a", f"v2.30|Action=Allow|Active=TRUE|Dir=In|IF={GUID}|")
    names = [Compiler(*host).compiled(rule, Store.LOCAL).adapters for host in HOSTS[1:]]  # type: ignore[union-attr]
    assert names == [GUID, "Ethernet"]


def test_hostile_rules_take_a_bounded_memory() -> None:
    compiler = Compiler(*HOSTS[0])
    for number in range(3_000):
        text = f"v2.30|Action=Allow|Active=TRUE|Dir=In|Name={number}|" + "x" * 1_500
        compiler.compiled(parse(f"{number}", text), Store.LOCAL)
    assert rule_index._kept.weight <= rule_index._MOST_CHARACTERS
    assert len(rule_index._kept) < 1_400


# Conditions on ports that no port is named in.
OF_PORTS = (
    "", "LPort2_10=1-1023|", "LPort2_10=443-9000|", "LPort2_10=1-100,49000-65535|", "LPort=RPC|",
    "LPort2_10=Teredo|", "LPort=RPC-EPMap|", "LPort2_10=IPTLSIn|", "LPort2_10=8000-8099|",
)  # fmt: skip
TEXTS = st.builds(
    "v2.30|Action={}|Active=TRUE|Dir=In|Protocol={}|{}{}".format,
    st.sampled_from(["Allow", "Block"]),
    st.sampled_from([6, 17]),
    st.sampled_from(OF_PORTS),
    st.sampled_from(["", "App=C:\\a.exe|", "Svc=x|", "RA4=LocalSubnet|", "Profile=Domain|"]),
)
PAIRS = [
    (Listener(protocol, one, program=program), Listener(protocol, other, program=program))
    for protocol in (TCP, UDP)
    for one, other in itertools.combinations(PORTS, 2)
    for program in (None, r"C:\a.exe")
]


@given(st.lists(TEXTS, max_size=5), st.sampled_from(list(Store)), st.data())
def test_ports_of_one_class_have_one_verdict(
    texts: list[str], store: Store, data: st.DataObject
) -> None:
    found = tuple(parse(f"{number}", text) for number, text in enumerate(texts))
    firewall = Firewall(FirewallStores(rules={store: found}))
    for one, other in data.draw(st.lists(st.sampled_from(PAIRS), min_size=20, max_size=20)):
        known = firewall.port_class(one)
        if known is not None and known == firewall.port_class(other):
            for profile in Profile:
                assert firewall.verdict(one, profile) == firewall.verdict(other, profile)


@given(st.lists(TEXTS, max_size=8))
def test_ports_are_of_one_class_if_each_rule_says_the_same_of_both(texts: list[str]) -> None:
    rules_ = [parse(f"{number}", text) for number, text in enumerate(texts)]
    compiler = Compiler(FirewallStores(), Environment())
    compiled = [compiler.compiled(each, Store.LOCAL) for each in rules_]
    firewall = Firewall(FirewallStores(rules={Store.LOCAL: tuple(rules_)}))
    asked = [
        traffic.ask(Listener(TCP, port), Network(Profile.PUBLIC), traffic.ANY, Environment())
        for port in PORTS
    ]
    said = [
        [matching.local_port(each, about) for each in compiled if each is not None]
        for about in asked
    ]
    classes = [firewall.port_class(Listener(TCP, port)) for port in PORTS]
    for one, other in itertools.combinations(range(len(PORTS)), 2):
        assert (classes[one] == classes[other]) is (said[one] == said[other])


def test_ports_are_told_apart_by_what_rules_say_of_them() -> None:
    def classes(*conditions: str) -> int:
        found = tuple(
            parse(each, f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{each}")
            for each in conditions
        )
        firewall = Firewall(FirewallStores(rules={Store.LOCAL: found}))
        return len({firewall.port_class(Listener(TCP, port)) for port in PORTS})

    assert classes() == 1
    assert classes("LPort2_10=1-1023|") == 2
    assert classes("LPort2_10=1-1023|", "LPort2_10=443-9000|") == 4
    assert classes("LPort=80|") == 2  # that which is named is in none


class TestAnotherFirewallOfTheHost:
    """One with other local rules tells what a change would do. Most rules are about services."""

    @staticmethod
    def stores_of(*restricting: str, local: str = "Action=Allow|") -> FirewallStores:
        def parsed(*texts: str) -> tuple[FirewallRule, ...]:
            begin = "v2.30|Active=TRUE|Dir=In|Protocol=6|"
            return tuple(parse(f"{at}", f"{begin}{text}") for at, text in enumerate(texts))

        return FirewallStores(
            rules={Store.LOCAL: parsed(local), Store.STATIC_SERVICE: parsed(*restricting)}
        )

    def test_what_restricts_services_is_put_in_order_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put: list[str] = []
        put_one = RuleIndex._put

        def counted(index: RuleIndex, position: int, compiled: matching.CompiledRule) -> None:
            put.append(compiled.store)
            put_one(index, position, compiled)

        monkeypatch.setattr(RuleIndex, "_put", counted)
        found = self.stores_of(*["Action=Block|Svc=a|"] * 20)
        firewall = Firewall(found)
        rules_of = {
            **found.rules,
            Store.LOCAL: self.stores_of(local="Action=Block|").of(Store.LOCAL),
        }
        firewall.with_stores(replace(found, rules=rules_of))
        assert put.count(Store.STATIC_SERVICE) == 20
        assert put.count(Store.LOCAL) == 2

    def test_what_restricts_services_is_judged_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        judged: list[str] = []
        match_around = matching.match_around

        def counted(compiled: matching.CompiledRule, asked: traffic.Traffic) -> Any:
            judged.append(compiled.store)
            return match_around(compiled, asked)

        monkeypatch.setattr(evidence, "match_around", counted)
        found = self.stores_of(*["Action=Block|Svc=a|"] * 20)
        listener = Listener(TCP, 80, services=("a",))
        firewall = Firewall(found)
        firewall.verdict(listener, Profile.PUBLIC)
        before = judged.count(Store.STATIC_SERVICE)
        other = self.stores_of(local="Action=Allow|LPort2_10=80-81|").of(Store.LOCAL)
        changed = firewall.with_stores(replace(found, rules={**found.rules, Store.LOCAL: other}))
        changed.verdict(listener, Profile.PUBLIC)
        assert judged.count(Store.STATIC_SERVICE) == before == 20
        changed.verdict(replace(listener, services=("b",)), Profile.PUBLIC)
        changed.verdict(replace(listener, port=81), Profile.PUBLIC)
        assert judged.count(Store.STATIC_SERVICE) == 40

    def test_it_says_what_it_would_say_alone(self) -> None:
        svchost = r"C:\Windows\System32\svchost.exe"
        listener = Listener(TCP, 80, program=svchost, services=("a",))
        blocking = self.stores_of("Action=Block|Svc=a|")
        allowing = self.stores_of("Action=Block|Svc=a|", "Action=Allow|Svc=a|LPort=80|")
        local = replace(
            blocking,
            rules={
                **blocking.rules,
                Store.LOCAL: self.stores_of(local="Action=Block|").of(Store.LOCAL),
            },
        )
        for one, other in itertools.permutations((blocking, allowing, local), 2):
            changed = Firewall(one).with_stores(other)
            assert changed.verdict(listener, Profile.PUBLIC) == Firewall(other).verdict(
                listener, Profile.PUBLIC
            )
        said = [
            Firewall(each).verdict(listener, Profile.PUBLIC) for each in (blocking, allowing, local)
        ]
        assert len(set(said)) == 3
