# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the wanted rule and the rules that exist to the CIM operations that make one the other.

Only plain data comes out. On the way nothing is more open than before or after: a new rule is
created disabled, gets its filters, and is enabled last; a rule that lets traffic in is disabled
while several of its parts change. Each plan also says how to take everything back.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from ..messages.catalog import Joined, Phrase, Value
from ..names import name_key, same_name
from ..wsman.text import for_display
from . import cim_values, compare, winrm_rules
from .cim_values import DISABLED, ENABLED, RULE, Values
from .compare import Difference
from .desired import WantedRule
from .option_texts import OptionError
from .rule import FirewallRule
from .traffic import Environment
from .vocabulary import Action
from .winrm_rules import WINRM_PORTS

# The namespace of the ids that are derived from names; any fixed value does.
_ID_NAMESPACE = uuid.UUID("6f1c2b7e-58a4-4d3b-9a55-6f7e2a1d9c40")


@dataclass(frozen=True)
class CreateRule:
    """Create an instance of MSFT_NetFirewallRule with these values."""

    values: Values


@dataclass(frozen=True)
class PutRule:
    """Put these values on the rule with this id."""

    rule_id: str
    values: Values


@dataclass(frozen=True)
class PutFilter:
    """Put these values on the rule's one associated instance of a filter class."""

    rule_id: str
    class_name: str
    values: Values


@dataclass(frozen=True)
class DeleteRule:
    """Delete the rule with this id by its reference."""

    rule_id: str


Step: TypeAlias = CreateRule | PutRule | PutFilter | DeleteRule


class Outcome(StrEnum):
    """What a plan does to a rule."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    NOTHING = "nothing"


class DuplicateRuleError(ValueError):
    """Several rules could be meant; `rule_ids` are theirs."""

    def __init__(self, message: str, rule_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.rule_ids = tuple(rule_ids)


@dataclass(frozen=True)
class RulePlan:
    """What to do about one rule.

    `steps` are to be done in order; if one fails, `undo` leads back to the state before, also in
    order. `before` is None for a new rule, `after` for one that is deleted. `notes` are sentences
    for the user.
    """

    outcome: Outcome
    rule_id: str
    before: FirewallRule | None = None
    after: FirewallRule | None = None
    differences: tuple[Difference, ...] = ()
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    notes: tuple[Phrase, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        return self.outcome is not Outcome.NOTHING


def present(
    wanted: WantedRule,
    existing: Iterable[FirewallRule],
    *,
    environment: Environment | None = None,
    winrm_ports: Collection[int] = WINRM_PORTS,
) -> RulePlan:
    """How to make the wanted rule be there.

    Args:
        existing: the rules of the local store.
        environment: where Windows and programs live, to compare paths.
        winrm_ports: where WinRM is reached.

    Raises:
        OptionError: the rule would be none that Windows takes.
        DuplicateRuleError: several rules have this name.
    """
    rules = tuple(existing)
    found = _named(wanted, rules)
    if len(found) > 1:
        ids = [rule.rule_id for rule in found]
        raise DuplicateRuleError(
            f"{len(found)} rules are named {wanted.name!r}: "
            f"{for_display(', '.join(ids))}. Which one is meant? "
            "Say so by direction, protocol or rule_id, or remove the others.",
            ids,
        )
    if not found:
        return _create(wanted, rules)
    before = found[0]
    after = wanted.applied_to(before)
    differences = compare.differences(before, after, environment)
    if not differences:
        return RulePlan(Outcome.NOTHING, before.rule_id, before, before, notes=_unmanaged(before))
    changed = [each.property for each in differences]
    if "description" in changed and (before.description or "").startswith("@"):
        # Documentation of MSFT_NetFirewallRule, Description.
        raise OptionError(
            "description",
            "that of this rule is a reference to a text in a file, as Windows' own rules have it, "
            "and Windows does not let it be overwritten.",
        )
    steps, undo = _change(before, after, changed, winrm_rules.lets_in(before, winrm_ports))
    return RulePlan(
        Outcome.CHANGE, before.rule_id, before, after, differences, steps, undo, _unmanaged(before)
    )


def absent(wanted: WantedRule, existing: Iterable[FirewallRule]) -> tuple[RulePlan, ...]:
    """How to make the wanted rule be gone: one plan for each rule that is meant.

    Without a rule_id those are all of its name, and of its direction and protocol if asked for;
    several of one name are all deleted, never some of them. No plan comes back if there is none.
    """
    found = _named(replace(wanted, exact_protocol="protocol" in wanted.asked), tuple(existing))
    notes: tuple[Phrase, ...] = ()
    if len(found) > 1:
        values: dict[str, Value] = {"count": len(found), "name": wanted.name or ""}
        notes = (Phrase("rule.all_of_a_name", values),)
    return tuple(
        RulePlan(
            Outcome.DELETE,
            rule.rule_id,
            before=rule,
            steps=(DeleteRule(rule.rule_id),),
            notes=notes,
        )
        for rule in found
    )


def unwritten(
    plan: RulePlan, existing: Iterable[FirewallRule], environment: Environment | None = None
) -> tuple[Difference, ...]:
    """What is not as planned after the steps, judged by the rules read again; empty if all is.

    A rule that is missing, or still there, is told as a difference in its name.
    """
    found = [rule for rule in existing if same_name(rule.rule_id, plan.rule_id)]
    name = (plan.after or plan.before or FirewallRule(plan.rule_id)).name
    if plan.after is None:
        return (Difference("name", name, None),) if found else ()
    if not found:
        return (Difference("name", None, name),)
    return compare.differences(found[0], plan.after, environment)


def _named(wanted: WantedRule, rules: Sequence[FirewallRule]) -> list[FirewallRule]:
    """The rules that are meant: one of this id, or all of this name in any letter case."""
    if wanted.rule_id is not None:
        key = name_key(wanted.rule_id)
        return [rule for rule in rules if name_key(rule.rule_id) == key]
    key = name_key(wanted.name or "")
    found = [rule for rule in rules if rule.name is not None and name_key(rule.name) == key]
    if "direction" in wanted.asked:
        found = [rule for rule in found if rule.direction is wanted.asked["direction"]]
    if "protocol" in wanted.asked:
        same = [rule for rule in found if rule.protocol == wanted.asked["protocol"]]
        if wanted.exact_protocol or (len(found) > 1 and same):
            return same
    return found


def _create(wanted: WantedRule, rules: Sequence[FirewallRule]) -> RulePlan:
    rule = wanted.applied_to(None)
    rule_id = wanted.rule_id or _new_id(rule, {name_key(each.rule_id) for each in rules})
    rule = replace(rule, rule_id=rule_id)
    blank = cim_values.values_of(FirewallRule(""))
    everything = cim_values.values_of(rule)
    base = {name: value for name, value in everything[RULE].items() if value is not None}
    steps: list[Step] = [CreateRule({**base, "Enabled": DISABLED})]
    for class_name, values in everything.items():
        set_here = {
            name: value for name, value in values.items() if value != blank[class_name][name]
        }
        if class_name != RULE and set_here:
            steps.append(PutFilter(rule_id, class_name, set_here))
    if rule.enabled:
        steps.append(PutRule(rule_id, {"Enabled": ENABLED}))
    shown = compare.properties(rule)
    differences = tuple(Difference(name, None, value) for name, value in shown.items())
    return RulePlan(
        Outcome.CREATE,
        rule_id,
        after=rule,
        differences=differences,
        steps=tuple(steps),
        undo=(DeleteRule(rule_id),),
    )


def _new_id(rule: FirewallRule, taken: Collection[str]) -> str:
    """An id that follows from the rule's name, so that a repeated creation meets the first one."""
    direction = rule.direction.value if rule.direction else ""
    number = 0
    while True:
        text = f"{rule.name}\n{direction}\n{number}"
        rule_id = f"{{{uuid.uuid5(_ID_NAMESPACE, text)}}}".upper()
        if name_key(rule_id) not in taken:
            return rule_id
        number += 1


def _change(
    before: FirewallRule, after: FirewallRule, changed: Sequence[str], serves_winrm: bool
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    rule_id = before.rule_id
    values = cim_values.changed_values(after, changed)
    old = cim_values.changed_values(before, changed)
    rule_values = values.pop(RULE, {})
    old_rule_values = old.pop(RULE, {})
    filters: list[Step] = [PutFilter(rule_id, name, each) for name, each in values.items()]
    old_filters: list[Step] = [PutFilter(rule_id, name, each) for name, each in old.items()]
    opens_before = before.enabled and before.action is not Action.BLOCK
    opens_after = after.enabled and after.action is not Action.BLOCK
    steps: list[Step]
    pauses = False
    if len(filters) + bool(rule_values) == 1:
        steps = [PutRule(rule_id, rule_values)] if rule_values else filters
    elif opens_before and not opens_after and rule_values:
        steps = [PutRule(rule_id, rule_values), *filters]
    elif opens_before and opens_after and not serves_winrm:
        # A pause of the rule that lets WinRM in would end the very connection.
        pauses = True
        steps = [
            PutRule(rule_id, {"Enabled": DISABLED}),
            *filters,
            PutRule(rule_id, {**rule_values, "Enabled": ENABLED}),
        ]
    else:
        steps = [*filters, *([PutRule(rule_id, rule_values)] if rule_values else [])]
    if pauses:
        old_rule_values = {**old_rule_values, "Enabled": ENABLED}
    undo = [*old_filters, *([PutRule(rule_id, old_rule_values)] if old_rule_values else [])]
    return tuple(steps), tuple(undo)


def _unmanaged(rule: FirewallRule) -> tuple[Phrase, ...]:
    """A note on conditions that no option sets; they stay as they are."""
    found = tuple(
        Phrase(f"limit.{name}")
        for name, present_ in (
            ("package", rule.package_sid or rule.package_family),
            ("users", rule.local_users or rule.local_users_encoded or rule.local_user_owner),
            ("authentication", rule.security or rule.remote_machines or rule.remote_users),
            ("interfaces", rule.interfaces),
            ("platforms", rule.platforms),
            ("networks", rule.network_names),
            ("transport", rule.trust_tuples),
            ("unknown_fields", rule.unknown or rule.malformed),
        )
        if present_
    )
    if not found:
        return ()
    limits = Joined(found, "list.separator")
    return (Phrase("rule.also_limited", {"rule": rule.label, "limits": limits}),)
