# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Debian packages are installed for tests, and what is said where they can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import debian
from tools.jobs import FailedError


def nowhere(_program: str) -> str | None:
    return None


def everywhere(program: str) -> str | None:
    return f"/usr/bin/{program}"


NEEDED = {Path("/usr/bin/chromium"): "chromium", Path("/usr/share/font.ttc"): "fonts-noto-cjk"}


def test_only_what_is_not_there_is_missing() -> None:
    assert debian.missing(NEEDED, lambda path: True) == []
    assert debian.missing(NEEDED, lambda path: path == Path("/usr/bin/chromium")) == [
        "fonts-noto-cjk"
    ]


def test_root_installs_without_further_ado() -> None:
    update, install = debian.install_commands(["chromium"], "Tests", True, everywhere)
    assert update[0] == install[0] == "apt-get"
    assert install[-2:] == ["--no-install-recommends", "chromium"]


def test_others_install_by_sudo_which_never_asks() -> None:
    for command in debian.install_commands(["chromium"], "Tests", False, everywhere):
        assert command[:3] == ["sudo", "-n", "apt-get"]


def test_without_apt_get_it_says_what_to_install() -> None:
    with pytest.raises(FailedError, match="Install chromium and fonts-noto-cjk"):
        debian.install_commands(["chromium", "fonts-noto-cjk"], "Tests", True, nowhere)


def test_without_root_and_sudo_it_says_so() -> None:
    with pytest.raises(FailedError, match=r"only root adds them\. Install chromium"):
        debian.install_commands(["chromium"], "Tests", False, {"apt-get": "/usr/bin/apt-get"}.get)
