# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads one Snapshot from a Host, asking only for what the caller needs.

The order matters: endpoints first, then the processes behind http.sys, then the processes and
services of the PIDs found. A process that ends in between leaves an endpoint without a process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..asked.ports import PortSet
from ..ground.model import SYSTEM_PID, Orphan, Process, Protocol, Service, Snapshot, TcpState
from ..host.host import Host
from ..words.phrases import Value
from . import networks
from .endpoints import EndpointFilter, opened, read_endpoints
from .printed import Tables, add_printed
from .processes import (
    MAX_CONDITIONS,
    find_heirs,
    find_processes,
    service_account,
    services_of,
    with_owners,
)
from .programs import commands


@dataclass(frozen=True)
class SnapshotRequest:
    """What to read.

    Attributes:
        ports: local ports, None for all.
        protocols: which of TCP and UDP.
        states: states of TCP connections, None for all.
        processes, services, users, command_lines: about the owners of the endpoints found.
        identities: also the services in the processes that started the owners, in the same request
            as those of the owners: a process has the identity of the service that started it.
        parents: also the processes that started the owners, and the services in those.
        families: whether listeners on ``::`` also serve IPv4. MSFT_NetTCPConnection does not report
            it, so netstat is read if there is such a listener.
        times: when each endpoint was opened.
        reserved, dynamic, http_urls: reserved ranges, dynamic ranges, and URLs of http.sys.
        connections: ports whose established connections are read too, such as those of WinRM.
        besides: if UDP is read, also the UDP endpoints that the owners of the TCP ports serve, as
            `Snapshot.besides`.
        addresses, adapters, routes: the host's own addresses, its network adapters, its routes.
        forwards: the mappings of ``netsh interface portproxy``, and the addresses to which http.sys
            is limited.
        names_only: of the processes and services, no more is read than their names, and which
            service is in which process. Not with what needs more: users, command_lines, identities,
            parents.
        service_names: services to read too, whether they run or not: in the request for those of
            the owners, so not if there is no owner.
    """

    ports: PortSet | None = None
    protocols: frozenset[Protocol] = frozenset(Protocol)
    states: frozenset[TcpState] | None = frozenset({TcpState.LISTEN})
    processes: bool = True
    services: bool = True
    users: bool = False
    command_lines: bool = False
    identities: bool = False
    parents: bool = False
    families: bool = False
    times: bool = False
    reserved: bool = False
    dynamic: bool = False
    http_urls: bool = False
    connections: PortSet | None = None
    besides: bool = False
    addresses: bool = False
    adapters: bool = False
    routes: bool = False
    forwards: bool = False
    names_only: bool = False
    service_names: tuple[str, ...] = ()

    @property
    def endpoints(self) -> EndpointFilter:
        """The filter for the endpoints."""
        return EndpointFilter(
            self.ports, self.protocols, self.states, self.times, self.connections, self.besides
        )


def take(host: Host, wanted: SnapshotRequest) -> Snapshot:
    """Read a Snapshot.

    Raises:
        HostError: endpoints, processes or services could not be read. A part that comes from a
            program may be missing; `Snapshot.notes` says what is missing and why.
    """
    return take_with(host, wanted, ())[0]


def take_with(
    host: Host, wanted: SnapshotRequest, also: Sequence[commands.Program]
) -> tuple[Snapshot, Mapping[commands.Program, str]]:
    """Read a Snapshot, and run further programs in the same command line.

    Returns:
        The snapshot and the outputs of these programs; no outputs if the command line failed, which
        `Snapshot.notes` reports.

    Raises:
        HostError: as `take`.
    """
    snapshot = _with_networks(host, wanted, read_endpoints(host, wanted.endpoints))
    tables = Tables(
        wanted.families, wanted.reserved, wanted.dynamic, wanted.http_urls, wanted.forwards
    )
    snapshot, printed = add_printed(host, snapshot, tables, also)
    pids = {endpoint.pid for endpoint in snapshot.endpoints if endpoint.pid is not None}
    pids.update(pid for url in snapshot.http_urls for pid in url.pids)
    if not pids:
        return snapshot, printed
    processes: dict[int, Process] = {}
    if wanted.processes or wanted.users:
        processes = find_processes(host, pids, wanted.command_lines, names_only=wanted.names_only)
    orphans: dict[int, Orphan] = {}
    if wanted.processes:
        orphans = _orphans(host, snapshot, processes)
        heirs = {each.pid: each for orphan in orphans.values() for each in orphan.heirs}
        processes |= heirs
        pids |= set(heirs)
    if wanted.parents:
        parents = {each.parent_pid for each in processes.values() if each.parent_pid} - pids
        processes |= find_processes(host, parents, wanted.command_lines) if parents else {}
        pids |= parents
    named: tuple[Service, ...] = ()
    services: dict[int, tuple[Service, ...]] = {}
    started_by: dict[int, tuple[Service, ...]] = {}
    if wanted.services or wanted.users:
        services, started_by, named = _services(host, pids, processes, wanted)
    if wanted.users:
        processes, notes = with_owners(host, processes, services)
        snapshot = replace(snapshot, notes=(*snapshot.notes, *notes))
    elif not wanted.names_only:
        processes = {
            pid: replace(process, user=service_account(services.get(pid, ())))
            for pid, process in processes.items()
        }
    snapshot = replace(
        snapshot,
        orphans=orphans,
        named=named if wanted.service_names else snapshot.named,
        processes=processes if wanted.processes or wanted.users else {},
        services=services if wanted.services else {},
        parents=started_by if wanted.services else {},
    )
    return snapshot, printed


def _with_networks(host: Host, wanted: SnapshotRequest, snapshot: Snapshot) -> Snapshot:
    if not (wanted.addresses or wanted.adapters or wanted.routes):
        return snapshot
    notes: list[Value] = list(snapshot.notes)
    if wanted.addresses:
        addresses, problems = networks.read_addresses(host, old=snapshot.source == "netstat")
        snapshot = replace(snapshot, addresses=addresses)
        notes += problems
    if wanted.adapters:
        adapters, problems = networks.read_adapters(host)
        snapshot = replace(snapshot, adapters=adapters)
        notes += problems
    if wanted.routes:
        routes, problems = networks.read_routes(host)
        snapshot = replace(snapshot, routes=routes)
        notes += problems
    return replace(snapshot, notes=tuple(notes))


def _services(
    host: Host, pids: set[int], processes: Mapping[int, Process], wanted: SnapshotRequest
) -> tuple[dict[int, tuple[Service, ...]], dict[int, tuple[Service, ...]], tuple[Service, ...]]:
    """The services in processes, those in the processes that started them if these are identities,
    and those of names: in one query, as long as that does not read all services of the host."""
    parents: set[int] = set()
    if wanted.identities:
        parents = {each.parent_pid for each in processes.values() if each.parent_pid} - pids
    if len(pids) + len(parents) > MAX_CONDITIONS >= len(pids):
        parents = set()
    found, named = services_of(
        host, pids | parents, wanted.service_names, names_only=wanted.names_only
    )
    return (
        {pid: services for pid, services in found.items() if pid in pids},
        {pid: services for pid, services in found.items() if pid in parents},
        named,
    )


def _orphans(host: Host, snapshot: Snapshot, processes: Mapping[int, Process]) -> dict[int, Orphan]:
    """Owners of endpoints that still exist although their process does not. The endpoints are read
    once more to check this, because a process may end between two reads."""
    missing = [
        each
        for each in snapshot.endpoints
        if each.pid is not None and each.pid > SYSTEM_PID and each.pid not in processes
        # A port is 1 to 65535; nothing can listen on port 0.
        if each.port
    ]
    since = opened(host, snapshot, missing) if missing else {}
    return find_heirs(host, since) if since else {}
