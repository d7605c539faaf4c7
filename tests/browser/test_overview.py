# SPDX-License-Identifier: GPL-3.0-or-later
"""What the owner of 40 PCs sees first, and where clicks lead: which PC is not ready, and what to do."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import Locator, Page, expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.reports import Data, forty, office, with_paths
from browser.test_access import serious
from browser.test_filter import names

SCREEN = {"width": 1440, "height": 900}
OFF = [f"pc-{number}" for number in range(35, 41)]


@pytest.fixture
def page(opened: Opener) -> Page:
    return opened(forty("en"), viewport=SCREEN).page


def whole_on_the_screen(item: Locator) -> bool:
    """Whether all of an element is in sight without scrolling."""
    box = item.bounding_box()
    assert box is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= SCREEN["height"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_first_screen_has_the_totals_and_the_five_worst_with_their_remedies(
    opened: Opener, language: Language
) -> None:
    page = opened(forty(language), viewport=SCREEN).page
    assert forty(language)["summary"]["unreachable"] == 6
    for item in page.locator("#states > li").all():
        assert whole_on_the_screen(item)
    assert names(page)[:6] == OFF
    rows = page.locator("#matrix tbody tr")
    for row in rows.all()[:5]:
        assert whole_on_the_screen(row)
        expect(row.locator(".do .why")).to_contain_text("192.0.2.")
        expect(row.locator(".do .fix")).to_be_visible()
        expect(row.locator("td").nth(1)).to_have_text("1")


def test_each_pc_has_its_own_remedy_and_count(page: Page) -> None:
    row = page.locator("#matrix tbody tr", has_text="pc-25")
    expect(row.locator(".why")).to_contain_text("java.exe (PID 7192)")
    expect(row.locator(".fix")).to_have_text("Stop it with port_process or choose another port.")
    expect(row.locator("td").nth(1)).to_have_text("2")
    ready = page.locator("#matrix tbody tr", has_text="pc-01")
    expect(ready.locator(".do")).to_have_text("–")
    page.locator("#matrix").get_by_role("link", name="pc-25").click()
    expect(page.locator(".host[open] > summary")).to_be_focused()
    assert page.locator(".host[open] h3").all_inner_texts() == ["pc-25"]


def test_a_click_on_a_total_filters_and_goes_to_the_list(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    page.locator("#states").get_by_role("button", name="Port taken").click()
    assert names(page) == ["pc-25", "pc-26", "pc-27"]
    top = page.locator("#matrix-title").bounding_box()
    assert top is not None
    assert 0 <= top["y"] < 40
    expect(page).to_have_url(re.compile("#state=taken$"))
    page.get_by_role("button", name="Remove this filter: Port taken").click()
    assert len(names(page)) == 40


def test_a_click_on_a_remedy_shows_its_pcs(page: Page) -> None:
    item = page.locator("#mend .first > li", has_text="Free the port")
    expect(item.locator(".counted")).to_have_text("3 PCs, 3 ports")
    item.get_by_role("button", name=re.compile("Show these 3 PCs")).click()
    assert names(page) == ["pc-25", "pc-26", "pc-27"]
    expect(page.locator("#matrix")).to_be_focused()
    expect(page.locator("#matrix-title")).to_be_in_viewport()
    expect(page.locator(".chips")).to_contain_text("Free the port, or choose another one")
    expect(page).to_have_url(re.compile("#fix=in_use_by_other.in_use_by_other$"))


def test_pcs_that_cannot_be_read_stand_by_kind_with_their_addresses(page: Page) -> None:
    silent = page.locator("#mend .first > li", has_text="The PC does not answer at all")
    expect(silent.locator(".counted")).to_have_text("4 PCs")
    shown = [" ".join(each.split()) for each in silent.locator(".pc").all_inner_texts()]
    assert shown == [f"pc-{number} 192.0.2.{number}" for number in range(35, 39)]
    refused = page.locator("#mend .first > li", has_text="User or password was rejected")
    expect(refused.locator(".counted")).to_have_text("2 PCs")
    expect(refused.locator(".remedies")).to_contain_text("Check the user and the password")
    refused.get_by_role("link", name="pc-39").click()
    expect(page.locator(".host[open]")).to_contain_text("HTTP 401")


def test_remedies_are_counted_over_ports_and_pcs(page: Page) -> None:
    item = page.locator("#mend .first > li", has_text="let local rules count")
    expect(item.locator(".counted")).to_have_text("3 PCs, 6 ports")
    assert item.locator(".cases > li .port").all_inner_texts() == ["TCP 80", "TCP 8080"]


@cache
def two_holders() -> Data:
    """Two PCs on which different processes hold the port."""
    report = office("en")
    (host,) = (each for each in report["hosts"] if each["name"] == "osaka-pc-01")
    (check,) = (each for each in host["checks"] if each["port"] == 8080)
    hosts = []
    for name, pid in (("one", 1111), ("other", 2222)):
        text = f"TCP 8080 is taken by {name}.exe (PID {pid})"
        own = {**check, "msg": text, "causes": [{"kind": "in_use_by_other", "text": text}]}
        hosts.append({**host, "name": name, "checks": [own]})
    return report | {"hosts": hosts}


def test_a_pid_stands_at_its_own_pc_alone(opened: Opener) -> None:
    page = opened(two_holders()).page
    (item,) = page.locator("#mend .first > li").all()
    expect(item.locator(".counted")).to_have_text("2 PCs, 2 ports")
    told = [(case.locator(".pc").all_inner_texts(), case.locator(".why").inner_text())
            for case in item.locator(".cases > li").all()]  # fmt: skip
    assert told == [
        (["one"], "TCP 8080 is taken by one.exe (PID 1111)"),
        (["other"], "TCP 8080 is taken by other.exe (PID 2222)"),
    ]
    assert "2222" not in page.locator("#matrix tbody tr", has_text="one.exe").inner_text()


def test_what_has_changed_stands_at_the_top_and_filters(page: Page) -> None:
    shown = [" ".join(each.split()) for each in page.locator("#trends > li").all_inner_texts()]
    assert shown == [
        "Worse 2 pc-35 pc-36", "Better 1 pc-01", "New 4 pc-37 pc-38 pc-39 and 1 more",
    ]  # fmt: skip
    button = page.locator("#trends").get_by_role("button", name="Worse")
    button.click()
    assert names(page) == ["pc-35", "pc-36"]
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#matrix tbody tr:visible").first).to_contain_text("was: Ready")
    expect(page).to_have_url(re.compile("#change=worse$"))
    button.click()
    page.locator("#trends").get_by_role("button", name="Better").click()
    assert names(page) == ["pc-01"]


def test_the_totals_of_earlier_reports_are_one_small_chart(opened: Opener) -> None:
    page = opened(forty("en"), java_script_enabled=False).page
    picture = page.get_by_role("img", name="Ready PCs in the last 5 reports: 18, 20, 23, 25, 24")
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] < 60
    assert picture.locator("g").count() == 5
    expect(picture.locator("title").last).to_contain_text("24 of 40 ready")
    assert opened(two_holders() | {"history": []}).page.locator("svg").count() == 0


def test_who_listens_over_all_pcs(page: Page) -> None:
    table = page.get_by_role("region", name="By process")
    row = table.locator("tr", has_text="java.exe")
    count = sum(any(each["process"] == "java.exe" for each in host["listeners"] or ())
                for host in forty("en")["hosts"])  # fmt: skip
    assert row.locator("td").first.inner_text() == str(count) != "0"
    expect(row.locator("td").last).to_contain_text("TCP 8080")
    row.get_by_role("button", name="java.exe").click()
    assert len(names(page)) == count
    expect(page.locator(".chips")).to_contain_text(f"java.exe listens on {count} PCs")
    page.locator("#clear").click()
    ports = page.locator(".half", has_text="By port")
    ports.get_by_role("button", name="Show all").click()
    ports.get_by_role("button", name="TCP 3389").click()
    assert 0 < len(names(page)) < 40
    expect(page).to_have_url(re.compile("#listens=TCP\\+3389$"))


def test_a_search_says_where_it_has_found_its_words(page: Page) -> None:
    page.get_by_label("Search").fill("java.exe 192.0.2.26")
    assert names(page) == ["pc-26"]
    expect(page.locator(".found")).to_have_count(2)
    found = page.locator("#matrix tbody tr:visible .found").all_inner_texts()
    assert found[0] == "Found in Address: 192.0.2.26"
    assert found[1].startswith("Found in Process: java.exe (TCP ")
    assert page.locator(".found mark").all_inner_texts() == ["192.0.2.26", "java.exe"]
    page.get_by_label("Search").fill("")
    expect(page.locator(".found")).to_have_count(0)


def test_names_for_limit_are_copied(opened: Opener) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    page = opened(forty("en"), "#state=unreachable", permissions=allowed).page
    page.get_by_role("button", name="Copy names for --limit").click()
    expect(page.get_by_text("Copied the names of 6 PCs")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == ",".join(OFF)


def test_without_a_clipboard_the_names_can_be_selected(opened: Opener) -> None:
    page = opened(forty("en"), "#state=taken").page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy names for --limit").click()
    field = page.get_by_label("Select these names and copy them")
    expect(field).to_be_focused()
    expect(field).to_have_value("pc-25,pc-26,pc-27")
    assert page.evaluate("getSelection().toString()") == "pc-25,pc-26,pc-27"
    page.get_by_label("Search").fill("pc-25")
    expect(field).to_be_hidden()


def test_names_that_a_shell_would_read_are_left_out(opened: Opener) -> None:
    report = office("en")
    bad = ["a b", "$(reboot)", "-x", "pc*", "!all", "@file", "a'b", "a,b"]
    hosts = [{**report["hosts"][0], "name": name} for name in ["pc-1", "東京-01", *bad]]
    page = opened(report | {"hosts": hosts}).page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy names for --limit").click()
    expect(page.locator("#limit-names")).to_have_value("pc-1,東京-01")
    expect(page.get_by_text(f"Left out: {len(bad)} names")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 400])
def test_nothing_scrolls_within_the_page_but_sideways(opened: Opener, width: int) -> None:
    size = {"width": width, "height": 800}
    page = opened(with_paths("en"), "#open=osaka-pc-02", viewport=size).page
    within = page.evaluate(
        """[...document.querySelectorAll('body *')].filter((each) =>
             !['TEXTAREA', 'SELECT', 'OPTION'].includes(each.tagName)
             && ['auto', 'scroll'].includes(getComputedStyle(each).overflowY)
             && each.scrollHeight > each.clientHeight + 1).map((each) => each.outerHTML.slice(0, 90))"""
    )
    assert within == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_headings_of_the_list_stay_in_sight(page: Page) -> None:
    page.locator("#matrix tbody tr").nth(38).scroll_into_view_if_needed()
    expect(page.locator("#matrix thead th").first).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1440, 400])
def test_axe_finds_nothing_serious(opened: Opener, language: Language, width: int) -> None:
    size = {"width": width, "height": 900}
    scheme = "dark" if language == "ja" else "light"
    page = opened(forty(language), viewport=size, color_scheme=scheme).page
    page.get_by_role("searchbox").first.fill("java")
    page.locator("#states button:enabled").nth(2).click()
    page.locator("#limit").click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_narrow_window_has_the_list_before_the_fields(opened: Opener) -> None:
    page = opened(forty("en"), viewport={"width": 400, "height": 800}).page
    expect(page.get_by_label("Port", exact=True)).to_be_hidden()
    more = page.get_by_role("button", name="More filters")
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    page.get_by_label("Port", exact=True).fill("8080")
    row = page.locator("#matrix tbody tr:visible", has_text="pc-25")
    expect(row.locator(".fix")).to_be_visible()


def test_without_a_script_it_is_all_there(opened: Opener) -> None:
    page = opened(forty("ja"), java_script_enabled=False).page
    assert page.locator("#matrix tbody th:visible").all_inner_texts()[:6] == OFF
    expect(page.locator("#mend")).to_contain_text("使用中のポートを解放するか、別のポートを選ぶ")
    expect(page.locator("#trends")).to_contain_text("悪化")
    expect(page.locator("#who")).to_contain_text("java.exe")
    expect(page.locator("button")).to_have_count(0)
