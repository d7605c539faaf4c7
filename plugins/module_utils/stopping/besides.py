# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds what else a plan interrupts: the other ports of the processes that it stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..asked.ports import PortSet
from ..ground.model import SYSTEM_PID, Endpoint, Protocol, Snapshot
from ..ground.names import same_name
from ..host.host import Host
from ..pc.endpoints import DYNAMIC_PORTS, endpoints_of
from ..pc.holders import IIS_SERVICE, IIS_WORKER, Holder, Port, port_text
from ..words.phrases import Phrase
from .choosing.model import Step, StepAction, listed

# How many ports of a process one sentence names.
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Besides:
    """A process that a plan ends, or in which it stops a service, and the ports that it serves in
    addition to those to free."""

    pid: int
    name: str
    ports: tuple[Port, ...]

    @property
    def description(self) -> Phrase:
        """``httpd.exe (PID 2976): 443/tcp``."""
        ports = listed(map(port_text, self.ports), _SHOWN)
        return Phrase("besides.ports", {"name": self.name, "pid": self.pid, "ports": ports})


def serves_besides(
    host: Host, snapshot: Snapshot, steps: Iterable[Step], ports: Mapping[Protocol, PortSet]
) -> tuple[Besides, ...]:
    """The ports that the processes of these steps serve in addition to `ports`. Raises
    HostError."""
    return serves_besides_with(host, snapshot, steps, ports, PortSet())[0]


def serves_besides_with(
    host: Host,
    snapshot: Snapshot,
    steps: Iterable[Step],
    ports: Mapping[Protocol, PortSet],
    also: PortSet,
) -> tuple[tuple[Besides, ...], tuple[Endpoint, ...]]:
    """As `serves_besides`, and what listens at some further TCP ports: in the same query.

    Raises:
        HostError: the endpoints could not be read.
    """
    names: dict[int, str] = {}
    heirs: dict[int, int] = {}  # by the PID of an ended process, the process that has its sockets
    behind: set[int] = set()  # processes for which http.sys listens
    for step in steps:
        if step.action not in (StepAction.STOP_SERVICE, StepAction.TERMINATE):
            continue
        service, process = step.service, step.process
        if process is not None:
            names[process.pid] = process.name
        if service is not None and service.pid:
            names[service.pid] = service.name
            behind.add(service.pid)
        if service is not None and same_name(service.name, IIS_SERVICE):
            workers = (each for url in snapshot.http_urls for each in url.pids)
            behind.update(pid for pid in workers if _is_iis_worker(snapshot, pid))
        for holder in step.holders:
            _add(names, holder)
            if holder.through_http_sys and holder.pid is not None:
                behind.add(holder.pid)
            if holder.inherited_from is not None and holder.pid is not None:
                heirs.setdefault(holder.inherited_from, holder.pid)
    names.pop(SYSTEM_PID, None)
    for pid in behind - set(names):
        process = snapshot.process(pid)
        names[pid] = process.name if process else ""
    if not names and not also:
        return (), ()
    found: dict[int, set[Port]] = {pid: set() for pid in names}
    endpoints = endpoints_of(host, snapshot, {*names, *heirs}, also)
    for endpoint in endpoints:
        pid = heirs.get(endpoint.pid or 0, endpoint.pid or 0)
        if pid in found and _is_served(endpoint):
            found[pid].add((endpoint.protocol, endpoint.port))
    for url in snapshot.http_urls:
        for pid in behind.intersection(url.pids):
            found[pid].add((Protocol.TCP, url.port))
    others = {
        pid: tuple(sorted(each for each in held if each[1] not in ports.get(each[0], PortSet())))
        for pid, held in found.items()
    }
    besides = tuple(Besides(pid, names[pid], held) for pid, held in sorted(others.items()) if held)
    listening = (each for each in endpoints if each.protocol is Protocol.TCP)
    return besides, tuple(each for each in listening if each.port in also)


def _add(names: dict[int, str], holder: Holder) -> None:
    if holder.pid is not None and holder.process is not None:
        names[holder.pid] = holder.process.name


def _is_served(endpoint: Endpoint) -> bool:
    if endpoint.protocol is Protocol.UDP:
        return endpoint.port < DYNAMIC_PORTS
    return endpoint.is_listening


def _is_iis_worker(snapshot: Snapshot, pid: int) -> bool:
    process = snapshot.process(pid)
    return process is not None and same_name(process.name, IIS_WORKER)
