# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person will read, as data: the key of a text, and the values for it.

`words.phrases` renders it, and exports these names too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text that is the same in every language, such as the words of an error, of any length. It
    is already safe for a terminal."""

    text: str


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """A name that Windows itself translates: in English, and in Japanese, or in English too if the
    Japanese name is unknown."""

    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values with a separator between them, given as the key of its text."""

    values: tuple[Value, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A clause as a sentence of its own: with a capital if the language has them, and a full
    stop."""

    clause: Value


@dataclass(frozen=True, slots=True)
class Sentences:
    """Whole sentences, one after the other, as a text of its own."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Phrase:
    """A text by its key, and the values of its placeholders.

    The values may include text of a target: it is made safe for a terminal when it is rendered, and
    is never read as a placeholder. The values in a tuple are rendered as a list.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.values.items())))


Single: TypeAlias = "str | int | Phrase | Verbatim | ByLanguage | Sentence | Sentences | Joined"
Value: TypeAlias = "Single | tuple[Single, ...]"
