# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The answer whether one PC, the client, can reach a port of another one, the server, as frozen
values.

What is wrong at the server's end is said by the causes of port_check, with the client in place of
the controller; the kinds of this module are about the client's end and the way between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ....firewall.judging.decision import ProfileVerdict
from ....firewall.networks.network import Network
from ....words.phrases import Phrase, Value
from ...causes.model import CauseKind, Diagnosis, Remedy, Verdict, WantedPort


class PathVerdict(StrEnum):
    """Whether the client reaches the port and, if not, the kind of the first obstacle; in the order
    of mending."""

    NAME_UNKNOWN = "name_unknown"
    NAME_LEADS_ELSEWHERE = "name_leads_elsewhere"
    NO_ROUTE = "no_route"
    BLOCKED_AT_CLIENT = "blocked_at_client"
    NOT_LISTENING = "not_listening"
    LOOPBACK_ONLY = "loopback_only"
    IN_USE_BY_OTHER = "in_use_by_other"
    RESERVED = "reserved"
    BLOCKED_AT_SERVER = "blocked_at_server"
    ANSWERED_BY_OTHER = "answered_by_other"
    LOST_ON_THE_WAY = "lost_on_the_way"
    REFUSED_ON_THE_WAY = "refused_on_the_way"
    REACHABLE = "reachable"
    UNKNOWN = "unknown"


class Hop(StrEnum):
    """A stage of the way from the client's application to the server's program."""

    NAME = "name"
    ROUTE = "route"
    CLIENT_FIREWALL = "client_firewall"
    NETWORK = "network"
    SERVER_FIREWALL = "server_firewall"
    SERVER_PROGRAM = "server_program"


class PathKind(StrEnum):
    """What is in the way at the client's end or between the two, in the order of mending."""

    # Where the name leads.
    NAME_UNKNOWN = "name_unknown"
    NAME_LEADS_ELSEWHERE = "name_leads_elsewhere"
    # How packets leave the client.
    CLIENT_ADDRESS_DUPLICATE = "client_address_duplicate"
    CLIENT_HAS_ADDRESS = "client_has_address"
    NO_ROUTE = "no_route"
    # The client's firewall: what a rule of the client can't change, and its rules.
    CLIENT_FIREWALL_OF_OTHERS = "client_firewall_of_others"
    CLIENT_POLICY_BLOCK_RULE = "client_policy_block_rule"
    CLIENT_POLICY_BLOCKS = "client_policy_blocks"
    CLIENT_SERVICE_RESTRICTED = "client_service_restricted"
    CLIENT_BLOCK_RULE = "client_block_rule"
    CLIENT_BLOCKS = "client_blocks"
    CLIENT_FORBIDS = "client_forbids"
    # Another machine.
    SERVER_ADDRESS_DUPLICATE = "server_address_duplicate"
    NOT_SEEN = "not_seen"
    # All is well with the rest.
    SERVER_ADDRESS_UNUSED = "server_address_unused"
    WAY_OUT = "way_out"
    WAY_BACK = "way_back"
    LOST = "lost"
    REFUSED = "refused"
    # What can't be seen from here.
    NAME_NOT_CACHED = "name_not_cached"
    NAME_NOT_READ = "name_not_read"
    SERVER_ADDRESS_UNKNOWN = "server_address_unknown"
    ROUTE_UNKNOWN = "route_unknown"
    CLIENT_NETWORK_UNKNOWN = "client_network_unknown"
    CLIENT_CONDITION_OPEN = "client_condition_open"
    CLIENT_FIREWALL_STOPPED = "client_firewall_stopped"
    CLIENT_FIREWALL_UNKNOWN = "client_firewall_unknown"
    ATTEMPT_FAILED = "attempt_failed"
    CLIENT_NOT_READ = "client_not_read"


_OF_CLIENT: Mapping[PathKind, tuple[PathVerdict, Hop | None]] = {
    PathKind.NAME_UNKNOWN: (PathVerdict.NAME_UNKNOWN, Hop.NAME),
    PathKind.NAME_LEADS_ELSEWHERE: (PathVerdict.NAME_LEADS_ELSEWHERE, Hop.NAME),
    PathKind.CLIENT_ADDRESS_DUPLICATE: (PathVerdict.NO_ROUTE, Hop.ROUTE),
    PathKind.CLIENT_HAS_ADDRESS: (PathVerdict.NO_ROUTE, Hop.ROUTE),
    PathKind.NO_ROUTE: (PathVerdict.NO_ROUTE, Hop.ROUTE),
    PathKind.CLIENT_FIREWALL_OF_OTHERS: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_POLICY_BLOCK_RULE: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_POLICY_BLOCKS: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_SERVICE_RESTRICTED: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_BLOCK_RULE: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_BLOCKS: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_FORBIDS: (PathVerdict.BLOCKED_AT_CLIENT, Hop.CLIENT_FIREWALL),
    PathKind.SERVER_ADDRESS_DUPLICATE: (PathVerdict.ANSWERED_BY_OTHER, Hop.NETWORK),
    PathKind.SERVER_ADDRESS_UNUSED: (PathVerdict.LOST_ON_THE_WAY, Hop.NETWORK),
    PathKind.NOT_SEEN: (PathVerdict.ANSWERED_BY_OTHER, Hop.NETWORK),
    PathKind.WAY_OUT: (PathVerdict.LOST_ON_THE_WAY, Hop.ROUTE),
    PathKind.WAY_BACK: (PathVerdict.LOST_ON_THE_WAY, Hop.ROUTE),
    PathKind.LOST: (PathVerdict.LOST_ON_THE_WAY, Hop.NETWORK),
    PathKind.REFUSED: (PathVerdict.REFUSED_ON_THE_WAY, Hop.NETWORK),
    PathKind.NAME_NOT_CACHED: (PathVerdict.NAME_UNKNOWN, Hop.NAME),
    PathKind.NAME_NOT_READ: (PathVerdict.UNKNOWN, Hop.NAME),
    PathKind.SERVER_ADDRESS_UNKNOWN: (PathVerdict.UNKNOWN, Hop.NETWORK),
    PathKind.ROUTE_UNKNOWN: (PathVerdict.UNKNOWN, Hop.ROUTE),
    PathKind.CLIENT_NETWORK_UNKNOWN: (PathVerdict.UNKNOWN, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_CONDITION_OPEN: (PathVerdict.UNKNOWN, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_FIREWALL_STOPPED: (PathVerdict.UNKNOWN, Hop.CLIENT_FIREWALL),
    PathKind.CLIENT_FIREWALL_UNKNOWN: (PathVerdict.UNKNOWN, Hop.CLIENT_FIREWALL),
    PathKind.ATTEMPT_FAILED: (PathVerdict.UNKNOWN, Hop.NETWORK),
    PathKind.CLIENT_NOT_READ: (PathVerdict.UNKNOWN, None),
}

# By the verdict of port_check; those that are not here depend on the kind of the cause.
_OF_SERVER: Mapping[Verdict, tuple[PathVerdict, Hop]] = {
    Verdict.NOT_LISTENING: (PathVerdict.NOT_LISTENING, Hop.SERVER_PROGRAM),
    Verdict.LOOPBACK_ONLY: (PathVerdict.LOOPBACK_ONLY, Hop.SERVER_PROGRAM),
    Verdict.IN_USE_BY_OTHER: (PathVerdict.IN_USE_BY_OTHER, Hop.SERVER_PROGRAM),
    Verdict.RESERVED: (PathVerdict.RESERVED, Hop.SERVER_PROGRAM),
    Verdict.BLOCKED: (PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
    Verdict.HIDDEN_BY_PROFILE: (PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
    Verdict.OVERRIDDEN_BY_POLICY: (PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
    Verdict.THIRD_PARTY_FIREWALL: (PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
}
_OF_SERVER_KIND: Mapping[CauseKind, tuple[PathVerdict, Hop]] = {
    CauseKind.ANSWERED_BY_OTHER: (PathVerdict.ANSWERED_BY_OTHER, Hop.NETWORK),
    CauseKind.HOLDER_UNKNOWN: (PathVerdict.UNKNOWN, Hop.SERVER_PROGRAM),
    CauseKind.BEHIND_NAT: (PathVerdict.UNKNOWN, Hop.SERVER_PROGRAM),
    CauseKind.NO_ANSWER: (PathVerdict.LOST_ON_THE_WAY, Hop.NETWORK),
    CauseKind.REFUSED: (PathVerdict.REFUSED_ON_THE_WAY, Hop.NETWORK),
    CauseKind.NO_ROUTE: (PathVerdict.LOST_ON_THE_WAY, Hop.NETWORK),
}


def meaning(kind: PathKind | CauseKind, verdict: Verdict | None) -> tuple[PathVerdict, Hop | None]:
    """The verdict that a cause makes for the path, and where on the way it is.

    Args:
        verdict: what the cause makes for port_check, if it is one of the server's end.
    """
    if isinstance(kind, PathKind):
        return _OF_CLIENT[kind]
    if kind in _OF_SERVER_KIND:
        return _OF_SERVER_KIND[kind]
    unknown = (PathVerdict.UNKNOWN, Hop.SERVER_FIREWALL)
    return unknown if verdict is None else _OF_SERVER.get(verdict, unknown)


@dataclass(frozen=True)
class HostRemedy:
    """A remedy, and the host of the inventory on which it is carried out; None if it is neither the
    client nor the server."""

    remedy: Remedy
    host: str | None

    @property
    def told(self) -> Phrase:
        """What to do, and where."""
        if self.host is None:
            return self.remedy.text
        return Phrase("path.do_at", {"host": self.host, "what": self.remedy.text})


@dataclass(frozen=True)
class PathCause:
    """One obstacle. Any one of its remedies is enough; the preferred one comes first.

    `host` is the client or the server if the cause is there, None if it is between them; `text`
    speaks of that host as "the PC" or not at all.
    """

    kind: PathKind | CauseKind
    verdict: PathVerdict
    hop: Hop | None
    host: str | None
    text: Phrase
    remedies: tuple[HostRemedy, ...]

    @property
    def told(self) -> Phrase:
        """The cause, and where it is."""
        return self.text if self.host is None else at(self.host, self.text)


def at(host: str, clause: Value) -> Phrase:
    """A clause about one of the two hosts."""
    return Phrase("path.at", {"host": host, "clause": clause})


def path_cause(
    kind: PathKind,
    host: str | None,
    values: Mapping[str, Value],
    remedies: Iterable[Remedy] = (),
    *,
    text: str = "",
) -> PathCause:
    """A cause at the client or between the two, with remedies at the same place.

    Args:
        host: the one that has it.
        values: of the placeholders of its text and of the remedy in words.
        remedies: if there are none, one in words.
        text: the end of the keys of both, if they are not named after the kind.
    """
    key = text or kind.value
    given = tuple(remedies) or (Remedy(Phrase(f"path_remedy.{key}", values)),)
    return PathCause(
        kind,
        *meaning(kind, None),
        host,
        Phrase(f"path_cause.{key}", values),
        tuple(HostRemedy(each, host) for each in given),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every pair of hosts.

    `name` is what the application has configured for the server, None if that is not asked.
    `program` is the path of the application at the client, None if it is unknown. `tried` says that
    the client should try to connect.
    """

    ports: tuple[WantedPort, ...]
    name: str | None = None
    program: str | None = None
    tried: bool = True


@dataclass(frozen=True)
class OutboundVerdict:
    """What the client's firewall does with the application's traffic on the network by which it
    leaves."""

    network: Network
    verdict: ProfileVerdict


@dataclass(frozen=True)
class PathDiagnosis:
    """The answer for one port of the server and one client.

    `address` is the server's address that the client uses, None if there is none. `causes` are in
    the order of mending. `at_server` is what port_check says of the port for this client, None if
    the client could not be read. `outbound` has one verdict, several if it is unknown by which
    network the traffic leaves. `seen_from` is the address by which the server saw the client's
    attempt, None if it did not or was not asked.
    """

    client: str
    server: str
    wanted: WantedPort
    address: str | None
    causes: tuple[PathCause, ...]
    summary: Phrase
    remarks: tuple[Value, ...] = ()
    at_server: Diagnosis | None = None
    outbound: tuple[OutboundVerdict, ...] = ()
    seen_from: str | None = None

    @property
    def verdict(self) -> PathVerdict:
        return self.causes[0].verdict if self.causes else PathVerdict.REACHABLE

    @property
    def hop(self) -> Hop | None:
        """Where on the way the first obstacle is."""
        return self.causes[0].hop if self.causes else None
