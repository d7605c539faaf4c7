# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecule finds the scenarios, the collection and the groups of hosts from where people start it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from integration.runs import CHECKOUT, program

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("folder", [".", "extensions"])
def test_the_scenarios_are_found_in_the_checkout_and_below_it(folder: str, tmp_path: Path) -> None:
    foreign = ("ANSIBLE_", "MOLECULE_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    programs = str(Path(program("molecule")).parent)
    variables["PATH"] = os.pathsep.join((programs, variables["PATH"]))
    variables["MOLECULE_EPHEMERAL_DIRECTORY"] = str(tmp_path)
    done = subprocess.run(
        [program("molecule"), "syntax", "--scenario-name", "default"],
        cwd=CHECKOUT / folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # Without the settings that the scenarios share, the role of the collection is not there.
    assert done.returncode == 0, done.stdout + done.stderr
