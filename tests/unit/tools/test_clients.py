# SPDX-License-Identifier: GPL-3.0-or-later
"""How the clients that others wrote are installed: by name and exact version, or loudly not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools import clients
from tools.environments import PAIRS, Environment
from tools.jobs import FailedError
from tools.packages import Packages

ENVIRONMENT = Environment(PAIRS[0], Path("/usr/bin/python3.11"), Path("/checkout/.venv"))


def commands(failing: str) -> list[str]:
    """What is run until a command fails that has this in its line, which the error then tells."""
    ran: list[str] = []

    def run(command: Sequence[str], _settings: Mapping[str, str]) -> int:
        ran.append(" ".join(command))
        return 7 if failing in ran[-1] else 0

    with pytest.raises(FailedError) as error:
        clients.install(ENVIRONMENT, Packages(run=run), run)
    assert str(error.value).endswith(f": this ended with status 7: {ran[-1]}")
    return ran


def test_what_can_not_be_installed_is_named_with_the_command() -> None:
    *before, npm = commands("npm ci")
    assert npm.endswith(f"npm ci --ignore-scripts --prefix {clients.FOLDER}/npm")
    venv, build, packages = before
    assert venv == f"/usr/bin/python3.11 -m venv {clients.FOLDER}/python"
    assert build.endswith(" pbr")
    assert packages.endswith(f" --requirement {clients.SOURCE}/requirements.txt")
    pins = f"--constraint={ENVIRONMENT.pair.constraints} --constraint={clients.SOURCE}/requirements"
    assert pins in build
    assert pins in packages


def test_nothing_is_run_after_a_command_that_failed() -> None:
    assert len(commands("-m venv")) == 1


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
