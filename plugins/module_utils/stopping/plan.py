# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan that frees ports: what is stopped, by which means, in which order, or why not.

A plan is whole or not at all: where one holder is refused, no other is stopped either.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..holders import Holder, HolderKind
from ..model import Service, Snapshot
from ..names import name_key
from .guards import (
    Danger,
    guarded_ports,
    guarded_process,
    guarded_services,
    guarded_system_process,
)
from .model import (
    Guard,
    Plan,
    Refusal,
    Request,
    Step,
    StepAction,
    Surroundings,
    Target,
    as_start_mode,
    service_title,
)
from .targets import choose, is_named, service_names


def make_plan(
    snapshot: Snapshot,
    holders: Iterable[Holder],
    request: Request,
    surroundings: Surroundings | None = None,
) -> Plan:
    """Decide what is stopped for these holders, of ``find_holders``. Raises nothing.

    Without holders there is something to do only where one service is named that is to run again.
    """
    around = surroundings or Surroundings()
    targets: list[Target] = []
    refusals: list[Refusal] = []
    left = []
    for holder in holders:
        if holder.only_connections and (not request.connections or holder.kind is HolderKind.IDLE):
            left.append(holder)
            continue
        for choice in choose(snapshot, holder, request, around):
            if isinstance(choice, Target):
                targets.append(choice)
            else:
                refusals.append(choice)
    warnings: list[str] = []
    for target in targets:
        for danger in _dangers(snapshot, target, around):
            if request.force:
                warnings.append(danger.message)
            else:
                message = f"{danger.message} Only force goes past this."
                refusals.append(Refusal(target.holder, danger.guard, message))
        warnings += _remarks(target, request)
    steps = () if refusals else _steps(targets, request, around)
    unique = dict.fromkeys
    return Plan(steps, tuple(unique(refusals)), tuple(unique(warnings)), tuple(left))


def _dangers(snapshot: Snapshot, target: Target, around: Surroundings) -> list[Danger]:
    holder = target.holder
    dangers = guarded_ports(holder.ports, around.winrm_ports)
    if not target.services:
        if holder.process is not None:
            dangers += guarded_process(
                holder.process, holder.services, snapshot.http_urls, around.system_directory
            )
        if len(holder.services) > 1:
            message = f"All services of {holder.title} would end: {service_names(holder)}."
            dangers.append(Danger(Guard.SHARED_PROCESS, message))
        return dangers
    if holder.process is not None and holder.kind is not HolderKind.SYSTEM:
        dangers += guarded_system_process(holder.process, around.system_directory)
    own = {name_key(each.name) for each in target.services}
    ordered = _stopping_order(target.services, around)
    dangers += guarded_services(ordered)
    dependents = [each for each in ordered if name_key(each.name) not in own]
    if dependents:
        stopped = ", ".join(service_title(each) for each in target.services)
        names = ", ".join(service_title(each) for each in dependents)
        message = f"Running services depend on {stopped} and would have to stop first: {names}."
        dangers.append(Danger(Guard.DEPENDENT_SERVICES, message))
    return dangers


def _remarks(target: Target, request: Request) -> list[str]:
    """What a person should know of a target although nothing stands against it."""
    if target.services:
        return []
    holder = target.holder
    remarks = [
        f"The service {service_title(each)} may start {holder.title} again. To stop it for good, "
        "stop the service: name it in expected_service."
        for each in holder.services or holder.parent_services
    ]
    if request.start_mode is not None:
        remarks.append(f"{holder.title} is ended as a process, which has no start mode.")
    return remarks


def _steps(targets: list[Target], request: Request, around: Surroundings) -> tuple[Step, ...]:
    owners: dict[str, list[Holder]] = {}
    services: dict[str, Service] = {}
    processes: dict[int | None, list[Holder]] = {}
    for target in targets:
        for service in target.services:
            services.setdefault(name_key(service.name), service)
            owners.setdefault(name_key(service.name), []).append(target.holder)
        if not target.services:
            processes.setdefault(target.holder.pid, []).append(target.holder)
    absent = _absent(targets, request, around)
    modes = [
        Step(
            StepAction.CHANGE_START_MODE,
            tuple(owners.get(name, ())),
            service,
            start_mode=request.start_mode,
        )
        for name, service in (services | absent).items()
        if request.start_mode is not None
        and as_start_mode(service.start_mode) is not request.start_mode
    ]
    stops = [
        Step(StepAction.STOP_SERVICE, tuple(owners.get(name_key(service.name), ())), service)
        for service in _stopping_order(services.values(), around)
    ]
    ends = [
        Step(StepAction.TERMINATE, tuple(processes[holder.pid]), process=holder.process)
        for holder in _parents_first([held[0] for held in processes.values()])
    ]
    starts = [
        Step(StepAction.START_SERVICE, step.holders, step.service)
        for step in (reversed(stops) if request.restart else ())
    ]
    starts += [
        Step(StepAction.START_SERVICE, service=service)
        for service in absent.values()
        if service.state.lower() == "stopped"
    ]
    return (*modes, *stops, *ends, *starts)


def _absent(targets: list[Target], request: Request, around: Surroundings) -> dict[str, Service]:
    """The service that is to run again although it holds nothing, where one alone is named: of
    several, it could be any."""
    named = [each for each in around.services if is_named(each, request)]
    if targets or not request.restart or len(named) != 1:
        return {}
    return {name_key(named[0].name): named[0]}


def _stopping_order(services: Iterable[Service], around: Surroundings) -> list[Service]:
    """The services and all running ones that depend on them, each behind its dependents."""
    ordered: dict[str, Service] = {}
    seen: set[str] = set()
    pending = [(each, False) for each in reversed(list(services))]
    while pending:
        service, dependents_done = pending.pop()
        name = name_key(service.name)
        if dependents_done:
            ordered[name] = service
        elif name not in seen:
            seen.add(name)
            pending.append((service, True))
            dependents = around.dependents.get(name, ())
            pending += [(each, False) for each in dependents if each.state.lower() != "stopped"]
    return list(ordered.values())


def _parents_first(holders: list[Holder]) -> list[Holder]:
    """A parent that watches its children would start one again that ended before it does."""
    by_pid = {each.pid: each for each in holders}

    def generation(holder: Holder) -> int:
        count = 0
        while holder.parent is not None and holder.parent.pid in by_pid and count < len(by_pid):
            holder = by_pid[holder.parent.pid]
            count += 1
        return count

    return sorted(by_pid.values(), key=generation)
