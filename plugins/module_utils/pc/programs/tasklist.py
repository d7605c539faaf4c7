# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the rows of ``tasklist /svc /fo csv /nh`` in any language of Windows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .commands import TableProgram
from .lines import unread_lines

# A process may run dozens of services; a longer line is not a row.
MAX_ROW = 8192
# Three quoted texts, separated by commas (documentation of /fo csv).
_ROW = re.compile(r'"([^"]*)","([0-9]{1,10})","([^"]*)"\s*\Z')


@dataclass(frozen=True, slots=True)
class ListedProcess:
    """A process: its name, and the names of the services in it. If it has none, `services` is one
    or more words in the language of the host."""

    name: str
    services: tuple[str, ...]


def parse(text: str) -> Mapping[int, ListedProcess] | None:
    """The processes by their process ids; None if the text is not such a table. Raises nothing."""
    found = {}
    for line in text.split("\n"):
        match = _row(line)
        if match:
            found[int(match[2])] = ListedProcess(match[1], tuple(match[3].split(",")))
    return found or None


def unread(text: str) -> tuple[str, ...]:
    """The lines that begin like a row but are not one, and other lines after the first row: a
    process may be missing."""
    return unread_lines(
        text, lambda line: _row(line) is not None, lambda line: line.startswith('"')
    )


#: Every process of the host with the services in it.
TASKLIST = TableProgram(
    "tasklist /svc /fo csv /nh",
    r"%SystemRoot%\System32\tasklist.exe /svc /fo csv /nh",
    parse,
    unread,
)


def _row(line: str) -> re.Match[str] | None:
    return _ROW.match(line) if len(line) <= MAX_ROW else None
