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
from ...policy.rule import FirewallRule
from ...policy.vocabulary import TCP, UDP, Action
from ..winrm_guard import Guard
from ..wishes import Change, Rules
from .plan import Purge

# A task may remove hundreds of rules. What becomes of the traffic of so many is told.
_MOST_JUDGED = 64
_MOST_PORTS = 16


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


def of_others(
    others: Iterable[Change], named: Iterable[Change], after: FirewallReading
) -> tuple[Change, ...]:
    """The changes of rules that no entry names, with what their going has effected, as far as that
    is quickly told, and whether only other rules of the task treat their traffic as before."""
    own = {name_key(each.plan.rule_id) for each in named if each.plan is not None}
    left = tuple(rule for rule in after.local_rules if name_key(rule.rule_id) not in own)
    without = after.with_local_rules(left)
    found: list[Change] = []
    for number, each in enumerate(others):
        rule, present = each.judged
        if rule is None or number >= _MOST_JUDGED or not _is_narrow(rule):
            found.append(each)
            continue
        judged = effect.judge(rule, after, present=present)
        covered = (
            judged.effective is False
            and rule.action is not Action.BLOCK
            and effect.judge(rule, without, present=present).effective is not False
        )
        found.append(replace(each, effect=judged, covered=covered))
    return tuple(found)


def _is_narrow(rule: FirewallRule) -> bool:
    """Whether a judgement of a rule takes a moment only. One for all protocols takes a second."""
    return rule.protocol in (TCP, UDP) and (
        rule.program is not None or 0 < len(rule.local_ports.numbers) <= _MOST_PORTS
    )
