# SPDX-License-Identifier: GPL-3.0-or-later
"""Protocol, ports and ICMP types of rules: as MSFT_NetProtocolPortFilter has them, and as the
fields Protocol, LPort, RPort and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from winsim.firewall.errors import invalid
from winsim.firewall.rule import LOCAL_PORTS, REMOTE_PORTS, Rule

#: A keyword: the word of the filter, the fields of a rule, the protocol that it wants.
_Word: TypeAlias = tuple[str, tuple[tuple[str, str], ...], str]

TCP, UDP, ICMP4, ICMP6 = "6", "17", "1", "58"
_PROTOCOLS = {TCP: "TCP", UDP: "UDP", ICMP4: "ICMPv4", ICMP6: "ICMPv6"}
_NUMBERS = {name.lower(): number for number, name in _PROTOCOLS.items()}
_KEYWORD_INVALID = "One of the port keywords is invalid. "
_RANGE_INVALID = "An invalid port range was specified, or 0 was used as a port number. "
_MISMATCH = "The protocol and protocol-dependent fields do not match. "

#: By word in lower case. Fields: [MS-GPFAS] 2.2.2.3, two for IPHTTPS as recorded. Protocols:
#: [MS-FASP] 2.2.37; UDP for PlayToDiscovery as users report.
_LOCAL: dict[str, _Word] = {
    word.lower(): (word, fields, protocol)
    for word, fields, protocol in (
        ("RPC", (("LPort", "RPC"),), TCP),
        ("RPCEPMap", (("LPort", "RPC-EPMap"),), TCP),
        ("Teredo", (("LPort", "Teredo"),), UDP),
        ("IPHTTPSIn", (("LPort2_10", "IPTLSIn"), ("LPort2_10", "IPHTTPSIn")), TCP),
        ("PlayToDiscovery", (("LPort2_20", "Ply2Disc"),), UDP),
        ("DHCP", (("LPort2_20", "DHCP"),), UDP),
        ("mDNS", (("LPort2_24", "mDNS"),), UDP),
    )
}
_REMOTE: dict[str, _Word] = {
    "iphttpsout": (
        "IPHTTPSOut",
        (("RPort2_10", "IPTLSOut"), ("RPort2_10", "IPHTTPSOut")),
        TCP,
    )
}
_SHOWN = {
    value.lower(): word
    for word, fields, _unused in (*_LOCAL.values(), *_REMOTE.values())
    for _name, value in fields
}
_LOCAL["rpc-epmap"] = _LOCAL["rpcepmap"]
_SINGLE = re.compile(r"[0-9]{1,5}")
_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")
_ICMP = re.compile(r"([0-9]{1,3})(?:[:.]([0-9]{1,3}|\*))?")


def protocol(rule: Rule) -> str:
    """``TCP``, ``ICMPv4``, a number, or ``Any``."""
    number = rule.first("Protocol")
    return "Any" if number is None else _PROTOCOLS.get(number, number)


def ports(rule: Rule, names: Sequence[str]) -> list[str]:
    """The ports of the fields `names`: numbers, ranges and keywords, or ``Any``."""
    shown = [_SHOWN.get(value.lower(), value) for value in rule.all(*names)]
    return list(dict.fromkeys(shown)) or ["Any"]


def icmp_types(rule: Rule) -> list[str]:
    """``8`` for every code of a type, ``3:4`` for one, or ``Any``."""
    return [value.removesuffix(":*") for value in rule.all("ICMP4", "ICMP6")] or ["Any"]


def write_protocol(rule: Rule, text: str | None) -> Rule:
    """Raises CimError, as all of these do."""
    name = (text or "any").strip().lower()
    number = _NUMBERS.get(name, name)
    if name in {"any", "256"}:
        return rule.replace({"Protocol": None})
    if not number.isascii() or not number.isdigit() or int(number) > 255:
        raise invalid("The specified protocol is not valid. ")
    return rule.replace({"Protocol": str(int(number))})


def write_local_ports(rule: Rule, values: Sequence[str]) -> Rule:
    fields = _port_fields(values, "LPort", _LOCAL)
    return rule.replace_group(LOCAL_PORTS, fields)


def write_remote_ports(rule: Rule, values: Sequence[str]) -> Rule:
    fields = _port_fields(values, "RPort", _REMOTE)
    return rule.replace_group(REMOTE_PORTS, fields)


def write_icmp_types(rule: Rule, values: Sequence[str]) -> Rule:
    written = []
    for value in _without_any(values, "The specified ICMP code is not valid. "):
        match = _ICMP.fullmatch(value)
        if match is None or int(match[1]) > 255 or int((match[2] or "*").replace("*", "0")) > 255:
            raise invalid("The specified ICMP code is not valid. ")
        written.append(f"{int(match[1])}:{match[2] or '*'}")
    number = rule.first("Protocol")
    if written and number not in {ICMP4, ICMP6}:
        raise invalid(_MISMATCH)
    return rule.replace(
        {
            "ICMP4": written if number == ICMP4 else None,
            "ICMP6": written if number == ICMP6 else None,
        }
    )


def check(rule: Rule) -> None:
    """What [MS-FASP] 2.2.37 says of protocol and ports. Raises CimError."""
    number = rule.first("Protocol")
    has_ports = bool(rule.all(*LOCAL_PORTS, *REMOTE_PORTS))
    if has_ports and number not in {TCP, UDP}:
        raise invalid(_MISMATCH)
    if (rule.all("ICMP4") and number != ICMP4) or (rule.all("ICMP6") and number != ICMP6):
        raise invalid(_MISMATCH)
    inbound = (rule.first("Dir") or "").lower() == "in"
    for words, names in ((_LOCAL, LOCAL_PORTS), (_REMOTE, REMOTE_PORTS)):
        for value in rule.all(*names):
            word = _SHOWN.get(value.lower(), "").lower()
            if word and (words[word][2] != number or inbound is not (names is LOCAL_PORTS)):
                raise invalid(_KEYWORD_INVALID)


def _port_fields(
    values: Sequence[str],
    name: str,
    words: Mapping[str, _Word],
) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for value in _without_any(values, _KEYWORD_INVALID):
        span = _RANGE.fullmatch(value)
        if _SINGLE.fullmatch(value):
            span = _RANGE.fullmatch(f"{value}-{value}")
        if span is None:
            if value.lower() not in words:
                raise invalid(_KEYWORD_INVALID)
            fields += words[value.lower()][1]
            continue
        low, high = int(span[1]), int(span[2])
        if not 0 < low <= high <= 65535:
            raise invalid(_RANGE_INVALID)
        fields.append((name, str(low)) if low == high else (f"{name}2_10", f"{low}-{high}"))
    return fields


def _without_any(values: Sequence[str], message: str) -> list[str]:
    """The values; none for ``Any``, which stands alone."""
    stripped = [value.strip() for value in values]
    if any(value.lower() == "any" for value in stripped):
        if len(stripped) > 1:
            raise invalid(message)
        return []
    return stripped
