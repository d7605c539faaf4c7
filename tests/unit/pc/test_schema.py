# SPDX-License-Identifier: GPL-3.0-or-later
"""Results read back: what has the form of one is taken, and all else is refused by name."""

from __future__ import annotations

import contextlib
from typing import Any, Generic, Literal, NotRequired, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.schema import (
    MisfitError,
    keys_of,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Words, render
from unit.rows import each_row


class Entry(TypedDict, Generic[Words]):
    text: Words
    protocol: Literal["tcp", "udp"]
    number: int | None


class Whole(TypedDict, Generic[Words]):
    entries: list[Entry[Words]]
    by_name: dict[str, Entry[Words]]
    value: str | bool | list[str] | None
    anything: Any
    yes: NotRequired[bool]


ENTRY = {"text": "a", "protocol": "tcp", "number": None}
WHOLE: dict[str, Any] = {
    "entries": [ENTRY, ENTRY | {"number": 2**64 - 1}],
    "by_name": {"x.y": ENTRY},
    "value": ["a"],
    "anything": object,
}


@each_row(
    "changes",
    [
        {},
        {"entries": []},
        {"by_name": {}},
        {"value": None},
        {"value": "a"},
        {"value": False},
        {"yes": True},
        {"another": object},
    ],
)
def test_what_has_the_form_is_taken_as_it_is(changes: dict[str, Any]) -> None:
    data = WHOLE | changes
    assert read(Whole[str], data) is data
    assert read(list[Whole[str]], [data]) == [data]


@each_row(
    ("changes", "english", "japanese"),
    [
        (
            {"entries": None},
            "'entries' is not a list",
            "「entries」の形式が違います (必要な形式: リスト)",
        ),
        (
            {"entries": [ENTRY, {"text": "a", "protocol": "udp"}]},
            "'entries[1].number' is missing",
            "「entries[1].number」がありません",
        ),
        (
            {"entries": [ENTRY | {"number": True}]},
            "'entries[0].number' is not a whole number",
            "「entries[0].number」の形式が違います (必要な形式: 整数)",
        ),
        (
            {"entries": [ENTRY | {"number": 2**64}]},
            "'entries[0].number' is not a whole number",
            "「entries[0].number」の形式が違います (必要な形式: 整数)",
        ),
        (
            {"entries": [ENTRY | {"protocol": "sctp"}]},
            "'entries[0].protocol' is not one of tcp and udp",
            "「entries[0].protocol」の形式が違います (必要な形式: tcp、udp のどれか)",
        ),
        (
            {"by_name": [ENTRY]},
            "'by_name' is not a dictionary",
            "「by_name」の形式が違います (必要な形式: 辞書)",
        ),
        (
            {"by_name": {"x": ENTRY | {"text": 1}}},
            "'by_name.x.text' is not a text",
            "「by_name.x.text」の形式が違います (必要な形式: 文字列)",
        ),
        (
            {"by_name": {"\x1b[2J": 1}},
            "'by_name.[2J' is not a dictionary",
            "「by_name.[2J」の形式が違います (必要な形式: 辞書)",
        ),
        (
            {"by_name": {1: ENTRY}},
            "'by_name.1' is not a text",
            "「by_name.1」の形式が違います (必要な形式: 文字列)",
        ),
        ({"value": 1}, "'value' is not a list", "「value」の形式が違います (必要な形式: リスト)"),
        (
            {"yes": None},
            "'yes' is not true or false",
            "「yes」の形式が違います (必要な形式: 真偽値 (true または false))",
        ),
    ],
)
def test_what_has_not_is_refused_by_its_place(
    changes: dict[str, Any], english: str, japanese: str
) -> None:
    with pytest.raises(MisfitError) as caught:
        read(Whole[str], WHOLE | changes)
    assert render(caught.value.phrase, "en") == english
    assert render(caught.value.phrase, "ja") == japanese


def test_the_whole_and_where_it_stands() -> None:
    with pytest.raises(MisfitError, match=r"^it is not a dictionary$"):
        read(Whole[str], [])
    with pytest.raises(MisfitError, match=r"^'facts.ports\[3\].value' is missing$"):
        read(Whole[str], {"entries": [], "by_name": {}}, "facts", "ports", 3)


def test_the_keys_of_a_kind() -> None:
    assert keys_of(Whole)["yes"] == (bool, False)
    assert [name for name, (_kind, must) in keys_of(Whole).items() if must] == list(WHOLE)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WHOLE, *ENTRY]), inner, max_size=8)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_data_of_any_form_are_read_or_refused(data: Any) -> None:
    with contextlib.suppress(MisfitError):
        made = read(Whole[str], data)
        assert {"entries", "by_name", "value", "anything"} <= made.keys()
        assert all(isinstance(each["text"], str) for each in made["entries"])


@given(_JSON, st.sampled_from([*WHOLE, "yes"]))
def test_a_value_in_the_wrong_place_is_named(value: Any, name: str) -> None:
    caught: list[MisfitError] = []
    try:
        read(Whole[str], WHOLE | {name: value})
    except MisfitError as error:
        caught.append(error)
    assert [error.place[0] for error in caught] in ([], [name])
