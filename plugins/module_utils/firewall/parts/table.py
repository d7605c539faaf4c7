# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule: one record each, and what follows from all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ...asked.arguments import LANGUAGE, ArgumentSpec
from ...words.phrases import Phrase
from ...wsman.cim.objects import CimClass
from ..policy.rule import FirewallRule
from . import adapters, addresses, choices, ports, texts
from .option import Option

#: In the order in which people think of a rule.
OPTIONS: tuple[Option, ...] = (
    *texts.WHICH_RULE,
    *choices.WHAT_IT_DOES,
    *ports.OPTIONS,
    *choices.ON_WHICH_NETWORKS,
    *addresses.OPTIONS,
    *texts.WHOSE_TRAFFIC,
    *adapters.OPTIONS,
    *choices.PAST_WHICH_DEVICES,
    *choices.HOW_SECURE,
    *texts.WHICH_ACCOUNTS,
    *texts.WHICH_WINDOWS,
    *texts.FOR_PEOPLE,
)
BY_NAME: Mapping[str, Option] = {each.name: each for each in OPTIONS}

#: The classes that a rule is written to, by their names.
CLASSES: Mapping[str, CimClass] = {
    each.cim_class.name: each.cim_class for each in OPTIONS if each.cim_class is not None
}
#: The class of the rule itself, and the classes of its filters by their names.
RULE = choices.ENABLED.cim_class.name if choices.ENABLED.cim_class else ""
FILTERS: Mapping[str, CimClass] = {name: each for name, each in CLASSES.items() if name != RULE}


def _facts() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for fact in dict.fromkeys(each.fact for each in OPTIONS):
        of_it = [each for each in OPTIONS if each.fact == fact]
        found = next((each.cim_class for each in of_it if each.cim_class is not None), None)
        if fact is not None and found is not None:
            yield fact, found.name, tuple(name for each in of_it for name in each.cim)


#: What can be compared between CIM and the registry: the end of the key of its text, a class and
#: its properties.
FACTS: tuple[tuple[str, str, tuple[str, ...]], ...] = tuple(_facts())

# How the store has the rule, or what several fields together mean (`FirewallRule.enabled`).
_NOT_COMPARED = frozenset({"rule_id", "version", "local_port_entries", "source"})
_OF_OPTIONS = frozenset(name for each in OPTIONS for name in each.attributes)
_LIMITS: Mapping[str, str] = {
    "local_users_encoded": "users",
    "local_user_owner": "users",
    "package_family": "package",
    "security_realm": "authentication",
    "bypass_outbound": "authentication",
    "skip_version": "platforms",
    "network_names": "networks",
    "trust_tuples": "transport",
    "unknown": "unknown_fields",
    "malformed": "unknown_fields",
}
_FLAGS = "flags"
#: All fields of a rule that no option sets, and what they limit it to: the end of the ``limit.`` of
#: a text.
UNSET: Mapping[str, str] = {
    each.name: _LIMITS.get(each.name, _FLAGS)
    for each in dataclasses.fields(FirewallRule)
    if each.name not in _NOT_COMPARED | _OF_OPTIONS
}
#: Those of them that keep traffic out: the others are flags, some of which let more in.
LIMITING: Mapping[str, str] = {
    name: kind for name, kind in UNSET.items() if kind != _FLAGS and name != "bypass_outbound"
}

# Rules are written with the version of Windows 8 and Server 2012, the first with the CIM classes.
_VERSION = (2, 20)


def of_class(class_name: str) -> tuple[Option, ...]:
    """The options that are written to objects of a class."""
    return tuple(each for each in OPTIONS if each.cim_class and each.cim_class.name == class_name)


def doubts(rule: FirewallRule) -> tuple[Phrase, ...]:
    """What Windows may refuse about a rule, although no check of its protocol says so."""
    found = (each.doubt(rule) for each in OPTIONS if each.doubt is not None)
    return tuple(each for each in found if each is not None)


def new_rule() -> FirewallRule:
    """The rule of a task that sets none of its options."""
    defaults: dict[str, Any] = {}
    for each in OPTIONS:
        defaults |= each.default
    return FirewallRule("", version=_VERSION, **defaults)


# The options that describe one rule: those of the task, and of each entry of its `rules`. Words may
# have any letter case, so `choices` would refuse too much. The aliases are the names in
# community.windows.win_firewall_rule.
FIREWALL_RULE: ArgumentSpec = {
    "state": {"type": "str", "choices": ["present", "absent"]},
    "all_of_a_name": {"type": "bool"},
    **{each.name: dict(each.argument) for each in OPTIONS},
}

# The options that say which rules a task describes completely, beside their group.
UNSPECIFIED_SCOPE = (choices.DIRECTION, choices.PROFILES)

PORT_FIREWALL: ArgumentSpec = {
    **LANGUAGE,
    **FIREWALL_RULE,
    "state": {**FIREWALL_RULE["state"], "default": "present"},
    "rules": {"type": "list", "elements": "dict"},
    "unspecified": {"type": "str", "choices": ["ignore", "disable", "remove"]},
    "unspecified_scope": {
        "type": "dict",
        "options": {each.name: {**each.argument, "aliases": []} for each in UNSPECIFIED_SCOPE},
    },
    "force": {"type": "bool", "default": False},
}
