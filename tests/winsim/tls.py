# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate of the HTTPS listeners: self-signed, as a Windows host makes its own."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID = timedelta(days=365)
_RENEW_BEFORE = timedelta(days=7)


def server_context(folder: Path, names: Sequence[str], addresses: Sequence[str]) -> ssl.SSLContext:
    """A TLS context with a certificate for these host names and IP addresses. The certificate
    is kept in `folder` and used again as long as it is valid for all of them."""
    file = certificate_file(folder, names, addresses)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def certificate_file(folder: Path, names: Sequence[str], addresses: Sequence[str]) -> Path:
    """The PEM file with certificate and key; made when there is none that fits."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "winsim.pem"
    if not _fits(file, names, addresses):
        content = _make(names, addresses)
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        temporary.replace(file)
    return file


def _fits(file: Path, names: Sequence[str], addresses: Sequence[str]) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        alternatives = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    known = set(alternatives.get_values_for_type(x509.DNSName))
    known |= {str(ip) for ip in alternatives.get_values_for_type(x509.IPAddress)}
    fresh = certificate.not_valid_after_utc - datetime.now(UTC) > _RENEW_BEFORE
    return fresh and known >= {*names, *addresses}


@cache
def _key() -> rsa.RSAPrivateKey:
    """One for all certificates of this process: it takes a tenth of a second to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _make(names: Sequence[str], addresses: Sequence[str]) -> bytes:
    key = _key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    alternatives: list[x509.GeneralName] = [x509.DNSName(text) for text in names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(text)) for text in addresses]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
