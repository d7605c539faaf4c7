# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The end of a run: who holds the ports, which services don't run, and what is reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ...ground.model import Service, Snapshot
from ...pc.holders import Holder, find_holders
from ...words.phrases import Phrase, Sentences, Value
from ..choosing.aftermath import HeldCause
from ..choosing.model import Step, StepAction, listed, service_titles
from ..choosing.readiness import has_stopped
from .asks import Ask, Failed, Finish, Observed, ReadService, service_of, snapshot_of
from .port_watches import owners_of_task
from .state import Ledger, StopResult


@dataclass(frozen=True)
class Ending:
    """What is left to do when nothing more is stopped or started.

    Attributes:
        sentences: what went wrong; empty if nothing did.
        unreachable: whether the host no longer answers.
        after: who holds the ports, None if that is unknown.
        touched: the services that should have stopped, `stopped` those of them that don't run; the
            rest still has to be read.
        asked: what was asked last.
    """

    sentences: tuple[Value, ...]
    unreachable: bool = False
    after: tuple[Holder, ...] | None = None
    touched: tuple[Service, ...] = ()
    stopped: tuple[Service, ...] = ()
    read: int = 0
    asked: Literal["ports", "service"] = "ports"


def begin_ending(
    ledger: Ledger, sentences: tuple[Value, ...] = (), *, unreachable: bool = False
) -> tuple[Ending, Ask]:
    ending = Ending(sentences, unreachable)
    if unreachable:
        return _look_at_services(ledger, ending)
    if not sentences and ledger.seen is not None:
        return _look_at_services(ledger, replace(ending, after=_holders(ledger, ledger.seen)))
    return ending, owners_of_task(ledger.order)


def end_on(ledger: Ledger, ending: Ending, observed: Observed) -> tuple[Ending, Ask]:
    """One step of the ending."""
    if ending.asked == "ports":
        seen = snapshot_of(observed)
        after = None if isinstance(seen, Failed) else _holders(ledger, seen)
        return _look_at_services(ledger, replace(ending, after=after))
    now = service_of(observed)
    if isinstance(now, Failed):
        return _not_known_to_run(ledger, ending)
    if now is None or has_stopped(now):
        stopped = (*ending.stopped, ending.touched[ending.read])
        ending = replace(ending, stopped=stopped)
    return _read_next(ledger, replace(ending, read=ending.read + 1))


def _holders(ledger: Ledger, seen: Snapshot) -> tuple[Holder, ...]:
    task = ledger.order.task
    return find_holders(seen, task.ports, task.request.connections)


def _look_at_services(ledger: Ledger, ending: Ending) -> tuple[Ending, Ask]:
    ending = replace(ending, sentences=_with_unanswered(ledger, ending.sentences))
    if not ending.sentences:
        return _finish(ledger, ending)
    touched = [
        step.service
        for step in ledger.done
        if step.action is StepAction.STOP_SERVICE and step.service is not None
    ]
    touched += [each for each in ledger.failed if each not in touched]
    ending = replace(ending, touched=tuple(touched), asked="service")
    if touched and ending.unreachable:
        return _not_known_to_run(ledger, ending)
    return _read_next(ledger, ending)


def _with_unanswered(ledger: Ledger, sentences: tuple[Value, ...]) -> tuple[Value, ...]:
    """A failure, with what happened to the answers that would have explained more."""
    if not ledger.unanswered:
        return sentences
    unknown = [step.description for step, _why in ledger.unanswered if step in ledger.done]
    texts = [why for _step, why in ledger.unanswered if why not in sentences]
    texts += sentences
    if unknown:
        texts.append(Phrase("run.unknown_steps", {"steps": listed(unknown)}))
    return tuple(texts)


def _read_next(ledger: Ledger, ending: Ending) -> tuple[Ending, Ask]:
    if ending.read < len(ending.touched):
        return ending, ReadService(ending.touched[ending.read])
    return _finish(ledger, _told(ending, "run.stopped_now"))


def _not_known_to_run(ledger: Ledger, ending: Ending) -> tuple[Ending, Ask]:
    return _finish(ledger, _told(replace(ending, stopped=ending.touched), "run.stopped_unknown"))


def _told(ending: Ending, key: str) -> Ending:
    if not ending.stopped:
        return ending
    said = Phrase(key, {"services": service_titles(ending.stopped)})
    return replace(ending, sentences=(*ending.sentences, said))


def _finish(ledger: Ledger, ending: Ending) -> tuple[Ending, Ask]:
    pending = tuple(_pending(ledger))
    sentences = ending.sentences
    causes = {each.cause for each in ledger.held}
    if sentences and ledger.rebooted and HeldCause.STARTED_WITH_WINDOWS not in causes:
        # Nobody who reads it should have to guess why the host was away.
        sentences += (Phrase("result.restarted_windows"),)
    result = StopResult(
        done=tuple(each for each in ledger.done if each not in pending),
        pending=pending,
        after=ending.after,
        held=ledger.held,
        rebooted=ledger.rebooted,
        failure=Sentences(sentences) if sentences else None,
        unreachable=ending.unreachable,
        stopped_now=ending.stopped,
        notes=ledger.notes,
    )
    return ending, Finish(result)


def _pending(ledger: Ledger) -> Iterable[Step]:
    """The steps that may still complete."""
    there = {
        each.holder.pid
        for each in ledger.held
        if not each.came_back and each.holder.process is not None
    }
    for step in ledger.done:
        ended = step.process is None or step.process.pid not in there
        if step in ledger.late or ledger.is_unanswered(step) or not ended:
            yield step
