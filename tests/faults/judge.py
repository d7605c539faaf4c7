# SPDX-License-Identifier: GPL-3.0-or-later
"""What is expected of a cell, and whether it came true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faults.cells import Cell
from faults.ending import Ending, Judgement, Run
from faults.pc import NAME, Message, State
from faults.states import problems_of_healing, problems_of_states
from faults.tasks import Task

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
        *problems_of_states(cell, clean, run),
    ]
    if run.traceback:
        return Judgement(Ending.WRONG, problems=(run.traceback, *problems))
    if any(each["kind"] == "not_finished" for each in run.result.get("unread", ())):
        problems.append("it did not end by itself")
    if run.failed:
        problems += _unclear(run.message, run, cell.data, cell.lies, cell.host)
        ending = Ending.ERROR
    elif _unread(run):
        # What is an error of a task about one host is told of one among several here.
        texts = run.unread
        problems += [
            each for text in texts for each in _unclear(text, run, cell.data, host=cell.host)
        ]
        ending = Ending.ERROR
    else:
        ending, told = _ending_of_result(cell, clean, run)
        problems += told
    if problems:
        return Judgement(Ending.WRONG, problems=tuple(problems))
    more = len(run.messages) > len(clean.messages)
    return Judgement(ending, ending in (Ending.RESULT, Ending.PARTIAL) and more)


def judge_killed(cell: Cell, clean: Run, killed: State, run: Run) -> Judgement:
    """How it ends where a task was killed, which left the PC as `killed`, and was run again."""
    problems = tuple(problems_of_healing(cell, clean, killed, run))
    if run.traceback or problems:
        return Judgement(Ending.WRONG, problems=tuple(filter(None, (run.traceback, *problems))))
    return Judgement(Ending.RESULT, killed.lasting != run.after.lasting)


def _ending_of_result(cell: Cell, clean: Run, run: Run) -> tuple[Ending, list[str]]:
    known = _warnings(clean)
    warnings = [text for text in _warnings(run) if text not in known]
    if run.comparable == clean.comparable:
        return Ending.RESULT, []
    if cell.data:
        return Ending.AS_TOLD, []
    if not warnings:
        return Ending.WRONG, [f"another result, and no warning: {_first_difference(clean, run)}"]
    if _core(cell.task, run) != _core(cell.task, clean) and not _admits(clean, run):
        return Ending.WRONG, [f"the warnings {warnings} don't tell {_first_difference(clean, run)}"]
    if cell.task.module == "port_path":
        told = [text for text in warnings if any(each in text for each in run.where.values())]
        # The others are about what follows from it.
        problems = [] if told else [f"the warnings {warnings} name no host and port"]
        return Ending.PARTIAL, problems + [
            each for text in told for each in _unclear(text, run, host=cell.host)
        ]
    return Ending.PARTIAL, [each for text in warnings for each in _unclear(text, run)]


def _unread(run: Run) -> bool:
    """Whether a result about several PCs tells of each that it could not be read."""
    if "unread" in run.result:
        return bool(run.result["totals"]["read"] == 0)
    return bool(run.unread) and len(run.unread) == len(run.result["ports"])


def _warnings(run: Run) -> list[str]:
    """What a result says besides the answer, in the order in which it does."""
    remarks = [text for row in run.result.get("ports", ()) for text in row.get("remarks", ())]
    # What could not be read of the recorded drops stands beside what was.
    records = run.result.get("drops", {}).get("records", ())
    unread = [each["msg"] for each in records if each["state"] == "unread"]
    return list(dict.fromkeys([*run.result.get("warnings", []), *remarks, *unread]))


def _core(task: Task, run: Run) -> object:
    """What a result with a warning has to tell all the same."""
    result = run.result
    if task.module == "port_facts":
        # Not the addresses: whether a listener serves IPv4 too, a program tells.
        keys = ("protocol", "port", "pid", "process")
        endpoints = result["ansible_facts"]["port_facts"]["endpoints"]
        return {tuple(each.get(key) for key in keys) for each in endpoints}
    if task.module == "port_survey":
        names = ("host", "protocol", "port", "pid", "process")
        return {tuple(each.get(key) for key in names) for each in result["rows"]}
    if task.module == "network_category":
        return [result["changed"], result["network"], result["before"]]
    if task.module == "firewall_profile":
        return [(each["outcome"], each["local"]) for each in result["profiles"]]
    if task.module == "port_firewall_info":
        return [(each["store"], each["rule_id"], each["rule"]) for each in result["rules"]]
    if task.module == "port_firewall":
        return [(each["outcome"], each["rule"]) for each in result["rules"]]
    if task.module == "port_process":
        return [result["changed"], result["stopped"], result["start_modes"], result["after"]]
    return result["verdicts"]


def _admits(clean: Run, run: Run) -> bool:
    """Whether a check says that it does not know, of each port of which it does not say the truth."""
    wrong = set(_verdicts(run).items()) - set(_verdicts(clean).items())
    return {verdict for _port, verdict in wrong} == {"unknown"}


def _verdicts(run: Run) -> dict[str, str]:
    """The verdicts by port or, if there are several clients, by client and port."""
    found: dict[str, str] = {}
    for name, verdict in run.result.get("verdicts", {}).items():
        several = verdict if isinstance(verdict, dict) else {"": verdict}
        found |= {f"{name} {port}".strip(): each for port, each in several.items()}
    return found


def _first_difference(clean: Run, run: Run) -> str:
    for key in {**clean.result, **run.result}:
        if clean.result.get(key) != run.result.get(key):
            return f"{key}: {str(run.result.get(key))[:600]}"
    return "nothing"


def _unclear(
    text: str, run: Run, told: bool = False, reached: bool = False, host: str = NAME
) -> Iterator[str]:
    """What a person would miss in an error. What a PC has `told` is no matter of how it is reached,
    and Ansible puts its name before each message. Nor does its port matter where it was `reached`
    and has answered all that it was asked. `host` is the PC with the fault, and no other is one to
    blame."""
    if not told and host not in text:
        yield f"the error names no host: {text}"
    if not (told or reached) and run.where.get(host, f":{run.port}") not in text:
        yield f"the error names no port: {text}"
    for name, where in run.where.items():
        if name != host and where in text:
            yield f"the error names {name}, where all is well: {text}"
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
    if cell.fault in {"endless", "empty"}:
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
