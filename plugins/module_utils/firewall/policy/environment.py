# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is needed to read the rules of a host: the folders of Windows and of programs, and the names
of its network adapters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...ground.names import ascii_upper, name_key

_VARIABLE = re.compile(r"%([^%]+)%")


@dataclass(frozen=True)
class Environment:
    """The folders of Windows and of programs on a host, to read paths such as
    ``%SystemRoot%\\x.exe``, and the names of its network adapters (``Ethernet``) by their GUIDs, if
    they were read.

    The firewall service is a 64-bit process, so %ProgramFiles% is the 64-bit folder.
    """

    windows_directory: str = r"C:\Windows"
    variables: Mapping[str, str] = field(default_factory=dict)
    adapters: Mapping[str, str] = field(default_factory=dict)

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

    def is_windows_path(self, path: str) -> bool:
        """Whether a program is one of Windows' own, judged by its folder."""
        return name_key(path).startswith(name_key(self.windows_directory).rstrip("\\") + "\\")

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
