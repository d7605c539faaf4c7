# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a rule counts: what the rule, the settings and other rules make of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects import effect
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import judge
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.judge import (
    Judge,
    Standing,
    Status,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples, small_firewalls
from unit.rows import each_row
from unit.sweeps import inputs

ADAPTER, OTHER = (f"{{5A1B2C3D-0000-0000-0000-00000000000{each}}}" for each in "AB")
HOME = Network(Profile.PRIVATE, interface_id=ADAPTER)
ALLOW = "Action=Allow|Protocol=6|LPort=8080|Name=it"
BLOCK = "Action=Block|Protocol=6|LPort=8080|Name=no"
POLICY = Origin.GROUP_POLICY
OFF: dict[str, Any] = {"enabled": Setting(False, POLICY, "off")}
SHIELD: dict[str, Any] = {"block_all_inbound": Setting(True, POLICY, "shield")}
NO_LOCAL: dict[str, Any] = {"local_rules": Setting(False, POLICY, "merge")}
NO_PROGRAMS: dict[str, Any] = {"local_application_rules": Setting(False, POLICY, "programs")}
PORT_443 = "Action=Block|Protocol=6|RPort=443|Name=no"


def reading_of(
    *rules: str, networks: tuple[Network, ...] = (HOME,), direction: str = "In", **others: Any
) -> FirewallReading:
    found = small_firewalls.stores(*rules, direction=direction, **others)
    return FirewallReading(stores=found, networks=networks)


def standing(
    *rules: str, store: Store = Store.LOCAL, product: str | None = None, **others: Any
) -> Standing:
    """That of the first rule of a store."""
    reading = reading_of(*rules, **others)
    if product is not None:
        reading = replace(reading, products=(FirewallProduct(product, 0x11000),))
    return Judge(reading).standing(store, reading.stores.of(store)[0])


# The rules, the first of which is asked about; what else there is; its status; which rules decide.
ROWS: list[tuple[tuple[str, ...], dict[str, Any], Status, list[str]]] = [
    ((ALLOW,), {}, Status.COUNTS, []),
    ((ALLOW + "|Active=FALSE",), {}, Status.NOT_UNDERSTOOD, []),  # twice
    ((ALLOW, BLOCK), {}, Status.BEATEN, ["no"]),
    ((ALLOW,), {"group_policy": (BLOCK,)}, Status.BEATEN, ["no"]),
    # A flag that means nothing in a rule that blocks.
    ((ALLOW, BLOCK + "|LOM=TRUE"), {}, Status.BEATEN, ["no"]),
    ((ALLOW, BLOCK + "|RA4=10.0.0.0/255.0.0.0"), {}, Status.IN_PART, ["no"]),
    ((ALLOW, BLOCK + r"|App=C:\App\web.exe"), {}, Status.DEPENDS, ["no"]),
    ((ALLOW + "|LPort=8081", BLOCK), {}, Status.IN_PART, ["no"]),
    ((ALLOW, BLOCK + "|Profile=Public"), {}, Status.COUNTS, []),
    ((BLOCK, ALLOW), {}, Status.COUNTS, []),
    ((ALLOW + "|Profile=Domain",), {}, Status.OTHER_PROFILE, []),
    ((ALLOW + f"|IF={OTHER}",), {}, Status.OTHER_ADAPTER, []),
    ((ALLOW + f"|IF={ADAPTER}",), {}, Status.COUNTS, []),
    ((ALLOW + "|Platform=2:6:1|",), {}, Status.OTHER_WINDOWS, []),
    ((ALLOW + "|Shape=round",), {}, Status.NOT_UNDERSTOOD, []),
    ((ALLOW,), {"settings": NO_LOCAL}, Status.VOID, []),
    ((BLOCK,), {"settings": NO_LOCAL}, Status.VOID, []),
    # It is for a port, not for a program.
    ((ALLOW,), {"settings": NO_PROGRAMS}, Status.COUNTS, []),
    ((r"Action=Allow|Protocol=6|App=C:\a.exe",), {"settings": NO_PROGRAMS}, Status.VOID, []),
    ((ALLOW,), {"settings": OFF}, Status.FIREWALL_OFF, []),
    ((BLOCK,), {"settings": OFF}, Status.FIREWALL_OFF, []),
    ((ALLOW,), {"settings": SHIELD}, Status.ALL_BLOCKED, []),
    ((BLOCK,), {"settings": SHIELD}, Status.COUNTS, []),
    ((ALLOW,), {"product": "Other"}, Status.OTHER_FIREWALL, []),
    ((ALLOW,), {"networks": ()}, Status.COUNTS, []),
    ((ALLOW + "|Profile=Public",), {"networks": ()}, Status.DEPENDS, []),
    # On the network of one of the two profiles, it is blocked.
    (
        (ALLOW, BLOCK + "|Profile=Public"),
        {"networks": (HOME, Network(Profile.PUBLIC))},
        Status.IN_PART,
        ["no"],
    ),
]  # fmt: skip
# Port 80 is blocked, and whether port 443 is depends on the program.
WEB = "Action=Allow|Protocol=6|LPort=80|LPort=443|Name=it"
NO_80 = "Action=Block|Protocol=6|LPort=80|Name=no"
NO_PROGRAM = r"Action=Block|Protocol=6|LPort=443|App=C:\a.exe|Name=program"
PARTS: list[tuple[tuple[str, ...], Status, str]] = [
    ((WEB, NO_80), Status.IN_PART, "port 80: blocked: the block rule 'no' of this host"),
    (
        (WEB, NO_80, NO_PROGRAM),
        Status.DEPENDS,
        "port 443: conditional: the allow rule 'it' of this host; but blocked by the rule "
        r"'program' if the program is C:\a.exe",
    ),
    (
        (WEB, NO_80, "Action=Block|Protocol=6|LPort=443|Name=other"),
        Status.BEATEN,
        "port 80: blocked: the block rule 'no' of this host",
    ),
    # Of a part of the addresses it is told only at the second look.
    (
        (WEB + "|RA4=10.1.0.0/16", "Action=Block|Protocol=6|RA4=10.0.0.0/255.0.0.0|Name=net"),
        Status.BEATEN,
        "blocked: the block rule 'net' of this host",
    ),
]
POLICY_ROWS: list[tuple[dict[str, Any], Store, Status]] = [
    ({"group_policy": (ALLOW,), "settings": NO_LOCAL}, Store.GROUP_POLICY, Status.COUNTS),
    ({"mdm": (ALLOW,), "group_policy": (BLOCK,)}, Store.MDM, Status.BEATEN),
    ({"static_service": (BLOCK + "|Svc=a",)}, Store.STATIC_SERVICE, Status.COUNTS),
    ({"app_isolation": (ALLOW,), "settings": OFF}, Store.APP_ISOLATION, Status.DEPENDS),
    ({"app_isolation": (ALLOW,), "settings": SHIELD}, Store.APP_ISOLATION, Status.ALL_BLOCKED),
]
OUT = "Action=Allow|Protocol=6|RPort=443|Name=it"
OUTBOUND: list[tuple[tuple[str, ...], dict[str, Any], Status, list[str]]] = [
    ((OUT,), {}, Status.COUNTS, []),
    ((OUT,), {"settings": {"default_outbound": Setting(Action.BLOCK)}}, Status.COUNTS, []),
    ((OUT, PORT_443), {}, Status.BEATEN, ["no"]),
    ((OUT + "|RPort=80", PORT_443), {}, Status.IN_PART, ["no"]),
    ((r"Action=Allow|Protocol=6|RPort2_10=400-500", PORT_443), {}, Status.IN_PART, ["no"]),
    (("Action=Allow", PORT_443), {}, Status.IN_PART, ["no"]),
    ((OUT, PORT_443 + r"|App=C:\a.exe"), {}, Status.DEPENDS, ["no"]),
    (("Action=Allow", PORT_443, r"Action=Block|App=C:\a.exe|Name=a"), {}, Status.DEPENDS,
     ["a", "no"]),
    ((OUT + r"|App=C:\b.exe", PORT_443 + r"|App=C:\a.exe"), {}, Status.COUNTS, []),
    ((PORT_443,), {}, Status.COUNTS, []),
    ((PORT_443,), {"settings": NO_LOCAL}, Status.VOID, []),
]  # fmt: skip


@each_row(("rules", "others", "status", "by"), ROWS)
def test_an_inbound_rule(
    rules: tuple[str, ...], others: dict[str, Any], status: Status, by: list[str]
) -> None:
    found = standing(*rules, **others)
    assert (found.status, [each.rule_id for each in found.by]) == (status, by)


@each_row(("rules", "status", "words"), PARTS)
def test_a_rule_of_several_ports_does_not_count_only_if_none_of_them_can(
    rules: tuple[str, ...], status: Status, words: str
) -> None:
    found = standing(*rules)
    assert (found.status, render(found.reason, "en")) == (status, words)


@each_row(("rules", "others", "status", "by"), OUTBOUND)
def test_an_outbound_rule(
    rules: tuple[str, ...], others: dict[str, Any], status: Status, by: list[str]
) -> None:
    found = standing(*rules, direction="Out", **others)
    assert (found.status, [each.rule_id for each in found.by]) == (status, by)


@each_row(
    "rules, words",
    [
        ((OUT, PORT_443), "blocked: the outbound block rule 'no' of this host"),
        (
            (OUT + "|RPort=80", PORT_443),
            "for part of its traffic, the outbound block rule 'no' of this host decides",
        ),
        # Port 443 is blocked. Whether the others are depends on the program.
        (
            ("Action=Allow|Name=it", PORT_443, r"Action=Block|App=C:\a.exe|Name=a"),
            "conditional: the outbound allow rule 'it' of this host; "
            r"but blocked by the rule 'a' if the program is C:\a.exe",
        ),
    ],
)
def test_the_reason_fits_the_status_of_an_outbound_rule(rules: tuple[str, ...], words: str) -> None:
    assert render(standing(*rules, direction="Out").reason, "en") == words


@each_row(("others", "store", "status"), POLICY_ROWS)
def test_a_rule_of_another_store(others: dict[str, Any], store: Store, status: Status) -> None:
    assert standing(store=store, **others).status is status


def test_a_policy_that_makes_it_void_is_named() -> None:
    found = standing(ALLOW, settings=NO_LOCAL)
    assert render(found.reason, "en") == (
        "the rule does not count: Group Policy lets no such local rule count (merge)"
    )


def test_of_two_networks_the_one_without_it_is_told() -> None:
    reading = reading_of(ALLOW, networks=(HOME, Network(Profile.PUBLIC)))
    settings = {**reading.stores.profiles, Profile.PUBLIC: ProfileSettings(**NO_LOCAL)}
    reading = replace(reading, stores=replace(reading.stores, profiles=settings))
    found = Judge(reading).standing(Store.LOCAL, reading.stores.of(Store.LOCAL)[0])
    assert found.status is Status.IN_PART
    assert "merge" in render(found.reason, "en")


# How many rules of a real host are judged in both ways: port_firewall takes its time for each.
_SOME = 30

# Rules that often meet: a few ports, programs and addresses.
TEXTS = st.builds(
    "|".join,
    st.tuples(
        st.sampled_from(["Action=Allow", "Action=Allow", "Action=Block", "Action=ByPass"]),
        st.sampled_from(["Protocol=6", "Protocol=6", "Protocol=17", "Protocol=1", "Name="]),
        st.sampled_from(["Name=", "Name=", "Profile=Private", "Profile=Public", "Profile=Domain"]),
        st.sampled_from(["Name=", r"App=C:\a.exe", r"App=C:\b.exe", "Svc=a"]),
        st.sampled_from(["Name=", "RA4=10.0.0.0/255.0.0.0", "RA4=10.1.0.0/255.255.0.0"]),
        st.sampled_from(["Name=", f"IF={ADAPTER}", "IFType=Lan", "AppPkgId=S-1-15-2-1"]),
    ),
)
PORTS = st.sampled_from(["", "|LPort=80", "|LPort=80|LPort=443", "|LPort2_10=80-90", "|RPort=80"])
SETTINGS = st.sampled_from(
    [{}, {}, {}, NO_LOCAL, SHIELD, {"default_inbound": Setting(Action.ALLOW)}]
)


@st.composite
def firewalls(draw: st.DrawFn) -> FirewallReading:
    def some() -> list[str]:
        found = draw(st.lists(st.tuples(TEXTS, PORTS), max_size=4))
        texts = [text + (ports if "Protocol=6" in text else "") for text, ports in found]
        return [re.sub(r"\|?\bName=(?=\||$)", "", each) for each in texts]

    stores = small_firewalls.stores(
        *some(), group_policy=some(), static_service=some(), settings=draw(SETTINGS)
    )
    networks = draw(st.sampled_from([(HOME,), (HOME,), (), (HOME, Network(Profile.PUBLIC))]))
    return FirewallReading(stores=stores, networks=networks)


@pytest.mark.sweep
@pytest.mark.hypothesis
@settings(max_examples=inputs(150, 3_000))
@given(firewalls())
def test_it_agrees_with_the_verdicts_on_the_traffic_of_a_rule(reading: FirewallReading) -> None:
    """What compares rules says the same as the verdicts on their traffic, which take longer."""
    judge, firewall = Judge(reading), reading.firewall()
    for store in (Store.LOCAL, Store.GROUP_POLICY):
        for rule in reading.stores.of(store):
            found = judge.standing(store, rule)
            here = rule.effective_profiles & reading.active_profiles or rule.effective_profiles
            outcomes = []
            for profile in here:
                one = replace(rule, profiles=frozenset({profile}))
                outcomes.append(effect.judge(one, reading, of=(store, firewall)))
            told = found, outcomes, reading.stores.rules
            if found.status is Status.BEATEN:
                # A block rule may have a condition that the rule has too.
                assert all(each.effective is not True for each in outcomes), told
            elif found.status is Status.COUNTS:
                assert all(each.effective is not False for each in outcomes), told
            elif found.status is Status.IN_PART and len(outcomes) == 1:
                assert outcomes[0].effective is not True, told


@pytest.mark.sweep
def test_it_never_contradicts_what_port_firewall_says_of_a_rule() -> None:
    """On the rules of a real host: where port_firewall says that a rule has its effect, it counts,
    and where it has none at all, it does not."""
    stores = firewall_samples.read(firewall_samples.WIN10_EXPORT)
    reading = FirewallReading(stores=stores, networks=(HOME,))
    judge = Judge(reading)
    told = 0
    enabled = [each for each in stores.of(Store.LOCAL) if each.enabled and each.local_ports]
    for rule in enabled[:_SOME]:
        found, known = judge.standing(Store.LOCAL, rule), effect.judge(rule, reading)
        if known.effective:
            assert found.counts is not False, rule.rule_id
        elif known.effective is False and not known.in_part:
            assert found.counts is not True, rule.rule_id
        told += known.effective is not None
    assert told > _SOME / 2


def test_the_work_of_comparing_rules_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MAX_COMPARISONS", 20_000)
    monkeypatch.setattr(judge, "MOST_VERDICTS", 0)
    rules = (f"Action=Block|Protocol=6|RA4=10.0.0.{n}|Name=b{n}" for n in range(60))
    allows = (f"Action=Allow|Protocol=6|LPort={n + 1}|Name=a{n}" for n in range(60))
    reading = reading_of(*rules, *allows)
    asked = Judge(reading)
    found = [asked.standing(Store.LOCAL, each) for each in reading.stores.of(Store.LOCAL)[60:]]
    judged = [each.status for each in found if each.counts]
    assert judged == [Status.IN_PART] * 7
    assert [each.status for each in found[7:]] == [Status.UNKNOWN] * 53


def test_outbound_rules_of_the_same_traffic_cost_as_much_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As those of dozens of apps do. With little work left, rules are compared with others."""
    blocks = [f"Action=Block|Protocol=6|RPort={n}|Name=b{n}" for n in (23, 445)]
    apps = [f"Action=Allow|AppPkgId=S-1-15-2-{n}|Name=a{n}" for n in range(80)]
    programs = [rf"Action=Allow|App=C:\{n}.exe|Name=p{n}" for n in range(80)]
    spent = {}
    for name, rules in {"apps": apps, "programs": programs}.items():
        reading = reading_of(*rules, *blocks, direction="Out")
        asked = Judge(reading)
        every = reading.stores.of(Store.LOCAL)[: len(rules)]
        found = {asked.standing(Store.LOCAL, each).status for each in every}
        spent[name] = judge.MAX_COST - asked._work._left
        monkeypatch.setattr(judge, "MAX_COST", spent[name] // 2)
        asked = Judge(reading)
        assert {asked.standing(Store.LOCAL, each).status for each in every} == found
        monkeypatch.undo()
    assert 0 < 40 * spent["apps"] <= spent["programs"]


@pytest.mark.sweep
@pytest.mark.parametrize("kind", ["ports", "ranges", "addresses"])
def test_the_cost_of_verdicts_is_bounded_and_told(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "MAX_COST", 20_000)
    monkeypatch.setattr(judge, "MAX_COMPARISONS", 100_000)
    conditions = {
        "ports": ("LPort2_10=1-65535", "LPort2_10={n}00-{n}09"),
        "ranges": ("|".join(f"LPort={n}" for n in range(1, 400, 7)), "LPort2_10={n}-{n}9"),
        "addresses": ("LPort=80", "RA4=10.{n}.0.0/255.255.0.0"),
    }
    mine, its = conditions[kind]
    rules: list[str] = []
    for n in range(1, 121):
        rules.append(f"Action=Allow|Protocol=6|{mine}|Name=a{n}")
        rules.append(rf"Action=Block|Protocol=6|App=C:\b{n}.exe|{its.format(n=n)}|Name=b{n}")
    reading = reading_of(*rules)
    asked = Judge(reading)
    found = [asked.standing(Store.LOCAL, each) for each in reading.stores.of(Store.LOCAL)]
    statuses = {each.status for each in found}
    assert Status.UNKNOWN in statuses
    left_out = next(each for each in found if each.status is Status.UNKNOWN)
    assert "too many rules to judge all" in render(left_out.reason, "en")
    # None is taken for one that counts because nobody has looked.
    whole = Judge(reading)
    whole._work = type(whole._work)(10**9)
    whole._comparisons = 10**9
    for rule, each in zip(reading.stores.of(Store.LOCAL)[:40], found[:40], strict=True):
        if each.counts is False:
            assert whole.standing(Store.LOCAL, rule).counts is not True
