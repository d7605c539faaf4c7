# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run is at, and all that it is at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..choosing.model import Step
from .ending import Ending
from .port_watches import FreeWatch, HeldWatch
from .service_waits import ServiceWait
from .state import Ledger
from .undoing import Undoing
from .windows_restart import Considering, Restarting


@dataclass(frozen=True)
class Checking:
    """The ports of a step are read right before it; once more where they have changed, because what
    ends between two requests of one look does not fit together."""

    index: int
    again: bool = False


@dataclass(frozen=True)
class Sending:
    """A step is being carried out."""

    index: int


@dataclass(frozen=True)
class ReadingMode:
    """It is read whether a start mode was changed, whatever was answered."""

    index: int


@dataclass(frozen=True)
class ReadingOnce:
    """It is read whether a stop that Windows has not sent is needed no more."""

    index: int


@dataclass(frozen=True)
class Waiting:
    """The service of a step is waited for."""

    index: int
    wait: ServiceWait


@dataclass(frozen=True)
class WaitingForNamed:
    """A named service that was on its way to run is waited for; `left` come after it."""

    wait: ServiceWait
    left: tuple[Step, ...]


Phase: TypeAlias = (
    Checking
    | Sending
    | ReadingMode
    | ReadingOnce
    | Waiting
    | WaitingForNamed
    | FreeWatch
    | HeldWatch
    | Considering
    | Restarting
    | Undoing
    | Ending
)


@dataclass(frozen=True)
class RunState:
    """All that a run is at one moment: what it has done and learnt, and what it is at."""

    ledger: Ledger
    phase: Phase
