# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds which port, as a table for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .wsman.text import for_display

COLUMNS = ("PROTO", "ADDRESS", "PORT", "NAME", "STATE", "PID", "PROCESS", "SERVICES / URLS")
RIGHT_ALIGNED = frozenset({"PORT", "PID"})
MAX_CELL = 60


def port_table(port_facts: Mapping[str, Any]) -> str:
    """The fact ``port_facts`` as an aligned table, one line for each endpoint.

    Raises:
        ValueError: what is given is not the fact that port_facts returns.
    """
    try:
        rows = [_row(endpoint, port_facts["by_port"]) for endpoint in port_facts["endpoints"]]
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


def _row(endpoint: Mapping[str, Any], by_port: Mapping[str, Any]) -> list[str]:
    held = by_port.get(f"{endpoint['port']}/{endpoint['protocol']}", {})
    detail = ", ".join(endpoint["services"])
    urls = [_url(url) for url in endpoint["http_urls"]]
    return [
        endpoint["protocol"].upper(),
        endpoint["address"],
        str(endpoint["port"]),
        held.get("name") or "",
        (endpoint["state"] or "").replace("_", " "),
        _shown(endpoint["pid"]),
        _shown(endpoint["process"]),
        "; ".join(urls) if urls else detail,
    ]


def _url(url: Mapping[str, Any]) -> str:
    holders = ", ".join(
        "/".join(holder["services"]) or _shown(holder["process"]) for holder in url["holders"]
    )
    return f"{url['url']} ({holders})" if holders else str(url["url"])


def _shown(value: object) -> str:
    return "" if value is None else str(value)
