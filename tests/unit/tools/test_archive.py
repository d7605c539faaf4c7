# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive holds the product: no more, no less."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tools import archive
from tools.layout import source_files


@pytest.fixture
def good() -> set[str]:
    """The names in a right archive: some folders of the repository, and files beside them."""
    folders = ("changelogs/", "docs/", "meta/", "playbooks/", "plugins/", "roles/")
    others = {"Makefile", "ansible.cfg", "galaxy.yml", "pyproject.toml"}
    names = {str(path) for path in source_files()} - others
    beside = {name for name in names if "/" not in name and not name.startswith(".")}
    product = beside | {name for name in names if name.startswith(folders)}
    return product | {"MANIFEST.json", "FILES.json"}


def write(path: Path, names: set[str]) -> Path:
    with tarfile.open(path, "w:gz") as content:
        for name in sorted(names):
            content.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


def test_right(good: set[str], tmp_path: Path) -> None:
    assert archive.check(write(tmp_path / "a.tar.gz", good)) == len(good) - 2


@pytest.mark.parametrize(
    "name",
    [
        ".ci/run",
        ".gitignore",
        "Makefile",
        "ansible.cfg",
        "extensions/molecule/config.yml",
        "pyproject.toml",
        "tests/config.yml",
        "tests/winsim/cim.py",
        "plugins/module_utils/left_over.pyc",
    ],
)
def test_what_is_not_product_is_named(good: set[str], tmp_path: Path, name: str) -> None:
    with pytest.raises(archive.ContentError, match=f"not product: {name}$"):
        archive.check(write(tmp_path / "a.tar.gz", good | {name}))


@pytest.mark.parametrize("name", ["LICENSE", "meta/runtime.yml", "plugins/modules/port_facts.py"])
def test_what_is_missing_is_named(good: set[str], tmp_path: Path, name: str) -> None:
    with pytest.raises(archive.ContentError, match=f"not in the archive: {name}$"):
        archive.check(write(tmp_path / "a.tar.gz", good - {name}))
