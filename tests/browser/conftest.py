# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium, and pages of reports in it that are watched while a test uses them."""

from __future__ import annotations

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


class Opened:
    """A page that is open, and what it did that it should not."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.file = file
        self.complaints: list[str] = []
        address = file.as_uri()
        page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("popup", lambda other: self.complaints.append(f"window: {other.url}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.partition("#")[0] == address
                else self.complaints.append(f"request: {request.url}")
            ),
        )

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(self, fragment: str = "") -> Page:
        self.page.goto(f"{self.file.as_uri()}{fragment}")
        return self.page


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


@pytest.fixture
def opened(
    chromium: Browser, written: Callable[[dict[str, Any], Details], Path]
) -> Iterator[Opener]:
    """Opens the page of a report. At the end of the test none of them may have complained, asked
    for anything else than itself, or opened anything."""
    contexts, pages = [], []

    def open_page(
        report: dict[str, Any],
        fragment: str = "",
        details: Details = Details.AUTO,
        **settings: Any,
    ) -> Opened:
        defaults = {"locale": "en-GB", "timezone_id": "Asia/Tokyo",
                    "viewport": {"width": 1200, "height": 900}}  # fmt: skip
        context = chromium.new_context(**{**defaults, **settings})
        context.set_default_timeout(10_000)
        contexts.append(context)
        found = Opened(context.new_page(), written(report, details))
        pages.append(found)
        found.go(fragment)
        return found

    yield open_page
    complaints = [complaint for page in pages for complaint in page.complaints]
    for context in contexts:
        context.close()
    assert complaints == []
