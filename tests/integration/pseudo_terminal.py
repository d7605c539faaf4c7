# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs on a pseudo-terminal, as people run them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from integration.preimported import Fork
from integration.runs import CHECKOUT, STARTER, program


def on_a_terminal(
    *command: str,
    columns: int = 100,
    folder: Path = CHECKOUT,
    environment: dict[str, str] | None = None,
    interrupt: Callable[[], bool] | None = None,
    started: bool = False,
) -> tuple[int, str]:
    """Run a program of this Python's environment on a terminal with so many columns.

    Args:
        interrupt: is asked again and again; as soon as it says so the program is interrupted, as
            Ctrl-C does it.
        started: whether it is started as a user does it in any case. Else it is, as other runs are,
            a fork of a process that has imported it.

    Returns:
        Its exit code, and all that it wrote to the terminal.
    """
    settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "TERM": "xterm-256color"}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR", "COLUMNS")
    }
    whole = [program(command[0]), *command[1:]]
    variables = inherited | settings | (environment or {})
    terminal, end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with ExitStack() as stack:
        stack.callback(os.close, terminal)
        forking = None
        try:
            if not started:
                forking = stack.enter_context(STARTER.forking(whole, folder, variables))
            process: Fork | subprocess.Popen[bytes]
            if forking:
                process = forking.begin(whole, folder, variables, end)
            else:
                process = _start(whole, folder, variables, end)
        finally:
            os.close(end)
        stack.callback(process.wait)
        stack.callback(process.kill)
        written = b""
        while True:
            if interrupt and interrupt():
                process.send_signal(signal.SIGINT)
                interrupt = None
            if interrupt and not select.select([terminal], [], [], 0.05)[0]:
                continue
            if not (chunk := _read(terminal)):
                break
            written += chunk
        return process.wait(), written.decode("utf-8")


def _start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], terminal: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )


def _read(terminal: int) -> bytes:
    """What comes next, nothing at the end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last program has closed its side
        return b""
