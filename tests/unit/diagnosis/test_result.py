# SPDX-License-Identifier: GPL-3.0-or-later
"""A diagnosis as port_check returns it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Cause,
    CauseKind,
    Situation,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import (
    reach_of,
    report,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    PortRange,
    Protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.diagnosis.cases import (
    CAFE,
    CONNECTED,
    HTTPD,
    NOTHING,
    OFFICE,
    OPEN_80,
    PC,
    TIMED_OUT,
    ask,
    by_policy,
    firewall,
    situation,
)
from unit.holder_cases import listener, url
from unit.rows import each_row


def shown(known: Situation, port: int = 80, language: Any = "en", **wanted: Any) -> dict[str, Any]:
    expectation = wanted.pop("expectation", None)
    made = result(known, ask(known, port, **wanted), expectation)
    (found,) = spoken(remedies.written([made], language), language)
    assert json.loads(json.dumps(found)) == found
    return found


def in_words(found: dict[str, Any], language: Any = "en") -> dict[str, Any]:
    said: dict[str, Any] = spoken(found, language)
    return said


def test_reachable() -> None:
    found = shown(situation(attempt=CONNECTED))
    assert (found["port"], found["protocol"], found["name"]) == (80, "tcp", "http")
    assert found["verdict"] == "reachable"
    assert (found["causes"], found["remedies"], found["remarks"]) == ([], [], [])
    assert "as_expected" not in found
    evidence = found["evidence"]
    assert evidence["attempt"] == {"outcome": "connected", "address": PC, "detail": None}
    assert evidence["listeners"] == [
        {
            "address": "0.0.0.0",
            "scope": "all",
            "pid": 4312,
            "process": "httpd.exe",
            "path": HTTPD,
            "services": ["Apache2.4"],
        }
    ]
    (network,) = evidence["firewall"]
    assert network == {
        "network": "Cafe",
        "profile": "public",
        "state": "allowed",
        "from_anywhere": "allowed",
        "allowed_from": ["any"],
        "text": "allowed: the allow rule 'Web' of this host",
        "decided_by": "rule",
        "rule": "Web",
        "rule_id": "web",
        "store": "local",
        "set_by": None,
        "path": None,
        "reach": "everybody",
    }
    assert found["reach"] == "everybody"


class TestWhoCanReach:
    """The word of a port, and what each network says."""

    def test_only_some(self) -> None:
        rules = firewall(f"{OPEN_80}|RA4=10.0.0.0/8|RA4=198.51.100.0/24")
        found = shown(situation(firewall=rules, attempt=CONNECTED))
        assert (found["verdict"], found["reach"]) == ("reachable", "some")
        (network,) = found["evidence"]["firewall"]
        assert network["reach_from"] == ["10.0.0.0/8", "198.51.100.0/24"]

    def test_of_a_listener_for_both_families_both_count(self) -> None:
        rules = firewall(f"{OPEN_80}|RA4=0.0.0.0-255.255.255.255|RA6=fe80::/64")
        known = situation(listener(80, 4312), listener(80, 4312, "::"), firewall=rules)
        found = shown(known)
        assert found["reach"] == "some"
        (network,) = found["evidence"]["firewall"]
        assert network["reach_from"] == ["0.0.0.0/0", "fe80::/64"]

    def test_nobody_where_nothing_listens_for_others(self) -> None:
        for endpoints in (NOTHING, (listener(80, 4312, "127.0.0.1"),)):
            found = shown(situation(*endpoints))
            assert found["reach"] == "nobody"

    def test_unknown_where_the_firewall_could_not_be_read(self) -> None:
        found = shown(situation(firewall=None, attempt=CONNECTED))
        assert found["reach"] == "unknown"

    @each_row(
        ("kind", "word"),
        [
            (CauseKind.LOOPBACK_ONLY, "nobody"),
            (CauseKind.ANSWERED_BY_OTHER, "unknown"),
            (CauseKind.NETWORK_UNIDENTIFIED, "unknown"),
            (CauseKind.FIREWALL_UNKNOWN, "unknown"),
            (CauseKind.NO_ANSWER, "everybody"),
        ],
    )
    def test_a_cause_may_say_more_of_it_than_the_rules(self, kind: CauseKind, word: str) -> None:
        rules = firewall(f"{OPEN_80}|Profile=Private")
        known = situation(firewall=rules, networks=(CAFE, OFFICE))
        found = replace(ask(known, 80), causes=(Cause(kind, Phrase("x"), ()),))
        assert reach_of(found) == word

    def test_an_unidentified_network_does_not_matter_where_all_say_the_same(self) -> None:
        known = situation(firewall=firewall(OPEN_80), networks=(CAFE, OFFICE))
        cause = Cause(CauseKind.NETWORK_UNIDENTIFIED, Phrase("x"), ())
        assert reach_of(replace(ask(known, 80), causes=(cause,))) == "everybody"

    def test_where_any_of_several_networks_may_be_the_controller_s_the_widest_counts(self) -> None:
        rules = firewall(f"{OPEN_80}|Profile=Private")
        found = shown(situation(firewall=rules, networks=(CAFE, OFFICE)))
        told = {each["network"]: each["reach"] for each in found["evidence"]["firewall"]}
        assert told == {"Cafe": "nobody", "Office": "everybody"}
        assert found["reach"] == "everybody"

    def test_by_a_network_without_the_address_of_the_listener_nobody_can(self) -> None:
        office = replace(OFFICE, addresses=("10.1.1.5",))
        cafe = replace(CAFE, addresses=(PC,))
        known = situation(listener(80, 4312, PC), networks=(cafe, office))
        told = {each["network"]: each["reach"] for each in shown(known)["evidence"]["firewall"]}
        assert told == {"Cafe": "everybody", "Office": "nobody"}


def test_causes_and_remedies() -> None:
    found = shown(situation(firewall=firewall(), attempt=TIMED_OUT))
    (cause,) = found["causes"]
    assert (cause["kind"], cause["verdict"], cause["rule"]) == ("no_rule", "blocked", None)
    assert cause["text"].endswith("no firewall rule opens it.")
    (remedy,) = found["remedies"]
    assert (remedy["cause"], remedy["text"]) == (
        "no_rule",
        "If everybody on the public network may connect, open it with port_firewall.",
    )
    assert yaml.safe_load(remedy["yaml"]) == [remedy["task"]]
    assert remedy["task"]["name"] == "Open TCP 80 in the firewall for everybody on a public network"
    assert remedy["task"]["portkeeper.windows.port_firewall"]["profiles"] == ["public"]


def test_the_setting_of_a_policy_is_named() -> None:
    locked = firewall(OPEN_80, settings={"local_rules": by_policy(False)})
    (cause,) = shown(situation(firewall=locked, attempt=TIMED_OUT))["causes"]
    assert cause["rule"] == "Web"
    assert cause["setting"].endswith(r"\PublicProfile\AllowLocalPolicyMerge")


def test_in_japanese() -> None:
    found = shown(situation(firewall=firewall(), attempt=TIMED_OUT), language="ja")
    assert found["msg"].endswith(
        "ブロックされています。パブリック ネットワークのすべての相手に接続を許可してよい場合は、"
        "port_firewall で許可してください。"
    )
    assert found["remedies"][0]["task"]["name"] == (
        "ファイアウォールで TCP 80 を許可する (パブリック ネットワークのすべての相手が対象)"
    )
    (network,) = found["evidence"]["firewall"]
    assert network["text"] == (
        "ブロック: 一致する規則がないため、既定の動作でブロックされます (Windows の既定値)"
    )


def test_a_new_rule_has_one_name_in_both_languages() -> None:
    """Whoever runs a task in Japanese and one in English has made one rule, and not two."""
    known = situation(firewall=firewall(), attempt=TIMED_OUT)
    english, japanese = (
        shown(known, language=language)["remedies"][0]["task"] for language in ("en", "ja")
    )
    (module,) = english.keys() - {"name"}
    assert english["name"] != japanese["name"]
    assert english[module] == japanese[module]
    assert english[module]["name"] == "Allow TCP 80"


def test_an_expectation() -> None:
    assert shown(situation(), expectation=Expectation.IN_USE)["as_expected"] is True
    found = shown(situation(), expectation=Expectation.FREE, free=True)
    assert found["as_expected"] is False
    assert found["msg"].startswith("TCP 80 should be free and is not")


def test_nothing_is_in_the_way_of_a_port_that_should_be_free_and_is() -> None:
    found = shown(situation(*NOTHING), expectation=Expectation.FREE, free=True)
    assert found["as_expected"] is True
    assert (found["causes"], found["remedies"]) == ([], [])
    found = shown(situation(*NOTHING), expectation=Expectation.IN_USE)
    assert [each["kind"] for each in found["causes"]] == ["nothing_listens"]


def test_reserved_ranges_and_urls() -> None:
    ranges = [PortRange(Protocol.TCP, "ipv4", 80, 179)]
    found = shown(situation(*NOTHING, reserved=ranges))
    assert found["evidence"]["reserved"] == [
        {"family": "ipv4", "start": 80, "end": 179, "administered": False}
    ]
    found = shown(situation(listener(80, 4), urls=[url(80, 5008), url(81, 5008)]))
    assert found["evidence"]["listeners"][0]["http_urls"] == ["HTTP://+:80/"]
    assert found["remarks"] == ["The controller has not tried to connect."]


def test_a_port_without_a_name() -> None:
    assert shown(situation(listener(12345, 5000)), 12345)["name"] is None
    assert shown(situation(listener(12345, None)), 12345)["evidence"]["listeners"][0]["pid"] is None


WANTED = [WantedPort(Protocol.TCP, 80), WantedPort(Protocol.TCP, 81)]


def reported(known: Situation, expectation: Expectation | None = None) -> dict[str, Any]:
    return in_words(report(known, diagnose(known, WANTED), expectation))


def test_a_report_of_several_ports() -> None:
    found = reported(situation(attempt=CONNECTED))
    assert found["verdicts"] == {"80/tcp": "reachable", "81/tcp": "not_listening"}
    assert found["networks"] == [{"name": "Cafe", "profile": "public"}]
    assert [each["port"] for each in found["ports"]] == [80, 81]
    assert found["msg"].splitlines() == [each["msg"] for each in found["ports"]]
    assert "failed" not in found


def test_of_several_networks_it_is_told_by_which_the_controller_comes() -> None:
    office = replace(OFFICE, addresses=("10.0.0.4",))
    both = (office, CAFE)
    told = {
        arrives: [each["controller"] for each in reported(known)["networks"]]
        for arrives in ("10.0.0.4", None)
        for known in [situation(networks=both, arrives=arrives)]
    }
    assert told == {"10.0.0.4": [True, False], None: [None, None]}
    firewall = reported(situation(networks=both, arrives="10.0.0.4"))["ports"][0]["evidence"]
    assert [each["decides"] for each in firewall["firewall"]] == [True, False]


def test_of_several_that_are_not_as_expected_some_may_be() -> None:
    known = situation(listener(80, 7777))
    wanted = [WantedPort(Protocol.TCP, 80, expected_process=("nginx",)), WANTED[1]]
    found = in_words(report(known, diagnose(known, wanted), Expectation.REACHABLE))
    first = found["msg"].splitlines()[0]
    assert first == "2 of 2 ports should be reachable and are not, or may not be."


def test_a_report_of_what_is_not_as_expected_is_about_that_alone() -> None:
    found = reported(situation(attempt=CONNECTED), Expectation.REACHABLE)
    assert found["failed"] is True
    assert found["msg"].splitlines() == [
        "1 of 2 ports should be reachable and are not.",
        "Nothing listens at TCP 81; start the program that should serve it, and check the port in "
        "its settings.",
    ]
    one = situation(*NOTHING)
    alone = in_words(report(one, diagnose(one, WANTED[:1]), Expectation.IN_USE), "ja")
    assert alone["msg"] == alone["ports"][0]["msg"]


def test_a_report_of_what_is_as_expected() -> None:
    found = reported(situation(*NOTHING), Expectation.FREE)
    assert "failed" not in found
    shown = "as far as it shows on the PC: no process holds it, and Windows neither reserves nor"
    assert found["msg"].splitlines() == [
        f"TCP {port} is free, {shown} forwards it." for port in (80, 81)
    ]
