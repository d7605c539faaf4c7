# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of one host in a few words: a row for each port, of some 170 octets. `result` takes
no more of them than a result should have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TypeAlias

from ...ground.model import SYSTEM_PID, Endpoint, Protocol, Scope, Snapshot
from ...ground.text import for_display
from ...pc.facts.firewall import ExposureFact
from ...pc.result import PROTOCOLS, Judged
from ...words.phrases import Value
from .result import SurveyRow

# A name of a hostile host may have any length, and it may have any number of listeners.
_NAME_LIMIT = 80
MOST_ROWS = 1_000
_UNKNOWN = "unknown"  # `firewall.reach.sets.Who`

_Key: TypeAlias = tuple[Protocol, int, int | None]
#: The names of processes, and of the services in them.
_Named: TypeAlias = tuple[str, str]


def of_facts(host: str, taken: Snapshot, judged: Judged | None) -> tuple[list[SurveyRow], int]:
    """The rows of a host whose listeners were read, one for each port and process that another host
    could reach, and how many are left out because there are too many of them."""
    found: dict[_Key, SurveyRow] = {}
    words: dict[_Key, list[str]] = {}
    known: dict[int, _Named] = {}
    for endpoint in sorted(taken.endpoints, key=attrgetter("order")):
        if not endpoint.is_listening or endpoint.local.scope is Scope.LOOPBACK:
            continue
        key: _Key = (endpoint.protocol, endpoint.port, endpoint.pid)
        if key not in found:
            row: SurveyRow = {
                "host": host,
                "port": endpoint.port,
                "protocol": PROTOCOLS[endpoint.protocol],
            }
            if endpoint.pid is not None:
                _name(row, endpoint.pid, _named_once(taken, endpoint.pid, endpoint.port, known))
            found[key] = row
        if judged is not None:
            words.setdefault(key, []).extend(_reach(judged, endpoint))
    if words:
        # Not at the head: who asks for no firewall does without all that judges one.
        from ...firewall.reach.result import widest

        for group, named in words.items():
            if named:
                found[group]["reach"] = widest(named)
    rows = list(found.values())
    return rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS)


def name_holder(row: SurveyRow, taken: Snapshot, listeners: Sequence[Endpoint]) -> None:
    """Say who listens. If there are several, all of their names stand there, and the PID of the
    first."""
    pids = list(dict.fromkeys(each.pid for each in listeners if each.pid is not None))
    if pids:
        _name(row, pids[0], _named(taken, pids, row["port"]))


def _name(row: SurveyRow, pid: int, named: _Named) -> None:
    names, services = named
    if names:
        row["process"] = names
    row["pid"] = pid
    if services:
        row["service"] = services


def _named_once(taken: Snapshot, pid: int, port: int, known: dict[int, _Named]) -> _Named:
    """As `_named`, of one process: most have several ports."""
    if pid == SYSTEM_PID:  # what is behind it depends on the port
        return _named(taken, (pid,), port)
    found = known.get(pid)
    if found is None:
        found = known[pid] = _named(taken, (pid,), port)
    return found


def _named(taken: Snapshot, pids: Sequence[int], port: int) -> _Named:
    """The names of processes, and of the services in them."""
    processes = (taken.process(pid) for pid in pids)
    names = _joined(each.name for each in processes if each is not None)
    services = _joined(
        (
            *(each.name for pid in pids for each in taken.services_in(pid)),
            *(_behind(taken, port) if SYSTEM_PID in pids else ()),
        )
    )
    return names, services


def _behind(taken: Snapshot, port: int) -> Iterator[str]:
    """The services to which http.sys hands what comes to a port or, where there are none, the
    programs."""
    for pid in dict.fromkeys(
        pid for url in taken.http_urls if url.port == port for pid in url.pids
    ):
        services, process = taken.services_in(pid), taken.process(pid)
        if services:
            yield from (each.name for each in services)
        elif process is not None:
            yield process.name


def _joined(names: Iterable[str]) -> str:
    few = list(dict.fromkeys(_few(names)))
    return for_display(", ".join(few), _NAME_LIMIT) if few else ""


def _few(names: Iterable[str]) -> Iterator[str]:
    """As many names as could be shown."""
    left = _NAME_LIMIT
    for each in names:
        yield each[: 8 * _NAME_LIMIT]
        left -= len(each)
        if left < 0:
            return


def _reach(judged: Judged, endpoint: Endpoint) -> list[str]:
    """Who can reach a listener, in a word for each profile that is in force."""
    verdicts: Mapping[str, ExposureFact[Value]] = judged.listeners.get(endpoint, {})
    active = [each["profile"] for each in judged.profiles]
    return [verdicts[each].get("reach", _UNKNOWN) for each in active if each in verdicts]
