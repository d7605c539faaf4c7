# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages that tests need. Everything of Debian's is installed here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .jobs import FailedError, say
from .locks import only_one

_TRIES, _PAUSE = 60, 5  # five minutes, in seconds
# APT's own words: "Could not get lock …. It is held by process 123 (apt-get)", "Unable to lock
# directory …", "Unable to acquire the dpkg frontend lock …".
_LOCKED = re.compile(r"Could not get lock|Unable to lock|Unable to acquire the dpkg", re.ASCII)

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


def run_plainly(command: Sequence[str]) -> tuple[int, str]:
    """Run a command without questions, and in English."""
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def install(needed: Needed, what_for: str) -> None:
    """Install what is missing. Does nothing, in no time, if all is here.

    :param what_for: what needs it, such as "The browser tests"
    :raises FailedError: if it can't be installed
    """
    with only_one("debian"):
        _install(needed, what_for)


def pause() -> None:
    """Pass the time between two tries."""
    time.sleep(_PAUSE)


def patiently(
    command: Sequence[str],
    run: Callable[[Sequence[str]], tuple[int, str]] = run_plainly,
    wait: Callable[[], None] = pause,
) -> tuple[int, str]:
    """Run apt-get, and again while another one (Debian's own updates, say) holds its locks. It waits
    by itself for one that installs, but not for one that reads the lists.

    :param run: runs a command, and returns its status and what it printed, in English
    :param wait: passes the time between two tries
    :returns: the status and the output of the last try
    """
    for number in range(_TRIES):
        status, output = run(command)
        if not status or not _LOCKED.search(output):
            break
        if not number:
            print("waiting for another apt-get", flush=True)
        wait()
    return status, output


def _install(needed: Needed, what_for: str) -> None:
    packages = missing(needed)
    if not packages:
        return
    print(f"installing {', '.join(packages)}", flush=True)
    for command in install_commands(packages, what_for, os.geteuid() == 0):
        status, output = patiently(command)
        if status:
            say(output)
            by_hand = f"Install {' and '.join(packages)} by hand, then run this again."
            raise FailedError(f"{' '.join(command)} ended with status {status}. {by_hand}")
    left = missing(needed)
    if left:
        raise FailedError(f"{', '.join(left)} is installed, but a file that is needed is not there")
