# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall_info through Ansible itself, on simulated PCs with rules and settings of all sorts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from integration import runs
from integration.asking import Asked, ask
from loopback import Network
from unit.japanese import english_in
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration
NETWORK = Network()
# One shell with its command line and output, three queries.
MAX_REQUESTS = 10
GERMAN = "Remotedesktop - Benutzermodus (TCP eingehend)"
DESKTOP = (
    "v2.33|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|"
    "Name=@FirewallAPI.dll,-28775|EmbedCtxt=@FirewallAPI.dll,-28752|"
)
RULE = "{B1D6C0F4-52E7-4A39-8F16-0C9E7A2B4D83}"

ASKED: dict[str, list[dict[str, Any]]] = {
    "gpo-locked": [
        {"ports": [80, 3389, 8080], "direction": "in", "protocol": "tcp"},
        {"stores": "group_policy"},
        {"name": "apache (*", "language": "ja"},
    ],
    "third-party-firewall": [
        {"ports": [5985, 5353], "direction": "in", "enabled": True, "stores": "local"},
        {"rule_id": "no such rule"},
    ],
    "policies": [{"enabled": True, "name": ["Web", "Spiel", "No *"]}],
    "no-network": [{"ports": 5985, "enabled": True, "direction": "in", "stores": "local"}],
    "win2008r2": [{"group": "Nobody's group"}],
    "win11-de": [{"name": GERMAN}],
    "win11-ja": [{}, {"ports": 5985, "stores": "local", "enabled": True}],
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in ASKED}
    firewall = machines["win11-de"].firewall
    assert firewall is not None
    firewall.set_rule("RemoteDesktop-UserMode-In-TCP", DESKTOP)
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
    local_rules = "allow_local_firewall_rules"
    assert (domain["active"], domain["effective"][local_rules]) == (True, False)
    assert domain["origins"][local_rules] == "group_policy"
    assert result["active_profiles"] == ["domain"]
    assert {each["store"] for each in found["gpo-locked"][1]["rules"]} == {"group_policy"}
    assert len(found["gpo-locked"][1]["rules"]) == found["gpo-locked"][1]["read"]["group_policy"]


def test_another_firewall_is_in_charge(found: Asked) -> None:
    result, nothing = found["third-party-firewall"]
    judged = [each for each in result["rules"] if each["status"] != "other_profile"]
    assert {each["status"] for each in judged} == {"other_firewall"}
    assert [each["in_charge"] for each in result["products"]] == [True]
    name = result["products"][0]["name"]
    assert all(name in each["reason"] for each in judged)
    assert (nothing["rules"], nothing["msg"].startswith("None of the ")) == ([], True)


def test_what_overrides_a_rule_is_named(found: Asked) -> None:
    (result,) = found["policies"]
    by_name = {each["name"]: each for each in result["rules"]}
    # An exception of the old administrative templates.
    assert (by_name["Web"]["store"], by_name["Web"]["rule"]["ports"]) == ("group_policy", ["4001"])
    assert by_name["Spiel"]["counts"] is None
    assert [each["name"] for each in by_name["Spiel"]["decided_by"]] == ["No games"]
    assert by_name["No games"]["status"] == "counts"


def test_names_that_only_the_host_knows(found: Asked) -> None:
    (result,) = found["win11-de"]
    assert [each["rule_id"] for each in result["rules"]] == ["RemoteDesktop-UserMode-In-TCP"]
    (old,) = found["win2008r2"]
    # It has no class that could tell.
    assert old["rules"] == []
    assert any("did not tell the names" in each for each in old["warnings"])


def test_without_a_network_it_is_uncertain_which_profile_counts(found: Asked) -> None:
    (result,) = found["no-network"]
    assert {each["status"] for each in result["rules"]} == {"depends"}
    assert {each["active"] for each in result["profiles"].values()} == {None}


def test_every_rule_of_every_store(found: Asked) -> None:
    result, winrm = found["win11-ja"]
    assert len(result["rules"]) == sum(result["read"].values()) > 1_000
    assert {each["store"] for each in result["rules"]} == {
        *("local", "static_service", "configurable_service", "app_isolation"),
    }
    assert {each["rule_id"]: each["status"] for each in winrm["rules"]} == {
        "WINRM-HTTP-In-TCP": "counts",
        "WINRM-HTTP-In-TCP-NoScope": "other_profile",
    }


@pytest.mark.plain("counts requests")
def test_requests_for_all_rules(found: Asked) -> None:
    """One shell, whose output takes as many answers as the host cuts it into, and three queries."""
    sent = [each.action for each in found.requests if each.host == "win11-ja" and each.action]
    first = sent[: sent.index("Delete") + 1]
    assert first.count("Enumerate") == 3
    assert len(first) <= MAX_REQUESTS, first


def test_it_speaks_japanese_to_the_last_word(found: Asked) -> None:
    result = found["gpo-locked"][2]
    assert [each["name"] for each in result["rules"]] == ["Apache (TCP 80)"]
    assert english_in(result["rules"][0]["reason"].partition("(")[0]) == ""
    assert english_in(result["msg"]) == ""


def test_a_copied_rule_is_the_same_elsewhere(tmp_path: Path) -> None:
    """What `rule` has of a rule is what port_firewall takes."""
    machines = [load(name).boot(name, NETWORK.next()) for name in ("gpo-locked", "server2022")]
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(tmp_path / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        listing = {"rule_id": RULE, "stores": "local"}
        rules = "{{ [hostvars['gpo-locked'].found.rules[0].rule] }}"
        plays = [
            {"hosts": "gpo-locked", "gather_facts": False, "tasks": [
                {"portkeeper.windows.port_firewall_info": listing, "register": "found"}]},
            {"hosts": "server2022", "gather_facts": False, "tasks": [
                {"portkeeper.windows.port_firewall": {"rules": rules}},
                {"portkeeper.windows.port_firewall_info": {"name": "Apache (TCP 80)"}}]},
        ]  # fmt: skip
        first, made, last = (each["result"] for each in runs.play(plays, tmp_path).results)
    assert made["status"] == "changed", made
    assert last["rules"][0]["rule"] == first["rules"][0]["rule"]
