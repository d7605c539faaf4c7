# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would be lost with a rule that is deleted: the parts of it that no step can write again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from ....ground.names import ascii_lower
from ...naming.shown import is_reference
from ...parts.option import Option, OptionError
from ...parts.table import OPTIONS
from ...parts.texts import PACKAGE, WHICH_ACCOUNTS
from ...policy import rule_text
from ...policy.environment import Environment
from ...policy.rule import FirewallRule
from ...policy.rule_text import RuleSyntaxError
from ...policy.vocabulary import Action

_HEADER = "v2.0|"
# A part of a rule that every rule has, whatever its conditions are.
_OF_ANY_RULE = ("rule_id", "version", "active", "source", "local_port_entries")
# What is written as it is in the store, whatever that is, if only it is what an option takes.
WRITTEN_AS_STORED = (PACKAGE, *WHICH_ACCOUNTS)
# No rule of Windows has as many fields. Of one that has more, all are named.
_MOST = 200
# A reference to a text in one of these is shown in the language of the host.
_SHOWN = ("name", "desc", "embedctxt")


@dataclass(frozen=True)
class Stored:
    """A rule as the registry had it.

    Attributes:
        text: the whole text.
        fields: its parts in their order, each with its value.
        lost: the names of those that no task can write.
    """

    text: str
    fields: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]


def stored(rule: FirewallRule) -> Stored | None:
    """The rule as the registry has it, if no task could make it again with all of its parts; None
    if one could, from the values of the options."""
    if rule.source is None:
        return None
    parts = [part.partition("=") for part in rule.source.split("|")[1:] if part]
    # Ports and types of ICMP make sense with a protocol only, and how IPsec authenticates or
    # encrypts if it does.
    base = "" if rule.protocol is None else f"Protocol={rule.protocol}|"
    base += "".join(f"{name}={value}|" for name, value in rule.security[:1])
    many = len(parts) > _MOST
    lost = {name for name, _equals, value in parts if many or not _is_written(name, value, base)}
    lost |= {name for name, _value in (*rule.unknown, *rule.malformed)}
    if not lost:
        return None
    names = dict.fromkeys(name for name, _equals, _value in parts if name in lost)
    return Stored(rule.source, tuple((name, value) for name, _equals, value in parts), tuple(names))


def _is_written(name: str, value: str, base: str) -> bool:
    """Whether a field sets only what an option sets, and to a value that an option can have."""
    if is_reference(value) and ascii_lower(name) in _SHOWN:
        return False
    if ascii_lower(name) in ("protocol", "security"):
        base = ""
    try:
        alone = rule_text.parse("", f"{_HEADER}{base}{name}={value}|")
    except RuleSyntaxError:
        return False
    if alone.action is Action.BYPASS:
        return False
    blank = rule_text.parse("", _HEADER + base)
    changed = {
        each.name
        for each in fields(FirewallRule)
        if getattr(alone, each.name) != getattr(blank, each.name)
    }
    return changed <= _written() and all(
        _can_be_asked(each, alone) for each in WRITTEN_AS_STORED if changed & set(each.attributes)
    )


def _can_be_asked(option: Option, rule: FirewallRule) -> bool:
    """Whether an option takes the value that a rule has."""
    try:
        option.read(option.name, option.shown(rule, Environment()), {})
    except OptionError:
        return False
    return True


@cache
def _written() -> frozenset[str]:
    of_options = (name for each in OPTIONS for name in each.attributes if each.cim_class)
    return frozenset((*_OF_ANY_RULE, *of_options))
