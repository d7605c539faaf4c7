# SPDX-License-Identifier: GPL-3.0-or-later
"""A winsim in the background, and how it is found again.

The running one holds a lock on its pid file. So whether it still runs is never a guess, even when
its process id has been given to another process since.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 10.0
_PAUSE = 0.05


@contextmanager
def pid_file(path: Path) -> Iterator[None]:
    """Hold the pid file. Raises OSError when another winsim holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(f"{path}: a winsim runs already") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def start(
    arguments: Sequence[str],
    *,
    pid_file: Path | None,
    ready_file: Path | None,
    log_file: Path | None,
) -> int:
    """Run ``winsim`` with these arguments in the background; returns 0 when its hosts answer,
    1 when they don't come up."""
    if pid_file is None:
        print("winsim: --detach needs --pid-file", file=sys.stderr)
        return 1
    if running(pid_file):
        print(f"winsim: {pid_file}: a winsim runs already", file=sys.stderr)
        return 1
    arguments = list(arguments)
    if ready_file is None:
        ready_file = pid_file.with_name(pid_file.name + ".ready")
        arguments += ["--ready-file", str(ready_file)]
    log_file = log_file or pid_file.with_name(pid_file.name + ".log")
    for path in (pid_file, ready_file, log_file):
        path.parent.mkdir(parents=True, exist_ok=True)
    ready_file.unlink(missing_ok=True)
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "winsim", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_TIMEOUT
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            print(f"winsim: the hosts didn't come up; see {log_file}", file=sys.stderr)
            sys.stderr.write(log_file.read_text(encoding="utf-8", errors="replace")[-2000:])
            return 1
        time.sleep(_PAUSE)
    print("ready", flush=True)
    return 0


def stop(path: Path) -> int:
    """Stop the winsim that holds this pid file. 0 also when there is none any more, 1 when it
    can't be stopped."""
    if not path.exists():
        return 0
    with path.open("r+", encoding="ascii") as file:
        if not _held(file.fileno()):
            path.unlink(missing_ok=True)  # it died without tidying up
            return 0
        pid = int(file.read())
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(pid, number)
            deadline = time.monotonic() + _STOP_TIMEOUT
            while _held(file.fileno()):
                if time.monotonic() > deadline:
                    break
                time.sleep(_PAUSE)
            else:
                path.unlink(missing_ok=True)
                return 0
    print(f"winsim: process {pid} can't be stopped", file=sys.stderr)
    return 1


def running(path: Path) -> bool:
    """Does a winsim hold this pid file?"""
    try:
        with path.open("r+", encoding="ascii") as file:
            return _held(file.fileno())
    except FileNotFoundError:
        return False


def _held(descriptor: int) -> bool:
    """Does another process hold the lock?"""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
