# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses Windows prefers: the examples of RFC 6724, 10, and where Windows differs."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.preferring import (
    DEFAULT_POLICIES,
    Preferences,
    Starts,
    in_order,
    ip,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    AddressState,
    OwnAddress,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.model import (
    PrefixPolicy,
)
from unit.rows import each_row

# IPv4 in the table. Not every Python writes it in the same form.
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def own(text: str, prefix: int | None = None, **more: object) -> OwnAddress:
    length = prefix or (64 if ":" in text else 24)
    return OwnAddress(parse_address(text), length, 12, **more)  # type: ignore[arg-type]


def source(
    destination: str,
    next_hop: str | None,
    candidates: Iterable[OwnAddress],
    policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
) -> tuple[OwnAddress, ...]:
    """Those of some addresses from which a connection to a destination starts."""
    return Starts(candidates, Preferences(policies)).towards(ip(destination), next_hop).members


def old(text: str) -> OwnAddress:
    return own(text, state=AddressState.DEPRECATED)


def temporary(text: str) -> OwnAddress:
    return own(text, temporary=True)


@each_row(
    ("destination", "candidates", "expected"),
    [
        ("2001:db8:1::1", [own("2001:db8:3::1"), own("fe80::1")], "2001:db8:3::1"),
        ("fe80::1", [old("fe80::2"), own("2001:db8:1::1")], "fe80::2"),
        ("2001:db8:1::1", [own("2001:db8:1::2"), own("2001:db8:3::2")], "2001:db8:1::2"),
        (
            "2002:c633:6401::1",
            [temporary("2001:db8:1::2"), own("2002:c633:6401::d5e3:7953:13eb:22e8")],
            "2002:c633:6401::d5e3:7953:13eb:22e8",
        ),
        (
            "2001:db8:1::d5e3:0:0:1",
            [own("2001:db8:1::2"), temporary("2001:db8:1::d5e3:7953:13eb:22e8")],
            "2001:db8:1::d5e3:7953:13eb:22e8",
        ),
        ("2001:db8:1::1", [old("2001:db8:1::2"), own("2001:db8:3::2")], "2001:db8:3::2"),
        ("10.0.0.5", [own("169.254.1.1"), own("192.168.1.1")], "192.168.1.1"),
        ("10.0.0.5", [own("169.254.1.1", 16)], "169.254.1.1"),
        ("10.0.0.5", [own("10.0.0.1", skipped=True), own("192.168.1.1")], "192.168.1.1"),
        ("10.0.0.5", [own("10.0.0.1", usable=False), own("192.168.1.1")], "192.168.1.1"),
        ("10.0.0.5", [own("2001:db8::1"), own("192.168.1.1")], "192.168.1.1"),
    ],
)
def test_an_own_address(destination: str, candidates: list[OwnAddress], expected: str) -> None:
    for several in (candidates, candidates[::-1]):
        assert [each.address.text for each in source(destination, None, several)] == [expected]


def test_an_own_address_that_is_near_the_router() -> None:
    """The example of Microsoft, KB 969029 and the article that it belongs to."""
    several = [own("192.168.1.14"), own("192.168.1.68")]
    (found,) = source("203.0.113.5", "192.168.1.127", several)
    assert found.address.text == "192.168.1.68"
    # The router is told by its link-local address, which says nothing.
    several = [own("2001:db8:1::2"), own("2001:db8:8::2")]
    (found,) = source("2001:db8:9::1", "fe80::ffff", several)
    assert found.address.text == "2001:db8:8::2"


def test_where_no_rule_tells() -> None:
    several = [own("192.168.1.14"), own("192.168.1.15")]
    assert source("203.0.113.5", "192.168.1.127", several) == tuple(several)
    # What they have in common beyond their subnet doesn't count.
    several = [own("2001:db8:1::2"), own("2001:db8:1::8")]
    assert source("2001:db8:1::9", None, several) == tuple(several)


@each_row(
    "unsuitable", [[], [own("2001:db8::1")], [own("10.0.0.1", usable=False)]],
)  # fmt: skip
def test_no_own_address(unsuitable: list[OwnAddress]) -> None:
    assert source("10.0.0.5", None, unsuitable) == ()


def ordered(
    destinations: Sequence[str],
    candidates: Sequence[OwnAddress],
    policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
) -> list[str]:
    def source_of(destination: str) -> OwnAddress | None:
        return next(iter(source(destination, None, candidates, policies)), None)

    return list(in_order(destinations, policies, source_of))


@each_row(
    ("candidates", "expected"),
    [
        (
            [own("2001:db8:1::2"), own("fe80::1"), own("169.254.13.78", 16)],
            ["2001:db8:1::1", "198.51.100.121"],
        ),
        ([own("fe80::1"), own("198.51.100.117")], ["198.51.100.121", "2001:db8:1::1"]),
        (
            [own("2001:db8:1::2"), own("fe80::1"), own("10.1.2.4")],
            ["2001:db8:1::1", "10.1.2.3"],
        ),
        ([own("2001:db8:1::2"), own("fe80::2")], ["fe80::1", "2001:db8:1::1"]),
        (
            [own("2001:db8:1::2"), own("2001:db8:3f44::2"), own("fe80::2")],
            ["2001:db8:1::1", "2001:db8:3ffe::1"],
        ),
        ([own("2002:c633:6401::2"), own("fe80::2")], ["2002:c633:6401::1", "2001:db8:1::1"]),
        (
            [own("2002:c633:6401::2"), own("2001:db8:1::2"), own("fe80::2")],
            ["2001:db8:1::1", "2002:c633:6401::1"],
        ),
        ([old("2001:db8:1::2"), own("10.1.2.4")], ["10.1.2.3", "2001:db8:9::1"]),
        # There is no way to the others.
        ([own("10.1.2.4")], ["10.1.2.3", "2001:db8:1::1"]),
        # Unique local addresses of another site, which Windows tries after IPv4.
        ([own("fd00:1::2", 48), own("10.1.2.4")], ["10.1.2.3", "fd00:9::1"]),
    ],
)
def test_the_addresses_of_a_name(candidates: list[OwnAddress], expected: list[str]) -> None:
    assert ordered(expected, candidates) == expected
    assert ordered(expected[::-1], candidates) == expected


def test_addresses_of_ipv4_stay_in_their_order() -> None:
    """A DNS server mixes them, to distribute the load (KB 968920)."""
    candidates = [own("10.1.2.4")]
    several = ["192.168.1.1", "10.1.2.3", "192.168.1.1", "172.16.0.1"]
    assert ordered(several, candidates) == ["192.168.1.1", "10.1.2.3", "172.16.0.1"]


def test_a_host_that_prefers_ipv4() -> None:
    """As by DisabledComponents 0x20, which changes the table (Microsoft, KB 929852)."""
    table = [
        each if each.prefix != MAPPED else PrefixPolicy(each.prefix, 100, 4)
        for each in DEFAULT_POLICIES
    ]
    candidates = [own("2001:db8:1::2"), own("10.1.2.4")]
    assert ordered(["2001:db8:1::1", "10.1.2.3"], candidates, table)[0] == "10.1.2.3"
    assert ordered(["10.1.2.3", "2001:db8:1::1"], candidates)[0] == "2001:db8:1::1"


POLICIES = st.lists(
    st.builds(
        PrefixPolicy,
        st.tuples(st.ip_addresses(v=6), st.integers(0, 128)).map(
            lambda pair: ipaddress.IPv6Network(pair, strict=False)
        ),
        st.integers(0, 100),
        st.integers(0, 9),
    ),
    max_size=4,
)
OWN = st.lists(
    st.builds(
        own,
        st.ip_addresses().map(str),
        st.integers(1, 32),
        state=st.sampled_from([None, AddressState.DEPRECATED]),
        temporary=st.booleans(),
    ),
    max_size=4,
)


@given(st.lists(st.ip_addresses().map(str), max_size=5), OWN, POLICIES)
def test_no_address_is_lost_or_made_up(
    destinations: list[str], candidates: list[OwnAddress], policies: list[PrefixPolicy]
) -> None:
    found = ordered(destinations, candidates, policies)
    assert sorted(found) == sorted(set(destinations))
    ways = [
        any(source(each, None, candidates, policies)) for each in found
    ]  # those without a way come last
    assert ways == sorted(ways, reverse=True)
