# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs after a restart of Windows: which of the processes, services and endpoints of the
first boot are there again, and under which PIDs.

Windows itself comes back, and so do the services that start with it, as their start mode is by
then. Nobody is logged on, so that programs of users are gone, and so are connections.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from winsim.names import folded
from winsim.state import Endpoint, Process, RequestQueue, Service

#: System and the idle process have the same PIDs at every boot.
_FIXED = 4


@dataclass(frozen=True)
class Tables:
    """What a machine has at one moment."""

    processes: tuple[Process, ...]
    services: tuple[Service, ...]
    endpoints: tuple[Endpoint, ...]
    request_queues: tuple[RequestQueue, ...]


def after_restart(
    first: Tables,
    services: Mapping[str, Service],
    *,
    computer_name: str,
    booted: tuple[datetime, datetime],
    shift: int,
) -> Tables:
    """The tables after a restart.

    `first` are those of the first boot, `services` the present rows by name in lower case,
    `booted` the times of the first boot and of this one. `shift`, a multiple of four, is added to
    every PID, so that a PID of before belongs to another process or to none.
    """
    running = {folded(s.name) for s in first.services if _starts(s, services[folded(s.name)])}
    gone = _gone(first, running, computer_name)
    processes = tuple(
        _at(process, booted, shift) for process in first.processes if process.pid not in gone
    )
    there = {process.pid for process in first.processes} - gone
    return Tables(
        processes,
        tuple(_service(services[folded(s.name)], s, running, shift) for s in first.services),
        tuple(
            dataclasses.replace(
                endpoint,
                pid=_moved(endpoint.pid, shift),
                created=booted[1] + (endpoint.created - booted[0]),
            )
            for endpoint in first.endpoints
            if endpoint.listening
            and endpoint.pid in there
            and (endpoint.service is None or folded(endpoint.service) in running)
        ),
        tuple(
            dataclasses.replace(
                queue,
                process_ids=tuple(_moved(p, shift) for p in queue.process_ids if p not in gone),
                controller=_moved(queue.controller, shift) if queue.controller else None,
            )
            for queue in first.request_queues
            if _is_there(queue, gone, running)
        ),
    )


def _starts(first: Service, now: Service) -> bool:
    """Did it run at the first boot, and does its start mode still let it? What was made manual
    since is not started; what was manual and ran has something that starts it."""
    if first.state != "Running" or now.start_mode == "Disabled":
        return False
    return now.start_mode != "Manual" or first.start_mode == "Manual"


def _gone(first: Tables, running: set[str], computer_name: str) -> set[int]:
    """PIDs of the first boot that are not there again: hosts of services none of which starts,
    programs of users, and what these would have started."""
    gone: set[int] = set()
    for process in first.processes:
        hosted = [
            folded(s.name)
            for s in first.services
            if s.process_id == process.pid and s.state == "Running"
        ]
        of_a_user = folded(process.user or "").startswith(f"{folded(computer_name)}\\")
        if (
            process.parent_pid in gone
            or (hosted and not running.intersection(hosted))
            or (of_a_user and process.session_id > 0)
        ):
            gone.add(process.pid)
    return gone


def _is_there(queue: RequestQueue, gone: set[int], running: set[str]) -> bool:
    if queue.service is not None and folded(queue.service) not in running:
        return False
    owners = {*queue.process_ids, *([queue.controller] if queue.controller else [])}
    return bool(owners - gone)


def _at(process: Process, booted: tuple[datetime, datetime], shift: int) -> Process:
    created = process.created and booted[1] + (process.created - booted[0])
    return dataclasses.replace(
        process,
        inherits=(),
        pid=_moved(process.pid, shift),
        parent_pid=_moved(process.parent_pid, shift),
        created=created,
    )


def _service(now: Service, first: Service, running: set[str], shift: int) -> Service:
    if folded(first.name) in running:
        pid = _moved(first.process_id, shift)
        return dataclasses.replace(now, state="Running", process_id=pid, exit_code=0, failures=0)
    return dataclasses.replace(now, state="Stopped", process_id=0, exit_code=1077, failures=0)


def _moved(pid: int, shift: int) -> int:
    return pid if pid <= _FIXED else pid + shift
