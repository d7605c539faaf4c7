# SPDX-License-Identifier: GPL-3.0-or-later
"""WQL from values: nothing leaves its quotes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.names import name_key
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.wql import (
    Condition,
    all_of,
    any_fitting,
    any_of,
    equals,
    literal,
    select,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
)
from unit.rows import each_row
from winsim.wql import parse

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>-?\d+)"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<sign>[*,()=])|(?P<blank>\s+)""",
    re.DOTALL,
)


def tokens(query: str) -> list[str]:
    """A query as a WQL tokenizer sees it: a backslash makes the next character plain."""
    found, position = [], 0
    while position < len(query):
        token = TOKEN.match(query, position)
        assert token, f"no token at {query[position:]!r}"
        position = token.end()
        if token.lastgroup == "string":
            found.append("'" + re.sub(r"\\(.)", r"\1", token[0][1:-1], flags=re.DOTALL))
        elif token.lastgroup != "blank":
            found.append(token[0])
    return found


@given(st.text())
def test_a_text_stays_within_its_quotes(text: str) -> None:
    query = select(classes.SERVICE, ["Name"], equals("Name", text))
    assert tokens(query) == [
        *("SELECT", "Name", "FROM", "Win32_Service", "WHERE", "Name", "="),
        "'" + text,
    ]


@given(st.text(st.sampled_from("aB%_[]^-\\'"), min_size=1), st.text(st.sampled_from("aB%_[]^-\\'")))
def test_what_a_name_begins_with_is_plain_text(beginning: str, name: str) -> None:
    """As another reader of WQL understands it."""
    query = select(classes.SERVICE, ["Name"], any_fitting("Name", [f"{beginning}*"]))
    expected = name_key(name).startswith(name_key(beginning))
    assert parse(query).matches({"Name": name}) is expected


def test_names_and_what_they_begin_with_in_one_query() -> None:
    query = select(classes.SERVICE, ["Name"], any_fitting("Name", ["klim6*", "sn_tp", "a_b*"]))
    assert query == (
        "SELECT Name FROM Win32_Service WHERE "
        "(Name LIKE 'klim6%' OR Name='sn_tp' OR Name LIKE 'a[_]b%')"
    )


@each_row(
    ("value", "text"),
    [
        (80, "80"),
        (-1, "-1"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("W3SVC", "'W3SVC'"),
        ("O'Brien", r"'O\'Brien'"),
        ("C:\\x\\", r"'C:\\x\\'"),
        ('" OR 1=1 --', "'\" OR 1=1 --'"),
        ("日本語 %PATH% <&]]>", "'日本語 %PATH% <&]]>'"),
        ("", "''"),
    ],
)
def test_literals(value: str | int, text: str) -> None:
    assert literal(value) == text


@each_row(
    ("properties", "where", "query"),
    [
        (None, None, "SELECT * FROM Win32_Process"),
        (["processid", "NAME"], None, "SELECT ProcessId,Name FROM Win32_Process"),
        (None, equals("ProcessId", 4), "SELECT * FROM Win32_Process WHERE ProcessId=4"),
        (
            ["Name"],
            all_of(any_of("ProcessId", [4, 80]), equals("Name", "System")),
            "SELECT Name FROM Win32_Process WHERE "
            "((ProcessId=4 OR ProcessId=80) AND Name='System')",
        ),
        (None, any_of("ProcessId", iter([4])), "SELECT * FROM Win32_Process WHERE ProcessId=4"),
    ],
)
def test_queries(properties: list[str] | None, where: Condition | None, query: str) -> None:
    assert select(classes.PROCESS, properties, where) == query


def test_booleans_are_compared_as_booleans() -> None:
    query = select(classes.SERVICE, ["Name"], equals("AcceptStop", True))
    assert query.endswith(" WHERE AcceptStop=TRUE")


@each_row(
    ("properties", "where", "message"),
    [
        (["Pid"], None, "Win32_Process has no property 'Pid'"),
        (["Name FROM x"], None, "no property"),
        ([], None, "for no property asks"),
        (None, equals("Pid", 4), "no property"),
        (None, equals("ProcessId", "4"), "'4' is not a value to compare Win32_Process.uint32"),
        (None, equals("ProcessId", True), "True is not a value"),
        (None, equals("Name", 4), "4 is not a value"),
        (None, equals("CreationDate", "2026"), "can't compare"),
        (None, any_of("ProcessId", []), "condition on nothing"),
        (None, all_of(), "condition on nothing"),
    ],
)
def test_what_is_refused(
    properties: list[str] | None, where: Condition | None, message: str
) -> None:
    with pytest.raises(LocalProtocolError, match=message):
        select(classes.PROCESS, properties, where)


def test_arrays_cannot_be_compared() -> None:
    with pytest.raises(LocalProtocolError, match=r"can't compare .*string\[\] LocalPort"):
        select(classes.NET_PROTOCOL_PORT_FILTER, None, equals("LocalPort", "80"))
