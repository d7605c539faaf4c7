# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapters to Ansible's connections: what they rely on, and what they make of failures."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from ansible.plugins.connection import psrp as psrp_connection
from ansible.plugins.connection import winrm as winrm_connection
from pypsrp.wsman import WSMan
from winrm.protocol import Protocol
from winrm.transport import Transport

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import transports
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    PsrpTransport,
    WinrmTransport,
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from unit import real_connections as real
from unit.hostile_server import FAULT, hostile_server
from unit.imported_anew import imported_anew
from unit.rows import each_row


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


class ControllerConnection:
    transport = "local"


def test_who_asks_the_controller_itself_is_told_to_ask_the_windows_hosts() -> None:
    told = "leads to the controller itself. Run this on the Windows hosts of the inventory instead"
    with pytest.raises(SettingError, match=told):
        transport_for(ControllerConnection())


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

    def get_option_and_origin(self, _name: str) -> tuple[int, str]:
        return 30, "default"


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
    monkeypatch.setattr(transports, "MAX_ANSWER_BYTES", 1_000_000)
    with hostile_server() as server:
        transport = transport_for(connection(server.url(path)))
        with pytest.raises(TransportError) as caught:
            transport.send(b"<secret/>")
        transport.reconnect()
        assert (caught.value.failure, server.hits) == (failure, [f"/{path}"] * hits)


@pytest.mark.parametrize("answer", ["empty", "no_content"])
def test_an_answer_without_content_is_none(connection: type[Either], answer: str) -> None:
    with hostile_server() as server:
        transport = transport_for(connection(server.url(answer), "basic"))
        with pytest.raises(TransportError) as caught:
            transport.send(b"<a/>")
        transport.reconnect()
    assert str(caught.value) == (
        "what answers is not WS-Management (an answer without content). Something else listens "
        "there; check ansible_host and ansible_port."
    )


@pytest.mark.parametrize("answer", ["fault", "unnamed"])
def test_a_fault_in_another_encoding_is_an_answer(connection: type[Either], answer: str) -> None:
    with hostile_server() as server:
        transport = transport_for(connection(server.url(answer), "basic"))
        assert transport.send(b"<a/>") == FAULT
        transport.reconnect()


@each_row(
    ("made", "seconds"),
    [
        (real.winrm_connection("192.0.2.1", 5985, transport=["basic"]), 10 + 30),
        (
            real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"], read_timeout_sec=90),
            10 + 90,
        ),
        (real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"], connection_timeout=15), 35),
        (real.psrp_connection("192.0.2.1", 5985), 10 + 30),
        (real.psrp_connection("192.0.2.1", 5985, connection_timeout=5, read_timeout=70), 5 + 70),
        (real.psrp_connection("192.0.2.1", 5985, connection_timeout=30), 30 + 30),
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
            assert transport.peer == ("127.0.0.1", server.port)
            assert transport.own == server.clients[-1]
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


def test_a_wrong_setting_is_named_for_each_of_several_ways_too() -> None:
    """What a library finds in it, the check of the settings says better."""
    made = real.winrm_connection("192.0.2.1", 5985, transport=["basic", "plaintext", "credssp"])
    made.set_option("remote_password", "密")
    with pytest.raises(TransportError) as caught:
        transport_for(made).send(b"<a/>")
    assert caught.value.of_the_controller
    assert str(caught.value) == (
        "No way of authentication worked. basic, plaintext: ansible_password holds characters that "
        "Basic authentication can't carry; set ansible_winrm_transport: ntlm. credssp: CredSSP "
        "needs a Python package that is missing on the controller; install it where Ansible runs: "
        "pip install 'pywinrm[credssp]', or set ansible_winrm_transport: ntlm."
    )


def test_what_may_be_the_fault_of_a_proxy_is_told_so(connection: type[Either]) -> None:
    """Whoever looks at the PC alone, or at its scheme, may look in vain."""
    told = {}
    for path in ("elsewhere", "nothing", "redirect", "refusal"):
        with hostile_server() as server:
            if path == "elsewhere":
                server.mute = b"SSH\r\n"  # no HTTP
            for proxy in (None, server.url("")):
                url = server.url(path) if proxy is None else f"http://192.0.2.1:5985/{path}"
                transport = transport_for(connection(url, "basic", proxy))
                with pytest.raises(TransportError) as caught:
                    transport.send(b"<a/>")
                transport.reconnect()
                remedy = caught.value.remedy
                told[path, proxy is not None] = (caught.value.failure, remedy and remedy.key)
    by_proxy = "failure_remedy.by_proxy"
    assert told == {
        ("elsewhere", False): (Failure.NOT_WINRM, "failure_remedy.not_winrm"),
        ("elsewhere", True): (Failure.NOT_WINRM, by_proxy),
        ("nothing", False): (Failure.CLOSED, "failure_remedy.closed_plain"),
        ("nothing", True): (Failure.CLOSED, by_proxy),
        ("redirect", False): (Failure.REDIRECTED, "failure_remedy.redirected"),
        ("redirect", True): (Failure.REDIRECTED, by_proxy),
        # Only a PC asks for these credentials.
        ("refusal", False): (Failure.AUTHENTICATION, "failure_remedy.authentication"),
        ("refusal", True): (Failure.AUTHENTICATION, "failure_remedy.authentication"),
    }


@pytest.mark.parametrize(
    ("package", "module", "made"),
    [
        ("pywinrm", "winrm", real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"])),
        ("pypsrp", "pypsrp", real.psrp_connection("192.0.2.1", 5985)),
    ],
)
def test_an_incomplete_package_is_told_with_the_command(
    package: str, module: str, made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / module).mkdir()
    (tmp_path / module / "__init__.py").write_text("import not_there_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    with imported_anew(transports, module) as anew, pytest.raises(SettingError) as caught:
        anew.transport_for(made)
    assert str(caught.value) == (
        f"The Python package {package} can't be loaded on the controller (No module named "
        "'not_there_at_all'); install it anew where Ansible runs: pip install --force-reinstall "
        f"'{package}'."
    )
