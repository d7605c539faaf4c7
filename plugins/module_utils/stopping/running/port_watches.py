# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watches ports until they are free, or until the restarted services hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ...ground.model import Service, Snapshot
from ...ground.names import name_key
from ...pc.holders import HolderKind, Port, by_protocol, port_text
from ...words.phrases import Joined, Phrase, Value
from ..choosing.aftermath import Held, HeldCause, still_held
from ..choosing.model import Step, StepAction, listed, ports_text, service_title
from ..choosing.readiness import state_of, state_title
from .asks import Ask, Failed, Look, Observed, ReadService, Sleep, service_of, snapshot_of
from .service_waits import FIRST_PAUSE, LONGEST_PAUSE
from .state import Ledger, StopFailure, StopOrder

# The longest wait for a socket that stays open after its process has ended.
ORPHAN_PATIENCE = 5.0


@dataclass(frozen=True)
class FreeWatch:
    """Ports that should become free, and stay so.

    Attributes:
        free_since: since when they are free.
        orphaned_since: since when only sockets of ended processes hold them.
        pause: seconds until the next look if they are held.
        asked: what was asked last; ``owners`` is asked only if there is an endpoint.
    """

    free_since: float | None = None
    orphaned_since: float | None = None
    pause: float = FIRST_PAUSE
    asked: Literal["endpoints", "owners", "sleep"] = "endpoints"


@dataclass(frozen=True)
class Freed:
    """The end of a FreeWatch.

    Attributes:
        held: who still holds the ports: someone else who has taken them, reported at once, or those
            that had not released them when the time was up.
        there: the PIDs of those that never ended.
        seen: the snapshot of the last look.
    """

    held: tuple[Held, ...]
    there: frozenset[int | None]
    seen: Snapshot


def endpoints_of_task(order: StopOrder) -> Look:
    """A look at only the endpoints, which is enough if there are none."""
    return Look(order.task.ports, order.task.request.connections, owners=False)


def owners_of_task(order: StopOrder) -> Look:
    """A look at the ports, including who holds them."""
    return Look(order.task.ports, order.task.request.connections, parents=True)


def watch_free(
    ledger: Ledger, watch: FreeWatch, observed: Observed
) -> tuple[FreeWatch, Ask] | Freed | Failed:
    """One step of the watch. It begins with `endpoints_of_task`."""
    order = ledger.order
    if watch.asked == "sleep":
        return replace(watch, asked="endpoints"), endpoints_of_task(order)
    seen = snapshot_of(observed)
    if isinstance(seen, Failed):
        return seen
    if watch.asked == "endpoints" and seen.endpoints:
        return replace(watch, asked="owners"), owners_of_task(order)
    held = _held_now(ledger, seen)
    there = frozenset(each.holder.pid for each in held if not each.came_back)
    if any(each.came_back for each in held):
        return Freed(held, there, seen)
    if not order.task.wait:
        return Freed((), there, seen)
    return _still(ledger, watch, Freed(held, there, seen), observed.now)


def _held_now(ledger: Ledger, seen: Snapshot) -> tuple[Held, ...]:
    order = ledger.order
    return still_held(
        [holder for step in order.plan.steps for holder in step.holders],
        seen,
        order.task.ports,
        connections=order.task.request.connections,
        restarted=ledger.rebooted,
    )


def _still(
    ledger: Ledger, watch: FreeWatch, found: Freed, now: float
) -> tuple[FreeWatch, Ask] | Freed:
    if not found.held:
        since = now if watch.free_since is None else watch.free_since
        # From the sum, not from the elapsed time: that is rounded, and a pause shorter than the
        # clock's resolution would never end.
        left = since + ledger.order.task.stay_free - now
        if left <= 0:
            return found
        return replace(watch, free_since=since, asked="sleep"), Sleep(min(left, LONGEST_PAUSE))
    orphaned_since = None
    if all(each.holder.kind is HolderKind.ORPHANED for each in found.held):
        orphaned_since = now if watch.orphaned_since is None else watch.orphaned_since
    patient = orphaned_since is None or now - orphaned_since < ORPHAN_PATIENCE
    if now >= ledger.deadline or not patient:
        return found
    longer = min(2 * watch.pause, LONGEST_PAUSE)
    return FreeWatch(None, orphaned_since, longer, "sleep"), Sleep(watch.pause)


@dataclass(frozen=True)
class HeldWatch:
    """Ports that the restarted services should hold.

    Attributes:
        wanted: those that are still free. If the named services held none, it is enough that
            something listens on one of the requested ports.
        anything: whether one of them is enough.
        pause: seconds until the next look.
        asked: what was asked last; ``states`` are those of the named services, for the text of a
        failure.
        states: those that have already been read.
    """

    wanted: frozenset[Port]
    anything: bool
    pause: float = FIRST_PAUSE
    asked: Literal["endpoints", "owners", "sleep", "states"] = "endpoints"
    states: tuple[Value, ...] = ()


@dataclass(frozen=True)
class HeldAgain:
    """The end of a HeldWatch: with a failure if the ports are not held as they should be."""

    failure: StopFailure | None = None
    seen: Snapshot | None = None


Watched: TypeAlias = tuple[HeldWatch, Ask] | HeldAgain | Failed


def begin_held_watch(order: StopOrder) -> tuple[HeldWatch, Look]:
    wanted = frozenset(port for step in _starts(order) for port in step.ports)
    watch = HeldWatch(wanted, anything=not wanted)
    return watch, _look_for(order, watch)


def watch_held(ledger: Ledger, watch: HeldWatch, observed: Observed) -> Watched:
    """One step of the watch."""
    order = ledger.order
    if watch.asked == "states":
        return _read_states(order, watch, service_of(observed))
    if watch.asked == "sleep":
        return replace(watch, asked="endpoints"), _look_for(order, watch)
    seen = snapshot_of(observed)
    if isinstance(seen, Failed):
        return seen
    if watch.asked == "owners":
        return HeldAgain(_taken_by_others(order, seen), seen)
    wanted = watch.wanted - {(each.protocol, each.port) for each in seen.endpoints}
    watch = replace(watch, wanted=wanted)
    if not wanted and (not watch.anything or any(each.is_listening for each in seen.endpoints)):
        return replace(watch, asked="owners"), Look(order.task.ports, parents=True)
    if observed.now >= ledger.deadline:
        return _not_held(order, watch)
    longer = min(2 * watch.pause, LONGEST_PAUSE)
    return replace(watch, pause=longer, asked="sleep"), Sleep(watch.pause)


def _starts(order: StopOrder) -> list[Step]:
    return [each for each in order.plan.steps if each.action is StepAction.START_SERVICE]


def _look_for(order: StopOrder, watch: HeldWatch) -> Look:
    ports = by_protocol(watch.wanted) if watch.wanted else order.task.ports
    return Look(ports, owners=False)


def _taken_by_others(order: StopOrder, now: Snapshot) -> StopFailure | None:
    """Whether the restarted services hold their ports, and no other process was quicker."""
    starts = _starts(order)
    wanted = {port for step in starts for port in step.ports}
    before = [holder for step in starts for holder in step.holders]
    started = {name_key(step.service.name) for step in starts if step.service is not None}
    others = []
    for held in still_held(before, now, by_protocol(wanted)):
        holder = held.holder
        services = {name_key(each.name) for each in (*holder.services, *holder.parent_services)}
        if held.cause is not HeldCause.OTHER_PROGRAM or services & started:
            wanted -= set(holder.ports)
        else:
            others.append(holder)
    for holder in others:
        if taken := wanted.intersection(holder.ports):
            values: dict[str, Value] = {"holder": holder.title, "ports": _listed(taken)}
            return StopFailure((Phrase("run.taken_meanwhile", values),), take_back=False)
    return None


def _listed(ports: Iterable[Port]) -> Joined:
    return listed(map(port_text, sorted(ports)))


def _not_held(order: StopOrder, watch: HeldWatch) -> Watched:
    if not watch.wanted:
        return _read_next_state(order, replace(watch, asked="states"))
    values: dict[str, Value] = {"ports": _listed(watch.wanted), "seconds": _seconds(order)}
    return HeldAgain(StopFailure((Phrase("run.not_held_again", values),), take_back=False))


def _read_states(order: StopOrder, watch: HeldWatch, now: Service | Failed | None) -> Watched:
    if isinstance(now, Failed):
        return now
    state = state_of(now) if now is not None else "not there"
    values: dict[str, Value] = {
        "service": service_title(order.named[len(watch.states)]),
        "state": state_title(state),
    }
    states = (*watch.states, Phrase("run.service_in_state", values))
    return _read_next_state(order, replace(watch, states=states))


def _read_next_state(order: StopOrder, watch: HeldWatch) -> Watched:
    if len(watch.states) < len(order.named):
        return watch, ReadService(order.named[len(watch.states)])
    values: dict[str, Value] = {
        "ports": ports_text(order.task.ports),
        "services": Joined(watch.states, "list.separator"),
        "seconds": _seconds(order),
    }
    return HeldAgain(StopFailure((Phrase("run.nobody_holds", values),), take_back=False))


def _seconds(order: StopOrder) -> str:
    return f"{order.task.timeout:g}"
