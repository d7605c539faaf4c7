# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known about paths as flat rows, for a spreadsheet or a mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from ...pc import schema
from ...pc.rows import Row, cell
from ...words.phrases import PhraseError, one_after_another
from .. import rows
from .result import ClientEvidence, PathEntry


class _Paths(TypedDict):
    """The keys that are read from a result of port_path."""

    ports: list[PathEntry[str]]


def port_rows(data: object, host: str | None = None) -> list[Row]:
    """A result of port_path, with one row for each client and port, which all have the same keys,
    or what `rows.port_rows` takes.

    Args:
        data: the result.
        host: the first column if given, so that one table can have rows of several hosts.

    Raises:
        PhraseError: the data are nothing of all that.
    """
    if not _is_of_paths(data):
        return rows.port_rows(data, host)
    before: Row = {} if host is None else {"host": cell(host)}
    try:
        return [before | _path_row(each) for each in schema.read(_Paths, data)["ports"]]
    except schema.MisfitError as error:
        raise PhraseError("misfit.port_rows", problem=error) from error


def _is_of_paths(data: object) -> bool:
    ports = data.get("ports") if isinstance(data, dict) else None
    first = ports[0] if isinstance(ports, list) and ports else None
    return isinstance(first, dict) and "client" in first


def _path_row(path: PathEntry[str]) -> Row:
    client, server = path["evidence"]["client"], path["evidence"]["server"]
    listeners = [] if server is None else server["listeners"]
    causes = path["causes"]
    return {
        "client": cell(path["client"]),
        "server": cell(path["server"]),
        "address": cell(path["address"]),
        "protocol": cell(path["protocol"]),
        "port": cell(path["port"]),
        "name": cell(path["name"]),
        "verdict": cell(path["verdict"]),
        "hop": cell(path["hop"]),
        "cause_host": cell(causes[0]["host"] if causes else None),
        **_at_client(client),
        "pid": cell(_each_once(each["pid"] for each in listeners)),
        "process": cell(_each_once(each["process"] for each in listeners)),
        "service": cell(_each_once(name for each in listeners for name in each["services"])),
        "server_firewall": rows.verdicts([] if server is None else server["firewall"]),
        "message": cell(path["msg"]),
        "causes": rows.texts(causes),
        "remedies": rows.texts(path["remedies"]),
        "remarks": cell(one_after_another(path["remarks"])),
    }


def _at_client(client: ClientEvidence[str] | None) -> Row:
    """What the client shows: where the name leads, how packets leave, and what came of them."""
    named = None if client is None else client["name"]
    route = None if client is None else client["route"]
    tried = client["attempts"][0] if client is not None and client["attempts"] else None
    return {
        "asked_name": cell(named and named["name"]),
        "name_source": cell(named and named["source"]),
        "name_addresses": cell(named and named["addresses"]),
        "client_address": cell(route and route["address"]),
        "adapter": cell(route and route["adapter"]),
        "next_hop": cell(route and route["next_hop"]),
        "network": cell(route and route["network"]),
        "profile": cell(route and route["profile"]),
        "client_program": cell(client and client["program"]),
        "client_firewall": rows.states(
            (each["profile"], each["state"]) for each in (client["firewall"] if client else ())
        ),
        "attempt": cell(tried and tried["outcome"]),
        "attempt_from": cell(tried and tried["source"]),
        "seen_from": cell(tried and tried["seen_from"]),
    }


def _each_once(values: Iterable[object]) -> list[object]:
    return [each for each in dict.fromkeys(values) if each is not None]
