# SPDX-License-Identifier: GPL-3.0-or-later
"""A page as it is printed, read again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from pypdf import PdfReader

# What makes a reader of PDF do something (ISO 32000-1, 12.6).
ACTIONS = ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/SubmitForm", "/EmbeddedFiles")


@dataclass(frozen=True)
class Printed:
    """`pages` are the texts of the pages, `sizes` their width and height in mm, `actions` the names
    of what a reader would carry out."""

    pages: list[str]
    sizes: set[tuple[int, int]]
    actions: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def printed(page: Page, folder: Path, *, details: bool = False) -> Printed:
    """Print a page: its summary, or with the details, which somebody chooses at its button."""
    if details:
        page.get_by_label(re.compile("^(with details|詳細も印刷)$")).check()
    path = folder / "printed.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    reader = PdfReader(path)
    sizes = {
        (
            round(float(each.mediabox.width) / 72 * 25.4),
            round(float(each.mediabox.height) / 72 * 25.4),
        )
        for each in reader.pages
    }
    objects: list[Any] = [reader.trailer["/Root"], *reader.pages]
    objects += [link.get_object() for each in reader.pages for link in each.get("/Annots") or ()]
    found = [name for each in objects for name in ACTIONS if name in each]
    found += [each["/A"]["/S"] for each in objects if "/A" in each and each["/A"]["/S"] != "/GoTo"]
    # Fonts draw some letters as one, and PDF keeps them so: NFKC takes them apart.
    texts = [unicodedata.normalize("NFKC", each.extract_text()) for each in reader.pages]
    return Printed(texts, sizes, found)
