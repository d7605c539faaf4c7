# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of IP addresses as in firewall rules: single ones, subnets, ranges and keywords.

They are kept as merged intervals of numbers, so ``192.168.0.0/24``, ``192.168.0.0/255.255.255.0``
and ``192.168.0.0-192.168.0.255`` are the same set.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...ground.names import ascii_lower
from ...words.phrases import PhraseError
from .vocabulary import ADDRESS_KEYWORDS, AddressKeyword

Interval = tuple[int, int]

_BITS = {4: 32, 6: 128}
#: No other host has these: those of the host itself (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), and those
#: by which sockets for IPv6 show IPv4 (RFC 4291, 2.5.5.2).
OF_NO_OTHER: Mapping[int, tuple[Interval, ...]] = {
    4: ((127 << 24, (128 << 24) - 1),),
    6: ((1, 1), (0xFFFF << 32, (0x10000 << 32) - 1)),
}
# The longest range of IPv6 addresses with zones is shorter; a hostile text can't fill a cache.
_MAX_TEXT = 120
_DIGITS = frozenset("0123456789")


class AddressError(PhraseError, ValueError):
    """A text is not an address, subnet or range; the clause says why, for the person who wrote
    it."""


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted, disjoint intervals that cover the same numbers; adjacent ones are merged."""
    ordered = sorted(intervals)
    if len(ordered) < 2:  # nearly all conditions are one interval
        return tuple(ordered)
    merged: list[Interval] = []
    for first, last in ordered:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def common(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The numbers in both of two lists of intervals."""
    mine, theirs = merge(one), merge(other)
    if len(mine) == len(theirs) == 1:
        ((first, last),), ((begin, end),) = mine, theirs
        first, last = max(first, begin), min(last, end)
        return ((first, last),) if first <= last else ()
    found = []
    left = right = 0
    while left < len(mine) and right < len(theirs):
        first, last = max(mine[left][0], theirs[right][0]), min(mine[left][1], theirs[right][1])
        if first <= last:
            found.append((first, last))
        if mine[left][1] < theirs[right][1]:
            left += 1
        else:
            right += 1
    # Between two of them there is a number that one list lacks, as none of its own are adjacent.
    return tuple(found)


def without(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The numbers of one list of intervals that are in none of another."""
    taken = merge(other)
    found = []
    at = 0
    for first, last in merge(one):
        start = first
        while at < len(taken) and taken[at][1] < start:
            at += 1
        near = at
        while near < len(taken) and taken[near][0] <= last:
            if start < taken[near][0]:
                found.append((start, taken[near][0] - 1))
            start = taken[near][1] + 1
            near += 1
        if start <= last:
            found.append((start, last))
    return merge(found)


def within(intervals: Iterable[Interval], number: int) -> bool:
    """Whether one of a few intervals, in any order, contains a number."""
    return any(first <= number <= last for first, last in intervals)


@dataclass(frozen=True, slots=True)
class AddressSet:
    """The addresses of one side of a rule, separately for each family.

    `v4` and `v6` are merged intervals of numbers; `v4_keywords` and `v6_keywords` hold the words of
    [MS-GPFAS] 2.2.2.13. An empty set is no condition at all ([MS-FASP] 2.2.37).
    """

    v4: tuple[Interval, ...] = ()
    v6: tuple[Interval, ...] = ()
    v4_keywords: frozenset[str] = frozenset()
    v6_keywords: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6 or self.v4_keywords or self.v6_keywords)

    def intervals(self, family: int) -> tuple[Interval, ...]:
        """The intervals of a family, 4 or 6."""
        return self.v4 if family == 4 else self.v6

    def keywords(self, family: int) -> frozenset[str]:
        """The keywords of a family, 4 or 6."""
        return self.v4_keywords if family == 4 else self.v6_keywords

    def contains(self, family: int, number: int) -> bool:
        """Whether the intervals contain this address; keywords are not considered."""
        return _holds(self.intervals(family), number)

    def covers_all(self, family: int) -> bool:
        """Whether the intervals contain every address of this family."""
        return self.intervals(family) == ((0, (1 << _BITS[family]) - 1),)

    def texts(self) -> tuple[str, ...]:
        """The set as a person would write it: subnets with a prefix, ranges, keywords.

        A keyword that applies to only one family includes its number (``LocalSubnet4``), as in
        New-NetFirewallRule (documentation of the cmdlet, -RemoteAddress).
        """
        return tuple(self._keyword_texts()) + tuple(
            text
            for family in (4, 6)
            for interval in self.intervals(family)
            for text in interval_texts(family, interval)
        )

    def _keyword_texts(self) -> Iterator[str]:
        for word in sorted(self.v4_keywords | self.v6_keywords):
            cim = ADDRESS_KEYWORDS[word.lower()].cim
            if word in self.v4_keywords and word in self.v6_keywords:
                yield cim
            else:
                yield cim + ("4" if word in self.v4_keywords else "6")


def _holds(intervals: tuple[Interval, ...], number: int) -> bool:
    position = bisect_right(intervals, (number, 1 << 129)) - 1
    return position >= 0 and number <= intervals[position][1]


def parse_number(text: str) -> tuple[int, int]:
    """The family (4 or 6) and the number of a single address.

    A zone (``%12``) is cut off; an IPv4-mapped IPv6 address counts as IPv4.

    Raises:
        AddressError: the text is not an address.
    """
    if len(text) > _MAX_TEXT:
        raise AddressError("address.too_long", text=text[:60])
    return _parse_number(text)


@lru_cache(maxsize=4096)
def _parse_number(text: str) -> tuple[int, int]:
    bare = text.partition("%")[0]
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        raise AddressError("address.not_ip", text=text) from None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (4, int(mapped)) if mapped else (parsed.version, int(parsed))


def parse_interval(text: str) -> tuple[int, Interval]:
    """The family and interval of an address, subnet (prefix or mask) or range.

    Host bits of a subnet are cut off, as Windows does: ``10.0.0.5/24`` is ``10.0.0.0/24``.

    Raises:
        AddressError: the text is none of these ([MS-GPFAS] 2.2.2.9 to 2.2.2.12).
    """
    if len(text) > _MAX_TEXT:
        raise AddressError("address.too_long", text=text[:60])
    return _parse_interval(text)


@lru_cache(maxsize=4096)
def _parse_interval(text: str) -> tuple[int, Interval]:
    if "/" in text:
        address, _unused, length = text.partition("/")
        family, number = _strict_number(address, text)
        bits = _BITS[family]
        prefix = _prefix(length, family, text)
        size = 1 << (bits - prefix)
        first = number & ~(size - 1)
        return family, (first, first + size - 1)
    if "-" in text:
        begin, _unused, end = text.partition("-")
        family, first = _strict_number(begin.strip(), text)
        end_family, last = _strict_number(end.strip(), text)
        if family != end_family:
            raise AddressError("address.mixed", text=text)
        if first > last:
            raise AddressError("address.reversed", text=text)
        return family, (first, last)
    family, number = _strict_number(text, text)
    return family, (number, number)


def intervals_of_family(texts: Iterable[str], family: int) -> Iterator[Interval]:
    """The intervals of those texts that are addresses, subnets or ranges of a family."""
    for text in texts:
        try:
            found, interval = parse_interval(text)
        except AddressError:
            continue
        if found == family:
            yield interval


def _strict_number(text: str, whole: str) -> tuple[int, int]:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        raise AddressError("address.not_any", text=whole) from None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.scope_id is not None:
        raise AddressError("address.zone", text=whole)
    return parsed.version, int(parsed)


def _prefix(text: str, family: int, whole: str) -> int:
    bits = _BITS[family]
    if text and len(text) <= 3 and _DIGITS.issuperset(text):
        if int(text) <= bits:
            return int(text)
        raise AddressError("address.long_prefix", text=whole, bits=bits)
    if family == 4:
        try:
            mask = int(ipaddress.IPv4Address(text))
        except ValueError:
            mask = -1
        inverted = mask ^ 0xFFFFFFFF
        # [MS-FASP] 2.2.4: the one bits of a mask are contiguous.
        if mask >= 0 and inverted & (inverted + 1) == 0:
            return 32 - inverted.bit_length()
    raise AddressError("address.no_prefix", text=whole)


def interval_texts(family: int, interval: Interval) -> tuple[str, ...]:
    """An interval in the shortest form that Windows accepts: usually one address, a subnet with its
    prefix, or a range.

    All addresses of IPv4 are a range, because a mask of zero is invalid ([MS-FASP] 2.2.4). For
    IPv6, a prefix of no bits is invalid (2.2.6), and so is a range from ``::`` on (2.2.10): subnets
    are used instead.
    """
    first, last = interval
    begin = _address_text(family, first)
    if first == last:
        return (begin,)
    size = last - first + 1
    if size & (size - 1) == 0 and first % size == 0 and size < 1 << _BITS[family]:
        return (f"{begin}/{_BITS[family] - (size.bit_length() - 1)}",)
    if family == 6 and first == 0:
        half = 1 << (size.bit_length() - 1 - (size & (size - 1) == 0))
        return (
            *interval_texts(6, (0, half - 1)),
            *interval_texts(6, (half, last)),
        )
    return (f"{begin}-{_address_text(family, last)}",)


def _address_text(family: int, number: int) -> str:
    return str(ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number))


def texts_of_family(texts: str, family: int, *, numbered: bool) -> str:
    """Those of the texts of an `AddressSet`, joined by commas, that mean addresses of a family.

    Args:
        numbered: a keyword of both families gets the number of the one.
    """
    found = []
    for text in texts.split(", "):
        if text[:1].isalpha() and ":" not in text:
            word = text.rstrip("46")
            if text in (word, f"{word}{family}"):
                found.append(f"{word}{family}" if numbered else text)
        elif (":" in text) == (family == 6):
            found.append(text)
    return ", ".join(found)


def keyword(text: str) -> AddressKeyword | None:
    """The address keyword of the rule store for this text in any letter case, or None."""
    return ADDRESS_KEYWORDS.get(ascii_lower(text))


# Traffic through Teredo has passed an edge device (RFC 4380 2.6; [MS-FASP] 2.2.34,
# FW_RULE_FLAGS_ROUTEABLE_ADDRS_TRAVERSE).
_TEREDO = parse_interval("2001::/32")[1]


def is_past_edge(local: str) -> bool:
    """Whether only rules with edge traversal let in what comes to an address of the host. Raises
    AddressError."""
    family, number = parse_number(local)
    return family == 6 and _TEREDO[0] <= number <= _TEREDO[1]
