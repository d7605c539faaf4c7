# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of WS-Management that others wrote: from PyPI, from npm and from Debian, by name."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import debian
from .environments import Environment, build_requirements
from .jobs import FailedError, quietly
from .layout import CACHE, ROOT
from .locks import only_one

SOURCE = ROOT / "tests" / "clients"
FOLDER = CACHE / "clients"
#: Where the packages of npm are, for Node.js.
MODULES = FOLDER / "npm" / "node_modules"
# What is needed of Debian, by a file of the package that holds it.
NEEDED = {
    Path("/usr/bin/wsl"): "wsl",
    # wsl calls these two, and its package does not ask for them.
    Path("/usr/bin/curl"): "curl",
    Path("/usr/bin/uuidgen"): "uuid-runtime",
    Path("/usr/bin/winrmcp"): "winrmcp",
}
_PINS = ("requirements.txt", "package.json", "package-lock.json")
_RECIPE = 1  # raise it to have all made anew


def program(name: str) -> str:
    """Return the path of a program that is installed here: python, node."""
    return str(FOLDER / "python" / "bin" / name)


def install_commands(environment: Environment) -> list[tuple[list[str], str]]:
    """Return the commands that install what is of PyPI and npm, each with what it installs."""
    requirements = str(SOURCE / "requirements.txt")
    pins = [f"--constraint={environment.pair.constraints}", f"--constraint={requirements}"]
    pip = [program("python"), "-m", "pip", "install", *pins]
    return [
        ([environment.interpreter.as_posix(), "-m", "venv", str(FOLDER / "python")], "Python"),
        # python-wsmanclient comes as source, and is built with these.
        ([*pip, *build_requirements(), "pbr"], "what builds a client of PyPI"),
        ([*pip, "--no-build-isolation", "--requirement", requirements], "clients of PyPI, Node.js"),
        (
            [program("npm"), "ci", "--ignore-scripts", "--prefix", str(FOLDER / "npm")],
            "clients of npm",
        ),
    ]


def prepare(environment: Environment) -> None:
    """Install what is missing. Does nothing, in no time, if all is here.

    :param environment: whose interpreter and versions the clients of PyPI get
    :raises FailedError: if something can't be installed; it tells the command that failed
    """
    debian.install(NEEDED, "The tests of clients that others wrote")
    with only_one("clients"):
        _prepare(environment)


def _prepare(environment: Environment) -> None:
    stamp = FOLDER / ".stamp"
    wanted = _fingerprint(environment)
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    began = time.monotonic()
    where = FOLDER.relative_to(ROOT)
    print(f"{where}: installing clients of PyPI and npm, and Node.js", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "npm").mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, FOLDER / "npm" / name)
    run_all(install_commands(environment))
    stamp.write_text(wanted, "utf-8")
    print(f"{where}: ready after {time.monotonic() - began:.1f} s", flush=True)


def run_all(
    commands: Sequence[tuple[list[str], str]],
    run: Callable[[Sequence[str], dict[str, str]], int] = quietly,
) -> None:
    """Run commands that install something.

    :param run: runs one with these variables besides those that are there; returns its status
    :raises FailedError: if one fails; it tells the command
    """
    settings = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        # npm and its like start node by that name.
        "PATH": f"{FOLDER / 'python' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    for command, what in commands:
        status = run(command, settings)
        if status:
            line = subprocess.list2cmdline(command)
            raise FailedError(f"{what}: this ended with status {status}: {line}")


def _fingerprint(environment: Environment) -> str:
    """Return all that decides what is installed, as text for the stamp file."""
    files = [*(SOURCE / name for name in _PINS), environment.pair.constraints]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    known = {"recipe": _RECIPE, "root": str(ROOT), "interpreter": str(environment.interpreter)}
    return json.dumps({**known, "packages": digest}, indent=2) + "\n"
