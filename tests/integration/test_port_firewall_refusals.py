# SPDX-License-Identifier: GPL-3.0-or-later
"""What port_firewall refuses, and what it tells of a host whose firewall can't be worked on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, asks, fleet, rules_put_back, settles
from winsim.images import Image, load
from winsim.machine import Machine

pytestmark = pytest.mark.integration

FACTS = "portkeeper.windows.port_facts"


def changed_image(name: str, **sections: Any) -> Image:
    """An image of which some sections have further keys."""
    found = load(name)
    document = dict(found.document)
    for section, keys in sections.items():
        document[section] = document.get(section, {}) | keys
    return Image(found.name, document)


def stopped(machine: Machine) -> Machine:
    """The machine with its firewall service stopped, as people who want no firewall leave it."""
    service = machine.service("MpsSvc")
    assert service is not None
    machine.put_service(replace(service, state="Stopped", process_id=0, start_mode="Disabled"))
    return machine


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    machines = [
        load("win11-ja").boot("pc", address(21)),
        changed_image("win11-ja", firewall={"broken_classes": True}).boot("broken", address(22)),
        stopped(load("win11-ja").boot("stopped", address(23))),
        load("win2008r2").boot("old", address(24)),
        changed_image("win11-ja", firewall={"read_only": True}).boot("readonly", address(25)),
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    """The PC that most tests share gets back the rules that it had."""
    with rules_put_back(pcs.firewall("pc")):
        yield


# ------------------------------------------------------------------ refused


WINRM_RULE = "WINRM-HTTP-In-TCP-NoScope"
ROUTES_TO_WINRM: list[dict[str, Any]] = [
    {"name": "Shut", "action": "block", "ports": 5985},
    {"name": "Shut", "action": "block", "ports": "5000-6000"},
    {"name": "Shut", "action": "block", "protocol": "tcp"},
    {"name": "Shut", "action": "block", "protocol": "any"},
    {"name": "Shut", "action": "block", "protocol": "any", "profiles": "public"},
    {"name": "Shut", "action": "block", "program": "System"},
    {"name": "Shut", "action": "block", "ports": 5985, "remote_addresses": "192.168.0.0/16"},
    {"rule_id": WINRM_RULE, "enabled": False},
    {"rule_id": WINRM_RULE, "state": "absent"},
    {"rule_id": WINRM_RULE, "action": "block"},
    {"rule_id": WINRM_RULE, "ports": 80},
    {"rule_id": WINRM_RULE, "remote_addresses": "10.0.0.0/8"},
    {"rule_id": WINRM_RULE, "profiles": "domain"},
    {"rule_id": WINRM_RULE, "program": r"C:\a.exe"},
    {"group": "@FirewallAPI.dll,-30267", "enabled": False},
    {"group": "@FirewallAPI.dll,-30267", "state": "absent"},
    {"rules": [{"name": "Web", "ports": 8081},
               {"name": "Shut", "action": "block", "ports": "5985,8080"}]},
]  # fmt: skip


def test_winrm_can_not_be_shut_by_any_route(pcs: Fleet) -> None:
    before = pcs.rules("pc")
    routes = [asks("failed", **each) for each in ROUTES_TO_WINRM]
    forced = [asks("changed", check=True, force=True, **each) for each in ROUTES_TO_WINRM]
    results = pcs.play("pc", routes + forced)
    for result in results[: len(routes)]:
        assert "could cut off this connection" in result["msg"], result
        assert "force" in result["msg"]
    assert pcs.rules("pc") == before
    pcs.play("pc", settles(rule_id=WINRM_RULE, group="WinRM"))


def test_a_block_rule_can_not_be_widened_over_winrm(pcs: Fleet) -> None:
    rule = {"name": "Shut", "action": "block", "ports": 47001, "protocol": "tcp"}
    pcs.play("pc", [asks("changed", **rule), asks("failed", name="Shut", ports="any"),
                    asks("changed", name="Shut", state="absent")])  # fmt: skip


def test_a_name_that_several_rules_have(pcs: Fleet) -> None:
    state = pcs.firewall("pc")
    text = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=81|Name=Twin|"
    for rule_id in ("{twin-1}", "{twin-2}"):
        state.set_rule(rule_id, text)
    before = pcs.rules("pc")
    results = pcs.play(
        "pc",
        [
            asks("failed", name="Twin", enabled=False),
            asks("failed", rules=[{"name": "New", "ports": 82}, {"name": "twin", "ports": 83}]),
        ],
    )
    for result in results:
        assert "2 rules are named" in result["msg"]
        assert "{twin-1}, {twin-2}" in result["msg"]
    assert pcs.rules("pc") == before
    tasks = [
        *settles(rule_id="{twin-2}", enabled=False),
        asks("changed", name="twin", state="absent"),
    ]
    gone = pcs.play("pc", tasks)[-1]
    assert [each["rule_id"] for each in gone["rules"]] == ["{twin-1}", "{twin-2}"]
    assert "pc: 2 rules are named 'twin'; all of them go." in gone["warnings"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "a|b", "ports": 80}, "| is not allowed"),
    ({"name": "ALL", "ports": 80}, "does not accept ALL"),
    ({"name": "n", "program": r"C:\App\*.exe"}, "wildcards are not allowed"),
    ({"name": "n", "program": "server.exe"}, "is not a full path"),
    ({"name": "n", "ports": 70000}, "70000"),
    ({"name": "n", "ports": "htpp"}, "http"),
    ({"name": "n", "ports": 80, "protocol": "gre"}, "only tcp and udp have ports"),
    ({"name": "n", "remote_addresses": "10.0.0.300"}, "10.0.0.300"),
    ({"name": "n", "profiles": "home"}, "'home' is not one of domain, private, public"),
    ({"name": "n", "action": "bypass"}, "IPsec"),
    ({"name": "n", "rule_id": ""}, "an id is needed"),
    ({"ports": 80}, "a name or a rule_id is needed"),
    ({"rules": [{"name": "n", "ports": 80}, {"name": "n", "port": 81}]}, "entry 2"),
    ({"rules": [{"ports": 80}], "group": "g"}, "a name, a rule_id or a group is needed"),
    ({"rules": []}, "the list is empty"),
    ({"name": "n", "rules": [{"name": "m"}]}, "give it in each of them"),
]


def test_what_windows_would_not_take_is_refused_before_anything_is_sent(pcs: Fleet) -> None:
    pcs.hosts.log.clear()
    results = pcs.play("pc", [asks("failed", **arguments) for arguments, _unused in REFUSED])
    for (arguments, words), result in zip(REFUSED, results, strict=True):
        assert words in result["msg"], arguments
    assert pcs.hosts.log.entries() == []


def test_a_description_that_windows_does_not_let_go(pcs: Fleet) -> None:
    (refused,) = pcs.play("pc", [asks("failed", rule_id=WINRM_RULE, description="WinRM")])
    assert "does not allow it to be overwritten" in refused["msg"]


@pytest.mark.every_core
def test_a_new_rule_that_would_open_everything(pcs: Fleet) -> None:
    refused, made = pcs.play(
        "pc",
        [asks("failed", name="Oops"), asks("changed", check=True, name="Oops", protocol="any")],
    )
    assert "would open everything" in refused["msg"]
    assert made["effective"] is True


def test_ports_without_a_protocol_are_those_of_tcp_or_of_what_the_rule_has(pcs: Fleet) -> None:
    made = pcs.play(
        "pc",
        [
            asks("changed", name="P", ports=99),
            asks("changed", name="P", protocol="udp"),
            asks("changed", name="P", ports=100),
            asks("changed", name="P", state="absent"),
        ],
    )
    assert [each["rules"][0]["rule"]["protocol"] for each in made[:3]] == ["tcp", "udp", "udp"]


# ------------------------------------------------------------------ hosts that can't be worked on


def test_broken_classes_are_told_how_to_mend(pcs: Fleet) -> None:
    before = pcs.rules("broken")
    results = pcs.play(
        "broken",
        [
            asks("failed", name="Web", ports=80),
            asks("failed", rule_id="RemoteDesktop-UserMode-In-TCP", enabled=True),
            asks("ok", rule_id=WINRM_RULE, enabled=True),
        ],
    )
    for result in results[:2]:
        assert r"mofcomp %SystemRoot%\System32\wbem\wfascim.mof" in result["msg"]
        assert result["msg"].count("mofcomp") == 1
        assert result["changed"] is False
    assert pcs.rules("broken") == before


def test_a_stopped_firewall_service_is_told_how_to_mend(pcs: Fleet) -> None:
    before = pcs.rules("stopped")
    results = pcs.play(
        "stopped",
        [
            asks("failed", name="Web", ports=80),
            asks("failed", check=True, name="Web", ports=80),
            asks("failed", rule_id=WINRM_RULE),
            Task({"ports": 80, "gather": ["firewall"]}, "ok", module=FACTS),
        ],
    )
    for result in results[:3]:
        assert "MpsSvc (Windows Defender Firewall, start mode Disabled)" in result["msg"]
        assert "Start the services BFE and MpsSvc" in result["msg"]
    facts = results[3]["ansible_facts"]["port_facts"]
    assert facts["endpoints"][0]["firewall"]["public"]["state"] == "unknown"
    assert "MpsSvc" in facts["firewall"]["problem"]
    assert pcs.rules("stopped") == before


def test_an_account_that_may_only_look(pcs: Fleet) -> None:
    before = pcs.rules("readonly")
    (result,) = pcs.play("readonly", [asks("failed", name="Web", ports=80)])
    assert "may not do this" in result["msg"]
    assert result["msg"].endswith("The rule 'Web' was not created.")
    assert pcs.rules("readonly") == before


def test_a_host_without_a_firewall_that_can_be_read(pcs: Fleet) -> None:
    (result,) = pcs.play("old", [asks("failed", name="Web", ports=80)])
    assert "local firewall rules could not be read" in result["msg"]
