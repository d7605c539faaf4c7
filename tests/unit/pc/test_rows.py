# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells and rows that a spreadsheet takes for nothing but text and numbers."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc import schema
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import EndpointFact
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.rows import (
    MAX_CELL,
    Row,
    cell,
    csv_text,
    endpoint_row,
)
from unit.returned import endpoint
from unit.rows import each_row


def row_of(**changes: object) -> Row:
    return endpoint_row(schema.read(EndpointFact[str], endpoint(**changes)))


@each_row(
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
        ("\x1b\r=1", "'=1"),
        ("a \x1b b \x07", "a b"),
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
    row = row_of(process=name)
    made = str(row["process"])
    assert made.isprintable()
    assert not made.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", " "))
    made.encode("utf-8")


@given(st.text(), st.text())
def test_a_reader_of_the_csv_text_finds_the_same_cells(process: str, service: str) -> None:
    rows = [row_of(process=process, service=service)]
    header, line = csv.reader(io.StringIO(csv_text(rows), newline=""))
    assert dict(zip(header, line, strict=True)) == {
        name: str(value) for name, value in rows[0].items()
    }


def test_csv_text_of_raw_values_is_harmless_too() -> None:
    assert csv_text([{"a": "=1", "b": 'x,"y"'}]) == 'a,b\r\n\'=1,"x,""y"""\r\n'
    assert csv_text([]) == ""
