# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON whose lists have one item a line: read item by item, or left to who reads the whole."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground import lined
from unit.rows import each_row

KEYS = ("hosts", "paths")


def whole(text: str) -> object:
    """What the text says, put together from its parts; None if it has none."""
    content = text.encode()
    found = lined.split(content, KEYS)
    if found is None:
        return None
    data, places = found
    lists = {
        key: [json.loads(content[start:end]) for start, end in each] for key, each in places.items()
    }
    return data | lists


@each_row(
    "text",
    [
        '{\n"a": 1,\n"hosts": [\n1,\n2\n],\n"paths": null\n}\n',
        '{\n"hosts": [\n{"name": "営業"}\n],\n"paths": [\n[1],\n[2]\n]\n}',
        '{\n"hosts": [\n\n]\n}\n',
        '{\n"hosts": [\n]\n}\n',
        '{"hosts": [1, 2]}',
        '{\n"hosts": [\n"],"\n]\n}',
    ],
)
def test_it_is_the_same_as_the_whole(text: str) -> None:
    assert whole(text) == json.loads(text)


@each_row(
    "text",
    [
        "",
        "[1]",
        '{\n"hosts": [\n1,\n2\n',  # cut
        '{\n"hosts": [\n1\n2\n]\n}',  # a comma is missing
        '{\n"hosts": [\n1,\n]\n}',  # and one too many
        '{\n"hosts": [\n1\n],\n"hosts": [\n2\n]\n}',
        '{\n"x": {\n"hosts": [\n1\n]\n}\n}',
        '{\n"x": {\n"hosts": [\n1\n]\n},\n"hosts": [1]\n}',
        "[" * 100_000,
    ],
)
def test_what_is_written_otherwise_is_left_alone(text: str) -> None:
    assert whole(text) is None


@given(st.binary(max_size=60) | st.lists(
    st.sampled_from([b"{", b"}", b'"hosts": [', b"],", b"]", b"1", b"1,", b'"paths": [', b""])
).map(b"\n".join))  # fmt: skip
def test_anything_is_split_or_left_alone(content: bytes) -> None:
    found = lined.split(content, KEYS)
    if found is not None:
        for places in found[1].values():
            assert all(0 <= start <= end <= len(content) for start, end in places)
