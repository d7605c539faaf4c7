# SPDX-License-Identifier: GPL-3.0-or-later
"""Remedies that fit the place: a member of a domain that Windows has not found, products of other makers
that have expired or that only their services show, and a PC without a network. One run asks all."""

from __future__ import annotations

from typing import Any

import pytest

from integration.asking import Asked, ask
from loopback import Network
from winsim.images import load
from winsim.state import Delivery

pytestmark = pytest.mark.integration
NETWORK = Network()

PC = {"timeout": 1}
UNTRIED = {"from_controller": False, "language": "ja"}
RULE = {"name": "App 8097", "ports": 8097, "profiles": ["private", "domain"]}
# With 8098, twenty ports.
MANY = "20,22,25,53,80,110,135,139,143,443,445,1433,3306,3389,5432,5985,8080,8443,8444"
MAX_REQUESTS = 16
ASKED: dict[str, list[dict[str, dict[str, Any]]]] = {
    "lost-domain": [
        {"port_check": {"ports": "8097,8098"} | PC},
        {"port_check": {"ports": 8098} | UNTRIED},
    ],
    "filtered-server": [{"port_check": {"ports": f"8098,{MANY}"} | PC}],
    "expired-firewall": [
        {"port_check": {"ports": 80} | PC},
        {"port_check": {"ports": 80} | UNTRIED},
    ],
    "no-network": [{"port_check": {"ports": 8097} | PC}, {"port_firewall": RULE}],
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC."""
    machines = {name: load(name).boot(name, NETWORK.next()) for name in ASKED}
    machines["lost-domain"].deliver(8098, Delivery.DROP)
    machines["filtered-server"].deliver(8098, Delivery.DROP)
    machines["expired-firewall"].deliver(80, Delivery.DROP)
    return ask(list(machines.values()), ASKED, tmp_path_factory.mktemp("places"))


def test_a_member_of_a_domain_on_a_public_network(
    found: Asked,
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
    found: Asked,
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
    told = "ただし、PC にある McAfee/Trellix Firewall が、Windows とは別にブロックする可能性があります。"
    assert port["msg"].endswith(told)


@pytest.mark.plain("counts requests")
def test_a_security_product_on_a_server_that_its_drivers_show(found: Asked) -> None:
    (tried,) = found["filtered-server"]
    (silent,) = [each for each in tried["ports"] if each["port"] == 8098]
    assert [each["kind"] for each in silent["causes"]] == ["no_answer"]
    # The driver of the other product does not run.
    assert "on the PC there is Kaspersky, which may block it" in silent["msg"]
    assert "check the settings and the log of Kaspersky first" in silent["msg"]
    assert len(tried["ports"]) == 20
    sent = [each for each in found.requests if each.host == "filtered-server" and each.action]
    assert len(sent) <= MAX_REQUESTS, [each.action for each in sent]
    assert [each.class_name for each in sent].count("Win32_SystemDriver") == 1


def test_a_firewall_that_has_expired(found: Asked) -> None:
    for result, renew, expired in zip(
        found["expired-firewall"],
        ("Renew the subscription of Example Total Security Firewall, or", "契約を更新するか"),
        ("which says that it has expired", "期限切れの状態ですが"),
        strict=True,
    ):
        (port,) = result["ports"]
        (remedy,) = port["remedies"]
        assert port["verdict"] == "third_party_firewall"
        assert renew in remedy["text"]
        assert "Example Old Firewall" not in port["msg"]
        (network,) = port["evidence"]["firewall"]
        assert network["state"] == "overruled"
        assert expired in network["text"]


def test_without_a_network_both_modules_say_that(
    found: Asked,
) -> None:
    checked, made = found["no-network"]
    (port,) = checked["ports"]
    assert port["causes"][0]["kind"] == "network_unidentified"
    assert "Windows lists no network for the adapter" in port["msg"]
    (rule,) = made["rules"]
    assert (made["changed"], made["effective"], rule["effective"]) == (False, None, None)
    assert "Windows reports no network of the host" in rule["reason"]
