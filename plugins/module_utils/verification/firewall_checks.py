# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares what the CIM classes of the firewall say with the registry, which this collection reads.

Both sides are first converted to one form: sets of ports and networks, paths without variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ..firewall.naming.shown import Names, is_reference, of_group, of_rule
from ..firewall.networks.network import NETWORK_CATEGORIES
from ..firewall.parts import cim_values
from ..firewall.parts.table import FACTS
from ..firewall.policy.profile_settings import Origin, Setting
from ..firewall.policy.rule import FirewallRule
from ..firewall.policy.stores import RESTRICTING, Store
from ..firewall.policy.vocabulary import Action, Profile
from ..firewall.settings.profile.options import OPTIONS, Local, UnknownValueError
from ..ground.names import name_key
from ..words.phrases import Phrase, Value
from ..wsman.cim import classes
from ..wsman.cim.objects import Instance
from .comparison import Comparison, compare
from .endpoint_checks import why
from .reading import HostReadings

T = TypeVar("T")

REGISTRY = Phrase("check.registry")
POLICY = Phrase("check.by_policy")
OTHER_STORE = Phrase("check.other_store")
UNIDENTIFIED = Phrase("check.unidentified")
UNREADABLE = Phrase("check.unknown_fields")
OTHER_LANGUAGE = Phrase("check.other_language")

# MSFT_NetFirewallProfile: 0 false, 1 true, 2 not configured; actions 0 not configured, 2 allow, 4
# block (documentation of the class).
_NO, _YES = Phrase("check.no"), Phrase("check.yes")
_ALLOW, _BLOCK = Phrase("check.allow"), Phrase("check.block")
_SWITCH = {0: _NO, 1: _YES}
_ACTION = {2: _ALLOW, 4: _BLOCK}
_NOT_CONFIGURED = Phrase("check.not_configured")

# Primary languages, [MS-LCID] 2.1, and the bits of a language that have them.
_LANGUAGES = {0x09: "en", 0x11: "ja"}
_PRIMARY = 0x3FF

# The registry has the GUIDs of adapters, and CIM their names.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    classes.NET_INTERFACE_FILTER.name: (classes.NET_ADAPTER.name,)
}

_NETWORK_LIST_END = "\\networklist\\profiles"


def comparisons(evidence: HostReadings) -> tuple[Comparison, ...]:
    """All comparisons about the firewall and what it depends on."""
    return (
        *rules(evidence),
        rule_names(evidence),
        profiles(evidence),
        networks(evidence),
        windows_directory(evidence),
    )


def rules(evidence: HostReadings) -> tuple[Comparison, ...]:
    """The rules of the local store, property by property."""
    if evidence.firewall is None:
        return tuple(
            _unknown(Phrase(f"check.{fact}"), name, evidence) for fact, name, _names in FACTS
        )
    local = {rule.rule_id: rule for rule in evidence.firewall.local_rules}
    environment = evidence.firewall.environment
    written = {each: cim_values.values_of(rule, environment) for each, rule in local.items()}
    found = []
    for key, class_name, names in FACTS:
        fact = Phrase(f"check.{key}")
        rows = evidence.cim_rules.get(class_name)
        needed = _NEEDED.get(class_name, ())
        if rows is None or any(each in evidence.problems for each in needed):
            found.append(_unknown(fact, class_name, evidence, *needed))
            continue
        first = {
            rule_id: cim_values.in_one_form(row.values, names, environment)
            for rule_id, row in _by_id(rows).items()
        }
        second = {
            rule_id: cim_values.in_one_form(values[class_name], names, environment)
            for rule_id, values in written.items()
        }
        reason = _reason(local, _ids_elsewhere(evidence))
        found.append(compare(fact, (class_name, REGISTRY), first, second, reason))
    return tuple(found)


def rule_names(evidence: HostReadings) -> Comparison:
    """The names of rules and groups, as Windows shows them and as the registry has them, or as they
    are known here for what it refers to. Names that are not known are left out."""
    fact, cim = Phrase("check.rule_names"), classes.NET_FIREWALL_RULE.name
    rows = evidence.cim_rules.get(cim)
    if rows is None or evidence.firewall is None or evidence.system is None:
        return _unknown(fact, cim, evidence)
    number = evidence.system.values.get("OSLanguage")
    language = _LANGUAGES.get(number & _PRIMARY if isinstance(number, int) else 0)
    first: dict[str, Value] = {}
    second: dict[str, Value] = {}
    told = _by_id(rows)
    for rule in evidence.firewall.local_rules:
        row = told.get(rule.rule_id)
        for key, name, stored, names in (
            (rule.rule_id, "DisplayName", rule.name, of_rule(rule.name)),
            (rule.group or "", "DisplayGroup", rule.group, of_group(rule.group)),
        ):
            shown = str(row.values.get(name) or "") if row is not None else ""
            known = [stored] if not is_reference(stored) else _names(names, language)
            if shown and known and known[0] is not None:
                first[key] = shown
                second[key] = shown if shown in known else known[0]
    return compare(
        fact,
        (cim, REGISTRY),
        first,
        second,
        lambda _key: OTHER_LANGUAGE if language is None else None,
    )


def _names(names: Names | None, language: str | None) -> list[str | None]:
    """What Windows may show in a language; in one that we don't know, it may be anything."""
    if names is None:
        return []
    if language == "ja":
        return [names.japanese] if names.japanese else []
    return [names.english, names.earlier]


def profiles(evidence: HostReadings) -> Comparison:
    """The settings of the three profiles in the local store."""
    fact, cim = Phrase("check.profiles"), classes.NET_FIREWALL_PROFILE.name
    if evidence.cim_profiles is None or evidence.firewall is None:
        return _unknown(fact, cim, evidence)
    first: dict[str, Value] = {}
    second: dict[str, Value] = {}
    by_policy: set[str] = set()
    by_name = {name_key(str(row.values.get("Name", ""))): row for row in evidence.cim_profiles}
    for profile in Profile:
        row = by_name.get(name_key(profile.word))
        settings = evidence.firewall.stores.profiles[profile]
        blocks = settings.block_all_inbound
        pairs: tuple[tuple[str, Mapping[int, Phrase], Setting[Phrase]], ...] = (
            ("Enabled", _SWITCH, _worded(settings.enabled, _yes)),
            ("AllowInboundRules", _SWITCH, _worded(blocks, lambda value: _yes(not value))),
            ("DefaultInboundAction", _ACTION, _worded(settings.default_inbound, _action)),
            ("DefaultOutboundAction", _ACTION, _worded(settings.default_outbound, _action)),
        )
        for name, words, setting in pairs:
            key = f"{profile.word}: {name}"
            if row is not None:
                number = row.values.get(name)
                known = words.get(number) if isinstance(number, int) else None
                first[key] = known or _NOT_CONFIGURED
            second[key] = setting.value if setting.origin is Origin.LOCAL else _NOT_CONFIGURED
            if setting.origin in (Origin.GROUP_POLICY, Origin.MDM):
                by_policy.add(key)
        for option in OPTIONS:
            # Whether local rules count is a matter of policies.
            key = f"{profile.word}: {option.cim_property}"
            if not option.attribute.startswith("beside."):
                continue
            if row is not None:
                try:
                    first[key] = _local(option.of_cim(row.values.get(option.cim_property)))
                except UnknownValueError:
                    first[key] = str(row.values.get(option.cim_property))
            held = option.in_force(settings)
            second[key] = _local(held.value if held.origin is Origin.LOCAL else None)
            if held.origin in (Origin.GROUP_POLICY, Origin.MDM):
                by_policy.add(key)
    return compare(
        fact, (cim, REGISTRY), first, second, lambda key: POLICY if key in by_policy else None
    )


def networks(evidence: HostReadings) -> Comparison:
    """The profile of each connected network, by CIM and by the list of known networks."""
    fact, cim = Phrase("check.networks"), classes.NET_CONNECTION_PROFILE.name
    if evidence.firewall is None or evidence.known_networks is None:
        return _unknown(fact, cim, evidence)
    known: dict[str, str] = {}
    for path, key in evidence.known_networks.keys.items():
        name, category = key.value("ProfileName"), key.number("Category")
        profile = NETWORK_CATEGORIES.get(-1 if category is None else category)
        if _NETWORK_LIST_END in path and name is not None and profile is not None:
            known[name.data] = profile.word
    connected = {each.name: each.profile.word for each in evidence.firewall.networks}
    if connected and not known:
        return Comparison(fact, cim, REGISTRY, problem=Phrase("check.no_networks"))
    # The list also contains former networks.
    second = {name: known[name] for name in connected if name in known}

    def reason(name: str) -> Phrase | None:
        public = connected[name] == Profile.PUBLIC.word
        return UNIDENTIFIED if public and name not in known else None

    return compare(fact, (cim, REGISTRY), connected, second, reason)


def windows_directory(evidence: HostReadings) -> Comparison:
    """The folder of Windows: paths in rules depend on it."""
    fact, cim = Phrase("check.windows_folder"), classes.OPERATING_SYSTEM.name
    if evidence.system is None or evidence.firewall is None:
        return _unknown(fact, cim, evidence)
    key = "WindowsDirectory"
    first = str(evidence.system.values.get(key) or "")
    second = evidence.firewall.stores.windows_directory
    if second is None:
        return Comparison(fact, cim, REGISTRY, problem=Phrase("check.not_in_registry"))
    return compare(
        fact, (cim, REGISTRY), {key: name_key(first.rstrip("\\"))}, {key: name_key(second)}
    )


def _unknown(fact: Phrase, class_name: str, evidence: HostReadings, *needed: str) -> Comparison:
    sources = (class_name, *needed, "firewall", "programs")
    return Comparison(fact, class_name, REGISTRY, problem=why(evidence, *sources))


def _by_id(rows: Sequence[Instance]) -> dict[str, Instance]:
    return {str(row.values.get("InstanceID", "")): row for row in rows}


def _ids_elsewhere(evidence: HostReadings) -> frozenset[str]:
    stores = (Store.GROUP_POLICY, Store.MDM, *RESTRICTING)
    reading = evidence.firewall
    return frozenset(
        rule.rule_id for store in stores for rule in (reading.stores.of(store) if reading else ())
    )


def _reason(
    local: Mapping[str, FirewallRule], elsewhere: frozenset[str]
) -> Callable[[str], Phrase | None]:
    def reason(rule_id: str) -> Phrase | None:
        rule = local.get(rule_id)
        if rule is None:
            return OTHER_STORE if rule_id in elsewhere else None
        # What such a list of users means can't be compared.
        unreadable = rule.unknown or rule.malformed or rule.local_users_encoded
        return UNREADABLE if unreadable else None

    return reason


def _worded(setting: Setting[T], words: Callable[[T], Phrase]) -> Setting[Phrase]:
    return Setting(words(setting.value), setting.origin, setting.path)


def _yes(value: bool) -> Phrase:
    return _YES if value else _NO


def _local(value: Local) -> Value:
    if isinstance(value, bool):
        return _yes(value)
    return _NOT_CONFIGURED if value is None else str(value)


def _action(value: Action) -> Phrase:
    return _ALLOW if value is Action.ALLOW else _BLOCK
