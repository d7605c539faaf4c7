# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages that tests need. Everything of Debian's is installed here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .jobs import FailedError, quietly
from .locks import only_one

#: The Debian package of each file that is needed.
Needed = Mapping[Path, str]


def missing(needed: Needed, exists: Callable[[Path], bool] = Path.exists) -> list[str]:
    """Return the Debian packages that are not here yet."""
    return [package for path, package in needed.items() if not exists(path)]


def install_commands(
    packages: Sequence[str],
    what_for: str,
    is_root: bool,
    find: Callable[[str], str | None] = shutil.which,
) -> list[list[str]]:
    """Return the commands that install Debian packages.

    :param what_for: what needs them, such as "The browser tests"
    :param find: tells where a program is
    :raises FailedError: if this machine has no apt-get, or nobody may run it without a password
    """
    by_hand = f"Install {' and '.join(packages)} (Debian's names), then run this again."
    if find("apt-get") is None:
        raise FailedError(
            f"{what_for} need {' and '.join(packages)}, and this is no Debian. {by_hand}"
        )
    if not is_root and find("sudo") is None:
        raise FailedError(f"{what_for} need more packages, and only root adds them. {by_hand}")
    # -n: never wait for a password that nobody types.
    first = [] if is_root else ["sudo", "-n"]
    quiet = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    return [
        [*first, *quiet, "update"],
        [*first, *quiet, "install", "--yes", "--no-install-recommends", *packages],
    ]


def install(needed: Needed, what_for: str) -> None:
    """Install what is missing. Does nothing, in no time, if all is here.

    :param what_for: what needs it, such as "The browser tests"
    :raises FailedError: if it can't be installed
    """
    # apt-get waits for another one that installs, but not for one that reads the lists.
    with only_one("debian"):
        _install(needed, what_for)


def _install(needed: Needed, what_for: str) -> None:
    packages = missing(needed)
    if not packages:
        return
    print(f"installing {', '.join(packages)}", flush=True)
    for command in install_commands(packages, what_for, os.geteuid() == 0):
        status = quietly(command, {"DEBIAN_FRONTEND": "noninteractive"})
        if status:
            by_hand = f"Install {' and '.join(packages)} by hand, then run this again."
            raise FailedError(f"{' '.join(command)} ended with status {status}. {by_hand}")
    left = missing(needed)
    if left:
        raise FailedError(f"{', '.join(left)} is installed, but a file that is needed is not there")
