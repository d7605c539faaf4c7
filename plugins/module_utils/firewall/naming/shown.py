# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names that Windows shows for its own rules and groups.

It stores them as references to texts in its files (``@FirewallAPI.dll,-28511``), and shows the text
in the language of the host ([MS-FASP] 2.2.33). Many are known here, in English and some in
Japanese, so that a person may write either on any host; the host itself can tell the rest
(`asking`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from ...ground.names import ascii_lower, name_key
from . import groups, rules

# A path before the name of the file does not matter, and a part after a semicolon is a comment
# (documentation of SHLoadIndirectString).
_REFERENCE = re.compile(r"@(?:(.*)\\)?([^\\,]+),\s*(-\d+)(?:;.*)?\s*\Z")
# The files of Windows, which it finds without a folder, and its own folder.
_FILE = re.compile(r"[\w.-]+\.(?:dll|exe|mui|cpl|sys|pri)\Z", re.ASCII | re.IGNORECASE)
_OF_WINDOWS = re.compile(r"(?:%systemroot%|%windir%|[a-z]:\\windows)(?:\\|\Z)", re.ASCII)
# Folders there in which any program may leave something.
_OF_ANYBODY = frozenset({"temp", ".."})


# A text in the resources of an app package (documentation of SHLoadIndirectString), which begins
# with the full name of the package: its name, version, architecture, resource and publisher,
# between underscores (documentation: An overview of Package Identity in Windows apps).
_OF_PACKAGE = re.compile(r"@\{([A-Za-z0-9.-]{1,50})_[^?]*\?ms-resource:")
_IN_PACKAGE = re.compile(r"@\{([^?]+)\?ms-resource:")
# The publishers of apps of Microsoft, and of those that are a part of Windows: all such apps in the
# samples have one of them, and other apps have not (the id is a hash of the publisher's name;
# documentation: An overview of Package Identity in Windows apps).
_OF_MICROSOFT = ("_8wekyb3d8bbwe", "_cw5n1h2txyewy")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one text: in English; in Japanese, and in English on earlier versions of
    Windows, empty if unknown or not different."""

    english: str
    japanese: str = ""
    earlier: str = ""

    def __iter__(self) -> Iterator[str]:
        return (each for each in (self.english, self.japanese, self.earlier) if each)


def is_reference(text: str | None) -> bool:
    """Whether a name is a reference to a text."""
    return text is not None and text.startswith("@") and _is_reference(text)


@lru_cache(maxsize=2_000)
def _is_reference(text: str) -> bool:
    return bool(_REFERENCE.match(text) or _IN_PACKAGE.match(text))


def is_of_windows(text: str | None) -> bool:
    """Whether a name is a reference to a text that Windows itself brings, by the place of the file:
    its own folder, where it looks for a file without a folder too, or an app of Microsoft. A text
    of another program's file is none, whatever the file is called."""
    return text is not None and text.startswith("@") and _is_of_windows(text)


@lru_cache(maxsize=2_000)
def _is_of_windows(text: str) -> bool:
    package = _IN_PACKAGE.match(text)
    if package is not None:
        place = ascii_lower(package[1])
        return place.endswith(_OF_MICROSOFT) or _is_in_windows(place)
    found = _REFERENCE.match(text)
    if found is None:
        return False
    if found[1] is None:
        return _FILE.match(found[2]) is not None
    return _is_in_windows(ascii_lower(found[1]))


def _is_in_windows(place: str) -> bool:
    """Whether a path, in lower case, is one in the folder of Windows."""
    inside = _OF_WINDOWS.match(place)
    return inside is not None and _OF_ANYBODY.isdisjoint(place.replace("/", "\\").split("\\"))


@lru_cache(maxsize=2_000)  # a store has some hundreds, each asked for with every verdict
def canonical(reference: str) -> str:
    """A text that two references share if they are of the same text: without the folder of the
    file, in lower case."""
    found = _REFERENCE.match(reference)
    return f"{ascii_lower(found[2])},{found[3]}" if found else ascii_lower(reference)


def package_of(reference: str | None) -> str | None:
    """The name of the app package that a text is in, which says more than the reference to it; None
    if it is in none."""
    found = _OF_PACKAGE.match(reference) if reference else None
    return found[1] if found else None


def of_rule(reference: str | None) -> Names | None:
    """The names of a rule by the reference that is stored; None if it is unknown, or no
    reference."""
    return _of(reference, _rules())


def of_group(reference: str | None) -> Names | None:
    """The same of a group."""
    return _of(reference, _groups())


def _of(reference: str | None, table: Mapping[str, Names]) -> Names | None:
    if reference is None or not is_reference(reference):
        return None
    return table.get(canonical(reference))


@cache
def _rules() -> Mapping[str, Names]:
    return _parsed(rules.TABLE)


@cache
def _groups() -> Mapping[str, Names]:
    return _parsed(groups.TABLE)


def _parsed(table: str) -> dict[str, Names]:
    found = {}
    for line in table.strip().splitlines():
        reference, *names, _sources = (each.strip() for each in line.split("|"))
        found[reference] = Names(*names)
    return found


@dataclass(frozen=True)
class ShownNames:
    """The names that are known of one host: those of the table, and what the host has told.

    Attributes:
        rules: shown names by the keys of the ids of rules.
        groups: shown names by canonical references.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def with_others(self, others: ShownNames) -> ShownNames:
        """These names, and those that the host has told since."""
        return ShownNames({**self.rules, **others.rules}, {**self.groups, **others.groups})

    def is_name(self, asked: str, rule_id: str, stored: str | None) -> bool:
        """Whether a person may call a rule so: it has this name, or Windows shows it for the one
        that is stored. In any letter case."""
        if stored is None:
            return False
        told = self.rules.get(name_key(rule_id)) if is_reference(stored) else None
        return _is_one_of(asked, (stored, *(of_rule(stored) or ()), told))

    def is_group(self, asked: str, stored: str | None) -> bool:
        """Whether a person may call a group so. A reference may have any folder."""
        if stored is None:
            return False
        if is_reference(asked) and is_reference(stored) and canonical(asked) == canonical(stored):
            return True
        told = self.groups.get(canonical(stored)) if is_reference(stored) else None
        return _is_one_of(asked, (stored, *(of_group(stored) or ()), told))


def _is_one_of(asked: str, names: Iterable[str | None]) -> bool:
    key = name_key(asked)
    return any(name_key(each) == key for each in names if each is not None)
