# SPDX-License-Identifier: GPL-3.0-or-later
"""The reach of listeners is what the model of the documents says, for every single address: a solver
finds none that differs."""

from __future__ import annotations

import ipaddress
import random
from collections import Counter
from collections.abc import Iterable

import pytest
import z3

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import (
    Reach,
    reach,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sweep import Work
from reference import firewall as model
from reference import formula, policies, stored
from reference.policies import Case
from unit.firewall.model_cases import firewall_of, listener_of, network_of, plain_case
from unit.sweeps import inputs

LAST = {4: 2**32 - 1, 6: 2**128 - 1}
# The host itself, and IPv4 as sockets for IPv6 show it: no other host has such an address.
OF_NO_OTHER = {
    family: [model.span(each) for each in texts]
    for family, texts in {4: ("127.0.0.0/8",), 6: ("::1", "::ffff:0:0/96")}.items()
}


def reach_of(asked: Case) -> Reach:
    return reach(firewall_of(asked.policy), listener_of(asked), network_of(asked), Work(100_000))


def difference(asked: Case, found: Reach, family: int) -> str | None:
    """An address of which the model says something else; None if there is none."""
    address = z3.Int("address")
    said = formula.outcomes(asked.policy, asked.traffic._replace(family=family), address)
    certain = found.certain.intervals(family)
    perhaps = [each.addresses.intervals(family) for each in found.perhaps]
    perhaps.append(found.others.intervals(family))
    let_in = formula.inside(address, certain)
    left_open = formula.inside(address, (each for group in perhaps for each in group))
    solver = z3.Solver()
    solver.add(address >= 0, address <= LAST[family])
    solver.add(z3.Not(formula.inside(address, OF_NO_OTHER[family])))
    solver.add(
        z3.Or(
            let_in != said.allowed,
            z3.Not(z3.Or(let_in, left_open)) != said.blocked,
            z3.And(let_in, left_open),
        )
    )
    if solver.check() == z3.unsat:
        return None
    number = solver.model()[address].as_long()
    return str(ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number))


def compare(seeds: Iterable[int]) -> Counter[str]:
    """How many addresses of which kind there are; fails if the model says something else."""
    kinds: Counter[str] = Counter()
    for seed in seeds:
        asked = plain_case(seed)
        found = reach_of(asked)
        kinds[found.who] += 1
        for family in found.families:
            differs = difference(asked, found, family)
            assert differs is None, f"{differs} to {asked.bound}:\n{stored.registry(asked.policy)}"
    return kinds


def test_small_policies_reach_as_far_as_the_documents_say() -> None:
    assert len(compare(range(15))) >= 4


@pytest.mark.sweep
def test_many_policies_reach_as_far_as_the_documents_say() -> None:
    assert len(compare(range(15, inputs(400, 1_060)))) == 5


def test_the_formula_says_of_each_address_what_the_model_says() -> None:
    rng = random.Random(7)
    for seed in range(40):
        asked = plain_case(seed)
        family = asked.traffic.family
        address = z3.Int("address")
        said = formula.outcomes(asked.policy, asked.traffic, address)
        for remote in (policies.REMOTES[family][0], policies.REMOTES[family][1], None):
            number = model.number(remote) if remote else rng.randrange(1, LAST[family])
            text = str(
                ipaddress.ip_address(number) if family == 4 else ipaddress.IPv6Address(number)
            )
            traffic = asked.traffic._replace(remote_address=text)
            here = [
                z3.is_true(z3.simplify(z3.substitute(each, (address, z3.IntVal(number)))))
                for each in said
            ]
            outcome = model.verdict(asked.policy, traffic).outcome
            if outcome == model.DEPENDS or model.may_differ(asked.policy, traffic):
                assert here == [False, False]
            else:
                assert here == [outcome == model.ALLOWED, outcome == model.BLOCKED]
