# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person is to read, as data: which text, and what goes into it.

`words.phrases` puts it into words, and offers these names too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text that stays what it is in every language, such as the words of an error, however long.
    It is fit for a terminal already."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values with the same text between each two of them, by its key."""

    values: tuple[Value, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A clause as a sentence of its own: with a capital where the language has them, and an end."""

    clause: Value


@dataclass(frozen=True, slots=True)
class Sentences:
    """Whole sentences, one after the other, as a text of its own."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Phrase:
    """A text by its key, and the values of its placeholders.

    Text of a target may be among the values: it is made fit for a terminal when it is rendered, and
    is never read as a placeholder itself. Several values in a tuple are listed.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.values.items())))


Single: TypeAlias = "str | int | Phrase | Verbatim | Sentence | Sentences | Joined"
Value: TypeAlias = "Single | tuple[Single, ...]"
