# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a port is freed from those who should not have it: by one task for all of them, where
port_process would run it, and in words where not.

port_process stops all holders of a port or none, so a task that names only some of them is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ....ground.model import Service, Snapshot
from ....ground.names import name_key
from ....pc.holders import (
    IIS_SERVICE,
    IIS_WORKER,
    Holder,
    HolderKind,
    behind_http_sys,
    described,
)
from ....stopping.choosing.guards import needed_services
from ....stopping.choosing.model import Step, StepAction, StopRequest, Surroundings
from ....stopping.choosing.plan import make_plan
from ....words.phrases import Phrase, Sentences, Value
from ..model import Cause, CauseKind, Remedy, RemedyTask, Situation, WantedPort, cause_of
from . import behind

# The World Wide Web Publishing Service, and the one that starts its workers.
_IIS = frozenset({name_key(IIS_SERVICE), "was"})

PORT_PROCESS = "portkeeper.windows.port_process"

# Of how many holders it is found out whether they could be stopped. No healthy host has more
# processes on one port.
_MOST_ASKED = 20


@dataclass(frozen=True)
class Held:
    """A port that others have than its own program.

    `others` are those that listen, `bound` those that have it without listening, and `mine` may
    have it. `everybody` are all holders, with those of which nobody knows what they are. `task`
    stops all others, by `steps`; None if port_process would refuse it. Then `in_the_way` are those
    that it would not stop even if nobody else had the port.
    """

    situation: Situation
    wanted: WantedPort
    everybody: tuple[Holder, ...]
    others: tuple[Holder, ...]
    bound: tuple[Holder, ...]
    mine: tuple[Holder, ...] = ()
    task: RemedyTask | None = None
    steps: tuple[Step, ...] = ()
    in_the_way: tuple[Holder, ...] = ()

    @property
    def several(self) -> bool:
        """Whether more than one has to stop."""
        return len(self.others) + len(self.bound) > 1


def with_task(held: Held) -> Held:
    """The same with the task that stops all others, if there is one."""
    wrong = (*held.others, *held.bound)
    if not wrong:
        return held
    few = len(held.everybody) <= _MOST_ASKED
    task, steps = _freeing(held, wrong, held.everybody) if few else (None, ())
    if task is not None:
        return replace(held, task=task, steps=steps)
    asked = {each.pid: each for each in (*wrong, *held.everybody[:_MOST_ASKED])}
    blocking = (each for each in asked.values() if not _stops_alone(held, each))
    return replace(held, in_the_way=tuple(blocking))


def in_use(held: Held, holder: Holder) -> Cause:
    """The obstacle that a holder is which listens."""
    wanted = held.wanted
    values: dict[str, Value] = {
        "port": wanted.label,
        "holder": described(held.situation.snapshot, holder),
        "expected": " / ".join(wanted.expected_process),
    }
    unexpected = bool(wanted.expected_process) and not wanted.free
    text = "not_expected" if unexpected else "in_use"
    relayed = behind.relay_remedy(held.situation, wanted, holder)
    remedy = relayed or _stopping(held, holder, values)
    return cause_of(CauseKind.IN_USE_BY_OTHER, values, [remedy], text=text)


def bound(held: Held, holder: Holder) -> Cause:
    """The obstacle that a process is which has the port without listening."""
    values: dict[str, Value] = {
        "port": held.wanted.label,
        "number": held.wanted.port,
        "protocol": held.wanted.protocol.value,
        "holder": described(held.situation.snapshot, holder),
    }
    remedy = Remedy(Phrase("remedy.unbind", values))
    if held.task is not None:
        remedy = _by_task(held, "stop_bound", values)
    return cause_of(CauseKind.IN_USE_BY_OTHER, values, [remedy], text="bound")


def interrupted(held: Held) -> tuple[Step, ...]:
    """What the remedies would stop, and the relays that must not be stopped for them: steps that
    end processes whose other ports a person has to know."""
    relays = (each for each in held.others if each.relay is not None)
    kept = (Step(StepAction.TERMINATE, (each,), process=each.process) for each in relays)
    return (*held.steps, *kept)


def is_iis(holder: Holder) -> bool:
    """Whether http.sys listens for IIS: for one of its workers or, while there is none, for the
    services that start them."""
    name = name_key(holder.process.name) if holder.process else ""
    services = {name_key(each.name) for each in holder.services}
    return holder.through_http_sys and (name == IIS_WORKER or not services.isdisjoint(_IIS))


def _by_task(held: Held, key: str, values: Mapping[str, Value]) -> Remedy:
    # One remedy for all of them does not speak of one.
    text = Phrase("remedy.stop_holders") if held.several else Phrase(f"remedy.{key}", values)
    told = behind.with_others(held.situation, held.wanted, _ended(held.steps), text)
    return Remedy(told, held.task)


def _ended(steps: Iterable[Step]) -> list[int]:
    """The processes that end with these steps."""
    pids: list[int | None] = []
    for step in steps:
        pids += [step.process.pid] if step.process else []
        pids += [step.service.pid] if step.service else []
        pids += [each.pid for each in step.holders if each.kind is not HolderKind.SYSTEM]
    return [pid for pid in dict.fromkeys(pids) if pid is not None]


def _stopping(held: Held, holder: Holder, values: Mapping[str, Value]) -> Remedy:
    """What to do about a holder that listens, and is no relay."""
    orphaned = holder.kind is HolderKind.ORPHANED
    if held.task is not None:
        return _by_task(held, "end_heirs" if orphaned else "stop_holder", values)
    if all(each.pid != holder.pid for each in held.in_the_way):
        others = tuple(
            described(held.situation.snapshot, each)
            for each in (held.mine or held.in_the_way)[:_MOST_ASKED]
        )
        key = "stop_beside_own" if held.mine else "stop_after"
        return Remedy(Phrase(f"remedy.{key}", {**values, "others": others}))
    if orphaned:
        return Remedy(Phrase("remedy.restart_for_socket", values))
    needed = tuple(needed_services(holder, _surroundings(held.situation).system_directory))
    if holder.kind is HolderKind.SHARED_SERVICES and len(needed) < len(holder.services):
        key = "name_the_service_but" if needed else "name_the_service"
        return Remedy(Phrase(f"remedy.{key}", {**values, "needed": needed}))
    if holder.system:
        # In the same words as port_process.
        releases = Sentences(tuple(dict.fromkeys(each.remedy for each in holder.system)))
        return Remedy(Phrase("remedy.choose_beside_windows", {**values, "releases": releases}))
    return Remedy(Phrase("remedy.choose_another_port", values))


def _stops_alone(held: Held, holder: Holder) -> bool:
    """Whether port_process would stop a holder if nobody else had the port."""
    if holder.relay is not None:
        return False
    return _freeing(held, (holder,), (holder,))[0] is not None


@dataclass(frozen=True)
class _Names:
    """By which names port_process is told of a holder: those of services, and of programs without
    one. `hosts` are the programs in which the services run, None if a service is not the only one
    for which its program stands."""

    services: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    hosts: tuple[str, ...] | None = ()


def _names(snapshot: Snapshot, holder: Holder) -> _Names | None:
    """The names of a holder; None if it is unknown what would have to stop."""
    if holder.kind is HolderKind.ORPHANED:
        return _Names(programs=tuple(each.name for each in holder.heirs))
    services: list[str] = []
    programs: list[str] = []
    hosts: list[str] = []
    by_program = True
    # A driver that serves no process keeps its ports when its service stops, some until Windows
    # restarts.
    system = holder.kind is HolderKind.SYSTEM
    for each in behind_http_sys(snapshot, holder) if system else (holder,):
        if is_iis(each):
            services.append(IIS_SERVICE)
            by_program = False
        elif len(each.services) > 1:
            return None  # it is unknown which of them it is for
        elif each.services:
            services.append(each.services[0].name)
            hosts += [each.process.name] if each.process is not None else []
        elif each.process is not None:
            programs.append(each.process.name)
    found = tuple(hosts) if by_program else None
    return _Names(tuple(services), tuple(programs), found)


def _freeing(
    held: Held, holders: Sequence[Holder], everybody: Sequence[Holder]
) -> tuple[RemedyTask | None, tuple[Step, ...]]:
    """The task that stops these holders, if port_process would do so without force while
    `everybody` has the port, and its steps."""
    situation, wanted = held.situation, held.wanted
    names: list[_Names] = []
    for holder in holders:
        found = _names(situation.snapshot, holder)
        if found is None:
            return None, ()
        names.append(found)
    services = list(dict.fromkeys(name for each in names for name in each.services))
    programs = list(dict.fromkeys(name for each in names for name in each.programs))
    if services and programs:
        # For port_process a holder has to be among both, if both are named.
        if any(each.hosts is None for each in names):
            return None, ()
        every = (name for each in names for name in (*each.programs, *(each.hosts or ())))
        services, programs = [], list(dict.fromkeys(every))
    if not programs and not services:
        return None, ()
    options: dict[str, object] = {"ports": wanted.port, "protocols": [wanted.protocol.value]}
    connections = any(each.only_connections for each in holders)
    if connections:
        options["connections"] = True
    if programs:
        options["expected_process"] = programs
    if services:
        options["expected_service"] = services
    request = StopRequest(
        expected_process=tuple(programs),
        expected_service=tuple(services),
        connections=connections,
    )
    around = _surroundings(situation, services)
    plan = make_plan(situation.snapshot, everybody, request, around)
    if plan.refusals or not plan.steps:
        return None, ()
    task = RemedyTask(Phrase("task.free_port", {"port": wanted.label}), PORT_PROCESS, options)
    return task, plan.steps


def _surroundings(situation: Situation, named: Iterable[str] = ()) -> Surroundings:
    """What is known of Windows itself, and the services that run or are named."""
    known = [each for running in situation.snapshot.services.values() for each in running]
    names = {name_key(each.name) for each in known}
    known += [Service(each, each, "Running") for each in named if name_key(each) not in names]
    if situation.firewall is None:
        return Surroundings(services=tuple(known))
    windows = situation.firewall.environment.windows_directory
    system_directory = windows.rstrip("\\") + "\\System32"
    return Surroundings(system_directory, services=tuple(known))
