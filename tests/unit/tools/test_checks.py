# SPDX-License-Identifier: GPL-3.0-or-later
"""Into how many jobs the sections of ``make test`` are cut."""

from __future__ import annotations

from tools.checks import parts_of_integration
from unit.rows import each_row


@each_row(
    "pairs, cores, parts",
    [(1, 2, 6), (2, 2, 3), (3, 2, 2), (4, 2, 2), (3, 4, 4), (1, 4, 12), (4, 1, 1)],
)
def test_jobs_of_integration_tests_keep_the_cores_busy(pairs: int, cores: int, parts: int) -> None:
    assert parts_of_integration(pairs, cores) == parts
