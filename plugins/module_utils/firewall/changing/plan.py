# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans the CIM operations that turn the existing rules into the wanted rule.

The result is plain data. At no step is anything more open than before or after: a new rule is
created disabled, gets its filters, and is enabled last; `transition` changes a rule that is in
force. A rule that an interrupted run has only begun is found again and completed.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ...ground.names import name_key, same_name
from ...ground.text import for_display
from ...words.phrases import Joined, Phrase, PhraseError, Value, Verbatim
from ..naming.shown import ShownNames, is_reference
from ..parts import compare
from ..parts.compare import Difference
from ..parts.desired import WantedRule
from ..parts.option import OptionError
from ..parts.table import BY_NAME, LIMITING, OPTIONS, RULE
from ..policy.environment import Environment
from ..policy.rule import FirewallRule, Title
from .moves import transition
from .moves.steps import PARTS, Stage, creation, deletion, with_parts
from .winrm_guard import ProtectedRuleError

# How many rules of one name can be recognized as ours by their ids; no task uses as many protocols.
_MOST_OF_A_NAME = 16
_BLANK = FirewallRule("")
# What a new rule is for; with one of these, it is meant, whatever it is called.
_CONDITIONS = frozenset({"local_ports", "remote_ports", "program", "service", "icmp_types"})
# The namespace of the ids that are derived from names; any fixed value will do.
_ID_NAMESPACE = uuid.UUID("6f1c2b7e-58a4-4d3b-9a55-6f7e2a1d9c40")


class PlanOutcome(StrEnum):
    """What a plan does to a rule."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    NOTHING = "nothing"


class DuplicateRuleError(PhraseError, ValueError):
    """Several rules match the name."""

    def __init__(self, name: str, rule_ids: Sequence[str]) -> None:
        ids = Verbatim(for_display(", ".join(rule_ids)))
        super().__init__(
            "wish.duplicates",
            count=len(rule_ids),
            name=name,
            ids=ids,
            setting="all_of_a_name: true",
        )


class TakenNameError(PhraseError, ValueError):
    """A new rule would have the name that Windows shows for one of its own rules, or for a group of
    them."""


@dataclass(frozen=True)
class RulePlan:
    """What to do about one rule.

    `stages` are carried out in order, each only after the store was read and holds the result of
    the one before it. `before` is None for a new rule, `after` for one that is deleted. `notes` are
    sentences for the user. `heals`: if the task is interrupted, running it again completes it. A
    task without `enabled` does not enable a paused rule again.
    """

    outcome: PlanOutcome
    rule_id: str
    before: FirewallRule | None = None
    after: FirewallRule | None = None
    differences: tuple[Difference, ...] = ()
    stages: tuple[Stage, ...] = ()
    notes: tuple[Phrase, ...] = ()
    heals: bool = True

    @property
    def name(self) -> Title:
        """The title of the rule in messages."""
        return self._rule.label

    @property
    def shown_name(self) -> Title:
        """The name of the rule where its id is beside it."""
        return self._rule.shown_name

    @property
    def _rule(self) -> FirewallRule:
        return self.after or self.before or FirewallRule(self.rule_id)

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        return self.outcome is not PlanOutcome.NOTHING


def present(
    wanted: WantedRule,
    existing: Iterable[FirewallRule],
    *,
    environment: Environment | None = None,
    objects_to: Callable[[FirewallRule, FirewallRule], bool] = lambda before, state: False,
) -> RulePlan:
    """Plan how to create the wanted rule, or change the existing one.

    Args:
        existing: the rules of the local store.
        environment: where Windows and programs live, to compare paths.
        objects_to: takes a rule as it is and as it would be for a moment, and says whether it must
            not be in that state.

    Raises:
        OptionError: Windows would not accept the rule. DuplicateRuleError: several rules have this
        name. TakenNameError: a new rule would have the name of one of Windows' own.
        ProtectedRuleError: every sequence of steps has a state that is objected to.
    """
    rules = tuple(existing)
    shown = environment.shown if environment else ShownNames()
    found = _named(wanted, rules, shown)
    if len(found) > 1:
        raise DuplicateRuleError(wanted.name or "", [rule.rule_id for rule in found])
    if not found:
        _check_new_name(wanted, rules, shown)
        return _create(wanted, rules, environment)
    before = found[0]
    if before.local_users_encoded and "local_users" in wanted.asked:
        # CIM was never seen to show or take such a list, so it could not be given back.
        raise OptionError("local_user", "option.conditional_users")
    after = wanted.applied_to(before, environment)
    differences = compare.differences(before, after, environment)
    if not differences:
        notes = _notes(wanted, before)
        return RulePlan(PlanOutcome.NOTHING, before.rule_id, before, before, notes=notes)
    changed = [each.property for each in differences]
    if "description" in changed and (before.description or "").startswith("@"):
        # Documentation of MSFT_NetFirewallRule, Description.
        raise OptionError("description", "option.description_reference")
    try:
        stages = transition.stages(
            before, after, environment, lambda state: objects_to(before, state)
        )
    except transition.NoSafeWayError as error:
        names = [
            each.property
            for each in differences
            if (place := BY_NAME[each.property].cim_class) and place.name in error.classes
        ]
        why = Phrase("guard.no_safe_way", {"properties": Verbatim(", ".join(names))})
        raise ProtectedRuleError("guard.refused", why=why) from error
    paused = any(move.state and not move.state.enabled for stage in stages for move in stage)
    return RulePlan(
        PlanOutcome.CHANGE,
        before.rule_id,
        before,
        after,
        differences,
        stages,
        _notes(wanted, before),
        heals=not paused or "active" in wanted.asked or not before.enabled,
    )


def taking_back(
    plan: RulePlan, found: FirewallRule | None, environment: Environment | None = None
) -> RulePlan | None:
    """Plan how to restore a rule's state before a plan from its current one; None if there is
    nothing to do, or it can't be done.

    The guard of WinRM is not consulted: a run may undo what it has begun.
    """
    before = plan.before
    if found is None:
        return None
    if before is None:
        return RulePlan(PlanOutcome.DELETE, found.rule_id, found, stages=deletion(found))
    differences = compare.differences(found, before, environment)
    if not differences:
        return None
    stages = transition.stages(found, before, environment)
    return RulePlan(PlanOutcome.CHANGE, found.rule_id, found, before, differences, stages)


def each_of(
    wanted: WantedRule, existing: Iterable[FirewallRule], shown: ShownNames
) -> tuple[WantedRule, ...]:
    """The wanted rule, or each of several that it names: if the task says so, or they are Windows'
    own. Those share a name where Windows has one for each profile or scope, and one task applies to
    all of them, as `Set-NetFirewallRule -DisplayName` and netsh do it."""
    if wanted.rule_id is not None:
        return (wanted,)
    found = _named(wanted, tuple(existing), shown)
    together = wanted.all_of_a_name and len(found) > 1
    if not found or not (together or all(rule.is_localised_name for rule in found)):
        return (wanted,)
    asked = {name: value for name, value in wanted.asked.items() if name != "name"}
    return tuple(replace(wanted, rule_id=rule.rule_id, asked=asked) for rule in found)


def absent(
    wanted: WantedRule, existing: Iterable[FirewallRule], shown: ShownNames | None = None
) -> tuple[RulePlan, ...]:
    """Plan how to delete the wanted rule: one plan for each matching rule.

    Without a rule_id, these are all rules of its name, and of its direction and protocol if given;
    several of one name are all deleted, never only some. A rule that an interrupted run has only
    begun is deleted too, whatever its protocol should have been. The result is empty if there is
    none.
    """
    rules = tuple(existing)
    names = shown or ShownNames()
    found = _named(replace(wanted, exact_protocol="protocol" in wanted.asked), rules, names)
    if wanted.rule_id is None:
        begun = [rule for rule in _of_name(wanted, rules, names) if is_begun(rule)]
        found += [rule for rule in begun if rule not in found]
    notes: tuple[Phrase, ...] = ()
    if len(found) > 1:
        values: dict[str, Value] = {"count": len(found), "name": wanted.name or ""}
        notes = (Phrase("rule.all_of_a_name", values),)
    return tuple(
        RulePlan(
            PlanOutcome.DELETE,
            rule.rule_id,
            before=rule,
            stages=deletion(rule),
            notes=notes,
        )
        for rule in found
    )


def unwritten(
    plan: RulePlan, existing: Iterable[FirewallRule], environment: Environment | None = None
) -> tuple[Difference, ...]:
    """What is not as planned after the steps, according to the rules read again; empty if
    everything is.

    A rule that is missing, or still exists, is reported as a difference in its name.
    """
    return not_as(plan.after, plan, existing, environment)


def not_as(
    state: FirewallRule | None,
    plan: RulePlan,
    existing: Iterable[FirewallRule],
    environment: Environment | None = None,
) -> tuple[Difference, ...]:
    """Like `unwritten`, for an intermediate state of a plan."""
    found = rule_of(plan, existing)
    name = (plan.after or plan.before or FirewallRule(plan.rule_id)).name
    if state is None:
        return (Difference("name", name, None),) if found else ()
    if found is None:
        return (Difference("name", None, name),)
    return compare.differences(found, state, environment)


def rule_of(plan: RulePlan, rules: Iterable[FirewallRule]) -> FirewallRule | None:
    """The rule that a plan is about."""
    key = name_key(plan.rule_id)
    return next((rule for rule in rules if name_key(rule.rule_id) == key), None)


def is_there(wanted: WantedRule, rules: Iterable[FirewallRule], shown: ShownNames) -> bool:
    """Whether a rule has the id or the name, whatever else is wanted of it."""
    if wanted.rule_id is not None:
        return any(same_name(rule.rule_id, wanted.rule_id) for rule in rules)
    return any(has_name(wanted, rule, shown) for rule in rules)


def finds(wanted: WantedRule, rules: Sequence[FirewallRule], shown: ShownNames) -> bool:
    """Whether a wanted rule is one of these, or may be one of several."""
    return bool(_named(wanted, rules, shown))


def has_name(wanted: WantedRule, rule: FirewallRule, shown: ShownNames) -> bool:
    """Whether a rule has the name, whatever its id."""
    return shown.is_name(wanted.name or "", rule.rule_id, rule.name)


def _check_new_name(wanted: WantedRule, rules: Sequence[FirewallRule], shown: ShownNames) -> None:
    """Refuse a twin of one of Windows' own rules, and a rule without conditions that is called like
    a group of them. Raises TakenNameError."""
    name = wanted.name
    if name is None:
        return
    own = [rule for rule in rules if rule.is_localised_name]
    twins = [rule for rule in own if shown.is_name(name, rule.rule_id, rule.name)]
    if twins:
        ids = Verbatim(for_display(", ".join(rule.rule_id for rule in twins)))
        raise TakenNameError("wish.name_taken", name=name, ids=ids)
    if _CONDITIONS.isdisjoint(wanted.asked) and any(
        is_reference(rule.group) and shown.is_group(name, rule.group) for rule in own
    ):
        raise TakenNameError("wish.name_of_group", name=name)


def _named(
    wanted: WantedRule, rules: Sequence[FirewallRule], shown: ShownNames
) -> list[FirewallRule]:
    """The matching rules: the one with this id, or all with this name in any letter case.

    A rule that an interrupted run has only begun has no protocol yet. It matches if there is no
    other.
    """
    if wanted.rule_id is not None:
        key = name_key(wanted.rule_id)
        return [rule for rule in rules if name_key(rule.rule_id) == key]
    found = _of_name(wanted, rules, shown)
    begun = [rule for rule in found if is_begun(rule)]
    whole = [rule for rule in found if rule not in begun]
    if "protocol" in wanted.asked:
        same = [rule for rule in whole if rule.protocol == wanted.asked["protocol"]]
        if wanted.exact_protocol or (len(whole) > 1 and same):
            whole = same
    return whole or begun[:1]


def _of_name(
    wanted: WantedRule, rules: Sequence[FirewallRule], shown: ShownNames
) -> list[FirewallRule]:
    name = wanted.name or ""
    found = [rule for rule in rules if shown.is_name(name, rule.rule_id, rule.name)]
    if "direction" in wanted.asked:
        found = [rule for rule in found if rule.direction is wanted.asked["direction"]]
    return found


def is_begun(rule: FirewallRule) -> bool:
    """Whether a run of this collection has created a rule and was interrupted before it could write
    its conditions: its id follows from its name, it is disabled, and it has no conditions."""
    if rule.enabled or rule.name is None:
        return False
    blank = with_parts(rule, _BLANK, [each for each in PARTS if each != RULE])
    ids = (_derived_id(rule, number) for number in range(_MOST_OF_A_NAME))
    return rule == blank and any(same_name(each, rule.rule_id) for each in ids)


def described(wanted: WantedRule, environment: Environment | None = None) -> FirewallRule | None:
    """A rule as a task describes it, None if it does not say what the rule is for.

    Raises:
        OptionError: Windows would not accept the rule.
    """
    if not _CONDITIONS & wanted.asked.keys():
        return None
    return wanted.applied_to(None, environment)


def _create(
    wanted: WantedRule, rules: Sequence[FirewallRule], environment: Environment | None
) -> RulePlan:
    rule = wanted.applied_to(None, environment)
    rule_id = wanted.rule_id or _new_id(rule, {name_key(each.rule_id) for each in rules})
    rule = rule.but(rule_id=rule_id)
    shown = compare.properties(rule, environment)
    differences = tuple(Difference(name, None, value) for name, value in shown.items())
    return RulePlan(
        PlanOutcome.CREATE,
        rule_id,
        after=rule,
        differences=differences,
        stages=creation(rule, environment),
    )


def _new_id(rule: FirewallRule, taken: Collection[str]) -> str:
    """An id that follows from the rule's name, so that a repeated creation finds the first one."""
    ids = (_derived_id(rule, number) for number in itertools.count())
    return next(each for each in ids if name_key(each) not in taken)


def _derived_id(rule: FirewallRule, number: int) -> str:
    direction = rule.direction.value if rule.direction else ""
    text = f"{rule.name}\n{direction}\n{number}"
    return f"{{{uuid.uuid5(_ID_NAMESPACE, text)}}}".upper()


def _notes(wanted: WantedRule, before: FirewallRule) -> tuple[Phrase, ...]:
    found = _unmanaged(before, wanted)
    if wanted.enabled_by_default and not before.enabled:
        found += (Phrase("rule.was_disabled", {"rule": before.label, "option": "enabled"}),)
    return found


def _unmanaged(rule: FirewallRule, wanted: WantedRule) -> tuple[Phrase, ...]:
    """A note about conditions that the task does not set, and that are easily forgotten; they stay
    as they are."""

    def left(attribute: str) -> bool:
        return bool(getattr(rule, attribute) != getattr(_BLANK, attribute))

    kinds = [
        each.limit
        for each in OPTIONS
        if each.limit and any(left(name) and name not in wanted.asked for name in each.attributes)
    ]
    kinds += (kind for name, kind in LIMITING.items() if left(name))
    found = tuple(Phrase(f"limit.{kind}") for kind in dict.fromkeys(kinds))
    if not found:
        return ()
    limits = Joined(found, "list.separator")
    return (Phrase("rule.also_limited", {"rule": rule.label, "limits": limits}),)
