# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that start and stop the hosts of Molecule's scenarios hold in bad times too."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.runs import CHECKOUT, run

pytestmark = pytest.mark.integration

SCENARIO = CHECKOUT / "extensions" / "molecule" / "default"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder in which Molecule keeps the state of a run."""
    yield tmp_path
    if (tmp_path / "winsim.pid").exists():
        play("destroy", tmp_path)


def play(name: str, folder: Path) -> None:
    code, text = run(
        *("ansible-playbook", str(SCENARIO / f"{name}.yml")),
        *("--inventory", str(folder / "hosts")),
        environment={"MOLECULE_EPHEMERAL_DIRECTORY": str(folder)},
    )
    assert code == 0, text


def check_that_hosts_answer(folder: Path) -> None:
    hosts = str(folder / "hosts")
    code, text = run("ansible", "-i", hosts, "windows", "-m", "port_facts", "-a", "ports=80")
    assert code == 0, text
    assert "httpd.exe" in text, text
    assert "w3wp.exe" in text, text


def kill(folder: Path) -> None:
    os.kill(int((folder / "winsim.pid").read_text("ascii")), signal.SIGKILL)


def test_destroyed_without_having_been_created(tmp_path: Path) -> None:
    play("destroy", tmp_path)


def test_created_again_while_winsim_runs_and_after_it_has_died(folder: Path) -> None:
    play("create", folder)
    first = (folder / "winsim.pid").read_text("ascii")
    play("create", folder)
    assert (folder / "winsim.pid").read_text("ascii") != first
    check_that_hosts_answer(folder)
    kill(folder)
    play("create", folder)
    check_that_hosts_answer(folder)
    kill(folder)
    play("destroy", folder)
    assert not (folder / "winsim.pid").exists()
    assert not (folder / "hosts" / "windows.yml").exists()
