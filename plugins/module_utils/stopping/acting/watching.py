# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watches ports until nobody holds them, or until what was started again does."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...ground.model import Snapshot
from ...ground.names import name_key
from ...ground.text import for_display
from ...host.host import Host
from ...pc.holders import HolderKind, Port
from ..choosing.aftermath import Cause, Held, still_held
from ..choosing.model import Step, StepAction, service_title
from ..choosing.readiness import state_of
from ..reading import Survey, look
from ..task import Clock, Task, by_protocol
from . import control
from .control import StepError
from .waiting import FIRST_PAUSE, LONGEST_PAUSE

# A socket that nobody lets go of after its process has ended is not waited for longer than that.
ORPHAN_PATIENCE = 5.0


@dataclass
class Watch:
    """The ports of a task, watched until `deadline`. `seen` is what was there at the last look,
    `rebooted` whether Windows has restarted since the plan was made."""

    host: Host
    task: Task
    survey: Survey
    clock: Clock
    deadline: float
    rebooted: bool = False
    seen: Snapshot | None = field(default=None, init=False)

    def wait_until_free(self) -> tuple[Held, ...]:
        """Wait until nobody holds the ports, and until they have stayed free. Raises HostError.

        Returns:
            Who holds them all the same: at once where somebody else has taken them, at the end of
            the time where they were not let go of.
        """
        free_since: float | None = None
        orphaned_since: float | None = None
        pause = FIRST_PAUSE
        while True:
            held = self._look()
            now = self.clock.monotonic()
            if any(each.came_back for each in held):
                return held
            if not self.task.wait:
                return ()
            if held:
                free_since = None
                if all(each.holder.kind is HolderKind.ORPHANED for each in held):
                    orphaned_since = now if orphaned_since is None else orphaned_since
                else:
                    orphaned_since = None
                patient = orphaned_since is None or now - orphaned_since < ORPHAN_PATIENCE
                if now >= self.deadline or not patient:
                    return held
            else:
                free_since = now if free_since is None else free_since
                left = self.task.stay_free - (now - free_since)
                if left <= 0:
                    return ()
                pause = min(left, LONGEST_PAUSE)
            self.clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _look(self) -> tuple[Held, ...]:
        task = self.task
        before = [holder for step in self.survey.plan.steps for holder in step.holders]
        now = look(self.host, task.ports, connections=task.request.connections, owners=False)
        if now.endpoints:
            now = look(self.host, task.ports, connections=task.request.connections, parents=True)
        self.seen = now
        return still_held(
            before,
            now,
            task.ports,
            connections=task.request.connections,
            restarted=self.rebooted,
        )

    def wait_until_held(self) -> None:
        """Wait until what was started again holds its ports and, where services were named that
        held none, until somebody holds one of those asked for. Raises StepError, HostError."""
        starts = [
            each for each in self.survey.plan.steps if each.action is StepAction.START_SERVICE
        ]
        wanted = {port for step in starts for port in step.ports}
        anything = not wanted
        pause = FIRST_PAUSE
        while True:
            now = look(self.host, by_protocol(wanted) if wanted else self.task.ports, owners=False)
            wanted -= {(each.protocol, each.port) for each in now.endpoints}
            if not wanted and (not anything or any(each.is_listening for each in now.endpoints)):
                self._check_who_holds(starts)
                return
            if self.clock.monotonic() >= self.deadline:
                raise StepError(self._not_held(wanted), take_back=False)
            self.clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _check_who_holds(self, starts: list[Step]) -> None:
        """Whether what was started again holds its ports, and nobody else that was quicker. Raises
        StepError, HostError."""
        now = look(self.host, self.task.ports, parents=True)
        self.seen = now
        wanted = {port for step in starts for port in step.ports}
        before = [holder for step in starts for holder in step.holders]
        started = {name_key(step.service.name) for step in starts if step.service is not None}
        others = []
        for held in still_held(before, now, by_protocol(wanted)):
            holder = held.holder
            services = {name_key(each.name) for each in (*holder.services, *holder.parent_services)}
            if held.cause is not Cause.OTHER_PROGRAM or services & started:
                wanted -= set(holder.ports)
            else:
                others.append(holder)
        for holder in others:
            if taken := wanted.intersection(holder.ports):
                ports = ", ".join(f"{port}/{protocol}" for protocol, port in sorted(taken))
                raise StepError(
                    f"The services run again, but {holder.title} has taken {ports} meanwhile. Find "
                    "out what it is, free the port, and run the task again.",
                    take_back=False,
                )

    def _not_held(self, wanted: set[Port]) -> str:
        waited = f"{self.task.timeout:g} seconds. Wait longer (timeout), or look at their logs."
        if wanted:
            ports = ", ".join(f"{port}/{protocol}" for protocol, port in sorted(wanted))
            return f"The services run again, but {ports} is not held again after {waited}"
        states = [
            f"{service_title(each)} ({for_display(state_of(now), 40) if now else 'not there'})"
            for each in self.survey.named
            for now in [control.read_service(self.host, each)]
        ]
        ports = ", ".join(f"{numbers}/{name.value}" for name, numbers in self.task.ports.items())
        return (
            f"Nobody holds {ports[:100]}, with these services: {', '.join(states)}, after {waited}"
        )
