# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the controller are either the old ones or the new ones."""

from __future__ import annotations

import errno
import os
import resource
import stat
import tempfile
import unicodedata
from collections.abc import Callable, ItemsView, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.plugin_utils import files
from ansible_collections.portkeeper.windows.plugins.plugin_utils.files import (
    FileError,
    check,
    name_of,
    read,
    write_all,
)
from unit.rows import each_row


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


def test_a_file_keeps_its_group(tmp_path: Path) -> None:
    """Else those of another group could read what was for that one."""
    others = [each for each in os.getgroups() if each != tmp_path.stat().st_gid]
    group = 1 if os.geteuid() == 0 else next(iter(others), os.getegid())
    path = tmp_path / "one"
    path.write_text("old")
    os.chown(path, -1, group)
    path.chmod(0o660)
    write_all({path: "new"})
    assert (path.stat().st_gid, path.stat().st_mode & 0o777) == (group, 0o660)


Status = tuple[int, int, int]  # owner, group, mode


@pytest.mark.parametrize(
    ("old", "new", "mode"),
    [
        # Our own, and one of ours with a group that we can't give it.
        ((1000, 50, 0o664), (1000, 50, 0o600), 0o664),
        ((1000, 77, 0o664), (1000, 50, 0o600), 0o604),
        # Another user's lets nobody read what our umask keeps from them, nor write to it.
        ((1001, 50, 0o644), (1000, 50, 0o600), 0o600),
        ((1001, 50, 0o666), (1000, 50, 0o664), 0o644),
        # Nor is it shown to those that it was not for.
        ((1001, 50, 0o600), (0, 0, 0o644), 0o600),
    ],
)
def test_who_may_read_a_file_in_the_place_of_another(
    old: Status, new: Status, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(found: Status) -> os.stat_result:
        owner, group, bits = found
        return os.stat_result((stat.S_IFREG | bits, 0, 0, 1, owner, group, 0, 0, 0, 0))

    def refuse(_number: int, _owner: int, _group: int) -> None:
        raise PermissionError

    given: list[int] = []
    monkeypatch.setattr(os, "fstat", lambda _number: status(new))
    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "fchmod", lambda _number, bits: given.append(bits))
    files._permit(3, status(old))
    assert given == [mode]


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
    with pytest.raises(FileError, match="file"):
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


# -- links -----------------------------------------------------------------------------------------


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder that everybody may write to."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o707])
def test_a_link_in_a_folder_of_many_is_not_followed(shared: Path, mode: int) -> None:
    shared.chmod(mode)
    target = shared.parent / "target"
    target.write_text("old")
    (shared / "link").symlink_to(target)
    with pytest.raises(FileError, match="'link' in it is a link that another user may have put"):
        write_all({shared / "link": "new"})
    with pytest.raises(FileError, match="is not followed"):
        check(shared / "link")
    with pytest.raises(FileError, match="is not followed"):
        read(shared / "link", 100)
    assert target.read_text() == "old"


@pytest.mark.parametrize("private", [False, True])
def test_nor_is_one_on_the_way_there(shared: Path, private: bool) -> None:
    elsewhere = shared.parent / "elsewhere"
    elsewhere.mkdir()
    (shared / "reports").symlink_to(elsewhere)
    with pytest.raises(FileError, match="'reports' in it is a link"):
        write_all({shared / "reports" / "one": "new"}, private=private)
    assert list(elsewhere.iterdir()) == []


def test_nor_is_one_that_a_link_of_ours_leads_to(shared: Path) -> None:
    target = shared.parent / "target"
    (shared / "theirs").symlink_to(target)
    (shared.parent / "ours").symlink_to("shared/theirs")
    with pytest.raises(FileError, match="'theirs' in it is a link"):
        write_all({shared.parent / "ours": "new"})
    assert not target.exists()


def test_links_of_ours_are_followed_wherever_they_lead(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "to_a").symlink_to("a")
    (tmp_path / "a" / "b" / "up").symlink_to("../../to_a")
    (tmp_path / "a" / "file").symlink_to(tmp_path / "a" / "b" / "real")
    write_all({tmp_path / "to_a" / "b" / "up" / "file": "new"})
    assert (tmp_path / "a" / "b" / "real").read_text() == "new"
    assert read(tmp_path / "to_a" / "file", 100) == "new"


US, OTHER = os.geteuid(), os.geteuid() + 1000
OWN_GROUP, ANY_GROUP = 0, 4_000_000


@each_row(
    ("folder", "link", "trusted"),
    [
        ((0o755, US, ANY_GROUP), US, True),
        ((0o755, 0, ANY_GROUP), US, True),
        ((0o755, US, ANY_GROUP), 0, True),
        ((0o755, US, ANY_GROUP), OTHER, False),
        ((0o755, OTHER, ANY_GROUP), US, False),
        ((0o775, US, ANY_GROUP), US, False),
        ((0o775, US, OWN_GROUP), US, True),
        ((0o757, US, OWN_GROUP), US, False),
        ((0o1777, 0, OWN_GROUP), US, False),
        ((0o1777, 0, OWN_GROUP), OTHER, False),
    ],
)
def test_whose_links_are_trusted(folder: tuple[int, int, int], link: int, trusted: bool) -> None:
    mode, owner, group = folder
    status = os.stat_result((0o40000 | mode, 1, 1, 2, owner, group, 0, 0, 0, 0))
    assert (
        files._trusted(status, os.stat_result((0o120777, 2, 1, 1, link, 0, 0, 0, 0, 0))) is trusted
    )


class Swapped(dict[Path, str]):
    """Contents during whose writing something happens, after the first file and before the next."""

    def __init__(self, contents: dict[Path, str], happens: Callable[[], None]) -> None:
        super().__init__(contents)
        self._happens = happens

    def items(self) -> ItemsView[Path, str]:
        def each() -> Iterator[tuple[Path, str]]:
            for number, item in enumerate(super(Swapped, self).items()):
                if number == 1:
                    self._happens()
                yield item

        return each()  # type: ignore[return-value]


def test_a_folder_that_is_exchanged_meanwhile_leads_nowhere_else(shared: Path) -> None:
    """Another user moves the folder away and puts a link in its place, in the middle of it all."""
    folder, away, victim = shared / "reports", shared / "away", shared.parent / "victim"
    folder.mkdir()
    victim.mkdir()

    def exchange() -> None:
        folder.rename(away)
        folder.symlink_to(victim)

    with pytest.raises(FileError, match="'reports' in it is a link"):
        write_all(Swapped({folder / "one": "1", folder / "two": "2"}, exchange))
    assert (list(victim.iterdir()), list(away.iterdir())) == ([], [])


def test_what_is_already_begun_stays_in_the_folder_that_was_opened(shared: Path) -> None:
    folder, away, victim = shared / "reports", shared / "away", shared.parent / "victim"
    folder.mkdir()
    victim.mkdir()
    other = shared.parent / "two"

    def exchange() -> None:
        folder.rename(away)
        folder.symlink_to(victim)

    write_all(Swapped({folder / "one": "1", other: "2"}, exchange))
    assert list(victim.iterdir()) == []
    assert [path.name for path in away.iterdir()] == ["one"]
    assert other.read_text() == "2"


# -- errors ----------------------------------------------------------------------------------------


def loop(folder: Path) -> Path:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    return folder / "a"


def long_name(folder: Path) -> Path:
    return folder / ("n" * 256)


def long_part(folder: Path) -> Path:
    return folder / ("n" * 256) / "file"


def a_folder(folder: Path) -> Path:
    return folder


def a_part_that_is_a_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "x"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def no_path(folder: Path) -> Path:
    return folder / "a\x00b"


def half_a_character(folder: Path) -> Path:
    return folder / "a\ud800b"


@pytest.mark.parametrize(
    "work", [check, lambda path: write_all({path: "x"})], ids=["check", "write"]
)
@pytest.mark.parametrize(
    ("place", "said"),
    [
        (loop, "its links go round in a circle. Fix the links"),
        (long_name, "a name in it is too long. Give a shorter one"),
        (long_part, "a name in it is too long. Give a shorter one"),
        (a_folder, "it is a folder. Name a file"),
        (a_part_that_is_a_file, "a part of it is not a folder. Name another folder"),
        (a_pipe, "is not a file, but a pipe or a device. Name a file"),
        (no_path, "it is not a path"),
        (half_a_character, "it is not a path"),
    ],
)
def test_an_error_names_the_file_and_the_next_step(
    tmp_path: Path, work: Callable[[Path], None], place: Callable[[Path], Path], said: str
) -> None:
    path = place(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileError) as caught:
        work(path)
    assert str(tmp_path) in str(caught.value)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert sorted(tmp_path.iterdir()) == before


@each_row(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full. Make room"),
        (errno.EDQUOT, "the quota of this user is used up. Make room"),
        (errno.EROFS, "the file system is read-only. Name a folder"),
        (errno.EACCES, "this user may not do that there. Name a file in a folder of yours"),
        (errno.EIO, "Input/output error. Name a file"),
    ],
)
def test_errors_of_the_system_in_words(number: int, said: str) -> None:
    error = FileError.of(Path("/reports/one"), OSError(number, os.strerror(number)))
    assert str(error).startswith(f"/reports/one: {said}")


def test_a_file_that_gets_too_large_leaves_all_as_they_were(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(FileError, match="two: it gets larger than a file may be"):
            write_all({one: "new", two: "x" * 200_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert one.read_text() == "old"
    assert list(tmp_path.iterdir()) == [one]


def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_all({path: "new"})
    assert path.read_text() == "new"


def test_a_folder_that_is_not_there_is_an_error_only_where_it_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    check(path, make=True)
    with pytest.raises(FileError, match=rf"the folder {path.parent} is not there"):
        check(path)
    assert read(path, 10) is None
    assert list(tmp_path.iterdir()) == []


def as_somebody_else(act: Callable[[], None]) -> str:
    """What goes wrong with something that a user does who is not root; empty if nothing does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            act()
        except BaseException as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as told:
        text = told.read().decode()
    os.waitpid(child, 0)
    return text


@pytest.mark.parametrize("way", ["file", "reports/file", "a/b/file"])
def test_a_folder_that_can_neither_be_written_nor_made_is_found_before(way: str) -> None:
    # The folders of pytest are for one user.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        path = Path(folder) / way
        told = as_somebody_else(lambda: check(path, make=True))
        assert told.startswith(f"{path}: "), told
        assert "this user may not do that there" in told
        os.chmod(folder, 0o777)
        assert as_somebody_else(lambda: check(path, make=True)) == ""
        assert list(Path(folder).iterdir()) == []


def test_what_is_larger_than_expected_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x" * 11)
    assert read(path, 11) == "x" * 11
    with pytest.raises(FileError, match="more than 10 bytes"):
        read(path, 10)


def test_folders_for_private_files_are_private_too(tmp_path: Path) -> None:
    write_all({tmp_path / "new" / "file": "x"}, private=True)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


# -- names -----------------------------------------------------------------------------------------


@each_row("host", ["win-1", "PC_07.example.net", "東京-営業-01", "10.0.0.5", "ＰＣ"])
def test_a_host_s_own_name_is_that_of_its_file(host: str) -> None:
    assert name_of(host, [host, "other"]) == host


@pytest.mark.parametrize(
    "host",
    ["", ".", "..", "../../etc/x", "/etc/passwd", "~root", "a/b", "a\\b", "C:\\x", "a\x00b", "con",
     "COM1.local", "nul.x", "fe80::1", "pc 1", "-rf", ".hidden", "a\u202eb", "n" * 300, "日" * 200,
     "e\u0301", "x-0123456789ab", "\ud800", "pc."],
)  # fmt: skip
def test_any_other_gets_a_digest_and_stays_in_its_folder(host: str, tmp_path: Path) -> None:
    name = name_of(host)
    assert name != host
    path = tmp_path / f"{name}.jsonl"
    write_all({path: "x"}, private=True)
    assert list(tmp_path.iterdir()) == [path]


HOSTS = st.lists(
    st.text(st.sampled_from("aAbB.-_/\\~ éE\u0301ßsﬁfiİıK\u212aＰp0\x00\u202e") | st.characters())
    | st.sampled_from(["con", "CON", "nul", "pc", "PC", "Pc", "x-0123456789ab", "..", "."]),
    unique=True,
    max_size=6,
)


@given(HOSTS)
@example(["a/b", name_of("a/b")])
@example(["pc", "PC"])
@example(["é", "e\u0301"])
def test_no_two_hosts_have_a_file_and_none_is_elsewhere(hosts: list[str]) -> None:
    names = [name_of(host, hosts) for host in hosts]
    for name in names:
        assert Path(name).name == name
        assert name.strip(" .") == name
        assert len(name.encode()) < 200
        assert not set(name) & set('/\\:*?"<>|~\x00')
        assert name.isprintable()
    # Neither where letter case does not count, nor where Unicode forms don't.
    folded = {unicodedata.normalize("NFKD", name.casefold()).casefold() for name in names}
    assert len(folded) == len(hosts)
