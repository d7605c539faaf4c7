# SPDX-License-Identifier: GPL-3.0-or-later
"""What is expected of a cell, and whether it came true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from faults.cells import Cell
from faults.pc import Message, State
from faults.tasks import Task


class Ending(StrEnum):
    """How a cell ended."""

    ERROR = "clear error"
    RESULT = "correct result"
    PARTIAL = "result with a warning"  # correct, and it says in a warning what could not be read
    AS_TOLD = "as the PC told"  # the PC told something else, and that is what came out
    WRONG = "wrong"


@dataclass(frozen=True)
class Run:
    """What a task has come to: its result, or the traceback of what it died of; the messages, and
    the PC before and after. `port` is that of WinRM."""

    result: Mapping[str, Any]
    traceback: str
    messages: tuple[Message, ...]
    before: State
    after: State
    port: int

    @property
    def comparable(self) -> Any:
        """The result, without what is another one each time."""
        return json.loads(json.dumps(self.result).replace(f":{self.port}/", "/"))


@dataclass(frozen=True)
class Judgement:
    """How a cell ended; `repaired` where that took a repeated message or taking something back,
    `problems` what is wrong about it."""

    ending: Ending
    repaired: bool = False
    problems: tuple[str, ...] = field(default=())


# Every message may be sent three times, and what was begun is taken back.
MAX_TIMES, MAX_MORE = 3, 40
MAX_MESSAGES_OF_ENDLESS = 3_500
MAX_CHARACTERS = 2_000

_TECHNICAL = re.compile(r"Traceback|MODULE FAILURE|\b[A-Z][a-z]\w*(?:Error|Exception)\b")
_SENTENCES = re.compile(r"[.?!)\]] [A-Z]")


def judge(cell: Cell, clean: Run, run: Run) -> Judgement:
    """How the run of a cell compares to the run without a fault."""
    problems = [
        *_problems_of_messages(cell, clean, run),
        *_STATES[cell.task.module](cell, clean, run),
    ]
    if run.traceback:
        return Judgement(Ending.WRONG, problems=(run.traceback, *problems))
    if run.result.get("failed") or run.result.get("unreachable"):
        problems += _unclear(str(run.result.get("msg")), run, cell.data)
        ending = Ending.ERROR
    else:
        ending, told = _ending_of_result(cell, clean, run)
        problems += told
    if problems:
        return Judgement(Ending.WRONG, problems=tuple(problems))
    more = len(run.messages) > len(clean.messages)
    return Judgement(ending, ending in (Ending.RESULT, Ending.PARTIAL) and more)


def _ending_of_result(cell: Cell, clean: Run, run: Run) -> tuple[Ending, list[str]]:
    known = clean.result.get("warnings", [])
    warnings = [text for text in run.result.get("warnings", []) if text not in known]
    if run.comparable == clean.comparable:
        return Ending.RESULT, []
    if cell.data:
        return Ending.AS_TOLD, []
    if not warnings:
        return Ending.WRONG, [f"another result, and no warning: {_first_difference(clean, run)}"]
    if _core(cell.task, run) != _core(cell.task, clean) and not _admits(run):
        return Ending.WRONG, [f"the warnings {warnings} don't tell {_first_difference(clean, run)}"]
    return Ending.PARTIAL, [each for text in warnings for each in _unclear(text, run, False)]


def _core(task: Task, run: Run) -> object:
    """What a result with a warning has to tell all the same."""
    result = run.result
    if task.module == "port_facts":
        # Not the addresses: whether a listener serves IPv4 too, a program tells.
        keys = ("protocol", "port", "pid", "process")
        endpoints = result["ansible_facts"]["port_facts"]["endpoints"]
        return {tuple(each.get(key) for key in keys) for each in endpoints}
    if task.module == "port_firewall":
        return [(each["outcome"], each["rule"]) for each in result["rules"]]
    if task.module == "port_process":
        return [result["changed"], result["stopped"], result["start_modes"], result["after"]]
    return result["verdicts"]


def _admits(run: Run) -> bool:
    """Whether a check says that it does not know."""
    return set(run.result.get("verdicts", {"": ""}).values()) == {"unknown"}


def _first_difference(clean: Run, run: Run) -> str:
    for key in {**clean.result, **run.result}:
        if clean.result.get(key) != run.result.get(key):
            return f"{key}: {str(run.result.get(key))[:600]}"
    return "nothing"


def _unclear(text: str, run: Run, told: bool) -> Iterator[str]:
    """What a person would miss in an error. What a PC has `told` is no matter of how it is reached,
    and Ansible puts its name before each message."""
    if not told and "win-1" not in text:
        yield f"the error names no host: {text}"
    if not told and str(run.port) not in text:
        yield f"the error names no port: {text}"
    if not told and not _SENTENCES.search(text):
        yield f"the error does not say what to do: {text}"
    if not text.strip():
        yield "the error says nothing"
    if _TECHNICAL.search(text):
        yield f"the error is a programmer's: {text}"
    if len(text) > MAX_CHARACTERS:
        yield f"the error has {len(text)} characters: {text[:200]}"


# -- messages --------------------------------------------------------------------------------------


def _problems_of_messages(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    most = MAX_TIMES * len(clean.messages) + MAX_MORE
    if cell.fault == "endless":
        most = MAX_MESSAGES_OF_ENDLESS
    if len(run.messages) > most:
        yield f"{len(run.messages)} messages, and {len(clean.messages)} without a fault"
    for message in blindly_repeated(run.messages):
        yield f"{message.verb} {message.class_name} was sent again without a look"


def blindly_repeated(messages: tuple[Message, ...]) -> Iterator[Message]:
    """Messages that change something and were sent again before anything was read."""
    since_read: set[Message] = set()
    for message in messages:
        if not message.changes:
            since_read.clear()
        elif message in since_read:
            yield message
        else:
            since_read.add(message)


# -- state -----------------------------------------------------------------------------------------


def _nothing_changed(_cell: Cell, _clean: Run, run: Run) -> Iterator[str]:
    if run.after != run.before:
        yield "a module that only reads has changed something"


def _old_or_new_rules(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, new, now = run.before.rules, clean.after.rules, run.after.rules
    result, message = run.result, str(run.result.get("msg"))
    failed = result.get("failed") or result.get("unreachable")
    if not failed and now != new:
        yield f"the task ended well, and the rules are not as asked for: {_shown(now - new)}"
    if failed and now not in (old, new):
        # Not to be mended where the PC answers no more; but it has to be said, and to be safe.
        if not cell.onwards:
            yield f"a rule is neither old nor new: {_shown(now - old)}"
        if "half done" not in message and "could not be" not in message:
            yield f"a rule is half done, and nobody is told: {message}"
        if not run.after.open_to <= (run.before.open_to | clean.after.open_to):
            yield f"a half done rule is open to more than before and after: {_shown(now - old)}"
    if failed and now == new and not (result.get("changed") or "half done" in message):
        yield f"the rules are as asked for, and the error denies it: {message}"
    if result.get("changed") and now == old:
        yield "nothing has changed, and the result says that something has"


def _stopped_and_told(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, now, result = run.before, run.after, run.result
    failed = result.get("failed") or result.get("unreachable")
    (port,) = [cell.task.arguments["ports"]]
    if not failed and now.holders(port) and not cell.data:
        yield "the task ended well, and the port is held"
    running = {name for _pid, name in now.processes}
    gone = {name for _pid, name in old.processes} - running
    told = {_PROGRAMS.get(each["name"], each["name"]) for each in result.get("stopped", [])}
    message = str(result.get("msg"))
    if told - gone and "not known whether" not in message:
        yield f"{sorted(told - gone)} are said to have stopped, and run"
    for name in sorted(gone - told):
        if "not known whether" not in message or not result.get("changed"):
            yield f"{name} was stopped, and nobody is told: {message}"
    if not gone <= {name for _pid, name in old.processes - clean.after.processes}:
        yield "something was stopped that ought not to"
    changed = {name for name, mode in _modes(old) if (name, mode) not in _modes(now)}
    for name in sorted(changed ^ set(result.get("start_modes", {}))):
        if "not known whether" not in message or not result.get("changed"):
            yield f"the start mode of {name} is another one than the result tells: {message}"
    if result.get("after") is not None and not cell.data:
        after = {each["pid"] for each in result.get("after", [])}
        if after != now.holders(port):
            yield f"{sorted(after)} are said to hold the port, and {now.holders(port)} do"


# The services of the PC, and the program that each of them runs in.
_PROGRAMS = {"Depot": "depot.exe", "Front": "front.exe"}


def _modes(state: State) -> set[tuple[str, str]]:
    return {(name, mode) for name, _state, mode in state.services}


def _shown(rules: frozenset[tuple[str, str]]) -> str:
    return "; ".join(text for _rule_id, text in sorted(rules)) or "one is gone"


_STATES: Mapping[str, Callable[[Cell, Run, Run], Iterator[str]]] = {
    "port_facts": _nothing_changed,
    "port_check": _nothing_changed,
    "port_firewall": _old_or_new_rules,
    "port_process": _stopped_and_told,
}
