# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of cmd.exe that runs a command line: sequences, variables, quotes, finding a program.

WinRM hands every command line to ``cmd.exe /c`` on Windows 8.1, Server 2012 R2 and later,
whatever the client asks ([MS-WSMV] 3.1.4.11, note on WINRS_SKIP_CMD_SHELL).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from winsim.machine import Machine
from winsim.programs.builtin import BUILTIN, not_recognized
from winsim.programs.netstat import netstat
from winsim.programs.shell import Output, Program, ProgramResult, Shell

#: Programs of %SystemRoot%\System32, by file name. A program plugs in here.
SYSTEM32: dict[str, Program] = {
    "netstat.exe": netstat,
}
_SYSTEM32 = "c:\\windows\\system32\\"


def run(machine: Machine, command_line: str, code_page: int = 65001) -> ProgramResult:
    """Run what ``cmd.exe /c`` gets, and collect what it writes. `code_page` is that of the
    shell (WINRS_CODEPAGE)."""
    shell = Shell(machine, code_page)
    stdout, stderr, exit_code = b"", b"", 0
    for command in _sequence(_expand(machine, _strip_outer_quotes(command_line))):
        output = _run_one(shell, command)
        stdout += shell.encode(output.stdout)
        stderr += shell.encode(output.stderr)
        exit_code = output.exit_code
    return ProgramResult(stdout, stderr, exit_code)


def _run_one(shell: Shell, command: str) -> Output:
    words = _words(command)
    if not words:
        return Output()
    name = words[0].strip('"')
    if name.lower() in BUILTIN:
        return BUILTIN[name.lower()](shell, command[len(words[0]) :])
    program = _find(name)
    if program is None:
        return not_recognized(shell, words[0])
    return program(shell, [word.replace('"', "") for word in words[1:]])


def _find(name: str) -> Program | None:
    """The program of a file name, with or without its folder and ``.exe``."""
    lowered = name.lower().replace("/", "\\")
    if lowered.startswith(_SYSTEM32):
        lowered = lowered[len(_SYSTEM32) :]
    return SYSTEM32.get(lowered) or SYSTEM32.get(f"{lowered}.exe")


def _strip_outer_quotes(line: str) -> str:
    """``cmd /c "..."`` drops the first and the last quote unless they are the only two and
    enclose the name of a program (help text of cmd.exe, on /c and quotes)."""
    line = line.strip()
    if line.startswith('"') and line.count('"') > 2:
        last = line.rindex('"')
        return line[1:last] + line[last + 1 :]
    return line


def _expand(machine: Machine, line: str) -> str:
    variables = {
        "systemroot": r"C:\Windows",
        "windir": r"C:\Windows",
        "systemdrive": "C:",
        "comspec": r"C:\Windows\system32\cmd.exe",
        "computername": machine.computer_name,
    }
    return re.sub(r"%([^%]+)%", lambda m: variables.get(m[1].lower(), m[0]), line)


def _sequence(line: str) -> Iterator[str]:
    """The commands between the ``&`` that stand outside quotes."""
    part, quoted = "", False
    for character in line:
        if character == '"':
            quoted = not quoted
        if character == "&" and not quoted:
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()


def _words(command: str) -> list[str]:
    """Words apart at blanks outside quotes; quotes are kept."""
    return re.findall(r'(?:"[^"]*"?|[^\s"])+', command)
