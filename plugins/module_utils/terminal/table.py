# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds which port, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..asked import well_known
from ..ground.model import Protocol
from ..pc.misfits import MISFITS, what_misfits
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


def port_table(port_facts: Mapping[str, Any]) -> str:
    """The fact ``port_facts`` as an aligned table. Listeners of one process on one port share a
    line, each connection has its own. What the firewall says has a column where it was read.

    Raises:
        ValueError: what is given is not the fact that port_facts returns.
    """
    try:
        table = of_endpoints(port_facts["endpoints"])
        return "\n".join(render(table)) if table.rows else NOBODY
    except MISFITS as error:
        raise ValueError(
            "port_table wants ansible_facts.port_facts, as the module port_facts returns it; "
            f"{what_misfits(error)}"
        ) from error


def of_endpoints(endpoints: Sequence[Mapping[str, Any]]) -> Table:
    """The endpoints of the fact.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: they have another form.
    """
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


def _states(endpoint: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (profile, verdict["state"]) for profile, verdict in endpoint.get("firewall", {}).items()
    ]


def _groups(endpoints: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    found: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for endpoint in endpoints:
        names = ["protocol", "port", "state", "pid"]
        if "remote_address" in endpoint:
            names += ["address", "remote_address", "remote_port"]
        key = (*(endpoint[name] for name in names), *_states(endpoint))
        found.setdefault(key, []).append(endpoint)
    return list(found.values())


def _row(group: Sequence[Mapping[str, Any]]) -> list[Cell]:
    first = group[0]
    addresses = ", ".join(dict.fromkeys(str(endpoint["address"]) for endpoint in group))
    if "remote_address" in first:
        addresses += f" -> {first['remote_address']}:{first['remote_port']}"
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


def _url(url: Mapping[str, Any]) -> str:
    holder = url["service"] or url["process"]
    return f"{url['url']} ({holder})" if holder else str(url["url"])
