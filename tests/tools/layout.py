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
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [Path(name) for name in sorted(set(listing.split("\0"))) if name]
    return [path for path in paths if path.parts[0] != ".dev" and (ROOT / path).is_file()]
