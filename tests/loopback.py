# SPDX-License-Identifier: GPL-3.0-or-later
"""Loopback addresses for simulated PCs and other listeners of tests.

Every address of 127.0.0.0/8 is this machine's. Each `Network` has thousands that no other has, of
this process or of another one beside it: pairs of Python and ansible-core, and the sections of
`make test`, run at the same time.
"""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property

#: Addresses end in 1 to 250, so that they begin at 127.x.0.1 and the next after .250 is 127.x.1.1.
_LAST = 250
#: Outside of these are 127.0.0.1 itself, and what documents and programs of this repository show.
_NETWORKS = range(90, 250)
#: Whoever has bound this UDP port on its last address has the network.
_LOCK_ADDRESS, _LOCK_PORT = "127.{}.255.254", 40_009

#: The locks of this process. They outlive their networks, since an address does too.
_HELD: list[socket.socket] = []


class Network:
    """The addresses of one 127.x, taken when the first is asked for, and kept until this process
    ends, however it ends."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def address(self, number: int = 1) -> str:
        """One of them, from 1 on. The same number is the same address."""
        third, last = divmod(number - 1, _LAST)
        return f"127.{self._second}.{third % _LAST}.{last + 1}"

    def next(self) -> str:
        """Another one each time."""
        return self.address(next(self._numbers))

    @cached_property
    def _second(self) -> int:
        # Processes begin to look at different places, so that they seldom meet.
        for index in range(len(_NETWORKS)):
            second = _NETWORKS[(os.getpid() + index) % len(_NETWORKS)]
            lock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                lock.bind((_LOCK_ADDRESS.format(second), _LOCK_PORT))
            except OSError:
                lock.close()
            else:
                _HELD.append(lock)
                return second
        raise OSError("no loopback network is free")


@contextmanager
def black_hole() -> Iterator[tuple[str, int]]:
    """A port, with its address, on which no connection is ever made, as on a PC that is off: what
    waits to be accepted is full, so the system drops what comes."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        where = full.getsockname()
        for _number in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(where)
        yield where
