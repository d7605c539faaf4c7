# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of curl.exe, and one run of it."""

from __future__ import annotations

import re
import selectors
import threading
from collections.abc import Sequence

from winsim.machine import Machine
from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.curl.configuration import Configuration, Section, read
from winsim.programs.curl.manner import USUAL, Manner, manner
from winsim.programs.curl.transfers import Transfer, together
from winsim.programs.curl.words import Words
from winsim.programs.execution import Steps, work
from winsim.programs.shell import Output, Shell
from winsim.state import Process

_NO_URL = (
    "curl: no URL specified!\n",
    "curl: try 'curl --help' or 'curl --manual' for more information\n",
)
_PATH = r"C:\Windows\System32\curl.exe"
#: The first version whose sections all run, whatever becomes of one before (a trial of 7.55.1, and
#: of 7.88.1: tests/samples/curl).
_RUNS_ALL_SECTIONS = (7, 66, 0)
#: The first version that reads numbers without regard to the language (curl's sources, str2udouble
#: of older ones being strtod).
_NEUTRAL_NUMBERS = (8, 13, 0)
_METER = "DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed\n"
_METER_EVERY = 0.5


def curl(shell: Shell, arguments: Sequence[str]) -> Output | Steps[Output]:
    """``-q -K -``: its configuration comes from its input. ``-q --version``: what it is."""
    version = shell.machine.curl
    assert version is not None
    words = list(arguments)
    if words and words[0] in {"-q", "--disable"}:
        del words[0]
    if words in (["--version"], ["-V"]):
        return Output(Words(version).banner().replace("\n", "\r\n"))
    if words not in (["-K", "-"], ["--config", "-"]):
        raise NotSimulatedError(f"curl.exe with {' '.join(arguments)}")
    return _configured(shell, version)


def _configured(shell: Shell, version: tuple[int, int, int]) -> Steps[Output]:
    data = yield from shell.stdin.read()
    decimal = _decimals(shell.machine.language, version)
    found = read(data.decode("utf-8", "replace"), version, decimal=decimal)
    if not any(section.urls for section in found.sections):
        output = Output("".join(found.warnings), exit_code=2)
        output.stderr = "".join(_NO_URL).replace("\n", "\r\n")
        return output
    machine = shell.machine
    process = machine.start_process(
        Process(
            0,
            next((each.process_id for each in machine.services() if each.name == "WinRM"), 4),
            "curl.exe",
            _PATH,
            f"{_PATH} -q -K -",
            rf"{machine.computer_name}\{shell.user}",
        )
    )
    way = manner(machine.unkind, machine.name, process.pid)
    run = Run(machine, process.pid, found, Words(version), shell.killed, way)
    try:
        exit_code = yield from work(run.everything)
    finally:
        machine.end_process(process.pid)
    end = "\n" if way.binary else "\r\n"
    return Output(run.stdout.replace("\n", end), run.stderr.replace("\n", "\r\n"), exit_code)


def _decimals(language: str, version: tuple[int, int, int]) -> Decimals:
    mark = "," if language == "de" and version < _NEUTRAL_NUMBERS else "."
    return Decimals(mark)


class Decimals:
    """Which texts are numbers, with that decimal mark."""

    def __init__(self, mark: str) -> None:
        self._number = re.compile(rf"[0-9]+(?:{re.escape(mark)}[0-9]*)?")

    def __call__(self, text: str) -> bool:
        return self._number.fullmatch(text) is not None


class Run:
    """One run of curl: what it has printed so far."""

    def __init__(
        self,
        machine: Machine,
        pid: int,
        configuration: Configuration,
        words: Words,
        killed: threading.Event,
        manner: Manner = USUAL,
    ) -> None:
        self.machine = machine
        self.pid = pid
        self.words = words
        self.killed = killed
        self.manner = manner
        self.selector = selectors.DefaultSelector()
        self._configuration = configuration
        self._to_stdout = configuration.everywhere.get("stderr") == "-"
        self._metered = 0.0
        self._began = machine.ticks()
        self.stdout = self.stderr = ""
        for line in configuration.warnings:
            self._complain(line)

    def everything(self) -> int:
        """Do all sections; returns the exit code."""
        flags, exit_code, number = self._configuration.flags, 0, 0
        sections = [self._transfers(each) for each in self._configuration.sections if each.urls]
        try:
            if "parallel" in flags:
                every = [each for section in sections for each in section]
                for number, each in enumerate(every):
                    each.number = number
                done = together(self, every, self._configuration.at_most)
                return done[-1].exit_code if done else 0
            for section in sections:
                for transfer in section:
                    transfer.number, number = number, number + 1
                    for each in together(self, [transfer], 1):
                        exit_code = each.exit_code
                if exit_code and self.words.version < _RUNS_ALL_SECTIONS:
                    break
        finally:
            self.selector.close()
        return exit_code

    def _transfers(self, section: Section) -> list[Transfer]:
        return [
            Transfer(
                url,
                0,
                section.seconds("connect-timeout"),
                section.seconds("max-time"),
                section.settings.get("write-out", ""),
            )
            for url in section.urls
        ]

    def tell(self, line: str, sign: str = "*") -> None:
        """A line of ``verbose``."""
        if "verbose" in self._configuration.flags:
            self._complain(f"{sign} {line}\n")

    def finished(self, transfer: Transfer) -> None:
        flags = self._configuration.flags
        if transfer.exit_code and ("silent" not in flags or "show-error" in flags):
            self._complain(f"curl: ({transfer.exit_code}) {transfer.message}\n")
        if self.words.version < (7, 75):
            for name in ("exitcode", "errormsg"):
                if f"%{{{name}}}" in transfer.write_out:
                    self._complain(f"curl: unknown --write-out variable: '{name}'\n")
        self.stdout += transfer.report(self.words)

    def meter(self, live: Sequence[Transfer], number: int, *, final: bool = False) -> None:
        """The progress of parallel transfers, which ``silent`` does not silence (recorded from
        7.88.1; whether later versions do is not known)."""
        if "progress-meter" not in self._configuration.flags:
            return
        now = self.machine.ticks()
        if not self._metered:
            self._complain(_METER)
        elif now - self._metered < _METER_EVERY and not final:
            return
        self._metered = now
        seconds = int(now - self._began)
        spent = (
            f"{seconds // 3600:2}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            if seconds
            else "--:--:--"
        )
        running = sum(not each.ended for each in live)
        line = (
            f"\r--  --      0     0 {number:5} {running:5}  --:--:-- {spent} --:--:--     0      "
        )
        self._complain(line[:-1] + "\n" if final else line)

    def _complain(self, text: str) -> None:
        if self._to_stdout:
            self.stdout += text
        else:
            self.stderr += text
