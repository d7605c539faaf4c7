# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds which port, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from ..asked import well_known
from ..ground.model import Protocol
from ..pc import schema
from ..pc.result import EndpointFact, HttpUrlFact
from ..words.phrases import PhraseError
from .layout import Cell, Column, Table, Tone, Toned, render

COLUMNS = (
    Column("PROTO"),
    Column("PORT", numbers=True),
    Column("NAME"),
    Column("ADDRESSES"),
    Column("STATE"),
    Column("PID", numbers=True),
    Column("PROCESS"),
    Column("SERVICES / URLS"),
)
FIREWALL = Column("FIREWALL")
NOBODY = "Nothing holds the ports asked for."

_TONES = {"allowed": Tone.GOOD, "blocked": Tone.BAD}


class _Endpoints(TypedDict):
    """What is read of the fact ``port_facts``."""

    endpoints: list[EndpointFact[str]]


def port_table(port_facts: object) -> str:
    """The fact ``port_facts`` as an aligned table. Listeners of one process on one port share a
    line, each connection has its own. What the firewall says has a column where it was read.

    Raises:
        PhraseError: what is given is not the fact that port_facts returns.
    """
    try:
        table = of_endpoints(schema.read(_Endpoints, port_facts)["endpoints"])
    except schema.MisfitError as error:
        raise PhraseError("misfit.port_table", problem=error) from error
    return "\n".join(render(table)) if table.rows else NOBODY


def of_endpoints(endpoints: Sequence[EndpointFact[str]]) -> Table:
    """The endpoints of the fact."""
    judged = any("firewall" in endpoint for endpoint in endpoints)
    rows = [
        [*_row(group), firewall_cell(_states(group[0]))] if judged else _row(group)
        for group in _groups(endpoints)
    ]
    return Table((*COLUMNS, FIREWALL) if judged else COLUMNS, rows)


def firewall_cell(states: Iterable[tuple[str, str]]) -> Cell:
    """What the firewall says in each profile: ``allowed``, or ``private allowed; public blocked``.

    Args:
        states: profiles, each with its state.
    """
    by_state: dict[str, list[str]] = {}
    for profile, state in states:
        by_state.setdefault(state, []).append(profile)
    if not by_state:
        return ""
    texts = [
        state if len(profiles) == 3 else f"{', '.join(profiles)} {state}"
        for state, profiles in by_state.items()
    ]
    tones = {_TONES.get(state, Tone.NOTICE) for state in by_state}
    return Toned("; ".join(texts), tones.pop() if len(tones) == 1 else Tone.NOTICE)


def shown(value: object) -> str:
    """A value as the text of a cell, nothing for None, items of a list with commas between."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _states(endpoint: EndpointFact[str]) -> list[tuple[str, str]]:
    return [
        (profile, verdict["state"]) for profile, verdict in endpoint.get("firewall", {}).items()
    ]


def _groups(endpoints: Sequence[EndpointFact[str]]) -> list[list[EndpointFact[str]]]:
    found: dict[tuple[object, ...], list[EndpointFact[str]]] = {}
    for endpoint in endpoints:
        key: tuple[object, ...] = (
            *(endpoint["protocol"], endpoint["port"], endpoint["state"], endpoint["pid"]),
            *_states(endpoint),
        )
        if "remote_address" in endpoint:
            other_side = endpoint["remote_address"], endpoint.get("remote_port")
            key = (*key, endpoint["address"], *other_side)
        found.setdefault(key, []).append(endpoint)
    return list(found.values())


def _row(group: Sequence[EndpointFact[str]]) -> list[Cell]:
    first = group[0]
    addresses = ", ".join(dict.fromkeys(str(endpoint["address"]) for endpoint in group))
    if "remote_address" in first:
        addresses += f" -> {first['remote_address']}:{shown(first.get('remote_port'))}"
    return [
        first["protocol"].upper(),
        str(first["port"]),
        well_known.name(first["port"], Protocol(first["protocol"])) or "",
        addresses,
        (first["state"] or "").replace("_", " "),
        shown(first["pid"]),
        shown(first["process"]),
        "; ".join(map(_url, first.get("http_urls", []))) or shown(first["service"]),
    ]


def _url(url: HttpUrlFact) -> str:
    holder = url["service"] or url["process"]
    return f"{url['url']} ({holder})" if holder else url["url"]
