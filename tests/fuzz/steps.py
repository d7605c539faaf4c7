# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts work instead of measuring time: the same input gives the same number everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

#: What doubles with the input, and something because of rounding.
MOST_GROWTH = 2.2


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python run while `work` does, in all functions that it calls.

    What a C function does inside (a regular expression, above all) is not seen:
    `backtracking.steps` counts that.
    """
    count = 0

    def begin(_frame: FrameType, _event: str, _argument: Any) -> Any:
        return follow

    def follow(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
        return follow

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
