# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program in a WinRS shell: how it is started, gets its input, is waited for and is ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias, TypeVar

from ..words.phrases import Value
from ..wsman.operations import winrs
from ..wsman.operations.envelope import Request
from ..wsman.soap.document import DocumentLimits
from ..wsman.soap.errors import RemoteProtocolError
from ..wsman.soap.faults import FaultError
from .session import Clock, LimitError, Session
from .transport import TransportError

T = TypeVar("T")

# An operation that exceeded its time limit (sample pypsrp_winrs_operation_timeout.yml).
TIMED_OUT = 2150858793

# The command has ended, or gets no more input: ERROR_BROKEN_PIPE. Its output tells why (issue 69595
# of ansible).
BROKEN_PIPE = 109
# The input of the command is busy, so nothing was taken: ERROR_BUSY (issue 81538 of ansible).
BUSY = 170

# How much input one request carries: with base64 and the header, it fits into the smallest envelope
# that a service can be limited to, 32 KB (MaxEnvelopeSizekb).
_BLOCK = 16 * 1024


#: Gets each further piece of the standard output, and says whether no more of it is wanted.
Enough: TypeAlias = Callable[[bytes], bool]


@dataclass(frozen=True)
class Output:
    """What a program printed. Bytes that are not UTF-8 become replacement characters. `whole` is
    False if the program was ended before its end, because there was enough."""

    stdout: str
    stderr: str
    exit_code: int
    whole: bool = True


class Command:
    """A command in a shell, from its start to its end. Its methods raise what requests raise:
    TransportError, FaultError, RemoteProtocolError and LimitError.

    Args:
        piped: it will get input by `send`.
    """

    def __init__(
        self, session: Session, clock: Clock, command_line: str, *, piped: bool = False
    ) -> None:
        self._session = session
        self._clock = clock
        self._limits = session.limits
        self._seconds = self._limits.seconds
        self._deadline = session.deadline()
        self._shell_id = session.shell_id()
        request = winrs.command(self._shell_id, command_line, session.settings, piped=piped)
        self._command_line = command_line
        self._id = session.ask(request, self._reader(winrs.read_command, request)).result

    def send(self, data: bytes) -> None:
        """Give the command its whole standard input."""
        blocks = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)] or [b""]
        for number, block in enumerate(blocks, 1):
            if not self._send_block(block, end=number == len(blocks)):
                break

    def wait(self, seconds: float | None = None, enough: Enough | None = None) -> Output:
        """Wait for the command to end, and collect its output. Then it is freed on the host.

        Args:
            seconds: how long from now at most, if that is less than any program may take.
            enough: if it says so, the command is ended.
        """
        end = self._clock.monotonic() + (self._seconds if seconds is None else seconds)
        if end < self._deadline and seconds is not None:
            self._seconds, self._deadline = seconds, end
        try:
            output = self._receive(enough)
        except (FaultError, RemoteProtocolError, LimitError):
            self.terminate()
            raise
        # Not after a broken connection, because this would only cost another one: closing the
        # shell, which its opener does, ends the program too.
        if output.whole:
            self._session.acknowledge(self.terminate)
        else:
            self.terminate()
        return output

    def terminate(self) -> None:
        """Free the command on the host, whether it has ended or not ([MS-WSMV] 3.1.4.12)."""
        request = winrs.signal_terminate(self._shell_id, self._id, self._session.settings)
        with suppress(TransportError, FaultError, RemoteProtocolError):
            self._session.send(request)

    def _send_block(self, block: bytes, *, end: bool) -> bool:
        """Send a part of the input, and return whether the command may want more."""
        pause, attempts = self._limits.pause, self._limits.attempts
        while True:
            attempts -= 1
            request = winrs.send(self._shell_id, self._id, block, self._session.settings, end=end)
            try:
                self._session.ask(request, self._reader(winrs.read_send, request))
            except FaultError as error:
                code = error.fault.wsman_code
                if code == BROKEN_PIPE:
                    return False
                # A service under load takes the input all the same, as Ansible's own connection
                # knows (winrm, _winrm_write_stdin).
                if code == TIMED_OUT:
                    return True
                if code != BUSY or not attempts:
                    raise
            else:
                return True
            self._clock.sleep(pause)
            pause *= 2

    def _reader(
        self, read: Callable[[bytes, Request, DocumentLimits], T], request: Request
    ) -> Callable[[bytes], T]:
        return lambda data: read(data, request, self._limits.document)

    def _receive(self, enough: Enough | None) -> Output:
        limits, settings = self._limits, self._session.settings
        stdout, stderr, size = [], [], 0
        pause, whole = limits.pause, True
        for _answer in range(limits.pages):
            begun = self._clock.monotonic()
            request = winrs.receive(self._shell_id, self._id, settings)
            received = None
            try:
                reader = self._reader(winrs.read_receive, request)
                received = self._session.ask(request, reader).result
            except FaultError as error:
                # The program is still at work and has printed nothing new yet.
                if error.fault.wsman_code != TIMED_OUT:
                    raise
            printed = 0
            if received is not None:
                stdout.append(received.stdout)
                stderr.append(received.stderr)
                printed = len(received.stdout) + len(received.stderr)
                size += printed
                if size > limits.output:
                    raise LimitError("bound.output", count=limits.output)
                # Its characters may take four bytes each.
                if problem := self._session.problem_with(self._command_line, 4 * size):
                    raise problem
                if received.done:
                    break
                whole = enough is None or not enough(received.stdout)
                if not whole:
                    break
            now = self._clock.monotonic()
            if now > self._deadline:
                raise LimitError("bound.program_seconds", seconds=f"{self._seconds:g}")
            if printed or now - begun >= settings.operation_timeout / 2:
                pause = limits.pause
            else:
                # A host normally delays its answer until there is output. This one does not.
                self._clock.sleep(pause)
                pause = min(2 * pause, settings.operation_timeout)
        else:
            raise LimitError("bound.program_answers", count=limits.pages)
        return Output(
            b"".join(stdout).decode("utf-8", "replace"),
            b"".join(stderr).decode("utf-8", "replace"),
            received.exit_code if received.exit_code is not None else 0,
            whole,
        )


class Running:
    """A program at work, as a context manager: when it is left, the program is ended, unless
    `finish` has waited for that.

    Args:
        what: what the program does, for messages.
    """

    def __init__(self, session: Session, command: Command, what: Value) -> None:
        self._session = session
        self._command = command
        self._what = what
        self._ended = False

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A task that is interrupted or out of time sends nothing more; its shell ends the program.
        if not self._ended and (error is None or isinstance(error, Exception)):
            self._ended = True
            self._command.terminate()

    def send(self, data: bytes) -> None:
        """Give the program its whole standard input. This is never repeated.

        Raises:
            HostError: it is unknown whether the program got it.
        """
        self._session.changing(self._what, lambda: self._command.send(data))

    def finish(self, seconds: float | None = None) -> Output:
        """Wait for the program to end, and return what it printed. This may be called once.

        Args:
            seconds: how long from now at most, if that is less than any program may take.

        Raises:
            HostError: it did not end in time, or its output was lost.
        """
        self._ended = True
        return self._session.changing(self._what, lambda: self._command.wait(seconds))
