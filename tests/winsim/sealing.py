# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed messages over HTTP: the multipart/encrypted form of MS-WSMV 2.2.9.1.1."""

from __future__ import annotations

import struct

import spnego
from spnego.exceptions import SpnegoError

PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
CONTENT_TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"


class SealError(Exception):
    """The message isn't in the sealed form, or can't be unsealed."""


def is_sealed(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/encrypted")


def unseal(context: spnego.ContextProxy, message: bytes) -> bytes:
    """The plain text of a sealed message. Raises SealError.

    The sealed part may hold any octets, so boundaries are looked for only where they belong.
    """
    opening = _BOUNDARY + b"\r\n"
    if not message.startswith(opening):
        raise SealError("no boundary at the start")
    head, found, rest = message[len(opening) :].partition(opening)
    closing = _BOUNDARY + b"--"
    end = rest.rfind(closing)
    if not found or end < 0 or not rest.startswith(_OCTETS):
        raise SealError("the parts aren't as the form wants them")
    sealed = rest[len(_OCTETS) : end]
    if len(sealed) < 4:
        raise SealError("the sealed part is too short")
    (header_length,) = struct.unpack_from("<I", sealed)
    header, data = sealed[4 : 4 + header_length], sealed[4 + header_length :]
    try:
        plain = context.unwrap_winrm(header, data)
    except SpnegoError as error:
        raise SealError(str(error)) from None
    if _declared_length(head) != len(plain):
        raise SealError("the declared length isn't that of the message")
    return plain


def seal(context: spnego.ContextProxy, plain: bytes) -> bytes:
    """The sealed form of `plain`; `CONTENT_TYPE` goes with it."""
    wrapped = context.wrap_winrm(plain)
    length = len(plain) + wrapped.padding_length
    head = (
        f"\tContent-Type: {PROTOCOL}\r\n"
        f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={length}\r\n"
    )
    return b"".join(
        (
            _BOUNDARY + b"\r\n",
            head.encode(),
            _BOUNDARY + b"\r\n",
            _OCTETS,
            struct.pack("<I", len(wrapped.header)),
            wrapped.header,
            wrapped.data,
            _BOUNDARY + b"--\r\n",
        )
    )


def _declared_length(head: bytes) -> int | None:
    text = head.rpartition(b"Length=")[2].strip()
    return int(text) if text.isdigit() else None
