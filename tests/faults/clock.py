# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that jumps ahead where a task waits, for tasks that wait for minutes until they give up.

Whoever runs tasks with it installs it before anything else is imported, because a function may have
been given `time.sleep` as a default by then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import SupportsIndex

#: The names of the threads in which a task waits: a survey does so in threads of its own.
_OF_TASKS = {threading.main_thread().name, "port_survey"}
_sleep, _monotonic = time.sleep, time.monotonic
_gained = 0.0
_jumps = False


def install() -> None:
    """Have `time` ask this clock, which is right as long as it does not jump."""
    time.sleep, time.monotonic = sleep, monotonic


def monotonic() -> float:
    """The seconds that have passed, with those that nobody has waited for."""
    return _monotonic() + _gained


def sleep(seconds: float | SupportsIndex) -> None:
    """Wait; while the clock jumps, the threads of a task do not."""
    global _gained
    if _jumps and threading.current_thread().name in _OF_TASKS:
        _gained += float(seconds)
    else:
        _sleep(seconds)


@contextmanager
def jumping(jumps: bool = True) -> Iterator[None]:
    """The clock jumps until the block ends, if it is to."""
    global _jumps
    _jumps = jumps
    try:
        yield
    finally:
        _jumps = False
