# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the sections of a check: headings, elapsed time, and the reason of a failure at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .layout import CACHE, ROOT

LOGS = CACHE / "logs"
#: Tests wait a part of their time: one job more than there are cores keeps those busy.
WORKERS = (os.cpu_count() or 1) + 1
_SHOWN_ON_FAILURE = 200  # lines of a log; the whole of it stays in its file


@dataclass(frozen=True)
class Job:
    """One command.

    ``last_line``: show what it says last, for a test runner's summary. ``seconds``: about how long
    it takes, where it takes long; of those that run side by side the longest begins first.
    """

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = ROOT
    last_line: bool = False
    seconds: int = 0


@dataclass(frozen=True)
class Section:
    """What stands under one heading.

    ``jobs`` gives the commands: called when the section's turn comes, it may prepare what they
    need. Jobs run side by side with their output kept in a log, or, where ``live``, one after
    the other with their output shown.
    """

    title: str
    jobs: Callable[[], Sequence[Job]]
    live: bool = False


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
        _say(done.stdout)
    return done.returncode


def run(sections: Sequence[Section], workers: int = WORKERS, logs: Path = LOGS) -> None:
    """Run sections in order and stop at the first that fails.

    :param workers: how many jobs of a section run side by side
    :param logs: the folder that keeps their output
    :raises FailedError: if one does
    """
    began = time.monotonic()
    done: list[tuple[str, float]] = []
    for section in sections:
        start = time.monotonic()
        _say(f"\n=== {section.title} (after {start - began:.0f} s)")
        try:
            jobs = section.jobs()
            if section.live:
                _run_live(jobs)
            else:
                _run_together(jobs, workers, logs)
        except subprocess.CalledProcessError as error:
            raise FailedError(f"{section.title}: {error}") from error
        except FailedError as error:
            raise FailedError(f"{section.title}: {error}") from error
        done.append((section.title, time.monotonic() - start))
    _say("\n=== Passed")
    for title, seconds in done:
        _say(f"{seconds:7.1f} s  {title}")
    _say(f"{time.monotonic() - began:7.1f} s  in all")


def _run_live(jobs: Sequence[Job]) -> None:
    for job in jobs:
        _say(f"--- {job.name}")
        status = subprocess.run(
            job.command, cwd=job.folder, env=job.variables, stdin=subprocess.DEVNULL, check=False
        ).returncode
        if status:
            raise FailedError(f"{job.name} ended with status {status}")


def _run_together(jobs: Sequence[Job], workers: int, logs: Path) -> None:
    logs.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        first = sorted(jobs, key=lambda job: -job.seconds)
        begun = {id(job): pool.submit(_run_logged, job, logs) for job in first}
    outcomes = [begun[id(job)].result() for job in jobs]
    failed = [(job, log) for job, (status, log) in zip(jobs, outcomes, strict=True) if status]
    for job, log in failed:
        lines = log.read_text("utf-8", "replace").splitlines()
        _say(f"\n--- {job.name}: {_place(log)}")
        _say("\n".join(lines[-_SHOWN_ON_FAILURE:]))
    if failed:
        raise FailedError(", ".join(job.name for job, log in failed))


def _run_logged(job: Job, logs: Path) -> tuple[int, Path]:
    start = time.monotonic()
    log = logs / ("".join(c if c.isalnum() or c in "-." else "_" for c in job.name) + ".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            job.command,
            cwd=job.folder,
            env=job.variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        status, work = _waited_for(process)
    seconds = time.monotonic() - start
    said = log.read_text("utf-8", "replace").splitlines() if job.last_line else []
    verdict = "failed" if status else "ok    "
    tail = f": {said[-1]}" if said else ""
    _say(f"{verdict} {seconds:6.1f} s  (work {work:5.1f} s)  {job.name}{tail}")
    return status, log


def _waited_for(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for a command's end.

    :returns: its exit status; and the seconds of a core that it took, with all processes that it
        and they waited for. Where several commands share few cores, that is what one costs.
    """
    try:
        _pid, ended, used = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(ended)
    return process.returncode, used.ru_utime + used.ru_stime


def _place(log: Path) -> Path:
    return log.relative_to(ROOT) if log.is_relative_to(ROOT) else log


def _say(text: str) -> None:
    # The commands write to the same place themselves: what comes first must be out first.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
