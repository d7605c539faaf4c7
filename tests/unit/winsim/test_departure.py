# SPDX-License-Identifier: GPL-3.0-or-later
"""By which way a machine sends, and from which address."""

from __future__ import annotations

from typing import Any

from unit.rows import each_row
from winsim.departure import Departure, depart
from winsim.images import load

LAN = {"ipv4": "10.20.1.7", "ipv6_link_local": "fe80::7%5", "gateways!": ["10.20.1.1", "fe80::1%5"]}
GLOBAL = [
    {"address": "2001:db8:1::7/64"},
    {"address": "2001:db8:1::a:b/128", "temporary": True},
    {"address": "2001:db8:1::d/128", "state": "deprecated"},
]
VPN = {
    "profiles": [{"name": "v", "interface": "VPN", "index": 23, "category": "domain", "type": 23}],
    "addresses": [{"address": "10.8.0.2/32", "index": 23}],
}


def way(target: str, **network: Any) -> Departure | None:
    return depart(load("server2022").varied({"network": {**LAN, **network}}).boot().network, target)


@each_row(
    ("network", "target", "departure"),
    [
        # On the link, by the router, to the machine itself.
        ({}, "10.20.1.9", ("10.20.1.7", 5, "0.0.0.0")),
        ({}, "10.20.2.5", ("10.20.1.7", 5, "10.20.1.1")),
        ({}, "10.20.1.7", ("10.20.1.7", 1, "10.20.1.7")),
        ({}, "127.0.0.1", ("127.0.0.1", 1, "127.0.0.1")),
        # Without a router only the link is left.
        ({"gateways!": []}, "10.20.2.5", None),
        ({"gateways!": []}, "10.20.1.9", ("10.20.1.7", 5, "0.0.0.0")),
        # A link-local address of IPv6 by its zone; a global one needs a global source.
        ({}, "fe80::9%5", ("fe80::7%5", 5, "::")),
        ({}, "fe80::9%6", None),
        ({"addresses": GLOBAL}, "2001:db8:2::5", ("2001:db8:1::a:b", 5, "fe80::1%5")),
        ({"addresses": GLOBAL[:1]}, "2001:db8:1::9", ("2001:db8:1::7", 5, "::")),
        ({"addresses": GLOBAL[::2]}, "2001:db8:2::5", ("2001:db8:1::7", 5, "fe80::1%5")),
        ({"addresses": GLOBAL[2:]}, "2001:db8:2::5", ("2001:db8:1::d", 5, "fe80::1%5")),
        # The longest prefix, whatever the metrics.
        (
            VPN
            | {"routes": [{"to": "10.20.2.0/24", "via": "10.8.0.1", "index": 23, "metric": 900}]},
            "10.20.2.5",
            ("10.8.0.2", 23, "10.8.0.1"),
        ),
        # Of equally long ones, the smallest sum of metrics.
        (
            VPN | {"routes": [{"to": "0.0.0.0/0", "via": "10.8.0.1", "index": 23, "metric": 0}]},
            "10.20.2.5",
            ("10.20.1.7", 5, "10.20.1.1"),
        ),
        (
            VPN
            | {
                "routes": [{"to": "0.0.0.0/0", "via": "10.8.0.1", "index": 23, "metric": 0}],
                "metrics": {"23": 1},
            },
            "10.20.2.5",
            ("10.8.0.2", 23, "10.8.0.1"),
        ),
        # Only for the next start.
        (
            {"routes": [{"to": "10.20.2.0/24", "via": "10.20.1.3", "active": False}]},
            "10.20.2.5",
            ("10.20.1.7", 5, "10.20.1.1"),
        ),
        # No source: the only address is a duplicate, or no connection may start from it.
        ({"ipv4_state": "duplicate"}, "10.20.2.5", None),
        ({"ipv4_state": "tentative"}, "10.20.1.9", None),
        (
            {"ipv4!": "", "addresses": [{"address": "10.20.1.8/24", "skip_as_source": True}]},
            "10.20.1.9",
            None,
        ),
        # The address in the subnet of the router, not the first one.
        (
            {"gateways!": ["10.30.1.1"], "addresses": [{"address": "10.30.1.8/24"}]},
            "10.20.2.5",
            ("10.30.1.8", 5, "10.30.1.1"),
        ),
    ],
)
def test_a_way(
    network: dict[str, Any], target: str, departure: tuple[str, int, str] | None
) -> None:
    assert way(target, **network) == (Departure(*departure) if departure else None)
