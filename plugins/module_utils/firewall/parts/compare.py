# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between two firewall rules, compared as sets, networks and paths, not as texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...ground.names import name_key
from ..judging.traffic import Environment
from ..policy.rule import FirewallRule, PortCondition
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP, Profile, protocol_name

# What a property looks like to people and in results: plain types only.
Plain: TypeAlias = str | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that differs; its name is that of the option that sets it."""

    property: str
    before: Plain
    after: Plain


def properties(rule: FirewallRule) -> dict[str, Plain]:
    """A rule as a person would write it: by option, in plain types, equal sets equally written."""
    return {name: show(rule) for name, show in _SHOWN.items()}


def differences(
    before: FirewallRule, after: FirewallRule, environment: Environment | None = None
) -> tuple[Difference, ...]:
    """The properties that differ, in the order of the options.

    Args:
        environment: where Windows and programs live, to tell that two paths are one file.
    """
    expand = (environment or Environment()).expand
    old, new = _comparable(before, expand), _comparable(after, expand)
    shown_old, shown_new = properties(before), properties(after)
    return tuple(
        Difference(name, shown_old[name], shown_new[name])
        for name in _SHOWN
        if old[name] != new[name]
    )


def _comparable(rule: FirewallRule, expand: Callable[[str], str | None]) -> Mapping[str, object]:
    program = rule.program
    return {
        **properties(rule),
        "ports": (rule.local_ports.numbers, _words(rule.local_ports)),
        "remote_ports": (rule.remote_ports.numbers, _words(rule.remote_ports)),
        "remote_addresses": rule.remote_addresses,
        "local_addresses": rule.local_addresses,
        "icmp_types": rule.icmp_types,
        "program": name_key(expand(program) or program) if program else None,
        "service": name_key(rule.service) if rule.service else None,
    }


def _words(ports: PortCondition) -> frozenset[str]:
    # Two words for one port ([MS-FASP] 2.2.14); Windows' own rules have both.
    same = {"IPTLSIn": "IPHTTPSIn", "IPTLSOut": "IPHTTPSOut"}
    return frozenset(same.get(word, word) for word in ports.keywords)


def _port_list(ports: PortCondition) -> list[str]:
    numbers = str(ports.numbers).split(",") if ports.numbers.ranges else []
    return numbers + sorted(_words(ports)) or ["any"]


def _ports(attribute: str) -> Callable[[FirewallRule], Plain]:
    def show(rule: FirewallRule) -> Plain:
        ports: PortCondition = getattr(rule, attribute)
        return _port_list(ports) if rule.protocol in (TCP, UDP) else None

    return show


def _icmp(rule: FirewallRule) -> Plain:
    if rule.protocol not in (ICMPV4, ICMPV6):
        return None
    ordered = sorted(
        rule.icmp_types, key=lambda each: (each[0], -1 if each[1] is None else each[1])
    )
    return [f"{number}:{'*' if code is None else code}" for number, code in ordered] or ["any"]


def _profiles(rule: FirewallRule) -> Plain:
    return [each.word.lower() for each in Profile if each in rule.effective_profiles]


def _addresses(attribute: str) -> Callable[[FirewallRule], Plain]:
    def show(rule: FirewallRule) -> Plain:
        found: Any = getattr(rule, attribute)
        return list(found.texts()) or ["any"]

    return show


def _interface_types(rule: FirewallRule) -> Plain:
    names = {"Lan": "lan", "Wireless": "wireless", "RemoteAccess": "remote_access"}
    return sorted(names[each.value] for each in rule.interface_types) or ["any"]


_SHOWN: Mapping[str, Callable[[FirewallRule], Plain]] = {
    "name": lambda rule: rule.name,
    "enabled": lambda rule: rule.enabled,
    "direction": lambda rule: rule.direction.value.lower() if rule.direction else None,
    "action": lambda rule: rule.action.value.lower() if rule.action else None,
    "protocol": lambda rule: protocol_name(rule.protocol).lower(),
    "ports": _ports("local_ports"),
    "remote_ports": _ports("remote_ports"),
    "icmp_types": _icmp,
    "profiles": _profiles,
    "remote_addresses": _addresses("remote_addresses"),
    "local_addresses": _addresses("local_addresses"),
    "program": lambda rule: rule.program or "any",
    "service": lambda rule: rule.service or "any",
    "interface_types": _interface_types,
    "edge_traversal": lambda rule: {
        "BLOCK": "no",
        "ALLOW": "yes",
        "DEFER_TO_APP": "defer_to_app",
        "DEFER_TO_USER": "defer_to_user",
    }[rule.edge_traversal.name],
    "description": lambda rule: rule.description or "",
    "group": lambda rule: rule.group or "",
}
