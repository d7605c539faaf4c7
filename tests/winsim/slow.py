# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanges that never come to their end: a host that sends an octet every now and then, so that no
wait for the next one is long, and connections on which it says nothing, or never finishes TLS.

Each goes on until the client closes the connection, and counts what it has sent by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, repeat

from winsim.answer import Answer
from winsim.injection import Rule

# A record of TLS 1.2 (RFC 5246 6.2.1, 7.4) with a ServerHello in it, of the greatest length that a
# record may have; what follows never fills it.
_TLS_RECORD = b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\xfc\x03\x03"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# How much longer a body says it is than what there is to send.
_MORE = 1_000_000


async def drip(
    transport: asyncio.Transport, rule: Rule, answer: Answer, record: Callable[[int], None]
) -> None:
    """Send an answer up to the stage of the rule, and from there on octet by octet. Returns when
    the client is gone; `record` is told then how many octets were sent."""
    at_once, slowly = stream(rule.value, answer)
    sent = len(at_once)
    try:
        transport.write(at_once)
        for octet in slowly:
            if transport.is_closing():
                break
            transport.write(octet)
            sent += 1
            await asyncio.sleep(rule.settings["every"])
    finally:
        record(sent)
        transport.abort()


def stream(stage: str, answer: Answer) -> tuple[bytes, Iterator[bytes]]:
    """What is sent at once, and the octets without end that follow, for a stage of
    `winsim.injection.SLOW_STAGES` that is about an answer."""
    response = replace(answer, chunks=0).response()  # the stage decides about chunks
    status = f"HTTP/1.1 {response.status} ".encode()
    reason = f"{response.reason}\r\n".encode()
    chunked = stage in {"chunks", "trailers"}
    if chunked:
        del response.headers["Content-Length"]
        response.headers["Transfer-Encoding"] = "chunked"
    elif stage == "body":
        response.content_length = len(answer.body) + _MORE
    headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items()).encode()
    head = status + reason + headers + b"\r\n"
    size = f"{len(answer.body):x}\r\n".encode()
    parts: dict[str, tuple[bytes, bytes, bytes]] = {
        # What is sent at once, what slowly, and what slowly again and again.
        "interim": (b"", b"", _CONTINUE),
        "status": (b"", status, b"K"),
        "headers": (status + reason, headers, b"X-More: and so on\r\n"),
        "authentication": (status + reason, headers, b"X-More: and so on\r\n"),
        "body": (head, answer.body, b" "),
        "chunks": (head, b"", b"0"),
        "trailers": (head + size + answer.body + b"\r\n0\r\n", b"", b"X-More: and so on\r\n"),
    }
    at_once, slowly, again = parts[stage]
    return at_once, (bytes([octet]) for octet in chain(slowly, chain.from_iterable(repeat(again))))


class Stuck(asyncio.Protocol):
    """A connection that nothing comes of: it is taken, and for the stage ``tls`` answered with an
    octet of a handshake every now and then."""

    def __init__(self, rule: Rule, open_ones: set[Stuck]) -> None:
        """`open_ones` holds it while it lives."""
        self._rule = rule
        self._open_ones = open_ones
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._open_ones.add(self)
            self._transport = transport
            if self._rule.value == "tls":
                self._task = asyncio.get_running_loop().create_task(self._drip(transport))

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_ones.discard(self)
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """End it from this side."""
        if self._transport is not None:
            self._transport.abort()

    async def _drip(self, transport: asyncio.Transport) -> None:
        for octet in chain(_TLS_RECORD, repeat(0)):
            transport.write(bytes([octet]))
            await asyncio.sleep(self._rule.settings["every"])
