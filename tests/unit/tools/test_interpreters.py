# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpreters are found wherever they usually are, and only if they really work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import interpreters

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user with an empty home and an empty search path."""
    for name in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))


def install(program: Path) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    program.chmod(0o755)


def install_broken(program: Path) -> None:
    """What a version manager's launcher does for a version that is not active."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\nexit 127\n", "utf-8")
    program.chmod(0o755)


def test_in_the_search_path(tmp_path: Path) -> None:
    install(tmp_path / "path" / f"python{OWN}")
    assert interpreters.find(OWN) == Path(getattr(sys, "_base_executable", sys.executable))


def test_under_its_plain_name(tmp_path: Path) -> None:
    install(tmp_path / "path" / "python3")
    assert interpreters.find(OWN) is not None


@pytest.mark.parametrize(
    "folder",
    [f".pyenv/versions/{OWN}.99", f".local/share/uv/python/cpython-{OWN}.99-linux-x86_64-gnu"],
)
def test_of_a_version_manager(tmp_path: Path, folder: str) -> None:
    install(tmp_path / "home" / folder / "bin" / f"python{OWN}")
    assert interpreters.find(OWN) is not None


def test_a_launcher_that_does_not_work_hides_no_interpreter_that_does(tmp_path: Path) -> None:
    install_broken(tmp_path / "path" / f"python{OWN}")
    install(tmp_path / "home" / ".pyenv" / "versions" / OWN / "bin" / f"python{OWN}")
    assert interpreters.find(OWN) is not None


def test_another_version_under_the_name_does_not_count(tmp_path: Path) -> None:
    install(tmp_path / "path" / "python2.6")
    assert interpreters.find("2.6") is None


def test_none(tmp_path: Path) -> None:
    assert interpreters.find("2.6") is None
