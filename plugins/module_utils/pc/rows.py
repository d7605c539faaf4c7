# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The endpoints of a host as flat rows, for a spreadsheet or a mail.

This is the only place that makes text of a target harmless for a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from ..asked import well_known
from ..ground.model import Protocol
from ..ground.text import for_display
from .facts.firewall import ReachFact
from .result import EndpointFact

Cell: TypeAlias = str | int
Row: TypeAlias = dict[str, Cell]

#: The most characters of a cell; a spreadsheet accepts no more than 32,767 (Microsoft, "Excel
#: specifications and limits").
MAX_CELL = 2000

# A spreadsheet treats text that begins with these as a formula (OWASP, "CSV Injection"), including
# the Japanese full-width forms. Tab and carriage return have the same effect, but a cell never
# contains them.
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")

_PROFILES = ("domain", "private", "public")


def cell(value: object) -> Cell:
    """A value as the cell of a spreadsheet: numbers as they are, empty for None, the items of lists
    separated by commas, everything else as one line of text that no spreadsheet treats as a formula
    and no terminal obeys."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(each) for each in value)
    text = "" if value is None else for_display(str(value), MAX_CELL)
    # The characters removed above may have hidden the sign, so it is searched for afterwards.
    return "'" + text if text[:1] in _FORMULA_STARTS else text


def csv_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows that share their keys, as the text of a CSV file with a header (RFC 4180); empty without
    rows.

    Each value passes through `cell`, whatever the caller has done before that.
    """
    return "".join(csv_parts(rows))


def csv_parts(rows: Iterable[Mapping[str, object]], without: Collection[str] = ()) -> Iterator[str]:
    """As `csv_text`, line by line.

    Args:
        without: the keys of columns that are left out.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names: list[str] | None = None
    for row in rows:
        if names is None:
            names = [name for name in row if name not in without]
            writer.writerow(map(cell, names))
        writer.writerow([cell(row[name]) for name in names])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def endpoint_row(endpoint: EndpointFact[str]) -> Row:
    """An endpoint of the fact ``port_facts`` as a row. All such rows have the same keys."""
    firewall = endpoint.get("firewall", {})
    judged = {profile: firewall[profile] for profile in _PROFILES if profile in firewall}
    return {
        "protocol": cell(endpoint["protocol"]),
        "address": cell(endpoint["address"]),
        "port": cell(endpoint["port"]),
        "name": cell(well_known.name(endpoint["port"], Protocol(endpoint["protocol"]))),
        "scope": cell(endpoint["scope"]),
        "state": cell(endpoint["state"]),
        "remote_address": cell(endpoint.get("remote_address")),
        "remote_port": cell(endpoint.get("remote_port")),
        "pid": cell(endpoint["pid"]),
        "process": cell(endpoint["process"]),
        "service": cell(endpoint["service"]),
        "urls": cell([url["url"] for url in endpoint.get("http_urls", ())]),
        **_each("firewall", {profile: each["state"] for profile, each in judged.items()}),
        **_each("reach", {profile: each.get("reach") for profile, each in judged.items()}),
        **_each("reach_from", {profile: reach_from(each) for profile, each in judged.items()}),
    }


def reach_from(fact: ReachFact[str]) -> list[str]:
    """The networks and ranges that can certainly reach a listener, if these are not all or none;
    ``+3`` at the end for three that are not listed."""
    more = fact.get("reach_more", 0)
    return [*fact.get("reach_from", ()), *([f"+{more}"] if more else ())]


def _each(name: str, values: Mapping[str, object]) -> Row:
    return {f"{name}_{profile}": cell(values.get(profile)) for profile in _PROFILES}
