# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much of what hosts have sent is kept, by all hosts together that a process reads.

No host waits for another here. Each may always keep a little, far more than a healthy one does, and
beyond that as much as is still left for all: so one hostile host gets half of everything, two get a
third each, and what is left then is as much again (the dynamic thresholds by which switches share a
buffer: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6/2, 1998).
"""

from __future__ import annotations

import threading
from collections import deque

#: What all hosts may keep together, in bytes. A host that is read alone gets half of it, and so as
#: many bytes as one enumeration may have.
ALL_BYTES = 512 * 1024 * 1024
#: What each host may keep, whatever others keep.
OWN_BYTES = 16 * 1024 * 1024


class AllKept:
    """The sum over all hosts. Made for many threads.

    Args:
        most: what all may keep together, in bytes.
        own: what each may keep in any case.
    """

    def __init__(self, most: int = ALL_BYTES, own: int = OWN_BYTES) -> None:
        self._most = most
        self._own = own
        self._sum = 0
        # Sizes of shares that exist no more. They end at any moment, in the middle of a change too,
        # so that they can't wait for the lock.
        self._gone: deque[int] = deque()
        self._lock = threading.Lock()

    def share(self) -> Share:
        """The share of one more host. It counts as long as it exists."""
        return Share(self)

    def change(self, share: Share, size: int) -> bool:
        """Let a share have that size. Returns whether it may; if not, it keeps the one it has."""
        with self._lock:
            while self._gone:
                self._sum -= self._gone.popleft()
            others = self._sum - share.size
            if size > max(share.size, self._own) and size > self._most - others - size:
                return False
            self._sum = others + size
            share.size = size
            return True

    def end(self, size: int) -> None:
        """A share of that size exists no more."""
        self._gone.append(size)


class Share:
    """What is kept of one host.

    Attributes:
        size: in bytes.
    """

    def __init__(self, together: AllKept) -> None:
        self.size = 0
        self._all = together
        self._sizes: dict[str, int] = {}

    def keep(self, what: str, size: int) -> bool:
        """Keep something instead of what was kept under that name before. Returns whether the host
        may; if not, what was kept before still counts."""
        if not self._all.change(self, self.size - self._sizes.get(what, 0) + size):
            return False
        self._sizes[what] = size
        return True

    def __del__(self) -> None:
        self._all.end(self.size)

    def give_back(self) -> None:
        """Nothing is kept any more."""
        self._all.change(self, 0)
        self._sizes.clear()


#: That of this process.
ALL_KEPT = AllKept()
