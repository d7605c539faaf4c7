# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the ports of a rule are open, and from where it is otherwise than the rule asks for."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects import effect
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects.model import (
    Effect,
    Lack,
    Opening,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from reference import firewall as model
from reference.policies import Case
from unit.firewall.model_cases import firewall_of, listener_of, network_of, plain_case
from unit.firewall.small_firewalls import stores
from unit.rows import each_row

OPEN = "Action=Allow|Protocol=6|LPort=8080|Name=ours"
SHUT = OPEN.replace("Allow", "Block")
BLOCK = "Action=Block|Protocol=6|LPort=8080|Name=wins"
HOME = Network(
    Profile.PRIVATE,
    addresses=("192.168.1.5",),
    subnets=("192.168.1.0/24",),
    perhaps_local=("172.16.0.0/24",),
    name="Office",
)
NO_LOCAL_RULES = {"local_rules": Setting(False, Origin.GROUP_POLICY, "path")}


class Said(NamedTuple):
    """An opening in words."""

    ports: list[str]
    reach: str | None
    left: Mapping[str, list[str]] = MappingProxyType({})


def said(each: Opening) -> Said:
    left = {
        render(one.reason, "en"): [*one.addresses.texts(50)[0], *one.words] for one in each.left
    }
    ports = [f"{first}-{last}" if first != last else f"{first}" for first, last in each.ports]
    reach = None
    if each.reach is not None:
        reach = ", ".join((*each.reach.certain.texts(50)[0], *each.reach.words))
        reach = f"{each.reach.who}: {reach}" if reach else each.reach.who.value
    return Said(ports, reach, left)


def host(*rules: str, networks: tuple[Network, ...] = (HOME,), **others: Any) -> FirewallReading:
    products = others.pop("products", ())
    return FirewallReading(stores(*rules, **others), networks, products)


def judged(*rules: str, held: Iterable[Listener] = (), **others: Any) -> Effect:
    """The effect of the first rule."""
    reading = host(*rules, **others)
    return effect.judge(reading.stores.of(Store.LOCAL)[0], reading, held=held)


def gone(rule: str, *others: str, **more: Any) -> Effect:
    """What comes of the removal of a rule from a host with the others."""
    removed = host(rule).stores.of(Store.LOCAL)[0]
    return effect.judge(removed, host(*others, **more), present=False)


def openings(found: Effect) -> list[Said]:
    return [said(each) for each in found.openings]


BY_BLOCK = "the block rule 'wins' of this host"
BY_DEFAULT = "no rule decides, and the default action blocks it (the default of Windows)"
BY_OTHER = "the allow rule 'other' of this host"


@each_row(
    ("rules", "expected"),
    [
        ([OPEN], Said(["8080"], "everybody: 0.0.0.0/0")),
        ([f"{OPEN}|RA4=10.0.0.0/8"], Said(["8080"], "some: 10.0.0.0/8")),
        ([f"{OPEN}|RA4=LocalSubnet"], Said(["8080"], "own_subnets: 192.168.1.0/24")),
        ([f"{OPEN}|RA4=DNS"], Said(["8080"], "some: DNS")),
        ([OPEN, BLOCK], Said(["8080"], "nobody", {BY_BLOCK: ["0.0.0.0/0"]})),
        (
            [f"{OPEN}|RA4=10.0.0.0/8", f"{BLOCK}|RA4=10.1.0.0/16|RA4=11.0.0.9"],
            Said(
                ["8080"],
                "some: 10.0.0.0/16, 10.2.0.0-10.255.255.255",
                {BY_BLOCK: ["10.1.0.0/16"]},
            ),
        ),
        (
            [f"{OPEN}|RA4=LocalSubnet", f"{BLOCK}|RA4=192.168.1.128/25"],
            Said(["8080"], "some: 192.168.1.0/25", {BY_BLOCK: ["192.168.1.128/25"]}),
        ),
        # Of words, only what holds for every address.
        ([f"{OPEN}|RA4=DNS", BLOCK], Said(["8080"], "nobody", {BY_BLOCK: ["DNS4"]})),
        ([f"{OPEN}|RA4=DNS|RA6=DNS", BLOCK], Said(["8080"], "nobody", {BY_BLOCK: ["DNS"]})),
        ([f"{OPEN}|RA4=DNS|RA4=10.0.0.9", f"{BLOCK}|RA4=10.0.0.9"],
         Said(["8080"], "perhaps", {BY_BLOCK: ["10.0.0.9"]})),
        # What hangs on conditions is neither open nor shut.
        ([OPEN, f"{BLOCK}|LUAuth=O:LSD:"], Said(["8080"], "perhaps")),
        (
            ["Action=Allow|Protocol=6|LPort2_10=8080-8090|Name=ours", f"{BLOCK}|RA4=10.0.0.9"],
            Said(
                ["8080"],
                "some: 0.0.0.0-10.0.0.8, 10.0.0.10-255.255.255.255",
                {BY_BLOCK: ["10.0.0.9"]},
            ),
        ),
        # A rule that blocks asks for the ports to be shut.
        ([SHUT], Said(["8080"], "nobody")),
        ([f"{SHUT}|RA4=10.0.0.9", OPEN.replace("ours", "other")],
         Said(["8080"], "some: 0.0.0.0-10.0.0.8, 10.0.0.10-255.255.255.255")),
    ],
)  # fmt: skip
def test_of_a_rule_that_is_there(rules: list[str], expected: Said) -> None:
    assert openings(judged(*rules))[0] == expected


@each_row(
    ("rule", "others", "expected"),
    [
        (OPEN, [], Said(["8080"], "nobody")),
        (
            OPEN,
            ["Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/8|Name=other"],
            Said(["8080"], "some: 10.0.0.0/8", {BY_OTHER: ["10.0.0.0/8"]}),
        ),
        (
            f"{OPEN}|RA4=10.0.0.0/16|RA4=192.0.2.7",
            ["Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/8|Name=other"],
            Said(["8080"], "some: 10.0.0.0/8", {BY_OTHER: ["10.0.0.0/16"]}),
        ),
        (f"{OPEN}|RA4=10.0.0.0/16", ["Action=Allow|Protocol=6|RA4=11.0.0.0/8|Name=other"],
         Said(["8080"], "some: 11.0.0.0/8")),
        # A block rule that is gone was in the way: what is shut still?
        (SHUT, ["Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/8|Name=other"],
         Said(["8080"], "some: 10.0.0.0/8",
              {BY_DEFAULT: ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]})),
    ],
)  # fmt: skip
def test_of_a_rule_that_is_gone(rule: str, others: list[str], expected: Said) -> None:
    assert openings(gone(rule, *others)) == [expected]


def test_what_is_asked_for_decides_what_is_left_over() -> None:
    asked = {
        "allow": judged(OPEN),
        "allow, gone": gone(OPEN),
        "block": judged(SHUT),
        "block, gone": gone(SHUT),
    }
    assert {name: each.openings[0].opens for name, each in asked.items()} == {
        "allow": True,
        "allow, gone": False,
        "block": False,
        "block, gone": True,
    }


def test_a_policy_that_voids_the_rule_is_named_where_no_other_lets_in() -> None:
    theirs = "Action=Allow|Protocol=6|RA4=10.0.0.0/8|Name=theirs"
    found = judged(OPEN, settings=NO_LOCAL_RULES, group_policy=(theirs,))
    void = "the rule does not count: Group Policy lets no such local rule count (path)"
    assert openings(found) == [
        Said(
            ["8080"],
            "some: 10.0.0.0/8",
            {void: ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]},
        )
    ]
    assert found.effective is False


def test_ports_of_which_the_same_is_true_are_told_together() -> None:
    wide = "Action=Allow|Protocol=6|LPort=80|LPort2_10=8000-8100|Name=ours"
    assert openings(judged(wide, "Action=Block|Protocol=6|LPort2_10=8050-8060|Name=wins")) == [
        Said(["80", "8000-8049", "8061-8100"], "everybody: 0.0.0.0/0"),
        Said(["8050-8060"], "nobody", {BY_BLOCK: ["0.0.0.0/0"]}),
    ]
    every = "Action=Allow|Protocol=6|Name=ours"
    assert openings(judged(every, "Action=Block|Protocol=6|LPort=445|Name=wins")) == [
        Said(["1-444", "446-65535"], "everybody: 0.0.0.0/0"),
        Said(["445"], "nobody", {BY_BLOCK: ["0.0.0.0/0"]}),
    ]


def test_each_network_that_the_rule_is_for_is_told_by_itself() -> None:
    public = replace(HOME, profile=Profile.PUBLIC, name="Hotel")
    block = f"{BLOCK}|Profile=Public"
    found = judged(OPEN, block, networks=(HOME, public))
    assert [
        (each.network.name, each.reach and each.reach.who.value) for each in found.openings
    ] == [
        ("Office", "everybody"),
        ("Hotel", "nobody"),
    ]
    private = judged(f"{OPEN}|Profile=Private", block, networks=(HOME, public))
    assert [each.network.name for each in private.openings] == ["Office"]
    assert judged(f"{OPEN}|Profile=Domain").openings == ()
    # A host that lists no network: nobody knows by which somebody could come.
    assert judged(f"{OPEN}|Profile=Domain|Profile=Public", networks=()).openings == ()


def test_ports_of_a_rule_for_one_program_are_those_of_that_program() -> None:
    program = r"C:\Program Files\nodejs\node.exe"
    (found,) = judged(rf"Action=Allow|Protocol=6|App={program}|Name=ours").openings
    assert (found.ports, found.program) == (((1, 65535),), program)
    (found,) = judged("Action=Allow|Protocol=6|Name=ours").openings
    assert found.program is None


@each_row(
    "rule",
    [
        "Action=Allow|Protocol=1|ICMP4=8:*|Name=ours",
        "Action=Allow|Protocol=47|Name=ours",
        "Action=Allow|Protocol=6|LPort=RPC|Name=ours",
    ],
)
def test_what_has_no_ports_that_are_known_is_not_told(rule: str) -> None:
    assert judged(rule).openings == ()


def test_both_families_in_one() -> None:
    both = replace(HOME, addresses=("192.168.1.5", "fe80::5"))
    found = judged(OPEN, f"{BLOCK}|RA4=10.0.0.9|RA6=2001:db8::9", networks=(both,))
    (only,) = found.openings
    assert said(only).left == {BY_BLOCK: ["10.0.0.9", "2001:db8::9"]}
    # What a rule for one family leaves shut in the other is not its matter.
    of_one = judged(f"{OPEN}|RA4=10.0.0.0/8", networks=(both,))
    assert openings(of_one) == [Said(["8080"], "some: 10.0.0.0/8")]


A, B = (Listener(6, 8080, "0.0.0.0", rf"C:\{name}.exe", ()) for name in "ab")


def test_what_listens_is_named_where_the_answers_differ() -> None:
    of_program = rf"{BLOCK}|App=C:\a.exe"
    found = judged(OPEN, of_program, held=[A, B]).openings
    assert {each.program: said(each).reach for each in found} == {
        r"C:\a.exe": "nobody",
        r"C:\b.exe": "everybody: 0.0.0.0/0",
    }
    alike = judged(OPEN, held=[A, B]).openings
    assert [each.program for each in alike] == [None]
    unknown = judged(OPEN, of_program).openings
    assert [said(each).reach for each in unknown] == ["perhaps"]


def test_what_hardens_services_shuts_nothing_for_programs_in_general() -> None:
    hardening = (r"Action=Block|App=C:\Windows\System32\svchost.exe|Svc=EventLog|Name=hardens",)
    assert openings(judged(f"{OPEN}|RA4=10.0.0.0/8", static_service=hardening)) == [
        Said(["8080"], "some: 10.0.0.0/8")
    ]
    # It shuts the ports of the service itself.
    service = r"Action=Allow|Protocol=6|LPort=8080|App=C:\Windows\System32\svchost.exe|Svc=EventLog"
    found = openings(judged(f"{service}|Name=ours", static_service=hardening))
    assert [each.reach for each in found] == ["nobody"]


def test_another_maker_s_firewall_leaves_it_open() -> None:
    shield = (FirewallProduct("Shield", 0x1000),)
    assert openings(judged(OPEN, products=shield)) == [Said(["8080"], "perhaps")]
    assert openings(gone(OPEN, products=shield)) == [Said(["8080"], "perhaps")]


def test_a_stopped_firewall_is_told_by_its_reason_alone() -> None:
    reading = replace(host(OPEN), stopped={"MpsSvc": "Disabled"})
    assert effect.judge(reading.stores.of(Store.LOCAL)[0], reading).openings == ()


def test_the_host_s_addresses_are_lacking_where_they_tell_who_can_reach_it() -> None:
    unread = (Network(Profile.PRIVATE),)
    near = f"{OPEN}|RA4=LocalSubnet|RA6=LocalSubnet"
    found = judged(near, networks=unread)
    assert (found.effective, found.lacks) == (True, {Lack.ADDRESSES})
    assert openings(found) == [Said(["8080"], "own_subnets: LocalSubnet")]
    assert judged(near).lacks == frozenset()
    # Whether the host has addresses of each family.
    both = judged(f"{OPEN}|RA4=10.0.0.0/8|RA6=fd00::/8", networks=unread)
    assert both.lacks == {Lack.ADDRESSES}
    whole = judged(OPEN, f"{BLOCK}|RA6=::/1|RA6=8000::/1", networks=unread)
    assert whole.lacks == {Lack.ADDRESSES}
    assert judged(f"{OPEN}|RA4=10.0.0.0/8", networks=unread).lacks == frozenset()
    # Where all are let in, it does not matter.
    assert judged(OPEN, near.replace("ours", "b"), networks=unread).lacks == frozenset()


def test_of_very_many_rules_that_decide_some_are_named_and_none_is_lost() -> None:
    blocks = [f"{BLOCK.replace('wins', f'b{each}')}|RA4=10.0.{each}.1" for each in range(100)]
    (found,) = judged(f"{OPEN}|RA4=10.0.0.0/8", *blocks).openings
    reasons = [render(each.reason, "en") for each in found.left]
    assert reasons[0] == "the block rule 'b0' of this host"
    assert "several other rules decide, which are too many to list" in reasons
    whole = found.left[0].addresses
    for each in found.left[1:]:
        whole |= each.addresses
    assert len(whole.v4) == 100


# ------------------------------------------------------------------ against the model

LAST = {4: 2**32 - 1, 6: 2**128 - 1}


class Asked(NamedTuple):
    """A rule of a case that is for the port of its traffic, and its effect."""

    rule: model.Rule
    policy: model.Policy
    found: Effect


def asked_of(case: Case, number: int, *, present: bool) -> Asked:
    """The effect of one of the local rules of a case, or of its removal."""
    policy = case.policy
    before = firewall_of(policy).stores
    rule = before.of(Store.LOCAL)[number]
    reading = FirewallReading(before, (network_of(case),))
    if not present:
        others = tuple(each for at, each in enumerate(policy.local_rules) if at != number)
        policy = policy._replace(local_rules=others)
        left: tuple[FirewallRule, ...] = tuple(
            each for each in before.of(Store.LOCAL) if each is not rule
        )
        reading = reading.with_local_rules(left)
    found = effect.judge(rule, reading, present=present, held=[listener_of(case)])
    return Asked(case.policy.local_rules[number], policy, found)


def is_about(rule: model.Rule, case: Case) -> bool:
    """Whether a rule opens or shuts the port of the traffic, for any program and at any address of
    the PC."""
    traffic = case.traffic
    spans = [model.port_span(each) for each in rule.local_ports]
    return (
        rule.active
        and rule.direction == "In"
        and rule.action != "ByPass"
        and rule.protocol == traffic.protocol
        and not (rule.program or rule.service or rule.local4 or rule.local6)
        and (not spans or any(model.within(traffic.local_port, each) for each in spans))
    )


def numbers(case: Case, family: int) -> Iterator[int]:
    """Each border of what rules and networks name, and its neighbours."""
    texts = ["10.0.0.0/24", "192.0.2.0/24"] if family == 4 else ["2001:db8::/64", "fe80::/64"]
    for rule in (*case.policy.local_rules, *case.policy.group_rules):
        texts += rule.remote4 if family == 4 else rule.remote6
    for text in texts:
        for end in model.span(text) or ():
            yield from (each for each in (end - 1, end, end + 1) if 0 <= each <= LAST[family])


def is_asked(rule: model.Rule, case: Case, family: int, number: int) -> bool:
    """Whether a rule is certainly for a remote address."""
    own = rule.remote4 if family == 4 else rule.remote6
    if not (rule.remote4 or rule.remote6):
        return True
    spans = [model.span(each) for each in own]
    if "LocalSubnet" in own:
        spans += [model.span(each) for each in case.traffic.network.subnets or ()
                  if (":" in each) == (family == 6)]  # fmt: skip
    return any(model.within(number, each) for each in spans if each is not None)


def is_of_other_host(family: int, number: int) -> bool:
    address = ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number)
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
    return not address.is_loopback and not mapped


def outcome_of(policy: model.Policy, traffic: model.Traffic) -> str:
    """What the model says, if each rule is looked at by itself."""
    settings = model.effective(policy, traffic.network.category)
    rules_decide = settings.enabled and not settings.shielded
    if rules_decide and model.may_differ(policy, traffic):
        return model.DEPENDS
    return model.verdict(policy, traffic).outcome


def compare(case: Case, asked: Asked, chosen: Iterable[tuple[int, int]]) -> Counter[str]:
    """How often which outcome was compared; fails if the model says something else of one of some
    addresses, given by their families and numbers."""
    seen: Counter[str] = Counter()
    for opening in asked.found.openings:
        if not any(first <= 80 <= last for first, last in opening.ports):
            continue
        assert opening.reach is not None
        for family, number in chosen:
            if family not in opening.reach.families or not is_of_other_host(family, number):
                continue
            text = str(
                ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number)
            )
            traffic = case.traffic._replace(family=family, remote_address=text)
            outcome = outcome_of(asked.policy, traffic)
            seen[outcome] += 1
            holds = opening.reach.certain.holds(family, number)
            assert holds is (outcome == model.ALLOWED), text
            otherwise = model.BLOCKED if opening.opens else model.ALLOWED
            left = any(each.addresses.holds(family, number) for each in opening.left)
            wanted = is_asked(asked.rule, case, family, number)
            assert left is (wanted and outcome == otherwise), (text, outcome)
            seen[f"left {opening.opens}"] += left
    return seen


@given(st.integers(0, 100_000), st.booleans(), st.data())
def test_the_model_of_the_documents_says_the_same(
    seed: int, present: bool, data: st.DataObject
) -> None:
    case = plain_case(seed)
    rules = [at for at, rule in enumerate(case.policy.local_rules) if is_about(rule, case)]
    assume(rules)
    asked = asked_of(case, data.draw(st.sampled_from(rules)), present=present)
    every = [(family, each) for family in (4, 6) for each in numbers(case, family)]
    every += [(4, each) for each in data.draw(st.lists(st.integers(0, LAST[4]), max_size=3))]
    every += [(6, each) for each in data.draw(st.lists(st.integers(0, LAST[6]), max_size=3))]
    compare(case, asked, every)


@pytest.mark.sweep
def test_the_model_says_the_same_of_every_kind_of_answer() -> None:
    seen: Counter[str] = Counter()
    for seed in range(400):
        case = plain_case(seed)
        every = [(family, each) for family in (4, 6) for each in numbers(case, family)]
        for at, rule in enumerate(case.policy.local_rules):
            if is_about(rule, case):
                for present in (True, False):
                    seen += compare(case, asked_of(case, at, present=present), every)
    assert min(seen[each] for each in (model.ALLOWED, model.BLOCKED, model.DEPENDS)) > 200
    assert min(seen["left True"], seen["left False"]) > 50
