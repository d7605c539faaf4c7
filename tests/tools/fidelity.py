# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/fidelity.md: its claims, and the count of their grades at its top (`make fidelity`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .layout import ROOT

DOCUMENT = ROOT / "docs" / "fidelity.md"
HEAD = "| id | claim | grade | source | pinned by | raised by |"
#: The best first.
GRADES = ("recorded on Windows", "seen at work elsewhere", "documented", "inferred", "contested")

_BEGIN, _END = "<!-- grades -->\n", "<!-- /grades -->"


@dataclass(frozen=True)
class Claim:
    """One row."""

    name: str
    claim: str
    grade: str
    source: str
    pinned: str
    raised: str


def rows(text: str, head: str) -> list[list[str]]:
    """The rows of all tables with this head, as their cells."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if line == head:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|--"):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def claims(text: str) -> list[Claim]:
    """All claims of the document."""
    return [Claim(cells[0].strip("`"), *cells[1:]) for cells in rows(text, HEAD)]


def count(found: Sequence[Claim]) -> str:
    """How many claims have each grade, as a table."""
    numbers = Counter(claim.grade for claim in found)
    lines = ["| grade | claims |", "|---|--:|"]
    lines += [f"| {grade} | {numbers[grade]} |" for grade in GRADES]
    return "".join(f"{line}\n" for line in [*lines, f"| together | {len(found)} |"])


def counted(text: str) -> str:
    """The document with its claims counted anew."""
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    return f"{before}{_BEGIN}{count(claims(text))}{_END}{after}"


def write() -> None:
    """Count the claims of the document anew."""
    DOCUMENT.write_text(counted(DOCUMENT.read_text("utf-8")), "utf-8")
