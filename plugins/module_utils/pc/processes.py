# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads processes of a host: by their ids, by their parents, and who may have inherited the sockets
of those that have ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ..ground.model import Orphan, Process
from ..ground.names import same_name
from ..host.host import Host
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import Instance
from .row_values import MAX_PATH, number, optional_number, optional_text, text, time_of

# A longer condition costs the host more than it saves in bytes: WMI matches every instance
# against every part of it.
MAX_CONDITIONS = 40

# An endpoint may be younger than its socket, which a child can inherit before it is bound, and
# clocks are set back. A child that is older by more is of another process that had the PID before.
OLDER_SOCKET = timedelta(seconds=10)

# Windows starts one for a program with a console, and lets it inherit nothing of that.
_CONSOLE_HOST = "conhost.exe"

# Processes that start processes that start processes: so far heirs of a socket are looked for.
MAX_GENERATIONS = 5

_OF_A_PROCESS = (
    "ProcessId", "Name", "ExecutablePath", "ParentProcessId", "SessionId", "CreationDate",
)  # fmt: skip


def find_processes(host: Host, pids: set[int], command_lines: bool = False) -> dict[int, Process]:
    """The processes of these PIDs, as far as they are there. Raises HostError."""
    columns = (*_OF_A_PROCESS, *(["CommandLine"] if command_lines else ()))
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
    """The processes whose parents these are or were. Windows gives the PID of a parent that has
    ended to others, so that the times have to be compared. Console hosts are left out. Raises
    HostError."""
    parents = set(pids)
    condition = pid_condition("ParentProcessId", parents)
    rows = host.enumerate(classes.PROCESS, _OF_A_PROCESS, condition, needed=("ProcessId", "Name"))
    return [
        each
        for each in map(_process, rows)
        if each.parent_pid in parents and not same_name(each.name, _CONSOLE_HOST)
    ]


def find_heirs(host: Host, opened: Mapping[int, datetime | None]) -> dict[int, Orphan]:
    """Who may have inherited sockets of processes that have ended.

    Args:
        opened: by the PID of each of those processes, when its first socket was opened, None where
            the host does not tell.

    Raises:
        HostError: the processes could not be read.
    """
    heirs: dict[int, dict[int, Process]] = {pid: {} for pid in opened}
    # Whose children are looked for: the orphan that they would inherit of, and since when.
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
    """A condition on a property with a PID; None, for no condition, where it would be too long."""
    numbers = tuple(sorted(pids))
    return wql.any_of(name, numbers) if len(numbers) <= MAX_CONDITIONS else None
