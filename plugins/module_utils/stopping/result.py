# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result for ports that were freed, or would be, in plain JSON types and phrases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypedDict

from ..ground.model import Service
from ..pc.holders import Holder, HolderKind, Port, described, driver_ports, port_text
from ..pc.result import TaskResult, listed_once
from ..words.phrases import Joined, Phrase, Sentence, Sentences, Value, Words
from .choosing.model import (
    ONLY_FORCE,
    Refusal,
    StartMode,
    Step,
    StepAction,
    StopTask,
    as_start_mode,
    listed,
    ports_text,
    service_titles,
)
from .reading import StopSurvey
from .running.state import StopResult

# Start modes as the option `start_mode` has them.
START_MODES = {
    StartMode.AUTOMATIC: "auto",
    StartMode.MANUAL: "manual",
    StartMode.DISABLED: "disabled",
}


class HolderEntry(TypedDict, Generic[Words]):
    """A process that holds ports. `owner` is for System (PID 4)."""

    ports: list[str]
    addresses: list[str]
    pid: int | None
    process: str | None
    path: str | None
    session: int | None
    started: str | None
    services: list[str]
    parent_pid: int | None
    parent: str | None
    owner: list[Words]


class RefusedEntry(HolderEntry[Words]):
    """What was not stopped, and why."""

    reason: str
    msg: Words


class CameBackEntry(HolderEntry[Words]):
    """A process that has taken ports after they were freed."""

    reason: str
    msg: Words


class StoppedEntry(TypedDict):
    """A service or a process that was stopped."""

    kind: str
    name: str | None
    display_name: str | None
    pid: int | None
    ports: list[str]


class AlsoServesEntry(TypedDict):
    """Which other ports a process serves."""

    pid: int
    process: str | None
    ports: list[str]


class ProcessResult(TaskResult[Words]):
    """What port_process returns if it could read the host. `after` is None if the host no longer
    answers."""

    before: list[HolderEntry[Words]]
    after: list[HolderEntry[Words]] | None
    stopped: list[StoppedEntry]
    started: list[str]
    start_modes: dict[str, str | None]
    also_serves: list[AlsoServesEntry]
    stopped_now: list[str]
    refused: list[RefusedEntry[Words]]
    came_back: list[CameBackEntry[Words]]
    rebooted: bool


@dataclass(frozen=True)
class StopReport:
    """A result for Ansible, and its warnings."""

    result: ProcessResult[Value]
    warnings: tuple[Value, ...]


def planned(task: StopTask, survey: StopSurvey) -> StopReport:
    """What would be done. It fails if it would be refused."""
    plan = survey.plan
    if plan.refusals:
        return _refused(survey)
    steps = plan.steps
    kept = survey.holders if task.request.restart or not steps else _kept_perhaps(task, survey)
    result = _result(survey, steps, kept)
    result["msg"] = _planned(task, survey) if steps else _nothing(task, survey, would=True)
    return StopReport(result, _warnings(survey))


def carried_out(task: StopTask, survey: StopSurvey, result: StopResult) -> StopReport:
    """What was done, and whether it had its effect."""
    after = result.after
    if after is not None and result.done and not task.request.restart:
        # They were left, and are not looked for again.
        known = {each.pid for each in after}
        after += tuple(each for each in survey.plan.left if each.pid not in known)
    told = _result(survey, result.done, after)
    told["changed"] = bool(result.done or result.pending)
    told["rebooted"] = result.rebooted
    told["stopped_now"] = [each.name for each in result.stopped_now]
    told["came_back"] = [
        {**_holder(each.holder), "reason": each.cause.value, "msg": each.message}
        for each in result.held
        if each.came_back
    ]
    if result.failure is not None:
        told["failed"] = True
        told["msg"] = result.failure
    elif survey.plan.steps:
        told["msg"] = _done(task, survey, result)
    else:
        told["msg"] = _nothing(task, survey, would=False)
    return StopReport(told, (*_warnings(survey), *result.notes))


def on_host(message: Value, task: StopTask, name: str) -> Value:
    """A failure with its host and ports, added unless it already names the host."""
    if _names_host(message, name):
        return message
    values: dict[str, Value] = {"host": name, "ports": ports_text(task.ports)}
    return Sentences((message, Phrase("result.on_host", values)))


def _names_host(message: Value, name: str) -> bool:
    """Whether one of the phrases in a message has this name as its ``host``."""
    if isinstance(message, Phrase):
        host = message.values.get("host")
        if isinstance(host, str) and (host == name or host.startswith(f"{name} (")):
            return True
        parts: Iterable[Value] = message.values.values()
    elif isinstance(message, (Sentences, Joined)):
        parts = message.values
    elif isinstance(message, Sentence):
        parts = (message.clause,)
    else:
        parts = message if isinstance(message, tuple) else ()
    return any(_names_host(each, name) for each in parts)


def diff(task: StopTask, survey: StopSurvey, result: StopResult | None = None) -> dict[str, Value]:
    """Before and after, as lines; without a result, or with a successful one, as planned."""
    plan = survey.plan
    modes = [each for each in plan.steps if each.start_mode is not None]
    if result is not None and result.failure is not None:
        modes = [each for each in modes if each in result.done]
        after = _lines(result.after or ())
    elif task.request.restart:
        after = _lines(survey.holders, "diff.holder_again")
    elif result is None and plan.steps:
        after = _lines(_kept_perhaps(task, survey))
    else:
        after = _lines(plan.left if plan.steps else survey.holders)
    before = _lines(survey.holders) + [_mode_line(each, before=True) for each in modes]
    after += [_mode_line(each, before=False) for each in modes]
    return {"before": _text(before), "after": _text(after)}


def _result(
    survey: StopSurvey, steps: Iterable[Step], after: Iterable[Holder] | None
) -> ProcessResult[Value]:
    done = tuple(steps)
    return {
        "changed": bool(done),
        "before": [_holder(each) for each in survey.holders],
        "after": None if after is None else [_holder(each) for each in after],
        "stopped": [_stopped(each) for each in done if each.action in _STOPS],
        "started": [
            each.service.name
            for each in done
            if each.action is StepAction.START_SERVICE and each.service
        ],
        "start_modes": {
            each.service.name: _start_mode(each)
            for each in done
            if each.start_mode is not None and each.service
        },
        "also_serves": [
            {
                "pid": each.pid,
                "process": each.name,
                "ports": [port_text(port) for port in each.ports],
            }
            for each in survey.besides
        ]
        if done
        else [],
        "stopped_now": [],
        "refused": [],
        "came_back": [],
        "rebooted": False,
    }


_STOPS = frozenset({StepAction.STOP_SERVICE, StepAction.TERMINATE})


def _refused(survey: StopSurvey) -> StopReport:
    refusals = survey.plan.refusals
    result = _result(survey, (), survey.holders)
    result["failed"] = True
    result["msg"] = Sentences((Phrase("refused.nothing_was_stopped"), *_each_once(refusals)))
    result["refused"] = [_refusal(each) for each in refusals]
    return StopReport(result, survey.notes)


def _each_once(refusals: Iterable[Refusal]) -> list[Value]:
    """Their sentences, each once, and what goes for several of them behind the last of these."""
    told: dict[Value, None] = {}
    for refusal in refusals:
        message = refusal.message
        for each in message.values if isinstance(message, Sentences) else (message,):
            if each == ONLY_FORCE:
                told.pop(each, None)
            told.setdefault(each, None)
    return list(told)


def _refusal(refusal: Refusal) -> RefusedEntry[Value]:
    holder = _holder(refusal.holder) if refusal.holder else _no_holder(refusal.service)
    return {**holder, "reason": refusal.guard.value, "msg": refusal.message}


def _warnings(survey: StopSurvey) -> tuple[Value, ...]:
    return (*survey.notes, *survey.plan.warnings)


# -- values ----------------------------------------------------------------------------------------


def _holder(holder: Holder) -> HolderEntry[Value]:
    process, parent = holder.process, holder.parent
    return {
        "ports": [port_text(port) for port in holder.ports],
        "addresses": list(dict.fromkeys(str(each.local) for each in listed_once(holder.endpoints))),
        "pid": holder.pid,
        "process": process.name if process else None,
        "path": process.path if process else None,
        "session": process.session if process else None,
        "started": process.created.isoformat() if process and process.created else None,
        "services": [each.name for each in holder.services],
        "parent_pid": parent.pid if parent else None,
        "parent": parent.name if parent else None,
        "owner": [each.owner for each in holder.system],
    }


def _no_holder(service: str) -> HolderEntry[Value]:
    """A service that holds no port, in the form of a holder."""
    nobody = _holder(Holder(HolderKind.UNKNOWN, None, ()))
    return {**nobody, "services": [service] if service else []}


def _stopped(step: Step) -> StoppedEntry:
    service, process = step.service, step.process
    return {
        "kind": "service" if service else "process",
        "name": service.name if service else process.name if process else None,
        "display_name": service.display_name if service else None,
        "pid": service.pid if service else process.pid if process else None,
        "ports": [port_text(port) for port in step.ports],
    }


def _start_mode(step: Step) -> str | None:
    """The previous start mode of the service of a step."""
    earlier = as_start_mode(step.service.start_mode) if step.service else None
    return START_MODES[earlier] if earlier else None


# -- sentences -------------------------------------------------------------------------------------


def _kept_perhaps(task: StopTask, survey: StopSurvey) -> tuple[Holder, ...]:
    """Who would hold the ports after a plan, as far as that is known beforehand: those that it
    leaves, and Windows itself where a driver may keep a port until Windows restarts."""
    if task.request.reboot or not _of_drivers(survey):
        return survey.plan.left
    return (*survey.plan.left, *(each for each in survey.holders if driver_ports(each)))


def _of_drivers(survey: StopSurvey) -> list[Port]:
    """The ports of a plan that drivers hold for the services which it stops."""
    stops = [each for each in survey.plan.steps if each.action is StepAction.STOP_SERVICE]
    held = {port for step in stops for each in step.holders for port in driver_ports(each)}
    return sorted(held)


def _starting_with_windows(survey: StopSurvey) -> list[Service]:
    """The services for which drivers hold ports of a plan, and that a restart of Windows starts."""
    modes = {each.service: each.start_mode for each in survey.plan.steps if each.start_mode}
    return [
        each.service
        for each in survey.plan.steps
        if each.action is StepAction.STOP_SERVICE and each.service is not None
        if any(map(driver_ports, each.holders))
        if modes.get(each.service, as_start_mode(each.service.start_mode)) is StartMode.AUTOMATIC
    ]


def _planned(task: StopTask, survey: StopSurvey) -> Value:
    """``Would stop the service A and end the process b.exe (PID 8).``"""
    sentences: list[Value] = [Phrase("result.would", {"steps": _steps(survey.plan.steps)})]
    ports = _of_drivers(survey)
    if ports and not task.request.restart:
        key = "result.would_perhaps_restart" if task.request.reboot else "result.would_perhaps_free"
        sentences.append(Phrase(key, {"ports": listed(map(port_text, ports))}))
        returning = _starting_with_windows(survey) if task.request.reboot else []
        if returning:
            values: dict[str, Value] = {"services": service_titles(returning)}
            sentences.append(Phrase("result.would_come_back", values))
    if survey.besides:
        sentences.append(Phrase("result.would_serve", {"besides": _besides(survey)}))
    sentences += _used_too(survey)[1]
    return Sentences(tuple(sentences))


def _done(task: StopTask, survey: StopSurvey, result: StopResult) -> Value:
    """``Stopped the service A. Free: 80/tcp.``"""
    restart, steps = task.request.restart, result.done
    if not steps and not result.rebooted:
        return Phrase("result.runs_already" if restart else "result.let_go")
    used, told = _used_too(survey) if not restart else (set[Port](), [])
    ports = sorted(_stopped_at(survey) - used)
    values: dict[str, Value] = {"ports": listed(map(port_text, ports))}
    sentences: list[Value] = [*(each.done for each in steps), *result.restarted]
    if not task.wait:
        sentences = [Phrase("result.asked_for", {"steps": _steps(steps)})]
        sentences.append(Phrase("result.not_waited_for" if ports else "result.not_waited", values))
    elif ports:
        sentences.append(Phrase("result.held_again" if restart else "result.free", values))
    if survey.besides and not restart:
        sentences.append(Phrase("result.served", {"besides": _besides(survey)}))
    return Sentences((*sentences, *told))


def _stopped_at(survey: StopSurvey) -> set[Port]:
    """The ports of the holders that a plan does not leave."""
    left = survey.plan.left
    return {port for each in survey.holders if each not in left for port in each.ports}


def _used_too(survey: StopSurvey) -> tuple[set[Port], list[Phrase]]:
    """The ports that a plan frees from their listeners, and that programs which it leaves use for
    something else; and a sentence about them."""
    freed = _stopped_at(survey)
    users = [
        each
        for each in survey.plan.left
        if each.kind is not HolderKind.IDLE and freed.intersection(each.ports)
    ]
    ports = {port for each in users for port in each.ports if port in freed}
    if not ports:
        return ports, []
    values: dict[str, Value] = {
        "ports": listed(map(port_text, sorted(ports))),
        "holders": tuple(described(survey.snapshot, each) for each in users),
    }
    return ports, [Phrase("result.used_too", values)]


def _steps(steps: Iterable[Step]) -> Joined:
    told = [each.description for each in steps]
    whole = listed(told)
    return Joined((listed(told[:-1]), told[-1]), "list.last_separator") if told[1:] else whole


def _besides(survey: StopSurvey) -> Joined:
    return Joined(tuple(each.description for each in survey.besides), "list.semicolon")


def _nothing(task: StopTask, survey: StopSurvey, *, would: bool) -> Value:
    if task.request.restart and survey.named:
        names = service_titles(survey.named)
        running = Phrase("result.running_or_about_to", {"services": names})
        if would:
            return Sentences((running, Phrase("result.would_wait")))
        if task.wait:
            return Sentences((running, Phrase("result.hold_by_now")))
        yet = Phrase("result.nobody_yet"), Phrase("result.that_was_not_waited_for")
        return Sentences((running, *yet))
    values: dict[str, Value] = {"ports": ports_text(task.ports)}
    users = [each for each in survey.holders if each.kind is not HolderKind.IDLE]
    if not users:
        return Phrase("result.nobody_listens" if survey.holders else "result.nobody_holds", values)
    values["holders"] = tuple(described(survey.snapshot, each) for each in users)
    return Phrase("result.only_used", values)


def _title(holder: Holder) -> Phrase:
    if not holder.services:
        return holder.title
    services = listed(each.name for each in holder.services)
    return Phrase("diff.holder_services", {"holder": holder.title, "services": services})


def _lines(holders: Iterable[Holder], key: str = "diff.holder") -> list[Phrase]:
    return [
        Phrase(key, {"port": port_text(port), "holder": _title(holder)})
        for holder in holders
        for port in holder.ports
    ]


def _mode_line(step: Step, *, before: bool) -> Phrase:
    new = START_MODES[step.start_mode] if step.start_mode else None
    mode = _start_mode(step) if before else new
    values: dict[str, Value] = {
        "service": step.service.name if step.service else "",
        "mode": mode or Phrase("diff.no_mode"),
    }
    return Phrase("diff.start_mode", values)


def _text(lines: list[Phrase]) -> Value:
    if not lines:
        return ""
    return Phrase("diff.lines", {"lines": Joined(tuple(lines), "list.line")})
