# SPDX-License-Identifier: GPL-3.0-or-later
"""sort.exe, with /r and /rec: the lines of its input in order, without regard to case, or in reverse
order (Microsoft, "sort"). It has to read all of them before it can write one. With a line that is
longer than /rec says it ends with an error."""

from __future__ import annotations

from collections.abc import Sequence

from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.execution import Steps
from winsim.programs.shell import Output, Shell, code_page_name

#: Characters of the longest line, unless /rec says otherwise.
_MOST = 4096


def sort(shell: Shell, arguments: Sequence[str]) -> Steps[Output]:
    match [word.lower() for word in arguments]:
        case []:
            backwards, most = False, _MOST
        case ["/r"]:
            backwards, most = True, _MOST
        case ["/r", "/rec", number] if number.isdecimal():
            backwards, most = True, int(number)
        case _:
            raise NotSimulatedError(f"sort.exe with {' '.join(arguments)}")
    data = yield from shell.stdin.read()
    output = Output()
    lines = data.decode(code_page_name(shell.code_page), errors="replace").splitlines()
    if any(len(line) > most for line in lines):
        output.error("Input record exceeds maximum length.  Specify larger maximum.")
        output.exit_code = 1
        return output
    ordered = sorted(lines, key=str.lower, reverse=backwards)
    output.stdout = "".join(f"{line}\r\n" for line in ordered)
    return output
