# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed messages over HTTP: the multipart/encrypted form of MS-WSMV 2.2.9.1.1.

That section begins each line of a part's head with a tab, and so do Windows, pywinrm and pypsrp.
WinRb's WinRM and the client of Microsoft's OMI, both made for Windows, send no tab, and are read
by it: white space in front of a line, and behind the colon, means nothing.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import spnego
from spnego.exceptions import SpnegoError

PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
CONTENT_TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"
#: The heads of the two parts, case-sensitive as that section says. The first names the protocol
#: (2.2.9.1.2 has that of Kerberos) and the length and character set of the plain message.
_FIRST_HEAD = re.compile(
    rb"[ \t]*Content-Type:[ \t]*application/HTTP-(?:SPNEGO|Kerberos)-session-encrypted[ \t]*\r\n"
    rb"[ \t]*OriginalContent:[ \t]*type=application/soap\+xml;[ \t]*"
    rb"charset=(UTF-8|UTF-16);[ \t]*Length=([0-9]{1,10})[ \t]*\r\n"
)
_SECOND_HEAD = re.compile(rb"[ \t]*Content-Type:[ \t]*application/octet-stream[ \t]*\r\n")


class SealError(Exception):
    """The message isn't in the sealed form, or can't be unsealed."""


def is_sealed(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/encrypted")


@dataclass(frozen=True)
class Unsealed:
    """A message without its seal, and the character set that its head declares."""

    plain: bytes
    charset: str


def unseal(context: spnego.ContextProxy, message: bytes) -> Unsealed:
    """The plain text of a sealed message. Raises SealError.

    The sealed part may hold any octets, so boundaries are looked for only where they belong.
    """
    opening = _BOUNDARY + b"\r\n"
    if not message.startswith(opening):
        raise SealError("no boundary at the start")
    head, found, rest = message[len(opening) :].partition(opening)
    closing = _BOUNDARY + b"--"
    end = rest.rfind(closing)
    first, second = _FIRST_HEAD.fullmatch(head), _SECOND_HEAD.match(rest)
    if not found or end < 0 or first is None or second is None:
        raise SealError("the parts aren't as the form wants them")
    sealed = rest[second.end() : end]
    if len(sealed) < 4:
        raise SealError("the sealed part is too short")
    (header_length,) = struct.unpack_from("<I", sealed)
    header, data = sealed[4 : 4 + header_length], sealed[4 + header_length :]
    try:
        plain = context.unwrap_winrm(header, data)
    except SpnegoError as error:
        raise SealError(str(error)) from None
    if int(first[2]) != len(plain):
        raise SealError("the declared length isn't that of the message")
    return Unsealed(plain, first[1].decode())


def seal(context: spnego.ContextProxy, plain: bytes, charset: str = "UTF-8") -> bytes:
    """The sealed form of `plain`, which is in `charset`; `CONTENT_TYPE` goes with it."""
    wrapped = context.wrap_winrm(plain)
    length = len(plain) + wrapped.padding_length
    head = (
        f"\tContent-Type: {PROTOCOL}\r\n"
        f"\tOriginalContent: type=application/soap+xml;charset={charset};Length={length}\r\n"
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
