# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Undoes what was done before a step failed, and reports it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ...words.phrases import Phrase, Value
from ..choosing.model import Step, StepAction, as_start_mode, service_title
from ..choosing.readiness import RUNNING, state_of, state_title
from .asks import Ask, Failed, Observed, ReadService, Sleep, service_of, value_of
from .calls import undo_for, undone
from .service_waits import FIRST_PAUSE, LONGEST_PAUSE
from .state import Ledger, StopFailure

# Seconds that a restarted service gets to run if the time is up.
TAKING_BACK = 10.0


@dataclass(frozen=True)
class Undoing:
    """Steps that are being undone.

    Attributes:
        failure: why.
        left: the steps that still have to be undone; the first of them is in progress.
        said: what happened to the others.
        until: when the restarted service has to run.
        pause: seconds until it is read again.
        asked: what was asked last.
    """

    failure: StopFailure
    left: tuple[Step, ...]
    said: tuple[Value, ...] = ()
    until: float = 0.0
    pause: float = FIRST_PAUSE
    asked: Literal["undo", "read", "sleep"] = "undo"


@dataclass(frozen=True)
class Undone:
    """The end of it: the failure, with what happened to each step."""

    sentences: tuple[Value, ...]


def begin_undoing(ledger: Ledger, failure: StopFailure) -> tuple[Undoing | Undone, Ask | None]:
    """Undo everything that was done, the last step first. A disabled service can't be started, so
    start modes come first of all."""
    backwards = tuple(reversed(ledger.done))
    steps = sorted(backwards, key=lambda step: step.start_mode is None)
    return _next(Undoing(failure, tuple(steps)))


def undo_on(
    ledger: Ledger, undoing: Undoing, observed: Observed
) -> tuple[Ledger, Undoing | Undone, Ask | None]:
    """One step of it. There is nothing to ask at its end."""
    step = undoing.left[0]
    if undoing.asked == "sleep":
        return ledger, *_read(undoing, step)
    if undoing.asked == "undo":
        problem = undone(ledger.order, step, value_of(observed))
        if problem is not None:
            return ledger, *_not_taken_back(undoing, problem.sentences)
        until = max(ledger.deadline, observed.now + TAKING_BACK)
        return ledger, *_read(replace(undoing, until=until, pause=FIRST_PAUSE), step)
    now = service_of(observed)
    if step.action is StepAction.CHANGE_START_MODE:
        problems = _not_set_back(step, now)
    elif isinstance(now, Failed):
        problems = (now.text, Phrase("run.running_unknown"))
    else:
        state = state_of(now) if now is not None else "not there"
        if state != RUNNING and now is not None and observed.now < undoing.until:
            longer = min(2 * undoing.pause, LONGEST_PAUSE)
            return ledger, replace(undoing, pause=longer, asked="sleep"), Sleep(undoing.pause)
        values: dict[str, Value] = {
            "service": service_title(step.service),
            "state": state_title(state),
        }
        runs = state == RUNNING
        problems = () if runs else (Phrase("run.started_again_not_running", values),)
    if problems:
        return ledger, *_not_taken_back(undoing, problems)
    said = Phrase("run.taken_back", {"step": step.description})
    return ledger.without(step), *_next_after(undoing, (said,))


def _not_set_back(step: Step, now: object) -> tuple[Value, ...]:
    """Why a restored start mode is not the earlier one; nothing if it is."""
    if isinstance(now, Failed):
        return now.text, Phrase("run.mode_unknown")
    shown = getattr(now, "start_mode", None)
    earlier = step.service.start_mode if step.service is not None else None
    if as_start_mode(shown) is as_start_mode(earlier):
        return ()
    mode: Value = shown or Phrase("service_state.unknown")
    return (Phrase("run.mode_still", {"mode": mode}),)


def _read(undoing: Undoing, step: Step) -> tuple[Undoing, Ask]:
    if step.service is None:
        raise ValueError("a step that nothing takes back")
    return replace(undoing, asked="read"), ReadService(step.service)


def _not_taken_back(
    undoing: Undoing, problems: tuple[Value, ...] = ()
) -> tuple[Undoing | Undone, Ask | None]:
    # One cause may affect all of them: it is reported once.
    known = (*undoing.failure.sentences, *undoing.said)
    told = () if all(each in known for each in problems) else problems
    said = Phrase("run.not_taken_back", {"step": undoing.left[0].description})
    return _next_after(undoing, (said, *told))


def _next_after(undoing: Undoing, said: tuple[Value, ...]) -> tuple[Undoing | Undone, Ask | None]:
    return _next(replace(undoing, left=undoing.left[1:], said=(*undoing.said, *said)))


def _next(undoing: Undoing) -> tuple[Undoing | Undone, Ask | None]:
    while undoing.left:
        call = undo_for(undoing.left[0])
        if call is not None:
            return replace(undoing, asked="undo"), call
        said = Phrase("run.not_taken_back", {"step": undoing.left[0].description})
        undoing = replace(undoing, left=undoing.left[1:], said=(*undoing.said, said))
    return Undone((*undoing.failure.sentences, *undoing.said)), None
