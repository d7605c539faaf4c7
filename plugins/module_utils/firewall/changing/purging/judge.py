# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges a host after the rules that go were disabled, before any is deleted; and what their going
has effected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ....ground.names import name_key
from ....words.phrases import Phrase, Value
from ...effects import effect
from ...judging.reading import FirewallReading
from ...policy.vocabulary import Action
from ..winrm_guard import Guard
from ..wishes import Change, Rules
from .plan import Purge


def objection(
    done: Purge, before: FirewallReading, now: FirewallReading, keeper: Guard, let_in: Rules
) -> Phrase | None:
    """Why nothing may be deleted, in whole sentences; None if all is as planned.

    Args:
        before: the host before the task.
        now: the host as it was read after the first part.
        let_in: the local rules by which WinRM must be let in no less than by those of `now`.
    """
    lost = keeper.lost(let_in, now)
    if lost is not None:
        return Phrase("purge.lost", {"why": lost})
    planned = before.with_local_rules(done.rules)
    for each in done.changes:
        rule, present = each.judged
        if each.unspecified or rule is None or not present or not rule.enabled:
            continue
        found = effect.judge(rule, now)
        if found.effective is False and effect.judge(rule, planned).effective is not False:
            values: dict[str, Value] = {"rule": each.name, "reason": found.reason}
            return Phrase("purge.no_effect", values)
    return None


def covered(changes: Iterable[Change], after: FirewallReading) -> tuple[Change, ...]:
    """The changes, in which it is told of the rules that no entry names whether only the others of
    the task treat their traffic as before."""
    every = tuple(changes)
    own = {
        name_key(each.plan.rule_id)
        for each in every
        if each.plan is not None and not each.unspecified
    }
    left = tuple(rule for rule in after.local_rules if name_key(rule.rule_id) not in own)
    without = after.with_local_rules(left)

    def told(change: Change) -> Change:
        rule, present = change.judged
        judged = change.effect
        if not change.unspecified or rule is None or judged is None:
            return change
        if judged.effective is not False or rule.action is Action.BLOCK:
            return change
        apart = effect.judge(rule, without, present=present)
        return replace(change, covered=apart.effective is not False)

    return tuple(map(told, every))
