# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall through Ansible: whether a port is really open or really shut, what wins where it
is not as asked, texts that survive, and every way to a host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, asks, fleet, rules_put_back, settles
from winsim.images import Image, load

pytestmark = pytest.mark.integration

FACTS = "portkeeper.windows.port_facts"
CHECK = "portkeeper.windows.port_check"
# On a public network, with Apache on 80, which Windows lets in from private networks only.
APACHE = 80
APP = r"C:\App\app.exe"
APP_PORTS = range(9101, 9109)
# WinRM itself listens at a port of the test's choice, which nothing filters, and at none of these.
PORTS_OF_WINRM = {5985, 47001}


def with_app(image: Image) -> Image:
    """The image with a program that listens at ports that no rule is about."""
    ports = [f"{own}:{port}" for port in APP_PORTS for own in ("0.0.0.0", "[::]")]
    process = {"pid": 9900, "name": "app.exe", "path": APP, "services": ["App"], "tcp": ports}
    document = dict(image.document)
    document["processes"] = [*document["processes"], process]
    document["services"] = document["services"] | {"App": {"display": "App"}}
    return Image(image.name, document)


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    machines = [
        with_app(load("win11-ja")).boot("pc", address(11)),
        load("gpo-locked").boot("locked", address(12)),
        load("third-party-firewall").boot("shield", address(13)),
        load("policies").boot("policies", address(14)),
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    """The PC that most tests share gets back the rules that it had."""
    with rules_put_back(pcs.firewall("pc")):
        yield


# ------------------------------------------------------------------ really open, really shut


def test_a_port_really_opens_and_really_shuts(pcs: Fleet) -> None:
    web = {"name": "Web", "ports": APACHE}
    assert pcs.connects("pc", APACHE) == "silent"
    (_checked, opened, again) = pcs.play("pc", settles(**web))
    assert pcs.connects("pc", APACHE) == "accepted"
    assert (opened["effective"], again["effective"]) == (True, True)
    assert opened["active_profiles"] == ["public"]
    assert opened["rules"][0]["reason"] == "allowed: the allow rule 'Web' of this host"

    (_checked, shut, _again, still_shut, in_japanese) = pcs.play(
        "pc",
        [
            *settles(name="Shut", ports="79-81", action="block"),
            *(asks("ok", **web), asks("ok", **web, language="ja")),
        ],
    )
    assert pcs.connects("pc", APACHE) == "silent"
    assert shut["effective"] is True

    assert still_shut["effective"] is False
    assert still_shut["rules"][0]["reason"] == "blocked: the block rule 'Shut' of this host"
    assert any("has no effect now: blocked: the block rule 'Shut'" in each
               for each in still_shut["warnings"])  # fmt: skip

    reason = "ブロック: この PC のブロックの規則「Shut」が適用されます"
    assert in_japanese["rules"][0]["reason"] == reason
    assert in_japanese["warnings"] == [f"pc: 規則「Web」は現在、効いていません。理由: {reason}。"]

    pcs.play("pc", settles(name="Shut", enabled=False))
    assert pcs.connects("pc", APACHE) == "accepted"
    gone = [*settles(name="Shut", state="absent"), *settles(name="Web", state="absent")]
    closed = pcs.play("pc", gone)[4]
    assert pcs.connects("pc", APACHE) == "silent"
    # Rules for single programs are left, and Apache's own is for private networks.
    assert closed["effective"] is True
    assert closed["rules"][0]["reason"].startswith("blocked: no rule decides")
    assert "warnings" not in closed


def test_what_decides_beside_rules_is_the_same_for_all_modules(pcs: Fleet) -> None:
    """Exceptions of old policy templates, IPsec, a block rule for a device path, a client's port,
    and a service whose child listens: what is told, and what a client finds."""
    ports = range(4001, 4009)
    found = {port: pcs.connects("policies", port) for port in ports}
    silent = {4003, 4004, 4006}
    assert found == {port: "silent" if port in silent else "accepted" for port in ports}
    (checked, facts, safe, _mended) = pcs.play(
        "policies",
        [
            Task({"ports": list(ports), "timeout": 1}, "ok", module=CHECK),
            Task({"gather": ["firewall"], "ports": list(ports)}, "ok", module=FACTS),
            asks("ok", rule_id="safe", ports=4004),
            asks("changed", rule_id="old-odd", enabled=True),
        ],
    )
    assert checked["verdicts"] == {
        f"{port}/tcp": "blocked" if port in silent else "reachable" for port in ports
    }
    causes = {each["port"]: [one["kind"] for one in each["causes"]] for each in checked["ports"]}
    assert {port: causes[port] for port in silent} == {
        4003: ["no_rule"],
        4004: ["condition_not_met"],
        4006: ["rule_disabled"],
    }
    listed = facts["ansible_facts"]["port_facts"]["endpoints"]
    assert {each["port"]: each["firewall"]["private"]["state"] for each in listed} == {
        4001: "allowed",
        4002: "allowed",
        4003: "blocked",
        **dict.fromkeys((4004, 4005, 4006, 4007), "conditional"),
        4008: "allowed",
    }
    assert safe["effective"] is None
    assert "the connection security rule 'Only known PCs'" in safe["rules"][0]["reason"]
    # The remedy that port_check offers helps.
    assert pcs.connects("policies", 4006) == "accepted"


# For each port of the program app.exe a rule, its effect, what becomes of a connection, and the
# reason.
LIMITS: list[tuple[dict[str, Any], bool | None, str, str]] = [
    ({}, True, "accepted", "allowed: the allow rule"),
    ({"profiles": "domain,private"}, False, "silent", "the rule is for domain and private"),
    ({"remote_addresses": "203.0.113.0/24"}, True, "silent", "203.0.113.0/24"),
    ({"program": APP}, True, "accepted", "allowed: the allow rule"),
    ({"program": r"C:\Other\app.exe"}, True, "silent", "allowed: the allow rule"),
    ({"service": "App"}, None, "accepted", "if the service is App"),
    ({"enabled": False}, True, "silent", "blocked: no rule decides"),
    ({"protocol": "udp"}, True, "silent", "allowed: the allow rule"),
]


def test_what_a_rule_is_limited_to(pcs: Fleet) -> None:
    rules = [
        {"name": f"App {port}", "ports": port} | limits
        for port, (limits, *_others) in zip(APP_PORTS, LIMITS, strict=True)
    ]
    assert set(pcs.connections("pc", APP_PORTS).values()) == {"silent"}
    (made,) = pcs.play("pc", [asks("changed", rules=rules)])
    answers = pcs.connections("pc", APP_PORTS)
    for rule, port, (limits, effective, answer, words) in zip(
        made["rules"], APP_PORTS, LIMITS, strict=True
    ):
        assert rule["effective"] is effective, limits
        assert words in rule["reason"], limits
        assert answers[port] == answer, limits
    (refused,) = pcs.play("pc", [asks("failed", name="n", ports=1, remote_addresses="127.0.0.0/8")])
    assert "a host's traffic with itself is not filtered" in refused["msg"]


# ------------------------------------------------------------------ from where it is open

# For each port of the program app.exe a rule, and what blocks a part of it.
PARTLY: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
    ({"remote_addresses": "10.0.0.0/8"}, {"remote_addresses": ["10.1.0.0/16", "192.0.2.1"]}),
    ({"remote_addresses": "LocalSubnet"}, None),
    ({}, {"remote_addresses": "2001:db8::/32"}),
    ({"remote_addresses": ["10.0.0.0/8", "fd00::/8"]}, {}),
    ({"remote_addresses": "192.0.2.0/24"}, {"program": APP, "remote_addresses": "192.0.2.0/28"}),
    ({"program": APP, "remote_addresses": "192.0.2.7"}, None),
    ({"remote_addresses": "DNS"}, None),
    ({"remote_addresses": "LocalSubnet"}, {"remote_addresses": "LocalSubnet"}),
]
REACH = ("reach", "reach_from", "reach_more", "reach_perhaps")


def test_from_where_a_port_is_really_open_is_the_same_for_all_modules(pcs: Fleet) -> None:
    rules, blocks = [], []
    for port, (rule, block) in zip(APP_PORTS, PARTLY, strict=True):
        rules.append({"name": f"App {port}", "ports": port} | rule)
        if block is not None:
            blocks.append({"name": f"Shut {port}", "ports": port, "action": "block"} | block)
    _made, predicted, made, checked, facts = pcs.play(
        "pc",
        [
            asks("changed", rules=blocks),
            asks("changed", check=True, rules=rules),
            asks("changed", rules=rules),
            Task({"ports": list(APP_PORTS), "timeout": 1}, "ok", module=CHECK),
            Task(
                {"gather": ["firewall", "networks"], "ports": list(APP_PORTS)}, "ok", module=FACTS
            ),
        ],
    )
    assert [each["open"] for each in predicted["rules"]] == [each["open"] for each in made["rules"]]
    listed = facts["ansible_facts"]["port_facts"]["endpoints"]
    of_facts: dict[int, list[str]] = {}
    for each in sorted(listed, key=lambda each: ":" in each["address"]):
        fact = each["firewall"]["public"]
        everything = ["::/0" if ":" in each["address"] else "0.0.0.0/0"]
        found = everything if fact["reach"] == "everybody" else fact.get("reach_from", [])
        of_facts.setdefault(each["port"], []).extend(found)
    of_check = {each["port"]: each["evidence"]["firewall"] for each in checked["ports"]}
    for port, rule in zip(APP_PORTS, made["rules"], strict=True):
        (opened,) = rule["open"]
        assert (opened["profile"], opened["protocol"], opened["ports"]) == (
            *("public", "tcp"),
            [str(port)],
        )
        (judged,) = of_check[port]
        assert opened["network"] == judged["network"]
        expected = {key: judged[key] for key in REACH if key in judged}
        assert {key: opened[key] for key in REACH if key in opened} == expected, port
        # A listener of port_facts is of one family.
        assert list(dict.fromkeys(of_facts[port])) == expected.get("reach_from", []), port
    left = {
        port: {one["reason"]: one["addresses"] for one in rule["open"][0].get("not_open_from", ())}
        for port, rule in zip(APP_PORTS, made["rules"], strict=True)
    }
    own = [each for each in of_check[9102][0]["reach_from"] if ":" not in each]

    def shut(port: int, *addresses: str) -> dict[str, list[str]]:
        return {f"the block rule 'Shut {port}' of this host": [*addresses]}

    assert left == {
        9101: shut(9101, "10.1.0.0/16"),
        9102: {},
        9103: shut(9103, "2001:db8::/32"),
        9104: shut(9104, "10.0.0.0/8", "fd00::/8"),
        9105: shut(9105, "192.0.2.0/28"),
        9106: {},
        9107: {},
        9108: shut(9108, *own, "fe80::/64"),
    }
    assert {
        port: rule["effective"] for port, rule in zip(APP_PORTS, made["rules"], strict=True)
    } == {
        **dict.fromkeys((9101, 9104, 9105, 9108), False),
        **dict.fromkeys((9102, 9106, 9107), True),
        9103: None,
    }


def test_what_stays_open_when_a_rule_is_gone(pcs: Fleet) -> None:
    port = APP_PORTS[0]
    web = {"name": "Web", "ports": port, "remote_addresses": ["10.0.0.0/8", "192.0.2.0/24"]}
    other = {"name": "Other", "ports": "9000-9200", "remote_addresses": "10.1.0.0/16"}
    shut = {"name": "Shut", "ports": port, "action": "block", "remote_addresses": "10.0.0.0/9"}
    _made, predicted, gone, off, blocked, in_japanese = pcs.play(
        "pc",
        [
            asks("changed", rules=[web, other]),
            asks("changed", check=True, name="Web", state="absent"),
            asks("changed", name="Web", state="absent"),
            asks("changed", **web, enabled=False),
            asks("changed", **shut),
            asks("ok", **web, enabled=False, language="ja"),
        ],
    )
    for found in (predicted, gone, off):
        (opened,) = found["rules"][0]["open"]
        assert found["effective"] is False
        assert (opened["reach"], opened["reach_from"]) == ("some", ["10.1.0.0/16"])
        assert opened["still_open_from"] == [
            {"addresses": ["10.1.0.0/16"], "reason": "the allow rule 'Other' of this host"}
        ]
    (opened,) = blocked["rules"][0]["open"]
    assert (blocked["effective"], opened["reach"]) == (True, "nobody")
    assert not {"still_open_from", "not_open_from"} & opened.keys()
    (opened,) = in_japanese["rules"][0]["open"]
    assert (in_japanese["effective"], opened["reach"]) == (True, "nobody")


# ------------------------------------------------------------------ what wins


def test_a_policy_that_lets_no_local_rule_count(pcs: Fleet) -> None:
    rule = {"name": "Web", "ports": APACHE}
    made, repeated = pcs.play("locked", [asks("changed", **rule), asks("ok", **rule)])
    for result in (made, repeated):
        assert result["effective"] is False
        assert "Group Policy" in result["rules"][0]["reason"]
        assert r"DomainProfile\AllowLocalPolicyMerge" in result["rules"][0]["reason"]
        profiles = result["rules"][0]["profiles"]
        assert [name for name, each in profiles.items() if each["active"]] == ["domain"]
        assert profiles["public"]["effective"] is True
    assert pcs.connects("locked", APACHE) == "silent"


def test_another_maker_s_firewall(pcs: Fleet) -> None:
    (made,) = pcs.play("shield", [asks("changed", name="Web", ports=APACHE)])
    assert made["effective"] is False
    assert made["rules"][0]["profiles"]["public"]["state"] == "overruled"
    assert "Example Total Security Firewall" in made["rules"][0]["reason"]
    assert pcs.connects("shield", APACHE) == "silent"


def test_which_profiles_may_reach_which_listener(pcs: Fleet) -> None:
    tasks = [Task({"gather": ["firewall"], "protocols": ["tcp"]}, "ok", module=FACTS)]
    plays = [(name, tasks, {}) for name in ("pc", "locked", "shield")]
    found, locked, shield = (
        each["ansible_facts"]["port_facts"] for (each,) in pcs.play_each(*plays)
    )
    by_port = {
        each["port"]: each["firewall"]
        for each in found["endpoints"]
        if each["address"] == "0.0.0.0" and "firewall" in each
    }
    assert by_port[APACHE]["private"]["reason"] == (
        "allowed: the allow rule 'Apache HTTP Server' of this host"
    )
    assert by_port[APACHE]["public"]["state"] == "blocked"
    assert by_port[5985]["private"]["state"] == "allowed"
    assert found["profiles"][0]["profile"] == "public"
    assert found["firewall"]["profiles"]["public"]["active"] is True
    # What is said is what happens, at each port that something listens at.
    of_winrm = PORTS_OF_WINRM | {pcs.hosts["pc"].port}
    words = {"allowed": "accepted", "blocked": "silent"}
    expected = {
        port: words[firewall["public"]["state"]]
        for port, firewall in by_port.items()
        if port not in of_winrm and firewall["public"]["state"] in words
    }
    assert set(expected.values()) == {"accepted", "silent"}
    assert pcs.connections("pc", expected) == expected
    domain = locked["firewall"]["profiles"]["domain"]
    assert domain["local_rules"] is False
    assert domain["set_by"]["local_rules"] == "group_policy"
    assert shield["firewall"]["products"] == ["Example Total Security Firewall"]


# ------------------------------------------------------------------ texts, differences, other ways

ODD = ["社内ポータル", 'say "hi"', "%PATH% %%", "a & b | c".replace("|", "¦"), "<b>&lt;</b>", "]]>",
       "it's", r"C:\a\b", "^caret !x!", "  blanks  ", "👍 é", "$(whoami) `id`; echo"]  # fmt: skip


def test_any_text_survives_and_none_stands_in_a_command_line(pcs: Fleet) -> None:
    rules = [{"name": text, "ports": 81, "description": text, "group": text} for text in ODD]
    pcs.hosts.log.clear()
    pcs.play("pc", [asks("changed", rules=rules), asks("ok", rules=rules)])
    for text in ODD:
        (rule,) = pcs.named("pc", text)
        assert (rule["Desc"], rule["EmbedCtxt"]) == (text, text)
    lines = {entry.detail for entry in pcs.hosts.log.entries(action="Command")}
    # The first reading asks http.sys for WinRM's ports too.
    assert sorted("netsh.exe http show" in line for line in lines) == [False, True]
    (asked,) = (line for line in lines if "netsh.exe http show" in line)
    assert "netsh.exe http show servicestate view=requestq || echo portkeeper-" in asked
    assert not any(text.strip() in line for text in ODD for line in lines)
    pcs.play("pc", [asks("changed", rules=[{"name": text} for text in ODD], state="absent")])


def test_a_difference_that_a_person_can_read(pcs: Fleet) -> None:
    rule = {"name": "Shown", "ports": [80, 443], "profiles": "domain"}
    tasks = [asks("changed", **rule), asks("changed", **(rule | {"ports": [80, 8443]}))]
    _results, text = pcs.play_and_text(
        "pc", [*tasks, asks("changed", name="Shown", state="absent")]
    )
    assert "+ports: 80, 443\n" in text
    assert "-ports: 80, 443\n+ports: 80, 8443\n" in text
    assert "-ports: 80, 8443\n" in text
    assert " profiles: domain\n" in text


WAYS: list[dict[str, Any]] = [
    {"ansible_connection": "winrm", "ansible_winrm_transport": "ntlm"},
    {"ansible_connection": "psrp", "ansible_psrp_auth": "basic", "ansible_psrp_protocol": "http",
     "ansible_psrp_message_encryption": "never"},
    {"ansible_connection": "psrp", "ansible_psrp_auth": "ntlm", "ansible_psrp_protocol": "http",
     "ansible_psrp_message_encryption": "auto"},
]  # fmt: skip


def test_every_way_to_a_host(pcs: Fleet) -> None:
    """NTLM, whose messages are sealed, and Basic over psrp; all other tests take Basic over winrm."""
    tasks = [*settles(name="Way", ports=81), *settles(name="Way", state="absent")]
    pcs.play_each(*(("pc", tasks, way) for way in WAYS))


def test_a_change_that_fails_in_the_middle_is_taken_back(tmp_path: Path) -> None:
    machine = load("win11-ja").boot("pc", address(30))
    fault = "reset-before,action=Put,class=MSFT_NetProtocolPortFilter,count=1"
    with fleet(tmp_path, [machine], faults=[fault]) as running:
        before = running.rules("pc")
        results = running.play(
            "pc",
            [asks("failed", name="Web", ports=80), asks("changed", name="Web", ports=80)],
        )
        assert "The rule 'Web' is not there: what was begun was taken back." in results[0]["msg"]
        assert not results[0]["changed"]
        assert len(running.rules("pc")) == len(before) + 1


def test_a_task_that_fails_midway_tells_how_its_rules_stand(tmp_path: Path) -> None:
    machine = load("win11-ja").boot("pc", address(31))
    fault = "reset-before,action=Enable,skip=1,count=1"
    rules = [{"name": f"Web {number}", "ports": 8000 + number} for number in range(3)]
    with fleet(tmp_path, [machine], faults=[fault]) as running:
        failed, again = running.play(
            "pc", [asks("failed", rules=rules), asks("changed", rules=rules)]
        )
        assert failed["changed"]
        assert [each["outcome"] for each in failed["rules"]] == [
            "created", "unchanged", "unchanged",
        ]  # fmt: skip
        assert "Done anyway: 'Web 0'." in failed["msg"]
        assert "pc (http://" in failed["msg"]
        assert [each["outcome"] for each in again["rules"]] == ["unchanged", "created", "created"]
