# SPDX-License-Identifier: GPL-3.0-or-later
"""galaxy-importer: what Galaxy does with an archive before it takes it. It needs no network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .environments import FIRST, Environment
from .jobs import FailedError
from .layout import CACHE, CONSTRAINTS
from .locks import only_one
from .packages import with_uv_of

PINS = CONSTRAINTS / "galaxy-importer.txt"
FOLDER = CACHE / "importer"
_OBJECTION = re.compile(r"^(?:WARNING|ERROR|FATAL|CRITICAL)\b.*", re.MULTILINE)


def prepare(environment: Environment) -> None:
    """Install it. Does nothing, in no time, if it is here.

    :param environment: whose interpreter it gets
    :raises subprocess.CalledProcessError: if it can't be installed
    """
    stamp = FOLDER / ".stamp"
    wanted = f"{environment.interpreter}\n{PINS.read_text('utf-8')}"
    with only_one("importer"):
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        shutil.rmtree(FOLDER, ignore_errors=True)
        packages = with_uv_of(FIRST)
        packages.make(environment.interpreter, FOLDER)
        packages.install(FOLDER, ["--requirement", str(PINS)])
        stamp.write_text(wanted, "utf-8")


def check(archive: Path, environment: Environment) -> None:
    """Have it look at an archive.

    :param archive: the collection's archive
    :param environment: whose variables it runs with
    :raises FailedError: if it refuses the archive, or warns of anything; with what it says
    """
    programs = FOLDER / "bin"
    with tempfile.TemporaryDirectory(prefix="importer-") as folder:
        done = subprocess.run(
            [str(programs / "python"), "-m", "galaxy_importer.main", str(archive)],
            cwd=folder,
            env={
                **environment.variables(),
                "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
                "VIRTUAL_ENV": str(FOLDER),
                "GALAXY_IMPORTER_TMP_ROOT_DIR": folder,
                "GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP": folder,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    found = objections(done.stdout)
    if done.returncode or found:
        told = "\n".join(found) or done.stdout
        raise FailedError(f"galaxy-importer ended with status {done.returncode}:\n{told}")


def objections(output: str) -> list[str]:
    """Return the lines of its output that say that something is wrong, or may be."""
    return _OBJECTION.findall(output)
