# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of a large fleet costs whoever reads it: 1,000 PCs with 60 listeners each, in
Chromium, beside a page of 10 PCs in the same run. And one of 5,000 PCs of which 5 % are not ready,
which has the details of these alone.

A keystroke is timed in the page, from the event of the input to the end of the layout that it
makes, as nobody sees anything before.
"""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page import (
    Details,
    render,
)
from bench.__main__ import Promises
from browser.chromium import ARGUMENTS, PROGRAM
from browser.reports import fleet, mostly_ready
from unit.report import made

PCS = 1_000
FEW = 10
MANY = 5_000
LISTENERS = 60
# What the design promises.
MAX_KEYSTROKE = 200.0
MAX_OPENED = 3_000.0
MAX_SIZE = 15_000_000
# What the listeners' processes, a PC's name, and nothing at all have in common with.
TYPED = ("agent-77", "svchost", "pc-0", "no such thing")

_KEYSTROKE = """
(text) => {
  const field = document.getElementById("filter-q");
  field.value = text;
  const began = performance.now();
  field.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  return performance.now() - began;
}
"""
_OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass(frozen=True)
class Cost:
    """Bytes of the file, milliseconds until it is open, and of the keystrokes: of the middle one
    and of the slowest."""

    size: int
    opened: float
    keystroke: float
    slowest: float


def _measure(browser: Browser, path: Path) -> Cost:
    page = browser.new_page()
    page.goto(path.as_uri())
    opened = float(page.evaluate(_OPENED))
    # The first keystroke comes at once, whether or not the index of texts is ready by then.
    times = [
        float(page.evaluate(_KEYSTROKE, text[:length]))
        for text in TYPED
        for length in range(1, len(text) + 1)
    ]
    page.close()
    return Cost(path.stat().st_size, opened, statistics.median(times), max(times))


def costs() -> dict[int, Cost]:
    """Of a page of few PCs and of one of many, by the number of PCs."""
    found = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        for count in (FEW, PCS, MANY):
            path = Path(name) / f"report-{count}.html"
            data = mostly_ready(count, LISTENERS) if count == MANY else fleet(count, LISTENERS)
            details = Details.AUTO if count == MANY else Details.ALL
            path.write_text(render(made.report(data), details), encoding="utf-8")
            found[count] = _measure(browser, path)
        browser.close()
    return found


def main() -> int:
    """Print what the page costs; the status is 1 if a promise is broken."""
    found = costs()
    few = found[FEW]
    for count, cost in found.items():
        print(
            f"{count:5,} PCs with {LISTENERS} listeners: {cost.size:>10,} bytes, "
            f"opened in {cost.opened / few.opened:5.1f}, a keystroke in "
            f"{cost.keystroke / few.keystroke:5.1f} times that of {FEW} PCs"
        )
    promises = Promises()
    promises.at_most("ms of the slowest keystroke", found[PCS].slowest, MAX_KEYSTROKE)
    promises.at_most(f"ms to open the page of {MANY:,} PCs", found[MANY].opened, MAX_OPENED)
    promises.at_most("bytes of that page", found[MANY].size, MAX_SIZE)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
