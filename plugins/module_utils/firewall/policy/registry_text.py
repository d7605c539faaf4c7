# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parses the output of ``reg.exe query KEY /s`` into a tree of keys and values.

The layout (the samples, and Wine's tests of reg.exe, which their authors checked on Windows): a
line with the full name of a key, then one line for each value, indented by four blanks, its name,
type and data separated by four blanks each, and an empty line. It does not depend on the language
of the host, except for messages and the name of a default value. Nothing here raises an exception,
whatever the text is.

Names are printed as they are: a fifth blank in front belongs to the name. So are texts: one may
contain line breaks, and a line that begins neither a key nor a value continues the text before it.
If a line is ambiguous, fits no form, or repeats a name, the tree says so in `doubts`, and code that
needs that key must not assume that it is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ...ground.kept import Kept
from ...ground.names import ascii_upper, name_key
from ...words.phrases import Phrase

# A full store is about 0.5 MB with 1,100 rules; these limits leave room for hundreds of them.
MAX_CHARACTERS = 64 * 1024 * 1024
MAX_KEYS = 100_000
MAX_VALUES = 500_000
MAX_DOUBTS = 1_000
# The most characters of a line in a message.
_SHOWN = 200
# How many lines of values are kept, and how many characters of them. Hosts of one process have most
# of them in common.
_MOST_KEPT = 8_192
_MOST_CHARACTERS_KEPT = 2_048_000

_ROOTS = ("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS")
_SHORT_ROOTS: Mapping[str, str] = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS",
}
# All types of the registry (documentation of RegSetValueEx).
_TYPES = (
    r"REG_(?:SZ|EXPAND_SZ|MULTI_SZ|BINARY|DWORD(?:_BIG_ENDIAN|_LITTLE_ENDIAN)?"
    r"|QWORD(?:_LITTLE_ENDIAN)?|NONE|LINK|RESOURCE_LIST|FULL_RESOURCE_DESCRIPTOR"
    r"|RESOURCE_REQUIREMENTS_LIST)"
)
# A value of a type without data ends after the type.
_VALUE = re.compile(
    rf" {{4}}(?P<name>.*?) {{4}}(?P<type>{_TYPES})(?: {{4}}(?P<data>.*)| *)\Z", re.DOTALL
)
# A type after a name, or something that looks like it. If a line has two of these, there are two
# ways to read it.
_TYPE = re.compile(rf" {{4}}(?={_TYPES}(?: {{4}}| *\Z))")
_TYPE_BEGINS = "    REG_"
_NUMBER = re.compile(r"0x([0-9a-f]{1,16})\Z", re.IGNORECASE)
_NUMBER_TYPES = frozenset({"REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_QWORD"})
_TEXT_TYPES = frozenset({"REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ"})


class RegistryValue(NamedTuple):
    """One value: its name as written, its type (such as ``REG_SZ``), and its data as printed."""

    name: str
    type: str
    data: str

    @property
    def number(self) -> int | None:
        """The number of a DWORD or QWORD, None for other types and for data that is not a
        number."""
        if self.type not in _NUMBER_TYPES:
            return None
        match = _NUMBER.match(self.data)
        return int(match[1], 16) if match else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of a value: several for REG_MULTI_SZ, which reg.exe separates by ``\\0``."""
        if self.type == "REG_MULTI_SZ":
            return tuple(text for text in self.data.split("\\0") if text)
        return (self.data,)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that can't be read with certainty: the path of its key as printed (None before the
    first key), its number from 1 on, its text, and `why` as the rest of a sentence about it."""

    key: str | None
    line: int
    text: str
    why: Phrase


@dataclass
class RegistryKey:
    """One key with its own values, in the order printed. `path` is as printed."""

    path: str
    values: list[RegistryValue] = field(default_factory=list)
    _by_name: dict[str, RegistryValue] = field(default_factory=dict, repr=False, compare=False)

    def add(self, value: RegistryValue) -> bool:
        """Add a value. False if the key has a different one of this name: a key of the registry
        never has two, and it is unknown which one is true."""
        self.values.append(value)
        return self._by_name.setdefault(name_key(value.name), value) == value

    def value(self, name: str) -> RegistryValue | None:
        """The value of this name in any letter case, or None."""
        return self._by_name.get(name_key(name))

    def number(self, name: str) -> int | None:
        """The number of the value of this name, or None if it is absent or not a number."""
        value = self.value(name)
        return value.number if value else None


@dataclass
class RegistryTree:
    """Keys by their path. `truncated` says that the text exceeded the limits, `doubts` which lines
    can't be read with certainty (the first ones of very many)."""

    keys: dict[str, RegistryKey] = field(default_factory=dict)
    truncated: bool = False
    doubts: list[Doubt] = field(default_factory=list)

    def key(self, path: str) -> RegistryKey | None:
        """The key of this path, in any letter case and with a short or long root, or None."""
        return self.keys.get(_asked_for(path))

    def below(self, path: str) -> Iterator[RegistryKey]:
        """The key of this path, if it exists, and all keys under it."""
        folded = _asked_for(path)
        for each, key in self.keys.items():
            if each == folded or each.startswith(folded + "\\"):
                yield key

    def doubts_below(self, path: str) -> Iterator[Doubt]:
        """The doubts about the key of this path and all keys under it, and about values before the
        first key."""
        folded = _asked_for(path)
        for doubt in self.doubts:
            key = _folded(doubt.key or "")
            if doubt.key is None or key == folded or key.startswith(folded + "\\"):
                yield doubt


def parse(*texts: str) -> RegistryTree:
    """Parse the keys and values of one or more outputs of ``reg.exe query``.

    Args:
        texts: what the program printed; line ends may be CRLF or LF.

    Returns:
        A tree. Text that is not output of the program gives a tree without keys.
    """
    tree = RegistryTree()
    remaining = MAX_CHARACTERS
    for text in texts:
        if len(text) > remaining:
            tree.truncated = True
        _read(text[:remaining], tree)
        remaining = max(0, remaining - len(text))
    return tree


def _read(text: str, tree: RegistryTree) -> None:
    reader = _Reader(tree)
    for number, line in enumerate(_lines(text), start=1):
        if not reader.take(number, line):
            break
    reader.close()


class _ValueLine(NamedTuple):
    """A line as that of a value which ends with it. `is_ambiguous`: it has more than one type."""

    value: RegistryValue
    is_text: bool
    is_ambiguous: bool


_kept: Kept[str, _ValueLine | None] = Kept(_MOST_KEPT, _MOST_CHARACTERS_KEPT)


def _value_line(line: str) -> _ValueLine | None:
    match = _VALUE.match(line)
    if match is None:
        return None
    return _ValueLine(_value(match), match["type"] in _TEXT_TYPES, _is_ambiguous(line))


def _value(match: re.Match[str]) -> RegistryValue:
    kind, data = match["type"], match["data"] or ""
    return RegistryValue(match["name"], kind, data if kind in _TEXT_TYPES else data.strip())


class _Reader:
    """Reads one output, line by line."""

    def __init__(self, tree: RegistryTree) -> None:
        self.tree = tree
        self.key: RegistryKey | None = None
        self.count = sum(len(each.values) for each in tree.keys.values())
        self.pending: list[str] = []  # the lines of the value that is being read
        self.first: RegistryValue | None = None  # as the first of them alone says
        self.start = 0
        self.is_text = False

    def take(self, number: int, line: str) -> bool:
        """Read a line. False if nothing more will be read."""
        if line.startswith("HKEY_") and _is_key(line):
            if self.pending and self.is_text and self.pending[-1]:
                # reg.exe prints an empty line before each key that follows values.
                self.doubt(number, line, "two_ways")
            self.close()
            self.key = _open(line, self.tree)
            return self.key is not None
        found = _kept.get(line, lambda: _value_line(line), 1 + len(line))
        if found is not None:
            self.close()
            self.count += 1
            if self.count > MAX_VALUES:
                self.tree.truncated = True
                return False
            if self.key is None:
                self.doubt(number, line, "no_key")
            elif found.is_ambiguous:
                self.doubt(number, line, "two_ways")
            self.pending, self.start = [line], number
            self.first, self.is_text = found.value, found.is_text
        elif self.pending and self.is_text:
            self.pending.append(line)
        elif line.strip() and self.key is not None:
            # Text before the first key may come from AutoRun of cmd.exe.
            self.doubt(number, line, "neither")
        return True

    def close(self) -> None:
        """Add the value that the pending lines make up."""
        pending, self.pending = self.pending, []
        while len(pending) > 1 and not pending[-1]:
            pending.pop()
        if not pending or self.key is None:
            return
        value = self.first
        if len(pending) > 1:
            match = _VALUE.match("\n".join(pending))
            value = None if match is None else _value(match)
        if value is None:
            self.doubt(self.start, pending[0], "loose_lines")
            return
        if not self.key.add(value):
            self.doubt(self.start, pending[0], "same_name")

    def doubt(self, number: int, line: str, why: str) -> None:
        if len(self.tree.doubts) < MAX_DOUBTS:
            path = self.key.path if self.key is not None else None
            told = Phrase(f"doubt.{why}")
            self.tree.doubts.append(Doubt(path, number, line[:_SHOWN], told))


def _lines(text: str) -> Iterable[str]:
    # Not splitlines(): a text value may contain other characters that it treats as line ends.
    return text.replace("\r\n", "\n").split("\n")


def _is_ambiguous(line: str) -> bool:
    """Whether a line contains more than one type. After a | it belongs to the data: the name of a
    rule can't have that character ([MS-FASP] 2.2.37, wszRuleId)."""
    if line.count(_TYPE_BEGINS, 4) < 2:
        return False
    end = line.find("|")
    types = [each.start() for each in _TYPE.finditer(line, 4)]
    return len(types) > 1 and (end < 0 or types[1] < end)


def _is_key(line: str) -> bool:
    return line.partition("\\")[0].rstrip() in _ROOTS


def _open(line: str, tree: RegistryTree) -> RegistryKey | None:
    folded = _folded(line)
    if folded not in tree.keys:
        if len(tree.keys) >= MAX_KEYS:
            tree.truncated = True
            return None
        tree.keys[folded] = RegistryKey(line)
    return tree.keys[folded]


def _folded(path: str) -> str:
    root, separator, rest = path.partition("\\")
    root = ascii_upper(root)
    return name_key((_SHORT_ROOTS.get(root, root) + separator + rest).rstrip("\\"))


# The paths that are asked for are the same few for every host, unlike those that it prints.
_asked_for = lru_cache(maxsize=256)(_folded)
