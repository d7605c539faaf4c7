# SPDX-License-Identifier: GPL-3.0-or-later
"""findstr.exe: `"WORD WORD"` or `/c:"TEXT"`, in its input or in files.

Microsoft, "findstr": words apart at blanks are alternatives, /c: is a single one; the file stands
before each line if several are searched; the exit code is 1 if nothing is found. What it says of a
file that isn't there: published.
"""

from __future__ import annotations

from collections.abc import Sequence

from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.execution import Steps
from winsim.programs.files import matching, read_file
from winsim.programs.shell import Output, Shell, code_page_name

_SPECIAL = frozenset(".*[]^$\\<>")


def findstr(shell: Shell, arguments: Sequence[str]) -> Steps[Output]:
    first, *files = [*arguments] or [""]
    if first.lower().startswith("/c:"):
        wanted = [first[3:]]
    elif first.startswith("/") or not first:
        raise NotSimulatedError(f"findstr.exe with {first}")
    else:
        wanted = first.split()
    if any(_SPECIAL & set(each) for each in wanted):
        raise NotSimulatedError(f"findstr.exe with a pattern, {first}")
    output = Output(exit_code=1)
    texts: list[tuple[str, bytes]] = []
    if not files:
        texts.append(("", (yield from shell.stdin.read())))
    named = [name for pattern in files for name in matching(shell.machine, pattern) or [pattern]]
    for name in named:
        data = read_file(shell.machine, name)
        if data is None:
            output.error(f"FINDSTR: Cannot open {name}")
        else:
            texts.append((f"{name}:" if len(named) > 1 else "", data))
    found: list[str] = []
    for before, data in texts:
        for line in data.decode(code_page_name(shell.code_page), errors="replace").split("\r\n"):
            if any(each in line for each in wanted):
                found.append(f"{before}{line}\r\n")
                output.exit_code = 0
    output.stdout = "".join(found)
    return output
