# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is needed to read the rules of a host: the folders of Windows and of programs, the names of
its network adapters, and those of Windows' own rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ...ground.names import ascii_upper, name_key
from ..naming.shown import ShownNames

_VARIABLE = re.compile(r"%([^%]+)%")
# The one form in which a path can be compared letter by letter: a drive, folders and a file.
_PLAIN = re.compile(r"[a-z]:(?:\\[^\\/:*?\"<>|%~]*[^\\/:*?\"<>|%~. ])+\Z", re.IGNORECASE)
_SYSTEM = "system"


@dataclass(frozen=True)
class Environment:
    """The folders of Windows and of programs on a host, to read paths such as
    ``%SystemRoot%\\x.exe``, the names of its network adapters (``Ethernet``) by their GUIDs, if
    they were read, and the names that it shows for Windows' own rules.

    The firewall service is a 64-bit process, so %ProgramFiles% is the 64-bit folder.
    """

    windows_directory: str = r"C:\Windows"
    variables: Mapping[str, str] = field(default_factory=dict)
    adapters: Mapping[str, str] = field(default_factory=dict)
    shown: ShownNames = field(default_factory=ShownNames)

    def alias(self, guid: str) -> str:
        """The name of an adapter, or its GUID if the name is unknown."""
        return self.adapters.get(ascii_upper(guid), guid)

    def adapters_named(self, alias: str) -> tuple[str, ...]:
        """The GUIDs of the adapters with a name, in the form of rules. Windows gives each name only
        once."""
        key = name_key(alias)
        return tuple(guid for guid, name in self.adapters.items() if name_key(name) == key)

    def expand(self, path: str) -> str | None:
        """The path with its variables replaced, None if one of them is unknown."""
        if "%" not in path:
            return path
        known = self._known()
        missing = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing
            found = known.get(name_key(match[1]))
            missing = missing or found is None
            return found or ""

        expanded = _VARIABLE.sub(value, path)
        return None if missing else expanded

    def plain(self, path: str | None) -> str | None:
        """The path of a program as `name_key` folds it, if there is no other way to write it: with
        a drive, without variables that are unknown, short names (``PROGRA~1``) and prefixes.
        ``System``, the name of the kernel in rules, is one too."""
        expanded = None if path is None else self.expand(path)
        if expanded is None or not (_PLAIN.match(expanded) or name_key(expanded) == _SYSTEM):
            return None
        return name_key(expanded)

    def may_be_same(self, one: str, other: str) -> bool:
        """Whether two paths may be the same program, however they are written: by the device of the
        volume (``\\Device\\HarddiskVolume3\\a.exe``), by ``\\\\?\\``, with short names or doubled
        backslashes, or by a variable that may hold anything."""
        names = [_file_name(self.expand(each) or each) for each in (one, other)]
        if any("%" in name for name in names):
            return True
        if any("~" in name for name in names):
            # A short name has the first letters of the extension.
            ends = [name.rpartition(".")[2][:3] if "." in name else "" for name in names]
            return ends[0] == ends[1]
        return names[0] == names[1]

    def is_windows_path(self, path: str) -> bool:
        """Whether a program is one of Windows' own, judged by its folder."""
        return name_key(path).startswith(name_key(self.windows_directory).rstrip("\\") + "\\")

    def adapter_names(self, guids: Collection[str]) -> str:
        """The names of some network adapters; their GUIDs if several share a name, because
        conditions with the same text count as equal."""
        if not guids:
            return ""
        names = {guid: self.alias(guid) for guid in guids}
        several = {name for name in names.values() if len(self.adapters_named(name)) > 1}
        return ", ".join(sorted(guid if name in several else name for guid, name in names.items()))

    def _known(self) -> Mapping[str, str]:
        drive = self.windows_directory[:2]
        return {
            "systemroot": self.windows_directory,
            "windir": self.windows_directory,
            "systemdrive": drive,
            "programfiles": drive + r"\Program Files",
            "programw6432": drive + r"\Program Files",
            "programfiles(x86)": drive + r"\Program Files (x86)",
            "commonprogramfiles": drive + r"\Program Files\Common Files",
            "programdata": drive + r"\ProgramData",
            "allusersprofile": drive + r"\ProgramData",
            "public": drive + r"\Users\Public",
        } | {name_key(name): value for name, value in self.variables.items()}


def _file_name(path: str) -> str:
    """The last part of a path, folded. Windows cuts off blanks and dots at its end."""
    return name_key(re.split(r"[\\/]", path.strip('" '))[-1].rstrip(". "))
