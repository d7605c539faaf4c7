# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a simulated machine: what its processes, services and endpoints are.

Every row is frozen. A change replaces the row in the machine's tables, so that whoever read a
table holds a consistent copy without holding the machine's lock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal

from winsim.network_state import Family, Protocol

#: The form of http.sys' URL prefixes ("UrlPrefix Strings", HTTP Server API): the port is never
#: left out. netsh shows the address behind the port of a prefix that is bound to one.
_URL_PREFIX = re.compile(r"https?://(?:\[[^\]]+\]|[^:/]+):([0-9]+)[:/]", re.IGNORECASE)


class TcpState(IntEnum):
    """States of a TCP connection as MSFT_NetTCPConnection numbers them (its documentation,
    property State); they are the numbers of MIB_TCP_STATE, with Bound added."""

    CLOSED = 1
    LISTEN = 2
    SYN_SENT = 3
    SYN_RECEIVED = 4
    ESTABLISHED = 5
    FIN_WAIT_1 = 6
    FIN_WAIT_2 = 7
    CLOSE_WAIT = 8
    CLOSING = 9
    LAST_ACK = 10
    TIME_WAIT = 11
    DELETE_TCB = 12
    BOUND = 100


@dataclass(frozen=True)
class Process:
    """One process. `user` is ``DOMAIN\\name``, or None where Windows tells no owner (PID 0)."""

    pid: int
    parent_pid: int
    name: str
    path: str | None = None
    command_line: str | None = None
    user: str | None = None
    session_id: int = 0
    #: None for the idle process only, which has no creation time.
    created: datetime | None = None
    priority: int = 8
    threads: int = 4
    handles: int = 100
    working_set: int = 6_000_000
    #: A process that no administrator may open for termination (System, protected processes).
    protected: bool = False
    #: What Win32_Process.Terminate returns instead of ending it; 0 where it does end.
    refuses: int = 0
    #: It is ended and stays all the same: I/O of it is pending that no driver completes
    #: (TerminateProcess, remarks).
    unkillable: bool = False
    #: Its parent, a supervisor, starts it again when it ends.
    supervised: bool = False
    #: PIDs of processes whose listening sockets it has inherited. Such a socket stays, under the
    #: PID that opened it, until the last process that has a handle of it ends (public reports:
    #: Icinga/icinga2 #3269, oven-sh/bun #36936).
    inherits: tuple[int, ...] = ()


@dataclass(frozen=True)
class Service:
    """One Win32 service. `process_id` is 0 while the service is stopped."""

    name: str
    display_name: str
    path_name: str
    description: str = ""
    share_process: bool = False
    start_mode: str = "Manual"
    account: str = "LocalSystem"
    state: str = "Stopped"
    process_id: int = 0
    accept_stop: bool = True
    accept_pause: bool = False
    exit_code: int = 0
    #: Names of the services without which this one can't run.
    depends_on: tuple[str, ...] = ()
    #: Return values of the methods that are refused: ``{"StopService": 2}``.
    refuses: Mapping[str, int] = field(default_factory=dict)
    #: Seconds that it is in the state Stop Pending; infinity: for ever.
    stop_takes: float = 0.0
    #: Seconds that it is in the state Start Pending; infinity: for ever.
    start_takes: float = 0.0
    #: It ends with this exit code instead of running.
    start_fails: int = 0
    #: Its control handler does not return, so that whoever asks it to stop is told of a time-out.
    stop_hangs: bool = False
    #: What the service manager does after the first, second ... failure: ``restart`` or ``none``.
    #: The last entry counts for all that follow.
    recovery: tuple[str, ...] = ()
    #: How often it has failed since the boot.
    failures: int = 0


@dataclass(frozen=True)
class Endpoint:
    """A TCP listener or connection, or a UDP endpoint, as the network stack lists it.

    Addresses are written as Windows does: an IPv6 link-local address carries its zone
    (``fe80::1%12``). `service` names the service of a shared process that opened it.

    `dual_stack` is a socket on ``::`` that takes IPv4 too, as those of http.sys and SMB are. The
    network stack has one row for it, which MSFT_NetTCPConnection shows as ``::`` only, and
    netstat shows twice, as ``0.0.0.0`` and ``[::]`` (published captures of both for ports 445,
    5985 and 47001).
    """

    protocol: Protocol
    local_address: str
    local_port: int
    pid: int
    created: datetime
    remote_address: str = ""
    remote_port: int = 0
    state: TcpState = TcpState.LISTEN
    service: str | None = None
    dual_stack: bool = False
    #: Where it passes connections on to; it ends them where nothing listens there.
    relay: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        # The foreign address of a listener is the unspecified one, of its family.
        if self.protocol == "tcp" and self.state is TcpState.LISTEN and not self.remote_address:
            object.__setattr__(self, "remote_address", "::" if self.family == "ipv6" else "0.0.0.0")

    @property
    def family(self) -> Family:
        return "ipv6" if ":" in self.local_address else "ipv4"

    @property
    def listening(self) -> bool:
        """Does it take in what arrives: a TCP listener, or any UDP endpoint?"""
        return self.protocol == "udp" or self.state is TcpState.LISTEN


@dataclass(frozen=True)
class OperatingSystem:
    """What Windows is installed, in the words of Win32_OperatingSystem."""

    caption: str
    version: str
    #: ``ja``, ``en``, ``de`` ...
    language: str
    installed: datetime
    booted: datetime
    sku: int
    product_type: int = 1
    suite_mask: int = 272
    #: Minutes from UTC.
    time_zone: int = 0
    registered_user: str = ""
    organization: str | None = None
    memory_kb: int = 16_000_000
    #: What its owner says of the computer.
    description: str = ""

    @property
    def name(self) -> str:
        """Caption, folder and partition in one, as Win32_OperatingSystem.Name has it."""
        return rf"{self.caption}|C:\Windows|\Device\Harddisk0\Partition3"

    @property
    def service_pack(self) -> int:
        """Its number, by the build: Windows has had none since Windows 8."""
        return {"6001": 1, "6002": 2, "7601": 1}.get(self.build, 0)

    @property
    def build(self) -> str:
        return self.version.rpartition(".")[2]


@dataclass(frozen=True)
class UrlGroup:
    """URLs that one application registered with http.sys, and the session they belong to."""

    urls: tuple[str, ...]
    id: str
    session_id: str

    @property
    def ports(self) -> tuple[int, ...]:
        """The port of each URL: 5985 of ``HTTP://+:5985/WSMAN/``. Raises ValueError."""
        matches = [_URL_PREFIX.match(url) for url in self.urls]
        if None in matches:
            raise ValueError(f"no URLs of http.sys: {', '.join(self.urls)}")
        return tuple(int(match[1]) for match in matches if match is not None)


@dataclass(frozen=True)
class RequestQueue:
    """A queue of http.sys: which processes take requests from it, for which URLs."""

    name: str | None
    process_ids: tuple[int, ...]
    groups: tuple[UrlGroup, ...]
    version: str = "2.0"
    max_requests: int = 1000
    #: Process that controls the queue and starts workers on demand (IIS: the one of WAS).
    controller: int | None = None
    #: The service that registered the URLs.
    service: str | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(url for group in self.groups for url in group.urls)

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(port for group in self.groups for port in group.ports)

    @property
    def winrm(self) -> bool:
        """Is it the queue of WinRM itself?"""
        return any(url.upper().endswith("/WSMAN/") for url in self.urls)


class Delivery(IntEnum):
    """What becomes of a connection attempt to a listener."""

    ACCEPT = 0
    #: No answer at all: what a firewall does that blocks silently.
    DROP = 1


@dataclass(frozen=True)
class SystemDriver:
    """A driver that the service manager knows (Win32_SystemDriver)."""

    name: str
    display_name: str
    #: As Win32_SystemDriver has it: `Stopped`, `Running`, `Start Pending` ...
    state: str = "Running"
    #: `Boot`, `System`, `Auto`, `Manual` or `Disabled`.
    start_mode: str = "Manual"
    path: str | None = None
    kind: str = "Kernel Driver"


@dataclass(frozen=True)
class FirewallProduct:
    """A firewall of another maker, as Windows Security knows it (FirewallProduct).

    While it is on it decides in the place of Windows' own: it lets in what `allows` lists, and out
    what is not for the ports in `holds_back`.
    """

    name: str
    #: A GUID in braces.
    id: str
    product_path: str
    reporting_path: str
    #: Not documented; in its second half 0x1000 is on, 0x0000 off, 0x2000 snoozed, 0x3000 expired.
    state: int
    timestamp: str
    allows: frozenset[tuple[Protocol, int]] = frozenset()
    holds_back: frozenset[int] = frozenset()

    @property
    def on(self) -> bool:
        return self.state & 0xF000 == 0x1000


@dataclass(frozen=True)
class Restart:
    """How a machine restarts: the seconds in which it does not answer, and what Win32Shutdown
    returns instead, as 1314 (a privilege is missing)."""

    takes: float = 1.0
    refuses: int = 0


@dataclass
class WsmanSettings:
    """Limits of the WinRM service.

    Defaults as a modern host reports them (`winrm/config` recorded in pypsrp's responses:
    MaxEnvelopeSizekb 500, MaxTimeoutms 60000, MaxBatchItems 32000, EnumerationTimeoutms 240000,
    MaxConcurrentOperationsPerUser 1500); [MS-WSMV] notes 8 and 19 give those of old hosts.
    """

    max_envelope_size: int = 512_000
    max_timeout_ms: int = 60_000
    max_batch_items: int = 32_000
    enumeration_timeout_ms: int = 240_000
    max_concurrent_operations: int = 1500
    max_shells_per_user: int = 30
    #: Items in an EnumerateResponse: ``one``, as recorded from Server 2008 and 2012, or ``full``.
    first_page: Literal["full", "one"] = "full"
