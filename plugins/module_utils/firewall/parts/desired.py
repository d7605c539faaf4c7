# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns the options of a task into the rule that it wants, and refuses bad ones before anything is
sent.

An option that is not given (absent, or None) changes nothing: an existing rule keeps its value.
Only `enabled` has a default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...asked import accounts
from ...asked.ports import protocols_written
from ...ground.names import name_key
from ..naming.shown import is_reference
from ..policy.environment import Environment
from ..policy.rule import NO_ADDRESSES, FirewallRule
from ..policy.vocabulary import TCP, UDP, Action, Direction
from . import choices
from .option import ANY, OptionError, entries, is_any
from .table import OPTIONS, new_rule

_BLANK = FirewallRule("")
# One of these keeps a new rule from opening everything.
_ENOUGH = tuple(name for each in OPTIONS if each.enough for name in each.attributes)
# Those of them that may be given and still be no limit.
_WIDE = frozenset({"remote_addresses", "local_addresses", "local_users"})


@dataclass(frozen=True)
class WantedRule:
    """What a task says about one rule.

    `asked` holds values by attribute of FirewallRule, only for given options. `exact_protocol`: the
    task wants rules for several protocols under one name, so a rule of another protocol is not this
    one. `default_protocol` applies to ports that were given without a protocol, if the existing
    rule has no protocol with ports. `enabled_by_default`: the rule should be enabled although the
    task does not say so. `all_of_a_name`: several existing rules of this name are all meant.
    """

    name: str | None
    rule_id: str | None
    asked: Mapping[str, Any] = field(default_factory=dict)
    exact_protocol: bool = False
    default_protocol: int | None = None
    enabled_by_default: bool = False
    all_of_a_name: bool = False

    def applied_to(
        self, existing: FirewallRule | None, environment: Environment | None = None
    ) -> FirewallRule:
        """The whole rule: the task's values over the existing rule, or over the defaults of a new
        one.

        A part that only made sense with another is dropped with it: ports for a protocol without
        ports, types for a protocol other than ICMP, edge traversal for an outbound rule.

        Args:
            environment: the names of the host's network adapters.

        Raises:
            OptionError: Windows does not accept the resulting rule.
        """
        base = existing or new_rule().but(name=self.name, rule_id=self.rule_id or "")
        asked = dict(self.asked)
        known = environment or Environment()
        if existing is not None and self.rule_id is None:
            # The rule was found by its name, in any letter case.
            asked.pop("name", None)
        if existing is not None:
            _keep_references(asked, existing, known)
        for each in OPTIONS:
            for name in each.attributes:
                if each.resolve is not None and name in asked:
                    asked[name] = each.resolve(each.name, asked[name], known)
        rule = base.but(source=None, **asked)
        if self.default_protocol is not None and rule.protocol not in (TCP, UDP):
            rule = rule.but(protocol=self.default_protocol)
        for each in OPTIONS:
            if each.dropped is not None and each.dropped(rule, base, self.asked):
                rule = rule.but(**{name: getattr(_BLANK, name) for name in each.attributes})
        _check_whole(rule)
        # A rule that an interrupted run has only begun counts as new.
        new = existing is None or (self.enabled_by_default and not existing.enabled)
        if new and "protocol" not in self.asked and _opens_everything(rule):
            setting = "protocol: any"
            if existing is None:
                named = rule.name or ""
                raise OptionError("ports", "option.nothing_named", name=named, setting=setting)
            raise OptionError("ports", "option.opens_everything", setting=setting)
        if existing is None and "protocol" not in self.asked and self.all_of_a_name:
            # Meant for rules that are there, to narrow them: where there is none, the same options
            # would let these addresses in at every port.
            anywhere = rule.but(remote_addresses=NO_ADDRESSES, local_addresses=NO_ADDRESSES)
            if _opens_everything(anywhere):
                named, setting = rule.name or "", "protocol: any"
                raise OptionError("ports", "option.nothing_to_narrow", name=named, setting=setting)
        return rule


def wanted_rules(
    options: Mapping[str, object], *, enabled_by_default: bool = False
) -> tuple[WantedRule, ...]:
    """What the options of a task ask for: one rule, or one for each of several protocols.

    Args:
        options: values by the names of options (`table.OPTIONS`); others are ignored.
        enabled_by_default: without `enabled`, the rule becomes enabled, whatever its state. So the
            next run enables a rule that an interrupted one has left disabled.

    Raises:
        OptionError: an option, or a combination of several, fits no rule.
    """
    given = given_options(options)
    if "name" not in given and "rule_id" not in given:
        raise OptionError("name", "option.name_or_id")
    if not enabled_by_default or "enabled" in given:
        return _for_each_protocol(given)
    found = _for_each_protocol(given | {"enabled": True})
    return tuple(replace(each, enabled_by_default=True) for each in found)


def told_apart(wanted: Sequence[WantedRule]) -> tuple[WantedRule, ...]:
    """The rules of a task, those of one name each for its own protocol alone, if all of them say
    one and none is said twice. Directions tell rules of one name apart anyway."""
    names = Counter(name_key(each.name or "") for each in wanted if each.rule_id is None)
    said = Counter(_identity(each) for each in wanted if each.rule_id is None)
    vague = {each[0] for each, count in said.items() if count > 1 or each[2] == ""}
    return tuple(
        _of_its_protocol(each)
        if each.rule_id is None and names[key := name_key(each.name or "")] > 1 and key not in vague
        else each
        for each in wanted
    )


def _identity(wanted: WantedRule) -> tuple[str, object, object]:
    """What tells a rule from others of its name. An empty text as its protocol means that it may
    have any."""
    protocol = wanted.asked.get("protocol", wanted.default_protocol or "")
    return name_key(wanted.name or ""), wanted.asked.get("direction"), protocol


def _of_its_protocol(wanted: WantedRule) -> WantedRule:
    asked = {"protocol": wanted.default_protocol, **wanted.asked}
    return replace(wanted, asked=asked, exact_protocol=True, default_protocol=None)


def given_options(options: Mapping[str, object]) -> dict[str, object]:
    """The given options that describe a rule, in the order of the table."""
    return {each.name: options[each.name] for each in OPTIONS if options.get(each.name) is not None}


def _for_each_protocol(given: Mapping[str, object]) -> tuple[WantedRule, ...]:
    if "protocol" not in given:
        ports = [each for each in ("ports", "remote_ports") if each in given]
        if all(is_any(each, given[each]) for each in ports):
            return (_rule(given),)
        written = protocols_written(text for each in ports for text in entries(each, given[each]))
        if len(written) > 1:
            raise OptionError(ports[0], "option.ports_of_two_protocols")
        if written:
            return (_rule({**given, "protocol": written[0].value}),)
        # Other ports are those of TCP, as documented.
        found = _rule({**given, "protocol": TCP}, default_protocol=TCP)
        asked = {name: value for name, value in found.asked.items() if name != "protocol"}
        return (replace(found, asked=asked),)
    protocols = choices.protocols("protocol", given["protocol"])
    if len(protocols) > 1 and "rule_id" in given:
        raise OptionError("protocol", "option.protocols_and_id")
    return tuple(
        _rule(
            {**given, "protocol": ANY if each is None else each},
            exact_protocol=len(protocols) > 1,
        )
        for each in protocols
    )


def _rule(
    given: Mapping[str, object],
    *,
    exact_protocol: bool = False,
    default_protocol: int | None = None,
) -> WantedRule:
    asked: dict[str, Any] = {}
    for each in OPTIONS:
        if each.name in given:
            asked |= each.read(each.name, given[each.name], asked)
    rule_id = asked.pop("rule_id", None)
    return WantedRule(asked.get("name"), rule_id, asked, exact_protocol, default_protocol)


def _keep_references(
    asked: dict[str, Any], existing: FirewallRule, environment: Environment
) -> None:
    """Drop a name or a group that Windows shows already for the reference that is stored: as a
    text, it would no longer be in the language of the host."""
    shown, name, group = environment.shown, asked.get("name"), asked.get("group")
    stored = existing.name if name and is_reference(existing.name) else None
    if shown.is_name(name or "", existing.rule_id, stored):
        del asked["name"]
    if shown.is_group(group or "", existing.group if is_reference(existing.group) else None):
        del asked["group"]


def _opens_everything(rule: FirewallRule) -> bool:
    limits = [getattr(rule, name) != getattr(_BLANK, name) for name in _ENOUGH if name not in _WIDE]
    addresses = (rule.remote_addresses, rule.local_addresses)
    limits += [each and not any(map(each.covers_all, (4, 6))) for each in addresses]
    limits.append(rule.local_users is not None and not accounts.admits_everyone(rule.local_users))
    limits += [bool(each) for each in (rule.package_family, rule.local_users_encoded)]
    return rule.action is Action.ALLOW and rule.direction is Direction.IN and not any(limits)


def is_possible(rule: FirewallRule) -> bool:
    """Whether Windows accepts a rule with this combination of parts, as far as that is known."""
    try:
        _check_whole(rule)
    except OptionError:
        return False
    return True


def _check_whole(rule: FirewallRule) -> None:
    """Check the combination of a rule's parts ([MS-FASP] 2.2.37 and 2.2.24)."""
    for each in OPTIONS:
        if each.check is not None:
            each.check(rule)
