# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rules a task wants to be the only ones: those of a group, or all local ones of a direction.

Windows' own rules are never among those that go because no entry names them, nor are those that it
makes for apps, nor those of policies, which no task changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...naming.shown import ShownNames
from ...parts.option import OptionError
from ...parts.table import UNSPECIFIED_SCOPE
from ...parts.texts import text
from ...policy.rule import FirewallRule
from ...policy.vocabulary import Direction, Profile

# The option with the limits of a scope.
_LIMITS = "unspecified_scope"


class Unspecified(StrEnum):
    """What becomes of the rules in the scope that no entry of a task names."""

    IGNORE = "ignore"
    DISABLE = "disable"
    REMOVE = "remove"


@dataclass(frozen=True)
class Scope:
    """The rules that a task describes completely.

    Attributes:
        action: what becomes of the others; not `IGNORE`.
        group: the group they are in, None for any or none.
        direction: the direction they are for, None for both.
        profiles: those of which they are for one at least; empty for any.
    """

    action: Unspecified
    group: str | None = None
    direction: Direction | None = None
    profiles: frozenset[Profile] = frozenset()

    def holds(self, rule: FirewallRule, shown: ShownNames) -> bool:
        """Whether a local rule is in the scope, whoever made it."""
        if self.group is not None and not shown.is_group(self.group, rule.group):
            return False
        if self.direction is not None and rule.direction is not self.direction:
            return False
        return not self.profiles or bool(self.profiles & rule.effective_profiles)

    def spares(self, rule: FirewallRule) -> bool:
        """Whether a rule stays unless an entry names it: Windows itself has brought it, or has made
        it for an app that a user has installed."""
        of_app = rule.package_sid is not None and rule.local_user_owner is not None
        return rule.is_windows_own or of_app

    def leaves_alone(self, rule: FirewallRule, shown: ShownNames, own: str | None = None) -> bool:
        """Whether a rule belongs to somebody else, so that no entry means it by its name alone: it
        is in another group than that of the task, or that of the entry (`own`). What is spared is
        meant by its name."""
        if self.group is None or not rule.group or self.spares(rule):
            return False
        groups = (self.group, own or self.group)
        return not any(shown.is_group(each, rule.group) for each in groups)


def scope(
    action: Unspecified | None,
    group: object,
    limits: Mapping[str, object] | None,
    *,
    with_rules: bool,
    force: bool,
) -> Scope | None:
    """The scope that the options of a task describe; None if other rules stay as they are.

    All local rules of a direction need more than a group that is not given: the direction as a
    limit of its own, and `force`.

    Args:
        action: the option `unspecified`.
        group: the option of the task, not of its entries.
        limits: the option `unspecified_scope`.
        with_rules: whether the task has a list of rules, which may be empty.

    Raises:
        OptionError: the options don't fit together.
    """
    given = {name: value for name, value in (limits or {}).items() if value is not None}
    if action is None:
        if limits is not None:
            raise OptionError(_LIMITS, "option.scope_alone", option="unspecified")
        return None
    found: dict[str, object] = {}
    for option in UNSPECIFIED_SCOPE:
        if option.name in given:
            found |= option.read(f"{_LIMITS}.{option.name}", given[option.name], {})
    if action is Unspecified.IGNORE:
        return None
    if not with_rules:
        raise OptionError("unspecified", "option.unspecified_without_rules", option="rules")
    named = None if group is None else text("group", group)
    if named is not None and not named.strip():
        raise OptionError("group", "option.unspecified_of_no_group", option="unspecified")
    if named is None and not (force and "direction" in found):
        raise OptionError("unspecified", "option.unspecified_of_all", scope=_LIMITS)
    return Scope(action, named, **found)  # type: ignore[arg-type]
