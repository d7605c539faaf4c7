# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of accounts in SDDL: what means the same, and what is none."""

from __future__ import annotations

import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.accounts import (
    AccountsError,
    Entry,
    is_sid,
    listed,
    meaning,
    parse,
)
from unit.rows import each_row

BUILTIN = "S-1-5-32-544"


@each_row(
    ("text", "entries"),
    [
        ("D:(A;;CC;;;BA)", [Entry(BUILTIN)]),
        ("O:LSD:(A;;CC;;;S-1-5-32-544)", [Entry(BUILTIN)]),
        ("o:lsg:syd:pai(a;;cc;;;ba)", [Entry(BUILTIN)]),
        ("D:(A;;0x1;;;S-1-5-32-544)", [Entry(BUILTIN)]),
        ("D:(A;;CCCC;;;BA)", [Entry(BUILTIN)]),
        ("D:(D;;CC;;;BG)(A;;CC;;;WD)", [Entry("S-1-5-32-546", denied=True), Entry("S-1-1-0")]),
        # Whose domain's, only Windows knows.
        ("D:(A;;CC;;;DA)", [Entry("DA")]),
    ],
)
def test_a_list_is_its_entries_in_their_order(text: str, entries: list[Entry]) -> None:
    assert parse(text) == tuple(entries)


def test_equal_lists() -> None:
    one = "O:LSD:(A;;CC;;;S-1-5-32-544)"
    assert meaning(one) == meaning("D:(A;;CC;;;BA)")
    assert meaning("D:(A;;CC;;;BA)(D;;CC;;;WD)") != meaning("D:(D;;CC;;;WD)(A;;CC;;;BA)")
    assert meaning(None) is None
    assert meaning("anything") == meaning("ANYTHING") != meaning("other")
    assert parse(listed([BUILTIN, "s-1-5-18"])) == (Entry(BUILTIN), Entry("S-1-5-18"))


@each_row(
    ("text", "why"),
    [
        ("", "is not a list in SDDL"),
        ("anna", "is not a list in SDDL"),
        ("O:annaD:(A;;CC;;;BA)", "is not a list in SDDL"),
        ("O:XXD:(A;;CC;;;BA)", "is not a list in SDDL"),
        ("O:LS", "is not a list in SDDL"),
        ("D:NO_ACCESS_CONTROL", "is not a list in SDDL"),
        ("D:(A;;CC;;;BA)S:(AU;SA;CC;;;WD)", "is not a list in SDDL"),
        ("D:(A;;CC;;;BA)\n", "is not a list in SDDL"),
        ("D:((A;;CC;;;BA))", "is not a list in SDDL"),
        ("D:", "lists no account"),
        ("D:(A;;CC;;;BA;)", "not an entry"),
        ("D:()", "not an entry"),
        ("D:(AU;;CC;;;BA)", "not an entry"),
        ("D:(A;CI;CC;;;BA)", "has to have the right CC"),
        ("D:(A;;CCDC;;;BA)", "has to have the right CC"),
        ("D:(A;;;;;BA)", "has to have the right CC"),
        ("D:(A;;3;;;BA)", "has to have the right CC"),
        ("D:(A;;CC;00000000-0000-0000-0000-000000000000;;BA)", "has to have the right CC"),
        ("D:(A;;CC;;;)", "is not the SID of an account"),
        ("D:(A;;CC;;;S-1-5)", "is not the SID of an account"),
    ],
)
def test_what_windows_does_not_take(text: str, why: str) -> None:
    with pytest.raises(AccountsError, match=re.escape(why)):
        parse(text)


@each_row(
    ("text", "answer"),
    [
        ("S-1-5-18", True),
        ("s-1-15-2-1", True),
        ("S-1-0x0123456789AB-4294967295", True),
        ("S-1-5-4294967296", False),
        ("S-1-5", False),
        ("S-2-5-18", False),
        ("S-1-5-18 ", False),
        ("S-1-5-١٨", False),
        ("S-1-5" + "-1" * 15, True),
        ("S-1-5" + "-1" * 16, False),
    ],
)
def test_security_identifiers(text: str, answer: bool) -> None:
    assert is_sid(text) is answer
