# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are sets of addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from ...ground.names import ascii_lower
from ...words.phrases import Phrase, said
from ...wsman.cim import classes
from ...wsman.cim.objects import CimValue
from ..policy import addresses
from ..policy.addresses import AddressError, AddressSet, Interval
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import ADDRESS_KEYWORDS
from .option import (
    ANY,
    ANY_WORDS,
    MAX_ENTRIES,
    TEXTS,
    Option,
    OptionError,
    Plain,
    Shared,
    entries,
    is_any,
    single,
)

_ANY_IN_CIM = ("Any",)
# All addresses of a family, and how a rule says so.
_ALL: Mapping[int, tuple[Interval, str]] = {
    4: ((0, (1 << 32) - 1), "0.0.0.0-255.255.255.255"),
    6: ((0, (1 << 128) - 1), "::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
}
_WORDS: Mapping[str, str] = {
    alias.lower(): word.word
    for word in ADDRESS_KEYWORDS.values()
    for alias in (word.word, word.cim)
}


def address_set(option: str, value: object, *, keywords: bool) -> AddressSet:
    """Addresses, subnets, ranges and, if allowed, keywords; empty for any."""
    written = list(entries(option, value))
    if is_any(option, value):
        return AddressSet()
    if len(written) > MAX_ENTRIES:
        raise OptionError(option, "option.many_addresses", limit=MAX_ENTRIES)
    intervals: dict[int, list[Interval]] = {4: [], 6: []}
    words: dict[int, set[str]] = {4: set(), 6: set()}
    for each in written:
        if ascii_lower(each) in ANY_WORDS:
            raise OptionError(option, "option.any_beside", word=each)
        word, families = _word(each)
        if word is not None:
            if not keywords:
                raise OptionError(option, "option.remote_keywords", word=each)
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


def _word(written: str) -> tuple[str | None, Sequence[int]]:
    folded = ascii_lower(written)
    if folded in _WORDS:
        return _WORDS[folded], (4, 6)
    # New-NetFirewallRule: a 4 or 6 after a keyword restricts it to one family.
    if folded[:-1] in _WORDS and folded[-1] in "46":
        return _WORDS[folded[:-1]], (int(folded[-1]),)
    return None, ()


def _interval(option: str, written: str) -> tuple[int, Interval]:
    try:
        family, interval = addresses.parse_interval(written)
    except AddressError as error:
        raise OptionError(option, "option.no_address", problem=said(error)) from None
    # [MS-FASP] 2.2.4, 2.2.6 and 2.2.10: no mask of zero, no prefix of no bits, no range from :: on.
    if "/" in written and interval == _ALL[family][0]:
        raise OptionError(
            option,
            "option.empty_mask",
            address=written,
            every=_ALL[family][1],
            family=f"IPv{family}",
        )
    if "-" in written and family == 6 and interval[0] == 0:
        raise OptionError(option, "option.range_from_zero", address=written)
    # [MS-FASP] 2.2.24: neither the unspecified nor the loopback address.
    for number in interval:
        if number == 0 and interval[0] == interval[1]:
            raise OptionError(option, "option.no_host", address=written)
        if number >> 24 == 127 if family == 4 else number == 1:
            raise OptionError(option, "option.own_traffic", address=written)
    return family, interval


def _set(rule: FirewallRule, attribute: str) -> AddressSet:
    found: AddressSet = getattr(rule, attribute)
    return found


def _show(attribute: str) -> Callable[[FirewallRule, Environment], Plain]:
    return lambda rule, _environment: list(_set(rule, attribute).texts()) or [ANY]


def _cim(attribute: str) -> Callable[[FirewallRule, Environment], CimValue]:
    return lambda rule, _environment: _set(rule, attribute).texts() or _ANY_IN_CIM


def _shared(attribute: str) -> Callable[[FirewallRule, FirewallRule, Environment], Shared]:
    def shared(one: FirewallRule, other: FirewallRule, _environment: Environment) -> Shared:
        first, second = _set(one, attribute), _set(other, attribute)
        if not first or not second:
            return Shared({attribute: first or second})
        found = AddressSet(
            _common_intervals(first.v4, second.v4),
            _common_intervals(first.v6, second.v6),
            first.v4_keywords & second.v4_keywords,
            first.v6_keywords & second.v6_keywords,
        )
        exact = all(_is_exact(found, first, second, family) for family in (4, 6))
        return Shared({attribute: found} if found else None, exact)

    return shared


def _is_exact(found: AddressSet, first: AddressSet, second: AddressSet, family: int) -> bool:
    """Whether nothing of one family is left out: Windows resolves keywords, and one may mean the
    numbers in the other set."""
    words, others = first.keywords(family), second.keywords(family)
    if words == others:
        return True
    here = (found.intervals(family), found.keywords(family))
    for one in (first, second):
        if not one.intervals(family) and not one.keywords(family):
            return True
        if here == (one.intervals(family), one.keywords(family)):
            return True
    return False


def _common_intervals(
    first: tuple[Interval, ...], second: tuple[Interval, ...]
) -> tuple[Interval, ...]:
    found = []
    mine, theirs = 0, 0
    while mine < len(first) and theirs < len(second):
        low = max(first[mine][0], second[theirs][0])
        high = min(first[mine][1], second[theirs][1])
        if low <= high:
            found.append((low, high))
        if first[mine][1] < second[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return tuple(found)


def _fewer(attribute: str) -> Callable[[FirewallRule, FirewallRule, Collection[int]], bool]:
    def cuts(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
        old, new = _set(before, attribute), _set(after, attribute)
        if not new:
            return False
        return not old or not all(_covers(new, old, family) for family in (4, 6))

    return cuts


def _covers(new: AddressSet, old: AddressSet, family: int) -> bool:
    return old.keywords(family) <= new.keywords(family) and all(
        any(first <= low and high <= last for first, last in new.intervals(family))
        for low, high in old.intervals(family)
    )


def _beside_adapters(rule: FirewallRule) -> Phrase | None:
    # [MS-FASP] 2.2.24 has a status for it, 2.2.37 no check, and Windows has been seen to accept it.
    if rule.local_addresses and (rule.interface_types or rule.interfaces):
        return Phrase("doubt.addresses_and_adapters")
    return None


def _option(
    side: str, *, keywords: bool, doubt: Callable[[FirewallRule], Phrase | None] | None = None
) -> Option:
    """The addresses of one side, ``remote`` or ``local``."""
    name = f"{side}_addresses"
    return Option(
        name=name,
        argument={**TEXTS, "aliases": [f"{side}ip"]},
        attributes=(name,),
        read=single(name, lambda option, value: address_set(option, value, keywords=keywords)),
        show=_show(name),
        compare=lambda rule, _environment: _set(rule, name),
        blank=[ANY],
        cim_class=classes.NET_ADDRESS_FILTER,
        cim={f"{side.capitalize()}Address": _cim(name)},
        fact="rule_addresses",
        shared=_shared(name),
        cuts=_fewer(name),
        doubt=doubt,
        enough=True,
        set_in_windows_rules=True,
    )


REMOTE_ADDRESSES = _option("remote", keywords=True)
LOCAL_ADDRESSES = _option("local", keywords=False, doubt=_beside_adapters)

#: In the order of the table.
OPTIONS = (REMOTE_ADDRESSES, LOCAL_ADDRESSES)
