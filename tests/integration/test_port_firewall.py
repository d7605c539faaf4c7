# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall through Ansible on simulated PCs: what people do with rules, each task in check
mode, in earnest, and once more without a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import Fleet, address, asks, fleet, rules_put_back, settles
from winsim.images import load

pytestmark = pytest.mark.integration

# What the design promises for a task that changes nothing, over Basic.
MAX_REQUESTS = 12
WEB: dict[str, Any] = {"name": "Web server", "ports": [80, "443"], "protocol": "tcp"}


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A new engineer's PC on a public network, and a server."""
    machines = [
        load("win11-ja").boot("pc", address(1)),
        load("server2022").boot("server", address(2)),
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    """The PC that most tests share gets back the rules that it had."""
    with rules_put_back(pcs.firewall("pc")):
        yield


def test_created_repeated_removed_and_removed_again(pcs: Fleet) -> None:
    gone = {"name": "Web server", "state": "absent"}
    before = pcs.rules("pc")
    tasks = [asks("ok", **gone), *settles(**WEB)]
    results = pcs.play("pc", tasks)
    assert [each["rules"][0]["outcome"] for each in results] == [
        "unchanged", "created", "created", "unchanged",
    ]  # fmt: skip
    (rule,) = pcs.named("pc", "Web server")
    assert rule | {"LPort": ""} == {
        "Action": "Allow", "Active": "TRUE", "Dir": "In", "Protocol": "6", "LPort": "",
        "Name": "Web server",
    }  # fmt: skip
    results = pcs.play("pc", [*settles(**gone), asks("ok", **gone)])
    assert [each["rules"][0]["outcome"] for each in results] == [
        "deleted", "deleted", "unchanged", "unchanged",
    ]  # fmt: skip
    assert pcs.rules("pc") == before


def test_check_mode_writes_nothing(pcs: Fleet) -> None:
    before = pcs.rules("pc")
    rule_id = "CoreNet-ICMP6-PTB-In"
    pcs.play(
        "pc",
        [
            asks("changed", check=True, **WEB),
            asks("changed", check=True, rule_id=rule_id, enabled=False),
            asks("changed", check=True, rule_id=rule_id, state="absent"),
        ],
    )
    assert pcs.rules("pc") == before


# Properties in the order of the documentation: a value, and the one to go back to.
PROPERTIES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"enabled": False}, {"enabled": True}),
    ({"action": "block"}, {"action": "allow"}),
    ({"ports": "8443"}, {"ports": "80,443"}),
    ({"protocol": "udp"}, {"protocol": "tcp"}),
    ({"remote_ports": "1024-65535"}, {"remote_ports": "any"}),
    ({"profiles": ["domain", "private"]}, {"profiles": "any"}),
    ({"remote_addresses": "192.0.2.0/24"}, {"remote_addresses": "any"}),
    ({"local_addresses": "192.168.1.20"}, {"local_addresses": "any"}),
    ({"program": r"%SystemRoot%\System32\a & b.exe"}, {"program": "any"}),
    ({"service": "W3SVC"}, {"service": "any"}),
    ({"interface_types": ["wireless", "lan"]}, {"interface_types": "any"}),
    ({"edge_traversal": "defer_to_user"}, {"edge_traversal": "no"}),
    ({"description": "受付の説明 100% <b>&amp;</b> ]]>"}, {"description": ""}),
    ({"group": "Web"}, {"group": ""}),
]


def test_one_property_at_a_time_and_back(pcs: Fleet) -> None:
    """Each of a rule of its own; all rules in one task."""
    made = [WEB | {"name": f"Web {number}"} for number in range(len(PROPERTIES))]
    names = [{"name": each["name"].upper()} for each in made]
    there, back = (
        [name | change[way] for name, change in zip(names, PROPERTIES, strict=True)]
        for way in (0, 1)
    )
    results = pcs.play(
        "pc", [asks("changed", rules=made), *settles(rules=there), *settles(rules=back)]
    )
    created, changes = results[0]["rules"], results[1:]
    for result in changes:
        assert [each.get("differences", []) for each in result["rules"]] == [
            list(change) if result["changed"] else [] for change, _back in PROPERTIES
        ]
        assert {each["outcome"] for each in result["rules"]} == {
            "changed" if result["changed"] else "unchanged"
        }
    for key in ("rule", "rule_id"):
        assert [each[key] for each in changes[-1]["rules"]] == [each[key] for each in created]


# What each option of `FORMS` is before.
OTHERWISE = {
    "remote_addresses": "172.16.0.0/12", "ports": 1, "profiles": "domain,public",
    "interface_types": "lan", "program": r"C:\other.exe", "direction": "in",
}  # fmt: skip
FORMS: list[tuple[str, list[Any]]] = [
    ("remote_addresses", ["10.0.0.5-10.0.0.9", ["10.0.0.5-10.0.0.7", "10.0.0.8", "10.0.0.9"]]),
    ("remote_addresses", ["192.168.0.0/24", "192.168.0.0/255.255.255.0",
                          "192.168.0.0-192.168.0.255", "192.168.0.1/24"]),
    ("remote_addresses", ["10.1.2.3", ["10.1.2.3/32"], "10.1.2.3-10.1.2.3"]),
    ("remote_addresses", ["LocalSubnet,10.0.0.0/8", ["10.0.0.0/8", "localsubnet"]]),
    ("remote_addresses", ["any", "*", "ALL"]),
    ("ports", ["443,80", [80, 443], "http,https", ["443", "80", "443"]]),
    ("ports", ["8000-8010", "8005-8010,8000-8004", ["8000-8007", "8004-8010"]]),
    ("profiles", ["Domain", ["DOMAIN"], "domain,domain"]),
    ("profiles", ["public,Private", ["private", "public"]]),
    ("profiles", ["any", ["Public", "Domain", "Private"]]),
    ("interface_types", ["wireless,RemoteAccess", ["Remote_Access", "WIRELESS"]]),
    ("interface_types", ["any"]),
    ("program", [r"%SystemRoot%\System32\svchost.exe", r"c:\windows\system32\SVCHOST.EXE"]),
    ("program", ["any", "Any"]),
    ("direction", ["in", "IN", "inbound"]),
]  # fmt: skip


def test_what_means_the_same_is_no_change(pcs: Fleet) -> None:
    """Each row of a rule of its own, all rules in one task: first, once more, then in other forms."""
    made = [
        {"name": f"Forms {number}", "protocol": "TCP", "ports": 1, option: OTHERWISE[option]}
        for number, (option, _forms) in enumerate(FORMS)
    ]
    steps = [
        [
            {"name": rule["name"], option: forms[min(step, len(forms) - 1)]}
            for rule, (option, forms) in zip(made, FORMS, strict=True)
        ]
        for step in range(max(len(forms) for _option, forms in FORMS))
    ]
    results = pcs.play(
        "pc",
        [
            asks("changed", rules=made),
            asks("changed", rules=steps[0]),
            *(asks("ok", rules=step) for step in steps),
        ],
    )
    assert [each["outcome"] for each in results[1]["rules"]] == [
        "unchanged" if option == "direction" else "changed" for option, _forms in FORMS
    ]
    for result in results[2:]:
        assert {each["outcome"] for each in result["rules"]} == {"unchanged"}


def test_icmp_types_are_added_and_taken_away(pcs: Fleet) -> None:
    ping = {"name": "Ping", "protocol": "icmpv4"}
    results = pcs.play(
        "pc",
        [
            *settles(**ping, icmp_types=8),
            *settles(**ping, icmp_types=["8", "3:4", "11:*"]),
            asks("ok", **ping, icmp_types="11,3:4,8:*"),
            *settles(**ping, icmp_types="any"),
            *settles(name="Ping", protocol="tcp", ports=7),
            asks("failed", name="Ping", icmp_types=8),
        ],
    )
    assert results[4]["rules"][0]["rule"]["icmp_types"] == ["3:4", "8:*", "11:*"]
    assert "need protocol icmpv4 or icmpv6" in results[-1]["msg"]
    assert pcs.named("pc", "Ping")[0]["LPort"] == "7"


def test_a_disabled_rule_is_found_again(pcs: Fleet) -> None:
    pcs.play(
        "pc",
        [
            *settles(**WEB, enabled=False),
            asks("ok", name="Web server", enabled=False),
            *settles(name="Web server"),
            asks("ok", **WEB, enabled=True),
        ],
    )
    assert len(pcs.named("pc", "Web server")) == 1


def test_tasks_for_the_community_module_keep_working(pcs: Fleet) -> None:
    task = {
        "name": "SMTP", "localport": 25, "action": "allow", "direction": "in", "protocol": "tcp",
        "remoteip": "10.0.0.0/8", "profile": "private", "enable": True, "state": "present",
        "group": "application",
    }  # fmt: skip
    ping = {"name": "ICMP Allow incoming V4 echo request", "protocol": "icmpv4",
            "icmp_type_code": ["8:*"], "interfacetypes": ["lan"]}  # fmt: skip
    results = pcs.play(
        "pc",
        [*settles(**task), *settles(**ping), asks("changed", group="application", enabled=False)],
    )
    assert results[1]["rules"][0]["rule"]["ports"] == ["25"]
    assert results[1]["rules"][0]["rule"]["remote_addresses"] == ["10.0.0.0/8"]
    assert pcs.named("pc", "SMTP")[0]["Active"] == "FALSE"


@pytest.mark.plain("counts commands")
def test_several_rules_with_one_look_at_the_host(pcs: Fleet) -> None:
    rules = [
        {"name": "Orders web", "ports": 8080},
        {"name": "Orders database", "ports": 1433, "remote_addresses": "192.168.10.0/24"},
        {"name": "Orders DNS", "ports": 53, "protocol": ["tcp", "udp"]},
        {"name": "Orders old", "state": "absent"},
    ]
    common = {"profiles": "domain", "group": "Orders"}
    pcs.hosts.log.clear()
    results = pcs.play("pc", settles(rules=rules, **common))
    assert [each["outcome"] for each in results[1]["rules"]] == [
        "created", "created", "created", "created", "unchanged",
    ]  # fmt: skip
    assert {each["EmbedCtxt"] for name in ("Orders web", "Orders DNS")
            for each in pcs.named("pc", name)} == {"Orders"}  # fmt: skip
    assert [each["Protocol"] for each in pcs.named("pc", "Orders DNS")] == ["6", "17"]
    queries = [entry for entry in pcs.hosts.log.entries() if "reg.exe" in entry.detail]
    # Once before in each task, and twice more in the one that changes something: before the rules
    # are enabled, and afterwards.
    assert len(queries) == 5
    pcs.play("pc", settles(group="Orders", state="absent"))
    assert pcs.named("pc", "Orders web") == []


@pytest.mark.plain("counts requests")
@pytest.mark.parametrize("name", ["pc", "server"])
def test_requests_of_a_task_that_changes_nothing(pcs: Fleet, name: str) -> None:
    pcs.hosts.log.clear()
    rules = [
        {"rule_id": rule_id, "direction": "in", "enabled": rule["Active"] == "TRUE"}
        for rule_id, rule in pcs.rules(name).items()
        if rule.get("Dir") == "In"
    ][:40]
    pcs.play(name, [asks("ok", rules=rules)])
    sent = pcs.hosts.log.actions(name)
    assert len(sent) <= MAX_REQUESTS, sent
