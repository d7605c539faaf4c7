# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The method that each step calls, and what its answer means."""

from __future__ import annotations

from dataclasses import dataclass

from ...host.return_codes import Method, MethodOutcome, explain
from ...words.phrases import Phrase, Value
from ..choosing.model import Step, StepAction, as_start_mode, service_title
from ..choosing.readiness import takes_stop_later
from .asks import Call, Failed
from .state import Ledger, StopFailure, StopOrder

# Win32_Process.Terminate, Reason: the exit code that others see. Task Manager gives 1.
EXIT_CODE = 1

# Win32_Service.StopService: the service does not accept this control
# (ERROR_INVALID_SERVICE_CONTROL).
INVALID_CONTROL = 4

# Win32_OperatingSystem.Win32Shutdown, Flags.
RESTART = 2
RESTART_BY_FORCE = 6


@dataclass(frozen=True)
class Unanswered:
    """It is unknown whether something was carried out: the answer is lost, or can't be read. The
    text says what happened."""

    text: Value


def call_for(step: Step) -> Call:
    """The call that carries out a step."""
    if step.process is not None:
        return Call(Method.TERMINATE, step.process, {"Reason": EXIT_CODE})
    if step.service is None:
        raise ValueError("a step without a process or a service")
    if step.start_mode is not None:
        return Call(Method.CHANGE_START_MODE, step.service, {"StartMode": step.start_mode.value})
    stops = step.action is StepAction.STOP_SERVICE
    return Call(Method.STOP_SERVICE if stops else Method.START_SERVICE, step.service)


def undo_for(step: Step) -> Call | None:
    """The call that undoes a step; None if nothing can."""
    if step.service is None:
        return None
    earlier = as_start_mode(step.service.start_mode)
    if step.action is StepAction.STOP_SERVICE:
        return Call(Method.START_SERVICE, step.service)
    if step.action is StepAction.CHANGE_START_MODE and earlier is not None:
        return Call(Method.CHANGE_START_MODE, step.service, {"StartMode": earlier.value})
    return None


def call_for_restart(force: bool) -> Call:
    """The call that restarts Windows; with `force`, even if programs or users object."""
    flags = RESTART_BY_FORCE if force else RESTART
    return Call(Method.SHUT_DOWN, None, {"Flags": flags, "Reserved": 0})


def undo_title(step: Step) -> Phrase:
    """What `undo_for` does, in words."""
    starts = step.action is StepAction.STOP_SERVICE
    key = "step.start_service_again" if starts else "step.set_start_mode_back"
    return Phrase(key, {"service": service_title(step.service)})


def meaning_of(
    order: StopOrder, method: Method, what: Value, answer: int | Failed
) -> MethodOutcome | Unanswered | StopFailure:
    """What an answer says about a call that should do `what`. PENDING says that the service has not
    answered Windows yet, NOT_NOW that nothing was sent to it, because it accepts nothing in its
    state."""
    if isinstance(answer, Failed):
        if not answer.understood:
            return Unanswered(answer.text)
        if method is Method.TERMINATE and answer.not_found:
            return MethodOutcome.ALREADY
        return StopFailure((answer.text,))
    code = explain(method, answer)
    if code.outcome is not MethodOutcome.FAILED:
        return code.outcome
    values: dict[str, Value] = {
        "step": what,
        "host": order.where,
        "meaning": code.meaning,
        "code": code.value,
        "remedy": code.remedy,
    }
    sentence = Phrase("run.could_not", values)
    return StopFailure((sentence,), restart_helps=code.restart_helps, code=code.value)


def outcome_of(
    order: StopOrder, step: Step, answer: int | Failed
) -> MethodOutcome | Unanswered | StopFailure:
    """What the answer to `call_for` says about a step."""
    method = call_for(step).method
    found = meaning_of(order, method, step.description, answer)
    refused = isinstance(found, StopFailure) and found.code == INVALID_CONTROL
    # A service that is about to pause or to continue gives the same answer.
    if refused and method is Method.STOP_SERVICE and step.service is not None:
        return MethodOutcome.NOT_NOW if takes_stop_later(step.service) else found
    return found


def undone(order: StopOrder, step: Step, answer: int | Failed) -> StopFailure | None:
    """Why, according to the answer to `undo_for`, a step was not undone; None if the request was
    accepted. Whether a service runs again has to be read."""
    call = undo_for(step)
    if call is None:
        raise ValueError("a step that nothing takes back")
    found = meaning_of(order, call.method, undo_title(step), answer)
    if isinstance(found, Unanswered):
        return StopFailure((found.text, Phrase("run.done_unknown")))
    if found is MethodOutcome.NOT_NOW:
        values: dict[str, Value] = {"step": undo_title(step), "host": order.host}
        return StopFailure((Phrase("run.not_in_state", values),))
    return found if isinstance(found, StopFailure) else None


def performed(
    ledger: Ledger, step: Step, answer: int | Failed
) -> tuple[Ledger, MethodOutcome | StopFailure]:
    """Note a step if it has, or may have, changed something."""
    found = outcome_of(ledger.order, step, answer)
    if isinstance(found, StopFailure):
        return ledger, found
    if isinstance(found, Unanswered):
        ledger = ledger.with_unanswered(step, found.text)
        found = MethodOutcome.PENDING
    if found not in (MethodOutcome.ALREADY, MethodOutcome.NOT_NOW):
        ledger = ledger.with_done(step)
    return ledger, found
