# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Diagnosis in the form that port_check returns: plain dicts, lists, phrases, texts and
numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Literal, NotRequired, TypedDict

from ..asked import well_known
from ..firewall.judging.decision import ProfileVerdict
from ..firewall.networks.network import Network
from ..firewall.reach.result import tell, widest
from ..firewall.reach.sets import Who
from ..ground.model import SYSTEM_PID, Endpoint, PortRange, Scope
from ..pc.behind.relays import Relay
from ..pc.behind.result import ForwardFact, forward_fact
from ..pc.facts.firewall import ReachFact
from ..pc.result import PROTOCOLS, NetworkFact, TaskResult, listed_once
from ..words.phrases import Joined, Phrase, Sentence, Value, Words
from .causes.model import (
    Cause,
    CauseKind,
    Diagnosis,
    Remedy,
    RemedyTask,
    Situation,
    SourceVerdict,
    Verdict,
    remedies_of,
)
from .causes.source import NetworkVerdict
from .drops import result as recorded_drops
from .expectation import Expectation, Outcome, answer, obstacle, outcome


class CauseEntry(TypedDict, Generic[Words]):
    """An obstacle; `rule` and `setting` are what it is about."""

    kind: str
    verdict: str
    text: Words
    rule: Words | None
    setting: Words | None


class RemedyEntry(TypedDict, Generic[Words]):
    """What to do about a cause. The edge writes `yaml`, and omits the task if it contains text of
    the host that is not plainly harmless."""

    cause: str
    text: Words
    task: dict[str, Any] | None
    yaml: str | None


class ListenerEntry(TypedDict):
    """Who listens on a port, and where. Only http.sys has `http_urls`; `relay` is the kind of what
    stands behind a program that only passes connections on."""

    address: str
    scope: str
    pid: int | None
    process: str | None
    path: str | None
    services: list[str]
    http_urls: NotRequired[list[str]]
    relay: NotRequired[str]


class ReservedEntry(TypedDict):
    """An excluded range that contains a port."""

    family: str
    start: int
    end: int
    administered: bool


class DecisionEntry(TypedDict, Generic[Words]):
    """What the firewall does with some traffic on one network, and what decides it."""

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


class OneOfSeveral(TypedDict):
    """Of one of several networks, whether the controller comes, or may come, by it."""

    decides: NotRequired[bool]


class VerdictEntry(DecisionEntry[Words], OneOfSeveral):
    """The firewall's verdict on a port on one network."""

    from_anywhere: str
    allowed_from: list[str]


class NetworkEntry(VerdictEntry[Words], ReachFact[Words]):
    """The same, and who can reach the port by that network."""


class CheckedNetwork(NetworkFact):
    """A network that a host is connected to. `controller` is present only if there are several:
    whether the controller comes by it, None if that is unknown."""

    controller: NotRequired[bool | None]


class AttemptEntry(TypedDict, Generic[Words]):
    """The outcome of the controller's attempt to connect."""

    outcome: str
    address: str | None
    detail: Words | None


class HostEvidence(TypedDict, Generic[Words]):
    """What a host itself shows of a port."""

    listeners: list[ListenerEntry]
    reserved: list[ReservedEntry]
    firewall: list[NetworkEntry[Words]]
    forwards: NotRequired[list[ForwardFact]]


class EvidenceEntry(HostEvidence[Words]):
    """The evidence of a verdict."""

    attempt: AttemptEntry[Words]


class SourceEntry(TypedDict, Generic[Words]):
    """What the rules of the firewall say about traffic from one address or network to a port."""

    source: str
    state: str
    msg: Words
    allowed: list[str]
    blocked: list[str]
    uncertain: list[str]
    causes: list[CauseEntry[Words]]
    remedies: list[RemedyEntry[Words]]
    remarks: list[Words]
    firewall: list[VerdictEntry[Words]]


class PortEntry(TypedDict, Generic[Words]):
    """Everything about one port. `as_expected` is present only if the task has an expectation,
    `sources` only if it names some, `drops` only if it asks for them."""

    port: int
    protocol: Literal["tcp", "udp"]
    name: str | None
    verdict: str
    msg: Words
    as_expected: NotRequired[bool]
    reach: NotRequired[str]
    causes: list[CauseEntry[Words]]
    remedies: list[RemedyEntry[Words]]
    remarks: list[Words]
    evidence: EvidenceEntry[Words]
    sources: NotRequired[list[SourceEntry[Words]]]
    drops: NotRequired[recorded_drops.PortDropsEntry[Words]]


class CheckResult(TaskResult[Words]):
    """What port_check returns if it could read the host. `drops` is there if the task asks for
    them."""

    verdicts: dict[str, str]
    ports: list[PortEntry[Words]]
    networks: list[CheckedNetwork]
    drops: NotRequired[recorded_drops.DropsEntry[Words]]


def result(
    situation: Situation, diagnosis: Diagnosis, expectation: Expectation | None = None
) -> PortEntry[Value]:
    """Everything about one port. ``as_expected`` is present only if the task has an expectation."""
    wanted = diagnosis.wanted
    met = expectation is not None and outcome(expectation, diagnosis) is Outcome.MET
    # Nothing is in the way of a port that should be free and is.
    causes = () if met and expectation is Expectation.FREE else diagnosis.causes
    found: PortEntry[Value] = {
        "port": wanted.port,
        "protocol": PROTOCOLS[wanted.protocol],
        "name": wanted.name or well_known.name(wanted.port, wanted.protocol),
        "verdict": diagnosis.verdict.value,
        "msg": Sentence(answer(expectation, diagnosis)),
        "causes": [_cause(each) for each in causes],
        "remedies": _remedies(causes),
        "remarks": [Sentence(each) for each in diagnosis.remarks],
        "evidence": _evidence(situation, diagnosis),
    }
    if not wanted.free:
        found["reach"] = reach_of(diagnosis)
    if expectation is not None:
        found["as_expected"] = met
    if diagnosis.sources:
        found["sources"] = [_source(each) for each in diagnosis.sources]
    return found


def reach_of(diagnosis: Diagnosis) -> str:
    """Who can reach a port, in a word: on the network by which the controller comes, or on that of
    several that lets the most in."""
    evidence, kinds = diagnosis.evidence, {each.kind for each in diagnosis.causes}
    if CauseKind.ANSWERED_BY_OTHER in kinds:
        return Who.UNKNOWN.value
    if evidence.forwards and not evidence.listeners:
        # Whether rules apply to what the NAT forwards is not documented.
        return Who.UNKNOWN.value
    loopback = all(each.local.scope is Scope.LOOPBACK for each in evidence.listeners)
    if loopback or CauseKind.LOOPBACK_ONLY in kinds:
        return Who.NOBODY.value
    asked = [each.reach for each in evidence.firewall if each.decides]
    words = [(Who.UNKNOWN if each is None else each.who).value for each in asked]
    unsure = kinds & {CauseKind.NETWORK_UNIDENTIFIED, CauseKind.FIREWALL_UNKNOWN}
    if not words or (unsure and len(set(words)) > 1):
        return Who.UNKNOWN.value
    return widest(words)


def _source(found: SourceVerdict) -> SourceEntry[Value]:
    several = len(found.verdicts) > 1
    return {
        "source": found.source.text,
        "state": found.state.value,
        "msg": Sentence(found.summary),
        "allowed": list(found.allowed),
        "blocked": list(found.blocked),
        "uncertain": list(found.uncertain),
        "causes": [_cause(each) for each in found.causes],
        "remedies": _remedies(found.causes),
        "remarks": [Sentence(each) for each in found.remarks],
        "firewall": [_network(each, several=several) for each in found.verdicts],
    }


def report(
    situation: Situation,
    diagnoses: Sequence[Diagnosis],
    expectation: Expectation | None = None,
    recorded: recorded_drops.Recorded | None = None,
) -> CheckResult[Value]:
    """What port_check returns for all ports. If an expectation is not met, it has failed.

    Args:
        recorded: the recorded drops of the same ports, None if they were not asked for.
    """
    ports = [result(situation, each, expectation) for each in diagnoses]
    messages: list[Value] = []
    for number, diagnosis in enumerate(diagnoses):
        messages += _messages(expectation, diagnosis)
        if recorded is not None:
            reachable = diagnosis.verdict is Verdict.REACHABLE
            messages += recorded_drops.of_answer(recorded.ports[number], reachable=reachable)
    unreached = [each.wanted for each in diagnoses if each.verdict is not Verdict.REACHABLE]
    if recorded is not None:
        messages += recorded_drops.none_of(recorded, unreached)
        messages += recorded_drops.unread(recorded, unreached)
    found: CheckResult[Value] = {
        "changed": False,
        "msg": Joined(tuple(messages), "list.line"),
        "verdicts": {f"{each['port']}/{each['protocol']}": each["verdict"] for each in ports},
        "ports": ports,
        "networks": _networks(situation),
    }
    if recorded is not None:
        found["drops"] = recorded_drops.of_host(recorded)
        for port, each in zip(ports, recorded.ports, strict=True):
            port["drops"] = recorded_drops.of_port(each)
            port["remarks"] += recorded_drops.of_answer(each, reachable=True)
    if expectation is None:
        return found
    unmet = [each for each, port in zip(diagnoses, ports, strict=True) if not port["as_expected"]]
    if unmet:
        found["failed"] = True
        told = _disappointment(expectation, diagnoses, unmet)
        seen = () if recorded is None else recorded_drops.seen(recorded)
        found["msg"] = Joined((told, *seen), "list.line") if seen else told
    return found


def _networks(situation: Situation) -> list[CheckedNetwork]:
    home = situation.home
    found: list[CheckedNetwork] = [
        {"name": each.name, "profile": each.profile.word.lower()} for each in situation.networks
    ]
    if len(found) > 1:
        for fact, network in zip(found, situation.networks, strict=True):
            fact["controller"] = None if home is None else network is home
    return found


def _messages(expectation: Expectation | None, found: Diagnosis) -> Iterator[Sentence]:
    """A sentence about a port, and one about each source of which it does not speak."""
    told = answer(expectation, found)
    yield Sentence(told)
    for each in found.sources:
        if told.values.get("answer") != each.summary:
            yield Sentence(each.summary)


def _disappointment(
    expectation: Expectation, diagnoses: Sequence[Diagnosis], unmet: Sequence[Diagnosis]
) -> Sentence | Joined:
    """What to say about ports that are not as expected; if there are several, one line each."""
    if len(diagnoses) == 1:
        return Sentence(answer(expectation, unmet[0]))
    counts: dict[str, Value] = {
        "count": len(unmet),
        "all": len(diagnoses),
        "expected": Phrase(f"expected.{expectation}"),
    }
    unknown = any(outcome(expectation, each) is Outcome.UNKNOWN for each in unmet)
    unsure = "perhaps_" if unknown else ""
    lines = [Phrase(f"sentence.some_{unsure}not_as_expected", counts), *map(obstacle, unmet)]
    return Joined(tuple(map(Sentence, lines)), "list.line")


def task_data(task: RemedyTask) -> dict[str, Any]:
    """A task as in a playbook, except that its name is a phrase."""
    return {"name": task.name, task.module: dict(task.options)}


def _cause(cause: Cause) -> CauseEntry[Value]:
    return {
        "kind": cause.kind.value,
        "verdict": cause.verdict.value,
        "text": Sentence(cause.text),
        "rule": cause.text.values.get("rule"),
        "setting": cause.text.values.get("path"),
    }


def _remedies(causes: Sequence[Cause]) -> list[RemedyEntry[Value]]:
    return [_remedy(cause, remedy) for cause, remedy in remedies_of(causes)]


def _remedy(cause: Cause, remedy: Remedy) -> RemedyEntry[Value]:
    """A remedy. The edge renders its task, and writes it as YAML."""
    return {
        "cause": cause.kind.value,
        "text": Sentence(remedy.text),
        "task": None if remedy.task is None else task_data(remedy.task),
        "yaml": None,
    }


def _evidence(situation: Situation, diagnosis: Diagnosis) -> EvidenceEntry[Value]:
    evidence = diagnosis.evidence
    detail: Value | None = evidence.attempt.detail or None
    attempt: AttemptEntry[Value] = {
        "outcome": evidence.attempt.outcome.value,
        "address": evidence.attempt.address,
        "detail": detail,
    }
    of_host = evidence_of_host(situation, diagnosis)
    return {**of_host, "attempt": attempt}


def evidence_of_host(situation: Situation, diagnosis: Diagnosis) -> HostEvidence[Value]:
    """What the host itself shows of a port."""
    evidence = diagnosis.evidence
    relays = {each.pid: each.relay for each in evidence.holders if each.relay is not None}
    found: HostEvidence[Value] = {
        "listeners": [
            _listener(situation, each, relays.get(each.pid))
            for each in listed_once(evidence.listeners)
        ],
        "reserved": [_range(each) for each in evidence.reserved],
        "firewall": [
            _network(each, several=len(evidence.firewall) > 1) for each in evidence.firewall
        ],
    }
    if evidence.forwards:
        found["forwards"] = [forward_fact(each) for each in evidence.forwards]
    return found


def _listener(situation: Situation, endpoint: Endpoint, relay: Relay | None) -> ListenerEntry:
    snapshot, pid = situation.snapshot, endpoint.pid
    process = snapshot.process(pid)
    services = snapshot.services_in(pid)
    found: ListenerEntry = {
        "address": str(endpoint.local),
        "scope": endpoint.local.scope.value,
        "pid": pid,
        "process": process.name if process else None,
        "path": process.path if process else None,
        "services": [each.name for each in services],
    }
    if pid == SYSTEM_PID:
        found["http_urls"] = [each.url for each in snapshot.http_urls if each.port == endpoint.port]
    if relay is not None:
        found["relay"] = relay.kind.value
    return found


def _range(item: PortRange) -> ReservedEntry:
    return {
        "family": item.family,
        "start": item.start,
        "end": item.end,
        "administered": item.administered,
    }


def decision(network: Network, verdict: ProfileVerdict) -> DecisionEntry[Value]:
    """A verdict on traffic on a network."""
    by = verdict.decision
    return {
        "network": network.name or None,
        "profile": verdict.profile.word.lower(),
        "state": verdict.state.value,
        "text": verdict.phrase,
        "decided_by": by.kind.value,
        "rule": by.rule_name or None,
        "rule_id": by.rule_id or None,
        "store": by.store.value if by.store else None,
        "set_by": by.origin.value if by.origin else None,
        "path": by.path or None,
    }


def _network(each: NetworkVerdict, *, several: bool) -> NetworkEntry[Value]:
    reached: ReachFact[Value] = {}
    if each.reach is not None:
        tell(reached, each.reach)
    of_several: OneOfSeveral = {"decides": each.decides} if several else {}
    return {
        **decision(each.network, each.verdict),
        **reached,
        **of_several,
        "from_anywhere": each.from_anywhere.state.value,
        "allowed_from": list(each.from_anywhere.allowed_from),
    }
