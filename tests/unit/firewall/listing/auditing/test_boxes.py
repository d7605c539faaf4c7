# SPDX-License-Identifier: GPL-3.0-or-later
"""The traffic of rules as boxes, compared with rules that are tried on all traffic of a small
world."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing import (
    boxes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.boxes import (
    Space,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressSet,
    merge,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    PortCondition,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sweep import (
    TooMuchWorkError,
    Work,
)
from unit.rows import each_row

ENOUGH = 10_000


def rule(text: str) -> FirewallRule:
    return parse("r", f"v2.30|Action=Block|Active=TRUE|Dir=In|{text}|")


def covered(inner: str, *outer: str) -> list[int] | None:
    space = Space(Environment())
    made = [space.box(rule(text)) for text in outer]
    return boxes.covered(space.box(rule(inner)), made, Work(ENOUGH))


@each_row(
    ("inner", "outer", "by"),
    [
        ("Protocol=6|LPort=80", ["Protocol=6"], [0]),
        ("Protocol=6|LPort=80", ["Protocol=17|LPort=80"], None),
        ("Protocol=6|LPort=80", ["Protocol=6|Profile=Private"], None),
        ("Protocol=6", ["Protocol=6|LPort2_10=1-1000", "Protocol=6|LPort2_10=1001-65535"], [0, 1]),
        ("Protocol=6", ["Protocol=6|LPort2_10=1-1000", "Protocol=6|LPort2_10=1002-65535"], None),
        # The one that is enough is named, though another takes a part first.
        ("Protocol=6|LPort=80", ["Protocol=6|LPort=80|Profile=Public", "Protocol=6"], [1]),
        (
            "Protocol=6|LPort=80",
            [
                "Protocol=6|Profile=Domain",
                "Protocol=6|Profile=Private",
                "Protocol=6|Profile=Public",
            ],
            [0, 1, 2],
        ),
        # One way to write a program, and another.
        (r"App=%SystemRoot%\a.exe|Protocol=6|LPort=1", [r"App=c:\WINDOWS\A.exe"], [0]),
        (r"App=%Mine%\a.exe", [r"App=%MINE%\a.exe"], [0]),
        (r"App=%Mine%\a.exe", [r"App=C:\Mine\a.exe"], None),
        (r"App=C:\a.exe", [r"App=C:\b.exe", r"App=C:\c.exe"], None),
        ("Svc=web", ["Svc=*"], [0]),
        ("Name=any", ["Svc=*"], None),
        # Only Windows knows the ports and addresses of its keywords.
        ("Protocol=6|LPort=RPC", ["Protocol=6|LPort=RPC"], [0]),
        ("Protocol=6|LPort=RPC", ["Protocol=6|LPort2_10=1024-65535"], None),
        ("Protocol=6|LPort=RPC", ["Protocol=6|LPort2_10=1-65535"], [0]),
        ("Protocol=6|LPort2_10=IPTLSIn", ["Protocol=6|LPort2_10=IPHTTPSIn"], [0]),
        ("RA4=192.168.1.0/255.255.255.0", ["RA4=LocalSubnet"], None),
        ("RA4=LocalSubnet", ["RA4=LocalSubnet|RA6=LocalSubnet"], [0]),
        ("RA4=LocalSubnet", ["RA4=0.0.0.0-255.255.255.255"], [0]),
        ("RA4=LocalSubnet|RA6=LocalSubnet", ["RA4=0.0.0.0-255.255.255.255"], None),
        ("RA4=10.0.0.5", ["RA4=10.0.0.0/255.0.0.0"], [0]),
        # Both addresses of traffic are of one family.
        ("LA4=10.0.0.5", ["RA4=0.0.0.0-255.255.255.255"], [0]),
        ("LA6=fe80::1", ["RA4=0.0.0.0-255.255.255.255"], None),
        # Types of ICMP.
        ("Protocol=1|ICMP4=8:0", ["Protocol=1|ICMP4=8:*"], [0]),
        ("Protocol=1|ICMP4=8:*", ["Protocol=1|ICMP4=8:0"], None),
        ("IFType=Lan", ["IFType=Lan|IFType=Wireless"], [0]),
        ("Name=any", ["IFType=Lan", "IFType=Wireless", "IFType=RemoteAccess"], None),
        ("AppPkgId=S-1-15-2-1", ["Name=any"], [0]),
        ("Name=any", ["AppPkgId=S-1-15-2-1"], None),
    ],
)
def test_which_rules_hold_all_of_another(
    inner: str, outer: list[str], by: list[int] | None
) -> None:
    assert covered(inner, *outer) == by


def test_too_many_parts_prove_nothing() -> None:
    space = Space(Environment())
    ports = range(1, 100)
    outer = [space.box(rule(f"Protocol=6|LPort={port}|RA4=10.0.0.{port}")) for port in ports]
    inner = space.box(rule("Protocol=6"))
    all_of_it = space.box(rule("Protocol=6|RA4=0.0.0.0-255.255.255.255"))
    rest = space.box(rule("Protocol=6|RA6=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
    assert boxes.covered(inner, [all_of_it, rest], Work(ENOUGH)) == [0, 1]
    assert boxes.covered(inner, [*outer, all_of_it, rest], Work(ENOUGH)) is None
    assert boxes.covered(inner, [*outer, inner], Work(ENOUGH)) == [99]
    with pytest.raises(TooMuchWorkError):
        boxes.covered(inner, outer, Work(20))


class Traffic(NamedTuple):
    profile: Profile
    protocol: int
    port: int
    family: int
    address: int
    program: str
    service: str | None


NUMBERS = (1, 2, 3, 9)
PROGRAMS = (r"C:\a.exe", r"C:\b.exe", r"C:\other.exe")
WORLD = [
    Traffic(*each)
    for each in itertools.product(
        Profile, (TCP, UDP, 47), NUMBERS, (4, 6), NUMBERS, PROGRAMS, (None, "a", "b")
    )
]


def matched(rules: list[FirewallRule]) -> Iterator[Traffic]:
    """The traffic of the world that at least one of some rules matches."""
    return (each for each in WORLD if any(matches(one, each) for one in rules))


def matches(one: FirewallRule, traffic: Traffic) -> bool:
    """[MS-FASP] 2.2.37: all conditions have to hold, and an absent one does."""
    ports, addresses = one.local_ports, one.remote_addresses
    return (
        traffic.profile in (one.profiles or Profile)
        and one.protocol in (None, traffic.protocol)
        and (not ports or traffic.port in ports.numbers)
        and (not addresses or addresses.contains(traffic.family, traffic.address))
        and one.program in (None, traffic.program)
        and (
            one.service is None
            or (
                traffic.service is not None
                if one.service == "*"
                else one.service == traffic.service
            )
        )
    )


few = st.integers(1, 3)
ranges = st.lists(st.tuples(few, few).map(lambda two: (min(two), max(two))), max_size=2)


@st.composite
def small_rules(draw: st.DrawFn) -> FirewallRule:
    protocol = draw(st.sampled_from([None, TCP, UDP]))
    ports = PortSet(tuple(draw(ranges))) if protocol else PortSet()
    return FirewallRule(
        "r",
        profiles=draw(st.frozensets(st.sampled_from(Profile))),
        protocol=protocol,
        local_ports=PortCondition(ports),
        remote_addresses=AddressSet(merge(draw(ranges)), merge(draw(ranges))),
        program=draw(st.sampled_from([None, *PROGRAMS[:2]])),
        service=draw(st.sampled_from([None, "*", "a"])),
    )


@pytest.mark.sweep
@given(small_rules(), st.lists(small_rules(), max_size=5))
def test_boxes_say_what_every_traffic_says(inner: FirewallRule, outer: list[FirewallRule]) -> None:
    space = Space(Environment())
    box, others = space.box(inner), [space.box(each) for each in outer]
    by = boxes.covered(box, others, Work(ENOUGH))
    mine, theirs = set(matched([inner])), set(matched(outer))
    assert (by is not None) == (mine <= theirs)
    if by is not None:
        assert mine <= set(matched([outer[place] for place in by]))
    for one, its in zip(outer, others, strict=True):
        assert boxes.shares(box, its) == any(matches(one, each) for each in mine)
        assert boxes.holds(its, box) == all(matches(one, each) for each in mine)
        parts = boxes.taken_from(box, its)
        assert all(not boxes.shares(part, its) for part in parts)
        assert all(boxes.holds(box, part) for part in parts)
