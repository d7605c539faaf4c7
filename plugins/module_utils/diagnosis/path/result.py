# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Diagnoses of paths in the form that port_path returns: plain dicts, lists, phrases, texts and
numbers."""

from __future__ import annotations

from typing import Generic, Literal, NotRequired, TypedDict

from ...pc.behind.result import ForwardFact
from ...pc.result import TaskResult
from ...words.phrases import Words
from ..result import CauseEntry, ListenerEntry, RemedyEntry, ReservedEntry, VerdictEntry


class PathCauseEntry(CauseEntry[Words]):
    """An obstacle, where on the way it is, and the host that has it."""

    hop: str | None
    host: str | None


class PathRemedyEntry(RemedyEntry[Words]):
    """What to do about a cause, and on which host."""

    host: str | None


class NameEntry(TypedDict):
    """Where the name leads that the application has configured. `source` says how the client knows
    it, and `addresses` are in the order in which Windows tries them."""

    name: str
    source: str
    addresses: list[str]


class DepartureEntry(TypedDict):
    """How packets to the server leave the client. `next_hop` is None for what is directly
    connected, the others are None if they are unknown."""

    address: str | None
    adapter: str | None
    next_hop: str | None
    network: str | None
    profile: str | None


class OutboundEntry(TypedDict, Generic[Words]):
    """What the client's firewall does with the application's traffic on one network, and what
    decides it."""

    network: str | None
    profile: str
    state: str
    text: Words
    decided_by: str
    rule: Words | None
    rule_id: str | None
    store: str | None
    set_by: str | None
    path: str | None


class PathAttemptEntry(TypedDict, Generic[Words]):
    """What came of an attempt of the client to connect to an address of the server. `source` is the
    client's own address in it, `seen_from` the one that the server saw."""

    outcome: str
    address: str | None
    source: str | None
    seen_from: str | None
    detail: Words | None


class ClientEvidence(TypedDict, Generic[Words]):
    """What the client shows. `name` is None if no name is asked about, `route` if the client has
    none. The first of `attempts` is the one that counts."""

    name: NameEntry | None
    route: DepartureEntry | None
    program: str | None
    firewall: list[OutboundEntry[Words]]
    attempts: list[PathAttemptEntry[Words]]


class ServerEvidence(TypedDict, Generic[Words]):
    """What the server shows."""

    listeners: list[ListenerEntry]
    reserved: list[ReservedEntry]
    firewall: list[VerdictEntry[Words]]
    forwards: NotRequired[list[ForwardFact]]


class PathEvidence(TypedDict, Generic[Words]):
    """The evidence of a verdict; that of a host is None if it could not be read."""

    client: ClientEvidence[Words] | None
    server: ServerEvidence[Words] | None


class PathEntry(TypedDict, Generic[Words]):
    """Everything about one client and one port of the server. `as_expected` is present only if the
    task has an expectation."""

    client: str
    server: str
    address: str | None
    port: int
    protocol: Literal["tcp", "udp"]
    name: str | None
    verdict: str
    hop: str | None
    msg: Words
    as_expected: NotRequired[bool]
    causes: list[PathCauseEntry[Words]]
    remedies: list[PathRemedyEntry[Words]]
    remarks: list[Words]
    evidence: PathEvidence[Words]


class PathResult(TaskResult[Words]):
    """What port_path returns if it could read the task's host."""

    verdicts: dict[str, dict[str, str]]
    ports: list[PathEntry[Words]]
