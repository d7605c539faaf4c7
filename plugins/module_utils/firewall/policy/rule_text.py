# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The text form of a firewall rule: ``v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|...|``.

The grammar is [MS-GPFAS] 2.2.2.19. Real stores go beyond it, and so does this reader (each seen in
the samples under tests/samples/firewall_registry): names of fields in any letter case, a protocol
by name (``Protocol=tcp``), ports as lists and ranges in one field (``LPort=1-553,555-8553``), ports
before the protocol, and the fields ``PFN`` and ``LPort2_24``, which the document lacks (``PFN`` is
in rules of version 2.31 and later).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from ...asked.ports import PortSet
from ...ground.kept import Kept
from ...ground.names import ascii_lower, ascii_upper
from ...words.phrases import PhraseError
from . import addresses
from .addresses import AddressError, AddressSet, Interval
from .rule import FirewallRule, IcmpType, PortCondition
from .vocabulary import (
    ICMPV4,
    ICMPV6,
    PORT_KEYWORDS,
    PROTOCOL_NUMBERS,
    SECURITY_FIELDS,
    TCP,
    UDP,
    Action,
    Direction,
    InterfaceType,
    Profile,
)

# Windows accepts names, descriptions and groups of up to 9,999 characters ([MS-FASP] 2.2.37). No
# honest rule comes close to this limit.
MAX_TEXT = 200_000
MAX_FIELDS = 20_000

# Longer than any list of ports that does not list everything, and short enough to be cached.
_MAX_PORTS = 2_000

# How many rules are kept, and how many characters of them: those of several versions of Windows. A
# host has 1,100 with 250 characters each. Hostile rules of so many characters take up to 70 MB.
_MOST_KEPT = 8_192
_MOST_CHARACTERS = 2_048_000
# Longer than any field that many rules have.
_MAX_KEPT_FIELD = 100

Field = tuple[str, str]

_HEADER = re.compile(r"v([0-9]{1,3})\.([0-9]{1,3})\Z", re.IGNORECASE)
_VERSION = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})\Z")
_PORT = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?\Z")
_ICMP = re.compile(r"([0-9]{1,3}):([0-9]{1,3}|\*)\Z")
_PLATFORM = re.compile(r"([0-9]+):([0-9]{1,3}):([0-9]{1,3})\Z")
_NUMBER = re.compile(r"(?:(?P<hex>0x)[0-9a-f]{1,8}|[0-9]{1,10})\Z", re.IGNORECASE)
_GUID = re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?\Z", re.IGNORECASE)

_PROFILES: Mapping[str, Profile] = {profile.word.lower(): profile for profile in Profile}
_ACTIONS: Mapping[str, Action] = {action.value.lower(): action for action in Action}
_DIRECTIONS: Mapping[str, Direction] = {each.value.lower(): each for each in Direction}
_INTERFACE_TYPES: Mapping[str, InterfaceType] = {each.value.lower(): each for each in InterfaceType}
_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
_DEFER: Mapping[str, str] = {"app": "App", "user": "User"}

_ICMP_PROTOCOLS: Mapping[str, int] = {"icmp4": ICMPV4, "icmp6": ICMPV6}

# Fields that hold one text each, and may be empty only if they are not a condition.
_TEXTS: Mapping[str, str] = {
    "app": "program",
    "svc": "service",
    "name": "name",
    "desc": "description",
    "embedctxt": "group",
    "luauth": "local_users",
    "luauth2_24": "local_users_encoded",
    "luown": "local_user_owner",
    "apppkgid": "package_sid",
    "pfn": "package_family",
    "rmauth": "remote_machines",
    "ruauth": "remote_users",
    "nnm": "network_names",
    "securityrealmid": "security_realm",
}
_MAY_BE_EMPTY = frozenset({"name", "description", "group"})
# Fields that hold one of a few words.
_WORDS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "active": ("active", _BOOLEANS),
    "edge": ("edge", _BOOLEANS),
    "lsm": ("loose_source_mapped", _BOOLEANS),
    "lom": ("local_only_mapped", _BOOLEANS),
    "pcross": ("profile_crossing", _BOOLEANS),
    "authbypassout": ("bypass_outbound", _BOOLEANS),
    "action": ("action", _ACTIONS),
    "dir": ("direction", _DIRECTIONS),
    "defer": ("defer", _DEFER),
    "platform2": ("platform_operator", {"gteq": "GTEQ"}),
}
_SECURITY: Mapping[str, Field] = {
    "security=authenticate": ("Security", "Authenticate"),
    "security=authenticateencrypt": ("Security", "AuthenticateEncrypt"),
    "security2_9=an-noencap": ("Security2_9", "An-NoEncap"),
    "security2=ane-nego": ("Security2", "AnE-Nego"),
}
_DEMANDS = {frozenset(fields): demand for demand, fields in SECURITY_FIELDS.items()}


class RuleSyntaxError(PhraseError, ValueError):
    """A text is not a firewall rule at all: it does not begin with a version. The clause says
    so."""


def parse(rule_id: str, text: str) -> FirewallRule:
    """Read the text of a rule.

    Args:
        rule_id: the name of the registry value.
        text: its data.

    Returns:
        The rule. Fields with an unknown name are in `unknown`, those with a value that does not fit
        in `malformed`; nothing is dropped.

    Raises:
        RuleSyntaxError: the text does not begin with a version, or is longer than any rule can be.
    """
    if len(text) > MAX_TEXT:
        raise RuleSyntaxError("rule_text.too_long", length=len(text))
    return _kept.get((rule_id, text), lambda: _read(rule_id, text), len(rule_id) + len(text))


def _read(rule_id: str, text: str) -> FirewallRule:
    parts = text.split("|", MAX_FIELDS)
    header = _HEADER.match(parts[0])
    if not header or int(header[1]) > 255 or int(header[2]) > 255:
        raise RuleSyntaxError("rule_text.no_version", text=text[:40])
    reader = _Reader()
    for part in parts[1:]:
        if part:
            reader.take(part, _kept_field(part) if len(part) <= _MAX_KEPT_FIELD else _field(part))
    return reader.finish(rule_id, (int(header[1]), int(header[2])), text)


def _field(part: str) -> tuple[str, str | None, object]:
    """The key of a field in lower case; the attribute that it sets, if a rule may have it once and
    it means the same whatever else the rule has; and the value, which is None if it does not
    fit."""
    key, _unused, value = part.partition("=")
    lower = ascii_lower(key)
    attribute = _TEXTS.get(lower)
    if attribute is not None:
        return lower, attribute, value if value or attribute in _MAY_BE_EMPTY else None
    if lower in _WORDS:
        attribute, words = _WORDS[lower]
        return lower, attribute, words.get(ascii_lower(value))
    if lower == "protocol":
        number = _protocol(value)
        # [MS-FASP] 2.2.37: any protocol, as without the field.
        return lower, None if number == _ANY_PROTOCOL else "protocol", number
    if lower == "skipver":
        match = _VERSION.match(value)
        return lower, "skip_version", (int(match[1]), int(match[2])) if match else None
    return lower, None, None


# Of 6,000 fields of a store, 1,000 differ.
_kept_field = lru_cache(maxsize=4096)(_field)
# A task reads the whole store again after a change, when most rules are as they were; and hosts of
# one process have most rules in common.
_kept: Kept[tuple[str, str], FirewallRule] = Kept(_MOST_KEPT, _MOST_CHARACTERS)


class _Reader:
    """Collects the fields of one rule, whatever their order."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.profiles: set[Profile] = set()
        self.ports: dict[str, list[tuple[int, int]]] = {"l": [], "r": []}
        self.port_keywords: dict[str, set[str]] = {"l": set(), "r": set()}
        self.port_fields: list[Field] = []
        self.icmp: dict[int, set[IcmpType]] = {ICMPV4: set(), ICMPV6: set()}
        self.icmp_fields: dict[int, list[Field]] = {ICMPV4: [], ICMPV6: []}
        self.intervals: dict[str, list[Interval]] = {}
        self.address_keywords: dict[str, set[str]] = {}
        self.interfaces: set[str] = set()
        self.interface_types: set[InterfaceType] = set()
        self.platforms: list[tuple[int, int, int]] = []
        self.security: list[Field] = []
        self.security_fields: list[Field] = []
        self.trust_tuples: set[Field] = set()
        self.unknown: list[Field] = []
        self.malformed: list[Field] = []

    def take(self, part: str, field: tuple[str, str | None, object]) -> None:
        """Read one field, see `_field`."""
        lower, attribute, found = field
        reader: Callable[[_Reader, str, str], bool]
        if attribute is not None:
            if found is not None and attribute not in self.values:
                self.values[attribute] = found
                return
            reader = _does_not_fit
        else:
            reader = _READERS.get(lower, _is_unknown)
        key, _unused, value = part.partition("=")
        if not reader(self, lower, value):
            (self.unknown if reader is _is_unknown else self.malformed).append((key, value))
        elif lower[1:5] == "port":
            self.port_fields.append((key, value))
        elif lower.startswith("icmp"):
            self.icmp_fields[_ICMP_PROTOCOLS[lower]].append((key, value))
        elif reader is _Reader.secure:
            self.security_fields.append((key, value))

    def any_protocol(self, _lower: str, _value: str) -> bool:
        return True

    def profile(self, _lower: str, value: str) -> bool:
        profile = _PROFILES.get(ascii_lower(value))
        if profile is None and _is_all_profiles(value):
            self.profiles.update(Profile)
            return True
        if profile is not None:
            self.profiles.add(profile)
        return profile is not None

    def port(self, lower: str, value: str) -> bool:
        side = lower[0]
        word = PORT_KEYWORDS.get(ascii_lower(value))
        if word is not None and word.local == (side == "l"):
            self.port_keywords[side].add(word.word)
        else:
            ranges = _port_ranges(value) if len(value) <= _MAX_PORTS else None
            if ranges is None:
                return False
            self.ports[side].extend(ranges)
        return True

    def icmp_type(self, lower: str, value: str) -> bool:
        match = _ICMP.match(value)
        if not match or int(match[1]) > 255 or (match[2] != "*" and int(match[2]) > 255):
            return False
        code = None if match[2] == "*" else int(match[2])
        self.icmp[_ICMP_PROTOCOLS[lower]].add((int(match[1]), code))
        return True

    def address(self, lower: str, value: str) -> bool:
        side = lower[:3]
        word = addresses.keyword(value)
        if word is not None:
            # [MS-FASP] 2.2.37: no keywords on the local side.
            if side[0] == "l":
                return False
            self.address_keywords.setdefault(side, set()).add(word.word)
            return True
        try:
            family, interval = addresses.parse_interval(value)
        except AddressError:
            return False
        if str(family) != side[2]:
            return False
        self.intervals.setdefault(side, []).append(interval)
        return True

    def interface(self, _lower: str, value: str) -> bool:
        if not _GUID.match(value):
            return False
        self.interfaces.add("{" + ascii_upper(value.strip("{}")) + "}")
        return True

    def interface_type(self, _lower: str, value: str) -> bool:
        each = _INTERFACE_TYPES.get(ascii_lower(value))
        if each is not None:
            self.interface_types.add(each)
        return each is not None

    def platform(self, _lower: str, value: str) -> bool:
        match = _PLATFORM.match(value)
        if not match or len(match[1]) > 3 or int(match[1]) > 7:
            return False
        if int(match[2]) > 255 or int(match[3]) > 255:
            return False
        self.platforms.append((int(match[1]), int(match[2]), int(match[3])))
        return True

    def secure(self, lower: str, value: str) -> bool:
        known = _SECURITY.get(f"{lower}={ascii_lower(value)}")
        if known is None or any(known[0] == key for key, _unused in self.security):
            return False
        self.security.append(known)
        return True

    def trust_tuple(self, lower: str, value: str) -> bool:
        if not value:
            return False
        self.trust_tuples.add((lower.upper(), value))
        return True

    def finish(self, rule_id: str, version: tuple[int, int], text: str) -> FirewallRule:
        """The rule, after the checks that need all its fields."""
        protocol = self.values.get("protocol")
        if self.port_fields and protocol not in (TCP, UDP):
            self.malformed.extend(self.port_fields)
            self.ports = {"l": [], "r": []}
            self.port_keywords = {"l": set(), "r": set()}
        for icmp in (ICMPV4, ICMPV6):
            if self.icmp[icmp] and protocol != icmp:
                self.malformed.extend(self.icmp_fields[icmp])
                self.icmp[icmp] = set()
        found: dict[str, object] = {"rule_id": rule_id, "version": version, "source": text}
        if self.port_fields:
            found["local_ports"] = self._port_condition("l")
            found["local_port_entries"] = len(self.ports["l"])
            found["remote_ports"] = self._port_condition("r")
        if self.intervals or self.address_keywords:
            found["local_addresses"] = self._address_set("la")
            found["remote_addresses"] = self._address_set("ra")
        if self.profiles:
            found["profiles"] = frozenset(self.profiles)
        if self.interface_types:
            found["interface_types"] = frozenset(self.interface_types)
        if self.platforms:
            found["platforms"] = tuple(self.platforms)
        if self.icmp[ICMPV4] or self.icmp[ICMPV6]:
            found["icmp_types"] = frozenset(self.icmp[ICMPV4] or self.icmp[ICMPV6])
        if self.interfaces:
            found["interfaces"] = frozenset(self.interfaces)
        if self.security:
            demand = _DEMANDS.get(frozenset(self.security))
            if demand is None:
                self.malformed.extend(self.security_fields)
            else:
                found["authentication"], found["encryption"] = demand
        if self.trust_tuples:
            found["trust_tuples"] = frozenset(self.trust_tuples)
        if self.unknown:
            found["unknown"] = tuple(self.unknown)
        if self.malformed:
            found["malformed"] = tuple(self.malformed)
        found.update(self.values)
        return FirewallRule.of(found)

    def _port_condition(self, side: str) -> PortCondition:
        if not self.ports[side] and not self.port_keywords[side]:
            return _NO_PORTS
        return PortCondition(PortSet(tuple(self.ports[side])), frozenset(self.port_keywords[side]))

    def _address_set(self, side: str) -> AddressSet:
        v4, v6 = side + "4", side + "6"
        return AddressSet(
            addresses.merge(self.intervals.get(v4, ())),
            addresses.merge(self.intervals.get(v6, ())),
            frozenset(self.address_keywords.get(v4, ())),
            frozenset(self.address_keywords.get(v6, ())),
        )


def _does_not_fit(_reader: _Reader, _lower: str, _value: str) -> bool:
    return False


def _is_unknown(_reader: _Reader, _lower: str, _value: str) -> bool:
    return False


def _protocol(text: str) -> int | None:
    """The number of a protocol, or 256, which stands for any; None for other texts."""
    number = PROTOCOL_NUMBERS.get(ascii_lower(text))
    if number is None and len(text) <= 3 and text.isascii() and text.isdigit():
        number = int(text)
    return number if number is not None and number <= _ANY_PROTOCOL else None


def _is_all_profiles(text: str) -> bool:
    """Whether it is a number with the bits of all profiles: [MS-FASP] 2.2.2 has 0x7FFFFFFF for all,
    New-NetFirewallRule 65535."""
    match = _NUMBER.match(text)
    return match is not None and int(text, 16 if match["hex"] else 10) & 7 == 7


_ANY_PROTOCOL = 256
_NO_PORTS = PortCondition()


@lru_cache(maxsize=2048)
def _port_ranges(text: str) -> tuple[tuple[int, int], ...] | None:
    """The ranges of ``80``, ``8000-8010`` or ``1-553,555-8553``; None for other texts.

    Port 0 can't be reached; a range that begins with it is read from 1 on.
    """
    ranges = []
    for part in text.split(","):
        match = _PORT.match(part)
        if not match:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last or last > 65_535 or last == 0:
            return None
        ranges.append((max(first, 1), last))
    return tuple(ranges)


_READERS: Mapping[str, Callable[[_Reader, str, str], bool]] = {
    "profile": _Reader.profile,
    "protocol": _Reader.any_protocol,
    **dict.fromkeys(
        ("lport", "lport2_10", "lport2_20", "lport2_24", "lport2_25", "lport2_29"), _Reader.port
    ),
    **dict.fromkeys(("rport", "rport2_10", "rport2_28"), _Reader.port),
    **dict.fromkeys(("icmp4", "icmp6"), _Reader.icmp_type),
    **dict.fromkeys(("la4", "la6", "ra4", "ra6", "ra42", "ra62"), _Reader.address),
    "if": _Reader.interface,
    "iftype": _Reader.interface_type,
    "platform": _Reader.platform,
    **dict.fromkeys(("security", "security2", "security2_9"), _Reader.secure),
    **dict.fromkeys(("ttk", "ttk2_22", "ttk2_27", "ttk2_28"), _Reader.trust_tuple),
}
