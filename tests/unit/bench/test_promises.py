# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make bench`` says of what it measures, and when."""

from __future__ import annotations

import pytest

from bench.__main__ import Promises


def test_it_says_what_it_measures_before_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    promises = Promises()

    def seconds() -> float:
        assert capsys.readouterr().err == "Measuring seconds of something …\n"
        return 2.5

    promises.measure("seconds of something", seconds, 3.0)
    assert promises.broken == []
    promises.measure("seconds of something", seconds, 2.0)
    assert promises.broken == ["seconds of something"]
    told = capsys.readouterr().out.split()
    assert told == ["BROKEN", "seconds", "of", "something:", "2.50", "of", "at", "most", "2.00"]
