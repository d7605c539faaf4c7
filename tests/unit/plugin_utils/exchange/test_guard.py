# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds on what a requests session accepts, against a real server on a loopback address."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import urllib3
from requests_ntlm import HttpNtlmAuth

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.places import Places
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange import (
    guard as guard_module,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    failure_from,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.guard import (
    Guard,
    _Connection,
)
from unit.hostile_server import FAULT, LARGE, STAGES, HostileServer, hostile_server

SECONDS = 0.3


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = made.verify = False
        yield made


def test_an_ordinary_answer_passes(server: HostileServer, session: requests.Session) -> None:
    Guard(5, 60).over(session)
    assert session.post(server.url("small"), timeout=10).content == b"hello"
    assert session.post(server.url("small"), timeout=10).content == b"hello"


@pytest.mark.parametrize(
    ("answer", "closing"),
    [
        ("small", False),
        ("last", True),
        ("last_of_http_1_0", True),
        ("last_without_length", True),
    ],
)
def test_an_answer_says_in_several_ways_that_it_is_the_last(
    server: HostileServer, session: requests.Session, answer: str, closing: bool
) -> None:
    guard = Guard(5, 60)
    guard.over(session)
    for _twice in range(2):
        assert session.post(server.url(answer), timeout=10).content == b"hello"
        assert guard.closing is closing
    assert server.visits == (2 if closing else 1)
    session.post(server.url("empty"), timeout=10)
    assert guard.closing is False


def test_an_answer_over_the_limit_is_refused(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(4, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("small"), timeout=10)
    assert caught.value.failure is Failure.TOO_LARGE


def test_an_endless_answer_is_cut(server: HostileServer, session: requests.Session) -> None:
    Guard(1_000_000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("endless"), timeout=10)
    assert caught.value.failure is Failure.TOO_LARGE


class TestTime:
    """The end of an exchange, wherever the host makes it wait."""

    guard = Guard(1 << 40, SECONDS)

    def late(self, session: requests.Session, url: str, guard: Guard = guard) -> None:
        session.auth = HttpNtlmAuth("u", "p")
        guard.over(session)
        with pytest.raises(TransportError) as caught, guard.exchange():
            session.post(url, timeout=60)
        assert caught.value.failure is Failure.TIMEOUT
        assert f"{guard.seconds} seconds" in str(caught.value)

    def test_each_stage_of_an_answer(self) -> None:
        """All at once, since in each of them the time has to pass."""

        def one(stage: str) -> list[str]:
            with hostile_server() as server, requests.Session() as session:
                session.trust_env = False
                self.late(session, server.url(stage), Guard(1 << 40, 1.2))
                assert server.left.wait(60)  # it sees that nobody is there any more
                return server.hits

        with ThreadPoolExecutor(len(STAGES)) as pool:
            hits = dict(zip(STAGES, pool.map(one, STAGES), strict=True))
        assert hits == {
            stage: [f"/{stage}"] * (2 if stage == "slow_step" else 1) for stage in STAGES
        }

    def test_a_connection_that_is_used_again(
        self, server: HostileServer, session: requests.Session
    ) -> None:
        self.guard.over(session)
        session.post(server.url("small"))
        self.late(session, server.url("slow_status"))
        assert (server.visits, server.left.wait(60)) == (1, True)

    def test_the_handshake_of_tls(self, server: HostileServer, session: requests.Session) -> None:
        server.mute = b"\x16\x03\x03\x40"  # a record that goes on for long
        self.late(session, server.url("small").replace("http:", "https:"))
        assert server.left.wait(60)

    @pytest.mark.usefixtures("trusted")
    def test_an_answer_over_tls(self, session: requests.Session, certificate: Path) -> None:
        with hostile_server(certificate) as server:
            self.late(session, server.url("slow_headers"))
            assert server.left.wait(60)

    def test_a_proxy(self, server: HostileServer, session: requests.Session) -> None:
        session.proxies = {"https": server.url("")}
        self.late(session, "https://slow.example:5986/wsman")
        assert server.left.wait(60)
        assert server.hits == ["CONNECT slow.example:5986"]

    def test_a_name_with_many_addresses_where_nobody_answers(
        self, session: requests.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            port = full.getsockname()[1]
            waiting = [socket.create_connection(full.getsockname())]  # there is room for one
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port))
                     for n in (1, 1, 1)]  # fmt: skip
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments: found)
            self.late(session, f"http://many.example:{port}/wsman")
            waiting.pop().close()

    def test_many_threads_at_once(self, server: HostileServer) -> None:
        def one(_number: int) -> Failure:
            guard = Guard(1 << 40, SECONDS)
            with requests.Session() as session:
                guard.over(session)
                with pytest.raises(TransportError) as caught, guard.exchange():
                    session.post(server.url("slow_body"), timeout=60)
            return caught.value.failure

        with ThreadPoolExecutor(16) as pool:
            assert set(pool.map(one, range(16))) == {Failure.TIMEOUT}

    def test_a_process_that_was_forked_off(self, server: HostileServer) -> None:
        """As Ansible's workers are, after the parent has begun to use sessions itself."""
        with requests.Session() as session, self.guard.exchange():
            self.guard.over(session)
            session.post(server.url("small"))
        child = os.fork()
        if not child:
            code = 1
            try:
                with requests.Session() as session:
                    self.late(session, server.url("slow_body"))
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0

    def test_the_time_limit_of_a_task_comes_first(
        self, server: HostileServer, session: requests.Session
    ) -> None:
        """Ansible's `timeout` is a signal, whose handler raises."""

        class OverError(BaseException):
            pass

        def over(*_arguments: object) -> None:
            raise OverError

        guard = Guard(1 << 40, 3600)
        guard.over(session)
        before = signal.signal(signal.SIGALRM, over)
        try:
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            with pytest.raises(OverError), guard.exchange():
                session.post(server.url("slow_body"), timeout=60)
        finally:
            signal.signal(signal.SIGALRM, before)
        assert server.left.wait(60)
        with guard.exchange():
            assert session.post(server.url("small")).content == b"hello"

    @pytest.mark.sweep
    def test_an_exchange_in_time_leaves_nothing_behind(
        self, server: HostileServer, session: requests.Session
    ) -> None:
        guard = Guard(1 << 40, 3600)
        guard.over(session)
        with guard.exchange():
            session.post(server.url("small"))
        before = _open_files()
        for _number in range(3):
            with guard.exchange():
                session.post(server.url("small"))
        session.post(server.url("small"))
        gc.collect()
        # What other tests have left open may go meanwhile.
        assert _open_files() <= before
        assert server.visits == 1


def _open_files() -> set[tuple[str, str]]:
    """The numbers of the files that are open in this process, and what they are."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # that of the list itself
            found.add((number, os.readlink(f"/proc/self/fd/{number}")))
    return found


class TestLargeAnswers:
    """They share places, which other answers never wait for."""

    @pytest.fixture(autouse=True)
    def places(self, monkeypatch: pytest.MonkeyPatch) -> Places:
        made = Places(1)
        monkeypatch.setattr(guard_module, "LARGE_ANSWERS", made)
        return made

    def size(self, server: HostileServer, path: str, encoding: str, seconds: float = 60) -> int:
        """How long the answer is, if it has come."""
        guard = Guard(1 << 24, seconds)
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Accept-Encoding"] = encoding
            guard.over(session)
            with guard.exchange():
                return len(session.post(server.url(path), timeout=60).content)

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_one_waits_no_longer_than_its_exchange(
        self, server: HostileServer, places: Places, encoding: str
    ) -> None:
        assert places.take(0)
        with pytest.raises(TransportError) as caught:
            self.size(server, "large", encoding, 1)
        assert caught.value.failure is Failure.TIMEOUT
        places.give_back()
        assert self.size(server, "large", encoding) == LARGE
        assert (places.take(0), places.take(0)) == (True, False)

    def test_a_hostile_host_keeps_none_longer_than_its_exchange(
        self, server: HostileServer, places: Places
    ) -> None:
        with ThreadPoolExecutor(16) as pool:
            slow = pool.submit(self.size, server, "large_and_slow", "identity", 3)
            while places._free:
                assert not slow.done()
            others = [pool.submit(self.size, server, "small", "gzip") for _number in range(30)]
            assert [each.result() for each in others] == [5] * 30
            assert not slow.done()
            assert self.size(server, "large", "gzip") == LARGE
            with pytest.raises(TransportError):
                slow.result()
        assert (places.take(0), places.take(0)) == (True, False)


def test_a_redirect_is_not_followed(server: HostileServer, session: requests.Session) -> None:
    Guard(1000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("redirect"), timeout=10)
    assert caught.value.failure is Failure.REDIRECTED
    assert "/elsewhere" in str(caught.value)
    assert server.hits == ["/redirect"]


def test_a_web_page_is_no_answer(server: HostileServer, session: requests.Session) -> None:
    Guard(1000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("page"), timeout=10)
    assert caught.value.failure is Failure.NOT_WINRM


@pytest.mark.parametrize(
    ("answer", "failure"), [("pattern", Failure.NOT_WINRM), ("parts", Failure.TOO_LARGE)]
)
def test_an_encrypted_answer_of_an_odd_form_is_refused(
    server: HostileServer, session: requests.Session, answer: str, failure: Failure
) -> None:
    Guard(1_000_000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url(answer), timeout=10).content  # noqa: B018
    assert caught.value.failure is failure


def test_no_text_is_decoded_by_a_codec_that_the_host_names(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(10_000_000, 60).over(session)
    answer = session.post(server.url("codec"), timeout=10)
    assert answer.text == "<a>text</a>"


def test_the_encoding_of_a_text_is_not_guessed(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(1000, 60).over(session)
    answer = session.post(server.url("unnamed"), timeout=10)
    assert answer.text.encode("utf-8", "surrogateescape") == FAULT


def test_attempts_to_connect_end_with_the_exchange(session: requests.Session) -> None:
    """psrp sleeps between them, for up to two minutes."""
    retries = urllib3.Retry(total=9, connect=9, read=0, backoff_factor=3600)
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
    guard = Guard(1000, SECONDS)
    guard.over(session)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(TransportError) as caught, guard.exchange():
        session.post(f"http://127.0.0.1:{port}/wsman")
    assert caught.value.failure is Failure.TIMEOUT
    assert time.monotonic() - begun < 60


@pytest.mark.usefixtures("trusted")
def test_what_was_sent_is_not_sent_again_when_tls_breaks_off(
    session: requests.Session, certificate: Path
) -> None:
    retries = urllib3.Retry(total=2, connect=2, read=0)
    session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retries))
    Guard(1000, 60).over(session)
    with hostile_server(certificate) as server:
        with pytest.raises(requests.exceptions.SSLError):
            session.post(server.url("garbled"))
        assert server.hits == ["/garbled"]


def test_what_an_authentication_exchanges_is_bounded_too(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(50_000, 60).over(session)
    step = session.prepare_request(requests.Request("POST", server.url("endless")))
    answer = session.get_adapter(step.url or "").send(step, stream=True, timeout=10)
    with pytest.raises(TransportError) as caught:
        list(answer.iter_content())
    assert caught.value.failure is Failure.TOO_LARGE


def test_authentications_find_the_connection_behind_an_answer(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(5, 60).over(session)
    answer = session.post(server.url("small"), timeout=10, stream=True)
    assert isinstance(answer.raw, urllib3.HTTPResponse)


def test_guarding_twice_bounds_once(session: requests.Session) -> None:
    Guard(1000, 60).over(session)
    bounded = [adapter.build_response for adapter in session.adapters.values()]
    Guard(1000, 60).over(session)
    assert [adapter.build_response for adapter in session.adapters.values()] == bounded


def test_an_ipv6_address_with_a_zone_is_found(session: requests.Session) -> None:
    """Also in the form in which requests quotes it. Nobody has the address; the zone exists."""
    guard = Guard(1000, 60)
    for host in ("fe80::1%lo", "fe80::1%25lo", "[fe80::1%25lo]"):
        there = guard.given_to(urllib3.connection.HTTPConnection(host, 5985), _Connection)
        assert there._addresses() == [f"fe80::1%{socket.if_nametoindex('lo')}"]
    there = guard.given_to(urllib3.connection.HTTPConnection("fe80::1%25nosuch", 5985), _Connection)
    with pytest.raises(TransportError, match="no network interface 'nosuch'"):
        there._addresses()


def test_a_connection_that_is_reset_before_anything_is_read_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        there = Guard(1000, 60).given_to(
            urllib3.connection.HTTPConnection("127.0.0.1", listening.getsockname()[1]), _Connection
        )
        there.connect()
        accepted, _address = listening.accept()
    with there.sock:
        # Closed with nothing left to linger for, which resets it.
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        with pytest.raises(ConnectionResetError) as caught:
            there.getresponse()
    told = failure_from(caught.value)
    assert told.failure is Failure.CLOSED
    assert told.remedy == Phrase("failure_remedy.closed_plain")
