# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import inspect
from collections import Counter

import pytest

from .rows import each_row

#: So many fast tests may be made of one function. A table of more is for `each_row` or the sweeps.
MOST_TESTS = 40


def test_no_table_is_hundreds_of_tests(request: pytest.FixtureRequest) -> None:
    """Each costs as much as ten rows, on every pair."""
    made = Counter(
        item.nodeid.partition("[")[0]
        for item in request.session.items
        if not item.get_closest_marker("sweep")
    )
    assert {name: count for name, count in made.items() if count > MOST_TESTS} == {}


def test_every_row_is_tried_with_the_fixtures_of_the_test() -> None:
    tried = []

    @each_row("name, number", [("a", 1), pytest.param("b", 2, id="named")])
    @each_row("letter", ["x", "y"])
    def test(name: str, number: int, letter: str, fixture: str) -> None:
        tried.append((name, number, letter, fixture))

    assert list(inspect.signature(test).parameters) == ["fixture"]  # pytest is to give this alone
    test(fixture="f")
    assert tried == [(*row, letter, "f") for row in (("a", 1), ("b", 2)) for letter in "xy"]


def test_each_row_that_fails_is_shown_with_what_it_gave() -> None:
    @each_row("number", [1, 2, 3])
    def test(number: int) -> None:
        assert number == 2
        with pytest.raises(ValueError, match="2"):
            int("2")

    with pytest.raises(BaseExceptionGroup) as raised:
        test()
    notes = [failure.__notes__ for failure in raised.value.exceptions]
    assert notes == [[f"in row {number}: number={number}"] for number in (1, 2, 3)]


def test_a_row_that_fails_alone_is_shown_as_it_is() -> None:
    @each_row("number", [1, 2])
    def test(number: int) -> None:
        assert number == 2

    with pytest.raises(AssertionError) as raised:
        test()
    assert raised.value.__notes__ == ["in row 1: number=1"]


def test_a_table_that_tries_nothing_is_refused() -> None:
    with pytest.raises(AssertionError, match="no row"):
        each_row("number", [])
    with pytest.raises(AssertionError, match="a mark is for a test"):
        each_row("number", [pytest.param(1, marks=pytest.mark.sweep)])
    with pytest.raises(AssertionError, match="no such argument"):
        each_row("other", [1])(lambda number: None)
