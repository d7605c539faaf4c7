# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a result before Ansible shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.plugin_utils import values
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import (
    MAX_LINE,
    MAX_TEXT,
    harmless,
    without,
)
from unit.rows import each_row


@each_row(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("\x9b31m\x7f\x00", "\\u009b31m\\u007f\\u0000"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("a\u2028b\u0085c\rd", "a\\u2028b\\u0085c\\u000dd"),
        ("half \ud800", "half \\ud800"),
        ("svc\u200bhost\u200e\u061c", "svc\\u200bhost\\u200e\\u061c"),
        ("a\u2060\ufeff\u00ad", "a\\u2060\\ufeff\\u00ad"),
        ("\U000e0041\U000e007f\ufffa", "\\U000e0041\\U000e007f\\ufffa"),
        ("渡辺\U000e0101 ☎\ufe0f ＡＢＣ", "渡辺\U000e0101 ☎\ufe0f ＡＢＣ"),
        ("two lines\nand\ta tab", "two lines\nand\ta tab"),
        ("日本語　שלום 😀 {{ x }}", "日本語　שלום 😀 {{ x }}"),
    ],
)
def test_what_a_terminal_obeys_is_escaped(text: str, shown: str) -> None:
    assert harmless({text: [text, (text,)]}) == {shown: [shown, [shown]]}


def test_a_secret_is_nowhere_in_a_result() -> None:
    """Neither as a whole nor within a text, by whatever the version of Ansible has for it."""
    result = {"msg": "it is hunter2, or hunter2!", "rows": [["hunter2 here"], {"port": 445}, None]}
    shown = {
        "msg": "it is ********, or ********!",
        "rows": [["******** here"], {"port": 445}, None],
    }
    assert without({"hunter2"}, result) == shown
    assert "hunter2" not in json.dumps(without({"hunter2"}, {"all": "hunter2"}))


class MaskingOfAnsible:
    """What ansible-core has for secrets since 2.22, in its own signatures, on any version."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def register_secrets(self, values: Iterable[str], /) -> None:
        self._secrets.update(values)

    def mask_secrets(self, value: str, /, *, mask_placeholder: str = "$REDACTED$") -> str:
        for secret in self._secrets:
            value = value.replace(secret, mask_placeholder)
        return value


def test_a_secret_is_masked_as_later_versions_of_ansible_do_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_arguments: object) -> None:
        raise AssertionError("ansible-core 2.25 will not have it")

    monkeypatch.setattr(values, "masking", MaskingOfAnsible())
    monkeypatch.setattr(values, "remove_values", gone)
    result = {"msg": "it is hunter2!", "rows": [["hunter2"], ("hunter2 here", 445), None, True]}
    masked = ["********"], ["******** here", 445], None, True
    assert without({"hunter2"}, result) == {"msg": "it is ********!", "rows": [*masked]}


def test_what_is_written_is_read_back_by_json() -> None:
    text = "\x1b\x9b\u202e\x00"
    assert json.loads(f'"{harmless(text)}"') == text


@each_row("value", [None, True, 7, 1.5, "", [], {}])
def test_other_values_stay(value: object) -> None:
    assert harmless(value) == value


@pytest.mark.sweep
def test_the_longest_path_stays_and_longer_texts_are_cut() -> None:
    path = "C:\\" + "x" * 32_764
    assert harmless(path) == path
    assert len(harmless("x" * 1_000_000)) == MAX_LINE + 1
    many_lines = "a line\n" * 100_000
    assert harmless(many_lines) == many_lines
    assert len(harmless("a line\n" * 10**6)) <= MAX_TEXT


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_it_is_given_can_be_printed(value: object) -> None:
    shown = json.dumps(harmless(value), ensure_ascii=False)
    shown.encode()
    assert "\x1b" not in shown
    assert not any("\x7f" <= sign <= "\x9f" for sign in shown)
