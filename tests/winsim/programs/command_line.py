# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of cmd.exe that runs a command line: sequences, variables, quotes, redirections,
finding a program.

WinRM hands every command line to ``cmd.exe /c`` on Windows 8.1, Server 2012 R2 and later,
whatever the client asks ([MS-WSMV] 3.1.4.11, note on WINRS_SKIP_CMD_SHELL). Recorded, with its
blanks: ``cmd.exe /c echo out && echo err>&2 && exit 1`` (`pypsrp_winrs_stderr_rc`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from winsim.machine import Machine
from winsim.programs.builtin import BUILTIN, chcp, not_recognized
from winsim.programs.identity import hostname, whoami
from winsim.programs.netsh import netsh
from winsim.programs.netstat import netstat
from winsim.programs.reg import reg
from winsim.programs.shell import Output, Program, ProgramResult, Shell
from winsim.programs.tasklist import tasklist

#: Programs of %SystemRoot%\System32, by file name. A program plugs in here.
SYSTEM32: dict[str, Program] = {
    "chcp.com": chcp,
    "hostname.exe": hostname,
    "netsh.exe": netsh,
    "netstat.exe": netstat,
    "reg.exe": reg,
    "tasklist.exe": tasklist,
    "whoami.exe": whoami,
}
_SYSTEM32 = "c:\\windows\\system32\\"
_REDIRECTION = re.compile(r"(?P<from>[12]?)>(?:&(?P<to>[12])|\s*(?P<nul>nul)\b)", re.IGNORECASE)


def run(
    machine: Machine, command_line: str, code_page: int = 65001, user: str | None = None
) -> ProgramResult:
    """Run what ``cmd.exe /c`` gets, and collect what it writes, behind what the machine's AutoRun
    does at each start of cmd.exe (Microsoft cc779439, "Cmd", HKLM\\Software\\Microsoft\\Command
    Processor). `code_page` is that of the
    shell (WINRS_CODEPAGE), `user` the one who opened it (the machine's first if None)."""
    shell = Shell(machine, code_page, user or next(iter(machine.users)))
    before = _run_line(shell, machine.autorun)
    shell.left = False
    result = _run_line(shell, command_line)
    return ProgramResult(
        before.stdout + result.stdout, before.stderr + result.stderr, result.exit_code
    )


def _run_line(shell: Shell, line: str) -> ProgramResult:
    stdout, stderr, exit_code = b"", b"", 0
    for connector, command in _sequence(_expand(shell.machine, _strip_outer_quotes(line))):
        if (connector == "&&" and exit_code != 0) or (connector == "||" and exit_code == 0):
            continue
        result = _run_command(shell, command)
        stdout += result.stdout
        stderr += result.stderr
        exit_code = result.exit_code
        if shell.left:
            break
    return ProgramResult(stdout, stderr, exit_code)


def _run_command(shell: Shell, command: str) -> ProgramResult:
    redirections = list(_REDIRECTION.finditer(command))
    command = _REDIRECTION.sub("", command)
    words = _words(command)
    name = words[0].strip('"').lower() if words else ""
    if re.fullmatch(r"(?:.*\\)?cmd(?:\.exe)?", name):
        inner = Shell(shell.machine, shell.code_page, shell.user)
        result = _run_line(inner, re.sub(r"^.*?/c", "", command, count=1, flags=re.IGNORECASE))
    else:
        output = _run_program(shell, command, words)
        result = ProgramResult(
            shell.encode(output.stdout), shell.encode(output.stderr), output.exit_code
        )
    streams = {"1": result.stdout, "2": result.stderr}
    for redirection in redirections:
        source = redirection["from"] or "1"
        if redirection["to"]:
            streams[redirection["to"]] += streams[source]
        streams[source] = b""
    return ProgramResult(streams["1"], streams["2"], result.exit_code)


def _run_program(shell: Shell, command: str, words: list[str]) -> Output:
    if not words:
        return Output()
    name = words[0].strip('"')
    if name.lower() in BUILTIN:
        return BUILTIN[name.lower()](shell, command.lstrip()[len(words[0]) :])
    program = _find(name)
    if program is None:
        return not_recognized(shell, words[0])
    return program(shell, [word.replace('"', "") for word in words[1:]])


def _find(name: str) -> Program | None:
    """The program of a file name, with or without its folder and ``.exe``."""
    lowered = name.lower().replace("/", "\\")
    if lowered.startswith(_SYSTEM32):
        lowered = lowered[len(_SYSTEM32) :]
    names = (lowered, f"{lowered}.com", f"{lowered}.exe")  # in the order of PATHEXT
    return next((SYSTEM32[name] for name in names if name in SYSTEM32), None)


def _strip_outer_quotes(line: str) -> str:
    """``cmd /c "..."`` drops the first and the last quote unless they are the only two and
    enclose the name of a program (help text of cmd.exe, on /c and quotes)."""
    line = line.lstrip()
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


def _sequence(line: str) -> Iterator[tuple[str, str]]:
    """The commands of a line, each with the ``&``, ``&&`` or ``||`` before it. These count
    outside quotes only, and ``>&`` is a redirection."""
    connector, part = "&", ""
    for token in re.findall(r'"[^"]*"?|&&|\|\||>&|&|[^"&|>]+|.', line, re.DOTALL):
        if token in {"&", "&&", "||"}:
            yield connector, part
            connector, part = token, ""
        else:
            part += token
    yield connector, part


def _words(command: str) -> list[str]:
    """Words apart at blanks outside quotes; quotes are kept."""
    return re.findall(r'(?:"[^"]*"?|[^\s"])+', command)
