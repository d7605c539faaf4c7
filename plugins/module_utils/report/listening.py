# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What listens on a PC, and what Windows has reserved, from the facts of port_facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..asked import well_known
from ..firewall.reach.result import widest
from ..firewall.reach.sets import Who
from ..ground.model import Protocol, Scope
from ..ground.text import for_display
from ..pc.result import EndpointFact, PortFacts, shown_addresses
from .model import Listener, Reserved

# The most characters of a name from the PC.
NAME_LIMIT = 200
# A sentence of the collection may contain several names from the PC, each with its own limit.
_TEXT_LIMIT = 4_000
_MOST_SERVICES = 50
# The default range from which Windows chooses ports for programs that don't: "The default dynamic
# port range for TCP/IP has changed", Microsoft Learn.
_DYNAMIC = (49152, 65535)


def listeners(facts: PortFacts[str]) -> tuple[Listener, ...]:
    """The listeners in the fact ``port_facts``, by protocol and port."""
    active = [each["profile"] for each in facts["profiles"]] if "profiles" in facts else []
    dynamic = _dynamic_ranges(facts)
    processes = facts["processes"]
    groups: dict[tuple[str, int, int | None], list[EndpointFact[str]]] = {}
    for endpoint in facts["endpoints"]:
        if endpoint["state"] in ("listen", None) and "remote_address" not in endpoint:
            key = (endpoint["protocol"], endpoint["port"], endpoint["pid"])
            groups.setdefault(key, []).append(endpoint)
    found = []
    for (protocol, port, pid), group in groups.items():
        process = processes.get(str(pid))
        found.append(
            Listener(
                protocol=protocol,
                addresses=shown_addresses(group),
                port=port,
                name=well_known.name(port, Protocol(protocol)),
                pid=pid,
                process=name_of(group[0]["process"]),
                services=_services(group, process["services"] if process else ()),
                firewall=_firewall(group, active),
                reach=_reach(group, active, judged="firewall" in facts),
                dynamic=any(first <= port <= last for first, last in dynamic.get(protocol, ())),
            )
        )
    return tuple(found)


def reserved(facts: PortFacts[str]) -> tuple[Reserved, ...]:
    """The ranges in the fact ``port_facts``, with IPv4 and IPv6 merged."""
    found = {
        Reserved(each["protocol"], each["start"], each["end"], each["administered"])
        for each in facts["reserved"]
    }
    return tuple(sorted(found, key=lambda each: (each.protocol, each.first, each.last)))


def _dynamic_ranges(facts: PortFacts[str]) -> dict[str, list[tuple[int, int]]]:
    if not facts["dynamic_range"]:
        return {each.value: [_DYNAMIC] for each in Protocol}
    found: dict[str, list[tuple[int, int]]] = {}
    for each in facts["dynamic_range"]:
        found.setdefault(each["protocol"], []).append((each["start"], each["end"]))
    return found


def _services(group: Sequence[EndpointFact[str]], of_process: Iterable[str]) -> tuple[str, ...]:
    """The services of a process. For http.sys, which listens for others, these are the services
    behind its URLs or, if there are none, the programs."""
    urls = (url for each in group if "http_urls" in each for url in each["http_urls"])
    behind = (url["service"] or url["process"] for url in urls)
    names = (name_of(each) for each in (*of_process, *behind))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_SERVICES]


def _firewall(group: Sequence[EndpointFact[str]], active: Sequence[str]) -> str | None:
    states = {
        each["firewall"][profile]["state"]
        for each in group
        if "firewall" in each
        for profile in active
        if profile in each["firewall"]
    }
    if len(states) > 1:
        return "mixed"
    return next(iter(states), None)


def _reach(
    group: Sequence[EndpointFact[str]], active: Sequence[str], *, judged: bool
) -> str | None:
    if judged and all(each["scope"] == Scope.LOOPBACK for each in group):
        return Who.NOBODY.value
    words = [
        each["firewall"][profile].get("reach", Who.UNKNOWN.value)
        for each in group
        if "firewall" in each
        for profile in active
        if profile in each["firewall"]
    ]
    known = [each.value for each in Who if each.value in words]
    return widest(known) if known else None


@lru_cache(maxsize=4096)
def name_of(text: str | None) -> str | None:
    """A name from a PC, safe for display; None if there is none."""
    return for_display(text, NAME_LIMIT) if text else None


@lru_cache(maxsize=4096)
def line_of(text: str) -> str:
    """A text about a PC as one line, safe for display."""
    return for_display(text, _TEXT_LIMIT)
