# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What two rules have in common, one CIM object at a time: the traffic that both of them mean.

A rule means the traffic that meets all of its objects, so that what two rules have in common is
what their objects have in common, object by object, and what their options have in common is what
their objects have. Direction and action are no traffic to be shared: rules that differ in one of
them have nothing in common here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..parts.table import of_class
from ..policy.environment import Environment
from ..policy.rule import FirewallRule


@dataclass(frozen=True)
class Common:
    """What one object of two rules has in common.

    `rule` has that object so that it means what both mean, the rest is that of the first rule; None
    if there is nothing, or nothing that could be written. `exact` is False where there may be more
    that both mean than is told here.
    """

    rule: FirewallRule | None
    exact: bool = True


def common(
    class_name: str, first: FirewallRule, second: FirewallRule, environment: Environment
) -> Common:
    """What one object of two rules has in common, by the name of its class."""
    found = [option.shared(first, second, environment) for option in of_class(class_name)]
    if any(each.values is None for each in found):
        return Common(None, exact=any(each.values is None and each.exact for each in found))
    values = {name: value for each in found for name, value in (each.values or {}).items()}
    return Common(replace(first, **values), all(each.exact for each in found))
