# SPDX-License-Identifier: GPL-3.0-or-later
"""Remedies that fit the place: a member of a domain that Windows has not found, products of other makers
that have expired or that only their services show, and a PC without a network. One run asks all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts
from winsim.state import Delivery

pytestmark = pytest.mark.integration
NETWORK = Network()

PC = {"timeout": 1}
UNTRIED = {"from_controller": False, "language": "ja"}
RULE = {"name": "App 8097", "ports": 8097, "profiles": ["private", "domain"]}
ASKED: dict[str, list[dict[str, dict[str, Any]]]] = {
    "lost-domain": [
        {"port_check": {"ports": "8097,8098"} | PC},
        {"port_check": {"ports": 8098} | UNTRIED},
    ],
    "expired-firewall": [
        {"port_check": {"ports": 80} | PC},
        {"port_check": {"ports": 80} | UNTRIED},
    ],
    "no-network": [{"port_check": {"ports": 8097} | PC}, {"port_firewall": RULE}],
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[dict[str, Any]]]:
    """The results of all tasks by PC."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in ASKED}
    machines["lost-domain"].deliver(8098, Delivery.DROP)
    machines["expired-firewall"].deliver(80, Delivery.DROP)
    folder = tmp_path_factory.mktemp("places")
    with Hosts(list(machines.values()), access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        plays = [
            {
                "hosts": name,
                "gather_facts": False,
                "tasks": [
                    {f"portkeeper.windows.{module}": options}
                    for task in tasks
                    for module, options in task.items()
                ],
            }
            for name, tasks in ASKED.items()
        ]
        played = runs.play(plays, folder)
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in machines}
    for each in played.results:
        assert each["result"]["status"] == "ok", each
        results[each["host"]].append(each["result"])
    return results


def test_a_member_of_a_domain_on_a_public_network(
    found: Mapping[str, list[dict[str, Any]]],
) -> None:
    hidden, _other = found["lost-domain"][0]["ports"]
    assert hidden["verdict"] == "hidden_by_profile"
    first, second, *_others = hidden["remedies"]
    assert first["yaml"] is None
    assert first["text"].startswith("The PC seems to be a member of a domain, where TCP 8097 is")
    assert "Restart-Service NlaSvc -Force" in hidden["msg"]
    # It may be opened all the same, on purpose.
    assert second["text"].startswith("Or, only if everybody on that network may connect: open it")
    assert "profiles: [domain, public]" in second["yaml"]


def test_a_security_product_that_only_its_service_shows(
    found: Mapping[str, list[dict[str, Any]]],
) -> None:
    tried, untried = found["lost-domain"]
    silent = tried["ports"][1]
    assert (silent["verdict"], [each["kind"] for each in silent["causes"]]) == (
        "unreachable_from_controller",
        ["no_answer"],
    )
    assert "on the PC there is McAfee/Trellix Firewall, which may block it" in silent["msg"]
    (port,) = untried["ports"]
    assert port["verdict"] == "reachable"
    assert any("McAfee/Trellix Firewall が" in each for each in port["remarks"])


def test_a_firewall_that_has_expired(found: Mapping[str, list[dict[str, Any]]]) -> None:
    for result, renew in zip(
        found["expired-firewall"],
        ("Renew the subscription of Example Total Security Firewall, or", "契約を更新するか"),
        strict=True,
    ):
        (port,) = result["ports"]
        (remedy,) = port["remedies"]
        assert port["verdict"] == "third_party_firewall"
        assert renew in remedy["text"]
        assert "Example Old Firewall" not in port["msg"]


def test_without_a_network_both_modules_say_that(
    found: Mapping[str, list[dict[str, Any]]],
) -> None:
    checked, made = found["no-network"]
    (port,) = checked["ports"]
    assert port["causes"][0]["kind"] == "network_unidentified"
    assert "Windows lists no network for the adapter" in port["msg"]
    (rule,) = made["rules"]
    assert (made["changed"], made["effective"], rule["effective"]) == (False, None, None)
    assert "Windows reports no network of the host" in rule["reason"]
