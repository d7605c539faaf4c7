# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Windows machine: facts that stand from boot, and state that changes.

No XML, no sockets of WinRM: the wire asks the classes under `classes/`, and these ask here.
Rules that always hold: a PID is a multiple of four; an endpoint belongs to a process, or to a child
that has inherited it; a process that ends takes its other endpoints along, leaves its services
stopped and its request queues empty; a port of http.sys is open while a URL on it is registered.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from winsim.boot import Tables, after_restart
from winsim.doors import Doors
from winsim.drop_state import Records
from winsim.drops import Drops
from winsim.firewall.enforcement import Decision, Packet
from winsim.firewall.inbound import Inbound, Outbound
from winsim.firewall.store import FirewallState, add_networks
from winsim.listeners import Listeners
from winsim.name_state import DEFAULT_HOSTS, Names, hosts_file
from winsim.names import folded
from winsim.network_state import DOMAIN, ConnectionProfile, Network
from winsim.state import (
    Delivery,
    Endpoint,
    FirewallProduct,
    OperatingSystem,
    Process,
    RequestQueue,
    Restart,
    Service,
    SystemDriver,
    WsmanSettings,
)
from winsim.wire import Wire

PORT_PROXY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PortProxy"
#: Where http.sys keeps the addresses to which it is limited.
HTTP_PARAMETERS = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\HTTP\Parameters"
#: The process in which drivers run: SMB, NetBT, http.sys.
SYSTEM_PID = 4


def _relay(written: str) -> tuple[str, int] | None:
    """Where a port proxy passes connections on to; None where that is a name, or nonsense."""
    address, _slash, port = written.partition("/")
    try:
        return str(ipaddress.ip_address(address)), int(port)
    except ValueError:
        return None


def _any(address: str) -> str:
    """The unspecified address of the same family."""
    return "::" if ":" in address else "0.0.0.0"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Machine:
    """One PC. Facts are plain attributes; tables are read through methods, as copies.

    `lock` guards the tables; hold it where several reads or changes must belong together.
    """

    def __init__(
        self,
        *,
        name: str,
        address: str,
        image: str,
        computer_name: str,
        operating_system: OperatingSystem,
        network: Network,
        names: Names | None = None,
        processes: Iterable[Process],
        services: Iterable[Service],
        endpoints: Iterable[Endpoint],
        request_queues: Iterable[RequestQueue] = (),
        users: dict[str, str] | None = None,
        wsman: WsmanSettings | None = None,
        restarting: Restart | None = None,
        firewall: FirewallState | None = None,
        firewall_products: Iterable[FirewallProduct] = (),
        drivers: Iterable[SystemDriver] = (),
        files: Iterable[str] = (),
        greetings: Mapping[int, str] | None = None,
        curl: tuple[int, int, int] | None = None,
        recorded_drops: Records | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Raises ValueError when the tables contradict each other."""
        self.name = name
        self.address = address
        self.image = image
        self.computer_name = computer_name
        self.operating_system = operating_system
        self.network = network
        self.names = names if names is not None else Names(hosts_file(DEFAULT_HOSTS))
        self.users = users if users is not None else {"admin": "Passw0rd!"}
        self.wsman = wsman if wsman is not None else WsmanSettings()
        #: Where it records packets that it drops, and those that it dropped before.
        self.recorded_drops = recorded_drops if recorded_drops is not None else Records()
        self.clock = clock
        self.lock = threading.RLock()
        self._processes = {process.pid: process for process in processes}
        self._services = {folded(service.name): service for service in services}
        self._endpoints = list(endpoints)
        self._request_queues = list(request_queues)
        self._delivery: dict[int, Delivery] = {}
        self._agenda: list[tuple[datetime, Callable[[], None]]] = []
        self._next_pid = max(self._processes, default=0)
        self._listeners = Listeners(self)
        #: What a service opens when it runs: known from boot, opened again at a restart.
        self._opens = self._endpoints_of_services()
        self._first = Tables(
            tuple(self._processes.values()),
            tuple(self._services.values()),
            tuple(self._endpoints),
            tuple(self._request_queues),
        )
        self._first_boot = operating_system.booted
        self._restarts = 0
        self.restarting = restarting if restarting is not None else Restart()
        #: What carries a restart out where there is a network: see `ask_for_restart`.
        self.on_restart: Callable[[], None] | None = None
        #: Called after each change, and asked for the open connections to WinRM, where WinRM is
        #: behind the firewall too.
        self.on_change: Callable[[], None] = lambda: None
        self.winrm_connections: Callable[[], list[Endpoint]] = list
        self.firewall = firewall
        #: What cmd.exe runs whenever it starts: the value AutoRun of the key Command Processor.
        self.autorun = ""
        self.firewall_products = tuple(firewall_products)
        self.drivers = tuple(drivers)
        #: Files on its disks, besides the programs of its processes and services. That of a process
        #: stays when the process ends.
        self.files = (
            *files,
            *(each.path for each in self._first.processes if each.path is not None),
        )
        self._inbound = Inbound(self)
        self._outbound = Outbound(self)
        #: The network between this machine and others; `winsim.server` puts it among those that run.
        self.wire = Wire([self])
        self.doors = Doors(self)
        #: What programs say to whoever connects to their port, as mail servers do.
        self.greetings = {port: text.encode() for port, text in (greetings or {}).items()}
        #: The seed by which its programs are less kind than usual (`winsim.unkind`).
        self.unkind: int | None = None
        #: The version of its curl.exe; None where there is none.
        self.curl = curl
        #: How many seconds pass until Windows uses a new category of a network.
        self.category_takes = 0.0
        #: The seconds by which its programs count how long they have waited.
        self.ticks: Callable[[], float] = time.monotonic
        self.drops = Drops(self, self.recorded_drops)
        if firewall is not None:
            firewall.changed = self._firewall_changed
        self._check()

    @property
    def language(self) -> str:
        return self.operating_system.language

    # Tables

    def processes(self) -> list[Process]:
        with self.lock:
            return list(self._processes.values())

    def process(self, pid: int) -> Process | None:
        with self.lock:
            return self._processes.get(pid)

    def services(self) -> list[Service]:
        with self.lock:
            return list(self._services.values())

    def service(self, name: str) -> Service | None:
        """Service names are compared without regard to case."""
        with self.lock:
            return self._services.get(folded(name))

    def services_in(self, pid: int) -> list[Service]:
        """The services that run in one process."""
        with self.lock:
            return [s for s in self._services.values() if pid and s.process_id == pid]

    def endpoints(self, wanted: Callable[[Endpoint], bool] | None = None) -> list[Endpoint]:
        """Endpoints of processes and of http.sys, IPv6 first and high ports first: the order in
        which captures of Get-NetTCPConnection show them. All, or the wanted ones."""
        with self.lock:
            every = self._endpoints + self._http_sys_endpoints() + self._port_proxy_endpoints()
            every += self.winrm_connections()
        every += self.wire.endpoints(self)
        return sorted(every if wanted is None else filter(wanted, every), key=_order)

    def winrm_ports(self) -> list[int]:
        """The ports of WinRM's own URLs, in their order: first the one that is for clients."""
        return [port for queue in self.request_queues() if queue.winrm for port in queue.ports]

    def request_queues(self) -> list[RequestQueue]:
        with self.lock:
            return list(self._request_queues)

    # Changes

    def end_process(self, pid: int) -> None:
        """The process is gone, whatever the reason. Raises LookupError when there is none."""
        with self.lock:
            if self._processes.pop(pid, None) is None:
                raise LookupError(f"no process {pid}")
            self._endpoints = [e for e in self._endpoints if self._is_held(e)]
            for service in self.services_in(pid):
                self.put_service(dataclasses.replace(service, state="Stopped", process_id=0))
            self._leave_request_queues(pid)
            self.changed()

    def start_process(self, process: Process) -> Process:
        """A new process: `process` with the next free PID and the present time."""
        with self.lock:
            new = dataclasses.replace(process, pid=self._free_pid(), created=self.clock())
            self._processes[new.pid] = new
            return new

    def open_as(self, pid: int, endpoints: Iterable[Endpoint]) -> None:
        """A process opens endpoints like these."""
        with self.lock:
            now = self.clock()
            self._endpoints += [dataclasses.replace(e, pid=pid, created=now) for e in endpoints]
            self.changed()

    def reuse_pid(self, pid: int) -> None:
        """Let the next process that starts get this PID, if it is free by then."""
        with self.lock:
            self._next_pid = pid - 4

    def put_service(self, service: Service) -> None:
        """Replace the row of a service."""
        with self.lock:
            self._services[folded(service.name)] = service

    def close_endpoints(self, service: Service) -> None:
        """A service closes what it opened in the process that it shares with others. Worker
        processes of its request queues end."""
        with self.lock:
            queues = [q for q in self._request_queues if q.service == service.name]
            self._request_queues = [q for q in self._request_queues if q not in queues]
            for pid in {pid for q in queues if q.controller for pid in q.process_ids}:
                self.end_process(pid)
            self._endpoints = [
                e
                for e in self._endpoints
                if e.pid != service.process_id or folded(e.service or "") != folded(service.name)
            ]
            self.changed()

    def open_endpoints(self, service: Service) -> None:
        """A service that has just started opens its endpoints and registers its URLs."""
        with self.lock:
            self._enter_request_queues(service)
            self.open_as(service.process_id, self._opens.get(folded(service.name), ()))

    def give_category(self, profile: ConnectionProfile, category: int) -> None:
        """A network becomes public (0) or private (1). The category is that of the network, so
        that all adapters that are connected to it have it (INetwork::SetCategory, in Microsoft's
        documentation; seen on Windows Server 2016, MicrosoftDocs/windows-powershell-docs 535). Here
        networks of one name are one network, as in the registry of an image, apart from those of a
        domain, whose category nobody can change (the class's own refusal)."""
        if self.category_takes:
            self.later(self.category_takes, lambda: self._put_category(profile.name, category))
        else:
            self._put_category(profile.name, category)

    def _put_category(self, name: str, category: int) -> None:
        with self.lock:
            self.drops.look()
            profiles = tuple(
                dataclasses.replace(each, category=category)
                if each.name == name and each.category != DOMAIN
                else each
                for each in self.network.profiles
            )
            self.network = dataclasses.replace(self.network, profiles=profiles)
            if self.firewall is not None:
                add_networks(self.firewall, profiles)
            self._firewall_changed()

    def changed(self) -> None:
        """The listeners follow the tables. Called after each change."""
        self._listeners.follow()
        self.doors.follow()
        self.on_change()

    def ask_for_restart(self) -> int:
        """Somebody asks Windows to restart; 0, or the return value that refuses. Where WinRM
        listens, `on_restart` stops answering for a while; without a network it is done at once."""
        if not self.restarting.refuses:
            (self.on_restart or self.restart)()
        return self.restarting.refuses

    def restart(self) -> None:
        """Windows starts anew."""
        with self.lock:
            self._restarts += 1
            booted, now = self._first_boot, self.clock()
            tables = after_restart(
                self._first,
                self._services,
                computer_name=self.computer_name,
                booted=(booted, now),
                shift=8 * self._restarts,
            )
            self.operating_system = dataclasses.replace(self.operating_system, booted=now)
            self._processes = {process.pid: process for process in tables.processes}
            self._services = {folded(service.name): service for service in tables.services}
            self._endpoints = list(tables.endpoints)
            self._request_queues = list(tables.request_queues)
            self._agenda = []
            self._next_pid = max(self._processes)
            self.changed()

    # Time

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Let something happen after that many seconds: at the next `catch_up` from then on."""
        with self.lock:
            self._agenda.append((self.clock() + timedelta(seconds=seconds), action))

    def catch_up(self) -> None:
        """Let happen what is due. Called before anybody looks at the machine."""
        with self.lock:
            self.drops.look()
            now = self.clock()
            due = [entry for entry in self._agenda if entry[0] <= now]
            self._agenda = [entry for entry in self._agenda if entry[0] > now]
            for _unused, action in sorted(due, key=lambda entry: entry[0]):
                action()

    # Sockets

    def start(self) -> None:
        """Open the listeners of the machine on its address."""
        self._listeners.open()
        self.doors.start()

    def stop(self) -> None:
        """Close them."""
        self.doors.stop()
        self._listeners.close()

    @property
    def listening_ports(self) -> frozenset[tuple[str, int]]:
        """``("tcp", 8080)`` and so on: where this machine really listens on its address."""
        return self._listeners.ports

    def delivery(self, endpoint: Endpoint, target: str = "", source: str = "") -> Delivery:
        """What becomes of traffic from a neighbour, or from `source` to the machine's address
        `target`, to that listener: what `deliver` says of its port, else what the firewall says.
        WinRM's own ports aren't asked for by neighbours, the wire serves them whatever the firewall
        says, unless it is filtered (`winsim.server`)."""
        forced = self._delivery.get(endpoint.local_port)
        return self._inbound.delivery(endpoint, target, source) if forced is None else forced

    def inbound(self, endpoint: Endpoint, target: str = "", source: str = "") -> Decision | None:
        """What the firewall says of such traffic, whatever `deliver` says; None where nobody
        filters."""
        return self._inbound.decide(endpoint, target, source)

    def arriving(self, endpoint: Endpoint, target: str, source: str) -> tuple[Packet, int]:
        """Such traffic, and the interface at which it comes in."""
        return self._inbound.packet(endpoint, target, source), self._inbound.index_at(target)

    def outbound(
        self, pid: int, source: str, index: int, target: str, port: int
    ) -> Decision | None:
        """Whether the firewall lets a process connect; None where nobody filters."""
        return self._outbound.decide(pid, source, index, target, port)

    def is_silent(self, target: str) -> bool:
        """Whether a port without a listener gives no answer, at that address of the machine."""
        return self._inbound.is_silent(target)

    def listener_at(self, address: str, port: int) -> Endpoint | None:
        """What listens over TCP at that address of the machine. Of several, the one that is bound
        to the address itself."""
        bare = address.partition("%")[0]
        family = "ipv6" if ":" in bare else "ipv4"
        anywhere = "::" if family == "ipv6" else "0.0.0.0"
        found = [
            each
            for each in self.endpoints(lambda e: e.protocol == "tcp" and e.local_port == port)
            if each.listening
            and (
                each.local_address.partition("%")[0] in {bare, anywhere}
                or (each.dual_stack and family == "ipv4")
            )
        ]
        found.sort(key=lambda each: each.local_address.partition("%")[0] != bare)
        return found[0] if found else None

    def lets_winrm_in(self) -> bool:
        """Does a neighbour reach WinRM, as far as the firewall is concerned?"""
        return all(self.delivery(each) is Delivery.ACCEPT for each in self._winrm_endpoints())

    def winrm_endpoint(self) -> Endpoint | None:
        """Where WinRM listens for clients."""
        return next(iter(self._winrm_endpoints()), None)

    def _winrm_endpoints(self) -> list[Endpoint]:
        first = self.winrm_ports()[:1]
        return [each for each in self._http_sys_endpoints() if each.local_port in first]

    def deliver(self, port: int, delivery: Delivery) -> None:
        """From now on, treat traffic to that port so, whatever the firewall says."""
        with self.lock:
            self._delivery[port] = delivery
            self.changed()

    # Inside

    def _firewall_changed(self) -> None:
        with self.lock:
            # Until now the old rules and settings have held.
            self.drops.look()
            self._inbound.changed()
            self._outbound.changed()
            self.drops.settings_changed()
            self.changed()

    def _http_sys_endpoints(self) -> list[Endpoint]:
        """One dual-stack listener a port, since the first application registered a URL there; or one
        for each address to which http.sys is limited, as ``netsh http add iplisten`` keeps them
        (public programs that read the value)."""
        since: dict[int, datetime] = {}
        for queue in self._request_queues:
            owners = (*queue.process_ids, queue.controller or 0)
            times = [p.created for pid in owners if (p := self._processes.get(pid)) and p.created]
            created = min(times, default=self.operating_system.booted)
            for port in queue.ports:
                since[port] = min(created, since.get(port, created))
        limits = self.firewall.texts(HTTP_PARAMETERS, "ListenOnlyList") if self.firewall else []
        return [
            Endpoint(
                "tcp", address, port, SYSTEM_PID, created, _any(address), dual_stack=not limits
            )
            for port, created in since.items()
            for address in limits or ["::"]
        ]

    def _port_proxy_endpoints(self) -> list[Endpoint]:
        """What IP Helper listens at while it runs, for the mappings of ``netsh interface
        portproxy``: values below a key for each pair of families (public programs that read and
        write them, such as zmjack/PortProxyGUI)."""
        helper = self._services.get("iphlpsvc")
        process = self._processes.get(helper.process_id) if helper is not None else None
        if self.firewall is None or process is None or not process.pid:
            return []
        found = []
        for pair in ("v4tov4", "v4tov6", "v6tov4", "v6tov6"):
            anywhere = "::" if pair.startswith("v6") else "0.0.0.0"
            for name, value in (self.firewall.values(rf"{PORT_PROXY}\{pair}\tcp") or {}).items():
                address, _slash, port = name.partition("/")
                address = anywhere if address == "*" else address
                created = process.created or self.operating_system.booted
                found.append(
                    Endpoint(
                        "tcp",
                        address,
                        int(port),
                        process.pid,
                        created,
                        relay=_relay(str(value.data)),
                    )
                )
        return found

    def serve_winrm_at(self, scheme: str, port: int) -> None:
        """WinRM has a listener at this port, as ``winrm quickconfig`` makes one, now and after a
        restart. Where an image has no queue of WinRM, http.sys alone listens."""
        with self.lock:
            if any(
                e.protocol == "tcp" and e.local_port == port and e.listening
                for e in self.endpoints()
            ):
                return
            url = f"{scheme.upper()}://+:{port}/WSMAN/"

            def with_url(queues: Iterable[RequestQueue]) -> list[RequestQueue]:
                return [
                    dataclasses.replace(
                        queue,
                        groups=(
                            dataclasses.replace(queue.groups[0], urls=(*queue.groups[0].urls, url)),
                            *queue.groups[1:],
                        ),
                    )
                    if queue.winrm
                    else queue
                    for queue in queues
                ]

            if any(queue.winrm for queue in self._request_queues):
                self._request_queues = with_url(self._request_queues)
                queues = tuple(with_url(self._first.request_queues))
                self._first = dataclasses.replace(self._first, request_queues=queues)
            else:
                booted = self.operating_system.booted
                added = Endpoint("tcp", "::", port, SYSTEM_PID, booted, "::", dual_stack=True)
                self._endpoints.append(added)
                endpoints = (*self._first.endpoints, added)
                self._first = dataclasses.replace(self._first, endpoints=endpoints)
            self.changed()

    def _leave_request_queues(self, pid: int) -> None:
        queues = []
        for queue in self._request_queues:
            attached = tuple(p for p in queue.process_ids if p != pid)
            controller = None if queue.controller == pid else queue.controller
            if attached or controller is not None:
                queue = dataclasses.replace(queue, process_ids=attached, controller=controller)
                queues.append(queue)
        self._request_queues = queues

    def _enter_request_queues(self, service: Service) -> None:
        """Register again what the service had registered at boot, under its new PID."""
        for at_boot in self._first.request_queues:
            if at_boot.service == service.name and all(
                at_boot.urls != queue.urls for queue in self._request_queues
            ):
                pids = () if at_boot.controller else (service.process_id,)
                controller = service.process_id if at_boot.controller else None
                self._request_queues.append(
                    dataclasses.replace(at_boot, process_ids=pids, controller=controller)
                )

    def _endpoints_of_services(self) -> dict[str, list[Endpoint]]:
        opens: dict[str, list[Endpoint]] = {}
        hosted: dict[int, list[str]] = {}
        for service in self._services.values():
            hosted.setdefault(service.process_id, []).append(service.name)
        for endpoint in self._endpoints:
            names = hosted.get(endpoint.pid, []) if endpoint.pid else []
            name = endpoint.service or (names[0] if len(names) == 1 else "")
            if name and endpoint.listening:
                opens.setdefault(folded(name), []).append(endpoint)
        return opens

    def _is_held(self, endpoint: Endpoint) -> bool:
        """Is the process there that opened it, or one that has inherited the listening socket?"""
        if endpoint.pid in self._processes:
            return True
        return endpoint.listening and any(
            endpoint.pid in process.inherits for process in self._processes.values()
        )

    def _free_pid(self) -> int:
        pid = self._next_pid + 4
        while pid in self._processes:
            pid += 4
        self._next_pid = pid
        return pid

    def _check(self) -> None:
        for pid in self._processes:
            if pid % 4:
                raise ValueError(f"PID {pid} is not a multiple of four")
        for endpoint in self.endpoints():
            if not self._is_held(endpoint):
                raise ValueError(f"port {endpoint.local_port} belongs to no process")
        for service in self._services.values():
            if service.process_id and service.process_id not in self._processes:
                raise ValueError(f"service {service.name} runs in no process")
            for name in service.depends_on:
                if folded(name) not in self._services:
                    raise ValueError(f"service {service.name} needs {name}, which is not there")
        for queue in self._request_queues:
            for pid in (*queue.process_ids, *([queue.controller] if queue.controller else ())):
                if pid not in self._processes:
                    raise ValueError(f"request queue of {queue.urls} belongs to no process")


def _order(endpoint: Endpoint) -> tuple[bool, int]:
    return endpoint.family == "ipv4", -endpoint.local_port
