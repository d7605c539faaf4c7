# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the hosts file: an address and one or more names a line, and comments behind ``#``.

Only the lines of wanted names are kept, because lists that block advertisements have a million. Nor
is so long a file read to its end.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from ...ground.names import ascii_lower
from .commands import Program

#: The file where Windows has it unless its setting DataBasePath says otherwise. The empty line that
#: follows ends the last line of a file that lacks the line break.
HOSTS_FILE = Program("type hosts", r'type "%SystemRoot%\System32\drivers\etc\hosts" && echo.')

#: How much of the file is read, in bytes: some thousands of lines.
MAX_BYTES = 256 * 1024

MAX_ENTRIES = 200
# More than the longest name (RFC 1035, 2.3.4) many times over.
_MAX_LINE = 4_096
# How many names of one line Windows reads, as its users report.
_NAMES_OF_A_LINE = 9
_ZONE = re.compile(r"[0-9A-Za-z_.-]{1,60}\Z")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class HostsEntry:
    """An address that the file gives to a name. `name` is in lower case, `line` the number of the
    line, from 1. `doubtful` says that Windows may not read this name: it stands behind nine others,
    or behind the mark that some editors begin a file with."""

    name: str
    address: str
    line: int
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class HostsFile:
    """What the hosts file says of the wanted names.

    `entries` are in the order of the file; `more` says that some were left out. `other_path` is the
    folder where Windows has it instead of the default one, None for that or an unknown one. Such a
    file was not read. `path_known` is False if that setting is unknown, `readable` if there is no
    file or it could not be read, `whole` if it is longer than `MAX_BYTES`, and the rest was not
    read.
    """

    entries: tuple[HostsEntry, ...] = ()
    more: bool = False
    other_path: str | None = None
    readable: bool = True
    path_known: bool = True
    whole: bool = True


def parse(text: str, names: Collection[str], whole: bool = True) -> HostsFile:
    """The entries of these names in the output of `HOSTS_FILE`. Raises nothing.

    Args:
        names: in lower case.
        whole: False if the file goes on behind the text.
    """
    # The empty line is there even if the file is empty.
    if not text:
        return HostsFile(readable=False)
    found: list[HostsEntry] = []
    wanted = frozenset(names)
    marked = text.startswith("\ufeff")
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        # Most lines need no closer look.
        lower = ascii_lower(line[:_MAX_LINE])
        if not any(name in lower for name in wanted):
            continue
        words = [each for each in _BLANKS.split(lower.partition("#")[0].strip()) if each]
        if len(line) > _MAX_LINE:
            words.pop()  # it was cut
        address = _address(words[0]) if words else None
        if address is None:
            continue
        for place, name in enumerate(words[1:], 1):
            if name not in wanted:
                continue
            if len(found) >= MAX_ENTRIES:
                return HostsFile(tuple(found), more=True, whole=whole)
            doubtful = place > _NAMES_OF_A_LINE or (marked and number == 1)
            found.append(HostsEntry(name, address, number, doubtful))
    return HostsFile(tuple(found), whole=whole)


def _address(word: str) -> str | None:
    bare, percent, zone = word.partition("%")
    if percent and not _ZONE.match(zone):
        return None
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if percent and parsed.version == 4:
        return None
    return f"{parsed}{percent}{zone}"
