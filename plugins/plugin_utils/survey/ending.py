# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task that is ended from outside still does.

Ctrl-C, and an end of Ansible itself, reach the process of a task as a signal, which ends it at
once. Its sockets and its files without a name are closed with it. A Kerberos ticket is in a file
that has a name, and ``kinit`` in a session of its own, which no signal of the terminal reaches.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def before_the_end(clean: Callable[[], None]) -> Iterator[None]:
    """During the block, a signal that ends the process first calls something. Afterwards, and in
    any other thread than the main one, signals are handled as before.

    Args:
        clean: it must not wait for anything.
    """

    def ending(number: int, frame: FrameType | None) -> None:
        with suppress(Exception):
            clean()
        signal.signal(number, before[number])
        if callable(before[number]):
            before[number](number, frame)
        else:
            os.kill(os.getpid(), number)

    before: dict[int, Any] = {}
    try:
        with suppress(ValueError):  # this is not the main thread
            for each in _SIGNALS:
                before[each] = signal.signal(each, ending)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_programs() -> None:
    """End the programs that this process has started, where the system tells which they are."""
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError, ValueError):
            for each in path.read_text().split():
                os.kill(int(each), signal.SIGKILL)
