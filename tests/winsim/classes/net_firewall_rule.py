# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetFirewallRule: the rules of the local store (PersistentStore).

Properties, types and numbers: Microsoft's documentation of the class. Keys, the form of
CreationClassName, Create without options, duplicates as status 11, and Enable without a
ReturnValue: a public test suite that uses them on real hosts. Which properties are NULL, and
the values of ConditionListType, ExecutionStrategy, PolicyDecisionStrategy, SequencedActions and
StatusCode: published `Format-List *` of Get-NetFirewallRule, in which Description is the text of
a resource and ElementName its name.

Without the option PolicyStore real hosts list the local store only. The ActiveStore, which a query
may name, is the sum of the stores that apply (New-NetFirewallRule, -PolicyStore): here also the
rules of Group Policy. Which of its instances differ from those of the local store is not known.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from winsim.cim import CimClass, Limits, Property, Reference, Value, Values
from winsim.classes import net_firewall_filters
from winsim.classes.firewall_class import key_of
from winsim.firewall import properties
from winsim.firewall.checks import check, check_id
from winsim.firewall.errors import already_exists
from winsim.firewall.properties import WRITABLE
from winsim.firewall.resource_strings import resolve
from winsim.firewall.rule import Rule
from winsim.machine import Machine

_TYPES = {
    "boolean": ("LocalOnlyMapping", "LooseSourceMapping", "Mandatory"),
    "uint16": (
        "Action",
        "ConditionListType",
        "Direction",
        "EdgeTraversalPolicy",
        "Enabled",
        "EnforcementStatus[]",
        "ExecutionStrategy",
        "PolicyDecisionStrategy",
        "PolicyStoreSourceType",
        "PrimaryStatus",
        "Priority",
        "Profiles",
        "SequencedActions",
    ),
    "uint32": ("StatusCode",),
    "string": (
        "Caption",
        "CommonName",
        "CreationClassName",
        "Description",
        "DisplayGroup",
        "DisplayName",
        "ElementName",
        "InstanceID",
        "Owner",
        "Platforms[]",
        "PolicyKeywords[]",
        "PolicyRoles[]",
        "PolicyRuleName",
        "PolicyStoreSource",
        "RuleGroup",
        "RuleUsage",
        "Status",
        "SystemCreationClassName",
        "SystemName",
    ),
}
#: What rules have on newer builds, in the order of Get-NetFirewallRule: a published `Format-List *`
#: of a Windows 11 has it, a published row of a Windows Server 2022 (build 20348) has not. That all
#: three came with build 22621 is an assumption.
_NEWER = (
    Property("RemoteDynamicKeywordAddresses", "string", array=True),
    Property("PolicyAppId", "string"),
    Property("PackageFamilyName", "string"),
)
_FIRST_WITH_PACKAGES = 22621
_KEYS = ("CreationClassName", "PolicyRuleName", "SystemCreationClassName", "SystemName")
_DEFAULTS: Values = {"Action": 2, "Direction": 1, "Enabled": 1, "Profiles": 0}
_CONSTANTS: Values = {
    "Caption": None,
    "CommonName": None,
    "ConditionListType": 3,
    "EnforcementStatus": [0],
    "ExecutionStrategy": 2,
    "Mandatory": None,
    "PolicyDecisionStrategy": 2,
    "PolicyKeywords": None,
    "PolicyRoles": None,
    "PolicyRuleName": "",
    "PolicyStoreSource": "PersistentStore",
    "PolicyStoreSourceType": 1,
    "PrimaryStatus": 1,
    "Priority": None,
    "RuleUsage": None,
    "SequencedActions": 3,
    "Status": "The rule was parsed successfully from the store. (65536)",
    "StatusCode": 65536,
    "SystemCreationClassName": "",
    "SystemName": "",
}


def _is_of_all_stores(options: Mapping[str, Value]) -> bool:
    given = {name.lower(): value for name, value in options.items()}
    return str(given.get("policystore") or "").lower() == "activestore"


class NetFirewallRule(net_firewall_filters.RuleClass):
    name = "MSFT_NetFirewallRule"
    derived_from = ("CIM_PolicyRule", "CIM_PolicySet", "CIM_Policy", "CIM_ManagedElement")
    properties = tuple(
        sorted(
            (
                Property(name.removesuffix("[]"), kind, array="[]" in name, key=name in _KEYS)
                for kind, names in _TYPES.items()
                for name in names
            ),
            key=lambda p: p.name.lower(),
        )
    )

    writable = WRITABLE
    methods: Mapping[str, tuple[str, ...]] = {"Enable": (), "Disable": (), "Rename": ("NewName",)}

    def __init__(self) -> None:
        for filter_class in net_firewall_filters.FILTERS:
            filter_class.rule_classes += (self,)

    def available(self, machine: Machine) -> bool:
        return super().available(machine) and not _has_packages(machine)

    def instance(self, machine: Machine, identifier: str, rule: Rule) -> Values:
        return {
            **_CONSTANTS,
            **properties.read(rule),
            "CreationClassName": key_of(identifier),
            "Description": rule.first("Desc"),
            "DisplayGroup": resolve(
                rule.first("EmbedCtxt"), machine.language, identifier, "groups"
            ),
            "DisplayName": resolve(rule.first("Name"), machine.language, identifier),
            "InstanceID": identifier,
        }

    def instances(self, machine: Machine) -> Iterable[Values]:
        rules = self.require_firewall(machine).parsed_rules()
        return [self.instance(machine, identifier, rule) for identifier, rule in rules.items()]

    def check_query_options(self, machine: Machine, options: Mapping[str, Value]) -> None:
        if not _is_of_all_stores(options):
            super().check_query_options(machine, options)

    def instances_with(
        self, machine: Machine, limits: Limits, options: Mapping[str, Value]
    ) -> Iterable[Values]:
        if not _is_of_all_stores(options):
            return self.instances_within(machine, limits)
        firewall = self.require_firewall(machine)
        return [
            self.instance(machine, identifier, rule)
            for store in ("local", "policy")
            for identifier, rule in firewall.parsed_rules(store).items()
        ]

    def create(self, machine: Machine, values: Values, options: Mapping[str, Value]) -> Reference:
        """A new rule. Without InstanceID it gets a GUID, as New-NetFirewallRule without -Name;
        what is not said is any, inbound, allowed and enabled, as New-NetFirewallRule has it."""
        firewall = self.require_firewall(machine, writing=True)
        self.check_options(machine, options)
        given = {name.lower(): value for name, value in options.items()}
        identifier = str(values.get("InstanceID") or f"{{{str(uuid.uuid4()).upper()}}}")
        check_id(identifier)
        if firewall.rule(identifier) is not None:
            raise already_exists()
        said: Values = {name: value for name, value in values.items() if value is not None}
        rule = properties.write(Rule(firewall.version, ()), _DEFAULTS | said)
        rule = net_firewall_filters.apply_options(machine, rule, given)
        check(rule)
        firewall.set_rule(identifier, rule.text())
        keys = (key_of(identifier), "", "", "")
        return Reference(self.namespace, self.name, tuple(zip(_KEYS, keys, strict=True)))

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        """Change what is given; the rest stays (a Put of single properties works on real hosts)."""
        self.require_firewall(machine, writing=True)
        identifier, rule = self.rule_of(machine, keys)
        self.keep(machine, identifier, properties.write(rule, values))
        return self.instance(machine, *self.rule_of(machine, keys))

    def delete(self, machine: Machine, keys: Mapping[str, str]) -> None:
        firewall = self.require_firewall(machine, writing=True)
        firewall.delete_rule(self.rule_of(machine, keys)[0])

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        """Enable and Disable answer without a ReturnValue, as on real hosts; that Rename does so
        too is an assumption."""
        name = method.lower()
        if keys is None or name not in {"enable", "disable", "rename"}:
            return super().invoke(machine, keys, method, arguments)
        firewall = self.require_firewall(machine, writing=True)
        identifier, rule = self.rule_of(machine, keys)
        if name == "rename":
            new = str({k.lower(): v for k, v in arguments.items()}.get("newname") or "")
            check_id(new)
            if firewall.rule(new) is not None:
                raise already_exists()
            firewall.delete_rule(identifier)
            firewall.set_rule(new, rule.text())
        else:
            active = "TRUE" if name == "enable" else "FALSE"
            self.keep(machine, identifier, rule.replace({"Active": active}))
        return {}

    def associated(
        self,
        machine: Machine,
        keys: Mapping[str, str],
        association: str | None,
        result_class: str | None,
    ) -> Iterable[tuple[CimClass, Values]]:
        """The filters of a rule, by their association class or one that it is derived from."""
        identifier, rule = self.rule_of(machine, keys)
        return [
            (filter_class, filter_class.instance(machine, identifier, rule))
            for filter_class in net_firewall_filters.FILTERS
            if filter_class.matches(association, result_class)
        ]


class NetFirewallRuleWithPackages(NetFirewallRule):
    """The class as newer builds have it. No stored rule is known with a policy's application or a
    dynamic keyword, so these two are NULL."""

    properties = tuple(sorted((*NetFirewallRule.properties, *_NEWER), key=lambda p: p.name.lower()))

    def available(self, machine: Machine) -> bool:
        return super(NetFirewallRule, self).available(machine) and _has_packages(machine)

    def instance(self, machine: Machine, identifier: str, rule: Rule) -> Values:
        newer: Values = {
            "PackageFamilyName": rule.first("PFN"),
            "PolicyAppId": None,
            "RemoteDynamicKeywordAddresses": None,
        }
        return {**super().instance(machine, identifier, rule), **newer}


def _has_packages(machine: Machine) -> bool:
    return int(machine.operating_system.build) >= _FIRST_WITH_PACKAGES
