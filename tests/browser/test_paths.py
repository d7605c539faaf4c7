# SPDX-License-Identifier: GPL-3.0-or-later
"""Which clients reach which servers: on a screen of any width, on paper, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.printing import printed
from browser.reports import office, with_paths
from browser.test_access import serious


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opener, language: Language, scheme: str) -> None:
    page = opened(with_paths(language), color_scheme=scheme).page
    for details in page.locator("#paths ~ ol summary").all():
        details.click()
    assert serious(page) == []


def table(page: Page) -> list[list[str]]:
    """What is seen of the table, without its corner."""
    rows = page.locator("#paths tr:visible").all()
    cells = [row.locator("th:visible, td:visible").all_inner_texts() for row in rows]
    return [[" ".join(cell.split()) for cell in row] for row in cells]


def obstacles(page: Page) -> list[str]:
    return page.locator("#obstacles > li:visible .pc").all_inner_texts()


HEADS = ["Client", "tokyo-srv-01 TCP 80", "tokyo-srv-01 TCP 3389"]
CLIENTS = ["osaka-pc-01", "osaka-pc-02", "osaka-pc-03"]


def test_it_stands_beside_the_table_of_pcs(opened: Opener) -> None:
    """Whose order and columns leave it alone."""
    page = opened(with_paths("en")).page
    words = table(page)
    assert words == [HEADS, *([each, "Reachable", "Blocked at client"] for each in CLIENTS)]
    assert obstacles(page) == [f"{each} → tokyo-srv-01" for each in CLIENTS]
    expect(page.get_by_role("status")).to_have_text("8 of 8 PCs, 6 of 6 connections")
    page.locator("#matrix thead button").first.click()
    assert table(page) == words


@pytest.mark.parametrize(
    ("label", "typed", "clients", "heads", "count"),
    [
        ("PC", "osaka-pc-02", ["osaka-pc-02"], HEADS, 2),
        ("PC", "srv-01", CLIENTS, HEADS, 6),
        ("PC", "198.51.100.21", ["osaka-pc-01"], HEADS, 2),  # an address of a client
        ("PC", "tokyo-pc-03", [], [], 0),
        ("Port", "80", CLIENTS, HEADS[:2], 3),
        ("Port", "udp 80", [], [], 0),
        ("Search", "Deny all", CLIENTS, [HEADS[0], HEADS[2]], 3),  # a cause
        ("Search", "w3wp.exe", CLIENTS, HEADS[:2], 3),  # who listens there
        ("Search", "ｂｌｏｃｋｅｄ ａｔ ｃｌｉｅｎｔ osaka-pc-03", ["osaka-pc-03"], [HEADS[0], HEADS[2]], 1),
        ("Search", "client firewall", CLIENTS, [HEADS[0], HEADS[2]], 3),  # where it ends
        ("Search", "nothing has this name", [], [], 0),
    ],
)  # fmt: skip
def test_typing_shows_what_fits(
    opened: Opener, label: str, typed: str, clients: list[str], heads: list[str], count: int
) -> None:
    page = opened(with_paths("en")).page
    page.get_by_role("searchbox", name=label, exact=True).fill(typed)
    shown = table(page)
    assert (shown[0] if shown else []) == heads
    assert [row[0] for row in shown[1:]] == clients
    expect(page.get_by_role("status")).to_contain_text(f", {count} of 6 connections")
    expect(page.get_by_text("No connection matches these filters.")).to_be_visible(
        visible=not count
    )
    blocked = clients if HEADS[2] in heads else []
    assert obstacles(page) == [f"{each} → tokyo-srv-01" for each in blocked]
    expect(page.get_by_text("What is in the way")).to_be_visible(visible=bool(blocked))
    page.get_by_role("button", name="Clear filters").click()
    assert len(table(page)) == 4


def test_verdicts_that_only_paths_have_can_be_filtered(opened: Opener) -> None:
    page = opened(with_paths("en")).page
    verdict = page.get_by_label("Verdict")
    verdict.select_option("Blocked at client")
    assert table(page)[0] == [HEADS[0], HEADS[2]]
    # The PCs at both ends.
    expect(page.locator("#matrix tbody tr:visible")).to_have_count(4)
    expect(page.get_by_role("status")).to_have_text("4 of 8 PCs, 3 of 6 connections")
    verdict.select_option("Reachable")
    assert table(page)[0] == HEADS[:2]
    assert obstacles(page) == []
    verdict.select_option("No route")
    assert table(page) == []
    expect(page.locator("#matrix tbody tr:visible")).to_have_count(0)
    without = opened(office("en")).page
    assert without.get_by_label("Verdict").locator("optgroup").count() == 0


def test_the_state_of_either_end_is_filtered_for(opened: Opener) -> None:
    page = opened(with_paths("en")).page
    page.locator("#states").get_by_role("button", name="Unreachable").click()
    assert [row[0] for row in table(page)[1:]] == ["osaka-pc-03"]
    page.locator("#states").get_by_role("button", name="Ready").click()
    assert [row[0] for row in table(page)[1:]] == CLIENTS


def test_a_task_that_failed_is_shown_with_its_host(opened: Opener) -> None:
    report = with_paths("en")
    failed = {**report["paths"][0], "client": None, "port": None, "protocol": None,
              "verdict": "failed", "server": "tokyo-srv-02", "msg": "It does not answer."}  # fmt: skip
    page = opened(report | {"paths": [failed, *report["paths"]]}).page
    assert len(obstacles(page)) == 4
    page.get_by_role("searchbox", name="PC", exact=True).fill("tokyo-srv-02")
    assert (table(page), obstacles(page)) == ([], ["tokyo-srv-02"])
    page.get_by_label("Port", exact=True).fill("80")
    assert obstacles(page) == []


def test_a_task_can_be_copied(opened: Opener) -> None:
    report = with_paths("en")
    page = opened(report, permissions=["clipboard-read", "clipboard-write"]).page
    obstacle = page.locator("#paths ~ ol > li").first
    obstacle.locator(".task summary").click()
    obstacle.locator("button.copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    blocked = next(each for each in report["paths"] if each["remedies"])
    assert copied == blocked["remedies"][0]["yaml"].rstrip("\n")


def test_the_evidence_can_be_unfolded_with_the_keyboard(opened: Opener) -> None:
    page = opened(with_paths("en"), java_script_enabled=False).page
    evidence = page.locator("#obstacles .evidence").first
    expect(evidence.locator("dl")).to_be_hidden()
    evidence.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(evidence.locator("dl")).to_be_visible()
    expect(evidence.locator("dd").first).to_have_text("srv → 192.0.2.11 (from the DNS cache)")


def test_it_fits_a_telephone(opened: Opener) -> None:
    page = opened(with_paths("ja"), viewport={"width": 360, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
    page.locator("#paths").focus()
    page.keyboard.press("End")


def test_it_needs_no_script(opened: Opener) -> None:
    page = opened(with_paths("en"), java_script_enabled=False).page
    assert page.locator("#paths tbody tr").count() == len(
        {each["client"] for each in with_paths("en")["paths"]}
    )


def test_it_is_printed(opened: Opener, tmp_path: Path) -> None:
    text = " ".join(printed(opened(with_paths("en")).page, tmp_path, details=True).pages)
    assert re.search(r"From clients to servers\s+3 of 6 connections can be made", text)
    assert "- name: Open TCP 3389" in text
    assert "srv → 192.0.2.11 (from the DNS cache)" in text


def test_what_is_filtered_out_is_not_printed(opened: Opener, tmp_path: Path) -> None:
    page = opened(with_paths("en"), "#host=osaka-pc-02&port=80").page
    text = " ".join(printed(page, tmp_path, details=True).pages)
    assert "1 of 8 PCs, 1 of 6 connections" in text
    assert "osaka-pc-01" not in text.partition("From clients to servers")[2]
    assert "Blocked at client" not in text
