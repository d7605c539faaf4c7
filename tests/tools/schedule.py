# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the sections of a check so that no core has nothing to do: headings, elapsed time, and the reason
of a failure at the end.

The jobs of a section begin before those of the next, the longest first, but they wait for nothing but
a free place and what they need themselves. Those that wait most of the time begin before all others, which
compute meanwhile. Under its heading a section is told as if it ran alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from .jobs import FailedError, Job, Outcome, Run, Section, run_live, say
from .layout import CACHE, ROOT

LOGS = CACHE / "logs"
CORES = os.cpu_count() or 1
#: How many jobs that wait most of the time keep a core busy. Integration tests wait for seven tenths of
#: theirs.
WAITING = 3
#: Beside those, one other for each core.
WORKERS = (WAITING + 1) * CORES
#: Those that give way run beside these, one for each core: they take what all others leave of it.
GIVING_WAY = CORES
_SHOWN_ON_FAILURE = 200  # lines of a log; the whole of it stays in its file


def run(sections: Sequence[Section], workers: int = WORKERS, logs: Path = LOGS) -> None:
    """Run sections. If a job fails, the others of its section and of those before it come to their
    end, and nothing of the sections behind it goes on.

    :param workers: how many jobs run side by side, without those that give way
    :param logs: the folder that keeps their output
    :raises FailedError: if one fails
    """
    logs.mkdir(parents=True, exist_ok=True)
    began, used = time.monotonic(), _used()
    done: list[tuple[str, float]] = []
    with _ended_like_ctrl_c():
        for live, group in groupby(sections, lambda section: section.live):
            if live:
                done += [_live(section, began) for section in group]
            else:
                done += _Pool(list(group), logs, began).run(workers)
    say("\n=== Passed")
    for title, work in done:
        say(f"{work:7.1f} s of work  {title}")
    seconds, work = time.monotonic() - began, _used() - used
    share = 100 * work / max(seconds * CORES, 0.001)
    say(f"{work:7.1f} s of work, with what prepares it: {share:.0f} % of what {CORES} cores can do")
    say(f"{seconds:7.1f} s  in all")


def _live(section: Section, began: float) -> tuple[str, float]:
    say(_heading(section, began))
    before = _used()
    try:
        run_live(section.jobs())
    except (FailedError, subprocess.CalledProcessError) as error:
        raise FailedError(f"{section.title}: {error}") from error
    return section.title, _used() - before


class _Pool:
    """The jobs of several sections.

    :param began: when all began, by `time.monotonic`
    """

    def __init__(self, sections: Sequence[Section], logs: Path, began: float) -> None:
        self._sections = sections
        self._logs = logs
        self._began = began
        # All that follows changes under this condition alone.
        self._changed = threading.Condition()
        self._ready: list[tuple[int, int, int, Job]] = []  # section, -seconds, number
        self._numbers = 0
        #: How many makers and jobs each section still waits for.
        self._open = [len(section.parts or [section.jobs]) for section in sections]
        #: Whether a maker of each section is done.
        self._given = [False] * len(sections)
        #: By the numbers of their jobs, in the order in which they ended.
        self._outcomes: list[dict[int, Outcome]] = [{} for _section in sections]
        self._running: dict[Run, tuple[int, Job]] = {}
        self._errors: list[tuple[int, BaseException]] = []
        self._told = -1  # the section whose heading was said last
        #: The first section that doesn't go on, since one before it failed.
        self._end = len(sections)

    def run(self, workers: int) -> list[tuple[str, float]]:
        """Run all.

        :returns: each section's title, and the seconds of a core that its jobs took
        :raises FailedError: if a job fails, or can't be made
        """
        makers = [
            (number, maker)
            for number, section in enumerate(self._sections)
            for maker in section.parts or [section.jobs]
        ]
        servers = workers + GIVING_WAY
        with ThreadPoolExecutor(len(makers) + servers) as threads:
            try:
                with self._changed:
                    self._tell()
                for number, maker in makers:
                    threads.submit(self._make, number, maker)
                for _server in range(servers):
                    threads.submit(self._serve, workers)
                with self._changed:
                    self._changed.wait_for(lambda: not any(self._open[: self._end]))
            except BaseException:
                with self._changed:
                    self._stop(0)
                raise
        self._fail()
        return [
            (section.title, sum(outcome.work for outcome in outcomes.values()))
            for section, outcomes in zip(self._sections, self._outcomes, strict=True)
        ]

    def _make(self, section: int, maker: Callable[[], Sequence[Job]]) -> None:
        jobs: Sequence[Job] = []
        error: BaseException | None = None
        try:
            if section < self._end:
                jobs = maker()
        except BaseException as caught:
            error = caught
        with self._changed:
            for job in jobs if section < self._end else ():
                self._numbers += 1
                self._ready.append((section, -job.seconds, self._numbers, job))
            self._open[section] += len(jobs) - 1
            self._given[section] = True
            if error is not None:
                self._errors.append((section, error))
                self._stop(section + 1)
            self._tell()

    def _serve(self, workers: int) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._next(workers) or not any(self._open[: self._end])
                )
                chosen = self._next(workers)
                if not chosen:
                    return
                self._ready.remove(chosen)
                section, _seconds, number, job = chosen
                try:
                    running = Run(job, self._logs)
                except OSError as error:
                    self._errors.append((section, error))
                    self._ended(section)
                    continue
                self._running[running] = section, job
            outcome = running.wait()
            with self._changed:
                del self._running[running]
                self._outcomes[section][number] = outcome
                if section == self._told:
                    say(str(outcome))
                self._ended(section, failed=outcome.status != 0)

    def _next(self, workers: int) -> tuple[int, int, int, Job] | None:
        """Choose the job that begins next, if one is to."""
        running = [job for _section, job in self._running.values()]
        giving_way = sum(job.gives_way for job in running)
        # Whether there is a place for one that gives way, and for another one.
        free = {True: giving_way < GIVING_WAY, False: len(running) - giving_way < workers}
        ready = [each for each in self._ready if free[each[3].gives_way]]
        # The others are for what fails fastest.
        places = max(1, workers * WAITING // (WAITING + 1))
        at_once = sum(job.at_once for job in running) < places

        def order(each: tuple[int, int, int, Job]) -> tuple[bool, int, int, int]:
            return (not (at_once and each[3].at_once), *each[:3])

        first = min(ready, key=order, default=None)
        # What is made at the same moment begins in order: the longest job not before the shortest.
        wanted = first and ((at_once and first[3].at_once) or all(self._given[: first[0]]))
        return first if wanted else None

    def _ended(self, section: int, *, failed: bool = True) -> None:
        self._open[section] -= 1
        if failed:
            self._stop(section + 1)
        self._tell()

    def _stop(self, first: int) -> None:
        """Let no section from that one on go on."""
        if first < self._end:
            self._end = first
            self._ready = [each for each in self._ready if each[0] < first]
            for running, (section, _job) in self._running.items():
                if section >= first:
                    running.interrupt()
            self._changed.notify_all()

    def _tell(self) -> None:
        """Say the headings of sections whose turn it is, with what is over there."""
        while self._told + 1 < self._end and (self._told < 0 or not self._open[self._told]):
            self._told += 1
            say(_heading(self._sections[self._told], self._began))
            for outcome in self._outcomes[self._told].values():
                say(str(outcome))
        self._changed.notify_all()

    def _fail(self) -> None:
        """Raise the error of what failed, after the output of all that did."""
        reasons = []
        for number, section in enumerate(self._sections[: self._end]):
            outcomes = sorted(self._outcomes[number].items())
            failed = [outcome for _number, outcome in outcomes if outcome.status]
            for outcome in failed:
                lines = outcome.log.read_text("utf-8", "replace").splitlines()
                say(f"\n--- {outcome.job.name}: {_place(outcome.log)}")
                say("\n".join(lines[-_SHOWN_ON_FAILURE:]))
            names = [", ".join(outcome.job.name for outcome in failed)] if failed else []
            for where, error in self._errors:
                if where == number:
                    if not isinstance(error, (FailedError, OSError, subprocess.CalledProcessError)):
                        raise error
                    names.append(str(error))
            reasons += [f"{section.title}: {name}" for name in names]
        if reasons:
            raise FailedError("; ".join(reasons))


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let whatever ends this program end its jobs too: they are in sessions of their own."""
    # A shell has what it starts in the background ignore SIGINT, by which jobs are interrupted too.
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = [signal.signal(number, signal.default_int_handler) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _heading(section: Section, began: float) -> str:
    return f"\n=== {section.title} (after {time.monotonic() - began:.0f} s)"


def _used() -> float:
    """The seconds of a core that this program and those that it waited for took."""
    return sum(os.times()[:4])


def _place(log: Path) -> Path:
    return log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
