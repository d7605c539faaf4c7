# SPDX-License-Identifier: GPL-3.0-or-later
"""Links within the repository lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "roles/*/README*.md", "extensions/molecule/*/README.md")
    for path in CHECKOUT.glob(pattern)
)


def links(text: str) -> list[str]:
    """Where the links and pictures of a page lead to, but for those to other places."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [link for link in found if not link.startswith(("http:", "https:"))]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_links_and_anchors_are_found() -> None:
    text = (
        "# Why can't it connect?\n[a](b.md#c) [d](https://e.example)\n# ポートを開ける\n![f](g.png)"
    )
    assert links(text) == ["b.md#c", "g.png"]
    assert anchors(text) == {"why-cant-it-connect", "ポートを開ける"}
    assert CHECKOUT / "README.ja.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page.read_text("utf-8")):
        name, _sign, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), link
