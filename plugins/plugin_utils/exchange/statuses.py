# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an answer of HTTP means for the message if it is an error, which may carry a SOAP fault, or
empty."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Verbatim

# Byte order marks, the zeros of UTF-16, and white space.
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"

# An envelope, and not the page that a web server sends with an error.
_ENVELOPE = re.compile(rb"(?:<\?xml[^>]{0,200}>\s*)?<(?:[\w.-]{1,100}:)?Envelope[\s>]")
_PAGE = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)

# What nginx, Apache and Go say, with 400, to HTTP on a port of HTTPS.
_OF_TLS = re.compile(r"HTTPS (?:port|server)|SSL-enabled server port")


@dataclass(frozen=True)
class Circumstances:
    """What is known about an exchange whose answer is an HTTP error.

    Attributes:
        tls: whether it went over HTTPS.
        keys: whether the message was encrypted with the keys of the authentication.
        sealed: whether the answer is.
        answered: whether the host has answered an earlier message of this transport.
        proxy: whether the answer comes from an HTTP proxy, which may have passed it on. Through a
            tunnel (HTTPS, SOCKS) it comes from the host.
    """

    tls: bool = False
    keys: bool = False
    sealed: bool = False
    answered: bool = False
    proxy: bool = False


def not_empty(answer: bytes, known: Circumstances) -> bytes:
    """An answer that is no HTTP error, if it holds anything at all.

    Raises:
        TransportError: it is empty, as WS-Management never answers.
    """
    # Nearly all begin with a tag, and stripping copies an answer.
    if answer[:1] == b"<" or answer.strip(_BEFORE_XML):
        return answer
    if known.proxy:
        raise TransportError(Failure.PROXY_ANSWER, Phrase("detail.empty"))
    # Who has answered before is the right one.
    well = Phrase("failure_remedy.http_status") if known.answered else None
    raise TransportError(Failure.NOT_WINRM, Phrase("detail.empty"), remedy=well)


def soap_or_failure(status: int, text: str, known: Circumstances = Circumstances()) -> bytes:
    """The contents of an HTTP error: a SOAP fault, or a failure of the transport.

    Raises:
        TransportError: the answer is not a SOAP message, or not from who has the keys.
    """
    data = text.encode("utf-8", "surrogateescape")
    forged = known.keys and not known.sealed
    if status == 400 and forged:
        # If the host has closed the connection, or asks for credentials again, pywinrm and pypsrp
        # negotiate new keys, but send the message encrypted with the old ones.
        raise TransportError(Failure.KEYS)
    if _is_soap(status, data):
        if forged:
            # Windows and OMI encrypt faults too ([MS-WSMV] 2.2.9.1; OMI's http.c), so anyone on
            # the way can have written this one.
            raise TransportError(Failure.NOT_WINRM, Phrase("detail.not_encrypted"))
        return data
    if status == 407:
        raise TransportError(Failure.PROXY, Phrase("detail.proxy_credentials"))
    if known.proxy:
        told = Phrase("detail.http_status", {"status": Verbatim(str(status))})
        raise TransportError(Failure.PROXY_ANSWER, told)
    if status == 500 and not (text.strip() or known.tls or known.keys or known.answered):
        raise TransportError(Failure.UNENCRYPTED)
    if status == 400 and not known.tls and _OF_TLS.search(text):
        raise TransportError(Failure.TLS_EXPECTED)
    other_path = Phrase("failure_remedy.path") if status in (404, 405) else None
    raise TransportError(Failure.HTTP_STATUS, status=status, remedy=other_path)


def _is_soap(status: int, data: bytes) -> bool:
    """Windows sends each fault with 500. SOAP 1.2 part 2, 7.5.1.2, has 400 for some too, and
    openwsman also sends them with 503."""
    if _ENVELOPE.match(data.replace(b"\x00", b"").lstrip(_BEFORE_XML)):
        return True
    start = data.lstrip(_BEFORE_XML)
    return status == 500 and start.startswith(b"<") and not _PAGE.match(start)
