# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until a service has stopped or runs, and repeats a request that Windows could not send,
because the service accepted nothing in its state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ...ground.model import Service
from ...host.return_codes import MethodOutcome
from ...words.phrases import Phrase, Value
from ..choosing.model import Step, StepAction, service_title
from ..choosing.readiness import (
    RUNNING,
    SPECIFIC_ERROR,
    STOPPED,
    STOPPING,
    has_stopped,
    never_takes_stop,
    state_of,
    state_title,
    takes_stop_later,
    why_not_stopped,
)
from .asks import Ask, Failed, Observed, ReadService, Sleep, service_of, value_of
from .calls import call_for, performed
from .state import Ledger, StopFailure, StopOrder

# Seconds between two looks at the host: few at first, because most things are quick.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
# How many times a started service is seen stopped before it counts as ended, because WMI may lag
# behind (StopService, remarks); also how many times a request that was not accepted is repeated.
ENDED_LOOKS, MOST_SENDS = 3, 10
# How many times in a row the state of a service may be unreadable.
UNREAD_LOOKS = 3


@dataclass(frozen=True)
class ServiceWait:
    """A service that the run waits for.

    Attributes:
        service: the one of the step.
        sent: whether Windows has sent the request; `resent` is how many times it was repeated.
        ended: how many times it was seen stopped although it was started, `unread` how many times
            in a row it could not be read.
        pause: seconds until it is read again.
        asked: what was asked last.
    """

    step: Step
    service: Service
    sent: bool
    resent: int = 0
    ended: int = 0
    unread: int = 0
    pause: float = FIRST_PAUSE
    asked: Literal["read", "send", "sleep"] = "read"

    @property
    def stops(self) -> bool:
        return self.step.action is StepAction.STOP_SERVICE


@dataclass(frozen=True)
class Waited:
    """The end of a wait: with a failure if the service did not reach the wanted state."""

    failure: StopFailure | Failed | None = None


Wait: TypeAlias = ServiceWait | Waited


def wait_for(step: Step, outcome: MethodOutcome) -> ServiceWait | None:
    """What to wait for after a step: None if the step concerns no service. It begins with
    ReadService."""
    if step.service is None or step.action is StepAction.CHANGE_START_MODE:
        return None
    return ServiceWait(step, step.service, was_sent(outcome))


def was_sent(outcome: MethodOutcome) -> bool:
    return outcome not in (MethodOutcome.ALREADY, MethodOutcome.NOT_NOW)


def wait_on(ledger: Ledger, wait: ServiceWait, seen: Observed) -> tuple[Ledger, Wait, Ask | None]:
    """One step of a wait. There is nothing to ask at its end."""
    if wait.asked == "sleep":
        return ledger, replace(wait, asked="read"), ReadService(wait.service)
    if wait.asked == "send":
        ledger, outcome = performed(ledger, wait.step, value_of(seen))
        if isinstance(outcome, StopFailure):
            return ledger, Waited(outcome), None
        return ledger, *_pause(replace(wait, sent=was_sent(outcome)))
    now = service_of(seen)
    if isinstance(now, Failed):
        if now.unreachable or wait.unread + 1 >= UNREAD_LOOKS:
            return ledger, Waited(now), None
        return ledger, replace(wait, unread=wait.unread + 1, asked="sleep"), Sleep(wait.pause)
    return ledger, *_decide(ledger, replace(wait, unread=0), now, seen.now)


def _decide(
    ledger: Ledger, wait: ServiceWait, now: Service | None, at: float
) -> tuple[Wait, Ask | None]:
    state = state_of(now) if now is not None else STOPPED
    if state == (STOPPED if wait.stops else RUNNING):
        return Waited(), None
    if wait.stops and state == RUNNING and now is not None and now.pid != wait.service.pid:
        return Waited(), None  # it has stopped, and something has already started it again
    order = ledger.order
    if not wait.stops and state == STOPPED and wait.sent:
        wait = replace(wait, ended=wait.ended + 1)
        if wait.ended >= ENDED_LOOKS:
            return Waited(_has_not_started(order, wait.service, now)), None
    if at >= ledger.deadline:
        return Waited(_too_late(order, wait, now)), None
    if not wait.sent:
        due = _may_be_sent(order, wait, now)
        if isinstance(due, StopFailure):
            return Waited(due), None
        if due and wait.resent >= MOST_SENDS:
            return Waited(_too_late(order, wait, now)), None
        if due:
            return replace(wait, resent=wait.resent + 1, asked="send"), call_for(wait.step)
    return _pause(wait)


def _pause(wait: ServiceWait) -> tuple[Wait, Ask]:
    longer = min(2 * wait.pause, LONGEST_PAUSE)
    return replace(wait, pause=longer, asked="sleep"), Sleep(wait.pause)


def _may_be_sent(order: StopOrder, wait: ServiceWait, now: Service | None) -> bool | StopFailure:
    """Whether the service has reached a state in which it accepts the unsent request; a failure if
    it never will."""
    if now is None:
        return False
    if not wait.stops:
        return has_stopped(now)
    if takes_stop_later(now) or state_of(now) == STOPPING:
        return False
    if never_takes_stop(now):
        request = replace(order.task.request, reboot=False)
        why = why_not_stopped(now, request, bool(wait.step.holders))
        texts = why.values if why is not None else ()
        here = Phrase("run.on_host", {"host": order.host})
        return StopFailure((*texts, here), restart_helps=True)
    return True


def check_once(order: StopOrder, step: Step, now: Service | None) -> StopFailure | None:
    """Whether a stop that Windows has not sent is no longer needed."""
    if step.service is None or now is None or state_of(now) == STOPPING or has_stopped(now):
        return None
    return _too_late(order, ServiceWait(step, step.service, sent=False), now, waited=0.0)


def _too_late(
    order: StopOrder, wait: ServiceWait, now: Service | None, waited: float | None = None
) -> StopFailure:
    """The failure that the time is up. A request that was sent may still take effect; one that was
    not never does."""
    values: dict[str, Value] = {
        "service": service_title(wait.service),
        "host": order.host,
        "seconds": f"{order.task.timeout if waited is None else waited:g}",
        "state": state_title(state_of(now) if now is not None else "unknown"),
    }
    if not wait.stops:
        remedy = "run.system_log"
    elif now is not None and takes_stop_later(now):
        remedy = "run.wait_for_state"
    else:
        remedy = "run.wait_or_terminate"
    problem = Phrase("run.not_stopped" if wait.stops else "run.not_running", values)
    return StopFailure(
        (problem, Phrase(remedy)),
        restart_helps=wait.stops,
        take_back=wait.stops and not wait.sent,
        late=True,
    )


def _has_not_started(order: StopOrder, service: Service, now: Service | None) -> StopFailure:
    """The failure that a service ended right after Windows started it."""
    values: dict[str, Value] = {"service": service_title(service), "host": order.host}
    key = "run.ended_again"
    if now is None:
        key = "run.ended_and_gone"
    elif now.exit_code == SPECIFIC_ERROR and now.specific_exit_code is not None:
        key, values["code"] = "run.ended_with_own_code", now.specific_exit_code
    elif now.exit_code is not None:
        key, values["code"] = "run.ended_with_code", now.exit_code
    return StopFailure((Phrase(key, values), Phrase("run.look_at_logs")))
