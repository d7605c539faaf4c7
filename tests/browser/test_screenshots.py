# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the page that the READMEs show.

They are made anew on each run, in .cache/screenshots; `make screenshots` copies them to
docs/images. Fonts and browsers draw a little differently on each machine, so pixels are not
compared: a picture says of which version of the page and in which language it is, and that is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Language,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page_words import (
    PageWords,
)
from browser.conftest import Opener
from browser.reports import forty

ROOT = Path(__file__).parents[2]
MADE = ROOT / ".cache" / "screenshots"
ASSETS = ROOT / "plugins" / "plugin_utils" / "documents" / "assets"
SHOWN = ROOT / "docs" / "images"
#: Each picture by the end of its name: the size of the window, and the colours.
VIEWS: Mapping[str, tuple[int, int, Literal["light", "dark"]]] = {
    "": (1440, 1100, "light"),
    "-dark": (1440, 1100, "dark"),
    "-400": (400, 1100, "light"),
    "-400-dark": (400, 1100, "dark"),
}
PICTURES = [(language, view) for language in LANGUAGES for view in VIEWS]
LARGEST = 150 * 1024
KEY = "Source"  # one of the predefined keywords of PNG (11.3.3.2)


def version(language: Language) -> str:
    """Changes with whatever changes the look of the page: its style, script and words."""
    texts = PageWords(language).for_script()
    texts |= {
        key: getattr(text, language)
        for key, text in TEXTS.items()
        if key.startswith(("page.", "mend.", "unread_pc."))
    }
    digest = hashlib.sha256(json.dumps(texts, sort_keys=True).encode())
    for path in sorted(ASSETS.rglob("*.*")):
        digest.update(path.read_bytes())
    return f"{language} {digest.hexdigest()}"


def save(png: bytes, path: Path, version_of_page: str) -> None:
    """Write a picture with few colours, which is all that text needs, and with what it is of."""
    about = PngInfo()
    about.add_text(KEY, version_of_page)
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(path, optimize=True, pnginfo=about)


@pytest.mark.parametrize(("language", "view"), PICTURES)
def test_the_picture_of_the_page_is_made(opened: Opener, language: Language, view: str) -> None:
    width, height, scheme = VIEWS[view]
    size = {"width": width, "height": height}
    page = opened(forty(language), viewport=size, color_scheme=scheme).page
    MADE.mkdir(parents=True, exist_ok=True)
    path = MADE / f"report-{language}{view}.png"
    save(page.screenshot(animations="disabled", caret="hide"), path, version(language))
    assert path.stat().st_size < LARGEST


@pytest.mark.parametrize(("language", "view"), PICTURES)
def test_the_picture_that_is_shown_is_of_this_page(language: Language, view: str) -> None:
    path = SHOWN / f"report-{language}{view}.png"
    with Image.open(path) as picture:
        assert picture.size == VIEWS[view][:2]
        found = picture.info[KEY]
    assert path.stat().st_size < LARGEST
    assert found == version(language), (
        f"docs/images/{path.name} shows the page as it was: run 'make screenshots', look at the "
        "pictures, and commit them"
    )
