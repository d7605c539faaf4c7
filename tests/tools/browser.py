# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser that the report's page is tested in: Debian's Chromium, with a Japanese font."""

from __future__ import annotations

from pathlib import Path

from . import debian

# What is needed, by a file of the Debian package that holds it.
NEEDED = {
    Path("/usr/bin/chromium"): "chromium",
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"): "fonts-noto-cjk",
}


def prepare() -> None:
    """Install what is missing. Does nothing, in no time, if all is here.

    :raises FailedError: if it can't be installed
    """
    debian.install(NEEDED, "The browser tests")
