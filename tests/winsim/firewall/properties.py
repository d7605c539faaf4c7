# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of MSFT_NetFirewallRule that a rule's own fields hold, in both directions.

Numbers: Microsoft's documentation of the class (Action 2 Allow, 3 AllowBypass, 4 Block;
Direction 1 Inbound, 2 Outbound; Enabled 1, Disabled 2; EdgeTraversalPolicy 0 Block, 1 Allow, 2
Defer to User, 3 Defer to App; Profiles: the sum of 1 Domain, 2 Private, 4 Public, 0 for any).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from winsim.cim import Scalar, Value, Values
from winsim.firewall.errors import invalid
from winsim.firewall.rule import Rule

#: Names of the profiles as rules write them.
PROFILES = {"Domain": 1, "Private": 2, "Public": 4}
_ACTIONS = {2: "Allow", 3: "ByPass", 4: "Block"}
_DIRECTIONS = {1: "In", 2: "Out"}
_ENABLED = {1: "TRUE", 2: "FALSE"}
#: Fields Edge and Defer: recorded rules have ``Edge=TRUE|Defer=App``, but ``Defer=User`` alone.
_EDGE = {0: (None, None), 1: ("TRUE", None), 2: (None, "User"), 3: ("TRUE", "App")}
_CODES = {
    "Action": ("Action", _ACTIONS, "The specified action is not valid. "),
    "Direction": ("Dir", _DIRECTIONS, "The specified direction is not valid. "),
    "Enabled": ("Active", _ENABLED, "The specified flags are not valid. "),
}
_TEXTS = {
    "ElementName": "Name",
    "Description": "Desc",
    "RuleGroup": "EmbedCtxt",
    "Owner": "LUOwn",
    "PackageFamilyName": "PFN",
}
_FLAGS = {"LooseSourceMapping": "LSM", "LocalOnlyMapping": "LOM"}
#: The properties of a rule that `write` knows.
WRITABLE = frozenset({*_CODES, *_TEXTS, *_FLAGS, "Profiles", "EdgeTraversalPolicy", "Platforms"})
_PLATFORM = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?(\+?)")


@lru_cache(8192)  # the rules of a store are read far more often than they change
def read(rule: Rule) -> Mapping[str, Value]:
    """Values by the names of the properties, texts as the rule holds them."""
    edge = 1 if rule.is_true("Edge") else 0
    deferred = (rule.first("Defer") or "").lower()
    return {
        "Action": _code(_ACTIONS, rule.first("Action")),
        "Description": rule.first("Desc"),
        "Direction": _code(_DIRECTIONS, rule.first("Dir")),
        "EdgeTraversalPolicy": {"user": 2, "app": 3}.get(deferred, edge),
        "ElementName": rule.first("Name"),
        "Enabled": 1 if rule.is_true("Active") else 2,
        "LocalOnlyMapping": rule.is_true("LOM"),
        "LooseSourceMapping": rule.is_true("LSM"),
        "Owner": rule.first("LUOwn"),
        "Platforms": _read_platforms(rule),
        "Profiles": sum({PROFILES.get(name.capitalize(), 0) for name in rule.all("Profile")}),
        "RuleGroup": rule.first("EmbedCtxt"),
    }


def write(rule: Rule, values: Values) -> Rule:
    """The rule with these properties changed. NULL empties a text and a list of platforms (an
    assumption: nobody was seen to do it), and says nothing about anything else. Properties that the documentation calls ignored or reserved are ignored. Raises
    CimError for a value that means nothing."""
    changes: dict[str, str | list[str] | None] = {}
    for name, value in values.items():
        if name in _TEXTS:
            changes[_TEXTS[name]] = str(value) if value else None
        elif name == "Platforms" and value is None:
            changes |= _write_platforms([])
        elif value is None:
            continue
        elif name in _CODES:
            field, codes, message = _CODES[name]
            if not isinstance(value, int) or value not in codes:
                raise invalid(message)
            changes[field] = codes[value]
        elif name in _FLAGS:
            changes[_FLAGS[name]] = "TRUE" if value else None
        elif name == "Profiles":
            changes["Profile"] = _write_profiles(value)
        elif name == "EdgeTraversalPolicy":
            if not isinstance(value, int) or value not in _EDGE:
                raise invalid("The specified flags are not valid. ")
            changes["Edge"], changes["Defer"] = _EDGE[value]
        elif name == "Platforms" and isinstance(value, list):
            changes |= _write_platforms([str(item) for item in value])
    if (rule.first("Desc") or "").startswith("@"):
        changes.pop("Desc", None)  # an indirect string "may not be overwritten"
    return rule.replace(changes)


def _code(codes: dict[int, str], text: str | None) -> int | None:
    wanted = (text or "").lower()
    return next((code for code, word in codes.items() if word.lower() == wanted), None)


def _write_profiles(value: Value) -> list[str]:
    if not isinstance(value, int) or not 0 <= value <= sum(PROFILES.values()):
        raise invalid("The profile type is not valid. ")
    return [name for name, bit in PROFILES.items() if value & bit]


def _read_platforms(rule: Rule) -> list[Scalar] | None:
    """``6.2+`` for ``Platform=2:6:2`` with ``Platform2=GTEQ``, which is about the last entry."""
    parts = [value.split(":") for value in rule.all("Platform")]
    shown: list[Scalar] = [".".join(part[1:]) for part in parts]
    if shown and rule.first("Platform2") is not None:
        shown[-1] = f"{shown[-1]}+"
    return shown or None


def _write_platforms(values: list[str]) -> dict[str, str | list[str] | None]:
    matches = [_PLATFORM.fullmatch(value) for value in values]
    if None in matches or any(m[3] for m in matches[:-1] if m):
        raise invalid("Invalid platform operator used. ")
    found = [match for match in matches if match is not None]
    return {
        "Platform": [f"2:{match[1]}:{match[2] or '0'}" for match in found],
        "Platform2": "GTEQ" if found and found[-1][3] else None,
    }
