# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Endpoints in the shape of ansible.windows.win_listen_ports_facts and
community.general.listen_ports_facts, for playbooks that were written for those."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from ...ground.model import Endpoint, Protocol, Snapshot

#: How those modules write times unless a task says otherwise: as in ``Thu Nov 18 15:27:42 2021``.
USUAL_FORMAT = "%c"


class ListenFact(TypedDict):
    """An endpoint."""

    address: str
    name: str | None
    pid: int | None
    port: int
    protocol: str
    stime: str | None
    user: str | None


def listen_facts(
    snapshot: Snapshot,
    endpoints: Sequence[Endpoint],
    protocol: Protocol,
    date_format: str = USUAL_FORMAT,
) -> list[ListenFact]:
    """The endpoints of a protocol.

    Args:
        date_format: see `uformat`; for when the process started, in UTC.
    """
    processes = {
        pid: (
            process.name,
            uformat(process.created.astimezone(UTC), date_format) if process.created else None,
            process.user,
        )
        for pid, process in snapshot.processes.items()
    }
    unknown = (None, None, None)
    found: list[ListenFact] = []
    for endpoint in endpoints:
        # Those modules have one entry for a socket that serves both families.
        if endpoint.protocol is protocol and not endpoint.second:
            pid = endpoint.pid
            name, started, user = unknown if pid is None else processes.get(pid, unknown)
            found.append(
                {
                    "address": str(endpoint.local),
                    "name": name,
                    "pid": pid,
                    "port": endpoint.port,
                    "protocol": protocol.value,
                    "stime": started,
                    "user": user,
                }
            )
    return found


_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def _weekday(moment: datetime) -> int:
    return moment.isoweekday() % 7  # .NET counts from Sunday, 0


def _week(moment: datetime) -> int:
    return moment.timetuple().tm_yday // 7


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"


def _hour_of_12(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12:02}"


def _half_of_day(moment: datetime) -> str:
    return "AM" if moment.hour < 12 else "PM"


def _as_american(moment: datetime) -> str:
    return f"{moment.month:02}/{moment.day:02}/{moment.year % 100:02}"


# As in the method UFormatDateString of PowerShell 5.1 and 6.0 (GetDateCommand.cs), which numbers
# weeks more simply than ISO 8601, with the names of its invariant culture. strftime of the
# controller has the names of the controller's language.
_PARTS: Mapping[str, Callable[[datetime], object]] = {
    "A": lambda moment: _DAYS[_weekday(moment)],
    "a": lambda moment: _DAYS[_weekday(moment)][:3],
    "B": lambda moment: _MONTHS[moment.month - 1],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "C": lambda moment: moment.year // 100,
    "c": lambda moment: moment.ctime(),
    "D": _as_american,
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: f"{moment.day:2}",
    "G": lambda moment: f"{moment.year:04}",
    "g": lambda moment: f"{moment.year % 100:02}",
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: _MONTHS[moment.month - 1][:3],
    "I": _hour_of_12,
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "k": lambda moment: f"{moment.hour:02}",
    "l": _hour_of_12,
    "M": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: "\n",
    "p": _half_of_day,
    "R": lambda moment: _clock(moment)[:5],
    "r": lambda moment: f"{_hour_of_12(moment)}{_clock(moment)[2:]} {_half_of_day(moment)}",
    "S": lambda moment: f"{moment.second:02}",
    "s": lambda moment: int(moment.replace(tzinfo=UTC).timestamp()),
    "T": _clock,
    "t": lambda moment: "\t",
    "U": _week,
    "u": _weekday,
    "V": lambda moment: _week(moment) + 1,
    "W": _week,
    "w": _weekday,
    "X": _clock,
    "x": _as_american,
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "Z": lambda moment: "+00",
}
_PART = re.compile(r"%(.)", re.DOTALL)


def uformat(moment: datetime, pattern: str) -> str:
    """A time in UTC by a pattern of ``Get-Date -UFormat``, such as ``%Y-%m-%d``; an unknown letter
    stands for itself."""

    def part(found: re.Match[str]) -> str:
        letter = found[1]
        return str(_PARTS[letter](moment)) if letter in _PARTS else letter

    return _PART.sub(part, pattern.removeprefix("+"))
