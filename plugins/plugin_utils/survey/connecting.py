# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connects to all hosts first, at the same time and in one thread, to find out which of them are
there. Those that are switched off then cost one time-out together, and no worker waits for them.

Nothing is sent, and a connection is closed as soon as it is there.
"""

from __future__ import annotations

import errno
import heapq
import itertools
import os
import resource
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Verbatim

#: What has become of a host: None if it is there.
Told: TypeAlias = Callable[[str, TransportError | None], None]
_Where: TypeAlias = "tuple[int, tuple[Any, ...]]"

# How many connections are begun in one go, and the seconds between two of them: 1,000 a second. A
# switch or a router on the way keeps a record of each.
_AT_A_TIME, _PAUSE = 50, 0.05
_MOST = 4_000
# File descriptors that each worker needs besides those of its attempts to connect to ports, and the
# process besides.
_OF_WORKER, _OF_PROCESS = 8, 96
# Where the look-up of a name waits for a server that is down, others have to go on.
_RESOLVERS = 32
_STARTED = frozenset({0, errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK, errno.EINTR})


@dataclass
class _Host:
    """A host that is being connected to, by all of its addresses at the same time: the seconds that
    it may take, how many of them are left, whether one has answered, and what was wrong with the
    latest that has not."""

    name: str
    seconds: float
    left: int = 0
    there: bool = False
    code: int | None = None


@dataclass(eq=False)
class _Attempt:
    """A connection to one address of a host."""

    host: _Host
    family: int
    where: tuple[Any, ...]
    sock: socket.socket | None = None


def most_at_once(workers: int, attempts: int) -> int:
    """How many connections may be under way at the same time, without using up the file descriptors
    of the process. Their limit is raised as far as any process may raise its own, which is enough
    nearly everywhere; the process is that of one task.

    Args:
        attempts: how many ports a worker may try to connect to at the same time.
    """
    others = _OF_PROCESS + workers * (_OF_WORKER + attempts)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST
    if soft < _MOST + others:
        wanted = _MOST + others if hard == resource.RLIM_INFINITY else min(hard, _MOST + others)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(8, min(_MOST, soft - others))


class Connecting:
    """Connects to hosts, in a thread of its own that never outlives the process.

    Args:
        told: called for each host once, in any thread.
        most: how many connections may be under way at the same time.
    """

    def __init__(self, told: Told, most: int) -> None:
        self._told = told
        self._most = most
        self._new: SimpleQueue[_Attempt] = SimpleQueue()
        self._names: SimpleQueue[tuple[_Host, str, int] | None] = SimpleQueue()
        self._under_way: list[tuple[float, int, _Attempt]] = []  # a heap, by the end of their time
        self._numbers = itertools.count()
        self._resolvers = 0
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._ear, self._mouth = socket.socketpair()
        for each in (self._ear, self._mouth):
            each.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def add(self, name: str, address: str, port: int, seconds: float) -> None:
        """Connect to a host soon.

        Args:
            name: of the host, for `told`.
            address: an IP address, with its zone if it has one, or a name to look up.
            seconds: the time to connect, without the look-up of its name.
        """
        host = _Host(name, seconds)
        try:
            found = _look_up(address, port, socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            self._names.put((host, address, port))
            # As many threads as there are names that wait, but not more.
            if self._resolvers < _RESOLVERS:
                self._resolvers += 1
                Thread(target=self._resolve, daemon=True).start()
            return
        self._begin(host, found)

    def stop(self) -> None:
        """Give up what is under way; nothing more is told. Returns when nothing is open."""
        self._stopping = True
        self._wake()
        self._thread.join(1.0)
        for _each in range(self._resolvers):
            self._names.put(None)

    def _begin(self, host: _Host, addresses: Sequence[_Where]) -> None:
        host.left = len(addresses)
        for family, where in addresses:
            self._new.put(_Attempt(host, family, where))
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # it is full, so the other end wakes up anyway, or has ended
            self._mouth.send(b"\0")

    def _resolve(self) -> None:
        """Look up names, in a thread of its own: the system's resolver waits for its servers."""
        while (asked := self._names.get()) is not None and not self._stopping:
            host, address, port = asked
            try:
                found = _look_up(address, port)
            except (OSError, UnicodeError) as error:
                reason = Verbatim(str(getattr(error, "strerror", None) or error))
                detail = Phrase("detail.no_address", {"reason": reason})
                self._told(host.name, TransportError(Failure.UNREACHABLE, detail))
            else:
                self._begin(host, found)

    def _run(self) -> None:
        waiting: deque[_Attempt] = deque()
        next_start = 0.0
        try:
            while not self._stopping:
                now = time.monotonic()
                if waiting and now >= next_start:
                    for _each in range(min(_AT_A_TIME, self._room(), len(waiting))):
                        self._start(waiting.popleft())
                    next_start = now + _PAUSE
                ends = self._under_way
                while ends and (ends[0][2].sock is None or ends[0][0] <= now):
                    self._ended(heapq.heappop(ends)[2], errno.ETIMEDOUT)
                moments = [ends[0][0]] if ends else []
                if waiting and self._room():
                    moments.append(next_start)
                left = max(0.0, min(moments) - now) if moments else None
                for key, _events in self._selector.select(left):
                    if key.data is None:
                        self._hear(waiting)
                    else:
                        self._proceed(key.data)
        finally:
            for *_when, each in self._under_way:
                self._close(each)
            self._selector.close()
            self._ear.close()
            self._mouth.close()

    def _room(self) -> int:
        """How many connections may be begun now."""
        return max(0, self._most - len(self._selector.get_map()) + 1)

    def _hear(self, waiting: deque[_Attempt]) -> None:
        with suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass
        with suppress(Empty):
            while True:
                waiting.append(self._new.get_nowait())

    def _start(self, attempt: _Attempt) -> None:
        if attempt.host.there:
            return
        until = time.monotonic() + attempt.host.seconds
        try:
            attempt.sock = socket.socket(attempt.family, socket.SOCK_STREAM)
        except OSError as error:
            self._failed(attempt.host, error.errno)
            return
        attempt.sock.setblocking(False)
        self._selector.register(attempt.sock, selectors.EVENT_WRITE, attempt)
        heapq.heappush(self._under_way, (until, next(self._numbers), attempt))
        code = attempt.sock.connect_ex(attempt.where)
        if code not in _STARTED:
            self._ended(attempt, code)

    def _proceed(self, attempt: _Attempt) -> None:
        """Something has become of an attempt."""
        if attempt.sock is not None:
            self._ended(attempt, attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _ended(self, attempt: _Attempt, code: int) -> None:
        """An attempt is over; `code` is its error, 0 for none."""
        if attempt.sock is None:
            return
        self._close(attempt)
        if code:
            self._failed(attempt.host, code)
        elif not attempt.host.there:
            attempt.host.there = True
            self._told(attempt.host.name, None)

    def _failed(self, host: _Host, code: int | None) -> None:
        host.left -= 1
        host.code = code
        if not host.left and not host.there:
            self._told(host.name, _failure(code, host.seconds))

    def _close(self, attempt: _Attempt) -> None:
        if attempt.sock is not None:
            self._selector.unregister(attempt.sock)
            attempt.sock.close()
            attempt.sock = None


def _failure(code: int | None, seconds: float) -> TransportError:
    if code == errno.ECONNREFUSED:
        return TransportError(Failure.REFUSED)
    if code == errno.ETIMEDOUT:
        time_up = Phrase("detail.seconds", {"seconds": f"{seconds:.3g}"})
        return TransportError(Failure.NO_CONNECTION, time_up)
    return TransportError(Failure.UNREACHABLE, Verbatim(os.strerror(code)) if code else "")


def _look_up(address: str, port: int, flags: int = 0) -> list[_Where]:
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys((int(family), where) for family, *_others, where in found))
