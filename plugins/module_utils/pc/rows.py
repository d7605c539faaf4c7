# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of ports as flat rows, for a spreadsheet or a mail.

The one place that makes text of a target harmless for a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..asked import well_known
from ..ground.model import Protocol
from ..ground.text import for_display
from .misfits import MISFITS, what_misfits

Cell: TypeAlias = str | int
Row: TypeAlias = dict[str, Cell]

#: Characters of a cell at most; a spreadsheet takes no more than 32,767 (Microsoft, "Excel
#: specifications and limits").
MAX_CELL = 2000

# What makes a spreadsheet take text for a formula (OWASP, "CSV Injection"), Japanese full-width
# forms included. Tab and carriage return, which do it too, are no part of a cell.
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")

_PROFILES = ("domain", "private", "public")


def cell(value: object) -> Cell:
    """A value as the cell of a spreadsheet: numbers as they are, nothing for None, items of lists
    with commas between, all else as one line of text that no spreadsheet takes for a formula and no
    terminal obeys."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(each) for each in value)
    text = "" if value is None else for_display(str(value), MAX_CELL)
    # What is left out above may have hidden the sign, so it is looked for afterwards.
    return "'" + text if text[:1] in _FORMULA_STARTS else text


def csv_text(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows with the same keys as text of a CSV file with a header (RFC 4180), nothing for none.

    Each value passes through `cell`, whatever the caller has done before.
    """
    if not rows:
        return ""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([cell(name) for name in rows[0]])
    writer.writerows([cell(row[name]) for name in rows[0]] for row in rows)
    return text.getvalue()


def port_rows(data: Mapping[str, Any], host: str | None = None) -> list[Row]:
    """The fact ``port_facts``, a row an endpoint, or a result of port_check, a row a port and
    listener; a port without listeners has one row. All rows of one kind have the same keys.

    Args:
        data: the fact or the result.
        host: the first column if given, so that rows of several hosts can stand in one table.

    Raises:
        ValueError: what is given is neither.
    """
    before: Row = {} if host is None else {"host": cell(host)}
    try:
        if "endpoints" in data:
            return [before | row for row in map(_endpoint_row, data["endpoints"])]
        return [before | row for port in data["ports"] for row in _check_rows(port)]
    except MISFITS as error:
        raise ValueError(
            "port_rows wants ansible_facts.port_facts, as the module port_facts returns it, or a "
            f"result of port_check; {what_misfits(error)}"
        ) from error


def _endpoint_row(endpoint: Mapping[str, Any]) -> Row:
    firewall = endpoint.get("firewall") or {}
    return {
        "protocol": cell(endpoint["protocol"]),
        "address": cell(endpoint["address"]),
        "port": cell(endpoint["port"]),
        "name": cell(well_known.name(endpoint["port"], Protocol(endpoint["protocol"]))),
        "scope": cell(endpoint.get("scope")),
        "state": cell(endpoint["state"]),
        "remote_address": cell(endpoint.get("remote_address")),
        "remote_port": cell(endpoint.get("remote_port")),
        "pid": cell(endpoint["pid"]),
        "process": cell(endpoint["process"]),
        "service": cell(endpoint["service"]),
        "urls": cell([url["url"] for url in endpoint.get("http_urls") or ()]),
    } | {
        f"firewall_{profile}": cell(firewall[profile]["state"] if profile in firewall else None)
        for profile in _PROFILES
    }


def _check_rows(port: Mapping[str, Any]) -> Iterable[Row]:
    evidence = port["evidence"]
    nobody = {"address": None, "pid": None, "process": None, "services": None}
    for listener in evidence["listeners"] or (nobody,):
        yield {
            "protocol": cell(port["protocol"]),
            "address": cell(listener["address"]),
            "port": cell(port["port"]),
            "name": cell(port["name"]),
            "verdict": cell(port["verdict"]),
            "pid": cell(listener["pid"]),
            "process": cell(listener["process"]),
            "service": cell(listener["services"]),
            "firewall": cell(
                [f"{each['profile']}: {each['state']}" for each in evidence["firewall"]]
            ),
            "attempt": cell(evidence["attempt"]["outcome"]),
            "message": cell(port["msg"]),
            "remedies": cell("; ".join(each["text"] for each in port["remedies"])),
        }
