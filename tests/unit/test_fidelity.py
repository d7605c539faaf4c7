# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/fidelity.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent


def test_every_test_named_there_exists() -> None:
    text = (TESTS.parent / "docs" / "fidelity.md").read_text()
    named = re.findall(r"`((?:unit|integration)/[\w/]+(?:\.py)?)`", text)
    assert len(named) > 30
    assert [name for name in named if not (TESTS / name).exists()] == []
