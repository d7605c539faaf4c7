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


class Watchdog:
    """Shuts down the sockets that it watches when its time is up; a context manager.

    It runs in its own thread, so it needs no signal and works in any thread. A process that is
    forked meanwhile has no watchdog.

    Attributes:
        seconds: its time, from entering the block.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._expired = False
        self._end = 0.0
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        self._end = time.monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._watched:
                each.close()
            self._watched.clear()
        # It holds this object, and only a garbage collection would free what the thread holds.
        del self._timer

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
        own = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            if self._expired:
                _shut_down(own)
                own.close()
            else:
                self._watched.append(own)

    def _expire(self) -> None:
        with self._lock:
            self._expired = True
            for each in self._watched:
                _shut_down(each)


def _shut_down(sock: socket.socket) -> None:
    with suppress(OSError):  # it may never have been connected, or the other end may have closed it
        sock.shutdown(socket.SHUT_RDWR)
