# SPDX-License-Identifier: GPL-3.0-or-later
"""Text into XML, and text of a target in front of a person."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.characters import escape
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
)
from unit.rows import each_row
from unit.wsman import cim_values


@given(cim_values.TEXT)
def test_escaped_text_survives_in_an_element_and_in_an_attribute(text: str) -> None:
    element = ElementTree.fromstring(f'<e a="{escape(text)}">{escape(text)}</e>')
    assert (element.text or "") == text
    assert element.get("a") == text


@each_row("character", ["\x00", "\x1b", "\x0b", "\ud800", "\ufffe"])
def test_what_xml_cannot_carry_is_refused_with_its_place(character: str) -> None:
    with pytest.raises(LocalProtocolError, match=f"U\\+{ord(character):04X}.*position 2"):
        escape(f"ab{character}")


@given(st.text(), st.integers(1, 50))
def test_displayed_text_is_one_printable_line_within_the_limit(text: str, limit: int) -> None:
    shown = for_display(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()


@each_row(
    ("text", "shown"),
    [
        ("  The class\n   does not exist. ", "The class does not exist."),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202ecba", "a\\u202ecba"),
        ("svc\u200bhost.exe", "svc\\u200bhost.exe"),
        ("a\u061cb\u200e\u200f\u2066\u2069", "a\\u061cb\\u200e\\u200f\\u2066\\u2069"),
        ("a\u00ad\u034f\u2060\ufeff\u3164b", "a\\u00ad\\u034f\\u2060\\ufeff\\u3164b"),
        ("a\U000e0041\U000e007f\ufff9", "a\\U000e0041\\U000e007f\\ufff9"),
        ("क्\u200dष", "क्\\u200dष"),
        # What chooses the form of a sign is seen in it; anywhere else it hides.
        ("渡辺\U000e0101 ☎\ufe0f", "渡辺\U000e0101 ☎\ufe0f"),
        ("辻\ufe00 1\ufe0f\u20e3 ©\ufe0f", "辻\ufe00 1\ufe0f\u20e3 ©\ufe0f"),
        ("1\ufe0f ☎\ufe0f\ufe0f", "1\\ufe0f ☎\ufe0f\\ufe0f"),
        ("a\u2800b\U0001d159", "a\\u2800b\\U0001d159"),
        ("a\U000e0101b\ufe0f\ufe0f", "a\\U000e0101b\\ufe0f\\ufe0f"),
        ("ＡＢＣ　ｱｲｳ", "ＡＢＣ ｱｲｳ"),
        ("ゐ\ue000", "ゐ\\ue000"),
        ("ファイアウォール 規則", "ファイアウォール 規則"),
        ("", ""),
        ("x" * 301, "x" * 299 + "…"),
        ("x" * 300, "x" * 300),
        ("x" * 10 + " " * 10_000, "x" * 10 + "…"),
    ],
)
def test_displayed_text(text: str, shown: str) -> None:
    assert for_display(text) == shown
