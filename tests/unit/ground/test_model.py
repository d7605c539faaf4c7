# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as Windows writes them."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    PortRange,
    Protocol,
    Scope,
    parse_address,
)
from unit.rows import each_row


@each_row(
    ("text", "family", "zone", "scope"),
    [
        ("0.0.0.0", "ipv4", None, Scope.ALL),
        ("::", "ipv6", None, Scope.ALL),
        ("127.0.0.1", "ipv4", None, Scope.LOOPBACK),
        ("127.8.0.1", "ipv4", None, Scope.LOOPBACK),
        ("::1", "ipv6", None, Scope.LOOPBACK),
        ("192.168.0.7", "ipv4", None, Scope.SPECIFIC),
        ("169.254.3.4", "ipv4", None, Scope.LINK_LOCAL),
        ("fe80::1c9a:bff:fe00:1%12", "ipv6", "12", Scope.LINK_LOCAL),
        ("2001:db8::5", "ipv6", None, Scope.SPECIFIC),
        ("::ffff:127.0.0.1", "ipv6", None, Scope.LOOPBACK),
        ("::ffff:192.0.2.1", "ipv6", None, Scope.SPECIFIC),
    ],
)
def test_address_is_taken_apart(text: str, family: str, zone: str | None, scope: Scope) -> None:
    address = parse_address(text)
    assert (address.family, address.zone, address.scope) == (family, zone, scope)
    assert str(address) == text


@each_row("text", ["", "*", "localhost", "10.0.0", "1.2.3.4:80"])
def test_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        parse_address(text)


def test_port_range_holds_its_ends() -> None:
    reserved = PortRange(Protocol.TCP, "ipv4", 50000, 50059)
    assert 50000 in reserved
    assert 50059 in reserved
    assert 49999 not in reserved
    assert 50060 not in reserved
