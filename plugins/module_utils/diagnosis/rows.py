# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known about ports as flat rows, for a spreadsheet or a mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from ..pc import schema
from ..pc.result import ListedEndpoints
from ..pc.rows import Cell, Row, cell, endpoint_row, reach_from
from ..words.phrases import PhraseError, one_after_another
from .result import CauseEntry, ListenerEntry, PortEntry, RemedyEntry, SourceEntry, VerdictEntry


class _Ports(TypedDict):
    """The keys that are read from a result of port_check."""

    ports: list[PortEntry[str]]


def port_rows(data: object, host: str | None = None) -> list[Row]:
    """The fact ``port_facts``, with one row for each endpoint, or a result of port_check, with one
    row for each port and listener (a port without listeners has one row), and one for each source
    that was asked about. All rows of one kind have the same keys.

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
            **_held(port, listener),
            "firewall": verdicts(evidence["firewall"]),
            "attempt": cell(evidence["attempt"]["outcome"]),
            "message": cell(port["msg"]),
            "remedies": texts(port["remedies"]),
            "reach": cell(port.get("reach")),
            "reach_from": cell(_reach_from(port)),
            **dict.fromkeys(("from", "allowed", "blocked", "uncertain"), ""),
            "causes": texts(port["causes"]),
            "remarks": cell(one_after_another(port["remarks"])),
        }
    for source in port.get("sources", ()):
        yield _held(port, None) | _source(source)


def _held(port: PortEntry[str], listener: ListenerEntry | None) -> Row:
    return {
        "protocol": cell(port["protocol"]),
        "address": cell(listener and listener["address"]),
        "port": cell(port["port"]),
        "name": cell(port["name"]),
        "verdict": cell(port["verdict"]),
        "pid": cell(listener and listener["pid"]),
        "process": cell(listener and listener["process"]),
        "service": cell(listener and listener["services"]),
    }


def _reach_from(port: PortEntry[str]) -> list[str]:
    """The networks and ranges, on the networks whose word is that of the port."""
    found = [
        text
        for each in port["evidence"]["firewall"]
        if each.get("decides", True) and each.get("reach") == port.get("reach")
        for text in reach_from(each)
    ]
    return list(dict.fromkeys(found))


def _source(found: SourceEntry[str]) -> Row:
    """What differs in the row of a source: its state is the verdict, and nothing was tried."""
    return {
        "verdict": cell(found["state"]),
        "firewall": verdicts(found["firewall"]),
        "attempt": "",
        "message": cell(found["msg"]),
        "remedies": texts(found["remedies"]),
        "reach": "",
        "reach_from": "",
        "from": cell(found["source"]),
        "allowed": cell(found["allowed"]),
        "blocked": cell(found["blocked"]),
        "uncertain": cell(found["uncertain"]),
        "causes": texts(found["causes"]),
        "remarks": cell(one_after_another(found["remarks"])),
    }


def verdicts(networks: Iterable[VerdictEntry[str]]) -> Cell:
    """What the firewall says on each network."""
    return states((each["profile"], each["state"]) for each in networks)


def states(of_profiles: Iterable[tuple[str, str]]) -> Cell:
    """A state for each of some profiles."""
    return cell([f"{profile}: {state}" for profile, state in of_profiles])


def texts(entries: Iterable[CauseEntry[str] | RemedyEntry[str]]) -> Cell:
    """The texts of causes or remedies."""
    return cell("; ".join(each["text"] for each in entries))
