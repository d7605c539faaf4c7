# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what ``reg.exe query KEY /s`` prints into a tree of keys and values.

The layout: a line with the full name of a key, then one line for each value, indented by four
blanks, its name, type and data separated by four blanks each, and an empty line. It does not
depend on the language of the host, apart from messages and the name of a default value; what fits
none of the forms is passed over. Nothing here raises an exception whatever the text is.

A text value may hold line breaks, which reg.exe prints as they are: a line that begins neither a
key nor a value continues the value before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# A full store is about 0.5 MB with 1,100 rules; these bounds leave room for hundreds of them.
MAX_CHARACTERS = 64 * 1024 * 1024
MAX_KEYS = 100_000
MAX_VALUES = 500_000

_ROOTS = ("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS")
_SHORT_ROOTS: Mapping[str, str] = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS",
}
_VALUE = re.compile(r" {4}(?P<name>\S.*?|) {4}(?P<type>REG_[A-Z_]+) {4}(?P<data>.*)\Z", re.DOTALL)
# A value of a type without data ends behind the type.
_EMPTY_VALUE = re.compile(r" {4}(?P<name>\S.*?|) {4}(?P<type>REG_[A-Z_]+) *\Z", re.DOTALL)
_NUMBER = re.compile(r"0x([0-9a-f]{1,16})\Z", re.IGNORECASE)
_NUMBER_TYPES = frozenset({"REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_QWORD"})
_TEXT_TYPES = frozenset({"REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ"})


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """One value: its name as written, its type (``REG_SZ`` ...), and its data as printed."""

    name: str
    type: str
    data: str

    @property
    def number(self) -> int | None:
        """The number of a DWORD or QWORD, None for other types and for data that is no number."""
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


@dataclass
class RegistryKey:
    """One key with its own values, in the order printed. `path` is as printed."""

    path: str
    values: list[RegistryValue] = field(default_factory=list)

    def value(self, name: str) -> RegistryValue | None:
        """The value of this name in any letter case, or None."""
        folded = name.casefold()
        return next((each for each in self.values if each.name.casefold() == folded), None)

    def number(self, name: str) -> int | None:
        """The number of the value of this name, or None where it is absent or no number."""
        value = self.value(name)
        return value.number if value else None


@dataclass
class RegistryTree:
    """Keys by their path. `truncated` says that the text went beyond the bounds."""

    keys: dict[str, RegistryKey] = field(default_factory=dict)
    truncated: bool = False

    def key(self, path: str) -> RegistryKey | None:
        """The key of this path, in any letter case and with a short or long root, or None."""
        return self.keys.get(_folded(path))

    def below(self, path: str) -> Iterator[RegistryKey]:
        """The key of this path, if it is there, and all keys under it."""
        folded = _folded(path)
        for each, key in self.keys.items():
            if each == folded or each.startswith(folded + "\\"):
                yield key


def parse(*texts: str) -> RegistryTree:
    """The keys and values of one or more outputs of ``reg.exe query``.

    Args:
        texts: what the program printed; line ends may be CRLF or LF.

    Returns:
        A tree. Text that is no output of the program gives a tree without keys.
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
    key: RegistryKey | None = None
    pending: list[str] = []
    is_text = False
    count = sum(len(each.values) for each in tree.keys.values())
    for line in _lines(text):
        if line.startswith("HKEY_") and _is_key(line):
            _close(key, pending)
            key = _open(line, tree)
            continue
        if key is None:
            continue
        match = _VALUE.match(line) or _EMPTY_VALUE.match(line)
        if match:
            _close(key, pending)
            count += 1
            if count > MAX_VALUES:
                tree.truncated = True
                return
            pending = [line]
            is_text = match["type"] in _TEXT_TYPES
        elif pending and is_text:
            pending.append(line)
    _close(key, pending)


def _lines(text: str) -> Iterable[str]:
    # Not splitlines(): a text value may hold the other characters that it takes for line ends.
    return text.replace("\r\n", "\n").split("\n")


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


def _close(key: RegistryKey | None, pending: list[str]) -> None:
    """Add the value that the collected lines make up, and forget the lines."""
    if key is not None and pending:
        while len(pending) > 1 and not pending[-1]:
            pending.pop()
        text = "\n".join(pending)
        match = _VALUE.match(text) or _EMPTY_VALUE.match(text)
        if match:
            found = match.groupdict()
            kind = found["type"]
            data = found.get("data") or ""
            key.values.append(
                RegistryValue(found["name"], kind, data if kind in _TEXT_TYPES else data.strip())
            )
    pending.clear()


def _folded(path: str) -> str:
    root, separator, rest = path.partition("\\")
    root = root.upper()
    return (_SHORT_ROOTS.get(root, root) + separator + rest).rstrip("\\").casefold()
