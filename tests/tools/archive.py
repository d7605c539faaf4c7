# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection as users get it, and see that what is in it is the product."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .environments import Environment
from .layout import CACHE, NAME, NAMESPACE, ROOT, known_files, unknown_files

# Every file of the repository is product unless it is hidden, or one of these or under it.
_NOT_PRODUCT = [
    Path(name)
    for name in (
        *("Makefile", "ansible.cfg", "extensions/molecule", "findings", "pyproject.toml", "tests"),
    )
]
# Where product is, so that a log or a note that was added to git by mistake reaches nobody.
_PLACES = [
    Path(name)
    for name in (
        *("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "README.ja.md", "README.md"),
        *("SECURITY.md", "changelogs", "docs", "galaxy.yml", "meta", "playbooks", "plugins"),
        *("requirements.txt", "roles"),
    )
]
# Replaced in the archive by MANIFEST.json, which holds the same.
_METADATA = {"galaxy.yml"}
_GENERATED = {"MANIFEST.json", "FILES.json"}


class ContentError(Exception):
    """The archive holds what it should not, or lacks what it should hold."""


def build(environment: Environment) -> Path:
    """Build the archive with ``ansible-galaxy`` from the files of the repository alone: what nobody
    has added to git, such as notes that lie in the checkout, is left out, and said to be.

    The same commit gives the same bytes: see :func:`make_reproducible`.

    :returns: the path of the archive
    :raises subprocess.CalledProcessError: if it cannot be built
    """
    folder = CACHE / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.tar.gz"):
        old.unlink()
    with tempfile.TemporaryDirectory() as sources:
        left_out = stage(ROOT, Path(sources))
        subprocess.run(
            [
                *(environment.program("ansible-galaxy"), "collection", "build", sources),
                *("--output-path", str(folder), "--force"),
            ],
            cwd=folder,  # away from the checkout's ansible.cfg
            check=True,
            env=environment.variables(),
            stdout=subprocess.DEVNULL,
        )
    if left_out:
        print(f"left out, as git does not know them: {', '.join(map(str, left_out))}")
    (archive,) = folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    make_reproducible(archive, _time_of_commit())
    return archive


def stage(root: Path, folder: Path) -> list[Path]:
    """Copy the files of a checkout that git knows, as they are now, to a folder.

    :returns: those that would be product if they were added to git
    """
    for path in known_files(root):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, folder / path, follow_symlinks=False)
    return [path for path in unknown_files(root) if is_product(path)]


def make_reproducible(archive: Path, time: int) -> None:
    """Write a collection's archive anew, so that it depends on what is in the files alone.

    ``ansible-galaxy`` takes the time of the build and those of the files, and the order in which
    the file system lists them.

    :param time: the time that every file gets, in seconds since 1970
    """
    with tarfile.open(archive) as content:
        members = {each.name: (each, content.extractfile(each)) for each in content.getmembers()}
        read = {name: data.read() for name, (_member, data) in members.items() if data}
    files = json.loads(read["FILES.json"])
    files["files"].sort(key=lambda entry: entry["name"])
    read["FILES.json"] = json.dumps(files, indent=1).encode()
    manifest = json.loads(read["MANIFEST.json"])
    checksum = hashlib.sha256(read["FILES.json"]).hexdigest()
    manifest["file_manifest_file"]["chksum_sha256"] = checksum
    read["MANIFEST.json"] = json.dumps(manifest, indent=1).encode()

    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as content:
        # The metadata comes first, as ansible-galaxy has it: a reader finds it without the rest.
        for name in sorted(members, key=lambda name: (name not in _GENERATED, name)):
            member, _data = members[name]
            member.mtime = time
            member.pax_headers = {}  # a file's time, again, with its fraction of a second
            member.size = len(read.get(name, b""))
            content.addfile(member, io.BytesIO(read[name]) if name in read else None)
    archive.write_bytes(gzip.compress(plain.getvalue(), mtime=0))


def _time_of_commit() -> int:
    command = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def check(archive: Path) -> int:
    """Compare an archive with the repository.

    :returns: how many files of the repository are in it
    :raises ContentError: if a file of the product is missing, anything else is there, or a file of
        the repository lies where no product belongs
    """
    with tarfile.open(archive) as content:
        there = {member.name for member in content.getmembers() if not member.isdir()}
    product = [path for path in known_files() if is_product(path)]
    wanted = {str(path) for path in product} - _METADATA
    extra = sorted(there - wanted - _GENERATED)
    missing = sorted((wanted | _GENERATED) - there)
    problems = [f"in the archive, but not product: {name}" for name in extra]
    problems += [f"product, but not in the archive: {name}" for name in missing]
    problems += [f"in the repository, where no product belongs: {path}" for path in strays(product)]
    if problems:
        raise ContentError("\n".join(problems))
    return len(wanted)


def strays(product: Iterable[Path]) -> list[Path]:
    """Return the files, named relative to the repository's root, that lie where no product does."""
    return [path for path in product if not any(path.is_relative_to(place) for place in _PLACES)]


def is_product(path: Path) -> bool:
    """Tell whether users get a file of the repository, named relative to its root."""
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and not any(path.is_relative_to(other) for other in _NOT_PRODUCT)
