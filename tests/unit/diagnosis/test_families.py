# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports whose listeners, rules and attempts are of two families, in whatever order a host lists
them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    AttemptOutcome,
    Diagnosis,
    Situation,
    Verdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import result
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.diagnosis.cases import (
    CAFE,
    CONNECTED,
    NOTHING,
    OFFICE,
    OPEN_80,
    PC,
    REFUSED,
    TIMED_OUT,
    ask,
    firewall,
    kinds,
    msg,
    rule,
    situation,
    tasks,
)
from unit.holder_cases import listener
from unit.sweeps import inputs

DUAL = listener(80, 4312, "::")
TEN = OPEN_80 + "|RA4=10.0.0.0/255.255.255.0"
NEAR, FAR = "10.0.0.9", "10.9.9.9"
PC6, CONTROLLER6 = "2001:db8::10", "2001:db8::99"
BY_IPV6 = {"targets": (PC6,), "controller": CONTROLLER6}
NO_ADDRESS = {"targets": (), "controller": None}


def dual(*rules: Any, **others: Any) -> Diagnosis:
    """The diagnosis of a PC whose server listens on ``::``, with these rules."""
    return ask(situation(DUAL, firewall=firewall(*rules), **others))


def test_a_dual_stack_listener_is_asked_about_the_traffic_of_the_attempt() -> None:
    found = {
        "connected over IPv4": dual(TEN, controller=NEAR, attempt=CONNECTED),
        "let in over IPv4": dual(TEN, controller=NEAR),
        "IPv4 from elsewhere": dual(TEN, controller=FAR, attempt=TIMED_OUT),
        "no rule for IPv6": dual(TEN, **BY_IPV6, attempt=TIMED_OUT),
        "let in over IPv6": dual(OPEN_80 + "|RA6=2001:db8::/32", **BY_IPV6),
        "IPv6 is blocked": dual(OPEN_80, "Action=Block|RA6=::2-ffff::|Name=No", **BY_IPV6),
        "IPv6 is blocked, IPv4 asked": dual(OPEN_80, "Action=Block|RA6=::2-ffff::|Name=No"),
        "IPv4-mapped source": dual(TEN, controller=f"::ffff:{NEAR}"),
    }
    assert {name: (each.verdict.value, kinds(each)) for name, each in found.items()} == {
        "connected over IPv4": ("reachable", []),
        "let in over IPv4": ("reachable", []),
        "IPv4 from elsewhere": ("blocked", ["rule_for_other_remote"]),
        "no rule for IPv6": ("blocked", ["rule_for_other_remote"]),
        "let in over IPv6": ("reachable", []),
        "IPv6 is blocked": ("blocked", ["block_rule"]),
        "IPv6 is blocked, IPv4 asked": ("reachable", []),
        "IPv4-mapped source": ("reachable", []),
    }
    assert found["IPv4 from elsewhere"].remedies[0].task is not None
    assert f"10.0.0.0/24 only, and the controller has the address {FAR}" in msg(
        found["IPv4 from elsewhere"]
    )


def test_where_the_family_of_the_controller_is_unknown_both_count() -> None:
    ipv6_only = {"families_known": True, **NO_ADDRESS}
    found = {
        "open": dual(OPEN_80, **NO_ADDRESS),
        "for some of IPv4": dual(TEN, **NO_ADDRESS),
        "IPv6 is blocked": dual(OPEN_80, "Action=Block|RA6=::2-ffff::|Name=No", **NO_ADDRESS),
        "shut": dual(**NO_ADDRESS),
        "known to serve IPv6 only": dual(TEN, **ipv6_only),
        "two sockets": ask(
            situation(DUAL, listener(80, 4312), firewall=firewall(TEN), **NO_ADDRESS)
        ),
        "PC without IPv6": dual(
            OPEN_80 + "|RA4=0.0.0.0-255.255.255.255",
            networks=(replace(CAFE, addresses=(PC,)),),
            **NO_ADDRESS,
        ),
    }
    assert {name: (each.verdict.value, kinds(each)) for name, each in found.items()} == {
        "open": ("reachable", []),
        "for some of IPv4": ("unknown", ["condition_open"]),
        "IPv6 is blocked": ("unknown", ["condition_open"]),
        "shut": ("blocked", ["no_rule"]),
        "known to serve IPv6 only": ("blocked", ["rule_for_other_remote"]),
        "two sockets": ("unknown", ["condition_open"]),
        "PC without IPv6": ("reachable", []),
    }
    assert "the rule 'Web' if the remote address is 10.0.0.0/24" in msg(found["for some of IPv4"])
    # Whose addresses are of the other family is not told an address that the controller lacks.
    shown = msg(found["known to serve IPv6 only"])
    assert "10.0.0.0/24 only, and none of that is IPv6" in shown
    assert tasks(found["known to serve IPv6 only"]) == []


def test_no_remedy_opens_more_than_a_rule_that_was_meant_to() -> None:
    limited = rule(TEN + "|Profile=Domain")
    by_policy = ask(
        situation(
            DUAL, firewall=firewall(group_policy=[limited]), controller=NEAR, attempt=TIMED_OUT
        )
    )
    assert kinds(by_policy) == ["rule_for_other_profile"]
    assert [each["remote_addresses"] for each in tasks(by_policy)] == [["10.0.0.0/24"]]
    for targets, controllers in (
        ((PC,), (NEAR, FAR, None)),
        ((PC6,), (CONTROLLER6, None)),
        ((), (NEAR, FAR, CONTROLLER6, None)),
    ):
        for controller in controllers:
            found = dual(TEN, controller=controller, targets=targets, attempt=TIMED_OUT)
            assert all(each.get("remote_addresses") for each in tasks(found)), (controller, targets)
            assert "address ;" not in msg(found)


def test_a_rule_for_other_local_addresses_is_judged_by_the_address_of_the_attempt() -> None:
    home = Network(Profile.PUBLIC, addresses=(PC, "192.0.2.20", PC6), name="Home")
    everybody = "|RA4=0.0.0.0-255.255.255.255"
    mine, others = OPEN_80 + f"|LA4={PC}", OPEN_80 + f"|LA4=192.0.2.20{everybody}"
    found = [dual(each, networks=(home,), attempt=None) for each in (mine, others)]
    assert [each.verdict for each in found] == [Verdict.REACHABLE, Verdict.BLOCKED]
    assert kinds(found[1]) == ["rule_for_other_address"]
    assert "at other addresses of the PC only (192.0.2.20)" in msg(found[1])


def test_the_network_is_found_by_an_address_with_a_zone() -> None:
    link_local = replace(CAFE, addresses=("fe80::10%12",))
    known = situation(
        DUAL,
        firewall=firewall(OPEN_80 + "|Profile=Public|RA6=fe80::/10"),
        networks=(OFFICE, link_local),
        targets=("fe80::10",),
        controller="fe80::99",
    )
    assert ask(known).verdict is Verdict.REACHABLE


def test_a_listener_that_did_not_serve_the_connection_is_not_in_its_way() -> None:
    known = situation(listener(80, 5000, "::"), listener(80, 4312), attempt=CONNECTED)
    assert ask(known, expected_process=("httpd",)).verdict is Verdict.REACHABLE


SITUATIONS = {
    "two families": (
        [DUAL, listener(80, 4312), listener(80, 5000, PC), listener(80, 700, "127.0.0.1")],
        [
            f"RA4=10.0.0.0/255.255.255.0|{OPEN_80}",
            f"RA6=2001:db8::/32|Profile=Private|{OPEN_80}",
            "Action=Block|LA6=fe80::/10|Name=No",
        ],
    ),
    "loopback": (
        [listener(80, 4312, "::1"), listener(80, 4312, "127.0.0.1")],
        ["Action=Allow|Protocol=17|LPort=80|Name=A", "Action=Allow|Protocol=17|LPort=80|Name=B"],
    ),
    "link-local": (
        [listener(80, 4312, "fe80::10%12"), listener(80, 4312, "fe80::10%7"), DUAL],
        [f"RA4=10.0.0.0/255.255.255.0|Profile={each}|{OPEN_80}" for each in ("Domain", "Private")],
    ),
    "others": (
        [listener(80, 5000), listener(80, 700, "::")],
        ["Action=Block|Protocol=6|Name=B", "Action=Block|Protocol=6|LPort=80|Name=A", OPEN_80],
    ),
}
NETWORKS = (
    Network(Profile.PRIVATE, addresses=("10.0.0.5", "fe80::10%12", PC6), name="Office"),
    Network(Profile.PUBLIC, addresses=(PC, "fe80::10%7"), name="Cafe"),
    Network(Profile.PUBLIC, name="Bar"),
)


def shuffled(known: Situation, rng: random.Random) -> Situation:
    """The same situation, in another order of everything that a host lists."""

    def mixed(values: Any) -> tuple[Any, ...]:
        found = list(values)
        rng.shuffle(found)
        return tuple(found)

    assert known.firewall is not None
    stores = known.firewall.stores
    rules = {store: mixed(found) for store, found in stores.rules.items()}
    networks = [replace(each, addresses=mixed(each.addresses)) for each in known.networks]
    return replace(
        known,
        snapshot=replace(known.snapshot, endpoints=mixed(known.snapshot.endpoints)),
        firewall=Firewall(replace(stores, rules=rules)),
        networks=mixed(networks),
        targets=mixed(known.targets),
    )


def different(name: str, attempts: Iterable[AttemptOutcome | None], turns: int) -> list[Any]:
    """The questions that are answered differently in another order of rows."""
    endpoints, texts = SITUATIONS[name]
    rules = [f"{text} {number}" for number, text in enumerate(texts)]
    rng = random.Random(name)
    found = []
    for targets, controller in (((PC,), NEAR), ((PC6,), CONTROLLER6), ((), None)):
        for attempt in attempts:
            known = situation(
                *endpoints,
                firewall=firewall(*rules),
                networks=NETWORKS,
                targets=targets,
                controller=controller,
                attempt=attempt,
            )
            for wanted in (
                WantedPort(Protocol.TCP, 80),
                WantedPort(Protocol.TCP, 80, ("httpd",)),
                WantedPort(Protocol.TCP, 80, (), free=True),
            ):
                expected = result(known, diagnose(known, [wanted])[0], None)
                for _turn in range(turns):
                    other = shuffled(known, rng)
                    if result(other, diagnose(other, [wanted])[0], None) != expected:
                        found.append((targets, attempt, wanted))
    return found


def test_the_order_of_what_a_host_lists_changes_nothing() -> None:
    attempts = (CONNECTED, TIMED_OUT)
    assert [name for name in SITUATIONS if different(name, attempts, 1)] == []


@pytest.mark.sweep
@pytest.mark.parametrize("name", SITUATIONS)
def test_no_order_of_what_a_host_lists_changes_anything(name: str) -> None:
    # A turn is 36 orders, one for each question.
    turns = inputs(8, 20)
    assert different(name, (CONNECTED, TIMED_OUT, REFUSED, None), turns) == []


def test_a_port_that_nobody_holds_is_judged_for_the_family_of_the_attempt() -> None:
    for_ipv6 = situation(*NOTHING, firewall=firewall(TEN), **BY_IPV6, attempt=TIMED_OUT)
    assert kinds(ask(for_ipv6)) == ["nothing_listens", "rule_for_other_remote"]
    assert tasks(ask(for_ipv6))[0]["remote_addresses"] == ["10.0.0.0/24", CONTROLLER6]
