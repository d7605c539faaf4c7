# SPDX-License-Identifier: GPL-3.0-or-later
"""How the clients that others wrote are installed: by name and exact version, or loudly not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import clients
from tools.environments import PAIRS, Environment
from tools.jobs import FailedError

ENVIRONMENT = Environment(PAIRS[0], Path("/usr/bin/python3.11"), Path("/checkout/.venv"))


def test_what_can_not_be_installed_is_named_with_the_command() -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str], _settings: dict[str, str]) -> int:
        ran.append(command)
        return 7 if "npm" in command[0] else 0

    commands = clients.install_commands(ENVIRONMENT)
    with pytest.raises(FailedError, match=r"npm: this ended with status 7: .*npm ci --ignore"):
        clients.run_all(commands, run)
    assert ran == [command for command, _what in commands]


def test_nothing_is_run_after_a_command_that_failed() -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str], _settings: dict[str, str]) -> int:
        ran.append(command)
        return 1

    with pytest.raises(FailedError, match=r"status 1: /usr/bin/python3\.11 -m venv"):
        clients.run_all(clients.install_commands(ENVIRONMENT), run)
    assert len(ran) == 1


def test_packages_of_pypi_have_exact_versions() -> None:
    lines = (clients.SOURCE / "requirements.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    assert names
    assert all(line.count("==") == 1 for line in names)


def test_packages_of_npm_have_exact_versions_and_no_address() -> None:
    wanted = json.loads((clients.SOURCE / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((clients.SOURCE / "package-lock.json").read_text("utf-8"))["packages"]
    assert locked[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    packages = [package for path, package in locked.items() if path]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)
