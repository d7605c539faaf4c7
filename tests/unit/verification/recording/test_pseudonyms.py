# SPDX-License-Identifier: GPL-3.0-or-later
"""Substitutes: one for each value, of the same kind and form."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.pseudonyms import (
    Pseudonyms,
    stays,
)
from unit.rows import each_row


@given(st.lists(st.ip_addresses(), min_size=1, max_size=20))
def test_addresses_keep_their_family_and_their_subnets(
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address],
) -> None:
    pseudonyms = Pseudonyms()
    made = {each: pseudonyms.address(str(each)) for each in found}
    for each, text in made.items():
        assert text is not None
        substitute = ipaddress.ip_address(text)
        assert substitute.version == each.version
        assert substitute.is_link_local == each.is_link_local
        assert pseudonyms.address(str(each)) == text
        if not stays(each) and not each.is_link_local and each not in _OWN[each.version]:
            assert substitute != each
    assert len(set(made.values())) == len(made)


_OWN = {4: ipaddress.ip_network("198.18.0.0/15"), 6: ipaddress.ip_network("2001:db8::/32")}


@each_row(
    "text",
    ["0.0.0.0", "127.0.0.1", "127.4.5.6", "::", "::1", "255.255.255.255", "255.255.254.0",
     "224.0.0.251", "239.255.255.250", "ff02::1", "ff02::fb", "fe80::"],
)  # fmt: skip
def test_what_is_no_hosts_own_stays(text: str) -> None:
    assert Pseudonyms().address(text) == text


def test_hosts_of_a_subnet_stay_together() -> None:
    pseudonyms = Pseudonyms()
    made = [pseudonyms.address(text) for text in ("10.1.2.3", "10.1.2.99", "10.1.3.3", "10.1.2.0")]
    assert made == ["198.18.0.1", "198.18.0.2", "198.18.1.1", "198.18.0.0"]
    assert pseudonyms.address("::ffff:10.1.2.3") == "::ffff:198.18.0.1"
    assert pseudonyms.address("2a01:4f8::7") == "2001:db8:0:1::1"
    assert pseudonyms.address("no address") is None


def test_identifiers_keep_their_form() -> None:
    pseudonyms = Pseudonyms()
    guid = "4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B"
    assert pseudonyms.guid(guid) == "00000000-0000-4000-8000-000000000001"
    assert pseudonyms.guid(guid.lower()) == pseudonyms.guid(guid).lower()
    assert pseudonyms.guid("0" * 8 + "-0000-0000-0000-" + "0" * 12).strip("0-") == ""
    account = "S-1-5-21-1004336348-1177238915-682003330-1001"
    assert pseudonyms.sid(account).count("-") == account.count("-")
    assert pseudonyms.sid(account)[:8] == "S-1-5-21"
    administrator = pseudonyms.sid("S-1-5-21-1004336348-1177238915-682003330-500")
    assert administrator.endswith("-500")
    assert pseudonyms.sid("S-1-5-32-544") == "S-1-5-32-544"
    assert pseudonyms.mac("00-15-5D-01-02-03") == "02-00-00-00-00-01"


def test_names_count_up_by_kind_whatever_their_letter_case() -> None:
    pseudonyms = Pseudonyms()
    names = [("user", "Tanaka"), ("user", "sato"), ("host", "PC1"), ("user", "TANAKA")]
    assert [pseudonyms.name(*each) for each in names] == ["user1", "user2", "host1", "user1"]
