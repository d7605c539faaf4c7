# SPDX-License-Identifier: GPL-3.0-or-later
"""Real sockets at which a simulated machine takes connections from other simulated machines.

Each is for one address of the machine, one port, and one other machine, so that the firewall may
decide by the address from which the other one comes. It listens on the machine's loopback address, at
some free port: the other machine's programs are told of it by the wire (`winsim.wire`), and so they
reach addresses that the loopback interface does not have, those of IPv6 among them.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winsim.listeners import drop
from winsim.reactor import REACTOR
from winsim.state import Delivery, Endpoint

if TYPE_CHECKING:
    from winsim.machine import Machine


@dataclass(frozen=True)
class Door:
    """An address and port of the machine, and the address of the one who comes, as it is seen."""

    target: str
    port: int
    source: str


@dataclass(frozen=True)
class _Open:
    socket: socket.socket
    #: What took connections there, and what became of them.
    endpoint: Endpoint
    delivery: Delivery
    hangs_up: bool

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.socket.getsockname()[:2]
        return str(host), int(port)


class Doors:
    """The doors of one machine. Each is opened when somebody first comes, and closed when what
    listens behind it ends, or the firewall decides otherwise."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._open: dict[Door, _Open] = {}
        self._running = False

    def start(self) -> None:
        self._running = True

    def stop(self) -> None:
        with self._machine.lock:
            self._running = False
            self.follow()

    def at(self, door: Door) -> tuple[tuple[str, int], int] | None:
        """Where to connect to for real, and the PID of what listens; None where nothing does.
        Raises OSError where the system gives no socket."""
        endpoint = self._listening(door)
        if endpoint is None:
            return None
        # Asked without a lock: the answer may be another machine's.
        relay = endpoint.relay
        hangs_up = relay is not None and not self._machine.wire.serves(self._machine, *relay)
        with self._machine.lock:
            found = self._open.get(door)
            if found is not None and (found.endpoint, found.hangs_up) != (endpoint, hangs_up):
                self._close(door)
                found = None
            if found is None:
                found = self._open[door] = self._listen(door, endpoint, hangs_up)
            return found.address, endpoint.pid

    def follow(self) -> None:
        """Close those where something has changed."""
        with self._machine.lock:
            for door, found in list(self._open.items()):
                endpoint = self._listening(door)
                if (
                    endpoint is None
                    or endpoint != found.endpoint
                    or found.delivery
                    is not self._machine.delivery(endpoint, door.target, door.source)
                ):
                    self._close(door)

    def _close(self, door: Door) -> None:
        closed = self._open.pop(door).socket
        self._machine.drops.forget(closed)
        REACTOR.discard([closed])

    def _listening(self, door: Door) -> Endpoint | None:
        if not self._running:
            return None
        return self._machine.listener_at(door.target, door.port)

    def _listen(self, door: Door, endpoint: Endpoint, hangs_up: bool) -> _Open:
        delivery = self._machine.delivery(endpoint, door.target, door.source)
        if delivery is Delivery.DROP:
            dropping = drop((self._machine.address, 0))
            self._machine.drops.watch(dropping, endpoint, door.target, door.source)
            return _Open(dropping, endpoint, delivery, hangs_up)
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            opened.bind((self._machine.address, 0))
            opened.listen()
            REACTOR.accept_on(opened, self._machine.greetings.get(door.port, b""), hangs_up)
        except OSError:
            opened.close()
            raise
        return _Open(opened, endpoint, delivery, hangs_up)
