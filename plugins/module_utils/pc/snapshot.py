# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads one Snapshot from a Host, asking only for what the caller needs.

The order matters: endpoints first, then what stands behind http.sys, then the processes and
services of the PIDs found. A process that ends in between leaves an endpoint without a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from ..asked.ports import PortSet
from ..ground.model import (
    SYSTEM_PID,
    Address,
    Endpoint,
    Orphan,
    Process,
    Protocol,
    Service,
    Snapshot,
    TcpState,
    parse_address,
)
from ..ground.names import name_key
from ..host.host import Host, HostError
from ..words.phrases import Phrase, Value
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import Instance, Reference
from ..wsman.soap.faults import MISSING_CLASS, FaultKind
from .printed import Tables, add_printed, of_host
from .processes import MAX_CONDITIONS, find_heirs, find_processes, pid_condition
from .programs import commands, netstat, running
from .row_values import (
    MAX_NAME,
    MAX_PATH,
    number,
    optional_number,
    optional_text,
    optional_truth,
    text,
    time_of,
)

T = TypeVar("T")


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

# Without these an endpoint is none.
_OF_AN_ENDPOINT = ("LocalAddress", "LocalPort")

# How a host without the network classes (before Windows 8 and Server 2012) answers.

# Win32_Service.StartName as the service manager spells it, and the account as every other place
# of Windows shows it.
SERVICE_ACCOUNTS = {
    "localsystem": "NT AUTHORITY\\SYSTEM",
    "nt authority\\localservice": "NT AUTHORITY\\LOCAL SERVICE",
    "nt authority\\networkservice": "NT AUTHORITY\\NETWORK SERVICE",
}


@dataclass(frozen=True)
class Wanted:
    """What to read.

    Attributes:
        ports: local ports, None for all.
        protocols: which of TCP and UDP.
        states: states of TCP connections, None for all.
        processes, services, users, command_lines: about the owners of the endpoints found.
        parents: also the processes that started the owners, and the services in those.
        families: of listeners on ``::``, whether they serve IPv4 too. MSFT_NetTCPConnection does
            not tell, so that netstat is read where there is such a listener.
        times: when each endpoint was opened.
        reserved, dynamic, http_urls: what the host keeps besides endpoints.
    """

    ports: PortSet | None = None
    protocols: frozenset[Protocol] = frozenset(Protocol)
    states: frozenset[TcpState] | None = frozenset({TcpState.LISTEN})
    processes: bool = True
    services: bool = True
    users: bool = False
    command_lines: bool = False
    parents: bool = False
    families: bool = False
    times: bool = False
    reserved: bool = False
    dynamic: bool = False
    http_urls: bool = False


def take(host: Host, wanted: Wanted) -> Snapshot:
    """Read a Snapshot.

    Raises:
        HostError: endpoints, processes or services could not be read. Parts that come from
            programs don't fail the whole; `Snapshot.notes` says what is missing and why.
    """
    return take_with(host, wanted, ())[0]


def take_with(
    host: Host, wanted: Wanted, also: Sequence[commands.Program]
) -> tuple[Snapshot, Mapping[commands.Program, str]]:
    """Read a Snapshot, and run further programs in the one command line that it takes anyway.

    Returns:
        The snapshot and what these programs have printed; nothing of them where the command line
        failed, which `Snapshot.notes` tells.

    Raises:
        HostError: as `take`.
    """
    source = "cim"
    told: tuple[Phrase, ...] = ()
    try:
        endpoints = _endpoints_by_cim(host, wanted)
    except HostError as error:
        if error.kind not in MISSING_CLASS:
            raise
        endpoints, told = _endpoints_by_netstat(host, wanted)
        source = "netstat"
    snapshot = Snapshot(
        endpoints=endpoints, source=source, families_known=source == "netstat", notes=told
    )
    tables = Tables(wanted.families, wanted.reserved, wanted.dynamic, wanted.http_urls)
    snapshot, printed = add_printed(host, snapshot, tables, also)
    pids = {endpoint.pid for endpoint in endpoints if endpoint.pid is not None}
    pids.update(pid for url in snapshot.http_urls for pid in url.pids)
    if not pids:
        return snapshot, printed
    processes = (
        find_processes(host, pids, wanted.command_lines) if wanted.processes or wanted.users else {}
    )
    if wanted.processes:
        orphans = _orphans(host, snapshot, processes)
        snapshot = replace(snapshot, orphans=orphans)
        heirs = {each.pid: each for orphan in orphans.values() for each in orphan.heirs}
        processes |= heirs
        pids |= set(heirs)
    if wanted.parents:
        parents = {each.parent_pid for each in processes.values() if each.parent_pid} - pids
        processes |= find_processes(host, parents, wanted.command_lines) if parents else {}
        pids |= parents
    services = _services(host, pids) if wanted.services or wanted.users else {}
    if wanted.users:
        processes, notes = _with_owners(host, processes, services)
        snapshot = replace(snapshot, notes=(*snapshot.notes, *notes))
    else:
        processes = {
            pid: replace(process, user=_service_account(services.get(pid, ())))
            for pid, process in processes.items()
        }
    snapshot = replace(
        snapshot,
        processes=processes if wanted.processes or wanted.users else {},
        services=services if wanted.services else {},
    )
    return snapshot, printed


# -- endpoints ---------------------------------------------------------------------------------


def _endpoints_by_cim(
    host: Host, wanted: Wanted, also: wql.Condition | None = None
) -> tuple[Endpoint, ...]:
    """The endpoints that are wanted and meet a further condition."""
    found: list[Endpoint] = []
    of_ports = _port_condition(wanted.ports)
    conditions = [each for each in (of_ports, also) if each is not None]
    times = ("CreationTime",) if wanted.times else ()
    if Protocol.TCP in wanted.protocols:
        columns = ["LocalAddress", "LocalPort", "OwningProcess", *times]
        of_tcp = list(conditions)
        if wanted.states is not None:
            numbers = tuple(sorted(STATE_NUMBERS[state] for state in wanted.states))
            of_tcp.append(wql.any_of("State", numbers))
        if wanted.states != frozenset({TcpState.LISTEN}):
            columns += ["State", "RemoteAddress", "RemotePort"]
        rows = host.enumerate(
            classes.NET_TCP_CONNECTION, tuple(columns), _all_of(of_tcp), needed=_OF_AN_ENDPOINT
        )
        found += (_tcp_endpoint(host, row) for row in rows)
    if Protocol.UDP in wanted.protocols:
        columns = ["LocalAddress", "LocalPort", "OwningProcess", *times]
        rows = host.enumerate(
            classes.NET_UDP_ENDPOINT, tuple(columns), _all_of(conditions), needed=_OF_AN_ENDPOINT
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
    if wanted.ports is not None:
        wanted_ports = wanted.ports
        found = [endpoint for endpoint in found if endpoint.port in wanted_ports]
    return tuple(found)


def endpoints_of(host: Host, snapshot: Snapshot, pids: Iterable[int]) -> tuple[Endpoint, ...]:
    """Where these processes listen, on the host that a snapshot was read of. Raises HostError."""
    owners = set(pids)
    if snapshot.source == "netstat":
        found, _unused = _endpoints_by_netstat(host, Wanted())
    else:
        condition = pid_condition("OwningProcess", owners)
        found = _endpoints_by_cim(host, Wanted(), condition)
    return tuple(each for each in found if each.pid in owners)


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


def _endpoints_by_netstat(
    host: Host, wanted: Wanted
) -> tuple[tuple[Endpoint, ...], tuple[Phrase, ...]]:
    """The endpoints, and what to note of them."""
    program = commands.NETSTAT
    try:
        printed = running.run(host, [program], Phrase("do.read_netstat"))
    except commands.OutputError as error:
        raise _unreadable(host, error.phrase) from error
    text = printed.texts[program]
    rows, unread = netstat.parse(text), netstat.unread(text)
    if not rows or unread:
        told = {"program": program.name, "printed": running.shown(unread[0] if unread else text)}
        raise _unreadable(host, Phrase("endpoints.no_table", told))
    problem = printed.problem(program)
    if problem is not None and program in printed.failed:
        raise _unreadable(host, problem)
    found = []
    for row in rows:
        if row.protocol not in wanted.protocols:
            continue
        if wanted.ports is not None and row.local_port not in wanted.ports:
            continue
        local = _address(host, row.local_address)
        if row.protocol is Protocol.UDP:
            found.append(Endpoint(Protocol.UDP, local, row.local_port, pid=row.pid))
        elif row.listening:
            if wanted.states is None or TcpState.LISTEN in wanted.states:
                found.append(
                    Endpoint(Protocol.TCP, local, row.local_port, TcpState.LISTEN, pid=row.pid)
                )
        elif wanted.states is None or wanted.states != frozenset({TcpState.LISTEN}):
            # Which of the other states it is only the language of the host tells.
            remote = _address(host, row.remote_address) if row.remote_address else None
            found.append(
                Endpoint(
                    Protocol.TCP, local, row.local_port, None, remote, row.remote_port, row.pid
                )
            )
    return tuple(found), () if problem is None else (of_host(host, problem),)


# -- owners --------------------------------------------------------------------------------------


def _orphans(host: Host, snapshot: Snapshot, processes: Mapping[int, Process]) -> dict[int, Orphan]:
    """Owners of endpoints of which there is no process although the endpoint is there still. The
    endpoints are read once more for it, because a process may end between two reads."""
    missing = [
        each
        for each in snapshot.endpoints
        if each.pid is not None and each.pid > SYSTEM_PID and each.pid not in processes
        # A port is 1 to 65535; who says 0 of a socket has none that anybody could wait for.
        if each.port
    ]
    opened = _opened(host, snapshot, missing) if missing else {}
    return find_heirs(host, opened) if opened else {}


def _opened(
    host: Host, snapshot: Snapshot, endpoints: Sequence[Endpoint]
) -> dict[int, datetime | None]:
    """The owners of those of these endpoints that are still there, and since when the first of
    them is, None where the host does not tell."""
    wanted = {(each.protocol, each.port, each.pid) for each in endpoints}
    ports = PortSet.of(each.port for each in endpoints)
    protocols = frozenset(each.protocol for each in endpoints)
    if snapshot.source == "netstat":
        again, _unused = _endpoints_by_netstat(host, Wanted(ports, protocols, None))
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


def find_services(
    host: Host, condition: wql.Condition | None, *, ends: bool = False
) -> list[Service]:
    """The services that a condition on Win32_Service matches, sorted by name; with `ends` also how
    they ended last.

    Raises:
        HostError: they could not be read.
    """
    columns: tuple[str, ...] = (
        "Name", "DisplayName", "State", "StartMode", "ProcessId", "StartName", "PathName",
        "AcceptStop",
    )  # fmt: skip
    if ends:
        columns += ("ExitCode", "ServiceSpecificExitCode")
    found = [
        Service(
            text(row, "Name"),
            optional_text(row, "DisplayName") or text(row, "Name"),
            text(row, "State"),
            start_mode=optional_text(row, "StartMode"),
            # PID 0 stands for every service that does not run.
            pid=optional_number(row, "ProcessId") or None,
            start_name=optional_text(row, "StartName"),
            path=optional_text(row, "PathName", MAX_PATH),
            accepts_stop=optional_truth(row, "AcceptStop"),
            exit_code=optional_number(row, "ExitCode"),
            specific_exit_code=optional_number(row, "ServiceSpecificExitCode"),
        )
        for row in host.enumerate(classes.SERVICE, columns, condition, needed=("Name", "State"))
    ]
    return sorted(found, key=lambda service: name_key(service.name))


def _services(host: Host, pids: set[int]) -> dict[int, tuple[Service, ...]]:
    found: dict[int, list[Service]] = {}
    running = pids - {0}
    for service in find_services(host, pid_condition("ProcessId", running)) if running else ():
        if service.pid in pids:
            found.setdefault(service.pid, []).append(service)
    return {pid: tuple(services) for pid, services in found.items()}


def _service_account(services: tuple[Service, ...]) -> str | None:
    """The account of a process that runs services: all services of one process share it."""
    for service in services:
        if service.start_name:
            return SERVICE_ACCOUNTS.get(name_key(service.start_name), service.start_name)
    return None


def _with_owners(
    host: Host, processes: Mapping[int, Process], services: Mapping[int, tuple[Service, ...]]
) -> tuple[dict[int, Process], list[Phrase]]:
    """Add each process's user: a service's is known already, others are asked for one by one. Also
    why the first of them could not be asked for."""
    found: dict[int, Process] = {}
    notes: list[Phrase] = []
    for pid, process in processes.items():
        user = _service_account(services.get(pid, ()))
        if user is None and pid > SYSTEM_PID:
            try:
                user = _owner(host, pid)
            except HostError as error:
                if error.unreachable:
                    raise
                if error.kind is not FaultKind.NOT_FOUND:  # it has ended in the meantime
                    told: dict[str, Value] = {"pid": pid, "why": error.phrase}
                    notes.append(Phrase("process.owner_unknown", told))
        found[pid] = replace(process, user=user)
    return found, notes[:1]


def _owner(host: Host, pid: int) -> str | None:
    reference = Reference(classes.PROCESS.resource_uri, (("Handle", str(pid)),))
    owner = host.invoke(classes.PROCESS, reference, "GetOwner", reads=True)
    if owner.return_value:
        return None  # it is not for us to know
    user, domain = owner.values.get("User"), owner.values.get("Domain")
    name = f"{domain}\\{user}" if domain else str(user or "")
    return name[:MAX_NAME] or None


# -- values --------------------------------------------------------------------------------------


def _address(host: Host, text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise _unreadable(host, Phrase("endpoints.no_address", {"address": text})) from error


def _unreadable(host: Host, why: Phrase) -> HostError:
    what = Phrase("do.read_endpoints")
    return HostError("host.could_not", what=what, host=host.name, url=host.url, why=why)
