# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether clients reach the ports of servers, from the results of port_path, and what has changed
since an earlier report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

from ..asked import well_known
from ..diagnosis.path.ends.model import Hop, PathVerdict
from ..diagnosis.path.result import PathEvidence
from ..diagnosis.result import DecisionEntry
from ..ground.model import Protocol
from ..ground.text import for_display
from ..pc import schema
from ..pc.schema import MisfitError
from ..words.phrases import Phrase
from .listening import NAME_LIMIT, line_of, name_of
from .model import Cause, Path, Remedy, Rule, Way

# The verdict on a path that could not be asked about.
_FAILED = "failed"

_Key = tuple[object, ...]


class _CauseEntry(TypedDict):
    kind: str
    text: str
    host: str | None


class _RemedyEntry(TypedDict):
    text: str
    yaml: str | None


class _PathEntry(TypedDict):
    """The keys that are read of each client and port."""

    client: str
    server: str
    port: int
    protocol: str
    address: str | None
    verdict: str
    hop: str | None
    msg: str
    causes: list[_CauseEntry]
    remedies: list[_RemedyEntry]
    remarks: NotRequired[list[str]]
    evidence: NotRequired[PathEvidence[str]]


class _Answered(TypedDict):
    ports: list[_PathEntry]


class _Said(TypedDict):
    """Why a task did not return its data."""

    msg: str


def of_task(host: str, result: Mapping[str, Any]) -> Iterator[Path]:
    """What a task of port_path has found.

    Args:
        host: the host of the task.
        result: what the task returned.

    Raises:
        MisfitError: this is not what the task returns.
    """
    if "ports" in result:
        ports = schema.read(_Answered, result)["ports"]
        yield from (_path(each, number) for number, each in enumerate(ports))
    else:
        msg = line_of(schema.read(_Said, result)["msg"])
        name = for_display(host, NAME_LIMIT)
        yield Path(None, name, None, None, None, None, _FAILED, None, None, msg)


def compared(paths: Iterable[Path], previous: Iterable[Path] | None) -> tuple[Path, ...]:
    """The paths, each with its verdict in the earlier report if that was another one."""
    earlier = {_key(each): each.verdict for each in previous or ()}
    return tuple(
        replace(each, before=before)
        if (before := earlier.get(_key(each), each.verdict)) != each.verdict
        else each
        for each in paths
    )


def _key(path: Path) -> _Key:
    return path.client, path.server, path.port, path.protocol


def _path(given: _PathEntry, number: int) -> Path:
    _check_word(given["verdict"], PathVerdict, number, "verdict")
    if given["hop"] is not None:
        _check_word(given["hop"], Hop, number, "hop")
    _check_word(given["protocol"], ("tcp", "udp"), number, "protocol")
    port, protocol = given["port"], given["protocol"]
    causes = given["causes"]
    return Path(
        client=for_display(given["client"], NAME_LIMIT),
        server=for_display(given["server"], NAME_LIMIT),
        port=port,
        protocol=protocol,
        name=well_known.name(port, Protocol(protocol)),
        address=name_of(given["address"]),
        verdict=given["verdict"],
        hop=given["hop"],
        host=name_of(causes[0]["host"]) if causes else None,
        msg=line_of(given["msg"]),
        causes=tuple(Cause(each["kind"], line_of(each["text"])) for each in causes),
        remedies=tuple(Remedy(line_of(each["text"]), each["yaml"]) for each in given["remedies"]),
        remarks=tuple(map(line_of, given.get("remarks", ()))),
        way=_way(given["evidence"]) if "evidence" in given else None,
    )


def _way(given: PathEvidence[str]) -> Way:
    client, server = given["client"], given["server"]
    way = Way()
    if client is not None:
        way = replace(
            way,
            program=name_of(client["program"]),
            client_rules=tuple(map(rule_of, client["firewall"])),
        )
        if client["name"] is not None:
            named = client["name"]
            way = replace(
                way,
                name=name_of(named["name"]),
                name_source=name_of(named["source"]),
                name_addresses=_names(named["addresses"]),
            )
        if client["route"] is not None:
            route = client["route"]
            way = replace(
                way,
                client_address=name_of(route["address"]),
                adapter=name_of(route["adapter"]),
                next_hop=name_of(route["next_hop"]),
                network=name_of(route["network"]),
                profile=name_of(route["profile"]),
            )
        for tried in client["attempts"][:1]:
            outcome, seen_from = name_of(tried["outcome"]), name_of(tried["seen_from"])
            way = replace(way, attempt=outcome, seen_from=seen_from)
    if server is not None:
        way = replace(
            way,
            processes=_names(each["process"] for each in server["listeners"]),
            server_rules=tuple(map(rule_of, server["firewall"])),
        )
    return way


def _names(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in texts if (name := name_of(each))))


def rule_of(given: DecisionEntry[str]) -> Rule:
    """What decides on a network."""
    return Rule(
        network=name_of(given["network"]),
        profile=given["profile"],
        state=given["state"],
        rule=name_of(given["rule"]),
        path=name_of(given["path"]),
        text=line_of(given["text"]),
    )


def _check_word(word: str, known: Iterable[str], number: int, key: str) -> None:
    words = tuple(known)
    if word not in words:
        kind = Phrase("misfit.kind.one_of", {"words": words})
        raise MisfitError("misfit.kind", ("ports", number, key), kind=kind)
