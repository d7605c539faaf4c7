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
from collections.abc import Callable

from integration.runs import CHECKOUT, program


def on_a_terminal(
    *command: str,
    columns: int = 100,
    environment: dict[str, str] | None = None,
    interrupt: Callable[[], bool] | None = None,
) -> tuple[int, str]:
    """Run a program of this Python's environment on a terminal with so many columns.

    Args:
        interrupt: is asked again and again; as soon as it says so the program is interrupted, as
            Ctrl-C does it.

    Returns:
        Its exit code, and all that it wrote to the terminal.
    """
    settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "TERM": "xterm-256color"}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR", "COLUMNS")
    }
    terminal, end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [program(command[0]), *command[1:]],
        cwd=CHECKOUT,
        env=inherited | settings | (environment or {}),
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    written = b""
    try:
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
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def _read(terminal: int) -> bytes:
    """What comes next, nothing at the end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last program has closed its side
        return b""
