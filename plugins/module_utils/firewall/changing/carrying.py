# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out the plans of a task, again where somebody else changes the same rules, and says what
became of each rule if that can't be completed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...ground.names import name_key
from ...host.host import HostError
from ...words.phrases import Phrase, Value, in_turn
from ..judging.reading import FirewallReading
from ..policy.rule import FirewallRule
from . import plan
from .moves.broken_off import ChangeError, SoFar, Standing
from .plan import PlanOutcome, RulePlan
from .run import ApplyError, Run, quoted
from .wishes import Change, WishError
from .writer import StepError

# How many times rules are written at most. Another controller may change the same rule at the same
# time: then our changes are planned again from the current state, and when the other is done, ours
# are complete.
_ROUNDS = 5
# The longest wait in seconds before the second time; it doubles each time. The actual wait is
# random, so that two controllers don't stay in step.
_PAUSE = 0.5


def to_do(planned: Iterable[Change]) -> list[RulePlan]:
    """The plans of changes that have anything to do."""
    return [each.plan for each in planned if each.plan is not None and each.plan.changed]


@dataclass(frozen=True)
class Attempt:
    """The changes of a task to one host, on their way.

    Attributes:
        run: what writes them.
        planned: all changes of the task.
        before: the host as it was first read.
        whole: whether, if they can't be completed, those that were completed are taken back too;
            asked when it matters.
    """

    run: Run
    planned: Sequence[Change]
    before: FirewallReading
    whole: Callable[[], bool] = lambda: False

    def carry_out(
        self,
        plans: Sequence[RulePlan],
        again: Callable[[FirewallReading], Sequence[Change]],
        sleep: Callable[[float], None],
    ) -> None:
        """Write until everything is as planned.

        Args:
            plans: those of this attempt, each with something to do.
            again: plans them once more, for the host as it is by then.

        Raises:
            ChangeError: they could not be completed.
        """
        run = self.run
        left, pause = _ROUNDS, _PAUSE
        todo = every = list(plans)
        while True:
            left -= 1
            start = _of(every, run.rules)
            problem = None
            try:
                problem = run.carry_out(todo, last=not left)
                if problem is None:
                    return
                # If this had no effect at all, neither would the next attempt.
                ignored = _of(every, run.rules) == start
                if left and not ignored:
                    sleep(random.uniform(0, pause))
                    pause *= 2
                    run.read()
            except ApplyError as error:
                raise self.broken_off(error.why, error.unreachable, error.left) from error
            except HostError as error:
                said = in_turn(problem, error.phrase)
                left_so = run.half_done(every)
                raise self.broken_off(said, error.unreachable, left_so) from error
            if ignored:
                raise self.given_up(every, problem)
            if not left:
                # Someone else is changing the same rules. The current state may be complete, and
                # theirs.
                raise self.broken_off(problem)
            now = replace(self.before, stores=run.stores)
            try:
                found = again(now)
            except WishError as error:
                raise self.given_up(every, in_turn(problem, error.phrase)) from error
            except HostError as error:
                said = in_turn(problem, error.phrase)
                raise self.given_up(every, said, error.unreachable) from error
            todo = to_do(found)
            if not todo:
                return
            every += todo

    def given_up(
        self, plans: Sequence[RulePlan], problem: Value, unreachable: bool = False
    ) -> ChangeError:
        """The error of a task that is not repeated, after what it had begun was undone."""
        try:
            left = self.run.take_back(plans)
        except (HostError, StepError) as error:
            unreachable = unreachable or error.unreachable
            failed = Phrase("left.not_taken_back", {"error": error.phrase})
            left = in_turn(failed, self.run.half_done(plans))
        return self.broken_off(problem, unreachable, left)

    def broken_off(
        self, problem: Value, unreachable: bool = False, left: Value | None = None
    ) -> ChangeError:
        """The error of a task that was begun, with the current state of each of its rules.

        Args:
            left: sentences about what was left of rules, which hold unless these are taken back.
        """
        run, before = self.run, self.before
        if not unreachable and self.whole():
            try:
                left = run.undo() or left
            except (HostError, StepError) as error:
                unreachable = error.unreachable
                left = in_turn(left, Phrase("left.not_taken_back", {"error": error.phrase}))
        problem = in_turn(problem, left)
        # For a rule that the task names twice, the last plan counts.
        latest = {name_key(each.rule_id): each for each in to_do(self.planned)}
        known = [each for each in latest.values() if not run.is_uncertain(each)]
        now, then = (_of(latest.values(), rules) for rules in (run.rules, before.local_rules))
        # What may be changed counts as changed: handlers had better run once too often.
        changed = now != then or len(known) < len(latest)
        waiting = [rule.label for rule in run.held(known) if changed and not rule.enabled]
        if waiting:
            problem = in_turn(problem, Phrase("left.disabled", {"rules": quoted(waiting)}))
        standings = tuple(self._so_far(each, latest) for each in self.planned)
        done = [each.name for each in standings if each.standing in _DONE]
        if done:
            problem = in_turn(problem, Phrase("left.done", {"rules": quoted(done)}))
        idle = [each.name for each in latest.values() if not run.has_begun(each)]
        if idle and len(latest) > 1:
            problem = in_turn(problem, Phrase("left.not_begun", {"rules": quoted(idle)}))
        return ChangeError(problem, changed=changed, unreachable=unreachable, rules=standings)

    def _so_far(self, change: Change, latest: Mapping[str, RulePlan]) -> SoFar:
        run, before, made = self.run, self.before, change.plan
        if made is None:
            return SoFar(change.name, None, Standing.UNCHANGED)
        last = latest.get(name_key(made.rule_id))
        if last is None or not run.has_begun(made):
            standing = Standing.UNCHANGED
        elif run.is_uncertain(made):
            standing = Standing.UNKNOWN
        elif not plan.unwritten(last, run.rules, before.environment):
            standing = _STANDINGS[made.outcome]
        elif plan.rule_of(made, run.rules) == plan.rule_of(made, before.local_rules):
            standing = Standing.UNCHANGED
        elif any(not rule.enabled for rule in run.held([made])):
            standing = Standing.DISABLED
        else:
            standing = Standing.INCOMPLETE
        return SoFar(change.name, made.rule_id, standing)


def _of(plans: Iterable[RulePlan], rules: Iterable[FirewallRule]) -> frozenset[FirewallRule]:
    """The rules that plans are about."""
    keys = {name_key(each.rule_id) for each in plans}
    return frozenset(rule for rule in rules if name_key(rule.rule_id) in keys)


_STANDINGS = {
    PlanOutcome.CREATE: Standing.CREATED,
    PlanOutcome.CHANGE: Standing.CHANGED,
    PlanOutcome.DELETE: Standing.DELETED,
    PlanOutcome.NOTHING: Standing.UNCHANGED,
}
_DONE = frozenset(_STANDINGS.values()) - {Standing.UNCHANGED}
