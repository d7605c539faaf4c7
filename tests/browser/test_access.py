# SPDX-License-Identifier: GPL-3.0-or-later
"""Everybody can use it: with a keyboard, a screen reader, in light and dark, without scripts."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.conftest import Opener
from browser.reports import office

#: The roles of the page's parts.
Part = Literal["main", "banner", "contentinfo", "search", "region", "table"]
SERIOUS = ("serious", "critical")


#: Rows of listeners are alike, and looking at the contrast of each is most of what axe-core does.
FEWER_ROWS = """document.querySelectorAll('.listeners tbody tr:nth-child(n+13)')
    .forEach((each) => each.remove())"""


def serious(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out, with the elements."""
    page.evaluate(FEWER_ROWS)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:5]]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opener, language: str, scheme: str) -> None:
    report = office(language)
    page = opened(report, "#open=tokyo-pc-03&state=", color_scheme=scheme).page
    page.locator(".host", has_text="osaka-pc-02").locator("summary").first.click()
    for task in page.locator(".first .task summary").all():
        task.click()
    page.locator("#states button:enabled").nth(1).click()
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_narrow_window(opened: Opener, scheme: str) -> None:
    page = opened(office("ja"), color_scheme=scheme, viewport={"width": 360, "height": 700}).page
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_does_find_what_is_wrong(opened: Opener) -> None:
    page = opened(office("en")).page
    page.evaluate("document.querySelector('#filter-q').previousSibling.remove()")
    page.evaluate("document.querySelector('#filter-q').placeholder = ''")
    assert any(each.startswith("label") for each in serious(page))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "blocked: no rule decides, and the default action blocks it (the default of"),
        ("ja", "ブロック: 一致する規則がないため、既定の動作でブロックされます (Windows の既定値)"),
    ],
)
def test_what_decides_is_told_in_the_language_of_the_page(
    opened: Opener, language: str, said: str
) -> None:
    page = opened(office(language), "#open=osaka-pc-02&state=").page
    shown = page.locator(".host", has_text="osaka-pc-02").get_by_text(said)
    expect(shown.first).to_be_visible()


def test_the_keyboard_reaches_filters_matrix_and_details(opened: Opener) -> None:
    page = opened(office("en")).page
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the results")).to_be_focused()
    press("Enter")
    expect(page.locator("#matrix")).to_be_in_viewport()
    press("Tab")  # into the matrix: the first heading
    expect(page.locator(".matrix thead button").first).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    press("Enter")
    expect(page.locator(".matrix th").first).to_have_attribute("aria-sort", "ascending")
    link = page.locator(".matrix tbody a").first
    link.focus()
    press("Enter")
    summary = page.locator(".host[open] > summary")
    expect(summary).to_be_focused()
    press("Enter")
    assert page.locator(".host[open]").count() == 0


def test_parts_of_the_page_have_names(opened: Opener) -> None:
    page = opened(office("en")).page
    parts: tuple[tuple[Part, str | None], ...] = (
        ("main", None), ("banner", None), ("contentinfo", None), ("search", "Filter"),
        ("region", "PCs, the worst first"), ("region", "What to do, by kind"),
        ("table", "Whether each port of each PC can be reached"),
    )  # fmt: skip
    for role, name in parts:
        expect(page.get_by_role(role, name=name).first).to_be_visible()
    expect(page.get_by_role("status")).to_have_attribute("aria-live", "polite")
    assert page.locator("th:not([scope])").count() == 0


def test_no_verdict_by_colour_alone(opened: Opener) -> None:
    """Each cell has a word, and each state a sign of a shape of its own."""
    page = opened(office("en")).page
    assert all(page.locator(".matrix tbody td").all_inner_texts())
    shapes = page.evaluate(
        """[...document.querySelectorAll('#states .v')].map((each) => {
             const style = getComputedStyle(each, '::before');
             return [style.clipPath, style.borderRadius, style.borderStyle, style.content,
                     style.backgroundImage === 'none'].join();
           })"""
    )
    assert len(set(shapes)) == len(shapes) == 6


@pytest.mark.parametrize(("language", "headline"), [("en", "4 of 8"), ("ja", "8 台中 4 台")])
def test_without_javascript_the_page_is_of_use(
    opened: Opener, language: str, headline: str
) -> None:
    page = opened(office(language), java_script_enabled=False).page
    expect(page.locator("#headline")).to_contain_text(headline)
    assert page.locator(".matrix tbody tr").count() == 8
    assert page.locator(".first > li").count() == 5
    expect(page.locator("noscript p")).to_contain_text("JavaScript")
    expect(page.locator("button")).to_have_count(0)
    expect(page.locator("time").first).to_have_text("2026-11-24 14:00 UTC")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["What to do, by kind", "Search", "Reachable"]),
     ("ja", ["対処 (種類別)", "検索", "接続可"])],
)  # fmt: skip
def test_the_language_is_that_of_the_report(
    opened: Opener, language: str, words: list[str]
) -> None:
    page = opened(office(language), locale="de-DE").page
    assert page.evaluate("document.documentElement.lang") == language
    shown = page.locator("body").inner_text()
    assert [word for word in words if word not in shown] == []
