# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses: their arithmetic, and how they are written."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.spans import (
    LAST,
    Spans,
)
from unit.rows import each_row

MANY = 1_000

# Few numbers, of which many are those at which something begins or ends.
_BORDERS = {
    4: [
        0,
        1,
        5,
        6,
        7,
        (127 << 24) - 1,
        127 << 24,
        (127 << 24) + 1,
        128 << 24,
        LAST[4] - 1,
        LAST[4],
    ],
    6: [0, 1, 2, 3, 9, 0xFFFF << 32, (0xFFFF << 32) + 5, 0x10000 << 32, LAST[6] - 1, LAST[6]],
}


def _number(family: int) -> st.SearchStrategy[int]:
    return st.sampled_from(_BORDERS[family])


def _intervals(family: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    pair = st.tuples(_number(family), _number(family)).map(lambda two: (min(two), max(two)))
    return st.lists(pair, max_size=3)


spans = st.builds(
    lambda v4, v6: Spans.of({4: v4, 6: v6}),
    _intervals(4),
    _intervals(6),
)
numbers = st.sampled_from([4, 6]).flatmap(
    lambda family: st.tuples(st.just(family), _number(family))
)


def is_of_no_other(family: int, number: int) -> bool:
    if family == 4:
        return ipaddress.IPv4Address(number).is_loopback
    address = ipaddress.IPv6Address(number)
    return address.is_loopback or address.ipv4_mapped is not None


@given(numbers, st.data())
def test_they_hold_what_they_were_made_of_and_no_address_that_no_other_host_has(
    asked: tuple[int, int], data: st.DataObject
) -> None:
    family, number = asked
    given_ones = data.draw(_intervals(family))
    inside = any(first <= number <= last for first, last in given_ones)
    held = Spans.of({family: given_ones}).holds(family, number)
    assert held is (inside and not is_of_no_other(family, number))


@given(spans, spans, numbers)
def test_what_two_have_together_and_in_common(
    one: Spans, other: Spans, asked: tuple[int, int]
) -> None:
    in_one, in_other = one.holds(*asked), other.holds(*asked)
    assert (one | other).holds(*asked) is (in_one or in_other)
    assert (one & other).holds(*asked) is (in_one and in_other)
    assert (one.size < other.size) or (one | other).size >= other.size


@given(spans, numbers)
def test_their_texts_say_which_they_are(found: Spans, asked: tuple[int, int]) -> None:
    family, number = asked
    texts, more = found.texts(MANY)
    assert more == 0
    if not is_of_no_other(family, number):
        assert any(_is_in(family, number, text) for text in texts) is found.holds(family, number)


def _is_in(family: int, number: int, text: str) -> bool:
    if "-" in text:
        first, last = map(ipaddress.ip_address, text.split("-"))
    else:
        network = ipaddress.ip_network(text)
        first, last = network[0], network[-1]
    return first.version == family and int(first) <= number <= int(last)


def made_of(*texts: str) -> Spans:
    found: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for text in texts:
        first, _dash, last = text.partition("-")
        ends = [ipaddress.ip_address(each) for each in (first, last or first)]
        found[ends[0].version].append((int(ends[0]), int(ends[1])))
    return Spans.of(found)


@each_row(
    ("given_ones", "texts"),
    [
        ([], []),
        (["10.0.0.9"], ["10.0.0.9"]),
        (["10.0.0.0-10.0.0.255"], ["10.0.0.0/24"]),
        (["10.0.0.0-10.0.0.127", "10.0.0.128-10.0.0.255"], ["10.0.0.0/24"]),
        (["10.0.0.3-10.0.0.255"], ["10.0.0.3-10.0.0.255"]),
        # The addresses of the host itself neither count nor divide the others.
        (["0.0.0.0-255.255.255.255"], ["0.0.0.0/0"]),
        (["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], ["::/0"]),
        (["127.0.0.1"], []),
        (["::1"], []),
        (["::ffff:a00:1"], []),
        (["126.0.0.0-128.0.0.9"], ["126.0.0.0-128.0.0.9"]),
        (["126.0.0.0-127.0.0.9"], ["126.0.0.0/8"]),
        (["::-::9"], ["::-::9"]),
        (["2001:db8::-2001:db8::ffff", "10.0.0.9"], ["10.0.0.9", "2001:db8::/112"]),
    ],
)
def test_how_they_are_written(given_ones: list[str], texts: list[str]) -> None:
    assert made_of(*given_ones).texts(MANY) == (texts, 0)


@pytest.mark.sweep
def test_of_very_many_only_some_are_written_and_the_others_counted() -> None:
    found = Spans.of({4: [(2 * each, 2 * each) for each in range(50_000)]})
    texts, more = found.texts(3)
    assert (texts, more) == (["0.0.0.0", "0.0.0.2", "0.0.0.4"], 49_997)


def test_everything_is_all_but_what_no_other_host_has() -> None:
    assert Spans.everything((4, 6)).texts(MANY) == (["0.0.0.0/0", "::/0"], 0)
    assert not Spans.everything((4,)).holds(4, 127 << 24)
    assert Spans.everything(()) == Spans()
