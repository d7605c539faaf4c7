# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium, and pages of reports in it that are watched while a test uses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page import (
    Details,
    render,
)
from browser.chromium import ARGUMENTS, PROGRAM
from unit.report import made

Opener = Callable[..., "Opened"]
SCREEN = {"width": 1200, "height": 900}


class Opened:
    """A page that is open, and what it did that it should not."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.file = file
        self.complaints: list[str] = []
        self._address = file.as_uri()
        self._watched: dict[Any, Callable[[Any], None]] = {
            "console": lambda message: self.complaints.append(f"console: {message.text}"),
            "pageerror": lambda error: self.complaints.append(f"error: {error}"),
            "dialog": self._dialog,
            "popup": lambda other: self.complaints.append(f"window: {other.url}"),
            "request": self._request,
        }
        for event, heard in self._watched.items():
            page.on(event, heard)

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if request.url.partition("#")[0] != self._address:
            self.complaints.append(f"request: {request.url}")

    def go(self, fragment: str = "") -> Page:
        self.page.goto(f"{self.file.as_uri()}{fragment}")
        return self.page

    def leave(self) -> None:
        """Stop watching, and show nothing."""
        for event, heard in self._watched.items():
            self.page.remove_listener(event, heard)
        self.page.goto("about:blank")


class Pages:
    """Empty pages of a browser. One that a test has left is used again by the next that wants such a
    one: the process that Chromium starts for a new one is most of what a short test costs."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, Page] = {}

    def take(self, viewport: Any, color_scheme: Any, **settings: Any) -> Page:
        """Give an empty page, with the settings of a context."""
        page = self._free.pop(_key(settings), None)
        if page is None:
            context = self._browser.new_context(**settings)
            context.set_default_timeout(10_000)
            page = context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", color_scheme=color_scheme)
        return page

    def give_back(self, page: Page, **settings: Any) -> None:
        """Keep an empty page for others, unless there is one already."""
        if _key(settings) in self._free or page.context.pages != [page]:
            page.context.close()
        else:
            self._free[_key(settings)] = page


def _key(settings: dict[str, Any]) -> str:
    return json.dumps(settings, sort_keys=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any], Details], Path]:
    """Writes the page of a report; of the same one once."""
    folder = tmp_path_factory.mktemp("pages")
    files: dict[tuple[int, Details], tuple[dict[str, Any], Path]] = {}

    def write(report: dict[str, Any], details: Details) -> Path:
        key = (id(report), details)
        if key not in files:
            path = folder / f"report-{len(files)}.html"
            path.write_text(render(made.report(report), details), encoding="utf-8")
            files[key] = (report, path)  # kept, so that the id stays this report's
        return files[key][1]

    return write


@pytest.fixture(scope="session")
def pages(chromium: Browser) -> Pages:
    return Pages(chromium)


@pytest.fixture
def opened(pages: Pages, written: Callable[[dict[str, Any], Details], Path]) -> Iterator[Opener]:
    """Opens the page of a report. At the end of the test none of them may have complained, asked
    for anything else than itself, or opened anything."""
    taken: list[tuple[Opened, dict[str, Any]]] = []

    def open_page(
        report: dict[str, Any],
        fragment: str = "",
        details: Details = Details.AUTO,
        viewport: Any = SCREEN,
        color_scheme: str = "light",
        **settings: Any,
    ) -> Opened:
        settings = {"locale": "en-GB", "timezone_id": "Asia/Tokyo", **settings}
        file = written(report, details)
        found = Opened(pages.take(viewport, color_scheme, **settings), file)
        taken.append((found, settings))
        found.go(fragment)
        return found

    yield open_page
    complaints = [complaint for found, _settings in taken for complaint in found.complaints]
    for found, settings in taken:
        found.leave()
        pages.give_back(found.page, **settings)
    assert complaints == []
