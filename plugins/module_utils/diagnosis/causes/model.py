# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The input and the results of a diagnosis, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.policy.addresses import is_past_edge
from ...firewall.settings.category.foresight import Foresight
from ...ground.model import Endpoint, Forward, PortRange, Protocol, Snapshot, parse_address
from ...pc.holders import Holder, Port
from ...words.phrases import Phrase, Value
from .source import Arriving, NetworkVerdict, Source


class Verdict(StrEnum):
    """Whether a port can be reached and, if not, the kind of the first obstacle."""

    REACHABLE = "reachable"
    NOT_LISTENING = "not_listening"
    LOOPBACK_ONLY = "loopback_only"
    BLOCKED = "blocked"
    IN_USE_BY_OTHER = "in_use_by_other"
    RESERVED = "reserved"
    HIDDEN_BY_PROFILE = "hidden_by_profile"
    OVERRIDDEN_BY_POLICY = "overridden_by_policy"
    THIRD_PARTY_FIREWALL = "third_party_firewall"
    UNREACHABLE_FROM_CONTROLLER = "unreachable_from_controller"
    UNKNOWN = "unknown"


class CauseKind(StrEnum):
    """What is in the way, in the order of mending: the first is dealt with first."""

    # The answer may come from another machine, so everything else may be irrelevant.
    ANSWERED_BY_OTHER = "answered_by_other"
    # Who has the port.
    IN_USE_BY_OTHER = "in_use_by_other"
    HOLDER_UNKNOWN = "holder_unknown"
    RESERVED = "reserved"
    BEHIND_NAT = "behind_nat"
    NOTHING_LISTENS = "nothing_listens"
    DESTINATION_SILENT = "destination_silent"
    # The addresses it listens on.
    LOOPBACK_ONLY = "loopback_only"
    OTHER_ADDRESS_ONLY = "other_address_only"
    IPV6_ONLY = "ipv6_only"
    IPV4_ONLY = "ipv4_only"
    # Obstacles that a rule of this PC can't change.
    THIRD_PARTY_FIREWALL = "third_party_firewall"
    POLICY_BLOCKS_ALL = "policy_blocks_all"
    POLICY_BLOCK_RULE = "policy_block_rule"
    POLICY_VOIDS_RULE = "policy_voids_rule"
    POLICY_VOIDS_LOCAL_RULES = "policy_voids_local_rules"
    BLOCKS_ALL = "blocks_all"
    SERVICE_RESTRICTED = "service_restricted"
    # Rules of this PC.
    BLOCK_RULE = "block_rule"
    RULE_FOR_OTHER_PROFILE = "rule_for_other_profile"
    RULE_DISABLED = "rule_disabled"
    RULE_FOR_OTHER_PROGRAM = "rule_for_other_program"
    RULE_FOR_OTHER_SERVICE = "rule_for_other_service"
    RULE_FOR_OTHER_REMOTE = "rule_for_other_remote"
    RULE_FOR_OTHER_PROTOCOL = "rule_for_other_protocol"
    RULE_OUTBOUND = "rule_outbound"
    RULE_FOR_OTHER_ADDRESS = "rule_for_other_address"
    RULE_FOR_OTHER_INTERFACE = "rule_for_other_interface"
    NO_RULE = "no_rule"
    CONDITION_NOT_MET = "condition_not_met"
    # Obstacles that can't be seen from here.
    FIREWALL_STOPPED = "firewall_stopped"
    CONDITION_OPEN = "condition_open"
    NETWORK_UNIDENTIFIED = "network_unidentified"
    NETWORK_UNKNOWN = "network_unknown"
    FIREWALL_UNKNOWN = "firewall_unknown"
    # Why the controller has not tried to connect.
    THROUGH_PROXY = "through_proxy"
    FORWARDED = "forwarded"
    ADDRESS_CHANGED = "address_changed"
    # All is well on the PC.
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NO_ROUTE = "no_route"


# Every other kind is about this PC's own firewall rules: the port is blocked.
_VERDICTS: Mapping[Verdict, tuple[CauseKind, ...]] = {
    Verdict.UNKNOWN: (
        CauseKind.ANSWERED_BY_OTHER,
        CauseKind.HOLDER_UNKNOWN,
        CauseKind.BEHIND_NAT,
        CauseKind.CONDITION_OPEN,
        CauseKind.FIREWALL_STOPPED,
        CauseKind.NETWORK_UNIDENTIFIED,
        CauseKind.NETWORK_UNKNOWN,
        CauseKind.FIREWALL_UNKNOWN,
        CauseKind.THROUGH_PROXY,
        CauseKind.FORWARDED,
        CauseKind.ADDRESS_CHANGED,
    ),
    Verdict.IN_USE_BY_OTHER: (CauseKind.IN_USE_BY_OTHER,),
    Verdict.RESERVED: (CauseKind.RESERVED,),
    Verdict.NOT_LISTENING: (
        CauseKind.NOTHING_LISTENS,
        CauseKind.DESTINATION_SILENT,
        CauseKind.OTHER_ADDRESS_ONLY,
        CauseKind.IPV6_ONLY,
        CauseKind.IPV4_ONLY,
    ),
    Verdict.LOOPBACK_ONLY: (CauseKind.LOOPBACK_ONLY,),
    Verdict.THIRD_PARTY_FIREWALL: (CauseKind.THIRD_PARTY_FIREWALL,),
    Verdict.OVERRIDDEN_BY_POLICY: (
        CauseKind.POLICY_BLOCKS_ALL,
        CauseKind.POLICY_BLOCK_RULE,
        CauseKind.POLICY_VOIDS_RULE,
        CauseKind.POLICY_VOIDS_LOCAL_RULES,
    ),
    Verdict.HIDDEN_BY_PROFILE: (CauseKind.RULE_FOR_OTHER_PROFILE,),
    Verdict.UNREACHABLE_FROM_CONTROLLER: (
        CauseKind.NO_ANSWER,
        CauseKind.REFUSED,
        CauseKind.NO_ROUTE,
    ),
}
VERDICTS: Mapping[CauseKind, Verdict] = dict.fromkeys(CauseKind, Verdict.BLOCKED) | {
    kind: verdict for verdict, kinds in _VERDICTS.items() for kind in kinds
}


class AttemptOutcome(StrEnum):
    """The outcome of the controller's own attempt to connect."""

    CONNECTED = "connected"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    NOT_TRIED = "not_tried"

    @property
    def failed(self) -> bool:
        return self not in (AttemptOutcome.CONNECTED, AttemptOutcome.NOT_TRIED)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The controller's own attempt to connect to one port.

    `address` is the IP address that it went to, None if none was tried. `detail` is the operating
    system's message about a failure.
    """

    outcome: AttemptOutcome
    address: str | None = None
    detail: str = ""


NOT_TRIED = Attempt(AttemptOutcome.NOT_TRIED)

CONTROLLER = Phrase("peer.controller")


def of_addresses(text: str) -> Phrase:
    """PCs that connect, by their addresses, in words."""
    return Phrase("peer.addresses", {"addresses": text})


def client(host: str) -> Phrase:
    """A PC that connects, in words. `host` is its name in the inventory."""
    return Phrase("peer.client", {"host": host})


@dataclass(frozen=True, slots=True)
class WantedPort:
    """A port that is asked about.

    `expected_process` are names or full paths of the programs that may hold it, with or without
    ``.exe``; empty for any. `free` says that no program should hold it: then every program is
    unexpected. `name` is what the person who asks calls it, None if that is only its number.
    """

    protocol: Protocol
    port: int
    expected_process: tuple[str, ...] = ()
    free: bool = False
    name: str | None = field(default=None, compare=False)

    @property
    def key(self) -> Port:
        return self.protocol, self.port

    @property
    def label(self) -> str:
        """``TCP 80``."""
        return f"{self.protocol.upper()} {self.port}"


@dataclass(frozen=True)
class Situation:
    """What is known about a host, and about the controller's connection to it, for all ports at
    once.

    Attributes:
        snapshot: endpoints, their owners, reserved ranges and the URLs of http.sys.
        urls_read: whether any URLs of http.sys were read, even if for other ports.
        firewall: None if it could not be read.
        networks: those that the host is connected to; empty if it has none, or does not report
            them.
        networks_known: whether it reports them.
        stopped: services of the firewall that should run and don't.
        targets: the IP addresses at which the controller tried to reach the host.
        arrives: the host's own address to which the controller is connected, None if unknown. It
            differs from the targets if addresses are translated on the way.
        translated: the host has none of the targets itself.
        controller: the address by which the host sees the controller, if known.
        attempts: by port; a port that is missing was not tried.
        why_not: why none was tried although the task asked for it.
        serves: by the PID of a process that a remedy would end, or that is a relay, all ports that
            it serves.
        silent: the mappings that lead to a port of the host itself on which nothing listens.
        may_filter: names of security products of other makers that may filter traffic, although
            they are not in charge of the firewall.
        in_domain: whether the host seems to be a member of a domain; None if it does not show.
        foresight: what network_category would judge a change of a network by; None if nobody knows.
        peer: the machine that connects, in words, if it is not the controller: then all that is
            said here of the controller is said of that machine.
        arriving: the addresses that are asked about instead of the controller's.
    """

    snapshot: Snapshot
    urls_read: bool = False
    firewall: Firewall | None = None
    networks: tuple[Network, ...] = ()
    networks_known: bool = True
    stopped: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    arrives: str | None = None
    translated: bool = False
    controller: str | None = None
    attempts: Mapping[Port, Attempt] = field(default_factory=dict)
    why_not: CauseKind | None = None
    serves: Mapping[int, tuple[Port, ...]] = field(default_factory=dict)
    silent: frozenset[Forward] = frozenset()
    may_filter: tuple[str, ...] = ()
    in_domain: bool | None = None
    foresight: Foresight | None = None
    peer: Phrase = CONTROLLER
    arriving: Arriving | None = None

    @property
    def family(self) -> int | None:
        """The family, 4 or 6, by which the controller reaches the host; None if it is unknown."""
        if self.arriving is not None:
            return self.arriving.source.family
        reached = self.targets if self.arrives is None else (self.arrives,)
        families = {4 if parse_address(each).family == "ipv4" else 6 for each in reached}
        return families.pop() if len(families) == 1 else None

    def reached_on(self, network: Network) -> set[str]:
        """The host's own addresses on a network, without zones, to which the controller
        connects."""
        reached = set(self.targets) if self.arrives is None else {self.arrives}
        return {parse_address(each).text for each in network.addresses} & reached

    @property
    def past_edge(self) -> bool:
        """Whether the controller comes by a tunnel through which only rules with edge traversal let
        anything in."""
        reached = self.targets if self.arrives is None else (self.arrives,)
        return any(map(is_past_edge, reached))

    @property
    def home(self) -> Network | None:
        """The network by which the controller comes; None if it is unknown, or if the host reports
        none for the adapter."""
        found = [each for each in self.networks if self.reached_on(each)]
        if not found and (self.arrives is None or not self.snapshot.addresses):
            found = list(self.networks)
        return found[0] if len(found) == 1 else None

    def values(self, wanted: WantedPort, **more: Value) -> dict[str, Value]:
        """The values that texts about a port share: ``port`` and ``peer``."""
        return {"port": wanted.label, "peer": self.peer, **more}

    def attempt(self, wanted: WantedPort) -> Attempt:
        """The outcome of the attempt on a port."""
        return self.attempts.get(wanted.key, NOT_TRIED)


@dataclass(frozen=True)
class RemedyTask:
    """A task of this collection. `options` are plain values, suitable for JSON and YAML."""

    name: Phrase
    module: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Remedy:
    """What to do about a cause: in words, and as a task if this collection can do it."""

    text: Phrase
    task: RemedyTask | None = None


@dataclass(frozen=True)
class Cause:
    """One obstacle. Any one of its remedies is enough; the preferred one comes first."""

    kind: CauseKind
    text: Phrase
    remedies: tuple[Remedy, ...]

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.kind]

    @property
    def holder(self) -> Phrase | None:
        """Who has the port, in words, if it is about that."""
        found = self.text.values.get("holder")
        return found if isinstance(found, Phrase) else None


def cause_of(
    kind: CauseKind,
    values: Mapping[str, Value],
    remedies: Iterable[Remedy] = (),
    *,
    text: str = "",
    remedy: str = "",
) -> Cause:
    """A cause in words, with remedies in words.

    Args:
        values: of the placeholders of both texts.
        remedies: those that are tasks; if there are none, one in words.
        text, remedy: the keys of the texts, after ``cause.`` and ``remedy.``, if they are not named
            after the kind.
    """
    found = tuple(remedies) or (Remedy(Phrase(f"remedy.{remedy or kind}", values)),)
    return Cause(kind, Phrase(f"cause.{text or kind}", values), found)


@dataclass(frozen=True)
class Evidence:
    """The evidence of a diagnosis.

    `listeners` are the endpoints on the port, `holders` their owners, `reserved` the excluded
    ranges that contain it, `firewall` one verdict for each network, `forwards` the mappings by
    which Windows forwards it.
    """

    attempt: Attempt
    listeners: tuple[Endpoint, ...] = ()
    holders: tuple[Holder, ...] = ()
    reserved: tuple[PortRange, ...] = ()
    firewall: tuple[NetworkVerdict, ...] = ()
    forwards: tuple[Forward, ...] = ()


class Admission(StrEnum):
    """Whether the rules of the firewall let in traffic from a source."""

    ALLOWED = "allowed"
    PARTLY = "partly"
    CONDITIONAL = "conditional"
    BLOCKED = "blocked"
    # Another maker's firewall is in charge.
    OVERRULED = "overruled"
    UNKNOWN = "unknown"
    # The rules don't matter: it is the host's own address, it has none of that family, or no route.
    OWN_ADDRESS = "own_address"
    NO_ADDRESS = "no_address"
    NO_ROUTE = "no_route"


@dataclass(frozen=True)
class SourceVerdict:
    """What the rules say about traffic from a source to a port.

    `allowed`, `blocked` and `uncertain` are its addresses, as texts, that are certainly let in,
    certainly not, and neither; together they are all. `causes` are what keeps some of it out, in
    the order of mending, and `summary` says the first of them. `verdicts` has one for each network.
    """

    source: Source
    state: Admission
    summary: Phrase
    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    verdicts: tuple[NetworkVerdict, ...] = ()
    remarks: tuple[Phrase, ...] = ()

    @property
    def is_let_in(self) -> bool:
        """Whether all of it can reach the port, by what the host shows."""
        states = (Admission.ALLOWED, Admission.OWN_ADDRESS)
        return self.state in states and not self.causes


@dataclass(frozen=True)
class Diagnosis:
    """The answer for one port.

    `causes` are in the order of mending. `summary` says the first of them and what to do, or that
    the port can be reached; `remarks` are what else a person should know. `held_by` names the
    holders. `sources` has what the rules say about each source that the task names.
    """

    wanted: WantedPort
    causes: tuple[Cause, ...]
    summary: Phrase
    evidence: Evidence
    held_by: tuple[Phrase, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    sources: tuple[SourceVerdict, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return self.causes[0].verdict if self.causes else Verdict.REACHABLE

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """The remedies of all causes, in order."""
        return tuple(remedy for _cause, remedy in remedies_of(self.causes))


def remedies_of(causes: Iterable[Cause]) -> Iterator[tuple[Cause, Remedy]]:
    """The remedies of these causes, each with the first cause of its kind that it is for: one may
    mend several, such as a task that stops all holders of a port."""
    told: list[tuple[CauseKind, Remedy]] = []
    for cause in causes:
        for remedy in cause.remedies:
            if (cause.kind, remedy) not in told:
                told.append((cause.kind, remedy))
                yield cause, remedy
