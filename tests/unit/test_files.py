# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the controller are either the old ones or the new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.portkeeper.windows.plugins.plugin_utils.files import write_all


def test_files_and_their_folder_are_made(tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "b" / "one.csv", tmp_path / "a" / "b" / "two.json"
    write_all({one: "x\r\n", two: "東京"})
    assert one.read_bytes() == b"x\r\n"
    assert two.read_text(encoding="utf-8") == "東京"
    assert sorted(path.name for path in one.parent.iterdir()) == ["one.csv", "two.json"]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_text("old")
    path.chmod(0o640)
    write_all({path: "new"})
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_link_stays_one(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("old")
    link.symlink_to(target)
    write_all({link: "new"})
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_one_that_cannot_be_written_leaves_all_as_they_were(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "file" / "bad"
    good.write_text("old")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        write_all({good: "new", bad: "new"})
    assert good.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "good"]


def test_who_reads_the_old_file_goes_on_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_text("old")
    with path.open() as reader:
        write_all({path: "new"})
        assert reader.read() == "old"


def test_a_private_file_is_for_its_owner_alone_and_no_link_is_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("old")
    target.chmod(0o644)
    link.symlink_to(target)
    write_all({link: "new", target: "newer"}, private=True)
    assert not link.is_symlink()
    assert (link.read_text(), link.stat().st_mode & 0o777) == ("new", 0o600)
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("newer", 0o600)
