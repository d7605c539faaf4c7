# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of a firewall rule, and the associations between rule and filters.

Classes, properties, types and numbers: Microsoft's documentation of MSFT_NetProtocolPortFilter
and its siblings (network security classes). Keys: those of CIM_FilterEntryBase. That
CreationClassName and InstanceID are those of the rule, the other keys are empty, and what no
condition limits is ``Any``: published `Format-List *` of Get-NetFirewallPortFilter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from winsim.cim import CimClass, Property, Reference, Value, Values
from winsim.classes.firewall_class import FirewallClass, key_of
from winsim.firewall import filter_values
from winsim.firewall.errors import invalid
from winsim.firewall.rule import Rule
from winsim.machine import Machine
from winsim.values import parse_scalar

_KEYS = ("CreationClassName", "Name", "SystemCreationClassName", "SystemName")
_INHERITED = {
    "Caption": "string",
    "CommunicationStatus": "uint16",
    "CreationClassName": "string",
    "Description": "string",
    "DetailedStatus": "uint16",
    "ElementName": "string",
    "HealthState": "uint16",
    "InstallDate": "datetime",
    "InstanceID": "string",
    "IsNegated": "boolean",
    "Name": "string",
    "OperatingStatus": "uint16",
    "OperationalStatus[]": "uint16",
    "PrimaryStatus": "uint16",
    "Status": "string",
    "StatusDescriptions[]": "string",
    "SystemCreationClassName": "string",
    "SystemName": "string",
}
_BASES = (
    "CIM_FilterEntryBase",
    "CIM_LogicalElement",
    "CIM_ManagedSystemElement",
    "CIM_ManagedElement",
)
_ASSOCIATION_BASES = (
    "MSFT_NetFirewallRuleFilters",
    "MSFT_NetPolicyRuleFilters",
    "CIM_PolicyComponent",
    "CIM_Component",
)


class RuleClass(FirewallClass):
    """The class of rules, as far as a filter needs it."""

    def instance(self, machine: Machine, identifier: str, rule: Rule) -> Values:
        raise NotImplementedError


class NetFirewallFilter(FirewallClass):
    """One class of filters: each rule has exactly one of each class."""

    derived_from = _BASES
    #: The forms of the class of rules, which add themselves.
    rule_classes: tuple[RuleClass, ...] = ()

    def __init__(
        self,
        name: str,
        association: str,
        own: Mapping[str, str],
        read: Callable[[Machine, Rule], Values],
        write: Callable[[Machine, Rule, Values], Rule],
    ) -> None:
        self.name = name
        self.association = association
        self._read = read
        self._write = write
        types = {**_INHERITED, **own}
        self.properties = tuple(
            Property(name.removesuffix("[]"), types[name], array="[]" in name, key=name in _KEYS)
            for name in sorted(types, key=str.lower)
        )
        self.writable = frozenset(name.removesuffix("[]") for name in own)
        self._blank: Values = {p.name: None for p in self.properties}
        self._blank |= dict.fromkeys(_KEYS, "")

    def matches(self, association: str | None, result_class: str | None) -> bool:
        """Does it belong to that association and that class, or to one derived from them?"""
        links = {name.lower() for name in (self.association, *_ASSOCIATION_BASES)}
        kinds = {name.lower() for name in (self.name, *self.derived_from)}
        return (association is None or association.lower() in links) and (
            result_class is None or result_class.lower() in kinds
        )

    def instance(self, machine: Machine, identifier: str, rule: Rule) -> Values:
        return {
            **self._blank,
            **self._read(machine, rule),
            "CreationClassName": key_of(identifier),
            "InstanceID": identifier,
        }

    def instances(self, machine: Machine) -> Iterable[Values]:
        rules = self.require_firewall(machine).parsed_rules()
        return [self.instance(machine, identifier, rule) for identifier, rule in rules.items()]

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        """Change what is given; the rest of the rule stays. NULL is any."""
        self.require_firewall(machine, writing=True)
        identifier, rule = self.rule_of(machine, keys)
        self.keep(machine, identifier, self._write(machine, rule, values))
        return self.instance(machine, *self.rule_of(machine, keys))

    def write(self, machine: Machine, rule: Rule, values: Values) -> Rule:
        """The rule with other values in this filter. Raises CimError."""
        return self._write(machine, rule, values)

    def associated(
        self,
        machine: Machine,
        keys: Mapping[str, str],
        association: str | None,
        result_class: str | None,
    ) -> Iterable[tuple[CimClass, Values]]:
        """The rule of a filter."""
        rule_class = next((c for c in self.rule_classes if c.available(machine)), None)
        if rule_class is None or not self.matches(association, None):
            return []
        kinds = {name.lower() for name in (rule_class.name, *rule_class.derived_from)}
        if result_class is not None and result_class.lower() not in kinds:
            return []
        return [(rule_class, rule_class.instance(machine, *self.rule_of(machine, keys)))]


class RuleFilterAssociation(FirewallClass):
    """MSFT_NetFirewallRuleFilterByProtocolPort and its siblings."""

    derived_from = _ASSOCIATION_BASES
    properties = (
        Property("GroupComponent", "reference", key=True),
        Property("PartComponent", "reference", key=True),
    )

    def __init__(self, filter_class: NetFirewallFilter) -> None:
        self.name = filter_class.association
        self._filter_class = filter_class.name

    def instances(self, machine: Machine) -> Iterable[Values]:
        rule_keys = ("PolicyRuleName", "SystemCreationClassName", "SystemName")
        for identifier in self.require_firewall(machine).parsed_rules():
            key = ("CreationClassName", key_of(identifier))
            yield {
                "GroupComponent": Reference(
                    self.namespace,
                    "MSFT_NetFirewallRule",
                    (key, *((name, "") for name in rule_keys)),
                ),
                "PartComponent": Reference(
                    self.namespace, self._filter_class, (key, *((n, "") for n in _KEYS[1:]))
                ),
            }


FILTERS = tuple(
    NetFirewallFilter(f"MSFT_Net{kind}", f"MSFT_NetFirewallRuleFilterBy{by}", own, read, write)
    for kind, by, own, read, write in (
        (
            "ProtocolPortFilter",
            "ProtocolPort",
            {
                "DynamicTransport": "uint32",
                "IcmpType[]": "string",
                "LocalPort[]": "string",
                "Protocol": "string",
                "RemotePort[]": "string",
            },
            filter_values.read_ports,
            filter_values.write_ports,
        ),
        (
            "AddressFilter",
            "Address",
            {"LocalAddress[]": "string", "RemoteAddress[]": "string"},
            filter_values.read_addresses,
            filter_values.write_addresses,
        ),
        (
            "ApplicationFilter",
            "Application",
            {"AppPath": "string", "Package": "string"},
            filter_values.read_application,
            filter_values.write_application,
        ),
        (
            "ServiceFilter",
            "Service",
            {"ServiceName": "string"},
            filter_values.read_service,
            filter_values.write_service,
        ),
        (
            "InterfaceFilter",
            "Interface",
            {"InterfaceAlias[]": "string"},
            filter_values.read_interfaces,
            filter_values.write_interfaces,
        ),
        (
            "InterfaceTypeFilter",
            "InterfaceType",
            {"InterfaceType": "uint32"},
            filter_values.read_interface_types,
            filter_values.write_interface_types,
        ),
        (
            "NetworkLayerSecurityFilter",
            "Security",
            {
                "Authentication": "uint16",
                "Encryption": "uint16",
                "LocalUsers": "string",
                "OverrideBlockRules": "boolean",
                "RemoteMachines": "string",
                "RemoteUsers": "string",
            },
            filter_values.read_security,
            filter_values.write_security,
        ),
    )
)
ASSOCIATIONS = tuple(RuleFilterAssociation(filter_class) for filter_class in FILTERS)

#: Options of a Create for the filters of the new rule (the parameters of New-NetFirewallRule
#: that are not properties of the rule): by name in lower case, class and property. Programs that
#: create rules through WMI without PowerShell use Program, Protocol, LocalPort, LocalAddress and
#: RemoteAddress so; the other names are the cmdlet's.
_OPTIONS = {
    "program": (2, "AppPath"),
    "package": (2, "Package"),
    "service": (3, "ServiceName"),
    "protocol": (0, "Protocol"),
    "localport": (0, "LocalPort"),
    "remoteport": (0, "RemotePort"),
    "icmptype": (0, "IcmpType"),
    "localaddress": (1, "LocalAddress"),
    "remoteaddress": (1, "RemoteAddress"),
    "interfacealias": (4, "InterfaceAlias"),
    "interfacetype": (5, "InterfaceType"),
    "authentication": (6, "Authentication"),
    "encryption": (6, "Encryption"),
    "overrideblockrules": (6, "OverrideBlockRules"),
    "localuser": (6, "LocalUsers"),
    "remoteuser": (6, "RemoteUsers"),
    "remotemachine": (6, "RemoteMachines"),
}


def apply_options(machine: Machine, rule: Rule, options: Mapping[str, Value]) -> Rule:
    """The rule with the conditions that the options of a Create ask for. Raises CimError."""
    given: dict[int, Values] = {}
    for name, value in options.items():
        if name in _OPTIONS:
            number, wanted = _OPTIONS[name]
            declared = next(p for p in FILTERS[number].properties if p.name == wanted)
            given.setdefault(number, {})[wanted] = _typed(declared, value)
    for number, values in given.items():
        rule = FILTERS[number].write(machine, rule, values)
    return rule


def _typed(declared: Property, value: Value) -> Value:
    """An option is text; the property may be a number or an array."""
    if declared.array:
        return value if isinstance(value, list) else [None if value is None else str(value)]
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None:
        return None
    try:
        return parse_scalar(str(value), declared.type)
    except ValueError as error:
        raise invalid(f"{declared.name}: {error}. ") from None
