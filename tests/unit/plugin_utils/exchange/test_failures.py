# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of exception means that the libraries below a connection raise."""

from __future__ import annotations

import http.client
import re
import socket
import ssl

import pytest
import requests
import spnego.exceptions
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util.ssl_match_hostname import CertificateError
from winrm.exceptions import WinRMError

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    render,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    about_proxy,
    failure_from,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.ways import (
    Untaken,
    none_is_left,
    refused_by_pywinrm,
)

POOL = urllib3.HTTPConnectionPool("192.0.2.1", 5985)
CONNECTION = urllib3.connection.HTTPConnection("192.0.2.1", 5985)
OfRequests = requests.exceptions
OfUrllib3 = urllib3.exceptions


def chained(outer: Exception, inner: BaseException) -> Exception:
    try:
        raise outer from inner
    except type(outer) as error:
        return error


def not_connected(inner: OSError, host: str = "192.0.2.1") -> Exception:
    """As urllib3 and requests wrap it."""
    there = urllib3.connection.HTTPConnection(host, 5985)
    if isinstance(inner, socket.gaierror):
        new: Exception = OfUrllib3.NameResolutionError(host, there, inner)
    else:
        new = OfUrllib3.NewConnectionError(there, f"Failed to establish a new connection: {inner}")
    reason = chained(new, inner)
    return OfRequests.ConnectionError(OfUrllib3.MaxRetryError(POOL, "/wsman", reason))


def of_tls(reason: str, kind: type[ssl.SSLError] = ssl.SSLError) -> Exception:
    error = kind(1, f"[SSL: {reason}] it went wrong (_ssl.c:1006)")
    error.reason = reason
    wrapped = chained(OfUrllib3.SSLError(error), error)
    return OfRequests.SSLError(OfUrllib3.MaxRetryError(POOL, "/wsman", wrapped))


def unverified(code: int, said: str) -> Exception:
    error = ssl.SSLCertVerificationError(1, f"certificate verify failed: {said} (_ssl.c:1006)")
    error.verify_code, error.verify_message = code, said
    return OfRequests.SSLError(OfUrllib3.MaxRetryError(POOL, "/", OfUrllib3.SSLError(error)))


def by_proxy(inner: BaseException) -> Exception:
    refused = OfUrllib3.ProxyError("Unable to connect to proxy", inner)  # type: ignore[arg-type]
    return OfRequests.ProxyError(OfUrllib3.MaxRetryError(POOL, "/wsman", refused))


def broken_off(inner: BaseException) -> Exception:
    return OfRequests.ConnectionError(OfUrllib3.ProtocolError("Connection aborted.", inner))


def wrong_version() -> ssl.SSLError:
    """What OpenSSL says of an answer that begins as HTTP does."""
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(here, there, server_hostname="pc")
    here.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    return caught.value


class KerberosExchangeError(OfRequests.RequestException):
    """Of a package that is not installed here; its name tells it."""


ERRORS: dict[str, tuple[BaseException, Failure, str]] = {
    # The beginning of the remedy, as a key; "" is that of the failure.
    "refused": (
        not_connected(ConnectionRefusedError(111, "Connection refused")), Failure.REFUSED, "",
    ),
    "no route": (not_connected(OSError(113, "No route to host")), Failure.UNREACHABLE, ""),
    "no name": (
        not_connected(socket.gaierror(-2, "Name or service not known"), "ssl-web01.invalid"),
        Failure.UNREACHABLE, "",
    ),
    "a name like an exception's": (
        not_connected(socket.gaierror(-2, "Name or service not known"), "SSLError.invalid"),
        Failure.UNREACHABLE, "",
    ),
    "IPv6": (not_connected(OSError(101, "Network is unreachable"), "::1"), Failure.UNREACHABLE, ""),
    "IPv6 with a zone": (
        not_connected(OSError(22, "Invalid argument"), "fe80::1%eth0"), Failure.UNREACHABLE, "",
    ),
    "no answer": (OfRequests.ReadTimeout("Read timed out."), Failure.TIMEOUT, ""),
    "no connection in time": (OfRequests.ConnectTimeout("timed out"), Failure.TIMEOUT, ""),
    "a stall within an answer": (
        OfRequests.ConnectionError(
            chained(OfUrllib3.ReadTimeoutError(POOL, "/", "Read timed out."), TimeoutError())
        ),
        Failure.TIMEOUT, "",
    ),
    "a stall within a chunk": (
        OfRequests.ConnectionError(OfUrllib3.ReadTimeoutError(POOL, "/", "Read timed out.")),
        Failure.TIMEOUT, "",
    ),
    "a stall of the network": (
        broken_off(TimeoutError(110, "Connection timed out")), Failure.TIMEOUT, "",
    ),
    "reset": (broken_off(ConnectionResetError(104, "reset")), Failure.CLOSED, "closed_plain"),
    "closed": (
        broken_off(http.client.RemoteDisconnected("closed")), Failure.CLOSED, "closed_plain",
    ),
    "a broken pipe": (
        broken_off(BrokenPipeError(32, "Broken pipe")), Failure.CLOSED, "closed_plain",
    ),
    "half an answer": (
        OfRequests.ChunkedEncodingError(
            OfUrllib3.ProtocolError("broken", http.client.IncompleteRead(b"x"))
        ),
        Failure.CLOSED, "",
    ),
    "chunks of no length": (OfRequests.ChunkedEncodingError("x"), Failure.CLOSED, ""),
    "an alert of TLS": (
        broken_off(http.client.BadStatusLine("\x15\x03\x01\x00\x02\x02F")),
        Failure.TLS_EXPECTED, "",
    ),
    "no HTTP": (broken_off(http.client.BadStatusLine("SSH-2.0-x")), Failure.NOT_WINRM, ""),
    "HTTP/3": (broken_off(http.client.UnknownProtocol("HTTP/3")), Failure.NOT_WINRM, ""),
    "a long line": (broken_off(http.client.LineTooLong("header")), Failure.NOT_WINRM, ""),
    "no gzip": (
        OfRequests.ContentDecodingError(OfUrllib3.DecodeError("gzip")), Failure.NOT_WINRM, "",
    ),
    "redirected": (OfRequests.TooManyRedirects("Exceeded 0 redirects."), Failure.REDIRECTED, ""),
    "busy": (
        OfRequests.RetryError(
            OfUrllib3.MaxRetryError(
                POOL, "/", OfUrllib3.ResponseError("too many 503 error responses")
            )
        ),
        Failure.HTTP_STATUS, "",
    ),
    "ours": (TransportError(Failure.TOO_LARGE), Failure.TOO_LARGE, ""),
    "ours, wrapped": (
        OfRequests.ConnectionError(TransportError(Failure.TOO_LARGE)), Failure.TOO_LARGE, "",
    ),
    # -- TLS
    "HTTP instead of TLS": (OfRequests.SSLError(wrong_version()), Failure.NOT_TLS, ""),
    "the same, of an old OpenSSL": (of_tls("UNKNOWN_PROTOCOL"), Failure.NOT_TLS, ""),
    "an unknown authority": (
        unverified(20, "unable to get local issuer certificate"), Failure.CERTIFICATE, "",
    ),
    "of its own authority": (unverified(18, "self-signed certificate"), Failure.CERTIFICATE, ""),
    "another name": (
        unverified(62, "Hostname mismatch, certificate is not valid for 'ssl-web01'."),
        Failure.CERTIFICATE, "certificate_name",
    ),
    "another address": (
        unverified(64, "IP address mismatch, certificate is not valid for '::1'."),
        Failure.CERTIFICATE, "certificate_name",
    ),
    "another name, by urllib3": (
        OfRequests.SSLError(
            OfUrllib3.SSLError(CertificateError("hostname 'a' doesn't match 'b'"))
        ),
        Failure.CERTIFICATE, "certificate_name",
    ),
    "expired": (
        unverified(10, "certificate has expired"), Failure.CERTIFICATE, "certificate_time",
    ),
    "no common version": (of_tls("TLSV1_ALERT_PROTOCOL_VERSION"), Failure.TLS, ""),
    "no common cipher": (of_tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), Failure.TLS, ""),
    "an old version": (of_tls("UNSUPPORTED_PROTOCOL"), Failure.TLS, ""),
    "our certificate is missing": (
        of_tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Failure.TLS, "tls_our_certificate",
    ),
    "our authority is unknown": (
        of_tls("TLSV1_ALERT_UNKNOWN_CA"), Failure.TLS, "tls_our_certificate",
    ),
    "words about a certificate": (
        OfRequests.SSLError("certificate verify failed"), Failure.TLS, "",
    ),
    "the end within TLS": (
        of_tls("UNEXPECTED_EOF_WHILE_READING", ssl.SSLEOFError), Failure.CLOSED, "closed_tls",
    ),
    # -- proxies
    "a proxy refuses": (
        by_proxy(ConnectionRefusedError(111, "Connection refused")), Failure.PROXY, "",
    ),
    "a proxy has no name": (
        by_proxy(not_connected(socket.gaierror(-2, "Name or service not known"))),
        Failure.PROXY, "",
    ),
    "a proxy is slow": (
        by_proxy(OfUrllib3.ConnectTimeoutError(CONNECTION, "timed out")), Failure.PROXY, "",
    ),
    "a proxy makes no tunnel": (
        by_proxy(OSError("Tunnel connection failed: 403 Forbidden")), Failure.PROXY, "",
    ),
    "a proxy wants credentials": (
        by_proxy(OSError("Tunnel connection failed: 407 Proxy Authentication Required")),
        Failure.PROXY, "",
    ),
    "what broke off may have passed a proxy": (
        by_proxy(http.client.RemoteDisconnected("Remote end closed connection")), Failure.CLOSED,
        "closed_plain",
    ),
    "a proxy's certificate": (
        by_proxy(unverified(18, "self-signed certificate")), Failure.PROXY, "",
    ),
    # -- settings
    "no URL of a proxy": (OfRequests.InvalidProxyURL("Check it."), Failure.SETTING, ""),
    "an unknown scheme of a proxy": (
        OfRequests.InvalidURL(OfUrllib3.ProxySchemeUnknown("ftp")), Failure.SETTING, "",
    ),
    "SOCKS": (
        OfRequests.InvalidSchema("Missing dependencies for SOCKS support."), Failure.SETTING, "",
    ),
    "authorities": (
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /gone/ssl.pem"),
        Failure.SETTING, "",
    ),
    "characters": (
        UnicodeEncodeError("latin-1", "た", 0, 1, "ordinal not in range(256)"),
        Failure.SETTING, "",
    ),
    "no credentials": (spnego.exceptions.NoCredentialError(), Failure.SETTING, ""),
    "nothing to negotiate with": (
        chained(
            spnego.exceptions.BadMechanismError(), spnego.exceptions.OperationNotAvailableError()
        ),
        Failure.SETTING, "",
    ),
    # -- authentication
    "NTLM is refused": (PermissionError("Access denied"), Failure.AUTHENTICATION, ""),
    "no ticket": (
        KerberosExchangeError("Server not found in Kerberos database"), Failure.KERBEROS, "",
    ),
    "a wrong token": (spnego.exceptions.InvalidTokenError(), Failure.NOT_WINRM, ""),
    "not our octets": (
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), Failure.NOT_WINRM, "",
    ),
    "too few values": (ValueError("not enough values to unpack"), Failure.NOT_WINRM, ""),
    "a great number": (OverflowError("int too large"), Failure.NOT_WINRM, ""),
    "great depth": (RecursionError("maximum depth exceeded"), Failure.NOT_WINRM, ""),
    "no memory": (MemoryError(), Failure.OTHER, ""),
    "something else": (
        Exception("<urllib3.connection.HTTPConnection object at 0x7fb2c1>: it went wrong"),
        Failure.OTHER, "",
    ),
    "a device": (OSError(5, "Input/output error"), Failure.OTHER, ""),
    "a file": (FileNotFoundError(2, "No such file or directory"), Failure.OTHER, ""),
    "nothing": (Exception(), Failure.OTHER, ""),
}  # fmt: skip


def test_exceptions_are_told_apart_by_their_types() -> None:
    found = {name: failure_from(error) for name, (error, _failure, _remedy) in ERRORS.items()}
    assert {name: (each.failure, key_of(each)) for name, each in found.items()} == {
        name: (failure, "" if failure is Failure.SETTING else remedy or str(failure))
        for name, (_error, failure, remedy) in ERRORS.items()
    }


def key_of(error: TransportError) -> str:
    return error.remedy.key.removeprefix("failure_remedy.") if error.remedy else ""


def test_what_broke_off_before_any_answer_may_expect_the_other_scheme() -> None:
    error = broken_off(ConnectionResetError(104, "reset"))
    assert {
        (tls, answered): key_of(failure_from(error, tls=tls, answered=answered))
        for tls in (True, False)
        for answered in (True, False)
    } == {
        (True, False): "closed_tls", (False, False): "closed_plain",
        (True, True): "closed", (False, True): "closed",
    }  # fmt: skip


def test_no_failure_quotes_code_or_says_a_thing_twice() -> None:
    for error, _failure, _remedy in ERRORS.values():
        failure = failure_from(error)
        said = str(failure)
        assert not re.search(r"Error\b(?!\.invalid)|Exception|0x|Traceback|object at|_ssl", said)
        assert failure.of_the_controller or re.search(r"[.)] [A-Z]", said), said
        assert "た" not in said
        clauses = re.split(r"[.;:()] ?", said)
        long = [each for each in clauses if len(each) > 12]
        assert len(long) == len(set(long)), said
        assert render(failure.phrase, "ja").isprintable()


def test_to_turn_checks_off_is_advised_for_a_certificate_alone() -> None:
    advised = {
        name
        for name, (error, _failure, _remedy) in ERRORS.items()
        if "ignore" in str(failure_from(error))
    }
    at_fault = {name for name, (_error, failure, _r) in ERRORS.items() if failure == "certificate"}
    assert advised == at_fault - {"expired"}


@given(st.sampled_from(["ssl", "proxy", "certificate", "timed-out", "refused", "401", "SSLError"]))
def test_names_decide_nothing(word: str) -> None:
    """A host, a user or a path may be called anything."""
    for inner, failure in (
        (socket.gaierror(-2, "Name or service not known"), Failure.UNREACHABLE),
        (ConnectionRefusedError(111, "Connection refused"), Failure.REFUSED),
    ):
        assert failure_from(not_connected(inner, f"{word}.invalid")).failure is failure
    reset = OfRequests.ConnectionError(
        OfUrllib3.ProtocolError(f"/{word}", ConnectionResetError(104, word))
    )
    assert failure_from(reset).failure is Failure.CLOSED


def test_what_a_proxy_said_is_kept() -> None:
    said = {name: str(failure_from(ERRORS[name][0])).partition(". ")[0] for name in ERRORS}
    assert {name: said[name] for name in said if name.startswith("a proxy")} == {
        "a proxy refuses": "the connection through the proxy failed (between the controller and "
        "the proxy: the connection was refused)",
        "a proxy has no name": "the connection through the proxy failed (between the controller "
        "and the proxy: the controller can't resolve its name: Name or service not known)",
        "a proxy is slow": "the connection through the proxy failed (between the controller and "
        "the proxy: no answer came in time)",
        "a proxy makes no tunnel": "the connection through the proxy failed (HTTP 403)",
        "a proxy wants credentials": "the connection through the proxy failed "
        "(HTTP 407: it wants credentials)",
        "a proxy's certificate": "the connection through the proxy failed (between the controller "
        "and the proxy: self-signed certificate)",
    }


class TestWays:
    """Why none of several ways of authentication is taken."""

    def test_one_reason_is_told_once(self) -> None:
        refused = TransportError(Failure.AUTHENTICATION)
        told = none_is_left([Untaken("basic", refused), Untaken("ntlm", refused)])
        assert str(told).startswith(
            "the credentials were rejected (HTTP 401) (with each of basic, ntlm). Check "
        )
        assert str(none_is_left([Untaken("basic", refused)])) == str(refused)

    def test_ways_with_the_same_reason_share_it(self) -> None:
        problem = refused_by_pywinrm("requested auth method is kerberos, but pykerberos is not")
        told = none_is_left(
            [
                Untaken("kerberos", problem),
                Untaken("basic", TransportError(Failure.AUTHENTICATION)),
                Untaken("ntlm", TransportError(Failure.AUTHENTICATION)),
            ]
        )
        assert (told.failure, told.of_the_controller) == (Failure.AUTHENTICATION, False)
        assert str(told).startswith(
            "No way of authentication worked. kerberos: The Python package pywinrm[kerberos] is "
            "missing on the controller; install it where Ansible runs: pip install "
            "'pywinrm[kerberos]'. basic, ntlm: the credentials were rejected (HTTP 401). Check "
        )

    def test_what_all_ways_lack_is_told_once(self) -> None:
        def lacks(way: str, variable: str = "ansible_password") -> Untaken:
            told = Phrase("setting.credential_missing", {"variable": variable, "way": way})
            return Untaken(way, TransportError(Failure.SETTING, told))

        package = refused_by_pywinrm("requested auth method is kerberos, but")
        told = {
            "all": none_is_left([lacks("ssl"), lacks("basic"), lacks("ntlm")]),
            "some": none_is_left([lacks("ssl"), Untaken("kerberos", package), lacks("ntlm")]),
            "one": none_is_left([lacks("ntlm"), lacks("ntlm")]),
            "others": none_is_left([lacks("ntlm"), lacks("basic", "ansible_user")]),
        }
        assert {name: str(error).partition("; set")[0] for name, error in told.items()} == {
            "all": "ansible_password is missing, and each of ssl, basic, ntlm needs it",
            "some": "No way of authentication worked. ssl, ntlm: ansible_password is missing, and "
            "each of ssl, ntlm needs it",
            "one": "ansible_password is missing, and ntlm needs it",
            "others": "No way of authentication worked. ntlm: ansible_password is missing, and "
            "ntlm needs it",
        }
        assert render(told["all"].phrase, "ja").startswith(
            "ansible_password がありません。ssl、basic、ntlm のいずれの認証にも必要なため、"
        )
        refused = TransportError(Failure.AUTHENTICATION)
        assert str(none_is_left([Untaken("ntlm", refused)] * 2)) == str(refused)

    def test_a_way_that_has_failed_is_not_advised(self) -> None:
        def needs(key: str, way: str, **values: str) -> Untaken:
            told = Phrase(f"setting.{key}", {"way": way, "variable": "v", **values})
            return Untaken(way, TransportError(Failure.SETTING, told))

        others = [
            needs("way_package_missing", "kerberos", package="pywinrm[kerberos]"),
            needs("not_for_basic", "basic", way_variable="w"),
            needs("colon", "plaintext", way_variable="w"),
            needs("characters", "ssl"),
            Untaken(
                "certificate",
                TransportError(Failure.AUTHENTICATION, remedy=Phrase("failure_remedy.letters")),
            ),
        ]
        rejected = Untaken("ntlm", TransportError(Failure.AUTHENTICATION))
        for language in ("en", "ja"):
            for each in others:
                first = render(none_is_left([each]).phrase, language)
                assert "ntlm" in first
                for ways in ([each, rejected], [rejected, each]):
                    said = render(none_is_left(ways).phrase, language)
                    assert said.count("ntlm") == 1, said
        said = str(none_is_left([others[0], rejected]))
        assert said.startswith(
            "No way of authentication worked. kerberos: kerberos needs a Python package that is "
            "missing on the controller; install it where Ansible runs: pip install "
            "'pywinrm[kerberos]'. ntlm: the credentials were rejected (HTTP 401). Check "
        )

    def test_if_settings_alone_are_wrong_nothing_was_asked(self) -> None:
        told = none_is_left(
            [
                Untaken("kerberos", refused_by_pywinrm("requested auth method is kerberos, but")),
                Untaken("credssp", refused_by_pywinrm("requests auth method is credssp, but x")),
            ]
        )
        assert (told.failure, told.of_the_controller) == (Failure.SETTING, True)

    def test_what_pywinrm_means_with_its_error(self) -> None:
        said = {
            "requested auth method is ntlm, but requests_ntlm is not installed": "pip install",
            "message encryption is set to 'always' but the selected auth method basic": "ntlm",
            "Encrypted length from server does not match the expected size": "does not authentic",
        }
        for words, part in said.items():
            assert part in str(refused_by_pywinrm(str(WinRMError(words))))


def test_only_what_a_proxy_may_do_too_is_told_as_its_possible_fault() -> None:
    blamed = {
        failure
        for failure in Failure
        if (remedy := about_proxy(TransportError(failure, "a")).remedy) is not None
        and remedy.key == "failure_remedy.by_proxy"
    }
    assert blamed == {
        Failure.CLOSED, Failure.NOT_WINRM, Failure.REDIRECTED, Failure.TIMEOUT, Failure.TLS,
    }  # fmt: skip
    assert str(about_proxy(TransportError(Failure.TIMEOUT, "10 s"))).startswith(
        "no answer came in time (10 s). The connection goes through a proxy: check whether"
    )
