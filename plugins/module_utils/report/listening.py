# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What listens on a PC, and what Windows has reserved, from the facts of port_facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..asked import well_known
from ..ground.model import Protocol
from ..ground.text import for_display
from .model import Listener, Reserved

# Characters of a name of the PC at most.
NAME_LIMIT = 200
_MOST_SERVICES = 50
# Where Windows takes ports from for programs that choose none, by default:
# "The default dynamic port range for TCP/IP has changed", Microsoft Learn.
_DYNAMIC = {"start": 49152, "end": 65535}


def listeners(facts: Mapping[str, Any]) -> tuple[Listener, ...]:
    """Those of the fact ``port_facts``, by protocol and port.

    Raises KeyError, TypeError or ValueError where it is no such fact.
    """
    active = [str(each["profile"]) for each in facts.get("profiles", ())]
    dynamic = _dynamic_ranges(facts)
    processes = facts["processes"]
    groups: dict[tuple[str, int, int | None], list[Mapping[str, Any]]] = {}
    for endpoint in facts["endpoints"]:
        if endpoint["state"] in ("listen", None) and "remote_address" not in endpoint:
            key = (str(endpoint["protocol"]), int(endpoint["port"]), endpoint["pid"])
            groups.setdefault(key, []).append(endpoint)
    found = []
    for (protocol, port, pid), group in groups.items():
        process = processes.get(str(pid)) or {}
        found.append(
            Listener(
                protocol=protocol,
                addresses=tuple(str(each["address"]) for each in group),
                port=port,
                name=well_known.name(port, Protocol(protocol)),
                pid=None if pid is None else int(pid),
                process=name_of(group[0]["process"]),
                services=_services(group, process.get("services", ())),
                firewall=_firewall(group, active),
                dynamic=any(first <= port <= last for first, last in dynamic.get(protocol, ())),
            )
        )
    return tuple(found)


def reserved(facts: Mapping[str, Any]) -> tuple[Reserved, ...]:
    """The ranges of the fact ``port_facts``, those of IPv4 and IPv6 together."""
    found = {
        Reserved(
            str(each["protocol"]), int(each["start"]), int(each["end"]), bool(each["administered"])
        )
        for each in facts["reserved"]
    }
    return tuple(sorted(found, key=lambda each: (each.protocol, each.first, each.last)))


def _dynamic_ranges(facts: Mapping[str, Any]) -> dict[str, list[tuple[int, int]]]:
    given = facts["dynamic_range"] or [{"protocol": each.value, **_DYNAMIC} for each in Protocol]
    found: dict[str, list[tuple[int, int]]] = {}
    for each in given:
        found.setdefault(str(each["protocol"]), []).append((int(each["start"]), int(each["end"])))
    return found


def _services(group: Sequence[Mapping[str, Any]], of_process: Iterable[str]) -> tuple[str, ...]:
    """The services of a process. For http.sys, which listens for others, those are the services, or
    else the programs, behind its URLs."""
    behind = (
        url["service"] or url["process"] for each in group for url in each.get("http_urls", ())
    )
    names = (name_of(each) for each in (*of_process, *behind))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_SERVICES]


def _firewall(group: Sequence[Mapping[str, Any]], active: Sequence[str]) -> str | None:
    states = {
        str(each["firewall"][profile]["state"])
        for each in group
        if "firewall" in each
        for profile in active
    }
    if len(states) > 1:
        return "mixed"
    return next(iter(states), None)


@lru_cache(maxsize=4096)
def name_of(text: str | None) -> str | None:
    """A name that a PC has given to something, fit to be shown; None for none."""
    return for_display(text, NAME_LIMIT) if text else None
