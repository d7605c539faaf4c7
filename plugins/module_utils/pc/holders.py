# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds a port: a process, a service, several services in one process, or Windows itself.

Windows itself is process 4, System: http.sys listens there for web servers, WinRM and every program
that uses the HTTP Server API, the SMB server for file sharing, and drivers for themselves. Ending
it would end Windows, so what matters is which service or program makes it listen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ..asked.ports import PortSet
from ..ground.model import SYSTEM_PID, Endpoint, HttpUrl, Process, Protocol, Service, Snapshot
from ..ground.names import same_name
from ..ground.text import for_display
from .launchers import starters

IDLE_PID = 0

Port = tuple[Protocol, int]


class HolderKind(StrEnum):
    """What kind of thing holds a port."""

    PROCESS = "process"
    SERVICE = "service"  # a process that runs one service
    SHARED_SERVICES = "shared_services"  # a process that runs several, a svchost as a rule
    SYSTEM = "system"  # PID 4: http.sys, the SMB server, a driver
    IDLE = "idle"  # PID 0: the rest of a connection whose process has ended
    ENDED = "ended"  # a PID without a process: it ended between two reads
    ORPHANED = "orphaned"  # a socket of a process that has ended, which others have inherited
    UNKNOWN = "unknown"  # the host does not tell the PID


@dataclass(frozen=True, slots=True)
class SystemPort:
    """Why process 4 holds a port.

    `owner` names the part of Windows. `urls` are what http.sys listens for there, `behind` the
    processes that it does so for. `releases` are the services that let go of the port when they
    stop, and `remedy` says how in a sentence.
    """

    port: Port
    owner: str
    urls: tuple[HttpUrl, ...]
    behind: tuple[int, ...]
    releases: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Holder:
    """One process and all endpoints of it at the ports that were asked for.

    `parent` is the process that started it, None where it has ended, and `parent_services` is the
    service that does its work in it: the only one that runs in the parent, where that is no
    launcher. `system` explains each port where the holder is process 4. `through_http_sys` says
    that http.sys listens for this process: its endpoints are those of process 4. `heirs` are the
    processes that may have inherited the socket of one that has ended, and `inherited_from` is the
    PID of that one where the holder is such an heir: its endpoints stand under that PID.
    """

    kind: HolderKind
    pid: int | None
    endpoints: tuple[Endpoint, ...]
    process: Process | None = None
    services: tuple[Service, ...] = ()
    parent: Process | None = None
    parent_services: tuple[Service, ...] = ()
    system: tuple[SystemPort, ...] = ()
    through_http_sys: bool = False
    heirs: tuple[Process, ...] = ()
    inherited_from: int | None = None

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports held, each once, in order."""
        return tuple(sorted({(each.protocol, each.port) for each in self.endpoints}))

    @property
    def only_connections(self) -> bool:
        """True when the port is the local end of connections and nobody listens at it."""
        return not any(endpoint.is_listening for endpoint in self.endpoints)

    @property
    def title(self) -> str:
        """What to call the holder in a message: ``nginx.exe (PID 4321)``."""
        if self.pid is None:
            return "a process that the host does not name"
        if self.kind is HolderKind.SYSTEM:
            return f"Windows itself (System, PID {self.pid})"
        name = for_display(self.process.name, 80) if self.process else "a process that has ended"
        return f"{name} (PID {self.pid})"


@dataclass(frozen=True, slots=True)
class _Driver:
    ports: tuple[Port, ...]
    owner: str
    releases: tuple[str, ...]
    remedy: str


_TCP, _UDP = Protocol.TCP, Protocol.UDP

# Ports that drivers hold for a service. From Microsoft's "Service overview and network port
# requirements for Windows", which names the service of each.
_DRIVERS = (
    _Driver(
        ((_TCP, 445),),
        "the SMB server (file and printer sharing)",
        ("LanmanServer",),
        "Stop and disable the service LanmanServer (Server) and restart the host. Nobody can reach "
        "shared folders and printers of the host then.",
    ),
    _Driver(
        ((_TCP, 139), (_UDP, 137), (_UDP, 138)),
        "NetBIOS over TCP/IP",
        (),
        "Turn NetBIOS over TCP/IP off in the settings of the network adapter (TCP/IPv4, Advanced, "
        "WINS).",
    ),
    _Driver(
        ((_TCP, 1723), (_UDP, 1701)),
        "the VPN server",
        ("RemoteAccess",),
        "Stop the service RemoteAccess (Routing and Remote Access).",
    ),
    _Driver(
        ((_TCP, 111), (_UDP, 111), (_TCP, 2049), (_UDP, 2049)),
        "the NFS server",
        ("NfsService",),
        "Stop the service NfsService (Server for NFS).",
    ),
    _Driver(
        ((_TCP, 3389), (_UDP, 3389)),
        "Remote Desktop",
        ("TermService",),
        "Turn Remote Desktop off in the settings, or stop the service TermService.",
    ),
)

# IIS: the worker of an application pool takes requests, but http.sys listens for the World Wide
# Web Publishing Service, which would start another worker.
IIS_WORKER = "w3wp.exe"
IIS_SERVICE = "W3SVC"


def find_holders(
    snapshot: Snapshot, ports: Mapping[Protocol, PortSet], connections: bool = False
) -> tuple[Holder, ...]:
    """Who holds the ports, each process once, in the order of the first port that it holds.

    Listeners and UDP endpoints are looked at and, with `connections`, also the local ends of TCP
    connections. Ports that nobody holds are in no holder.
    """
    by_pid: dict[int | None, list[Endpoint]] = {}
    for endpoint in snapshot.endpoints:
        wanted = endpoint.port in ports.get(endpoint.protocol, PortSet())
        if wanted and (connections or endpoint.is_listening):
            by_pid.setdefault(endpoint.pid, []).append(endpoint)
    holders = [_holder(snapshot, pid, endpoints) for pid, endpoints in by_pid.items()]
    return tuple(sorted(holders, key=lambda holder: (holder.ports, holder.pid or 0)))


def behind_http_sys(snapshot: Snapshot, holder: Holder) -> tuple[Holder, ...]:
    """The processes that http.sys holds ports of `holder`, process 4, for, each with those ports.

    Only ports that it is known for whose sake they are held are in them: see ``SystemPort.behind``.
    All of the processes have to end for a port to be released.
    """
    by_pid: dict[int, set[Port]] = {}
    for port in holder.system:
        for pid in port.behind:
            by_pid.setdefault(pid, set()).add(port.port)
    return tuple(
        _holder(
            snapshot,
            pid,
            [each for each in holder.endpoints if (each.protocol, each.port) in ports],
            through_http_sys=True,
        )
        for pid, ports in by_pid.items()
    )


def heirs_of(snapshot: Snapshot, holder: Holder) -> tuple[Holder, ...]:
    """The processes that may have inherited the socket of `holder`, which has ended, as holders of
    its ports. All of them have to end for the ports to be surely released."""
    return tuple(
        replace(_holder(snapshot, each.pid, holder.endpoints), inherited_from=holder.pid)
        for each in holder.heirs
    )


def _holder(
    snapshot: Snapshot,
    pid: int | None,
    endpoints: Iterable[Endpoint],
    through_http_sys: bool = False,
) -> Holder:
    held = tuple(endpoints)
    if pid is None:
        return Holder(HolderKind.UNKNOWN, None, held)
    process = snapshot.process(pid)
    services = snapshot.services_in(pid)
    parent = _parent(snapshot, process)
    kind = _kind(snapshot, pid, process, services)
    return Holder(
        kind,
        pid,
        held,
        process,
        services,
        parent,
        starters(parent, snapshot.services_in(parent.pid if parent else None)),
        _system_ports(snapshot, held) if kind is HolderKind.SYSTEM else (),
        through_http_sys,
        snapshot.orphans[pid].heirs if kind is HolderKind.ORPHANED else (),
    )


def _kind(
    snapshot: Snapshot, pid: int, process: Process | None, services: tuple[Service, ...]
) -> HolderKind:
    if pid == IDLE_PID:
        return HolderKind.IDLE
    if pid == SYSTEM_PID:
        return HolderKind.SYSTEM
    if process is None:
        return HolderKind.ORPHANED if pid in snapshot.orphans else HolderKind.ENDED
    if not services:
        return HolderKind.PROCESS
    return HolderKind.SERVICE if len(services) == 1 else HolderKind.SHARED_SERVICES


def _parent(snapshot: Snapshot, process: Process | None) -> Process | None:
    """The process that started this one. Windows keeps the PID of a parent that has ended, and may
    have given it to another process since: a parent is older than its child."""
    if process is None or process.parent_pid is None or process.parent_pid == process.pid:
        return None
    parent = snapshot.process(process.parent_pid)
    if parent is None or parent.created is None or process.created is None:
        return None
    return parent if parent.created <= process.created else None


def _system_ports(snapshot: Snapshot, endpoints: tuple[Endpoint, ...]) -> tuple[SystemPort, ...]:
    ports = sorted({(endpoint.protocol, endpoint.port) for endpoint in endpoints})
    return tuple(_system_port(snapshot, port) for port in ports)


def _system_port(snapshot: Snapshot, port: Port) -> SystemPort:
    urls = tuple(url for url in snapshot.http_urls if url.port == port[1])
    if urls:
        return _http_sys_port(snapshot, port, urls)
    for driver in _DRIVERS:
        if port in driver.ports:
            return SystemPort(port, driver.owner, (), (), driver.releases, driver.remedy)
    return SystemPort(
        port,
        "a driver",
        (),
        (),
        (),
        "Which driver it is, Windows does not say. Programs that install one (VPN, virtual "
        "machines, security products) are the likely owners: stop the program's service.",
    )


def _http_sys_port(snapshot: Snapshot, port: Port, urls: tuple[HttpUrl, ...]) -> SystemPort:
    # Where the process behind one URL is not known, it is not known who would have to end.
    known = all(url.pids for url in urls)
    behind = tuple(dict.fromkeys(pid for url in urls for pid in url.pids)) if known else ()
    releases: dict[str, None] = {}
    programs: dict[str, None] = {}
    for pid in behind:
        process, services = snapshot.process(pid), snapshot.services_in(pid)
        if process is not None and same_name(process.name, IIS_WORKER):
            releases[IIS_SERVICE] = None
        elif services:
            releases.update(dict.fromkeys(service.name for service in services))
        elif process is not None:
            programs[f"{for_display(process.name, 80)} (PID {pid})"] = None
    return SystemPort(
        port,
        "http.sys, which listens for " + _listed([for_display(url.url, 200) for url in urls]),
        urls,
        behind,
        tuple(releases),
        _http_remedy([for_display(name, 80) for name in releases], list(programs)),
    )


def _http_remedy(services: list[str], programs: list[str]) -> str:
    if services:
        plural = "s" if len(services) > 1 else ""
        also = f" and end {_listed(programs)}" if programs else ""
        return f"Stop the service{plural} {_listed(services)}{also}: http.sys then lets go."
    if programs:
        return f"End {_listed(programs)}: http.sys then lets go."
    return (
        "For which process http.sys listens is not known: "
        "netsh http show servicestate view=requestq on the host may tell."
    )


def _listed(texts: list[str]) -> str:
    shown = texts[:5] + ([f"{len(texts) - 5} more"] if len(texts) > 5 else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
