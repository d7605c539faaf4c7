# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A firewall rule as property values of the CIM classes of root/StandardCimv2.

A rule is one MSFT_NetFirewallRule and one filter of each kind (documentation of
Get-NetFirewallPortFilter: one to one, managed automatically). If a filter has no condition, its
properties read ``Any``, and this is also the value to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from ...asked import accounts
from ...asked.ports import PortError, parse_ports
from ...ground.names import name_key
from ...wsman.cim.objects import CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from .addresses import address_set
from .option import OptionError
from .table import BY_NAME, CLASSES, FILTERS, OPTIONS, RULE

# The properties for which 0 means no condition, and those that are lists of accounts.
_NUMBERS = frozenset({"InterfaceType", "Authentication", "Encryption"})
_ACCOUNTS = frozenset({"LocalUsers", "RemoteUsers", "RemoteMachines"})
# The bits of the three profiles.
_ALL_PROFILES = 7

Values: TypeAlias = dict[str, CimValue]


def values_of(rule: FirewallRule, environment: Environment | None = None) -> dict[str, Values]:
    """Every property that is ever written, by class and in the order of the documentation."""
    known = environment or Environment()
    found: dict[str, Values] = {RULE: {"InstanceID": rule.rule_id}}
    for each in OPTIONS:
        if each.cim_class is not None:
            values = {name: value(rule, known) for name, value in each.cim.items()}
            found.setdefault(each.cim_class.name, {}).update(values)
    return {name: _in_order(name, values) for name, values in found.items()}


def _in_order(class_name: str, values: Values) -> Values:
    declared = (each.name for each in CLASSES[class_name].properties)
    return {name: values[name] for name in declared if name in values}


def changed_values(
    rule: FirewallRule, changed: Iterable[str], environment: Environment | None = None
) -> dict[str, Values]:
    """The values to write for some properties of a rule, by class, filters before the rule."""
    named = [BY_NAME[name] for name in changed]
    along = [BY_NAME[name] for each in named for name in each.along]
    wanted = {name for each in (*named, *along) for name in each.cim}
    touched = {each.cim_class.name for each in named if each.cim_class is not None}
    everything = values_of(rule, environment)
    return {
        class_name: {
            name: value for name, value in everything[class_name].items() if name in wanted
        }
        for class_name in (*FILTERS, RULE)
        if class_name in touched
    }


def in_one_form(
    values: Mapping[str, CimValue], names: tuple[str, ...], environment: Environment
) -> str:
    """Properties as text for comparisons: sets of ports and networks, and paths without variables,
    are written alike, regardless of their source."""
    return "; ".join(f"{name} {_normal(name, values.get(name), environment)}" for name in names)


def _normal(name: str, value: CimValue, environment: Environment) -> str:
    texts = [str(each) for each in value] if isinstance(value, tuple) else [str(value)]
    if value is None or texts in ([], [""]):
        # A filter without conditions.
        return "0" if name in _NUMBERS else "any"
    if name == "Profiles":
        # 0x7FFFFFFF ([MS-FASP] 2.2.2), 65535 (New-NetFirewallRule) and the sum of them mean all.
        every = isinstance(value, int) and value & _ALL_PROFILES == _ALL_PROFILES
        return "0" if every else str(value)
    if name in _ACCOUNTS and texts[0] != "Any":
        return str(accounts.meaning(texts[0]))
    if name == "AppPath":
        return name_key(environment.expand(texts[0]) or texts[0])
    if name in ("LocalPort", "RemotePort"):
        return _ports(texts)
    if name in ("LocalAddress", "RemoteAddress"):
        return _addresses(texts)
    return ",".join(sorted(name_key(text) for text in texts))


def _ports(texts: Sequence[str]) -> str:
    numbers = [text for text in texts if text[:1].isdigit()]
    words = sorted(name_key(text) for text in texts if text not in numbers)
    try:
        merged = [str(parse_ports(numbers))] if numbers else []
    except PortError:
        merged = sorted(numbers)
    return ",".join(merged + words)


def _addresses(texts: Sequence[str]) -> str:
    try:
        found = address_set("RemoteAddress", list(texts), keywords=True)
    except OptionError:
        return ",".join(sorted(name_key(text) for text in texts))
    return ",".join(sorted(name_key(text) for text in found.texts())) or "any"
