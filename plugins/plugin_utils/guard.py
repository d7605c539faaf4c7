# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bounds on what a requests session accepts from a host that may be hostile.

requests reads a whole answer into memory before anybody can look at it, waits for ever on a host
that sends a byte now and then, and follows a redirect to whatever address the answer names. So the
objects that a session sends through get a class that has the bounds: its adapters, which make a
response of every answer, those to the steps of an authentication too; their pools; the pools'
connections, which alone have the socket; and the answers. They stay the objects that pywinrm and
pypsrp have made, with all their settings.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.watchdog import Watchdog

_CHUNK = 65536


@dataclass(frozen=True)
class Ends:
    """Both ends of a TCP connection: the IP address and port of the host, and our own address."""

    peer: tuple[str, int]
    own: str


class Guard:
    """The bounds of one session, and what is known of its connection.

    Args:
        max_bytes: size of one answer, after decompression.
        seconds: time for one exchange, from looking for the address to the end of the answer, with
            all the steps of an authentication.

    Attributes:
        ends: of the connection that the latest answer came over; None if that was one to a proxy,
            and as long as there was no answer.
    """

    def __init__(self, max_bytes: int, seconds: float) -> None:
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.ends: Ends | None = None
        self._watchdog: Watchdog | None = None

    def over(self, session: Any) -> None:
        """Guard all that a session sends and receives from now on. It may be guarded already.

        Args:
            session: a requests.Session.
        """
        session.max_redirects = 0
        for adapter in session.adapters.values():
            self.given_to(adapter, _Adapter)

    def given_to(self, guarded: Any, kind: type) -> Any:
        """The same object, whose class has the methods of another one before its own."""
        if not isinstance(guarded, kind):
            guarded.__class__ = _derived(kind, type(guarded))
        guarded.guard = self
        return guarded

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """The time of one exchange runs while the block does. It may be a part of a longer one.

        Raises:
            TransportError: the time was up before the end.
        """
        if self._watchdog is not None:
            yield
            return
        with Watchdog(self.seconds) as watchdog:
            self._watchdog = watchdog
            try:
                yield
            except Exception as error:
                if watchdog.expired:
                    raise self._late() from error
                raise
            finally:
                self._watchdog = None
            if watchdog.expired:
                raise self._late()

    def _late(self) -> TransportError:
        return TransportError(Failure.TIMEOUT, f"no whole answer within {self.seconds:g} seconds")

    def watch(self, sock: Any) -> None:
        """Have a socket shut down when the time of the exchange is up."""
        if self._watchdog is not None:
            self._watchdog.watch(sock)

    def check(self, response: Any) -> None:
        """Refuse an answer that leads elsewhere, or is one of no WS-Management service.

        Raises:
            TransportError: it is one.
        """
        if response.is_redirect:
            raise TransportError(Failure.REDIRECTED, response.headers.get("location", ""))
        if response.ok and response.headers.get("content-type", "").startswith("text/html"):
            raise TransportError(Failure.NOT_WINRM, "a web page")


@functools.cache
def _derived(first: type, second: type) -> type:
    return type(second.__name__, (first, second), {})


class _Adapter:
    """Of a requests.adapters.HTTPAdapter."""

    guard: Guard

    def send(self, *arguments: Any, **options: Any) -> Any:
        with self.guard.exchange():
            return super().send(*arguments, **options)  # type: ignore[misc]

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool = super().get_connection_with_tls_context(*arguments, **options)  # type: ignore[misc]
        return self.guard.given_to(pool, _Pool)

    def build_response(self, request: Any, raw: Any) -> Any:
        response = super().build_response(request, raw)  # type: ignore[misc]
        self.guard.check(response)
        self.guard.given_to(raw, _Answer)
        return response


class _Pool:
    """Of a urllib3.HTTPConnectionPool, be it one to the host or one to a proxy."""

    guard: Guard

    def _get_conn(self, *arguments: Any, **options: Any) -> Any:
        connection = super()._get_conn(*arguments, **options)  # type: ignore[misc]
        return self.guard.given_to(connection, _Connection)


class _Connection:
    """Of a urllib3.connection.HTTPConnection."""

    guard: Guard

    def _new_conn(self) -> Any:
        sock = super()._new_conn()  # type: ignore[misc]
        self.guard.watch(sock)
        return sock

    def request(self, *arguments: Any, **options: Any) -> None:
        sock = self.sock  # type: ignore[attr-defined]
        if sock is not None:
            self.guard.watch(sock)
        super().request(*arguments, **options)  # type: ignore[misc]

    def getresponse(self) -> Any:
        # Looked at before it is read, since it may be closed with the answer.
        ends = self._ends()
        response = super().getresponse()  # type: ignore[misc]
        self.guard.ends = ends
        return response

    def _ends(self) -> Ends | None:
        # A SOCKS proxy is known to the connection by its options alone.
        if self.proxy is not None or hasattr(self, "_socks_options"):  # type: ignore[attr-defined]
            return None
        sock = self.sock  # type: ignore[attr-defined]
        address, port = sock.getpeername()[:2]
        return Ends((address, port), sock.getsockname()[0])


class _Answer:
    """Of a urllib3.HTTPResponse. It stays one: the authentications look for the server's
    certificate in it, and bind themselves to that."""

    guard: Guard

    def stream(self, amt: int = _CHUNK, *arguments: Any, **options: Any) -> Iterator[bytes]:
        left = self.guard.max_bytes
        pieces = super().stream(min(amt, _CHUNK), *arguments, **options)  # type: ignore[misc]
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                self.close()  # type: ignore[attr-defined]
                raise TransportError(Failure.TOO_LARGE)
            yield piece
