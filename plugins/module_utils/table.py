# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds which port, as a table for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import well_known
from .model import Protocol
from .wsman.text import for_display

COLUMNS = ("PROTO", "PORT", "NAME", "ADDRESSES", "STATE", "PID", "PROCESS", "SERVICES / URLS")
RIGHT_ALIGNED = frozenset({"PORT", "PID"})
MAX_CELL = 72


def port_table(port_facts: Mapping[str, Any]) -> str:
    """The fact ``port_facts`` as an aligned table. Listeners of one process on one port share a
    line, each connection has its own.

    Raises:
        ValueError: what is given is not the fact that port_facts returns.
    """
    try:
        rows = [_row(group) for group in _groups(port_facts["endpoints"])]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            "port_table wants ansible_facts.port_facts, as the module port_facts returns it; "
            f"{error!r} is missing or of another type"
        ) from error
    if not rows:
        return "Nothing holds the ports asked for."
    return render(COLUMNS, rows)


def render(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns padded to the width that each takes on a terminal, where a Japanese character takes
    two. Text of a target is made harmless first."""
    lines = [list(columns), *([for_display(cell, MAX_CELL) for cell in row] for row in rows)]
    widths = [max(map(width, cells)) for cells in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            _pad(cell, wide, name in RIGHT_ALIGNED)
            for cell, wide, name in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    )


def width(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def _pad(text: str, wide: int, right: bool) -> str:
    blanks = " " * (wide - width(text))
    return blanks + text if right else text + blanks


def _groups(endpoints: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    found: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for endpoint in endpoints:
        names = ["protocol", "port", "state", "pid"]
        if "remote_address" in endpoint:
            names += ["address", "remote_address", "remote_port"]
        key = tuple(endpoint[name] for name in names)
        found.setdefault(key, []).append(endpoint)
    return list(found.values())


def _row(group: Sequence[Mapping[str, Any]]) -> list[str]:
    first = group[0]
    known = well_known.find(first["port"], Protocol(first["protocol"]))
    addresses = ", ".join(str(endpoint["address"]) for endpoint in group)
    if "remote_address" in first:
        addresses += f" -> {first['remote_address']}:{first['remote_port']}"
    return [
        first["protocol"].upper(),
        str(first["port"]),
        known.name if known else "",
        addresses,
        (first["state"] or "").replace("_", " "),
        _shown(first["pid"]),
        _shown(first["process"]),
        "; ".join(map(_url, first.get("http_urls", []))) or _shown(first["service"]),
    ]


def _url(url: Mapping[str, Any]) -> str:
    holder = url["service"] or url["process"]
    return f"{url['url']} ({holder})" if holder else str(url["url"])


def _shown(value: object) -> str:
    return "" if value is None else str(value)
