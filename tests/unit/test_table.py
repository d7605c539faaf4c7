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


def endpoint(**changes: object) -> dict[str, object]:
    return {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "state": "listen",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
    } | changes


def test_columns_are_aligned() -> None:
    url = {"url": "HTTP://+:5985/WSMAN/", "pids": [8], "process": "svchost.exe", "service": "WinRM"}
    facts = {
        "endpoints": [
            endpoint(),
            endpoint(address="::"),
            endpoint(
                address="::", port=5985, pid=4, process="System", service=None, http_urls=[url]
            ),
            endpoint(
                address="192.0.2.5", state="time_wait", remote_address="192.0.2.9",
                remote_port=51544, pid=0, process=None, service=None,
            ),
            endpoint(protocol="udp", port=53, state=None, pid=None, process=None, service=None),
        ],
    }  # fmt: skip
    assert port_table(facts).splitlines() == [
        "PROTO  PORT  NAME    ADDRESSES                     STATE       PID  PROCESS"
        "    SERVICES / URLS",
        "TCP      80  http    0.0.0.0, ::                   listen     4312  httpd.exe  Apache2.4",
        "TCP    5985  wsman   ::                            listen        4  System"
        "     HTTP://+:5985/WSMAN/ (WinRM)",
        "TCP      80  http    192.0.2.5 -> 192.0.2.9:51544  time wait     0",
        "UDP      53  domain  0.0.0.0",
    ]


def test_japanese_takes_two_columns() -> None:
    assert width("業務アプリ.exe") == 14
    lines = render(["A", "B"], [["業務", "x"], ["abcd", "y"]]).splitlines()
    assert lines == ["A     B", "業務  x", "abcd  y"]


def test_nothing_found_is_said() -> None:
    assert port_table({"endpoints": []}) == "Nothing holds the ports asked for."


@pytest.mark.parametrize("wrong", [{}, {"endpoints": [1]}, "text", None])
def test_something_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="port_facts"):
        port_table(wrong)  # type: ignore[arg-type]


@given(st.text())
def test_text_of_a_target_can_not_steer_the_terminal(name: str) -> None:
    facts = {"endpoints": [endpoint(process=name)]}
    lines = port_table(facts).split("\n")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
