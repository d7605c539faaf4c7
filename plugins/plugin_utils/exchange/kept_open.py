# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends a message over a connection that an earlier one has left open, without requests.

requests and urllib3 make the connection and authenticate on it. Once that is done, each further
message would cost them more CPU than it costs to understand the answer, and a conversation with a
host is many messages. An answer that is unusual in any way is left to them.
"""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.wsman.soap.places import LARGE_BYTES

try:
    from requests import PreparedRequest, Response
    from requests.cookies import extract_cookies_to_jar
    from requests.hooks import dispatch_hook
    from requests.sessions import merge_hooks, merge_setting
    from requests.structures import CaseInsensitiveDict
    from urllib3 import HTTPHeaderDict, HTTPResponse
    from urllib3.exceptions import ProtocolError
except ImportError:
    pass  # then there is no session

if TYPE_CHECKING:
    from requests import Response as _OfResponse
else:
    _OfResponse = object

_PIECE = 65536
# As http.client: a longer line, or more headers, are no answer.
_HEAD_BYTES, _MOST_HEADERS = 65536, 100
_HEAD_END = re.compile(rb"\n\r?\n")
_USUAL = re.compile(rb"HTTP/1\.1 200 ?([^\r\n]*)\r\n")
# What stands in the head of an answer that has a body in another form, or wants something else.
_UNUSUAL = frozenset({"transfer-encoding", "content-encoding", "set-cookie", "upgrade", "trailer"})

# The most parts of one encrypted answer. A service encrypts an answer, which has at most 512,000
# bytes, as a whole or in parts of 16 KiB.
_MOST_PARTS = 1_000
_PART = b"Length="


class GuardedResponse(_OfResponse):
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


class Prepared:
    """Makes requests.PreparedRequests of the messages of one session, which differ in their bodies
    and few headers. requests would take the URL and all headers apart anew for each.

    Args:
        session: the guarded requests.Session, with all its settings.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._url: Any = None
        self._common: Any = None

    def request(self, request: Any) -> Any:
        """What the session would make of a requests.Request; None if that has to be asked."""
        session = self._session
        plain = request.method == "POST" and type(request.data) is bytes and request.data
        more = (request.files, request.params, request.json, request.cookies, request.auth)
        if not plain or any(more) or len(session.cookies) or not session.auth:
            return None
        if self._common is None or self._url != request.url:
            self._url, self._common = request.url, PreparedRequest()
            headers = merge_setting({}, session.headers, dict_class=CaseInsensitiveDict)
            self._common.prepare("POST", request.url, headers, params=session.params)
            del self._common.headers["content-length"]
        made = PreparedRequest()
        made.method, made.url = "POST", self._common.url
        made.headers = self._common.headers.copy()
        if request.headers:
            own = merge_setting(request.headers, session.headers, dict_class=CaseInsensitiveDict)
            made.prepare_headers(own)
        made._cookies = self._common._cookies.copy()
        made.body = request.data
        made.headers["Content-Length"] = str(len(request.data))
        made.prepare_auth(session.auth, request.url)
        made.prepare_hooks(merge_hooks(request.hooks, session.hooks))
        return made


def may_carry(request: Any, options: Mapping[str, Any]) -> bool:
    """Whether a message is of the kind that such a connection carries."""
    return (
        request.method == "POST"
        and type(request.body) is bytes
        and "content-length" in request.headers
        and not options["stream"]
    )


def answered(session: Any, pool: Any, request: Any, options: Mapping[str, Any]) -> Any:
    """Send a message over the open connection of a pool.

    Args:
        session: a guarded requests.Session.
        pool: the guarded urllib3 pool of its latest message.
        request: a requests.PreparedRequest.
        options: those of requests.Session.send.

    Returns:
        The guarded requests.Response, whose content has been read. None if there is no such
        connection, or the host has refused to look at a message that has no credentials of its
        own: requests has to connect, or to authenticate, once more.
    """
    guard, timeout = session.guard, options.get("timeout")
    connection = pool._get_conn()
    kept = False
    try:
        sock = connection.sock
        if sock is None or connection.ends is None:
            kept = True
            return None
        guard.watch(sock)
        sock.settimeout(guard.within(timeout[1] if isinstance(timeout, tuple) else timeout))
        with suppress(BrokenPipeError):  # the answer may be there all the same
            sock.sendall(_written(request, connection) + request.body)
        head, begun = _head_and_more(sock)
        guard.ends, guard.proxy = connection.ends, False
        usual = _usual(head)
        if usual is None:
            source: Any = _Begun(head + begun, sock)
            raw = http.client.HTTPResponse(source, method=request.method)
            raw.begin()
            kept = not raw.will_close
            response = _by_requests(session, request, raw)
        else:
            # If it has sent more than that, nobody knows what it is.
            kept = len(begun) <= usual[2]
            content = _content(sock, begun, usual[2], guard)
            response = _at_once(session, request, usual, content)
        guard.closing = not kept
    except http.client.IncompleteRead:
        kept = False
        raise
    except http.client.HTTPException as error:
        kept = False
        raise ProtocolError("Connection aborted.", error) from error  # as urllib3 puts it
    except BaseException:
        kept = False
        raise
    finally:
        if not kept:
            connection.close()
        pool._put_conn(connection)
    if response.status_code == 401 and "authorization" not in request.headers:
        return None
    found = dispatch_hook("response", request.hooks, response, **options)
    if found.raw is not None:
        extract_cookies_to_jar(session.cookies, request, found.raw)
    return found


def _written(request: Any, connection: Any) -> bytes:
    """A request up to its body, as http.client writes it."""
    lines = [f"{request.method} {request.path_url} HTTP/1.1"]
    if "host" not in request.headers:
        host = str(connection.host)
        if ":" in host:
            host = f"[{host.partition('%')[0]}]"
        port = connection.port
        lines.append(f"Host: {host}" if port == connection.default_port else f"Host: {host}:{port}")
    for name, value in request.headers.items():
        lines.append(f"{_text(name)}: {_text(value)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _head_and_more(sock: Any) -> tuple[bytes, bytes]:
    """The head of an answer with the empty line after it, and what has come of the body. All is
    head if it has no end, or is too long."""
    received = bytearray()
    while True:
        piece = sock.recv(_PIECE)
        begin = max(0, len(received) - 3)
        received += piece
        end = _HEAD_END.search(received, begin)
        if end is not None:
            return bytes(received[: end.end()]), bytes(received[end.end() :])
        if not piece or len(received) > _HEAD_BYTES:
            return bytes(received), b""


def _usual(head: bytes) -> tuple[str, dict[str, str], int] | None:
    """The reason, the headers and the length of the content of a usual answer."""
    first = _USUAL.match(head)
    if first is None or not head.endswith(b"\r\n\r\n"):
        return None
    lines = head[first.end() : -4].decode("latin-1").split("\r\n")
    if len(lines) > _MOST_HEADERS or not head.count(b"\r") == head.count(b"\n") == len(lines) + 2:
        return None
    headers: dict[str, str] = {}
    known = set()
    for line in lines:
        name, sign, value = line.partition(":")
        lower = name.lower()
        if not sign or not name.isprintable() or " " in name or lower in known:
            return None
        known.add(lower)
        headers[name] = value.strip(" \t")
        if lower == "content-length":
            length = headers[name]
        elif lower == "connection" and headers[name].lower() != "keep-alive":
            return None
    if not known.isdisjoint(_UNUSUAL) or "content-length" not in known:
        return None
    if not length.isascii() or not length.isdigit() or len(length) > 20:
        return None
    return first[1].decode("latin-1"), headers, int(length)


def _content(sock: Any, begun: bytes, length: int, guard: Any) -> bytes:
    """The content of an answer of which something has come.

    Raises:
        TransportError: it is too large, or has waited too long for others that are large.
        http.client.IncompleteRead: it ended early.
    """
    if length > guard.max_bytes:
        raise TransportError(Failure.TOO_LARGE)
    pieces, size = [begun[:length]], min(len(begun), length)
    while size < length:
        if size > LARGE_BYTES:
            guard.await_place()
        piece = sock.recv(min(_PIECE, length - size))
        if not piece:
            raise http.client.IncompleteRead(b"", length - size)
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _at_once(
    session: Any, request: Any, usual: tuple[str, dict[str, str], int], content: bytes
) -> Any:
    """What requests makes of a usual answer."""
    response = Response()
    response.status_code = 200
    response.reason, response.headers = usual[0], CaseInsensitiveDict(usual[1])
    response.url, response.request = request.url, request
    response.connection = session.get_adapter(request.url)
    response._content, response._content_consumed = content, True
    session.guard.given_to(response, GuardedResponse)
    session.guard.check(response)
    return response


def _by_requests(session: Any, request: Any, raw: http.client.HTTPResponse) -> Any:
    """What requests makes of any answer, with its content."""
    answer = HTTPResponse(
        body=raw,
        headers=HTTPHeaderDict(raw.msg.items()),
        status=raw.status,
        version=raw.version,
        reason=raw.reason,
        preload_content=False,
        decode_content=False,
        original_response=raw,
        request_method=request.method,
    )
    response = session.get_adapter(request.url).build_response(request, answer)
    _whole = response.content  # it stays there
    return response


class _Begun(io.RawIOBase):
    """A socket of which something has been read already, as http.client needs it.

    Args:
        begun: what has been read.
        sock: where the rest comes from.
    """

    def __init__(self, begun: bytes, sock: Any) -> None:
        super().__init__()
        self._begun = memoryview(begun)
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The file that an answer is read from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._begun:
            return int(self._sock.recv_into(buffer))
        count = min(len(buffer), len(self._begun))
        buffer[:count] = self._begun[:count]
        self._begun = self._begun[count:]
        return count
