# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of ports that were freed, or would be, in plain JSON types and in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..ground.text import for_display
from ..pc.holders import Holder, HolderKind, Port
from ..words.phrases import Value
from .choosing.model import Refusal, StartMode, Step, StepAction, as_start_mode, service_title
from .reading import Survey
from .task import Result, Task

# Start modes as the option `start_mode` has them.
START_MODES = {
    StartMode.AUTOMATIC: "auto",
    StartMode.MANUAL: "manual",
    StartMode.DISABLED: "disabled",
}


@dataclass(frozen=True)
class Report:
    """A result for Ansible, and its warnings."""

    result: dict[str, Any]
    warnings: tuple[Value, ...]


def planned(task: Task, survey: Survey) -> Report:
    """What would be done. It fails where it would be refused."""
    plan = survey.plan
    if plan.refusals:
        return _refused(survey)
    after = survey.holders if task.request.restart or not plan.steps else plan.left
    result = _result(survey, plan.steps, after)
    result["msg"] = (
        _done(task, survey, plan.steps, "Would ") if plan.steps else _nothing(task, survey, "")
    )
    return Report(result, _warnings(survey))


def carried_out(task: Task, survey: Survey, result: Result) -> Report:
    """What was done, and whether it had its effect."""
    told = _result(survey, result.done, result.after)
    told["changed"] = bool(result.done or result.pending)
    told["rebooted"] = result.rebooted
    told["stopped_now"] = [each.name for each in result.stopped_now]
    told["came_back"] = [
        _holder(each.holder) | {"reason": each.cause.value, "msg": each.message}
        for each in result.held
        if each.came_back
    ]
    if result.failure:
        told["failed"] = True
        told["msg"] = result.failure
    elif survey.plan.steps:
        told["msg"] = _done(task, survey, result.done, "")
    else:
        by_now = "They were not restarted, and hold the ports by now."
        told["msg"] = _nothing(task, survey, by_now if task.wait else "That was not waited for.")
    return Report(told, (*_warnings(survey), *result.notes))


def on_host(message: str, task: Task, name: str) -> str:
    """A failure with the host and the ports that it is about, where it does not name the host."""
    if name in message:
        return message
    return f"{message} (On {name}, {_asked(task)}.)"


def diff(task: Task, survey: Survey, result: Result | None = None) -> dict[str, str]:
    """Before and after in lines; without a result, or with a good one, as the plan has it."""
    plan = survey.plan
    modes = [each for each in plan.steps if each.start_mode is not None]
    if result is not None and result.failure:
        modes = [each for each in modes if each in result.done]
        after = _lines(result.after or ())
    elif task.request.restart:
        after = [
            f"{_port(port)}: {_title(holder)}, started again\n"
            for holder in survey.holders
            for port in holder.ports
        ]
    else:
        after = _lines(plan.left if plan.steps else survey.holders)
    return {
        "before": "".join(
            _lines(survey.holders) + [_mode_line(each, before=True) for each in modes]
        ),
        "after": "".join(after + [_mode_line(each, before=False) for each in modes]),
    }


def _result(
    survey: Survey, steps: Iterable[Step], after: Iterable[Holder] | None
) -> dict[str, Any]:
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
            {"pid": each.pid, "process": each.name, "ports": [_port(port) for port in each.ports]}
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


def _refused(survey: Survey) -> Report:
    refusals = survey.plan.refusals
    messages = " ".join(dict.fromkeys(each.message for each in refusals))
    result = _result(survey, (), survey.holders) | {
        "failed": True,
        "msg": f"Nothing was stopped. {messages}",
        "refused": [_refusal(each) for each in refusals],
    }
    return Report(result, survey.notes)


def _refusal(refusal: Refusal) -> dict[str, Any]:
    holder = _holder(refusal.holder) if refusal.holder else _no_holder(refusal.service)
    return holder | {"reason": refusal.guard.value, "msg": refusal.message}


def _warnings(survey: Survey) -> tuple[Value, ...]:
    return (*survey.notes, *survey.plan.warnings)


# -- values ----------------------------------------------------------------------------------------


def _holder(holder: Holder) -> dict[str, Any]:
    process, parent = holder.process, holder.parent
    return {
        "ports": [_port(port) for port in holder.ports],
        "addresses": sorted({str(each.local) for each in holder.endpoints}),
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


def _no_holder(service: str) -> dict[str, Any]:
    """A service that holds no port, as a holder is told."""
    nobody = _holder(Holder(HolderKind.UNKNOWN, None, ()))
    return nobody | {"services": [service] if service else []}


def _stopped(step: Step) -> dict[str, Any]:
    service, process = step.service, step.process
    return {
        "kind": "service" if service else "process",
        "name": service.name if service else process.name if process else None,
        "display_name": service.display_name if service else None,
        "pid": service.pid if service else process.pid if process else None,
        "ports": [_port(port) for port in step.ports],
    }


def _start_mode(step: Step) -> str | None:
    """The start mode that the service of a step had before."""
    earlier = as_start_mode(step.service.start_mode) if step.service else None
    return START_MODES[earlier] if earlier else None


def _port(port: Port) -> str:
    return f"{port[1]}/{port[0].value}"


# -- sentences -------------------------------------------------------------------------------------


def _done(task: Task, survey: Survey, steps: Iterable[Step], prefix: str) -> str:
    """``Stop the service A, end the process b.exe (PID 8).``, or what would be done."""
    words = [each.description for each in steps]
    if not words and task.request.restart:
        return "What was to run again runs already. Nothing was done."
    if not words:
        return "What held the ports has let go of them by itself."
    also = "; ".join(each.description for each in survey.besides)
    if prefix:
        besides = f" What is stopped serves besides: {also}." if also else ""
        return f"{prefix}{', '.join(words)}.{besides}"
    text = ", ".join(words)
    besides = f" It served besides: {also}." if also and not task.request.restart else ""
    held = ", ".join(_port(port) for port in sorted({p for h in survey.holders for p in h.ports}))
    if not task.wait:
        end = f" Not waited for: {held}." if held else " Not waited for."
        return f"Asked for: {text}.{end}{besides}"
    if not held:
        return f"Done: {text}."
    return f"Done: {text}. {'Held again' if task.request.restart else 'Free'}: {held}.{besides}"


def _nothing(task: Task, survey: Survey, restarted: str) -> str:
    if task.request.restart and survey.named:
        names = ", ".join(service_title(each) for each in survey.named)
        text = f"Running already, or about to: {names}. Nobody holds the ports"
        return f"{text} yet. {restarted}" if restarted else f"{text}: the task would wait for that."
    shown = _asked(task)
    if survey.holders:
        return f"Nobody listens at {shown}. Connections from there are left alone."
    return f"Nobody holds {shown}."


def _asked(task: Task) -> str:
    asked = ", ".join(f"{ports}/{protocol.value}" for protocol, ports in task.ports.items())
    return asked if len(asked) <= 100 else f"{asked[:100]}..."


def _title(holder: Holder) -> str:
    services = ", ".join(for_display(each.name, 80) for each in holder.services)
    return f"{holder.title}, {services}" if services else holder.title


def _lines(holders: Iterable[Holder]) -> list[str]:
    return [f"{_port(port)}: {_title(holder)}\n" for holder in holders for port in holder.ports]


def _mode_line(step: Step, *, before: bool) -> str:
    name = for_display(step.service.name, 80) if step.service else ""
    new = START_MODES[step.start_mode] if step.start_mode else None
    return f"start mode of {name}: {_start_mode(step) if before else new}\n"
