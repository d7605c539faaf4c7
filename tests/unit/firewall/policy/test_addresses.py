# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses: what is equal, what is refused."""

from __future__ import annotations

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import addresses
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressError,
    AddressSet,
    merge,
    parse_interval,
)
from unit.firewall.rule_writer import store_texts
from unit.rows import each_row


def number(text: str) -> int:
    return int(ipaddress.ip_address(text))


@each_row(
    "text",
    ["192.168.0.0/24", "192.168.0.0/255.255.255.0", "192.168.0.0-192.168.0.255", "192.168.0.77/24"],
)
def test_one_subnet_in_all_its_spellings(text: str) -> None:
    assert parse_interval(text) == (4, (number("192.168.0.0"), number("192.168.0.255")))


def test_ipv6_subnets_ranges_and_single_addresses() -> None:
    assert parse_interval("fe80::/64") == (
        6,
        (number("fe80::"), number("fe80::ffff:ffff:ffff:ffff")),
    )
    assert parse_interval("fe80::1-fe80::9") == (6, (number("fe80::1"), number("fe80::9")))
    assert parse_interval("FF02::1") == (6, (number("ff02::1"), number("ff02::1")))


@each_row(
    ("text", "why"),
    [
        ("10.0.0.0/33", "more than 32 bits"),
        ("fe80::/129", "more than 128 bits"),
        ("10.0.0.0/255.0.255.0", "no valid prefix or mask"),
        ("fe80::/255.255.255.0", "no valid prefix or mask"),
        ("10.0.0.0/", "no valid prefix or mask"),
        ("10.0.0.9-10.0.0.1", "wrong way round"),
        ("10.0.0.1-fe80::1", "mixes IPv4 and IPv6"),
        ("fe80::1%12", "has a zone"),
        ("10.0.0", "not an address"),
        ("10.0.0.010", "not an address"),
        ("server01", "not an address"),
        ("", "not an address"),
    ],
)
def test_what_is_no_address_says_why(text: str, why: str) -> None:
    with pytest.raises(AddressError, match=why):
        parse_interval(text)


def test_touching_and_overlapping_intervals_become_one() -> None:
    assert merge([(5, 9), (0, 2), (3, 3), (8, 12), (20, 20)]) == ((0, 3), (5, 12), (20, 20))


def test_a_mapped_address_counts_as_ipv4_and_a_zone_is_cut_off() -> None:
    assert addresses.parse_number("::ffff:10.0.0.1") == (4, number("10.0.0.1"))
    assert addresses.parse_number("fe80::1%12") == (6, number("fe80::1"))


def test_texts_are_what_a_person_would_write() -> None:
    both = AddressSet(
        v4=(parse_interval("10.0.0.0/8")[1], parse_interval("192.168.1.5-192.168.1.9")[1]),
        v6=(parse_interval("2001:db8::7")[1],),
        v4_keywords=frozenset({"LocalSubnet", "DNS"}),
        v6_keywords=frozenset({"LocalSubnet"}),
    )
    assert both.texts() == (
        "DNS4",
        "LocalSubnet",
        "10.0.0.0/8",
        "192.168.1.5-192.168.1.9",
        "2001:db8::7",
    )


def test_membership_looks_at_the_family() -> None:
    some = AddressSet(v4=(parse_interval("10.0.0.0/8")[1],))
    assert some.contains(4, number("10.255.255.255"))
    assert not some.contains(4, number("11.0.0.0"))
    assert not some.contains(6, number("10.0.0.1"))
    assert not some.covers_all(4)
    assert AddressSet(v4=(parse_interval("0.0.0.0/0")[1],)).covers_all(4)


def _interval(family: int) -> st.SearchStrategy[tuple[int, int]]:
    top = (1 << (32 if family == 4 else 128)) - 1
    return st.tuples(st.integers(0, top), st.integers(0, top)).map(
        lambda pair: (min(pair), max(pair))
    )


@given(st.sampled_from([4, 6]).flatmap(lambda f: st.tuples(st.just(f), _interval(f))))
def test_both_text_forms_read_back_as_the_same_interval(case: tuple[int, tuple[int, int]]) -> None:
    family, interval = case
    for texts in (
        addresses.interval_texts(family, interval),
        tuple(store_texts(family, interval)),
    ):
        read = [parse_interval(text) for text in texts]
        assert merge(found for _family, found in read) == (interval,)
        assert {found for found, _interval in read} == {family}


TOP_OF_IPV6 = (1 << 128) - 1


@each_row(
    ("family", "interval", "texts"),
    [
        (4, (0, 0xFFFFFFFF), ("0.0.0.0-255.255.255.255",)),
        (4, (0, 0x7FFFFFFF), ("0.0.0.0/1",)),
        (6, (0, TOP_OF_IPV6), ("::/1", "8000::/1")),
        (6, (0, TOP_OF_IPV6 >> 1), ("::/1",)),
        (6, (0, 9), ("::/125", "::8/127")),
        (6, (0, 8), ("::/125", "::8")),
        (6, (2, TOP_OF_IPV6), ("::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",)),
    ],
)
def test_all_addresses_are_written_as_windows_takes_them(
    family: int, interval: tuple[int, int], texts: tuple[str, ...]
) -> None:
    assert addresses.interval_texts(family, interval) == texts
    assert AddressSet(**{f"v{family}": (interval,)}).texts() == texts


@given(_interval(6) | st.integers(0, TOP_OF_IPV6).map(lambda last: (0, last)))
def test_nothing_of_ipv6_is_written_that_windows_refuses(interval: tuple[int, int]) -> None:
    for text in addresses.interval_texts(6, interval):
        assert not text.endswith("/0")
        assert not text.startswith("::-")


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)), max_size=12))
def test_merging_keeps_exactly_the_numbers(pairs: list[tuple[int, int]]) -> None:
    intervals = [(first, first + length) for first, length in pairs]
    merged = merge(intervals)
    expected = {n for first, last in intervals for n in range(first, last + 1)}
    assert {n for first, last in merged for n in range(first, last + 1)} == expected
    assert all(left[1] + 1 < right[0] for left, right in itertools.pairwise(merged))
    some = AddressSet(v4=merged)
    assert [some.contains(4, n) for n in range(70)] == [n in expected for n in range(70)]


NUMBERS = st.integers(0, 40)
INTERVALS = st.lists(st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair)))).map(
    merge
)


@given(INTERVALS, INTERVALS)
def test_what_two_lists_of_intervals_share_and_what_one_has_alone(
    one: tuple[addresses.Interval, ...], other: tuple[addresses.Interval, ...]
) -> None:
    def numbers(intervals: tuple[addresses.Interval, ...]) -> set[int]:
        assert merge(intervals) == intervals
        return {each for first, last in intervals for each in range(first, last + 1)}

    assert numbers(addresses.common(one, other)) == numbers(one) & numbers(other)
    assert numbers(addresses.without(one, other)) == numbers(one) - numbers(other)
