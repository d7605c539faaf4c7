# SPDX-License-Identifier: GPL-3.0-or-later
"""Which clients reach which servers: on a screen of any width, on paper, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.printing import printed
from browser.reports import with_paths
from browser.test_access import serious


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opener, language: Language, scheme: str) -> None:
    page = opened(with_paths(language), color_scheme=scheme).page
    for task in page.locator("#paths ~ ol .task summary").all():
        task.click()
    assert serious(page) == []


def test_it_stands_beside_the_table_of_pcs(opened: Opener) -> None:
    """Whose filters and columns leave it alone."""
    page = opened(with_paths("en")).page
    rows = page.locator("#paths tbody tr")
    words = [row.split("\t") for row in rows.all_inner_texts()]
    assert words[0][0] == "osaka-pc-01"
    assert words[0][1:] == ["Reachable", "Blocked at client"]
    page.locator("#filter-q").fill("nothing has this name")
    expect(page.locator("#matrix tbody tr:visible")).to_have_count(0)
    expect(rows.filter(visible=True)).to_have_count(rows.count())
    page.locator("#clear").click()
    page.locator("#matrix thead button").first.click()
    assert [row.split("\t") for row in rows.all_inner_texts()] == words


def test_a_task_can_be_copied(opened: Opener) -> None:
    report = with_paths("en")
    page = opened(report, permissions=["clipboard-read", "clipboard-write"]).page
    obstacle = page.locator("#paths ~ ol > li").first
    obstacle.locator(".task summary").click()
    obstacle.locator("button.copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    blocked = next(each for each in report["paths"] if each["remedies"])
    assert copied == blocked["remedies"][0]["yaml"].rstrip("\n")


def test_it_fits_a_telephone(opened: Opener) -> None:
    page = opened(with_paths("ja"), viewport={"width": 360, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#paths").focus()
    page.keyboard.press("End")


def test_it_needs_no_script(opened: Opener) -> None:
    page = opened(with_paths("en"), java_script_enabled=False).page
    assert page.locator("#paths tbody tr").count() == len(
        {each["client"] for each in with_paths("en")["paths"]}
    )


def test_it_is_printed(opened: Opener, tmp_path: Path) -> None:
    text = " ".join(printed(opened(with_paths("en")).page, tmp_path).pages)
    assert re.search(r"From clients to servers\s+3 of 6 connections can be made", text)
    assert "- name: Open TCP 3389" in text
