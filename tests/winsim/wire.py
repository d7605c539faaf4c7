# SPDX-License-Identifier: GPL-3.0-or-later
"""The network between simulated machines: who has which address, what becomes of a connection from
one to the other, and which connections there are.

Machines report addresses of ordinary networks, and really are at loopback addresses. A program of one
connects to an address of another: the route and the outbound firewall of the first decide, what lies
on the way, and the inbound firewall of the second. Then it really connects, from the loopback address of
the one to that of the other.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from winsim.departure import Departure, depart
from winsim.doors import Door
from winsim.network_state import LOOPBACK_INDEX
from winsim.state import Endpoint, TcpState

if TYPE_CHECKING:
    from winsim.machine import Machine


class Fate(Enum):
    """What becomes of an attempt that never gets to a socket."""

    #: No route leads there, or no address may be used.
    UNREACHABLE = "unreachable"
    #: The firewall of the machine itself keeps its program back.
    FORBIDDEN = "forbidden"
    #: No answer comes.
    LOST = "lost"
    #: Somebody answers that nothing listens there.
    REFUSED = "refused"


@dataclass(frozen=True)
class Stop:
    """An attempt that gets nowhere, and the address that it was made from."""

    fate: Fate
    source: str = ""


@dataclass(frozen=True)
class Way:
    """A way to a socket: where the client has to bind and to connect for real."""

    client: Machine
    server: Machine
    #: The client's address, as it is to the client and as the server sees it.
    source: str
    seen_as: str
    target: str
    port: int
    here: str
    there: tuple[str, int]
    server_pid: int


@dataclass(frozen=True)
class Connection:
    """A connection, or an attempt, as both machines list it."""

    way: Way
    local_port: int
    client_pid: int
    state: TcpState


class Wire:
    """Between these machines. What is asked of it may come from any thread."""

    def __init__(self, machines: Iterable[Machine]) -> None:
        self._machines = list(machines)
        self._lock = threading.Lock()
        self._connections: list[Connection] = []

    def owner(self, address: str) -> Machine | None:
        """The machine that has an address in use. Of several, one that has not found out that it is
        a duplicate: that one is left alone with it."""
        return next(
            (
                each
                for each in self._machines
                if (index := each.network.interface_of(address)) is not None
                and index != LOOPBACK_INDEX
            ),
            None,
        )

    def way(self, client: Machine, pid: int, target: str, port: int) -> Way | Stop:
        """How a program of `client` gets to that port; `target` may have the index of an interface as
        its zone. Raises OSError where this system gives no socket."""
        network = client.network
        departure = depart(network, target)
        if departure is None:
            return Stop(Fate.UNREACHABLE)
        source = departure.source
        out = client.outbound(pid, source, departure.index, target, port)
        if out is not None and not out.allowed:
            client.drops.outbound(out, pid, source, departure.index, target, port)
            return Stop(Fate.FORBIDDEN, source)
        if departure.index in network.dead_ends:
            return Stop(Fate.LOST, source)
        hurdle = next((each for each in network.on_the_way if each.stops(target, port)), None)
        if hurdle is not None:
            return Stop(Fate.REFUSED if hurdle.refuses else Fate.LOST, source)
        own = departure.index == LOOPBACK_INDEX
        server = client if own else self.owner(target)
        if server is None:
            return Stop(Fate.LOST, source)
        seen_as = source if own else network.seen_as or source
        written = _as_seen(server, target, seen_as)
        if not own and not _comes_back(departure, server, written, bool(network.seen_as)):
            return Stop(Fate.LOST, source)
        at = server.doors.at(Door(without_zone(target), port, without_zone(seen_as)))
        if at is None:
            silent = not own and server.is_silent(target)
            if silent:
                server.drops.stealth(target, port, seen_as)
            return Stop(Fate.LOST if silent else Fate.REFUSED, source)
        there, server_pid = at
        return Way(
            client,
            server,
            source,
            _as_seen(server, target, seen_as),
            target,
            port,
            client.address,
            there,
            server_pid,
        )

    def serves(self, machine: Machine, address: str, port: int) -> bool:
        """Whether something listens at an address to which a machine passes connections on."""
        ip = ipaddress.ip_address(without_zone(address))
        own = ip.is_loopback or machine.network.interface_of(address) is not None
        server = machine if own else self.owner(address)
        return server is not None and server.listener_at(address, port) is not None

    def opened(self, way: Way, local_port: int, pid: int) -> Connection:
        """A program has begun to connect."""
        made = Connection(way, local_port, pid, TcpState.SYN_SENT)
        with self._lock:
            self._connections.append(made)
        return made

    def changed(self, before: Connection, state: TcpState) -> Connection:
        now = dataclasses.replace(before, state=state)
        with self._lock:
            self._connections[self._connections.index(before)] = now
        return now

    def closed(self, connection: Connection) -> None:
        with self._lock:
            self._connections.remove(connection)

    def endpoints(self, machine: Machine) -> list[Endpoint]:
        """The rows of a machine: the client has two for each connection, one of them Bound (as all
        that go out)."""
        with self._lock:
            found = list(self._connections)
        return [row for each in found for row in _rows(each, machine)]


def _rows(connection: Connection, machine: Machine) -> Iterator[Endpoint]:
    way = connection.way
    if machine is way.client:
        row = Endpoint(
            "tcp",
            way.source,
            connection.local_port,
            connection.client_pid,
            machine.clock(),
            way.target,
            way.port,
            connection.state,
        )
        anywhere = "::" if ":" in way.source else "0.0.0.0"
        yield row
        yield dataclasses.replace(
            row,
            local_address=anywhere,
            remote_address=anywhere,
            remote_port=0,
            state=TcpState.BOUND,
        )
    if machine is way.server and connection.state is TcpState.ESTABLISHED:
        yield Endpoint(
            "tcp",
            _with_own_zone(machine, way.target),
            way.port,
            way.server_pid,
            machine.clock(),
            way.seen_as,
            connection.local_port,
            connection.state,
        )


def _comes_back(out: Departure, server: Machine, seen_as: str, translated: bool) -> bool:
    """Whether answers get from the server to whom it sees. Who is a neighbour to one of them only is
    looked for in vain (RFC 826), as there is a router between them."""
    back = depart(server.network, seen_as)
    if back is None or back.index in server.network.dead_ends:
        return False
    if translated or ipaddress.ip_address(without_zone(seen_as)).version == 6:
        return True
    return _is_on_link(out) is _is_on_link(back)


def _is_on_link(departure: Departure) -> bool:
    return ipaddress.ip_address(without_zone(departure.next_hop)).is_unspecified


def _with_own_zone(machine: Machine, address: str) -> str:
    """An address of the machine, as it writes it itself."""
    bare = without_zone(address)
    ip = ipaddress.ip_address(bare)
    return next((each.text for each in machine.network.addresses if each.ip == ip), bare)


def _as_seen(server: Machine, target: str, source: str) -> str:
    """The client's address as the server writes it: a link-local one has the server's zone."""
    bare = without_zone(source)
    ip = ipaddress.ip_address(bare)
    if ip.version == 4 or not ip.is_link_local:
        return bare
    return f"{bare}%{server.network.interface_of(target)}"


def without_zone(address: str) -> str:
    return address.partition("%")[0]
