# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Results of work that many hosts of one process need alike, kept within limits.

What is kept comes from hosts that may be hostile. So a result is found only by the whole of what it
was made from, is never changed, and goes when it has not been used for long: a host that sends very
much makes the work for others anew once, and no more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Entry(Generic[V]):
    """A result, its weight, and whether it has been used since room was last made."""

    __slots__ = ("used", "value", "weight")

    def __init__(self, value: V, weight: int) -> None:
        self.value = value
        self.weight = weight
        self.used = False


class Kept(Generic[K, V]):
    """Immutable results by what they were made from. Made for many threads.

    Most questions find a result, and a thousand are asked for each host, so to find one takes no
    lock, and changes no order: it only marks the result as used. What makes room is the oldest that
    has not been used since the last time it came to be the oldest.

    Args:
        entries: how many are kept at most.
        weight: the sum of their weights at most, in the unit of `get`.
    """

    def __init__(self, entries: int, weight: int) -> None:
        self._most = entries
        self._most_weight = weight
        self._found: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V], weight: int = 1) -> V:
        """The result that is kept for a key, or a new one. What `make` raises is not kept, nor is
        anything that weighs more than a hundredth of what is kept at most."""
        found = self._found.get(key)
        if found is not None:
            found.used = True
            return found.value
        made = make()
        if weight * 100 <= self._most_weight:
            self._keep(key, _Entry(made, weight))
        return made

    def _keep(self, key: K, entry: _Entry[V]) -> None:
        with self._lock:
            before = self._found.pop(key, None)
            self._weight += entry.weight - (before.weight if before else 0)
            self._found[key] = entry
            while len(self._found) > self._most or self._weight > self._most_weight:
                oldest, of_oldest = self._found.popitem(last=False)
                if of_oldest.used:
                    of_oldest.used = False
                    self._found[oldest] = of_oldest
                else:
                    self._weight -= of_oldest.weight

    def __len__(self) -> int:
        return len(self._found)

    @property
    def weight(self) -> int:
        """The weight of all that is kept."""
        return self._weight

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._found.clear()
            self._weight = 0
