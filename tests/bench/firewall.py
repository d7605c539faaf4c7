# SPDX-License-Identifier: GPL-3.0-or-later
"""What a verdict costs the controller: 1,100 rules, 100 listeners, each in all three profiles."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Profile,
)

SAMPLE = "win10_1903_en_fwpolicy_v2.30.txt"
RULES = 1_100
LISTENERS = 100
RUNS = 5
# What the design promises.
MAX_SECONDS = 0.3


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
    """CPU seconds for preparing the firewall and all its verdicts; the best of some runs, which is
    the one that other work on the machine has disturbed least."""
    given, asked = recorded_stores(), listeners()
    best = float("inf")
    for _unused in range(RUNS):
        started = time.process_time()
        firewall = Firewall(given)
        for listener in asked:
            for profile in Profile:
                firewall.verdict(listener, profile)
        best = min(best, time.process_time() - started)
    return best
