# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs that run on a host, as constant command lines, and how several are combined into
one.

Every WinRS command line passes through cmd.exe: Windows 8.1, Server 2012 R2 and later ignore
WINRS_SKIP_CMD_SHELL ([MS-WSMV] 3.1.4.11, product note 117). Therefore no text of a user or of a
host ever enters a command line: the only ones are those of this folder and of the firewall. cmd.exe
also expands ``%SystemRoot%``, so programs are called by their full path, wherever Windows is
installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ...words.phrases import PhraseError, Verbatim

# The longest command line that cmd.exe takes, in characters (Microsoft, "Command prompt line
# string limitation", KB 830473).
MAX_COMMAND_LINE = 8191

Rows = TypeVar("Rows")

_END_OF_LINE = "\n"
_MARKER = "portkeeper-end-of-output-"
# Follows the output of a program that ended with an exit code other than 0.
FAILED = "portkeeper-ended-with-an-error"
_FAILED_END = re.compile(rf"{FAILED}\s*\Z")
_SET_UTF8 = r"%SystemRoot%\System32\chcp.com 65001 >nul"

# Without `^`, which would be tried at every character of the output.
_MARKER_TO_END = re.compile(rf"{_MARKER}([0-9]{{1,4}})[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """A program with its arguments. `name` is its name in messages."""

    name: str
    command_line: str


@dataclass(frozen=True, slots=True)
class TableProgram(Program, Generic[Rows]):
    """A program that prints a table, with its parser. Neither `parse` nor `unread` raises anything.

    `parse` returns the contents of the program's text, None if that is not its table because the
    program failed. `unread` returns the lines of the table that can't be read; their rows may be
    missing.
    """

    parse: Callable[[str], Rows | None]
    unread: Callable[[str], Sequence[str]]


class OutputError(PhraseError, ValueError):
    """The outputs of several programs can't be told apart."""


# All networks that the host was ever connected to, each with its firewall profile.
NETWORK_LIST = Program(
    "reg.exe query NetworkList",
    r"%SystemRoot%\System32\reg.exe query "
    r'"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles" /s',
)

# What policies say about the categories of networks ("Network List Manager Policies"). A host
# without any lacks the key, and then reg.exe ends with an error.
NETWORK_POLICIES = Program(
    "reg.exe query Signatures",
    r"%SystemRoot%\System32\reg.exe query "
    r'"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\CurrentVersion\NetworkList" /s',
)


#: For how many seconds back the records of dropped packets are asked for.
RECENT = 900
#: How many bytes of each record without another bound are read.
MAX_NET_EVENTS = 4 * 1024 * 1024
MAX_LOG = 256 * 1024
# Dropped packets, as the filtering engine itself has recorded them. The empty line sets what
# follows apart, whatever the list ends with.
NET_EVENTS = Program(
    "netsh wfp show netevents",
    rf"%SystemRoot%\System32\netsh.exe wfp show netevents file=- timewindow={RECENT} && echo.",
)
# The newest events of the audit, first.
SECURITY_EVENTS = Program(
    "wevtutil qe Security",
    r'%SystemRoot%\System32\wevtutil.exe qe Security "/q:*[System[(EventID=5152 or EventID=5157) '
    rf'and TimeCreated[timediff(@SystemTime) <= {RECENT * 1000}]]]" /f:xml /rd:true /c:200',
)
# Whether Windows writes these events; by GUIDs, since the names of subcategories are translated.
AUDIT_POLICY = Program(
    "auditpol /get",
    r"%SystemRoot%\System32\auditpol.exe /get /subcategory:"
    "{0CCE9225-69AE-11D9-BED3-505054503030},{0CCE9226-69AE-11D9-BED3-505054503030} /r",
)
#: The folder of the firewall's logs: that of Windows, which the CIS benchmarks use too, with other
#: names of files. A full log is renamed to ``.log.old``.
LOG_FOLDER = r"%SystemRoot%\System32\LogFiles\Firewall"
_LOGS = rf'"{LOG_FOLDER}\*.log" "{LOG_FOLDER}\*.log.old"'
# The names of the columns, which shows too that there is a log.
LOG_COLUMNS = Program(
    "findstr #Fields", rf'%SystemRoot%\System32\findstr.exe /c:"#Fields:" {_LOGS} 2>nul'
)
# The lines about drops, the newest first: they begin with the date. Both words have four letters,
# because findstr may miss one of several words of different lengths.
FIREWALL_LOG = Program(
    "type pfirewall.log",
    rf'type {_LOGS} 2>nul | %SystemRoot%\System32\findstr.exe "DROP LOST" '
    r"| %SystemRoot%\System32\sort.exe /r /rec 65535",
)


def compose(programs: Sequence[Program]) -> str:
    """One command line that runs the programs in order, with a marker line after each, and one
    before it where the program ended with an error.

    Raises ValueError without programs, and for a line that is too long for cmd.exe.
    """
    if not programs:
        raise ValueError("no program to run")
    line = " & ".join(
        f"{program.command_line} || echo {FAILED} & echo {_MARKER}{number}"
        for number, program in enumerate(programs, start=1)
    )
    if len(in_utf8(line)) > MAX_COMMAND_LINE:
        raise ValueError(f"the command line has {len(line)} of {MAX_COMMAND_LINE} characters")
    return line


def in_utf8(command_line: str) -> str:
    """A constant command line that first sets the code page of the console, because something on
    the host may have set another one."""
    return f"{_SET_UTF8} & {command_line}"


def split(output: str, programs: Sequence[Program]) -> dict[Program, str]:
    """The output of each program, from the standard output of ``compose(programs)``, without the
    markers.

    Raises OutputError if a marker is missing, repeated or out of order: then the output was cut, or
    something else on the host wrote such a line, and no part can be attributed.
    """
    return {
        program: _FAILED_END.sub("", text) for program, text in _parts(output, programs).items()
    }


def failed(output: str, programs: Sequence[Program]) -> frozenset[Program]:
    """The programs that ended with an error, from the same output. Raises as `split`."""
    parts = _parts(output, programs)
    return frozenset(program for program, text in parts.items() if _FAILED_END.search(text))


class Tail:
    """How much the last of several programs has printed so far. It is called with each piece of the
    output of ``compose(programs)``, and says whether that is as much as is wanted of it.

    Args:
        programs: their number.
        most: how many bytes of the last one are wanted.
    """

    def __init__(self, programs: int, most: int) -> None:
        self._mark = f"{_MARKER}{programs - 1}".encode() if programs > 1 else b""
        self._most = most
        self._begins = b""
        self._size: int | None = None

    def __call__(self, piece: bytes) -> bool:
        if self._size is None:
            # The mark may be cut in two.
            self._begins = self._begins[-2 * len(self._mark) :] + piece
            found = self._begins.find(self._mark)
            if found < 0:
                return False
            piece, self._size = self._begins[found:], -len(self._mark)
        self._size += len(piece)
        return self._size > self._most


def ended_early(output: str, programs: Sequence[Program]) -> str:
    """The output of programs, the last of which was ended before its end, as `split` takes it: its
    last line, which may be cut, is left out."""
    return f"{output[: output.rfind(_END_OF_LINE) + 1]}{_MARKER}{len(programs)}{_END_OF_LINE}"


def _parts(output: str, programs: Sequence[Program]) -> dict[Program, str]:
    found = [
        match
        for match in _MARKER_TO_END.finditer(output)
        if match.start() == 0 or output[match.start() - 1] == "\n"
    ]
    if [int(match[1]) for match in found] != list(range(1, len(programs) + 1)):
        names = Verbatim(", ".join(program.name for program in programs))
        raise OutputError(
            "program.outputs_mixed", programs=names, expected=len(programs), found=len(found)
        )
    texts = {}
    start = 0
    for program, match in zip(programs, found, strict=True):
        texts[program] = output[start : match.start()]
        start = match.end() + 1
    return texts
