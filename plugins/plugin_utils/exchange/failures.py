# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Translates exceptions of the libraries below a connection into failures of a message.

Their types decide, the innermost first, and their words only where a type has several meanings. A
name may contain anything, so words are looked for only at the beginning of a library's message.
"""

from __future__ import annotations

import http.client
import re
import ssl
import struct
import traceback
from collections.abc import Sequence

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Value, Verbatim
from . import kerberos

try:
    import requests
    import urllib3
    from urllib3.util.ssl_match_hostname import CertificateError
except ImportError:
    pass  # without the packages of a connection, no message can fail


def failure_from(
    error: BaseException, *, tls: bool = False, answered: bool = False
) -> TransportError:
    """What an exception of requests, or of a library below or beside it, means for the message.

    Args:
        tls: whether it went over HTTPS.
        answered: whether the host has answered an earlier message of this transport.
    """
    if isinstance(error, TransportError):
        return error
    causes = causes_of(error)
    for cause in causes:
        if isinstance(cause, TransportError):
            return cause
    return (
        _of_proxy(causes)
        or next(filter(None, (_of_cause(each, tls, answered) for each in causes)), None)
        or _of_authentication(error)
    )


def about_proxy(error: TransportError) -> TransportError:
    """A failure of the first message through a proxy. If nothing shows who has failed, whoever
    looks at the PC alone may look in vain."""
    if error.failure not in _OF_WHOEVER_ANSWERS:
        return error
    remedy = Phrase("failure_remedy.by_proxy")
    return TransportError(error.failure, error.detail, error.status, remedy=remedy)


def _of_proxy(causes: Sequence[BaseException]) -> TransportError | None:
    """The failure of a proxy. Whatever the inner cause, it concerns the proxy."""
    if any(isinstance(cause, requests.exceptions.InvalidSchema) for cause in causes):
        # The only schema of a URL that the connection does not set itself.
        values: dict[str, Value] = {"variable": _OF_PROXIES, "package": "requests[socks]"}
        return TransportError(Failure.SETTING, Phrase("setting.socks", values))
    wrong = (
        requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError,
        urllib3.exceptions.ProxySchemeUnknown,
    )  # fmt: skip
    if any(isinstance(cause, wrong) for cause in causes):
        told = Phrase("setting.proxy", {"variable": _OF_PROXIES})
        return TransportError(Failure.SETTING, told)
    refused = (urllib3.exceptions.ProxyError, requests.exceptions.ProxyError)
    if not any(isinstance(cause, refused) for cause in causes):
        return None
    for cause in causes:
        if isinstance(cause, OSError) and (answer := _TUNNEL.match(str(cause))):
            if answer[1] == "407":
                return TransportError(Failure.PROXY, Phrase("detail.proxy_credentials"))
            refused_with = Phrase("detail.http_status", {"status": Verbatim(answer[1])})
            return TransportError(Failure.PROXY, refused_with)
        if (inner := _of_cause(cause, tls=True, answered=True)) is not None:
            if inner.failure is Failure.CLOSED:
                # urllib3 blames the proxy for this too, but the message may have reached the PC.
                return None
            # Without what it would mean of a PC: the name and the certificate are the proxy's.
            problem = inner.detail or inner.told
            return TransportError(Failure.PROXY, Phrase("detail.at_proxy", {"problem": problem}))
    return TransportError(Failure.PROXY)


def _of_cause(cause: BaseException, tls: bool, answered: bool) -> TransportError | None:
    """The failure that one exception of those that led to another means by its type."""
    if isinstance(cause, (ssl.SSLError, CertificateError, requests.exceptions.SSLError)):
        return _of_tls(cause, answered)
    if isinstance(cause, ConnectionRefusedError):
        return TransportError(Failure.REFUSED)
    if isinstance(cause, urllib3.exceptions.NewConnectionError):  # a TimeoutError of urllib3 too
        reason = words_of(cause)
        if isinstance(cause, urllib3.exceptions.NameResolutionError):
            reason = Phrase("detail.no_address", {"reason": reason})
        return TransportError(Failure.UNREACHABLE, reason)
    if isinstance(
        cause, (TimeoutError, urllib3.exceptions.TimeoutError, requests.exceptions.Timeout)
    ):
        return TransportError(Failure.TIMEOUT)
    if isinstance(cause, requests.exceptions.TooManyRedirects):
        return TransportError(Failure.REDIRECTED)
    if isinstance(cause, OSError) and (path := _NO_AUTHORITY.match(str(cause))):
        values: dict[str, Value] = {
            "variable": Verbatim("REQUESTS_CA_BUNDLE"),
            "path": path[1],
            "reason": Phrase("detail.no_file"),
        }
        return TransportError(Failure.SETTING, Phrase("setting.unreadable", values))
    if isinstance(cause, urllib3.exceptions.ResponseError) and (found := _STATUS.match(str(cause))):
        return TransportError(Failure.HTTP_STATUS, status=int(found[1]))
    if isinstance(cause, ConnectionError):  # here also a RemoteDisconnected, a BadStatusLine
        return _broken_off(tls, answered)
    if isinstance(cause, http.client.BadStatusLine):
        if not tls and str(cause.args[0]).startswith(_ALERT):
            return TransportError(Failure.TLS_EXPECTED)
        return TransportError(Failure.NOT_WINRM, Phrase("detail.not_http"))
    if isinstance(
        cause,
        (
            http.client.LineTooLong, http.client.UnknownProtocol, urllib3.exceptions.DecodeError,
            requests.exceptions.ContentDecodingError,
        ),
    ):  # fmt: skip
        return TransportError(Failure.NOT_WINRM, Phrase("detail.not_http"))
    if isinstance(
        cause,
        (
            http.client.IncompleteRead, urllib3.exceptions.ProtocolError,
            requests.exceptions.ChunkedEncodingError,
        ),
    ):  # fmt: skip
        return TransportError(Failure.CLOSED)
    return None


def _broken_off(tls: bool, answered: bool) -> TransportError:
    """The connection broke off. Before any answer, a port that expects the other scheme is a
    likely cause, and does exactly this on many servers."""
    if answered:
        return TransportError(Failure.CLOSED)
    return TransportError(
        Failure.CLOSED,
        remedy=Phrase("failure_remedy.closed_tls" if tls else "failure_remedy.closed_plain"),
    )


def _of_tls(error: BaseException, answered: bool) -> TransportError:
    """What a failure of TLS means. Only if the certificate of the host has failed its
    verification, it is about this certificate."""
    if isinstance(error, CertificateError):
        return TransportError(Failure.CERTIFICATE, words_of(error), remedy=_WRONG_NAME)
    if isinstance(error, ssl.SSLCertVerificationError):
        return TransportError(
            Failure.CERTIFICATE,
            str(error.verify_message).rstrip("."),
            remedy=_BY_VERIFICATION.get(error.verify_code),
        )
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return _broken_off(tls=True, answered=answered)
    reason = str(getattr(error, "reason", None) or "")
    if reason in _NO_TLS:
        return TransportError(Failure.NOT_TLS)
    said = words_of(error)
    if "ALERT" in reason and ("CERTIFICATE" in reason or reason.endswith("UNKNOWN_CA")):
        remedy = Phrase("failure_remedy.tls_our_certificate")
        return TransportError(Failure.TLS, said, remedy=remedy)
    return TransportError(Failure.TLS, said)


def _of_authentication(error: BaseException) -> TransportError:
    """What an exception means that is not about the connection, but about how messages are
    authenticated and encrypted, or about nothing known."""
    if isinstance(error, PermissionError) and error.errno is None:
        # From requests_ntlm, if a host answers 401 to the first step of NTLM.
        return TransportError(Failure.AUTHENTICATION)
    if isinstance(error, UnicodeEncodeError):  # it may quote a password
        return TransportError(Failure.SETTING, Phrase("setting.characters"))
    if isinstance(error, MemoryError):
        return TransportError(Failure.OTHER, Phrase("detail.no_memory"))
    causes = causes_of(error)
    if (by_kerberos := kerberos.failure_of(causes)) is not None:
        return by_kerberos
    # Of optional packages, which are not imported only to have their types.
    kinds = {each.__name__ for each in type(error).__mro__}
    inner = {type(each).__name__ for each in causes}
    if inner & _WITHOUT_CREDENTIALS:
        return TransportError(Failure.SETTING, Phrase("setting.no_credentials"))
    if kinds & _NOT_AS_WINRM or (
        isinstance(error, _NOT_UNDERSTOOD) and not isinstance(error, requests.RequestException)
    ):
        return TransportError(Failure.NOT_WINRM, Phrase("detail.other_authentication"))
    return TransportError(Failure.OTHER, words_of(error))


# What a PC may do as well as a proxy on the way to it.
_OF_WHOEVER_ANSWERS = frozenset(
    {Failure.CLOSED, Failure.NOT_WINRM, Failure.REDIRECTED, Failure.TIMEOUT, Failure.TLS}
)
# The variables that name a proxy, where the connection has none of its own.
_OF_PROXIES = Verbatim("http_proxy, https_proxy, all_proxy")
# The beginnings of messages: of http.client about a proxy, of requests about a file, of urllib3
# about retries.
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")
_NO_AUTHORITY = re.compile(
    r"Could not find a suitable TLS CA certificate bundle, invalid path: (.*)", re.DOTALL
)
_STATUS = re.compile(r"too many (\d{3}) error responses")
# How a message of TLS begins in which a server ends the connection.
_ALERT = "\x15\x03"
# What OpenSSL finds wrong with a certificate: it is for another name or address; its time.
_WRONG_NAME = Phrase("failure_remedy.certificate_name")
_WRONG_TIME = Phrase("failure_remedy.certificate_time")
_BY_VERIFICATION = {62: _WRONG_NAME, 64: _WRONG_NAME, 9: _WRONG_TIME, 10: _WRONG_TIME}

# What pyspnego raises without a password or a ticket; and what pyspnego and pywinrm's Kerberos
# raise for an answer that is not the expected one.
_WITHOUT_CREDENTIALS = frozenset(
    {
        "NoCredentialError",
        "CredentialsExpiredError",
        "BadNameError",
        "FeatureMissingError",
        "OperationNotAvailableError",
    }
)
_NOT_AS_WINRM = frozenset({"SpnegoError", "MutualAuthenticationError"})
# What the libraries' authentication and encryption raise, without a message for people, if the
# answer is not the expected one.
_NOT_UNDERSTOOD = (
    AttributeError, LookupError, ValueError, TypeError, ArithmeticError, RecursionError,
    StopIteration, struct.error,
)  # fmt: skip
# The reasons of OpenSSL, old and new, for an answer that is not TLS.
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"}
)


def words_of(error: BaseException) -> Value:
    """The message of an exception for a person: that of the innermost cause, without names of
    code."""
    for cause in causes_of(error):
        said = str(cause.strerror) if isinstance(cause, OSError) and cause.strerror else str(cause)
        said = _CODE.sub("", said).strip(" :")
        if said and not _CODE_ALONE.fullmatch(said):
            return said
    return Phrase("detail.no_reason")


# The repr of a Python object, the name of an exception before its text, and where in the sources
# of Python it was raised.
_CODE = re.compile(
    r"<[\w.][^<>]*? at 0x[0-9a-f]+>|\[Errno -?\d+\] |\[[A-Z0-9]+: [A-Z0-9_]+\] | \(_ssl\.c:\d+\)"
    r"|(?<![\w.])[\w.]*(?:Error|Exception|Warning)\b:?\s*"
)
_CODE_ALONE = re.compile(r"[\W\d_]*")


def causes_of(error: BaseException) -> list[BaseException]:
    """The exceptions that led to this one, the innermost first."""
    found: list[BaseException] = []
    todo: list[BaseException] = [error]
    while todo:
        current = todo.pop()
        if any(current is known for known in found):
            continue
        found.append(current)
        # `reason` is of urllib3, `base_error` of pyspnego.
        inner = (getattr(current, name, None) for name in ("reason", "base_error"))
        followers = [current.__cause__, current.__context__, *inner]
        followers.extend(current.args)
        todo.extend(item for item in followers if isinstance(item, BaseException))
    return found[::-1]


def let_go(error: BaseException) -> None:
    """Free what an exception, and those that led to it, hold through their tracebacks.

    urllib3 keeps exceptions in variables. A traceback holds these, and those of all callers, which
    would keep the connection of the task, with its Kerberos ticket, until a garbage collection; and
    Ansible's workers end without one.
    """
    for each in causes_of(error):
        traceback.clear_frames(each.__traceback__)
