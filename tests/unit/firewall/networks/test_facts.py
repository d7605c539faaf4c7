# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces as facts: everything that has the same index is in one place."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.facts import (
    interfaces,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Adapter,
    OwnAddress,
    Route,
    Snapshot,
    parse_address,
)

SNAPSHOT = Snapshot(
    addresses=(
        OwnAddress(parse_address("fe80::5%12"), 64, 12, "Ethernet"),
        OwnAddress(parse_address("10.8.0.2"), None, 20, "VPN", usable=False),
    ),
    adapters=(Adapter(7, None, "Wi-Fi", 71, 9, False), Adapter(12, "{1}", "Ethernet", 6, 0, True)),
    routes=(Route("::/0", 12, "fe80::1", 0), Route("10.8.0.0/24", 20)),
)
NOTHING = {"type": None, "virtual": None, "network": None, "profile": None, "routes": []}


def test_all_that_has_an_index_is_an_interface() -> None:
    office = Network(Profile.DOMAIN, name="Office", alias="Ethernet", interface=12)
    assert interfaces(SNAPSHOT, [office, Network(Profile.PUBLIC)]) == [
        NOTHING | {"index": 7, "adapter": "Wi-Fi", "type": "wireless", "virtual": False,
                   "addresses": []},
        NOTHING | {
            "index": 12,
            "adapter": "Ethernet",
            "virtual": True,
            "network": "Office",
            "profile": "domain",
            "addresses": [{"address": "fe80::5%12", "family": "ipv6", "scope": "link_local",
                           "prefix": 64, "usable": True}],
            "routes": [{"destination": "::/0", "next_hop": "fe80::1", "metric": 0}],
        },
        NOTHING | {
            "index": 20,
            "adapter": "VPN",
            "addresses": [{"address": "10.8.0.2", "family": "ipv4", "scope": "specific",
                           "prefix": None, "usable": False}],
            "routes": [{"destination": "10.8.0.0/24", "next_hop": None, "metric": None}],
        },
    ]  # fmt: skip


def test_a_host_that_tells_nothing_has_none() -> None:
    assert interfaces(Snapshot(), []) == []
