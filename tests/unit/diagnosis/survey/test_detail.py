# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a survey is JSON, one host a line, and is read back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import detail
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import UNSEEN
from unit.rows import each_row

HEAD: detail.DetailHead = {"collection": "c 1", "language": "ja", "created": "2026-03-02T08:00:00Z"}
ENTRY = {"name": "pc", "address": None, "check": {"failed": True, "msg": "日本語"}}


def written(*entries: Any) -> str:
    return "".join(detail.parts(HEAD, map(detail.line, entries)))


def test_one_host_a_line() -> None:
    text = written(ENTRY, ENTRY | {"name": "other"})
    assert len(text.splitlines()) == 10
    assert "日本語" in text
    assert detail.read(text) == {"format": 1, **HEAD, "hosts": [ENTRY, ENTRY | {"name": "other"}]}
    assert detail.read(written())["hosts"] == []


@given(st.text(), st.text())
def test_no_text_breaks_the_file(name: str, message: str) -> None:
    entry = {"name": name, "address": message, "facts": {"msg": message}}
    text = written(entry)
    assert not UNSEEN.search(text)
    assert len(text.split("\n")) == 10
    assert detail.read(text)["hosts"] == [entry]


@each_row(
    ("text", "words"),
    [
        ("", "line 1"),
        ("{", "line 1"),
        ("[]", "not the detail file"),
        ('{"format": 1}', "not the detail file"),
        ('{"format": 2, "hosts": []}', "another format than 1"),
        ('{"format": true, "hosts": []}', "another format than 1"),
        ('{"format": 1, "hosts": []}', "it is damaged"),
        ('{"format": 1, "hosts": {}}', "it is damaged"),
        (written(ENTRY | {"address": 5}), "'hosts[0].address' is not a text"),
        (written({"name": "pc"}), "'hosts[0].address' is missing"),
        (written(ENTRY | {"check": []}), "'hosts[0].check' is not"),
        ("[" * 100_000, "deep"),
        ('{"format": ' + "9" * 5_000 + "}", "number that is too long"),
    ],
)
def test_what_is_no_survey_is_told(text: str, words: str) -> None:
    with pytest.raises(detail.DetailError) as caught:
        detail.read(text)
    assert words in str(caught.value)


def test_later_versions_may_add_keys() -> None:
    data = json.loads(written(ENTRY)) | {"new": 1}
    assert detail.read(json.dumps(data))["hosts"] == [ENTRY]


def test_a_file_is_read_host_by_host() -> None:
    """Of two with the same name, the later one counts, whatever form the file has."""
    later = ENTRY | {"address": "192.0.2.99"}
    text = written(ENTRY, ENTRY | {"name": "営業"}, later)
    for content in (text, json.dumps(json.loads(text), indent=1)):
        found = detail.read_file(content.encode())
        assert found.created == HEAD["created"]
        assert list(found.places) == [ENTRY["name"], "営業"]
        assert found.entry(str(ENTRY["name"])) == later
        assert found.entry("営業") == ENTRY | {"name": "営業"}


def test_damage_in_the_line_of_a_host_is_told_as_of_the_whole() -> None:
    for spoilt in (written({"name": 5}), written(ENTRY).replace('{"name', '{{"name')):
        with pytest.raises(detail.DetailError) as whole:
            detail.read(spoilt)
        with pytest.raises(detail.DetailError) as parted:
            detail.read_file(spoilt.encode())
        assert str(parted.value) == str(whole.value)
