# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of recorded rules, and their order."""

from __future__ import annotations

import ipaddress

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from winsim.cim import CimError
from winsim.firewall.addresses import covers, read, write
from winsim.firewall.rule import parse
from winsim.firewall.store import SAMPLES, FirewallState, read_dump

RULE = "v2.30|Action=Allow|Active=TRUE|Dir=In|{}Name=n|"


@pytest.mark.parametrize(
    "name",
    fast(["win11_written", "win10_export", "win10_1903", "win10_1709", "win81"], "win11_written"),
)
def test_what_a_recorded_rule_shows_is_written_as_it_was_recorded(name: str) -> None:
    (path,) = SAMPLES.glob(f"{name}_*.txt")
    rules = FirewallState(read_dump(path)).parsed_rules()
    limited = 0
    for rule_id, rule in rules.items():
        shown = {side: read(rule, side) for side in "LR"}
        limited += shown["R"] != ["Any"]
        bare = write(write(rule, "L", ["Any"]), "R", ["Any"])
        assert {side: read(bare, side) for side in "LR"} == {"L": ["Any"], "R": ["Any"]}
        written = write(write(bare, "L", shown["L"]), "R", shown["R"])
        assert written.text() == rule.text(), rule_id
    assert limited > (5 if name == "win11_written" else 100)


def test_keywords_stand_first_and_ranges_last_and_nothing_is_merged() -> None:
    given = ["10.0.0.1-10.0.0.3", "10.0.0.9", "10.1.0.0/16", "LocalSubnet4", "10.0.0.8", "DNS"]
    rule = write(parse(RULE.format("")), "R", [*given, "fe80::/64"])
    assert rule.text() == RULE.format(
        "RA4=LocalSubnet|RA4=DNS|RA4=10.0.0.9|RA4=10.1.0.0/255.255.0.0|RA4=10.0.0.8|"
        "RA4=10.0.0.1-10.0.0.3|RA6=DNS|RA6=fe80::/64|"
    )


@pytest.mark.parametrize("given", [["ff02::2", "fe80::/64"], ["fe80::/64", "ff02::2"]])
def test_single_addresses_and_subnets_stand_as_they_were_given(given: list[str]) -> None:
    """Rules of Windows 11 and of Windows 10 for the same ICMP type have both orders."""
    rule = write(parse(RULE.format("")), "R", ["LocalSubnet6", *given])
    assert rule.all("RA6") == ["LocalSubnet", *given]


@each_row(
    ("value", "inside", "outside"),
    [
        ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
        ("10.0.0.0/255.255.255.0", "10.0.0.255", "10.0.1.0"),
        ("10.0.0.0/24", "10.0.0.255", "10.0.1.0"),
        ("10.0.0.5-10.0.0.7", "10.0.0.7", "10.0.0.8"),
    ],
)
def test_covers(value: str, inside: str, outside: str) -> None:
    assert covers(value, ipaddress.IPv4Address(inside))
    assert not covers(value, ipaddress.IPv4Address(outside))


@each_row("value", ["LocalSubnet", "fe80::/64", "::1", "::-::ffff", "nonsense"])
def test_what_is_no_address_of_ipv4_covers_none(value: str) -> None:
    assert not covers(value, ipaddress.IPv4Address("10.0.0.1"))


@each_row(
    "address",
    ["0.0.0.0/0", "10.0.0.0/0.0.0.0", "::/0", "fe80::/0", "::-ffff::", "::1-ffff::", "::-::1"],
)
def test_what_the_protocol_forbids_is_refused(address: str) -> None:
    """[MS-FASP] 2.2.4, 2.2.6 and 2.2.10."""
    with pytest.raises(CimError):
        write(parse("v2.30|Action=Allow|Dir=In|"), "R", [address])


def test_the_widest_that_the_protocol_has_is_taken() -> None:
    written = write(
        parse("v2.30|Action=Allow|Dir=In|"),
        "R",
        ["0.0.0.0-255.255.255.255", "::/1", "8000::/1", "::2-ffff::"],
    )
    assert written.all("RA4") == ["0.0.0.0-255.255.255.255"]
    assert written.all("RA6") == ["::/1", "8000::/1", "::2-ffff::"]
