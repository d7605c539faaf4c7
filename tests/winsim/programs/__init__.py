# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line programs of a simulated host, as `cmd.exe /c` runs them.

To add a program: write a function `run(machine, shell, arguments)` in a file of its own and
name it in `_PROGRAMS`.
"""

from __future__ import annotations

from winsim.programs.command_line import run
from winsim.programs.shell import ProgramResult

__all__ = ["ProgramResult", "run"]
