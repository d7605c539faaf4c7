# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Diagnoses of paths in the form that port_path returns: plain dicts, lists, phrases, texts and
numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Literal, NotRequired, TypedDict

from ...asked import well_known
from ...ground.model import Protocol
from ...pc.result import PROTOCOLS, TaskResult
from ...words.phrases import Joined, Phrase, Sentence, Value, Words
from ..causes.model import RemedyTask
from ..result import (
    CauseEntry,
    DecisionEntry,
    HostEvidence,
    RemedyEntry,
    decision,
    evidence_of_host,
    task_data,
)
from .ends.model import HostRemedy, PathCause, PathDiagnosis, PathVerdict
from .ends.naming import Resolved
from .ends.routing import Departure
from .ends.situation import Try
from .expectation import PathExpectation, answer, is_met
from .judge import Path


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
    connected, `beside` if no other adapter is in the server's subnet, the others if they are
    unknown. `tunnel` is whether the adapter is a VPN or another tunnel."""

    address: str
    adapter: str | None
    tunnel: bool | None
    beside: str | None
    next_hop: str | None
    network: str | None
    profile: str | None


class PathAttemptEntry(TypedDict, Generic[Words]):
    """What came of an attempt of the client to connect to an address of the server. `source` is the
    client's own address in it, `seen_from` the one that the server saw."""

    outcome: str
    address: str
    source: str | None
    seen_from: str | None
    detail: Words | None


class ClientEvidence(TypedDict, Generic[Words]):
    """What the client shows. `name` is None if no name is asked about, `route` if the client has
    none. The first of `attempts` is the one that counts."""

    name: NameEntry | None
    route: DepartureEntry | None
    program: str | None
    firewall: list[DecisionEntry[Words]]
    attempts: list[PathAttemptEntry[Words]]


class PathEvidence(TypedDict, Generic[Words]):
    """The evidence of a verdict; that of a host is None if it could not be read."""

    client: ClientEvidence[Words] | None
    server: HostEvidence[Words] | None


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


def result(
    path: Path, diagnosis: PathDiagnosis, expectation: PathExpectation | None = None
) -> PathEntry[Value]:
    """Everything about one client and one port. ``as_expected`` is present only if the task has an
    expectation."""
    wanted = diagnosis.wanted
    found: PathEntry[Value] = {
        "client": diagnosis.client,
        "server": diagnosis.server,
        "address": diagnosis.address,
        "port": wanted.port,
        "protocol": PROTOCOLS[wanted.protocol],
        "name": wanted.name or well_known.name(wanted.port, wanted.protocol),
        "verdict": diagnosis.verdict.value,
        "hop": None if diagnosis.hop is None else diagnosis.hop.value,
        "msg": Sentence(answer(expectation, diagnosis)),
        "causes": [_cause(each) for each in diagnosis.causes],
        "remedies": [
            _remedy(cause, remedy) for cause in diagnosis.causes for remedy in cause.remedies
        ],
        "remarks": [Sentence(each) for each in diagnosis.remarks],
        "evidence": {
            "client": _of_client(path, diagnosis),
            "server": _of_server(path, diagnosis),
        },
    }
    if expectation is not None:
        found["as_expected"] = is_met(expectation, diagnosis)
    return found


def report(
    paths: Sequence[Path],
    expectation: PathExpectation | None = None,
    unfinished: Sequence[str] = (),
    *,
    seconds: float = 0.0,
) -> PathResult[Value]:
    """What port_path returns for all clients and ports. If an expectation is not met, it has
    failed.

    Args:
        unfinished: the clients that were not done when the time of the task was up. If there are
            any, it has failed.
        seconds: that time.
    """
    every = [(path, each) for path in paths for each in path.diagnoses]
    ports = [result(path, each, expectation) for path, each in every]
    verdicts: dict[str, dict[str, str]] = {each.host: {} for each in paths}
    for entry in ports:
        verdicts[entry["client"]][f"{entry['port']}/{entry['protocol']}"] = entry["verdict"]
    messages = tuple(Sentence(answer(expectation, each)) for _path, each in every)
    found: PathResult[Value] = {
        "changed": False,
        "msg": Joined(messages, "list.line"),
        "verdicts": verdicts,
        "ports": ports,
    }
    notes = list(dict.fromkeys(note for path in paths for note in path.notes))
    if notes:
        found["warnings"] = notes
    if expectation is not None:
        unmet = [each for _path, each in every if not is_met(expectation, each)]
        if unmet:
            found["failed"] = True
            found["msg"] = _disappointment(expectation, len(every), unmet)
    if unfinished:
        limit: dict[str, Value] = {"seconds": f"{seconds:g}", "clients": tuple(unfinished)}
        found["failed"] = True
        found["msg"] = Joined((Sentence(Phrase("path.time_up", limit)), found["msg"]), "list.line")
    return found


def _disappointment(
    expectation: PathExpectation, count: int, unmet: Sequence[PathDiagnosis]
) -> Sentence | Joined:
    """What to say about paths that are not as expected; if there are several, one line each."""
    if count == 1:
        return Sentence(answer(expectation, unmet[0]))
    counts: dict[str, Value] = {
        "count": len(unmet),
        "all": count,
        "expected": Phrase(f"expected.{expectation}"),
    }
    unsure = any(each.verdict is PathVerdict.UNKNOWN for each in unmet)
    first = Phrase(
        "path.some_perhaps_not_as_expected" if unsure else "path.some_not_as_expected", counts
    )
    return Joined(tuple(map(Sentence, (first, *(each.summary for each in unmet)))), "list.line")


def _cause(cause: PathCause) -> PathCauseEntry[Value]:
    return {
        "kind": cause.kind.value,
        "verdict": cause.verdict.value,
        "hop": None if cause.hop is None else cause.hop.value,
        "host": cause.host,
        "text": Sentence(cause.told),
        "rule": cause.text.values.get("rule"),
        "setting": cause.text.values.get("path"),
    }


def _remedy(cause: PathCause, remedy: HostRemedy) -> PathRemedyEntry[Value]:
    """A remedy. The edge renders its task, and writes it as YAML."""
    task = remedy.remedy.task
    return {
        "cause": cause.kind.value,
        "host": remedy.host,
        "text": Sentence(remedy.told),
        "task": None if task is None or remedy.host is None else _task(task, remedy.host),
        "yaml": None,
    }


def _task(task: RemedyTask, host: str) -> dict[str, Any]:
    """A task as in a playbook, which runs on its host whatever the play's hosts are."""
    found = task_data(task)
    named = Phrase("task.on_host", {"task": task.name, "host": host})
    return {**found, "name": named, "delegate_to": host}


def _of_client(path: Path, diagnosis: PathDiagnosis) -> ClientEvidence[Value] | None:
    client, to = path.client, path.to
    if client is None or to is None:
        return None
    tries = ((address, client.tries.get((address, diagnosis.wanted.port))) for address in to.tried)
    return {
        "name": None if client.resolved is None else _name(client.resolved),
        "route": None if to.departure is None else _departure(to.departure),
        "program": path.asked.program,
        "firewall": [decision(each.network, each.verdict) for each in diagnosis.outbound],
        "attempts": [
            _attempt(address, found)
            for address, found in tries
            if found is not None and diagnosis.wanted.protocol is Protocol.TCP
        ],
    }


def _name(resolved: Resolved) -> NameEntry:
    return {
        "name": resolved.name,
        "source": resolved.source.value,
        "addresses": list(resolved.addresses),
    }


def _departure(departure: Departure) -> DepartureEntry:
    network = departure.networks[0] if len(departure.networks) == 1 else None
    return {
        "address": departure.address,
        "adapter": departure.adapter or None,
        "tunnel": departure.tunnel,
        "beside": departure.beside,
        "next_hop": departure.next_hop,
        "network": None if network is None else network.name or None,
        "profile": None if network is None else network.profile.word.lower(),
    }


def _attempt(address: str, found: Try) -> PathAttemptEntry[Value]:
    detail: Value | None = found.detail or None
    return {
        "outcome": found.outcome.value,
        "address": address,
        "source": found.source,
        "seen_from": found.seen_from,
        "detail": detail,
    }


def _of_server(path: Path, diagnosis: PathDiagnosis) -> HostEvidence[Value] | None:
    if diagnosis.at_server is None:
        return None
    return evidence_of_host(path.server.situation, diagnosis.at_server)
