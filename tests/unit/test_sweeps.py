# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the sweeps try."""

from __future__ import annotations

import pytest
from hypothesis import settings

from unit.sweeps import examples, inputs


@pytest.mark.parametrize(("variable", "tried"), [(None, 3), ("some", 3), ("all", 20)])
def test_a_variable_says_how_many_inputs_are_tried(
    variable: str | None, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWEEPS", raising=False)
    if variable is not None:
        monkeypatch.setenv("SWEEPS", variable)
    assert inputs(3, 20) == tried


@pytest.mark.parametrize("variable", ["some", "all"])
def test_only_make_test_tries_fewer_examples_than_the_profile_says(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWEEPS", variable)
    usual = settings().max_examples
    assert examples(3).max_examples == (3 if variable == "some" else usual)
    assert examples(usual + 1).max_examples == usual
