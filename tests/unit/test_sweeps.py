# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the sweeps try."""

from __future__ import annotations

import pytest

from unit.sweeps import inputs


@pytest.mark.parametrize(("variable", "tried"), [(None, 3), ("some", 3), ("all", 20)])
def test_a_variable_says_how_many_inputs_are_tried(
    variable: str | None, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWEEPS", raising=False)
    if variable is not None:
        monkeypatch.setenv("SWEEPS", variable)
    assert inputs(3, 20) == tried
