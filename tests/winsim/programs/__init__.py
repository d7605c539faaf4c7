# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line programs of a simulated host, as `cmd.exe /c` runs them.

To add a program: write a function `program(shell, arguments)` in a file of its own and name it in
`command_line.SYSTEM32`.
"""

from __future__ import annotations

from winsim.programs.command_line import run, start
from winsim.programs.execution import Execution, ProgramResult

__all__ = ["Execution", "ProgramResult", "run", "start"]
