# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose connections a simulated host lists."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import sslproto

from winsim.door import peer_of


async def closed_twice() -> asyncio.BaseTransport:
    """The transport of a TLS connection that both sides have closed."""
    loop = asyncio.get_running_loop()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    protocol = sslproto.SSLProtocol(  # type: ignore[attr-defined]
        loop, asyncio.Protocol(), context, None, server_side=True
    )
    transport: asyncio.Transport = protocol._get_app_transport()
    transport.close()
    transport.close()
    return transport


def test_a_connection_that_both_sides_have_closed_has_no_client() -> None:
    assert peer_of(asyncio.run(closed_twice())) is None
    assert peer_of(None) is None
