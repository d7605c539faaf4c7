# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall through Ansible: whether a port is really open or really shut, what wins where it
is not as asked, what is refused, and what is told of a host whose firewall can't be worked on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, asks, fleet, settles
from winsim.images import Image, load
from winsim.machine import Machine

pytestmark = pytest.mark.integration

FACTS = "portkeeper.windows.port_facts"
# On a public network, with Apache on 80, which Windows lets in from private networks only.
APACHE = 80
APP = r"C:\App\app.exe"
APP_PORTS = range(9101, 9109)
# WinRM itself listens at a port of the test's choice, and at none of these.
PORTS_OF_WINRM = {5985, 47001}


def changed_image(name: str, **sections: Any) -> Image:
    """An image of which some sections have further keys."""
    found = load(name)
    document = dict(found.document)
    for section, keys in sections.items():
        document[section] = document.get(section, {}) | keys
    return Image(found.name, document)


def with_app(image: Image) -> Image:
    """The image with a program that listens at ports that no rule is about."""
    ports = [f"0.0.0.0:{port}" for port in APP_PORTS]
    process = {"pid": 9900, "name": "app.exe", "path": APP, "services": ["App"], "tcp": ports}
    document = dict(image.document)
    document["processes"] = [*document["processes"], process]
    document["services"] = document["services"] | {"App": {"display": "App"}}
    return Image(image.name, document)


def stopped(machine: Machine) -> Machine:
    """The machine with its firewall service stopped, as people who want no firewall leave it."""
    service = machine.service("MpsSvc")
    assert service is not None
    machine.put_service(replace(service, state="Stopped", process_id=0, start_mode="Disabled"))
    return machine


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    machines = [
        with_app(load("win11-ja")).boot("pc", address(11)),
        load("gpo-locked").boot("locked", address(12)),
        load("third-party-firewall").boot("shield", address(13)),
        changed_image("win11-ja", firewall={"broken_classes": True}).boot("broken", address(14)),
        stopped(load("win11-ja").boot("stopped", address(15))),
        load("win2008r2").boot("old", address(16)),
        changed_image("win11-ja", firewall={"read_only": True}).boot("readonly", address(17)),
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_rules_for_each_test(pcs: Fleet) -> Iterator[None]:
    """The PC that most tests share gets back the rules that it had."""
    state = pcs.firewall("pc")
    before = state.rules()
    yield
    for rule_id in state.rules().keys() - before.keys():
        state.delete_rule(rule_id)
    for rule_id, text in before.items():
        if state.rules().get(rule_id) != text:
            state.set_rule(rule_id, text)


# ------------------------------------------------------------------ really open, really shut


def test_a_port_really_opens_and_really_shuts(pcs: Fleet) -> None:
    web = {"name": "Web", "ports": APACHE}
    assert pcs.connects("pc", APACHE) == "silent"
    (_checked, opened, again) = pcs.play("pc", settles(**web))
    assert pcs.connects("pc", APACHE) == "accepted"
    assert (opened["effective"], again["effective"]) == (True, True)
    assert opened["active_profiles"] == ["public"]
    assert opened["rules"][0]["reason"] == "allowed: the allow rule 'Web' of this host"

    (_checked, shut, _again) = pcs.play("pc", settles(name="Shut", ports="79-81", action="block"))
    assert pcs.connects("pc", APACHE) == "silent"
    assert shut["effective"] is True

    (still_shut,) = pcs.play("pc", [asks("ok", **web)])
    assert still_shut["effective"] is False
    assert still_shut["rules"][0]["reason"] == "blocked: the block rule 'Shut' of this host"
    assert any("has no effect now: blocked: the block rule 'Shut'" in each
               for each in still_shut["warnings"])  # fmt: skip

    pcs.play("pc", settles(name="Shut", enabled=False))
    assert pcs.connects("pc", APACHE) == "accepted"
    pcs.play("pc", settles(name="Shut", state="absent"))
    (_checked, closed, _again) = pcs.play("pc", settles(name="Web", state="absent"))
    assert pcs.connects("pc", APACHE) == "silent"
    # What is left are rules for single programs.
    assert closed["effective"] is None
    assert "if the program is" in closed["rules"][0]["reason"]


# For each port of the program app.exe a rule, its effect, what becomes of a connection, and the
# reason.
LIMITS: list[tuple[dict[str, Any], bool | None, str, str]] = [
    ({}, True, "accepted", "allowed: the allow rule"),
    ({"profiles": "domain,private"}, False, "silent", "the rule is for domain and private"),
    ({"remote_addresses": "203.0.113.0/24"}, True, "silent", "203.0.113.0/24"),
    ({"program": APP}, True, "accepted", "allowed: the allow rule"),
    ({"program": r"C:\Other\app.exe"}, True, "silent", "allowed: the allow rule"),
    ({"service": "App"}, None, "accepted", "if the service is App"),
    ({"enabled": False}, None, "silent", "if the program is"),
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
    assert "traffic with oneself is not filtered" in refused["msg"]


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
    found = pcs.play("pc", tasks)[0]["ansible_facts"]["port_facts"]
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
    words = {"allowed": "accepted", "blocked": "silent"}
    expected = {
        port: words[firewall["public"]["state"]]
        for port, firewall in by_port.items()
        if port not in PORTS_OF_WINRM and firewall["public"]["state"] in words
    }
    assert set(expected.values()) == {"accepted", "silent"}
    assert pcs.connections("pc", expected) == expected
    locked = pcs.play("locked", tasks)[0]["ansible_facts"]["port_facts"]
    domain = locked["firewall"]["profiles"]["domain"]
    assert domain["local_rules"] is False
    assert domain["set_by"]["local_rules"] == "group_policy"
    shield = pcs.play("shield", tasks)[0]["ansible_facts"]["port_facts"]
    assert shield["firewall"]["products"] == ["Example Total Security Firewall"]


# ------------------------------------------------------------------ refused


WINRM_RULE = "WINRM-HTTP-In-TCP-NoScope"
ROUTES_TO_WINRM: list[dict[str, Any]] = [
    {"name": "Shut", "action": "block", "ports": 5985},
    {"name": "Shut", "action": "block", "ports": "5000-6000"},
    {"name": "Shut", "action": "block", "protocol": "tcp"},
    {"name": "Shut", "action": "block", "protocol": "any"},
    {"name": "Shut", "action": "block", "protocol": "any", "profiles": "public"},
    {"name": "Shut", "action": "block", "program": "System"},
    {"name": "Shut", "action": "block", "ports": 5985, "remote_addresses": "10.0.0.0/8"},
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


def test_winrm_is_shut_where_that_is_meant(pcs: Fleet) -> None:
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
    pcs.play("pc", settles(rule_id="{twin-2}", enabled=False))
    (gone,) = pcs.play("pc", [asks("changed", name="twin", state="absent")])
    assert [each["rule_id"] for each in gone["rules"]] == ["{twin-1}", "{twin-2}"]
    assert "2 rules are named 'twin'; all of them go." in gone["warnings"]


def test_a_predefined_rule_is_not_mistaken_for_one_of_the_name_that_people_see(pcs: Fleet) -> None:
    seen = "Remote Desktop - User Mode (TCP-In)"
    before = pcs.rules("pc")
    (made,) = pcs.play("pc", [asks("changed", name=seen, ports=3389)])
    assert made["rules"][0]["outcome"] == "created"
    pcs.play(
        "pc", [asks("changed", name=seen, state="absent"), asks("ok", name=seen, state="absent")]
    )
    assert pcs.rules("pc") == before


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "a|b", "ports": 80}, "| is not allowed"),
    ({"name": "ALL", "ports": 80}, "does not take ALL"),
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
    ({"name": "n", "rules": [{"name": "m"}]}, "say it in each of them"),
]


def test_what_windows_would_not_take_is_refused_before_anything_is_sent(pcs: Fleet) -> None:
    pcs.hosts.log.clear()
    results = pcs.play("pc", [asks("failed", **arguments) for arguments, _unused in REFUSED])
    for (arguments, words), result in zip(REFUSED, results, strict=True):
        assert words in result["msg"], arguments
    assert pcs.hosts.log.entries() == []


def test_a_description_that_windows_does_not_let_go(pcs: Fleet) -> None:
    (refused,) = pcs.play("pc", [asks("failed", rule_id=WINRM_RULE, description="WinRM")])
    assert "does not let it be overwritten" in refused["msg"]


def test_a_new_rule_that_would_open_everything(pcs: Fleet) -> None:
    (refused,) = pcs.play("pc", [asks("failed", name="Oops")])
    assert "would open everything" in refused["msg"]
    (made,) = pcs.play("pc", [asks("changed", check=True, name="Oops", protocol="any")])
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
    assert len(lines) == 1
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


@pytest.mark.parametrize("way", ["winrm ntlm sealed", "psrp basic", "psrp ntlm sealed"])
def test_every_way_to_a_host(pcs: Fleet, way: str) -> None:
    connection, transport = way.split()[:2]
    options = {
        "winrm": ("-e", "ansible_connection=winrm", "-e", f"ansible_winrm_transport={transport}"),
        "psrp": ("-e", "ansible_connection=psrp", "-e", f"ansible_psrp_auth={transport}",
                 "-e", "ansible_psrp_protocol=http", "-e", "ansible_psrp_message_encryption="
                 + ("never" if transport == "basic" else "auto")),
    }[connection]  # fmt: skip
    tasks = [*settles(name="Way", ports=81), *settles(name="Way", state="absent")]
    pcs.play("pc", tasks, *options)


def test_a_change_that_fails_in_the_middle_is_taken_back(tmp_path: Path) -> None:
    machine = load("win11-ja").boot("pc", address(30))
    fault = "reset:after=0,action=Put,class=MSFT_NetProtocolPortFilter,count=1"
    with fleet(tmp_path, [machine], faults=[fault]) as running:
        before = running.rules("pc")
        results = running.play(
            "pc",
            [asks("failed", name="Web", ports=80), asks("changed", name="Web", ports=80)],
        )
        assert "The rule 'Web' is not there: what was begun was taken back." in results[0]["msg"]
        assert not results[0]["changed"]
        assert len(running.rules("pc")) == len(before) + 1
