# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the endpoints of a host: by CIM, or by netstat if the host lacks the CIM classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from ..asked.ports import PortSet
from ..ground.model import (
    SYSTEM_PID,
    Address,
    Endpoint,
    Protocol,
    Snapshot,
    TcpState,
    parse_address,
)
from ..host.host import Host, HostError
from ..words.phrases import Phrase
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import Instance
from ..wsman.cim.row_values import number, optional_number, text, time_of
from ..wsman.soap.faults import MISSING_CLASS
from .printed import of_host
from .processes import MAX_CONDITIONS, pid_condition
from .programs import netstat, running
from .programs.commands import OutputError

# MSFT_NetTCPConnection, State (Microsoft's documentation of the class).
TCP_STATES: Mapping[int, TcpState] = {
    1: TcpState.CLOSED,
    2: TcpState.LISTEN,
    3: TcpState.SYN_SENT,
    4: TcpState.SYN_RECEIVED,
    5: TcpState.ESTABLISHED,
    6: TcpState.FIN_WAIT1,
    7: TcpState.FIN_WAIT2,
    8: TcpState.CLOSE_WAIT,
    9: TcpState.CLOSING,
    10: TcpState.LAST_ACK,
    11: TcpState.TIME_WAIT,
    12: TcpState.DELETE_TCB,
    100: TcpState.BOUND,
}
STATE_NUMBERS = {state: number for number, state in TCP_STATES.items()}

# An endpoint without these is useless.
_OF_AN_ENDPOINT = ("LocalAddress", "LocalPort")

# UDP ports from here on usually belong to queries of a program: the dynamic range of Windows since
# Vista (RFC 6335).
DYNAMIC_PORTS = 49_152

_LISTENING = frozenset({TcpState.LISTEN})
# A port that a program has bound without listening: other programs can't listen there. So has each
# program that has made a connection from the port.
HOLDING = frozenset({TcpState.LISTEN, TcpState.BOUND})


@dataclass(frozen=True)
class EndpointFilter:
    """Which endpoints to read, and which of their properties.

    Attributes:
        ports: local ports, None for all.
        protocols: which of TCP and UDP.
        states: states of TCP connections, None for all.
        times: when each was opened; netstat does not report it.
        connections: ports whose established connections are read too.
        besides: if UDP is read, also the UDP endpoints that the owners of the TCP ports serve.
    """

    ports: PortSet | None = None
    protocols: frozenset[Protocol] = frozenset(Protocol)
    states: frozenset[TcpState] | None = _LISTENING
    times: bool = False
    connections: PortSet | None = None
    besides: bool = False


def read_endpoints(host: Host, wanted: EndpointFilter) -> Snapshot:
    """A snapshot of only the endpoints, with their source and notes about it.

    Raises:
        HostError: they could not be read.
    """
    try:
        found = _by_cim(host, wanted)
        return Snapshot(
            _wanted(found, wanted),
            besides=found if wanted.besides and Protocol.UDP in wanted.protocols else None,
            connections=_connections(found, wanted),
        )
    except HostError as error:
        if error.kind not in MISSING_CLASS:
            raise
    # It prints all of them, whichever are wanted.
    every, notes = _by_netstat(host, EndpointFilter(states=None))
    found = tuple(each for each in every if _is_asked_for(each, wanted))
    return Snapshot(
        _wanted(found, wanted),
        besides=every,
        connections=_connections(found, wanted),
        source="netstat",
        families_known=True,
        notes=notes,
    )


def read_connections(
    host: Host, *, local: PortSet | None = None, remote: PortSet | None = None
) -> tuple[Endpoint, ...]:
    """The established TCP connections with one of some ports at the host itself, or at the other
    end.

    Raises:
        HostError: they could not be read; before Windows 8 and Server 2012, no class has them.
    """
    ports = [
        wql.any_range(name, each.as_ranges())
        for name, each in (("LocalPort", local), ("RemotePort", remote))
        if each is not None and len(each.as_ranges()) <= MAX_CONDITIONS
    ]
    established = wql.equals("State", STATE_NUMBERS[TcpState.ESTABLISHED])
    columns = ("LocalAddress", "LocalPort", "RemoteAddress", "RemotePort", "State")
    rows = host.enumerate(classes.NET_TCP_CONNECTION, columns, wql.all_of(established, *ports))
    found = (_tcp_endpoint(host, row) for row in rows)
    return _in_order(
        each
        for each in found
        if (local is None or each.port in local)
        and (remote is None or (each.remote_port or 0) in remote)
    )


def _wanted(found: Iterable[Endpoint], wanted: EndpointFilter) -> tuple[Endpoint, ...]:
    """The endpoints of the ports, protocols and states of a filter."""
    return tuple(
        each
        for each in found
        if each.protocol in wanted.protocols
        and (wanted.ports is None or each.port in wanted.ports)
        and (each.protocol is Protocol.UDP or _has_state(each, wanted.states))
    )


def _has_state(endpoint: Endpoint, states: frozenset[TcpState] | None) -> bool:
    # The state of a connection that netstat reports is a word of its language, so it may be any.
    if states is None or (endpoint.state is None and states != _LISTENING):
        return True
    return endpoint.state in states


def _is_asked_for(endpoint: Endpoint, wanted: EndpointFilter) -> bool:
    ports, of_connections = wanted.ports, wanted.connections
    if of_connections is not None and endpoint.port in of_connections:
        return True
    return endpoint.protocol in wanted.protocols and (ports is None or endpoint.port in ports)


def _connections(found: Iterable[Endpoint], wanted: EndpointFilter) -> tuple[Endpoint, ...]:
    """The established connections to the ports of a filter that are requested in particular."""
    ports = wanted.connections
    if ports is None:
        return ()
    return tuple(
        each
        for each in found
        if each.protocol is Protocol.TCP
        and each.remote is not None
        and each.state in (TcpState.ESTABLISHED, None)
        and each.port in ports
    )


def _tcp_condition(
    wanted: EndpointFilter, conditions: Sequence[wql.Condition]
) -> wql.Condition | None:
    """Which TCP endpoints to ask for: the wanted ones, which meet further conditions, and the
    connections."""
    of_tcp = list(conditions)
    if wanted.states is not None:
        numbers = tuple(sorted(STATE_NUMBERS[state] for state in wanted.states))
        of_tcp.append(wql.any_of("State", numbers))
    if wanted.connections is None:
        return _all_of(of_tcp)
    of_connections = wql.all_of(
        wql.equals("State", STATE_NUMBERS[TcpState.ESTABLISHED]),
        wql.any_range("LocalPort", wanted.connections.as_ranges()),
    )
    if Protocol.TCP not in wanted.protocols:
        return of_connections
    return wql.AnyOf((wql.all_of(*of_tcp), of_connections)) if of_tcp else None


def _by_cim(
    host: Host, wanted: EndpointFilter, also: wql.Condition | None = None
) -> tuple[Endpoint, ...]:
    """The endpoints that are wanted and meet a further condition, and the connections."""
    found: list[Endpoint] = []
    of_ports = _port_condition(wanted.ports)
    conditions = [each for each in (of_ports, also) if each is not None]
    times = ("CreationTime",) if wanted.times else ()
    if Protocol.TCP in wanted.protocols or wanted.connections is not None:
        columns = ["LocalAddress", "LocalPort", "OwningProcess", *times]
        if wanted.states != _LISTENING or wanted.connections is not None:
            columns.append("State")
        if wanted.states is None or wanted.states - HOLDING or wanted.connections is not None:
            columns += ["RemoteAddress", "RemotePort"]
        condition = _tcp_condition(wanted, conditions)
        rows = host.enumerate(
            classes.NET_TCP_CONNECTION, tuple(columns), condition, needed=_OF_AN_ENDPOINT
        )
        found += (_tcp_endpoint(host, row) for row in rows)
    if Protocol.UDP in wanted.protocols:
        columns = ["LocalAddress", "LocalPort", "OwningProcess", *times]
        rows = host.enumerate(
            classes.NET_UDP_ENDPOINT,
            tuple(columns),
            _udp_condition(wanted, conditions, found),
            needed=_OF_AN_ENDPOINT,
        )
        found += (
            Endpoint(
                Protocol.UDP,
                _address(host, text(row, "LocalAddress")),
                number(row, "LocalPort"),
                pid=optional_number(row, "OwningProcess"),
                created=time_of(row, "CreationTime"),
            )
            for row in rows
        )
    return _in_order(found)


def _udp_condition(
    wanted: EndpointFilter, conditions: list[wql.Condition], found: Iterable[Endpoint]
) -> wql.Condition | None:
    """Which UDP endpoints to ask for: the wanted ones and, if requested, those that the owners of
    the TCP endpoints `found` serve."""
    condition = _all_of(conditions)
    owners = {each.pid for each in _wanted(found, wanted)} if wanted.besides else set[int | None]()
    pids = {pid for pid in owners if pid is not None and pid > SYSTEM_PID}
    also = pid_condition("OwningProcess", pids) if pids else None
    if condition is None or also is None:
        return condition
    served = wql.all_of(also, wql.any_range("LocalPort", [(1, DYNAMIC_PORTS - 1)]))
    return wql.AnyOf((condition, served))


def endpoints_of(
    host: Host, snapshot: Snapshot, pids: Iterable[int], ports: PortSet | None = None
) -> tuple[Endpoint, ...]:
    """Where these processes listen, on the host of a snapshot, and what listens at some TCP ports.

    What was read by the way is not read again. If UDP was, those of processes that serve no TCP
    port may be missing.

    Raises:
        HostError: they could not be read.
    """
    owners, also = set(pids), ports or PortSet()
    known = snapshot.besides or ()
    found = known
    if snapshot.source != "netstat":
        asked = [pid_condition("OwningProcess", owners)] if owners else []
        asked += [_port_condition(also)] if also else []
        either = [each for each in asked if each is not None]
        condition = wql.AnyOf(tuple(either)) if len(either) == len(asked) else None
        protocols = frozenset({Protocol.TCP} if snapshot.besides is not None else Protocol)
        found = tuple(
            dict.fromkeys((*known, *_by_cim(host, EndpointFilter(protocols=protocols), condition)))
        )
    return tuple(
        each
        for each in _wanted(found, EndpointFilter())
        if each.pid in owners or (each.protocol is Protocol.TCP and each.port in also)
    )


def _tcp_endpoint(host: Host, row: Instance) -> Endpoint:
    state = TCP_STATES.get(number(row, "State")) if "State" in row.values else TcpState.LISTEN
    local = _address(host, text(row, "LocalAddress"))
    port = number(row, "LocalPort")
    pid, created = optional_number(row, "OwningProcess"), time_of(row, "CreationTime")
    if state is TcpState.LISTEN or "RemoteAddress" not in row.values:
        return Endpoint(Protocol.TCP, local, port, state, pid=pid, created=created)
    remote = _address(host, text(row, "RemoteAddress"))
    remote_port = number(row, "RemotePort")
    return Endpoint(Protocol.TCP, local, port, state, remote, remote_port, pid, created)


def _port_condition(ports: PortSet | None) -> wql.Condition | None:
    if ports is None or len(ports.as_ranges()) > MAX_CONDITIONS:
        return None
    return wql.any_range("LocalPort", ports.as_ranges())


def _all_of(conditions: list[wql.Condition]) -> wql.Condition | None:
    return wql.all_of(*conditions) if conditions else None


def _by_netstat(
    host: Host, wanted: EndpointFilter
) -> tuple[tuple[Endpoint, ...], tuple[Phrase, ...]]:
    """The endpoints of the ports, whatever their states, and notes about them."""
    try:
        printed = running.run(host, [netstat.NETSTAT], Phrase("do.read_netstat"))
    except OutputError as error:
        raise _unreadable(host, error.phrase) from error
    table = printed.understood(netstat.NETSTAT)
    if table.rows is None or not table.whole:
        raise _unreadable(host, table.doubts[0])
    ports, of_connections = wanted.ports, wanted.connections
    found = []
    for row in table.rows:
        if not (
            (row.protocol in wanted.protocols and (ports is None or row.local_port in ports))
            or (of_connections is not None and row.local_port in of_connections)
        ):
            continue
        local = _address(host, row.local_address)
        if row.protocol is Protocol.UDP:
            found.append(Endpoint(Protocol.UDP, local, row.local_port, pid=row.pid))
        elif row.listening:
            found.append(
                Endpoint(Protocol.TCP, local, row.local_port, TcpState.LISTEN, pid=row.pid)
            )
        else:
            # The other states are words in the language of the host.
            remote = _address(host, row.remote_address) if row.remote_address else None
            found.append(
                Endpoint(
                    Protocol.TCP, local, row.local_port, None, remote, row.remote_port, row.pid
                )
            )
    return _in_order(found), tuple(of_host(host, doubt) for doubt in table.doubts)


def _in_order(found: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The endpoints in an order of ours. A host promises none, and may list the same endpoints
    differently each time it is asked."""
    return tuple(sorted(found, key=attrgetter("order")))


def opened(
    host: Host, snapshot: Snapshot, endpoints: Sequence[Endpoint]
) -> dict[int, datetime | None]:
    """The owners of those endpoints that still exist, and when the first of each was opened, None
    if the host does not report it. Raises HostError."""
    wanted = {(each.protocol, each.port, each.pid) for each in endpoints}
    ports = PortSet.of(each.port for each in endpoints)
    protocols = frozenset(each.protocol for each in endpoints)
    if snapshot.source == "netstat":
        again, _unused = _by_netstat(host, EndpointFilter(ports, protocols, None))
        return {
            each.pid: None
            for each in again
            if each.pid is not None and (each.protocol, each.port, each.pid) in wanted
        }
    found: dict[int, datetime | None] = {}
    tables = {Protocol.TCP: classes.NET_TCP_CONNECTION, Protocol.UDP: classes.NET_UDP_ENDPOINT}
    for protocol in sorted(protocols):
        columns = ("LocalPort", "OwningProcess", "CreationTime")
        for row in host.enumerate(tables[protocol], columns, _port_condition(ports)):
            pid, since = optional_number(row, "OwningProcess"), time_of(row, "CreationTime")
            if pid is not None and (protocol, number(row, "LocalPort"), pid) in wanted:
                earlier = found.get(pid, since)
                found[pid] = min(since, earlier) if since and earlier else None
    return found


def _address(host: Host, text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise _unreadable(host, Phrase("endpoints.no_address", {"address": text})) from error


def _unreadable(host: Host, why: Phrase) -> HostError:
    what = Phrase("do.read_endpoints")
    return HostError("host.could_not", what=what, host=host.name, url=host.url, why=why)
