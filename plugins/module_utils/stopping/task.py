# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wanted of a plan that is carried out, and what has become of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..asked.ports import PortSet
from ..ground.model import Protocol, Service
from ..pc.holders import Holder, Port
from .choosing.aftermath import Held
from .choosing.model import Request, Step
from .reading import Ports


@dataclass(frozen=True)
class Clock:
    """Time, in seconds; tests give their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Task:
    """What is wanted. Times are in seconds.

    Attributes:
        wait: whether to wait until the ports are free, or held again.
        timeout: how long all steps and the waiting may take.
        stay_free: how long the ports have to stay free.
        reboot_timeout: how long Windows may take to come back.
    """

    ports: Ports
    request: Request
    wait: bool = True
    timeout: float = 60.0
    stay_free: float = 2.0
    reboot_timeout: float = 600.0


@dataclass(frozen=True)
class Result:
    """What has become of a plan.

    Attributes:
        done: the steps that were carried out and not taken back.
        pending: those that Windows has accepted, and that have not come to an end.
        after: who holds the ports at the end, None where that could not be read.
        held: those of them that ought not to, each with the reason.
        rebooted: whether Windows was restarted.
        failure: what went wrong, in whole sentences; empty where nothing did.
        stopped_now: the services that were to stop and don't run at the end of a run that failed.
        notes: what went wrong beside what was asked for, in whole sentences.
        unreachable: whether that is because the host does not answer any more.
    """

    done: tuple[Step, ...] = ()
    pending: tuple[Step, ...] = ()
    after: tuple[Holder, ...] | None = ()
    held: tuple[Held, ...] = ()
    rebooted: bool = False
    failure: str = ""
    unreachable: bool = False
    stopped_now: tuple[Service, ...] = ()
    notes: tuple[str, ...] = ()


def by_protocol(ports: Iterable[Port]) -> dict[Protocol, PortSet]:
    """Single ports as what is asked of a host."""
    numbers: dict[Protocol, list[int]] = {}
    for protocol, port in ports:
        numbers.setdefault(protocol, []).append(port)
    return {protocol: PortSet.of(each) for protocol, each in numbers.items()}
