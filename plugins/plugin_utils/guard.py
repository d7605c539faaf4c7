# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bounds on what a requests session accepts from a host that may be hostile.

requests reads a whole answer into memory before anybody can look at it, waits for ever on a host
that sends a byte now and then, and follows a redirect to whatever address the answer names. A
response hook runs before any of the answer's content is read, so that is where the bounds go.
"""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    TransportError,
)


class BoundedBody:
    """Stands before the raw answer of urllib3 and counts what comes out of it."""

    def __init__(self, raw: Any, max_bytes: int, max_seconds: float) -> None:
        self._raw = raw
        self._left = max_bytes
        self._deadline = time.monotonic() + max_seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Any:
        for chunk in self._raw.stream(min(amt, 65536), decode_content=decode_content):
            self._left -= len(chunk)
            if self._left < 0:
                self._raw.close()
                raise TransportError(Failure.TOO_LARGE)
            if time.monotonic() > self._deadline:
                self._raw.close()
                raise TransportError(Failure.TIMEOUT, "the answer came too slowly")
            yield chunk


def guard(session: Any, max_bytes: int, max_seconds: float) -> None:
    """Bound every answer of a session in size and time, forbid redirects, refuse web pages.

    Args:
        session: a requests.Session.
        max_bytes: size of one answer, after decompression.
        max_seconds: time that one answer's content may take.
    """

    def bound(response: Any, **_kwargs: Any) -> None:
        if response.is_redirect:
            raise TransportError(Failure.REDIRECTED, response.headers.get("location", ""))
        if response.ok and response.headers.get("content-type", "").startswith("text/html"):
            raise TransportError(Failure.NOT_WINRM, "a web page")
        response.raw = BoundedBody(response.raw, max_bytes, max_seconds)

    hooks = session.hooks["response"]
    if not any(getattr(hook, "bounds_answers", False) for hook in hooks):
        bound.bounds_answers = True  # type: ignore[attr-defined]
        hooks.insert(0, bound)
        session.max_redirects = 0
