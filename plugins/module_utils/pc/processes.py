# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads processes of a host, by their ids and by their parents, with their services and accounts;
and finds the processes that may have inherited sockets of ended ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..ground.model import SYSTEM_PID, Orphan, Process, Service
from ..ground.names import fits, name_key, same_name
from ..host.host import Host, HostError
from ..words.phrases import Phrase, Value
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import Instance, Reference
from ..wsman.cim.row_values import (
    MAX_NAME,
    MAX_PATH,
    number,
    optional_number,
    optional_text,
    optional_truth,
    text,
    time_of,
)
from ..wsman.soap.faults import FaultKind

# A longer condition costs the host more than it saves in bytes: WMI matches every instance against
# each of its parts.
MAX_CONDITIONS = 40

# An endpoint may be younger than its socket, which a child can inherit before it is bound, and
# clocks may be set back. A child that is older by more than this belongs to a previous process with
# the same PID.
OLDER_SOCKET = timedelta(seconds=10)

# Windows starts one for each program with a console; it inherits no handles of that program.
_CONSOLE_HOST = "conhost.exe"

# Win32_Service.StartName as the service manager spells it, and the account as the rest of Windows
# shows it.
SERVICE_ACCOUNTS = {
    "localsystem": "NT AUTHORITY\\SYSTEM",
    "nt authority\\localservice": "NT AUTHORITY\\LOCAL SERVICE",
    "nt authority\\networkservice": "NT AUTHORITY\\NETWORK SERVICE",
}

# How many generations of child processes are searched for heirs of a socket.
MAX_GENERATIONS = 5

_OF_A_PROCESS = (
    "ProcessId", "Name", "ExecutablePath", "ParentProcessId", "SessionId", "CreationDate",
)  # fmt: skip

_NAME_OF_A_PROCESS = ("ProcessId", "Name")


def find_processes(
    host: Host, pids: set[int], command_lines: bool = False, *, names_only: bool = False
) -> dict[int, Process]:
    """The running processes among these PIDs, or only their names. Raises HostError."""
    of_each = _NAME_OF_A_PROCESS if names_only else _OF_A_PROCESS
    columns = (*of_each, *(["CommandLine"] if command_lines else ()))
    condition = pid_condition("ProcessId", pids)
    rows = host.enumerate(classes.PROCESS, columns, condition, needed=("ProcessId", "Name"))
    return {each.pid: each for each in map(_process, rows) if each.pid in pids}


def _process(row: Instance) -> Process:
    return Process(
        number(row, "ProcessId"),
        text(row, "Name"),
        path=optional_text(row, "ExecutablePath", MAX_PATH),
        parent_pid=optional_number(row, "ParentProcessId"),
        session=optional_number(row, "SessionId"),
        created=time_of(row, "CreationDate"),
        command_line=optional_text(row, "CommandLine", MAX_PATH),
    )


def find_children(host: Host, pids: Iterable[int]) -> list[Process]:
    """The children of processes that run or have ended. Windows reuses the PID of an ended parent,
    so the caller has to compare the times. Console hosts are left out. Raises HostError."""
    parents = set(pids)
    condition = pid_condition("ParentProcessId", parents)
    rows = host.enumerate(classes.PROCESS, _OF_A_PROCESS, condition, needed=("ProcessId", "Name"))
    return [
        each
        for each in map(_process, rows)
        if each.parent_pid in parents and not same_name(each.name, _CONSOLE_HOST)
    ]


def find_heirs(host: Host, opened: Mapping[int, datetime | None]) -> dict[int, Orphan]:
    """Find the processes that may have inherited sockets of ended processes.

    Args:
        opened: by the PID of each ended process, when its first socket was opened, None if the host
            does not report it.

    Raises:
        HostError: the processes could not be read.
    """
    heirs: dict[int, dict[int, Process]] = {pid: {} for pid in opened}
    # The processes whose children are searched: the orphan that they would inherit from, and since
    # when.
    level = {pid: (pid, since) for pid, since in opened.items()}
    for _level in range(MAX_GENERATIONS):
        if not level:
            break
        following: dict[int, tuple[int, datetime | None]] = {}
        for child in find_children(host, level):
            orphan, since = level[child.parent_pid or 0]
            if since and child.created and child.created < since - OLDER_SOCKET:
                continue
            if child.pid not in heirs[orphan] and child.pid not in opened:
                heirs[orphan][child.pid] = child
                following[child.pid] = (orphan, child.created)
        level = following
    return {pid: Orphan(pid, tuple(found.values())) for pid, found in heirs.items()}


def pid_condition(name: str, pids: Iterable[int]) -> wql.Condition | None:
    """A condition on a property with a PID; None, for no condition, if it would be too long."""
    numbers = tuple(sorted(pids))
    return wql.any_of(name, numbers) if len(numbers) <= MAX_CONDITIONS else None


# -- services and accounts ------------------------------------------------------------------------


def find_services(
    host: Host,
    condition: wql.Condition | None,
    *,
    ends: bool = False,
    names_only: bool = False,
    needed: tuple[str, ...] = ("Name", "State"),
) -> list[Service]:
    """The services that a condition on Win32_Service matches, sorted by name; with `ends` also how
    they last ended, with `names_only` no more than their names, states and processes. A service
    without one of the `needed` properties is an error.

    Raises:
        HostError: they could not be read.
    """
    columns: tuple[str, ...] = (
        "Name", "DisplayName", "State", "StartMode", "ProcessId", "StartName", "PathName",
        "AcceptStop",
    )  # fmt: skip
    if names_only:
        columns = ("Name", "State", "ProcessId")
    if ends:
        columns += ("ExitCode", "ServiceSpecificExitCode")
    found = [
        Service(
            text(row, "Name"),
            optional_text(row, "DisplayName") or text(row, "Name"),
            text(row, "State"),
            start_mode=optional_text(row, "StartMode"),
            # Services that don't run have PID 0.
            pid=optional_number(row, "ProcessId") or None,
            start_name=optional_text(row, "StartName"),
            path=optional_text(row, "PathName", MAX_PATH),
            accepts_stop=optional_truth(row, "AcceptStop"),
            exit_code=optional_number(row, "ExitCode"),
            specific_exit_code=optional_number(row, "ServiceSpecificExitCode"),
        )
        for row in host.enumerate(classes.SERVICE, columns, condition, needed=needed)
    ]
    return sorted(found, key=lambda service: name_key(service.name))


def services_of(
    host: Host, pids: set[int], names: Sequence[str] = (), *, names_only: bool = False
) -> tuple[dict[int, tuple[Service, ...]], tuple[Service, ...]]:
    """The services that run in these processes, and those of these names (`ground.names.fits`),
    whether they run or not, in one request; `names_only` is as in `find_services`. Raises
    HostError."""
    running = pids - {0}
    if not running:
        return {}, ()
    condition = pid_condition("ProcessId", running)
    if condition is not None and names:
        condition = wql.AnyOf((condition, wql.any_fitting("Name", names)))
    found: dict[int, list[Service]] = {}
    needed = ("Name",) if names else ("Name", "State")
    services = find_services(host, condition, names_only=names_only, needed=needed)
    for service in services:
        if service.pid in pids:
            found.setdefault(service.pid, []).append(service)
    named = tuple(each for each in services if any(fits(each.name, name) for name in names))
    return {pid: tuple(each) for pid, each in found.items()}, named


def service_account(services: tuple[Service, ...]) -> str | None:
    """The account of a process that runs services: all services of one process share it."""
    for service in services:
        if service.start_name:
            return SERVICE_ACCOUNTS.get(name_key(service.start_name), service.start_name)
    return None


def with_owners(
    host: Host, processes: Mapping[int, Process], services: Mapping[int, tuple[Service, ...]]
) -> tuple[dict[int, Process], list[Phrase]]:
    """Add the user of each process: a service's is already known, others are requested one by one.
    Also return why the first of these requests failed, if one did."""
    found: dict[int, Process] = {}
    notes: list[Phrase] = []
    for pid, process in processes.items():
        user = service_account(services.get(pid, ()))
        if user is None and pid > SYSTEM_PID:
            try:
                user = _owner(host, pid)
            except HostError as error:
                if error.unreachable:
                    raise
                if error.kind is not FaultKind.NOT_FOUND:  # it has ended in the meantime
                    told: dict[str, Value] = {"pid": pid, "why": error.phrase}
                    notes.append(Phrase("process.owner_unknown", told))
        found[pid] = replace(process, user=user)
    return found, notes[:1]


def _owner(host: Host, pid: int) -> str | None:
    reference = Reference(classes.PROCESS.resource_uri, (("Handle", str(pid)),))
    owner = host.invoke(classes.PROCESS, reference, "GetOwner", reads=True)
    if owner.return_value:
        return None  # we are not allowed to know
    user, domain = owner.values.get("User"), owner.values.get("Domain")
    name = f"{domain}\\{user}" if domain else str(user or "")
    return name[:MAX_NAME] or None
