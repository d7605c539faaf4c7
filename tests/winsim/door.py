# SPDX-License-Identifier: GPL-3.0-or-later
"""The port of one host's WinRM: open, closed, shut for a while when Windows restarts, and, where
it is filtered, shut while the firewall of the machine says so.

Open connections are shut with it: a change of policy has every flow authorized anew, those that
are there already too (Windows Filtering Platform, ALE Reauthorization).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from datetime import UTC, datetime

from aiohttp import web

from winsim.injection import Rule
from winsim.listener import Listener
from winsim.listeners import drop
from winsim.machine import SYSTEM_PID
from winsim.slow import Stuck
from winsim.state import Endpoint, TcpState

LOG = logging.getLogger("winsim")
_KEEP_ALIVE = 120.0  # http.sys drops an idle connection then
_SHUTDOWN = 0.5
#: Windows answers the one who asks it to restart before it does.
_LAST_WORDS = 0.1
#: How often a packet that was dropped is sent again.
_RETRANSMISSION = 0.05


class Door:
    """Lives in the event loop of the simulated hosts, as all of its methods do."""

    def __init__(
        self, listener: Listener, tls: ssl.SSLContext | None, *, filtered: bool = False
    ) -> None:
        """`filtered`: does the machine's firewall decide about WinRM too?"""
        self._listener = listener
        self._machine = listener.service.machine
        self._tls = tls
        server = web.Server(listener.handle, keepalive_timeout=_KEEP_ALIVE, access_log=None)
        self._server = server
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_SHUTDOWN)
        self._site: web.TCPSite | None = None
        self._port = 0
        self._restart: asyncio.Task[None] | None = None
        self._stuck: set[Stuck] = set()
        self._sticking: asyncio.Server | None = None
        listener.get_stuck = self._get_stuck
        self._filtered = filtered
        self._following: set[asyncio.Task[None]] = set()
        self._moving = asyncio.Lock()
        self._dropping: socket.socket | None = None

    async def open(self, port: int) -> int:
        """Listen; returns the port, a free one for 0. Raises OSError."""
        await self._runner.setup()
        await self._listen(port)
        loop = asyncio.get_running_loop()

        def restart() -> None:
            loop.call_soon_threadsafe(self._begin)

        def changed() -> None:
            loop.call_soon_threadsafe(self._follow)

        self._machine.on_restart = restart
        self._port = int(self._runner.addresses[0][1])
        if self._listener.stuck is not None:
            await self._get_stuck(self._listener.stuck)
        self._machine.winrm_connections = self._connections
        if self._filtered:
            self._machine.on_change = changed
            self._listener.let_through = self._let_through
            self._follow()
        return self._port

    async def close(self) -> None:
        self._machine.on_restart = None
        self._machine.on_change = lambda: None
        if self._restart is not None:
            self._restart.cancel()
        if self._sticking is not None:
            self._sticking.close()
        for connection in list(self._stuck):
            connection.close()
        for task in self._following:
            task.cancel()
        self._drop_no_more()
        await self._runner.cleanup()
        self._machine.stop()

    async def _get_stuck(self, rule: Rule) -> None:
        """From now on every new connection is taken, and comes to nothing."""
        if self._site is None or self._sticking is not None:
            return
        await self._shut()
        self._sticking = await asyncio.get_running_loop().create_server(
            lambda: Stuck(rule, self._stuck), self._machine.address, self._port
        )

    def _begin(self) -> None:
        if self._restart is None or self._restart.done():
            self._restart = asyncio.get_running_loop().create_task(self._restarted())

    async def _restarted(self) -> None:
        """Nothing answers for a while, and what a client had open is gone."""
        await asyncio.sleep(_LAST_WORDS)
        LOG.info("%s: restarting", self._machine.name)
        # Its own listeners first: when WinRM is gone, so is all the rest.
        self._machine.stop()
        await self._shut()
        for connection in self._server.connections:
            connection.force_close()
        self._listener.service.forget()
        self._machine.restart()
        await asyncio.sleep(self._machine.restarting.takes)
        self._machine.start()
        await self._listen(self._port)
        LOG.info("%s: up again", self._machine.name)

    async def _listen(self, port: int) -> None:
        site = web.TCPSite(self._runner, self._machine.address, port, ssl_context=self._tls)
        await site.start()
        self._site = site

    async def _shut(self) -> None:
        if self._site is not None:
            await self._site.stop()
            self._site = None

    # Filtered

    def _follow(self) -> None:
        task = asyncio.get_running_loop().create_task(self._move())
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _move(self) -> None:
        """New connections get no answer while the firewall does not let them in."""
        async with self._moving:
            let_in = self._machine.lets_winrm_in()
            if let_in and self._dropping is not None:
                self._drop_no_more()
                await self._listen(self._port)
            elif not let_in and self._site is not None:
                await self._shut()
                self._dropping = drop((self._machine.address, self._port))
                endpoint = self._machine.winrm_endpoint()
                if endpoint is not None:
                    self._machine.drops.watch(self._dropping, endpoint)

    def _drop_no_more(self) -> None:
        if self._dropping is not None:
            self._machine.drops.forget(self._dropping)
            self._dropping.close()
            self._dropping = None

    async def _let_through(self, http: web.BaseRequest) -> None:
        """Keep back the answer for as long as the firewall drops it. Raises ConnectionError when
        the client is gone."""
        while not self._machine.lets_winrm_in():
            if http.transport is None or http.transport.is_closing():
                raise ConnectionError
            await asyncio.sleep(_RETRANSMISSION)

    def _connections(self) -> list[Endpoint]:
        """The open connections as the machine lists them: from a neighbour, which every client of
        a simulated host is, to the port that WinRM has there. The client's port is the real
        one."""
        machine = self._machine
        local = machine.network.main_address or machine.address
        ports = machine.winrm_ports()
        clients = [peer_of(each.transport) for each in list(self._server.connections)]
        return [
            Endpoint(
                "tcp",
                local,
                ports[0],
                SYSTEM_PID,
                datetime.now(UTC),
                machine.network.neighbour(local),
                client[1],
                TcpState.ESTABLISHED,
            )
            for client in clients
            if client and ports
        ]


def peer_of(transport: asyncio.BaseTransport | None) -> tuple[str, int] | None:
    """Address and port of the client; None if the connection is closed."""
    if transport is None:
        return None
    try:
        peer = transport.get_extra_info("peername")
    except AttributeError:
        # What asyncio raises for a TLS connection that both sides have closed.
        return None
    return None if peer is None else (peer[0], peer[1])
