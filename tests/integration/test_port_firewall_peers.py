# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall through Ansible with what other modules for the firewall are tested with on Windows:
the same tasks under our names have the same results. And what rules are that admit only some
traffic: those for accounts, for app packages, for versions of Windows, and with IPsec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, asks, fleet, rules_put_back, settles
from integration.test_port_firewall_effect import APP_PORTS, with_app
from winsim.images import Image, load

pytestmark = pytest.mark.integration

WIRED = "イーサネット"


def strict(image: Image) -> Image:
    """The image with a firewall that refuses what [MS-FASP] has a status for."""
    document = dict(image.document)
    document["firewall"] = {**document["firewall"], "strict": True}
    return Image(image.name, document)


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    machines = [
        with_app(load("win11-ja")).boot("pc", address(11)),
        strict(load("win11-ja")).boot("strict", address(12)),
    ]
    with fleet(tmp_path_factory.mktemp("peers"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    with rules_put_back(pcs.firewall("pc")):
        yield


# ------------------------------------------------------------------ community.windows

HTTP: dict[str, Any] = {
    "name": "http", "enabled": True, "state": "present", "localport": 80, "action": "allow",
    "direction": "in", "protocol": "tcp",
}  # fmt: skip
GONE = HTTP | {"state": "absent"}
PATH = r"%SystemRoot%\system32\svchost.exe"
BY_PATH: dict[str, Any] = {
    "name": "VarExpansionTest", "enabled": True, "state": "present", "action": "allow",
    "direction": "in", "protocol": "tcp", "program": PATH,
}  # fmt: skip
PING = {"name": "icmptest", "enabled": True, "action": "allow", "direction": "in",
        "protocol": "icmpv4", "icmp_type_code": "8:*"}  # fmt: skip
#: The tasks of the integration tests of win_firewall_rule in their order, and whether each has to
#: change something (None where nothing is demanded).
COMMUNITY: list[tuple[dict[str, Any], bool | None]] = [
    ({"name": "http", "state": "absent", "action": "allow", "direction": "in"}, None),
    (HTTP, True),
    (HTTP, False),
    (GONE, True),
    (GONE, False),
    (HTTP | {"enabled": False, "group": "application"}, True),
    ({"group": "application", "enabled": True}, True),
    ({"group": "application", "enabled": True}, False),
    ({"group": "application", "enabled": False}, True),
    ({"group": "application", "enabled": False}, False),
    (GONE | {"enabled": False, "group": "application"}, True),
    (HTTP, None),
    (HTTP | {"action": "block"}, True),
    ({"name": "http", "enabled": False}, None),
    (HTTP | {"remoteip": "192.168.0.1-192.168.0.5"}, None),
    (HTTP | {"remoteip": "192.168.0.1-192.168.0.5"}, False),
    (HTTP | {"remoteip": "192.168.0.0/24"}, None),
    (HTTP | {"remoteip": "192.168.0.0/24"}, False),
    (HTTP | {"remoteip": "192.168.1.0/255.255.255.0"}, None),
    (HTTP | {"remoteip": "192.168.1.0/255.255.255.0"}, False),
    (HTTP | {"remoteip": "192.168.0.1"}, None),
    (HTTP | {"remoteip": "192.168.0.1"}, False),
    (HTTP | {"remoteip": "192.168.2.0/255.255.255.0"}, None),
    (HTTP | {"remoteip": "192.168.2.0/24"}, False),
    (HTTP | {"localport": "80,81"}, True),
    (HTTP | {"interfacetypes": "ras,lan,wireless"}, True),
    (HTTP | {"interfacetypes": ["ras", "lan"]}, True),
    (HTTP | {"interfacetypes": "any"}, True),
    (HTTP | {"edge": "deferapp"}, True),
    (HTTP | {"security": "authenticate"}, True),
    (HTTP | {"profiles": "domain,public"}, True),
    (HTTP | {"profiles": ["Domain", "Public", "Private"]}, True),
    (HTTP | {"profiles": ["Domain", "Private"]}, True),
    (BY_PATH, None),
    (BY_PATH, False),
    (HTTP | {"name": "Rule for application group", "group": "application"}, True),
    (PING, True),
    (PING | {"state": "absent"}, True),
    (BY_PATH | {"name": "ApplicationToAnyTest"}, True),
    (BY_PATH | {"name": "ApplicationToAnyTest", "program": "any"}, True),
]  # fmt: skip
#: What is demanded of nobody is what it is here.
_ELSE = {0: False, 11: True, 13: True, 14: True, 16: True, 18: True, 20: True, 22: True, 33: True}


def test_the_tests_of_win_firewall_rule_have_the_same_results(pcs: Fleet) -> None:
    demanded = [
        _ELSE[number] if changes is None else changes
        for number, (_arguments, changes) in enumerate(COMMUNITY)
    ]
    tasks = [
        asks("changed" if changes else "ok", **arguments)
        for (arguments, _demanded), changes in zip(COMMUNITY, demanded, strict=True)
    ]
    results = pcs.play("pc", tasks)
    # Disabling a rule changes nothing else of it.
    assert results[13]["rules"][0]["differences"] == ["enabled"]
    (rule,) = pcs.named("pc", "http")
    assert (rule["Security"], rule["Edge"], rule["Defer"]) == ("Authenticate", "TRUE", "App")
    assert "App" not in pcs.named("pc", "ApplicationToAnyTest")[0]


# ------------------------------------------------------------------ NetworkingDsc

PACKAGE = "S-1-15-2-3676279713-3632409675-756843784-3388909659-2454753834-4233625902-1413163418"
#: What its Firewall is tested with on Windows, but for what can't be written here (docs/peers.md).
DSC: dict[str, Any] = {
    "rule_id": "d7f3a3a1-8f8c-4a0e-9a3b-5d7a3b1c0f11[]*", "name": "Test Rule",
    "group": "Test Group", "enabled": False, "profiles": ["Domain", "Private"],
    "action": "Allow", "description": "DSC_Firewall Test Firewall Rule", "direction": "Inbound",
    "remote_ports": ["8080", "8081"], "ports": ["9080", "9081"], "protocol": "TCP",
    "program": r"c:\windows\system32\notepad.exe", "service": "WinRM",
    "authentication": "NotRequired", "encryption": "NotRequired", "interfaces": [WIRED],
    "interface_types": "Wired",
    "local_addresses": ["192.168.2.0-192.168.2.128", "192.168.1.0/255.255.255.0", "10.0.240.1/8"],
    "local_user": "Any", "package": PACKAGE, "platform": ["6.1"],
    "remote_addresses": ["192.168.2.0-192.168.2.128", "192.168.1.0/255.255.255.0"],
    "remote_machine": "Any", "remote_user": "Any", "edge_traversal": "Allow",
}  # fmt: skip
USERS = "O:LSD:(D;;CC;;;S-1-15-3-4)(A;;CC;;;S-1-5-21-3337988176-3917481366-464002247-1001)"
MACHINES = (
    "O:LSD:(D;;CC;;;S-1-5-21-1915925333-479612515-2636650677-1621)"
    "(A;;CC;;;S-1-5-21-1915925333-479612515-2636650677-1620)"
)
#: Its example with all parameters, which it says is only to show them. Windows has users of the
#: other side for inbound rules alone.
ALL: dict[str, Any] = {
    "rule_id": "NotePadFirewallRule", "name": "Firewall Rule for Notepad.exe",
    "group": "NotePad Firewall Rule Group", "enabled": True, "profiles": ["Domain", "Private"],
    "direction": "OutBound", "remote_ports": ["8080", "8081"], "ports": ["9080", "9081"],
    "protocol": "TCP", "description": "Firewall Rule for Notepad.exe",
    "program": r"c:\windows\system32\notepad.exe", "service": "WinRM",
    "authentication": "Required", "encryption": "Required", "interfaces": WIRED,
    "interface_types": "Wired",
    "local_addresses": ["192.168.2.0-192.168.2.128", "192.168.1.0/255.255.255.0", "10.0.0.0/8"],
    "local_user": USERS, "package": PACKAGE, "platform": "6.1",
    "remote_addresses": ["192.168.2.0-192.168.2.128", "192.168.1.0/255.255.255.0", "10.0.0.0/8"],
    "remote_machine": MACHINES, "remote_user": USERS, "edge_traversal": "Block",
}  # fmt: skip


def test_what_networkingdsc_is_tested_with_on_windows(pcs: Fleet) -> None:
    outbound = {name: value for name, value in ALL.items() if name != "remote_user"}
    inbound = ALL | {"rule_id": "Inbound", "direction": "in", "name": "Inbound"}
    results = pcs.play(
        "pc",
        [*settles(**DSC), asks("failed", **ALL), *settles(**outbound), *settles(**inbound)],
    )
    assert "remote_user: is for inbound rules only" in results[3]["msg"]
    stored = pcs.rules("pc")
    made = stored[DSC["rule_id"]]
    assert {name: made.get(name) for name in ("AppPkgId", "Platform", "Edge", "IFType")} == {
        "AppPkgId": PACKAGE, "Platform": "2:6:1", "Edge": "TRUE", "IFType": "Lan",
    }  # fmt: skip
    assert {"LA4", "IF"} <= made.keys()
    assert not {"Security", "LUAuth", "RUAuth", "RMauth"} & made.keys()
    for rule_id, users in (("NotePadFirewallRule", None), ("Inbound", USERS)):
        rule = stored[rule_id]
        assert (rule["LUAuth"], rule["RMauth"], rule.get("RUAuth")) == (USERS, MACHINES, users)
        assert rule["Security"] == "AuthenticateEncrypt"
    shown = results[-1]["rules"][0]["rule"]
    assert (shown["remote_machine"], shown["local_user"]) == (MACHINES, USERS)
    assert results[-1]["effective"] is False
    assert "for other versions of Windows" in results[-1]["rules"][0]["reason"]


# ------------------------------------------------------------------ what admits only some

# The last one is for packages alone, and what listens is none.
SOME: list[tuple[dict[str, Any], bool, str, str]] = [
    ({"authentication": "required"}, True, "perhaps", "if IPsec authentication is Authenticate;"),
    ({"security": "authdynenc", "remote_user": "S-1-5-32-544"}, True, "perhaps",
     "the computer or user of the other side is O:LSD:(A;;CC;;;S-1-5-32-544)"),
    ({"authentication": "no_encap", "remote_machine": MACHINES}, True, "perhaps", "An-NoEncap"),
    ({"local_user": "S-1-5-21-1-2-3-1001"}, True, "perhaps", "if the user is O:LSD:(A;;CC;;;"),
    ({"package": PACKAGE}, False, "nobody", "blocked: no rule decides"),
]  # fmt: skip


def test_a_rule_that_admits_only_some_never_counts_as_open(pcs: Fleet) -> None:
    rules = [
        {"name": f"Some {port}", "ports": port} | limits
        for port, (limits, *_told) in zip(APP_PORTS, SOME, strict=False)
    ]
    made, again = pcs.play("pc", [asks("changed", rules=rules), asks("ok", rules=rules)])
    answers = pcs.connections("pc", [rule["ports"] for rule in rules])
    assert set(answers.values()) == {"silent"}
    for rule, (limits, effective, reach, words) in zip(again["rules"], SOME, strict=True):
        assert rule["effective"] is effective, limits
        states = {each["state"] for each in rule["profiles"].values() if each["active"]}
        assert "allowed" not in states, limits
        assert words in rule["reason"], rule["reason"]
        assert [each["reach"] for each in rule["open"]] == [reach], limits
    assert [each["outcome"] for each in made["rules"]] == ["created"] * len(rules)


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"authentication": "required"}, {"authentication": "not_required"}),
    ({"security": "authenc"}, {"security": "notrequired"}),
    ({"security": "authdynenc"}, {"encryption": "not_required", "authentication": "no_encap"}),
    ({"authentication": "required", "remote_user": ["S-1-5-32-544", "S-1-5-32-545"]},
     {"authentication": "not_required", "remote_user": "any"}),
    ({"local_user": "D:(A;;CC;;;BA)"}, {"local_user": "any"}),
    ({"package": PACKAGE}, {"package": "any"}),
    ({"platform": ["6.2", "10.0+"]}, {"platform": "any"}),
    ({"local_addresses": "192.0.2.1", "interface_types": "lan"}, {"interface_types": "any"}),
]  # fmt: skip


def test_each_of_them_and_back(pcs: Fleet) -> None:
    made = [{"name": f"Each {number}", "ports": 7001} for number in range(len(CHANGES))]
    there, back = (
        [{"name": rule["name"], **change[way]} for rule, change in zip(made, CHANGES, strict=True)]
        for way in (0, 1)
    )
    results = pcs.play(
        "pc", [asks("changed", rules=made), *settles(rules=there), *settles(rules=back)]
    )
    # A list in other words is the same one.
    same = {"name": "Each 4", "local_user": "S-1-5-32-544"}
    pcs.play("pc", [asks("changed", rules=there[4:5]), asks("ok", rules=[same])])
    assert {each["outcome"] for each in results[-2]["rules"]} == {"changed"}
    dropped = pcs.play(
        "pc",
        [
            asks("changed", name="Each 3", authentication="required", remote_user="S-1-5-32-544"),
            asks("failed", name="Each 3", authentication="not_required"),
        ],
    )[-1]
    assert "have authentication required" in dropped["msg"]


def test_a_host_that_refuses_a_combination_says_so_and_stays_as_it_is(pcs: Fleet) -> None:
    before = pcs.rules("strict")
    both = {"name": "Both", "ports": 7002, "local_addresses": "192.0.2.1", "interface_types": "lan"}
    users = {"name": "Users", "ports": 7003, "service": "W32Time", "local_user": "S-1-5-18"}
    results = pcs.play("strict", [asks("failed", **both), asks("failed", **users)])
    assert "may not accept local_addresses together with interfaces" in results[0]["msg"]
    assert "may not accept local_user together with service" in results[1]["msg"]
    assert pcs.rules("strict") == before


# ------------------------------------------------------------------ several of one name


def of_one_name(*rules: dict[str, Any], **common: Any) -> Task:
    return asks("failed", rules=list(rules), **common)


def test_entries_of_one_name_never_flip_a_rule(pcs: Fleet) -> None:
    before = pcs.rules("pc")
    refused = pcs.play(
        "pc",
        [
            of_one_name({"name": "Twice", "ports": 7010}, {"name": "twice", "ports": 7011}),
            of_one_name({"name": "Twice", "ports": 7010}, {"name": "Twice", "state": "absent"}),
        ],
    )
    for each in refused:
        assert "entries 1 and 2 of rules undo each other" in each["msg"]
    assert pcs.rules("pc") == before
    apart = [
        {"name": "Twice", "ports": 7010},
        {"name": "Twice", "ports": 7010, "protocol": "udp"},
        {"name": "Twice", "ports": 7010, "direction": "out", "protocol": "tcp"},
    ]
    results = pcs.play(
        "pc", [of_one_name(*apart), *settles(rules=[{"direction": "in"} | each for each in apart])]
    )
    assert len(results[-1]["rules"]) == 3
    assert sorted(each["Protocol"] for each in pcs.named("pc", "Twice")) == ["17", "6", "6"]


def test_all_rules_of_a_name_are_changed_together(pcs: Fleet) -> None:
    state = pcs.firewall("pc")
    for number in range(3):
        state.set_rule(
            f"{{left-{number}}}",
            f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=702{number}|Name=Left|",
        )
    narrow = {"name": "left", "remote_addresses": "10.0.0.0/8"}
    results = pcs.play("pc", [asks("failed", **narrow), *settles(all_of_a_name=True, **narrow)])
    assert "all_of_a_name: true" in results[0]["msg"]
    for each in results[1:]:
        assert "pc: 3 rules are named 'left'; the task applies to all of them." in each["warnings"]
        assert len(each["rules"]) == 3
    assert len(results[2]["diff"]) == 3
    assert {each["RA4"] for each in pcs.named("pc", "Left")} == {"10.0.0.0/255.0.0.0"}
