# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds a port: a process, a service, several services in one process, or Windows itself.

Windows itself is process 4, System: in it, http.sys listens for web servers, WinRM and every
program that uses the HTTP Server API, the SMB server listens for file sharing, and drivers listen
for themselves. Ending it would end Windows, so what matters is which service or program makes it
listen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ..asked import well_known
from ..asked.ports import PortSet
from ..ground.model import SYSTEM_PID, Endpoint, HttpUrl, Process, Protocol, Service, Snapshot
from ..ground.names import ascii_lower, same_name
from ..words.phrases import Phrase, Single, Value
from .behind.relays import Relay, relay
from .launchers import starters

IDLE_PID = 0

Port = tuple[Protocol, int]


class HolderKind(StrEnum):
    """What kind of thing holds a port."""

    PROCESS = "process"
    SERVICE = "service"  # a process that runs one service
    SHARED_SERVICES = "shared_services"  # a process that runs several, a svchost as a rule
    SYSTEM = "system"  # PID 4: http.sys, the SMB server, a driver
    IDLE = "idle"  # PID 0: the remains of a connection whose process has ended
    ENDED = "ended"  # a PID without a process: it ended between two reads
    ORPHANED = "orphaned"  # the socket of an ended process, which others have inherited
    UNKNOWN = "unknown"  # the host does not report the PID


@dataclass(frozen=True, slots=True)
class SystemPort:
    """Why process 4 holds a port.

    `owner` names the part of Windows. `urls` are those that http.sys listens for on the port,
    `behind` the processes that receive their requests. `releases` are the services that release the
    port when they stop, and `remedy` says how, in whole sentences. For a port by which Ansible may
    reach the host (`carries_winrm`) it never says to stop anything.
    """

    port: Port
    owner: Phrase
    urls: tuple[HttpUrl, ...]
    behind: tuple[int, ...]
    releases: tuple[str, ...]
    remedy: Phrase

    @property
    def carries_winrm(self) -> bool:
        """Whether WinRM listens on the port, maybe besides others."""
        return any(map(is_winrm, self.urls))


@dataclass(frozen=True, slots=True)
class Holder:
    """One process and all its endpoints at the requested ports.

    `parent` is the process that started it, None if that has ended, and `parent_services` is the
    service that does its work in it: the only one that runs in the parent, if the parent is not a
    launcher. `system` explains each port if the holder is process 4. `through_http_sys` says that
    http.sys listens for this process: its endpoints are those of process 4. `heirs` are the
    processes that may have inherited the socket of an ended process. For such an heir,
    `inherited_from` is the PID of the ended process, under which Windows lists the endpoints.
    `relay` says what the process passes connections on to, if it only does that.
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
    relay: Relay | None = None

    @property
    def ports(self) -> tuple[Port, ...]:
        """The held ports, each once, in order."""
        return tuple(sorted({(each.protocol, each.port) for each in self.endpoints}))

    @property
    def only_connections(self) -> bool:
        """True if the port is only the local end of connections, and nothing listens on it."""
        return not any(endpoint.is_listening for endpoint in self.endpoints)

    @property
    def title(self) -> Phrase:
        """The short name of the holder, for a sentence that adds the details: ``nginx.exe (PID
        4321)``."""
        if self.pid is None:
            return Phrase("holder.unknown")
        values: dict[str, Value] = {"pid": self.pid}
        if self.kind is HolderKind.SYSTEM:
            return Phrase("holder.windows", values)
        if self.process is not None:
            return process_title(self.process)
        return Phrase("holder.ended" if self.kind is HolderKind.ENDED else "holder.gone", values)


@dataclass(frozen=True, slots=True)
class _Driver:
    name: str  # of its texts
    ports: tuple[Port, ...]
    releases: tuple[str, ...] = ()


_TCP, _UDP = Protocol.TCP, Protocol.UDP

# Ports that drivers hold for a service. From Microsoft's "Service overview and network port
# requirements for Windows", which names the service of each.
_DRIVERS = (
    _Driver("smb", ((_TCP, 445),), ("LanmanServer",)),
    _Driver("netbios", ((_TCP, 139), (_UDP, 137), (_UDP, 138))),
    _Driver("vpn", ((_TCP, 1723), (_UDP, 1701)), ("RemoteAccess",)),
    _Driver("nfs", ((_TCP, 111), (_UDP, 111), (_TCP, 2049), (_UDP, 2049)), ("NfsService",)),
    _Driver("remote_desktop", ((_TCP, 3389), (_UDP, 3389)), ("TermService",)),
)

# IIS: the worker of an application pool takes requests, but http.sys listens for the World Wide
# Web Publishing Service, which would start another worker.
IIS_WORKER = "w3wp.exe"
IIS_SERVICE = "W3SVC"


# How many of the processes that may have a socket are named.
_MOST_HEIRS = 5


def process_title(process: Process) -> Phrase:
    """The name of a process in a sentence: ``nginx.exe (PID 4321)``."""
    return Phrase("holder.process", {"name": process.name, "pid": process.pid})


def port_text(port: Port) -> str:
    """A port as in results and sentences: ``8080/tcp``."""
    return f"{port[1]}/{port[0].value}"


def by_protocol(ports: Iterable[Port]) -> dict[Protocol, PortSet]:
    """Single ports in the form in which a host is asked for them."""
    numbers: dict[Protocol, list[int]] = {}
    for protocol, port in ports:
        numbers.setdefault(protocol, []).append(port)
    return {protocol: PortSet.of(each) for protocol, each in numbers.items()}


def find_holders(
    snapshot: Snapshot, ports: Mapping[Protocol, PortSet], connections: bool = False
) -> tuple[Holder, ...]:
    """The holders of the ports, each process once, in the order of its first port.

    Listeners and UDP endpoints count and, with `connections`, also the local ends of TCP
    connections. Free ports appear in no holder.
    """
    by_pid: dict[int | None, list[Endpoint]] = {}
    for endpoint in snapshot.endpoints:
        wanted = endpoint.port in ports.get(endpoint.protocol, PortSet())
        if wanted and (connections or endpoint.is_listening):
            by_pid.setdefault(endpoint.pid, []).append(endpoint)
    holders = [_holder(snapshot, pid, endpoints) for pid, endpoints in by_pid.items()]
    return tuple(sorted(holders, key=lambda holder: (holder.ports, holder.pid or 0)))


def behind_http_sys(snapshot: Snapshot, holder: Holder) -> tuple[Holder, ...]:
    """The processes for which http.sys holds ports of `holder` (process 4), each with its ports.

    They include only ports whose processes are known: see ``SystemPort.behind``. A port is released
    when all its processes have ended.
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
    its ports. The ports are certain to be released only when all of them have ended."""
    return tuple(
        replace(_holder(snapshot, each.pid, holder.endpoints), inherited_from=holder.pid)
        for each in holder.heirs
    )


def driver_ports(holder: Holder) -> tuple[Port, ...]:
    """The ports that a driver holds in the name of Windows itself. Stopping its service does not
    always release them before Windows restarts."""
    return tuple(each.port for each in holder.system if not each.urls)


def described(snapshot: Snapshot, holder: Holder) -> Phrase:
    """The full name of a holder, for a sentence: with its services and, for Windows itself, what it
    holds the ports for."""
    if holder.kind is HolderKind.ORPHANED:
        heirs = heirs_of(snapshot, holder)[:_MOST_HEIRS]
        programs: tuple[Single, ...] = tuple(described(snapshot, each) for each in heirs)
        key = "holder.orphaned" if heirs else "holder.orphaned_alone"
        return Phrase(key, {"pid": holder.pid or 0, "programs": programs})
    if holder.kind is HolderKind.SYSTEM:
        return _described_system(snapshot, holder)
    if holder.kind is HolderKind.ENDED or (holder.process is None and holder.pid is not None):
        return Phrase("holder.ended", {"pid": holder.pid or 0})
    if holder.process is None:
        return holder.title
    names = tuple(each.name for each in holder.services)
    values: dict[str, Value] = {
        "name": holder.process.name,
        "pid": holder.process.pid,
        "services": names,
    }
    if holder.relay is not None:
        values["product"] = holder.relay.product
        values["targets"] = tuple(each.target for each in holder.relay.forwards)
        return Phrase(f"holder.relay_{holder.relay.texts}", values)
    if not names:
        return holder.title
    return Phrase("holder.service" if len(names) == 1 else "holder.services", values)


def named(snapshot: Snapshot, holder: Holder) -> Phrase:
    """The same, short enough to have words behind it: http.sys without what it serves, which
    `serving` tells."""
    serves = holder.kind is HolderKind.SYSTEM and _urls(holder)
    return Phrase("holder.http_sys") if serves else described(snapshot, holder)


def serving(snapshot: Snapshot, holder: Holder, answer: Phrase) -> Phrase:
    """An answer about a port with a sentence behind it that tells what http.sys serves there, if it
    is the holder."""
    urls = _urls(holder) if holder.kind is HolderKind.SYSTEM else ()
    if not urls:
        return answer
    programs = tuple(described(snapshot, each) for each in behind_http_sys(snapshot, holder))
    values: dict[str, Value] = {"answer": answer, "urls": urls, "programs": programs}
    return Phrase("sentence.serving" if programs else "sentence.serving_urls", values)


def _urls(holder: Holder) -> tuple[str, ...]:
    return tuple(url.url for port in holder.system for url in port.urls)


def _described_system(snapshot: Snapshot, holder: Holder) -> Phrase:
    urls = _urls(holder)
    behind = behind_http_sys(snapshot, holder)
    if behind:
        programs = tuple(described(snapshot, each) for each in behind)
        return Phrase("holder.http_sys_for_programs", {"urls": urls, "programs": programs})
    if urls:
        return Phrase("holder.http_sys_for_urls", {"urls": urls})
    known = [well_known.find(port, protocol) for protocol, port in holder.ports]
    services = tuple(each.description for each in known if each is not None)
    services = services or tuple(dict.fromkeys(each.owner for each in holder.system))
    return Phrase("holder.system_service" if services else "holder.system", {"services": services})


def _holder(
    snapshot: Snapshot,
    pid: int | None,
    endpoints: Iterable[Endpoint],
    through_http_sys: bool = False,
) -> Holder:
    held = tuple(endpoints)
    ports = {(each.protocol, each.port) for each in held if each.is_listening}
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
        relay=None if through_http_sys else relay(snapshot, process, services, ports),
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
    reuse it for another process, so check that the parent is older than its child."""
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
            return _driver_port(port, driver)
    return _driver_port(port, _Driver("driver", ()))


def _driver_port(port: Port, driver: _Driver) -> SystemPort:
    owner, remedy = Phrase(f"owner.{driver.name}"), Phrase(f"release.{driver.name}")
    return SystemPort(port, owner, (), (), driver.releases, remedy)


def _http_sys_port(snapshot: Snapshot, port: Port, urls: tuple[HttpUrl, ...]) -> SystemPort:
    # If the process behind one URL is unknown, or http.sys listens for a driver, it is unknown
    # which processes have to end.
    known = all(url.pids and SYSTEM_PID not in url.pids for url in urls)
    behind = tuple(dict.fromkeys(pid for url in urls for pid in url.pids)) if known else ()
    releases: dict[str, None] = {}
    programs: dict[Phrase, None] = {}
    for pid in behind:
        process, services = snapshot.process(pid), snapshot.services_in(pid)
        if process is not None and same_name(process.name, IIS_WORKER):
            releases[IIS_SERVICE] = None
        elif services:
            releases.update(dict.fromkeys(service.name for service in services))
        elif process is not None:
            programs[process_title(process)] = None
    return SystemPort(
        port,
        Phrase("owner.http_sys", {"urls": tuple(url.url for url in urls)}),
        urls,
        behind,
        tuple(releases),
        Phrase("release.winrm")
        if any(map(is_winrm, urls))
        else _http_remedy(tuple(releases), tuple(programs)),
    )


def is_winrm(url: HttpUrl) -> bool:
    """Whether it is the URL on which WinRM listens."""
    return ascii_lower(url.url).rstrip("/").endswith("/wsman")


def _http_remedy(services: tuple[str, ...], programs: tuple[Phrase, ...]) -> Phrase:
    values: dict[str, Value] = {"services": services, "programs": programs}
    if not services and not programs:
        return Phrase("release.unknown_url")
    if not services:
        return Phrase("release.programs", values)
    some = "services" if len(services) > 1 else "service"
    return Phrase(f"release.{some}_and_programs" if programs else f"release.{some}", values)
