# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program of Ansible, and says what it has cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Cost:
    """One run as a whole process with its children: seconds, and megabytes of its largest
    process."""

    elapsed: float
    cpu: float
    megabytes: float


def begin(what: str) -> None:
    """Say what is measured next: some of it takes minutes, and shows nothing before its end."""
    print(f"Measuring {what} …", file=sys.stderr, flush=True)


def ansible(program: str, *arguments: str, variables: Mapping[str, str] | None = None) -> Cost:
    """Run a program of Ansible; its output is thrown away.

    Args:
        variables: of the environment, besides those that are there.

    Raises:
        RuntimeError: it failed; its output is in the message.
    """
    line = [str(Path(sys.executable).with_name(program)), *arguments]
    environment = os.environ | {
        "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
        **(variables or {}),
    }
    with tempfile.TemporaryFile("w+") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            line, stdout=output, stderr=subprocess.STDOUT, cwd=CHECKOUT, env=environment
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.monotonic() - started
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(line)} failed:\n{output.read()[-4000:]}")
    return Cost(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
