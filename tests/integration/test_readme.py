# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md and README.ja.md show is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from integration.runs import CHECKOUT

pytestmark = pytest.mark.integration


def test_the_table_in_the_readme_is_the_demo_s() -> None:
    (shown,) = {
        table
        for name in ("README.md", "README.ja.md")
        for table in re.findall(r"```text\n(.*?)```", (CHECKOUT / name).read_text(), re.DOTALL)
    }
    demo = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT / "tests")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout
    printed = {line.strip() for line in demo.stdout.splitlines()}
    assert [line for line in shown.splitlines() if line not in printed] == []
