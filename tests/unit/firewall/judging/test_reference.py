# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict against a model of it that was written from the documents alone."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    ANY,
)
from reference import firewall as reference
from reference import policies, stored
from reference.policies import Case
from unit.firewall.model_cases import (
    families_of,
    firewall_of,
    listener_of,
    network_of,
    sender_of,
)
from unit.sweeps import inputs

OUTCOMES = {
    VerdictState.ALLOWED: reference.ALLOWED,
    VerdictState.BLOCKED: reference.BLOCKED,
    VerdictState.CONDITIONAL: reference.DEPENDS,
}


def remote_of(case: Case) -> str:
    """The other end of the traffic, as a dual-stack socket may show it."""
    remote = case.traffic.remote_address
    if remote is None:
        return ANY
    return f"::ffff:{remote}" if case.bound == "::" and case.traffic.family == 4 else remote


def answers(case: Case) -> list[str]:
    """The product's answers: about the traffic and, for a listener on ``::``, about all traffic."""
    firewall, network = firewall_of(case.policy), network_of(case)
    if case.traffic.outbound:
        sender = sender_of(case)
        said = [firewall.outbound(sender, network, remote_of(case), case.traffic.family)]
        if sender.local_address is None:
            said.append(firewall.outbound(sender, network))
        return [OUTCOMES.get(each.state, each.state.value) for each in said]
    listener = listener_of(case)
    said = [firewall.verdict(listener, network, remote_of(case), case.traffic.family)]
    if case.bound == "::":
        said.append(firewall.verdict(listener, network))
        assert from_elsewhere(case, said[-1].allowed_from) == []
    return [OUTCOMES.get(each.state, each.state.value) for each in said]


def from_elsewhere(case: Case, allowed_from: Iterable[str]) -> list[str]:
    """The ends of those addresses, subnets and ranges from which traffic is let in for certain, as
    the product says, but not as the model says."""
    found = []
    for text in allowed_from:
        family = 6 if ":" in text else 4
        made = ipaddress.IPv6Address if family == 6 else ipaddress.IPv4Address
        for number in (reference.span(text) or ()) if text != ANY else ():
            address = made(number)
            traffic = case.traffic._replace(family=family, remote_address=str(address))
            if reference.verdict(case.policy, traffic).outcome != reference.ALLOWED:
                found.append(str(address))
    return found


def questions(case: Case) -> list[list[Case]]:
    """What `answers` are about: traffic, or traffic from or to anywhere of each family."""
    all_ends = [
        case._replace(traffic=case.traffic._replace(family=family, remote_address=None))
        for family in families_of(case)
    ]
    several = case.traffic.local_address is None if case.traffic.outbound else case.bound == "::"
    return [[case], all_ends] if several else [[case]]


# What the product answers differently, each with the reason.


def documents_disagree(case: Case, said: str) -> bool:
    """FW_RULE_FLAGS_LOCAL_ONLY_MAPPED. [MS-FASP] 2.2.35: remote addresses and ports of the rule are
    ignored, which is the model. The documentation of MSFT_NetFirewallRule (LocalOnlyMapping): it
    says which UDP packets belong together. So the product leaves it open where it matters."""

    def without(rules: tuple[reference.Rule, ...]) -> tuple[reference.Rule, ...]:
        return tuple(each._replace(local_only_mapped=False) for each in rules)

    policy = case.policy._replace(
        local_rules=without(case.policy.local_rules), group_rules=without(case.policy.group_rules)
    )
    return said == reference.DEPENDS and policy != case.policy


def rule_by_rule(case: Case, said: str) -> bool:
    """No document: the product judges each rule by itself, so it does not see that what one rule
    lets in, another one that blocks has too."""
    return said == reference.DEPENDS and reference.may_differ(case.policy, case.traffic)


def package_of_a_program(case: Case, said: str) -> bool:
    """No document says how to tell from a process whether it is of an app package. The model knows
    that this one is not; the product can't, so a rule that blocks a package may be about it."""
    rules = case.policy.local_rules + case.policy.group_rules
    blocks = any(rule.package and rule.action == "Block" for rule in rules)
    return said == reference.DEPENDS and blocks


NAMED = (documents_disagree, rule_by_rule, package_of_a_program)


def differences(cases: Iterable[Case]) -> Iterator[tuple[Case, str, str, str]]:
    """The cases that are judged differently: the name of the reason, both answers."""
    for case in cases:
        for asked, said in zip(questions(case), answers(case), strict=True):
            outcomes = {reference.verdict(each.policy, each.traffic).outcome for each in asked}
            expected = outcomes.pop() if len(outcomes) == 1 else reference.DEPENDS
            if said != expected:
                names = (name.__name__ for name in NAMED if any(name(each, said) for each in asked))
                yield case, next(names, "unnamed"), expected, said


def reduced(case: Case) -> Case:
    """A case with as few rules as show its difference."""
    for field in ("local_rules", "group_rules"):
        for rule in getattr(case.policy, field):
            fewer = tuple(each for each in getattr(case.policy, field) if each is not rule)
            smaller = case._replace(policy=case.policy._replace(**{field: fewer}))
            if any(name == "unnamed" for _case, name, *_answers in differences([smaller])):
                return reduced(smaller)
    return case


def compare(seeds: range, make: Callable[[int], Case] = policies.case) -> Counter[str]:
    """How often they differ, by which of the named reasons; fails on any other."""
    found: Counter[str] = Counter()
    for case, name, expected, said in differences(map(make, seeds)):
        if name == "unnamed":
            shown = reduced(case)
            pytest.fail(
                f"{expected} by the documents, but {said}:\n{shown.traffic}\nbound to "
                f"{shown.bound}\n{stored.registry(shown.policy)}"
            )
        found[name] += 1
    return found


def test_small_policies_are_judged_as_the_documents_say() -> None:
    seeds = range(60)
    assert compare(seeds).total() <= 2
    said = {answer for seed in seeds[:40] for answer in answers(policies.case(seed))}
    assert said == set(OUTCOMES.values())


@pytest.mark.sweep
def test_thousands_of_policies_are_judged_as_the_documents_say() -> None:
    # A product that doesn't see one of the properties of rules differs within 700 of them.
    seeds = range(inputs(3_000, 20_000))
    assert compare(seeds).total() < len(seeds) / 50


def test_outbound_traffic_of_small_policies_is_judged_as_the_documents_say() -> None:
    seeds = range(60)
    assert compare(seeds, policies.outbound_case).total() <= 2
    said = {answer for seed in seeds[:40] for answer in answers(policies.outbound_case(seed))}
    assert said == set(OUTCOMES.values())


@pytest.mark.sweep
def test_outbound_traffic_of_thousands_of_policies_is_judged_as_the_documents_say() -> None:
    # Here within 300.
    seeds = range(inputs(1_500, 10_000))
    assert compare(seeds, policies.outbound_case).total() < len(seeds) / 50
