# SPDX-License-Identifier: GPL-3.0-or-later
"""A command line while it runs: it may wait for input, and for work that takes its time.

Programs that neither read nor wait are plain functions. The others are generators: they yield what
they wait for, and go on when it is there. So the thread that answers requests is never blocked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class ProgramResult:
    """What a command line wrote, encoded in the shell's code page, and its exit code."""

    stdout: bytes
    stderr: bytes
    exit_code: int


class Stdin:
    """The standard input of a command line."""

    def __init__(self, data: bytes = b"", *, ended: bool = False) -> None:
        self._data = data
        self.ended = ended

    def add(self, data: bytes, *, end: bool) -> None:
        self._data += data
        self.ended = self.ended or end

    def read(self) -> Steps[bytes]:
        """Everything up to its end, which is waited for."""
        while not self.ended:
            yield None
        data, self._data = self._data, b""
        return data


#: What a program waits for: more input, or a work that is done elsewhere.
Wait: TypeAlias = "Future[None] | None"
#: A program that may wait, and what it comes to.
Steps: TypeAlias = Generator[Wait, None, _Result]


def work(task: Callable[[], _Result]) -> Steps[_Result]:
    """Do something that blocks, in a thread of its own."""
    result: Future[_Result] = Future()
    done: Future[None] = Future()

    def run() -> None:
        try:
            result.set_result(task())
        except BaseException as error:
            # It belongs to the program that waits.
            result.set_exception(error)
        done.set_result(None)

    threading.Thread(target=run, name="winsim-program", daemon=True).start()
    yield done
    return result.result()


class Execution:
    """One command line that runs. `settled` is done when it has ended or was killed."""

    def __init__(self, start: Callable[[Stdin, threading.Event], Steps[ProgramResult]]) -> None:
        """`start` gets its input, and the event that is set when it is killed, which a long work
        has to look at."""
        self._stdin = Stdin()
        self._killed = threading.Event()
        self._lock = threading.RLock()
        self._steps = start(self._stdin, self._killed)
        #: It waits for work; input is kept for later.
        self._busy = False
        self._outcome: Future[ProgramResult] = Future()
        self.settled: Future[None] = Future()
        self._go_on()

    @classmethod
    def of(cls, result: ProgramResult) -> Execution:
        """One that has ended already."""

        def steps(_stdin: Stdin, _killed: threading.Event) -> Steps[ProgramResult]:
            yield from ()
            return result

        return cls(steps)

    @property
    def result(self) -> ProgramResult | None:
        """None as long as it runs. Raises what the program raised, which is a mistake of it."""
        return self._outcome.result() if self._outcome.done() else None

    @property
    def input_ended(self) -> bool:
        return self._stdin.ended

    def send(self, data: bytes, *, end: bool) -> None:
        """More input, and whether it is the last."""
        with self._lock:
            self._stdin.add(data, end=end)
            if not self._busy:
                self._go_on()

    def kill(self) -> None:
        """End it, wherever it is; there will be no result."""
        with self._lock:
            self._killed.set()
            if not self._busy:
                self._go_on()

    def _go_on(self) -> None:
        with self._lock:
            self._busy = False
            if self.settled.done():
                return
            try:
                if self._killed.is_set():
                    self._steps.close()
                    self.settled.set_result(None)
                    return
                waits = next(self._steps)
            except StopIteration as stop:
                self._outcome.set_result(stop.value)
                self.settled.set_result(None)
            except Exception as error:
                self._outcome.set_exception(error)
                self.settled.set_result(None)
            else:
                if waits is not None:
                    self._busy = True
                    waits.add_done_callback(lambda _done: self._go_on())


def run_through(steps: Steps[_Result]) -> _Result:
    """What it comes to, waited for here. Its input must have ended."""
    while True:
        try:
            waits = next(steps)
        except StopIteration as stop:
            result: _Result = stop.value
            return result
        if waits is None:
            raise RuntimeError("a program waits for input that nobody sends")
        waits.result()
