# SPDX-License-Identifier: GPL-3.0-or-later
"""A summary of three pages at most and, for who wants them, the details: A4, everything open, a page
for each PC, no controls, and no more rows than somebody reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.printing import printed
from browser.reports import (
    Data,
    fleet,
    forty,
    hostile,
    many_ports,
    mostly_unready,
    office,
    with_paths,
)

MOST_PAGES = 3

CONTROLS = (
    "Clear filters",
    "Print",
    "Copy",
    "with details",
    "Show this",
    "Skip to the results",
    "↕",
)


def joined(text: str) -> str:
    """Without the blanks and line breaks that come with the layout."""
    return "".join(text.split())


def begins(text: str, name: str) -> bool:
    """Whether the name of a PC stands first on a page, below the running head and the number."""
    return (text.splitlines()[2:3] or [""])[0].startswith(name)


def test_the_sheet_has_all_that_matters(opened: Opener, tmp_path: Path) -> None:
    page = opened(office("en"), color_scheme="dark").page
    sheet = printed(page, tmp_path, details=True)
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
    text = joined(printed(opened(office("ja")).page, tmp_path, details=True).text)
    for words in (
        "本社新規PCセットアップ",
        "8台中4台が準備完了",
        "引き渡し担当者",
        "待ち受け中のポート",
    ):
        assert words in text


def test_what_is_filtered_out_is_not_printed(opened: Opener, tmp_path: Path) -> None:
    text = printed(opened(office("en"), "#host=tokyo-pc-03").page, tmp_path, details=True).text
    assert "1 of 8 PCs" in text
    assert "tokyo-pc-03" in text
    assert "tokyo-srv-01" not in text


@pytest.mark.parametrize("made", [office, forty, with_paths])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_by_itself_the_summary_is_printed(
    opened: Opener, tmp_path: Path, made: Callable[[Language], Data], language: Language
) -> None:
    report = made(language)
    sheet = printed(opened(report).page, tmp_path)
    assert len(sheet.pages) <= MOST_PAGES
    text = joined(sheet.text)
    worst = [host["name"] for host in report["hosts"] if host["state"] != "ready"]
    assert [name for name in worst if name not in text] == []
    assert joined(TEXTS["page.mend"].en if language == "en" else TEXTS["page.mend"].ja) in text
    assert joined(TEXTS["page.handed_over"].ja if language == "ja" else "Handed over by") in text
    for control in CONTROLS:
        assert control not in sheet.text


@pytest.mark.parametrize("script", [True, False])
def test_no_summary_is_longer_than_three_pages(
    opened: Opener, tmp_path: Path, script: bool
) -> None:
    for report in (hostile(), mostly_unready(400), many_ports()):
        page = opened(report, java_script_enabled=script).page
        assert len(printed(page, tmp_path).pages) <= MOST_PAGES


def test_the_summary_says_what_it_leaves_out(opened: Opener, tmp_path: Path) -> None:
    page = opened(forty("en")).page
    assert "On paper: 22 of 40 PCs." in printed(page, tmp_path).text
    assert page.get_by_text("On paper:").is_hidden()


def test_busy_pcs_are_printed_with_few_of_their_listeners(opened: Opener, tmp_path: Path) -> None:
    """Three of them once made 539 pages."""
    sheet = printed(opened(fleet(3, 10_000)).page, tmp_path, details=True)
    assert "This printed list has 60 of 10000" in sheet.text
    assert len(sheet.pages) < 25


def test_many_pcs_are_printed_with_fewer_listeners_each(opened: Opener, tmp_path: Path) -> None:
    sheet = printed(opened(fleet(120, 30)).page, tmp_path, details=True)
    assert "On paper: 100 of 120 PCs." in sheet.text
    assert sheet.text.count("This printed list has 15 of 30") == 100
    assert len(sheet.pages) < 250
