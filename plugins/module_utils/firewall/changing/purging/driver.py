# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a task that wants its rules to be the only ones of a scope, in two parts.

In the first one, every wish is fulfilled, and every rule that goes is disabled. The host is then
read and judged: only if its firewall treats WinRM and the rules of the task as planned, the second
part deletes. Until a rule is gone, a failure takes everything back. After that, what was not yet
deleted stays disabled, which is the state that was judged, and the next run deletes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ....ground.names import name_key
from ....host.host import Host, HostError
from ....words.phrases import Phrase, Value, in_turn
from ...judging import reading
from ...judging.reading import FirewallReading
from ..carrying import Attempt, to_do
from ..changes import Changes, Known, read_for
from ..judged import judged
from ..moves.broken_off import ChangeError
from ..moves.stored import stored
from ..plan import PlanOutcome
from ..run import Run, quoted
from ..wishes import Change, Wish, WishError, again, notes, of_their_protocols
from .judge import objection, of_others
from .plan import Purge, in_scope, left_alone, left_to_delete, own_groups, purge
from .scope import Scope, Unspecified


def make(
    host: Host,
    wishes: Sequence[Wish],
    scope: Scope,
    *,
    check: bool = False,
    force: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Changes:
    """Change the rules of a host as wished, and leave no others in a scope.

    Args:
        check: change nothing, but report what would change.
        force: the wishes may cut off WinRM. The rules that no wish is about never may.
        sleep: waits this many seconds; tests pass their own.

    Raises:
        HostError: the host could not be read.
        ChangeError: the task is impossible, or was not carried out.
    """
    wishes = of_their_protocols(wishes)
    of_group = () if scope.group is None else (Wish(False, group=scope.group),)
    known = read_for(host, (*wishes, *of_group))
    before = known.before
    task = _Task(host, wishes, scope, known, force, sleep)
    try:
        done = task.planned(before)
        own = own_groups(wishes, scope, before)
        after = before.with_local_rules(done.rules)
        contradictions = again(own, after, in_scope(scope, before.shown))
    except WishError as error:
        raise ChangeError(error.phrase) from error
    if contradictions:
        raise ChangeError(in_turn(*contradictions))
    changes = done.changes
    if to_do(changes) and not check:
        run = known.run(host)
        changes = task.carry_out(run, done)
        after = replace(before, stores=run.stores)
    named = [each for each in changes if not each.unspecified]
    found, after = judged(host, named, after, known.near)
    found += of_others([each for each in changes if each.unspecified], named, after)
    said = (
        *notes((*wishes, *of_group), before, done.rules),
        *_left_alone(wishes, scope, before),
        *_own_notes(found, done, scope),
    )
    return Changes(found, after, said)


def _left_alone(wishes: Sequence[Wish], scope: Scope, before: FirewallReading) -> Iterator[Phrase]:
    """What stays since it is in another group."""
    for wanted, rule in left_alone(wishes, scope, before):
        yield Phrase(
            "purge.of_other_group",
            {
                "rule": wanted.name or rule.label,
                "other": rule.group or "",
                "group": scope.group or "",
                "rule_id": rule.rule_id,
            },
        )


def _own_notes(changes: Sequence[Change], done: Purge, scope: Scope) -> Iterator[Phrase]:
    """What stays although somebody might think otherwise, and what is lost with a rule."""
    if done.kept and scope.group is not None:
        rules = quoted(rule.label for rule in done.kept)
        values: dict[str, Value] = {"group": scope.group, "rules": rules}
        yield Phrase("purge.windows_own", values)
    lost = [
        each.name
        for each in changes
        if each.unspecified
        and each.plan is not None
        and each.plan.outcome is PlanOutcome.DELETE
        and each.plan.before is not None
        and stored(each.plan.before) is not None
    ]
    if lost:
        yield Phrase("purge.lost_parts", {"rules": quoted(lost), "key": "rules[].stored"})
    still = [
        each.name
        for each in changes
        if each.unspecified and each.counts and each.effect and each.effect.effective is False
    ]
    if still:
        removed = scope.action is Unspecified.REMOVE
        key = "purge.still_removed" if removed else "purge.still_disabled"
        yield Phrase(key, {"rules": quoted(still), "key": "rules[].reason"})


class _Task:
    """A task on one host."""

    def __init__(
        self,
        host: Host,
        wishes: Sequence[Wish],
        scope: Scope,
        known: Known,
        force: bool,
        sleep: Callable[[float], None],
    ) -> None:
        self._host = host
        self._wishes = wishes
        self._scope = scope
        self._known = known
        self._force = force
        self._sleep = sleep

    def planned(self, before: FirewallReading, run: Run | None = None) -> Purge:
        """Plan it for the host as it is. Raises WishError, HostError."""
        keeper = self._known.guard
        guard = None if self._force else keeper
        begun = run.created if run else ()
        return purge(self._wishes, self._scope, before, guard, keeper, begun)

    def carry_out(self, run: Run, done: Purge) -> tuple[Change, ...]:
        """Carry out both parts.

        Returns:
            All changes, also of rules that came into the scope meanwhile.

        Raises:
            ChangeError: they could not be completed.
        """
        every = list(done.changes)
        latest = done

        def once_more(now: FirewallReading) -> Sequence[Change]:
            nonlocal latest
            latest = self.planned(now, run)
            told = {name_key(each.plan.rule_id) for each in every if each.plan is not None}
            every.extend(
                each
                for each in latest.changes
                if each.plan is not None and name_key(each.plan.rule_id) not in told
            )
            return latest.first

        first = Attempt(run, every, self._known.before, lambda: True)
        todo = to_do(done.first)
        first.carry_out(todo, once_more, self._sleep)
        last = latest.last
        run.hold(last)
        if todo:
            self._judge(first, latest)
        second = Attempt(run, every, self._known.before, lambda: len(run.held(last)) == len(last))
        second.carry_out(
            last, lambda now: tuple(left_to_delete(last, now.local_rules)), self._sleep
        )
        return tuple(every)

    def _judge(self, attempt: Attempt, done: Purge) -> None:
        """Judge the host as it is after the first part. Raises ChangeError."""
        before, keeper = self._known.before, self._known.guard
        try:
            networks, _notes = reading.read_networks(self._host)
            now = replace(before, stores=attempt.run.stores, networks=networks or before.networks)
            now = now.with_addresses(self._known.near.known)
            let_in = done.wished if self._force else before.local_rules
            found = objection(done, before, now, keeper, let_in)
        except HostError as error:
            raise attempt.broken_off(error.phrase, error.unreachable) from error
        if found is not None:
            raise attempt.broken_off(found)
