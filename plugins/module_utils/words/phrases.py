# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sentences for people in the languages of the collection.

What decides makes phrases: the key of a text and what goes into it. Only when a person is to read
them are they put into words. `english` and `japanese` hold the texts, under the same keys and with
the same placeholders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from ..ground.text import for_display
from . import english, japanese

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: Mapping[Language, Mapping[str, str]] = {"en": english.TEXTS, "ja": japanese.TEXTS}

# How several things are named in one sentence, and how many of them are at the most.
_MOST = 5
_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Localised:
    """A text that is known in each language already, as the names of well-known ports are."""

    english: str
    japanese: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text that stays what it is in every language, such as the words of an error, however long.
    It is fit for a terminal already."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values with the same text between each two of them, by its key."""

    values: tuple[Single, ...]
    separator: str


@dataclass(frozen=True)
class Phrase:
    """A text by its key, and the values of its placeholders.

    Text of a target may be among the values: it is made fit for a terminal when it is rendered, and
    is never read as a placeholder itself. Several values in a tuple are listed.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


Single: TypeAlias = "str | int | Phrase | Localised | Verbatim"
Value: TypeAlias = "Single | Joined | tuple[Single, ...]"


def language_of(given: object) -> Language:
    """The language that an option or a report names; English where it names none of them."""
    return "ja" if given == "ja" else "en"


def render(value: Value, language: Language) -> str:
    """A phrase, or one of the values that a phrase takes, in words.

    Raises KeyError for a key or a placeholder that is not known: a mistake in this collection.
    """
    if isinstance(value, Phrase):
        values = {name: render(each, language) for name, each in value.values.items()}
        return TEXTS[language][value.key].format_map(values)
    if isinstance(value, Localised):
        return value.japanese if language == "ja" else value.english
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, Joined):
        separator = TEXTS[language][value.separator]
        return separator.join(render(each, language) for each in value.values)
    if isinstance(value, tuple):
        return _listed([render(each, language) for each in value], language)
    return for_display(str(value), _NAME_LIMIT)


def sentence(text: str, language: Language) -> str:
    """A text as a sentence of its own: with a capital where the language has them, and an end."""
    if language == "ja":
        return text if text.endswith("。") else f"{text}。"
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def warnings(notes: Iterable[str], language: Language) -> list[str]:
    """What to warn of where something could not be read.

    Args:
        notes: what it was and why, in whole English sentences fit for a terminal. They hold
            the words of errors, so they stay as they are: a reader of another language is told in
            that one what they mean for the result.
    """
    return [
        render(Phrase("warning.not_read", {"note": Verbatim(note)}), language) for note in notes
    ]


def _listed(texts: list[str], language: Language) -> str:
    if not texts:
        return ""
    left = len(texts) - _MOST
    shown = texts[:_MOST]
    if left > 0:
        shown.append(render(Phrase("list.more", {"count": left}), language))
    if len(shown) == 1:
        return shown[0]
    table = TEXTS[language]
    return table["list.separator"].join(shown[:-1]) + table["list.last_separator"] + shown[-1]
