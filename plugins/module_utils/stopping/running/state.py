# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run is to do, what it knows of itself at each moment, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ...ground.model import Service, Snapshot
from ...pc.holders import Holder
from ...words.phrases import Sentences, Value
from ..choosing.aftermath import Held
from ..choosing.model import Plan, Step, StopTask


@dataclass(frozen=True)
class StopOrder:
    """A plan that is to be carried out.

    Attributes:
        booted: when Windows had started as the plan was made, None where that is not known.
        named: the services that the task names, as far as they are there.
        host, url: what the host is called, and where requests to it go, for messages.
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
        restart_helps: whether a restart of Windows would do what could not be done.
        take_back: whether the steps before it are to be taken back. They are not where the step may
            still come to be.
        late: whether the time was over before it had come to be.
        code: what the method has returned, where it has.
    """

    sentences: tuple[Value, ...]
    restart_helps: bool = False
    take_back: bool = True
    late: bool = False
    code: int | None = None


@dataclass(frozen=True)
class StopResult:
    """What has become of a plan.

    Attributes:
        done: the steps that were carried out and not taken back.
        pending: those that Windows has accepted, and that have not come to an end.
        after: who holds the ports at the end, None where that could not be read.
        held: those of them that ought not to, each with the reason.
        rebooted: whether Windows was restarted.
        failure: what went wrong; None where nothing did.
        unreachable: whether that is because the host does not answer any more.
        stopped_now: the services that were to stop and don't run at the end of a run that failed.
        notes: what went wrong beside what was asked for, in whole sentences.
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


@dataclass(frozen=True)
class Ledger:
    """What a run has done and learnt so far.

    Attributes:
        deadline: when the time for steps and waiting is over, as the clock has it.
        done: the steps that have, or may have, changed something.
        late: those whose time was over before they had come to be.
        unanswered: those of which nobody knows whether they were carried out, and why not.
        failed: the services that did not start, `failures` what was said of that.
        notes: what went wrong beside what was asked for.
        held: who holds the ports although they ought to be free.
        seen: what was at the ports when they were watched last.
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
        """A step has had no effect, or its effect was taken back."""
        return replace(self, done=tuple(each for each in self.done if each != step))

    def with_unanswered(self, step: Step, why: Value) -> Ledger:
        return replace(self, unanswered=(*self.unanswered, (step, why)))

    def settled(self, step: Step) -> Ledger:
        """What became of a step has been seen."""
        left = tuple(each for each in self.unanswered if each[0] != step)
        return replace(self, unanswered=left)

    def is_unanswered(self, step: Step) -> bool:
        return any(each == step for each, _why in self.unanswered)
