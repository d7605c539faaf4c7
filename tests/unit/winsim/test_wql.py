# SPDX-License-Identifier: GPL-3.0-or-later
"""WQL as the simulated hosts read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.rows import each_row
from winsim import classes, images, wql
from winsim.cim import Values

VALUES: Values = {
    "Name": "httpd.exe",
    "ProcessId": 4312,
    "Path": r"C:\Apache24\bin\httpd.exe",
    "Owner": None,
    "Started": True,
    "Created": datetime(2026, 4, 12, 23, 41, 17, 350000, tzinfo=UTC),
}


@each_row(
    ("where", "expected"),
    [
        ("ProcessId = 4312", True),
        ("ProcessId = '4312'", True),
        ("processid <> 4312", False),
        ("ProcessId >= 4000 AND ProcessId < 5000", True),
        ("ProcessId <= 4312", True),
        ("ProcessId <= 0", False),
        ("4000 > ProcessId", False),
        ("ProcessId = 0x10d8", True),
        ("Name = 'HTTPD.EXE'", True),
        ('Name = "httpd.exe"', True),
        ("Name > 'httpc'", True),
        (r"Path = 'C:\\Apache24\\bin\\httpd.exe'", True),
        (r"Path = 'C:\Apache24\bin\httpd.exe'", False),
        ("Name LIKE 'http%'", True),
        ("Name like '_ttpd.exe'", True),
        ("Name like '[a-k]ttpd%'", True),
        ("Name like '[^a-k]ttpd%'", False),
        ("Name like 'httpd[.]exe'", True),
        ("Name not like '%.com'", True),
        ("NOT Name like 'http%'", False),
        ("Owner IS NULL", True),
        ("Owner = NULL", True),
        ("Owner is not null", False),
        ("Owner = 'x'", False),
        ("Owner <> 'x'", False),
        ("Started = TRUE", True),
        ("Started = 0", False),
        ("Started <> 'false'", True),
        ("Created > '20260413084100.000000+540'", True),
        ("Created = '20260412234117.350000+000'", True),
        ("ProcessId = 1 OR ProcessId = 4312 AND Name = 'x'", False),
        ("(ProcessId = 1 OR ProcessId = 4312) AND Started = TRUE", True),
    ],
)
def test_where_selects(where: str, expected: bool) -> None:
    assert wql.parse(f"SELECT * FROM Win32_Process WHERE {where}").matches(VALUES) is expected


@each_row(
    "text",
    [
        "",
        "select",
        "select * Win32_Process",
        "select * from",
        "select a, from Win32_Process",
        "select * from Win32_Process where",
        "select * from Win32_Process where Name",
        "select * from Win32_Process where Name = ",
        "select * from Win32_Process where Name = abc",
        "select * from Win32_Process where Name = 'unfinished",
        "select * from Win32_Process where (Name = 'a'",
        "select * from Win32_Process where Name < null",
        "select * from Win32_Process where Name like 5",
        "select * from Win32_Process where Name is 5",
        "select * from Win32_Process; drop",
        "delete from Win32_Process",
    ],
)
def test_malformed_query_is_refused(text: str) -> None:
    with pytest.raises(wql.WqlError):
        wql.parse(text)


@each_row("where", ["ProcessId = 'abc'", "Created = 'yesterday'", "Nothing = 1"])
def test_query_that_does_not_fit_the_class_is_refused(where: str) -> None:
    query = wql.parse(f"select * from Win32_Process where {where}")
    with pytest.raises(wql.WqlError):
        query.matches(VALUES)


def test_projection_keeps_the_spelling_and_order_of_the_class() -> None:
    query = wql.parse("select processid, NAME from Win32_Process")
    assert list(query.project(VALUES).items()) == [("Name", "httpd.exe"), ("ProcessId", 4312)]


def test_star_projects_everything() -> None:
    assert wql.parse("select * from Win32_Process").project(VALUES) == VALUES


def test_unknown_properties_are_found_before_any_instance() -> None:
    query = wql.parse("select Name, Foo from Win32_Process where Bar = 1")
    with pytest.raises(wql.WqlError, match="Foo"):
        query.check(VALUES)
    with pytest.raises(wql.WqlError, match="Bar"):
        query.check([*VALUES, "foo"])


@given(st.text())
def test_any_text_survives_quoting(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    query = wql.parse(f"select Name from Win32_Process where Name = '{quoted}'")
    assert query.where == wql.Comparison("Name", "=", text)
    assert query.matches({"Name": text})


@given(st.text(), st.text())
def test_like_with_a_prefix_agrees_with_python(prefix: str, rest: str) -> None:
    pattern = "".join(f"[{c}]" if c in "%_[" else c for c in prefix).replace("\\", "\\\\")
    quoted = pattern.replace("'", "\\'")
    query = wql.parse(f"select Name from Win32_Process where Name like '{quoted}%'")
    assert query.matches({"Name": prefix + rest})


@given(st.integers(-(2**63), 2**64 - 1), st.integers(-(2**63), 2**64 - 1))
def test_numbers_compare_as_numbers(left: int, right: int) -> None:
    for operator, expected in (("<", left < right), ("=", left == right), (">=", left >= right)):
        query = wql.parse(f"select * from C where N {operator} {right}")
        assert query.matches({"N": left}) is expected


@given(st.text(max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        query = wql.parse(f"select * from C where {text}")
    except wql.WqlError:
        return
    assert query.class_name == "C"


@each_row(
    ("where", "expected"),
    [
        ("ProcessId = 4", {("processid", int): {4}}),
        ("4 = PROCESSID", {("processid", int): {4}}),
        ("Name = 'Spooler'", {("name", str): {"spooler"}}),
        ("(Id = 4 OR Id = 8) AND State = 2", {("id", int): {4, 8}, ("state", int): {2}}),
        ("Id = 4 OR Id = 8 AND State = 2", {("id", int): {4, 8}}),
        ("Id = 4 OR Id = '8'", {}),
        ("Id = 4 OR State = 2", {}),
        ("Id = 4 OR Id > 7", {}),
        ("NOT Id = 4", {}),
        ("Id <> 4", {}),
        ("Started = TRUE", {}),
        ("Owner = NULL", {}),
        ("Name LIKE 'a'", {}),
    ],
)
def test_limits_are_what_every_match_has(where: str, expected: object) -> None:
    assert wql.parse(f"SELECT * FROM C WHERE {where}").limits == expected


@each_row(
    ("namespace", "name", "wheres"),
    [
        ("root/cimv2", "Win32_Process", ["ProcessId = 4", "ProcessId = '4'", "Handle = '4'"]),
        ("root/cimv2", "Win32_Service", ["Name = 'APACHE2.4'", "ProcessId <> 0", "ProcessId = 0"]),
        ("root/cimv2", "Win32_Service", ["ProcessId = 0 AND Name = 'apache2.4'", "Name = 4"]),
        ("root/StandardCimv2", "MSFT_NetTCPConnection", ["LocalPort = 445 OR LocalPort = 80"]),
        ("root/StandardCimv2", "MSFT_NetTCPConnection", ["OwningProcess = 4 AND State = 2"]),
        ("root/StandardCimv2", "MSFT_NetUDPEndpoint", ["LocalPort = 137", "OwningProcess = '4'"]),
    ],
)
def test_what_limits_leave_out_does_not_match(namespace: str, name: str, wheres: list[str]) -> None:
    machine = images.load("win11-ja").boot()
    cim_class = classes.find(namespace, name)
    assert cim_class is not None
    for where in wheres:
        query = wql.parse(f"SELECT * FROM {name} WHERE {where}")
        within = [v for v in cim_class.instances_within(machine, query.limits) if query.matches(v)]
        assert within == [v for v in cim_class.instances(machine) if query.matches(v)], where
