# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bounds on what a requests session accepts from a host that may be hostile.

requests reads a whole answer into memory before anybody can look at it, waits for ever on a host
that sends a byte now and then, and follows a redirect to whatever address the answer names. Its
adapters make a response of every answer, those to the steps of an authentication too, before any of
the content is read, so that is where the bounds go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    TransportError,
)

_CHUNK = 65536


def guard(session: Any, max_bytes: int, max_seconds: float) -> None:
    """Bound every answer of a session in size and time, forbid redirects, refuse web pages.

    Args:
        session: a requests.Session.
        max_bytes: size of one answer, after decompression.
        max_seconds: time that one answer's content may take.
    """
    session.max_redirects = 0
    for adapter in session.adapters.values():
        if not hasattr(adapter.build_response, "bounds_answers"):
            adapter.build_response = _bounded(adapter.build_response, max_bytes, max_seconds)


def _bounded(
    build_response: Callable[..., Any], max_bytes: int, max_seconds: float
) -> Callable[..., Any]:
    def build(request: Any, raw: Any) -> Any:
        response = build_response(request, raw)
        if response.is_redirect:
            raise TransportError(Failure.REDIRECTED, response.headers.get("location", ""))
        if response.ok and response.headers.get("content-type", "").startswith("text/html"):
            raise TransportError(Failure.NOT_WINRM, "a web page")
        _bound(raw, max_bytes, max_seconds)
        return response

    build.bounds_answers = True  # type: ignore[attr-defined]
    return build


def _bound(raw: Any, max_bytes: int, max_seconds: float) -> None:
    """Count what comes out of an answer of urllib3. It stays what it is: the authentications look
    for the server's certificate in it, and bind themselves to that."""
    whole = raw.stream
    deadline = time.monotonic() + max_seconds

    def stream(amt: int = _CHUNK, decode_content: bool | None = None) -> Iterator[bytes]:
        left = max_bytes
        for chunk in whole(min(amt, _CHUNK), decode_content=decode_content):
            left -= len(chunk)
            if left < 0:
                raw.close()
                raise TransportError(Failure.TOO_LARGE)
            if time.monotonic() > deadline:
                raw.close()
                raise TransportError(Failure.TIMEOUT, "the answer came too slowly")
            yield chunk

    raw.stream = stream
