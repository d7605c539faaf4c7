# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pseudonyms: for one recording, each private value gets one substitute, of the same kind and form.

A substitute says nothing about its value, and two spellings of a value get the same one. Addresses
keep the properties that decisions depend on: the family, whether they are link-local, and which of
them share a subnet of 256 (IPv4) or of a prefix of 64 (IPv6). Addresses that don't belong to a
single host are unchanged.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Hashable

# 198.18.0.0/15 is for benchmarks (RFC 2544) and 2001:db8::/32 for documentation (RFC 3849), so no
# host has a substitute as its address.
_IPV4 = int(ipaddress.IPv4Address("198.18.0.0"))
_IPV4_LINK_LOCAL = int(ipaddress.IPv4Address("169.254.0.0"))
_IPV4_SUBNETS = 512
_IPV6 = int(ipaddress.IPv6Address("2001:db8::"))
_IPV6_LINK_LOCAL = int(ipaddress.IPv6Address("fe80::"))

# Identifiers that mean the same on every Windows ([MS-DTYP] 2.4.2.4): all but those of accounts
# of a machine or domain, of a cloud directory, and of app packages.
_PRIVATE_SIDS = ("S-1-5-21-", "S-1-12-1-", "S-1-15-2-", "S-1-15-3-", "S-1-5-5-")

# Leading zeros of a number of an IPv4 address, which the library refuses.
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


class Pseudonyms:
    """The substitutes of one recording, assigned in the order in which values are found."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[Hashable, int]] = {}

    def _number(self, kind: str, value: Hashable) -> int:
        """1 for the first value of a kind, 2 for the second; equal values get the same number."""
        known = self._numbers.setdefault(kind, {})
        return known.setdefault(value, len(known) + 1)

    def name(self, kind: str, text: str) -> str:
        """``user1``, ``host2``, ``network1``; `text` is the name's key."""
        return f"{kind}{self._number(kind, text.casefold())}"

    def guid(self, text: str) -> str:
        """A GUID in the same letter case. The all-zero GUID stays."""
        folded = text.lower()
        if not folded.strip("0-"):
            return text
        made = f"00000000-0000-4000-8000-{self._number('guid', folded):012x}"
        return made if text == folded else made.upper()

    def sid(self, text: str) -> str:
        """A security identifier with the same number of parts."""
        folded = text.upper()
        if not folded.startswith(_PRIVATE_SIDS):
            return text
        parts = folded.split("-")
        # For an account, the machine or domain and the number are replaced separately.
        head, tail = parts[:4], parts[4:]
        if folded.startswith("S-1-5-21-") and len(tail) == 4:
            domain = self._number("authority", tuple(tail[:3]))
            relative = tail[3] if int(tail[3]) < 1000 else str(self._number("account", folded))
            return "-".join([*head, *["0"] * 2, str(domain), relative])
        return "-".join([*head, *["0"] * (len(tail) - 1), str(self._number("sid", folded))])

    def mac(self, text: str) -> str:
        """A hardware address in the same form."""
        digits = re.sub("[^0-9a-f]", "", text.lower())
        made = iter(f"020000{self._number('mac', digits):0{len(digits) - 6}X}")
        return "".join(next(made) if each.isalnum() else each for each in text)

    def key(self, text: str) -> str:
        """A product key, or another value of groups of five, with the same number of groups."""
        own = f"{self._number('key', re.sub('[-_ ]', '-', text.upper())):05}"
        return re.sub("[0-9A-Za-z]{5}", "00000", text[:-5]) + own

    def digest(self, text: str) -> str:
        """A thumbprint or another digest in the same form."""
        digits = re.sub("[^0-9a-f]", "", text.lower())
        made = iter(f"{self._number('digest', digits):0{len(digits)}x}")
        return "".join(next(made) if each.isalnum() else each for each in text)

    def address(self, text: str) -> str | None:
        """An IP address without its zone; None if the text is not an address."""
        if _ZEROS.search(text) and text.count(".") == 3 and ":" not in text:
            text = _ZEROS.sub("", text)
        try:
            parsed = ipaddress.ip_address(text)
        except ValueError:
            return None
        if isinstance(parsed, ipaddress.IPv4Address):
            return str(self._ipv4(parsed))
        if parsed.ipv4_mapped is not None:
            return f"::ffff:{self._ipv4(parsed.ipv4_mapped)}"
        return str(self._ipv6(parsed))

    def _ipv4(self, address: ipaddress.IPv4Address) -> ipaddress.IPv4Address:
        if stays(address):
            return address
        subnet, host = divmod(int(address), 256)
        if address.is_link_local:
            start, kind = _IPV4_LINK_LOCAL, "link-local"
        else:
            start, kind = _IPV4, "ipv4"
        # In rules, the first and the last address of a subnet denote the subnet itself.
        if host not in (0, 255):
            host = (self._number(f"{kind} {subnet}", host) - 1) % 254 + 1
        number = (self._number(kind, subnet) - 1) % (
            256 if address.is_link_local else _IPV4_SUBNETS
        )
        return ipaddress.IPv4Address(start + number * 256 + host)

    def _ipv6(self, address: ipaddress.IPv6Address) -> ipaddress.IPv6Address:
        if stays(address):
            return address
        prefix, host = divmod(int(address), 1 << 64)
        if host not in (0, (1 << 64) - 1):
            host = self._number(f"ipv6 {prefix}", host)
        if address.is_link_local:
            return ipaddress.IPv6Address(_IPV6_LINK_LOCAL + host)
        return ipaddress.IPv6Address(_IPV6 + (self._number("ipv6", prefix) << 64) + host)


def stays(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to no single host: any, loopback, a mask, broadcast, a well-known
    multicast group (RFC 4291, 2.7.1, has those of IPv6)."""
    if address.is_unspecified or address.is_loopback:
        return True
    number = int(address)
    if isinstance(address, ipaddress.IPv6Address):
        return (address.is_multicast and number & ((1 << 112) - 1) < 1 << 16) or (
            number == _IPV6_LINK_LOCAL
        )
    inverted = number ^ 0xFFFFFFFF
    is_mask = number >> 31 == 1 and inverted & (inverted + 1) == 0
    return address.is_multicast or is_mask
