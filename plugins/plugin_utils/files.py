# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files on the controller."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path


def write_all(contents: Mapping[Path, str], *, private: bool = False) -> None:
    """Write files, each of which is either the old or the new one for who reads it meanwhile.

    All are written beside their places before the first is put there, so that a full disk changes
    none. A file that is there keeps its permissions, and one that is a link is written where it
    points to. Folders are made as needed.

    Args:
        contents: what is to stand in each file.
        private: only the owner may read them, whoever could read what was there, and a link is
            replaced instead of followed.

    Raises:
        OSError: a file can't be written; what was begun is gone.
    """
    opener = _for_the_owner if private else None
    begun: list[tuple[Path, Path]] = []
    try:
        for path, text in contents.items():
            place = path if private else path.resolve()
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
            begun.append((beside, place))
            # Never a file that is there already, which somebody else could have laid out.
            with open(beside, "x", encoding="utf-8", newline="", opener=opener) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if place.exists() and not private:
                shutil.copymode(place, beside)
        for beside, place in begun:
            beside.replace(place)
    finally:
        for beside, _place in begun:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
