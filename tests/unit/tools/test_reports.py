# SPDX-License-Identifier: GPL-3.0-or-later
"""The sum of several pytest runs, from the reports that pytest itself writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.reports import summary

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep


def run_pytest(folder: Path, tests: str) -> Path:
    path = folder / "test_all_kinds.py"
    path.write_text(tests, "utf-8")
    # The plugins of the packages here take longer to load than the tests to run.
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), str(path)]
    report = folder / "all-kinds.xml"
    subprocess.run(
        [*command, f"--junitxml={report}"],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
        capture_output=True,
    )
    return report


def test_runs_are_added_up(tmp_path: Path) -> None:
    report = run_pytest(
        tmp_path,
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert False\n"
        "def test_c(): pytest.skip()\n"
        "def test_d(missing): pass\n",
    )
    assert summary(tmp_path) == "1 passed, 2 failed, 1 skipped"
    shutil.copy(report, tmp_path / "another.xml")
    assert summary(tmp_path) == "2 passed, 4 failed, 2 skipped"


def test_nothing_ran(tmp_path: Path) -> None:
    assert summary(tmp_path) == "0 passed, 0 failed"
