# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a task as the only ones of a group or a direction, through Ansible on simulated PCs:
what people do with it, what others document of theirs, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration import runs
from integration.firewall_plays import Fleet, Task, address, asks, fleet, rules_put_back, settles
from unit.winsim.small import document
from winsim.firewall.store import LOCAL_ROOT, FirewallState
from winsim.images import Image, load

pytestmark = pytest.mark.integration

GROUP = "Order system"
MINE = {"EmbedCtxt": GROUP}
ORDERS = [
    {"name": "Order system, web", "ports": 8080},
    {"name": "Order system, database", "ports": 1433, "remote_addresses": "192.168.10.0/24"},
]


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A PC without any rules, and a new engineer's, with all of Windows' own."""
    empty = Image("small", document()).boot("pc", address(1))
    empty.firewall = state = FirewallState()
    state.set_value(LOCAL_ROOT, "PolicyVersion", 0x21F)
    machines = [empty, load("win11-ja").boot("new", address(2))]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    with rules_put_back(pcs.firewall("pc")):
        yield


def text(name: str, port: int = 8000, **fields: str) -> str:
    given = {"Action": "Allow", "Active": "TRUE", "Dir": "In", "Protocol": "6", "LPort": str(port)}
    given |= {"Name": name} | fields
    return "v2.31|" + "".join(f"{key}={value}|" for key, value in given.items())


def put(pcs: Fleet, pc: str = "pc", /, **rules: str) -> None:
    for rule_id, each in rules.items():
        pcs.firewall(pc).set_rule(rule_id, each)


def others(result: dict[str, Any]) -> dict[str, str]:
    """What becomes of the rules that no entry names."""
    return {each["name"]: each["outcome"] for each in result["rules"] if each.get("unspecified")}


def test_what_old_versions_have_left_goes_and_nothing_else(pcs: Fleet) -> None:
    put(
        pcs,
        old=text("Order system, old client", 8081, TTK2_27="UPnP", **MINE),
        off=text("Order system, test", 8082, Active="FALSE", **MINE),
        web=text("Order system, web", 80, **MINE),
        twin=text("Order system, web", 80, EmbedCtxt="Other system"),
        none=text("Order system, by hand", 8083),
    )
    before = pcs.rules("pc")
    results = pcs.play("pc", settles(group=GROUP, unspecified="remove", rules=ORDERS), "--diff")
    told, done, again = results
    for each in (told, done):
        assert [rule["outcome"] for rule in each["rules"]] == [
            "changed", "created", "deleted", "deleted",
        ]  # fmt: skip
        assert len(each["diff"]) == 4
        stored = [rule["stored"] for rule in each["rules"] if "stored" in rule]
        assert [rule["text"] for rule in stored] == [pcs_text(before["old"])]
        assert stored[0]["lost"] == ["TTK2_27"]
        assert {"field": "LPort", "value": "8081"} in stored[0]["fields"]
        assert any("No task can make these rules again" in each for each in told["warnings"])
    assert not others(again)
    after = pcs.rules("pc")
    assert before.keys() - after.keys() == {"old", "off"}
    assert after["web"]["LPort"] == "8080"
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == {"web"}
    assert [each["Name"] for key, each in after.items() if key not in before] == [ORDERS[1]["name"]]


def pcs_text(fields: dict[str, str]) -> str:
    return "v2.31|" + "".join(f"{key}={value}|" for key, value in fields.items())


def test_disabled_first_and_removed_later_and_none_left(pcs: Fleet) -> None:
    put(pcs, old=text("Old", 8081, **MINE), out=text("Out", 8082, Dir="Out", **MINE))
    options = {"group": GROUP, "rules": ORDERS}
    results = pcs.play(
        "pc",
        [
            asks("changed", unspecified="ignore", **options),
            *settles(unspecified="disable", unspecified_scope={"direction": "in"}, **options),
            *settles(unspecified="disable", **options),
            *settles(unspecified="remove", **options),
            *settles(group=GROUP, unspecified="remove", rules=[]),
        ],
    )
    found = [others(each) for each in results]
    assert found[0] == {}
    assert found[1] == found[2] == {"Old": "changed"}
    assert found[4] == found[5] == {"Out": "changed"}
    assert found[7] == found[8] == {"Old": "deleted", "Out": "deleted"}
    assert found[10] == {each["name"]: "deleted" for each in ORDERS}
    assert not any(each.get("EmbedCtxt") == GROUP for each in pcs.rules("pc").values())


def test_what_could_be_a_slip_is_refused_before_anything_is_sent(pcs: Fleet) -> None:
    inbound = {"direction": "in"}
    refused: list[tuple[dict[str, Any], str]] = [
        ({"unspecified": "remove", "rules": ORDERS, "force": True}, "give the task a group"),
        ({"unspecified": "remove", "rules": ORDERS, "unspecified_scope": inbound}, "set force"),
        ({"unspecified": "remove", "rules": ORDERS, "group": ""}, "not an empty text"),
        ({"unspecified": "remove", "rules": [{**ORDERS[0], "group": GROUP}]}, "give the task"),
        ({"unspecified": "remove", "group": GROUP, **ORDERS[0]}, "unspecified: needs rules"),
        ({"unspecified": "delete", "group": GROUP, "rules": ORDERS}, "ignore, disable, remove"),
        ({"unspecified_scope": inbound, "group": GROUP, "rules": ORDERS}, "needs unspecified"),
        ({"group": GROUP, "rules": []}, "the list is empty"),
        ({"rules": [{**ORDERS[0], "unspecified": "remove"}]}, "unspecified"),
        (
            {"unspecified": "remove", "group": GROUP, "rules": ORDERS,
             "unspecified_scope": {"profiles": []}},
            "unspecified_scope.profiles: the list is empty",
        ),
    ]  # fmt: skip
    put(pcs, old=text("Old", 8081, **MINE))
    before = pcs.rules("pc")
    results = pcs.play("pc", [asks("failed", **options) for options, _words in refused])
    for result, (_options, words) in zip(results, refused, strict=True):
        assert words in result["msg"], result["msg"]
    assert pcs.rules("pc") == before


# ------------------------------------------------------------------ as others document theirs
#
# Microsoft's DSC, resource Microsoft.Windows/FirewallRuleList 0.3.0 (PowerShell/DSC): the rules of
# its tests (`windows_firewall_set.tests.ps1`), and what those say of each scope. A property has
# another name here: action is unspecified, direction and profiles are in unspecified_scope; and
# without a group, both directions are two tasks. Windows' own rules, which that resource takes for
# unspecified too, are left alone here, so only the test's own are compared.

SCOPES = {
    "inbound-domain": text("inbound-domain", 1, Profile="Domain"),
    "inbound-private": text("inbound-private", 2, Profile="Private"),
    "outbound-domain": text("outbound-domain", 3, Dir="Out", Profile="Domain"),
    "all-profiles": text("all-profiles", 4),
}
DSC: list[tuple[str, dict[str, Any], list[dict[str, Any]], set[str]]] = [
    ("disable", {"direction": "Inbound"}, [],
     {"inbound-domain", "inbound-private", "all-profiles"}),
    ("disable", {"direction": "Outbound"}, [], {"outbound-domain"}),
    ("disable", {"direction": "Inbound", "profiles": ["Domain"]}, [],
     {"inbound-domain", "all-profiles"}),
    ("disable", {"direction": "Outbound", "profiles": ["Domain"]}, [], {"outbound-domain"}),
    ("disable", {"direction": "Inbound", "profiles": ["Domain", "Private"]}, [],
     {"inbound-domain", "inbound-private", "all-profiles"}),
    ("remove", {"direction": "Outbound", "profiles": ["Domain"]}, [], {"outbound-domain"}),
    ("disable", {"direction": "Inbound", "profiles": ["Domain"]}, [{"name": "inbound-domain"}],
     {"all-profiles"}),
    ("ignore", {"direction": "Inbound"}, [{"name": "inbound-domain"}], set()),
]  # fmt: skip


def test_the_tests_of_microsofts_resource_have_the_same_result(pcs: Fleet) -> None:
    put(pcs, **SCOPES)
    before = pcs.rules("pc")
    tasks = [
        Task(
            {"unspecified": action, "unspecified_scope": scope, "force": True, "rules": rules},
            "changed" if affected else "ok",
            check=True,
        )
        for action, scope, rules, affected in DSC
    ]
    results = pcs.play("pc", tasks)
    for (action, scope, _rules, affected), result in zip(DSC, results, strict=True):
        found = {name for name in others(result) if name in SCOPES}
        assert found == affected, (action, scope)
    assert pcs.rules("pc") == before
    # What is disabled already is no difference: its issue 1579 calls that the linchpin.
    put(pcs, off=text("off", 5, Active="FALSE"))
    inbound = {"unspecified_scope": {"direction": "in"}, "force": True}
    (done,) = pcs.play(
        "pc", [asks("changed", check=True, unspecified="disable", rules=[], **inbound)]
    )
    assert "off" not in others(done)


def test_the_example_of_its_issues_leaves_the_declared_rules_and_those_of_policies(
    pcs: Fleet,
) -> None:
    """Issues 1579 and 1667: HTTPS and a health check are all that anybody may have opened."""
    state = pcs.firewall("new")
    put(pcs, "new", **SCOPES)
    state.set_rule("of-policy", text("Of policy", 7), "policy")
    before = pcs.rules("new")
    declared = [
        {"name": "HTTPS In", "direction": "Inbound", "action": "Allow", "protocol": 6,
         "ports": "443", "enabled": True, "profiles": ["Domain"]},
        {"name": "Health In", "direction": "Inbound", "action": "Allow", "protocol": 6,
         "ports": "8443", "enabled": True, "profiles": ["Domain"]},
    ]  # fmt: skip
    pcs.play(
        "new",
        settles(
            unspecified="remove",
            unspecified_scope={"direction": "Inbound", "profiles": ["Domain"]},
            force=True,
            rules=declared,
        ),
    )
    after = pcs.rules("new")
    state.delete_rule("of-policy", "policy")
    gone = {before[key]["Name"] for key in before.keys() - after.keys()}
    assert {"inbound-domain", "all-profiles"} <= gone
    assert not any(name.startswith("@") for name in gone)
    assert "inbound-private" in after
    assert "outbound-domain" in after
    inbound = [
        each
        for each in after.values()
        if each["Dir"] == "In" and each.get("Profile", "Domain") == "Domain"
    ]
    # The features and the apps of Windows.
    left = [
        each["Name"]
        for each in inbound
        if not each["Name"].startswith("@") and not each.get("EmbedCtxt", "").startswith("@")
        and "LUOwn" not in each
    ]  # fmt: skip
    assert sorted(left) == ["HTTPS In", "Health In", "OpenSSH SSH Server (sshd)"]
    assert "Print 3D" in [each["Name"] for each in after.values()]


def test_a_rule_that_somebody_adds_by_hand_goes_as_a_puppet_issue_asks_for(pcs: Fleet) -> None:
    """voxpupuli/puppet-windows_firewall, issue 71: rules that are not defined go, for the profiles
    that are meant. The defined one is the example of that module's documentation."""
    winrm = {"name": "Windows Remote Management HTTP-In (ours)", "direction": "in",
             "action": "allow", "enabled": True, "protocol": "TCP", "localport": 5985,
             "remoteport": "any", "description": "Inbound rule for Windows Remote Management"}  # fmt: skip
    task = {"rules": [winrm], "group": "Puppet", "unspecified": "remove"}
    pcs.play("pc", settles(**task))
    put(pcs, manual=text("Opened by hand", 4444, EmbedCtxt="Puppet"))
    (done, _again) = pcs.play("pc", [asks("changed", **task), asks("ok", **task)])
    assert others(done) == {"Opened by hand": "deleted"}
    put(pcs, manual=text("Opened by hand", 4444, Profile="Private", EmbedCtxt="Puppet"))
    domain = {"unspecified_scope": {"profiles": "domain"}}
    pcs.play("pc", [asks("ok", **task, **domain), asks("changed", **task)])


# ------------------------------------------------------------------ WinRM


def test_the_connection_is_not_cut_off_even_with_force(pcs: Fleet) -> None:
    """Where only somebody's own rule lets it in."""
    put(pcs, manage=text("Manage", 5985, **MINE), old=text("Old", 8081, **MINE))
    before = pcs.rules("pc")
    of_group = {"group": GROUP, "unspecified": "remove"}
    inbound = {"unspecified": "remove", "unspecified_scope": {"direction": "in"}, "force": True}
    results = pcs.play(
        "pc",
        [
            asks("failed", rules=ORDERS, **of_group),
            asks("failed", rules=ORDERS, force=True, **of_group),
            asks("failed", rules=ORDERS, language="ja", **inbound),
            *settles(rules=[*ORDERS, {"name": "Manage"}], **of_group),
        ],
    )
    for each in results[:2]:
        assert "No entry of rules names the rule 'Manage'" in each["msg"]
        assert "Name it in rules" in each["msg"]
    assert "規則「Manage」は rules のどの項目にもありません" in results[2]["msg"]
    after = pcs.rules("pc")
    assert before.keys() - after.keys() == {"old"}
    assert after["manage"] == before["manage"]


# ------------------------------------------------------------------ in the role


def test_a_service_that_is_no_longer_in_the_list_of_the_role_is_shut(pcs: Fleet) -> None:
    put(pcs, mine=text("By hand", 8083))

    def play(services: list[int], **variables: str) -> dict[str, Any]:
        wanted = [{"name": f"s{port}", "port": port} for port in services]
        variables = {f"port_setup_{name}": value for name, value in variables.items()}
        return {
            "hosts": "pc",
            "gather_facts": False,
            "roles": ["portkeeper.windows.port_setup"],
            "vars": {"port_setup_services": wanted, **variables},
        }

    played = runs.play(
        [
            # Those that are made without a group are taken into it.
            play([8500]),
            play([8500, 8501], unspecified="remove"),
            play([8501], unspecified="disable"),
            play([8501], unspecified="remove"),
            play([8502], unspecified="remove", group="Another play"),
            play([8501], unspecified="remove"),
        ],
        pcs.folder,
        *("--tags", "port_setup_open"),
    )
    opened = [
        {each["name"].removeprefix("port_setup: "): each["outcome"] for each in found["rules"]}
        for one in played.results
        if "rules" in (found := one["result"])
    ]
    assert opened == [
        {"s8500": "created"},
        {"s8500": "changed", "s8501": "created"},
        {"s8501": "unchanged", "s8500": "changed"},
        {"s8501": "unchanged", "s8500": "deleted"},
        {"s8502": "created"},
        {"s8501": "unchanged"},
    ], played.text
    groups = {each["Name"]: each.get("EmbedCtxt") for each in pcs.rules("pc").values()}
    assert groups == {
        "By hand": None, "port_setup: s8501": "port_setup", "port_setup: s8502": "Another play",
    }  # fmt: skip
