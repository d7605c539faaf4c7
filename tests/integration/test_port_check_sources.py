# SPDX-License-Identifier: GPL-3.0-or-later
"""port_check from other places than the controller: what the rules say, and that nothing is sent there.
One run asks several PCs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from integration import runs
from integration.asking import Asked, ask
from integration.runs import ad_hoc
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory as inventory_of
from winsim.inventory import write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration
NETWORK = Network()

NEAR, OTHER, FAR = "10.20.30.0/24", "192.168.199.7", "172.31.0.0/16"
ASKED: dict[str, list[dict[str, Any]]] = {
    # A private network, and a public one of virtual machines.
    "server-core": [
        {"ports": "8097,8099", "from": [NEAR, OTHER, FAR, "192.168.0.0/16"], "timeout": 1},
        {"ports": 8098, "from": "10.20.0.0/16", "from_controller": False, "language": "ja"},
        {"ports": 8102, "from": OTHER, "from_controller": False},
    ],
    "ipv6-only": [{"ports": 3007, "from": ["2001:db8::/32", "10.0.0.7"], "from_controller": False}],
    "third-party-firewall": [{"ports": 445, "from": "10.0.0.0/8", "timeout": 1}],
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in ASKED}
    tasks = {name: [{"port_check": each} for each in several] for name, several in ASKED.items()}
    return ask(list(machines.values()), tasks, tmp_path_factory.mktemp("sources"))


def states(result: dict[str, Any]) -> dict[int, dict[str, tuple[str, list[str]]]]:
    """State and causes by port and source."""
    return {
        port["port"]: {
            each["source"]: (each["state"], [cause["kind"] for cause in each["causes"]])
            for each in port["sources"]
        }
        for port in result["ports"]
    }


def test_the_network_by_which_traffic_comes_decides(found: Asked) -> None:
    tried = found["server-core"][0]
    assert tried["verdicts"] == {"8097/tcp": "reachable", "8099/tcp": "blocked"}
    assert states(tried) == {
        # The rule is for the private network.
        8097: {
            NEAR: ("allowed", []),
            OTHER: ("blocked", ["rule_for_other_profile"]),
            # Only the private network has a way back.
            FAR: ("allowed", []),
            "192.168.0.0/16": ("partly", ["rule_for_other_profile"]),
        },
        # It is for a part of 192.168.0.0/16.
        8099: {
            NEAR: ("blocked", ["rule_for_other_remote"]),
            OTHER: ("allowed", []),
            FAR: ("blocked", ["rule_for_other_remote"]),
            "192.168.0.0/16": ("partly", ["rule_for_other_remote"]),
        },
    }
    parts = tried["ports"][1]["sources"][3]
    assert (parts["allowed"], parts["uncertain"]) == (["192.168.199.0/24"], [])
    assert parts["blocked"] == ["192.168.0.0-192.168.198.255", "192.168.200.0-192.168.255.255"]
    lines = tried["msg"].splitlines()
    assert len(lines) == 10
    assert lines[1] == (
        f"From {NEAR}: the firewall's rules let traffic in at TCP 8097; nothing was tried from "
        "there."
    )


def test_the_subnet_of_the_pc_and_the_address_of_another_network(found: Asked) -> None:
    _tried, near, inner = found["server-core"]
    (answer,) = near["ports"][0]["sources"]
    assert answer["allowed"] == [NEAR]
    assert (
        "10.20.0.0/16 から (ファイアウォールが許可するのは 10.20.30.0/24 だけです)" in near["msg"]
    )
    assert states(inner) == {8102: {OTHER: ("blocked", ["rule_for_other_profile"])}}


@pytest.mark.plain("counts requests")
def test_routes_are_read_where_they_tell_more(found: Asked) -> None:
    asked = [each.host for each in found.requests if each.class_name == "MSFT_NetRoute"]
    # The third task asks about an address in the subnet of one of the networks.
    assert asked == ["server-core"] * 2


def test_families_and_other_firewalls(found: Asked) -> None:
    (ipv6,) = found["ipv6-only"]
    assert states(ipv6)[3007]["10.0.0.7"][0] == "no_address"
    assert ipv6["ports"][0]["sources"][1]["msg"].startswith(
        "From 10.0.0.7: the PC has no IPv4 address on its networks"
    )
    (overruled,) = found["third-party-firewall"]
    assert states(overruled)[445]["10.0.0.0/8"] == ("overruled", ["third_party_firewall"])


# ------------------------------------------------------------------ what a person does with it

OPEN_FOR = "10.99.0.0/16"


def mended(machine: Machine, folder: Path, **options: Any) -> Sequence[dict[str, Any]]:
    """The results of a check, of its first remedy, and of the same check."""
    check = {"portkeeper.windows.port_check": options, "register": "check"}
    remedy = "check.ports[0].sources[0].remedies[0].task['portkeeper.windows.port_firewall']"
    tasks = [
        check,
        {"portkeeper.windows.port_firewall": f"{{{{ {remedy} }}}}"},
        check,
    ]
    with Hosts([machine], access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory_of(list(hosts), "basic", "winrm"))
        play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
        return [each["result"] for each in runs.play([play], folder).results]


def test_the_remedy_opens_the_port_for_the_source_and_nobody_else(tmp_path: Path) -> None:
    machine = load("server-core").boot("pc", NETWORK.next())
    options = {
        "ports": 8101,
        "from": [OPEN_FOR, "10.98.0.0/16"],
        "from_controller": False,
    }
    before, opened, after = mended(machine, tmp_path, **options)
    assert [each[0] for each in states(before)[8101].values()] == ["blocked"] * 2
    assert opened["changed"] is True
    assert opened["rules"][0]["rule"]["remote_addresses"] == [OPEN_FOR]
    assert [each[0] for each in states(after)[8101].values()] == ["allowed", "blocked"]


@pytest.mark.every_core
def test_from_the_command_line(inventory: Path, tmp_path: Path) -> None:
    arguments = {"ports": 8080, "from": "10.0.0.0/8,192.0.2.7", "expect": "reachable"}
    output = ad_hoc(inventory, "port_check", arguments, tmp_path, hosts="win-1")
    assert output.code == 0, output.text
    (result,) = output.results.values()
    assert [each["source"] for each in result["ports"][0]["sources"]] == [
        "10.0.0.0/8",
        "192.0.2.7",
    ]
    assert "FROM" in output.text
    closed = ad_hoc(inventory, "port_check", arguments | {"ports": 80}, tmp_path, hosts="win-1")
    (result,) = closed.results.values()
    assert (closed.code, result["status"]) == (2, "failed")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"from": "127.0.0.1"},
            "from: '127.0.0.1' is how a PC calls itself, and no address of another one.",
        ),
        ({"from": "pc-7.example"}, "from: 'pc-7.example' is not an address, subnet or range."),
        ({"from": "10.0.0.7", "expect": "free"}, "from: it can't be combined with expect: free"),
        ({"drops": True, "expect": "free"}, "drops: it can't be combined with expect: free"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(
    inventory: Path, log: Path, tmp_path: Path, given: dict[str, Any], problem: str
) -> None:
    before = len(runs.requests(log))
    arguments = {"ports": 80} | given
    output = ad_hoc(inventory, "port_check", arguments, tmp_path, hosts="win-1")
    (result,) = output.results.values()
    assert problem in result["msg"]
    assert len(runs.requests(log)) == before
