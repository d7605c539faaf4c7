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
from weakref import WeakSet

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
        self._shares: WeakSet[Share] = WeakSet()
        self._lock = threading.Lock()

    def share(self) -> Share:
        """The share of one more host. It counts as long as it exists."""
        with self._lock:
            made = Share(self)
            self._shares.add(made)
            return made

    def change(self, share: Share, size: int) -> bool:
        """Let a share have that size. Returns whether it may; if not, it keeps the one it has."""
        with self._lock:
            others = sum(each.size for each in self._shares if each is not share)
            if size > max(share.size, self._own) and size > self._most - others - size:
                return False
            share.size = size
            return True


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

    def give_back(self) -> None:
        """Nothing is kept any more."""
        self._all.change(self, 0)
        self._sizes.clear()


#: That of this process.
ALL_KEPT = AllKept()
