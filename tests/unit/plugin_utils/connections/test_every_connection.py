# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in which Ansible's connections can be set up, against servers on loopback addresses
that lead elsewhere or answer without an end, from the first message on.

The ways are those that pywinrm and pypsrp themselves list, so that a new one is among them. Where
the package of an authentication is not installed, a stand-in for it does on the wire what it does:
it answers a challenge through the session's own adapter.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import sys
import types
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypsrp.wsman
import pytest
import requests
import winrm
import winrm.transport
from ansible.errors import AnsibleError
from ansible.plugins.connection import winrm as winrm_plugin

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import transports
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from unit.hostile_server import FAULT, HostileServer, hostile_server
from unit.imported_anew import imported_anew
from unit.real_connections import psrp_connection, winrm_connection
from unit.sweeps import fast

pytestmark = pytest.mark.usefixtures("trusted")

SCHEMES = ("http", "https")
ENCRYPTIONS = ("auto", "always", "never")
WINRM = tuple(winrm.FEATURE_SUPPORTED_AUTHTYPES)
PAIRS = list(itertools.pairwise([*WINRM, WINRM[0]]))
PSRP = tuple(pypsrp.wsman.SUPPORTED_AUTHS)

# These two say that there are no messages to seal, so that nothing is sent at all.
SEALING = {"ntlm", "kerberos", "credssp", "negotiate"}


class StandIn(requests.auth.AuthBase):
    """An authentication by tokens in the header, whose package is not installed."""

    winrm_encryption_available = True

    def __init__(self, *_arguments: Any, **options: Any) -> None:
        self.preemptive = options.get("force_preemptive", False)
        self.contexts: dict[str, Any] = {}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.preemptive:
            request.headers["Authorization"] = "Negotiate AAAA"
        request.register_hook("response", self.answer)
        return request

    def answer(self, response: requests.Response, **options: Any) -> requests.Response:
        if response.status_code != 401 or "Authorization" in response.request.headers:
            return response
        response.content  # noqa: B018  (as the packages do, to have the connection again)
        response.raw.release_conn()
        step = response.request.copy()
        step.headers["Authorization"] = "Negotiate AAAA"
        return response.connection.send(step, **options)  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "MAX_ANSWER_BYTES", 50_000)
    monkeypatch.setattr(winrm_plugin, "HAVE_KERBEROS", True)
    for name, found in (("HAVE_KERBEROS", "HTTPKerberosAuth"), ("HAVE_CREDSSP", "HttpCredSSPAuth")):
        if not getattr(winrm.transport, name):
            monkeypatch.setattr(winrm.transport, name, True)
            monkeypatch.setattr(winrm.transport, found, StandIn, raising=False)
            monkeypatch.setattr(winrm.transport, "REQUIRED", 1, raising=False)
    if pypsrp.wsman.HttpCredSSPAuth.__module__ == "pypsrp.wsman":
        monkeypatch.setattr(pypsrp.wsman, "HttpCredSSPAuth", StandIn)


@pytest.fixture(params=["http", pytest.param("https", marks=pytest.mark.sweep)])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[HostileServer]:
    with hostile_server(certificate if request.param == "https" else None) as made:
        yield made


@pytest.fixture
def elsewhere() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


def by_winrm(server: HostileServer, path: str, certificate: Path, **variables: Any) -> Any:
    return winrm_connection(
        "127.0.0.1", server.port, scheme=server.scheme, path=f"/{path}",
        server_cert_validation="ignore", cert_pem=str(certificate), cert_key_pem=str(certificate),
        kinit_mode="manual", **variables,
    )  # fmt: skip


def by_psrp(server: HostileServer, path: str, certificate: Path, **variables: Any) -> Any:
    return psrp_connection(
        "127.0.0.1", server.port, protocol=server.scheme, path=path, cert_validation="ignore",
        certificate_pem=str(certificate), certificate_key_pem=str(certificate), **variables,
    )  # fmt: skip


#: The plainest way of each kind of connection.
KINDS = {"winrm": ("basic",), "winrm of several": ("plaintext", "basic"), "psrp": ()}
WINRM_AND_PSRP = ("winrm", "psrp")


def by(kind: str, server: HostileServer, path: str, certificate: Path, **variables: Any) -> Any:
    """A connection of that kind, with Basic."""
    if kind == "psrp":
        encryption = "never" if server.scheme == "http" else "auto"
        variables |= {"auth": "basic", "message_encryption": encryption}
        return by_psrp(server, path, certificate, **variables)
    return by_winrm(server, path, certificate, transport=list(KINDS[kind]), **variables)


EXPECTED = {"redirect": Failure.REDIRECTED, "endless": Failure.TOO_LARGE}


def outcome(connection: Any) -> Failure:
    """What becomes of a first message."""
    transport = transport_for(connection)
    try:
        with pytest.raises(TransportError) as caught:
            transport.send(b"<secret/>")
    finally:
        transport.reconnect()
    return caught.value.failure


@pytest.mark.parametrize("answer", EXPECTED)
@pytest.mark.parametrize("first", WINRM)
def test_winrm_with_one_transport(
    first: str, answer: str, server: HostileServer, elsewhere: HostileServer, certificate: Path
) -> None:
    server.elsewhere = elsewhere.url("small")
    assert outcome(by_winrm(server, answer, certificate, transport=[first])) is EXPECTED[answer]
    assert (server.hits, elsewhere.visits) == ([f"/{answer}"], 0)


@pytest.mark.parametrize("answer", EXPECTED)
@pytest.mark.parametrize(
    ("first", "second"),
    [PAIRS[0], *(pytest.param(*each, marks=pytest.mark.sweep) for each in PAIRS[1:])],
)
def test_winrm_with_several_transports(
    first: str,
    second: str,
    answer: str,
    server: HostileServer,
    elsewhere: HostileServer,
    certificate: Path,
) -> None:
    server.elsewhere = elsewhere.url("small")
    way = by_winrm(server, answer, certificate, transport=[first, second])
    assert outcome(way) is EXPECTED[answer]
    assert (server.hits, elsewhere.visits) == ([f"/{answer}"], 0)


@pytest.mark.parametrize("answer", ["detour", "challenge"])
@pytest.mark.parametrize("transports", [("ntlm",), ("basic", "ntlm"), ("ntlm", "plaintext")])
def test_winrm_in_the_middle_of_an_authentication(
    transports: tuple[str, ...],
    answer: str,
    server: HostileServer,
    elsewhere: HostileServer,
    certificate: Path,
) -> None:
    server.elsewhere = elsewhere.url("small")
    failure = Failure.REDIRECTED if answer == "detour" else Failure.TOO_LARGE
    assert outcome(by_winrm(server, answer, certificate, transport=list(transports))) is failure
    assert elsewhere.visits == 0


@pytest.mark.sweep
@pytest.mark.parametrize("encryption", ENCRYPTIONS)
@pytest.mark.parametrize("authentication", WINRM)
def test_winrm_with_every_encryption(
    authentication: str,
    encryption: str,
    server: HostileServer,
    elsewhere: HostileServer,
    certificate: Path,
) -> None:
    server.elsewhere = elsewhere.url("small")
    way = by_winrm(
        server, "redirect", certificate, transport=[authentication], message_encryption=encryption
    )
    sent = encryption != "always" or authentication in SEALING
    assert outcome(way) is (Failure.REDIRECTED if sent else Failure.SETTING)
    assert (server.hits, elsewhere.visits) == (["/redirect"] * sent, 0)


@pytest.mark.sweep
@pytest.mark.parametrize("answer", [*EXPECTED, "detour", "challenge"])
@pytest.mark.parametrize("encryption", ENCRYPTIONS)
@pytest.mark.parametrize("authentication", PSRP)
def test_psrp(
    authentication: str,
    encryption: str,
    answer: str,
    server: HostileServer,
    elsewhere: HostileServer,
    certificate: Path,
) -> None:
    server.elsewhere = elsewhere.url("small")
    way = by_psrp(server, answer, certificate, auth=authentication, message_encryption=encryption)
    sealed = encryption == "always" or (encryption == "auto" and server.scheme == "http")
    if sealed and authentication not in SEALING:
        with pytest.raises(SettingError, match="Basic has none"):
            transport_for(way)
        assert server.visits == 0
        return
    failure = outcome(way)
    assert elsewhere.visits == 0
    if authentication == "certificate" and server.scheme == "http":
        assert server.visits == 0
        return
    assert server.hits[0] == f"/{answer}"
    if answer in EXPECTED:
        assert (failure, len(server.hits)) == (EXPECTED[answer], 1)


@pytest.mark.parametrize("server", SCHEMES, indirect=True)
@pytest.mark.parametrize("answer", EXPECTED)
@pytest.mark.parametrize("kind", WINRM_AND_PSRP)
def test_through_a_proxy(
    kind: str, answer: str, server: HostileServer, elsewhere: HostileServer, certificate: Path
) -> None:
    server.elsewhere = elsewhere.url("small")
    with hostile_server() as proxy:
        proxy.elsewhere = server.elsewhere
        way = by(kind, server, answer, certificate, proxy=proxy.url(""))
        assert outcome(way) is EXPECTED[answer]
        asked = f"CONNECT 127.0.0.1:{server.port}" if server.scheme == "https" else f"/{answer}"
        assert (proxy.hits, elsewhere.visits) == ([asked], 0)


@pytest.mark.parametrize("answer", EXPECTED)
def test_what_ansible_has_opened_itself(
    answer: str, server: HostileServer, elsewhere: HostileServer, certificate: Path
) -> None:
    server.elsewhere = elsewhere.url("small")
    way = by_winrm(server, "small", certificate, transport=["basic"])
    way.shell_id = "a shell"
    way._connect()
    way.protocol.transport.send_message(b"<a/>")
    way.protocol.transport.endpoint = server.url(answer)
    transport = transport_for(way)
    assert transport.shell_id == "a shell"
    with pytest.raises(TransportError) as caught:
        transport.send(b"<secret/>")
    transport.reconnect()
    assert (caught.value.failure, elsewhere.visits) == (EXPECTED[answer], 0)
    assert server.visits == 2  # it does not go on with the connection that was not guarded


@pytest.mark.parametrize("kind", WINRM_AND_PSRP)
def test_nothing_is_exchanged_after_the_time_of_the_task(
    kind: str, server: HostileServer, certificate: Path
) -> None:
    transport = transport_for(by(kind, server, "fault", certificate), 0)
    with pytest.raises(TransportError, match="the whole task is up") as caught:
        transport.send(b"<a/>")
    assert (caught.value.failure, server.visits) == (Failure.TIMEOUT, 0)


@pytest.mark.parametrize("kind", WINRM_AND_PSRP)
def test_the_last_exchange_ends_with_the_task(
    kind: str, server: HostileServer, certificate: Path
) -> None:
    way = by(kind, server, "slow_headers", certificate)
    with pytest.raises(TransportError, match="no whole answer") as caught:
        transport_for(way, 0.5).send(b"<a/>")
    assert caught.value.failure is Failure.TIMEOUT
    assert server.left.wait(60)


def test_kerberos_reads_a_header_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an expression of ours, whose steps the tests of growth count."""
    monkeypatch.setitem(sys.modules, "kerberos", types.SimpleNamespace(GSSError=OSError))
    vendor = "winrm.vendor.requests_kerberos"
    read = {}
    with imported_anew(transports, vendor) as anew:
        reader = importlib.import_module(f"{vendor}.kerberos_")._negotiate_value
        for header in ("Negotiate", "Negotiate YQ==", 'Basic a="b", negotiate YQ==, NTLM', "Basic"):
            answer = requests.Response()
            answer.headers["WWW-Authenticate"] = header
            read[header] = reader(answer)
        assert reader.regex is anew._NEGOTIATE
    assert list(read.values()) == ["", "YQ==", "YQ==", None]


class TestSeveralTransports:
    """Which of them is taken."""

    def test_the_first_that_the_host_lets_us_in_by(
        self, server: HostileServer, certificate: Path
    ) -> None:
        way = by_winrm(server, "grudging", certificate, transport=["basic", "plaintext", "ssl"])
        transport = transport_for(way)
        assert transport.send(b"<a/>") == FAULT
        assert server.hits == ["/grudging"] * 2
        assert way.protocol.transport.auth_method == "plaintext"
        assert (way.shell_id, transport.shell_id) == (None, None)
        again = transport_for(way)  # as for the next item of a loop
        assert again.send(b"<a/>") == FAULT
        assert server.hits == ["/grudging"] * 3
        again.reconnect()

    def test_no_other_once_the_host_has_let_us_in(
        self, server: HostileServer, certificate: Path
    ) -> None:
        transport = transport_for(by_winrm(server, "once", certificate, transport=["basic", "ssl"]))
        transport.send(b"<a/>")
        with pytest.raises(TransportError) as caught:
            transport.send(b"<a/>")
        transport.reconnect()
        assert (caught.value.failure, server.hits) == (Failure.AUTHENTICATION, ["/once"] * 2)

    def test_what_was_wrong_with_each_is_told(
        self, server: HostileServer, certificate: Path
    ) -> None:
        way = by_winrm(server, "refusal", certificate, transport=["kerberos", "basic", "ntlm"])
        transport = transport_for(way)
        with pytest.raises(TransportError) as caught:
            transport.send(b"<a/>")
        transport.reconnect()
        assert caught.value.failure is Failure.AUTHENTICATION
        assert "(with each of kerberos, basic, ntlm)" in str(caught.value)
        assert way.protocol is None  # the next item of a loop begins with the first again

    def test_another_does_not_help_against_a_broken_connection(
        self, server: HostileServer, certificate: Path
    ) -> None:
        way = by_winrm(server, "nothing", certificate, transport=["basic", "ntlm"])
        transport = transport_for(way)
        with pytest.raises(TransportError) as caught:
            transport.send(b"<a/>")
        transport.reconnect()
        assert (caught.value.failure, server.hits) == (Failure.CLOSED, ["/nothing"])

    def test_without_a_ticket_there_is_no_lesser_way(
        self, server: HostileServer, certificate: Path
    ) -> None:
        way = winrm_connection(
            "127.0.0.1", server.port, scheme=server.scheme, transport=["kerberos", "basic"],
            kinit_cmd="/bin/false",
        )  # fmt: skip
        with pytest.raises(TransportError, match="Kerberos gave no ticket for the PC"):
            transport_for(way)
        assert server.visits == 0

    def test_one_that_there_is_not_is_told_before_anything_is_sent(
        self, server: HostileServer, certificate: Path
    ) -> None:
        with pytest.raises(AnsibleError, match="does not support"):
            transport_for(by_winrm(server, "fault", certificate, transport=["basic", "telnet"]))
        assert server.visits == 0


@pytest.mark.parametrize(
    "answer",
    fast(["fault", "refusal", "redirect", "endless", "nothing", "page"], "fault", "endless"),
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_connection_outlives_its_task(
    kind: str, answer: str, server: HostileServer, certificate: Path
) -> None:
    """Ansible's workers end without a collection, and a connection has the file of a ticket."""

    def task() -> list[weakref.ref[Any]]:
        way = by(kind, server, answer, certificate)
        transport = transport_for(way)
        with contextlib.suppress(TransportError):
            transport.send(b"<a/>")
        way.close()
        return [weakref.ref(way), weakref.ref(transport), weakref.ref(transport._transport)]

    gc.disable()
    try:
        assert [each() for each in task()] == [None] * 3
    finally:
        gc.enable()
