# SPDX-License-Identifier: GPL-3.0-or-later
"""The table for a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import TcpState
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.table import port_table
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import PhraseError
from unit.returned import endpoint, exposed, url
from unit.rows import each_row


def test_columns_are_aligned() -> None:
    winrm = url(url="HTTP://+:5985/WSMAN/", process="svchost.exe", service="WinRM")
    facts = {
        "endpoints": [
            endpoint(),
            endpoint(address="::"),
            endpoint(
                address="::", port=5985, pid=4, process="System", service=None, http_urls=[winrm]
            ),
            endpoint(
                address="192.0.2.5", state="time_wait", remote_address="192.0.2.9",
                remote_port=51544, pid=0, process=None, service=None,
            ),
            endpoint(protocol="udp", port=53, state=None, pid=None, process=None, service=None),
        ],
    }  # fmt: skip
    assert port_table(facts, "en").splitlines() == [
        "PROTO  PORT  NAME    ADDRESSES                     STATE       PID  PROCESS"
        "    SERVICES / URLS",
        "TCP      80  http    0.0.0.0, ::                   listen     4312  httpd.exe  Apache2.4",
        "TCP    5985  wsman   ::                            listen        4  System"
        "     HTTP://+:5985/WSMAN/ (WinRM)",
        "TCP      80  http    192.0.2.5 -> 192.0.2.9:51544  time wait     0",
        "UDP      53  domain  0.0.0.0",
    ]


def test_a_port_has_the_name_that_it_was_asked_for_by() -> None:
    facts = {"endpoints": [endpoint(), endpoint(port=53)], "names": {"80": "www"}}
    lines = port_table(facts, "en").splitlines()[1:]
    assert [line.split()[2] for line in lines] == ["www", "domain"]


def judged(public: str) -> dict[str, dict[str, str]]:
    return exposed(domain="allowed", private="allowed", public=public)


def test_what_the_firewall_says_has_a_column_where_it_was_read() -> None:
    facts = {
        "endpoints": [
            endpoint(firewall=judged("allowed")),
            endpoint(address="::", firewall=judged("allowed")),
            endpoint(address="192.0.2.5", firewall=judged("blocked")),
            endpoint(address="127.0.0.1"),
        ]
    }
    head, *lines = port_table(facts, "en").splitlines()
    assert head.endswith("SERVICES / URLS  FIREWALL")
    assert [line[head.index("ADDRESSES") :].split("  ")[0] for line in lines] == [
        "0.0.0.0, ::",
        "192.0.2.5",
        "127.0.0.1",
    ]
    assert [line[head.index("FIREWALL") :] for line in lines] == [
        "allowed",
        "domain, private allowed; public blocked",
        "",
    ]


def reached(**words: str) -> dict[str, dict[str, str]]:
    return {
        profile: {"state": "blocked", "reason": "-", "reach": word}
        for profile, word in words.items()
    }


def test_who_can_reach_a_listener_has_a_column_where_it_was_read() -> None:
    facts = {
        "endpoints": [
            endpoint(firewall=reached(domain="some", private="some", public="some")),
            # The firewall says the same of it, and lets in others.
            endpoint(
                address="::",
                firewall=reached(domain="own_subnets", private="own_subnets", public="nobody"),
            ),
            endpoint(address="127.0.0.1"),
        ]
    }
    head, *lines = port_table(facts, "en").splitlines()
    assert head.endswith("FIREWALL  OPEN TO")
    assert [line[head.index("OPEN TO") :] for line in lines] == [
        "some addresses",
        "domain, private own subnets; public nobody",
        "",
    ]
    head, *lines = port_table(facts, "ja").splitlines()
    assert head.endswith("ファイアウォール  接続範囲")
    assert [line.rpartition("  ")[2] for line in lines] == [
        "一部のアドレスのみ可",
        "ドメイン、プライベート: 同じサブネットのみ可; パブリック: 不可",
        "Apache2.4",
    ]


def test_each_state_of_a_connection_is_told_in_both_languages() -> None:
    for state in TcpState:
        facts = {"endpoints": [endpoint(state=state.value)]}
        assert f"  {state.value.replace('_', ' ')}  " in port_table(facts, "en")
        assert state.value.replace("_", " ") not in port_table(facts, "ja")


def test_it_is_in_japanese_too() -> None:
    facts = {"endpoints": [endpoint(process="業務.exe")]}
    assert port_table(facts, "ja").splitlines() == [
        "プロトコル  ポート  名称  アドレス  状態       PID  プロセス  サービス/URL",
        "TCP             80  http  0.0.0.0   待ち受け  4312  業務.exe  Apache2.4",
    ]


def test_nothing_found_is_said() -> None:
    assert port_table({"endpoints": []}, "en") == "No endpoint was found at the requested ports."


@each_row(
    "wrong",
    [
        {},
        {"endpoints": [1]},
        {"endpoints": [endpoint(process=["a"] * 2, protocol="x")]},
        "text",
        None,
    ],
)
def test_something_else_is_refused(wrong: object) -> None:
    with pytest.raises(PhraseError, match="port_facts"):
        port_table(wrong, "en")


@given(st.text())
def test_text_of_a_target_can_not_steer_the_terminal(name: str) -> None:
    facts = {"endpoints": [endpoint(process=name)]}
    lines = port_table(facts, "en").split("\n")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
