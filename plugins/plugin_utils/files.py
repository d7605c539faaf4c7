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


def write_all(contents: Mapping[Path, str]) -> None:
    """Write files, each of which is either the old or the new one for who reads it meanwhile.

    All are written beside their places before the first is put there, so that a full disk changes
    none. A file that is there keeps its permissions, and one that is a link is written where it
    points to. Folders are made as needed.

    Raises:
        OSError: a file can't be written; what was begun is gone.
    """
    begun: list[tuple[Path, Path]] = []
    try:
        for path, text in contents.items():
            place = path.resolve()
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
            begun.append((beside, place))
            # Never a file that is there already, which somebody else could have laid out.
            with beside.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if place.exists():
                shutil.copymode(place, beside)
        for beside, place in begun:
            beside.replace(place)
    finally:
        for beside, _place in begun:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
