# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run asks of the host and of the clock, one thing at a time, and what it is told.

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
    """Read what is at ports; the answer is a Snapshot. Without `owners` the endpoints alone."""

    ports: Mapping[Protocol, PortSet]
    connections: bool = False
    owners: bool = True
    parents: bool = False


@dataclass(frozen=True)
class ReadService:
    """Read a service; the answer is the service as it is now, None where it is not there."""

    service: Service


@dataclass(frozen=True)
class ReadBootTime:
    """Connect anew, and read when Windows has started; the answer is that, None where the host
    does not tell."""


@dataclass(frozen=True)
class Call:
    """Call a method, of Windows itself without `target`; the answer is its return value."""

    method: Method
    target: Process | Service | None = None
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sleep:
    """Let so many seconds go by; the answer is None."""

    seconds: float


@dataclass(frozen=True)
class Finish:
    """The run has come to its end. There is nothing to answer."""

    result: StopResult


Ask: TypeAlias = Look | ReadService | ReadBootTime | Call | Sleep | Finish


@dataclass(frozen=True)
class Failed:
    """The answer where the host could not be read or called.

    Attributes:
        text: why, in whole sentences.
        unreachable: whether it gave no answer at all.
        understood: whether it has answered that it has not done what was asked; otherwise nobody
            knows.
        not_found: whether what was asked for is not there.
    """

    text: Value
    unreachable: bool = False
    understood: bool = False
    not_found: bool = False


Answer: TypeAlias = Snapshot | Service | datetime | int | Failed | None


@dataclass(frozen=True)
class Observed:
    """What was answered to the last thing that was asked, and the time then, in seconds of a clock
    that never goes back."""

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
