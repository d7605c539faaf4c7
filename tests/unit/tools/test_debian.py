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


LOCKED = (
    "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)",
    "E: Unable to lock directory /var/lib/apt/lists/",
    "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process",
)


@pytest.mark.parametrize("locked", LOCKED)
def test_it_waits_for_another_apt_get(locked: str) -> None:
    answers = iter([(100, f"Reading…\n{locked}\n"), (100, locked), (0, "done")])
    waited: list[None] = []
    found = debian.patiently(
        ["apt-get"], lambda command: next(answers), lambda: waited.append(None)
    )
    assert found == (0, "done")
    assert len(waited) == 2


def test_it_does_not_wait_for_what_does_not_pass() -> None:
    answers = iter([(100, "E: Unable to locate package chromium")])
    found = debian.patiently(["apt-get"], lambda command: next(answers), lambda: None)
    assert found == (100, "E: Unable to locate package chromium")


def test_it_waits_no_longer_than_that() -> None:
    waited: list[None] = []
    status, output = debian.patiently(
        ["apt-get"], lambda command: (100, LOCKED[0]), lambda: waited.append(None)
    )
    assert (status, output) == (100, LOCKED[0])
    assert 10 < len(waited) < 1_000


def test_nothing_is_run_where_all_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to be root for what is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    here = tmp_path / "chromium"
    here.touch()
    debian.install({here: "chromium"}, "Tests")
