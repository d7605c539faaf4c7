# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the Python interpreters that this machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

# A usable interpreter can make virtual environments. Distributions package ensurepip separately,
# and a version manager's launcher may stand in PATH for a version that is not active: only
# running it tells.
_PROBE = (
    "import sys, venv, ensurepip; "
    "print('%d.%d' % sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"
)
_PROBE_SECONDS = 30


def find(minor: str) -> Path | None:
    """Return an interpreter of the given version that can make virtual environments.

    :param minor: major and minor version, such as ``3.11``
    :returns: the path of its program, or ``None`` if this machine has no such interpreter
    """
    for candidate in _candidates(minor):
        answer = _probe(candidate)
        if answer is not None and answer[0] == minor:
            return answer[1]
    return None


def _candidates(minor: str) -> Iterator[Path]:
    """Yield the places to look in, the user's own choice (PATH) first."""
    name = f"python{minor}"
    for found in (shutil.which(name), shutil.which("python3")):
        if found is not None:
            yield Path(found)
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    folders = [
        (Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions", f"{minor}*"),
        (Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python"), f"*-{minor}.*"),
    ]
    for folder, pattern in folders:
        for version in sorted(folder.glob(pattern), reverse=True):
            yield version / "bin" / name
    yield Path("/usr/local/bin") / name
    yield Path("/usr/bin") / name


def _probe(program: Path) -> tuple[str, Path] | None:
    """Return version and path as the interpreter itself tells them, ``None`` if it is no good."""
    if not os.access(program, os.X_OK):
        return None
    try:
        done = subprocess.run(
            [str(program), "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.strip().split(" ", 1)
    return (words[0], Path(words[1])) if done.returncode == 0 and len(words) == 2 else None
