# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate: made once, kept, renewed when it no longer fits."""

from __future__ import annotations

import stat
from pathlib import Path

from cryptography import x509

from winsim.tls import certificate_file, server_context


def test_it_names_every_host_and_address(tmp_path: Path) -> None:
    file = certificate_file(tmp_path, ["win-1", "win-2"], ["127.77.0.1", "127.77.0.2"])
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["win-1", "win-2"]
    addresses = [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
    assert addresses == ["127.77.0.1", "127.77.0.2"]
    assert certificate.issuer == certificate.subject


def test_it_is_used_again_as_long_as_it_fits(tmp_path: Path) -> None:
    names, addresses = ["win-1", "win-2"], ["127.77.0.1", "127.77.0.2"]
    first = certificate_file(tmp_path, names, addresses).read_bytes()
    assert certificate_file(tmp_path, names[:1], addresses[:1]).read_bytes() == first
    assert certificate_file(tmp_path, [*names, "win-3"], addresses).read_bytes() != first
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "winsim.pem").write_text("nothing")
    server_context(tmp_path, ["win-1"], ["127.77.0.1"])
    assert "PRIVATE KEY" in (tmp_path / "winsim.pem").read_text()


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    file = certificate_file(tmp_path / "new", ["win-1"], ["127.77.0.1"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
