# SPDX-License-Identifier: GPL-3.0-or-later
"""netstat.exe in the languages that it is known in."""

from __future__ import annotations

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import programs
from winsim.machine import Machine


def in_language(language: str) -> Machine:
    changed = document()
    changed["os"]["language"] = language
    return boot(changed)


def lines(machine: Machine, arguments: str = "-nao") -> list[str]:
    return programs.run(machine, f"netstat.exe {arguments}").stdout.decode().split("\r\n")


def test_english_table_stands_in_columns() -> None:
    table = lines(in_language("en"))
    assert table[:4] == [
        "",
        "Active Connections",
        "",
        "  Proto  Local Address          Foreign Address        State           PID",
    ]
    for expected in (
        "  TCP    0.0.0.0:20135          0.0.0.0:0              LISTENING       700",
        "  TCP    10.1.2.3:50100         203.0.113.5:80         ESTABLISHED     1000",
        "  TCP    10.1.2.3:50101         203.0.113.5:80         TIME_WAIT       1000",
        "  TCP    [fe80::1%7]:20083      [::]:0                 LISTENING       900",
        "  UDP    0.0.0.0:20001          *:*                                    800",
    ):
        assert expected in table


def test_japanese_table_has_a_wider_first_column() -> None:
    table = lines(in_language("ja"))
    assert table[1] == "アクティブな接続"
    assert (
        "  TCP         0.0.0.0:20135          0.0.0.0:0              LISTENING       700" in table
    )


def test_german_names_of_states_are_translated() -> None:
    text = "\n".join(lines(in_language("de")))
    assert "ABHÖREN" in text
    assert "HERGESTELLT" in text
    assert "LISTENING" not in text


def test_dual_stack_socket_has_two_rows() -> None:
    rows = [line.split() for line in lines(boot()) if ":20080 " in line]
    assert rows == [
        ["TCP", "0.0.0.0:20080", "0.0.0.0:0", "LISTENING", "900"],
        ["TCP", "[::]:20080", "[::]:0", "LISTENING", "900"],
    ]


def test_bound_sockets_are_not_shown() -> None:
    assert not [line for line in lines(boot()) if "0.0.0.0:50100" in line]


@each_row(
    ("arguments", "present", "absent"),
    [
        ("-no", "50100", "20135"),
        ("-nao -p tcp", "20135", "UDP"),
        ("-nao -p udp", "UDP", "TCP"),
        ("/a /n /o", "20135", "nothing"),
        ("-nao -p tcpv6", "[::]:20084", "0.0.0.0:20135"),
    ],
)
def test_flags_select(arguments: str, present: str, absent: str) -> None:
    text = "\n".join(lines(boot(), arguments)[4:])
    assert present in text
    assert absent not in text


def test_pids_are_shown_on_demand_only() -> None:
    header, *rows = lines(boot(), "-na")[3:]
    assert not header.endswith("PID")
    assert any(row.endswith("LISTENING") for row in rows)
