# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in the columns of a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import (
    MAX_CELL,
    MAX_WHOLE,
    Cell,
    Column,
    Table,
    Tone,
    Toned,
    render,
    width,
    wrap,
    wrap_lines,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim
from unit.rows import each_row

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "=cmd|' /C calc'!A0",
    "a\u202egnp.exe\u2066b",
    "lone \ud800 surrogate \udfff",
    "line\r\nbreak\u2028other\x85one",
    "x" * 10_000,
    "業" * 10_000,
    "e" + "\u0301" * 10_000,
    "y" * 1_000_000,
]


def two_columns(*names: Cell) -> Table:
    return Table((Column("NAME"), Column("END")), [(name, "end") for name in names])


@each_row(
    ("text", "columns"),
    [
        ("abc", 3),
        ("業務アプリ.exe", 14),
        ("ｱﾌﾟﾘ", 4),
        ("e\u0301", 1),
        ("\U0001f5a5", 1),
        ("\U0001f680", 2),
        ("\u1112\u1161\u11ab", 2),
        ("", 0),
    ],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_heads_are_broken_last_and_at_blanks_if_that_is_enough() -> None:
    heads = ("SERVICES / URLS", "ADDRESSES")
    table = Table(tuple(map(Column, heads)), [("a", "b")])
    assert render(table, "en", limit=26) == ["SERVICES / URLS  ADDRESSES", "a                b"]
    assert render(table, "en", limit=19) == [
        "SERVICES  ADDRESSES",
        "/ URLS",
        "a         b",
    ]
    assert max(map(width, render(table, "en", limit=14))) == 14


def test_japanese_takes_two_columns() -> None:
    assert render(two_columns("業務", "abcd"), "en") == ["NAME  END", "業務  end", "abcd  end"]


def test_numbers_stand_to_the_right() -> None:
    table = Table((Column("PORT", numbers=True), Column("N")), [("80", "a"), ("49152", "b")])
    assert render(table, "en") == [" PORT  N", "   80  a", "49152  b"]


@each_row("limit", [None, 100, 40])
@each_row("name", HOSTILE)
def test_hostile_text_is_harmless_and_leaves_columns_aligned(name: str, limit: int | None) -> None:
    lines = render(two_columns(name, "plain"), "en", limit)
    assert all(line.isprintable() for line in lines)
    "\n".join(lines).encode("utf-8")
    if limit is None and width(name) > MAX_CELL:
        # Where lines may have any length nothing is cut, and only this line is longer for it.
        assert min(map(width, lines)) <= MAX_CELL + len("  END")
        assert max(map(width, lines)) <= 2 * MAX_WHOLE + len("  end")
        return
    starts = {width(line[: line.rindex("end")]) for line in lines if line.endswith("end")}
    assert starts == {width(lines[0][: lines[0].index("END")])}
    assert max(map(width, lines)) <= min(limit or 1000, 2 * MAX_CELL + len("  end"))


def test_nothing_is_cut_where_lines_may_have_any_length() -> None:
    urls = "; ".join(f"HTTP://+:80/{number}/ (Service{number})" for number in range(40))
    head, first, second = render(two_columns(urls, "short"), "en")
    assert first == f"{urls}  end"
    # The other rows are not padded for it.
    assert second == f"{'short':{MAX_CELL}}  end"
    assert head == f"{'NAME':{MAX_CELL}}  END"


@each_row("limit", [80, 120, 200])
def test_japanese_stands_in_columns_at_usual_widths(limit: int) -> None:
    names = [
        "在庫管理サービス.exe",
        "ｶﾀｶﾅ.exe",
        "データベース エンジン (運用)",
        "a.exe",
        "①Ⅳ→°.exe",
    ]
    table = Table(
        (Column("プロセス"), Column("PID", numbers=True), Column("サービス"), Column("END")),
        [(name, "4312", "東京 第一 営業所 在庫 連携 サービス" * 3, "end") for name in names],
    )
    lines = render(table, "ja", limit)
    assert max(map(width, lines)) <= limit
    ends = {width(line[: -len("end")]) for line in lines if line.endswith("end")}
    assert ends == {width(lines[0][: -len("END")])}
    assert len([line for line in lines if line.endswith("end")]) == len(names)


@given(st.lists(st.text(), min_size=1), st.integers(20, 200))
def test_any_text_fits(names: list[str], limit: int) -> None:
    lines = render(two_columns(*names), "en", limit)
    assert all(line.isprintable() and width(line) <= limit for line in lines)


def test_where_it_does_not_fit_cells_are_broken_at_blanks() -> None:
    table = Table(
        (Column("PID", numbers=True), Column("PROCESS"), Column("SERVICES")),
        [("1136", "svchost.exe", "RpcEptMapper, RpcSs"), ("4", "System", "")],
    )
    assert render(table, "en", 35) == [
        " PID  PROCESS      SERVICES",
        "1136  svchost.exe  RpcEptMapper,",
        "                   RpcSs",
        "   4  System",
    ]


def test_the_column_is_narrowed_in_which_least_is_broken() -> None:
    heads = (Column("NAME"), Column("ADDRESSES"))
    rows = [("http", "0.0.0.0, ::")] * 3 + [("netbios-dgm", "fe80::5c1e:9a3b:44d2")]
    assert render(Table(heads, rows), "en", 22) == [
        "NAME       ADDRESSES",
        *["http       0.0.0.0, ::"] * 3,
        "netbios-d  fe80::5c1e:",
        "gm         9a3b:44d2",
    ]
    # A blank is a better place than the middle of a word.
    rows = [("http", "0.0.0.0, ::"), ("netbios-dgm", "127.0.0.1")]
    assert render(Table(heads, rows), "en", 23) == [
        "NAME         ADDRESSES",
        "http         0.0.0.0,",
        "             ::",
        "netbios-dgm  127.0.0.1",
    ]


def test_words_are_broken_if_nothing_else_helps_but_numbers_never() -> None:
    table = Table(
        (Column("PID", numbers=True), Column("PROCESS")), [("1234567890", "abcdefghij.exe")]
    )
    assert render(table, "en", 19) == [
        "       PID  PROCESS",
        "1234567890  abcdefg",
        "            hij.exe",
    ]


def test_too_narrow_a_terminal_gets_the_table_all_the_same() -> None:
    assert render(two_columns("abcdefgh ij"), "en", 3) == ["NAME    END", "abcdef  end", "gh ij"]


@each_row(
    ("text", "lines"),
    [
        ("", [""]),
        ("abc", ["abc"]),
        ("ab cd ef", ["ab cd", "ef"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("ab cdefghij", ["ab", "cdefg", "hij"]),
        ("業務アプリ", ["業務", "アプ", "リ"]),
        ("a 業務 b", ["a 業", "務 b"]),
        ("abcde fg", ["abcde", "fg"]),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    assert wrap(text, 5) == lines


@each_row(
    ("text", "limit", "lines"),
    [
        # A number or a name fills no line alone because what follows has no blank.
        ("TCP 8080 で待ち受けている", 20, ["TCP 8080 で待ち受け", "ている"]),
        # Nothing begins a line that ends a word or a bracket, and nothing ends one that begins it.
        ("確認できます。はい", 12, ["確認できま", "す。はい"]),
        ("名前は「倉庫」です", 8, ["名前は", "「倉庫」", "です"]),
        ("connected to: 'ネットワーク 2'", 22, ["connected to:", "'ネットワーク 2'"]),
        ("ページへのチャット", 14, ["ページへの", "チャット"]),
        # Words in katakana are broken only where little else would stand on the line.
        ("ドメイン、プライベート", 12, ["ドメイン、", "プライベート"]),
        ("プロファイル不一致", 6, ["プロフ", "ァイル", "不一致"]),
        ("プロファイル不一致", 8, ["プロファ", "イル不一", "致"]),
        ("ファイアウォール", 6, ["ファイ", "アウォ", "ール"]),
        ("業務アプリ.exe", 7, ["業務", "アプ", "リ.exe"]),
    ],
)
def test_japanese_is_broken_between_its_characters(text: str, limit: int, lines: list[str]) -> None:
    assert wrap(text, limit) == lines


@given(st.text("ab 業ァカ。「"), st.integers(2, 10))
def test_wrapping_loses_nothing_but_blanks(text: str, limit: int) -> None:
    lines = wrap(text, limit)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= limit for line in lines)


def test_lines_of_a_message_stay_lines() -> None:
    text = "one two\nthree\x1b[31m\u202e\n"
    assert wrap_lines(Verbatim(text), "en", None) == ["one two", "three[31m\\u202e"]
    assert wrap_lines(Verbatim(text), "en", 4) == ["one", "two", "thre", "e[31", "m\\u2", "02e"]


def test_tones_are_painted_outside_the_blanks() -> None:
    def paint(text: str, tone: Tone) -> str:
        return f"<{tone.value}>{text}</>"

    table = two_columns(Toned("ok", Tone.GOOD), Toned("blocked", Tone.BAD), Toned("", Tone.NOTICE))
    assert render(table, "en", paint=paint) == [
        "NAME     END",
        "<good>ok</>       end",
        "<bad>blocked</>  end",
        "         end",
    ]
    assert render(table, "en") == ["NAME     END", "ok       end", "blocked  end", "         end"]
