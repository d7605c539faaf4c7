# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of rules: as MSFT_NetAddressFilter has them, and as the fields LA4 to RA62."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from winsim.firewall.errors import invalid
from winsim.firewall.rule import Rule

#: By word in lower case: the word of MSFT_NetAddressFilter, what a rule writes, and the suffix
#: of the field that it is written in ([MS-GPFAS] 2.2.2.13; the words: New-NetFirewallRule).
_KEYWORDS = {
    word.lower(): (word, written, suffix)
    for word, written, suffix in (
        ("LocalSubnet", "LocalSubnet", ""),
        ("DNS", "DNS", ""),
        ("DHCP", "DHCP", ""),
        ("WINS", "WINS", ""),
        ("DefaultGateway", "DefaultGateway", ""),
        ("Internet", "IntErnet", "2"),
        ("Intranet", "IntrAnet", "2"),
        ("IntranetRemoteAccess", "RmtIntrAnet", "2"),
        ("PlayToDevice", "Ply2Renders", "2"),
        ("CaptivePortal", "CaptivePortal", "2"),
    )
}
_WRITTEN = {written.lower(): word for word, written, _unused in _KEYWORDS.values()}
#: Another word for the same, in the documentation of MSFT_NetAddressFilter.
_KEYWORDS["playtotargets"] = _KEYWORDS["playtodevice"]

#: As users report it.
INVALID = (
    "The address is invalid. Addresses may be specified as IP addresses, ranges, or subnets. Also, "
    "the following address keywords are allowed in certain places: LocalSubnet, DNS, DHCP, WINS, "
    "DefaultGateway, Internet, Intranet, IntranetRemoteAccess, PlayToDevice. Keywords can be "
    "restricted to IPv4 or IPv6 by appending a 4 or 6. "
)


def read(rule: Rule, side: str) -> list[str]:
    """The addresses of one `side`, ``L`` or ``R``; ``Any`` where the rule names none.

    A subnet of IPv4 is shown with its mask. A keyword for one family only has its number
    appended.
    """
    found: list[str] = []
    families: dict[str, set[str]] = {}
    for family in ("4", "6"):
        for value in rule.all(f"{side}A{family}", f"{side}A{family}2"):
            keyword = _WRITTEN.get(value.lower())
            if keyword is None:
                found.append(shown(value))
            else:
                families.setdefault(keyword, set()).add(family)
    for keyword, restricted in families.items():
        found.append(keyword + ("" if len(restricted) == 2 else restricted.pop()))
    return found or ["Any"]


def write(rule: Rule, side: str, addresses: Sequence[str]) -> Rule:
    """The rule with other addresses on one side. Raises CimError for one that is none."""
    fields: dict[str, list[str]] = {
        f"{side}A{family}{suffix}": [] for suffix in ("", "2") for family in ("4", "6")
    }
    named_any = [a for a in addresses if a.strip().lower() in {"any", "*"}]
    if named_any and len(addresses) > 1:
        raise invalid(INVALID)
    for address in [] if named_any else addresses:
        for name, value in _fields(side, address.strip()):
            fields[name].append(value)
    return rule.replace({name: sorted(values, key=_rank) for name, values in fields.items()})


def _rank(value: str) -> int:
    """Keywords stand before subnets, and these before ranges: the order of the lists in
    FW_ADDRESSES ([MS-FASP] 2.2.22). Single addresses and subnets stand as they were given:
    recorded in both orders. Nothing is merged or sorted by number."""
    if value.lower() in _WRITTEN:
        return 0
    return 2 if "-" in value else 1


def _fields(side: str, address: str) -> list[tuple[str, str]]:
    word = address.lower()
    families: tuple[str, ...] = ("4", "6")
    if word not in _KEYWORDS and word[-1:] in families:
        word, families = word[:-1], (word[-1],)
    if word in _KEYWORDS:
        if side == "L":  # [MS-FASP] 2.2.37: no keywords in LocalAddresses
            raise invalid(INVALID)
        _unused, written, suffix = _KEYWORDS[word]
        return [(f"{side}A{family}{suffix}", written) for family in families]
    try:
        family, text = _normal(address)
    except ValueError:
        raise invalid(INVALID) from None
    return [(f"{side}A{family}", text)]


def _normal(address: str) -> tuple[int, str]:
    """Family and text of an address, a subnet or a range. Raises ValueError."""
    if "-" in address:
        low, high = (ipaddress.ip_address(part.strip()) for part in address.split("-", 1))
        if low.version != high.version or int(low) > int(high):
            raise ValueError(address)
        if low.version == 6 and any(a.is_unspecified or a.is_loopback for a in (low, high)):
            # [MS-FASP] 2.2.10: a range neither begins nor ends with one of these.
            raise ValueError(address)
        return low.version, f"{low}-{high}"
    if "/" in address:
        network = ipaddress.ip_network(address, strict=False)
        if network.prefixlen == 0:
            # [MS-FASP] 2.2.4: a mask of zero is invalid; 2.2.6: a prefix has at least one bit.
            raise ValueError(address)
        if network.prefixlen < network.max_prefixlen:
            return network.version, shown(str(network))
        return network.version, str(network.network_address)
    single = ipaddress.ip_address(address)
    if single.version == 6 and (single.is_loopback or single.is_unspecified):
        raise ValueError(address)  # refused by Windows, as users report
    return single.version, str(single)


def shown(value: str) -> str:
    """A stored address as it is shown: an IPv4 subnet with its mask."""
    address, slash, prefix = value.partition("/")
    if slash and "." in address and prefix.isdigit():
        return str(ipaddress.ip_network(value, strict=False).with_netmask)
    return value


def covers(value: str, address: ipaddress.IPv4Address) -> bool:
    """Is an IPv4 address among those of a stored range, subnet or single address? A keyword
    covers nothing here."""
    try:
        if "-" in value:
            low, high = (ipaddress.ip_address(part.strip()) for part in value.split("-", 1))
            return low.version == 4 and int(low) <= int(address) <= int(high)
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return address in network
