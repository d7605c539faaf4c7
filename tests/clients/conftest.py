# SPDX-License-Identifier: GPL-3.0-or-later
"""All clients are run once, before the first test that looks at what they got."""

from __future__ import annotations

import pytest

from clients.run import Results, run_all


@pytest.fixture(scope="session")
def results() -> Results:
    return run_all()
