# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin for well-known ports, with the options that its documentation tells Ansible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.well_known import (
    WELL_KNOWN_PORTS,
)
from unit.rows import each_row

FOLDER = Path(__file__).parents[3] / "plugins" / "lookup"


@pytest.fixture(scope="module")
def plugin() -> Any:
    lookup_loader.add_directory(str(FOLDER))
    return lookup_loader.get("well_known_port")


@each_row(
    ("terms", "options", "found"),
    [
        (["https"], {}, [443]),
        (["RDP", " smb "], {}, [3389, 445]),
        ([80, "443"], {}, ["http", "https"]),
        (["443/udp"], {}, ["http3"]),
        ([443], {"protocol": "udp"}, ["http3"]),
        (["443/tcp"], {"protocol": "udp"}, ["https"]),
        ([123], {}, ["ntp"]),  # only UDP has it
        (["mssql"], {"want": "name"}, ["ms-sql-s"]),
        ([1433], {"want": "port"}, [1433]),
        (["rdp"], {"want": "description"}, ["Remote Desktop (RDP)"]),
        ([3389], {"want": "description", "language": "ja"}, ["リモート デスクトップ (RDP)"]),
        ([12345, "http"], {"default": None}, [None, 80]),
        (["nonsense"], {"default": 0}, [0]),
    ],
)
def test_terms(plugin: Any, terms: list[Any], options: dict[str, Any], found: list[Any]) -> None:
    assert plugin.run(terms, variables={}, **options) == found


def test_without_the_option_the_language_is_that_of_the_controller(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTKEEPER_LANGUAGE", "ja")
    assert plugin.run(["rdp"], variables={}, want="description") == ["リモート デスクトップ (RDP)"]
    english = plugin.run(["rdp"], variables={}, want="description", language="en")
    assert english == ["Remote Desktop (RDP)"]
    with pytest.raises(AnsibleError, match="名前でもポートでもありません"):
        plugin.run(["nonsense"], variables={})


def test_an_entry(plugin: Any) -> None:
    assert plugin.run(["winrm"], variables={}, want="entry", language="ja") == [
        {
            "name": "wsman",
            "names": ["wsman", "winrm", "winrm-http"],
            "port": 5985,
            "protocols": ["tcp"],
            "description": "WinRM (HTTP)",
            "source": "IANA",
        }
    ]


def test_without_terms_the_whole_table(plugin: Any) -> None:
    found = plugin.run([], variables={})
    assert len(found) == len(WELL_KNOWN_PORTS)
    assert {entry["port"] for entry in found} >= {20, 22, 25, 53, 80, 110, 143, 443, 3389, 445}
    assert {entry["source"] for entry in found} == {"IANA", "Microsoft", "WSUS", "maker"}


@each_row("term", ["nonsense", 12345, "80/icmp", "80/udp", "", "999999", "x" * 500])
def test_what_is_not_there_is_an_error_that_says_so(plugin: Any, term: Any) -> None:
    with pytest.raises(AnsibleError, match="neither a name nor a port of the table"):
        plugin.run([term], variables={})


@each_row("options", [{"want": "number"}, {"language": "de"}, {"protocol": "icmp"}])
def test_wrong_options_are_refused(plugin: Any, options: dict[str, str]) -> None:
    with pytest.raises(AnsibleError, match=next(iter(options.values()))):
        plugin.run(["http"], variables={}, **options)
