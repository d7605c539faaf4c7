# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A firewall rule as property values of the CIM classes of root/StandardCimv2.

A rule is one MSFT_NetFirewallRule and one filter of each kind (documentation of
Get-NetFirewallPortFilter: one to one, managed automatically). If a filter has no condition, its
properties read ``Any``, and this is also the value to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from ...wsman.cim.objects import CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from .table import BY_NAME, CLASSES, FILTERS, OPTIONS, RULE

Values: TypeAlias = dict[str, CimValue]


def values_of(rule: FirewallRule, environment: Environment | None = None) -> dict[str, Values]:
    """Every property that is ever written, by class and in the order of the documentation."""
    known = environment or Environment()
    found: dict[str, Values] = {RULE: {"InstanceID": rule.rule_id}}
    for each in OPTIONS:
        if each.cim_class is not None:
            values = {name: value(rule, known) for name, value in each.cim.items()}
            found.setdefault(each.cim_class.name, {}).update(values)
    return {name: _in_order(name, values) for name, values in found.items()}


def _in_order(class_name: str, values: Values) -> Values:
    declared = (each.name for each in CLASSES[class_name].properties)
    return {name: values[name] for name in declared if name in values}


def changed_values(
    rule: FirewallRule, changed: Iterable[str], environment: Environment | None = None
) -> dict[str, Values]:
    """The values to write for some properties of a rule, by class, filters before the rule."""
    named = [BY_NAME[name] for name in changed]
    along = [BY_NAME[name] for each in named for name in each.along]
    wanted = {name for each in (*named, *along) for name in each.cim}
    touched = {each.cim_class.name for each in named if each.cim_class is not None}
    everything = values_of(rule, environment)
    return {
        class_name: {
            name: value for name, value in everything[class_name].items() if name in wanted
        }
        for class_name in (*FILTERS, RULE)
        if class_name in touched
    }
