# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of tests shared out to jobs that take about the same time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

#: About how many seconds of a core the tests of a file take of which nobody says so.
SHORT = 5


def share_of(files: Mapping[Path, int], number: int, shares: int) -> set[Path]:
    """The files of one of several shares that take about the same time: the longest first, each to
    the share that has the least so far.

    :param files: how many seconds of a core each takes
    """
    given: list[list[Path]] = [[] for _share in range(shares)]
    taken = [0] * shares
    for path in sorted(files, key=lambda path: (-files[path], path)):
        least = taken.index(min(taken))
        given[least].append(path)
        taken[least] += files[path]
    return set(given[number - 1])


def number_of(config: pytest.Config, option: str) -> tuple[int, int]:
    """What an option ``NUMBER/OF`` says."""
    number, shares = map(int, config.getoption(option).split("/"))
    return number, shares


def keep(config: pytest.Config, items: list[pytest.Item], files: set[Path]) -> None:
    """Keep the tests of these files alone."""
    left_out = [item for item in items if item.path not in files]
    items[:] = [item for item in items if item.path in files]
    config.hook.pytest_deselected(items=left_out)
