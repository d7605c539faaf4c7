# SPDX-License-Identifier: GPL-3.0-or-later
"""The port of one host's WinRM: open, closed, and shut for a while when Windows restarts."""

from __future__ import annotations

import asyncio
import logging
import ssl

from aiohttp import web

from winsim.injection import Rule
from winsim.listener import Listener
from winsim.slow import Stuck

LOG = logging.getLogger("winsim")
_KEEP_ALIVE = 120.0  # http.sys drops an idle connection then
_SHUTDOWN = 0.5
#: Windows answers the one who asks it to restart before it does.
_LAST_WORDS = 0.1


class Door:
    """Lives in the event loop of the simulated hosts, as all of its methods do."""

    def __init__(self, listener: Listener, tls: ssl.SSLContext | None) -> None:
        self._listener = listener
        self._machine = listener.service.machine
        self._tls = tls
        server = web.Server(listener.handle, keepalive_timeout=_KEEP_ALIVE, access_log=None)
        self._server = server
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_SHUTDOWN)
        self._site: web.TCPSite | None = None
        self._restart: asyncio.Task[None] | None = None
        self._stuck: set[Stuck] = set()
        self._sticking: asyncio.Server | None = None
        listener.get_stuck = self._get_stuck

    async def open(self, port: int) -> int:
        """Listen; returns the port, a free one for 0. Raises OSError."""
        await self._runner.setup()
        await self._listen(port)
        loop = asyncio.get_running_loop()

        def restart() -> None:
            loop.call_soon_threadsafe(self._begin)

        self._machine.on_restart = restart
        port = int(self._runner.addresses[0][1])
        if self._listener.stuck is not None:
            await self._get_stuck(self._listener.stuck)
        return port

    async def close(self) -> None:
        self._machine.on_restart = None
        if self._restart is not None:
            self._restart.cancel()
        if self._sticking is not None:
            self._sticking.close()
        for connection in list(self._stuck):
            connection.close()
        await self._runner.cleanup()
        self._machine.stop()

    async def _get_stuck(self, rule: Rule) -> None:
        """From now on every new connection is taken, and comes to nothing."""
        if self._site is None or self._sticking is not None:
            return
        port = int(self._runner.addresses[0][1])
        await self._site.stop()
        self._sticking = await asyncio.get_running_loop().create_server(
            lambda: Stuck(rule, self._stuck), self._machine.address, port
        )

    def _begin(self) -> None:
        if self._restart is None or self._restart.done():
            self._restart = asyncio.get_running_loop().create_task(self._restarted())

    async def _restarted(self) -> None:
        """Nothing answers for a while, and what a client had open is gone."""
        await asyncio.sleep(_LAST_WORDS)
        LOG.info("%s: restarting", self._machine.name)
        port = int(self._runner.addresses[0][1])
        # Its own listeners first: when WinRM is gone, so is all the rest.
        self._machine.stop()
        if self._site is not None:
            await self._site.stop()
        for connection in self._server.connections:
            connection.force_close()
        self._listener.service.forget()
        self._machine.restart()
        await asyncio.sleep(self._machine.restarting.takes)
        self._machine.start()
        await self._listen(port)
        LOG.info("%s: up again", self._machine.name)

    async def _listen(self, port: int) -> None:
        site = web.TCPSite(self._runner, self._machine.address, port, ssl_context=self._tls)
        await site.start()
        self._site = site
