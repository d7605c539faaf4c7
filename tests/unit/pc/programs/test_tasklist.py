# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of tasklist /svc, in any language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.tasklist import (
    MAX_ROW,
    ListedProcess,
    parse,
    unread,
)
from unit.rows import each_row

TEXT = (
    '"System Idle Process","0","N/A"\r\n'
    '"svchost.exe","1036","DcomLaunch,LSM,PlugPlay"\r\n'
    '"httpd.exe","4312","該当なし"\r\n'
)


def test_rows() -> None:
    assert parse(TEXT) == {
        0: ListedProcess("System Idle Process", ("N/A",)),
        1036: ListedProcess("svchost.exe", ("DcomLaunch", "LSM", "PlugPlay")),
        4312: ListedProcess("httpd.exe", ("該当なし",)),
    }


@each_row(
    "text",
    ["", "ERROR: Invalid argument/option.", '"a","b","c"', '"a","1"', f'"{"a" * MAX_ROW}","1",""'],
)
def test_what_is_no_table(text: str) -> None:
    assert parse(text) is None


@each_row(
    "line",
    ['"httpd.exe","43', '"httpd.exe","4312","A"x', "ERROR: ended", f'"{"a" * MAX_ROW}","1",""'],
)
def test_a_row_that_can_not_be_read_is_told(line: str) -> None:
    assert unread(TEXT) == ()
    assert unread(f"{TEXT}{line}\r\n") == (f"{line}\r",)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert parse(text) is None or '"' in text
