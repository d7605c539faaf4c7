# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds what has changed on the host since a plan was made: right before a step, and after the last
one.

A process id alone is not enough, because Windows reuses it. Together with the start time it
identifies one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...asked.ports import PortSet
from ...ground.model import SYSTEM_PID, Process, Protocol, Snapshot
from ...ground.names import name_key
from ...pc.holders import (
    Holder,
    HolderKind,
    Port,
    behind_http_sys,
    by_protocol,
    find_holders,
    process_title,
)
from ...pc.launchers import is_launcher
from ...words.phrases import Phrase, Value
from .model import Step, StepAction, listed
from .targets import orphan_text


class StepState(StrEnum):
    """What a step would find now."""

    SAME = "same"  # what the plan was made for
    RELEASED = "released"  # the ports are free: there is nothing to do
    CHANGED = "changed"  # someone else has them: nothing must be done


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a step would find now, with the reason in a sentence if it is not the same."""

    state: StepState
    message: Phrase | None = None


class HeldCause(StrEnum):
    """Why a port is held after its holder was stopped."""

    STILL_THERE = "still_there"
    STARTED_WITH_WINDOWS = "started_with_windows"
    SERVICE_RECOVERY = "service_recovery"
    PARENT = "parent"
    SAME_PROGRAM = "same_program"
    OTHER_PROGRAM = "other_program"


@dataclass(frozen=True, slots=True)
class Held:
    """A holder that exists after a plan was carried out. `came_back` is False for one that never
    ended. `message` says why it exists, if that is known, and what to do."""

    holder: Holder
    cause: HeldCause
    message: Value

    @property
    def came_back(self) -> bool:
        return self.cause is not HeldCause.STILL_THERE


def recheck(step: Step, now: Snapshot) -> Recheck:
    """Whether a step still finds what the plan was made for. Raises nothing.

    `now` has to cover the same ports, with processes, services and, if http.sys is in the plan,
    URLs. Steps that start something always do, and so do services that were only in the way.
    """
    if step.action is StepAction.START_SERVICE or not step.holders:
        return Recheck(StepState.SAME)
    results = [_recheck(holder, step, now) for holder in step.holders]
    for state in (StepState.CHANGED, StepState.SAME):
        for result in results:
            if result.state is state:
                return result
    return results[0]


def still_held(
    before: Iterable[Holder],
    now: Snapshot,
    ports: Mapping[Protocol, PortSet],
    *,
    connections: bool = False,
    restarted: bool = False,
) -> tuple[Held, ...]:
    """Who holds the ports after a plan was carried out, and why, if that is known.

    `before` are the holders of the plan's steps. With `connections`, processes that only use the
    ports for their own connections count too. `restarted` says that Windows has restarted since.
    """
    earlier = tuple(before)
    holders: list[Holder] = []
    for holder in find_holders(now, ports, connections):
        if holder.kind is HolderKind.IDLE and holder.only_connections:
            continue  # the remains of connections disappear by themselves
        behind = behind_http_sys(now, holder)
        holders += behind or (holder,)
    return tuple(_held(holder, earlier, now, restarted) for holder in holders)


def _recheck(holder: Holder, step: Step, now: Snapshot) -> Recheck:
    if not any(_holds(holder, port, now) for port in holder.ports):
        others = find_holders(now, by_protocol(holder.ports), connections=holder.only_connections)
        if not others:
            return Recheck(StepState.RELEASED, _of("recheck.released", holder))
        return _changed(holder, "other_holder", other=others[0].title)
    if holder.kind is HolderKind.SYSTEM:
        return Recheck(StepState.SAME)
    process = now.process(holder.pid)
    if process is None or holder.process is None:
        return _changed(holder, "ended")
    if not _is_same(holder.process, process):
        return _changed(holder, "reused_pid", pid=process.pid, name=process.name)
    service = step.service
    if service is not None and service in holder.services:
        running = {name_key(each.name) for each in now.services_in(process.pid)}
        if name_key(service.name) not in running:
            return _changed(holder, "service_elsewhere", service=service.name)
    return Recheck(StepState.SAME)


def _changed(holder: Holder, how: str, **values: Value) -> Recheck:
    return Recheck(StepState.CHANGED, _of(f"recheck.{how}", holder, **values))


def _of(key: str, holder: Holder, **values: Value) -> Phrase:
    return Phrase(key, {"holder": holder.title, **values})


def _holds(holder: Holder, port: Port, now: Snapshot) -> bool:
    """Whether the process of a holder has the port now, directly or through http.sys."""
    owners = {each.pid for each in now.endpoints if (each.protocol, each.port) == port}
    if holder.inherited_from is not None:
        return holder.inherited_from in owners and holder.inherited_from not in now.processes
    if not holder.through_http_sys:
        return holder.pid in owners
    urls = (url for url in now.http_urls if url.port == port[1])
    return SYSTEM_PID in owners and any(holder.pid in url.pids for url in urls)


def _is_same(one: Process, other: Process) -> bool:
    if one.created is None or other.created is None:
        return False  # without a start time, two processes with the same id can't be told apart
    return (one.pid, one.created) == (other.pid, other.created)


def _held(holder: Holder, earlier: tuple[Holder, ...], now: Snapshot, restarted: bool) -> Held:
    if restarted:
        return _held_for(holder, HeldCause.STARTED_WITH_WINDOWS)
    ports = set(holder.ports)
    predecessors = [each for each in earlier if ports & set(each.ports)]
    for predecessor in predecessors:
        if _is_there_still(predecessor, holder):
            return Held(holder, HeldCause.STILL_THERE, _still_there(predecessor, holder))
    before = {name_key(each.name) for earlier_one in predecessors for each in earlier_one.services}
    for service in holder.services:
        if name_key(service.name) in before:
            return _held_for(holder, HeldCause.SERVICE_RECOVERY, service=service.name)
    for predecessor in predecessors:
        parent = _common_parent(predecessor, holder, now)
        if parent is not None:
            return _held_for(holder, HeldCause.PARENT, parent=process_title(parent))
    names = {name_key(each.process.name) for each in predecessors if each.process}
    if holder.process is not None and name_key(holder.process.name) in names:
        return _held_for(holder, HeldCause.SAME_PROGRAM)
    return _held_for(holder, HeldCause.OTHER_PROGRAM)


def _held_for(holder: Holder, cause: HeldCause, **values: Value) -> Held:
    return Held(holder, cause, _of(f"held.{cause.value}", holder, **values))


def _still_there(before: Holder, after: Holder) -> Value:
    if after.kind is HolderKind.ORPHANED:
        return orphan_text(after)
    if before.kind is HolderKind.SYSTEM:
        return _of("held.still_there_for_driver", after)
    if before.kind is HolderKind.SHARED_SERVICES and after.services:
        names = listed(each.name for each in after.services)
        return _of("held.still_there_for_other_service", after, services=names)
    return _of("held.still_there", after)


def _is_there_still(before: Holder, after: Holder) -> bool:
    if after.kind is HolderKind.ORPHANED and before.inherited_from == after.pid:
        return True
    if before.pid != after.pid:
        return False
    if before.kind is HolderKind.SYSTEM or before.process is None or after.process is None:
        return True
    return _is_same(before.process, after.process) or before.process.created is None


def _common_parent(before: Holder, after: Holder, now: Snapshot) -> Process | None:
    """The process that started both, if it still runs and is not a launcher, which starts programs
    for others."""
    if before.process is None or after.parent is None or is_launcher(after.parent):
        return None
    same = before.process.parent_pid == after.parent.pid and after.parent.pid in now.processes
    return after.parent if same else None
