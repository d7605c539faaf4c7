# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases in English, as most tests look at them."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    SPOKEN,
    Value,
    render,
)


def english(value: Value | None) -> str:
    """A text in English; empty for none."""
    return "" if value is None else render(value, "en")


def all_english(value: Any) -> Any:
    """A result, or a part of one, with its phrases in English."""
    if isinstance(value, SPOKEN):
        return render(value, "en")
    if isinstance(value, dict):
        return {key: all_english(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(all_english(each) for each in value)
    return value
