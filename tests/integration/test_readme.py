# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md and README.ja.md show is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo.__main__ import simulated_hosts
from integration.runs import CHECKOUT, ad_hoc, own_addresses

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


def shown_messages(readme: str) -> list[str]:
    (shown,) = re.findall(r"```console\n(.*?)```", (CHECKOUT / readme).read_text(), re.DOTALL)
    return shown.splitlines()


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_what_is_said_of_ports_is_what_port_check_says(
    readme: str, language: str, tmp_path: Path
) -> None:
    inventory, tree = tmp_path / "inventory.yml", tmp_path / "tree"
    tree.mkdir()
    option, first = own_addresses()
    with simulated_hosts(inventory, "--image", "win11-ja", option, first):
        output = ad_hoc(
            inventory, "port_check", {"ports": [80, 5432, 8080], "language": language}, tree
        )
    said = output.results["win-1"]["msg"].replace(first, "127.77.0.1")
    assert said.splitlines() == shown_messages(readme)
