# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapters to Ansible's connections: what they rely on, and what they make of failures."""

from __future__ import annotations

import inspect
import re
import ssl
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from ansible.plugins.connection import psrp as psrp_connection
from ansible.plugins.connection import winrm as winrm_connection
from pypsrp.wsman import WSMan
from winrm.protocol import Protocol
from winrm.transport import Transport

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils import connections
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import (
    PsrpTransport,
    WinrmTransport,
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    failure_from,
    soap_or_failure,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.settings import SettingError
from unit import real_connections as real
from unit.hostile_server import FAULT, hostile_server


class TestWhatIsReliedOn:
    """Names of others that the adapters use without their makers' promise."""

    def test_winrm_connection(self) -> None:
        source = inspect.getsource(winrm_connection.Connection._connect)
        assert "self.protocol = self._winrm_connect()" in source
        source = inspect.getsource(winrm_connection.Connection._winrm_connect)
        assert "for transport in self._winrm_transport:" in source
        assert "if not self.shell_id:" in source
        assert "self.shell_id = protocol.open_shell(codepage=65001)" in source
        source = inspect.getsource(winrm_connection.Connection.close)
        assert "if self.protocol and self.shell_id:" in source
        assert winrm_connection.Connection.transport == "winrm"

    def test_pywinrm(self) -> None:
        protocol = Protocol("http://192.0.2.1:5985/wsman", username="u", password="p")
        assert isinstance(protocol.transport, Transport)
        assert protocol.transport.endpoint == "http://192.0.2.1:5985/wsman"
        assert (protocol.operation_timeout_sec, protocol.read_timeout_sec) == (20, 30)
        assert protocol.transport.encryption is None
        assert "self.setup_encryption(session)" in inspect.getsource(Transport.build_session)
        protocol.transport.auth_method = "basic"
        session = protocol.transport.build_session()
        assert protocol.transport.build_session() is session
        assert list(inspect.signature(protocol.transport.send_message).parameters) == ["message"]
        protocol.transport.close_session()
        assert protocol.transport.session is None

    def test_psrp_connection(self) -> None:
        source = inspect.getsource(psrp_connection.Connection._build_kwargs)
        assert "self._psrp_conn_kwargs = dict(" in source
        assert psrp_connection.Connection.transport == "psrp"

    def test_pypsrp(self) -> None:
        wsman = WSMan(
            "192.0.2.1", ssl=False, username="u", password="p", auth="basic", encryption="never"
        )
        assert wsman.operation_timeout == 20
        transport = wsman.transport
        assert transport.endpoint == "http://192.0.2.1:5985/wsman"
        assert (transport.session, transport.encryption, transport.read_timeout) == (None, None, 30)
        assert isinstance(transport._build_session(), requests.Session)
        assert next(iter(inspect.signature(transport.send).parameters)) == "message"


class OtherConnection:
    transport = "ssh"


def test_another_connection_is_told_what_to_set() -> None:
    with pytest.raises(SettingError, match="ansible_connection: winrm"):
        transport_for(OtherConnection())


class WinrmConnection:
    """As the connection of Ansible is once it has its Protocol."""

    transport = "winrm"
    shell_id = None

    def __init__(self, url: str, authentication: str = "ntlm", proxy: str | None = None) -> None:
        self.protocol = Protocol(
            url, transport=authentication, username="u", password="p",
            operation_timeout_sec=10, read_timeout_sec=20, proxy=proxy,
        )  # fmt: skip

    def get_option(self, _name: str) -> list[str]:
        return ["ntlm"]

    def _connect(self) -> None:
        pass


class PsrpConnection:
    transport = "psrp"

    def __init__(self, url: str, authentication: str = "ntlm", proxy: str | None = None) -> None:
        address = urlsplit(url)
        self._psrp_conn_kwargs = {
            "server": address.hostname, "port": address.port, "path": address.path[1:],
            "ssl": False, "username": "u", "password": "p", "auth": authentication,
            "encryption": "never" if authentication == "basic" else "auto",
            "proxy": proxy, "no_proxy": proxy is None,
        }  # fmt: skip

    def _build_kwargs(self) -> None:
        pass


Either = WinrmConnection | PsrpConnection


@pytest.fixture(params=[WinrmConnection, PsrpConnection], ids=["winrm", "psrp"])
def connection(request: pytest.FixtureRequest) -> type[Either]:
    made: type[Either] = request.param
    return made


@pytest.mark.parametrize(
    ("path", "failure", "hits"),
    [
        ("redirect", Failure.REDIRECTED, 1),
        ("page", Failure.NOT_WINRM, 1),
        ("empty", Failure.NOT_WINRM, 1),
        ("refusal", Failure.AUTHENTICATION, 2),
        ("challenge", Failure.TOO_LARGE, 2),
    ],
)
def test_before_messages_are_sealed_nothing_else_is_accepted(
    connection: type[Either],
    path: str,
    failure: Failure,
    hits: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MAX_ANSWER_BYTES", 1_000_000)
    with hostile_server() as server:
        transport = transport_for(connection(server.url(path)))
        with pytest.raises(TransportError) as caught:
            transport.send(b"<secret/>")
        transport.reconnect()
        assert (caught.value.failure, server.hits) == (failure, [f"/{path}"] * hits)


@pytest.mark.parametrize("answer", ["fault", "unnamed"])
def test_a_fault_in_another_encoding_is_an_answer(connection: type[Either], answer: str) -> None:
    with hostile_server() as server:
        transport = transport_for(connection(server.url(answer), "basic"))
        assert transport.send(b"<a/>") == FAULT
        transport.reconnect()


@pytest.mark.parametrize(
    ("made", "seconds"),
    [
        (real.winrm_connection("192.0.2.1", 5985, transport=["basic"]), 60),
        (real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"], read_timeout_sec=90), 180),
        (real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"], connection_timeout=15), 50),
        (real.psrp_connection("192.0.2.1", 5985), 60),
        (real.psrp_connection("192.0.2.1", 5985, connection_timeout=5, read_timeout=70), 75),
    ],
)
def test_the_time_for_an_exchange_is_that_for_connecting_and_for_an_answer(
    made: Any, seconds: int
) -> None:
    transport = transport_for(made)
    assert isinstance(transport, WinrmTransport | PsrpTransport)
    assert transport._transport.guard.seconds == seconds


class TestEnds:
    """What the connection to the host says of both ends of it."""

    def test_both_are_told_after_an_answer(self, connection: type[Either]) -> None:
        with hostile_server() as server:
            transport = transport_for(connection(server.url("fault"), "basic"))
            assert (transport.peer, transport.own) == (None, None)
            transport.send(b"<a/>")
            assert (transport.peer, transport.own) == (("127.0.0.1", server.port), "127.0.0.1")
            transport.reconnect()

    def test_nobody_has_answered_who_has_not_let_us_in(self, connection: type[Either]) -> None:
        with hostile_server() as server:
            transport = transport_for(connection(server.url("refusal"), "basic"))
            with pytest.raises(TransportError):
                transport.send(b"<a/>")
            assert (transport.peer, transport.own) == (None, None)
            transport.reconnect()

    def test_a_proxy_is_not_the_host(self, connection: type[Either]) -> None:
        with hostile_server() as proxy:
            url = "http://192.0.2.1:5985/fault"
            transport = transport_for(connection(url, "basic", proxy.url("")))
            transport.send(b"<a/>")
            assert proxy.hits == ["/fault"]
            assert (transport.peer, transport.own) == (None, None)
            transport.reconnect()


def chained(outer: Exception, inner: BaseException) -> Exception:
    try:
        raise outer from inner
    except type(outer) as error:
        return error


POOL = urllib3.HTTPConnectionPool("192.0.2.1", 5985)


def wrong_version() -> ssl.SSLError:
    """What OpenSSL says of an answer that begins as HTTP does."""
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    client = context.wrap_bio(here, there, server_hostname="pc")
    here.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    return caught.value


WRAPPED = [
    (
        requests.exceptions.ConnectionError(
            urllib3.exceptions.MaxRetryError(
                POOL, "/wsman", chained(
                    urllib3.exceptions.NewConnectionError(POOL, "Failed: refused"),
                    ConnectionRefusedError(111, "Connection refused"),
                ),
            )
        ),
        Failure.REFUSED,
    ),
    (
        requests.exceptions.ConnectionError(
            urllib3.exceptions.MaxRetryError(
                POOL, "/wsman", chained(
                    urllib3.exceptions.NewConnectionError(POOL, "Failed: No route to host"),
                    OSError(113, "No route to host"),
                ),
            )
        ),
        Failure.UNREACHABLE,
    ),
    (requests.exceptions.ReadTimeout("Read timed out."), Failure.TIMEOUT),
    (requests.exceptions.ConnectTimeout("timed out"), Failure.TIMEOUT),
    (requests.exceptions.SSLError("certificate verify failed"), Failure.CERTIFICATE),
    (
        requests.exceptions.ConnectionError(
            urllib3.exceptions.ProtocolError("aborted", ConnectionResetError(104, "reset"))
        ),
        Failure.CLOSED,
    ),
    (requests.exceptions.ChunkedEncodingError("IncompleteRead"), Failure.CLOSED),
    (requests.exceptions.TooManyRedirects("Exceeded 0 redirects."), Failure.REDIRECTED),
    (TransportError(Failure.TOO_LARGE), Failure.TOO_LARGE),
    (
        requests.exceptions.ConnectionError(TransportError(Failure.TOO_LARGE)),
        Failure.TOO_LARGE,
    ),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), Failure.NOT_WINRM),
    (
        requests.exceptions.ProxyError(
            urllib3.exceptions.ProxyError("no", ConnectionRefusedError(111, "Connection refused"))
        ),
        Failure.PROXY,
    ),
    (requests.exceptions.InvalidProxyURL("Please check proxy URL."), Failure.PROXY),
    (requests.exceptions.SSLError(wrong_version()), Failure.NOT_TLS),
    (ValueError("not enough values to unpack (expected 2, got 1)"), Failure.NOT_WINRM),
    (OverflowError("int too large"), Failure.NOT_WINRM),
    (RecursionError("maximum recursion depth exceeded"), Failure.NOT_WINRM),
    (MemoryError(), Failure.OTHER),
    (UnicodeEncodeError("latin-1", "た", 0, 1, "ordinal not in range(256)"), Failure.OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("error", "failure"), WRAPPED)
def test_exceptions_of_requests_are_told_apart(error: Exception, failure: Failure) -> None:
    assert failure_from(error).failure is failure


@pytest.mark.parametrize(
    "error",
    [
        *(error for error, _failure in WRAPPED),
        Exception("<urllib3.connection.HTTPConnection object at 0x7fb2c1>: it went wrong"),
        OSError(5, "Input/output error"),
        KeyError("name"),
        Exception(),
    ],
)
def test_no_failure_quotes_code(error: Exception) -> None:
    said = str(failure_from(error))
    assert not re.search(r"Error|Exception|0x|Traceback|object at", said), said
    assert said.count(". ") >= 1
    assert "た" not in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "shift_jis"])
def test_a_soap_fault_behind_an_http_error_is_an_answer(encoding: str) -> None:
    fault = "<s:Envelope>道具</s:Envelope>".encode(encoding)
    assert soap_or_failure(500, fault.decode("utf-8", "surrogateescape")) == fault


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(
    "start", ["", " \r\n", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\n']
)
@pytest.mark.parametrize("tag", ["s:Envelope", "Envelope", "SOAP-ENV:Envelope"])
def test_so_is_one_behind_http_400(start: str, tag: str, sealed: bool) -> None:
    fault = f'{start}<{tag} xmlns="urn:x"></{tag}>'
    assert soap_or_failure(400, fault, sealed) == fault.encode()


@pytest.mark.parametrize("page", ["<!DOCTYPE HTML><HTML></HTML>", "<html>Envelope</html>", "no"])
def test_a_page_behind_http_400_is_none(page: str) -> None:
    with pytest.raises(TransportError) as caught:
        soap_or_failure(400, page)
    assert caught.value.failure is Failure.HTTP_STATUS


@pytest.mark.parametrize(
    ("sealed", "failure", "may_repeat"),
    [(True, Failure.KEYS, True), (False, Failure.HTTP_STATUS, False)],
)
def test_what_a_host_could_not_decrypt_may_be_sent_again(
    sealed: bool, failure: Failure, may_repeat: bool
) -> None:
    with pytest.raises(TransportError) as caught:
        soap_or_failure(400, "", sealed)
    assert (caught.value.failure, caught.value.may_repeat) == (failure, may_repeat)


@pytest.mark.parametrize(
    ("status", "text", "failure"),
    [
        (500, "", Failure.UNENCRYPTED),
        (500, "Internal error", Failure.HTTP_STATUS),
        (503, "<html/>", Failure.HTTP_STATUS),
        (404, "", Failure.HTTP_STATUS),
    ],
)
def test_an_http_error_without_soap_is_none(status: int, text: str, failure: Failure) -> None:
    with pytest.raises(TransportError) as caught:
        soap_or_failure(status, text)
    assert caught.value.failure is failure
