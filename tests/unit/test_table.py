# SPDX-License-Identifier: GPL-3.0-or-later
"""The table for a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.table import (
    port_table,
    render,
    width,
)

APACHE = {
    "pid": 4312,
    "process": "httpd.exe",
    "path": None,
    "user": None,
    "services": ["Apache2.4"],
}


def endpoint(**changes: object) -> dict[str, object]:
    return {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "state": "listen",
        "pid": 4312,
        "process": "httpd.exe",
        "services": ["Apache2.4"],
        "http_urls": [],
    } | changes


def test_columns_are_aligned() -> None:
    url = {"url": "HTTP://+:5985/WSMAN/", "holders": [APACHE | {"services": ["WinRM"]}]}
    facts = {
        "endpoints": [
            endpoint(),
            endpoint(address="::", port=5985, pid=4, process="System", services=[],
                     http_urls=[url]),
            endpoint(protocol="udp", port=53, state=None, pid=None, process=None, services=[]),
        ],
        "by_port": {"80/tcp": {"name": "http"}, "53/udp": {"name": "domain"}, "5985/tcp": {}},
    }  # fmt: skip
    assert port_table(facts).splitlines() == [
        "PROTO  ADDRESS  PORT  NAME    STATE    PID  PROCESS    SERVICES / URLS",
        "TCP    0.0.0.0    80  http    listen  4312  httpd.exe  Apache2.4",
        "TCP    ::       5985          listen     4  System     HTTP://+:5985/WSMAN/ (WinRM)",
        "UDP    0.0.0.0    53  domain",
    ]


def test_japanese_takes_two_columns() -> None:
    assert width("業務アプリ.exe") == 14
    lines = render(["A", "B"], [["業務", "x"], ["abcd", "y"]]).splitlines()
    assert lines == ["A     B", "業務  x", "abcd  y"]


def test_nothing_found_is_said() -> None:
    assert port_table({"endpoints": [], "by_port": {}}) == "Nothing holds the ports asked for."


@pytest.mark.parametrize("wrong", [{}, {"endpoints": [1], "by_port": {}}, "text", None])
def test_something_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="port_facts"):
        port_table(wrong)  # type: ignore[arg-type]


@given(st.text())
def test_text_of_a_target_can_not_steer_the_terminal(name: str) -> None:
    facts = {"endpoints": [endpoint(process=name)], "by_port": {}}
    lines = port_table(facts).split("\n")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
