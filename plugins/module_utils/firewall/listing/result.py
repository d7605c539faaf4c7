# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a host and the settings of its firewall, as plain values and phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, NotRequired, TypedDict

from ...pc.result import TaskResult
from ...words.phrases import ByLanguage, Phrase, Value, Words
from ..judging.deciding import switched_on
from ..judging.reading import FirewallReading
from ..naming.shown import of_group, package_of
from ..parts import compare
from ..parts.option import Plain
from ..policy.environment import Environment
from ..policy.products import in_charge
from ..policy.rule import FirewallRule
from ..policy.stores import RESTRICTING, Store
from ..policy.vocabulary import Profile
from ..settings.profile import options
from . import filters
from .auditing import result as audited
from .auditing.audit import audit
from .auditing.export import exported
from .auditing.programs import Files
from .auditing.result import AuditEntry, TaskEntry
from .filters import WantedRules
from .judge import Judge, Rival, Standing


class RivalEntry(TypedDict, Generic[Words]):
    """Another rule that decides about traffic of a rule, or may do so."""

    name: Words
    rule_id: str
    store: str
    action: str | None


class ListedRule(TypedDict, Generic[Words]):
    """A rule. `rule` has a value for each option of port_firewall, `limits` are conditions that no
    option has, as they are stored."""

    name: Words
    rule_id: str
    group: Words
    store: str
    counts: bool | None
    status: str
    reason: Words
    decided_by: list[RivalEntry[Words]]
    windows_own: bool
    rule: dict[str, Plain]
    limits: dict[str, list[str]]


class SettingsEntry(TypedDict):
    """The settings of a profile. `effective` and `origins` have a value for each option of
    firewall_profile, of which that in force is None if two readings of the keys of device
    management differ. `disabled_interfaces` are the adapters on which the firewall is off."""

    active: bool | None
    effective: dict[str, bool | str | int | None]
    origins: dict[str, str]
    disabled_interfaces: list[str]


class ProductEntry(TypedDict):
    """A registered firewall."""

    name: str
    state: str
    in_charge: bool


class ListingResult(TaskResult[Words]):
    """What port_firewall_info returns."""

    rules: list[ListedRule[Words]]
    read: dict[str, int]
    active_profiles: list[str]
    profiles: dict[str, SettingsEntry]
    products: list[ProductEntry]
    may_filter: list[str]
    problem: Words | None
    audit: NotRequired[AuditEntry[Words]]
    tasks: NotRequired[list[TaskEntry[Words]]]
    tasks_yaml: NotRequired[str | None]


def result(
    reading: FirewallReading, wanted: WantedRules, files: Files | None = None
) -> ListingResult[Value]:
    """The result of a task, without Ansible's own keys.

    Args:
        files: which programs of the rules are on the disk, for an audit.
    """
    known = reading.environment
    judge = Judge(reading)
    listed = [
        (store, rule, judge.standing(store, rule))
        for store, rule in filters.select(reading.stores, wanted, known)
    ]
    if wanted.counts is not None:
        listed = [each for each in listed if each[2].counts is wanted.counts]
    listed.sort(key=lambda each: (list(Store).index(each[0]), each[1].name or "", each[1].rule_id))
    found: ListingResult[Value] = {
        "changed": False,
        "msg": _summary(reading, [each[2] for each in listed]),
        "rules": [_rule(*each, known) for each in listed],
        "read": {store.value: len(reading.stores.of(store)) for store in Store},
        "active_profiles": sorted(each.word.lower() for each in reading.active_profiles),
        "profiles": {each.word.lower(): _settings(each, reading) for each in Profile},
        "products": _products(reading),
        "may_filter": list(reading.may_filter),
        "problem": reading.problem,
    }
    if wanted.audit:
        chosen = [(store, rule.rule_id) for store, rule, _standing in listed]
        made = audit(reading.stores, known, files or Files(), chosen)
        found["audit"] = audited.of_audit(made)
    if wanted.as_tasks:
        rules = ((store, rule) for store, rule, _standing in listed)
        found["tasks"] = audited.of_tasks(exported(rules, known))
    notes = (*reading.notes, *(files.notes if files is not None else ()))
    if notes:
        found["warnings"] = list(notes)
    return found


def _summary(reading: FirewallReading, standings: Sequence[Standing]) -> Value:
    answers = [each.counts for each in standings]
    every = sum(len(reading.stores.of(store)) for store in Store)
    if not answers:
        return Phrase("listing.none", {"read": every})
    return Phrase(
        "listing.summary",
        {
            "listed": len(answers),
            "read": every,
            "counting": answers.count(True),
            "idle": answers.count(False),
            "open": answers.count(None),
        },
    )


def _rule(
    store: Store, rule: FirewallRule, standing: Standing, environment: Environment
) -> ListedRule[Value]:
    return {
        "name": package_of(rule.name) or rule.shown_name,
        "rule_id": rule.rule_id,
        "group": _group(rule),
        "store": store.value,
        "counts": standing.counts,
        "status": standing.status.value,
        "reason": standing.reason,
        "decided_by": [_rival(each) for each in standing.by],
        "windows_own": rule.is_windows_own,
        # Most rules that restrict services don't say that they are enabled, and are.
        "rule": compare.properties(rule, environment)
        | {"enabled": switched_on(rule, store in RESTRICTING)},
        "limits": {name: values for name, values in _limits(rule) if values},
    }


def _limits(rule: FirewallRule) -> Iterator[tuple[str, list[str]]]:
    def texts(*values: str | None) -> list[str]:
        return [each for each in values if each is not None]

    users = (rule.local_users, rule.local_users_encoded, rule.local_user_owner)
    peers = (rule.remote_machines, rule.remote_users, rule.security_realm)
    yield "package", texts(rule.package_sid, rule.package_family)
    yield "users", texts(*users)
    yield "authentication", texts(*(value for _key, value in rule.security), *peers)
    operator = f" {rule.platform_operator}" if rule.platform_operator else ""
    yield "platforms", [f"{major}.{minor}{operator}" for _kind, major, minor in rule.platforms]
    yield "networks", texts(rule.network_names)
    yield "transport", sorted(value for _key, value in rule.trust_tuples)
    yield "unknown_fields", [f"{key}={value}" for key, value in (*rule.unknown, *rule.malformed)]


def _group(rule: FirewallRule) -> Value:
    names = of_group(rule.group)
    if names is None:
        return package_of(rule.group) or rule.group or ""
    return ByLanguage(names.english, names.japanese or names.english)


def _rival(rival: Rival) -> RivalEntry[Value]:
    return {
        "name": rival.name,
        "rule_id": rival.rule_id,
        "store": rival.store.value,
        "action": rival.action.value.lower() if rival.action else None,
    }


def _settings(profile: Profile, reading: FirewallReading) -> SettingsEntry:
    settings = reading.stores.profiles[profile]
    other = reading.stores.contested.get(profile, settings)
    in_force = {each.name: each.in_force(settings) for each in options.OPTIONS}
    disabled = settings.disabled_interfaces.value
    return {
        "active": profile in reading.active_profiles if reading.networks else None,
        "effective": {
            each.name: in_force[each.name].value
            if each.in_force(other).value == in_force[each.name].value
            else None
            for each in options.OPTIONS
        },
        "origins": {name: setting.origin.value for name, setting in in_force.items()},
        "disabled_interfaces": sorted(map(reading.environment.alias, disabled)),
    }


def _products(reading: FirewallReading) -> list[ProductEntry]:
    charged = in_charge(reading.products)
    return [
        {"name": each.name, "state": each.state.value, "in_charge": each in charged}
        for each in reading.products
    ]
