# SPDX-License-Identifier: GPL-3.0-or-later
"""What is English in a result that a Japanese reader gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken

# What stands in back quotes is to be typed; URLs, paths and keys of the registry are the same in
# every language.
_TECHNICAL = re.compile(
    r"`[^`]*`|winrm quickconfig|https?://\S+|[A-Za-z]:\\\S*|HKEY_[\w\\]+(?: \w+\\\S*)*"
)
# Names of products and of things of Windows have capitals. Two words of which the second has none
# are a part of a sentence.
_WORDS = re.compile(r"[A-Za-z']+ [a-z]+(?![\w.:=\\])")


def texts_of(result: Any) -> Iterator[str]:
    """Each text of a result, put into Japanese."""
    told = spoken(result, "ja")
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for each in told.values():
            yield from texts_of(each)
    elif isinstance(told, list):
        for each in told:
            yield from texts_of(each)


def english_in(result: Any, *words_of_the_host: str) -> list[str]:
    """The texts of a result that have English words in them, apart from those of the host."""
    found = []
    for text in texts_of(result):
        left = text
        for words in words_of_the_host:
            left = left.replace(words, "")
        if _WORDS.search(_TECHNICAL.sub("", left)):
            found.append(text)
    return found
