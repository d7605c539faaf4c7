# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from the registry how Windows forwards ports itself, and to which addresses http.sys is
limited.

``netsh interface portproxy`` keeps each mapping in a value of its own: ``0.0.0.0/8081`` is the
name, and ``172.20.0.2/8081`` the data, below a key for each pair of address families. ``netsh http
add iplisten`` keeps its addresses in the value ListenOnlyList. netsh shows both with translated
headers; the registry has no language.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from ...ground.model import Forward, Protocol, Via
from ...ground.names import ascii_lower
from .commands import Program

# No healthy host has nearly so many.
MAX_FORWARDS = 1_000
MAX_ADDRESSES = 100
_MAX_LINE = 1_024
_MAX_PORT = 65_535

_SERVICES = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
# A host that has nothing of the kind lacks the key or the value, and then reg.exe ends with an
# error.
PORT_PROXIES = Program(
    "reg.exe query PortProxy",
    rf'%SystemRoot%\System32\reg.exe query "{_SERVICES}\PortProxy" /s',
)
LISTEN_LIST = Program(
    "reg.exe query ListenOnlyList",
    rf'%SystemRoot%\System32\reg.exe query "{_SERVICES}\HTTP\Parameters" /v ListenOnlyList',
)

_KEY = re.compile(rf"{re.escape(_SERVICES)}\\PortProxy\\(v[46]tov[46])\\tcp\s*\Z", re.IGNORECASE)
# Addresses and names of hosts, so that the mapping can stand in a command that a person copies.
_HOST = r"[A-Za-z0-9][A-Za-z0-9.:%_-]{0,253}|::[0-9A-Fa-f:.]{0,40}"
_MAPPING = re.compile(
    rf" {{4}}(\*|{_HOST})/([0-9]{{1,5}}) {{4}}REG_SZ {{4}}({_HOST})/([0-9]{{1,5}})\s*\Z"
)
_ADDRESSES = re.compile(r" {4}ListenOnlyList {4}REG_MULTI_SZ {4}(\S.*)\Z", re.IGNORECASE)


def port_proxies(text: str) -> tuple[Forward, ...]:
    """The mappings of ``netsh interface portproxy`` in the output of `PORT_PROXIES`. Values of
    other forms are skipped. Raises nothing."""
    found: dict[Forward, None] = {}
    for name, line in _values(text):
        match = _MAPPING.match(line)
        if match is None or len(found) >= MAX_FORWARDS:
            continue
        port, to_port = int(match[2]), int(match[4])
        if 1 <= port <= _MAX_PORT and 1 <= to_port <= _MAX_PORT:
            found[Forward(Via.PORTPROXY, Protocol.TCP, match[1], port, match[3], to_port, name)] = (
                None
            )
    return tuple(found)


def _values(text: str) -> Iterator[tuple[str, str]]:
    """The lines of values below the keys of mappings, each with its pair of families."""
    name = ""
    for line in text.split("\n"):
        if len(line) > _MAX_LINE:
            continue
        if line.startswith("HKEY_"):
            match = _KEY.match(line)
            name = ascii_lower(match[1]) if match else ""
        elif name:
            yield name, line


def listen_list(text: str) -> tuple[str, ...]:
    """The addresses to which http.sys is limited, in the output of `LISTEN_LIST`; empty if it is
    not limited. Raises nothing."""
    found: dict[str, None] = {}
    for line in text.split("\n"):
        match = _ADDRESSES.match(line.rstrip("\r")) if len(line) <= _MAX_LINE else None
        for each in match[1].split("\\0") if match else ():
            try:
                found[str(ipaddress.ip_address(each.strip()))] = None
            except ValueError:
                continue
    return tuple(found)[:MAX_ADDRESSES]
