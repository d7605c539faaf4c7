# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the constant command lines on a Host, and detects damaged or incomplete output.

The shell is opened with the code page of UTF-8, but AutoRun of cmd.exe (Microsoft cc779439, "Cmd")
runs at the start of each command and may set another. The output would not always show that: if a
page lacks a character, Windows writes ``?`` or a similar letter (documentation of
WideCharToMultiByte). So each line first sets the code page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic

from ...ground.names import REPLACEMENT
from ...ground.text import for_display
from ...host.host import Host
from ...words.phrases import Phrase, Value, Verbatim
from . import commands
from .commands import Program, Rows, TableProgram


@dataclass(frozen=True)
class Understood(Generic[Rows]):
    """The contents of a program's table.

    Attributes:
        rows: as its parser returns them; None if the text is not such a table.
        doubts: why the rows may be incomplete, and what to do.
        whole: no row is known to be missing.
    """

    rows: Rows | None
    doubts: tuple[Phrase, ...]
    whole: bool


@dataclass(frozen=True)
class Printed:
    """What each program printed, and which of them ended with an error. `whole` is False if the
    last of them had more to print than was wanted."""

    texts: Mapping[Program, str]
    failed: frozenset[Program] = frozenset()
    whole: bool = True

    def problem(self, program: Program) -> Phrase | None:
        """Why the output of a program may be incomplete, and what to do; None if nothing suggests
        that."""
        if program in self.failed:
            return Phrase("program.ended_with_error", {"program": program.name})
        if REPLACEMENT in self.texts.get(program, ""):
            return Phrase("program.unread_characters", {"program": program.name})
        return None

    def understood(self, table: TableProgram[Rows]) -> Understood[Rows]:
        """The contents of the text of one of the programs."""
        text = self.texts[table]
        rows = table.parse(text)
        if rows is None:
            return Understood(None, (_no_table(table, text),), whole=False)
        lost = table.unread(text)
        doubts = (_unread(table, lost), self.problem(table))
        whole = not lost and table not in self.failed
        return Understood(rows, tuple(each for each in doubts if each is not None), whole)


def _no_table(program: Program, text: str) -> Phrase:
    printed = for_display(text).rstrip(".")
    if not printed:
        return Phrase("program.printed_nothing", {"program": program.name})
    return Phrase("program.no_table", {"program": program.name, "printed": Verbatim(printed)})


def _unread(program: Program, lines: Sequence[str]) -> Phrase | None:
    if not lines:
        return None
    line = Verbatim(for_display(lines[0].strip(), 100).rstrip("."))
    return Phrase(
        "program.unread_lines", {"program": program.name, "count": len(lines), "line": line}
    )


def run_line(host: Host, command_line: str, what: Value) -> str:
    """The output of a constant command line. Raises HostError."""
    return host.run(commands.in_utf8(command_line), what).stdout


def run(
    host: Host, programs: Sequence[Program], what: Value, most_of_last: int | None = None
) -> Printed:
    """Run several programs in one command line.

    Args:
        most_of_last: how many bytes of the last program are wanted; when there are more, it is
            ended.

    Raises:
        HostError: the command line could not be run.
        OutputError: the outputs can't be told apart.
    """
    line = commands.in_utf8(commands.compose(programs))
    enough = None
    if most_of_last is not None:
        enough = partial(commands.Tail, len(programs), most_of_last)
    found = host.run(line, what, enough=enough)
    output = found.stdout if found.whole else commands.ended_early(found.stdout, programs)
    return Printed(commands.split(output, programs), commands.failed(output, programs), found.whole)
