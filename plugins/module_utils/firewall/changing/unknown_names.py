# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the names of a task that no rule is known to have: only the host can say whether it shows
one of its own rules, or a group of them, by such a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...ground.names import same_name
from ..judging.reading import FirewallReading
from ..naming.shown import ShownNames, is_reference
from ..parts.desired import WantedRule
from ..policy.rule import FirewallRule
from . import plan
from .wishes import POLICIES, Rules, Wish, members_of

# Windows shows none of its own rules by a longer name.
_LONGEST = 300


def to_ask(
    wishes: Iterable[Wish], rules: Iterable[FirewallRule]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names and groups that no rule is known to have. Only the host can say whether it shows
    one of its own rules by them: empty if none of its rules has a name that it translates."""
    local = tuple(rules)
    if not any(rule.is_localised_name for rule in local):
        return (), ()
    asked = tuple(wishes)
    names = _names(asked, lambda wanted, each: _is_unknown_name(wanted, each, local))
    groups = [each.group for each in asked]
    groups += [
        wanted.asked.get("group")
        for each in asked
        for wanted in each.rules
        if wanted.asked.get("group") and _may_be_its_group(wanted, local)
    ]
    return names, _unknown_groups(groups, local, _KNOWN)


def to_ask_of_policies(
    wishes: Iterable[Wish], before: FirewallReading
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names and groups that neither the local rules nor those of policies are known to have:
    empty if no rule of a policy has a name that the host translates."""
    rules = [rule for store in POLICIES for rule in before.stores.of(store)]
    if not any(rule.is_localised_name or is_reference(rule.group) for rule in rules):
        return (), ()
    asked, shown, known = tuple(wishes), before.shown, (*before.local_rules, *rules)

    def is_unknown(wanted: WantedRule, _asked: Wish) -> bool:
        return wanted.rule_id is None and not plan.is_there(wanted, known, shown)

    return _names(asked, is_unknown), _unknown_groups([each.group for each in asked], known, shown)


def _names(
    wishes: Iterable[Wish], is_unknown: Callable[[WantedRule, Wish], bool]
) -> tuple[str, ...]:
    """The names of rules, each once, of which it is unknown whether a rule has them."""
    return tuple(
        dict.fromkeys(
            wanted.name
            for each in wishes
            for wanted in each.rules
            if wanted.name is not None and len(wanted.name) <= _LONGEST and is_unknown(wanted, each)
        )
    )


def _unknown_groups(
    groups: Iterable[str | None], rules: Rules, shown: ShownNames
) -> tuple[str, ...]:
    """Those of some groups, each once, of which no rule is known to be a member."""
    return tuple(
        dict.fromkeys(
            each
            for each in groups
            if each is not None
            and len(each) <= _LONGEST
            and not is_reference(each)
            and not members_of(each, rules, shown)
        )
    )


def _is_unknown_name(wanted: WantedRule, asked: Wish, local: Rules) -> bool:
    """Whether one of Windows' own rules may have a name that is known of none. A rule of this name
    that somebody has made does for a change, but all rules of a name are deleted."""
    if wanted.rule_id is not None:
        meant = [rule for rule in local if same_name(rule.rule_id, wanted.rule_id)]
        return any(
            rule.is_localised_name and not plan.has_name(wanted, rule, _KNOWN) for rule in meant
        )
    found = [rule for rule in local if plan.has_name(wanted, rule, _KNOWN)]
    return not any(asked.present or rule.is_localised_name for rule in found)


def _may_be_its_group(wanted: WantedRule, local: Rules) -> bool:
    """Whether a group of a task may be the one that Windows shows for the rule already."""
    found = [rule for rule in local if plan.is_there(wanted, (rule,), _KNOWN)]
    if wanted.rule_id is None and not found:
        return True  # the host is asked about its name too
    return any(is_reference(rule.group) for rule in found)


# What is known without the host.
_KNOWN = ShownNames()
