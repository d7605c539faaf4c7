# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make bench`` says of a survey with Kerberos tickets, and without their packages."""

from __future__ import annotations

from dataclasses import replace

from bench import survey
from bench.running import Cost

COST = Cost(elapsed=2.0, cpu=1.0, megabytes=80.0)
SLOPES = {
    name: survey.Slope(milliseconds, COST)
    for name, milliseconds in (
        (survey.DEBUG, 10.0), (survey.BY_FORKS, 40.0), (survey.SURVEY, 8.0), (survey.CHECKED, 50.0)
    )
}  # fmt: skip
FIGURES = survey.Figures(
    SLOPES, SLOPES, SLOPES, None, sizes=dict.fromkeys(survey.SIZES, COST), longer=1.0
)


def test_the_ratios_with_kerberos_are_printed() -> None:
    found = {task: ratio for task, _ms, ratio, *_others in survey.rows(FIGURES)}
    assert found["port_survey, facts, Kerberos, sealed"] == "0.80"
    assert found["port_facts, forks, Kerberos, sealed"] == "4.00"
    (promised,) = [each for each in survey.promises(FIGURES) if "Kerberos" in each[0]]
    assert promised[1:] == (0.8, survey.MAX_TO_LOCAL_DEBUG_SEALED)


def test_where_its_packages_are_missing_that_is_said() -> None:
    without = replace(FIGURES, tickets=None)
    assert ("Kerberos: its packages can't be had here", "", "", "", "") in survey.rows(without)
    assert not [each for each in survey.promises(without) if "Kerberos" in each[0]]
