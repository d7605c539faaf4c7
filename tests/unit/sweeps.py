# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrices of situations, of which the fast tests try some and the sweeps the others; and how many
random inputs a sweep tries."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def fast(names: Iterable[str], *chosen: str) -> list[Any]:
    """The names as parameters of a test. Those that are not among the chosen are marked `sweep`."""
    every = list(names)
    assert set(chosen) <= set(every), "a chosen situation is not there"
    return [pytest.param(name, marks=() if name in chosen else pytest.mark.sweep) for name in every]


def inputs(some: int, every: int) -> int:
    """How many random inputs a sweep tries.

    :param some: the number in `make test`; several times as many as find any single change of the
        product
    :param every: the number in `make sweeps`, which sets the variable SWEEPS
    """
    return every if os.environ.get("SWEEPS") == "all" else some


def examples(some: int) -> settings:
    """How many examples a property is tried with that takes long for each.

    :param some: the most in `make test`; `make sweeps` tries as many as its profile says
    """
    usual = settings().max_examples
    return settings(max_examples=inputs(min(some, usual), usual))
