# SPDX-License-Identifier: GPL-3.0-or-later
"""In which environment the demo runs, and that it gets versions that are known."""

from __future__ import annotations

import ast
import socket
from pathlib import Path

import pytest

from demo.__main__ import SHOWN_NETWORK, WINRM, first_address
from tools import demo
from tools.environments import FIRST, PAIRS, Environment
from tools.layout import ROOT

READY = Environment(PAIRS[0], Path("/usr/bin/python3.11"), FIRST)
#: The package of each module that is imported under another name.
NAMES = {"yaml": "PyYAML", "spnego": "pyspnego", "ansible": "ansible-core", "winrm": "pywinrm"}


def test_it_takes_what_every_command_has() -> None:
    assert demo.choose(READY, lambda environment: True) is READY


def test_without_that_it_makes_one_of_its_own() -> None:
    chosen = demo.choose(READY, lambda environment: False)
    assert chosen.folder == demo.FOLDER != FIRST
    assert (chosen.pair, chosen.interpreter) == (READY.pair, READY.interpreter)


def test_each_of_its_packages_is_pinned_on_each_pair() -> None:
    for pair in PAIRS:
        assert {name.lower() for name in demo.PACKAGES} <= demo.pinned(pair.constraints), pair


@pytest.mark.sweep
def test_all_that_simulated_pcs_import_is_among_them() -> None:
    sources = [*(ROOT / "tests" / "winsim").rglob("*.py"), *(ROOT / "tests" / "demo").glob("*.py")]
    assert len(sources) > 100
    imported = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module or "")
    foreign = {name.partition(".")[0] for name in imported} & {
        *(name.lower() for name in demo.PACKAGES), *NAMES, "pypsrp", "lxml", "OpenSSL", "tqdm", "pytest",
    }  # fmt: skip
    assert {NAMES.get(name, name) for name in foreign} <= set(demo.PACKAGES)


def test_it_is_where_the_readme_shows_it_unless_that_place_is_taken() -> None:
    shown = SHOWN_NETWORK.format(1)
    assert f"connected to {shown}." in (ROOT / "README.md").read_text("utf-8")
    try:
        other = socket.create_server((SHOWN_NETWORK.format(2), WINRM))
    except OSError:
        # Somebody has it: then it is taken all the same.
        assert first_address() != shown
    else:
        with other:
            assert first_address() != shown
    assert first_address().startswith("127.")
