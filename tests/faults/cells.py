# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the matrix, made from what a run without faults has exchanged: every fault at every
message, and every element of every answer twice or left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from faults.pc import NAME, Log, Message
from faults.tasks import MODULES, Task
from faults.ways import WAYS, WINRM, Way

# The faults in winsim's own grammar. `delay` is longer than the controller waits.
ONCE = (
    "reset-before", "reset:after=0", "reset:after=200", "truncate:after=200", "close",
    "delay=4", "http=401", "http=503", "html",
    "quota", "command-quota", "shell-quota", "timed-out", "access-denied", "envelope",
    "malformed", "dtd", "external-entity", "depth=100000", "oversize=20000000", "endless",
    "wrong-relates-to", "charset=utf-16", "charset=shift_jis", "empty",
    "slow=headers", "slow=body",
)  # fmt: skip
# Those that may stay, once they are there.
ONWARDS = (
    "reset-before", "reset:after=0", "delay=4", "http=401", "http=503", "quota", "malformed",
    "endless", "timed-out", "empty",
)  # fmt: skip
# The stages of an exchange that are all alike to whoever waits for an answer meet three messages of
# each task: the first, the last, and the first that is to change something.
SLOW_ONCE = ("slow=interim", "slow=status", "slow=chunks", "slow=trailers")
SLOW_ONWARDS = ("slow=connect", "slow=tls", "slow=authentication", "slow=body")
# Those of what a host leaves undone, or does to another rule than the one that was meant, which are
# about messages that change something and about associations.
IGNORED = "ignored"
PARTLY = ("only", "without")
UNFILTERED, TURNS = "unfiltered", 3
# What happens to the input of a program.
OF_INPUT, _INPUT = ("busy", "pipe-ended"), "Send"
# The process of the task is killed, and another one does the task again.
KILLS = ("killed before", "killed after")
ELEMENTS = ("duplicate", "missing")
ONWARDS_MARK = " onwards"
ROWS = (
    *ONCE,
    *SLOW_ONCE,
    *(each + ONWARDS_MARK for each in (*ONWARDS, *SLOW_ONWARDS)),
    *ELEMENTS,
    IGNORED,
    IGNORED + ONWARDS_MARK,
    *PARTLY,
    UNFILTERED,
    *KILLS,
    *OF_INPUT,
    "busy" + ONWARDS_MARK,
)
# What a task meets that is not `thorough`.
_BRIEFLY = ("reset:after=0",)

# What a fault is about, where that isn't every message. An enumeration without an end needs it said
# once, a program at every message.
_ONLY = {"endless": set(), "empty": {"Pull", "Receive"}}
_ONLY_ONWARDS = {"endless": {"Receive"}, "empty": {"Receive"}}
# Enumerations without end cost a thousand messages each. One that always goes on is the first or
# the last of a task; one that never comes to an instance is the first, from its start or from its
# first Pull on.
_WITHOUT_INSTANCES = {"Enumerate": False, "Pull": True}
# Those that are asked again with pauses.
_SLEEPING = {"timed-out onwards", "empty onwards"}
# Where a connection is not authenticated by steps, none of them can be slow.
_WITHOUT_STEPS = {"basic"}


@dataclass(frozen=True)
class Cell:
    """One task and one fault: the `number`-th message to the PC `host` (from 1), only that or all
    from there on.

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
    host: str = NAME

    @property
    def row(self) -> str:
        """The row of the matrix."""
        name = self.fault.partition("=")[0]
        if name in {*ELEMENTS, *PARTLY, UNFILTERED}:
            return name
        return self.fault + (ONWARDS_MARK if self.onwards else "")

    @property
    def kills(self) -> bool:
        """Whether it kills the task, instead of having something go wrong on the PC."""
        return self.fault in KILLS

    @property
    def https(self) -> bool:
        """Whether it needs TLS."""
        return self.fault == "slow=tls"

    @property
    def waits(self) -> bool:
        """Whether most of it is waiting for a PC that does not answer, or for a program of it that
        never got its input."""
        without_input = self.fault == IGNORED and self.message.verb == _INPUT
        return without_input or self.fault.startswith(("slow=", "delay="))

    @property
    def sleeps(self) -> bool:
        """Whether the task waits again and again, as long as it may, before it gives up."""
        return self.row in _SLEEPING

    @property
    def lies(self) -> bool:
        """Whether the PC says that it has done what it has not."""
        return self.row.removesuffix(ONWARDS_MARK) in {IGNORED, *PARTLY, UNFILTERED}

    @property
    def text(self) -> str:
        """The fault as winsim reads it; of a kill, the same for people."""
        separator = "," if ":" in self.fault else ":"
        which = f"skip={self.number - 1}" if self.onwards else f"message={self.number}"
        # Without it, a fault strikes every PC at its message of that number.
        at = "" if self.task.client is None else f",host={self.host}"
        return f"{self.fault}{separator}{which}{at}"

    def __str__(self) -> str:
        at = f"{self.message.verb} {self.message.class_name}".strip()
        return f"{self.task.name} over {self.way}: {self.text} ({at})"


def cells(task: Task, clean: Log, way: Way = WINRM) -> Iterator[Cell]:
    """All cells of a task, in a fixed order."""
    for host in dict.fromkeys(message.host for message in clean.messages):
        for cell in _cells_at(task, clean.of(host), way):
            yield replace(cell, host=host)


def _cells_at(task: Task, clean: Log, way: Way) -> Iterator[Cell]:
    """Those of one of the PCs."""
    changing = next((message for message in clean.messages if message.changes), None)
    verbs: set[str] = set()
    enumerations = [message for message in clean.messages if message.verb == "Enumerate"]
    chosen = (clean.messages[0], changing, clean.messages[-1])
    for number, message in enumerate(clean.messages, start=1):
        for fault in ONCE:
            if (task.thorough or fault in _BRIEFLY) and _is_about(fault, message, _ONLY):
                yield Cell(task, fault, number, message, way=way)
        for fault in ONWARDS:
            if (task.thorough or fault in _BRIEFLY) and _is_about(fault, message, _ONLY_ONWARDS):
                yield Cell(task, fault, number, message, onwards=True, way=way)
        if task.thorough and any(message is each for each in enumerations[:1] + enumerations[-1:]):
            yield Cell(task, "endless", number, message, way=way)
        if message.verb in _WITHOUT_INSTANCES and message.verb not in verbs and task.thorough:
            onwards = _WITHOUT_INSTANCES[message.verb]
            yield Cell(task, "empty", number, message, onwards=onwards, way=way)
        verbs.add(message.verb)
        if any(message is each for each in chosen):
            yield from _slow_cells(task, number, message, way)
        for element in clean.answers[number - 1] if task.thorough else ():
            for kind in ELEMENTS:
                fault = f"{kind}={element.name}"
                yield Cell(task, fault, number, message, data=element.data, way=way)
        yield from _cells_of_lies(task, number, message, way)
        yield from _cells_of_input(task, number, message, way)
        yield Cell(task, KILLS[0], number, message, way=way)
        if message.changes:
            yield Cell(task, KILLS[1], number, message, way=way)


def _is_about(fault: str, message: Message, only: Mapping[str, set[str]]) -> bool:
    return message.verb in only.get(fault, {message.verb})


def _slow_cells(task: Task, number: int, message: Message, way: Way) -> Iterator[Cell]:
    for fault in SLOW_ONCE:
        yield Cell(task, fault, number, message, way=way)
    for fault in SLOW_ONWARDS:
        if fault != "slow=authentication" or way.authentication not in _WITHOUT_STEPS:
            yield Cell(task, fault, number, message, onwards=True, way=way)


def _cells_of_lies(task: Task, number: int, message: Message, way: Way) -> Iterator[Cell]:
    if message.changes or message.verb == _INPUT:
        yield Cell(task, IGNORED, number, message, way=way)
    if message.changes:
        yield Cell(task, IGNORED, number, message, onwards=True, way=way)
    # One property alone is carried out whole or not at all.
    parts = message.properties if message.changes else ()
    for name in parts if len(parts) > 1 else ():
        for kind in PARTLY:
            yield Cell(task, f"{kind}={name}", number, message, way=way)
    for turn in range(TURNS) if message.association else ():
        yield Cell(task, f"{UNFILTERED}={turn}", number, message, way=way)


def _cells_of_input(task: Task, number: int, message: Message, way: Way) -> Iterator[Cell]:
    if message.verb == _INPUT:
        for fault in OF_INPUT:
            yield Cell(task, fault, number, message, way=way)
        yield Cell(task, OF_INPUT[0], number, message, onwards=True, way=way)


# Each of these costs a thousand messages. In a sample one module meets them: the one that is named, if
# it has such cells.
LONG = {
    "endless": "port_process",
    "endless onwards": "port_firewall",
    "empty onwards": "port_process",
}


def sample(every: Sequence[Cell]) -> list[Cell]:
    """One cell of each fault and module: the one in the middle, at a message that changes
    something where there is such a one. They take turns on the ways, so that each fault meets
    each way, and each module too, and on the PCs, where there are two; but the `LONG` ones meet one
    module, over one way."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in every:
        groups.setdefault((cell.row, cell.task.module), []).append(cell)
    for row, wanted in LONG.items():
        modules = [module for other, module in groups if other == row]
        kept = wanted if wanted in modules else next(iter(modules), "")
        for module in modules:
            if module != kept:
                del groups[row, module]
    chosen = []
    for (row, module), group in groups.items():
        way = WAYS[(ROWS.index(row) + MODULES.index(module)) % len(WAYS)]
        taken = [cell for cell in group if cell.way == way] or group
        taken = _of_one_pc(taken, ROWS.index(row) // len(WAYS))
        candidates = [cell for cell in taken if cell.message.changes] or taken
        chosen.append(candidates[len(candidates) // 2])
    return chosen


def _of_one_pc(group: Sequence[Cell], turn: int) -> list[Cell]:
    """Of tasks about two PCs, those of one task and one PC: all of them are there in turn."""
    places = list(dict.fromkeys((cell.task.name, cell.host) for cell in group))
    if len({host for _name, host in places}) == 1:
        return list(group)
    place = places[turn % len(places)]
    return [cell for cell in group if (cell.task.name, cell.host) == place]
