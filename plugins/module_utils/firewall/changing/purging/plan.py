# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans a task that wants its rules to be the only ones of a scope.

All is planned before anything changes. Then the wishes come first, and every rule that goes is
disabled. Only when the host was read and judged again are rules deleted, because what no step can
write would be lost with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ....ground.names import name_key
from ....words.phrases import Value
from ...judging.reading import FirewallReading
from ...naming.shown import ShownNames
from ...parts import compare
from ...parts.desired import WantedRule
from ...policy.environment import Environment
from ...policy.rule import FirewallRule
from .. import plan
from ..moves.steps import deletion, switch
from ..plan import PlanOutcome, RulePlan
from ..winrm_guard import Guard
from ..wishes import (
    Change,
    Meant,
    Objections,
    Rules,
    Wish,
    WishError,
    check_member,
    plans_for,
    with_rule,
)
from .scope import Scope, Unspecified


@dataclass(frozen=True)
class Purge:
    """What a task does to all rules that it names, or that are in its scope.

    Attributes:
        changes: what becomes of the rules that it names, then of the others.
        first: the changes of the first part, after which nothing is deleted that could be kept.
        last: the deletions.
        kept: rules in the scope that no entry names, and that stay all the same.
        wished: the local rules after the changes of the wishes alone.
        rules: the local rules afterwards.
    """

    changes: tuple[Change, ...]
    first: tuple[Change, ...]
    last: tuple[RulePlan, ...]
    kept: tuple[FirewallRule, ...]
    wished: Rules
    rules: Rules


def purge(
    wishes: Sequence[Wish],
    scope: Scope,
    before: FirewallReading,
    guard: Guard | None,
    keeper: Guard,
    begun: Collection[str] = (),
) -> Purge:
    """Plan a task.

    Args:
        guard: for the rules that it names; None if they may cut off WinRM.
        keeper: for the others, which never may.
        begun: keys of the ids of rules that this run itself has created.

    Raises:
        WishError: a wish is impossible, or it or the scope could cut off WinRM.
    """
    shown = before.shown
    named, rules = plans_for(
        own_groups(wishes, scope, before),
        before,
        guard,
        begun,
        in_scope(scope, shown),
    )
    keys = {name_key(each.plan.rule_id) for each in named if each.plan is not None}
    others = [
        rule for rule in rules if name_key(rule.rule_id) not in keys and scope.holds(rule, shown)
    ]
    wished = rules
    going: list[Change] = []
    for rule in others:
        if scope.spares(rule) or (scope.action is Unspecified.DISABLE and not rule.enabled):
            continue
        check_member(rule)
        made = _gone(rule, scope.action, before.environment)
        why = Objections(keeper, rules, begun).to(made)
        if why is not None:
            values: dict[str, Value] = {"rule": rule.label, "option": "unspecified", "why": why}
            raise WishError("wish.unspecified_protected", **values, rules="rules")
        rules = with_rule(rules, made.rule_id, made.after)
        going.append(Change(made.name, made, unspecified=True))
    changes = (*named, *going)
    first, last = _in_two_parts(changes)
    kept = tuple(filter(scope.spares, others))
    return Purge(changes, first, last, kept, wished, rules)


def own_groups(wishes: Iterable[Wish], scope: Scope, before: FirewallReading) -> tuple[Wish, ...]:
    """The wishes, in which Windows' own rules keep their groups unless an entry says otherwise. The
    group of the task is for the rules that it makes."""
    own = [rule for rule in before.local_rules if scope.spares(rule)]

    def kept(wanted: WantedRule) -> WantedRule:
        if "group" not in wanted.asked or not plan.finds(wanted, own, before.shown):
            return wanted
        asked = {name: value for name, value in wanted.asked.items() if name != "group"}
        return replace(wanted, asked=asked)

    return tuple(
        replace(each, rules=tuple(map(kept, each.rules))) if each.default_group else each
        for each in wishes
    )


def in_scope(scope: Scope, shown: ShownNames) -> Meant:
    """Which rules an entry can mean by a name: not those that are in other groups."""

    def meant(wanted: WantedRule, rules: Rules, present: bool) -> Rules:
        if wanted.rule_id is not None or scope.group is None:
            return rules
        own = wanted.asked.get("group")
        others = [rule for rule in rules if scope.leaves_alone(rule, shown, own)]
        if not others:
            return rules
        # Their ids are taken all the same.
        ids = {rule.rule_id for rule in others}
        found = tuple(_nameless(rule) if rule.rule_id in ids else rule for rule in rules)
        if present and not plan.finds(wanted, found, shown):
            taken = [rule for rule in others if plan.finds(wanted, [rule], shown)]
            if taken:
                values: dict[str, Value] = {
                    "rule": wanted.name or "",
                    "other": taken[0].group or "",
                    "group": scope.group,
                    "rule_id": taken[0].rule_id,
                }
                raise WishError("wish.of_other_group", **values)
        return found

    return meant


def left_alone(
    wishes: Iterable[Wish], scope: Scope, before: FirewallReading
) -> Iterator[tuple[WantedRule, FirewallRule]]:
    """The entries whose rules are to go, and that no rule fits but one of another group; with the
    first such rule."""
    rules, shown = before.local_rules, before.shown
    for wish in wishes:
        for wanted in () if wish.present or scope.group is None else wish.rules:
            if wanted.rule_id is not None:
                continue
            found = [rule for rule in rules if plan.finds(wanted, [rule], shown)]
            own = wanted.asked.get("group")
            if found and all(scope.leaves_alone(rule, shown, own) for rule in found):
                yield wanted, found[0]


def _nameless(rule: FirewallRule) -> FirewallRule:
    return FirewallRule.of({**rule.__dict__, "name": None})


def _gone(rule: FirewallRule, action: Unspecified, environment: Environment) -> RulePlan:
    """The plan for a rule that no entry names."""
    off = rule.but(active=False)
    pause = ((switch(off),),) if rule.enabled else ()
    if action is Unspecified.REMOVE:
        stages = (*pause, *deletion(rule))
        return RulePlan(PlanOutcome.DELETE, rule.rule_id, rule, stages=stages)
    differences = compare.differences(rule, off, environment)
    return RulePlan(PlanOutcome.CHANGE, rule.rule_id, rule, off, differences, pause)


def _in_two_parts(
    changes: Sequence[Change],
) -> tuple[tuple[Change, ...], tuple[RulePlan, ...]]:
    """What comes before the second judgement, in which rules that go are only disabled; and their
    deletions. A rule that a later change is about is deleted at once."""
    last_of = {name_key(each.plan.rule_id): each for each in changes if each.plan is not None}
    first: list[Change] = []
    last: list[RulePlan] = []
    for each in changes:
        made = each.plan
        rule = None if made is None else made.before
        if (
            made is None
            or rule is None
            or made.outcome is not PlanOutcome.DELETE
            or last_of[name_key(made.rule_id)] is not each
        ):
            first.append(each)
            continue
        off = rule.but(active=False)
        if rule.enabled:
            pause = RulePlan(PlanOutcome.CHANGE, rule.rule_id, rule, off, stages=((switch(off),),))
            first.append(replace(each, plan=pause))
        last.append(RulePlan(PlanOutcome.DELETE, rule.rule_id, off, stages=deletion(off)))
    return tuple(first), tuple(last)


def left_to_delete(last: Iterable[RulePlan], rules: Sequence[FirewallRule]) -> Iterator[Change]:
    """The deletions of the last part that are left.

    Raises:
        WishError: somebody else has enabled a rule that was to be deleted.
    """
    for made in last:
        found = plan.rule_of(made, rules)
        if found is None:
            continue
        if found.enabled:
            raise WishError("wish.enabled_again", rule=found.label)
        yield Change(made.name, made)
