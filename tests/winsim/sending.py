# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP answers on their way to the client, also those that an injected fault keeps from arriving
whole."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator, Sequence

from aiohttp import web

from winsim import slow
from winsim.answer import Answer
from winsim.injection import Rule

_CUTS = frozenset({"reset", "reset-before", "truncate"})


async def send(
    http: web.BaseRequest,
    answer: Answer,
    rules: Sequence[Rule],
    record: Callable[[int], None],
) -> web.StreamResponse:
    """Send the answer as the rules let it. `record` is told the octets, head and body, right
    before they go out: whoever has got an answer finds it in the log. Raises ConnectionError
    when the client is gone."""
    for rule in rules:
        if rule.kind == "delay":
            await asyncio.sleep(float(rule.value))
    slowing = next((rule for rule in rules if rule.kind == "slow"), None)
    if slowing is not None and http.transport is not None:
        await slow.drip(http.transport, slowing, answer, record)
        return answer.response()
    response = answer.response()
    cut = next((rule for rule in rules if rule.kind in _CUTS), None)
    body = answer.body if cut is None else answer.body[: int(cut.settings.get("after", 0))]
    if cut is not None and not body:
        record(0)
        _close(http, cut)
        return response
    record(_head_size(response) + len(body))
    last = answer.last or any(rule.kind == "close" for rule in rules)
    if last:
        _cork(http)
    await response.prepare(http)
    drip = next((rule for rule in rules if rule.kind == "slow-drip"), None)
    size = max(1, int(drip.settings["bytes"])) if drip is not None else _chunk(answer)
    for number, piece in enumerate(_pieces(body, size)):
        if drip is not None and number:
            await asyncio.sleep(drip.settings["every"])
        await response.write(piece)
    if cut is not None:
        _close(http, cut)
    else:
        await response.write_eof()
        if last and http.transport is not None:
            http.transport.close()
    return response


def _chunk(answer: Answer) -> int:
    return -(-len(answer.body) // max(1, answer.chunks))


def _pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size or 1))


def _close(http: web.BaseRequest, rule: Rule) -> None:
    """End the connection: `truncate` closes it, the others make the client see a reset."""
    transport = http.transport
    if transport is None:
        return
    if rule.kind == "truncate":
        transport.close()
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        # With a linger time of zero the kernel sends RST instead of FIN.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _cork(http: web.BaseRequest) -> None:
    """Hold the end of the answer back until the connection is closed: both then arrive in one
    piece, and no client is so quick that it uses the connection in between."""
    sock = http.transport.get_extra_info("socket") if http.transport is not None else None
    option = getattr(socket, "TCP_CORK", None)  # of Linux
    if sock is not None and option is not None:
        sock.setsockopt(socket.IPPROTO_TCP, option, 1)


def _head_size(response: web.StreamResponse) -> int:
    line = f"HTTP/1.1 {response.status} {response.reason}\r\n"
    return len(line) + sum(len(k) + len(v) + 4 for k, v in response.headers.items()) + 2
