# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lays out text in the columns of a terminal. It renders phrases and makes text of a target
harmless."""

from __future__ import annotations

import enum
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..ground.text import for_display
from ..words import phrases
from ..words.languages import Language
from ..words.phrases import Value

#: The most characters that a cell shows on a terminal, and the widest that it makes its column
#: elsewhere: there a longer one is shown too, and what stands behind it begins further right.
MAX_CELL = 120
#: The most characters that any cell shows.
MAX_WHOLE = 4_000
GAP = "  "
# A column is no narrower than its head, nor than its longest word up to the first width; if nothing
# else helps, up to the second. Heads are broken last: at blanks, then anywhere.
_LONG_WORD = 16
_NARROWEST = 6
# Japanese has no blanks between its words: a line may end between any two characters but before
# these and behind those (Unicode Standard Annex 14). Before small kana it may end by the looser of
# its rules, which lines of few characters need.
_NEVER_FIRST = frozenset("、。，．・：；？！）］｝」』】〉》〕…～,.:;?!)]}%％'\"")
_SMALL = frozenset("ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
_LOOSE_BELOW = 10
_NEVER_LAST = frozenset("（［｛「『【〈《〔([{'\"")


class Tone(enum.Enum):
    """What a cell says beyond its words; a terminal may show it as a colour."""

    GOOD = "good"
    NOTICE = "notice"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Toned:
    """A cell with a tone."""

    text: Value
    tone: Tone | None


Cell: TypeAlias = "Value | Toned"
Paint: TypeAlias = Callable[[str, Tone], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. A column of numbers is right-aligned and never broken."""

    head: Value
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that have a cell for each column."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def plain(text: str, tone: Tone) -> str:
    """Paint nothing."""
    del tone
    return text


def render(
    table: Table, language: Language, limit: int | None = None, paint: Paint = plain
) -> list[str]:
    """A table as lines, with its heads.

    Args:
        limit: columns of the terminal. Columns of the table are broken into several lines until it
            fits. Without a limit, each row is one line with all of its text.
        paint: colours the text of a toned cell; what it adds must have no width.
    """
    most = MAX_WHOLE if limit is None else MAX_CELL
    heads = [_text(column.head, language, most) for column in table.columns]
    texts = [[_text(cell, language, most) for cell in row] for row in table.rows]
    widths = _fitted(table.columns, heads, texts, limit)
    lines = [_line(table.columns, line, widths) for line in _broken(heads, widths, limit)]
    for row, cells in zip(table.rows, texts, strict=True):
        tones = [cell.tone if isinstance(cell, Toned) else None for cell in row]
        lines += [
            _line(table.columns, line, widths, tones, paint)
            for line in _broken(cells, widths, limit)
        ]
    return lines


def width(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(map(_sign_width, text))


def wrap(text: str, limit: int) -> list[str]:
    """A text of one line as lines of at most `limit` columns (2 or more), broken at blanks or
    between characters of Japanese where possible."""
    lines = []
    line, wide = "", 0
    for sign in text:
        takes = _sign_width(sign)
        if wide + takes > limit:
            end = _end_of_line(line + sign, limit)
            lines.append(line[:end].rstrip())
            line = line[end:]
            wide = width(line)
            if sign == " ":
                continue
        line += sign
        wide += takes
    return [*lines, line] if line or not lines else lines


def wrap_lines(text: Value, language: Language, limit: int | None) -> list[str]:
    """A text of several lines, each made harmless, and broken where it is wider than `limit`."""
    words = phrases.render(text, language)
    lines = [for_display(line, 10_000) for line in words.splitlines()]
    if limit is None:
        return lines
    return [part for line in lines for part in wrap(line, limit)]


def _text(cell: Cell, language: Language, most: int) -> str:
    value = cell.text if isinstance(cell, Toned) else cell
    words = value if isinstance(value, str) else phrases.render(value, language)
    return for_display(words, most)


def _sign_width(sign: str) -> int:
    if sign.isascii():
        return 1
    if unicodedata.category(sign) in ("Mn", "Me") or "\u1160" <= sign <= "\u11ff":
        return 0  # they are drawn on the character before, like the end of a Hangul syllable
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _end_of_line(text: str, limit: int) -> int:
    """How many characters stay on a line that the last one of a text has no room on.

    Words in katakana stay whole, as those between blanks do, and the signs that begin or end no
    line stay where they belong, unless more than half of the line would be empty for it.
    """
    last = len(text) - 1
    never = _NEVER_FIRST if limit < _LOOSE_BELOW else _NEVER_FIRST | _SMALL
    ends = [end for end in range(last, 0, -1) if _may_end(text[end - 1], text[end], never)]
    whole = [end for end in ends if not _in_katakana(text[end - 1], text[end])]
    for end in (*whole[:1], *ends[:1]):
        if 2 * width(text[:end]) >= limit:
            return end
    if not ends or _sign_width(text[last - 1]) == _sign_width(text[last]) == 2:
        return last
    return ends[0]


def _may_end(before: str, behind: str, never_first: frozenset[str]) -> bool:
    """Whether a line may end between two characters."""
    if " " in (before, behind):
        return True
    wide = _sign_width(before) == 2 or _sign_width(behind) == 2
    return wide and before not in _NEVER_LAST and behind not in never_first


def _in_katakana(*signs: str) -> bool:
    return all("\u30a1" <= sign <= "\u30ff" for sign in signs)


def _broken(
    cells: Sequence[str], widths: Sequence[int], limit: int | None
) -> Iterator[Sequence[str]]:
    """The cells of one row, as the lines that they take: one without a limit."""
    if limit is None:
        yield cells
        return
    parts = [
        [text] if width(text) <= wide else wrap(text, wide)
        for text, wide in zip(cells, widths, strict=True)
    ]
    for number in range(max(map(len, parts))):
        yield [part[number] if number < len(part) else "" for part in parts]


def _fitted(
    columns: Sequence[Column],
    heads: Sequence[str],
    texts: Sequence[Sequence[str]],
    limit: int | None,
) -> list[int]:
    """Widths that add up to no more than the limit, if possible: columns with several words are
    narrowed first, then words are broken too; of these columns, those in which least is broken."""
    cells = list(zip(heads, *texts, strict=True))
    widths = [max(map(width, column)) for column in cells]
    if limit is None:
        # Otherwise one long name of a hostile host would pad thousands of lines.
        return [min(wide, MAX_CELL) for wide in widths]
    room = limit - len(GAP) * (len(columns) - 1)
    if sum(widths) <= room:
        return widths
    words = [max(map(_longest_word, column)) for column in cells]
    # Those that most cells have are enough, whatever a hostile host makes up.
    shapes = [
        Counter((width(cell), _longest_word(cell)) for cell in column).most_common(100)
        for column in cells
    ]
    whole, parts = list(map(width, heads)), list(map(_longest_word, heads))
    tries = (
        (_LONG_WORD, whole),
        (_NARROWEST, whole),
        (_NARROWEST, parts),
        (_NARROWEST, [0] * len(heads)),
    )
    for longest, of_heads in tries:
        least = [
            wide if column.numbers else max(head, min(word, longest))
            for column, head, wide, word in zip(columns, of_heads, widths, words, strict=True)
        ]
        while sum(widths) > room:
            broken = [each for each, wide in enumerate(widths) if wide > least[each]]
            if not broken:
                break
            costs = {each: (_cost(shapes[each], widths[each]), -widths[each]) for each in broken}
            widths[min(costs, key=costs.__getitem__)] -= 1
    return widths


def _cost(shapes: Iterable[tuple[tuple[int, int], int]], wide: int) -> int:
    """How many lines and broken words more a column has, about, if it is narrower by one.

    Args:
        shapes: the width of cells, and of their longest word, with the number of these cells.
    """
    return sum(
        count * (-(-each // (wide - 1)) - -(-each // wide))
        for shape, count in shapes
        for each in shape
        if each >= wide
    )


def _longest_word(text: str) -> int:
    return max(map(width, text.split()), default=0)


def _line(
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    tones: Iterable[Tone | None] | None = None,
    paint: Paint = plain,
) -> str:
    shown = []
    for column, text, wide, tone in zip(
        columns, cells, widths, tones or [None] * len(cells), strict=True
    ):
        blanks = " " * (wide - width(text))
        painted = paint(text, tone) if tone and text else text
        shown.append(blanks + painted if column.numbers else painted + blanks)
    return GAP.join(shown).rstrip()
