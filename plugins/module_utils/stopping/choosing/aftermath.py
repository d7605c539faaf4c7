# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has changed on the host since a plan was made: right before a step, and after the last one.

A process id says little by itself, Windows gives it to the next process. Together with the time
that the process started it names one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...asked.ports import PortSet
from ...ground.model import SYSTEM_PID, Process, Protocol, Snapshot
from ...ground.names import name_key
from ...ground.text import for_display
from ...pc.holders import Holder, HolderKind, Port, behind_http_sys, find_holders
from ...pc.launchers import is_launcher
from .model import Step, StepAction
from .targets import orphan_text


class State(StrEnum):
    """What a step would meet now."""

    SAME = "same"  # what the plan was made for
    RELEASED = "released"  # nobody holds the ports any more: there is nothing to do
    CHANGED = "changed"  # somebody else: nothing must be done


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a step would meet now, with the reason in a sentence where it is not the same."""

    state: State
    message: str = ""


class Cause(StrEnum):
    """Why a port is held after what held it was stopped."""

    STILL_THERE = "still_there"
    STARTED_WITH_WINDOWS = "started_with_windows"
    SERVICE_RECOVERY = "service_recovery"
    PARENT = "parent"
    SAME_PROGRAM = "same_program"
    OTHER_PROGRAM = "other_program"


@dataclass(frozen=True, slots=True)
class Held:
    """A holder that is there after a plan was carried out. `came_back` is False for one that never
    went. `message` says why it is there, as far as it shows, and what to do."""

    holder: Holder
    cause: Cause
    message: str

    @property
    def came_back(self) -> bool:
        return self.cause is not Cause.STILL_THERE


def recheck(step: Step, now: Snapshot) -> Recheck:
    """Whether a step still meets what the plan was made for. Raises nothing.

    `now` has to be read of the same ports, with processes, services and, where http.sys is in the
    plan, URLs. Steps that start something, and services that only stood in the way, always do.
    """
    if step.action is StepAction.START_SERVICE or not step.holders:
        return Recheck(State.SAME)
    results = [_recheck(holder, step, now) for holder in step.holders]
    for state in (State.CHANGED, State.SAME):
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
    """Who holds the ports after a plan was carried out, and why, as far as it shows.

    `before` are the holders of the plan's steps. With `connections`, processes that only use the
    ports for connections of their own count too. `restarted` says that Windows has restarted since.
    """
    earlier = tuple(before)
    holders: list[Holder] = []
    for holder in find_holders(now, ports, connections):
        if holder.kind is HolderKind.IDLE and holder.only_connections:
            continue  # what is left of connections goes by itself
        behind = behind_http_sys(now, holder)
        holders += behind or (holder,)
    return tuple(_held(holder, earlier, now, restarted) for holder in holders)


def _recheck(holder: Holder, step: Step, now: Snapshot) -> Recheck:
    if not any(_holds(holder, port, now) for port in holder.ports):
        others = find_holders(now, _by_protocol(holder.ports), connections=holder.only_connections)
        if not others:
            return Recheck(State.RELEASED, f"{holder.title} let go of the port by itself.")
        return Recheck(
            State.CHANGED,
            f"The port is not held by {holder.title} any more, but by {others[0].title}.",
        )
    if holder.kind is HolderKind.SYSTEM:
        return Recheck(State.SAME)
    process = now.process(holder.pid)
    if process is None or holder.process is None:
        return Recheck(
            State.CHANGED,
            f"{holder.title} has just ended.",
        )
    if not _is_same(holder.process, process):
        return Recheck(
            State.CHANGED,
            f"The process id {process.pid} now belongs to another process, "
            f"{for_display(process.name, 80)}.",
        )
    service = step.service
    if service is not None and service in holder.services:
        running = {name_key(each.name) for each in now.services_in(process.pid)}
        if name_key(service.name) not in running:
            return Recheck(
                State.CHANGED,
                f"The service {for_display(service.name, 80)} does not run in {holder.title} any "
                "more.",
            )
    return Recheck(State.SAME)


def _holds(holder: Holder, port: Port, now: Snapshot) -> bool:
    """Whether the process of a holder has the port now, by itself or through http.sys."""
    owners = {each.pid for each in now.endpoints if (each.protocol, each.port) == port}
    if holder.inherited_from is not None:
        return holder.inherited_from in owners and holder.inherited_from not in now.processes
    if not holder.through_http_sys:
        return holder.pid in owners
    urls = (url for url in now.http_urls if url.port == port[1])
    return SYSTEM_PID in owners and any(holder.pid in url.pids for url in urls)


def _is_same(one: Process, other: Process) -> bool:
    if one.created is None or other.created is None:
        return False  # without a start time nothing tells two processes of one id apart
    return (one.pid, one.created) == (other.pid, other.created)


def _held(holder: Holder, earlier: tuple[Holder, ...], now: Snapshot, restarted: bool) -> Held:
    if restarted:
        return Held(
            holder,
            Cause.STARTED_WITH_WINDOWS,
            f"{holder.title} holds the port again after the restart of Windows. Set the start mode "
            "of its service to manual or disabled, or look for what else starts it.",
        )
    ports = set(holder.ports)
    predecessors = [each for each in earlier if ports & set(each.ports)]
    for predecessor in predecessors:
        if _is_there_still(predecessor, holder):
            return Held(holder, Cause.STILL_THERE, _still_there(predecessor, holder))
    before = {name_key(each.name) for earlier_one in predecessors for each in earlier_one.services}
    for service in holder.services:
        if name_key(service.name) in before:
            return Held(
                holder,
                Cause.SERVICE_RECOVERY,
                f"The service {for_display(service.name, 80)} runs again as {holder.title}. Its "
                "recovery actions, a trigger or another program started it: set start_mode to "
                "disabled, or look at its properties (Recovery).",
            )
    for predecessor in predecessors:
        parent = _common_parent(predecessor, holder, now)
        if parent is not None:
            return Held(
                holder,
                Cause.PARENT,
                f"{for_display(parent.name, 80)} (PID {parent.pid}) has started {holder.title} "
                "again. Set it up not to start this program; it may run others too.",
            )
    names = {name_key(each.process.name) for each in predecessors if each.process}
    if holder.process is not None and name_key(holder.process.name) in names:
        return Held(
            holder,
            Cause.SAME_PROGRAM,
            f"{holder.title} was started again. Look for what starts it: a scheduled task, a "
            "service, a program that watches over it.",
        )
    return Held(
        holder,
        Cause.OTHER_PROGRAM,
        f"{holder.title} has taken the port meanwhile. Find out what it is before you stop it.",
    )


def _still_there(before: Holder, after: Holder) -> str:
    if after.kind is HolderKind.ORPHANED:
        return orphan_text(after)
    if before.kind is HolderKind.SYSTEM:
        return (
            f"{after.title} still holds the port: a driver may keep it until Windows restarts "
            "(reboot: if_needed)."
        )
    if before.kind is HolderKind.SHARED_SERVICES and after.services:
        names = ", ".join(for_display(each.name, 80) for each in after.services)
        return (
            f"{after.title} still holds the port, for another of the services in it that run: "
            f"{names}. Name the one that the port belongs to in expected_service."
        )
    return (
        f"{after.title} still holds the port. Wait longer (timeout), use the method terminate if "
        "it was stopped as a service, or restart the host."
    )


def _is_there_still(before: Holder, after: Holder) -> bool:
    if after.kind is HolderKind.ORPHANED and before.inherited_from == after.pid:
        return True
    if before.pid != after.pid:
        return False
    if before.kind is HolderKind.SYSTEM or before.process is None or after.process is None:
        return True
    return _is_same(before.process, after.process) or before.process.created is None


def _common_parent(before: Holder, after: Holder, now: Snapshot) -> Process | None:
    """The process that has started both, where it is there and is no launcher, which starts what
    others ask for."""
    if before.process is None or after.parent is None or is_launcher(after.parent):
        return None
    same = before.process.parent_pid == after.parent.pid and after.parent.pid in now.processes
    return after.parent if same else None


def _by_protocol(ports: Iterable[Port]) -> dict[Protocol, PortSet]:
    numbers: dict[Protocol, list[int]] = {}
    for protocol, port in ports:
        numbers.setdefault(protocol, []).append(port)
    return {protocol: PortSet.of(each) for protocol, each in numbers.items()}
