# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of firewall rules as tasks of port_firewall, tried on a copy of the firewall first.

A remedy is offered as a task only if the verdict with the changed rule is the wanted one: a task
that a policy makes void, or that a block rule overrides, is useless.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ...firewall.judging.verdict import Firewall
from ...firewall.parts.desired import wanted_rules
from ...firewall.parts.option import OptionError
from ...firewall.policy.rule import FirewallRule
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import ALL_PROFILES, Profile
from ...ground.names import name_key
from ...words.phrases import ByLanguage, Phrase, Value
from .model import RemedyTask, WantedPort

PORT_FIREWALL = "portkeeper.windows.port_firewall"

_NEW_ID = "portkeeper-new-rule"

Options = Mapping[str, Any]


def profile_words(profiles: frozenset[Profile]) -> list[str]:
    """Profiles in the form that the option takes."""
    if profiles == ALL_PROFILES:
        return ["any"]
    return [each.word.lower() for each in Profile if each in profiles]


def new_rule(
    taken: Collection[str], wanted: WantedPort, profiles: frozenset[Profile], **more: Any
) -> Options:
    """Options of a new rule that opens a port in these profiles.

    `taken` are the folded names of existing rules: port_firewall would change a rule of the same
    name instead.
    """
    return {
        "name": _free_name(taken, wanted),
        "ports": wanted.port,
        "protocol": wanted.protocol.value,
        "profiles": profile_words(profiles),
    } | more


def change_of(rule: FirewallRule, **options: Any) -> Options:
    """Options that change an existing rule."""
    return {"rule_id": rule.rule_id} | options


def applied(firewall: Firewall, options: Options) -> Firewall | None:
    """The firewall after port_firewall has run with these options; None if it would refuse them."""
    local = list(firewall.stores.of(Store.LOCAL))
    try:
        for wanted in wanted_rules(options):
            position = next(
                (at for at, rule in enumerate(local) if rule.rule_id == wanted.rule_id), None
            )
            if position is not None:
                local[position] = wanted.applied_to(local[position])
            elif wanted.rule_id is None:
                local.append(replace(wanted.applied_to(None), rule_id=_NEW_ID))
            else:
                return None
    except OptionError:
        return None
    rules = {**firewall.stores.rules, Store.LOCAL: tuple(local)}
    return Firewall(replace(firewall.stores, rules=rules), firewall.environment, firewall.products)


def task(
    key: str, wanted: WantedPort, options: Options, rule: FirewallRule | None = None
) -> RemedyTask:
    """The task that calls port_firewall, with a name for people: it names one of Windows' own rules
    as Windows shows it, and others by their ids."""
    title: Value = str(options.get("rule_id", ""))
    if rule is not None and isinstance(rule.label, ByLanguage):
        title = rule.label
    values: dict[str, Value] = {"port": wanted.label, "rule": title}
    return RemedyTask(Phrase(key, values), PORT_FIREWALL, options)


def _free_name(taken: Collection[str], wanted: WantedPort) -> str:
    name = base = f"Allow {wanted.label}"
    number = 2
    while name_key(name) in taken:
        name = f"{base} ({number})"
        number += 1
    return name
