# SPDX-License-Identifier: GPL-3.0-or-later
"""sort.exe without options: the lines of its input in order, without regard to case (Microsoft,
"sort"). It has to read all of them before it can write one."""

from __future__ import annotations

from collections.abc import Sequence

from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.execution import Steps
from winsim.programs.shell import Output, Shell, code_page_name


def sort(shell: Shell, arguments: Sequence[str]) -> Steps[Output]:
    if arguments:
        raise NotSimulatedError(f"sort.exe with {' '.join(arguments)}")
    data = yield from shell.stdin.read()
    output = Output()
    text = data.decode(code_page_name(shell.code_page), errors="replace")
    for line in sorted(text.splitlines(), key=str.lower):
        output.line(line)
    return output
