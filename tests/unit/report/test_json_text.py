# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.report import json_text
from ansible_collections.portkeeper.windows.plugins.module_utils.report.json_text import ReportError
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Host,
    Report,
    State,
)
from unit.report.pcs import EXAMPLE, example, yesterday
from unit.rows import each_row
from unit.words.japanese import english_in

Data = dict[str, Any]


@pytest.fixture(scope="module")
def report() -> Report:
    return example()


def test_a_report_comes_back_as_it_was(report: Report) -> None:
    assert json_text.read(json_text.write(report)) == report


def test_the_example_is_what_is_made_today(report: Report) -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == json_text.write(report), (
        "make it anew: PYTHONPATH=.dev:tests .venv/bin/python -m unit.report.pcs"
    )


def test_it_is_json_with_a_line_for_each_pc(report: Report) -> None:
    text = json_text.write(report)
    assert json.loads(text) == json_text.to_data(report)
    assert sum(line.startswith('{"name": ') for line in text.splitlines()) == 11
    assert "東京-営業-01" in text


def test_all_of_it_is_seen_and_it_comes_back_as_it_was(report: Report) -> None:
    title = "a\u202eb\u200b\u061c\u2060\ufeff\u00ad\U000e0041\ufffa\x7f \ud800 渡辺\U000e0101"
    odd = replace(report, title=title)
    text = json_text.write(odd)
    assert '"a\\u202eb\\u200b\\u061c\\u2060\\ufeff\\u00ad\\udb40\\udc41' in text
    assert "渡辺\U000e0101" in text
    assert text.encode("utf-8")
    assert json_text.read(text) == odd


names = st.text(max_size=30)


@given(st.lists(st.tuples(names, st.none() | names, st.sampled_from(State))))
def test_any_text_comes_back(pcs: list[tuple[str, str | None, State]]) -> None:
    hosts = tuple(Host(name, None, state, message=message) for name, message, state in pcs)
    report = replace(yesterday(), hosts=hosts)
    assert json_text.read(json_text.write(report)) == report


def test_keys_of_later_versions_are_passed_over(report: Report) -> None:
    data = json_text.to_data(report) | {"weather": "fine"}
    data["hosts"] = [{**host, "weather": "fine"} for host in data["hosts"]]
    assert json_text.from_data(data) == report


def test_what_may_be_missing_has_its_default() -> None:
    data = json_text.to_data(yesterday())
    data["hosts"] = [{"name": "pc", "address": None, "state": "unreachable"}]
    (host,) = json_text.from_data(data).hosts
    assert host == Host("pc", None, State.UNREACHABLE)


@each_row(
    ("text", "said"),
    [
        ("", "it is not JSON"),
        ('{"format": 1, "hosts": [', "it is not JSON"),
        ("[1, 2]", "it is not a report of portkeeper.windows"),
        ('{"hosts": []}', "lacks 'format' or 'hosts'"),
        ('{"format": 2, "hosts": []}', "a later version of the collection has made it"),
        ('{"format": 0, "hosts": []}', "make it again with this version"),
        ('{"format": true, "hosts": []}', "reads the format 1"),
        ('{"format": 1, "hosts": []}', "the report lacks 'collection'"),
        ("[" * 100_000, "nested too deeply"),
        ('{"format": 1, "hosts": ' + "9" * 5_000 + "}", "a number that is too long"),
    ],
)
def test_what_is_no_report_is_refused_in_plain_words(text: str, said: str) -> None:
    with pytest.raises(ReportError) as caught:
        json_text.read(text)
    assert said in str(caught.value)
    assert english_in(caught.value.phrase) == []


def _set(*path: Any) -> Callable[[Data], None]:
    def spoil(data: Any) -> None:
        *way, last, value = path
        for step in way:
            data = data[step]
        data[last] = value

    return spoil


@each_row(
    ("spoil", "said"),
    [
        (_set("hosts", {}), "'hosts' has to be a list"),
        (_set("hosts", 0, 5), "'hosts' has to be an object and is 5"),
        (_set("hosts", 0, "state", "fine"), "'state' has to be one of unreachable, taken"),
        (_set("hosts", 0, "checks", 0, "port", "80"), "'port' has to be a whole number"),
        (_set("hosts", 0, "checks", 0, "port", True), "'port' has to be a whole number"),
        (_set("hosts", 0, "listeners", 0, "dynamic", 1), "'dynamic' has to be true or false"),
        (_set("title", None), "'title' has to be text and is null"),
        (_set("language", "de"), "'language' has to be one of en, ja"),
    ],
)
def test_damage_is_named(report: Report, spoil: Callable[[Data], None], said: str) -> None:
    data = json.loads(json_text.write(report))
    spoil(data)
    with pytest.raises(ReportError) as caught:
        json_text.from_data(data)
    assert said in str(caught.value)
    assert english_in(caught.value.phrase) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.data())
def test_a_report_with_anything_in_any_place_is_read_or_refused(data: st.DataObject) -> None:
    """Whoever can write to the folder can have changed the earlier report."""
    report = json_text.to_data(yesterday())
    inside: Any = report
    while True:
        keys = list(inside) if isinstance(inside, dict) else range(len(inside))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inside[key], (dict, list)) or not inside[key] or data.draw(st.booleans()):
            inside[key] = data.draw(JSON)
            break
        inside = inside[key]
    try:
        found = json_text.read(json.dumps(report))
    except ReportError as error:
        assert len(str(error)) < 500  # noqa: PT017 - either outcome is right
    else:
        assert json_text.to_data(found)["hosts"] is not None


def test_a_file_is_read_pc_by_pc(report: Report) -> None:
    text = json_text.write(report)
    assert json_text.read_file(text.encode()) == report
    # However somebody has written it.
    assert json_text.read_file(json.dumps(json.loads(text), indent=1).encode()) == report
    none = replace(report, hosts=(), paths=())
    assert json_text.read_file(json_text.write(none).encode()) == none


def test_damage_in_the_line_of_a_pc_is_told_as_of_the_whole(report: Report) -> None:
    text = json_text.write(report)
    for spoilt in (
        text.replace('{"name": ', '{{"name": ', 1),
        text.replace('"state": "', '"state": "x', 1),
        text.replace(',\n{"name"', '\n{"name"', 1),
    ):
        with pytest.raises(ReportError) as whole:
            json_text.read(spoilt)
        with pytest.raises(ReportError) as parted:
            json_text.read_file(spoilt.encode())
        assert str(parted.value) == str(whole.value)
    with pytest.raises(UnicodeDecodeError):
        json_text.read_file(text.encode().replace(b'"name"', b'"\xff"', 1))


def test_no_part_of_the_text_holds_more_than_one_pc(report: Report) -> None:
    parts = list(json_text.parts(report))
    assert max(part.count('"listeners"') for part in parts) == 1
