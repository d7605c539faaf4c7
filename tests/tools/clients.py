# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of WS-Management that others wrote: from PyPI, from npm and from Debian, by name."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import debian
from .environments import FIRST, Environment, build_requirements
from .jobs import FailedError, quietly
from .layout import CACHE, ROOT
from .locks import only_one
from .packages import Packages, Run, with_uv_of

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
_RECIPE = 2  # raise it to have all made anew


def program(name: str) -> str:
    """Return the path of a program that is installed here: python, node."""
    return str(FOLDER / "python" / "bin" / name)


def install(environment: Environment, packages: Packages, run: Run = quietly) -> None:
    """Install what is of PyPI and npm.

    :param environment: whose interpreter and versions the clients of PyPI get
    :param packages: what installs them
    :param run: runs a command with these variables besides those that are there; returns its status
    :raises FailedError: if something can't be installed; it tells the command that failed
    """
    python = FOLDER / "python"
    requirements = SOURCE / "requirements.txt"
    pins = (environment.pair.constraints, requirements)
    with _failing_as("Python"):
        packages.make(environment.interpreter, python)
    # python-wsmanclient comes as source, and is built with these.
    with _failing_as("what builds a client of PyPI"):
        packages.install(python, [*build_requirements(), "pbr"], *pins)
    with _failing_as("clients of PyPI, Node.js"):
        wanted = ["--no-build-isolation", "--requirement", str(requirements)]
        packages.install(python, wanted, *pins)
    settings = {
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        # npm and its like start node by that name.
        "PATH": f"{python / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [program("npm"), "ci", "--ignore-scripts", "--prefix", str(FOLDER / "npm")]
    with _failing_as("clients of npm"):
        status = run(command, settings)
        if status:
            raise subprocess.CalledProcessError(status, command)


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as error:
        line = subprocess.list2cmdline(error.cmd)
        told = f"{what}: this ended with status {error.returncode}: {line}"
        raise FailedError(told) from error


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
    install(environment, with_uv_of(FIRST))
    stamp.write_text(wanted, "utf-8")
    print(f"{where}: ready after {time.monotonic() - began:.1f} s", flush=True)


def _fingerprint(environment: Environment) -> str:
    """Return all that decides what is installed, as text for the stamp file."""
    files = [*(SOURCE / name for name in _PINS), environment.pair.constraints]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    known = {"recipe": _RECIPE, "root": str(ROOT), "interpreter": str(environment.interpreter)}
    return json.dumps({**known, "packages": digest}, indent=2) + "\n"
