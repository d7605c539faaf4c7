# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What port_facts asks of one host: options in, facts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...module_utils.asked import ports, states
from ...module_utils.ground.model import Endpoint, Protocol, Snapshot, TcpState
from ...module_utils.host.host import Host, HostError
from ...module_utils.pc import result as facts
from ...module_utils.pc import snapshot
from ...module_utils.pc.behind.nat import with_nat
from ...module_utils.pc.facts.listen import USUAL_FORMAT
from ...module_utils.pc.holders import Port, described, find_holders
from ...module_utils.pc.programs.commands import Program
from ...module_utils.words.phrases import Phrase, Value, in_turn, said
from ..action import UserError

if TYPE_CHECKING:
    from ...module_utils.firewall.judging.reading import FirewallReading


_LISTENING = frozenset({TcpState.LISTEN})


@dataclass(frozen=True)
class FactsOptions:
    """What a task asks for."""

    snapshot: snapshot.SnapshotRequest
    firewall: bool
    networks: bool
    #: The ports by their protocols, None for all.
    ports: Mapping[Protocol, ports.PortSet] | None = None
    #: How the times of ``tcp_listen`` and ``udp_listen`` are written.
    date_format: str = USUAL_FORMAT
    #: The names by which ports are asked for, by their numbers.
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """What was read from a host; the last two only if they were asked for."""

    taken: Snapshot
    judged: facts.Judged | None
    interfaces: list[facts.InterfaceFact] | None


def options_of(given: Mapping[str, Any], *, rows_only: bool = False) -> FactsOptions:
    """The options of port_facts, and of every task that asks the same.

    Args:
        rows_only: only rows are made of them (`diagnosis.survey.rows`), which name processes and
            services and say nothing else of them.

    Raises:
        UserError: one of them is wrong.
    """
    try:
        by_protocol = (
            None
            if given["ports"] is None
            else ports.ports_of_protocols(given["ports"], given["protocols"])
        )
    except ports.PortError as error:
        raise UserError("argument.of", option="ports", problem=said(error)) from error
    try:
        chosen = states.states_of(given["states"])
    except states.StateError as error:
        raise UserError("argument.of", option="states", problem=said(error)) from error
    gather = set(given["gather"])
    firewall = "firewall" in gather
    services: tuple[str, ...] = ()
    if firewall or "networks" in gather:
        # Before there are threads that would all import it; and not at the head: see there.
        from . import of_firewall

        services = of_firewall.SERVICES if firewall else ()
    wanted = snapshot.SnapshotRequest(
        ports=None if by_protocol is None else ports.PortSet().union(*by_protocol.values()),
        protocols=frozenset(by_protocol or map(Protocol, given["protocols"])),
        states=chosen,
        # A rule may be for only one program or service.
        processes="process" in gather or firewall,
        services="service" in gather or firewall,
        users="user" in gather,
        command_lines=given["command_lines"],
        # A rule for a service may be met by the processes that it starts.
        identities=firewall,
        # Rules for IPv4 matter to a listener on :: only if it also serves IPv4.
        families=firewall,
        reserved="reserved" in gather,
        dynamic="dynamic" in gather,
        http_urls="httpsys" in gather,
        forwards="forwards" in gather,
        # The firewall looks at paths and parents, and a service has the user of its process.
        names_only=rows_only and not firewall and "user" not in gather,
        service_names=services,
        addresses="networks" in gather,
        adapters="networks" in gather,
        routes="networks" in gather,
    )
    return FactsOptions(
        *(wanted, firewall, "networks" in gather, by_protocol),
        given["date_format"] or USUAL_FORMAT,
        {} if by_protocol is None else ports.names_in(given["ports"]),
    )


def look(host: Host, wanted: FactsOptions, firewall: FirewallReading | None = None) -> Gathered:
    """Read a host.

    Args:
        firewall: its firewall, if the caller has just read it.

    Raises:
        HostError: it could not be read.
    """
    if wanted.firewall or wanted.networks:
        from . import of_firewall  # not at the head: see there

        return of_firewall.look(host, wanted, firewall)
    taken, _printed = take(host, wanted)
    return Gathered(taken, None, None)


def take(
    host: Host, wanted: FactsOptions, programs: Sequence[Program] = ()
) -> tuple[Snapshot, Mapping[Program, str]]:
    """Read everything but the firewall and the networks, and what programs print.

    Raises:
        HostError: the host could not be read.
    """
    taken, printed = snapshot.take_with(host, wanted.snapshot, programs)
    if wanted.ports is not None:
        # One query asks for the ports of all protocols.
        taken = replace(taken, endpoints=tuple(_asked_for(taken.endpoints, wanted.ports)))
    if wanted.snapshot.forwards:
        taken = with_nat(host, taken, _single(wanted.ports))
    return taken, printed


def result(gathered: Gathered, wanted: FactsOptions) -> facts.FactsResult[Value]:
    """What port_facts returns."""
    taken = gathered.taken
    made: facts.FactsResult[Value] = {
        "changed": False,
        "ansible_facts": facts.facts(
            taken,
            gathered.judged,
            gathered.interfaces,
            forwards=wanted.snapshot.forwards,
            date_format=wanted.date_format,
            names=wanted.names,
        ),
    }
    if taken.notes:
        made["warnings"] = list(taken.notes)
    return made


def nothing_found(host: Host, wanted: FactsOptions, taken: Snapshot) -> Value | None:
    """What to say where no endpoint is at the ports that a task asks for, with who has them all the
    same: a connection, or Windows' NAT. None if there are some, or if it asks for all ports.

    Raises:
        HostError: the host can no longer be reached.
    """
    by_protocol, chosen = wanted.ports, wanted.snapshot.states
    if by_protocol is None or taken.endpoints:
        return None
    if chosen != _LISTENING:
        return Phrase("facts.unused" if chosen is None else "facts.not_in_state")
    about = snapshot.SnapshotRequest(
        ports=wanted.snapshot.ports, protocols=wanted.snapshot.protocols, states=None
    )
    try:
        found, _printed = take(host, replace(wanted, snapshot=about))
        found = with_nat(host, found, _single(by_protocol))
    except HostError as error:
        if error.unreachable:
            raise
        return Phrase("facts.nobody")
    others = tuple(each for each in found.endpoints if not each.is_listening and each.pid)
    found = replace(found, endpoints=others)
    told = [
        Phrase(
            "facts.connection",
            {"ports": tuple(map(_label, each.ports)), "holder": described(found, each)},
        )
        for each in find_holders(found, by_protocol, connections=True)
    ]
    told += [
        Phrase("facts.nat", {"port": _label((each.protocol, each.port)), "target": each.target})
        for each in found.forwards
    ]
    return in_turn(Phrase("facts.nobody"), *told)


def _label(port: Port) -> str:
    protocol, number = port
    return f"{protocol.upper()} {number}"


def _asked_for(
    endpoints: Iterable[Endpoint], wanted: Mapping[Protocol, ports.PortSet]
) -> Iterator[Endpoint]:
    return (each for each in endpoints if each.port in wanted.get(each.protocol, ()))


def _single(
    wanted: Mapping[Protocol, ports.PortSet] | None,
) -> frozenset[tuple[Protocol, int]] | None:
    """The single ports that a task asks for, None for all."""
    if wanted is None:
        return None
    return frozenset((protocol, port) for protocol, found in wanted.items() for port in found)
