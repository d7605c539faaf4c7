# SPDX-License-Identifier: GPL-3.0-or-later
"""A file is a recording, or it is told why it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.winsim.recordings import lines, page, query, recording, row
from winsim.recording import RecordingError, read

QUERY = query("SELECT Name FROM Win32_Service")
GOOD = lines([(QUERY, page("Enumerate", [row(Name="Dns")]))])


def test_messages_in_their_order(tmp_path: Path) -> None:
    found = recording(tmp_path, [(QUERY, page("Enumerate", [])), (QUERY, page("Enumerate", []))])
    assert (found.name, found.system) == ("made", "Windows for tests")
    assert [each.request.verb for each in found.messages] == ["Enumerate", "Enumerate"]
    assert not any(each.is_fault for each in found.messages)


def test_a_request_without_answer_has_its_failure(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join([GOOD[0], GOOD[1].replace('"answer"', '"failure"'), GOOD[2]]))
    (message,) = read(path).messages
    assert (message.answer, message.root, message.body) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "no recording: its first line"),
        (["<html>"], "no recording: line 1 is no object of JSON"),
        (["[1]"], "no recording: line 1 is no object of JSON"),
        (['{"a": 1}', GOOD[2]], "no recording: its first line"),
        ([GOOD[0].replace('"version": 1', '"version": 9'), *GOOD[1:]], "version 9"),
        (GOOD[:2], "cut off"),
        (GOOD[:1], "cut off"),
        ([*GOOD[:2], GOOD[2][:9]], "broken: line 3"),
        ([GOOD[0], GOOD[2]], "0 messages where its end says 1"),
        ([GOOD[0], '{"answer": "<a/>"}', GOOD[2]], "line 2 has no request"),
        ([GOOD[0], GOOD[1].replace("answer", "other"), GOOD[2]], "line 2 has no request"),
        ([GOOD[0], '{"request": "<a>", "answer": "<a/>"}', GOOD[2]], "line 2: The XML"),
        ([GOOD[0], GOOD[1].replace("</s:Envelope>", ""), GOOD[2]], "line 2: The XML"),
    ],
)
def test_what_is_none(content: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text("\n".join(content))
    with pytest.raises(RecordingError) as raised:
        read(path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff")
    with pytest.raises(RecordingError, match="isn't text in UTF-8"):
        read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.jsonl")
