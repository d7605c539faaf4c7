# SPDX-License-Identifier: GPL-3.0-or-later
"""Make virtual environments and put packages into them: by uv, in a tenth of pip's time, and by pip
where there is no uv or it can't.

uv comes by name from the package index, as any other package, into ``.venv``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import pip_settings
from .jobs import quietly

Run = Callable[[Sequence[str], Mapping[str, str]], int]
_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


class Packages:
    """What makes and fills environments. What it runs is shown only if it fails.

    :param uv: where uv is; None if pip does the work
    :param settings: what the user has set for pip
    :param run: runs a command with these variables besides those that are there, and returns its
        exit status
    """

    def __init__(
        self,
        uv: Path | None = None,
        settings: Mapping[str, str] | None = None,
        run: Run = quietly,
    ) -> None:
        self._run = run
        self._uv: tuple[list[str], Mapping[str, str]] | None = None
        same = pip_settings.for_uv(settings or {})
        if uv is not None and same is not None:
            options, variables = same
            self._uv = [str(uv), "pip", "install", *options], variables

    def make(self, interpreter: Path, folder: Path) -> None:
        """Make an environment, with pip in it.

        :raises subprocess.CalledProcessError: if it can't be made
        """
        made = [str(interpreter), "-m", "venv"]
        if self._uv is None:
            self._checked([*made, str(folder)])
        else:  # venv takes seconds to put its pip there
            self._checked([*made, "--without-pip", str(folder)])
            self.install(folder, ["pip"])

    def install(
        self,
        folder: Path,
        arguments: Sequence[str],
        *constraints: Path,
        compiled: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Install packages in an environment.

        :param arguments: packages, and options that pip and uv have in common
        :param constraints: the files that say which versions are allowed
        :param compiled: whether bytecode is made at once, not by who imports first; pip always
            makes it
        :param more: variables for what is built from source
        :raises subprocess.CalledProcessError: if they can't be installed
        """
        python = str(folder / "bin" / "python")
        rest = [*(f"--constraint={path}" for path in constraints), *arguments]
        if self._uv is not None:
            command, variables = self._uv
            command = [*command, "--python", python, *(["--compile-bytecode"] if compiled else [])]
            if self._run([*command, *rest], {**variables, **(more or {})}) == 0:
                return
            print("uv can't install this, so pip tries", flush=True)
            self._checked([python, "-m", "ensurepip"])
        self._checked([python, "-m", "pip", "install", *rest], more)

    def _checked(self, command: list[str], more: Mapping[str, str] | None = None) -> None:
        status = self._run(command, {**_QUIET, **(more or {})})
        if status:
            raise subprocess.CalledProcessError(status, command)


def install_uv(folder: Path, constraints: Path) -> None:
    """Install uv in an environment that has pip, if the package index has it for this machine."""
    python = str(folder / "bin" / "python")
    if quietly([python, "-m", "pip", "install", f"--constraint={constraints}", "uv"], _QUIET):
        print("uv can't be installed, so pip installs the packages", flush=True)


def with_uv_of(folder: Path) -> Packages:
    """Return what makes and fills environments by the uv of one of them, or by pip if that has no
    uv."""
    uv = folder / "bin" / "uv"
    if not uv.exists():
        return Packages()
    return Packages(uv, pip_settings.read(str(folder / "bin" / "python")))
