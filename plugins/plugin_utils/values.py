# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns Ansible's values into plain Python values, and values of a target into safe ones for
Ansible to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..module_utils.ground.text import UNSEEN, escaped
from ..module_utils.words.languages import Language
from ..module_utils.words.phrases import SPOKEN, render

masking: Any = None
remove_values: Any = None
try:
    from ansible.module_utils import secrets as masking  # type: ignore[attr-defined, no-redef]
except ImportError:  # before ansible-core 2.22; the older function goes in 2.25
    from ansible.module_utils.common.parameters import remove_values

# What Ansible itself puts in the place of a secret within a text.
_MASK = "********"
# Longer than any path or command line of Windows (32,767: documentation of CreateProcess).
MAX_LINE = 33_000
MAX_TEXT = 1_000_000
# How many texts of a result are remembered, and how long they are at most.
_MOST_KNOWN, _SHORT = 10_000, 1_000


def plain(value: Any) -> Any:
    """A copy in plain types: Ansible's own carry tags that don't survive everywhere."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def spoken(value: Any, language: Language) -> Any:
    """A result with its phrases rendered."""
    if isinstance(value, SPOKEN):
        return render(value, language)
    if isinstance(value, Mapping):
        return {key: spoken(item, language) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [spoken(item, language) for item in value]
    return value


def without(secrets: Collection[str], value: Any) -> Any:
    """A result whose texts hold no secrets, as Ansible's own masking leaves them."""
    if masking is None:
        return remove_values(value, secrets)
    masking.register_secrets(secrets)
    return _masked(value)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masking.mask_secrets(value, mask_placeholder=_MASK)
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item) for item in value]
    return value


def harmless(value: Any, language: Language = "en") -> Any:
    """A result whose text is safe to show, whatever a target has put into it, with its phrases
    rendered.

    Characters that a terminal obeys, that reorder text or that are invisible become escapes
    (``\\u001b``), as in YAML: with result_format: yaml and in error messages, Ansible's own output
    leaves them as they are. A line that is longer than any text of Windows is cut, and so is a text
    beyond a megabyte.
    """
    return _Harmless(language).of(value)


class _Harmless:
    """Makes one result harmless. A result of thousands of rows has few texts, each of them often:
    to look one up takes a fifth of judging it anew."""

    def __init__(self, language: Language) -> None:
        self._language = language
        #: Texts that stay as they are.
        self._known: set[str] = set()

    def of(self, value: Any) -> Any:
        """A value that is safe to show."""
        known = self._known
        if isinstance(value, str):
            return value if value in known else self._text(value)
        if value is None or isinstance(value, int):
            return value
        if isinstance(value, Mapping):
            return {
                key if key in known else self._text(str(key)): item
                if item is None or (isinstance(item, str) and item in known)
                else self.of(item)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.of(item) for item in value]
        if isinstance(value, SPOKEN):
            return self._text(render(value, self._language))
        return value

    def _text(self, text: str) -> str:
        shown = _harmless_text(text)
        if shown is text and len(text) <= _SHORT and len(self._known) < _MOST_KNOWN:
            self._known.add(text)
        return shown


def _harmless_text(text: str) -> str:
    if text.isascii() and text.isprintable() and len(text) <= MAX_LINE:
        return text  # nearly all texts are, tens of thousands of them
    if len(text) > MAX_LINE:
        text = text[:MAX_TEXT]
        text = "\n".join(
            line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…" for line in text.split("\n")
        )
    return UNSEEN.sub(lambda found: escaped(found[0]), text)
