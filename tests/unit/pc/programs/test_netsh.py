# SPDX-License-Identifier: GPL-3.0-or-later
"""netsh's tables of port ranges in several languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    PortRange,
    Protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netsh import (
    DYNAMIC_PORTS,
    EXCLUDED_PORT_RANGES,
    unread_ranges,
)
from unit.rows import each_row

EXCLUDED = EXCLUDED_PORT_RANGES[0]
DYNAMIC = DYNAMIC_PORTS[0]

# Title, what is between it and the table, the two column headers with their hyphens, legend. All but
# the Japanese, and the legend in French, as published captures show them.
_HYPHENS = "----------    --------"
EXCLUDED_WORDS = {
    "en": (
        "Protocol tcp Port Exclusion Ranges",
        f"\r\n\r\nStart Port    End Port\r\n{_HYPHENS}",
        "* - Administered port exclusions.",
    ),
    "de": (
        'Portausschlussbereiche für das Protokoll "tcp"',
        f"\r\n\r\nStartport      Endport\r\n{_HYPHENS}",
        "* - Verwaltete Portausschlüsse.",
    ),
    "ja": (
        "プロトコル tcp ポートの除外範囲",
        f"\r\n\r\n開始ポート    終了ポート\r\n{_HYPHENS}",
        "* - 管理されたポートの除外。",
    ),
    "fr": (
        "Protocole tcp Plages d'exclusion de ports",
        "\r\nPort de début    Port de fin\r\n-------------    -----------",
        "* - Exclusions de ports administrées.",
    ),
    "es": (
        "Protocolo tcp Intervalos de exclusión de puertos",
        "\r\n\r\nPuerto de inicio    Puerto final\r\n----------          --------",
        "* - Exclusiones de puertos administrados.",
    ),
    "pt": (
        "Protocolo tcp Intervalos de Exclusão de Porta",
        f"\r\n\r\nPorta Inicial    Porta Final\r\n{_HYPHENS}",
        "* - Exclusões de porta administradas.",
    ),
}
DYNAMIC_WORDS = {
    "en": ("Protocol tcp Dynamic Port Range", "Start Port      : ", "Number of Ports : "),
    "de": ("Protokoll tcp Dynamischer Portbereich", "Startport      : ", "Anzahl von Ports : "),
    "ja": ("プロトコル tcp の動的ポートの範囲", "開始ポート     : ", "ポート数       : "),
    "fr": ("Plage de ports dynamique du protocole tcp", "Port de début\u00a0: ", "Nombre\u00a0: "),
    "zh": ("协议 tcp 动态端口范围", "启动端口\uff1a", "端口数\uff1a"),
}


def excluded_text(language: str, ranges: list[tuple[int, int, bool]]) -> str:
    title, header, legend = EXCLUDED_WORDS[language]
    rows = [f"{start:10}  {end:10}{'     *' if star else '     '}" for start, end, star in ranges]
    return "\r\n".join(["", f"{title}{header}", *rows, "", legend, "", ""])


def dynamic_text(language: str, start: int, count: int) -> str:
    title, start_label, count_label = DYNAMIC_WORDS[language]
    lines = ["", title, "-" * 33, f"{start_label}{start}", f"{count_label}{count}", "", ""]
    return "\r\n".join(lines)


def tcp_range(start: int, end: int, administered: bool = False) -> PortRange:
    return PortRange(Protocol.TCP, "ipv4", start, end, administered)


@each_row("language", EXCLUDED_WORDS)
def test_excluded_ranges(language: str) -> None:
    text = excluded_text(
        language, [(5357, 5357, False), (49700, 49799, False), (50000, 50059, True)]
    )
    assert EXCLUDED.parse(text) == (
        tcp_range(5357, 5357),
        tcp_range(49700, 49799),
        tcp_range(50000, 50059, administered=True),
    )


@each_row("language", EXCLUDED_WORDS)
def test_table_that_was_cut_behind_a_row(language: str) -> None:
    """Several of the published ones are; and their blanks at the ends of lines are gone."""
    text = excluded_text(language, [(80, 80, False), (50000, 50059, True)])
    cut = "\n".join(line.rstrip() for line in text.split("\r\n")[:-4])
    assert cut.endswith("*")
    assert EXCLUDED.parse(cut) == (tcp_range(80, 80), tcp_range(50000, 50059, administered=True))
    assert unread_ranges(cut) == ()


def test_the_table_says_of_which_protocol_and_family() -> None:
    text = excluded_text("en", [(5357, 5357, False)])
    found = [table.parse(text) for table in EXCLUDED_PORT_RANGES]
    assert found == [
        (PortRange(Protocol.TCP, "ipv4", 5357, 5357),),
        (PortRange(Protocol.UDP, "ipv4", 5357, 5357),),
        (PortRange(Protocol.TCP, "ipv6", 5357, 5357),),
        (PortRange(Protocol.UDP, "ipv6", 5357, 5357),),
    ]


@each_row("language", EXCLUDED_WORDS)
def test_a_table_without_ranges_is_empty_and_a_failure_is_none(language: str) -> None:
    assert EXCLUDED.parse(excluded_text(language, [])) == ()
    assert EXCLUDED.parse("The system cannot find the file specified.\r\n") is None
    assert EXCLUDED.parse("") is None


@each_row(
    "row",
    [
        "     50059       50000",
        "         0           5",
        "     65000       65536",
        "     50000       50059     **",
        "     50000       50059     x",
        "     50000       50059     *     *",
        "     50000",
        "     -1       5",
        "    123456      123457",
        "     ５０       ６０",
        "1 2 3",
    ],
)
def test_what_is_no_excluded_range(row: str) -> None:
    assert EXCLUDED.parse(f"----------    --------\r\n{row}\r\n") == ()


@each_row("language", DYNAMIC_WORDS)
def test_dynamic_ports(language: str) -> None:
    assert DYNAMIC.parse(dynamic_text(language, 49152, 16384)) == (tcp_range(49152, 65535),)
    assert DYNAMIC.parse(dynamic_text(language, 1024, 64511)) == (tcp_range(1024, 65534),)


@each_row(
    "text",
    [
        "",
        "Access is denied.\r\n",
        dynamic_text("en", 49152, 16385),
        dynamic_text("en", 0, 100),
        dynamic_text("en", 1024, 0),
        dynamic_text("en", 1024, 64511) + "Another : 5\r\n",
        "Start Port : 1024\r\n",
    ],
)
def test_what_is_no_dynamic_range(text: str) -> None:
    assert DYNAMIC.parse(text) is None


ranges = st.tuples(st.integers(1, 65_535), st.integers(1, 65_535), st.booleans()).map(
    lambda row: (min(row[:2]), max(row[:2]), row[2])
)


@given(st.sampled_from(sorted(EXCLUDED_WORDS)), st.lists(ranges))
def test_any_excluded_ranges_read_back(language: str, rows: list[tuple[int, int, bool]]) -> None:
    found = EXCLUDED.parse(excluded_text(language, rows))
    assert found == tuple(tcp_range(*row) for row in rows)


@given(st.sampled_from(sorted(DYNAMIC_WORDS)), ranges)
def test_any_dynamic_range_reads_back(language: str, row: tuple[int, int, bool]) -> None:
    start, end, _unused = row
    text = dynamic_text(language, start, end - start + 1)
    assert DYNAMIC.parse(text) == (tcp_range(start, end),)


@given(st.lists(st.text() | st.sampled_from(["1", "65535", "*", ":", "-----", "\n", "  "])))
def test_any_text_is_read_without_an_error(parts: list[str]) -> None:
    text = "".join(parts)
    for found in (EXCLUDED.parse(text), DYNAMIC.parse(text)):
        assert all(1 <= each.start <= each.end <= 65_535 for each in found or ())


@each_row("language", EXCLUDED_WORDS)
@each_row(
    "row",
    [
        "     50000",
        "     50000       500x9",
        "     50059       50000",
        "  80  80  +",
        "0  7",
        "Error",
    ],
)
def test_a_range_that_can_not_be_read_is_told(language: str, row: str) -> None:
    text = excluded_text(language, [(80, 80, False), (1587, 1686, True)])
    assert unread_ranges(text) == ()
    assert unread_ranges(text.replace("        80  ", f"{row}\r\n        80  ", 1)) == (f"{row}\r",)
