# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection as users get it, and see that what is in it is the product."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

from .environments import Environment
from .layout import CACHE, NAME, NAMESPACE, ROOT, source_files

# Every file of the repository is product unless it is hidden, or one of these or under it.
_NOT_PRODUCT = [
    Path(name)
    for name in ("Makefile", "ansible.cfg", "extensions/molecule", "pyproject.toml", "tests")
]
# Replaced in the archive by MANIFEST.json, which holds the same.
_METADATA = {"galaxy.yml"}
_GENERATED = {"MANIFEST.json", "FILES.json"}


class ContentError(Exception):
    """The archive holds what it should not, or lacks what it should hold."""


def build(environment: Environment) -> Path:
    """Build the archive with ``ansible-galaxy`` from the files of the repository alone.

    :returns: the path of the archive
    :raises subprocess.CalledProcessError: if it cannot be built
    """
    folder = CACHE / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.tar.gz"):
        old.unlink()
    subprocess.run(
        [
            *(environment.program("ansible-galaxy"), "collection", "build", str(ROOT)),
            *("--output-path", str(folder), "--force"),
        ],
        cwd=folder,  # away from the checkout's ansible.cfg
        check=True,
        env=environment.variables(),
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    return archive


def check(archive: Path) -> int:
    """Compare an archive with the repository.

    :returns: how many files of the repository are in it
    :raises ContentError: if a file of the product is missing, or anything else is there
    """
    with tarfile.open(archive) as content:
        there = {member.name for member in content.getmembers() if not member.isdir()}
    wanted = {str(path) for path in source_files() if _is_product(path)} - _METADATA
    extra = sorted(there - wanted - _GENERATED)
    missing = sorted((wanted | _GENERATED) - there)
    problems = [f"in the archive, but not product: {name}" for name in extra]
    problems += [f"product, but not in the archive: {name}" for name in missing]
    if problems:
        raise ContentError("\n".join(problems))
    return len(wanted)


def _is_product(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and not any(path.is_relative_to(other) for other in _NOT_PRODUCT)
