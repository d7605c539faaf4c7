# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: in ``.venv`` if that is ready, else in an environment with only what the demo needs,
which is there in a few seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from . import environments, pip_settings, remembered_code
from .environments import Environment
from .layout import ROOT
from .locks import only_one
from .packages import Packages, install_uv, with_uv_of

FOLDER = ROOT / ".venv-demo"
#: Ansible with its connection winrm, and what simulated PCs are made of; the versions are pinned.
PACKAGES = (
    *("ansible-core", "pywinrm", "PyYAML", "urllib3", "requests", "jinja2", "cryptography"),
    *("aiohttp", "pyspnego"),
)


def run() -> int:
    """Run the demo, and return its exit status.

    :raises environments.NoInterpreterError: if there is no usable Python
    :raises subprocess.CalledProcessError: if a package can't be installed
    """
    chosen = choose(next(environments.available()))
    if chosen.folder == FOLDER:
        prepare(chosen)
    paths = os.pathsep.join(str(ROOT / each) for each in (".dev", "tests"))
    variables = {**os.environ, "PYTHONPATH": paths, remembered_code.VARIABLE: "1"}
    # Ansible's modules are made once here; make itself asks for none to be left by the tools.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run([chosen.python, "-m", "demo"], env=variables, check=False).returncode


def choose(
    first: Environment, is_ready: Callable[[Environment], bool] = environments.is_ready
) -> Environment:
    """The environment of every command if it is as it should be, else that of the demo."""
    return (
        first if is_ready(first) else Environment(first.pair, first.interpreter, FOLDER, ("demo",))
    )


def prepare(environment: Environment) -> None:
    """Make the environment of the demo. Does nothing, in no time, if it is there.

    :raises subprocess.CalledProcessError: if a package can't be installed
    """
    with only_one(environment.folder.name):
        if environments.is_ready(environment):
            return
        began = time.monotonic()
        print(f"{environment.folder.name}: preparing for the demo ({environment.pair})", flush=True)
        shutil.rmtree(environment.folder, ignore_errors=True)
        pins = environment.pair.constraints
        _filler(environment).install(environment.folder, PACKAGES, pins)
        environments.remember_code(environment)
        environments.mark(environment)
        took = time.monotonic() - began
        print(f"{environment.folder.name}: ready after {took:.1f} s", flush=True)


def _filler(environment: Environment) -> Packages:
    """Make the environment with uv in it, and return what fills it. The interpreter's own pip, if it
    has one, installs uv: to put another one into the environment takes as long as all the rest."""
    interpreter, folder = str(environment.interpreter), environment.folder
    pins = environment.pair.constraints
    if not _succeeds(interpreter, "-c", "import pip"):
        Packages().make(environment.interpreter, folder)
        install_uv(folder, pins)
        return with_uv_of(folder)
    uv = folder / "bin" / "uv"
    with_pip = (interpreter, "-m", "pip", "--python", str(folder / "bin" / "python"), "install")
    if not (
        _succeeds(interpreter, "-m", "venv", "--without-pip", str(folder))
        and _succeeds(*with_pip, f"--constraint={pins}", "uv")
    ):
        shutil.rmtree(folder, ignore_errors=True)
        Packages().make(environment.interpreter, folder)
        return Packages()
    return Packages(uv, pip_settings.read(interpreter))


def _succeeds(*command: str) -> bool:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def pinned(constraints: Path) -> set[str]:
    """The names of the packages that a file of constraints pins, in small letters."""
    lines = constraints.read_text("utf-8").splitlines()
    return {line.partition("==")[0].strip().lower() for line in lines if "==" in line}
