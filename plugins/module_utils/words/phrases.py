# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Phrases: what a person will read, before it is rendered.

Code that makes decisions creates phrases: the key of a text in the `catalogue`, and its values.
They are rendered once, in the language of the task, at the edge: `plugin_utils.action` renders
those of a result, the report and the callback render their own. An error that a person reads is a
`PhraseError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import TypeVar

from ..ground.phrase import (
    ByLanguage,
    Joined,
    Phrase,
    Sentence,
    Sentences,
    Single,
    Value,
    Verbatim,
)
from ..ground.text import for_display
from .catalogue import TEXTS
from .languages import Language

__all__ = [
    "SPOKEN",
    "ByLanguage",
    "Joined",
    "Phrase",
    "PhraseError",
    "Sentence",
    "Sentences",
    "Single",
    "Value",
    "Verbatim",
    "Words",
    "in_turn",
    "one_after_another",
    "render",
    "said",
    "sentence",
]

# How many things one sentence names at most, and how long a name may be.
_MOST = 5
_NAME_LIMIT = 200

# Kana and kanji; and hiragana alone, in which particles are written.
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")


class PhraseError(Exception):
    """An error that a person reads. Its `str` is English; `phrase` is for any language.

    Args:
        key: of a text in the catalogue.
        values: of its placeholders. A PhraseError among them is replaced by its phrase.
    """

    def __init__(self, key: str, /, **values: Value | PhraseError) -> None:
        super().__init__(key, values)
        self.phrase = Phrase(key, {name: said(each) for name, each in values.items()})

    def __str__(self) -> str:
        return render(self.phrase, "en")


#: A text in a module's result: a `Value` where the result is made, and a `str` where it is read,
#: because the edge has rendered it by then.
Words = TypeVar("Words", bound=Value)

#: What is rendered where it is a value of a result.
SPOKEN = (Phrase, Joined, Sentence, Sentences, Verbatim, ByLanguage)


def said(value: Value | BaseException) -> Value:
    """The form in which a phrase takes a value or an error: the words of a library's error are the
    same in every language."""
    if isinstance(value, PhraseError):
        return value.phrase
    if isinstance(value, BaseException):
        return Verbatim(for_display(str(value)))
    return value


def in_turn(*told: Value | None) -> Sentences:
    """Whole sentences, one after the other, without those that are None."""
    return Sentences(tuple(each for each in told if each is not None))


def render(value: Value, language: Language) -> str:
    """Render a phrase, or a value that a phrase can take, as text.

    Raises KeyError for an unknown key or placeholder: a mistake in this collection.
    """
    if isinstance(value, Phrase):
        values = {name: render(each, language) for name, each in value.values.items()}
        text = text_of(value.key, language)
        return _fitted(text, values) if language == "ja" else text.format_map(values)
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, ByLanguage):
        return for_display(value.ja if language == "ja" else value.en, _NAME_LIMIT)
    if isinstance(value, Sentence):
        return sentence(render(value.clause, language), language)
    if isinstance(value, Sentences):
        return one_after_another([render(each, language) for each in value.values])
    if isinstance(value, Joined):
        separator = text_of(value.separator, language)
        return separator.join(render(each, language) for each in value.values)
    if isinstance(value, tuple):
        return _listed([render(each, language) for each in value], language)
    return for_display(str(value), _NAME_LIMIT)


def _fitted(text: str, values: Mapping[str, str]) -> str:
    """A Japanese text with its values. Its blanks around a placeholder suit Latin letters and
    numbers; here they are adapted to the characters that the value begins and ends with."""
    parts: list[str] = []
    before = ""  # the value that was inserted last
    for literal, name, _spec, _conversion in Formatter().parse(text):
        after = "" if name is None else values[name]
        parts += (_between(before, literal, after), after)
        before = after
    return "".join(parts)


def _between(before: str, literal: str, after: str) -> str:
    """The text between two values. A blank is removed beside a Japanese bracket, and between a
    particle and kana or kanji; one is added between a narrow bracket and kana or kanji."""
    if before[-1:] == ")" and _JAPANESE.match(literal):
        literal = f" {literal}"
    elif literal[:1] == " " and _touch(before[-1:], "」", literal[1:2]):
        literal = literal[1:]
    if literal[-1:] == " " and _touch(after[:1], "「", literal[-2:-1]):
        literal = literal[:-1]
    return literal


def _touch(edge: str, bracket: str, beside: str) -> bool:
    """Whether no blank belongs between the edge of a value and the text beside it."""
    if edge == bracket:
        return bool(_JAPANESE.match(beside))
    return bool(_HIRAGANA.match(beside) and _JAPANESE.match(edge))


def sentence(text: str, language: Language) -> str:
    """A text as a sentence of its own: with a capital if the language has them, and a full stop."""
    if language == "ja":
        return text if text.endswith("。") else f"{text}。"
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def one_after_another(texts: Iterable[str]) -> str:
    """Sentences with blanks between them, except after a Japanese full stop, which includes its
    own."""
    said = ""
    for text in texts:
        blank = "" if not said or not text or said.endswith("。") else " "
        said = f"{said}{blank}{text}"
    return said


def text_of(key: str, language: Language) -> str:
    """The text of a key, with its placeholders. Raises KeyError for an unknown key."""
    text = TEXTS[key]
    return text.ja if language == "ja" else text.en


def _listed(texts: list[str], language: Language) -> str:
    if not texts:
        return ""
    left = len(texts) - _MOST
    shown = texts[:_MOST]
    if left > 0:
        shown.append(render(Phrase("list.more", {"count": left}), language))
    if len(shown) == 1:
        return shown[0]
    comma, last = text_of("list.separator", language), text_of("list.last_separator", language)
    return comma.join(shown[:-1]) + last + shown[-1]
