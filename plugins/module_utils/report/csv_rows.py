# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A report as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from ..pc.rows import csv_parts
from .model import Check, Host, Path, Report, Source

# Without it, Excel reads a CSV file in the code page of Windows (932 in Japan), and garbles
# Japanese names: "Opening CSV UTF-8 files correctly in Excel", Microsoft Support.
BYTE_ORDER_MARK = "\ufeff"

_NO_PORT: dict[str, object] = dict.fromkeys(
    ("port", "protocol", "name", "verdict", "pid", "process", "service", "remedies")
)


def write(report: Report) -> str:
    """The rows as one text; see `parts`."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The rows as text in parts to be written one after the other.

    A row for each PC and wanted port; a PC without ports has one row that says why.

    If other places were asked about, there is one more column, and a row for each of them and each
    port. If clients were asked about, there are two more columns, and a row for each client and
    port of a server.
    """
    checks = (check for host in report.hosts for check in host.checks)
    without = () if any(check.sources for check in checks) else ("from",)
    yield BYTE_ORDER_MARK
    yield from csv_parts(_all_rows(report), without)


def _all_rows(report: Report) -> Iterator[dict[str, object]]:
    clients = {} if report.paths is None else _NO_CLIENT
    for host in report.hosts:
        for row in _rows(host):
            yield {"host": host.name} | row | clients
    yield from map(_of_path, report.paths or ())


_ELSEWHERE: dict[str, object] = {"reach": None, "from": None}
_NO_CLIENT: dict[str, object] = {"client": None, "hop": None}


def _of_path(path: Path) -> dict[str, object]:
    return {
        "host": path.server,
        "address": path.address,
        "state": None,
        "networks": None,
        **_NO_PORT,
        "port": path.port,
        "protocol": path.protocol,
        "name": path.name,
        "verdict": path.verdict,
        "remedies": "; ".join(each.text for each in path.remedies),
        "message": path.msg,
        **_ELSEWHERE,
        "client": path.client,
        "hop": path.hop,
    }


def _rows(host: Host) -> Iterator[dict[str, object]]:
    about = {
        "address": host.address,
        "state": host.state.value,
        "networks": [each.label for each in host.networks],
    }
    if not host.checks:
        yield about | _NO_PORT | {"message": host.message} | _ELSEWHERE
    for check in host.checks:
        more = _ELSEWHERE | {"reach": check.reach}
        yield about | _of(host, check) | {"message": check.msg} | more
        for source in check.sources:
            yield about | _of_source(check, source)


def _of_source(check: Check, source: Source) -> dict[str, object]:
    """What the rules say about traffic from another place."""
    return {
        **_NO_PORT,
        "port": check.port,
        "protocol": check.protocol,
        "name": check.name,
        "verdict": source.state,
        "remedies": "; ".join(each.text for each in source.remedies),
        "message": source.msg,
        **_ELSEWHERE,
        "from": source.source,
    }


def _of(host: Host, check: Check) -> dict[str, object]:
    held = [
        each
        for each in host.listeners or ()
        if (each.port, each.protocol) == (check.port, check.protocol)
    ]
    return {
        "port": check.port,
        "protocol": check.protocol,
        "name": check.name,
        "verdict": check.verdict,
        "pid": [each.pid for each in held if each.pid is not None],
        "process": [each.process for each in held if each.process],
        "service": [service for each in held for service in each.services],
        "remedies": "; ".join(each.text for each in check.remedies),
    }
