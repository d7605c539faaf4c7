# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person may write for each part of a firewall rule, read into the values of a rule.

Words are taken in any letter case, lists as lists or as one text with commas. Every mistake ends
in an OptionError that names the option and says what would be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from ...asked.ports import PortError, PortSet, ports_by_protocol
from ...ground.names import ascii_lower
from ..policy import addresses
from ..policy.addresses import AddressError, AddressSet, Interval
from ..policy.rule import IcmpType, PortCondition
from ..policy.vocabulary import (
    ADDRESS_KEYWORDS,
    ICMPV4,
    ICMPV6,
    PORT_KEYWORDS,
    PROTOCOL_NUMBERS,
    TCP,
    UDP,
    Action,
    Direction,
    EdgeTraversal,
    InterfaceType,
    PortKeyword,
    Profile,
)
from .option_texts import ANY_WORDS, OptionError, shown_value

T = TypeVar("T")

_ANY_LISTS = [[word] for word in ANY_WORDS]
# [MS-FASP] 2.2.5 and its like: lists of at most 1000 entries.
MAX_ENTRIES = 1_000
MAX_DEPTH = 16

_DIRECTIONS = {
    "in": Direction.IN,
    "inbound": Direction.IN,
    "out": Direction.OUT,
    "outbound": Direction.OUT,
}
_ACTIONS = {"allow": Action.ALLOW, "block": Action.BLOCK}
_PROFILES = {profile.word.lower(): profile for profile in Profile}
_INTERFACE_TYPES = {
    "lan": InterfaceType.LAN,
    "wired": InterfaceType.LAN,
    "wireless": InterfaceType.WIRELESS,
    "ras": InterfaceType.REMOTE_ACCESS,
    "remoteaccess": InterfaceType.REMOTE_ACCESS,
}
_EDGE = {
    "no": EdgeTraversal.BLOCK,
    "false": EdgeTraversal.BLOCK,
    "block": EdgeTraversal.BLOCK,
    "yes": EdgeTraversal.ALLOW,
    "true": EdgeTraversal.ALLOW,
    "allow": EdgeTraversal.ALLOW,
    "defertoapp": EdgeTraversal.DEFER_TO_APP,
    "deferapp": EdgeTraversal.DEFER_TO_APP,
    "defertouser": EdgeTraversal.DEFER_TO_USER,
    "deferuser": EdgeTraversal.DEFER_TO_USER,
}
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}

# The keywords that the class documentation has for MSFT_NetProtocolPortFilter; the others are for
# Windows' own rules.
_OFFERED_PORT_WORDS: Mapping[str, PortKeyword] = {
    alias.lower(): word
    for word in PORT_KEYWORDS.values()
    if word.word in ("RPC", "RPC-EPMap", "Teredo", "IPHTTPSIn", "IPHTTPSOut", "Ply2Disc")
    for alias in (word.word, word.cim)
}
# All addresses of a family, and how a rule says so.
_ALL: Mapping[int, tuple[Interval, str]] = {
    4: ((0, (1 << 32) - 1), "0.0.0.0-255.255.255.255"),
    6: ((0, (1 << 128) - 1), "::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
}
_ADDRESS_WORDS: Mapping[str, str] = {
    alias.lower(): word.word
    for word in ADDRESS_KEYWORDS.values()
    for alias in (word.word, word.cim)
}


def is_any(option: str, value: object) -> bool:
    """Whether a value for a list is one of the words for no restriction."""
    return [ascii_lower(each) for each in _entries(option, value)] in _ANY_LISTS


def boolean(option: str, value: object) -> bool:
    """A switch."""
    if isinstance(value, bool):
        return value
    return _word(option, value, _BOOLEANS)


def direction(option: str, value: object) -> Direction:
    """``in`` or ``out``."""
    return _word(option, value, _DIRECTIONS)


def action(option: str, value: object) -> Action:
    """``allow`` or ``block``."""
    if isinstance(value, str) and ascii_lower(value) == "bypass":
        raise OptionError(option, "a bypass needs IPsec authentication, which is not offered here.")
    return _word(option, value, _ACTIONS)


def edge_traversal(option: str, value: object) -> EdgeTraversal:
    """``no``, ``yes``, ``defer_to_app`` or ``defer_to_user``."""
    if isinstance(value, bool):
        return EdgeTraversal.ALLOW if value else EdgeTraversal.BLOCK
    return _word(option, value, _EDGE, shown=("no", "yes", "defer_to_app", "defer_to_user"))


def profiles(option: str, value: object) -> frozenset[Profile]:
    """Profiles; all three, however written, are no restriction and so an empty set."""
    if is_any(option, value):
        return frozenset()
    found = frozenset(_word(option, each, _PROFILES) for each in _entries(option, value))
    return frozenset() if len(found) == len(Profile) else found


def interface_types(option: str, value: object) -> frozenset[InterfaceType]:
    """Kinds of network adapters; empty for any."""
    if is_any(option, value):
        return frozenset()
    return frozenset(
        _word(option, each, _INTERFACE_TYPES, shown=("lan", "wireless", "remote_access"))
        for each in _entries(option, value)
    )


def protocols(option: str, value: object) -> tuple[int | None, ...]:
    """Protocol numbers, each once, in the order written; None stands for any protocol."""
    found: dict[int | None, None] = {}
    for each in _entries(option, value):
        found[_protocol(option, each)] = None
    if None in found and len(found) > 1:
        raise OptionError(option, "any stands for itself, not beside others.")
    return tuple(found)


def _protocol(option: str, written: str) -> int | None:
    folded = ascii_lower(written)
    if folded in ANY_WORDS:
        return None
    if folded in PROTOCOL_NUMBERS:
        return PROTOCOL_NUMBERS[folded]
    if folded.isascii() and folded.isdigit() and int(folded[:6]) <= 255:
        return int(folded)
    raise OptionError(
        option,
        f"{shown_value(written)} is not a protocol: tcp, udp, icmpv4, icmpv6, any, or a number "
        "from 0 to 255 is needed.",
    )


def ports(
    option: str, value: object, protocol: int, *, local: bool, direction: Direction
) -> PortCondition:
    """Ports of TCP or UDP: numbers, ranges, well-known names, keywords; empty for any."""
    if is_any(option, value):
        return PortCondition()
    words: set[str] = set()
    numbers: list[str] = []
    for each in _entries(option, value):
        word = _OFFERED_PORT_WORDS.get(ascii_lower(each))
        if word is None:
            if ascii_lower(each) in PORT_KEYWORDS:
                raise OptionError(option, f"{each} is for rules of Windows itself.")
            numbers.append(each)
            continue
        _check_port_word(option, word, protocol, local=local, direction=direction)
        words.add(word.word)
    try:
        found = ports_by_protocol(numbers, "tcp" if protocol == TCP else "udp") if numbers else {}
    except PortError as error:
        raise OptionError(option, str(error)) from None
    condition = PortCondition(next(iter(found.values()), PortSet()), frozenset(words))
    if len(condition.numbers.ranges) > MAX_ENTRIES:
        raise OptionError(option, f"more than {MAX_ENTRIES} single ports and ranges.")
    return condition


def _check_port_word(
    option: str, word: PortKeyword, protocol: int, *, local: bool, direction: Direction
) -> None:
    if word.local is not local:
        side = "local" if word.local else "remote"
        raise OptionError(option, f"{word.word} stands for {side} ports only.")
    wanted = UDP if word.word == "Ply2Disc" else word.protocol or TCP
    if protocol != wanted:
        raise OptionError(
            option, f"{word.word} needs protocol {'tcp' if wanted == TCP else 'udp'}."
        )
    if word.local and direction is Direction.OUT:
        raise OptionError(option, f"{word.word} is for inbound rules only.")
    if not word.local and direction is Direction.IN:
        raise OptionError(option, f"{word.word} is for outbound rules only.")


def icmp_types(option: str, value: object, protocol: int | None) -> frozenset[IcmpType]:
    """Types of ICMP, each with a code or for all its codes; empty for any."""
    if is_any(option, value):
        return frozenset()
    if protocol not in (ICMPV4, ICMPV6):
        raise OptionError(option, "types of ICMP need protocol icmpv4 or icmpv6.")
    found = set()
    for each in _entries(option, value):
        number, _unused, code = each.replace(".", ":").partition(":")
        if not _is_byte(number) or not (code in ("", "*") or _is_byte(code)):
            raise OptionError(
                option,
                f"{shown_value(each)} is not a type (8) or a type and a code (3:4), 0 to 255.",
            )
        found.add((int(number), None if code in ("", "*") else int(code)))
    if len(found) > MAX_ENTRIES:
        raise OptionError(option, f"more than {MAX_ENTRIES} types.")
    # A type with all its codes swallows the same type with one of them.
    whole = {number for number, code in found if code is None}
    return frozenset(each for each in found if each[1] is None or each[0] not in whole)


def _is_byte(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) <= 3 and int(written) <= 255


def address_set(option: str, value: object, *, keywords: bool) -> AddressSet:
    """Addresses, subnets, ranges and, where they are allowed, keywords; empty for any."""
    written = list(_entries(option, value))
    if is_any(option, value):
        return AddressSet()
    if len(written) > MAX_ENTRIES:
        raise OptionError(option, f"more than {MAX_ENTRIES} addresses.")
    intervals: dict[int, list[Interval]] = {4: [], 6: []}
    words: dict[int, set[str]] = {4: set(), 6: set()}
    for each in written:
        if ascii_lower(each) in ANY_WORDS:
            raise OptionError(option, f"{each} stands for itself, not beside others.")
        word, families = _address_word(each)
        if word is not None:
            if not keywords:
                raise OptionError(option, f"keywords such as {each} are for remote addresses.")
            for family in families:
                words[family].add(word)
            continue
        family, interval = _interval(option, each)
        intervals[family].append(interval)
    return AddressSet(
        addresses.merge(intervals[4]),
        addresses.merge(intervals[6]),
        frozenset(words[4]),
        frozenset(words[6]),
    )


def _address_word(written: str) -> tuple[str | None, Sequence[int]]:
    folded = ascii_lower(written)
    if folded in _ADDRESS_WORDS:
        return _ADDRESS_WORDS[folded], (4, 6)
    # New-NetFirewallRule: a 4 or 6 behind a keyword restricts it to one family.
    if folded[:-1] in _ADDRESS_WORDS and folded[-1] in "46":
        return _ADDRESS_WORDS[folded[:-1]], (int(folded[-1]),)
    return None, ()


def _interval(option: str, written: str) -> tuple[int, Interval]:
    try:
        family, interval = addresses.parse_interval(written)
    except AddressError as error:
        raise OptionError(option, f"{error}.") from None
    # [MS-FASP] 2.2.4, 2.2.6 and 2.2.10: no mask of zero, no prefix of no bits, no range from :: on.
    if "/" in written and interval == _ALL[family][0]:
        raise OptionError(
            option, f"Windows takes no empty mask: write any instead of {written}, or "
            f"{_ALL[family][1]} for IPv{family} only."
        )  # fmt: skip
    if "-" in written and family == 6 and interval[0] == 0:
        raise OptionError(option, f"{written}: Windows takes no range from :: on; begin with ::2.")
    # [MS-FASP] 2.2.24: neither the unspecified nor the loopback address.
    for number in interval:
        if number == 0 and interval[0] == interval[1]:
            raise OptionError(option, f"{written} stands for no host; write any.")
        if number >> 24 == 127 if family == 4 else number == 1:
            raise OptionError(option, f"{written}: traffic with oneself is not filtered.")
    return family, interval


def _entries(option: str, value: object, depth: int = 0) -> Iterator[str]:
    """The single texts of a text with commas, a number, or a list of these."""
    if isinstance(value, (list, tuple)):
        if not value:
            raise OptionError(option, "the list is empty; write any for no restriction.")
        if depth == MAX_DEPTH:
            raise OptionError(option, "the list is nested too deeply.")
        for each in value:
            yield from _entries(option, each, depth + 1)
        return
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
        return
    if not isinstance(value, str):
        raise OptionError(option, f"{shown_value(value)} is neither a text, a number nor a list.")
    parts = [part.strip() for part in value.split(",")]
    if not all(parts):
        raise OptionError(option, f"{shown_value(value)} has an empty entry; write any for all.")
    yield from parts


def _word(option: str, value: object, known: Mapping[str, T], *, shown: Sequence[str] = ()) -> T:
    folded = (
        ascii_lower(value).replace("_", "").replace("-", "") if isinstance(value, str) else None
    )
    if folded is None or folded not in known:
        allowed = ", ".join(shown or known)
        raise OptionError(option, f"{shown_value(value)} is not one of {allowed}.")
    return known[folded]
