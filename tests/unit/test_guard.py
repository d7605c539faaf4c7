# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds on what a requests session accepts, against a real server on a loopback address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import urllib3

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.guard import Guard
from unit.hostile_server import HostileServer, hostile_server


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def test_an_ordinary_answer_passes(server: HostileServer, session: requests.Session) -> None:
    Guard(5, 60).over(session)
    assert session.post(server.url("small"), timeout=10).content == b"hello"
    assert session.post(server.url("small"), timeout=10).content == b"hello"


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


def test_an_answer_that_takes_too_long_is_left(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(1 << 40, 0).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("endless"), timeout=10)
    assert caught.value.failure is Failure.TIMEOUT


def test_a_redirect_is_not_followed(server: HostileServer, session: requests.Session) -> None:
    Guard(1000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("redirect"), timeout=10)
    assert caught.value.failure is Failure.REDIRECTED
    assert "/elsewhere" in caught.value.detail
    assert server.hits == ["/redirect"]


def test_a_web_page_is_no_answer(server: HostileServer, session: requests.Session) -> None:
    Guard(1000, 60).over(session)
    with pytest.raises(TransportError) as caught:
        session.post(server.url("page"), timeout=10)
    assert caught.value.failure is Failure.NOT_WINRM


def test_what_an_authentication_exchanges_is_bounded_too(
    server: HostileServer, session: requests.Session
) -> None:
    Guard(1_000_000, 60).over(session)
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
