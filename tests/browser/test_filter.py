# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters, sorting, and their place in the address of the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page import Details
from browser.conftest import Opener
from browser.reports import fleet, office

ALL = [
    *("osaka-pc-03", "osaka-pc-01", "tokyo-pc-04", "osaka-pc-02"),
    *("tokyo-srv-01", "tokyo-srv-02", "tokyo-pc-03", "osaka-srv-01"),
]
FIXED = ["PC", "State", "Problems", "What to do"]


@pytest.fixture
def page(opened: Opener) -> Page:
    return opened(office("en")).page


def names(page: Page) -> list[str]:
    return page.locator(".matrix tbody th:visible").all_inner_texts()


def sections(page: Page) -> list[str]:
    return page.locator(".host:visible h3").all_inner_texts()


def columns(page: Page) -> list[str]:
    return [text.split("\n")[0].strip() for text in
            page.locator(".matrix thead th:visible").all_inner_texts()]  # fmt: skip


def test_without_a_filter_all_pcs_are_shown_the_worst_first(page: Page) -> None:
    assert names(page) == sections(page) == ALL
    expect(page.get_by_role("status")).to_have_text("8 of 8 PCs")


@pytest.mark.parametrize(
    ("label", "typed", "shown"),
    [
        ("Search", "sync-agent", ["tokyo-pc-03"]),  # a process
        ("Search", "MSSQLSERVER tokyo", ["tokyo-srv-01", "tokyo-srv-02"]),  # a service, and a name
        ("Search", "group policy", []),
        ("Search", "ｓｙｎｃ－ＡＧＥＮＴ", ["tokyo-pc-03"]),  # full-width
        ("PC", "osaka-srv", ["osaka-srv-01"]),
        ("PC", "192.0.2.14", ["tokyo-pc-04"]),
        ("Port", "9443", ["tokyo-pc-03"]),  # nobody's wanted port, but it listens
        ("Port", "udp 9443", []),
        ("Port", "9400-9500/tcp", ["tokyo-pc-03"]),
        ("Port", "944", []),  # never a part of a number
    ],
)
def test_typing_shows_what_fits(page: Page, label: str, typed: str, shown: list[str]) -> None:
    page.get_by_role("searchbox", name=label, exact=True).fill(typed)
    assert names(page) == sections(page) == shown
    expect(page.get_by_role("status")).to_have_text(f"{len(shown)} of 8 PCs")
    expect(page.get_by_text("No PC matches these filters.")).to_be_visible(visible=not shown)


def test_a_verdict_and_a_port_go_together(page: Page) -> None:
    page.get_by_label("Verdict").select_option("Other profile")
    assert names(page) == ["osaka-pc-01", "osaka-pc-02"]
    page.get_by_label("Port", exact=True).fill("8080")
    assert names(page) == []
    page.get_by_label("Verdict").select_option("Taken")
    assert names(page) == ["osaka-pc-01"]
    assert columns(page) == [*FIXED, "TCP 8080"]
    page.get_by_role("button", name="Clear filters").click()
    assert names(page) == ALL
    assert columns(page) == [*FIXED, "TCP 80", "TCP 3389", "TCP 8080"]


def test_what_is_no_port_is_said_and_hides_nothing(page: Page) -> None:
    page.get_by_label("Port", exact=True).fill("http")
    expect(page.get_by_text("A port is a number")).to_be_visible()
    expect(page.get_by_label("Port", exact=True)).to_have_attribute("aria-invalid", "true")
    assert names(page) == ALL


def test_counts_at_the_top_filter(page: Page) -> None:
    button = page.get_by_role("button", name="Blocked", exact=False).first
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert names(page) == ["tokyo-pc-04", "osaka-pc-02"]
    button.click()
    assert names(page) == ALL


def test_sorting_by_each_kind_of_column(page: Page) -> None:
    head = page.locator(".matrix thead")
    by_name = sorted(ALL)
    head.get_by_role("button", name="PC", exact=True).click()
    assert names(page) == sections(page) == by_name
    heading = head.get_by_role("columnheader", name="PC", exact=True)
    expect(heading).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button", name="PC", exact=True).click()
    assert names(page) == by_name[::-1]
    expect(heading).to_have_attribute("aria-sort", "descending")
    head.get_by_role("button", name="TCP 8080").click()
    head.get_by_role("button", name="TCP 8080").click()
    assert names(page)[:2] == ["osaka-pc-01", "tokyo-pc-04"]  # the worst: taken, then blocked
    expect(heading).to_have_attribute("aria-sort", "none")
    head.get_by_role("button", name="Problems").click()
    head.get_by_role("button", name="Problems").click()
    assert names(page)[0] in ("osaka-pc-01", "tokyo-pc-04", "osaka-pc-02")
    head.get_by_role("button", name="State").click()
    assert names(page)[0] == "tokyo-srv-01"
    assert names(page)[-1] == "osaka-pc-03"


def test_the_address_keeps_filters_order_and_open_pc(opened: Opener) -> None:
    first = opened(office("en")).page
    first.get_by_label("Search").fill("httpd")
    first.locator(".matrix").get_by_role("button", name="PC").click()
    first.locator(".matrix").get_by_role("link", name="osaka-pc-02").click()
    first.wait_for_function("location.hash.includes('sort=host') && location.hash.includes('q=')")
    fragment = first.evaluate("location.hash")
    again = opened(office("en"), fragment).page
    assert names(again) == names(first) == sorted(names(first))
    assert len(names(first)) < len(ALL)
    expect(again.get_by_label("Search")).to_have_value("httpd")
    assert again.locator(".host[open] h3").all_inner_texts() == ["osaka-pc-02"]


def test_going_back_takes_back_what_was_opened_last(page: Page) -> None:
    page.locator(".matrix").get_by_role("link", name="tokyo-pc-04").click()
    assert page.evaluate("location.hash") == "#open=tokyo-pc-04"
    page.go_back()
    assert page.evaluate("location.hash") == ""


def test_a_pc_shows_its_details_when_it_is_opened(page: Page) -> None:
    section = page.locator(".host", has_text="tokyo-pc-03")
    assert section.locator(".body").count() == 0
    section.locator("summary").click()
    for title in ("Checked ports", "Changed since", "Listening ports (40)", "Ranges that Windows"):
        expect(section.get_by_role("heading", name=title)).to_be_visible()
    expect(section.locator(".changes")).to_contain_text("sync-agent.exe")
    rows = section.locator(".listeners tbody tr")
    section.locator(".listeners").get_by_role("button", name="PID").click()
    pids = [int(text) for text in rows.locator("td:nth-child(6)").all_inner_texts() if text]
    assert pids == sorted(pids)
    page.get_by_label("Port", exact=True).fill("9443")
    assert rows.locator("td:nth-child(5)").all_inner_texts() == ["sync-agent.exe"]
    expect(section.get_by_role("heading", name="Listening ports (1 of 40)")).to_be_visible()


def test_remedies_can_be_copied_as_tasks(opened: Opener) -> None:
    found = opened(office("en"), permissions=["clipboard-read", "clipboard-write"])
    item = found.page.locator(".first > li", has_text="osaka-pc-01").first
    item.locator("summary").first.click()
    item.get_by_role("button", name="Copy").first.click()
    expect(item.get_by_role("button", name="Copied")).to_be_visible()
    copied = found.page.evaluate("navigator.clipboard.readText()")
    assert copied == office("en")["first"][0]["remedies"][0]["yaml"].rstrip("\n")


def test_a_large_fleet_is_whole_and_drawn_only_where_it_is_looked_at(opened: Opener) -> None:
    page = opened(fleet(1000, 60), details=Details.ALL).page
    page.get_by_label("Search").fill("agent-777.exe")
    assert names(page) == ["pc-0778.example.net"]
    assert page.locator(".host").count() == 1000
    assert page.locator(".listeners").count() == 0
    page.locator(".host:visible summary").click()
    # Chromium tells of an opened section a little after the click, and the page fills it in then.
    expect(page.locator(".listeners tbody tr")).to_have_count(60)
