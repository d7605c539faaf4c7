# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests with servers of HTTPS share, and those of what Ansible is configured to do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible.config.manager import ConfigManager

from winsim.tls import certificate_file


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key, which take longer to make than a test with them."""
    return certificate_file(tmp_path_factory.mktemp("tls"), ["localhost"], ["127.0.0.1"])


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL reads all certificates of this machine for each connection, which takes longer than
    the rest of a test: let it have this one alone."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSL_CERT_DIR", str(certificate.parent))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ConfigManager]:
    """What Ansible reads from an ansible.cfg. That takes longer than a test, so that those with
    the same text share it."""

    @functools.cache
    def read(text: str) -> ConfigManager:
        path = tmp_path_factory.mktemp("settings") / "ansible.cfg"
        path.write_text(text, "utf-8")
        return ConfigManager(str(path))

    return read
