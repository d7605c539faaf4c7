# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages over a connection that an earlier one has left open: what requests would make of their
answers, from a real server on a loopback address that sends exactly what a test says."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import requests
from requests.auth import HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    failure_from,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.guard import Guard
from unit.rows import each_row

USUAL = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 5\r\n\r\nfirst"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
SECOND = HEAD + b"Content-Length: 6\r\n\r\nsecond"
ZIPPED = gzip.compress(b"second")


class Server:
    """Answers each request on a connection with the next of some octets; an empty answer ends the
    connection. `requests` are those it got, with the number of their connection."""

    def __init__(self, sock: socket.socket, answers: list[bytes]) -> None:
        self.requests: list[tuple[int, bytes]] = []
        self.url = f"http://{sock.getsockname()[0]}:{sock.getsockname()[1]}/wsman"
        self._answers = iter(answers)
        self._sock = sock
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for number in range(10):
            try:
                connection, _address = self._sock.accept()
            except OSError:
                return
            with connection:
                self._serve(number, connection)

    def _serve(self, number: int, connection: socket.socket) -> None:
        received = b""
        while piece := connection.recv(65536):
            received += piece
            head, end, body = received.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
            if not end or len(body) < length:
                continue
            self.requests.append((number, received))
            received = b""
            answer = next(self._answers, b"")
            if not answer:
                return
            closing = answer.endswith(b"<end>")
            for octet in _pieces(answer.removesuffix(b"<end>")):
                connection.sendall(octet)
            if closing:
                return


def _pieces(answer: bytes) -> Iterator[bytes]:
    head, end, body = answer.partition(b"\r\n\r\n")
    yield from (head[:9], head[9:], end[:1], end[1:] + body[:2], body[2:])


@contextmanager
def conversation(*answers: bytes) -> Iterator[tuple[Server, requests.Session, Guard]]:
    with socket.create_server(("127.0.0.1", 0)) as sock, requests.Session() as session:
        session.trust_env = False
        session.auth = HTTPBasicAuth("u", "p")
        guard = Guard(100, 5)
        guard.over(session)
        yield Server(sock, list(answers)), session, guard


def post(session: requests.Session, url: str, body: bytes = b"message") -> requests.Response:
    return session.send(
        session.prepare_request(requests.Request("POST", url, data=body)), timeout=5
    )


@each_row("form, answer, closing", [
    ("usual", SECOND, False),
    ("keep-alive", HEAD + b"Connection: Keep-Alive\r\nContent-Length: 6\r\n\r\nsecond", False),
    ("the last", HEAD + b"Connection: close\r\nContent-Length: 6\r\n\r\nsecond<end>", True),
    ("no length", HEAD + b"\r\nsecond<end>", True),
    ("HTTP/1.0", SECOND.replace(b"/1.1", b"/1.0") + b"<end>", True),
    ("chunked", HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nseco\r\n2\r\nnd\r\n0\r\n\r\n", False),
    ("zipped", HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
     % (len(ZIPPED), ZIPPED), False),
    ("line feeds alone", SECOND.replace(b"\r\n", b"\n"), False),
    ("a folded line", HEAD + b"X: a\r\n b\r\nContent-Length: 6\r\n\r\nsecond", False),
    ("a hundred continues", b"HTTP/1.1 100 Continue\r\n\r\n" + SECOND, False),
    ("more than it says", SECOND + b"third", True),
])  # fmt: skip
def test_answers_in_every_form(form: str, answer: bytes, closing: bool) -> None:
    with conversation(USUAL, answer, USUAL) as (server, session, guard):
        assert post(session, server.url).content == b"first"
        ends = guard.ends
        response = post(session, server.url)
        assert (response.status_code, response.content) == (200, b"second")
        assert response.headers["content-type"] == "text/plain"
        assert (guard.ends, guard.closing) == (ends, closing)
        assert post(session, server.url).content == b"first"
        assert [number for number, _request in server.requests] == [0, 0, int(closing)]


@each_row("form, answer, failure", [
    ("nothing", b"<end>", Failure.CLOSED),
    ("half a head", b"HTTP/1.1 200 OK\r\nContent-", Failure.TIMEOUT),
    ("half a body", HEAD + b"Content-Length: 9\r\n\r\nsecond<end>", Failure.CLOSED),
    ("no HTTP", b"SSH-2.0-OpenSSH\r\n\r\n", Failure.NOT_WINRM),
    ("a long line", HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", Failure.NOT_WINRM),
    ("too much", HEAD + b"Content-Length: 101\r\n\r\n" + b"x" * 101, Failure.TOO_LARGE),
    ("far too much", HEAD + b"Content-Length: 99999999999999\r\n\r\n", Failure.TOO_LARGE),
    ("too much without a length", HEAD + b"\r\n" + b"x" * 101 + b"<end>", Failure.TOO_LARGE),
    ("a page", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n<>",
     Failure.NOT_WINRM),
    ("a redirect", b"HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\n"
     b"Content-Length: 0\r\n\r\n", Failure.REDIRECTED),
])  # fmt: skip
def test_answers_that_are_none(form: str, answer: bytes, failure: Failure) -> None:
    with conversation(USUAL, answer, USUAL) as (server, session, guard):
        post(session, server.url)
        guard.seconds = 0.5 if failure is Failure.TIMEOUT else 5
        with pytest.raises(Exception) as caught, guard.exchange():  # noqa: PT011 - of any library
            post(session, server.url)
        assert failure_from(caught.value, answered=True).failure is failure
        assert len(server.requests) == 2  # it is not sent again
        assert post(session, server.url).content == b"first"
        assert [number for number, _request in server.requests] == [0, 0, 1]


def test_the_same_octets_as_requests_writes() -> None:
    with conversation(USUAL, SECOND) as (server, session, _guard):
        session.headers.update({"Content-Type": "application/soap+xml", "User-Agent": "us"})
        for _each in range(2):
            post(session, server.url, b"<x/>")
        first, second = (_lines(request) for _number, request in server.requests)
        assert first == second
        assert b"Host: " + server.url.split("/")[2].encode() in second


def _lines(request: bytes) -> list[bytes]:
    head, _end, body = request.partition(b"\r\n\r\n")
    return [*sorted(head.split(b"\r\n")), body]


def test_an_error_has_its_status_and_content() -> None:
    fault = b"HTTP/1.1 500 Internal\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\nfault"
    with conversation(USUAL, fault, SECOND) as (server, session, _guard):
        post(session, server.url)
        response = post(session, server.url)
        assert (response.status_code, response.content) == (500, b"fault")
        with pytest.raises(requests.HTTPError):
            response.raise_for_status()
        assert post(session, server.url).content == b"second"
        assert {number for number, _request in server.requests} == {0}


REFUSED = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"


def test_refused_credentials_are_sent_once() -> None:
    """A host counts them, and locks the account."""
    with conversation(USUAL, REFUSED, USUAL) as (server, session, _guard):
        post(session, server.url)
        assert post(session, server.url).status_code == 401
        assert len(server.requests) == 2


def test_a_host_that_wants_to_authenticate_the_connection_again() -> None:
    refused = REFUSED.replace(b"Basic", b"NTLM")
    with conversation(USUAL, refused, refused, refused) as (server, session, _guard):
        session.auth = HttpNtlmAuth("u", "p")
        post(session, server.url)
        with pytest.raises(PermissionError):  # there is no challenge in the answer
            post(session, server.url)
        sent = [b"Authorization: NTLM" in request for _number, request in server.requests]
        assert sent == [False, False, False, True]


def test_a_cookie_is_kept_and_sent() -> None:
    cookie = HEAD + b"Set-Cookie: a=b\r\nContent-Length: 6\r\n\r\nsecond"
    with conversation(USUAL, cookie, USUAL) as (server, session, _guard):
        for _each in range(3):
            post(session, server.url)
        assert [b"Cookie: a=b" in request for _number, request in server.requests] == [
            False, False, True,
        ]  # fmt: skip


def test_a_connection_that_the_host_has_ended_meanwhile() -> None:
    with conversation(USUAL + b"<end>", SECOND) as (server, session, guard):
        post(session, server.url)
        _wait_until(lambda: _is_over(session))
        assert post(session, server.url).content == b"second"
        assert [number for number, _request in server.requests] == [0, 1]
        assert guard.closing is False


def _is_over(session: requests.Session) -> bool:
    pool = session.__dict__["_pool"]
    connection = pool._get_conn()
    pool._put_conn(connection)
    return connection.sock is None


def _wait_until(true: Callable[[], bool]) -> None:
    for _each in range(200):
        if true():
            return
        threading.Event().wait(0.02)
    raise TimeoutError


def test_a_message_needs_requests_once() -> None:
    with conversation(USUAL, SECOND, SECOND) as (server, session, _guard):
        adapter = session.get_adapter(server.url)
        with mock.patch.object(adapter, "send", side_effect=adapter.send) as send:
            got = [post(session, server.url).content for _each in range(3)]
        assert (got, send.call_count) == ([b"first", b"second", b"second"], 1)


def test_the_parts_of_an_encrypted_answer_are_counted() -> None:
    many = b"Length=" * 1001
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/encrypted\r\nContent-Length: 7007\r\n\r\n"
    with conversation(USUAL, answer + many) as (server, session, guard):
        guard.max_bytes = 10_000
        post(session, server.url)
        response = post(session, server.url)
        assert guard.sealed
        with pytest.raises(TransportError) as caught:
            _whole = response.content
        assert caught.value.failure is Failure.TOO_LARGE
