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
