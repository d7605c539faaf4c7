# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive holds the product: no more, no less."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tools import archive
from tools.layout import ROOT, known_files

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep


@pytest.fixture(scope="module")
def good() -> set[str]:
    """The names in a right archive: some folders of the repository, and files beside them."""
    folders = ("changelogs/", "docs/", "meta/", "playbooks/", "plugins/", "roles/")
    others = {"Makefile", "ansible.cfg", "galaxy.yml", "pyproject.toml"}
    names = {str(path) for path in known_files()} - others
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


def test_what_is_not_product_is_named(good: set[str], tmp_path: Path) -> None:
    extra = {
        ".ci/run",
        ".gitignore",
        "Makefile",
        "ansible.cfg",
        "extensions/molecule/config.yml",
        "findings/library-surprise.sh",
        "pyproject.toml",
        "tests/config.yml",
        "tests/winsim/cim.py",
        "plugins/module_utils/left_over.pyc",
    }
    with pytest.raises(archive.ContentError) as caught:
        archive.check(write(tmp_path / "a.tar.gz", good | extra))
    told = [f"in the archive, but not product: {name}" for name in sorted(extra)]
    assert str(caught.value).splitlines() == told


def test_what_is_missing_is_named(good: set[str], tmp_path: Path) -> None:
    missing = {
        "LICENSE",
        "meta/runtime.yml",
        "plugins/module_utils/README.md",
        "plugins/modules/port_facts.py",
    }
    with pytest.raises(archive.ContentError) as caught:
        archive.check(write(tmp_path / "a.tar.gz", good - missing))
    told = [f"product, but not in the archive: {name}" for name in sorted(missing)]
    assert str(caught.value).splitlines() == told


def test_what_was_added_to_git_by_mistake_is_found() -> None:
    added = ["a.log", "scratch/notes.md", "docs/reach.md", "README.md", "README.md.orig"]
    found = archive.strays(map(Path, added))
    assert [str(path) for path in found] == ["a.log", "scratch/notes.md", "README.md.orig"]


def test_a_stray_file_fails_the_check(
    good: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = known_files()
    monkeypatch.setattr(archive, "known_files", lambda: [*known, Path("a.log")])
    with pytest.raises(archive.ContentError, match=r"^in the repository.*: a\.log$"):
        archive.check(write(tmp_path / "a.tar.gz", good | {"a.log"}))


def test_what_git_does_not_know_is_left_out_and_named(tmp_path: Path) -> None:
    checkout, sources = tmp_path / "checkout", tmp_path / "sources"
    texts = {
        "README.md": "known",
        "plugins/modules/a.py": "known",
        "plugins/modules/new.py": "forgotten",
        "notes.txt": "unknown",
        "tests/scratch.py": "unknown, and no product",
        "plugins/left_over.pyc": "ignored",
        ".gitignore": "*.pyc",
    }
    for name, text in texts.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text)
    known = ["README.md", "plugins/modules/a.py", ".gitignore"]
    for command in (["init", "-q"], ["add", *known]):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    (checkout / "README.md").write_text("changed since")
    left_out = archive.stage(checkout, sources)
    assert left_out == [Path("notes.txt"), Path("plugins/modules/new.py")]
    copied = {str(path.relative_to(sources)) for path in sources.rglob("*") if path.is_file()}
    assert copied == set(known)
    assert (sources / "README.md").read_text() == "changed since"


def test_reports_and_recordings_in_a_checkout_are_neither_source_nor_product() -> None:
    defaults = yaml.safe_load((ROOT / "roles/port_report/defaults/main.yml").read_text())
    report = f"{defaults['port_report_folder']}/{defaults['port_report_name']}.html"
    left_out = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    for name in (report, "recordings/win-1.jsonl", "win-1.jsonl"):
        subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=True)
        path = Path(name)
        places = [str(each) for each in (path, *path.parents[:-1])]
        assert any(fnmatch(place, pattern) for place in places for pattern in left_out), name


def built(path: Path, names: list[str], time: float) -> Path:
    """An archive as ansible-galaxy makes it at a time, from files that it finds in an order."""
    texts = {name: f"# {name}" for name in names}
    files = json.dumps({"files": [{"name": name} for name in names], "format": 1})
    checksum = hashlib.sha256(files.encode()).hexdigest()
    manifest = {"file_manifest_file": {"name": "FILES.json", "chksum_sha256": checksum}}
    with tarfile.open(path, "w:gz") as content:
        for name, text in {
            "MANIFEST.json": json.dumps(manifest),
            "FILES.json": files,
            **texts,
        }.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(text), time
            content.addfile(member, io.BytesIO(text.encode()))
        folder = tarfile.TarInfo("plugins")
        folder.type, folder.mtime, folder.mode = tarfile.DIRTYPE, time, 0o755
        content.addfile(folder)
    return path


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    names = ["plugins/b.py", "README.md", "plugins/a.py"]
    first = built(tmp_path / "first.tar.gz", names, 1.25)
    second = built(tmp_path / "second.tar.gz", names[::-1], 2.5)
    for path in (first, second):
        archive.make_reproducible(path, 1_700_000_000)
    assert first.read_bytes() == second.read_bytes()

    with tarfile.open(first) as content:
        members = content.getmembers()
        texts = {each.name: content.extractfile(each) for each in members if each.isfile()}
        read = {name: data.read() for name, data in texts.items() if data}
    assert [each.name for each in members[:2]] == ["FILES.json", "MANIFEST.json"]
    assert {each.mtime for each in members} == {1_700_000_000}
    assert read["plugins/a.py"] == b"# plugins/a.py"
    manifest = json.loads(read["MANIFEST.json"])["file_manifest_file"]
    assert manifest["chksum_sha256"] == hashlib.sha256(read["FILES.json"]).hexdigest()
