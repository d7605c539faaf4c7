# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A firewall rule as property values of the CIM classes of root/StandardCimv2.

A rule is one MSFT_NetFirewallRule and one filter of each kind (documentation of
Get-NetFirewallPortFilter: one to one, managed automatically). Where a filter asks for nothing, its
properties read ``Any``, and that is also what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ...wsman.cim.objects import CimValue
from ..policy.rule import FirewallRule, PortCondition
from ..policy.vocabulary import PORT_KEYWORDS, protocol_name

Values: TypeAlias = dict[str, CimValue]

RULE = "MSFT_NetFirewallRule"
PROTOCOL_PORT_FILTER = "MSFT_NetProtocolPortFilter"
ADDRESS_FILTER = "MSFT_NetAddressFilter"
APPLICATION_FILTER = "MSFT_NetApplicationFilter"
SERVICE_FILTER = "MSFT_NetServiceFilter"
INTERFACE_TYPE_FILTER = "MSFT_NetInterfaceTypeFilter"

# Which property (compare.properties) is written where: class, then the properties of the class.
PLACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "name": (RULE, ("ElementName",)),
    "enabled": (RULE, ("Enabled",)),
    "direction": (RULE, ("Direction",)),
    "action": (RULE, ("Action",)),
    "protocol": (PROTOCOL_PORT_FILTER, ("Protocol", "LocalPort", "RemotePort", "IcmpType")),
    # The protocol goes along with its ports, which mean nothing without it.
    "ports": (PROTOCOL_PORT_FILTER, ("Protocol", "LocalPort")),
    "remote_ports": (PROTOCOL_PORT_FILTER, ("Protocol", "RemotePort")),
    "icmp_types": (PROTOCOL_PORT_FILTER, ("Protocol", "IcmpType")),
    "profiles": (RULE, ("Profiles",)),
    "remote_addresses": (ADDRESS_FILTER, ("RemoteAddress",)),
    "local_addresses": (ADDRESS_FILTER, ("LocalAddress",)),
    "program": (APPLICATION_FILTER, ("AppPath",)),
    "service": (SERVICE_FILTER, ("ServiceName",)),
    "interface_types": (INTERFACE_TYPE_FILTER, ("InterfaceType",)),
    "edge_traversal": (RULE, ("EdgeTraversalPolicy",)),
    "description": (RULE, ("Description",)),
    "group": (RULE, ("RuleGroup",)),
}

ENABLED, DISABLED = 1, 2
_ANY = "Any"


def values_of(rule: FirewallRule) -> dict[str, Values]:
    """Every property that is ever written, by class and in the order of the documentation."""
    return {
        RULE: {
            "InstanceID": rule.rule_id,
            "ElementName": rule.name,
            "Description": rule.description,
            "RuleGroup": rule.group,
            "Enabled": ENABLED if rule.enabled else DISABLED,
            "Profiles": sum(profile.value for profile in rule.profiles),
            "Direction": rule.direction.cim_value if rule.direction else None,
            "Action": rule.action.cim_value if rule.action else None,
            "EdgeTraversalPolicy": rule.edge_traversal.value,
        },
        PROTOCOL_PORT_FILTER: {
            "Protocol": protocol_name(rule.protocol),
            "LocalPort": _ports(rule.local_ports),
            "RemotePort": _ports(rule.remote_ports),
            "IcmpType": _icmp(rule),
        },
        ADDRESS_FILTER: {
            "LocalAddress": rule.local_addresses.texts() or (_ANY,),
            "RemoteAddress": rule.remote_addresses.texts() or (_ANY,),
        },
        APPLICATION_FILTER: {"AppPath": rule.program or _ANY},
        SERVICE_FILTER: {"ServiceName": rule.service or _ANY},
        INTERFACE_TYPE_FILTER: {
            "InterfaceType": sum(each.cim_value for each in rule.interface_types)
        },
    }


def changed_values(rule: FirewallRule, changed: Iterable[str]) -> dict[str, Values]:
    """The values to write for some properties of a rule, by class, filters before the rule."""
    everything = values_of(rule)
    wanted: dict[str, set[str]] = {}
    for name in changed:
        class_name, fields = PLACES[name]
        wanted.setdefault(class_name, set()).update(fields)
    order = (*(each for each in everything if each != RULE), RULE)
    return {
        class_name: {
            field: value
            for field, value in everything[class_name].items()
            if field in wanted[class_name]
        }
        for class_name in order
        if class_name in wanted
    }


def _ports(ports: PortCondition) -> tuple[str, ...]:
    words = {PORT_KEYWORDS[word.lower()].cim for word in ports.keywords}
    numbers = str(ports.numbers).split(",") if ports.numbers.ranges else []
    return tuple(numbers + sorted(words)) or (_ANY,)


def _icmp(rule: FirewallRule) -> tuple[str, ...]:
    # The class documentation separates type and code with a dot, that of New-NetFirewallRule with
    # a colon, which is also what the rule store has.
    ordered = sorted(
        rule.icmp_types, key=lambda each: (each[0], -1 if each[1] is None else each[1])
    )
    return tuple(
        str(number) if code is None else f"{number}:{code}" for number, code in ordered
    ) or (_ANY,)
