# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever letters an envelope is written in, a parser of XML reads the same from it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.sweeps import fast
from unit.winsim.unkind.answers import answers
from winsim.soap import UTF_8, UTF_16, Element, encode
from winsim.unkind import writing
from winsim.unkind.tree import read

Canon = tuple[str, dict[str, str], str, tuple["Canon", ...]]  # type: ignore[misc]

texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\n\r]>&"))
tags = st.sampled_from(
    ["{urn:a}A", "{urn:b}B", "{http://www.w3.org/2003/05/soap-envelope}Body", "plain"]
)
elements = st.recursive(
    st.builds(lambda tag, text: _element(tag, text, []), tags, texts),
    lambda inner: st.builds(
        lambda tag, children: _element(tag, "", children), tags, st.lists(inner, min_size=1)
    ),
    max_leaves=8,
)


def _element(tag: str, text: str, children: list[Element]) -> Element:
    element = ET.Element(tag, {"{urn:a}x": "1", "Name": "a'b\"<"} if len(text) % 2 else {})
    element.text = text
    element.extend(children)
    return element


def canonical(element: Element) -> Canon:
    children = tuple(map(canonical, element))
    return element.tag, dict(element.attrib), "" if children else element.text or "", children


@given(elements, st.integers())
def test_any_document(element: Element, number: int) -> None:
    random = Random(number)
    text = writing.write(element, writing.style(random), random)
    assert canonical(read(text)) == canonical(element)


@pytest.mark.parametrize("number", fast(map(str, range(6)), "0"))
def test_answers_of_each_kind(number: str) -> None:
    for answer in answers():
        root = read(answer.reply.text)
        random = Random(int(number))
        text = writing.write(root, writing.style(random), random)
        assert canonical(read(text)) == canonical(root), text


@given(st.integers())
def test_either_encoding(number: int) -> None:
    root = read(answers()[0].reply.text)
    for charset in (UTF_8, UTF_16):
        random = Random(number)
        text = writing.write(root, writing.style(random), random, charset)
        ET.fromstring(encode(text, charset))
