# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a text is Japanese to the last word, apart from names, commands and quoted words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase

# What stays as it is: code, what is quoted, addresses, command lines, names of settings.
_AS_IT_IS = re.compile(r"`[^`]*`|「[^」]*」|\bhttps?://\S+|\b(?:netsh|net) [a-z0-9= ]+")
_ENGLISH = re.compile(r"\b[A-Za-z']*[a-z]{2,},? [a-z']{2,} [a-z']{2,}\b")


def english_in(text: str) -> str:
    """The first words of English sentences in a text; nothing where there are none."""
    found = _ENGLISH.search(_AS_IT_IS.sub(" ", text))
    return found[0] if found else ""


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a result."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts_in(each)


def keys_in(value: Any) -> Iterator[str]:
    """The keys of all phrases in a value."""
    if isinstance(value, Phrase):
        yield value.key
        for each in value.values.values():
            yield from keys_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from keys_in(each)
