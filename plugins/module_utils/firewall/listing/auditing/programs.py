# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the programs that rules name are on the disk, by one query for files with these names.

CIM_DataFile has only files on local fixed disks, and names them with their whole path
(documentation of the class). Its provider looks for single files as long as a query compares
nothing but names with equality; with anything else it goes through the whole disk, for minutes
(Microsoft: "Enumerating and getting WMI provider class instances with performance in mind";
documentation of CFrameworkQuery::GetValuesForProp, with OR).

A file that is not in the answer is missing only if the answer has another one of the same drive: a
drive may be a network's, a removable one or locked, and the class may not answer at all. For the
drive of Windows, the query asks for a file that every Windows has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ....ground.names import name_key
from ....host.host import Host, HostError
from ....words.phrases import Phrase, Value
from ....wsman.cim import classes, wql
from ....wsman.cim.row_values import text
from ...policy.environment import Environment

#: How many files one query asks for, and how long it may become. WMI limits how many conditions a
#: query may have, without saying how many ("Querying with WQL": WBEM_E_QUOTA_VIOLATION).
MAX_NAMES = 250
MAX_CHARACTERS = 45_000

# A program that every Windows has.
_OF_WINDOWS = r"\System32\svchost.exe"
_SYSTEM = "system"
# Microsoft's store installs there, and not even administrators may list the folder.
_APPS = "\\windowsapps\\"
_VARIABLE = re.compile(r"%[^%]+%")
# What every comparison adds to a name: OR, the property and the quotes.
_AROUND = 10


@dataclass(frozen=True)
class Question:
    """Which files to ask for.

    Attributes:
        names: the paths of the files, in one query.
        paths: by program as rules write it, the path that is asked for, folded.
        unknown: by program, why nothing can be said about it.
    """

    names: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Files:
    """What is known about the programs of rules.

    Attributes:
        found, missing: programs, as rules write them.
        unknown: why nothing is known of others.
        notes: what could not be read, in whole sentences.
    """

    found: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    unknown: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[Value, ...] = ()


def question(programs: Iterable[str], environment: Environment) -> Question:
    """What to ask a host about the programs of its rules. `programs`: as rules write them."""
    control = environment.windows_directory.rstrip("\\") + _OF_WINDOWS
    names = {name_key(control): control}
    paths: dict[str, str] = {}
    unknown: dict[str, Value] = {}
    left = MAX_CHARACTERS - _cost(control)
    # In one order, so that the same ones are left out each time.
    for program in sorted({each for each in programs if name_key(each) != _SYSTEM}):
        path = environment.expand(program)
        reason = _not_asked(program, path, environment)
        key = name_key(path or "")
        if path is None or reason is not None:
            unknown[program] = reason or ""
        elif key in names:
            paths[program] = key
        elif len(names) > MAX_NAMES or left < _cost(path):
            unknown[program] = Phrase("audit.many_programs", {"limit": MAX_NAMES})
        else:
            left -= _cost(path)
            names[key] = path
            paths[program] = key
    return Question(tuple(names.values()) if paths else (), paths, unknown)


def _cost(path: str) -> int:
    return _AROUND + len(wql.literal(path)) - 2


def _not_asked(program: str, path: str | None, environment: Environment) -> Phrase | None:
    """Why a file is not asked for, None if it is."""
    if path is None:
        shown = ", ".join(dict.fromkeys(_VARIABLE.findall(program)))
        return Phrase("audit.unknown_variable", {"variables": shown})
    if environment.plain(path) is None:
        return Phrase("audit.no_local_path")
    if _APPS in name_key(path):
        return Phrase("audit.apps_folder")
    return None


def read(host: Host, asked: Question) -> Files:
    """Ask a host, in one request or none.

    Raises:
        HostError: the host is unreachable. A host that can't answer leaves all of them unknown.
    """
    if not asked.names:
        return Files(unknown=asked.unknown)
    try:
        rows = host.enumerate(classes.DATA_FILE, ("Name",), wql.any_of("Name", asked.names))
    except HostError as error:
        if error.unreachable:
            raise
        unknown = {**asked.unknown, **dict.fromkeys(asked.paths, Phrase("audit.not_told"))}
        note = Phrase("audit.files_unreadable", {"error": error.phrase})
        return Files(unknown=unknown, notes=(note,))
    return answered(asked, (text(row, "Name") for row in rows))


def answered(asked: Question, names: Iterable[str]) -> Files:
    """What the names of the files in an answer say."""
    there = {name_key(each) for each in names} & {name_key(each) for each in asked.names}
    drives = {each[:2] for each in there}
    found, missing, unknown = set(), set(), dict(asked.unknown)
    for program, key in asked.paths.items():
        if key in there:
            found.add(program)
        elif key[:2] in drives:
            missing.add(program)
        else:
            unknown[program] = Phrase("audit.no_file_of_drive", {"drive": key[:2].upper()})
    return Files(frozenset(found), frozenset(missing), unknown)
