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
import math
import re
import socket
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase
from .watchdog import Watchdog

try:
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError
    from urllib3.util.connection import allowed_gai_family
    from urllib3.util.retry import Retry
except ImportError:
    pass  # then there is neither winrm nor psrp, and nothing to guard

if TYPE_CHECKING:
    from requests import Response as _OfResponse
    from requests.adapters import HTTPAdapter as _OfAdapter
    from urllib3 import HTTPConnectionPool as _OfPool
    from urllib3 import HTTPResponse as _OfAnswer
    from urllib3.connection import HTTPConnection as _OfConnection
    from urllib3.util.retry import Retry as _OfRetries
else:
    # What the methods below stand before is known when there is such an object, see `given_to`.
    _OfResponse = _OfAdapter = _OfPool = _OfAnswer = _OfConnection = _OfRetries = object

_CHUNK = 65536
# A socket takes 0 for not waiting at all.
_LEAST_SECONDS = 0.001

# Parts of one encrypted answer. A service encrypts an answer, of 512,000 bytes at the most, as a
# whole or by 16 KiB.
_MOST_PARTS = 1_000
_PART = b"Length="
# How pypsrp finds the boundary of such an answer, and what a boundary may be made of here.
_BOUNDARY = re.compile(r'boundary=[|"](.*)[|"]')
_PLAIN_BOUNDARY = re.compile(r"[\w -]{1,70}", re.ASCII)


@dataclass(frozen=True)
class Ends:
    """Both ends of a TCP connection: the IP address and port of the host, and our own address."""

    peer: tuple[str, int]
    own: str


class Guard:
    """The bounds of one session, and what is known of its connection.

    Args:
        max_bytes: size of one answer, after decompression.
        seconds: time for one exchange, from connecting to the end of the answer, with all the
            steps of an authentication.
        end: when the last one has to end, as time.monotonic() has it.

    Attributes:
        ends: of the connection that the latest answer came over; None if that was one to a proxy,
            and as long as there was no answer.
    """

    def __init__(self, max_bytes: int, seconds: float, end: float = math.inf) -> None:
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.end = end
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
            guarded.__class__ = _derived(kind, guarded.__class__)
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
        left = self.end - time.monotonic()
        if left <= 0:
            raise TransportError(Failure.TIMEOUT, Phrase("detail.task_time_up"))
        with Watchdog(min(self.seconds, left)) as watchdog:
            self._watchdog = watchdog
            try:
                yield
            except Exception as error:
                if watchdog.expired:
                    raise _late(watchdog) from error
                raise
            finally:
                self._watchdog = None
            if watchdog.expired:
                raise _late(watchdog)

    def watch(self, sock: Any) -> None:
        """Have a socket shut down when the time of the exchange is up."""
        if self._watchdog is not None:
            self._watchdog.watch(sock)

    def within(self, seconds: float | None) -> float | None:
        """A time limit for a socket, not longer than what is left for the exchange."""
        if self._watchdog is None:
            return seconds
        left = max(self._watchdog.left, _LEAST_SECONDS)
        return left if seconds is None else min(seconds, left)

    def check(self, response: Any) -> None:
        """Refuse an answer that leads elsewhere, or is one of no WS-Management service.

        Raises:
            TransportError: it is one.
        """
        if response.is_redirect:
            raise TransportError(Failure.REDIRECTED, response.headers.get("location", ""))
        if response.ok and response.headers.get("content-type", "").startswith("text/html"):
            raise TransportError(Failure.NOT_WINRM, Phrase("detail.web_page"))
        boundary = _BOUNDARY.search(response.headers.get("content-type", ""))
        if boundary and not _PLAIN_BOUNDARY.fullmatch(boundary.group(1)):
            raise TransportError(Failure.NOT_WINRM, Phrase("detail.boundary"))


def _late(watchdog: Watchdog) -> TransportError:
    late = Phrase("detail.late", {"seconds": f"{watchdog.seconds:.3g}"})
    return TransportError(Failure.TIMEOUT, late)


@functools.cache
def _derived(first: type, second: type) -> type:
    return type(second.__name__, (first, second), {})


class _Adapter(_OfAdapter):
    """Of a requests.adapters.HTTPAdapter."""

    guard: Guard

    def send(self, *arguments: Any, **options: Any) -> Any:
        retries = self.max_retries
        if isinstance(retries, Retry) and not isinstance(retries, _Retries):
            # A TLS that breaks off counts among what has not been sent, which nobody knows.
            self.max_retries = self.guard.given_to(retries.new(other=0), _Retries)
        with self.guard.exchange():
            return super().send(*arguments, **options)

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool = super().get_connection_with_tls_context(*arguments, **options)
        return self.guard.given_to(pool, _Pool)

    def build_response(self, request: Any, raw: Any) -> Any:
        response = super().build_response(request, raw)
        self.guard.check(response)
        self.guard.given_to(raw, _Answer)
        return self.guard.given_to(response, _Response)


class _Retries(_OfRetries):
    """Of a urllib3.Retry, which sleeps between the attempts, whatever the time."""

    guard: Guard

    def new(self, **options: Any) -> Any:
        return self.guard.given_to(super().new(**options), _Retries)

    def get_backoff_time(self) -> Any:
        return self.guard.within(super().get_backoff_time())


class _Pool(_OfPool):
    """Of a urllib3.HTTPConnectionPool, be it one to the host or one to a proxy."""

    guard: Guard

    def _get_conn(self, *arguments: Any, **options: Any) -> Any:
        connection = super()._get_conn(*arguments, **options)
        return self.guard.given_to(connection, _Connection)


class _Connection(_OfConnection):
    """Of a urllib3.connection.HTTPConnection."""

    guard: Guard
    _dns_host: str  # the name or address as it was given
    port: int
    proxy: Any
    sock: Any
    timeout: float | None

    def _new_conn(self) -> Any:
        name = self._dns_host
        try:
            # urllib3 gives each address of a name the whole time for a connection.
            for address in self._addresses():
                self._dns_host = address
                self.timeout = self.guard.within(self.timeout)
                try:
                    sock = super()._new_conn()
                except ConnectTimeoutError as error:
                    problem = error
                else:
                    self.guard.watch(sock)
                    return sock
        finally:
            self._dns_host = name
        raise problem

    def _addresses(self) -> list[str]:
        """What the connection may go to, in turn. A SOCKS proxy looks names up itself."""
        name = self._dns_host
        if hasattr(self, "_socks_options"):
            return [name]
        try:
            found = socket.getaddrinfo(
                name.strip("[]"), self.port, allowed_gai_family(), socket.SOCK_STREAM
            )
        except socket.gaierror as error:
            raise NameResolutionError(name, self, error) from error
        except UnicodeError:
            return [name]  # which urllib3 has its own error for
        return list(dict.fromkeys(str(where[0]) for *_kind, where in found))

    def request(self, *arguments: Any, **options: Any) -> None:
        if self.sock is not None:
            self.guard.watch(self.sock)
        super().request(*arguments, **options)

    def getresponse(self) -> Any:
        # Looked at before it is read, since it may be closed with the answer.
        ends = self._ends()
        response = super().getresponse()
        self.guard.ends = ends
        return response

    def _ends(self) -> Ends | None:
        # A SOCKS proxy is known to the connection by its options alone.
        if self.proxy is not None or hasattr(self, "_socks_options"):
            return None
        address, port = self.sock.getpeername()[:2]
        return Ends((address, port), self.sock.getsockname()[0])


class _Response(_OfResponse):
    """Of a requests.Response."""

    @property
    def content(self) -> Any:
        content = super().content
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/") and content and content.count(_PART) > _MOST_PARTS:
            raise TransportError(Failure.TOO_LARGE)
        return content

    @property
    def text(self) -> str:
        """The bytes as they are, those of UTF-8 as its characters: what encoding an answer is in,
        its XML says, and neither a header nor a guess."""
        return bytes(self.content or b"").decode("utf-8", "surrogateescape")


class _Answer(_OfAnswer):
    """Of a urllib3.HTTPResponse. It stays one: the authentications look for the server's
    certificate in it, and bind themselves to that."""

    guard: Guard

    def stream(
        self, amt: int | None = _CHUNK, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        left = self.guard.max_bytes
        pieces = super().stream(min(amt or _CHUNK, _CHUNK), decode_content)
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                self.close()
                raise TransportError(Failure.TOO_LARGE)
            yield piece
