# SPDX-License-Identifier: GPL-3.0-or-later
"""Real sockets for the listeners of simulated machines.

A machine's TCP listener that a neighbour could reach over IPv4 really listens on the machine's
loopback address, so that a connection attempt finds what the tables say. What a firewall drops
really does not answer. One thread serves the sockets of all machines of the program.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
from typing import TYPE_CHECKING

from winsim.reactor import REACTOR
from winsim.state import Delivery, Endpoint

if TYPE_CHECKING:
    from winsim.machine import Machine

LOG = logging.getLogger("winsim.listeners")

#: Sockets that one machine opens at most; an image may list thousands of endpoints.
MAX_SOCKETS = 100


class Listeners:
    """The open sockets of one machine, kept in step with its tables."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._open = False
        self._sockets: dict[tuple[str, int, Delivery], socket.socket] = {}
        self._refused: set[tuple[str, int]] = set()

    @property
    def ports(self) -> frozenset[tuple[str, int]]:
        """Protocol and port of each listener that accepts."""
        return frozenset(
            (protocol, port)
            for protocol, port, delivery in self._sockets
            if delivery is Delivery.ACCEPT
        )

    def open(self) -> None:
        with self._machine.lock:
            self._open = True
            self.follow()

    def close(self) -> None:
        with self._machine.lock:
            self._open = False
            self.follow()

    def follow(self) -> None:
        """Open what the tables list and close what they no longer list, at once."""
        with self._machine.lock:
            drops = self._machine.drops
            # What was dropped until now, for the programs that listened until now.
            drops.look()
            wanted = self._wanted() if self._open else {}
            for key in self._sockets.keys() - wanted.keys():
                drops.forget(self._sockets[key])
                REACTOR.discard([self._sockets.pop(key)])
            failed = []
            for protocol, port, delivery in sorted(wanted.keys() - self._sockets.keys()):
                try:
                    opened = self._listen(protocol, port, delivery)
                except OSError as error:
                    if (protocol, port) not in self._refused:
                        failed.append(f"{protocol} {port} ({error.strerror})")
                        self._refused.add((protocol, port))
                else:
                    self._sockets[protocol, port, delivery] = opened
            for key, opened in self._sockets.items():
                endpoint = wanted[key]
                if key[2] is Delivery.DROP and endpoint is not None:
                    drops.watch(opened, endpoint)
            if failed:
                LOG.warning(
                    "%s: not really listening on %s at %s. Ports below 1024 need root, or a lower "
                    "net.ipv4.ip_unprivileged_port_start; the rest works without them",
                    self._machine.name,
                    self._machine.address,
                    ", ".join(failed),
                )

    def _wanted(self) -> dict[tuple[str, int, Delivery], Endpoint | None]:
        """What to listen at, and whose it is; None for what is behind WinNAT."""
        winrm = {
            port for queue in self._machine.request_queues() if queue.winrm for port in queue.ports
        }
        wanted: dict[tuple[str, int], tuple[Delivery, Endpoint | None]] = {}
        for endpoint in sorted(self._machine.endpoints(), key=lambda e: e.local_port):
            if endpoint.protocol == "tcp" and endpoint.local_port in winrm:
                continue  # the wire listens there
            if len(wanted) < MAX_SOCKETS and self._reachable(endpoint):
                key = endpoint.protocol, endpoint.local_port
                delivery = self._machine.delivery(endpoint)
                # Of several programs at one UDP port, one that may receive is enough.
                if key not in wanted or delivery < wanted[key][0]:
                    wanted[key] = delivery, endpoint
        # Behind WinNAT something answers, although nothing listens here.
        for mapping in self._machine.network.nat:
            key = mapping.protocol, mapping.external_port
            wanted.setdefault(key, (Delivery.ACCEPT, None))
        return {(*key, delivery): endpoint for key, (delivery, endpoint) in wanted.items()}

    def _reachable(self, endpoint: Endpoint) -> bool:
        """Would a neighbour that connects over IPv4 find this endpoint?"""
        addresses = {"0.0.0.0", self._machine.network.ipv4, self._machine.address}
        return endpoint.listening and (endpoint.dual_stack or endpoint.local_address in addresses)

    def _listen(self, protocol: str, port: int, delivery: Delivery) -> socket.socket:
        """Raises OSError where the system doesn't let us."""
        address = (self._machine.address, port)
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        opened = socket.socket(socket.AF_INET, kind)
        try:
            if protocol == "tcp":
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind(address)
            if protocol == "tcp" and delivery is Delivery.DROP:
                _fill(opened, address)
            elif protocol == "tcp":
                opened.listen()
                REACTOR.accept_on(opened)
            elif delivery is Delivery.DROP:
                opened.setblocking(False)  # `winsim.drops` reads it
            else:
                REACTOR.swallow_from(opened)
        except OSError:
            opened.close()
            raise
        return opened


def drop(address: tuple[str, int]) -> socket.socket:
    """A socket that lets connection attempts go without an answer. Raises OSError."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        _fill(opened, opened.getsockname())
    except OSError:
        opened.close()
        raise
    return opened


def _fill(listener: socket.socket, address: tuple[str, int]) -> None:
    """Fill the queue of a listener that nobody accepts from: Linux then ignores further
    connection attempts, as a dropping firewall does, and needs no privilege for it.

    The connection that fills it stays in the queue when its client closes it.
    """
    listener.listen(0)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as filler:
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect(address)
        waiting = select.poll()  # select() takes no descriptor above 1023
        waiting.register(filler, select.POLLOUT)
        waiting.poll(5000)
