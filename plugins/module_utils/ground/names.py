# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which names are one name to Windows: rules, registry values, services, processes, interfaces.

Windows compares such names ordinally: each UTF-16 code unit by itself, after the upper case table
of the system ([MS-UCODEREF] 3.1.5.5.1 CompareStringOrdinal and 3.1.5.3.2 UpperCaseMapping, with
the table [MSDN-UCMT/Win8]; documentation of RtlUpcaseUnicodeChar). One unit becomes one unit, so
that ß is not ss; what has no row stays itself, so that the Kelvin sign is not k and ı is not i.

Python's own folding is none of that. It serves here only to spell the table shortly: the ranges
below are the table's, a letter's partner is its simple upper case, and it has to lead back to it.
The table ends with Unicode 5.1, and letters that came later have no row. A Windows that knew more
of them would take two names for one where this module tells them apart: then nothing is found by
such a name, and nothing else is ever taken for what was named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_LETTERS = (
    (0x0061, 0x007A), (0x00E0, 0x00FF), (0x0101, 0x0233), (0x023C, 0x023C), (0x0242, 0x0251),
    (0x0253, 0x0254), (0x0256, 0x025B), (0x0260, 0x0260), (0x0263, 0x0263), (0x0268, 0x0269),
    (0x026B, 0x026B), (0x026F, 0x027D), (0x0280, 0x0280), (0x0283, 0x0283), (0x0288, 0x0292),
    (0x0371, 0x03F2), (0x03F8, 0x03FB), (0x0430, 0x0523), (0x0561, 0x0586), (0x1D79, 0x1D7D),
    (0x1E01, 0x1FF3), (0x214E, 0x2184), (0x24D0, 0x24E9), (0x2C30, 0x2C5E), (0x2C61, 0x2CE3),
    (0x2D00, 0x2D25), (0xA641, 0xA65F), (0xA663, 0xA66D), (0xA681, 0xA697), (0xA723, 0xA787),
    (0xA78C, 0xA78C), (0xFF41, 0xFF5A),
)  # fmt: skip


def _rows() -> Iterator[tuple[int, int]]:
    for first, last in _LETTERS:
        for unit in range(first, last + 1):
            letter = chr(unit)
            # Where the upper case takes several letters, a single one may be left for titles (ᾳ).
            for partner in (letter.upper(), letter.title()):
                if len(partner) == 1 and partner != letter and partner.lower() == letter:
                    yield unit, ord(partner)
                    break


# No two units of the table become the same one, so that it can be gone through backwards. Keys in
# lower case read as the words do that they are compared with.
_TABLE: Mapping[int, int] = {upper: unit for unit, upper in _rows()}
# What a decoder puts for bytes that are none of its characters: a name that has it is damaged.
REPLACEMENT = "\ufffd"

_ASCII_LOWER: Mapping[int, int] = {unit: unit + 32 for unit in range(ord("A"), ord("Z") + 1)}
_ASCII_UPPER: Mapping[int, int] = {lower: upper for upper, lower in _ASCII_LOWER.items()}


def name_key(name: str) -> str:
    """A text that is the same for two names exactly if Windows takes them for one: the name in
    lower case, by the table of Windows. It is for comparing, not for showing, and is as long as
    the name."""
    return name.lower() if name.isascii() else name.translate(_TABLE)


def same_name(first: str, second: str) -> bool:
    """Whether Windows takes two names for one."""
    return name_key(first) == name_key(second)


def same_program(expected: str, name: str) -> bool:
    """Whether a file name that somebody expects, with or without ``.exe``, is that of a process."""
    key = name_key(expected)
    wanted = {key} if key.endswith(".exe") else {key, f"{key}.exe"}
    return name_key(name) in wanted


def ascii_lower(word: str) -> str:
    """A word of a protocol or an option with A to Z in lower case, and all else as it is: such
    words are ASCII, and no other letter stands for one of theirs."""
    return word.lower() if word.isascii() else word.translate(_ASCII_LOWER)


def ascii_upper(word: str) -> str:
    """As `ascii_lower`, in upper case: how Windows writes GUIDs."""
    return word.translate(_ASCII_UPPER)
