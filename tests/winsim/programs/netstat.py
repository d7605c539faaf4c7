# SPDX-License-Identifier: GPL-3.0-or-later
"""netstat.exe -a -n -o, in the language of Windows.

Columns: "  Proto  Local Address          Foreign Address        State           PID" as published
captures of English and Japanese hosts show them; names of states are not translated in English
and Japanese, but are in German.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from winsim.network_state import Family, Protocol
from winsim.programs.shell import Output, Shell
from winsim.state import Endpoint, TcpState

#: Title, header, and width of the first column.
_HEADERS = {
    "en": (
        "Active Connections",
        "  Proto  Local Address          Foreign Address        State           PID",
        7,
    ),
    "ja": (
        "アクティブな接続",
        "  プロトコル  ローカル アドレス      外部アドレス           状態            PID",
        12,
    ),
    "de": (
        "Aktive Verbindungen",
        "  Proto  Lokale Adresse         Remoteadresse          Status           PID",
        7,
    ),
}
_NAMES = {
    TcpState.CLOSED: "CLOSED",
    TcpState.LISTEN: "LISTENING",
    TcpState.SYN_SENT: "SYN_SENT",
    TcpState.SYN_RECEIVED: "SYN_RECEIVED",
    TcpState.ESTABLISHED: "ESTABLISHED",
    TcpState.FIN_WAIT_1: "FIN_WAIT_1",
    TcpState.FIN_WAIT_2: "FIN_WAIT_2",
    TcpState.CLOSE_WAIT: "CLOSE_WAIT",
    TcpState.CLOSING: "CLOSING",
    TcpState.LAST_ACK: "LAST_ACK",
    TcpState.TIME_WAIT: "TIME_WAIT",
    TcpState.DELETE_TCB: "DELETE_TCB",
}
_GERMAN = {
    TcpState.LISTEN: "ABHÖREN",
    TcpState.ESTABLISHED: "HERGESTELLT",
    TcpState.TIME_WAIT: "WARTEND",
    TcpState.CLOSE_WAIT: "SCHLIESSEN_WARTEN",
    TcpState.SYN_SENT: "SYN_GESENDET",
}


#: What `-p` selects.
_PROTOCOLS: dict[str, tuple[Protocol, Family]] = {
    "tcp": ("tcp", "ipv4"),
    "tcpv6": ("tcp", "ipv6"),
    "udp": ("udp", "ipv4"),
    "udpv6": ("udp", "ipv6"),
}


def netstat(shell: Shell, arguments: Sequence[str]) -> Output:
    """The table of endpoints: `-a` with listeners, `-o` with PIDs, `-p` of one protocol. `-n`
    is always in force: there is no name service here."""
    words = [word.lower().replace("/", "-", 1) for word in arguments]
    flags = {letter for word in words if word.startswith("-") for letter in word[1:]}
    protocol = next((_PROTOCOLS[word] for word in words if word in _PROTOCOLS), None)
    language = shell.machine.language
    title, header, width = _HEADERS[language]
    output = Output()
    output.line()
    output.line(title)
    output.line()
    output.line(header if "o" in flags else header.removesuffix("PID").rstrip())

    def shown() -> Iterator[str]:
        for row in sorted(_rows(shell.machine.endpoints()), key=_order):
            hidden = row.state is TcpState.BOUND or (row.listening and "a" not in flags)
            if hidden or protocol not in {None, (row.protocol, row.family)}:
                continue
            line = f"  {row.protocol.upper():{width}}{_local(row):22} {_foreign(row):22} "
            line += f"{_state(row, language):15}"
            yield f"{line} {row.pid}" if "o" in flags else line.rstrip()

    output.lines(shown())
    return output


def _rows(endpoints: Iterable[Endpoint]) -> Iterator[Endpoint]:
    """One row an endpoint, but two for a dual-stack socket."""
    for endpoint in endpoints:
        yield endpoint
        if endpoint.dual_stack:
            yield dataclasses.replace(
                endpoint, local_address="0.0.0.0", remote_address="0.0.0.0", dual_stack=False
            )


def _order(endpoint: Endpoint) -> tuple[object, ...]:
    """TCP before UDP, IPv4 before IPv6, then by address and port, as captures show it."""
    return endpoint.protocol, *_number(endpoint.local_address), endpoint.local_port


@lru_cache(1000)
def _number(address: str) -> tuple[int, int]:
    """The version of an address, and its value."""
    read = ipaddress.ip_address(address.partition("%")[0])
    return read.version, int(read)


def _socket(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _local(endpoint: Endpoint) -> str:
    return _socket(endpoint.local_address, endpoint.local_port)


def _foreign(endpoint: Endpoint) -> str:
    if endpoint.protocol == "udp":
        return "*:*"
    return _socket(endpoint.remote_address, endpoint.remote_port)


def _state(endpoint: Endpoint, language: str) -> str:
    if endpoint.protocol == "udp":
        return ""
    german = _GERMAN if language == "de" else {}
    return german.get(endpoint.state, _NAMES[endpoint.state])
