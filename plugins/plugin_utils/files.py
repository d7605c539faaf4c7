# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files on the controller.

A folder may be shared with other users of the controller, who could place links in it. So every
path is walked one component at a time, each opened in the folder that is already open and never
through a link that the system would follow by itself (openat with O_NOFOLLOW; POSIX.1-2024). A link
is followed only if no one but us and root can have placed it: see `_trusted`. The checked file is
the one that is used: no other user can exchange it in between.
"""

from __future__ import annotations

import contextlib
import errno
import grp
import hashlib
import os
import pwd
import re
import stat
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..module_utils.ground.text import UNSEEN, for_display
from ..module_utils.words.phrases import Phrase, PhraseError, Value, Verbatim

# Passing through a folder needs no permission to list it, on systems that distinguish the two.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS = 40  # as in Linux

#: By the number of an error: the keys of the problem, and of what to do about it.
_PROBLEMS = {
    errno.ENOSPC: ("file.disk_full", "file_remedy.make_room"),
    errno.EDQUOT: ("file.quota", "file_remedy.make_room"),
    errno.EFBIG: ("file.too_large_to_write", "file_remedy.raise_limit"),
    errno.EROFS: ("file.read_only", "file_remedy.other_folder"),
    errno.EACCES: ("file.not_allowed", "file_remedy.own_folder"),
    errno.EPERM: ("file.not_allowed", "file_remedy.own_folder"),
    errno.ENAMETOOLONG: ("file.long_name", "file_remedy.shorter_name"),
    errno.ELOOP: ("file.circle", "file_remedy.mend_links"),
    errno.EISDIR: ("file.is_folder", "file_remedy.file"),
    errno.ENOTDIR: ("file.no_folder", "file_remedy.another_folder"),
}


class FileError(PhraseError):
    """A file can't be read or written. The phrase names it, says why, and what to do next.

    Args:
        path: that of the file.
        what: the problem, as a clause.
        remedy: the key of the text that says what to do.
    """

    def __init__(self, path: Path | str, what: Value, remedy: str) -> None:
        super().__init__("file.problem", path=str(path), what=what, remedy=Phrase(remedy))

    @classmethod
    def of(cls, path: Path | str, error: OSError | ValueError) -> FileError:
        """An error of the system, as an error for people."""
        if not isinstance(error, OSError):
            return cls(path, Phrase("file.no_path"), "file_remedy.own_folder")
        if error.errno == errno.ENOENT:
            missing = Phrase("file.folder_missing", {"folder": str(Path(path).parent)})
            return cls(path, missing, "file_remedy.make_folder")
        if error.errno in _PROBLEMS:
            what, remedy = _PROBLEMS[error.errno]
            return cls(path, Phrase(what), remedy)
        words = Verbatim(for_display(error.strerror or type(error).__name__))
        return cls(path, words, "file_remedy.own_folder")


def write_all(contents: Mapping[Path, str | Iterator[str]], *, private: bool = False) -> None:
    """Write files atomically: a reader gets either the old or the new contents of each.

    All are first written beside their places, so that a full disk changes none. An existing file
    keeps its permissions, see `_permit`, and for a link of ours, its target is written. Missing
    folders are created.

    Args:
        contents: the contents of each file, or their parts in order, of which no more than one has
            to be in memory.
        private: only the owner may read them, regardless of the old permissions, and a link is
            replaced instead of followed.

    Raises:
        FileError: a file can't be written; temporary files are removed.
    """
    with contextlib.ExitStack() as stack:
        begun: list[tuple[_Place, str]] = []
        for path, content in contents.items():
            with _explained(path):
                place = stack.enter_context(_place(path, make=True, private=private))
                beside = stack.enter_context(_beside(place, content, private=private))
                begun.append((place, beside))
        for place, beside in begun:
            with _explained(place.path):
                os.rename(beside, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
                _sync(place.folder)


def check(path: Path, *, make: bool = False, private: bool = False) -> None:
    """Check whether a file could be written, as far as possible without writing it.

    Args:
        make: its folder may be missing, because `write_all` creates it, if it can be made.
        private: as in `write_all`.

    Raises:
        FileError: it could not be written.
    """
    with _explained(path):
        try:
            with _place(path, make=False, private=private) as place:
                writable = _is_writable(place.folder)
        except _MissingError as missing:
            if not make:
                raise
            writable = missing.can_be_made
        if not writable:
            raise PermissionError(errno.EACCES, "")


def _is_writable(folder: int) -> bool:
    return os.access(".", os.W_OK | os.X_OK, dir_fd=folder)


def read(path: Path, limit: int) -> str | None:
    """The text of a file, None if it does not exist.

    Raises:
        FileError: as of `read_bytes`. UnicodeDecodeError: it is not UTF-8.
    """
    content = read_bytes(path, limit)
    return None if content is None else content.decode()


def read_bytes(path: Path, limit: int) -> bytes | None:
    """What is in a file, None if it does not exist.

    Raises:
        FileError: it can't be read, is larger than `limit` bytes, or is not a regular file (such as
        a pipe).
    """
    with _explained(path), contextlib.suppress(_MissingError), _place(path, make=False) as place:
        if place.found is None:
            return None
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(place.name, flags, dir_fd=place.folder), "rb") as file:
            _check_regular(path, os.fstat(file.fileno()))
            content = file.read(limit + 1)
        if len(content) > limit:
            large = Phrase("file.too_large_to_read", {"limit": f"{limit:,}"})
            raise FileError(path, large, "file_remedy.other_file")
        return content
    return None


# -- names -----------------------------------------------------------------------------------------

_MOST_BYTES = 120
# The suffix of an altered name; a name that looks like one is altered too.
_DIGEST = re.compile(r"-[0-9a-f]{12}\Z")
# Names that Windows reserves for devices, with any extension ("Naming Files, Paths, and
# Namespaces", Microsoft): someone may open a recording there.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|\Z)", re.I)
_ODD = re.compile(r"[^\w.-]")


def name_of(host: str, hosts: Iterable[str] = ()) -> str:
    """The name of a file about a host, without extension: the host's name, if every file system
    allows it and no other host's name is equal there; otherwise its allowed characters, and a
    digest of the name. Two hosts never have the same, and none leads out of a folder.

    Args:
        hosts: names of all hosts.
    """
    made = UNSEEN.sub("_", unicodedata.normalize("NFC", host).replace("\\", "_"))
    made = _ODD.sub("_", made).strip(".-~ ") or "host"
    made = made.encode(errors="replace")[:_MOST_BYTES].decode(errors="ignore")
    key = _key(host)
    alone = all(other == host or _key(other) != key for other in hosts)
    if made == host and alone and not _DEVICES.match(host) and not _DIGEST.search(host):
        return host
    digest = hashlib.sha256(host.encode(errors="surrogatepass")).hexdigest()[:12]
    return f"{made}-{digest}"


def _key(name: str) -> str:
    """A key that is equal for all names that some file system treats as equal."""
    folded = unicodedata.normalize("NFKD", name).casefold().upper()
    return unicodedata.normalize("NFKD", folded).casefold()


# -- the way there ---------------------------------------------------------------------------------


class _MissingError(FileNotFoundError):
    """A folder on the way does not exist. `can_be_made` tells whether the one in which it would be
    may be written to."""

    def __init__(self, folder: int) -> None:
        super().__init__(errno.ENOENT, "")
        self.can_be_made = _is_writable(folder)


@dataclass(frozen=True)
class _Place:
    """The place of an existing or new file: its folder, open, its name there, and what exists
    there."""

    path: Path
    folder: int
    name: str
    found: os.stat_result | None


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn every system error about a file into one that a person can act on."""
    try:
        yield
    except (UnicodeDecodeError, FileError):
        raise
    except (OSError, ValueError) as error:
        raise FileError.of(path, error) from error


@contextlib.contextmanager
def _place(path: Path, *, make: bool, private: bool = False) -> Iterator[_Place]:
    """Go to the place of a file.

    Args:
        make: missing folders are created; for `private` files, they are private too.
        private: a link at the place itself counts as the existing file.
    """
    parts = _parts(os.path.join(os.getcwd(), path))
    folder = os.open("/", _FOLDER)
    links = 0
    try:
        while True:
            part = parts.pop() if parts else "."
            is_last = not parts
            found = _status(folder, part)
            if found is not None and stat.S_ISLNK(found.st_mode) and not (is_last and private):
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, "")
                target = _target(path, folder, part, found)
                parts += _parts(target)
                if target.startswith("/"):
                    folder = _other(folder, os.open("/", _FOLDER))
                continue
            if is_last:
                break
            if found is None:
                if not make:
                    raise _MissingError(folder)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o700 if private else 0o777, dir_fd=folder)
            folder = _other(folder, os.open(part, _FOLDER, dir_fd=folder))
        if part in (".", "..") or (found is not None and stat.S_ISDIR(found.st_mode)):
            raise IsADirectoryError(errno.EISDIR, "")
        if found is not None and not stat.S_ISLNK(found.st_mode):
            _check_regular(path, found)
        yield _Place(path, folder, part, found)
    finally:
        os.close(folder)


def _parts(path: str) -> list[str]:
    """The components of a path in reverse order."""
    return [each for each in reversed(path.split("/")) if each not in ("", ".")]


def _other(old: int, new: int) -> int:
    os.close(old)
    return new


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _target(path: Path, folder: int, name: str, link: os.stat_result) -> str:
    """The target of a link, if it may be followed."""
    if not _trusted(os.fstat(folder), link):
        strange = Phrase("file.strange_link", {"name": for_display(name, 80)})
        raise FileError(path, strange, "file_remedy.place_itself")
    return os.readlink(name, dir_fd=folder)


def _trusted(folder: os.stat_result, link: os.stat_result) -> bool:
    """Whether only this user and root can have placed a link: it belongs to one of them, and so
    does the folder, which no one else may write to, whether it is sticky or not."""
    own = (0, os.geteuid())
    if folder.st_uid not in own or link.st_uid not in own or folder.st_mode & stat.S_IWOTH:
        return False
    return not folder.st_mode & stat.S_IWGRP or _has_only_us(folder.st_gid)


def _has_only_us(group: int) -> bool:
    """Whether a group is root's, or the private group that many systems create for each user."""
    if group == 0:
        return True
    try:
        name, entry = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return entry.gr_name == name and set(entry.gr_mem) <= {name}


def _check_regular(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise FileError(path, Phrase("file.device"), "file_remedy.file")


@contextlib.contextmanager
def _beside(place: _Place, content: str | Iterator[str], *, private: bool) -> Iterator[str]:
    """A new file in the folder of a place, which is removed at the end."""
    # Never an existing file, which someone else could have placed there.
    name = f".portkeeper-{uuid.uuid4().hex}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = os.open(name, flags, 0o600 if private else 0o666, dir_fd=place.folder)
    try:
        with open(number, "wb") as file:
            if place.found is not None and not private:
                _permit(number, place.found)
            parts = (content,) if isinstance(content, str) else content
            file.writelines(each.encode(errors="backslashreplace") for each in parts)
            file.flush()
            os.fsync(number)
        yield name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=place.folder)


def _permit(number: int, old: os.stat_result) -> None:
    """Give a new file the permissions of the old one, and no one else access. If the old file
    belongs to another user, its permissions don't apply to ours: they can only be reduced."""
    new = os.fstat(number)
    mode = stat.S_IMODE(old.st_mode) & 0o777
    if old.st_uid != new.st_uid:
        mode &= stat.S_IMODE(new.st_mode) & 0o755
    elif old.st_gid != new.st_gid:
        try:
            os.fchown(number, -1, old.st_gid)
        except OSError:
            mode &= 0o707
    os.fchmod(number, mode)


def _sync(folder: int) -> None:
    """Write the folder's entries to the disk. This is impossible for a folder that may not be
    listed."""
    with contextlib.suppress(OSError):
        number = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(number)
        finally:
            os.close(number)
