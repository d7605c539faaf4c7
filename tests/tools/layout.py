# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are in a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"  # all that the tools leave behind, beside the virtual environments
CONSTRAINTS = ROOT / "tests" / "constraints"
NAMESPACE, NAME = "portkeeper", "windows"
COLLECTION = Path("ansible_collections") / NAMESPACE / NAME


def source_files() -> list[Path]:
    """Return the files that belong to the repository, relative to its root.

    Files not committed yet count, ignored ones and the ``.dev`` link tree do not.

    :raises subprocess.CalledProcessError: if this is not a git checkout
    """
    return _listed(ROOT, "--cached", "--others", "--exclude-standard")


def known_files(root: Path = ROOT) -> list[Path]:
    """The same of any checkout, without those that nobody has added to git."""
    return _listed(root, "--cached")


def unknown_files(root: Path = ROOT) -> list[Path]:
    """Those that nobody has added to git, and that it does not ignore."""
    return _listed(root, "--others", "--exclude-standard")


def _listed(root: Path, *which: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", *which], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    paths = [Path(name) for name in sorted(set(listing.split("\0"))) if name]
    return [path for path in paths if path.parts[0] != ".dev" and (root / path).is_file()]
