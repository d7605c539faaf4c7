# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for all messages of a session, against a real server on a loopback address."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
from pypsrp.wsman import WSMan
from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth
from winrm.transport import Transport

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.guard import Guard
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.repeating import (
    proxies_settled,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.senders import Pywinrm
from unit.hostile_server import HostileServer, hostile_server

HEADERS = {"Content-Type": "application/soap+xml;charset=UTF-8", "User-Agent": "a client"}


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.auth = HTTPBasicAuth("user", "password")
        made.headers.update(HEADERS)
        yield made


def guarded(session: requests.Session) -> Guard:
    guard = Guard(1_000, 60)
    guard.over(session)
    return guard


def as_requests_makes_it(session: requests.Session, request: requests.Request) -> Any:
    """The message that a session makes which is not guarded."""
    with requests.Session() as plain:
        plain.auth, plain.headers = session.auth, session.headers
        return plain.prepare_request(request)


@pytest.mark.parametrize(
    "auth", [HTTPBasicAuth("user", "\u00e9"), HttpNtlmAuth("u", "p"), ("u", "p")]
)
def test_messages_are_those_that_requests_makes(session: requests.Session, auth: Any) -> None:
    session.auth = auth
    guarded(session)
    for data in (b"first", b"second, which is longer", b"", b"x"):
        for headers in (
            None,
            {"content-type": "multipart/encrypted", "Content-Length": str(len(data))},
        ):
            request = requests.Request("POST", "http://host:5985/w s\u00e9", headers, data=data)
            made, wanted = session.prepare_request(request), as_requests_makes_it(session, request)
            assert (made.method, made.url, made.body) == (wanted.method, wanted.url, wanted.body)
            assert made.headers == wanted.headers
            assert [each.__class__ for each in made.hooks["response"]] == [
                each.__class__ for each in wanted.hooks["response"]
            ]


def test_a_message_has_nothing_of_another(session: requests.Session) -> None:
    session.auth = HttpNtlmAuth("u", "p")
    guarded(session)
    request = requests.Request("POST", "http://host:5985/wsman", data=b"x")
    first, second = session.prepare_request(request), session.prepare_request(request)
    first.headers["Authorization"] = "NTLM x"
    assert "Authorization" not in second.headers
    assert [len(each.hooks["response"]) for each in (first, second)] == [1, 1]
    session.headers["User-Agent"] = "another client"
    assert session.prepare_request(request).headers["User-Agent"] == "another client"


@pytest.mark.parametrize(
    "options",
    [
        {"params": {"a": "b"}},
        {"data": {"a": "b"}},
        {"json": {"a": "b"}},
        {"data": b"x", "cookies": {"a": "b"}},
        {"data": b"x", "auth": ("other", "password")},
        {"data": b"x", "headers": {"User-Agent": None}},
        {"data": b"x", "hooks": {"response": print}},
        {"data": None},
    ],
)
def test_what_is_no_plain_message_is_left_to_requests(
    session: requests.Session, options: dict[str, Any]
) -> None:
    guarded(session)
    request = requests.Request("POST", "http://host:5985/wsman", **options)
    made, wanted = session.prepare_request(request), as_requests_makes_it(session, request)
    assert (made.url, made.body, made.headers) == (wanted.url, wanted.body, wanted.headers)
    assert made.hooks == wanted.hooks


def test_an_authentication_may_answer_an_answer(
    server: HostileServer, session: requests.Session
) -> None:
    """As those with several steps do, through the adapter of the answer."""

    class Twice(AuthBase):
        def __call__(self, message: requests.PreparedRequest) -> requests.PreparedRequest:
            message.register_hook("response", self.again)
            return message

        def again(self, answer: requests.Response, **options: Any) -> Any:
            assert answer.content == b"hello"
            answer.raw.release_conn()
            return answer.connection.send(answer.request.copy(), **options)  # type: ignore[attr-defined]

    session.auth = Twice()
    guard = guarded(session)
    for _each in range(2):
        message = session.prepare_request(requests.Request("POST", server.url("small"), data=b"x"))
        with guard.exchange():
            assert session.send(message, timeout=10).content == b"hello"
    assert (server.hits, server.visits) == (["/small"] * 4, 1)


def test_a_session_that_was_closed_connects_again(
    server: HostileServer, session: requests.Session
) -> None:
    guarded(session)
    for visits in (1, 2):
        message = session.prepare_request(requests.Request("POST", server.url("small"), data=b"x"))
        assert session.send(message, timeout=10).content == b"hello"
        assert server.visits == visits
        session.close()


def test_each_url_has_its_own_connections(session: requests.Session) -> None:
    guarded(session)
    with hostile_server() as one, hostile_server() as other:
        for server in (one, other, one):
            made = session.prepare_request(requests.Request("POST", server.url("small"), data=b"x"))
            assert session.send(made, timeout=10).content == b"hello"
        assert (len(one.hits), len(other.hits)) == (2, 1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What connections are given to send from now on."""
    found: list[bytes] = []
    send = HTTPConnection.send

    def noted(connection: HTTPConnection, data: bytes) -> None:
        found.append(data)
        send(connection, data)

    monkeypatch.setattr(HTTPConnection, "send", noted)
    return found


def test_each_message_is_sent_as_it_would_be_without_others(
    server: HostileServer, session: requests.Session, sent: list[bytes]
) -> None:
    messages: list[tuple[str, bytes, dict[str, str]]] = [
        ("small", b"first", {}),
        ("small", b"second, which is longer", {}),
        ("small", b"Content-Length: 5", {}),
        ("small", b"", {}),
        ("small", b"x" * 5, {"Content-Type": "text/plain"}),
        ("small", b"y" * 100, {"Content-Type": "text/plain"}),
        ("small", b"again", {}),
        ("small", b"other", {"X-Length": "Content-Length: 5"}),
        ("small", b"others", {"X-Length": "Content-Length: 5"}),
    ]

    def all_sent(by: Callable[[], requests.Session]) -> list[bytes]:
        found = []
        for path, data, headers in messages:
            one = by()
            made = one.prepare_request(
                requests.Request("POST", server.url(path), headers, data=data)
            )
            sent.clear()
            assert one.send(made, timeout=10).content == b"hello"
            found.append(b"".join(sent))
        return found

    def alone() -> requests.Session:
        made = requests.Session()
        made.auth = session.auth
        made.headers.update(HEADERS)
        guarded(made)
        return made

    wanted = all_sent(alone)
    guarded(session)
    assert all_sent(lambda: session) == wanted


def test_the_header_of_like_messages_is_made_once(
    server: HostileServer, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    put = HTTPConnection.putheader

    def noted(connection: HTTPConnection, name: str, *values: Any) -> None:
        made.append(name)
        put(connection, name, *values)

    monkeypatch.setattr(HTTPConnection, "putheader", noted)
    guarded(session)
    counts = []
    for body in (b"first", b"second", b"third"):
        made.clear()
        message = session.prepare_request(requests.Request("POST", server.url("small"), data=body))
        session.send(message, timeout=10)
        counts.append(len(made))
    assert counts[0] > 5
    assert counts[1] == counts[2] <= 1


def test_a_message_is_sent_in_one_go(
    server: HostileServer, session: requests.Session, sent: list[bytes]
) -> None:
    """Its header is no packet of its own, for which the host would wait in vain."""
    guarded(session)
    for body in (b"first", b"second"):
        message = session.prepare_request(requests.Request("POST", server.url("small"), data=body))
        assert session.send(message, timeout=10).content == b"hello"
    assert [each.startswith(b"POST /small ") for each in sent] == [True, True]
    assert [
        each.endswith(b"\r\n\r\n" + body)
        for each, body in zip(sent, (b"first", b"second"), strict=True)
    ] == [True, True]


def test_pywinrm_sends_as_it_would_itself(server: HostileServer, sent: list[bytes]) -> None:
    """Its messages differ in nothing but their bodies."""
    given: Any = {"username": "u", "password": "p", "auth_method": "basic"}
    bodies = b"first", b"second, which is longer", "th\u00e9 third", b"last"
    itself = Transport(server.url("small"), **given)
    for body in bodies:
        assert itself.send_message(body) == b"hello"
    its, sent[:] = b"".join(sent), []
    guarded = Guard(1_000, 60).given_to(Transport(server.url("small"), **given), Pywinrm)
    for body in bodies:
        assert guarded.send_message(body) == b"hello"
    assert [sorted(each.splitlines()) for each in sent] == [
        sorted(each.splitlines()) for each in _messages(its, bodies)
    ]


def _messages(sent: bytes, bodies: Sequence[bytes | str]) -> Iterator[bytes]:
    """What was sent, divided after each body."""
    for body in bodies:
        octets = body if isinstance(body, bytes) else body.encode()
        head, found, sent = sent.partition(b"\r\n\r\n" + octets)
        yield head + found


def test_no_cookie_is_kept(server: HostileServer, session: requests.Session) -> None:
    guarded(session)
    for _each in range(2):
        made = session.prepare_request(requests.Request("POST", server.url("cookie"), data=b"x"))
        answer = session.send(made, timeout=10)
        assert answer.headers["set-cookie"] == "a=b"
        assert "Cookie" not in made.headers
    assert not session.cookies


def test_a_redirect_is_followed_neither_with_nor_without_leave(
    server: HostileServer, session: requests.Session
) -> None:
    guarded(session)
    for allowed in (True, False):
        made = session.prepare_request(requests.Request("POST", server.url("redirect"), data=b"x"))
        with pytest.raises(TransportError) as caught:
            session.send(made, timeout=10, allow_redirects=allowed)
        assert caught.value.failure is Failure.REDIRECTED
    assert server.hits == ["/redirect"] * 2


class TestProxies:
    """They are those that pywinrm and pypsrp have found or been given, until the session ends."""

    @pytest.fixture(autouse=True)
    def _none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            monkeypatch.delenv(name)

    def winrm(self, url: str, proxy: str | None) -> requests.Session:
        return Transport(
            url, username="u", password="p", auth_method="basic", proxy=proxy
        ).build_session()

    def psrp(self, url: str, proxy: str | None) -> requests.Session:
        host = requests.utils.urlparse(url).hostname
        options: dict[str, Any] = {"proxy": proxy} if proxy else {}
        if proxy is None:
            options["no_proxy"] = True
        wsman = WSMan(
            host, ssl=False, auth="basic", encryption="never", username="u", password="p", **options
        )
        session: requests.Session = wsman.transport._build_session()
        return session

    def by_proxy(
        self, session: requests.Session, url: str, change: Callable[[], Any] = int
    ) -> bool:
        guard = guarded(session)
        for _each in range(2):
            message = session.prepare_request(requests.Request("POST", url, data=b"x"))
            assert session.send(message, timeout=10).content == b"hello"
            change()
        return guard.by_proxy

    @pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_of_the_environment(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str, variable: str
    ) -> None:
        monkeypatch.setenv(variable, server.url("").rstrip("/"))
        url = "http://nowhere.invalid/small"
        session = getattr(self, library)(url, "legacy_requests" if library == "winrm" else "")
        assert self.by_proxy(
            session, url, lambda: monkeypatch.setenv(variable, "http://127.0.0.1:9")
        )

    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_of_the_environment_but_not_for_this_host(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.0/8,localhost")
        session = getattr(self, library)(
            server.url("small"), "legacy_requests" if library == "winrm" else ""
        )
        assert not self.by_proxy(session, server.url("small"))

    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_none_is_looked_for_where_there_was_none(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str
    ) -> None:
        made, proxy = getattr(self, library), "legacy_requests" if library == "winrm" else ""
        with proxies_settled():
            monkeypatch.setenv("http_proxy", server.url("").rstrip("/"))
            assert not self.by_proxy(made(server.url("small"), proxy), server.url("small"))
        assert self.by_proxy(
            made("http://nowhere.invalid/small", proxy), "http://nowhere.invalid/small"
        )

    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_one_that_there_was_is_used(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str
    ) -> None:
        monkeypatch.setenv("http_proxy", server.url("").rstrip("/"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        made, proxy = getattr(self, library), "legacy_requests" if library == "winrm" else ""
        with proxies_settled():
            assert self.by_proxy(
                made("http://nowhere.invalid/small", proxy), "http://nowhere.invalid/small"
            )
            assert not self.by_proxy(made(server.url("small"), proxy), server.url("small"))

    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_one_that_is_set(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        url = "http://nowhere.invalid/small"
        assert self.by_proxy(getattr(self, library)(url, server.url("").rstrip("/")), url)

    @pytest.mark.parametrize("library", ["winrm", "psrp"])
    def test_none_although_there_is_one(
        self, server: HostileServer, monkeypatch: pytest.MonkeyPatch, library: str
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        session = getattr(self, library)(server.url("small"), None)
        assert not self.by_proxy(session, server.url("small"))
