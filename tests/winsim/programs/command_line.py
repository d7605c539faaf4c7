# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of cmd.exe that runs a command line: variables, sequences, redirections, finding a
program.

WinRM hands every command line to ``cmd.exe /c`` on Windows 8.1, Server 2012 R2 and later,
whatever the client asks ([MS-WSMV] 3.1.4.11, note on WINRS_SKIP_CMD_SHELL). Recorded, with its
blanks: ``cmd.exe /c echo out && echo err>&2 && exit 1`` (`pypsrp_winrs_stderr_rc`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence

from winsim.machine import Machine
from winsim.programs import builtin, cmd_syntax
from winsim.programs.auditpol import auditpol
from winsim.programs.builtin import chcp, not_recognized
from winsim.programs.cmd_syntax import Command, NotSimulatedError
from winsim.programs.curl import curl
from winsim.programs.execution import Execution, ProgramResult, Stdin, Steps, run_through
from winsim.programs.findstr import findstr
from winsim.programs.identity import hostname, whoami
from winsim.programs.netsh import netsh
from winsim.programs.netstat import netstat
from winsim.programs.reg import reg
from winsim.programs.shell import Output, Program, Shell
from winsim.programs.sort import sort
from winsim.programs.tasklist import tasklist
from winsim.programs.wevtutil import wevtutil

#: Programs of %SystemRoot%\System32, by file name. A program plugs in here.
SYSTEM32: dict[str, Program] = {
    "auditpol.exe": auditpol,
    "chcp.com": chcp,
    "curl.exe": curl,
    "findstr.exe": findstr,
    "hostname.exe": hostname,
    "netsh.exe": netsh,
    "netstat.exe": netstat,
    "reg.exe": reg,
    "sort.exe": sort,
    "tasklist.exe": tasklist,
    "wevtutil.exe": wevtutil,
    "whoami.exe": whoami,
}
_SYSTEM32 = "c:\\windows\\system32\\"
_CMD = re.compile(r"(?:.*\\)?cmd(?:\.exe)?", re.IGNORECASE)
#: A command of cmd.exe's own ends at any of its separators, but not before what belongs to a name.
_BUILTIN = re.compile(r"([a-z]+)(?=[\s.:/\\,;=(+\[\]]|\Z)(?!\.(?:com|exe)\b)", re.IGNORECASE)
#: The exit code of a line that this cmd.exe can't run. No simulated program ends with it.
NOT_SIMULATED = 255


def run(
    machine: Machine,
    command_line: str,
    code_page: int = 65001,
    user: str | None = None,
    stdin: bytes = b"",
) -> ProgramResult:
    """Run what ``cmd.exe /c`` gets to its end, and collect what it writes, behind what the machine's
    AutoRun does at each start of cmd.exe (Microsoft cc779439, "Cmd", HKLM\\Software\\Microsoft\\
    Command Processor). `code_page` is that of the shell (WINRS_CODEPAGE), `user` the one who opened
    it (the machine's first if None), `stdin` all of the input.

    A line with something that is not simulated does nothing but say so, on stderr and with the
    exit code `NOT_SIMULATED`."""
    shell = Shell(machine, code_page, user or next(iter(machine.users)), Stdin(stdin, ended=True))
    return run_through(_run(shell, command_line))


def start(
    machine: Machine, command_line: str, code_page: int = 65001, user: str | None = None
) -> Execution:
    """As `run`, for input that is sent later."""
    account = user or next(iter(machine.users))

    def begin(stdin: Stdin, killed: threading.Event) -> Steps[ProgramResult]:
        return _run(Shell(machine, code_page, account, stdin, killed), command_line)

    return Execution(begin)


def _run(shell: Shell, command_line: str) -> Steps[ProgramResult]:
    try:
        before = yield from _run_line(shell, shell.machine.autorun)
        shell.left = False
        result = yield from _run_line(shell, cmd_syntax.without_outer_quotes(command_line))
    except NotSimulatedError as error:
        said = shell.encode(f"winsim does not simulate {error}: {command_line}\r\n")
        return ProgramResult(b"", said, NOT_SIMULATED)
    return ProgramResult(
        before.stdout + result.stdout, before.stderr + result.stderr, result.exit_code
    )


def _run_line(shell: Shell, line: str) -> Steps[ProgramResult]:
    stdout, stderr, exit_code = b"", b"", 0
    for pipeline in _pipelines(cmd_syntax.commands(_expand(shell, line))):
        connector = pipeline[0].connector
        if (connector == "&&" and exit_code != 0) or (connector == "||" and exit_code == 0):
            continue
        result = yield from _run_pipeline(shell, pipeline)
        stdout += result.stdout
        stderr += result.stderr
        exit_code = result.exit_code
        if shell.left:
            break
    return ProgramResult(stdout, stderr, exit_code)


def _pipelines(commands: Iterable[Command]) -> Iterable[list[Command]]:
    """The commands, those together that ``|`` connects."""
    found: list[list[Command]] = []
    for command in commands:
        if command.connector == "|" and found:
            found[-1].append(command)
        else:
            found.append([command])
    return found


def _run_pipeline(shell: Shell, pipeline: Sequence[Command]) -> Steps[ProgramResult]:
    """Commands of which each reads what the one before writes. Each has a cmd.exe of its own, and
    the exit code is that of the last."""
    if len(pipeline) == 1:
        return _redirected((yield from _run_command(shell, pipeline[0])), pipeline[0])
    stdin, stderr = shell.stdin, b""
    result = ProgramResult(b"", b"", 0)
    for command in pipeline:
        inner = Shell(shell.machine, shell.code_page, shell.user, stdin, shell.killed)
        result = _redirected((yield from _run_command(inner, command)), command)
        stderr += result.stderr
        stdin = Stdin(result.stdout, ended=True)
    return ProgramResult(result.stdout, stderr, result.exit_code)


def _run_command(shell: Shell, command: Command) -> Steps[ProgramResult]:
    stdin = shell.stdin
    if ("0", None) in command.redirections:
        shell.stdin = Stdin(ended=True)
    words = cmd_syntax.words(command.text)
    if words and _CMD.fullmatch(words[0].strip('"')):
        inner = Shell(shell.machine, shell.code_page, shell.user, shell.stdin, shell.killed)
        line = cmd_syntax.behind_switches(command.text[len(words[0]) :])
        result = yield from _run_line(inner, line)
    else:
        began = _run_program(shell, command.text, words)
        output = began if isinstance(began, Output) else (yield from began)
        stdout = output.copied + shell.encode(output.stdout)
        stderr = shell.encode(output.stderr)
        result = ProgramResult(stdout, stderr, output.exit_code)
    shell.stdin = stdin
    return result


def _redirected(result: ProgramResult, command: Command) -> ProgramResult:
    """The redirections apply from left to right, each to what the handles are by then:
    ``>nul 2>&1`` silences both, ``2>&1 >nul`` sends errors to where the output went before."""
    handles: dict[str, str | None] = {"1": "1", "2": "2"}
    for handle, other in command.redirections:
        handles[handle] = None if other is None else handles.get(other)
    written: Mapping[str | None, list[bytes]] = {"1": [], "2": [], None: []}
    written[handles["1"]].append(result.stdout)
    written[handles["2"]].append(result.stderr)
    return ProgramResult(b"".join(written["1"]), b"".join(written["2"]), result.exit_code)


def _run_program(shell: Shell, text: str, words: list[str]) -> Output | Steps[Output]:
    if not words:
        return Output()
    name = words[0].strip('"')
    own = _BUILTIN.match(text)
    if own and own[1].lower() in builtin.NOT_SIMULATED:
        raise NotSimulatedError(f"the command {own[1].lower()}")
    if own and own[1].lower() in builtin.BUILTIN:
        return builtin.BUILTIN[own[1].lower()](shell, text[own.end() :])
    program = _find(shell.machine, name)
    if program is None:
        return not_recognized(shell, words[0])
    return program(shell, [word.replace('"', "") for word in words[1:]])


def _find(machine: Machine, name: str) -> Program | None:
    """The program of a file name, with or without its folder and ``.exe``."""
    lowered = name.lower().replace("/", "\\")
    if lowered.startswith(_SYSTEM32):
        lowered = lowered[len(_SYSTEM32) :]
    names = (lowered, f"{lowered}.com", f"{lowered}.exe")  # in the order of PATHEXT
    absent = {"curl.exe"} if machine.curl is None else set()
    return next((SYSTEM32[name] for name in names if name in SYSTEM32.keys() - absent), None)


def _expand(shell: Shell, line: str) -> str:
    variables = {
        "systemroot": r"C:\Windows",
        "windir": r"C:\Windows",
        "systemdrive": "C:",
        "comspec": r"C:\Windows\system32\cmd.exe",
        "computername": shell.machine.computer_name,
        "username": shell.user,
        "errorlevel": "0",  # expanded before anything of the line runs
    }
    return re.sub(r"%([^%]+)%", lambda m: variables.get(m[1].lower(), m[0]), line)
