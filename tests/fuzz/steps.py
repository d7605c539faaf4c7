# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts work instead of measuring time: the same input gives the same number everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

#: What doubles with the input, and something because of rounding.
MOST_GROWTH = 2.2


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python run while `work` does, in all functions that it calls.

    What a C function does inside (a regular expression, above all) is not seen:
    `backtracking.steps` counts that.
    """
    count = 0
    own: CodeType = lines_run.__code__

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        if event == "line" and frame.f_code is not own:
            count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
