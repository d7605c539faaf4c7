# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are about network adapters."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.names import ascii_lower
from ...words.phrases import Joined
from ...wsman.cim import classes
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import InterfaceType
from .option import (
    ANY,
    ANY_WORDS,
    MAX_ENTRIES,
    TEXTS,
    Option,
    OptionError,
    Plain,
    either,
    entries,
    is_any,
    shown_value,
    single,
    subset,
    word,
)
from .texts import text

# The longest alias that Windows keeps (documentation of MIB_IF_ROW2).
_MAX_NAME = 256
# How many adapters of the host are named in a message.
_TOLD = 20

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


def _names(option: str, value: object) -> frozenset[str]:
    """Names of network adapters; empty for any. A name may contain a comma."""
    given = list(value) if isinstance(value, (list, tuple)) else [value]
    if not given:
        raise OptionError(option, "option.empty_list")
    if len(given) > MAX_ENTRIES:
        raise OptionError(option, "option.many_adapters", limit=MAX_ENTRIES)
    names = [text(option, each, limit=_MAX_NAME).strip() for each in given]
    words = [each for each in names if ascii_lower(each) in ANY_WORDS]
    if words and len(names) == 1:
        return frozenset()
    for each in names:
        if each in words:
            raise OptionError(option, "option.any_beside", word=each)
        if not each:
            raise OptionError(option, "option.empty_entry", value=shown_value(each))
        if "*" in each or "?" in each:
            raise OptionError(option, "option.adapter_wildcards", name=each)
    return frozenset(names)


def _adapters(option: str, names: frozenset[str], environment: Environment) -> frozenset[str]:
    """The adapters with these names, in the form that rules use: by their GUIDs."""
    found = {name: environment.adapters_named(name) for name in sorted(names)}
    unknown = [name for name, guids in found.items() if not guids]
    if unknown:
        known = Joined(tuple(sorted(environment.adapters.values()))[:_TOLD], "list.separator")
        key = "option.no_adapter" if environment.adapters else "option.no_adapters"
        raise OptionError(option, key, name=unknown[0], known=known)
    for name, guids in found.items():
        if len(guids) > 1:
            raise OptionError(option, "option.several_adapters", name=name, count=len(guids))
    return frozenset(guid for guids in found.values() for guid in guids)


def _aliases(rule: FirewallRule, environment: Environment) -> list[str]:
    return sorted(environment.alias(each) for each in rule.interfaces)


INTERFACES = Option(
    name="interfaces",
    argument=TEXTS,
    attributes=("interfaces",),
    read=single("interfaces", _names),
    show=lambda rule, environment: _aliases(rule, environment) or [ANY],
    compare=lambda rule, _environment: rule.interfaces,
    blank=[ANY],
    cim_class=classes.NET_INTERFACE_FILTER,
    cim={
        "InterfaceAlias": lambda rule, environment: tuple(_aliases(rule, environment)) or ("Any",)
    },
    fact="rule_interfaces",
    shared=either("interfaces"),
    cuts=subset("interfaces"),
    resolve=_adapters,
    limit="interfaces",
    set_in_windows_rules=True,
)


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
    fact="rule_adapters",
    shared=either("interface_types"),
    cuts=subset("interface_types"),
    set_in_windows_rules=True,
)

#: In the order of the table.
OPTIONS = (INTERFACES, INTERFACE_TYPES)
