# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the settings of TCP/IP from the registry: where the hosts file is, what the host is called,
and what it appends to short names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...ground.names import ascii_lower
from .commands import Program

TCPIP_PARAMETERS = Program(
    "reg.exe query Tcpip",
    r"%SystemRoot%\System32\reg.exe query "
    r'"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"',
)

_MAX_LINE = 2_048
_VALUE = re.compile(r" {4}(\S[^\r\n]{0,60}?) {4}REG_(?:EXPAND_)?SZ(?: {4}([^\r\n]*))?\s*\Z")
_SEPARATORS = re.compile(r"[, ]+")

_NAMES = ("hostname", "nv hostname")
_DOMAINS = ("domain", "nv domain")


@dataclass(frozen=True, slots=True)
class TcpipSettings:
    """Texts of the registry. `folder` is where the hosts file is, empty if that is unknown; `own`
    are the names of the host, alone and with its domain; `suffixes` are in order."""

    folder: str = ""
    own: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()


def settings(text: str) -> TcpipSettings:
    """The settings in the output of `TCPIP_PARAMETERS`. Raises nothing."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        match = _VALUE.match(line) if len(line) <= _MAX_LINE else None
        if match is not None:
            found.setdefault(ascii_lower(match[1]), (match[2] or "").strip())
    names, domains = (
        [found[each] for each in keys if found.get(each)] for keys in (_NAMES, _DOMAINS)
    )
    # The list of an administrator takes the place of the domains.
    listed = [each for each in _SEPARATORS.split(found.get("searchlist", "")) if each]
    by_dhcp = found.get("dhcpdomain")
    return TcpipSettings(
        found.get("databasepath", ""),
        tuple(dict.fromkeys((*names, *(f"{name}.{each}" for name in names for each in domains)))),
        tuple(dict.fromkeys(listed or (*domains, *([by_dhcp] if by_dhcp else ())))),
    )
