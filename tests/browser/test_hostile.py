# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile text in every place: it is shown, and nothing of it runs, loads or opens anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from browser.conftest import Opener
from browser.printing import printed
from browser.reports import HOSTILE, hostile

# The `opened` fixture fails a test in which a dialog, a request, a window or a console message was.


def open_everything(page: Page) -> None:
    unfold = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
    page.evaluate(unfold)  # the PCs, which are drawn now,
    page.wait_for_function("document.querySelectorAll('.host > .body').length === 16")
    page.evaluate(unfold)  # and the tasks in them
    for more in page.locator("button.more").all()[:2]:
        more.click()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_runs(opened: Opener, language: Language) -> None:
    page = opened(hostile(language)).page
    for name in ("markup", "attribute", "formula", "prototype"):
        page.locator("#filter-q").fill(HOSTILE[name])
    page.locator("#clear").click()
    open_everything(page)
    assert page.locator("img, iframe, object, embed, base, form form").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("style").count() == 1
    handlers = page.evaluate(
        """[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes])
             .filter((a) => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)
                            && a.name !== 'title' && a.name !== 'aria-label').length"""
    )
    assert handlers == 0


def test_nothing_invisible_or_reordering_is_in_the_page(opened: Opener) -> None:
    page = opened(hostile()).page
    open_everything(page)
    text = page.evaluate("document.documentElement.outerHTML")
    assert [each for each in set(text) if not each.isprintable() and each != "\n"] == []
    body = page.locator("body").inner_text()
    for shown in ("⟨U+202E⟩gnp.exe", "⟨U+001B⟩]0;owned⟨U+0007⟩", HOSTILE["markup"],
                  HOSTILE["end of script"], "half � pair", HOSTILE["template"]):  # fmt: skip
        assert shown in body
    apart = page.locator(".listeners td:not(:has(bdi))").all_inner_texts()
    assert [text for text in apart if not (text.isdecimal() or text == "TCP")] == []


def test_long_text_is_cut_and_can_be_unfolded(opened: Opener) -> None:
    page = opened(hostile()).page
    page.locator(".host > summary").first.click()
    more = page.locator(".host[open] .listeners button.more").first
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    assert "A" * 9_000 in page.locator(".host[open] .listeners").inner_text()
    more.click()
    assert "A" * 200 not in page.locator(".host[open] .listeners").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_policy_stops_what_would_get_in_all_the_same(opened: Opener) -> None:
    """Markup, handlers and images that somebody managed to insert: the browser refuses them."""
    found = opened(hostile())
    refused = found.page.evaluate(
        """() => {
          const tried = [
            () => { document.body.innerHTML = '<p onclick="alert(5)">'; },
            () => { document.querySelector('h1').setAttribute('onclick', 'alert(6)'); },
          ];
          const image = document.createElement('img');
          const ended = new Promise((end) => { image.onerror = () => end('refused'); });
          image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAAC';
          const names = tried.map((each) => {
            try { each(); return 'done'; } catch (error) { return error.name; }
          });
          return ended.then((how) => [...names, how]);
        }"""
    )
    assert refused == ["TypeError", "TypeError", "refused"]
    assert len(found.complaints) >= 3
    assert [each for each in found.complaints if "dialog" in each or "window" in each] == []
    found.complaints.clear()


def test_the_printed_page_holds_it_harmlessly(opened: Opener, tmp_path: Path) -> None:
    found = printed(opened(hostile()).page, tmp_path, details=True)
    text = found.text
    assert "U+202E" in text
    assert "onerror=alert(1)" in text
    assert "=cmd|" in text
    assert found.actions == []
