# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known about ports as flat rows, for a spreadsheet or a mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from ..pc import schema
from ..pc.result import ListedEndpoints
from ..pc.rows import Row, cell, endpoint_row
from ..words.phrases import PhraseError
from .result import PortEntry


class _Ports(TypedDict):
    """The keys that are read from a result of port_check."""

    ports: list[PortEntry[str]]


def port_rows(data: object, host: str | None = None) -> list[Row]:
    """The fact ``port_facts``, with one row for each endpoint, or a result of port_check, with one
    row for each port and listener; a port without listeners has one row. All rows of one kind have
    the same keys.

    Args:
        data: the fact or the result.
        host: the first column if given, so that one table can have rows of several hosts.

    Raises:
        PhraseError: the data are neither.
    """
    before: Row = {} if host is None else {"host": cell(host)}
    try:
        if isinstance(data, dict) and "endpoints" in data:
            endpoints = schema.read(ListedEndpoints[str], data)["endpoints"]
            return [before | endpoint_row(each) for each in endpoints]
        ports = schema.read(_Ports, data)["ports"]
        return [before | row for port in ports for row in _check_rows(port)]
    except schema.MisfitError as error:
        raise PhraseError("misfit.port_rows", problem=error) from error


def _check_rows(port: PortEntry[str]) -> Iterable[Row]:
    evidence = port["evidence"]
    for listener in evidence["listeners"] or (None,):
        yield {
            "protocol": cell(port["protocol"]),
            "address": cell(listener and listener["address"]),
            "port": cell(port["port"]),
            "name": cell(port["name"]),
            "verdict": cell(port["verdict"]),
            "pid": cell(listener and listener["pid"]),
            "process": cell(listener and listener["process"]),
            "service": cell(listener and listener["services"]),
            "firewall": cell(
                [f"{each['profile']}: {each['state']}" for each in evidence["firewall"]]
            ),
            "attempt": cell(evidence["attempt"]["outcome"]),
            "message": cell(port["msg"]),
            "remedies": cell("; ".join(each["text"] for each in port["remedies"])),
        }
