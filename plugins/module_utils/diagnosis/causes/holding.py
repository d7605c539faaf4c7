# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has a port: whether that is the expected program, and how to free the port from others."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...asked.ports import PortSet
from ...ground.model import PortRange, Service
from ...ground.names import name_key, same_program
from ...pc.behind.relays import PORTPROXY_SERVICE
from ...pc.holders import (
    IIS_SERVICE,
    IIS_WORKER,
    Holder,
    HolderKind,
    SystemPort,
    behind_http_sys,
    described,
    find_holders,
)
from ...stopping.choosing.guards import needed_services
from ...stopping.choosing.model import Step, StepAction, StopRequest, Surroundings
from ...stopping.choosing.plan import make_plan
from ...stopping.choosing.targets import is_program
from ...words.phrases import Phrase, Value
from . import behind
from .listening import Listening, Reach, listeners
from .model import Cause, CauseKind, Remedy, RemedyTask, Situation, WantedPort, cause_of

# The World Wide Web Publishing Service, and the one that starts its workers.
_IIS = frozenset({name_key(IIS_SERVICE), "was"})

# No healthy host has more processes on one port.
_MOST_OTHERS = 20

PORT_PROCESS = "portkeeper.windows.port_process"


@dataclass(frozen=True)
class Holding:
    """Who has a port.

    `mine` are the listeners of programs that may have it, `causes` speak of all others.
    """

    holders: tuple[Holder, ...]
    mine: tuple[Listening, ...]
    causes: tuple[Cause, ...]


def judge(situation: Situation, wanted: WantedPort, found: Sequence[Listening]) -> Holding:
    """Separate programs that may have a port from others."""
    holders, mine, others = _apart(situation, wanted, found)
    known = [each for each, expected in others if expected is not None]
    causes = [_in_use(situation, wanted, each) for each in known]
    causes += [_unknown(wanted, each) for each, expected in others if expected is None]
    return Holding(holders, mine, tuple(causes))


def _apart(
    situation: Situation, wanted: WantedPort, found: Sequence[Listening]
) -> tuple[tuple[Holder, ...], tuple[Listening, ...], list[tuple[Holder, bool | None]]]:
    """All holders, the listeners of those that may have the port, and the holders that are in their
    way, each with None if it is unknown whether it may have it."""
    ports = {wanted.protocol: PortSet.of([wanted.port])}
    holders = find_holders(situation.snapshot, ports)
    expected = {each.pid: _is_expected(situation, wanted, each) for each in holders}
    mine = tuple(each for each in found if expected.get(each.endpoint.pid))
    # A listener on another address is not an obstacle to one on the controller's.
    in_the_way = {
        each.endpoint.pid
        for each in found
        if each.reach in (Reach.YES, Reach.PERHAPS) or not mine or wanted.free
    }
    # The one that others reach comes first, not the one with the lowest PID.
    place = {each.endpoint.pid: number for number, each in reversed(list(enumerate(found)))}
    others = [each for each in holders if each.pid in in_the_way and not expected[each.pid]]
    others = sorted(others, key=lambda each: place[each.pid])[:_MOST_OTHERS]
    return holders, mine, [(each, expected[each.pid]) for each in others]


def reserved_ranges(situation: Situation, wanted: WantedPort) -> tuple[PortRange, ...]:
    """The excluded ranges that contain a port."""
    return tuple(
        each
        for each in situation.snapshot.reserved
        if each.protocol is wanted.protocol and wanted.port in each
    )


def nobody(situation: Situation, wanted: WantedPort, reserved: Iterable[PortRange]) -> list[Cause]:
    """The causes if no program listens on a port: another one has bound it, Windows reserves it, or
    nothing has been started.

    A range that an administrator has excluded is only left out when Windows chooses a port at
    random; a program that asks for one of its ports gets it (KB 3039044 has an example). Ranges
    without that mark belong to some program, and a bind fails with WSAEACCES.
    """
    others = [
        each
        for each in behind.bound_without_listening(situation, wanted)
        if wanted.free or not _is_program_of(wanted, each)
    ]
    if others:
        return [behind.bound(situation, wanted, each) for each in others[:_MOST_OTHERS]]
    kept = next((each for each in reserved if not each.administered), None)
    values: dict[str, Value] = {"port": wanted.label, "number": wanted.port}
    if kept is not None:
        values |= {"protocol": wanted.protocol.value, "family": kept.family}
        values["range"] = str(kept.start) if kept.start == kept.end else f"{kept.start}-{kept.end}"
        return [cause_of(CauseKind.RESERVED, values)]
    mapping = behind.unserved_mapping(situation, wanted)
    if mapping is not None:
        values |= {"target": mapping.target, "service": PORTPROXY_SERVICE}
        return [
            cause_of(
                CauseKind.NOTHING_LISTENS,
                values,
                text="portproxy_stopped",
                remedy="start_portproxy",
            )
        ]
    if wanted.expected_process:
        values["expected"] = " / ".join(wanted.expected_process)
    remedy = "start_expected" if wanted.expected_process else "start_program"
    return [cause_of(CauseKind.NOTHING_LISTENS, values, remedy=remedy)]


def _is_program_of(wanted: WantedPort, holder: Holder) -> bool:
    process = holder.process
    return process is not None and any(
        is_program(process, each) for each in wanted.expected_process
    )


def _is_expected(situation: Situation, wanted: WantedPort, holder: Holder) -> bool | None:
    """Whether a holder may have the port; None if that is unknown."""
    if wanted.free:
        return False
    if holder.kind is HolderKind.ORPHANED:
        # The process that opened the port is gone: an heir counts only if it is named.
        names = wanted.expected_process
        return any(is_program(heir, name) for heir in holder.heirs for name in names)
    if not wanted.expected_process:
        return True
    programs = [holder.process] if holder.process else []
    if holder.kind is HolderKind.SYSTEM:
        behind = behind_http_sys(situation.snapshot, holder)
        programs += [each.process for each in behind if each.process]
        # The first request starts the worker of IIS; until then its services wait.
        if any(map(_is_iis, behind)) and _names_iis_worker(wanted):
            return True
    if any(is_program(each, name) for each in programs for name in wanted.expected_process):
        return True
    if holder.kind in (HolderKind.UNKNOWN, HolderKind.ENDED):
        return None
    if holder.kind is HolderKind.SYSTEM and _may_serve_anybody(situation, holder.system):
        return None
    return False


def _is_iis(holder: Holder) -> bool:
    """Whether http.sys listens for IIS: for one of its workers or, while there is none, for the
    services that start them."""
    name = name_key(holder.process.name) if holder.process else ""
    services = {name_key(each.name) for each in holder.services}
    return holder.through_http_sys and (name == IIS_WORKER or not services.isdisjoint(_IIS))


def _names_iis_worker(wanted: WantedPort) -> bool:
    names = (ntpath.basename(each) for each in wanted.expected_process)
    return any(same_program(name, IIS_WORKER) for name in names)


def _may_serve_anybody(situation: Situation, ports: Iterable[SystemPort]) -> bool:
    """Whether http.sys may listen for an unknown program: its URLs could not be read, or the
    process of one of them is unknown."""
    return not situation.urls_read or any(port.urls and not port.behind for port in ports)


def _in_use(situation: Situation, wanted: WantedPort, holder: Holder) -> Cause:
    values: dict[str, Value] = {
        "port": wanted.label,
        "holder": described(situation.snapshot, holder),
        "expected": " / ".join(wanted.expected_process),
    }
    unexpected = bool(wanted.expected_process) and not wanted.free
    unexpected_text = "not_expected" if unexpected else "in_use"
    relayed = behind.relay_remedy(situation, wanted, holder)
    if relayed is not None:
        return cause_of(CauseKind.IN_USE_BY_OTHER, values, [relayed], text=unexpected_text)
    task, steps = _freeing(situation, wanted, holder)
    if holder.kind is HolderKind.ORPHANED:
        key = "remedy.restart_for_socket" if task is None else "remedy.end_heirs"
    elif task is not None:
        key = "remedy.stop_holder"
    else:
        key = "remedy.choose_another_port"
        needed = tuple(needed_services(holder, _surroundings(situation).system_directory))
        if holder.kind is HolderKind.SHARED_SERVICES and len(needed) < len(holder.services):
            key = "remedy.name_the_service_but" if needed else "remedy.name_the_service"
            values["needed"] = needed
    remedy = Phrase(key, values)
    if task is not None:
        remedy = behind.with_others(situation, wanted, _ended(steps), remedy)
    remedies = [Remedy(remedy, task)]
    return cause_of(CauseKind.IN_USE_BY_OTHER, values, remedies, text=unexpected_text)


def _ended(steps: Iterable[Step]) -> list[int]:
    """The processes that end with these steps."""
    pids: list[int | None] = []
    for step in steps:
        pids += [step.process.pid] if step.process else []
        pids += [step.service.pid] if step.service else []
        pids += [each.pid for each in step.holders if each.kind is not HolderKind.SYSTEM]
    return [pid for pid in dict.fromkeys(pids) if pid is not None]


def interrupting(situation: Situation, wanted: Iterable[WantedPort]) -> tuple[Step, ...]:
    """What the remedies of these ports would stop, and the relays that must not be stopped for
    them: steps that end processes whose other ports a person has to know."""
    steps: list[Step] = []
    for each in wanted:
        for holder, expected in _apart(situation, each, listeners(situation, each))[2]:
            if expected is None:
                continue
            if holder.relay is not None:
                steps.append(Step(StepAction.TERMINATE, (holder,), process=holder.process))
            else:
                steps += _freeing(situation, each, holder)[1]
    return tuple(steps)


def _unknown(wanted: WantedPort, holder: Holder) -> Cause:
    remedy = "run_again" if holder.kind is HolderKind.ENDED else "look_at_holder"
    return cause_of(CauseKind.HOLDER_UNKNOWN, {"port": wanted.label}, remedy=remedy)


def _surroundings(situation: Situation) -> Surroundings:
    """What is known of Windows itself."""
    if situation.firewall is None:
        return Surroundings()
    windows = situation.firewall.environment.windows_directory
    return Surroundings(system_directory=windows.rstrip("\\") + "\\System32")


def _freeing(
    situation: Situation, wanted: WantedPort, holder: Holder
) -> tuple[RemedyTask | None, tuple[Step, ...]]:
    """The task that stops a holder, if port_process would do so without force, and its steps."""
    services: list[str] = []
    programs: list[str] = []
    # A driver that serves no process keeps its ports when its service stops, some until Windows
    # restarts.
    behind = behind_http_sys(situation.snapshot, holder)
    if holder.kind is HolderKind.ORPHANED:
        programs += [each.name for each in holder.heirs]
    for each in behind if holder.kind is HolderKind.SYSTEM else (holder,):
        if _is_iis(each):
            services.append(IIS_SERVICE)
        elif len(each.services) > 1:
            return None, ()  # it is unknown which of them it is for
        elif each.services:
            services.append(each.services[0].name)
        elif each.process is not None:
            programs.append(each.process.name)
    services, programs = list(dict.fromkeys(services)), list(dict.fromkeys(programs))
    request = StopRequest(expected_process=tuple(programs), expected_service=tuple(services))
    known = [each for running in situation.snapshot.services.values() for each in running]
    names = {name_key(each.name) for each in known}
    known += [Service(each, each, "Running") for each in services if name_key(each) not in names]
    if not programs and not services:
        return None, ()
    around = replace(_surroundings(situation), services=tuple(known))
    plan = make_plan(situation.snapshot, [holder], request, around)
    if plan.refusals or not plan.steps:
        return None, ()
    options: dict[str, object] = {"ports": wanted.port, "protocols": [wanted.protocol.value]}
    if programs:
        options["expected_process"] = programs
    if services:
        options["expected_service"] = services
    task = RemedyTask(Phrase("task.free_port", {"port": wanted.label}), PORT_PROCESS, options)
    return task, plan.steps
