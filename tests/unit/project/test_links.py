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
    shown = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", shown) + re.findall(r'\bsrc(?:set)?="([^"]+)"', shown)
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
    assert links('<source srcset="h.png"><img src="i.png">') == ["h.png", "i.png"]
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


def test_each_language_shows_all_pictures_of_its_report() -> None:
    """Of a wide and a narrow window, in light and in dark colours."""
    for language, suffix in (("en", ""), ("ja", ".ja")):
        made = {each.name for each in (CHECKOUT / "docs/images").glob(f"report-{language}*.png")}
        assert len(made) == 4
        shown = {
            Path(each).name for each in links((CHECKOUT / f"README{suffix}.md").read_text("utf-8"))
        }
        assert made <= shown
        role = (CHECKOUT / f"roles/port_report/README{suffix}.md").read_text("utf-8")
        assert f"../../docs/images/report-{language}.png" in links(role)
