# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of the modules as a person sees them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import Tone, width
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.results import (
    CHECK_MODE,
    MODULES,
    show,
)
from unit.returned import endpoint, port_facts, port_range


def shown(module: str, result: dict[str, Any], **options: Any) -> list[str]:
    lines = show(module, {"changed": False} | result, **options)
    assert lines is not None
    return lines


def facts(**changes: Any) -> dict[str, Any]:
    listener = endpoint(address="::", port=443, pid=8, process="業務.exe", service=None)
    return {"ansible_facts": {"port_facts": port_facts(**{"endpoints": [listener]} | changes)}}


def checked(**changes: Any) -> dict[str, Any]:
    listener = {"address": "::", "pid": 8, "process": "httpd.exe", "services": ["A", "B"]}
    return {
        "protocol": "tcp",
        "port": 80,
        "name": "http",
        "verdict": "hidden_by_profile",
        "evidence": {
            "listeners": [listener, listener | {"address": "0.0.0.0"}],
            "firewall": [{"profile": "public", "state": "blocked"}],
        },
    } | changes


def check(*ports: dict[str, Any], **changes: Any) -> dict[str, Any]:
    networks = [
        {"name": "ネットワーク 2", "profile": "public"},
        {"name": None, "profile": "domain"},
    ]
    return {"ports": list(ports), "networks": networks, "msg": "One.\nTwo."} | changes


def rule(**changes: Any) -> dict[str, Any]:
    made = {
        "direction": "in",
        "action": "allow",
        "protocol": "tcp",
        "ports": ["80", "443"],
        "profiles": ["domain"],
        "remote_addresses": ["LocalSubnet"],
    }
    return {
        "name": "Web",
        "rule_id": "{1}",
        "outcome": "created",
        "rule": made,
        "effective": True,
        "reason": "allowed: the allow rule 'Web' of this host",
    } | changes


def holder(pid: int, process: str, **changes: Any) -> dict[str, Any]:
    return {
        "ports": [f"{pid}/tcp"],
        "addresses": ["0.0.0.0", "::"],
        "pid": pid,
        "process": process,
        "services": [],
        "owner": [],
    } | changes


def freed(**changes: Any) -> dict[str, Any]:
    lists = ("before", "after", "stopped", "refused", "came_back")
    return {name: [] for name in lists} | {"msg": "Done."} | changes


def test_facts_and_what_else_was_read() -> None:
    reserved = [port_range("tcp", 5357, 5357), port_range("tcp", 50000, 50059, True)]
    lines = shown(
        "port_facts",
        facts(
            reserved=reserved + reserved,
            dynamic_range=[port_range("udp", 49152, 65535)],
            profiles=[{"name": "Office", "profile": "domain"}],
            firewall={"products": ["Other Firewall"], "problem": "nothing is certain"},
        ),
    )
    assert lines == [
        "PROTO  PORT  NAME   ADDRESSES  STATE   PID  PROCESS   SERVICES / URLS",
        "TCP     443  https  ::         listen    8  業務.exe",
        "Reserved: TCP 5357, TCP 50000-50059 (administered)",
        "For outgoing connections: UDP 49152-65535",
        "Networks: Office (domain)",
        "In charge of the firewall: Other Firewall",
        "nothing is certain",
    ]


def test_no_facts_are_said_to_be_none() -> None:
    assert shown("port_facts", facts(endpoints=[])) == ["Nothing holds the ports asked for."]


def test_a_check_tells_each_port_and_then_what_to_do() -> None:
    nobody: dict[str, Any] = {"listeners": [], "firewall": []}
    other = checked(port=81, name=None, verdict="not_listening", evidence=nobody)
    assert shown("port_check", check(checked(), other)) == [
        "VERDICT            PROTO  PORT  NAME  ADDRESSES    PID  PROCESS    SERVICES  FIREWALL",
        "hidden by profile  TCP      80  http  ::, 0.0.0.0    8  httpd.exe  A, B      "
        "public blocked",
        "not listening      TCP      81",
        "Networks: ネットワーク 2 (public), unnamed (domain)",
        "One.",
        "Two.",
    ]


def test_what_was_expected_has_a_column() -> None:
    result = check(checked(as_expected=False), checked(as_expected=True), failed=True)
    lines = shown("port_check", result)
    assert lines[0].endswith("  AS EXPECTED")
    assert [line.rsplit(maxsplit=1)[1] for line in lines[1:3]] == ["no", "yes"]


def test_rules_and_whether_they_count() -> None:
    gone = rule(outcome="deleted", rule=None, before={"direction": "out"}, effective=None)
    lines = shown("port_firewall", {"rules": [rule(), gone], "active_profiles": ["domain"]})
    assert lines == [
        "OUTCOME  RULE  DIRECTION  ACTION  PROTO  PORTS    PROFILES  FROM         EFFECTIVE",
        "created  Web   in         allow   tcp    80, 443  domain    LocalSubnet  yes",
        "deleted  Web   out                                                       unknown",
        "Active profiles: domain",
        "Web: allowed: the allow rule 'Web' of this host",
        "Web: allowed: the allow rule 'Web' of this host",
    ]


def test_what_has_become_of_what_held_ports() -> None:
    service = {"kind": "service", "name": "Dependent", "pid": 7, "ports": []}
    stopped = {"kind": "process", "name": "a.exe", "pid": 1, "ports": ["1/tcp"]}
    result = freed(
        before=[
            holder(1, "a.exe"),
            holder(2, "b.exe"),
            holder(3, "c.exe", services=["C"]),
            holder(4, "System", owner=["SMB"]),
        ],
        after=[holder(2, "b.exe")],
        stopped=[stopped, service],
        refused=[{"pid": 4, "reason": "windows_itself"}],
        came_back=[holder(9, "a.exe")],
    )
    lines = shown("port_process", result)
    outcomes = [line[: lines[0].index("PORTS")].rstrip() for line in lines[1:-1]]
    assert outcomes == [
        "stopped",
        "left",
        "gone",
        "refused: windows itself",
        "stopped",
        "came back",
    ]
    assert [line.rsplit("  ", 1)[1] for line in lines[3:6]] == ["C", "SMB", "Dependent"]
    assert lines[-1] == "Done."


def test_nothing_is_known_of_a_host_that_answers_no_more() -> None:
    result = freed(before=[holder(1, "a.exe")], after=None, failed=True)
    assert shown("port_process", result)[1].startswith("unknown")


def test_where_nobody_holds_the_ports_there_is_no_table() -> None:
    assert shown("port_process", freed(msg="Nobody holds 80/tcp.")) == ["Nobody holds 80/tcp."]


def test_in_check_mode_it_is_said_that_nothing_was_changed() -> None:
    result = {"rules": [rule()], "active_profiles": []}
    changed = shown("port_firewall", result | {"changed": True}, check_mode=True)
    assert changed[-1] == CHECK_MODE
    assert CHECK_MODE not in shown("port_firewall", result, check_mode=True)
    assert CHECK_MODE not in shown("port_firewall", result | {"changed": True})


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_failure_is_its_message_in_lines(module: str) -> None:
    assert shown(module, {"failed": True, "msg": "One.\nTwo\x1b[2J."}) == ["One.", "Two[2J."]


def test_it_fits_a_terminal() -> None:
    result = check(checked(verdict="third_party_firewall"), msg="a long message " * 20)
    lines = shown("port_check", result, limit=80)
    assert max(map(width, lines)) <= 80
    assert " ".join(lines).count("long message") == 20


def test_verdicts_have_tones_and_words() -> None:
    def paint(text: str, tone: Tone) -> str:
        return f"<{tone.value}>{text}</>"

    ports = [checked(verdict=verdict) for verdict in ("reachable", "blocked", "unknown")]
    lines = shown("port_check", check(*ports), paint=paint)
    assert [line.split("</>")[0] for line in lines[1:4]] == [
        "<good>reachable",
        "<bad>blocked",
        "<notice>unknown",
    ]
    assert "<bad>public blocked</>" in lines[1]


def test_hostile_text_is_harmless() -> None:
    names = [
        "<img src=x onerror=alert(1)>",
        "\x1b[2J\x1b]0;title\x07",
        "=cmd|' /C calc'!A0",
        "a\u202egnp.exe",
        "\ud800",
        "x" * 1_000_000,
    ]
    for name in names:
        listener = {"address": "::", "pid": 8, "process": name, "services": [name]}
        evidence = {"listeners": [listener], "firewall": [{"profile": name, "state": name}]}
        results = [
            ("port_facts", facts(profiles=[{"name": name, "profile": name}])),
            ("port_check", check(checked(evidence=evidence, name=name), msg=name)),
            ("port_firewall", {"rules": [rule(name=name, reason=name)], "active_profiles": [name]}),
            ("port_process", freed(before=[holder(1, name, services=[name])], msg=name)),
        ]
        for module, result in results:
            lines = shown(module, result)
            assert all(line.isprintable() and len(line) <= 11_000 for line in lines)
            "\n".join(lines).encode("utf-8")


@pytest.mark.parametrize("module", sorted(MODULES))
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"censored": "the output has been hidden"},
        {"results": [], "msg": "All items completed"},
        {"msg": 1},
        {"msg": ["a"]},
        {"ansible_facts": []},
        {"ansible_facts": {"port_facts": {"endpoints": [1]}}},
        {"ports": [{}], "msg": "x"},
        {"rules": None, "msg": 1},
        {"before": 1, "msg": "x"},
        {"ports": 1, "rules": 1, "before": 1, "ansible_facts": 1},
    ],
)
def test_another_form_is_not_shown_and_breaks_nothing(module: str, wrong: dict[str, Any]) -> None:
    lines = show(module, wrong)
    assert lines is None or lines == ["x"]


@pytest.mark.parametrize(
    "changes",
    [
        {"pid": {}, "process": []},
        {"protocol": "sctp"},
        {"state": 5},
        {"firewall": []},
        {"firewall": {"public": None}},
        {"http_urls": [1]},
    ],
)
def test_endpoints_of_another_form_break_nothing(changes: dict[str, Any]) -> None:
    assert show("port_facts", facts(endpoints=[endpoint(**changes)])) is None
