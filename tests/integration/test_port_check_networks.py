# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks, addresses and adapters of PCs as they are: what port_check makes of them, and what
port_facts tells of them. One run asks all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from integration.asking import Asked, ask
from loopback import Network
from winsim.images import load
from winsim.state import Delivery

pytestmark = pytest.mark.integration
NETWORK = Network()

ASKED: dict[str, list[dict[str, Any]]] = {
    "server-core": [
        {"ports": "8097-8102", "timeout": 1},
        {"ports": "8097-8102", "from_controller": False, "language": "ja"},
        {"ports": 8097, "protocols": ["udp"]},
    ],
    "server2016": [{"ports": 1433, "timeout": 1}],
    "tunnels": [{"ports": "8097-8100", "from_controller": False}],
    "ipv6-only": [{"ports": "3007,3008", "from_controller": False}],
}
GATHER = {"ports": 135, "gather": ["networks"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC; that of port_facts is the last."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in (*ASKED, "win2008r2")}
    machines["server2016"].deliver(1433, Delivery.DROP)
    tasks = {
        name: [*({"port_check": each} for each in ASKED.get(name, ())), {"port_facts": GATHER}]
        for name in machines
    }
    return ask(list(machines.values()), tasks, tmp_path_factory.mktemp("networks"))


def verdicts(result: Mapping[str, Any]) -> dict[int, tuple[str, list[str]]]:
    """Verdict and causes by port."""
    return {
        each["port"]: (each["verdict"], [cause["kind"] for cause in each["causes"]])
        for each in result["ports"]
    }


CORE = {
    8097: ("reachable", []),
    # The rule is for the local subnet, and the PC sees the controller there.
    8098: ("reachable", []),
    # It is for the subnet of the other network.
    8099: ("blocked", ["rule_for_other_remote"]),
    8100: ("reachable", []),
    8101: ("blocked", ["rule_for_other_interface"]),
    # The program listens at the address of the other network.
    8102: ("not_listening", ["other_address_only"]),
}


def test_the_network_by_which_the_controller_comes_decides(
    found: Asked,
) -> None:
    tried, untried, udp, _facts = found["server-core"]
    assert verdicts(tried) == CORE
    assert verdicts(untried) == CORE
    assert verdicts(udp) == {8097: ("reachable", [])}
    assert tried["networks"] == [
        {"name": "corp.example", "profile": "private", "controller": True},
        {"name": "Unidentified network", "profile": "public", "controller": False},
    ]
    first = tried["ports"][0]
    decided = [(each["network"], each["state"], each["decides"])
               for each in first["evidence"]["firewall"]]  # fmt: skip
    assert decided == [
        ("corp.example", "allowed", True),
        ("Unidentified network", "blocked", False),
    ]
    assert (
        "The controller comes by the private network 'corp.example', so that one decides."
        in (first["remarks"])
    )
    in_japanese = untried["ports"][0]["remarks"][0]
    assert "「corp.example」から接続しているため、このネットワークで判断しています" in in_japanese
    assert "192.168.199.1 only" in tried["ports"][-1]["msg"]


def test_a_team_beside_a_vpn_and_tunnels(found: Asked) -> None:
    """The team counts, whatever else has addresses. What kind of adapter it is to rules is unknown."""
    checked, _facts = found["tunnels"]
    assert verdicts(checked) == {
        8097: ("reachable", []),
        8098: ("unknown", ["condition_open"]),
        8099: ("unknown", ["condition_open"]),
        8100: ("reachable", []),
    }
    assert [(each["name"], each["controller"]) for each in checked["networks"]] == [
        ("社内", True), ("VPN", False),
    ]  # fmt: skip
    # From elsewhere, the end of the VPN has no local subnet.
    near = {each["network"]: each["state"] for each in checked["ports"][0]["evidence"]["firewall"]}
    assert near == {"社内": "allowed", "VPN": "conditional"}


def test_a_translated_address_is_not_a_wrong_one(
    found: Asked,
) -> None:
    result = found["server2016"][0]
    assert verdicts(result) == {1433: ("unreachable_from_controller", ["no_answer"])}
    assert "cloud security group" in result["msg"]
    # Windows lists no network for the adapter; the rule is for all profiles.
    assert result["networks"] == []
    assert {each["state"] for each in result["ports"][0]["evidence"]["firewall"]} == {"allowed"}


def test_a_pc_without_ipv4(found: Asked) -> None:
    checked, facts = found["ipv6-only"]
    assert verdicts(checked) == {3007: ("reachable", []), 3008: ("reachable", [])}
    (interface,) = (each for each in interfaces(facts) if each["index"] == 12)
    assert [(each["address"], each["prefix"]) for each in interface["addresses"]] == [
        ("2001:db8:11::23", 64),
        ("2001:db8:11::d:1", 128),
        ("2001:db8:11:0:b8d1:47a0:93fe:1c55", 128),
        ("fe80::5c1e:9a3b:44d2:7f10%12", 64),
    ]


def interfaces(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = result["ansible_facts"]["port_facts"]["interfaces"]
    return listed


def test_interfaces_as_facts(found: Asked) -> None:
    shown = {
        name: [(each["index"], each["adapter"], each["type"], each["network"], each["profile"])
               for each in interfaces(results[-1])]
        for name, results in found.results.items()
    }  # fmt: skip
    loopback = (1, "Loopback Pseudo-Interface 1", None, None, None)
    assert shown == {
        "server-core": [
            loopback,
            (5, "Ethernet0", "lan", "corp.example", "private"),
            (20, "VMware Network Adapter VMnet1", None, "Unidentified network", "public"),
        ],
        "server2016": [loopback, (5, "Ethernet 2", "lan", None, None)],
        "ipv6-only": [
            loopback,
            (7, "Wi-Fi", "wireless", None, None),
            (12, "イーサネット", "lan", "v6.example", "private"),
        ],
        "tunnels": [
            loopback,
            (7, "Wi-Fi", "wireless", None, None),
            (9, "Teredo Tunneling Pseudo-Interface", None, None, None),
            (10, "isatap.{1C2D3E4F-0000-4000-8000-000000000021}", None, None, None),
            (21, "Team1", None, "社内", "private"),
            (22, "イーサネット 2", "lan", None, None),
            (23, "イーサネット 3", "lan", None, None),
            (30, "本社", "remote_access", "VPN", "public"),
        ],
        # Windows before version 8 has no class for the rest.
        "win2008r2": [(11, None, None, None, None)],
    }
    (old,) = interfaces(found["win2008r2"][-1])
    assert [each["address"] for each in old["addresses"]][:1] == ["10.20.30.90"]
    assert len(found["win2008r2"][-1]["warnings"]) == 3
    core = interfaces(found["server-core"][-1])
    default = {"destination": "0.0.0.0/0", "next_hop": "10.20.30.1", "metric": 0}
    assert default in core[1]["routes"]
