# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Phrases: what a person is to read, before it is put into words.

What decides makes phrases: the key of a text in the `catalogue`, and what goes into it. They become
words once, in the language of the task, at the edge: `plugin_utils.action` renders those of a
result, the report and the callback theirs. An error that a person reads is a `PhraseError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import TypeVar

from ..ground.phrase import (
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
    "render",
    "said",
    "sentence",
]

# How several things are named in one sentence, and how many of them are at the most.
_MOST = 5
_NAME_LIMIT = 200

# Kana and kanji, and hiragana alone, which particles are written in.
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")


class PhraseError(Exception):
    """An error that a person reads. As text it is English; `phrase` is for any language.

    Args:
        key: of a text in the catalogue.
        values: of its placeholders. Another PhraseError stands for its phrase.
    """

    def __init__(self, key: str, /, **values: Value | PhraseError) -> None:
        super().__init__(key, values)
        self.phrase = Phrase(key, {name: said(each) for name, each in values.items()})

    def __str__(self) -> str:
        return render(self.phrase, "en")


#: A text in a module's result: a `Value` where the result is made, and a `str` where it is read,
#: since the edge has put it into words by then.
Words = TypeVar("Words", bound=Value)

#: What `render` puts into words where it stands in a result by itself.
SPOKEN = (Phrase, Joined, Sentence, Sentences, Verbatim)


def said(value: Value | BaseException) -> Value:
    """What to put into a phrase for a value or an error: the words of a library's error stay what
    they are in every language."""
    if isinstance(value, PhraseError):
        return value.phrase
    if isinstance(value, BaseException):
        return Verbatim(for_display(str(value)))
    return value


def in_turn(*told: Value | None) -> Sentences:
    """Whole sentences, one after the other, without those that are None."""
    return Sentences(tuple(each for each in told if each is not None))


def render(value: Value, language: Language) -> str:
    """A phrase, or one of the values that a phrase takes, in words.

    Raises KeyError for a key or a placeholder that is not known: a mistake in this collection.
    """
    if isinstance(value, Phrase):
        values = {name: render(each, language) for name, each in value.values.items()}
        text = _text(value.key, language)
        return _fitted(text, values) if language == "ja" else text.format_map(values)
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, Sentence):
        return sentence(render(value.clause, language), language)
    if isinstance(value, Sentences):
        return _one_after_another([render(each, language) for each in value.values])
    if isinstance(value, Joined):
        separator = _text(value.separator, language)
        return separator.join(render(each, language) for each in value.values)
    if isinstance(value, tuple):
        return _listed([render(each, language) for each in value], language)
    return for_display(str(value), _NAME_LIMIT)


def _fitted(text: str, values: Mapping[str, str]) -> str:
    """A text of Japanese with its values. The blanks of the text around a value are those for Latin
    letters and numbers; here they become those for what the value begins and ends with."""
    parts: list[str] = []
    before = ""  # the value that has just been put in
    for literal, name, _spec, _conversion in Formatter().parse(text):
        after = "" if name is None else values[name]
        parts += (_between(before, literal, after), after)
        before = after
    return "".join(parts)


def _between(before: str, literal: str, after: str) -> str:
    """What stands between two values. A blank goes beside a bracket of Japanese, and between a
    particle and kana or kanji; it comes between a narrow bracket and kana or kanji."""
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
    """A text as a sentence of its own: with a capital where the language has them, and an end."""
    if language == "ja":
        return text if text.endswith("。") else f"{text}。"
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _one_after_another(texts: Iterable[str]) -> str:
    """Sentences with a blank between them, but for one behind a full stop that has its own."""
    said = ""
    for text in texts:
        blank = "" if not said or not text or said.endswith("。") else " "
        said = f"{said}{blank}{text}"
    return said


def _text(key: str, language: Language) -> str:
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
    comma, last = _text("list.separator", language), _text("list.last_separator", language)
    return comma.join(shown[:-1]) + last + shown[-1]
