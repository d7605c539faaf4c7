# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a plan that frees ports: looks again before every step, waits for its effect, takes
back what it can where a step fails, and restarts Windows where nothing else is left.
"""

from __future__ import annotations

from ..ground.model import Service
from ..ground.names import name_key, same_name
from ..ground.text import for_display
from ..host.host import Host, HostError
from ..host.return_codes import Outcome
from ..pc.holders import Holder, behind_http_sys, find_holders
from .acting import control
from .acting.control import StepError
from .acting.restart import restart_and_wait
from .acting.waiting import Waits
from .acting.watching import Watch
from .choosing.aftermath import Held, State, recheck
from .choosing.model import StartMode, Step, StepAction, as_start_mode, service_title
from .choosing.readiness import has_stopped, starts_by_itself
from .choosing.targets import is_named
from .reading import Survey, look
from .task import Clock, Result, Task, by_protocol


def carry_out(host: Host, task: Task, survey: Survey, clock: Clock | None = None) -> Result:
    """Carry out the plan of a survey. Raises nothing: what goes wrong is in the result, beside what
    was done until then."""
    return _Run(host, task, survey, clock or Clock()).result()


class _Run:
    def __init__(self, host: Host, task: Task, survey: Survey, clock: Clock) -> None:
        self._host = host
        self._task = task
        self._survey = survey
        self._clock = clock
        self._deadline = clock.monotonic() + task.timeout
        self._done: list[Step] = []
        self._late: list[Step] = []
        self._failed: list[Service] = []
        self._notes: list[str] = []
        self._unanswered: list[tuple[Step, str]] = []
        self._held: tuple[Held, ...] = ()
        self._watched: Watch | None = None
        self._rebooted = False

    def result(self) -> Result:
        failure, unreachable = "", False
        try:
            self._work()
            failure = " ".join(each.message for each in self._held)
        except StepError as error:
            failure = str(error)
        except HostError as error:
            failure, unreachable = str(error), error.unreachable
        after = None if unreachable else self._who_holds_at_the_end(failed=bool(failure))
        pending = tuple(each for each in self._done if self._is_pending(each))
        done = tuple(each for each in self._done if each not in pending)
        if failure or self._unanswered:
            failure = self._with_unanswered(failure)
        stopped: tuple[Service, ...] = ()
        if failure:
            stopped, text = self._stopped_now(unreachable)
            failure = " ".join(each for each in (failure, text) if each)
        return Result(
            done,
            pending,
            after,
            self._held,
            self._rebooted,
            failure,
            unreachable,
            stopped,
            tuple(self._notes),
        )

    def _stopped_now(self, unreachable: bool) -> tuple[tuple[Service, ...], str]:
        """The services that this run was to stop and that don't run now, and a sentence of them."""
        touched = [
            step.service
            for step in self._done
            if step.action is StepAction.STOP_SERVICE and step.service is not None
        ]
        touched += [each for each in self._failed if each not in touched]
        if not touched:
            return (), ""
        titles = ", ".join(service_title(each) for each in touched)
        try:
            if unreachable:
                raise HostError("host.told", told="it does not answer")
            now = [(each, control.read_service(self._host, each)) for each in touched]
        except HostError:
            return tuple(touched), f"Stopped by this task, and not known to run again: {titles}."
        stopped = tuple(each for each, read in now if read is None or has_stopped(read))
        names = ", ".join(service_title(each) for each in stopped)
        return stopped, f"Stopped now: {names}." if stopped else ""

    def _with_unanswered(self, failure: str) -> str:
        """A failure with what became of the answers that would have told more."""
        unknown = [step.description for step, _why in self._unanswered if step in self._done]
        texts = [why for _step, why in self._unanswered if why not in failure]
        texts += [failure] if failure else []
        if unknown:
            texts.append(f"It is not known whether this was done: {', '.join(unknown)}.")
        return " ".join(texts)

    def _work(self) -> None:
        try:
            self._carry_out_steps()
        except StepError as error:
            if not error.restart_helps:
                raise self._taken_back(error) if error.take_back else error from None
            self._restart_for(error)
        else:
            if self._task.request.restart:
                if self._task.wait:
                    self._wait_until_named_run()
                    self._watch().wait_until_held()
                return
            self._held = self._until_free()
            if not self._held or any(each.came_back for each in self._held):
                return
            if not self._task.request.reboot or not self._task.wait:
                return
            reason = " ".join(each.message for each in self._held)
            self._restart_for(StepError(reason, take_back=False))
        self._held = self._until_free()

    # -- steps -------------------------------------------------------------------------------------

    def _carry_out_steps(self) -> None:
        steps = self._survey.plan.steps
        failures: list[str] = []
        for step in steps:
            try:
                due = self._is_due(step)
            except HostError as error:
                if error.unreachable:
                    raise
                raise StepError(str(error)) from error
            if not due:
                continue
            if step.action is not StepAction.START_SERVICE:
                self._carry_out(step, last=step is steps[-1])
                continue
            try:
                self._carry_out(step, last=step is steps[-1])
            except StepError as error:
                # Others that can start do: nothing is gained by leaving them stopped.
                if self._is_extra(step):
                    self._notes.append(str(error))
                    continue
                failures.append(str(error))
                if step.service is not None:
                    self._failed.append(step.service)
        if failures:
            raise StepError(" ".join(failures), take_back=False)

    def _carry_out(self, step: Step, *, last: bool) -> None:
        outcome = self._perform(step)
        if step.start_mode is not None:
            self._check_start_mode(step)
            return
        try:
            if self._task.wait or not last:
                self._waits().wait(step, outcome)
                if step.service is not None:
                    self._settled(step)
            elif outcome is Outcome.NOT_NOW:
                self._waits().check_once(step)
        except HostError as error:
            if error.unreachable:
                raise
            unknown = any(each is step for each, _why in self._unanswered)
            raise StepError(str(error), take_back=not unknown) from error
        except StepError as error:
            if error.late:
                self._late.append(step)
            elif step.action is StepAction.START_SERVICE and step in self._done:
                self._done.remove(step)
            raise

    def _is_extra(self, step: Step) -> bool:
        """Whether a start is of a service that was neither stopped by this run nor named."""
        service = step.service
        return service is not None and not (
            is_named(service, self._task.request)
            or any(
                each.action is StepAction.STOP_SERVICE
                and each.service is not None
                and same_name(each.service.name, service.name)
                for each in self._survey.plan.steps
            )
        )

    def _wait_until_named_run(self) -> None:
        """Wait until the named services that were on their way run. Raises StepError, HostError."""
        for service in self._survey.named:
            if starts_by_itself(service):
                step = Step(StepAction.START_SERVICE, service=service)
                self._waits().wait(step, Outcome.ALREADY)

    def _waits(self) -> Waits:
        return Waits(
            self._host,
            self._task.request,
            self._task.timeout,
            self._deadline,
            self._clock.sleep,
            self._clock.monotonic,
            self._perform,
        )

    def _perform(self, step: Step) -> Outcome:
        """Carry a step out, and note it where it has, or may have, changed something."""
        try:
            outcome = control.perform(self._host, step)
        except control.UnansweredError as error:
            outcome = Outcome.PENDING
            self._unanswered.append((step, str(error)))
        if outcome not in (Outcome.ALREADY, Outcome.NOT_NOW) and step not in self._done:
            self._done.append(step)
        return outcome

    def _is_due(self, step: Step) -> bool:
        """Whether a step still meets what the plan was made for. False if its ports were let go of.

        Raises:
            StepError: it would meet something else.
            HostError: the host could not be read.
        """
        if not step.holders or step.action is StepAction.START_SERVICE:
            return True
        connections = self._task.request.connections
        met = recheck(step, look(self._host, by_protocol(step.ports), connections=connections))
        if met.state is State.CHANGED:
            # What ends between two requests of one look does not fit together.
            met = recheck(step, look(self._host, by_protocol(step.ports), connections=connections))
        if met.state is State.CHANGED:
            again = "Run the task again."
            raise StepError(
                met.message if self._done else f"{met.message} Nothing was stopped. {again}"
            )
        if self._task.request.restart and step.action is StepAction.STOP_SERVICE:
            return True  # it is to run anew, also where it has let go of the port
        return met.state is State.SAME

    def _check_start_mode(self, step: Step) -> None:
        """Whether a start mode was changed, whatever was answered. Raises StepError."""
        now = control.read_service(self._host, step.service) if step.service else None
        if now is None or not now.start_mode:
            why = (
                f"{self._host.name} ({self._host.url}) did not tell the start mode afterwards. Run "
                "the task again."
            )
            self._unanswered.append((step, why))
            raise StepError(why, take_back=False)
        if as_start_mode(now.start_mode) is not step.start_mode:
            if step in self._done:
                self._done.remove(step)
            shown = for_display(now.start_mode, 40)
            raise StepError(
                f"Could not {step.description} on {self._host.name}: it is still {shown}. "
                "Check whether a policy or a security product keeps it so."
            )
        self._settled(step)

    def _settled(self, step: Step) -> None:
        """What became of a step has been seen."""
        self._unanswered = [each for each in self._unanswered if each[0] is not step]

    def _is_pending(self, step: Step) -> bool:
        if any(step is each for each in self._late) or any(
            step is each for each, _why in self._unanswered
        ):
            return True
        there = {
            each.holder.pid
            for each in self._held
            if not each.came_back and each.holder.process is not None
        }
        return step.process is not None and step.process.pid in there

    def _taken_back(self, error: StepError) -> StepError:
        """Take back what was done before a step failed, and tell."""
        notes = []
        backwards = self._done[::-1]
        # A service that is disabled can't be started: start modes first.
        for step in sorted(backwards, key=lambda step: step.start_mode is None):
            try:
                if control.take_back(self._host, step):
                    self._waits().wait_until_it_runs_again(step)
                    self._waits().check_earlier_start_mode(step)
                    self._done.remove(step)
                    notes.append(f"Taken back: {step.description}.")
                else:
                    notes.append(f"Not taken back: {step.description}.")
            except StepError as problem:
                # One cause may keep all of them: it is told once.
                why = "" if str(problem) in " ".join([str(error), *notes]) else f" {problem}"
                notes.append(f"Not taken back: {step.description}.{why}")
        return StepError(" ".join([str(error), *notes]))

    # -- waiting -----------------------------------------------------------------------------------

    def _watch(self) -> Watch:
        self._watched = Watch(
            self._host, self._task, self._survey, self._clock, self._deadline, self._rebooted
        )
        return self._watched

    def _until_free(self) -> tuple[Held, ...]:
        """Wait until the ports are free; who holds them all the same. Raises HostError."""
        held = self._watch().wait_until_free()
        there = {each.holder.pid for each in held if not each.came_back}
        for step, _why in self._unanswered:
            if step.process is not None and step.process.pid not in there:
                self._settled(step)
        return held

    def _who_holds_at_the_end(self, failed: bool) -> tuple[Holder, ...] | None:
        connections = self._task.request.connections
        now = None if failed or self._watched is None else self._watched.seen
        try:
            now = now or look(self._host, self._task.ports, connections=connections, parents=True)
        except HostError:
            return None
        return find_holders(now, self._task.ports, connections)

    # -- the last resort ---------------------------------------------------------------------------

    def _restart_for(self, reason: StepError) -> None:
        """Restart Windows, where that is allowed and would help. Raises StepError, HostError."""
        if not self._task.request.reboot:
            raise self._taken_back(reason) if reason.take_back else reason
        automatic = self._start_with_windows()
        if automatic:
            names = ", ".join(service_title(each) for each in automatic)
            hint = (
                f"{reason} A restart of Windows would not help: {names} starts with it. Set "
                "start_mode to manual or disabled."
            )
            problem = StepError(hint)
            raise self._taken_back(problem) if reason.take_back else problem
        restart_and_wait(
            self._host,
            self._survey.booted,
            force=self._task.request.force,
            timeout=self._task.reboot_timeout,
            sleep=self._clock.sleep,
            monotonic=self._clock.monotonic,
        )
        self._rebooted = True
        self._late = []
        self._done += [
            step
            for step in self._survey.plan.steps
            if step.holders and step.start_mode is None and step not in self._done
        ]
        self._deadline = self._clock.monotonic() + self._task.timeout

    def _start_with_windows(self) -> list[Service]:
        """The services that would hold the ports again after a restart of Windows."""
        now = look(self._host, self._task.ports)
        holders = [*find_holders(now, self._task.ports)]
        holders += [behind for holder in holders for behind in behind_http_sys(now, holder)]
        services = {name_key(each.name): each for holder in holders for each in holder.services}
        for step in self._survey.plan.steps:
            service = step.service
            if step.action is StepAction.STOP_SERVICE and service is not None and step.holders:
                current = control.read_service(self._host, service)
                services[name_key(service.name)] = current or service
        return [
            each
            for each in services.values()
            if as_start_mode(each.start_mode) is StartMode.AUTOMATIC
        ]
