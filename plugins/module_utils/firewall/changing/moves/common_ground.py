# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What two rules have in common, one CIM object at a time: the traffic that both of them match.

A rule matches the traffic that meets all of its objects, so what two rules have in common is what
their objects have in common, object by object; and what two objects have in common is what their
options have in common. Direction and action are not traffic: rules that differ in one of them have
nothing in common here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...parts.table import of_class
from ...policy.environment import Environment
from ...policy.rule import FirewallRule


@dataclass(frozen=True)
class Common:
    """What two rules have in common in one object.

    In `rule`, that object matches what both match, and the rest is that of the first rule; None if
    they have nothing in common, or nothing that could be written. `exact` is False if they may have
    more in common than this.
    """

    rule: FirewallRule | None
    exact: bool = True


def common(
    class_name: str, first: FirewallRule, second: FirewallRule, environment: Environment
) -> Common:
    """What two rules have in common in one object, by the name of its class."""
    found = [option.shared(first, second, environment) for option in of_class(class_name)]
    if any(each.values is None for each in found):
        return Common(None, exact=any(each.values is None and each.exact for each in found))
    values = {name: value for each in found for name, value in (each.values or {}).items()}
    return Common(first.but(**values), all(each.exact for each in found))
