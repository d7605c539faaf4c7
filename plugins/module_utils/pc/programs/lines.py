# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tables of programs have in common: each row is a line."""

from __future__ import annotations

from collections.abc import Callable


def unread_lines(
    text: str, is_row: Callable[[str], bool], begins_as_row: Callable[[str], bool]
) -> tuple[str, ...]:
    """The lines that begin like a row but are not one, and the other non-empty lines after the
    first row, in tables that have only rows there: a row may be missing."""
    lost = []
    in_table = False
    for line in text.split("\n"):
        if is_row(line):
            in_table = True
        elif begins_as_row(line) or (in_table and line.strip()):
            lost.append(line)
    return tuple(lost)
