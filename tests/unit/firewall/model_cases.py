# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of the reference model as the product sees them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
    Sender,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.joining import (
    joined,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    rule_text,
    stores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    InterfaceType,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    parse_address,
)
from reference import firewall as reference
from reference import policies, stored
from reference.policies import Case

PROFILES = {profile.word: profile for profile in Profile}


def plain_case(seed: int) -> Case:
    """A case in which the product says no less than the model, from no address yet: without what
    documents contradict each other about, and what can't be seen of a program
    (`judging/test_reference.py`)."""
    found = policies.case(seed)

    def plain(rules: Iterable[reference.Rule]) -> tuple[reference.Rule, ...]:
        return tuple(each._replace(local_only_mapped=False, package="") for each in rules)

    policy = found.policy
    policy = policy._replace(
        local_rules=plain(policy.local_rules), group_rules=plain(policy.group_rules)
    )
    return found._replace(policy=policy, traffic=found.traffic._replace(remote_address=None))


def firewall_of(policy: reference.Policy) -> Firewall:
    """The product's firewall, from the settings as a host would print them, and the texts of the
    rules."""
    settings = read_settings(stored.registry(policy._replace(local_rules=(), group_rules=())))
    rules = {Store.LOCAL: policy.local_rules, Store.GROUP_POLICY: policy.group_rules}
    parsed = {
        store: tuple(
            rule_text.parse(f"{store}-{number}", stored.written(each, f"{store} {number}"))
            for number, each in enumerate(found)
        )
        for store, found in rules.items()
    }
    return Firewall(replace(settings, rules=parsed))


@cache
def read_settings(text: str) -> stores.FirewallStores:
    found = stores.read(text)
    assert not found.problems
    return found


def network_of(case: Case) -> Network:
    """The network of the traffic, joined with what the PC's own addresses say about it."""
    networks, addresses = [], []
    for index, network in enumerate(case.policy.networks, 11):
        kind = network.interface_type
        networks.append(
            Network(
                PROFILES[network.category],
                None if kind is None else InterfaceType(kind),
                interface=index,
            )
        )
        for own, subnet in zip(network.addresses or (), network.subnets or (), strict=True):
            prefix = ipaddress.ip_network(subnet).prefixlen
            zone = f"%{index}" if own.startswith("fe80:") else ""
            addresses.append(OwnAddress(parse_address(f"{own}{zone}"), prefix, index))
    return joined(networks, addresses)[0]


def process_of(case: Case) -> dict[str, Any]:
    """What is known of the program of this PC."""
    traffic = case.traffic
    return {
        "program": traffic.program,
        "services": None if traffic.services is None else tuple(sorted(traffic.services)),
        # By its folder alone, no program would be certain to be of no package.
        "packaged": None if traffic.package is None else bool(traffic.package),
    }


def listener_of(case: Case) -> Listener:
    traffic = case.traffic
    return Listener(traffic.protocol, traffic.local_port, case.bound, **process_of(case))


def sender_of(case: Case) -> Sender:
    traffic = case.traffic
    return Sender(
        traffic.protocol,
        traffic.remote_port,
        local_address=traffic.local_address,
        local_port=traffic.local_port,
        **process_of(case),
    )


def families_of(case: Case) -> list[int]:
    """The families that may reach a listener on ``::``: those of which the PC has addresses."""
    own = case.traffic.network.addresses
    return [
        family
        for family in (4, 6)
        if own is None or any((":" in each) == (family == 6) for each in own)
    ]
