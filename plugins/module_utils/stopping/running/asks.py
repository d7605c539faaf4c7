# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run asks of the host and of the clock, one thing at a time, and the answers.

Nothing here talks to a host: `stopping.driver` does what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from ...asked.ports import PortSet
from ...ground.model import Process, Protocol, Service, Snapshot
from ...host.return_codes import Method
from ...words.phrases import Value
from .state import StopResult


@dataclass(frozen=True)
class Look:
    """Read what is on ports; the answer is a Snapshot. Without `owners`, only the endpoints."""

    ports: Mapping[Protocol, PortSet]
    connections: bool = False
    owners: bool = True
    parents: bool = False


@dataclass(frozen=True)
class ReadService:
    """Read a service; the answer is the service as it is now, None if it does not exist."""

    service: Service


@dataclass(frozen=True)
class ReadBootTime:
    """Reconnect, and read when Windows started; the answer is that time, None if the host does not
    report it."""


@dataclass(frozen=True)
class Call:
    """Call a method (of Windows itself without `target`); the answer is its return value."""

    method: Method
    target: Process | Service | None = None
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sleep:
    """Wait this many seconds; the answer is None."""

    seconds: float


@dataclass(frozen=True)
class Finish:
    """The run has ended. There is nothing to answer."""

    result: StopResult


Ask: TypeAlias = Look | ReadService | ReadBootTime | Call | Sleep | Finish


@dataclass(frozen=True)
class Failed:
    """The answer if the host could not be read or called.

    Attributes:
        text: why, in whole sentences.
        unreachable: whether the host gave no answer at all.
        understood: whether the host has answered that it did not do what was asked; otherwise it is
            unknown.
        not_found: whether the requested object does not exist.
    """

    text: Value
    unreachable: bool = False
    understood: bool = False
    not_found: bool = False


Answer: TypeAlias = Snapshot | Service | datetime | int | Failed | None


@dataclass(frozen=True)
class Observed:
    """The answer to the last request, and the time then, in seconds of a clock that never goes
    back."""

    now: float
    answer: Answer = None


def snapshot_of(observed: Observed) -> Snapshot | Failed:
    """The answer to Look."""
    if isinstance(observed.answer, Snapshot | Failed):
        return observed.answer
    raise _no_answer(observed)


def service_of(observed: Observed) -> Service | Failed | None:
    """The answer to ReadService."""
    if observed.answer is None or isinstance(observed.answer, Service | Failed):
        return observed.answer
    raise _no_answer(observed)


def boot_time_of(observed: Observed) -> datetime | Failed | None:
    """The answer to ReadBootTime."""
    if observed.answer is None or isinstance(observed.answer, datetime | Failed):
        return observed.answer
    raise _no_answer(observed)


def value_of(observed: Observed) -> int | Failed:
    """The answer to Call."""
    if isinstance(observed.answer, int | Failed):
        return observed.answer
    raise _no_answer(observed)


def _no_answer(observed: Observed) -> TypeError:
    return TypeError(f"{observed.answer!r} does not answer what was asked")
