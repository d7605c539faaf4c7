# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a firewall rule as text, its fields in the order in which Windows writes them.

The order is that of the rules in tests/samples/firewall_registry, which never contradict one
another in it; a field that no sample has follows the order of [MS-GPFAS] 2.2.2.19.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import addresses
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressSet,
    Interval,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    PortCondition,
    in_icmp_order,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    RuleSyntaxError,
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV6,
    PORT_KEYWORDS,
    InterfaceType,
    Profile,
)

Field = tuple[str, str]

# The words that came with a later version have fields of their own ([MS-GPFAS] 2.2.2.3, 2.2.2.13
# and 2.2.2.19).
_PORT_FIELDS = {
    "IPTLSIn": "LPort2_10",
    "IPHTTPSIn": "LPort2_10",
    "DHCP": "LPort2_20",
    "Ply2Disc": "LPort2_20",
    "mDNS": "LPort2_24",
    "TcpCDPSvc": "LPort2_29",
    "IPTLSOut": "RPort2_10",
    "IPHTTPSOut": "RPort2_10",
    "CortanaOut": "RPort2_28",
}
_NEWER_ADDRESSES = frozenset(
    {"IntrAnet", "IntErnet", "RmtIntrAnet", "Ply2Renders", "CaptivePortal"}
)


def write(rule: FirewallRule) -> str:
    """The text of a rule, ending in ``|``.

    Raises:
        ValueError: a value holds a ``|``, which the grammar can't express.
    """
    fields = list(_fields(rule))
    for key, value in fields:
        if "|" in value or "|" in key:
            raise ValueError(f"{key} of the rule {rule.label!r} holds a '|', which no rule can")
    header = f"v{rule.version[0]}.{rule.version[1]}"
    return "|".join([header, *(_field_text(field) for field in fields), ""])


def format_rule(rule: FirewallRule) -> str:
    """The text of a rule.

    A rule that was parsed and not altered since comes back as the very text that it was read from.
    Otherwise the text is written anew, its fields in the order in which Windows writes them.

    Raises:
        ValueError: a value of the rule holds a ``|``, which the grammar can't express.
    """
    if rule.source is not None:
        try:
            if parse(rule.rule_id, rule.source) == rule:
                return rule.source
        except RuleSyntaxError:
            pass
    return write(rule)


def store_texts(family: int, interval: Interval) -> Iterator[str]:
    """An interval as the rule store writes it: an IPv4 subnet with its mask ([MS-GPFAS] 4.2)."""
    for text in addresses.interval_texts(family, interval):
        address, slash, prefix = text.partition("/")
        if family == 4 and slash:
            mask = (0xFFFFFFFF << (32 - int(prefix))) & 0xFFFFFFFF
            yield f"{address}/{ipaddress.IPv4Address(mask)}"
        else:
            yield text


def _field_text(field: Field) -> str:
    key, value = field
    return f"{key}={value}"


def _fields(rule: FirewallRule) -> Iterator[Field]:
    if rule.action is not None:
        yield "Action", rule.action.value
    if rule.active is not None:
        yield "Active", _boolean(rule.active)
    if rule.direction is not None:
        yield "Dir", rule.direction.value
    if rule.protocol is not None:
        yield "Protocol", str(rule.protocol)
    for profile in Profile:
        if profile in rule.profiles:
            yield "Profile", profile.word
    yield from _ports("L", rule.local_ports)
    yield from _ports("R", rule.remote_ports)
    icmp = "ICMP6" if rule.protocol == ICMPV6 else "ICMP4"
    for number, code in in_icmp_order(rule.icmp_types):
        yield icmp, f"{number}:{'*' if code is None else code}"
    for interface in sorted(rule.interfaces):
        yield "IF", interface
    for each in InterfaceType:
        if each in rule.interface_types:
            yield "IFType", each.value
    yield from _addresses("LA", rule.local_addresses)
    yield from _addresses("RA", rule.remote_addresses)
    yield from _texts(rule)
    yield from _platforms(rule)
    yield from _switches(rule)
    yield from sorted(rule.trust_tuples)
    for key, value in (("NNm", rule.network_names), ("SecurityRealmId", rule.security_realm)):
        if value is not None:
            yield key, value
    yield from rule.malformed
    yield from rule.unknown


def _ports(side: str, condition: PortCondition) -> Iterator[Field]:
    # One port stands in LPort, a range in LPort2_10, and each keyword in the field of the version
    # that brought it ([MS-GPFAS] 2.2.2.2 and 2.2.2.3).
    plain = f"{side}Port"
    fields = [
        (_PORT_FIELDS.get(each.word, plain), each.word)
        for each in PORT_KEYWORDS.values()
        if each.word in condition.keywords
    ]
    yield from (each for each in fields if each[0] == plain)
    for first, last in condition.numbers.ranges:
        if first == last:
            yield plain, str(first)
    for first, last in condition.numbers.ranges:
        if first != last:
            yield f"{plain}2_10", f"{first}-{last}"
    newer = [each for each in fields if each[0] != plain]
    yield from sorted(newer, key=lambda each: each[0])


def _addresses(side: str, found: AddressSet) -> Iterator[Field]:
    for family in (4, 6):
        for word in sorted(found.keywords(family)):
            if word in _NEWER_ADDRESSES:
                yield f"{side}{family}2", word
    for family in (4, 6):
        for word in sorted(found.keywords(family)):
            if word not in _NEWER_ADDRESSES:
                yield f"{side}{family}", word
        for interval in found.intervals(family):
            for text in store_texts(family, interval):
                yield f"{side}{family}", text


def _texts(rule: FirewallRule) -> Iterator[Field]:
    for key, value in (
        ("App", rule.program),
        ("Svc", rule.service),
        ("Name", rule.name),
        ("Desc", rule.description),
        ("RMauth", rule.remote_machines),
        ("RUAuth", rule.remote_users),
        ("PFN", rule.package_family),
        ("LUAuth", rule.local_users),
        ("LUAuth2_24", rule.local_users_encoded),
        ("LUOwn", rule.local_user_owner),
        ("AppPkgId", rule.package_sid),
        ("EmbedCtxt", rule.group),
    ):
        if value is not None:
            yield key, value


def _platforms(rule: FirewallRule) -> Iterator[Field]:
    for platform in rule.platforms:
        yield "Platform", ":".join(map(str, platform))
    if rule.platform_operator is not None:
        yield "Platform2", rule.platform_operator


def _switches(rule: FirewallRule) -> Iterator[Field]:
    if rule.edge:
        yield "Edge", "TRUE"
    if rule.defer is not None:
        yield "Defer", rule.defer
    for key, value in (
        ("LSM", rule.loose_source_mapped),
        ("LOM", rule.local_only_mapped),
        ("PCross", rule.profile_crossing),
    ):
        if value:
            yield key, "TRUE"
    yield from rule.security
    if rule.bypass_outbound:
        yield "AuthByPassOut", "TRUE"
    if rule.skip_version is not None:
        yield "SkipVer", f"{rule.skip_version[0]}.{rule.skip_version[1]}"


def _boolean(value: bool) -> str:
    return "TRUE" if value else "FALSE"
