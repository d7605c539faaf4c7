# SPDX-License-Identifier: GPL-3.0-or-later
"""What is of Kerberos beside the authentication itself: names in the domain of a realm, and the
token by which a service says what is wrong with a ticket, a KRB-ERROR (RFC 4120, 5.9.1) in the form
of GSSAPI (RFC 4121, 4.1)."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

#: 1.2.840.113554.1.2.2, the mechanism of Kerberos, and the number of this token.
_MECHANISM = bytes.fromhex("06092a864886f712010202")
_TOKEN = b"\x03\x00"
_VERSION, _KRB_ERROR = 5, 30
#: The type of a name that is that of a service on a host (RFC 4120, 6.2).
_SERVICE = 3
#: Tags of ASN.1 (X.690, 8.1.2).
_INTEGER, _GENERAL_STRING, _TIME, _SEQUENCE = 0x02, 0x1B, 0x18, 0x30


def full_name(name: str, realm: str) -> str:
    """The name of a host in the domain of a realm."""
    return f"{name}.{realm.lower()}"


def is_ticket(authorization: str | None) -> bool:
    """Whether an Authorization header brings a ticket, bare or in SPNEGO."""
    scheme, _unused, token = (authorization or "").partition(" ")
    if scheme.lower() not in {"negotiate", "kerberos"}:
        return False
    try:
        return b"NTLMSSP\0" not in base64.b64decode(token, validate=True)
    except binascii.Error:
        return False


def error_token(code: int, service: str, realm: str) -> bytes:
    """The token for an error: one of RFC 4120, 7.5.9, such as 37 for clocks that differ. `service`
    is such as ``HTTP/win-1.corp.test``."""
    now = datetime.now(UTC)
    name = _tlv(_SEQUENCE, *(_string(part) for part in service.split("/")))
    fields = {
        0: _integer(_VERSION),
        1: _integer(_KRB_ERROR),
        4: _tlv(_TIME, f"{now:%Y%m%d%H%M%SZ}".encode()),
        5: _integer(now.microsecond),
        6: _integer(code),
        9: _string(realm),
        10: _tlv(_SEQUENCE, _field(0, _integer(_SERVICE)), _field(1, name)),
    }
    inner = _tlv(_SEQUENCE, *(_field(number, value) for number, value in fields.items()))
    error = _tlv(0x60 | _KRB_ERROR, inner)
    return _tlv(0x60, _MECHANISM, _TOKEN, error)


def _field(number: int, value: bytes) -> bytes:
    return _tlv(0xA0 | number, value)


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _string(text: str) -> bytes:
    return _tlv(_GENERAL_STRING, text.encode())


def _tlv(tag: int, *content: bytes) -> bytes:
    """Tag, length and value (X.690, 8.1.3)."""
    value = b"".join(content)
    if len(value) < 0x80:
        return bytes((tag, len(value))) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value
