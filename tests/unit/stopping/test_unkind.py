# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of a PC that answers in all forms that the specifications allow are freed as those of one
that answers as Windows usually does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.stopping.simulated_pc import SaidResult, SimulatedPc
from winsim.unkind.manner import Unkind

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "a program": (7400, {}),
    "a program that refuses": (7010, {"timeout": 5}),
    "a service": (7100, {"timeout": 60}),
    "a service that refuses": (7120, {"timeout": 5}),
    "a service and what needs it": (7200, {"force": True, "restart": True, "timeout": 60}),
    "two of them": ([9090, 7400], {"timeout": 60}),
}


def freed(case: str, seed: int | None) -> tuple[SaidResult, object, object]:
    """The result, who holds the ports then, and the PC. A process that has been started since has a
    time of its own."""
    ports, options = CASES[case]
    pc = SimulatedPc()
    pc.service.manner = None if seed is None else Unkind(seed)
    result = pc.free(ports, **options)
    after = [(each.kind, each.pid, each.ports) for each in result.after or ()]
    return replace(result, after=None), after, pc.picture()


@cache
def expected(case: str) -> tuple[SaidResult, object, object]:
    return freed(case, None)


@pytest.mark.sweep
@given(st.sampled_from(sorted(CASES)), st.integers(0, 2**31))
def test_ports_are_freed_alike(case: str, seed: int) -> None:
    assert freed(case, seed) == expected(case)
