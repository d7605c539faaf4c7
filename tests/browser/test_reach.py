# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can reach which port: shown at each, and filtered for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.printing import printed
from browser.reports import Data, office, with_paths, with_sources
from browser.test_access import serious
from browser.test_filter import ALL, FIXED, columns, names, sections


@cache
def partly_shut(language: Language) -> Data:
    """The office, two of whose PCs are open to their own subnets at most."""
    report = office(language)
    shut = ("tokyo-srv-02", "tokyo-pc-04")

    def own(each: Data) -> Data:
        return each | {"reach": "own_subnets"} if each["reach"] == "everybody" else each

    hosts = [
        host | {key: list(map(own, host[key])) for key in ("checks", "listeners")}
        if host["name"] in shut
        else host
        for host in report["hosts"]
    ]
    return report | {"hosts": hosts}


OPEN = ["osaka-pc-01", "osaka-pc-02", "tokyo-srv-01", "tokyo-pc-03", "osaka-srv-01"]


def small(page: Page) -> list[str]:
    return page.locator("#matrix td:visible small").all_inner_texts()


@pytest.mark.parametrize(
    ("language", "label", "word"),
    [("en", "Open to", "everybody"), ("ja", "接続範囲", "どこからでも可")],
)
def test_what_is_open_to_everybody_is_filtered_for(
    opened: Opener, language: Language, label: str, word: str
) -> None:
    page = opened(partly_shut(language)).page
    assert any(word in each for each in small(page))
    page.get_by_label(label, exact=True).select_option(word)
    assert names(page) == sections(page) == OPEN
    expect(page).to_have_url(re.compile("#reach=everybody$"))


def test_a_port_and_a_verdict_go_together_with_it(opened: Opener) -> None:
    page = opened(partly_shut("en")).page
    reach = page.get_by_label("Open to", exact=True)
    reach.select_option("everybody")
    page.get_by_label("Port", exact=True).fill("8080")
    # That of osaka-pc-01 is listened at by another program than is wanted.
    assert names(page) == ["osaka-pc-01", "osaka-pc-02", "tokyo-pc-03"]
    assert columns(page) == [*FIXED, "TCP 8080"]
    page.get_by_label("Verdict").select_option("Reachable")
    assert names(page) == ["osaka-pc-02", "tokyo-pc-03"]
    reach.select_option("nobody")
    assert names(page) == []
    page.get_by_role("button", name="Clear filters").click()
    assert names(page) == ALL
    expect(reach).to_have_value("")


def test_the_matrix_shows_the_ports_that_it_is_true_of(opened: Opener) -> None:
    """All of them, where it is true only of what nobody asked for."""
    page = opened(office("en"), "#reach=perhaps&host=osaka-pc-01").page
    assert columns(page) == [*FIXED, "TCP 8080"]
    assert small(page) == ["open to some under conditions"]
    page = opened(office("en"), "#reach=everybody&host=tokyo-pc-04").page
    assert names(page) == ["tokyo-pc-04"]
    assert columns(page) == [*FIXED, "TCP 80", "TCP 3389", "TCP 8080"]


def test_each_checked_port_and_each_listener_says_it(opened: Opener) -> None:
    report = office("en")
    (host,) = (each for each in report["hosts"] if each["name"] == "osaka-pc-02")
    page = opened(report, "#open=osaka-pc-02").page
    section = page.locator(".host[open]")
    told = section.locator(".check dl > div").filter(has=page.get_by_text("Open to", exact=True))
    words = {"everybody": "everybody", "nobody": "nobody"}
    assert told.locator("dd").all_inner_texts() == [words[each["reach"]] for each in host["checks"]]
    rows = section.locator(".listeners tbody tr")
    everywhere = sum(each["reach"] == "everybody" for each in host["listeners"])
    expect(rows.filter(has=page.locator("td:nth-child(9)", has_text="everybody"))).to_have_count(
        everywhere
    )
    section.locator(".listeners").get_by_role("button", name="Open to").click()
    shown = [text for text in rows.locator("td:nth-child(9)").all_inner_texts() if text]
    assert shown == sorted(shown)
    # The list has what is asked for, as with ports.
    page.get_by_label("Open to", exact=True).select_option("everybody")
    expect(rows).to_have_count(everywhere)
    assert 0 < everywhere < len(host["listeners"])


def test_connections_to_what_is_open_to_them(opened: Opener) -> None:
    page = opened(with_paths("en")).page
    reach = page.get_by_label("Open to", exact=True)
    reach.select_option("everybody")
    expect(page.get_by_role("status")).to_contain_text(", 6 of 6 connections")
    reach.select_option("nobody")
    expect(page.get_by_role("status")).to_contain_text(", 0 of 6 connections")


def test_the_keyboard_is_enough(opened: Opener) -> None:
    page = opened(partly_shut("en")).page
    page.get_by_label("Verdict").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Open to", exact=True)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.type("every")
    assert names(page) == OPEN


def test_what_does_not_say_it_has_no_such_filter(opened: Opener) -> None:
    """A report that an older release has made."""
    report = office("en")
    hosts = [
        {
            **host,
            "checks": [{**each, "reach": None} for each in host["checks"]],
            "listeners": host["listeners"] and [{**each, "reach": None} for each in host["listeners"]],
        }
        for host in report["hosts"]
    ]  # fmt: skip
    page = opened(report | {"hosts": hosts}, "#reach=everybody&open=osaka-pc-02").page
    assert page.get_by_label("Open to", exact=True).count() == 0
    assert names(page) == ALL
    assert page.locator(".listeners thead th").count() == 8
    assert small(page) == []


def test_it_is_printed(opened: Opener, tmp_path: Path) -> None:
    text = printed(
        opened(office("en"), "#reach=everybody&host=osaka-pc-02").page, tmp_path, details=True
    ).text
    assert "open to everybody" in text
    assert "1 of 8 PCs" in text
    own = text.partition("Checked ports")[2]
    assert "Open to" in own
    assert "nobody" in own


def test_it_needs_no_script(opened: Opener) -> None:
    page = opened(office("ja"), java_script_enabled=False).page
    asked = [each for host in office("ja")["hosts"] for each in host["checks"]]
    everybody = sum(each["reach"] == "everybody" for each in asked)
    assert small(page).count("どこからでも可") == everybody > 0


@pytest.mark.parametrize("width", [1200, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opener, scheme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    page = opened(with_sources("ja"), "#open=tokyo-srv-01", color_scheme=scheme, viewport=size).page
    expect(page.locator(".host[open] .sources")).to_be_visible()
    for task in page.locator(".sources .task summary").all():
        task.click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_the_rules_say_of_other_places(opened: Opener) -> None:
    page = opened(with_sources("en"), "#open=tokyo-srv-01").page
    allowed, partly = page.locator(".sources > li").all()
    lines = [" ".join(each.split()) for each in allowed.locator("p").all_inner_texts()]
    assert lines == ["Allowed 192.0.2.7", "OK"]
    lines = [" ".join(each.split()) for each in partly.locator("> p").all_inner_texts()]
    assert lines == [
        "Partly allowed 10.0.0.0/8",
        "From 10.0.0.0/8, of which only 10.1.0.0/16 is let in.",
        "allowed: 10.1.0.0/16",
        "blocked: 10.2.0.0/15, 10.8.0.0/13",
        "unknown: 10.4.0.0/14",
        "?",
    ]
    expect(partly.locator(".remedies li").first).to_contain_text("Open it there too.")
    page.get_by_label("Search").fill("partly allowed")
    assert names(page) == ["tokyo-srv-01"]
