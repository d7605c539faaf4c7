# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of one Windows host, as plain frozen values.

All code that makes decisions (who holds a port, what may be stopped, how a firewall treats it)
takes only these values, so it can be tested without a host.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from .phrase import Value

# The System process: drivers, including http.sys, listen under its PID.
SYSTEM_PID = 4


class Protocol(StrEnum):
    """Transport protocol of an endpoint."""

    TCP = "tcp"
    UDP = "udp"


class Scope(StrEnum):
    """From where an endpoint's local address can be reached, regardless of firewalls."""

    ALL = "all"  # 0.0.0.0 or ::, every address of the host
    LOOPBACK = "loopback"  # 127.0.0.0/8 or ::1, the host itself only
    LINK_LOCAL = "link_local"  # 169.254.0.0/16 or fe80::/10, the same link only
    SPECIFIC = "specific"  # one address of the host


@dataclass(frozen=True, slots=True)
class Address:
    """One local or remote IP address as Windows writes it, taken apart.

    `text` is the address without its zone; `zone` is the interface index that a link-local IPv6
    address carries behind ``%`` (``fe80::1%12``), None where there is none.
    """

    text: str
    family: str  # "ipv4" or "ipv6"
    zone: str | None
    scope: Scope

    def __str__(self) -> str:
        return f"{self.text}%{self.zone}" if self.zone else self.text


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address:
    """Take the text of an IP address apart.

    Args:
        text: an IPv4 or IPv6 address, with or without zone (``0.0.0.0``, ``fe80::1%12``).

    Raises:
        ValueError: the text is no IP address.
    """
    bare, _percent, zone = text.partition("%")
    parsed = ipaddress.ip_address(bare)
    # A dual-mode socket shows the IPv4 side of a connection as ::ffff:a.b.c.d.
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    judged = mapped or parsed
    if judged.is_unspecified:
        scope = Scope.ALL
    elif judged.is_loopback:
        scope = Scope.LOOPBACK
    elif judged.is_link_local:
        scope = Scope.LINK_LOCAL
    else:
        scope = Scope.SPECIFIC
    return Address(bare, "ipv4" if parsed.version == 4 else "ipv6", zone or None, scope)


class TcpState(StrEnum):
    """States of a TCP connection, named as Get-NetTCPConnection names them, in lower case."""

    CLOSED = "closed"
    LISTEN = "listen"
    SYN_SENT = "syn_sent"
    SYN_RECEIVED = "syn_received"
    ESTABLISHED = "established"
    FIN_WAIT1 = "fin_wait1"
    FIN_WAIT2 = "fin_wait2"
    CLOSE_WAIT = "close_wait"
    CLOSING = "closing"
    LAST_ACK = "last_ack"
    TIME_WAIT = "time_wait"
    DELETE_TCB = "delete_tcb"
    BOUND = "bound"


# How far the clock of a host may be set back between the start of a process and its first socket.
_CLOCK_TOLERANCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A TCP connection or listener, or a UDP endpoint.

    `state` is None for UDP, and for a connection whose state is known only as netstat's localised
    word; `remote` and `remote_port` are None for listeners and UDP. `pid` is the owning process,
    None if the host does not report it. `second` marks what netstat alone shows as a row of its
    own: that a listener on ``::`` serves IPv4 too.
    """

    protocol: Protocol
    local: Address
    port: int
    state: TcpState | None = None
    remote: Address | None = None
    remote_port: int | None = None
    pid: int | None = None
    created: datetime | None = None
    second: bool = False

    @property
    def order(self) -> tuple[str, int, str, str, int, str, int, float]:
        """What endpoints are sorted by. A host promises no order, and a program may listen where
        another one does."""
        return (
            self.protocol,
            self.port,
            self.local.family,
            self.local.text,
            self.remote_port or 0,
            self.remote.text if self.remote else "",
            self.pid or 0,
            self.created.timestamp() if self.created else 0.0,
        )

    @property
    def is_listening(self) -> bool:
        """Whether the endpoint waits for others: a TCP listener, or any UDP endpoint."""
        return self.protocol is Protocol.UDP or self.state is TcpState.LISTEN

    def is_before(self, process: Process | None) -> bool:
        """Whether the endpoint was opened before its process started. Then the process has only got
        the PID of the one that opened it, and whose socket another process has inherited."""
        if self.created is None or process is None or process.created is None:
            return False
        return process.created - self.created > _CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `path`, `user` and `command_line` are None if the host does not report them
    (protected processes) or they were not requested."""

    pid: int
    name: str
    path: str | None = None
    parent_pid: int | None = None
    session: int | None = None
    created: datetime | None = None
    user: str | None = None
    command_line: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A Windows service. `pid` is None while it does not run, `start_name` is the account that it
    runs under, `path` its command line as the service manager keeps it. `accepts_stop` says whether
    it accepts a stop in its present state, None if the host does not report it. `exit_code` is how
    it last ended (0 while it runs), `specific_exit_code` its own code if that is 1066."""

    name: str
    display_name: str
    state: str
    start_mode: str | None = None
    pid: int | None = None
    start_name: str | None = None
    path: str | None = None
    accepts_stop: bool | None = None
    exit_code: int | None = None
    specific_exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process that has ended although one of its endpoints still exists: Windows keeps a socket
    under the PID that opened it until the last process with a handle to it closes that handle.
    `heirs` are the running processes that may have inherited a handle: those that it started after
    opening the socket, and their descendants."""

    pid: int
    heirs: tuple[Process, ...] = ()


@dataclass(frozen=True, slots=True)
class PortRange:
    """An inclusive range of ports of one protocol and one address family."""

    protocol: Protocol
    family: str
    start: int
    end: int
    administered: bool = False

    def __contains__(self, port: int) -> bool:
        return self.start <= port <= self.end


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """A URL that http.sys (the System process, PID 4) listens for, and the processes that take
    requests from its request queue."""

    url: str
    host: str
    port: int
    pids: tuple[int, ...] = ()


class AddressState(StrEnum):
    """What an address of the host may be used for (MSFT_NetIPAddress.AddressState)."""

    INVALID = "invalid"
    TENTATIVE = "tentative"  # still being checked, or the adapter is disconnected
    DUPLICATE = "duplicate"  # another machine has it too
    DEPRECATED = "deprecated"  # no new connection should start from it
    PREFERRED = "preferred"


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An IP address that the host has itself, and the interface that has it.

    `prefix` is the length of its subnet's prefix in bits, None if the host does not report it.
    `interface` is the index of the interface, which other classes also use, and `alias` its name in
    Windows. `usable` is False for an address that is kept for a disconnected adapter, still being
    checked, or already in use by another machine; `state` tells which of them, None if the host
    does not report it. `skipped` says that no connection starts from it unless a program asks for
    it, `temporary` that it is one of those that IPv6 changes again and again for privacy.
    """

    address: Address
    prefix: int | None
    interface: int
    alias: str = ""
    usable: bool = True
    state: AddressState | None = None
    skipped: bool = False
    temporary: bool = False

    @property
    def subnet(self) -> str | None:
        """The subnet around the address (``192.168.1.0/24``).

        None if the prefix is unknown or covers the whole address, as for addresses from DHCPv6:
        then the address says nothing about its neighbours.
        """
        bits = 32 if self.address.family == "ipv4" else 128
        if self.prefix is None or not 0 < self.prefix < bits:
            return None
        return str(ipaddress.ip_network(f"{self.address.text}/{self.prefix}", strict=False))


@dataclass(frozen=True, slots=True)
class Adapter:
    """A network adapter, connected or not.

    `index` is its interface index, `guid` its GUID in braces and upper case, `name` its name in
    Windows. `kind` is IANA's number for the type of the interface (6 Ethernet, 71 wireless LAN, 23
    PPP), `medium` that of NDIS for its physical medium (9 wireless LAN, 8 mobile broadband);
    `virtual` says that no hardware is behind it. They are None if the host does not report them.
    """

    index: int
    guid: str | None
    name: str = ""
    kind: int | None = None
    medium: int | None = None
    virtual: bool | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the host: packets to `destination` (``0.0.0.0/0``) leave by the interface with
    this index, to the router `next_hop`; None if the destination is directly connected. `metric` is
    its cost without that of the interface, None if the host does not report it, and
    `interface_metric` the latter, None if it was not read. `active` is False for a route that is
    kept but not in use."""

    destination: str
    interface: int
    next_hop: str | None = None
    metric: int | None = None
    interface_metric: int | None = None
    active: bool = True

    @property
    def family(self) -> str:
        """``ipv4`` or ``ipv6``."""
        return "ipv6" if ":" in self.destination else "ipv4"


@dataclass(frozen=True, slots=True)
class IpInterface:
    """An interface as one family of IP uses it. `metric` is the cost that all its routes have
    besides their own; `connected` is None if the host does not report it."""

    index: int
    family: str
    metric: int | None
    connected: bool | None = None


class Via(StrEnum):
    """The part of Windows that forwards a port to another address."""

    PORTPROXY = "portproxy"  # netsh interface portproxy: the service iphlpsvc listens
    NAT = "nat"  # WinNAT: a driver translates, and nothing listens


@dataclass(frozen=True, slots=True)
class Forward:
    """A mapping by which Windows forwards a port to another address.

    `address` is the one it is for, or ``*`` or the unspecified address for all; `to_address` may be
    a name. `name` is what a person needs to find the mapping: the pair of families of a port proxy,
    such as ``v4tov4``, or the name of the NAT.
    """

    via: Via
    protocol: Protocol
    address: str
    port: int
    to_address: str
    to_port: int
    name: str = ""

    @property
    def target(self) -> str:
        """``172.20.0.2:8081``, with brackets around an IPv6 address."""
        host = f"[{self.to_address}]" if ":" in self.to_address else self.to_address
        return f"{host}:{self.to_port}"


@dataclass(frozen=True)
class Snapshot:
    """What was read from one host. A part that was not requested is empty.

    `parents` has the services in the processes that started others, by their PIDs; it may lack
    some. `orphans` are the ended owners of endpoints, by their PIDs; an owner that is neither in
    `orphans` nor in `processes` ended while the host was being read. `source` is ``cim`` or
    ``netstat``. `families_known` says that a listener on ``::`` that also serves IPv4 is listed
    twice, once for each family, as netstat shows it. `listen_list` are the addresses to which an
    administrator has limited http.sys, empty for no limit. `named` are the services that were
    requested by name, None if they were not read. `notes` says, in whole sentences, which part
    could not be read and why.

    `connections` are the established connections to the ports for which they were requested
    (their state is None if netstat reports them). `addresses` are all IP addresses of the host,
    loopback included, so an empty value means that they are unknown.

    `besides` are further endpoints that were read by the way: all of the host from netstat, or
    those of UDP that belong to the owners of TCP ports. None if there was no need for them.
    """

    endpoints: tuple[Endpoint, ...] = ()
    besides: tuple[Endpoint, ...] | None = None
    processes: Mapping[int, Process] = field(default_factory=dict)
    services: Mapping[int, tuple[Service, ...]] = field(default_factory=dict)
    parents: Mapping[int, tuple[Service, ...]] = field(default_factory=dict)
    orphans: Mapping[int, Orphan] = field(default_factory=dict)
    reserved: tuple[PortRange, ...] = ()
    dynamic: tuple[PortRange, ...] = ()
    http_urls: tuple[HttpUrl, ...] = ()
    connections: tuple[Endpoint, ...] = ()
    addresses: tuple[OwnAddress, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    routes: tuple[Route, ...] = ()
    forwards: tuple[Forward, ...] = ()
    listen_list: tuple[str, ...] = ()
    named: tuple[Service, ...] | None = None
    source: str = "cim"
    families_known: bool = False
    notes: tuple[Value, ...] = ()

    def process(self, pid: int | None) -> Process | None:
        """The process of a PID; None if it was not read, or the PID is unknown."""
        return None if pid is None else self.processes.get(pid)

    def services_in(self, pid: int | None) -> tuple[Service, ...]:
        """The services that run in the process of a PID; empty for an unknown PID."""
        return () if pid is None else self.services.get(pid, ())

    def services_above(self, pid: int | None) -> tuple[Service, ...] | None:
        """The services that may have started a process, by which it has their identity: a process
        inherits the token of the one that starts it. None if it may be any service.

        A process in the session of a user has the token of that user, and only services run in
        session 0.
        """
        process = self.process(pid)
        if process is None or process.pid <= SYSTEM_PID or self.services_in(pid):
            return ()
        if process.session:
            return ()
        parent = process.parent_pid
        started_by = self.services_in(parent) or self.parents.get(parent or 0, ())
        # One that no service has started may have been started by its child.
        return started_by or None
