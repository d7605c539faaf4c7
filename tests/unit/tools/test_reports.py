# SPDX-License-Identifier: GPL-3.0-or-later
"""The sum of several pytest runs, from the reports that pytest itself writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.reports import summary


def run_pytest(folder: Path, name: str, tests: str) -> None:
    path = folder / f"test_{name}.py"
    path.write_text(tests, "utf-8")
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), str(path)]
    report = f"--junitxml={folder / name}.xml"
    subprocess.run([*command, report], cwd=folder, check=False, capture_output=True)


def test_runs_are_added_up(tmp_path: Path) -> None:
    run_pytest(tmp_path, "good", "def test_a(): pass\ndef test_b(): pass\n")
    run_pytest(
        tmp_path,
        "bad",
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert False\n"
        "def test_c(): pytest.skip()\n"
        "def test_d(missing): pass\n",
    )
    assert summary(tmp_path) == "3 passed, 2 failed, 1 skipped"


def test_nothing_ran(tmp_path: Path) -> None:
    assert summary(tmp_path) == "0 passed, 0 failed"
