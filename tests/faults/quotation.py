# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix as docs/faults.md quotes it: the one block of the document that is set as code."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^```text\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


def quoted(document: str) -> str:
    """What a document quotes. Raises ValueError where it quotes nothing, or twice."""
    (block,) = _BLOCK.findall(document)
    return str(block)


def written(document: str, text: str) -> str:
    """The document with another quotation."""
    return _BLOCK.sub(lambda _found: f"```text\n{text}\n```", document)
