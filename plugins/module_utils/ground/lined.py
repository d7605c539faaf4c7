# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JSON objects with long lists that have one item a line, as this collection writes them.

What JSON becomes in memory is many times as large as its text. Items that have their own lines can
be read one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from .text import UNSEEN

Place = tuple[int, int]


class NotJsonError(ValueError):
    """A text can't be read as JSON.

    Attributes:
        reason: the key of the text that says why.
        values: those of that text.
    """

    def __init__(self, reason: str, **values: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def read(text: str) -> Any:
    """What a JSON text says.

    Raises:
        NotJsonError: it is not JSON, or Python refuses to read it.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJsonError("report.no_json", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # from Python's own limit on the digits of a number
        raise NotJsonError("report.long_number") from error
    except RecursionError as error:
        raise NotJsonError("report.too_deep") from error


def line(value: Any, *, compact: bool = False) -> str:
    """A value as JSON on one line, with invisible characters escaped. A JSON parser restores it
    exactly.

    Args:
        compact: without spaces between its items.
    """
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=False, separators=separators)
    return text if text.isascii() else UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def split(
    content: bytes, keys: Collection[str]
) -> tuple[dict[str, Any], dict[str, list[Place]]] | None:
    """The object without the items of its long lists, and where each of these stands.

    Args:
        content: the file.
        keys: of the lists that may have their items on lines.

    Returns:
        The object, in which these lists are empty, and for each list found the beginning and the
        end of each item. None if the object is not written in this way: it may still be JSON.
    """
    openings = {f'"{key}": ['.encode(): key for key in keys}
    found: dict[str, list[Place]] = {}
    rest: list[bytes] = []
    lines = _lines(content)
    for start, end in lines:
        line = content[start:end]
        rest.append(line)
        key = openings.get(line)
        if key is not None:
            items = None if key in found else _items(content, lines)
            if items is None:
                return None
            found[key], closing = items
            rest.append(closing)
    try:
        data = json.loads(b"\n".join(rest))
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or any(data.get(key) != [] for key in found):
        return None
    return data, found


def _items(content: bytes, lines: Iterator[Place]) -> tuple[list[Place], bytes] | None:
    """The items of a list, and the line that ends it."""
    found: list[Place] = []
    more = True
    for start, end in lines:
        line = content[start : min(end, start + 2)]
        if line in (b"]", b"],"):
            # A comma stands between two items, and nowhere else.
            return (found, line) if not (found and more) else None
        if start == end and not found:
            continue
        if not more:
            return None
        more = content.endswith(b",", start, end)
        found.append((start, end - 1 if more else end))
    return None


def _lines(content: bytes) -> Iterator[Place]:
    start = 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        yield start, end
        start = end + 1
