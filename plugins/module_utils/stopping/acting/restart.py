# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restarts Windows and waits until it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ...host.host import Host, HostError
from ...words.phrases import Verbatim
from ..reading import read_windows
from .control import StepError, restart_windows

# LastBootUpTime is calculated from the time of day, and moves a little when that is set.
TOLERANCE = timedelta(seconds=5)

# Seconds before the first attempt to reach the host again, and between two.
PAUSE = 1.0
LONGEST_PAUSE = 5.0


def restart_and_wait(
    host: Host,
    booted: datetime | None,
    *,
    force: bool,
    timeout: float,
    sleep: Callable[[float], None],
    monotonic: Callable[[], float],
) -> None:
    """Restart Windows, and return when it answers and has started anew.

    Args:
        booted: when it had started before.
        force: restart although programs or users don't agree.
        timeout: seconds that it may take to come back.
        sleep, monotonic: the clock.

    Raises:
        StepError: it refuses, or does not say when it has started, so that nobody could tell.
        HostError: it did not come back in time; `unreachable` says whether it answered at all.
    """
    if booted is None:
        raise StepError(
            f"{host.name} does not tell when Windows has started, so that a restart could not be "
            "told. Restart it by hand."
        )
    restart_windows(host, force)
    deadline = monotonic() + timeout
    pause = PAUSE
    while True:
        sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
        host.restarted()
        answered = True
        try:
            now = read_windows(host)[1]
            if now is not None and now - booted > TOLERANCE:
                return
            problem = "it answers, but Windows has not restarted"
        except HostError as error:
            problem = str(error)
            answered = not error.unreachable
        if monotonic() >= deadline:
            told = (
                f"{host.name} was told to restart, and did not come back within {timeout:g} "
                f"seconds: {problem}. Look at its screen, or wait longer (reboot_timeout)."
            )
            raise HostError("host.told", told=Verbatim(told), unreachable=not answered)
