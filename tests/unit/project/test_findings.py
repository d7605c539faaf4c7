# SPDX-License-Identifier: GPL-3.0-or-later
"""Each script of findings/ has the form that CONTRIBUTING.md describes. None is run here."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
FINDINGS = sorted((CHECKOUT / "findings").iterdir())
LABELS = ["Software and version", "Expected", "Happens", "Matters to", "Known"]
# What a package is installed with: pip, npm and apt-get write versions in different ways.
_INSTALLED = re.compile(
    r"^ *(?:\S*pip\S* install|npm install|apt-get download)((?:.*\\\n)*.*)$", re.MULTILINE
)
_PINNED = re.compile(r"[\w.-]+(?:===?|=|@)\d[\w.+~-]*")


def words_after(command: str) -> list[str]:
    """The packages of a command: neither options, nor the value of one, nor where output goes."""
    words = command.replace("\\\n", " ").partition(">")[0].split()
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if not word.startswith("-") and before != "--prefix"
    ]


@pytest.fixture(params=FINDINGS, ids=lambda path: path.stem)
def finding(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_there_are_findings() -> None:
    assert FINDINGS


def test_it_is_a_script_that_bash_can_read(finding: Path) -> None:
    assert finding.suffix == ".sh"
    assert os.access(finding, os.X_OK)
    text = finding.read_text("utf-8")
    assert text.startswith("#!/usr/bin/env bash\n# SPDX-License-Identifier: GPL-3.0-or-later\n#: ")
    assert "\nset -euo pipefail\n" in text
    subprocess.run(["bash", "-n", str(finding)], check=True)


def test_its_head_says_what_was_found(finding: Path) -> None:
    text = finding.read_text("utf-8")
    assert re.findall(r"^#: (\S[^:]*):", text, re.MULTILINE) == LABELS
    assert "\nsed -n 's/^#: //p' \"$0\"\n" in text


def test_every_package_is_pinned(finding: Path) -> None:
    packages = [
        word
        for found in _INSTALLED.findall(finding.read_text("utf-8"))
        for word in words_after(found)
    ]
    assert packages
    assert [word for word in packages if not _PINNED.fullmatch(word)] == []


def test_it_removes_its_folder_and_compares_what_it_has_seen(finding: Path) -> None:
    text = finding.read_text("utf-8")
    assert "\nfolder=$(mktemp -d)\ntrap '" in text
    assert re.search(r"^trap '.*rm -rf \"\$folder\"' EXIT$", text, re.MULTILINE)
    seen = text[text.index('\necho "Seen:"\n') :]
    assert re.match(r'\necho "Seen:"\ncat (\S+)\ndiff \1 - <<\'SEEN\'\n(?:.+\n)+SEEN\n\Z', seen)


def test_it_runs_without_the_product(finding: Path) -> None:
    text = finding.read_text("utf-8").lower()
    for word in ("portkeeper", "winsim", "module_utils", "../"):
        assert word not in text
