# SPDX-License-Identifier: GPL-3.0-or-later
"""A check says what it does, lets no core wait, stops at the first section that fails, and shows why.

The logs are in a folder of each test, for runs at the same time.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tools.jobs import FailedError, Job, Section, lower_priority, together
from tools.schedule import GIVING_WAY, run

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep


def python(name: str, code: str, *, last_line: bool = False) -> Job:
    return Job(name, [sys.executable, "-c", code], last_line=last_line)


def waiting_for(path: Path) -> str:
    """Code that goes on when a file is there, and fails if it never comes."""
    return (
        "import time, pathlib, sys\n"
        "end = time.monotonic() + 60\n"
        f"while not pathlib.Path({str(path)!r}).exists():\n"
        "    time.sleep(0.01)\n"
        "    if time.monotonic() > end: sys.exit('never came')\n"
    )


def making(path: Path) -> str:
    """Code that makes a file."""
    return f"import pathlib; pathlib.Path({str(path)!r}).touch()\n"


def sleeping_until_interrupted(begun: Path, interrupted: Path) -> str:
    """Code that makes a file and waits; if somebody interrupts it, it makes another."""
    return (
        f"import time\ntry:\n    {making(begun)}    time.sleep(60)\n"
        f"except KeyboardInterrupt:\n    {making(interrupted)}"
    )


def test_a_section_begins_before_the_one_before_it_ends_and_is_told_behind_it(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    run(
        [
            Section("One", lambda: [python("slow", waiting_for(begun))]),
            Section("Two", lambda: [python("fast", making(begun))]),
        ],
        workers=2,
        logs=tmp_path / "logs",
    )
    said = capfd.readouterr().out
    places = [said.index(text) for text in ("=== One", "  slow", "=== Two", "  fast", "=== Passed")]
    assert places == sorted(places)


def test_a_long_job_that_is_there_first_lets_the_sections_before_it_begin(tmp_path: Path) -> None:
    order, made = tmp_path / "order", threading.Event()

    def noted(name: str) -> Job:
        return python(name, f"open({str(order)!r}, 'a').write({name!r})")

    def first() -> list[Job]:
        made.wait(60)
        return [noted("a")]

    def second() -> list[Job]:
        threading.Timer(0.1, made.set).start()
        return [replace(noted("b"), seconds=70)]

    run([Section("One", first), Section("Two", second)], workers=1, logs=tmp_path / "logs")
    assert order.read_text() == "ab"


def noting(name: str, order: Path, then: str = "") -> Job:
    return python(name, f"with open({str(order)!r}, 'a') as file: file.write({name!r})\n{then}")


def test_what_waits_most_of_the_time_begins_before_the_sections_before_it(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    order, made = tmp_path / "order", threading.Event()

    def first() -> list[Job]:
        made.wait(60)
        return [noting("a", order)]

    def second() -> list[Job]:
        threading.Timer(0.1, made.set).start()
        return [replace(noting("b", order), at_once=True), noting("c", order)]

    run([Section("One", first), Section("Two", second)], workers=1, logs=tmp_path / "logs")
    assert order.read_text() == "bac"
    said = capfd.readouterr().out
    places = [said.index(text) for text in ("=== One", "  a", "=== Two", "  b", "=== Passed")]
    assert places == sorted(places)


def test_it_leaves_places_to_those(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    long = [replace(python(name, waiting_for(begun)), at_once=True) for name in "abc"]
    run(
        [Section("One", lambda: [python("fast", making(begun))]), Section("Two", lambda: long)],
        workers=3,
        logs=tmp_path / "logs",
    )
    assert begun.exists()


def test_what_began_before_its_turn_ends_with_a_failure_before_it(tmp_path: Path) -> None:
    begun, interrupted, order = (tmp_path / name for name in ("begun", "interrupted", "order"))
    later = [
        replace(python("later", sleeping_until_interrupted(begun, interrupted)), at_once=True),
        replace(noting("never", order), at_once=True),
    ]
    bad = python("bad", waiting_for(begun) + "exit('why')")
    with pytest.raises(FailedError, match=r"One: bad$"):
        run(
            [Section("One", lambda: [bad, noting("a", order)]), Section("Two", lambda: later)],
            workers=2,
            logs=tmp_path / "logs",
        )
    assert interrupted.exists()
    assert "never" not in order.read_text()


def test_who_gives_way_has_a_lower_priority_in_all_that_it_starts(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("ready", "told")]
    says = f"open({str(names[1])!r}, 'w').write(str(os.nice(0)))"
    job = replace(
        python(
            "a",
            # Until this process has been told so itself.
            "import os, subprocess, sys, time\n"
            "end = time.monotonic() + 60\n"
            f"while os.nice(0) < {lower_priority()} and time.monotonic() < end: time.sleep(0.01)\n"
            f"subprocess.run([sys.executable, '-c', 'import os; ' + {says!r}], check=True)",
        ),
        gives_way=True,
    )
    before = os.nice(0)
    run([Section("One", lambda: [job])], logs=tmp_path / "logs")
    assert int(names[1].read_text()) == min(before + 10, 19)
    assert os.nice(0) == before


def test_who_gives_way_takes_nobodys_place(tmp_path: Path) -> None:
    """Nor has it more places than there are cores."""
    begun, over = tmp_path / "begun", tmp_path / "over"
    other = python("other", waiting_for(begun) + making(over))
    first = [
        replace(python(f"first {number}", making(begun) + waiting_for(over)), gives_way=True)
        for number in range(GIVING_WAY)
    ]
    later = f"import pathlib\nassert pathlib.Path({str(over)!r}).exists()"
    run(
        [
            Section("One", lambda: [other]),
            Section("Two", lambda: [*first, replace(python("later", later), gives_way=True)]),
        ],
        workers=1,
        logs=tmp_path / "logs",
    )


def test_no_job_waits_for_what_another_one_needs(tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    def prepared_late() -> list[Job]:
        for _time in range(6000):
            if begun.exists():
                return []
            time.sleep(0.01)
        raise FailedError("the other job never ran")

    late = Section("late", prepared_late)
    run(
        [together("All", late, Section("early", lambda: [python("early", making(begun))]))],
        logs=tmp_path / "logs",
    )


def test_a_failure_interrupts_what_runs_of_later_sections(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    begun, interrupted = tmp_path / "begun", tmp_path / "interrupted"
    later = python("later", sleeping_until_interrupted(begun, interrupted))
    with pytest.raises(FailedError, match=r"One: bad$"):
        run(
            [
                Section("One", lambda: [python("bad", waiting_for(begun) + "exit('why')")]),
                Section("Two", lambda: [later]),
            ],
            workers=2,
            logs=tmp_path / "logs",
        )
    assert interrupted.exists()
    said = capfd.readouterr().out
    assert "why" in said
    assert "Two" not in said
    assert "later" not in said


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """What a shell does to a program that it starts in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_a_run_that_is_ended_ends_its_jobs(tmp_path: Path) -> None:
    begun, interrupted = tmp_path / "begun", tmp_path / "interrupted"
    end = "import os, signal; os.kill(os.getppid(), signal.SIGTERM)"
    jobs = [
        python("a", sleeping_until_interrupted(begun, interrupted)),
        python("b", waiting_for(begun) + end),
    ]
    with pytest.raises(KeyboardInterrupt):
        run([Section("One", lambda: jobs)], workers=2, logs=tmp_path / "logs")
    assert interrupted.exists()


LEAVES_BEHIND = """
import os, signal, subprocess, sys, time
sleeping = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(flush=True); "
sleeping += "time.sleep(600)"
for apart in (False, True):
    # One in the session of the job, that minds no Ctrl-C, and one in a session of its own.
    made = subprocess.Popen(
        [sys.executable, "-c", sleeping], stdout=subprocess.PIPE, start_new_session=apart
    )
    made.stdout.readline()
    with open({pids!r}, "a") as file:
        file.write(f"{{made.pid}} ")
"""


def is_there(pid: int) -> bool:
    """Whether a process runs, and is not only waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("live", [False, True])
def test_nothing_that_a_job_has_started_outlives_a_run_that_is_ended(
    live: bool, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    end = "os.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(60)\n"
    job = python("a", LEAVES_BEHIND.format(pids=str(pids)) + end)
    with pytest.raises(KeyboardInterrupt):
        run([Section("One", lambda: [job], live=live)], workers=1, logs=tmp_path / "logs")
    left = [int(line) for line in pids.read_text("ascii").split()]
    assert len(left) == 2
    # Killed, and gone as soon as the system has got round to it.
    end_of_patience = time.monotonic() + 60
    while any(map(is_there, left)) and time.monotonic() < end_of_patience:
        time.sleep(0.01)
    assert not any(map(is_there, left))


def test_what_a_job_leaves_behind_that_nobody_has_interrupted_is_its_own_affair(
    tmp_path: Path,
) -> None:
    pids = tmp_path / "pids"
    run(
        [Section("One", lambda: [python("a", LEAVES_BEHIND.format(pids=str(pids)))])],
        logs=tmp_path / "logs",
    )
    left = [int(line) for line in pids.read_text("ascii").split()]
    try:
        assert all(map(is_there, left))
    finally:
        for pid in left:
            os.kill(pid, signal.SIGKILL)


def test_what_can_not_be_prepared_is_a_failure_of_its_section(tmp_path: Path) -> None:
    def unprepared() -> list[Job]:
        raise FailedError("no network")

    with pytest.raises(FailedError, match=r"One: no network$"):
        run([Section("One", unprepared)], logs=tmp_path / "logs")


def test_sections_run_in_order_and_are_listed(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(
        [
            Section("One", lambda: [python("a", "print('hidden'); print('2 passed')")]),
            Section("Two", lambda: [python("b", "print('shown')")], live=True),
        ],
        logs=tmp_path,
    )
    said = capfd.readouterr().out
    assert said.index("=== One") < said.index("=== Two") < said.index("shown")
    assert "hidden" not in said
    assert [line.split()[-1] for line in said.splitlines()[-4:]] == ["One", "Two", "do", "all"]


def test_the_last_line_of_a_hidden_output_can_be_shown(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    job = python("a", "print('1'); print('2 passed')", last_line=True)
    run([Section("One", lambda: [job])], logs=tmp_path)
    assert "a: 2 passed\n" in capfd.readouterr().out


def test_the_work_of_a_job_is_told_with_that_of_its_processes(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    job = python("a", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])")
    run([Section("One", lambda: [job])], logs=tmp_path)
    told = re.search(r"\(work +([0-9.]+) s\)  a\n", capfd.readouterr().out)
    assert told
    assert float(told[1]) >= 0.3


@pytest.mark.parametrize("live", [False, True])
def test_a_failure_ends_the_run_and_shows_its_output(
    live: bool, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing = Section("One", lambda: [python("bad", "print('why'); exit(3)")], live=live)
    never = Section("Two", lambda: [python("later", "print('never')")], live=True)
    with pytest.raises(FailedError, match="One: bad"):
        run([failing, never], logs=tmp_path)
    said = capfd.readouterr().out
    assert "why" in said
    assert "never" not in said
    assert "Passed" not in said


def test_the_longest_job_begins_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = "open({!r}, 'a').write({!r})"
    jobs = [
        replace(python(name, code.format(str(order), name)), seconds=seconds)
        for name, seconds in (("b", 5), ("c", 0), ("a", 70))
    ]
    run([Section("One", lambda: jobs)], workers=1, logs=tmp_path / "logs")
    assert order.read_text() == "abc"


def test_jobs_side_by_side_all_finish_and_the_failed_ones_are_named(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    jobs = [python("bad", "exit('reason')"), python("good", ""), python("worse", "exit(2)")]
    with pytest.raises(FailedError, match=r"One: bad, worse$"):
        run([Section("One", lambda: jobs)], logs=tmp_path)
    said = capfd.readouterr().out
    assert said.index("good") < said.index("reason")
