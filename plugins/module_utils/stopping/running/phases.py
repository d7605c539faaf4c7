# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The phases of a run, and its whole state at one moment."""

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
    """The ports of a step are read right before it; once more if they have changed, because
    something that ends between two requests makes the answers inconsistent."""

    index: int
    again: bool = False


@dataclass(frozen=True)
class Sending:
    """A step is being carried out."""

    index: int


@dataclass(frozen=True)
class ReadingMode:
    """The start mode is read to see whether it was changed, whatever the answer was."""

    index: int


@dataclass(frozen=True)
class ReadingOnce:
    """The ports are read to see whether a stop that Windows has not sent is no longer needed."""

    index: int


@dataclass(frozen=True)
class Waiting:
    """The run waits for the service of a step."""

    index: int
    wait: ServiceWait


@dataclass(frozen=True)
class WaitingForNamed:
    """The run waits for a named service that was about to run; `left` come after it."""

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
    """The state of a run: what it has done and learnt, and its phase."""

    ledger: Ledger
    phase: Phase
