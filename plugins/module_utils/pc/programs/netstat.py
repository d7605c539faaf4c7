# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the table of ``netstat -nao`` in any language of Windows.

Only the shape is read: a row begins with TCP or UDP and ends with a process id, with two socket
addresses after the protocol. The state between them is a translated word, or several ("À
L'ÉCOUTE"), and is not evaluated. A listener is recognized by its foreign address: the unspecified
one with port 0 (netstat documentation: the foreign address of a listening socket is not established
yet).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...ground.model import Protocol, parse_address
from .commands import TableProgram
from .lines import unread_lines

# A row of netstat has fewer than 120 characters. A longer line is not a row, and is not read.
MAX_ROW = 400
MAX_PID = 0xFFFF_FFFF

_PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP}
_SOCKET = re.compile(
    r"(?:\[([0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z]{1,16})?)\]|([0-9.]{7,15})):([0-9]{1,5})\Z"
)
_PID = re.compile(r"[0-9]{1,10}\Z")
_NO_PEER = ("*:*", "0.0.0.0:0", "[::]:0")


@dataclass(frozen=True, slots=True)
class SocketRow:
    """One row. `local_address` and `remote_address` are IP addresses without brackets, IPv6 with
    its zone, if any; `remote_address` and `remote_port` are None if there is no peer. `state` is
    the word in the language of the host, empty for UDP. `pid` is the owner of the socket."""

    protocol: Protocol
    local_address: str
    local_port: int
    remote_address: str | None
    remote_port: int | None
    state: str
    pid: int
    listening: bool


def parse(text: str) -> tuple[SocketRow, ...]:
    """The rows of the table in order; all other lines are skipped. Raises nothing."""
    return tuple(row for line in text.split("\n") if (row := _row(line)) is not None)


def unread(text: str) -> tuple[str, ...]:
    """The lines that begin like a row but are not one, and other lines after the first row: a row
    may be missing."""
    return unread_lines(
        text,
        lambda line: _row(line) is not None,
        lambda line: line.split(maxsplit=1)[:1] in (["TCP"], ["UDP"]),
    )


#: Every socket of the host with its process. If it prints no row, it has failed.
NETSTAT = TableProgram(
    "netstat -nao",
    r"%SystemRoot%\System32\netstat.exe -nao",
    lambda text: parse(text) or None,
    unread,
)


def _row(line: str) -> SocketRow | None:
    if len(line) > MAX_ROW:
        return None
    words = line.split()
    if len(words) < 4 or words[0] not in _PROTOCOLS or not _PID.match(words[-1]):
        return None
    protocol = _PROTOCOLS[words[0]]
    state = " ".join(words[3:-1])
    pid = int(words[-1])
    local = _socket(words[1])
    remote = None if words[2] in _NO_PEER else _socket(words[2])
    if local is None or pid > MAX_PID or (remote is None and words[2] not in _NO_PEER):
        return None
    if (protocol is Protocol.UDP) != (not state):
        return None  # UDP has no state and TCP always has one: this is not a row of netstat
    return SocketRow(
        protocol=protocol,
        local_address=local[0],
        local_port=local[1],
        remote_address=None if remote is None else remote[0],
        remote_port=None if remote is None else remote[1],
        state=state,
        pid=pid,
        listening=protocol is Protocol.TCP and remote is None,
    )


def _socket(text: str) -> tuple[str, int] | None:
    match = _SOCKET.match(text)
    if match is None:
        return None
    address, port = match[1] or match[2], int(match[3])
    try:
        parse_address(address)
    except ValueError:
        return None
    return (address, port) if port <= 65_535 else None
