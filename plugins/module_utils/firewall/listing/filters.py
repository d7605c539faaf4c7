# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of a host's rules are wanted: what a person may ask for, and whether a rule fits.

Names are compared as Windows does, in any letter case, with ``*`` for any characters and ``?`` for
one, the wildcards of ``Get-NetFirewallRule -DisplayName``. Brackets are none: names of rules
contain them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ...asked.ports import PortSet, ports_by_protocol
from ...ground.model import Protocol
from ...ground.names import name_key
from ..judging.deciding import switched_on
from ..naming.shown import canonical, is_reference, of_group, of_rule, package_of
from ..parts import choices
from ..parts.option import OptionError, entries, is_any, word
from ..policy.environment import Environment
from ..policy.rule import FirewallRule, PortCondition
from ..policy.stores import RESTRICTING, FirewallStores, Store
from ..policy.vocabulary import TCP, UDP, Action, Direction, Profile, means_port

T = TypeVar("T")

_NUMBERS = {Protocol.TCP: TCP, Protocol.UDP: UDP}
# As port_firewall takes them, and an action of which it makes no rules.
_DIRECTIONS = choices.DIRECTIONS
_ACTIONS = {each.value.lower(): each for each in Action}
_PROFILES = {each.word.lower(): each for each in Profile}
# Words for ports that are tried one after the other; a person asks about a few.
_MOST_BY_WORD = 1_000


class Pattern:
    """A name with wildcards.

    Args:
        text: as a person wrote it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.has_wildcards = "*" in text or "?" in text
        # Each part is searched for by itself, from left to right, so that no name of a host can
        # make it take long.
        self._parts = [(_part(each), len(each)) for each in name_key(text).split("*")]

    def fits(self, name: str | None) -> bool:
        """Whether the pattern means a name."""
        if name is None:
            return False
        key = name_key(name)
        (first, at), *others = self._parts
        if first.match(key) is None:
            return False
        if not others:
            return len(key) == at
        *between, (last, length) = others
        for part, _length in between:
            found = part.search(key, at)
            if found is None:
                return False
            at = found.end()
        return len(key) - length >= at and last.match(key, len(key) - length) is not None


def _part(text: str) -> re.Pattern[str]:
    return re.compile("".join("." if each == "?" else re.escape(each) for each in text), re.DOTALL)


@dataclass(frozen=True)
class WantedRules:
    """Which rules are wanted; what is None or empty leaves none out.

    Attributes:
        ports: by protocol. An inbound rule is for local ports, an outbound one for remote ports.
        any_port: with ports, also those that are for every port of such a protocol.
        protocols: their numbers, None in it for rules for any protocol.
        names, groups: as shown or as stored.
        programs: paths or, without a backslash, file names.
        services: short names.
        counts: whether they count now; this is for whoever judges them.
        audit: whether to say what is worth a look in them.
        as_tasks: whether to return them as tasks for another host.
    """

    ports: Mapping[int, PortSet] | None = None
    any_port: bool = False
    protocols: frozenset[int | None] | None = None
    names: Sequence[Pattern] = ()
    rule_ids: Sequence[Pattern] = ()
    groups: Sequence[Pattern] = ()
    programs: Sequence[Pattern] = ()
    services: Sequence[Pattern] = ()
    directions: frozenset[Direction] = frozenset()
    actions: frozenset[Action] = frozenset()
    profiles: frozenset[Profile] = frozenset()
    stores: frozenset[Store] = frozenset(Store)
    enabled: bool | None = None
    counts: bool | None = None
    audit: bool = False
    as_tasks: bool = False


def wanted(given: Mapping[str, Any]) -> WantedRules:
    """What a task asks for.

    Args:
        given: its checked options.

    Raises:
        PortError: the ports are no ports.
        OptionError: another option is wrong.
    """
    protocols = None
    if given["protocol"] is not None:
        protocols = choices.protocols("protocol", given["protocol"])
    return WantedRules(
        ports=_ports(given["ports"], protocols),
        any_port=given["any_port"],
        protocols=None if protocols is None else frozenset(protocols),
        names=_patterns("name", given["name"]),
        rule_ids=_patterns("rule_id", given["rule_id"]),
        groups=_patterns("group", given["group"]),
        programs=_patterns("program", given["program"]),
        services=_patterns("service", given["service"]),
        directions=frozenset(_words("direction", given, _DIRECTIONS)),
        actions=frozenset(_words("action", given, _ACTIONS)),
        profiles=frozenset(_words("profiles", given, _PROFILES)),
        stores=frozenset(map(Store, given["stores"] or Store)),
        enabled=given["enabled"],
        counts=given["counts"],
        audit=given["audit"],
        as_tasks=given["as_tasks"],
    )


def _words(option: str, given: Mapping[str, Any], known: Mapping[str, T]) -> Iterator[T]:
    value = given[option]
    if value is not None and not is_any(option, value):
        yield from (word(option, each, known) for each in entries(option, value))


def _ports(value: object, protocols: Sequence[int | None] | None) -> Mapping[int, PortSet] | None:
    if value is None:
        return None
    asked = None
    if protocols is not None and None not in protocols:
        asked = [each for each, number in _NUMBERS.items() if number in protocols]
        if not asked:
            raise OptionError("ports", "option.ports_without_protocol")
    return {_NUMBERS[each]: ports for each, ports in ports_by_protocol(value, asked).items()}


def _patterns(option: str, texts: Sequence[str] | None) -> tuple[Pattern, ...]:
    for each in texts or ():
        if not each.strip():
            raise OptionError(option, "listing.empty_name")
    return tuple(map(Pattern, texts or ()))


def select(
    stores: FirewallStores, which: WantedRules, environment: Environment
) -> Iterator[tuple[Store, FirewallRule]]:
    """The wanted rules, as far as it does not matter whether they count."""
    for store in Store:
        if store in which.stores:
            yield from (
                (store, each) for each in stores.of(store) if fits(each, store, which, environment)
            )


def fits(rule: FirewallRule, store: Store, which: WantedRules, environment: Environment) -> bool:
    """Whether a rule is wanted."""
    return (
        (not which.directions or rule.direction in which.directions)
        and (not which.actions or rule.action in which.actions)
        and (not which.profiles or bool(rule.effective_profiles & which.profiles))
        and (which.enabled is None or switched_on(rule, store in RESTRICTING) is which.enabled)
        and (which.protocols is None or rule.protocol in which.protocols)
        and (which.ports is None or _is_for_ports(rule, which.ports, which.any_port))
        and _is_one_of(which.rule_ids, [rule.rule_id])
        and _is_one_of(which.services, [rule.service])
        and (not which.programs or _is_for_program(rule, which.programs, environment))
        and (not which.names or named(rule, which.names, environment))
        and (not which.groups or grouped(rule, which.groups, environment))
    )


def _is_one_of(patterns: Sequence[Pattern], names: Sequence[str | None]) -> bool:
    return not patterns or any(each.fits(name) for each in patterns for name in names)


def named(rule: FirewallRule, patterns: Sequence[Pattern], environment: Environment) -> bool:
    """Whether a rule has one of some names: as stored, as Windows shows it in a language that is
    known here, or as the host has told."""
    told = environment.shown.rules.get(name_key(rule.rule_id)) if rule.is_localised_name else None
    names = [rule.name, *(of_rule(rule.name) or ()), told, package_of(rule.name)]
    if rule.name is None:
        names.append(rule.rule_id)
    return _is_one_of(patterns, names)


def grouped(rule: FirewallRule, patterns: Sequence[Pattern], environment: Environment) -> bool:
    """Whether a rule is in one of some groups."""
    stored = rule.group
    if stored is None:
        return False
    told = None
    if is_reference(stored):
        told = environment.shown.groups.get(canonical(stored))
        # The folder of the file does not matter.
        if any(
            is_reference(each.text) and canonical(each.text) == canonical(stored)
            for each in patterns
        ):
            return True
    return _is_one_of(patterns, [stored, *(of_group(stored) or ()), told, package_of(stored)])


def _is_for_program(
    rule: FirewallRule, patterns: Sequence[Pattern], environment: Environment
) -> bool:
    if rule.program is None:
        return False
    whole = [rule.program, environment.expand(rule.program)]
    for each in patterns:
        if "\\" not in each.text:
            if any(each.fits(path.rpartition("\\")[2]) for path in whole if path is not None):
                return True
        elif _is_one_of((each, Pattern(environment.expand(each.text) or each.text)), whole):
            return True
    return False


def _is_for_ports(rule: FirewallRule, asked: Mapping[int, PortSet], any_port: bool) -> bool:
    condition = rule.remote_ports if rule.direction is Direction.OUT else rule.local_ports
    if not condition:
        return any_port and (rule.protocol is None or rule.protocol in asked)
    return any(
        rule.protocol in (None, protocol) and _names(condition, ports)
        for protocol, ports in asked.items()
    )


def _names(condition: PortCondition, ports: PortSet) -> bool:
    if not ports.isdisjoint(condition.numbers):
        return True
    words = condition.keywords
    if not words or len(ports) > _MOST_BY_WORD:
        return False
    return any(means_port(word, port, blocks=False) for word in words for port in ports)
