# SPDX-License-Identifier: GPL-3.0-or-later
"""A check says what it does, stops at the first section that fails, and shows why.

The logs are in a folder of each test, for runs at the same time.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.jobs import FailedError, Job, Section, run

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep


def python(name: str, code: str, *, last_line: bool = False) -> Job:
    return Job(name, [sys.executable, "-c", code], last_line=last_line)


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
    assert [line.split()[-1] for line in said.splitlines()[-3:]] == ["One", "Two", "all"]


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
