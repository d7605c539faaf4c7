# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last resort: whether a restart of Windows would help, the restart, and the wait until Windows
is back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from ...ground.model import Service, Snapshot
from ...ground.names import name_key
from ...host.return_codes import Method
from ...pc.holders import behind_http_sys, find_holders
from ...words.phrases import Phrase, Value
from ..choosing.model import StartMode, StepAction, as_start_mode, service_titles
from .asks import (
    Ask,
    Call,
    Failed,
    Look,
    Observed,
    ReadBootTime,
    ReadService,
    Sleep,
    boot_time_of,
    service_of,
    snapshot_of,
    value_of,
)
from .calls import call_for_restart, meaning_of
from .state import StopFailure, StopOrder

# LastBootUpTime is calculated from the time of day, and shifts slightly when that is set.
TOLERANCE = timedelta(seconds=5)

# Seconds before the first attempt to reach the host again, and between attempts.
PAUSE = 1.0
LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Considering:
    """Which services would hold the ports again after a restart.

    Attributes:
        reason: the reason for a restart.
        services: those known so far, by their names.
        unread: those of the plan whose start mode still has to be read.
        asked: what was asked last.
    """

    reason: StopFailure
    services: tuple[Service, ...] = ()
    unread: tuple[Service, ...] = ()
    asked: Literal["ports", "service"] = "ports"


@dataclass(frozen=True)
class Considered:
    """The end of it: None if a restart would help."""

    problem: StopFailure | None


def begin_considering(order: StopOrder, reason: StopFailure) -> tuple[Considering, Look]:
    return Considering(reason), Look(order.task.ports)


def consider(
    order: StopOrder, considering: Considering, observed: Observed
) -> tuple[Considering, Ask] | Considered | Failed:
    """One step of it."""
    if considering.asked == "ports":
        seen = snapshot_of(observed)
        if isinstance(seen, Failed):
            return seen
        unread = tuple(
            step.service
            for step in order.plan.steps
            if step.action is StepAction.STOP_SERVICE and step.service is not None and step.holders
        )
        services = _in_holders(order, seen)
        considering = replace(considering, services=services, unread=unread, asked="service")
    else:
        now = service_of(observed)
        if isinstance(now, Failed):
            return now
        service = now or considering.unread[0]
        others = [
            each
            for each in considering.services
            if name_key(each.name) != name_key(considering.unread[0].name)
        ]
        services = (*others, service)
        considering = replace(considering, services=services, unread=considering.unread[1:])
    if considering.unread:
        return considering, ReadService(considering.unread[0])
    return _considered(considering)


def _in_holders(order: StopOrder, seen: Snapshot) -> tuple[Service, ...]:
    holders = [*find_holders(seen, order.task.ports)]
    holders += [behind for holder in holders for behind in behind_http_sys(seen, holder)]
    return tuple({name_key(each.name): each for held in holders for each in held.services}.values())


def _considered(considering: Considering) -> Considered:
    automatic = [
        each
        for each in considering.services
        if as_start_mode(each.start_mode) is StartMode.AUTOMATIC
    ]
    if not automatic:
        return Considered(None)
    several = "_several" if len(automatic) > 1 else ""
    values: dict[str, Value] = {"services": service_titles(automatic)}
    hint = Phrase(f"run.restart_would_not_help{several}", values)
    sentences = (*considering.reason.sentences, hint)
    return Considered(StopFailure(sentences, take_back=considering.reason.take_back))


@dataclass(frozen=True)
class Restarting:
    """Windows is being restarted.

    Attributes:
        booted: when it had started before.
        until: when it has to be back.
        pause: seconds until the next attempt to reach it.
        asked: what was asked last.
    """

    booted: datetime
    until: float = 0.0
    pause: float = PAUSE
    asked: Literal["restart", "sleep", "boot_time"] = "restart"


@dataclass(frozen=True)
class Restarted:
    """The end of it: with a failure if Windows has not restarted, `unreachable` if it does not even
    answer."""

    failure: StopFailure | None = None
    unreachable: bool = False


def begin_restarting(order: StopOrder) -> tuple[Restarting, Call] | Restarted:
    """A host that does not report its start time is not restarted, because the restart could not be
    confirmed."""
    if order.booted is None:
        return Restarted(StopFailure((Phrase("run.no_boot_time", {"host": order.host}),)))
    return Restarting(order.booted), call_for_restart(order.task.request.force)


def restart_on(
    order: StopOrder, restarting: Restarting, observed: Observed
) -> tuple[Restarting, Ask] | Restarted:
    """One step of it."""
    if restarting.asked == "sleep":
        return replace(restarting, asked="boot_time"), ReadBootTime()
    if restarting.asked == "restart":
        what = Phrase("step.restart_windows")
        # The answer may be lost, which is normal here.
        found = meaning_of(order, Method.SHUT_DOWN, what, value_of(observed))
        if isinstance(found, StopFailure):
            return Restarted(found)
        return _pause(replace(restarting, until=observed.now + order.task.reboot_timeout))
    now = boot_time_of(observed)
    if isinstance(now, datetime) and now - restarting.booted > TOLERANCE:
        return Restarted()
    if observed.now < restarting.until:
        return _pause(restarting)
    values: dict[str, Value] = {
        "host": order.host,
        "seconds": f"{order.task.reboot_timeout:g}",
    }
    problem = now.text if isinstance(now, Failed) else Phrase("run.answers_not_restarted")
    sentences = (Phrase("run.not_back", values), problem, Phrase("run.check_screen"))
    return Restarted(StopFailure(sentences), isinstance(now, Failed) and now.unreachable)


def _pause(restarting: Restarting) -> tuple[Restarting, Ask]:
    longer = min(1.5 * restarting.pause, LONGEST_PAUSE)
    return replace(restarting, pause=longer, asked="sleep"), Sleep(restarting.pause)
