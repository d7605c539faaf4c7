# SPDX-License-Identifier: GPL-3.0-or-later
"""A task whose process is killed between two messages, as SIGKILL or a power cut does it: nothing
of ours runs any more, and nothing is taken back."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from faults import controller
from faults.tasks import Task
from faults.ways import Way


@dataclass
class Kill:
    """Kills a process at the `number`-th message that it sends to a PC (from 1): before that has done
    anything about it, or after it has, and before the process gets to know."""

    number: int
    after: bool
    host: str = "win-1"
    pid: int = 0
    struck: bool = False

    def strike(self) -> None:
        """Returns when the process is dead."""
        self.struck = True
        os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # whoever waits for the process may be the first
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)


class Victim:
    """A process that runs a task as soon as it is told how the host is reached. `pid` is its id."""

    def __init__(self, task: Task, way: Way) -> None:
        controller.prepare()
        read_end, self._write_end = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                os.close(self._write_end)
                with os.fdopen(read_end, "rb") as pipe:
                    controller.run(json.loads(pipe.read()), task, way)
            finally:
                os._exit(0)
        os.close(read_end)

    def run(self, variables: dict[str, dict[str, Any]]) -> None:
        """Run the task with these variables of its hosts; returns when the process is dead."""
        with os.fdopen(self._write_end, "wb") as pipe:
            pipe.write(json.dumps(variables).encode())
        os.waitpid(self.pid, 0)
        self.pid = 0

    def stop(self) -> None:
        """End it, if it still lives."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


@contextmanager
def victim(task: Task, way: Way) -> Iterator[Victim]:
    """A process for a task. To be had before there are other threads, which a fork does not copy;
    gone when the block ends."""
    made = Victim(task, way)
    try:
        yield made
    finally:
        made.stop()
