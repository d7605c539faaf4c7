# SPDX-License-Identifier: GPL-3.0-or-later
"""netstat.exe -a -n -o, in the language of Windows.

Columns: "  Proto  Local Address          Foreign Address        State           PID" as published
captures of English and Japanese hosts show them; names of states are not translated in English
and Japanese, but are in German.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def netstat(shell: Shell, arguments: Sequence[str]) -> Output:
    """The table of all endpoints. `-n` is always in force: there is no name service here."""
    flags = {letter for word in arguments for letter in word.lower().lstrip("-/")}
    machine = shell.machine
    title, header, width = _HEADERS[machine.language]
    output = Output()
    output.line()
    output.line(title)
    output.line()
    output.line(header if "o" in flags else header.removesuffix("PID").rstrip())
    for endpoint in sorted(machine.endpoints(), key=_order):
        if endpoint.state is TcpState.BOUND or not ("a" in flags or not endpoint.listening):
            continue
        line = f"  {endpoint.protocol.upper():{width}}{_local(endpoint):22} "
        line += f"{_foreign(endpoint):22} {_state(endpoint, machine.language):15}"
        output.line(f"{line} {endpoint.pid}" if "o" in flags else line.rstrip())
    return output


def _order(endpoint: Endpoint) -> tuple[str, bool]:
    return endpoint.protocol, endpoint.family == "ipv6"


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
