# SPDX-License-Identifier: GPL-3.0-or-later
"""What verdicts and reach sets cost the controller: 1,100 rules, 100 listeners, each in all three
profiles."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import sources
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import source
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.audit import (
    audit,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.programs import (
    Files,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import reach
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sweep import Work

SAMPLE = "win10_1903_en_fwpolicy_v2.30.txt"
RULES = 1_100
LISTENERS = 100
RUNS = 5
MUCH = 10**9
# What the design promises, of verdicts and of reach sets.
MAX_SECONDS = 0.3
MAX_REACH_SECONDS = 0.5
MAX_SOURCES_SECONDS = 3.0
MAX_AUDIT_SECONDS = 0.5

#: Addresses and subnets of a network, as most PCs have them, beside another one.
_HOME = Network(
    Profile.PRIVATE,
    addresses=("192.168.1.5", "fe80::5"),
    subnets=("192.168.1.0/24", "fe80::/64"),
    perhaps_local=("172.16.0.0/24",),
)


def recorded_stores() -> FirewallStores:
    """The stores of a real Windows 10, whose rules are repeated until there are enough."""
    folder = Path(__file__).parent.parent / "samples" / "firewall_registry"
    found = stores.read((folder / SAMPLE).read_text(encoding="utf-8"))
    missing = RULES - sum(map(len, found.rules.values()))
    local = found.of(Store.LOCAL)
    more = tuple(
        replace(rule, rule_id=f"copy-{number}", source=None)
        for number, rule in enumerate(local[: max(0, missing)])
    )
    return replace(found, rules={**found.rules, Store.LOCAL: (*local, *more)})


def listeners() -> list[Listener]:
    """Drivers, Windows' own services, and programs, as a PC has them; of some the program is not
    known, which is the dearest."""
    svchost = r"C:\Windows\System32\svchost.exe"
    found = []
    for number in range(LISTENERS):
        protocol = UDP if number % 3 == 0 else TCP
        program, services = (
            ("System", ()),
            (svchost, ("TermService",)),
            (svchost, ("Dnscache", "LanmanWorkstation")),
            (rf"C:\Program Files\App{number}\server.exe", ()),
            (None, None),
        )[number % 5]
        found.append(Listener(protocol, 80 + number * 61, program=program, services=services))
    return found


def seconds() -> float:
    """CPU seconds for preparing the firewall and all its verdicts."""

    def verdicts(firewall: Firewall) -> None:
        for listener in asked:
            for profile in Profile:
                firewall.verdict(listener, profile)

    asked = listeners()
    return _best(verdicts)


def audit_seconds() -> float:
    """CPU seconds for looking through all rules, of which a quarter of the local ones block, with
    every second program missing."""
    found = recorded_stores()
    every = tuple(
        replace(rule, action=Action.BLOCK, source=None) if number % 4 == 0 else rule
        for number, rule in enumerate(found.of(Store.LOCAL))
    )
    found = replace(found, rules={**found.rules, Store.LOCAL: every})
    programs = sorted({rule.program for rule in every if rule.program})
    files = Files(frozenset(programs[::2]), frozenset(programs[1::2]))
    begun = []
    for _unused in range(RUNS):
        start = time.process_time()
        audit(found, Environment(), files)
        begun.append(time.process_time() - start)
    return min(begun)


def reach_seconds(*, harsh: bool = False) -> float:
    """CPU seconds for preparing the firewall and all reach sets. Half of the listeners serve IPv6
    too, and the networks know their subnets.

    Args:
        harsh: of no listener the program is known, so that the rules for any program may matter.
    """

    def sets(firewall: Firewall) -> None:
        work = Work(MUCH)
        for listener in asked:
            for network in networks:
                reach(firewall, listener, network, work)

    asked = [
        replace(each, local_address=("0.0.0.0", "::")[number % 2])
        for number, each in enumerate(listeners())
    ]
    if harsh:
        asked = [replace(each, program=None, services=None) for each in asked]
    networks = [replace(_HOME, profile=profile) for profile in Profile]
    return _best(sets)


def sources_seconds() -> float:
    """CPU seconds for what port_check asks about 256 ports, whose programs are unknown, seen from
    16 networks besides the controller, on two networks of the host."""

    def answers(firewall: Firewall) -> None:
        work = source.Work(MUCH)
        for port in range(1_000, 1_256):
            for each in arriving:
                asker = source.Asker(None, each, work)
                for network in networks:
                    asker.ask(firewall, Listener(TCP, port), network)

    other = replace(
        _HOME, profile=Profile.PUBLIC, addresses=("10.0.0.5",), subnets=("10.0.0.0/24",)
    )
    networks = [_HOME, other]
    written = [f"10.{number}.0.0/16" for number in range(16)]
    arriving = [source.arriving(each, networks, ()) for each in sources.wanted_sources(written)]
    return _best(answers)


def _best(ask: Callable[[Firewall], None]) -> float:
    """CPU seconds of the best of some runs, which is the one that other work on the machine has
    disturbed least."""
    given = recorded_stores()
    best = float("inf")
    for _unused in range(RUNS):
        started = time.process_time()
        ask(Firewall(given))
        best = min(best, time.process_time() - started)
    return best
