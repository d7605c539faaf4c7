# SPDX-License-Identifier: GPL-3.0-or-later
"""Flat rows for a spreadsheet or a mail."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.filter.port_rows import (
    port_rows as port_rows_filter,
)
from ansible_collections.portkeeper.windows.plugins.filter.port_services import port_services
from ansible_collections.portkeeper.windows.plugins.filter.port_table import (
    port_table as port_table_filter,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.rows import (
    MAX_CELL,
    cell,
    csv_text,
    port_rows,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.table import port_table


def endpoint(**changes: object) -> dict[str, Any]:
    return {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "scope": "all",
        "state": "listen",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
    } | changes


def checked(**changes: object) -> dict[str, Any]:
    listener = {"address": "::", "pid": 8, "process": "httpd.exe", "services": ["A", "B"]}
    return {
        "protocol": "tcp",
        "port": 80,
        "name": "http",
        "verdict": "blocked",
        "msg": "TCP 80 is blocked.",
        "remedies": [{"text": "Open it"}, {"text": "or ask"}],
        "evidence": {
            "listeners": [listener, listener | {"address": "0.0.0.0"}],
            "firewall": [{"profile": "public", "state": "blocked"}],
            "attempt": {"outcome": "timed_out"},
        },
    } | changes


def test_a_row_for_each_endpoint() -> None:
    judged = {"domain": {"state": "allowed"}, "public": {"state": "blocked"}}
    url = {"url": "HTTP://+:80/", "pids": [8], "process": None, "service": None}
    facts = {"endpoints": [endpoint(firewall=judged, http_urls=[url]), endpoint(pid=None)]}
    first, second = port_rows(facts, host="pc-1")
    assert first == {
        "host": "pc-1",
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "name": "http",
        "scope": "all",
        "state": "listen",
        "remote_address": "",
        "remote_port": "",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
        "urls": "HTTP://+:80/",
        "firewall_domain": "allowed",
        "firewall_private": "",
        "firewall_public": "blocked",
    }
    assert (second["pid"], second["urls"], second["firewall_public"]) == ("", "", "")
    assert list(second) == list(first)


def test_a_row_for_each_listener_at_a_checked_port() -> None:
    nobody = checked()["evidence"] | {"listeners": []}
    rows = port_rows({"ports": [checked(), checked(port=81, name=None, evidence=nobody)]})
    assert [(row["port"], row["address"], row["service"]) for row in rows] == [
        (80, "::", "A, B"),
        (80, "0.0.0.0", "A, B"),
        (81, "", ""),
    ]
    assert rows[0]["firewall"] == "public: blocked"
    assert rows[0]["remedies"] == "Open it; or ask"
    assert len({tuple(row) for row in rows}) == 1


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        (" \n =1", "'=1"),
        ("\u202e=1", "\\u202e=1"),
        ("\x00=1", "'=1"),
        ("\ud800=1", "'=1"),
        ("\x1b[31mred\x07", "[31mred"),
        ("a\nb", "a b"),
        ("業務アプリ.exe", "業務アプリ.exe"),
        (None, ""),
        (True, "yes"),
        (-1, -1),
        (["a", "=b"], "a, =b"),
        (["=b"], "'=b"),
    ],
)
def test_a_cell_is_harmless(given: object, made: object) -> None:
    assert cell(given) == made


def test_a_cell_is_no_longer_than_a_spreadsheet_takes() -> None:
    assert len(str(cell("=" * 1_000_000))) == MAX_CELL + 1
    assert cell("x" * 10_000) == "x" * (MAX_CELL - 1) + "…"


@given(st.text())
def test_no_text_of_a_target_is_a_formula_or_steers_a_terminal(name: str) -> None:
    (row,) = port_rows({"endpoints": [endpoint(process=name)]})
    made = str(row["process"])
    assert made.isprintable()
    assert not made.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", " "))
    made.encode("utf-8")


@given(st.text(), st.text())
def test_a_reader_of_the_csv_text_finds_the_same_cells(process: str, service: str) -> None:
    rows = port_rows({"endpoints": [endpoint(process=process, service=service)]})
    header, line = csv.reader(io.StringIO(csv_text(rows), newline=""))
    assert dict(zip(header, line, strict=True)) == {
        name: str(value) for name, value in rows[0].items()
    }


def test_csv_text_of_raw_values_is_harmless_too() -> None:
    assert csv_text([{"a": "=1", "b": 'x,"y"'}]) == 'a,b\r\n\'=1,"x,""y"""\r\n'
    assert csv_text([]) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"endpoints": [1]},
        {"endpoints": [endpoint(protocol="x")]},
        {"ports": [{}]},
        "text",
        None,
    ],
)
def test_something_else_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="port_facts"):
        port_rows(wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ports": [{}]}, "'"),
        ({"endpoints": [{"protocol": "tcp"}]}, "'address' is missing"),
        ({"endpoints": [3]}, "a value in it is of another type"),
        ([], "a value in it is of another type"),
    ],
)
def test_what_is_wrong_with_it_is_said_without_names_of_code(wrong: Any, said: str) -> None:
    for read in (port_rows, port_table):
        with pytest.raises(ValueError, match="wants ansible_facts") as caught:
            read(wrong)
        assert not re.search(r"Error|\(\)|NoneType", str(caught.value))
    with pytest.raises(ValueError, match=re.escape(said)):
        port_rows(wrong)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["endpoints", "ports", "protocol", "port", "pid", "holders", "causes"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(_JSON)
def test_data_of_any_form_is_read_or_refused(data: Any) -> None:
    for read in (port_rows, port_table):
        with contextlib.suppress(ValueError):
            read(data)


@pytest.mark.parametrize(
    ("filter_", "wrong"),
    [
        (port_rows_filter, 5),
        (port_rows_filter, {"a": 1}),
        (port_rows_filter, {"results": [1, {"verdict": {}}]}),
        (port_table_filter, 5),
        (port_services, [{"port": "https://"}]),
    ],
)
def test_an_error_of_a_filter_says_nothing_of_what_led_to_it(
    filter_: Callable[[Any], Any], wrong: object
) -> None:
    """Ansible would show that behind it, in words of Python."""
    with pytest.raises(AnsibleFilterError) as caught:
        filter_(wrong)
    assert (caught.value.__suppress_context__, caught.value.__cause__) == (True, None)
