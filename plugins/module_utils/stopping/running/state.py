# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The task of a run, its record at each moment, and its result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ...ground.model import Service, Snapshot
from ...pc.holders import Holder
from ...words.phrases import Phrase, Sentences, Value
from ..choosing.aftermath import Held
from ..choosing.model import Plan, Step, StopTask


@dataclass(frozen=True)
class StopOrder:
    """A plan to carry out.

    Attributes:
        booted: when Windows had started, as of the plan, None if that is unknown.
        named: the existing services that the task names.
        host, url: the host's name, and the URL of requests to it, for messages.
    """

    task: StopTask
    plan: Plan
    booted: datetime | None
    named: tuple[Service, ...]
    host: str
    url: str

    @property
    def where(self) -> str:
        """The host with its address, for messages."""
        return f"{self.host} ({self.url})"


@dataclass(frozen=True)
class StopFailure:
    """Something was not carried out.

    Attributes:
        sentences: why, and what to do.
        restart_helps: whether a restart of Windows would do what failed.
        take_back: whether the steps before it should be undone. They should not if the step may
            still take effect.
        late: whether the time was up before it took effect.
        code: the return value of the method, if it returned.
    """

    sentences: tuple[Value, ...]
    restart_helps: bool = False
    take_back: bool = True
    late: bool = False
    code: int | None = None


@dataclass(frozen=True)
class StopResult:
    """The result of a plan.

    Attributes:
        done: the steps that were carried out and not undone.
        pending: those that Windows has accepted, and that have not completed.
        after: who holds the ports at the end, None if that could not be read.
        held: those of them that should not, each with the reason.
        rebooted: whether Windows was restarted.
        failure: what went wrong; None if nothing did.
        unreachable: whether that is because the host no longer answers.
        stopped_now: the services that should have stopped and don't run at the end of a failed run.
        notes: what else went wrong, in whole sentences.
    """

    done: tuple[Step, ...] = ()
    pending: tuple[Step, ...] = ()
    after: tuple[Holder, ...] | None = ()
    held: tuple[Held, ...] = ()
    rebooted: bool = False
    failure: Sentences | None = None
    unreachable: bool = False
    stopped_now: tuple[Service, ...] = ()
    notes: tuple[Value, ...] = ()

    @property
    def restarted(self) -> tuple[Phrase, ...]:
        """That Windows was restarted, if it was."""
        return (Phrase("result.restarted_windows"),) if self.rebooted else ()


@dataclass(frozen=True)
class Ledger:
    """What a run has done and learnt so far.

    Attributes:
        deadline: when the time for steps and waiting is up, as time of the clock.
        done: the steps that have, or may have, changed something.
        late: those whose time was up before they took effect.
        unanswered: those that may or may not have been carried out, and why that is unknown.
        failed: the services that did not start, `failures` what was said about that.
        notes: what else went wrong.
        held: who holds the ports although they should be free.
        seen: what was on the ports when they were last watched.
        rebooted: whether Windows was restarted.
    """

    order: StopOrder
    deadline: float
    done: tuple[Step, ...] = ()
    late: tuple[Step, ...] = ()
    unanswered: tuple[tuple[Step, Value], ...] = ()
    failed: tuple[Service, ...] = ()
    failures: tuple[Value, ...] = ()
    notes: tuple[Value, ...] = ()
    held: tuple[Held, ...] = ()
    seen: Snapshot | None = None
    rebooted: bool = False

    def with_done(self, step: Step) -> Ledger:
        return self if step in self.done else replace(self, done=(*self.done, step))

    def without(self, step: Step) -> Ledger:
        """A step has had no effect, or its effect was undone."""
        return replace(self, done=tuple(each for each in self.done if each != step))

    def with_unanswered(self, step: Step, why: Value) -> Ledger:
        return replace(self, unanswered=(*self.unanswered, (step, why)))

    def settled(self, step: Step) -> Ledger:
        """The effect of a step has been seen."""
        left = tuple(each for each in self.unanswered if each[0] != step)
        return replace(self, unanswered=left)

    def is_unanswered(self, step: Step) -> bool:
        return any(each == step for each, _why in self.unanswered)
