# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are one name to Windows, and names that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.names import (
    ascii_lower,
    ascii_upper,
    fits,
    name_key,
    same_name,
    same_program,
)
from unit.rows import each_row
from winsim import names as windows

NAMES = st.text(st.characters(codec="utf-16", exclude_categories=()), max_size=12)


@each_row(
    ("first", "second"),
    [
        ("WinRM-HTTP-In-TCP", "winrm-http-in-tcp"),
        ("Café", "CAFÉ"),
        ("STRAßE", "straße"),
        ("ÿ", "Ÿ"),
        ("Οδός", "ΟΔΌς"),
        ("ᾳ", "ᾼ"),
        ("служба", "СЛУЖБА"),
        ("ｗｅｂ", "ＷＥＢ"),
        ("帳票サーバー", "帳票サーバー"),
    ],
)
def test_letter_case_makes_no_other_name(first: str, second: str) -> None:
    assert same_name(first, second)
    assert len(name_key(first)) == len(first)


@each_row(
    ("first", "second"),
    [
        ("Maße", "Masse"),
        ("Straße", "STRASSE"),
        ("straße", "STRAẞE"),
        ("ﬁle", "file"),
        ("\u212aernel", "kernel"),
        ("\u212bngström", "ångström"),
        ("\u2126", "ω"),
        ("ſsh", "ssh"),
        ("ı", "i"),
        ("İ", "i"),
        ("İ", "i\u0307"),
        ("µTorrent", "μTorrent"),
        ("Οδός", "ΟΔΌΣ"),
        ("ŉ", "ʼn"),
        ("ǅ", "ǆ"),
        ("ᲀ", "в"),
        ("\u1c90", "\u10d0"),
        ("\u13a0", "\uab70"),
        ("\U00010400", "\U00010428"),
        ("ｗeb", "web"),
        ("名前", "名前 "),
        ("cafe\u0301", "café"),
    ],
)
def test_what_another_folding_would_take_for_one_name_is_two(first: str, second: str) -> None:
    assert not same_name(first, second)


@each_row("unit", range(0, 0x10000, 0x1000))
def test_each_code_unit_goes_by_the_table_of_windows(unit: int) -> None:
    """The simulated host has the rows of the published table, this module a rule for them."""
    block = "".join(map(chr, range(unit, unit + 0x1000)))
    assert windows.upper(name_key(block)) == windows.upper(block)
    assert name_key(windows.upper(block)) == name_key(block)


@pytest.mark.sweep
def test_a_key_that_names_share_is_one_upper_case_that_they_share() -> None:
    every = [chr(unit) for unit in range(0x10000)]
    assert len({name_key(each) for each in every}) == len({windows.upper(each) for each in every})


@given(NAMES, NAMES)
def test_a_key_is_made_of_each_unit_by_itself(first: str, second: str) -> None:
    assert name_key(first + second) == name_key(first) + name_key(second)
    assert name_key(name_key(first)) == name_key(first)
    assert len(name_key(first)) == len(first)


@given(NAMES)
def test_no_other_letter_becomes_an_ascii_one(name: str) -> None:
    for letter, key in zip(name, name_key(name), strict=True):
        assert key.isascii() == letter.isascii()


@each_row(
    ("expected", "name"),
    [
        ("java", "java.exe"),
        ("java.exe", "JAVA.EXE"),
        ("JAVA", "java.exe"),
        ("tool.v2", "tool.v2.exe"),
        ("System", "system"),
    ],
)
def test_a_program_is_named_with_or_without_exe(expected: str, name: str) -> None:
    assert same_program(expected, name)


@each_row(
    ("expected", "name"),
    [
        ("java.exe", "java.exe.exe"),
        ("java", "java.exe.exe"),
        ("java.exe", "java"),
        ("ssh.exe", "ßh.exe"),
        ("ssh", "ßh.exe"),
        ("ßh", "ssh.exe"),
        ("java", "java.com"),
        ("java", "java .exe"),
        ("", "java.exe"),
    ],
)
def test_no_other_program_passes_for_it(expected: str, name: str) -> None:
    assert not same_program(expected, name)


def test_only_ascii_letters_spell_a_word_of_a_protocol() -> None:
    assert ascii_lower("BLOCK") == "block"
    assert ascii_lower("Bloc\u212a") == "bloc\u212a"
    assert ascii_lower("İN Ä") == "İn Ä"
    assert ascii_upper("{ab-ﬀ-ä}") == "{AB-ﬀ-ä}"


@each_row(
    ("pattern", "name", "meant"),
    [
        ("AVP*", "avp.kes.21.19", True),
        ("AVP*", "AVP", True),
        ("AVP*", "MAVP", False),
        ("ekrn", "EKRN", True),
        ("ekrn", "ekrn2", False),
        ("ekrn", "ekrn*", False),
        ("ÉPFW*", "épfwwfp", True),
        ("a*b", "a*b", True),
        ("a*b", "ab", False),
    ],
)
def test_a_pattern_means_a_name_or_what_names_begin_with(
    pattern: str, name: str, meant: bool
) -> None:
    assert fits(name, pattern) is meant
