# SPDX-License-Identifier: GPL-3.0-or-later
"""netstat's table by its shape: no word of any language decides anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netstat
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netstat import (
    MAX_ROW,
    SocketRow,
    parse,
)
from unit.rows import each_row

ENGLISH = """
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       4
  TCP    0.0.0.0:8080           0.0.0.0:0              LISTENING       5120
  TCP    127.0.0.1:50123        127.0.0.1:80           ESTABLISHED     7004
  TCP    192.0.2.10:50124       198.51.100.7:80        TIME_WAIT       0
  TCP    [::]:80                [::]:0                 LISTENING       4
  TCP    [fe80::1c2d:3e4f%12]:80  [::]:0                 LISTENING       4
  TCP    [fe80::1%12]:50125     [fe80::2%12]:445       ESTABLISHED     4
  UDP    0.0.0.0:5353           *:*                                    2208
  UDP    [fe80::1%12]:1900      *:*                                    6312
"""

# Header and state words as Windows shows them in each language, some of several words.
LANGUAGES = {
    "en": ("Proto  Local Address  Foreign Address  State  PID", "LISTENING", "ESTABLISHED"),
    "ja": ("プロトコル  ローカル アドレス  外部アドレス  状態  PID", "LISTENING", "ESTABLISHED"),
    "de": ("Proto  Lokale Adresse  Remoteadresse  Status  PID", "ABHÖREN", "HERGESTELLT"),
    "fr": (
        "Proto  Adresse locale  Adresse distante  État",
        "À L'ÉCOUTE",
        "EN ATTENTE DE FERMETURE",
    ),
    # Published captures of Spanish and French Windows have the English words.
    "es": (
        "Proto  Dirección local          Dirección remota        Estado           PID",
        "LISTENING",
        "ESTABLISHED",
    ),
    "fr-11": ("Proto  Adresse locale  Adresse distante  État", "LISTENING", "CLOSE_WAIT"),
    "tr": ("İl.Kr.  Yerel Adres  Yabancı Adres  Durum  PID", "DİNLEME", "KURULDU"),
    "pt": ("Proto  Endereço local  Endereço externo  Estado  PID", "À ESCUTA", "ESTABELECIDA"),
}


def listener(address: str, port: int, pid: int, state: str = "LISTENING") -> SocketRow:
    return SocketRow(Protocol.TCP, address, port, None, None, state, pid, listening=True)


def udp(address: str, port: int, pid: int) -> SocketRow:
    return SocketRow(Protocol.UDP, address, port, None, None, "", pid, listening=False)


def connection(local: tuple[str, int], remote: tuple[str, int], state: str, pid: int) -> SocketRow:
    return SocketRow(Protocol.TCP, *local, *remote, state, pid, listening=False)


def test_english() -> None:
    assert parse(ENGLISH) == (
        listener("0.0.0.0", 80, 4),
        listener("0.0.0.0", 8080, 5120),
        connection(("127.0.0.1", 50123), ("127.0.0.1", 80), "ESTABLISHED", 7004),
        connection(("192.0.2.10", 50124), ("198.51.100.7", 80), "TIME_WAIT", 0),
        listener("::", 80, 4),
        listener("fe80::1c2d:3e4f%12", 80, 4),
        connection(("fe80::1%12", 50125), ("fe80::2%12", 445), "ESTABLISHED", 4),
        udp("0.0.0.0", 5353, 2208),
        udp("fe80::1%12", 1900, 6312),
    )


def test_line_ends_of_windows() -> None:
    assert parse(ENGLISH.replace("\n", "\r\n")) == parse(ENGLISH)


@each_row("language", LANGUAGES)
def test_listeners_in_every_language(language: str) -> None:
    header, listening, other = LANGUAGES[language]
    text = (
        f"\r\n{header}\r\n"
        f"  TCP    0.0.0.0:3389           0.0.0.0:0              {listening}       1204\r\n"
        f"  TCP    192.0.2.10:3389        198.51.100.7:51000     {other}     1204\r\n"
        f"  UDP    [::]:3389              *:*                                    1204\r\n"
    )
    assert parse(text) == (
        listener("0.0.0.0", 3389, 1204, listening),
        connection(("192.0.2.10", 3389), ("198.51.100.7", 51000), other, 1204),
        udp("::", 3389, 1204),
    )


def test_80_is_found_as_a_local_port_and_as_nothing_else() -> None:
    held_by = [row for row in parse(ENGLISH) if row.local_port == 80 and row.listening]
    assert [row.pid for row in held_by] == [4, 4, 4]
    # Neither 8080, nor the port 80 of somebody else's machine, nor an address that ends so.
    assert 5120 not in {row.pid for row in held_by}
    assert [row.local_port for row in parse(ENGLISH) if row.remote_port == 80] == [50123, 50124]


@each_row(
    "line",
    [
        "  Proto  Local Address          Foreign Address        State           PID",
        "  TCP    0.0.0.0:80             0.0.0.0:0              4",
        "  TCP    0.0.0.0:80             *:*                    4",
        "  UDP    0.0.0.0:80             *:*                    LISTENING       4",
        "  UDP    0.0.0.0:80             *:*",
        "  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING",
        "  TCP    0.0.0.0:70000          0.0.0.0:0              LISTENING       4",
        "  TCP    0.0.0.0:               0.0.0.0:0              LISTENING       4",
        "  TCP    0.0.0.0                0.0.0.0:0              LISTENING       4",
        "  TCP    300.0.0.1:80           0.0.0.0:0              LISTENING       4",
        "  TCP    [::zz]:80              [::]:0                 LISTENING       4",
        "  TCP    ::1:80                 [::]:0                 LISTENING       4",
        "  TCP    server:80              0.0.0.0:0              LISTENING       4",
        "  TCP    0.0.0.0:http           0.0.0.0:0              LISTENING       4",
        "  TCP    0.0.0.0:80             nowhere                LISTENING       4",
        "  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       -4",
        "  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       4294967296",
        "  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       ٤",
        "  TCP    0.0.0.0:٨٠             0.0.0.0:0              LISTENING       4",
        "  tcp    0.0.0.0:80             0.0.0.0:0              LISTENING       4",
        " [svchost.exe] TCP 0.0.0.0:80   0.0.0.0:0              LISTENING       4",
        "  TCP    0.0.0.0:80             0.0.0.0:0              " + "X" * MAX_ROW + "       4",
        "",
    ],
)
def test_what_is_no_row(line: str) -> None:
    assert parse(line) == ()
    assert parse(f"{line}\r\n{ENGLISH}") == parse(ENGLISH)


addresses = st.ip_addresses(v=4).map(str) | st.tuples(
    st.ip_addresses(v=6).map(str), st.none() | st.integers(0, 99)
).map(lambda pair: pair[0] if pair[1] is None else f"{pair[0]}%{pair[1]}")
ports = st.integers(0, 65_535)
pids = st.integers(0, 0xFFFF_FFFF)
words = st.sampled_from([state for _unused, *states in LANGUAGES.values() for state in states])
peers = st.tuples(addresses, st.integers(1, 65_535))
rows = (
    st.builds(listener, addresses, ports, pids, words)
    | st.builds(udp, addresses, ports, pids)
    | st.builds(connection, st.tuples(addresses, ports), peers, words, pids)
)


def shown(row: SocketRow) -> str:
    """The row as netstat prints it, in columns of at least 6, 22, 22 and 15."""

    def socket(address: str, port: int) -> str:
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    local = socket(row.local_address, row.local_port)
    if row.protocol is Protocol.UDP:
        peer = "*:*"
    elif row.remote_address is None or row.remote_port is None:
        peer = "[::]:0" if ":" in row.local_address else "0.0.0.0:0"
    else:
        peer = socket(row.remote_address, row.remote_port)
    return f"  {row.protocol.upper():6} {local:22} {peer:22} {row.state:15} {row.pid}\r\n"


@given(st.lists(rows), st.sampled_from(sorted(LANGUAGES)))
def test_any_table_in_any_language_reads_back(table: list[SocketRow], language: str) -> None:
    header = f"\r\n  {LANGUAGES[language][0]}\r\n"
    assert parse(header + "".join(map(shown, table))) == tuple(table)


@given(st.lists(st.text() | st.sampled_from(ENGLISH.split()), max_size=40).map(" ".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for row in parse(text):
        assert 0 <= row.local_port <= 65_535


@pytest.mark.sweep
def test_a_large_table_is_read_whole() -> None:
    table = [
        listener(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 80, number)
        for number in range(20_000)
    ]
    assert parse("".join(map(shown, table))) == tuple(table)


def test_a_line_that_begins_as_a_row_and_is_none_is_told() -> None:
    good = "  TCP    0.0.0.0:80    0.0.0.0:0    LISTENING    4"
    bad = ("  TCP    0.0.0.0:445    0.0.0.0:0    LISTENING", "  UDP    0.0.0.0:99999    *:*    4")
    assert netstat.unread("\r\n".join(("Active Connections", "TCPIP", "", good))) == ()
    found = netstat.unread("\r\n".join(("  Proto  Local Address", *bad, good, "")))
    assert tuple(line.rstrip() for line in found) == bad
    # Behind the first row there are rows alone.
    bad = ("  0.0.0.0:445    0.0.0.0:0    LISTENING    4", "Error")
    found = netstat.unread("\r\n".join((good, *bad, good, "", "")))
    assert tuple(line.rstrip() for line in found) == bad
