# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the plan that frees ports: what is stopped, by which means, in which order, or why not.

A plan is all or nothing: if one holder is refused, no other is stopped either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ...ground.model import Service, Snapshot, Via
from ...ground.names import name_key
from ...pc.holders import Holder, HolderKind, port_text
from ...words.phrases import Phrase, Sentences, Value
from .guards import (
    Danger,
    guarded_age,
    guarded_by_windows,
    guarded_ports,
    guarded_process,
    guarded_relay,
    guarded_services,
    guarded_system_process,
)
from .model import (
    ONLY_FORCE,
    Plan,
    Refusal,
    Step,
    StepAction,
    StopGuard,
    StopRequest,
    Surroundings,
    Target,
    as_start_mode,
    listed,
    service_title,
    service_titles,
)
from .readiness import (
    STOPPED,
    STOPPING,
    has_stopped,
    is_paused,
    may_have_been_stopped,
    never_takes_stop,
    started_too_remark,
    starts_by_itself,
    state_of,
    state_title,
    stop_remark,
    wait_remark,
    why_not_started,
    why_not_stopped,
)
from .targets import choose, is_named, service_names

# How many dependent services one sentence names.
SHOWN_DEPENDENTS = 20
# How many programs that a service has started one sentence names.
SHOWN_OTHERS = 5


def make_plan(
    snapshot: Snapshot,
    holders: Iterable[Holder],
    request: StopRequest,
    surroundings: Surroundings | None = None,
) -> Plan:
    """Decide what is stopped for these holders, which come from ``find_holders``. Raises nothing.

    Without holders, only named services give something to do.
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
    warnings: list[Value | None] = []
    for target in targets:
        for danger in _dangers(snapshot, target, request, around):
            if request.force:
                warnings.append(danger.message)
            else:
                message = Sentences((danger.message, ONLY_FORCE))
                refusals.append(Refusal(target.holder, danger.guard, message))
        warnings += _remarks(target, request, around)
    refusals += _forwarded(snapshot)
    refusals += _not_to_restart(targets, refusals, request, around)
    steps = () if refusals else _steps(targets, request, around)
    warnings += _remarks_on(steps, request, around)
    if request.start_mode is not None and not request.restart:
        present = [*around.services, *(each for target in targets for each in target.services)]
        warnings += [
            Phrase("remark.no_such_service", {"name": name}) for name in _absent(present, request)
        ]
    refusals += _obstacles(steps, request)
    unique = dict.fromkeys
    said = tuple(each for each in unique(warnings) if each is not None)
    return Plan(() if refusals else steps, tuple(unique(refusals)), said, tuple(left))


def _dangers(
    snapshot: Snapshot, target: Target, request: StopRequest, around: Surroundings
) -> list[Danger]:
    holder = target.holder
    dangers = guarded_ports(holder.ports, around.winrm_ports)
    dangers += guarded_age(holder)
    # A service that is started again listens again for all of them.
    if not request.restart:
        dangers += guarded_relay(holder, around.serves.get(holder.pid or 0, ()))
    if not target.services:
        if holder.process is not None:
            dangers += guarded_process(
                holder.process, holder.services, snapshot.http_urls, around.system_directory
            )
            dangers += guarded_by_windows(holder.process) if not dangers else ()
        if len(holder.services) > 1:
            values: dict[str, Value] = {"holder": holder.title, "services": service_names(holder)}
            dangers.append(
                Danger(StopGuard.SHARED_PROCESS, Phrase("danger.shared_process", values))
            )
        return dangers
    if holder.process is not None and holder.kind is not HolderKind.SYSTEM:
        dangers += guarded_system_process(holder.process, around.system_directory)
    own = {name_key(each.name) for each in target.services}
    ordered = _stopping_order(target.services, around)
    dangers += guarded_services(ordered)
    dependents = [each for each in ordered if name_key(each.name) not in own]
    if dependents:
        values = {
            "services": service_titles(target.services),
            "dependents": listed(map(service_title, dependents), SHOWN_DEPENDENTS),
        }
        text = Phrase("danger.dependent_services", values)
        dangers.append(Danger(StopGuard.DEPENDENT_SERVICES, text))
    return dangers


def _remarks(target: Target, request: StopRequest, around: Surroundings) -> list[Value]:
    """What a person should know about a target that nothing prevents from being stopped."""
    holder = target.holder
    others = around.started.get(holder.parent.pid, ()) if holder.parent else ()
    values: dict[str, Value] = {"holder": holder.title, "others": ""}
    if others:
        values["others"] = listed(others, SHOWN_OTHERS)
    if target.services:
        return [
            Phrase("remark.started_others", {**values, "service": service_title(each)})
            for each in target.services
            if others and each in holder.parent_services
        ]
    # A service that has started many programs must not be stopped because of one of them.
    alone = not others or bool(holder.services)
    starters = (holder.services or holder.parent_services) if alone else holder.parent_services
    remarks: list[Value] = [
        Phrase(
            "remark.may_start_again_and_others"
            if not alone
            else "remark.may_start_again_for_ever"
            if never_takes_stop(each)
            else "remark.may_start_again",
            {**values, "service": service_title(each)},
        )
        for each in starters
    ]
    if request.start_mode is not None:
        remarks.append(Phrase("remark.no_start_mode", values))
    return remarks


def _remarks_on(
    steps: tuple[Step, ...], request: StopRequest, around: Surroundings
) -> Iterator[Phrase | None]:
    """What a person should know about the steps, and about other named services."""
    stops = [each.service for each in steps if each.action is StepAction.STOP_SERVICE]
    for service in stops:
        if service is not None:
            yield stop_remark(service, request)
    for step in steps:
        service_too = step.service if step.action is StepAction.START_SERVICE else None
        if service_too in stops or service_too is None or is_named(service_too, request):
            continue
        yield started_too_remark(service_too)
    for service in around.services if request.restart else ():
        if is_named(service, request) and service not in stops and starts_by_itself(service):
            yield wait_remark(service)


def _not_to_restart(
    targets: list[Target], refused: list[Refusal], request: StopRequest, around: Surroundings
) -> list[Refusal]:
    """What prevents a restart: a named service that does not exist, or nothing that could be
    restarted."""
    if not request.restart:
        return []
    present = [*around.services, *(each for target in targets for each in target.services)]
    found = [
        Refusal(
            None,
            StopGuard.NO_SUCH_SERVICE,
            Phrase("refused.no_such_service", {"name": name}),
            service=name,
        )
        for name in _absent(present, request)
    ]
    own = {name_key(each.name) for target in targets for each in target.services}
    found += [
        Refusal(
            None,
            StopGuard.PAUSED,
            Phrase(
                "refused.paused",
                {"service": service_title(each), "state": state_title(state_of(each))},
            ),
            service=each.name,
        )
        for each in (() if refused else around.services)
        if is_named(each, request) and name_key(each.name) not in own and is_paused(each)
    ]
    if not (found or targets or refused or request.expected_service):
        text = Phrase("refused.nothing_to_restart")
        found.append(Refusal(None, StopGuard.NOTHING_TO_RESTART, text))
    return found


def _forwarded(snapshot: Snapshot) -> Iterator[Refusal]:
    """The ports that Windows' NAT serves: there is no process to stop."""
    for each in snapshot.forwards:
        if each.via is Via.NAT:
            values: dict[str, Value] = {
                "port": port_text((each.protocol, each.port)),
                "target": each.target,
            }
            yield Refusal(None, StopGuard.FORWARDED, Phrase("refused.forwarded", values))


def _absent(present: list[Service], request: StopRequest) -> list[str]:
    """The names that belong to no existing service."""
    return [
        name
        for name in request.expected_service
        if not any(is_named(each, replace(request, expected_service=(name,))) for each in present)
    ]


def _obstacles(steps: Iterable[Step], request: StopRequest) -> list[Refusal]:
    """Why steps can't succeed, if that is known beforehand."""
    found: list[Refusal] = []
    for step in steps:
        if step.service is None or step.start_mode is not None:
            continue
        named = bool(step.holders) or is_named(step.service, request)
        if step.action is StepAction.STOP_SERVICE:
            guard, why = StopGuard.TAKES_NO_STOP, why_not_stopped(step.service, request, named)
        else:
            guard, why = StopGuard.DISABLED, why_not_started(step.service, request, named)
        if why is not None:
            holders: tuple[Holder | None, ...] = step.holders or (None,)
            found += [Refusal(each, guard, why, step.service.name) for each in holders]
    return found


def _steps(targets: list[Target], request: StopRequest, around: Surroundings) -> tuple[Step, ...]:
    owners: dict[str, list[Holder]] = {}
    services: dict[str, Service] = {}
    processes: dict[int | None, list[Holder]] = {}
    for target in targets:
        for service in target.services:
            services.setdefault(name_key(service.name), service)
            owners.setdefault(name_key(service.name), []).append(target.holder)
        if not target.services:
            processes.setdefault(target.holder.pid, []).append(target.holder)
    named = {
        name_key(each.name): each
        for each in around.services
        if is_named(each, request) and name_key(each.name) not in services
    }
    modes = [
        Step(
            StepAction.CHANGE_START_MODE,
            tuple(owners.get(name, ())),
            service,
            start_mode=request.start_mode,
        )
        for name, service in (services | named).items()
        if request.start_mode is not None
        and (name in services or request.restart or has_stopped(service))
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
    starts = []
    if request.restart:
        asked = {name for name, each in services.items() if is_named(each, request)} | set(named)
        starts = _starts(stops, services | named, asked, around)
    return (*modes, *stops, *ends, *starts)


def _starts(
    stops: list[Step], services: dict[str, Service], asked: set[str], around: Surroundings
) -> list[Step]:
    """Stopped services are started again, each before those that depend on it. So are named
    services that don't run, and their dependents that an interrupted run may have stopped because
    of them. `asked` are the names of the services that a person has named."""
    stopped = {name_key(step.service.name): step for step in stops if step.service is not None}
    wanted = set(asked)

    def starts_too(dependent: Service, needed: Service) -> bool:
        name = name_key(dependent.name)
        belongs = name in stopped
        if name_key(needed.name) in wanted and (belongs or may_have_been_stopped(dependent)):
            wanted.add(name)
            return True
        return belongs

    found = []
    roots = list(services.values())[::-1]  # independent ones start in the given order
    for service in reversed(_order(roots, around, starts_too)):
        name = name_key(service.name)
        if name in stopped:
            found.append(Step(StepAction.START_SERVICE, stopped[name].holders, service))
        elif state_of(service) in (STOPPED, STOPPING):
            found.append(Step(StepAction.START_SERVICE, service=service))
    return found


def _stopping_order(services: Iterable[Service], around: Surroundings) -> list[Service]:
    """The services and all running ones that depend on them, each after its dependents."""
    return _order(services, around, lambda dependent, _needed: not has_stopped(dependent))


def _order(
    services: Iterable[Service],
    around: Surroundings,
    belongs: Callable[[Service, Service], bool],
) -> list[Service]:
    """The services and those that depend on them, each after its dependents. `belongs` takes a
    dependent and the service that it needs, and says whether to include it."""
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
            pending += [(each, False) for each in dependents if belongs(each, service)]
    return list(ordered.values())


def _parents_first(holders: list[Holder]) -> list[Holder]:
    """A parent that watches its children would restart a child that ended before it."""
    by_pid = {each.pid: each for each in holders}

    def generation(holder: Holder) -> int:
        count = 0
        while holder.parent is not None and holder.parent.pid in by_pid and count < len(by_pid):
            holder = by_pid[holder.parent.pid]
            count += 1
        return count

    return sorted(by_pid.values(), key=generation)
