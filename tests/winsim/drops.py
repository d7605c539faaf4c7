# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets that the firewall of a simulated machine drops while it runs.

Each attempt that really gets no answer is a packet in the records, with the filter that dropped it.
Linux counts the packets that a socket of `winsim.listeners` has dropped; nobody is told when, nor from
which port. So they count when the machine is next looked at, and before it changes: what logs and
rules said until then holds for them. They come from a neighbour, as `Inbound` has it.

FilterOrigin: the id of a rule; without one ``Query User Default``, as the program would have been
asked about, or ``Default Inbound`` where notifications are off, and ``Default Outbound``; ``Stealth``
where nothing listens (Microsoft, "Filter origin audit log improvements"; that the setting of
notifications chooses is inferred). The firewall of another maker has filters of its own, and a
packet that is lost on the way has none.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winsim.drop_state import DroppedPacket, Recorded, Records
from winsim.firewall.enforcement import Decision
from winsim.firewall.inbound import profile_at, program_of, without_zone
from winsim.firewall.store import Value, profile_key
from winsim.state import Endpoint

if TYPE_CHECKING:
    from winsim.machine import Machine

#: What is kept at most: the records of Windows overwrite the oldest too.
_MOST = 5_000
#: The array of SO_MEMINFO, and which of its numbers counts what was dropped (linux/sock_diag.h).
_SO_MEMINFO, _MEMINFO, _DROPS = 55, struct.Struct("9I"), 8
#: Filters of images have lower numbers.
_FIRST_FILTER = 80_001
_FIRST_DYNAMIC = 49152
_PROTOCOLS = {"tcp": 6, "udp": 17}
#: The layers of both families (fwpstypes.h).
_ACCEPT, _CONNECT, _STEALTH = {4: 44, 6: 46}, {4: 48, 6: 50}, {4: 13, 6: 15}
_LOG = r"%systemroot%\system32\logfiles\firewall\pfirewall.log"
_PROFILES = ("domain", "private", "public")


@dataclass
class _Watched:
    """A socket that drops what comes for `endpoint`, from `source` to `target` if not empty."""

    endpoint: Endpoint
    target: str
    source: str
    counted: int


class Drops:
    """The packets that one machine has dropped."""

    def __init__(self, machine: Machine, before: Records) -> None:
        self._machine = machine
        self._before = before
        self._watched: dict[socket.socket, _Watched] = {}
        self._made: deque[Recorded] = deque(maxlen=_MOST)
        self._filters = {(each.origin, each.layer): each.filter_id for each in before.packets}
        #: By profile: where it logs, and whether it tells of programs that it blocks.
        self._logs: dict[str, str] = {}
        self._notifies: dict[str, bool] = {}
        self._begun: list[str] = []
        self.settings_changed()
        #: The log that was written before the machine was first looked at.
        self._first = self._logs[profile_at(machine, machine.network.main_index)]

    def packets(self) -> list[Recorded]:
        """All of them, the oldest first."""
        with self._machine.lock:
            self.look()
            found = [*self._before.before(self._machine.clock(), self._first), *self._made]
        return sorted(found, key=lambda each: each.time)

    @property
    def logs(self) -> tuple[str, ...]:
        """The paths of the firewall's logs that were begun, in lower case. A log stays when it is no
        longer written."""
        return tuple(self._begun)

    def is_first(self, log: str) -> bool:
        """Whether a log was written before the machine was first looked at."""
        return log == self._first

    # What tells it

    def settings_changed(self) -> None:
        """Settings of the log may be others from now on, or networks in other profiles."""
        self._logs = {each: _log_of(self._machine, each) for each in _PROFILES}
        self._notifies = {each: _notifies(self._machine, each) for each in _PROFILES}
        network = self._machine.network
        connected = [each.interface_index for each in network.profiles]
        connected += [each.index for each in network.unidentified]
        for profile in {profile_at(self._machine, index) for index in connected}:
            path = self._logs[profile]
            if path and path not in self._begun:
                self._begun.append(path)

    def watch(
        self, dropping: socket.socket, endpoint: Endpoint, target: str = "", source: str = ""
    ) -> None:
        """What comes to this socket from now on is dropped, for that endpoint."""
        known = self._watched.get(dropping)
        counted = _dropped(dropping) if known is None else known.counted
        self._watched[dropping] = _Watched(endpoint, target, source, counted)

    def forget(self, dropping: socket.socket) -> None:
        """A socket is to be closed."""
        with self._machine.lock:
            self.look()
            self._watched.pop(dropping, None)

    def look(self) -> None:
        """Count what was dropped since this was last asked."""
        with self._machine.lock:
            for dropping, watched in self._watched.items():
                ports = list(_arrived(dropping, watched))
                if ports:
                    self._inbound(watched, ports)

    def stealth(self, target: str, port: int, source: str) -> None:
        """Nothing listens at a TCP port, and nobody is told so."""
        if not any(product.on for product in self._machine.firewall_products):
            index = self._machine.network.interface_of(target)
            local, remote = (target, port), (source, _FIRST_DYNAMIC)
            self._add(index, 6, "in", local, remote, _STEALTH, "Stealth", 0)

    def outbound(
        self, decision: Decision, pid: int, source: str, index: int, target: str, port: int
    ) -> None:
        """A process may not connect."""
        if any(product.on for product in self._machine.firewall_products):
            return
        origin = "Default Outbound" if decision.by == "DefaultOutboundAction" else decision.by
        local, remote = (source, _FIRST_DYNAMIC), (target, port)
        self._add(index, 6, "out", local, remote, _CONNECT, origin, pid)

    # Inside

    def _inbound(self, watched: _Watched, ports: list[int]) -> None:
        machine, endpoint = self._machine, watched.endpoint
        decision = machine.inbound(endpoint, watched.target, watched.source)
        if decision is None or decision.allowed:
            return  # something else drops it
        if any(product.on for product in machine.firewall_products):
            return
        packet, index = machine.arriving(endpoint, watched.target, watched.source)
        local = packet.local_address, endpoint.local_port
        origin = self._origin(decision, index)
        protocol = _PROTOCOLS[endpoint.protocol]
        for port in ports:
            remote = packet.remote_address, port
            self._add(index, protocol, "in", local, remote, _ACCEPT, origin, endpoint.pid)

    def _origin(self, decision: Decision, index: int) -> str:
        if decision.by not in {"DefaultInboundAction", "DoNotAllowExceptions"}:
            return decision.by
        notifies = self._notifies[profile_at(self._machine, index)]
        asks = decision.by == "DefaultInboundAction" and notifies
        return "Query User Default" if asks else "Default Inbound"

    def _add(
        self,
        index: int | None,
        protocol: int,
        direction: str,
        local: tuple[str, int],
        remote: tuple[str, int],
        layers: dict[int, int],
        origin: str,
        pid: int,
    ) -> None:
        local, remote = [(without_zone(address), port) for address, port in (local, remote)]
        layer = layers[6 if ":" in local[0] else 4]
        made = DroppedPacket(
            ago=0.0,
            protocol=protocol,
            direction="out" if direction == "out" else "in",
            local=local,
            remote=remote,
            filter_id=self._filters.setdefault((origin, layer), self._next_filter()),
            layer=layer,
            origin=origin,
            program=_device_path(program_of(self._machine, pid) if pid else None),
            pid=pid,
        )
        profile = profile_at(self._machine, -1 if index is None else index)
        log = "" if made.is_stealth else self._logs[profile]
        with self._machine.lock:
            self._made.append(Recorded(self._machine.clock(), made, log))

    def _next_filter(self) -> int:
        return max(_FIRST_FILTER - 1, *self._filters.values(), 0) + 1


def _dropped(dropping: socket.socket) -> int:
    """How many packets Linux has dropped for a socket; 0 where the system doesn't say."""
    with contextlib.suppress(OSError):
        found = dropping.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        if len(found) == _MEMINFO.size:
            return int(_MEMINFO.unpack(found)[_DROPS])
    return 0


def _arrived(dropping: socket.socket, watched: _Watched) -> Iterator[int]:
    """The port of the sender of each packet that came since this was last asked."""
    if dropping.type == socket.SOCK_DGRAM:
        with contextlib.suppress(BlockingIOError):
            while True:
                yield int(dropping.recvfrom(0)[1][1])
    else:
        before, watched.counted = watched.counted, _dropped(dropping)
        yield from [_FIRST_DYNAMIC] * (watched.counted - before)


def _values(machine: Machine, profile: str, key: str) -> dict[str, Value]:
    """The settings of a profile by their names in lower case: Group Policy's before the local ones."""
    values: dict[str, Value] = {}
    if machine.firewall is not None:
        for store in ("local", "policy"):
            found = machine.firewall.values(profile_key(profile, store) + key) or {}
            values |= {name.lower(): value for name, value in found.items()}
    return values


def _log_of(machine: Machine, profile: str) -> str:
    """Where a profile logs what it drops; empty if it doesn't."""
    values = _values(machine, profile, r"\Logging")
    dropped, path = values.get("logdroppedpackets"), values.get("logfilepath")
    if dropped is None or dropped.data not in (1, "0x1", "1"):
        return ""
    name = (_LOG if path is None else str(path.data)).lower()
    return name.replace("%systemroot%", r"c:\windows")


def _notifies(machine: Machine, profile: str) -> bool:
    told = _values(machine, profile, "").get("disablenotifications")
    return told is None or told.data != 1


def _device_path(path: str | None) -> str:
    """The path of a program as the filtering platform has it: in lower case, below a device."""
    if path is None:
        return "-"
    _drive, colon, rest = path.partition(":")
    return rf"\device\harddiskvolume3{rest}".lower() if colon else path
