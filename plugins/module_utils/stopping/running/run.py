# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a plan that frees ports, as a pure function: looks again before every step, waits for
its effect, undoes what it can if a step fails, and restarts Windows if nothing else is left.

`begin` returns the first thing to ask of the host, and `advance` the next one after each answer,
until that is Finish. Nothing here talks to a host or to a clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from ...ground.names import same_name
from ...host.return_codes import MethodOutcome
from ...pc.holders import by_protocol
from ...words.phrases import Phrase, Sentences, Value
from ..choosing.aftermath import StepState, recheck
from ..choosing.model import Step, StepAction, as_start_mode
from ..choosing.readiness import starts_by_itself
from ..choosing.targets import is_named
from .asks import Ask, Failed, Look, Observed, ReadService, service_of, snapshot_of, value_of
from .calls import call_for, performed
from .ending import Ending, begin_ending, end_on
from .phases import (
    Checking,
    ReadingMode,
    ReadingOnce,
    RunState,
    Sending,
    Waiting,
    WaitingForNamed,
)
from .port_watches import (
    Freed,
    FreeWatch,
    HeldAgain,
    HeldWatch,
    begin_held_watch,
    endpoints_of_task,
    watch_free,
    watch_held,
)
from .service_waits import Waited, check_once, wait_for, wait_on
from .state import Ledger, StopFailure, StopOrder
from .undoing import Undoing, Undone, begin_undoing, undo_on
from .windows_restart import (
    Considered,
    Considering,
    Restarted,
    Restarting,
    begin_considering,
    begin_restarting,
    consider,
    restart_on,
)

Next: TypeAlias = tuple[RunState, Ask]


def begin(order: StopOrder, now: float) -> Next:
    """The initial state at this time (in seconds), and what to ask first."""
    return _go_on(Ledger(order, now + order.task.timeout), 0)


def advance(state: RunState, seen: Observed) -> Next:
    """The next state and what to ask next, after an answer to what was asked last. Raises nothing
    but TypeError, for an answer to something else."""
    ledger = state.ledger
    match state.phase:
        case Checking() as phase:
            return _checked(ledger, phase, seen)
        case Sending() as phase:
            return _sent(ledger, phase, seen)
        case ReadingMode() as phase:
            return _mode_read(ledger, phase, seen)
        case ReadingOnce() as phase:
            return _read_once(ledger, phase, seen)
        case Waiting() as phase:
            return _waited(ledger, phase, seen)
        case WaitingForNamed() as phase:
            return _waited_for_named(ledger, phase, seen)
        case FreeWatch() as phase:
            return _watched_free(ledger, phase, seen)
        case HeldWatch() as phase:
            return _watched_held(ledger, phase, seen)
        case Considering() as phase:
            return _considered(ledger, phase, seen)
        case Restarting() as phase:
            return _restarted(ledger, phase, seen)
        case Undoing() as phase:
            return _undone(ledger, phase, seen)
        case Ending() as phase:
            return _ended(ledger, phase, seen)


# -- steps -----------------------------------------------------------------------------------------


def _go_on(ledger: Ledger, index: int) -> Next:
    """Begin a step, or what comes after the last one."""
    order = ledger.order
    if index == len(order.plan.steps):
        return _after_steps(ledger)
    step = order.plan.steps[index]
    if not step.holders or step.action is StepAction.START_SERVICE:
        return _send(ledger, index)
    return RunState(ledger, Checking(index)), _look_at(order, step)


def _look_at(order: StopOrder, step: Step) -> Look:
    return Look(by_protocol(step.ports), order.task.request.connections)


def _checked(ledger: Ledger, phase: Checking, seen: Observed) -> Next:
    order, step = ledger.order, ledger.order.plan.steps[phase.index]
    found = snapshot_of(seen)
    if isinstance(found, Failed):
        return _unread(ledger, phase.index, found, take_back=True)
    met = recheck(step, found)
    if met.state is StepState.CHANGED and not phase.again:
        return RunState(ledger, replace(phase, again=True)), _look_at(order, step)
    if met.state is StepState.CHANGED:
        texts: tuple[Value, ...] = () if met.message is None else (met.message,)
        if not ledger.done:
            texts += (Phrase("refused.nothing_was_stopped"), Phrase("recheck.run_again"))
        return _step_failed(ledger, phase.index, StopFailure(texts))
    # A service that should restart is stopped even if it has already released the port.
    anew = order.task.request.restart and step.action is StepAction.STOP_SERVICE
    if met.state is StepState.SAME or anew:
        return _send(ledger, phase.index)
    return _go_on(ledger, phase.index + 1)


def _send(ledger: Ledger, index: int) -> Next:
    return RunState(ledger, Sending(index)), call_for(ledger.order.plan.steps[index])


def _sent(ledger: Ledger, phase: Sending, seen: Observed) -> Next:
    index, steps = phase.index, ledger.order.plan.steps
    step = steps[index]
    ledger, outcome = performed(ledger, step, value_of(seen))
    if isinstance(outcome, StopFailure):
        return _step_failed(ledger, index, outcome)
    if step.service is not None and step.start_mode is not None:
        return RunState(ledger, ReadingMode(index)), ReadService(step.service)
    wait = wait_for(step, outcome)
    if wait is not None and (ledger.order.task.wait or index + 1 < len(steps)):
        return RunState(ledger, Waiting(index, wait)), ReadService(wait.service)
    if wait is not None and outcome is MethodOutcome.NOT_NOW:
        return RunState(ledger, ReadingOnce(index)), ReadService(wait.service)
    return _go_on(ledger, index + 1)


def _mode_read(ledger: Ledger, phase: ReadingMode, seen: Observed) -> Next:
    order, step = ledger.order, ledger.order.plan.steps[phase.index]
    now = service_of(seen)
    if isinstance(now, Failed):
        return _end_with(ledger, now)
    if now is None or not now.start_mode:
        why = Phrase("run.mode_not_told", {"host": order.where})
        ledger = ledger.with_unanswered(step, why)
        return _step_failed(ledger, phase.index, StopFailure((why,), take_back=False))
    if as_start_mode(now.start_mode) is not step.start_mode:
        values: dict[str, Value] = {
            "step": step.description,
            "host": order.host,
            "mode": now.start_mode,
        }
        failure = StopFailure((Phrase("run.could_not_set_mode", values),))
        return _step_failed(ledger.without(step), phase.index, failure)
    return _go_on(ledger.settled(step), phase.index + 1)


def _read_once(ledger: Ledger, phase: ReadingOnce, seen: Observed) -> Next:
    step = ledger.order.plan.steps[phase.index]
    now = service_of(seen)
    if isinstance(now, Failed):
        return _unread(ledger, phase.index, now, take_back=not ledger.is_unanswered(step))
    failure = check_once(ledger.order, step, now)
    if failure is not None:
        return _wait_failed(ledger, phase.index, failure)
    return _go_on(ledger, phase.index + 1)


def _waited(ledger: Ledger, phase: Waiting, seen: Observed) -> Next:
    step = ledger.order.plan.steps[phase.index]
    ledger, wait, ask = wait_on(ledger, phase.wait, seen)
    if not isinstance(wait, Waited):
        return RunState(ledger, replace(phase, wait=wait)), _some(ask)
    if isinstance(wait.failure, Failed):
        return _unread(ledger, phase.index, wait.failure, take_back=not ledger.is_unanswered(step))
    if wait.failure is not None:
        return _wait_failed(ledger, phase.index, wait.failure)
    return _go_on(ledger.settled(step), phase.index + 1)


def _some(ask: Ask | None) -> Ask:
    if ask is None:
        raise TypeError("nothing is asked before the end")
    return ask


# -- steps that fail -------------------------------------------------------------------------------


def _unread(ledger: Ledger, index: int, failed: Failed, *, take_back: bool) -> Next:
    """Something that a step needs could not be read."""
    if failed.unreachable:
        return _end_with(ledger, failed)
    return _step_failed(ledger, index, StopFailure((failed.text,), take_back=take_back))


def _wait_failed(ledger: Ledger, index: int, failure: StopFailure) -> Next:
    step = ledger.order.plan.steps[index]
    if failure.late:
        ledger = replace(ledger, late=(*ledger.late, step))
    elif step.action is StepAction.START_SERVICE:
        ledger = ledger.without(step)
    return _step_failed(ledger, index, failure)


def _step_failed(ledger: Ledger, index: int, failure: StopFailure) -> Next:
    step = ledger.order.plan.steps[index]
    if step.action is not StepAction.START_SERVICE:
        return _failed(ledger, failure)
    # Others that can start do so: leaving them stopped would gain nothing.
    if _is_extra(ledger.order, step):
        ledger = replace(ledger, notes=(*ledger.notes, Sentences(failure.sentences)))
    else:
        ledger = replace(ledger, failures=(*ledger.failures, *failure.sentences))
        if step.service is not None:
            ledger = replace(ledger, failed=(*ledger.failed, step.service))
    return _go_on(ledger, index + 1)


def _is_extra(order: StopOrder, step: Step) -> bool:
    """Whether a step starts a service that was neither stopped by this run nor named."""
    service = step.service
    if service is None or is_named(service, order.task.request):
        return False
    stops = (each for each in order.plan.steps if each.action is StepAction.STOP_SERVICE)
    return not any(each.service and same_name(each.service.name, service.name) for each in stops)


def _failed(ledger: Ledger, failure: StopFailure) -> Next:
    if failure.restart_helps and ledger.order.task.request.reboot:
        considering, ask = begin_considering(ledger.order, failure)
        return RunState(ledger, considering), ask
    return _take_back(ledger, failure)


def _take_back(ledger: Ledger, failure: StopFailure) -> Next:
    if not failure.take_back:
        return _end(ledger, failure.sentences)
    undoing, ask = begin_undoing(ledger, failure)
    if isinstance(undoing, Undone):
        return _end(ledger, undoing.sentences)
    return RunState(ledger, undoing), _some(ask)


def _undone(ledger: Ledger, phase: Undoing, seen: Observed) -> Next:
    ledger, undoing, ask = undo_on(ledger, phase, seen)
    if isinstance(undoing, Undone):
        return _end(ledger, undoing.sentences)
    return RunState(ledger, undoing), _some(ask)


# -- after the last step ---------------------------------------------------------------------------


def _after_steps(ledger: Ledger) -> Next:
    task = ledger.order.task
    if ledger.failures:
        return _end(ledger, ledger.failures)
    if not task.request.restart:
        return _watch_free(ledger)
    if not task.wait:
        return _end(ledger)
    named = [each for each in ledger.order.named if starts_by_itself(each)]
    steps = (Step(StepAction.START_SERVICE, service=each) for each in named)
    return _wait_for_named(ledger, tuple(steps))


def _wait_for_named(ledger: Ledger, left: tuple[Step, ...]) -> Next:
    """Wait until the named services that were about to run do so, and hold their ports."""
    for number, step in enumerate(left):
        wait = wait_for(step, MethodOutcome.ALREADY)
        if wait is not None:
            phase = WaitingForNamed(wait, left[number + 1 :])
            return RunState(ledger, phase), ReadService(wait.service)
    watch, look = begin_held_watch(ledger.order)
    return RunState(ledger, watch), look


def _waited_for_named(ledger: Ledger, phase: WaitingForNamed, seen: Observed) -> Next:
    ledger, wait, ask = wait_on(ledger, phase.wait, seen)
    if not isinstance(wait, Waited):
        return RunState(ledger, replace(phase, wait=wait)), _some(ask)
    if isinstance(wait.failure, Failed):
        return _end_with(ledger, wait.failure)
    if wait.failure is not None:
        return _end(ledger, wait.failure.sentences)
    return _wait_for_named(ledger, phase.left)


def _watched_held(ledger: Ledger, phase: HeldWatch, seen: Observed) -> Next:
    found = watch_held(ledger, phase, seen)
    if isinstance(found, Failed):
        return _end_with(ledger, found)
    if isinstance(found, HeldAgain):
        ledger = replace(ledger, seen=found.seen)
        return _end(ledger, found.failure.sentences if found.failure is not None else ())
    return RunState(ledger, found[0]), found[1]


def _watch_free(ledger: Ledger) -> Next:
    ledger = replace(ledger, seen=None)
    return RunState(ledger, FreeWatch()), endpoints_of_task(ledger.order)


def _watched_free(ledger: Ledger, phase: FreeWatch, seen: Observed) -> Next:
    found = watch_free(ledger, phase, seen)
    if isinstance(found, Failed):
        return _end_with(ledger, found)
    if not isinstance(found, Freed):
        return RunState(ledger, found[0]), found[1]
    ledger = replace(ledger, held=found.held, seen=found.seen)
    for step, _why in ledger.unanswered:
        if step.process is not None and step.process.pid not in found.there:
            ledger = ledger.settled(step)
    texts = tuple(each.message for each in found.held)
    stays = bool(found.held) and not any(each.came_back for each in found.held)
    task = ledger.order.task
    if stays and task.request.reboot and task.wait and not ledger.rebooted:
        return _failed(ledger, StopFailure(texts, restart_helps=True, take_back=False))
    return _end(ledger, texts)


# -- the last resort -------------------------------------------------------------------------------


def _considered(ledger: Ledger, phase: Considering, seen: Observed) -> Next:
    found = consider(ledger.order, phase, seen)
    if isinstance(found, Failed):
        return _end_with(ledger, found)
    if not isinstance(found, Considered):
        return RunState(ledger, found[0]), found[1]
    if found.problem is not None:
        return _take_back(ledger, found.problem)
    restarting = begin_restarting(ledger.order)
    if isinstance(restarting, Restarted):
        return _restart_ended(ledger, restarting)
    return RunState(ledger, restarting[0]), restarting[1]


def _restarted(ledger: Ledger, phase: Restarting, seen: Observed) -> Next:
    found = restart_on(ledger.order, phase, seen)
    if not isinstance(found, Restarted):
        return RunState(ledger, found[0]), found[1]
    return _restart_ended(ledger, found, seen.now)


def _restart_ended(ledger: Ledger, found: Restarted, now: float = 0.0) -> Next:
    if found.failure is not None:
        return _end(ledger, found.failure.sentences, unreachable=found.unreachable)
    for step in ledger.order.plan.steps:
        if step.holders and step.start_mode is None:
            ledger = ledger.with_done(step)
    deadline = now + ledger.order.task.timeout
    return _watch_free(replace(ledger, rebooted=True, late=(), deadline=deadline))


# -- the end ---------------------------------------------------------------------------------------


def _end_with(ledger: Ledger, failed: Failed) -> Next:
    return _end(ledger, (failed.text,), unreachable=failed.unreachable)


def _end(ledger: Ledger, sentences: tuple[Value, ...] = (), *, unreachable: bool = False) -> Next:
    ending, ask = begin_ending(ledger, sentences, unreachable=unreachable)
    return RunState(ledger, ending), ask


def _ended(ledger: Ledger, phase: Ending, seen: Observed) -> Next:
    ending, ask = end_on(ledger, phase, seen)
    return RunState(ledger, ending), ask
