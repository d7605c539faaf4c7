# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files on the controller.

A folder may be shared with other users of the controller, who could lay out links in it. So every
path is walked a component at a time, each opened in the folder that is open already and never
through a link that the system would follow by itself (openat with O_NOFOLLOW; POSIX.1-2024). A link
is followed only if nobody but us and root can have put it there: see `_trusted`. What was looked at
is what is used: no other user can exchange it in between.
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

# To go through a folder takes no permission to list it, where the system can tell the two apart.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS = 40  # as Linux has it

#: By the number of an error the keys of what is wrong, and of what to do about it.
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
        path: of the file.
        what: is wrong, a clause.
        remedy: the key of what to do about it.
    """

    def __init__(self, path: Path | str, what: Value, remedy: str) -> None:
        super().__init__("file.problem", path=str(path), what=what, remedy=Phrase(remedy))

    @classmethod
    def of(cls, path: Path | str, error: OSError | ValueError) -> FileError:
        """An error of the system, in words."""
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


def write_all(contents: Mapping[Path, str], *, private: bool = False) -> None:
    """Write files, each of which is either the old or the new one for who reads it meanwhile.

    All are written beside their places before the first is put there, so that a full disk changes
    none. A file that is there keeps its permissions, see `_permit`, and one that is a link of ours
    is written where it points to. Folders are made as needed.

    Args:
        contents: what is to stand in each file.
        private: only the owner may read them, whoever could read what was there, and a link is
            replaced instead of followed.

    Raises:
        FileError: a file can't be written; what was begun is gone.
    """
    with contextlib.ExitStack() as stack:
        begun: list[tuple[_Place, str]] = []
        for path, text in contents.items():
            with _explained(path):
                place = stack.enter_context(_place(path, make=True, private=private))
                begun.append((place, stack.enter_context(_beside(place, text, private=private))))
        for place, beside in begun:
            with _explained(place.path):
                os.rename(beside, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
                _sync(place.folder)


def check(path: Path, *, make: bool = False, private: bool = False) -> None:
    """See whether a file could stand at a place, as far as that shows without writing it.

    Args:
        make: its folder may be missing, as `write_all` makes it.
        private: as in `write_all`.

    Raises:
        FileError: it could not.
    """
    may_be: tuple[type[Exception], ...] = (_MissingError,) if make else ()
    with _explained(path), contextlib.suppress(*may_be):
        with _place(path, make=False, private=private) as place:
            reachable = os.access(".", os.W_OK | os.X_OK, dir_fd=place.folder)
        if not reachable:
            raise PermissionError(errno.EACCES, "")


def read(path: Path, limit: int) -> str | None:
    """The text of a file, None where none is.

    Raises:
        FileError: it can't be read, is larger than `limit` bytes, or no file (a pipe, say).
        UnicodeDecodeError: it is no UTF-8.
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
        return content.decode()
    return None


# -- names -----------------------------------------------------------------------------------------

_MOST_BYTES = 120
# What stands behind a name that was altered; a name that looks so is altered too.
_DIGEST = re.compile(r"-[0-9a-f]{12}\Z")
# Names that Windows keeps for devices, with any extension ("Naming Files, Paths, and Namespaces",
# Microsoft): a recording may be looked at there.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|\Z)", re.I)
_ODD = re.compile(r"[^\w.-]")


def name_of(host: str, hosts: Iterable[str] = ()) -> str:
    """What a file about a host is called, without extension: the host's name, if that can stand in
    a folder everywhere and no other host's comes to the same; otherwise what can of it, and a
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
    """The same for all names that some file system takes for one."""
    folded = unicodedata.normalize("NFKD", name).casefold().upper()
    return unicodedata.normalize("NFKD", folded).casefold()


# -- the way there ---------------------------------------------------------------------------------


class _MissingError(FileNotFoundError):
    """A folder on the way is not there."""


@dataclass(frozen=True)
class _Place:
    """Where a file stands or is to stand: its folder, open, its name there, and what is there."""

    path: Path
    folder: int
    name: str
    found: os.stat_result | None


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn every error of the system about a file into one that a person can act on."""
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
        make: folders that are missing are made; for files that are `private` they are, too.
        private: a link in the place itself counts as what is there.
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
                    raise _MissingError(errno.ENOENT, "")
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
    """The components of a path, the first one last."""
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
    """Where a link points to, if it is one that may be followed."""
    if not _trusted(os.fstat(folder), link):
        strange = Phrase("file.strange_link", {"name": for_display(name, 80)})
        raise FileError(path, strange, "file_remedy.place_itself")
    return os.readlink(name, dir_fd=folder)


def _trusted(folder: os.stat_result, link: os.stat_result) -> bool:
    """Whether nobody but this user and root can have put a link where it is: it is theirs, and so
    is the folder, which nobody else may write to, be it sticky or not."""
    own = (0, os.geteuid())
    if folder.st_uid not in own or link.st_uid not in own or folder.st_mode & stat.S_IWOTH:
        return False
    return not folder.st_mode & stat.S_IWGRP or _has_only_us(folder.st_gid)


def _has_only_us(group: int) -> bool:
    """Whether a group is root's, or the one that many systems make for each user alone."""
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
def _beside(place: _Place, text: str, *, private: bool) -> Iterator[str]:
    """A new file in the folder of a place, of which nothing is left once this ends."""
    # Never a file that is there already, which somebody else could have laid out.
    name = f".portkeeper-{uuid.uuid4().hex}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = os.open(name, flags, 0o600 if private else 0o666, dir_fd=place.folder)
    try:
        with open(number, "wb") as file:
            if place.found is not None and not private:
                _permit(number, place.found)
            file.write(text.encode(errors="backslashreplace"))
            file.flush()
            os.fsync(number)
        yield name
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=place.folder)


def _permit(number: int, old: os.stat_result) -> None:
    """Let those read and write a new file who may with the old one, and nobody that it was not for.
    One of another user says nothing of whom ours is for: it can take permissions away only."""
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
    """Have the folder's entries on the disk. One that may not be listed can't be told to."""
    with contextlib.suppress(OSError):
        number = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(number)
        finally:
            os.close(number)
