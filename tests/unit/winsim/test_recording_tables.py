# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes and programs of a recording, for questions that were asked in other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.winsim.recordings import (
    Message,
    command,
    page,
    pull,
    query,
    recording,
    row,
    silent_command,
)
from unit.winsim.small import boot
from winsim.recording_tables import RecordedClasses, RecordedPrograms

ALL = query("SELECT Name,ProcessId FROM Win32_Service")


def test_rows_of_all_pages_with_the_types_of_the_class(tmp_path: Path) -> None:
    found = recording(
        tmp_path,
        [
            (ALL, page("Enumerate", [row(Name="Dns", ProcessId=4)], "c1")),
            (pull("c1"), page("Pull", [row(Name="Web", ProcessId=8)])),
        ],
    )
    service = RecordedClasses(found).find("ROOT/cimv2", "win32_service")
    assert service is not None
    assert [(each["Name"], each["ProcessId"], each["State"]) for each in service.rows] == [
        ("Dns", 4, None),
        ("Web", 8, None),
    ]
    assert service.columns == {"name", "processid"}


def test_only_what_was_read_whole_is_a_table(tmp_path: Path) -> None:
    found = recording(
        tmp_path,
        [
            (query("SELECT Name FROM Win32_Service WHERE ProcessId=4"), page("Enumerate", [])),
            (query("SELECT Name FROM Win32_Process"), page("Enumerate", [row(Name="a")], "c9")),
        ],
    )
    classes = RecordedClasses(found)
    assert classes.find("root/cimv2", "Win32_Service") is None
    assert classes.find("root/cimv2", "Win32_Process") is None


def test_the_last_reading_of_the_most_properties_counts(tmp_path: Path) -> None:
    name_only = query("SELECT Name FROM Win32_Service")
    found = recording(
        tmp_path,
        [
            (ALL, page("Enumerate", [row(Name="Old", ProcessId=4)])),
            (ALL, page("Enumerate", [row(Name="New", ProcessId=4)])),
            (name_only, page("Enumerate", [row(Name="Less")])),
        ],
    )
    service = RecordedClasses(found).find("root/cimv2", "Win32_Service")
    assert service is not None
    assert [each["Name"] for each in service.rows] == ["New"]


def test_an_unknown_class_has_the_properties_that_were_read(tmp_path: Path) -> None:
    found = recording(
        tmp_path, [(query("SELECT A FROM My_Class"), page("Enumerate", [row(A="x", B="y")]))]
    )
    mine = RecordedClasses(found).find("root/cimv2", "My_Class")
    assert mine is not None
    assert mine.rows == [{"A": "x", "B": "y"}]


LINE = "one.exe /a & echo end-1 & two.exe & three.exe & echo end-2"
OUTPUT = "eins ä\r\nend-1 \r\nzwei\r\ndrei\r\nend-2\r\n".encode()


def test_programs_are_taken_apart_and_put_together_anew(tmp_path: Path) -> None:
    programs = RecordedPrograms(recording(tmp_path, command(LINE, OUTPUT)))
    machine = boot()
    assert programs.run(machine, LINE).stdout == OUTPUT
    other = programs.run(machine, "two.exe & three.exe & echo A & one.exe /a")
    assert other.stdout.decode() == "zwei\r\ndrei\r\nA \r\neins ä\r\n"
    assert (other.stderr, other.exit_code) == (b"", 0)


def test_a_program_that_was_not_recorded_says_so(tmp_path: Path) -> None:
    programs = RecordedPrograms(recording(tmp_path, command(LINE, OUTPUT)))
    result = programs.run(boot(), "four.exe & echo A & one.exe /a")
    assert result.stdout.decode() == "A \r\neins ä\r\n"
    assert b"no output of four.exe" in result.stderr
    assert result.exit_code == 1


def test_output_that_was_cut_off_gives_what_is_before_the_cut(tmp_path: Path) -> None:
    programs = RecordedPrograms(recording(tmp_path, command(LINE, OUTPUT[:20])))
    assert programs.run(boot(), "one.exe /a").stdout.decode() == "eins ä\r\n"
    assert programs.run(boot(), "two.exe & three.exe").exit_code == 1


PARTS = st.lists(st.sampled_from(["ä\r\n", "山田\r\n", "\r\n", "😀", "x"]), max_size=5)
LINES = st.sampled_from(["one.exe", "two.exe", LINE])


@given(st.data())
def test_a_run_prints_what_the_same_run_printed_in_whatever_parts(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Parts may be empty, and end within a character or a line end."""
    runs: list[tuple[str, bytes]] = []
    messages: list[Message] = []
    for number in range(data.draw(st.integers(1, 4))):
        line = data.draw(LINES)
        first, second = ("".join(data.draw(PARTS)) for _group in range(2))
        whole = first + (f"\r\nend-1 \r\n{second}\r\nend-2\r\n" if line == LINE else "")
        output = whole.encode()
        places = data.draw(st.lists(st.integers(0, len(output)), max_size=4).map(sorted))
        silent = not output and data.draw(st.booleans())
        messages += (
            silent_command(line, f"C{number}")
            if silent
            else command(line, output, f"C{number}", places)
        )
        runs.append((line, output))
    programs = RecordedPrograms(recording(tmp_path_factory.mktemp("runs"), messages))
    for line, output in runs:
        result = programs.run(boot(), line)
        assert (result.stdout, result.stderr, result.exit_code) == (output, b"", 0)


def test_what_printed_nothing_prints_nothing(tmp_path: Path) -> None:
    messages = [*silent_command("one.exe"), *command("one.exe", b"text", "C2")]
    programs = RecordedPrograms(recording(tmp_path, messages))
    results = [programs.run(boot(), "one.exe") for _time in range(2)]
    assert [(each.stdout, each.exit_code) for each in results] == [(b"", 0), (b"text", 0)]
