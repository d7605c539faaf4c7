# SPDX-License-Identifier: GPL-3.0-or-later
"""The time for connecting: what each address gets of it, and what is said when it is up."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from urllib3.connection import HTTPConnection, HTTPSConnection

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.connecting import (
    ConnectTime,
    Countdown,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    failure_from,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.guard import (
    Guard,
    _Connection,
)
from unit.hostile_server import HostileServer, hostile_server, off

SOON = ConnectTime(0.4, chosen=True)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


def failure(url: str, connect: ConnectTime = SOON, answer: float = 60) -> TransportError:
    """What becomes of a message with that much time to connect, and for an answer."""
    with requests.Session() as session:
        session.trust_env = False
        guard = Guard(1000, 120, connect=connect)
        guard.over(session)
        with pytest.raises(requests.RequestException) as caught, guard.exchange():
            session.post(url, timeout=answer)
    return failure_from(caught.value, tls=url.startswith("https:"))


def named(monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> str:
    """The URL of a name that has these addresses."""

    def found(name: str, *_arguments: object) -> list[tuple[object, ...]]:
        known = addresses if name == "many.example" else (name,)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in known]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return f"http://many.example:{port}/small"


def test_a_pc_that_is_off_is_told_with_the_option() -> None:
    with off() as port:
        told = failure(f"http://127.0.0.1:{port}/wsman")
    assert told.failure is Failure.NO_CONNECTION
    assert str(told) == (
        "no connection came about in time (0.4 s). The PC may be off, ansible_host may be wrong, or "
        "a firewall drops the packets; raise portkeeper_connect_timeout (or "
        "ansible_psrp_connection_timeout, where that is set) if the PC is only slow."
    )


def test_the_time_for_an_answer_bounds_what_nobody_has_chosen() -> None:
    with off() as port:
        told = failure(f"http://127.0.0.1:{port}/wsman", ConnectTime(50), answer=0.3)
    assert "(0.3 s)" in str(told)


@pytest.mark.parametrize("record", [b"\x16\x03\x03\x40", b""], ids=["byte by byte", "silent"])
def test_tls_has_what_is_left_of_it(
    server: HostileServer, record: bytes, request: pytest.FixtureRequest
) -> None:
    """Python counts the time of a handshake as a whole, whatever arrives meanwhile."""
    if record:
        server.mute = record
        told = failure(server.url("small").replace("http:", "https:"))
    else:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            told = failure(f"https://127.0.0.1:{silent.getsockname()[1]}/wsman")
    assert told.failure is Failure.TIMEOUT
    assert "TLS was not set up within 0.4 seconds" in str(told)
    assert "portkeeper_connect_timeout" in str(told)


def test_what_is_sent_then_has_the_time_of_an_answer(server: HostileServer) -> None:
    guard = Guard(1000, 60, connect=ConnectTime(0.5, chosen=True))
    plain = guard.given_to(HTTPConnection("127.0.0.1", server.port, timeout=30), _Connection)
    plain.connect()
    with plain.sock:
        assert plain.sock.gettimeout() == 30


@pytest.mark.usefixtures("trusted")
def test_what_is_sent_over_tls_has_it_too(certificate: Path) -> None:
    guard = Guard(1000, 60, connect=ConnectTime(5, chosen=True))
    with hostile_server(certificate) as server:
        there = HTTPSConnection("127.0.0.1", server.port, timeout=30)
        secured = guard.given_to(there, _Connection)
        secured.connect()
        assert secured.sock.gettimeout() <= 5
        secured.request("POST", "/small")
        assert secured.sock.gettimeout() == 30
        assert secured.getresponse().data == b"hello"
        secured.close()


def test_all_addresses_of_a_name_share_it() -> None:
    def shares(connect: float, *taken: float) -> list[float]:
        """What each address gets, of which the one before took so long."""
        clock = itertools.accumulate((0.0, *taken), initial=0.0)
        now = [next(clock)]
        counted = Countdown(connect)
        counted._end = connect
        got = []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("time.monotonic", lambda: now[0])
            for _address, seconds in counted.shared_by(["a"] * len(taken)):
                got.append(round(seconds, 3))
                now[0] += taken[len(got) - 1]
        return got

    assert shares(9, 3, 3, 3) == [3, 3, 3]
    assert shares(9, 0, 0, 0) == [3, 4.5, 9]  # those before refused at once
    assert shares(9, 30, 1) == [4.5, 0.001]  # the clock went on meanwhile, as with a busy machine


def test_an_address_where_nobody_answers_leaves_time_for_the_next(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with off("127.0.0.2", server.port), requests.Session() as session:
        url = named(monkeypatch, server.port, "127.0.0.2", "127.0.0.1")
        session.trust_env = False
        guard = Guard(1000, 60, connect=ConnectTime(2, chosen=True))
        guard.over(session)
        with guard.exchange():
            assert session.post(url, timeout=30).content == b"hello"


def test_an_address_that_refuses_leaves_the_next_to_try(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with requests.Session() as session:
        url = named(monkeypatch, server.port, "127.0.0.2", "127.0.0.1")
        session.trust_env = False
        guard = Guard(1000, 60)
        guard.over(session)
        with guard.exchange():
            assert session.post(url, timeout=30).content == b"hello"


def test_of_several_addresses_the_most_telling_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with off("127.0.0.2") as port:
        for addresses in (("127.0.0.2", "127.0.0.3"), ("127.0.0.3", "127.0.0.2")):
            assert failure(named(monkeypatch, port, *addresses)).failure is Failure.REFUSED
        silent = failure(named(monkeypatch, port, "127.0.0.2", "127.0.0.2"))
        assert silent.failure is Failure.NO_CONNECTION
