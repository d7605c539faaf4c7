# SPDX-License-Identifier: GPL-3.0-or-later
"""Let what prepares the same wait for each other: commands, and threads of one command."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .layout import CACHE


@contextmanager
def only_one(name: str, folder: Path = CACHE) -> Iterator[None]:
    """Hold the lock of that name; another who wants it waits.

    :param folder: where the file of the lock is
    """
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
