# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be known of a parser to feed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
)

#: The bounds of documents where the inputs are not meant to reach them, and where they grow.
LIMITS = DocumentLimits(max_bytes=2_000_000, max_elements=20_000)
GROWING = DocumentLimits()

Grow = Callable[[int], Any]


@dataclass(frozen=True)
class Parser:
    """One parser.

    `modules` are those under ``plugins`` that it exercises, without ``.py``. `errors` is what its
    documentation says it raises, `grows` makes inputs of any size, whose work may grow as they do
    and no faster.
    """

    name: str
    modules: tuple[str, ...]
    read: Callable[[Any], object]
    inputs: st.SearchStrategy[Any]
    errors: tuple[type[Exception], ...] = ()
    grows: Mapping[str, Grow] = field(default_factory=dict)
