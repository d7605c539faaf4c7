# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text on its way into XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import LocalProtocolError

#: Characters that XML 1.0 can't carry, escaped or not (XML 1.0, production 2, Char).
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Most text has nothing else.
_PLAIN = re.compile("[ !#-%'-;=?-~]*")


def escape(text: str) -> str:
    """Text as the content of an element or of a double-quoted attribute.

    CR, LF and TAB become character references: a parser turns a bare CR into LF (XML 1.0, 2.11)
    and, in an attribute, each of the three into a blank (3.3.3).

    Raises LocalProtocolError for a character that XML 1.0 can't carry.
    """
    if _PLAIN.fullmatch(text):
        return text
    impossible = _IMPOSSIBLE.search(text)
    if impossible:
        raise LocalProtocolError(
            "request.character",
            character=f"U+{ord(impossible[0]):04X}",
            position=impossible.start(),
            text=text,
        )
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\r", "&#13;")
        .replace("\n", "&#10;")
        .replace("\t", "&#9;")
    )


def unsendable(value: Any) -> str | None:
    """The first character that XML 1.0 can't carry in a text, or in the texts of lists and
    dictionaries; None if there is none."""
    if isinstance(value, str):
        impossible = _IMPOSSIBLE.search(value)
        return impossible[0] if impossible else None
    parts = [*value, *value.values()] if isinstance(value, Mapping) else value
    if isinstance(parts, (list, tuple)):
        return next(filter(None, map(unsendable, parts)), None)
    return None
