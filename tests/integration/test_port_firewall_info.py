# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall_info through Ansible itself, on simulated PCs with rules and settings of all sorts."""

from __future__ import annotations

from typing import Any

import pytest

from integration.asking import Asked, ask
from loopback import Network
from unit.japanese import english_in
from winsim.images import load

pytestmark = pytest.mark.integration
NETWORK = Network()

ASKED: dict[str, list[dict[str, Any]]] = {
    "gpo-locked": [
        {"ports": [80, 3389, 8080], "direction": "in", "protocol": "tcp"},
        {"stores": "group_policy"},
        {"name": "apache (*", "language": "ja"},
    ],
    "third-party-firewall": [{"ports": 445, "direction": "in", "enabled": True}],
    "policies": [{"stores": "group_policy"}, {"action": "block", "enabled": True}],
    "no-network": [{"ports": 5985, "enabled": True, "direction": "in", "stores": "local"}],
    "win2008r2": [{"group": "Remote Desktop"}],
    "win11-de": [{"group": "Remotedesktop", "direction": "in"}],
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in ASKED}
    tasks = {
        name: [{"port_firewall_info": each} for each in several] for name, several in ASKED.items()
    }
    return ask(list(machines.values()), tasks, tmp_path_factory.mktemp("listed"))


def statuses(result: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(each["name"], each["store"], each["status"]) for each in result["rules"]}


def test_what_a_policy_makes_of_local_rules(found: Asked) -> None:
    result = found["gpo-locked"][0]
    assert {
        ("Apache (TCP 80)", "local", "void"),
        ("Java (TCP 8080)", "local", "void"),
        ("Remote Desktop - User Mode (TCP-In)", "group_policy", "counts"),
        ("Remote Desktop - User Mode (TCP-In)", "local", "disabled"),
    } <= statuses(result)
    domain = result["profiles"]["domain"]
    assert (domain["active"], domain["local_rules"]) == (True, False)
    assert domain["set_by"]["local_rules"] == "group_policy"
    assert result["active_profiles"] == ["domain"]
    assert {each["store"] for each in found["gpo-locked"][1]["rules"]} == {"group_policy"}
    assert len(found["gpo-locked"][1]["rules"]) == found["gpo-locked"][1]["read"]["group_policy"]


def test_it_speaks_japanese_to_the_last_word(found: Asked) -> None:
    result = found["gpo-locked"][2]
    assert [each["name"] for each in result["rules"]] == ["Apache (TCP 80)"]
    assert english_in(result["rules"][0]["reason"].partition("(")[0]) == ""
    assert english_in(result["msg"]) == ""
