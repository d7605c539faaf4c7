# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from a host what a plan that frees ports needs, and makes the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..asked.ports import WINRM_LISTENERS, PortSet
from ..ground.model import Protocol, Scope, Service, Snapshot, TcpState
from ..ground.names import name_key, same_name
from ..host.host import Host, HostError
from ..pc.behind.nat import with_nat
from ..pc.behind.relays import PORTPROXY_SERVICE
from ..pc.endpoints import HOLDING
from ..pc.holders import Holder, Port, find_holders, is_winrm
from ..pc.printed import with_port_proxies
from ..pc.processes import MAX_CONDITIONS, find_children, find_services
from ..pc.snapshot import SnapshotRequest, take
from ..words.phrases import Value
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import Instance, Reference
from .besides import Besides, serves_besides
from .choosing.model import (
    SYSTEM_DIRECTORY,
    Plan,
    Step,
    StepAction,
    StopRequest,
    Surroundings,
)
from .choosing.plan import make_plan
from .choosing.readiness import has_stopped, may_have_been_stopped

Ports = Mapping[Protocol, PortSet]

# How many levels of dependent services are followed; no healthy host has so many.
MAX_LEVELS = 32

# The dependents of up to this many services are read one by one; those of more all at once.
FEW = 8


@dataclass(frozen=True)
class StopSurvey:
    """What was read and decided. `booted` is when Windows started, None if that was not read
    because the ports are free. `named` are the existing services that
    `StopRequest.expected_service` names. `besides` is what else the processes that the plan stops
    or ends serve. `notes` says in whole sentences what could not be read."""

    snapshot: Snapshot
    holders: tuple[Holder, ...] = ()
    plan: Plan = field(default_factory=Plan)
    booted: datetime | None = None
    named: tuple[Service, ...] = ()
    besides: tuple[Besides, ...] = ()
    notes: tuple[Value, ...] = ()


def survey(host: Host, ports: Ports, request: StopRequest) -> StopSurvey:
    """Find out who holds the ports, and plan what is stopped.

    A host is read in several requests. If something ends between two of them, because someone else
    frees the same port, the answers are inconsistent and are refused: then everything is read once
    more.

    Raises:
        HostError: the host could not be read.
    """
    found = _survey(host, ports, request)
    if found.plan.refusals:
        now = look(host, ports, connections=request.connections, owners=False, bound=True)
        if _holding(now) != _holding(found.snapshot):
            return _survey(host, ports, request)
    return found


def _holding(snapshot: Snapshot) -> set[tuple[object, ...]]:
    return {
        (each.protocol, each.local, each.port, each.remote, each.remote_port, each.pid)
        for each in snapshot.endpoints
    }


def _survey(host: Host, ports: Ports, request: StopRequest) -> StopSurvey:
    snapshot = look(host, ports, connections=request.connections, parents=True, bound=True)
    holders = find_holders(snapshot, ports, connections=True)
    if not request.restart:
        # A program that listens for the PC itself alone leaves the others to the NAT.
        held = {
            (each.protocol, each.port)
            for holder in holders
            for each in holder.endpoints
            if each.local.scope is not Scope.LOOPBACK
        }
        asked = {(protocol, port) for protocol, numbers in ports.items() for port in numbers}
        snapshot = with_nat(host, snapshot, asked - held)
    to_plan = request.connections or not all(each.only_connections for each in holders)
    if not to_plan and not (
        request.expected_service and (request.restart or request.start_mode is not None)
    ):
        plan = make_plan(snapshot, holders, request)
        return StopSurvey(snapshot, holders, plan, notes=snapshot.notes)
    if any(_may_be_port_proxy(each) for each in holders):
        snapshot = with_port_proxies(host, snapshot)
        holders = find_holders(snapshot, ports, connections=True)
    directory, booted = read_windows(host)
    winrm = PortSet.of(url.port for url in snapshot.http_urls if is_winrm(url))
    around = Surroundings(
        directory or SYSTEM_DIRECTORY,
        services=_named(host, request),
        started=_started_besides(host, holders),
        winrm_ports=WINRM_LISTENERS.union(winrm),
        serves=_served_by_relays(host, snapshot, holders, ports),
    )
    notes: list[Value] = [*snapshot.notes]
    plan = make_plan(snapshot, holders, request, around)
    affected = [
        each.service
        for each in plan.steps
        if each.service is not None and each.action is not StepAction.CHANGE_START_MODE
    ]
    if request.restart and not plan.refusals:
        affected += around.services
    if affected:
        try:
            dependents = _dependents(host, affected, request.restart)
        except HostError as error:
            if error.unreachable:
                raise
            # Windows refuses to stop a service that others need, so a missing answer does no harm.
            notes.append(error.phrase)
        else:
            around = replace(around, dependents=dependents)
            plan = make_plan(snapshot, holders, request, around)
    besides = serves_besides(host, snapshot, plan.steps, ports)
    return StopSurvey(snapshot, holders, plan, booted, around.services, besides, tuple(notes))


def look(
    host: Host,
    ports: Ports,
    *,
    connections: bool = False,
    owners: bool = True,
    parents: bool = False,
    bound: bool = False,
) -> Snapshot:
    """What is on the ports at this moment: listeners, with `bound` also programs that have bound a
    port without listening, and with `connections` everything; without `owners`, only the endpoints.

    Raises:
        HostError: the host could not be read.
    """
    wanted = SnapshotRequest(
        ports=PortSet().union(*ports.values()),
        protocols=frozenset(ports),
        states=None if connections else HOLDING if bound else frozenset({TcpState.LISTEN}),
        processes=owners,
        services=owners,
        parents=parents,
        times=owners,
        http_urls=owners,
    )
    return take(host, wanted)


def _may_be_port_proxy(holder: Holder) -> bool:
    return any(protocol is Protocol.TCP for protocol, _port in holder.ports) and any(
        same_name(each.name, PORTPROXY_SERVICE) for each in holder.services
    )


def _served_by_relays(
    host: Host, snapshot: Snapshot, holders: Iterable[Holder], ports: Ports
) -> dict[int, tuple[Port, ...]]:
    """The other ports of the relays among the holders. Raises HostError."""
    steps = [
        Step(StepAction.TERMINATE, (each,), process=each.process)
        for each in holders
        if each.relay is not None
    ]
    return {each.pid: each.ports for each in serves_besides(host, snapshot, steps, ports)}


def read_windows(host: Host) -> tuple[str | None, datetime | None]:
    """The system directory, and when Windows started. Raises HostError."""
    rows = host.enumerate(classes.OPERATING_SYSTEM, ("SystemDirectory", "LastBootUpTime"))
    values = rows[0].values if rows else {}
    directory, booted = values.get("SystemDirectory"), values.get("LastBootUpTime")
    return (
        directory if isinstance(directory, str) else None,
        booted if isinstance(booted, datetime) else None,
    )


def _named(host: Host, request: StopRequest) -> tuple[Service, ...]:
    """The services that a person names, by name or display name, whether they run or not."""
    texts = [each.strip() for each in request.expected_service]
    if not texts:
        return ()
    names = wql.any_of("Name", texts)
    display_names = wql.any_of("DisplayName", texts)
    return tuple(find_services(host, wql.AnyOf((*names.conditions, *display_names.conditions))))


def _started_besides(host: Host, holders: Iterable[Holder]) -> dict[int, tuple[str, ...]]:
    """The other programs started by each service that has started a holder, by the PID of the
    service."""
    by_parent: dict[int, Holder] = {}
    for holder in holders:
        if holder.parent is not None and holder.parent_services:
            by_parent.setdefault(holder.parent.pid, holder)
    if not by_parent:
        return {}
    found: dict[int, dict[str, str]] = {pid: {} for pid in by_parent}
    for child in find_children(host, by_parent):
        holder = by_parent[child.parent_pid or 0]
        parent, process = holder.parent, holder.process
        if parent is None or process is None or same_name(child.name, process.name):
            continue
        if child.created and parent.created and child.created < parent.created:
            continue  # it belongs to an earlier process with the same PID
        found[parent.pid].setdefault(name_key(child.name), child.name)
    return {pid: tuple(names[key] for key in sorted(names)) for pid, names in found.items()}


def _dependents(
    host: Host, services: Iterable[Service], restart: bool
) -> dict[str, tuple[Service, ...]]:
    """By the name of each service in lower case, those that depend on it. The dependents of running
    dependents are included and so on and, with `restart`, those of dependents that may have been
    stopped because of it."""
    found: dict[str, tuple[Service, ...]] = {}
    level = {name_key(each.name): each for each in services}
    every: dict[str, set[str]] | None = None
    for _level in range(MAX_LEVELS):
        if not level:
            break
        if every is None and len(found) + len(level) > FEW:
            every = _by_antecedent(host.enumerate(classes.DEPENDENT_SERVICE))
        if every is None:
            names = {key: _dependent_names(host, each) for key, each in level.items()}
        else:
            names = {key: every.get(key, set()) for key in level}
        known = _by_name(host, {name for each in names.values() for name in each})
        for key, dependents in names.items():
            found[key] = tuple(known[name] for name in sorted(dependents) if name in known)
        level = {
            key: each
            for key, each in known.items()
            if key not in found
            and (not has_stopped(each) or (restart and may_have_been_stopped(each)))
        }
    return found


def _dependent_names(host: Host, service: Service) -> set[str]:
    """The names, in lower case, of the services that depend on a service. An association names both
    ends, so it does not matter whether the host has considered the role."""
    source = classes.SERVICE.reference((("Name", service.name),))
    rows = host.associations(source, classes.DEPENDENT_SERVICE, "Antecedent")
    return _by_antecedent(rows).get(name_key(service.name), set())


def _by_antecedent(associations: Iterable[Instance]) -> dict[str, set[str]]:
    """The names of the services that depend on each service, by its name."""
    found: dict[str, set[str]] = {}
    for each in associations:
        antecedent = _name(each.values.get("Antecedent"))
        dependent = _name(each.values.get("Dependent"))
        if antecedent and dependent:
            found.setdefault(antecedent, set()).add(dependent)
    return found


def _name(value: object) -> str:
    """The name of the service that a reference refers to, in lower case; empty for a driver."""
    if not isinstance(value, Reference):
        return ""
    is_service = same_name(value.class_name, classes.SERVICE.name)
    return name_key(value.selector("Name") or "") if is_service else ""


def _by_name(host: Host, names: set[str]) -> dict[str, Service]:
    if not names:
        return {}
    condition = wql.any_of("Name", sorted(names)) if len(names) <= MAX_CONDITIONS else None
    found = {name_key(each.name): each for each in find_services(host, condition, ends=True)}
    return {name: found[name] for name in names if name in found}
