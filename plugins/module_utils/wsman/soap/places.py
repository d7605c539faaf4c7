# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A few places for large answers, which all hosts share that a process reads at the same time.

A healthy service sends at most the 512,000 bytes that requests ask for, and never needs one. A
hostile one may send many times that, of which reading makes many times as much again; with places
for it, only so many of them can do so at once, and no other host has to wait for them.
"""

from __future__ import annotations

import threading
from collections import deque

#: From that size on, an answer needs a place: bytes as received, without compression.
LARGE_BYTES = 4 * 1024 * 1024
#: The same for its elements and attributes: an element costs some 300 bytes of memory, whatever the
#: few bytes that describe it (measured; with names that are all different, 500).
LARGE_NODES = 50_000
#: How many there are. One alone could be kept by a single host that sends its answers slowly.
PLACES = 2


class Answer:
    """One answer, from its first byte until it has been read.

    Attributes:
        nodes: its elements and attributes, as far as they have been read.
    """

    def __init__(self, places: Places) -> None:
        self.nodes = 0
        self._places = places
        self._has_place = False

    def needs_place(self, seconds: float) -> bool:
        """Wait for a place, at most that many seconds, and keep it until the answer has been read.
        Returns whether it has one now."""
        self._has_place = self._has_place or self._places.take(seconds)
        return self._has_place

    def read(self) -> None:
        """It has been read: let another have its place."""
        if self._has_place:
            self._has_place = False
            self._places.give_back()


class _Block:
    """The block of `Places.answer`. There are some for each message: one that is a generator would
    cost twice as much."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._made: Answer | None = None

    def __enter__(self) -> Answer:
        current = self._places.current
        if current is None:
            current = self._made = self._places.current = Answer(self._places)
        return current

    def __exit__(self, *_exception: object) -> None:
        if self._made is not None:
            self._places.current = None
            self._made.read()


class Places:
    """Places that are given to whoever has waited longest. Made for many threads.

    Args:
        number: how many.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._current = threading.local()

    def answer(self) -> _Block:
        """A context manager: the block receives one answer, or reads it, or both. Within another
        such block of the same thread it is about the same answer."""
        return _Block(self)

    @property
    def current(self) -> Answer | None:
        """The answer that this thread is about."""
        return getattr(self._current, "answer", None)

    @current.setter
    def current(self, answer: Answer | None) -> None:
        self._current.answer = answer

    def take(self, seconds: float) -> bool:
        """Wait for a place, at most that many seconds; returns whether there was one."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        had = False
        try:
            had = turn.wait(seconds)
        finally:
            # It may have been given one at the last moment, or be interrupted by the time limit of
            # the task.
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                elif not had:
                    self._hand_on()
        return had

    def give_back(self) -> None:
        """Give a place to the next, or let it be free."""
        with self._lock:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._free += 1


#: Those of this process.
LARGE_ANSWERS = Places(PLACES)
