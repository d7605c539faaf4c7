# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are about network adapters."""

from __future__ import annotations

from collections.abc import Mapping

from ...wsman.cim import classes
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import InterfaceType
from .option import ANY, TEXTS, Option, Plain, either, entries, is_any, single, subset, word

_TYPES = {
    "lan": InterfaceType.LAN,
    "wired": InterfaceType.LAN,
    "wireless": InterfaceType.WIRELESS,
    "ras": InterfaceType.REMOTE_ACCESS,
    "remoteaccess": InterfaceType.REMOTE_ACCESS,
}
_TYPE_WORDS: Mapping[InterfaceType, str] = {
    InterfaceType.LAN: "lan",
    InterfaceType.WIRELESS: "wireless",
    InterfaceType.REMOTE_ACCESS: "remote_access",
}


def _interface_types(option: str, value: object) -> frozenset[InterfaceType]:
    """Kinds of network adapters; empty for any."""
    if is_any(option, value):
        return frozenset()
    shown = tuple(_TYPE_WORDS.values())
    return frozenset(word(option, each, _TYPES, shown=shown) for each in entries(option, value))


def _show_types(rule: FirewallRule, _environment: Environment) -> Plain:
    return sorted(_TYPE_WORDS[each] for each in rule.interface_types) or [ANY]


INTERFACE_TYPES = Option(
    name="interface_types",
    argument={**TEXTS, "aliases": ["interfacetypes"]},
    attributes=("interface_types",),
    read=single("interface_types", _interface_types),
    show=_show_types,
    blank=[ANY],
    cim_class=classes.NET_INTERFACE_TYPE_FILTER,
    cim={
        "InterfaceType": lambda rule, _environment: sum(
            each.cim_value for each in rule.interface_types
        )
    },
    shared=either("interface_types"),
    cuts=subset("interface_types"),
)
