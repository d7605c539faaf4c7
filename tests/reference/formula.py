# SPDX-License-Identifier: GPL-3.0-or-later
"""The model's outcome for every remote address at once, as formulas over the address, which a solver can compare.

Each rule is looked at by itself (`firewall.may_differ`): it certainly matches from some addresses, and perhaps from
more. A choice of rules is possible for an address if all that certainly match are among them, and none that can't. The
outcome is certain for an address if it is the same for all choices that are possible for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import z3

from .firewall import (
    ALLOWED,
    BLOCKED,
    Policy,
    Rule,
    Traffic,
    addresses_of,
    decided,
    matches,
    span,
    spans,
    that_count,
    worlds_of,
)


class Outcomes(NamedTuple):
    """For which values of the address the outcome is certain."""

    allowed: z3.BoolRef
    blocked: z3.BoolRef


def inside(address: z3.ArithRef, intervals: Iterable[tuple[int, int]]) -> z3.BoolRef:
    """Is the address in one of the intervals?"""
    return z3.Or([z3.And(first <= address, address <= last) for first, last in intervals])


def outcomes(policy: Policy, traffic: Traffic, address: z3.ArithRef) -> Outcomes:
    """The outcomes for traffic whose remote address is not known yet. Rules with the flag LocalOnlyMapped, which makes
    remote addresses meaningless, are not covered."""
    settings, rules = that_count(policy, traffic)
    if not settings.enabled or settings.shielded:
        return Outcomes(z3.BoolVal(not settings.enabled), z3.BoolVal(settings.enabled))
    parts = [certain_and_possible(rule, policy, traffic, address) for rule in rules]
    can_be: dict[str, list[z3.BoolRef]] = {ALLOWED: [], BLOCKED: []}
    for chosen in itertools.product((False, True), repeat=len(rules)):
        possible = z3.And(
            [
                perhaps if yes else z3.Not(certainly)
                for yes, (certainly, perhaps) in zip(chosen, parts, strict=True)
            ]
        )
        matching = tuple(rule for rule, yes in zip(rules, chosen, strict=True) if yes)
        for result in {decided(matching, settings, secured) for secured in (False, True)}:
            can_be[result].append(possible)
    return Outcomes(z3.Not(z3.Or(can_be[BLOCKED])), z3.Not(z3.Or(can_be[ALLOWED])))


def certain_and_possible(
    rule: Rule, policy: Policy, traffic: Traffic, address: z3.ArithRef
) -> tuple[z3.BoolRef, z3.BoolRef]:
    """From which addresses a rule certainly matches, and from which it may."""
    without = rule._replace(remote4=(), remote6=())
    names, worlds = worlds_of((without,), policy, traffic)
    answers = {matches(without, traffic, dict(zip(names, each, strict=True))) for each in worlds}
    certainly, perhaps = of_remote_addresses(rule, policy, traffic, address)
    return (
        z3.And(z3.BoolVal(answers == {True}), certainly),
        z3.And(z3.BoolVal(True in answers), perhaps),
    )


def of_remote_addresses(
    rule: Rule, policy: Policy, traffic: Traffic, address: z3.ArithRef
) -> tuple[z3.BoolRef, z3.BoolRef]:
    """Which addresses are certainly, and which may be, the remote addresses of a rule (`firewall.in_keyword`)."""
    _local, _any_local, own, every = addresses_of(rule, traffic.family)
    if not every:
        return z3.BoolVal(True), z3.BoolVal(True)
    certain = [each for text in own if (each := span(text)) is not None]
    possible: list[tuple[int, int]] = []
    open_ones = {text for text in own if span(text) is None}
    if "LocalSubnet" in open_ones and traffic.network.subnets is not None:
        open_ones.remove("LocalSubnet")
        certain += spans(traffic.network.subnets, traffic.family)
        for network in policy.networks:
            if network is not traffic.network:
                possible += spans(network.subnets or (), traffic.family)
    certainly = inside(address, certain)
    return certainly, z3.Or(certainly, inside(address, possible), z3.BoolVal(bool(open_ones)))
