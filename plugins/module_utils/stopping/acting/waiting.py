# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits until a service has stopped or runs, and sends again what Windows could not send, because
the service took nothing in its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...ground.model import Service
from ...ground.text import for_display
from ...host.host import Host, HostError
from ...host.return_codes import Outcome
from ..choosing.model import Request, Step, StepAction, as_start_mode, service_title
from ..choosing.readiness import (
    RUNNING,
    SPECIFIC_ERROR,
    STOPPED,
    STOPPING,
    has_stopped,
    never_takes_stop,
    state_of,
    takes_stop_later,
    why_not_stopped,
)
from . import control
from .control import StepError

# Seconds between two looks at the host: little at first, because most things take little time.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
# So often a service that was started is seen stopped until it counts as ended, because what WMI
# shows may lag behind (StopService, remarks); so often something is sent again that was not taken.
ENDED_LOOKS, MOST_SENDS = 3, 10
# So often in a row the state of a service may be unreadable.
UNREAD_LOOKS = 3
# Seconds for a service that is started again to run, where the time is over.
TAKING_BACK = 10.0


@dataclass(frozen=True)
class Waits:
    """How long services are waited for, and what is sent again meanwhile.

    Attributes:
        deadline, timeout: until when, by `monotonic`, and how many seconds that were.
        perform: carries out a step once more.
    """

    host: Host
    request: Request
    timeout: float
    deadline: float
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]
    perform: Callable[[Step], Outcome]

    def wait(self, step: Step, outcome: Outcome) -> None:
        """Wait until a service has stopped or runs: what comes next needs it. What Windows did not
        send, because the service took nothing in its state, is sent again once that has changed.
        Raises StepError, HostError."""
        if step.service is None or step.action is StepAction.CHANGE_START_MODE:
            return
        stops = step.action is StepAction.STOP_SERVICE
        sent = outcome not in (Outcome.ALREADY, Outcome.NOT_NOW)
        refused, ended, unread = 0, 0, 0
        pause = FIRST_PAUSE
        while True:
            try:
                now = control.read_service(self.host, step.service)
            except HostError as error:
                unread += 1
                if error.unreachable or unread >= UNREAD_LOOKS:
                    raise
                self.sleep(pause)
                continue
            unread = 0
            state = state_of(now) if now is not None else STOPPED
            if state == (STOPPED if stops else RUNNING):
                return
            if stops and state == RUNNING and now is not None and now.pid != step.service.pid:
                return  # it has stopped, and something has started it again already
            if not stops and state == STOPPED and sent:
                ended += 1
                if ended >= ENDED_LOOKS:
                    raise self._has_not_started(step, now)
            late = self.monotonic() >= self.deadline
            if not sent and not late and self._may_be_sent(step, now, stops):
                refused += 1
                if refused > MOST_SENDS:
                    raise self.too_late(step, now, self.timeout, sent=False)
                outcome = self.perform(step)
                sent = outcome not in (Outcome.ALREADY, Outcome.NOT_NOW)
            if late:
                raise self.too_late(step, now, self.timeout, sent=sent)
            self.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def check_earlier_start_mode(self, step: Step) -> None:
        """Whether a start mode that was set back is the earlier one. Raises StepError."""
        if step.service is None or step.action is not StepAction.CHANGE_START_MODE:
            return
        try:
            now = control.read_service(self.host, step.service)
        except HostError as error:
            raise StepError(f"{error} It is not known what its start mode is.") from error
        shown = now.start_mode if now is not None else None
        if as_start_mode(shown) is not as_start_mode(step.service.start_mode):
            raise StepError(
                f"It was set back, and is {for_display(shown or 'unknown', 40)} still. Look "
                "whether a policy or a security product keeps it."
            )

    def check_once(self, step: Step) -> None:
        """Whether a stop that Windows has not sent is needed no more. Raises StepError."""
        now = control.read_service(self.host, step.service) if step.service else None
        if now is not None and state_of(now) != STOPPING and not has_stopped(now):
            raise self.too_late(step, now, 0.0, sent=False)

    def _may_be_sent(self, step: Step, now: Service | None, stops: bool) -> bool:
        """Whether the service has reached a state in which it takes what Windows has not sent."""
        if now is None:
            return False
        if not stops:
            return has_stopped(now)
        if takes_stop_later(now) or state_of(now) == STOPPING:
            return False
        if never_takes_stop(now):
            why = why_not_stopped(now, replace(self.request, reboot=False), bool(step.holders))
            raise StepError(f"{why} (On {self.host.name}.)", restart_helps=True)
        return True

    def too_late(self, step: Step, now: Service | None, waited: float, *, sent: bool) -> StepError:
        """That the time is over. What was sent may still come to be; what was not never does."""
        stops = step.action is StepAction.STOP_SERVICE
        title = service_title(step.service) if step.service else ""
        state = state_of(now) if now is not None else "unknown"
        if not stops:
            remedy = "The System event log of the host may have the reason."
        elif now is not None and takes_stop_later(now):
            remedy = (
                "It takes no stop in that state: wait longer (timeout), or run the task again "
                "later."
            )
        else:
            remedy = "Wait longer (timeout), or end its process with the method terminate."
        problem = "has not stopped" if stops else "does not run"
        message = (
            f"The service {title} on {self.host.name} {problem} after {waited:g} "
            f"seconds: its state is {for_display(state, 40)}. {remedy}"
        )
        return StepError(message, restart_helps=stops, take_back=stops and not sent, late=True)

    def _has_not_started(self, step: Step, now: Service | None) -> StepError:
        """A service that Windows has started and that has ended at once."""
        title = service_title(step.service) if step.service else ""
        how = ""
        if now is None:
            how = ": it is not there any more"
        elif now.exit_code == SPECIFIC_ERROR and now.specific_exit_code is not None:
            how = f" with its own exit code {now.specific_exit_code}"
        elif now.exit_code is not None:
            how = f" with the exit code {now.exit_code}"
        return StepError(
            f"The service {title} on {self.host.name} was started and has stopped again{how}. "
            "Its log, and the event logs System and Application of the host, have the reason: mend "
            "that, and run the task again."
        )

    def wait_until_it_runs_again(self, step: Step) -> None:
        """Wait until a service that was started again runs, within the timeout and a little: what
        was asked for is not yet so. Raises StepError."""
        if step.service is None or step.action is not StepAction.STOP_SERVICE:
            return
        until = max(self.deadline, self.monotonic() + TAKING_BACK)
        pause = FIRST_PAUSE
        while True:
            try:
                now = control.read_service(self.host, step.service)
            except HostError as error:
                raise StepError(f"{error} It is not known whether it runs again.") from error
            state = state_of(now) if now is not None else "not there"
            if state == RUNNING:
                return
            if self.monotonic() >= until or state == "not there":
                raise StepError(
                    f"The service {service_title(step.service)} was started again, and does not "
                    f"run: its state is {for_display(state, 40)}. Look at the System event log."
                )
            self.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
