# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Translates exceptions of the libraries below a connection, and HTTP errors, into failures of a
message."""

from __future__ import annotations

import re
import ssl
import struct
import traceback

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Value

try:
    import requests
    import urllib3
except ImportError:
    pass  # without the packages of a connection, no message can fail

# Byte order marks, the zeros of UTF-16, and white space.
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"

# An envelope, and not the page that a web server sends with an error.
_ENVELOPE = re.compile(rb"(?:<\?xml[^>]{0,200}>\s*)?<(?:[\w.-]{1,100}:)?Envelope[\s>]")


def soap_or_failure(status: int, text: str, sealed: bool = False) -> bytes:
    """The contents of an HTTP error: a SOAP fault, or a failure of the transport.

    Args:
        sealed: whether messages are encrypted with the keys of the authentication.

    Raises:
        TransportError: the answer is not a SOAP message.
    """
    data = text.encode("utf-8", "surrogateescape")
    # Windows sends each fault with 500; openwsman uses 400, which SOAP 1.2 part 2, 7.5.1.2, allows.
    if status == 500 and data.lstrip(_BEFORE_XML).startswith(b"<"):
        return data
    if status == 400 and _ENVELOPE.match(data.replace(b"\x00", b"").lstrip(_BEFORE_XML)):
        return data
    if status == 500 and not text.strip():
        raise TransportError(Failure.UNENCRYPTED)
    if status == 407:
        raise TransportError(Failure.PROXY, Phrase("detail.proxy_credentials"))
    if status == 400 and sealed:
        # If the host has closed the connection, or asks for credentials again, pywinrm and pypsrp
        # negotiate new keys, but send the message encrypted with the old ones.
        raise TransportError(Failure.KEYS)
    raise TransportError(Failure.HTTP_STATUS, status=status)


def failure_from(error: BaseException) -> TransportError:
    """What an exception of requests, or of a library below it, means for the message."""
    if isinstance(error, TransportError):
        return error
    causes = causes_of(error)
    for cause in causes:
        if isinstance(cause, TransportError):
            return cause
    of_proxies = (
        urllib3.exceptions.ProxyError,
        requests.exceptions.ProxyError,
        requests.exceptions.InvalidProxyURL,
    )
    if any(isinstance(cause, of_proxies) for cause in causes):
        # Whatever the inner cause, it concerns the proxy.
        return TransportError(Failure.PROXY)
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
            return TransportError(Failure.NOT_TLS)
        if isinstance(cause, (requests.exceptions.SSLError, ssl.SSLError)):
            return TransportError(Failure.CERTIFICATE, words_of(cause))
        if isinstance(cause, ConnectionRefusedError):
            return TransportError(Failure.REFUSED)
        if isinstance(cause, requests.exceptions.Timeout):
            return TransportError(Failure.TIMEOUT)
        if isinstance(cause, requests.exceptions.TooManyRedirects):
            return TransportError(Failure.REDIRECTED)
        if isinstance(cause, urllib3.exceptions.NewConnectionError):
            said = str(cause).rpartition(": ")[2]
            return TransportError(Failure.UNREACHABLE, _CODE.sub("", said))
        if isinstance(
            cause,
            (
                ConnectionResetError,
                BrokenPipeError,
                requests.exceptions.ChunkedEncodingError,
                urllib3.exceptions.ProtocolError,
            ),
        ):
            return TransportError(Failure.CLOSED)
    if isinstance(error, PermissionError) and error.errno is None:
        # From requests_ntlm, if a host answers 401 to the first step of NTLM.
        return TransportError(Failure.AUTHENTICATION)
    if isinstance(error, (UnicodeEncodeError, MemoryError)):
        return TransportError(Failure.OTHER, Phrase(_OURS[type(error)]))
    if isinstance(error, _NOT_UNDERSTOOD) and not isinstance(error, requests.RequestException):
        return TransportError(Failure.NOT_WINRM, Phrase("detail.other_authentication"))
    return TransportError(Failure.OTHER, words_of(error))


# What the libraries' authentication and encryption raise, without a message for people, if the
# answer is not the expected one.
_NOT_UNDERSTOOD = (
    AttributeError, LookupError, ValueError, TypeError, ArithmeticError, RecursionError,
    StopIteration, struct.error,
)  # fmt: skip
# Such errors that the answer has not caused. The error itself may quote a password.
_OURS = {
    UnicodeEncodeError: "detail.characters",
    MemoryError: "detail.no_memory",
}
# The reasons of OpenSSL, old and new, for an answer that is not TLS.
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


def words_of(error: BaseException) -> Value:
    """The message of an exception for a person: that of the innermost cause, without names of
    code."""
    for cause in causes_of(error):
        said = str(cause.strerror) if isinstance(cause, OSError) and cause.strerror else str(cause)
        said = _CODE.sub("", said).strip(" :")
        if said and not _CODE_ALONE.fullmatch(said):
            return said
    return Phrase("detail.no_reason")


# The repr of a Python object, and the name of an exception before its text.
_CODE = re.compile(
    r"<[\w.][^<>]*? at 0x[0-9a-f]+>|\[Errno -?\d+\] "
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
        followers = [current.__cause__, current.__context__, getattr(current, "reason", None)]
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
