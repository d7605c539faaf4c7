# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A recording as a file: lines of JSON, as docs/recording.md describes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .recording import Message

FORMAT = "portkeeper.windows recording"
VERSION = 1


def lines(messages: Iterable[Message], *, complete: bool, system: str) -> Iterator[str]:
    """The lines of a recording, each with its line end.

    Args:
        messages: the redacted messages.
        complete: whether nothing was left out because of its size.
        system: the version of Windows (``Microsoft Windows 11 Pro 10.0.22631``), for people.
    """
    yield _line({"format": FORMAT, "version": VERSION, "system": system})
    count = 0
    for message in messages:
        content = {"request": message.request.decode()}
        if message.answer is not None:
            content["answer"] = message.answer.decode()
        if message.failure is not None:
            content["failure"] = message.failure
        count += 1
        yield _line(content)
    yield _line({"messages": count, "complete": complete})


def _line(content: dict[str, Any]) -> str:
    # ASCII only, so that no tool on the way damages it.
    return json.dumps(content, separators=(",", ":")) + "\n"
