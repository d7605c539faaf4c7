# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds known names in running text, in any spelling.

A name is compared by its letters and digits, folded: letter case, width, accents and the Unicode
form make no difference, nor do the characters that join its parts (``PC-YAMADA``, ``pc_yamada``,
``PcYamada``). It is found where it begins and ends at the boundary of a part of a word: at anything
that is not a letter or digit, between letters and digits, where letter case changes as in
``SvcYamada``, and anywhere among letters of scripts other than Latin, many of which have no blanks
between words.

Text is cut into such parts, and sequences of parts are looked up. So the work depends only on the
text, however many names are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from ...ground.text import UNSEEN

#: The most letters and digits of a name that is searched for in running text. Names of computers,
#: accounts and networks of Windows are shorter (DNS labels have 63, RFC 1035, 2.3.4).
LONGEST = 64
_SHORTEST = 3
# A character of most other scripts says as much as several letters: Japanese names often have two.
_SHORTEST_ELSEWHERE = 2
_HEAD = 2

# What may join the parts of a name, and how many of these characters in a row (`O''Brien`, `PC -
# YAMADA`).
_JOINTS = frozenset("-_. '\u2010\u2012\u2013\u2014\u2019\u30fb")
_MOST_JOINTS = 3
# A percent-encoded character counts as itself, and its digits are not part of a word.
_ENCODED = re.compile("%[2-7][0-9A-Fa-f]")
_ASCII_PARTS = re.compile(rf"{_ENCODED.pattern}|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ACCENT = re.compile("[\u0300-\u036f]")
# Letters that are separate in Unicode, but that people without them replace by those below.
_BARE = str.maketrans("łøđðħŧıþ", "loddhtit")
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "æ": "ae", "ø": "oe", "þ": "th"}
)


class _Part(NamedTuple):
    """A part of a word: its position, and its letters and digits, folded."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=65_536)
def _folded(character: str) -> str:
    """The part of a character that counts: nothing for an invisible one or an accent."""
    if UNSEEN.match(character) or _ACCENT.match(character):
        return ""
    made = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    # Turkish has four letters where others have two: all of I, ı, İ and i are one.
    return _ACCENT.sub("", made).translate(_BARE).replace("æ", "ae").replace("œ", "oe")


def key(name: str) -> str:
    """The key that all spellings of a name share; empty if it has no letter or digit."""
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    return "".join(_folded(each) for each in name if _kind(each, _folded(each)))


def is_long_enough(own: str) -> bool:
    """Whether a name with this key is searched for in running text."""
    return len(own) >= (_SHORTEST if own.isascii() else _SHORTEST_ELSEWHERE)


def spellings(name: str) -> set[str]:
    """The keys of a name: its own, and that with umlauts written out (``Mueller``)."""
    composed = unicodedata.normalize("NFC", name).casefold()
    return {key(name), key(composed.translate(_WRITTEN_OUT))}


class KnownNames:
    """Names by their keys, with a search for them."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[str, str]] = {}  # key -> kind, and key of the name
        self._heads: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return key(name) in self._kinds

    def add(self, kind: str, name: str) -> None:
        """Add a name, unless it is too short or its spelling is already known."""
        own = key(name)
        for each in spellings(name):
            if is_long_enough(each):
                self._kinds.setdefault(each, (kind, own))
                self._heads.add(each[:_HEAD])

    def of(self, name: str, kind: str) -> tuple[str, str]:
        """The known or given kind of a name, and its key."""
        own = key(name)
        return self._kinds.get(own, (kind, own))

    def replaced(
        self, text: str, by: Callable[[str, str], str], kept: Callable[[str], bool]
    ) -> str:
        """A text in which known names are replaced.

        Args:
            by: returns the substitute for a kind and a key.
            kept: whether a spelling is a word with a meaning, which stays.
        """
        if not self._kinds:
            return text
        parts = _parts(text)
        pieces: list[str] = []
        done = number = 0
        while number < len(parts):
            last, found = self._longest(text, parts, number)
            start = parts[number].start
            number = last + 1
            if found is None or kept(text[start : parts[last].end]):
                continue
            pieces += [text[done:start], by(*found)]
            # A digit next to it would make it another substitute.
            if _joins(text[max(start - 1, 0) : start]):
                pieces.insert(-1, "_")
            done = parts[last].end
            if _joins(text[done : done + 1]):
                pieces.append("_")
        return "".join([*pieces, text[done:]]) if pieces else text

    def _longest(
        self, text: str, parts: Sequence[_Part], first: int
    ) -> tuple[int, tuple[str, str] | None]:
        """The last part of the longest name that begins with a part, and the name's kind and
        key."""
        found, last = None, first
        letters = ""
        for number in range(first, len(parts)):
            part = parts[number]
            if number > first and not _is_joint(text[parts[number - 1].end : part.start]):
                break
            letters += part.folded
            if len(letters) > LONGEST:
                break
            if len(letters) >= _HEAD:
                if letters[:_HEAD] not in self._heads:
                    break
                match = self._kinds.get(letters)
                if match is not None:
                    found, last = match, number
        return last, found


def _is_joint(between: str) -> bool:
    if not between:
        return True
    seen = [each for each in map(_folded, unquote(between)) if each]
    return len(seen) <= _MOST_JOINTS and _JOINTS.issuperset(seen)


def _joins(neighbour: str) -> bool:
    return neighbour.isascii() and neighbour.isalnum()


def _parts(text: str) -> list[_Part]:
    if text.isascii():
        return [
            _Part(match.start(), match.end(), match[0].lower())
            for match in _ASCII_PARTS.finditer(text)
            if not match[0].startswith("%")
        ]
    return list(_parts_of_any_script(text))


def _parts_of_any_script(text: str) -> Iterator[_Part]:
    start, folded, before = 0, "", ""
    encoded = 0  # where the last percent-encoded character ends
    for place, character in enumerate(text):
        if character == "%" and _ENCODED.match(text, place):
            encoded = place + 3
        made = _folded(character)
        if not made:
            continue  # it belongs to the character before it, if any
        kind = _kind(character, made) if place >= encoded else ""
        if folded and _is_apart(before, kind, text, place):
            yield _Part(start, place, folded)
            folded = ""
        if kind:
            if not folded:
                start = place
            folded += made
        before = kind
    if folded:
        yield _Part(start, len(text), folded)


def _kind(character: str, made: str) -> str:
    """For Latin letters and digits ``A``, ``a`` or ``0``; for other scripts the first letter of the
    category, such as ``m`` for a mark; empty for separators of words."""
    if not made.isascii():
        category = unicodedata.category(made[0])
        return "" if category[0] in "PZ" or category in ("Cc", "Cs") else category[0].lower()
    if not made.isalnum():
        return ""
    if made.isdigit():
        return "0"
    return "A" if character.isupper() else "a"


def _is_apart(before: str, kind: str, text: str, place: int) -> bool:
    """Whether a part ends between two characters."""
    if kind == "m":
        return False
    if before == "A":
        # The last capital of several begins the word whose small letters follow.
        follows = text[place + 1 : place + 2]
        return kind not in ("A", "a") or (kind == "A" and follows.islower() and follows.isalpha())
    return not (before == kind and kind in ("a", "0"))
