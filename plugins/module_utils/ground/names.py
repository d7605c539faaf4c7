# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which names Windows treats as equal: rules, registry values, services, processes, interfaces.

Windows compares such names ordinally: each UTF-16 code unit by itself, by the upper case table of
the system ([MS-UCODEREF] 3.1.5.5.1 CompareStringOrdinal and 3.1.5.3.2 UpperCaseMapping, with the
table [MSDN-UCMT/Win8]; documentation of RtlUpcaseUnicodeChar). One unit becomes one unit, so ß is
not ss; a unit without a row stays itself, so the Kelvin sign is not k and ı is not i.

Python's own folding differs. It is used here only to write the table briefly: the ranges below are
those of the table, and a letter's partner is its simple upper case, if that maps back to the
letter. The table ends with Unicode 5.1, and letters that came later have no row. A Windows that
knows more letters would treat two names as equal that this module tells apart. Such a name then
finds nothing; it never finds the wrong thing.
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
            # Where the upper case is several letters, there may be a single title-case letter (ᾳ).
            for partner in (letter.upper(), letter.title()):
                if len(partner) == 1 and partner != letter and partner.lower() == letter:
                    yield unit, ord(partner)
                    break


# No two units of the table become the same one, so it can be inverted. Lower-case keys look like
# the words that they are compared with.
_TABLE: Mapping[int, int] = {upper: unit for unit, upper in _rows()}
# A decoder writes it for bytes that are not a character: a name that contains it is damaged.
REPLACEMENT = "\ufffd"

_ASCII_LOWER: Mapping[int, int] = {unit: unit + 32 for unit in range(ord("A"), ord("Z") + 1)}
_ASCII_UPPER: Mapping[int, int] = {lower: upper for upper, lower in _ASCII_LOWER.items()}


def name_key(name: str) -> str:
    """A text that two names share exactly if Windows treats them as equal: the name in lower case,
    by the table of Windows. It is for comparing, not for display, and is as long as the name."""
    return name.lower() if name.isascii() else name.translate(_TABLE)


def same_name(first: str, second: str) -> bool:
    """Whether Windows treats two names as equal."""
    return name_key(first) == name_key(second)


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern means a name: the name itself or, with ``*`` at its end, what names begin
    with."""
    key = name_key(pattern)
    return name_key(name).startswith(key[:-1]) if key.endswith("*") else name_key(name) == key


def same_program(expected: str, name: str) -> bool:
    """Whether an expected file name, with or without ``.exe``, is that of a process."""
    key = name_key(expected)
    wanted = {key} if key.endswith(".exe") else {key, f"{key}.exe"}
    return name_key(name) in wanted


def ascii_lower(word: str) -> str:
    """A word of a protocol or an option with A to Z in lower case, and all other characters
    unchanged: such words are ASCII, and no other letter is equal to one of theirs."""
    return word.lower() if word.isascii() else word.translate(_ASCII_LOWER)


def ascii_upper(word: str) -> str:
    """As `ascii_lower`, in upper case: how Windows writes GUIDs."""
    return word.translate(_ASCII_UPPER)
