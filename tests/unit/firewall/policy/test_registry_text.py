# SPDX-License-Identifier: GPL-3.0-or-later
"""What reg.exe prints, read into keys and values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    registry_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.registry_text import (
    Doubt,
    RegistryValue,
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    render,
)
from unit.firewall import firewall_samples as samples
from unit.rows import each_row

KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Test"


def one(*lines: str, end: str = "\r\n") -> list[RegistryValue]:
    key = parse(end.join(["", KEY, *lines, "", ""])).key(KEY)
    assert key is not None
    return key.values


def test_a_real_store_has_its_keys_and_values() -> None:
    tree = parse(samples.text(samples.WIN10_1903))
    assert len(tree.keys) == 18
    assert sum(len(key.values) for key in tree.keys.values()) == 1064 + 24
    policy = tree.key(
        r"hklm\system\currentcontrolset\services\sharedaccess\parameters\FIREWALLPOLICY"
    )
    assert policy is not None
    assert policy.number("policyversion") == 0x21E
    logging = tree.key(policy.path + r"\DomainProfile\Logging")
    assert logging is not None
    assert logging.value("LogFilePath") == RegistryValue(
        "LogFilePath", "REG_EXPAND_SZ", r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log"
    )
    assert logging.number("LogFileSize") == 4096
    assert len(list(tree.below(policy.path))) == 18


def test_names_and_data_keep_their_blanks() -> None:
    assert one("    HomeGroup Allow In (PRNP)    REG_SZ      two  blanks   behind  ") == [
        RegistryValue("HomeGroup Allow In (PRNP)", "REG_SZ", "  two  blanks   behind  ")
    ]


def test_data_that_looks_like_a_value_stays_data() -> None:
    assert one("    a    REG_SZ    b    REG_SZ    c") == [
        RegistryValue("a", "REG_SZ", "b    REG_SZ    c")
    ]


def test_line_breaks_in_a_text_belong_to_it() -> None:
    assert one("    a    REG_SZ    one", "two", "", "  three", "    b    REG_SZ    x") == [
        RegistryValue("a", "REG_SZ", "one\ntwo\n\n  three"),
        RegistryValue("b", "REG_SZ", "x"),
    ]


def test_a_message_behind_a_number_does_not_spoil_it() -> None:
    (value,) = one(
        "    a    REG_DWORD    0x1", "エラー: 指定されたレジストリ キーが見つかりません。"
    )
    assert value.number == 1


def test_empty_data_and_a_localised_default_value() -> None:
    assert one(
        "    (既定)    REG_SZ    (値の設定なし)", "    a    REG_SZ    ", "    b    REG_SZ"
    ) == [
        RegistryValue("(既定)", "REG_SZ", "(値の設定なし)"),
        RegistryValue("a", "REG_SZ", ""),
        RegistryValue("b", "REG_SZ", ""),
    ]


def doubts(*lines: str) -> list[tuple[int, str]]:
    """The numbers of lines that are doubted, and why, where the key stands in line 2."""
    found = parse("\r\n".join(["", KEY, *lines, "", ""])).doubts
    assert all(each.key == KEY for each in found)
    return [(each.line, render(each.why, "en")) for each in found]


def test_a_name_may_begin_with_blanks_or_be_nothing_else() -> None:
    lines = ("    a    REG_SZ    1", "      b    REG_SZ    2", "         REG_SZ    3")
    assert [(value.name, value.data) for value in one(*lines)] == [
        ("a", "1"), ("  b", "2"), (" ", "3"),
    ]  # fmt: skip
    assert doubts(*lines) == []
    tabs = one("    \ta    REG_SZ    1", "    \u3000a    REG_SZ    2")
    assert [value.name for value in tabs] == ["\ta", "\u3000a"]


def test_a_second_type_in_a_line_makes_two_ways_to_read_it() -> None:
    assert doubts("    a    REG_SZ    b    REG_SZ    c") == [(3, "can be read in two ways")]
    assert doubts("    a    REG_SZ    b    REG_SZ    v2.30|Name=n|")[0][0] == 3
    assert doubts("    a    REG_SZ    b    REG_WHATEVER    c") == []
    assert doubts("    a    REG_SZ    v2.30|Name=b    REG_SZ    c|") == []


def test_a_line_that_is_neither_key_nor_value_is_told() -> None:
    assert doubts("    a    REG_DWORD    0x1", "b    REG_SZ    x") == [
        (4, "is neither a key nor a value")
    ]
    assert doubts("    a") == [(3, "is neither a key nor a value")]
    assert doubts("    a    0x1000    x") == [(3, "is neither a key nor a value")]
    assert doubts("    a    REG_SZ", "    b") == [
        (3, "is followed by lines that belong to nothing")
    ]
    (doubt,) = parse("    a    REG_SZ    b\r\n").doubts
    assert doubt == Doubt(None, 1, "    a    REG_SZ    b", Phrase("doubt.no_key"))
    assert parse("Active code page: 437\r\n\r\n" + KEY + "\r\n").doubts == []


def test_a_second_value_of_a_name_is_told_unless_it_is_the_same() -> None:
    why = "has the name of another value of its key"
    assert doubts("    a    REG_SZ    1", "    A    REG_SZ    1") == [(4, why)]
    assert doubts("    a    REG_SZ    1", "    a    REG_SZ    2") == [(4, why)]
    assert doubts("    a    REG_SZ    1", "    a    REG_SZ    1") == []
    assert doubts("    Maße    REG_SZ    1", "    Masse    REG_SZ    2") == []
    assert [each.name for each in one("    ß    REG_SZ    1", "    ss    REG_SZ    2")] == [
        "ß", "ss",
    ]  # fmt: skip


def test_a_real_store_leaves_no_doubt() -> None:
    for name in (*samples.HIVES, samples.GROUP_POLICY, samples.WIN11):
        assert parse(samples.text(name)).doubts == []


def test_multiple_texts_and_numbers() -> None:
    multi, dword, qword, binary, broken = one(
        r"    a    REG_MULTI_SZ    one\0two",
        "    b    REG_DWORD    0xFFFFFFFF",
        "    c    REG_QWORD    0x10",
        "    d    REG_BINARY    0A0B",
        "    e    REG_DWORD    many",
    )
    assert multi.texts == ("one", "two")
    assert (dword.number, qword.number, binary.number, broken.number) == (2**32 - 1, 16, None, None)


def test_line_feeds_alone_read_the_same() -> None:
    text = samples.text(samples.WIN7)
    assert parse(text).keys == parse(text.replace("\r\n", "\n")).keys


def test_several_outputs_make_one_tree() -> None:
    tree = parse(samples.text(samples.WIN7), samples.text(samples.GROUP_POLICY))
    assert tree.key(r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile") is not None
    assert len(tree.keys) == 13 + 5


@each_row(
    "text",
    [
        "",
        "ERROR: The system was unable to find the specified registry key or value.\r\n",
        "    a    REG_SZ    no key before it\r\n",
        "HKEY_NOT_A_ROOT\\x\r\n    a    REG_SZ    b\r\n",
        "\x00\ud800\u2028",
    ],
)
def test_what_is_no_output_of_the_program_gives_nothing(text: str) -> None:
    assert parse(text).keys == {}


def test_the_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_text, "MAX_VALUES", 3)
    tree = parse("\n".join([KEY] + [f"    {n}    REG_SZ    x" for n in range(9)]))
    assert tree.truncated
    assert len(tree.keys[KEY.casefold()].values) == 3
    monkeypatch.setattr(registry_text, "MAX_KEYS", 2)
    tree = parse("\n".join(f"{KEY}\\{n}\n    a    REG_SZ    x\n" for n in range(9)))
    assert tree.truncated
    assert len(tree.keys) == 2
    monkeypatch.setattr(registry_text, "MAX_CHARACTERS", 60)
    tree = parse(f"{KEY}\n    a    REG_SZ    " + "x" * 100, "HKEY_LOCAL_MACHINE\\b\n")
    assert tree.truncated
    assert list(tree.keys) == [KEY.casefold()]


@given(st.text(alphabet=" \r\n\\|=REG_SZDWORDHKEYLOCALMACHINE0x1日", max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    parse(text, KEY + "\n" + text)


_lines = st.sampled_from(
    [
        "", KEY, KEY + r"\Below", "    a    REG_SZ    one", "    a    REG_SZ    two",
        "    b    REG_DWORD    0x1 ", "    c    REG_SZ    x    REG_SZ    y", "loose",
        "    d    REG_SZ    v2.30|x    REG_SZ    y|", "    e    REG_NONE",
    ]
)  # fmt: skip


@given(st.lists(_lines, max_size=12))
def test_lines_that_another_host_had_too_make_no_difference(lines: list[str]) -> None:
    text = "\r\n".join(lines)
    registry_text._kept.clear()
    first = parse(text)
    assert parse(text) == first
    registry_text._kept.clear()
    assert parse(text) == first


def test_very_many_lines_are_not_all_kept() -> None:
    one(*(f"    name {number}    REG_SZ    {'x' * 1_000}" for number in range(3_000)))
    assert registry_text._kept.weight <= registry_text._MOST_CHARACTERS_KEPT


_names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda name: "    REG_" not in name
)
_data = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=60
)


@given(st.lists(st.tuples(_names, _data), max_size=6))
def test_names_and_texts_come_back_as_printed(pairs: list[tuple[str, str]]) -> None:
    values = one(*(f"    {name}    REG_SZ    {data}" for name, data in pairs))
    assert [(value.name, value.data) for value in values] == pairs
