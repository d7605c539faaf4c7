# SPDX-License-Identifier: GPL-3.0-or-later
"""Contexts of TLS that connections share, and those that they do not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection, HTTPSConnection

from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange import tls_contexts
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.guard import Guard
from unit.hostile_server import hostile_server
from winsim.tls import certificate_file

pytestmark = pytest.mark.usefixtures("trusted")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    tls_contexts._kept.clear()
    yield
    tls_contexts._kept.clear()


def context_of(**settings: Any) -> Any:
    """That of a connection with such settings, None if urllib3 is to make one."""
    connection = HTTPSConnection("192.0.2.1", 5986, **settings)
    tls_contexts.share(connection)
    if connection.ssl_context is not None:
        assert (connection.ca_certs, connection.ca_cert_dir, connection.ca_cert_data) == (None,) * 3
    return connection.ssl_context


def test_equal_settings_share_one(certificate: Path) -> None:
    strict = {"cert_reqs": "CERT_REQUIRED", "ca_certs": str(certificate)}
    assert context_of(**strict) is context_of(**strict)
    loose = context_of(cert_reqs="CERT_NONE")
    assert loose is context_of(cert_reqs="CERT_NONE")
    assert loose is not context_of(**strict)
    assert len(tls_contexts._kept) == 2


def test_each_verifies_as_it_was_set(certificate: Path) -> None:
    strict = context_of(cert_reqs="CERT_REQUIRED", ca_certs=str(certificate))
    assert (strict.verify_mode.name, strict.check_hostname) == ("CERT_REQUIRED", True)
    assert len(strict.get_ca_certs()) == 1
    loose = context_of(cert_reqs="CERT_NONE")
    assert (loose.verify_mode.name, loose.check_hostname) == ("CERT_NONE", False)


def test_a_changed_file_is_read_again(tmp_path: Path, certificate: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_bytes(certificate.read_bytes())
    before = context_of(cert_reqs="CERT_REQUIRED", ca_certs=str(authority))
    authority.write_bytes(certificate.read_bytes() + b"\n")
    assert context_of(cert_reqs="CERT_REQUIRED", ca_certs=str(authority)) is not before


def test_the_key_of_a_client_and_what_is_wrong_are_left_to_urllib3(certificate: Path) -> None:
    assert context_of(cert_file=str(certificate), key_file=str(certificate)) is None
    assert context_of(cert_reqs="CERT_REQUIRED", ca_certs="/not/there.pem") is None
    assert context_of(cert_reqs="CERT_REQUIRED", ca_certs=os.devnull) is None
    plain = HTTPConnection("192.0.2.1", 5985)
    tls_contexts.share(plain)
    assert not hasattr(plain, "ssl_context")


def test_hosts_use_it_side_by_side_and_each_is_verified(tmp_path: Path, certificate: Path) -> None:
    stranger = certificate_file(tmp_path, ["localhost"], ["127.0.0.1"])
    with hostile_server(certificate) as known, hostile_server(stranger) as unknown:

        def one(number: int) -> str:
            server, verify = (known, unknown)[number % 2], number % 4 < 2
            with requests.Session() as session:
                session.trust_env = False
                session.verify = str(certificate) if verify else False
                Guard(1000, 60).over(session)
                try:
                    return session.post(server.url("small"), timeout=30).text
                except requests.exceptions.SSLError:
                    return "not verified"

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(one, range(40)))
    assert told == ["hello", "not verified", "hello", "hello"] * 10
    assert len(tls_contexts._kept) == 2
