# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds on what a requests session accepts, against a real server on a loopback address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.guard import guard


class Hostile(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hits: list[str]

    def do_POST(self) -> None:
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        getattr(self, f"answer_{self.path[1:]}")()

    def do_GET(self) -> None:
        self.server.hits.append(f"GET {self.path}")  # type: ignore[attr-defined]

    def answer_small(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def answer_endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        except OSError:
            self.close_connection = True

    def answer_page(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"<html>")

    def answer_redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    hostile = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    hostile.hits = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=hostile.serve_forever, args=(0.01,))
    thread.start()
    yield hostile
    hostile.shutdown()
    thread.join()
    hostile.server_close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def url(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{path}"


def test_an_ordinary_answer_passes(server: ThreadingHTTPServer, session: requests.Session) -> None:
    guard(session, 5, 60)
    assert session.post(url(server, "small"), timeout=10).content == b"hello"
    assert session.post(url(server, "small"), timeout=10).content == b"hello"


def test_an_answer_over_the_limit_is_refused(
    server: ThreadingHTTPServer, session: requests.Session
) -> None:
    guard(session, 4, 60)
    with pytest.raises(TransportError) as caught:
        session.post(url(server, "small"), timeout=10)
    assert caught.value.failure is Failure.TOO_LARGE


def test_an_endless_answer_is_cut(server: ThreadingHTTPServer, session: requests.Session) -> None:
    guard(session, 1_000_000, 60)
    with pytest.raises(TransportError) as caught:
        session.post(url(server, "endless"), timeout=10)
    assert caught.value.failure is Failure.TOO_LARGE


def test_an_answer_that_takes_too_long_is_left(
    server: ThreadingHTTPServer, session: requests.Session
) -> None:
    guard(session, 1 << 40, 0)
    with pytest.raises(TransportError) as caught:
        session.post(url(server, "endless"), timeout=10)
    assert caught.value.failure is Failure.TIMEOUT


def test_a_redirect_is_not_followed(server: ThreadingHTTPServer, session: requests.Session) -> None:
    guard(session, 1000, 60)
    with pytest.raises(TransportError) as caught:
        session.post(url(server, "redirect"), timeout=10)
    assert caught.value.failure is Failure.REDIRECTED
    assert "/elsewhere" in caught.value.detail
    assert server.hits == ["/redirect"]  # type: ignore[attr-defined]


def test_a_web_page_is_no_answer(server: ThreadingHTTPServer, session: requests.Session) -> None:
    guard(session, 1000, 60)
    with pytest.raises(TransportError) as caught:
        session.post(url(server, "page"), timeout=10)
    assert caught.value.failure is Failure.NOT_WINRM


def test_guarding_twice_bounds_once(session: requests.Session) -> None:
    guard(session, 1000, 60)
    guard(session, 1000, 60)
    assert len(session.hooks["response"]) == 1
