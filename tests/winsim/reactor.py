# SPDX-License-Identifier: GPL-3.0-or-later
"""One thread that serves the sockets of all simulated machines: it accepts what comes and reads
what it is sent, and does nothing with it."""

from __future__ import annotations

import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future

#: Accepted connections that stay open at most; beyond that the oldest is closed.
MAX_CONNECTIONS = 200


class Reactor:
    """Starts with its first socket. Every method returns when what it asks for is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._waker: socket.socket | None = None
        self._tasks: deque[tuple[Callable[[], None], Future[None]]] = deque()
        #: Accepted connections and the listener that each came through.
        self._connections: dict[socket.socket, socket.socket] = {}
        self._listeners: set[socket.socket] = set()
        #: What a listener says at first, and whether it then closes the connection.
        self._manners: dict[socket.socket, tuple[bytes, bool]] = {}

    def accept_on(
        self, listener: socket.socket, greeting: bytes = b"", hangs_up: bool = False
    ) -> None:
        """Accept every connection on `listener`, greet it, and keep it open until the peer closes it;
        or close it at once."""
        listener.setblocking(False)
        if greeting or hangs_up:
            self._manners[listener] = greeting, hangs_up

        def begin() -> None:
            self._listeners.add(listener)
            self._register(listener, lambda: self._accept(listener))

        self._do(begin)

    def swallow_from(self, receiver: socket.socket) -> None:
        """Read and forget every datagram that arrives at `receiver`."""
        receiver.setblocking(False)
        self._do(lambda: self._register(receiver, lambda: _read(receiver)))

    def discard(self, sockets: Iterable[socket.socket]) -> None:
        """Close sockets, and the connections that were made to them."""
        gone = list(sockets)
        self._do(lambda: self._close(gone))

    def _do(self, task: Callable[[], None]) -> None:
        """Run `task` in the thread that owns the selector."""
        done: Future[None] = Future()
        self._tasks.append((task, done))
        with self._lock:
            if self._waker is None:
                wakened, self._waker = socket.socketpair()
                self._register(wakened, lambda: self._run_tasks(wakened))
                threading.Thread(target=self._run, name="winsim-listeners", daemon=True).start()
            self._waker.send(b"x")
        done.result()

    def _run(self) -> None:
        while True:
            for key, _unused in self._selector.select():
                # An earlier event of the same round may have closed the socket of this one.
                if key.fd in self._selector.get_map():
                    key.data()

    def _run_tasks(self, wakened: socket.socket) -> None:
        wakened.recv(4096)
        while self._tasks:
            task, done = self._tasks.popleft()
            try:
                task()
            except Exception as error:
                # It belongs to the thread that asked.
                done.set_exception(error)
            else:
                done.set_result(None)

    def _register(self, sock: socket.socket, ready: Callable[[], object]) -> None:
        self._selector.register(sock, selectors.EVENT_READ, ready)

    def _accept(self, listener: socket.socket) -> bool:
        """Accept a connection; False when none waits."""
        try:
            connection, _unused = listener.accept()
        except OSError:
            return False  # the peer gave up in the meantime
        connection.setblocking(False)
        greeting, hangs_up = self._manners.get(listener, (b"", False))
        if greeting:
            connection.send(greeting)
        if hangs_up:
            connection.close()
            return True
        if len(self._connections) >= MAX_CONNECTIONS:
            self._forget(next(iter(self._connections)))
        self._connections[connection] = listener
        self._register(connection, lambda: self._receive(connection))
        return True

    def _receive(self, connection: socket.socket) -> None:
        if not _read(connection):
            self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        del self._connections[connection]
        self._close([connection])

    def _close(self, sockets: list[socket.socket]) -> None:
        for sock in sockets:
            if sock in self._listeners:
                # A program accepts at once. This thread may not have had its turn yet, and Linux
                # resets what nobody has accepted.
                while self._accept(sock):
                    pass
                self._listeners.remove(sock)
                self._manners.pop(sock, None)
            for connection in [c for c, owner in self._connections.items() if owner is sock]:
                self._forget(connection)
            if sock.fileno() in self._selector.get_map():
                self._selector.unregister(sock)
            sock.close()


def _read(sock: socket.socket) -> bool:
    """Read what is there; False when the peer has closed or reset the connection."""
    try:
        data = sock.recv(65536)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return bool(data)


REACTOR = Reactor()
