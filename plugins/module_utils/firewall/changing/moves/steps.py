# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CIM operations that write a rule, as plain data, with the rule's state after each of them.

A rule is several CIM objects: that of the rule and one filter of each kind. One operation changes
one object, atomically.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...parts import cim_values, compare
from ...parts.choices import ENABLED, OFF, ON
from ...parts.cim_values import Values
from ...parts.table import FILTERS, RULE, of_class
from ...policy.environment import Environment
from ...policy.rule import FirewallRule

# What each object holds, as attributes of FirewallRule. `active` is not among them: a separate
# operation enables or disables a rule.
PARTS: Mapping[str, tuple[str, ...]] = {
    class_name: tuple(
        name for each in of_class(class_name) if each is not ENABLED for name in each.attributes
    )
    for class_name in (*FILTERS, RULE)
}


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


RuleStep: TypeAlias = CreateRule | PutRule | PutFilter | DeleteRule


@dataclass(frozen=True)
class Move:
    """A step, and the whole rule after it; None for a deleted rule."""

    step: RuleStep
    state: FirewallRule | None


#: Moves in order. The result of the last one has to be read in the store before the next stage
#: begins: a host can accept an operation without carrying it out.
Stage: TypeAlias = tuple[Move, ...]


def creation(rule: FirewallRule, environment: Environment | None = None) -> tuple[Stage, ...]:
    """A new rule: created disabled and completed, and enabled after that was read back."""
    blank = cim_values.values_of(FirewallRule(""))
    everything = cim_values.values_of(rule, environment)
    base = {name: value for name, value in everything[RULE].items() if value is not None}
    state = with_parts(
        FirewallRule(rule.rule_id, version=rule.version, active=False), rule, (RULE,)
    )
    moves = [Move(CreateRule({**base, "Enabled": OFF}), state)]
    for class_name, values in everything.items():
        set_here = {
            name: value for name, value in values.items() if value != blank[class_name][name]
        }
        if class_name != RULE and set_here:
            state = with_parts(state, rule, (class_name,))
            moves.append(Move(PutFilter(rule.rule_id, class_name, set_here), state))
    return (tuple(moves), (switch(rule),)) if rule.enabled else (tuple(moves),)


def deletion(rule: FirewallRule) -> tuple[Stage, ...]:
    """The deletion of a rule."""
    return ((Move(DeleteRule(rule.rule_id), None),),)


def switch(rule: FirewallRule) -> Move:
    """The rule after it was enabled or disabled."""
    value = ON if rule.enabled else OFF
    return Move(PutRule(rule.rule_id, {"Enabled": value}), rule)


def with_parts(
    rule: FirewallRule, other: FirewallRule, class_names: Collection[str]
) -> FirewallRule:
    """A rule with these objects taken from another rule."""
    taken = {name: getattr(other, name) for each in class_names for name in PARTS[each]}
    return rule.but(source=None, **taken)


def put(
    rule: FirewallRule, wanted: FirewallRule, class_name: str, environment: Environment | None
) -> Move | None:
    """Make one object of a rule as it is in another, except for `active`; None if it already is."""
    state = with_parts(rule, wanted, (class_name,))
    changed = [each.property for each in compare.differences(rule, state, environment)]
    if not changed:
        return None
    values = cim_values.changed_values(state, changed, environment)[class_name]
    if class_name == RULE:
        return Move(PutRule(rule.rule_id, values), state)
    return Move(PutFilter(rule.rule_id, class_name, values), state)
