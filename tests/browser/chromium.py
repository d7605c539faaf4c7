# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Debian's Chromium is, and how it is started: alone, without calling home."""

from __future__ import annotations

PROGRAM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # it would not start as root, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
