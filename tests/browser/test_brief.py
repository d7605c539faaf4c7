# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of very many PCs, which has the details only of those that are not ready."""

from __future__ import annotations

from functools import cache

import pytest
from playwright.sync_api import Page, expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.reports import Data, mostly_ready

PCS = 450
READY = PCS - PCS // 20 - 1
NOTICE = {
    "en": f"leaves out the details of the {READY} PCs (of {PCS}) that are ready",
    "ja": f"準備完了の PC (全 {PCS} 台中 {READY} 台) の詳細",
}
AT_THE_PC = {
    "en": "The PC is ready, so its details are not in this page",
    "ja": "この PC は準備完了のため",
}


@cache
def many(language: Language) -> Data:
    return mostly_ready(PCS, 20, language)


@pytest.fixture
def page(opened: Opener) -> Page:
    return opened(many("en")).page


def rows(page: Page) -> list[str]:
    return page.locator(".matrix tbody th:visible").all_inner_texts()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_left_out_is_said_at_the_filters_and_at_each_pc(
    opened: Opener, language: Language
) -> None:
    page = opened(many(language), "#open=pc-0002.example.net").page
    notice = page.locator("#details-left")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(NOTICE[language])
    expect(notice).to_contain_text("JSON")
    for key in ("q", "port", "reach"):
        described = page.locator(f"#filter-{key}").get_attribute("aria-describedby") or ""
        assert "details-left" in described.split()
    section = page.locator(".host[open]")
    expect(section).to_contain_text(AT_THE_PC[language])
    # It still says its verdicts, and nothing of listeners that could not be read.
    assert section.locator(".check").count() > 0
    assert section.locator(".check p").count() == section.locator(".listeners").count() == 0


def test_a_pc_that_is_not_ready_has_its_details(page: Page) -> None:
    page.get_by_label("Search").fill("agent-20.exe")
    assert rows(page) == ["pc-0021.example.net"]
    page.locator(".host:visible summary").click()
    expect(page.locator(".listeners tbody tr")).to_have_count(20)
    expect(page.locator(".host[open]")).not_to_contain_text(AT_THE_PC["en"])
    page.get_by_label("Search").fill("agent-21.exe")
    assert rows(page) == []


def test_rows_that_fit_are_drawn_as_far_as_they_are_asked_for(page: Page) -> None:
    assert len(rows(page)) == 200
    expect(page.get_by_role("status")).to_have_text(f"{PCS} of {PCS} PCs")
    page.get_by_role("button", name="Show 200 more PCs").click()
    assert len(rows(page)) == 400
    page.get_by_label("PC", exact=True).fill("pc-0")
    assert len(rows(page)) == 200
    page.get_by_role("button", name="Show 200 more PCs").click()
    page.get_by_role("button", name="Show 50 more PCs").click()
    assert len(rows(page)) == PCS
    page.get_by_label("PC", exact=True).fill("pc-04")
    assert sorted(rows(page)) == [f"pc-{number:04}.example.net" for number in range(400, 451)]
    expect(page.locator("#later-rows")).to_be_hidden()


def test_sorting_is_of_all_pcs(page: Page) -> None:
    heading = page.locator(".matrix thead").get_by_role("button", name="PC", exact=True)
    heading.click()
    heading.click()
    assert rows(page)[0] == "pc-0450.example.net"
    assert len(rows(page)) == 200


def test_all_rows_are_there_without_a_script(opened: Opener) -> None:
    page = opened(many("en"), java_script_enabled=False).page
    expect(page.locator(".matrix tbody th:visible")).to_have_count(PCS)


def test_all_rows_are_printed_with_the_details(page: Page) -> None:
    page.get_by_label("with details").check()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page)) == PCS
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(rows(page)) == 200


def test_a_small_page_says_nothing_of_that(opened: Opener) -> None:
    page = opened(mostly_ready(20, 5)).page
    assert page.locator("#details-left").count() == 0
    expect(page.locator("#later-rows")).to_be_hidden()
