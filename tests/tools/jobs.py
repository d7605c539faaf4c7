# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check runs: its sections with their jobs, one command each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .layout import ROOT

_GRACE = 20.0  # seconds that a job has to end after it was interrupted
#: The variable by which all that a job starts can be found, in sessions of its own too.
_MARK = "CHECK_JOB"
#: How often what has it is looked for: who is killed may just have started somebody.
_LOOKS = 20
#: How much nicer a job is that gives way: a tenth of the time of others who want the same core.
_NICE = 10


@dataclass(frozen=True)
class Job:
    """One command.

    ``last_line``: show what it says last, for a test runner's summary. ``seconds``: about how long
    it takes, where it takes long; of those of a section the longest begins first. ``at_once``: begin
    before jobs of the sections before it, since it waits so often that it takes longest, however
    little it has to do. ``gives_way``: run beside the others, and compute while these wait.
    """

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = ROOT
    last_line: bool = False
    seconds: int = 0
    at_once: bool = False
    gives_way: bool = False


@dataclass(frozen=True)
class Section:
    """What stands under one heading.

    ``jobs`` gives the commands; it may prepare what they need first. Where there are ``parts``, those
    give the commands, each as soon as it can. Jobs run side by side with their output kept in a log,
    or, where ``live``, one after the other with their output shown.
    """

    title: str
    jobs: Callable[[], Sequence[Job]]
    live: bool = False
    parts: Sequence[Callable[[], Sequence[Job]]] = ()


def together(title: str, *sections: Section) -> Section:
    """Make one section of several: the jobs of each are there as soon as what they need is."""

    def makers(section: Section) -> Sequence[Callable[[], Sequence[Job]]]:
        return section.parts or [section.jobs]

    parts = [maker for section in sections for maker in makers(section)]
    return Section(title, lambda: [job for maker in parts for job in maker()], parts=parts)


@dataclass(frozen=True)
class Outcome:
    """How a job went: its exit status, the file with its output, the seconds that it took, and those
    of a core that it and all processes that it waited for took. Where several jobs share few cores,
    the latter is what one costs."""

    job: Job
    status: int
    log: Path
    seconds: float
    work: float

    def __str__(self) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.job.last_line else []
        verdict = "failed" if self.status else "ok    "
        told = f"{verdict} {self.seconds:6.1f} s  (work {self.work:5.1f} s)  {self.job.name}"
        return f"{told}: {lines[-1]}" if lines else told


class FailedError(Exception):
    """A job failed; the message names it."""


def quietly(command: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run a command whose output is shown only if it fails.

    :param settings: environment variables besides those that are there
    :returns: its exit status
    """
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stdout)
    return done.returncode


def run_live(jobs: Sequence[Job]) -> None:
    """Run jobs one after the other, with their output shown.

    :raises FailedError: if one fails
    """
    for job in jobs:
        say(f"--- {job.name}")
        mark = str(uuid.uuid4())
        try:
            status = subprocess.run(
                job.command,
                cwd=job.folder,
                env={**job.variables, _MARK: mark},
                stdin=subprocess.DEVNULL,
                check=False,
            ).returncode
        except BaseException:
            _end_what_is_left(mark)
            raise
        if status:
            raise FailedError(f"{job.name} ended with status {status}")


class Run:
    """A job that runs, with its output in a log.

    :param logs: the folder of that log
    """

    def __init__(self, job: Job, logs: Path) -> None:
        self._job = job
        self._mark = str(uuid.uuid4())
        self._interrupted = False
        self._began = time.monotonic()
        name = "".join(c if c.isalnum() or c in "-." else "_" for c in job.name)
        self._log = logs / f"{name}.log"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                job.command,
                cwd=job.folder,
                env={**job.variables, _MARK: self._mark},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # So that all that it started can be told to end, and nothing else.
                start_new_session=True,
            )
        if job.gives_way:
            _lower_priority(self._process.pid)

    def wait(self) -> Outcome:
        """Wait for its end. If it was interrupted, nothing that it has started outlives it."""
        # Before its id is free: as long as it is not, the group of that id is its own. (macOS has this
        # from Python 3.13 on.)
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        if self._interrupted:
            self._signal(signal.SIGKILL)
            _end_what_is_left(self._mark)
        _pid, ended, used = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(ended)
        seconds = time.monotonic() - self._began
        work = used.ru_utime + used.ru_stime
        return Outcome(self._job, self._process.returncode, self._log, seconds, work)

    def interrupt(self) -> None:
        """Tell it, and what it started, to end, as Ctrl-C does; by force if that takes long."""
        self._interrupted = True
        self._signal(signal.SIGINT)
        timer = threading.Timer(_GRACE, self._signal, [signal.SIGKILL])
        timer.daemon = True
        timer.start()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


def lower_priority() -> int:
    """The niceness of what gives way, below our own as far as there is any."""
    return min(os.getpriority(os.PRIO_PROCESS, 0) + _NICE, 19)


def _lower_priority(session: int) -> None:
    """Let the processes of a new session have a core when nobody else wants it."""
    with suppress(OSError):  # it has ended
        os.setpriority(os.PRIO_PGRP, session, lower_priority())
    # Where Linux shares the cores out to sessions, this counts between them (sched(7), autogroup).
    with suppress(OSError):
        Path(f"/proc/{session}/autogroup").write_text(str(_NICE), "ascii")


def _end_what_is_left(mark: str) -> None:
    """End, by force, all that has that mark. It takes /proc; without one, what a job has started in
    sessions of its own stays."""
    for _time in range(_LOOKS):
        found = list(_marked(mark))
        for process in found:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, signal.SIGKILL)
            os.close(process)
        if not found:
            return


def _marked(mark: str) -> Iterator[int]:
    """Yield a descriptor of each process with that mark: an id alone may be another one's by now."""
    wanted = f"{_MARK}={mark}".encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            process = os.pidfd_open(int(path.parent.name))
            try:
                found = wanted in path.read_bytes().split(b"\0")
            except OSError:
                found = False
            if found:
                yield process
            else:
                os.close(process)


def say(text: str) -> None:
    """Print a line. The commands write to the same place themselves: what comes first must be out
    first."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
