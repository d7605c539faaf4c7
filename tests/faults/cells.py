# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the matrix, made from what a run without faults has exchanged: every fault at every
message, and every element of every answer twice or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faults.pc import Log, Message
from faults.tasks import MODULES, Task
from faults.ways import WAYS, WINRM, Way

# The faults in winsim's own grammar. `delay` is longer than the controller waits.
ONCE = (
    "reset-before", "reset:after=0", "reset:after=200", "truncate:after=200", "close",
    "delay=4", "http=401", "http=503", "html",
    "quota", "command-quota", "shell-quota", "timed-out", "access-denied", "envelope",
    "malformed", "dtd", "external-entity", "depth=100000", "oversize=20000000", "endless",
    "wrong-relates-to", "charset=utf-16", "charset=shift_jis",
)  # fmt: skip
# Those that may stay, once they are there.
ONWARDS = (
    "reset-before", "reset:after=0", "delay=4", "http=401", "http=503", "quota", "malformed",
    "endless",
)  # fmt: skip
ELEMENTS = ("duplicate", "missing")
ONWARDS_MARK = " onwards"
ROWS = (*ONCE, *(each + ONWARDS_MARK for each in ONWARDS), *ELEMENTS)

# What a fault is about, where that isn't every message. An enumeration without an end needs it said
# once, a program at every message.
_ONLY = {"endless": {"Enumerate"}}
_ONLY_ONWARDS = {"endless": {"Receive"}}


@dataclass(frozen=True)
class Cell:
    """One task and one fault: the `number`-th message (from 1), only that or all from there on.

    `data` says that the fault changes what the PC tells, and not how it tells it: the result may
    then be another one than without the fault.
    """

    task: Task
    fault: str
    number: int
    message: Message
    onwards: bool = False
    data: bool = False
    way: Way = WINRM

    @property
    def row(self) -> str:
        """The row of the matrix."""
        name = self.fault.partition("=")[0]
        if name in ELEMENTS:
            return name
        return self.fault + (ONWARDS_MARK if self.onwards else "")

    @property
    def text(self) -> str:
        """The fault as winsim reads it."""
        separator = "," if ":" in self.fault else ":"
        which = f"skip={self.number - 1}" if self.onwards else f"message={self.number}"
        return f"{self.fault}{separator}{which}"

    def __str__(self) -> str:
        at = f"{self.message.verb} {self.message.class_name}".strip()
        return f"{self.task.name} over {self.way}: {self.text} ({at})"


def cells(task: Task, clean: Log, way: Way = WINRM) -> Iterator[Cell]:
    """All cells of a task, in a fixed order."""
    for number, message in enumerate(clean.messages, start=1):
        for fault in ONCE:
            if message.verb in _ONLY.get(fault, {message.verb}):
                yield Cell(task, fault, number, message, way=way)
        for fault in ONWARDS:
            if message.verb in _ONLY_ONWARDS.get(fault, {message.verb}):
                yield Cell(task, fault, number, message, onwards=True, way=way)
        for element in clean.answers[number - 1]:
            for kind in ELEMENTS:
                fault = f"{kind}={element.name}"
                yield Cell(task, fault, number, message, data=element.data, way=way)


def sample(every: Sequence[Cell]) -> list[Cell]:
    """One cell of each fault and module: the one in the middle, at a message that changes
    something where there is such a one. They take turns on the ways, so that each fault meets
    each way, and each module too."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in every:
        groups.setdefault((cell.row, cell.task.module), []).append(cell)
    chosen = []
    for (row, module), group in groups.items():
        way = WAYS[(ROWS.index(row) + MODULES.index(module)) % len(WAYS)]
        taken = [cell for cell in group if cell.way == way]
        candidates = [cell for cell in taken if cell.message.changes] or taken
        chosen.append(candidates[len(candidates) // 2])
    return chosen
