# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a host as a person sees them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import width
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.results import show
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language

SETTINGS: dict[str, Any] = {
    "active": True,
    "effective": {"enabled": True, "log_file_name": "x.log", "log_max_size_kilobytes": 4096},
    "origins": {"enabled": "local"},
    "disabled_interfaces": [],
}


def listed(**changes: Any) -> dict[str, Any]:
    """An entry of the result."""
    options = {
        "direction": "in",
        "action": "allow",
        "protocol": "tcp",
        "ports": ["80"],
        "remote_ports": ["any"],
        "profiles": ["private"],
        "remote_addresses": ["LocalSubnet"],
        "program": "any",
    }
    entry = {
        "name": "Web",
        "rule_id": "web",
        "group": "",
        "store": "local",
        "counts": False,
        "status": "beaten",
        "reason": "blocked: the block rule 'No'",
        "decided_by": [],
        "windows_own": False,
        "rule": options | changes.pop("rule", {}),
        "limits": {},
    }
    return entry | changes


def lines(
    *rules: dict[str, Any], language: Language = "en", limit: int | None = None, **changes: Any
) -> list[str]:
    result = {
        "changed": False,
        "msg": "All of it.",
        "rules": list(rules),
        "read": {},
        "active_profiles": ["private"],
        "profiles": {"private": SETTINGS},
        "products": [],
        "may_filter": [],
        "problem": None,
    }
    shown = show("port_firewall_info", result | changes, language, limit)
    assert shown is not None
    return shown


def test_rules_and_why_they_do_not_count() -> None:
    out = {"direction": "out", "remote_ports": ["443"], "remote_addresses": ["any"]}
    fine = listed(name="Out", status="counts", reason="-", counts=True, rule=out)
    assert lines(listed(), fine, listed()) == [
        "STATUS  RULE  STORE  DIRECTION  ACTION  PROTO  PORTS  PROFILES  REMOTE       PROGRAM",
        "beaten  Web   local  in         allow   tcp    80     private   LocalSubnet  any",
        # The port of what leaves is that of the other side.
        "counts  Out   local  out        allow   tcp    443    private   any          any",
        "beaten  Web   local  in         allow   tcp    80     private   LocalSubnet  any",
        # The same is told once.
        "Web: blocked: the block rule 'No'",
        "Active profiles: private",
        "All of it.",
    ]


def test_a_rule_of_an_app_is_not_for_every_program() -> None:
    _head, row, *_texts = lines(listed(limits={"package": ["S-1-15-2-1"]}))
    assert row.endswith("an app package")


def test_many_reasons_are_left_to_the_result() -> None:
    every = [listed(name=f"Rule {number}", reason=str(number)) for number in range(21)]
    assert len(lines(*every)) == 1 + 21 + 2
    assert len(lines(*every[1:])) == 1 + 20 + 20 + 2


def test_what_else_decides() -> None:
    products = [
        {"name": "Other", "state": "on", "in_charge": True},
        {"name": "Old", "state": "off", "in_charge": False},
    ]
    assert lines(products=products, problem="Start it.", active_profiles=[]) == [
        # A host that answers is in a network, whether Windows reports one or not.
        "Active profiles: unknown",
        "In charge of the firewall: Other",
        "Start it.",
        "All of it.",
    ]


def test_in_japanese() -> None:
    assert lines(listed(), language="ja")[:2] == [
        "状況              規則  ストア    方向  操作  プロトコル  ポート  プロファイル  リモート     "
        "プログラム",
        "ほかの規則が優先  Web   ローカル  受信  許可  tcp         80      プライベート  LocalSubnet  "
        "すべて",
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_fits_a_terminal_of_80_columns(language: Language) -> None:
    long = listed(name="A rule with a long name", rule={"program": r"C:\Program Files\a\b.exe"})
    assert max(map(width, lines(long, language=language, limit=80))) <= 80
