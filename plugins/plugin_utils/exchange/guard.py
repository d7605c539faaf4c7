# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Limits what a requests session accepts from a host that may be hostile.

requests reads a whole answer into memory before anyone can check it, waits forever for a host that
sends a byte now and then, and follows a redirect to any address that the answer names. So the
objects through which a session sends get a class with limits: its adapters, which make a response
from every answer, including those to the steps of an authentication; their pools; the pools'
connections, the only ones with the socket; and the answers. They remain the objects that pywinrm
and pypsrp have created, with all their settings.
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
from ...module_utils.wsman.soap.places import LARGE_ANSWERS, LARGE_BYTES, Answer
from . import tls_contexts
from .connecting import BY_DEFAULT, LEAST_SECONDS, ConnectTime, Countdown
from .repeating import RepeatingAdapter, RepeatingSession, WholeConnection
from .watchdog import Watchdog

try:
    from urllib3.connection import HTTPSConnection
    from urllib3.exceptions import (
        ConnectTimeoutError,
        NameResolutionError,
        NewConnectionError,
    )
    from urllib3.util.connection import allowed_gai_family
    from urllib3.util.retry import Retry
except ImportError:
    pass  # then there is neither winrm nor psrp, so nothing to guard

if TYPE_CHECKING:
    from requests import Response as _OfResponse
    from urllib3 import HTTPConnectionPool as _OfPool
    from urllib3 import HTTPResponse as _OfAnswer
    from urllib3.util.retry import Retry as _OfRetries
else:
    # The class that the methods below extend is known only when there is such an object, see
    # `given_to`.
    _OfResponse = _OfPool = _OfAnswer = _OfRetries = object

_CHUNK = 65536

# The most parts of one encrypted answer. A service encrypts an answer, which has at most 512,000
# bytes, as a whole or in parts of 16 KiB.
_MOST_PARTS = 1_000
_PART = b"Length="
# How pypsrp finds the boundary of such an answer, and the characters allowed in a boundary here.
_BOUNDARY = re.compile(r'boundary=[|"](.*)[|"]')
_PLAIN_BOUNDARY = re.compile(r"[\w -]{1,70}", re.ASCII)


@dataclass(frozen=True)
class Ends:
    """Both ends of a TCP connection, the host's and ours: IP address and port."""

    peer: tuple[str, int]
    own: tuple[str, int]


class Guard:
    """The limits of one session, and what is known about its connection.

    Args:
        max_bytes: size of one answer, after decompression.
        seconds: time for one exchange, from connecting to the end of the answer, with all the
            steps of an authentication.
        end: when the last one has to end, as time of time.monotonic().
        connect: time for connecting alone.

    Attributes:
        ends: those of the connection that delivered the latest answer; None if it was a connection
            to a proxy, and until there is an answer.
        closing: whether that answer is the last one on its connection.
        sealed: whether that answer is encrypted, as its header says.
        proxy: whether it comes from an HTTP proxy, which may have passed it on.
        by_proxy: whether the latest connection was made through a proxy of any kind.
    """

    def __init__(
        self,
        max_bytes: int,
        seconds: float,
        end: float = math.inf,
        connect: ConnectTime = BY_DEFAULT,
    ) -> None:
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.end = end
        self.connect = connect
        self.ends: Ends | None = None
        self.closing = False
        self.sealed = False
        self.proxy = False
        self.by_proxy = False
        self._watchdog: Watchdog | None = None
        self._answer: Answer | None = None

    def over(self, session: Any) -> None:
        """Guard everything that a session sends and receives from now on. It may already be
        guarded.

        Args:
            session: a requests.Session.
        """
        session.max_redirects = 0
        self.given_to(session, _Session)
        for adapter in session.adapters.values():
            self.given_to(adapter, _Adapter)

    def given_to(self, guarded: Any, kind: type) -> Any:
        """The same object, after its class has got the methods of another one before its own."""
        if not isinstance(guarded, kind):
            guarded.__class__ = _derived(kind, guarded.__class__)
        guarded.guard = self
        return guarded

    @property
    def exchanging(self) -> bool:
        """Whether the time of an exchange runs."""
        return self._watchdog is not None

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """The time of one exchange runs during the block. It may be part of a longer one.

        Raises:
            TransportError: the time was up before the end.
        """
        if self._watchdog is not None:
            yield
            return
        left = self.end - time.monotonic()
        if left <= 0:
            raise TransportError(Failure.TIMEOUT, Phrase("detail.task_time_up"))
        with (
            LARGE_ANSWERS.answer() as self._answer,
            Watchdog(min(self.seconds, left)) as watchdog,
        ):
            self._watchdog = watchdog
            try:
                yield
            except Exception as error:
                if watchdog.expired:
                    raise _late(watchdog) from error
                raise
            finally:
                self._watchdog = self._answer = None
            if watchdog.expired:
                raise _late(watchdog)

    def watch(self, sock: Any) -> None:
        """Arrange that a socket is shut down when the time of the exchange is up."""
        if self._watchdog is not None:
            self._watchdog.watch(sock)

    def await_place(self) -> None:
        """Wait until a large answer of this exchange has its place, no longer than the exchange.

        Raises:
            TransportError: the time was up before that.
        """
        if self._answer is None or self._watchdog is None:
            return
        if not self._answer.needs_place(self._watchdog.left):
            raise TransportError(Failure.TIMEOUT, Phrase("detail.no_place"))

    def within(self, seconds: float | None) -> float | None:
        """A time limit for a socket, no longer than the exchange's remaining time."""
        if self._watchdog is None:
            return seconds
        left = max(self._watchdog.left, LEAST_SECONDS)
        return left if seconds is None else min(seconds, left)

    def check(self, response: Any) -> None:
        """Refuse an answer that redirects elsewhere, or does not come from a WS-Management service.

        Raises:
            TransportError: it is such an answer.
        """
        kind = response.headers.get("content-type", "")
        self.sealed = kind.lower().startswith("multipart/")
        if response.is_redirect:
            raise TransportError(Failure.REDIRECTED, response.headers.get("location", ""))
        if response.status_code < 400 and kind.startswith("text/html"):
            failure = Failure.PROXY_ANSWER if self.proxy else Failure.NOT_WINRM
            raise TransportError(failure, Phrase("detail.web_page"))
        boundary = _BOUNDARY.search(kind)
        if boundary and not _PLAIN_BOUNDARY.fullmatch(boundary.group(1)):
            raise TransportError(Failure.NOT_WINRM, Phrase("detail.boundary"))


def _late(watchdog: Watchdog) -> TransportError:
    late = Phrase("detail.late", {"seconds": f"{watchdog.seconds:.3g}"})
    return TransportError(Failure.TIMEOUT, late)


@functools.cache
def _derived(first: type, second: type) -> type:
    return type(second.__name__, (first, second), {})


class _Session(RepeatingSession):
    """A guarded requests.Session, which always sends to the same URL."""

    guard: Guard


class _Adapter(RepeatingAdapter):
    """The guarded methods of a requests.adapters.HTTPAdapter."""

    guard: Guard

    def send(self, *arguments: Any, **options: Any) -> Any:
        retries = self.max_retries
        if isinstance(retries, Retry) and not isinstance(retries, _Retries):
            # urllib3 counts a broken TLS connection as not sent, which is uncertain.
            self.max_retries = self.guard.given_to(retries.new(other=0), _Retries)
        if self.guard.exchanging:
            return super().send(*arguments, **options)
        with self.guard.exchange():
            return super().send(*arguments, **options)

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool = super().get_connection_with_tls_context(*arguments, **options)
        return self.guard.given_to(pool, _Pool)

    def build_response(self, req: Any, resp: Any) -> Any:
        response = super().build_response(req, resp)
        self.guard.check(response)
        self.guard.given_to(resp, _Answer)
        return self.guard.given_to(response, _Response)


class _Retries(_OfRetries):
    """The guarded methods of a urllib3.Retry, which would sleep between attempts without regard to
    the time."""

    guard: Guard

    def new(self, **options: Any) -> Any:
        return self.guard.given_to(super().new(**options), _Retries)

    def get_backoff_time(self) -> Any:
        return self.guard.within(super().get_backoff_time())


class _Pool(_OfPool):
    """The guarded methods of a urllib3.HTTPConnectionPool, to the host or to a proxy."""

    guard: Guard

    def _get_conn(self, *arguments: Any, **options: Any) -> Any:
        connection = super()._get_conn(*arguments, **options)
        return self.guard.given_to(connection, _Connection)

    def _validate_conn(self, conn: Any) -> None:
        # What HTTPS needs before the request; HTTP connects with the request. The method of the
        # connection for it can't be guarded: pypsrp has put another into each connection.
        if conn.is_closed:
            tls_contexts.share(conn)
        try:
            super()._validate_conn(conn)
        except TimeoutError:  # in the tunnel of a proxy, or in the handshake of TLS
            if conn.is_by_proxy:
                raise
            raise ConnectTimeoutError(conn, "") from conn.time_to_connect.up_in_tls()


class _Connection(WholeConnection):
    """The guarded methods of a urllib3.connection.HTTPConnection.

    Attributes:
        time_to_connect: that of the latest attempt.
    """

    guard: Guard
    _dns_host: str  # the name or address as given
    port: int
    proxy: Any
    sock: Any
    timeout: float | None
    time_to_connect: Countdown
    _both: Ends | None = None

    def _new_conn(self) -> Any:
        name, given = self._dns_host, self.timeout
        self._both = None
        self.guard.by_proxy = self.is_by_proxy
        addresses = self._addresses()
        self.time_to_connect = Countdown(self.guard.connect.beside(given))
        problems: list[Exception] = []
        try:
            # urllib3 gives each address of a name the full time to connect.
            for address, seconds in self.time_to_connect.shared_by(addresses):
                self._dns_host = address
                self.timeout = self.guard.within(seconds)
                try:
                    sock = super()._new_conn()
                except (ConnectTimeoutError, NewConnectionError) as error:
                    problems.append(error)
                else:
                    self.guard.watch(sock)
                    # TLS, and the tunnel of a proxy, have what is left.
                    left = self.time_to_connect.left if self._is_https else given
                    sock.settimeout(self.guard.within(left))
                    return sock
        finally:
            self._dns_host, self.timeout = name, given
        raise self._most_telling(problems)

    def _most_telling(self, problems: list[Exception]) -> Exception:
        """That of several addresses which says most: somebody has refused, nobody has answered."""
        for problem in problems:
            if isinstance(problem.__cause__, ConnectionRefusedError):
                return problem
        for problem in problems:
            if isinstance(problem, ConnectTimeoutError):
                if not self.is_by_proxy:
                    problem.__cause__ = self.time_to_connect.up()
                return problem
        return problems[-1]

    def _addresses(self) -> list[str]:
        """The addresses to try, in order. A SOCKS proxy resolves names itself."""
        name = self._dns_host
        if hasattr(self, "_socks_options"):
            return [name]
        # requests quotes the sign before the zone of an IPv6 address.
        bare, sign, zone = name.strip("[]").replace("%25", "%", 1).partition("%")
        try:
            found = socket.getaddrinfo(
                bare + sign + zone, self.port, allowed_gai_family(), socket.SOCK_STREAM
            )
        except socket.gaierror as error:
            if zone:  # of an IPv6 address: no name has this character
                detail = Phrase("detail.no_zone", {"zone": zone})
                raise TransportError(Failure.UNREACHABLE, detail) from error
            raise NameResolutionError(name, self, error) from error
        except UnicodeError:
            return [name]  # urllib3 has its own error for it
        return list(dict.fromkeys(_with_zone(where) for *_kind, where in found))

    def request(self, *arguments: Any, **options: Any) -> None:
        if self.sock is not None:
            self.guard.watch(self.sock)
        super().request(*arguments, **options)

    def getresponse(self) -> Any:
        # Checked before it is read, because it may be closed with the answer.
        ends = self._ends()
        response = super().getresponse()
        self.guard.ends = ends
        tunnel = getattr(self, "_tunnel_host", None) is not None
        self.guard.proxy = self.proxy is not None and not tunnel
        # http.client drops the socket of an answer that is the last: one with such a header, of
        # HTTP/1.0, or without a length (RFC 9112, 6.3 and 9.3).
        self.guard.closing = self.sock is None
        return response

    @property
    def _is_https(self) -> bool:
        return isinstance(self, HTTPSConnection)

    @property
    def is_by_proxy(self) -> bool:
        """Whether it leads to a proxy of any kind."""
        # The connection knows a SOCKS proxy only by its options.
        return self.proxy is not None or hasattr(self, "_socks_options")

    def _ends(self) -> Ends | None:
        if self.is_by_proxy or self._both is not None:
            return self._both
        try:
            peer = self.sock.getpeername()
        except OSError as error:
            # A connection that the other side has reset has no peer any more, and the error that
            # says so (ENOTCONN) is of no class of its own.
            raise ConnectionResetError(*error.args) from error
        own, own_port = self.sock.getsockname()[:2]
        self._both = Ends((_with_zone(peer), peer[1]), (own, own_port))
        return self._both


def _with_zone(where: tuple[Any, ...]) -> str:
    """The IP address of a socket address, with its zone as a number, which Python keeps apart."""
    address = str(where[0])
    if len(where) == 4 and where[3] and "%" not in address:
        return f"{address}%{where[3]}"
    return address


class _Response(_OfResponse):
    """The guarded methods of a requests.Response."""

    @property
    def content(self) -> Any:
        content = super().content
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/") and content and content.count(_PART) > _MOST_PARTS:
            raise TransportError(Failure.TOO_LARGE)
        return content

    @property
    def text(self) -> str:
        """The bytes as they are, decoded if they are UTF-8: the XML of an answer states its
        encoding, so neither a header nor a guess decides it."""
        return bytes(self.content or b"").decode("utf-8", "surrogateescape")


class _Answer(_OfAnswer):
    """The guarded methods of a urllib3.HTTPResponse. It remains one: the authentications read the
    server's certificate from it, and bind themselves to that."""

    guard: Guard

    def stream(
        self, amt: int | None = _CHUNK, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        size = 0
        pieces = super().stream(min(amt or _CHUNK, _CHUNK), decode_content)
        for piece in pieces:
            size += len(piece)
            if size > self.guard.max_bytes:
                self.close()
                raise TransportError(Failure.TOO_LARGE)
            if size > LARGE_BYTES:
                self.guard.await_place()
            yield piece
