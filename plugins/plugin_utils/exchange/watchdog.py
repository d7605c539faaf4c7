# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ends whatever waits on a socket too long.

The time limits of sockets, and so of urllib3 and requests, restart with each byte that arrives.
They would wait forever for a host that sends one now and then: in the TLS handshake, in the status
line, between two headers, after the last chunk. The code that reads there can't be made to check a
clock, but it returns when its socket is shut down.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

# The thread of all watchdogs looks around at least that often, in seconds, and ends if there is
# nothing to watch: a process with threads should not be forked.
_OFTEN = 0.25


class Watchdog:
    """Shuts down the sockets that it watches when its time is up; a context manager.

    It needs no signal and works in any thread. All of a process share one thread, since starting
    one costs more than many a message. A process that is forked meanwhile has no watchdog.

    Attributes:
        seconds: its time, from entering the block.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._expired = False
        self._end = 0.0
        self._lock = threading.Lock()
        self._watched: list[int] = []  # file descriptors of our own

    def __enter__(self) -> Watchdog:
        self._end = time.monotonic() + self.seconds
        _keeper.add(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        _keeper.remove(self)
        with self._lock:
            for each in self._watched:
                os.close(each)
            self._watched.clear()

    @property
    def end(self) -> float:
        """When the time is up, as time of time.monotonic()."""
        return self._end

    @property
    def left(self) -> float:
        """Seconds until the end, at least 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self._expired or not self.left

    def watch(self, sock: Any) -> None:
        """Also watch this socket, and shut it down at once if the time is already up. It may be
        closed, replaced or wrapped in TLS meanwhile."""
        own = os.dup(sock.fileno())
        with self._lock:
            if self._expired:
                _shut_down(own)
                os.close(own)
            else:
                self._watched.append(own)

    def expire(self) -> None:
        """Shut down what is watched, now and from now on: the time is up."""
        with self._lock:
            self._expired = True
            for each in self._watched:
                _shut_down(each)


class _Keeper:
    """Looks at the clock for all watchdogs of a process, in one thread that ends when there are
    none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._watchdogs: set[Watchdog] = set()
        self._thread: threading.Thread | None = None
        self._until = 0.0  # when the thread looks again, as time of time.monotonic()

    def add(self, watchdog: Watchdog) -> None:
        """Call its `expire` when its time is up."""
        with self._lock:
            self._watchdogs.add(watchdog)
            if self._thread is None or not self._thread.is_alive():
                thread = threading.Thread(target=self._run, daemon=True)
                thread.start()
                # Only now: the time limit of a task may interrupt anything.
                self._thread = thread
            elif watchdog.end < self._until:
                self._changed.notify()

    def remove(self, watchdog: Watchdog) -> None:
        """Forget it."""
        with self._lock:
            self._watchdogs.discard(watchdog)

    def _run(self) -> None:
        with self._changed:
            while self._watchdogs:
                now = time.monotonic()
                for each in [each for each in self._watchdogs if each.end <= now]:
                    self._watchdogs.discard(each)
                    each.expire()
                self._until = min((now + _OFTEN, *(each.end for each in self._watchdogs)))
                self._changed.wait(self._until - now)
            self._thread = None


def _after_fork() -> None:
    global _keeper  # the thread and the state of the lock are those of the parent
    _keeper = _Keeper()


_keeper = _Keeper()
os.register_at_fork(after_in_child=_after_fork)


def _shut_down(number: int) -> None:
    """Shut down the socket that a file descriptor is of, and leave the descriptor open."""
    # Of whatever kind it is: that does not matter here, and Python would ask the system.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=number)
    with suppress(OSError):  # it may never have been connected, or the other end may have closed it
        sock.shutdown(socket.SHUT_RDWR)
    sock.detach()
