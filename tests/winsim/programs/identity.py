# SPDX-License-Identifier: GPL-3.0-or-later
"""hostname.exe and whoami.exe."""

from __future__ import annotations

from collections.abc import Sequence

from winsim.programs.shell import Output, Shell


def hostname(shell: Shell, arguments: Sequence[str]) -> Output:
    output = Output()
    output.line(shell.machine.computer_name)
    return output


def whoami(shell: Shell, arguments: Sequence[str]) -> Output:
    """Machine and user, in lower case."""
    output = Output()
    output.line(rf"{shell.machine.computer_name}\{shell.user}".lower())
    return output
