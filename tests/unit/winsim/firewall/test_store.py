# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores that images start from, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import host
from winsim import images
from winsim.firewall.store import (
    LOCAL_ROOT,
    POLICY_ROOT,
    RULES,
    SAMPLES,
    FirewallState,
    Value,
    read_dump,
)

WEB = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|"


def state(**section: Any) -> FirewallState:
    firewall = host(**section).firewall
    assert firewall is not None
    return firewall


def test_recorded_stores_of_windows_10_1903() -> None:
    firewall = state()
    assert {store: len(firewall.rules(store)) for store in RULES} == {
        "local": 480,
        "policy": 0,
        "mdm": 0,
        "static": 203,
        "configurable": 5,
        "appiso": 376,
    }
    assert firewall.version == "v2.30"
    assert firewall.settings("private") == {
        "DisableNotifications": Value("REG_DWORD", 0),
        "EnableFirewall": Value("REG_DWORD", 1),
    }
    rule = firewall.rule("WinRM-HTTP-in-TCP")
    assert rule is not None
    assert rule.all("Profile") == ["Public"]


def test_machines_share_what_they_have_not_changed() -> None:
    first, second = state(), state()
    first.set_rule("new", WEB)
    first.set_value(rf"{LOCAL_ROOT}\PublicProfile", "EnableFirewall", 0)
    assert "new" in first.rules()
    assert "new" not in second.rules()
    assert second.settings("public")["EnableFirewall"] == Value("REG_DWORD", 1)
    path = next(SAMPLES.glob("win10_1903_*"))
    assert "new" not in FirewallState(read_dump(path)).rules()
    assert read_dump(path) is read_dump(path)


def test_without_a_dump_a_store_starts_empty() -> None:
    firewall = state(dump=[], rules={"Web": WEB})
    assert firewall.rules() == {"Web": WEB}
    assert host(dump=[]).firewall is not None


def test_rules_are_replaced_whatever_the_case_of_their_ids() -> None:
    firewall = state(rules={"Web": WEB})
    firewall.set_rule("WEB", WEB.replace("80", "81"))
    assert list(firewall.rules())[-1] == "Web"
    assert firewall.rules()["Web"].count("LPort=81") == 1
    firewall.delete_rule("web")
    assert "Web" not in firewall.rules()
    with pytest.raises(LookupError):
        firewall.delete_rule("web")


def test_a_text_keeps_its_type() -> None:
    firewall = state()
    key = rf"{LOCAL_ROOT}\PublicProfile\Logging"
    firewall.set_value(key, "LogFilePath", r"%systemroot%\x.log")
    assert firewall.value(key, "LogFilePath") == Value("REG_EXPAND_SZ", r"%systemroot%\x.log")


def test_each_change_is_told() -> None:
    firewall = state()
    told: list[str] = []
    firewall.changed = lambda: told.append("changed")
    firewall.set_rule("web", WEB)
    firewall.delete_rule("web")
    assert told == ["changed", "changed"]


def test_section_of_an_image() -> None:
    firewall = state(
        rules={"web": WEB},
        remove=["CoreNet-IPHTTPS-In"],
        enable=["WINRM-HTTP-In-TCP"],
        disable=["CoreNet-DHCP-In"],
        profiles={"public": {"DoNotAllowExceptions": 1}},
        policy={"rules": {"p": WEB}, "profiles": {"domain": {"AllowLocalPolicyMerge": 0}}},
    )
    rules = firewall.parsed_rules()
    assert rules["web"].text() == WEB
    assert "CoreNet-IPHTTPS-In" not in rules
    assert rules["WINRM-HTTP-In-TCP"].is_true("Active")
    assert not rules["CoreNet-DHCP-In"].is_true("Active")
    assert firewall.settings("public")["DoNotAllowExceptions"] == Value("REG_DWORD", 1)
    assert firewall.rules("policy") == {"p": WEB}
    assert firewall.settings("domain", "policy") == {"AllowLocalPolicyMerge": Value("REG_DWORD", 0)}
    assert firewall.subkeys(POLICY_ROOT) == [
        rf"{POLICY_ROOT}\DomainProfile",
        rf"{POLICY_ROOT}\FirewallRules",
    ]


@each_row(
    "section",
    [
        {"dump": "win12"},
        {"remove": ["nothing"]},
        {"enable": ["nothing"]},
        {"disable": ["nothing"]},
        {"profiles": {"guest": {"EnableFirewall": 1}}},
        {"nothing": 1},
    ],
)
def test_mistakes_in_the_section_are_told(section: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"firewall|profile"):
        host(**section)


def test_image_without_the_section_has_no_firewall() -> None:
    assert images.load("win2008r2").boot().firewall is None


def test_new_engineer_s_pc_has_what_quickconfig_and_answered_questions_left() -> None:
    firewall = images.load("win11-ja").boot().firewall
    assert firewall is not None
    rules = firewall.parsed_rules()
    assert len(rules) == 482
    assert all(rules[f"WINRM-HTTP-In-TCP{end}"].is_true("Active") for end in ("", "-NoScope"))
    asked = {
        (rule.first("App"), rule.first("Protocol"), rule.first("Action"), *rule.all("Profile"))
        for rule_id, rule in rules.items()
        if "Query User" in rule_id
    }
    java = r"C:\program files\eclipse adoptium\jdk-21.0.2.13-hotspot\bin\java.exe"
    assert asked == {
        (r"C:\apache24\bin\httpd.exe", "6", "Allow", "Private"),
        (r"C:\apache24\bin\httpd.exe", "17", "Allow", "Private"),
        (java, "6", "Allow", "Public"),
        (java, "17", "Allow", "Public"),
    }


def test_server_has_opened_web_and_remote_desktop_and_not_sql_server() -> None:
    firewall = images.load("server2022").boot().firewall
    assert firewall is not None
    opened = {
        port
        for rule in firewall.parsed_rules().values()
        if rule.is_true("Active") and rule.first("Dir") == "In" and rule.first("Protocol") == "6"
        for port in rule.all("LPort")
    }
    assert {"80", "3389", "5985"} <= opened
    assert not {"1433", "445"} & opened
