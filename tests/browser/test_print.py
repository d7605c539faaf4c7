# SPDX-License-Identifier: GPL-3.0-or-later
"""The hand-over sheet: A4, everything open, a page for each PC, and no controls."""

from __future__ import annotations

from pathlib import Path

from browser.conftest import Opener
from browser.printing import printed
from browser.reports import fleet, office

CONTROLS = ("Clear filters", "Print", "Copy", "Skip to the results", "↕")


def joined(text: str) -> str:
    """Without the blanks and line breaks that come with the layout."""
    return "".join(text.split())


def begins(text: str, name: str) -> bool:
    """Whether the name of a PC stands first on a page, below the running head and the number."""
    return (text.splitlines()[2:3] or [""])[0].startswith(name)


def test_the_sheet_has_all_that_matters(opened: Opener, tmp_path: Path) -> None:
    page = opened(office("en"), color_scheme="dark").page
    sheet = printed(page, tmp_path)
    assert sheet.sizes == {(210, 297)}
    assert "Head office, new PCs" in sheet.pages[0]
    assert "2026" in sheet.pages[0]
    assert "Handed over by" in sheet.text
    for control in CONTROLS:
        assert control not in sheet.text
    # Under the running head each PC begins a page of its own.
    for host in office("en")["hosts"]:
        (own,) = (place for place, text in enumerate(sheet.pages) if begins(text, host["name"]))
        rest = joined("".join(sheet.pages[own : own + 3]))
        for listener in host["listeners"] or ():
            assert f"{listener['protocol'].upper()}{listener['port']}" in rest
    assert "ports:8080" in joined(sheet.text)  # the task, unfolded
    assert "Head office, new PCs" in sheet.pages[3]
    assert "2026-11-24" in sheet.pages[3]
    assert f"2 / {len(sheet.pages)}" in sheet.pages[1]
    # And afterwards the page is as it was.
    assert page.locator("details[open]").count() == 0


def test_the_sheet_in_japanese(opened: Opener, tmp_path: Path) -> None:
    text = joined(printed(opened(office("ja")).page, tmp_path).text)
    for words in (
        "本社新規PCセットアップ",
        "8台中4台が準備完了",
        "引き渡し担当者",
        "待ち受け中のポート",
    ):
        assert words in text


def test_what_is_filtered_out_is_not_printed(opened: Opener, tmp_path: Path) -> None:
    text = printed(opened(office("en"), "#host=tokyo-pc-03").page, tmp_path).text
    assert "1 of 8 PCs" in text
    assert "tokyo-pc-03" in text
    assert "tokyo-srv-01" not in text


def test_many_pcs_are_printed_with_the_checked_ports_alone(opened: Opener, tmp_path: Path) -> None:
    sheet = printed(opened(fleet(61, 8)).page, tmp_path)
    assert sheet.text.count("this list has the checked ports only") == 61
    assert 61 < len(sheet.pages) < 130
    assert any("pc-0061.example.net" in page for page in sheet.pages[-3:])
