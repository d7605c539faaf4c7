# SPDX-License-Identifier: GPL-3.0-or-later
"""Add up what several pytest runs report."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # reads only what pytest wrote
from pathlib import Path


def summary(folder: Path) -> str:
    """Say how many tests passed, failed and were skipped.

    :param folder: holds the JUnit XML files of the runs, and nothing else that ends in .xml
    :returns: one line in the words of test runners, such as ``12 passed, 0 failed``
    """
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for report in folder.glob("*.xml"):
        for suite in ET.parse(report).getroot().iter("testsuite"):
            for kind in counts:
                counts[kind] += int(suite.get(kind, "0"))
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{passed} passed, {failed} failed{skipped}"
