# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables whose rows are tried by one test, which costs less than a test for each of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest


def each_row(names: str | Sequence[str], table: Iterable[Any]) -> Callable[[Any], Any]:
    """Try a test with every row of a table. Each row that fails is shown, with what is wrong.

    It takes what `pytest.mark.parametrize` takes. All rows share the fixtures of the test, so it is for
    tests that leave them as they are.

    :param names: the test's arguments that a row gives, in order, as a list or with commas
    :param table: a tuple for each row, a value where there is one name, or a `pytest.param`
    """
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    tried = [_values(names, row) for row in table]
    assert tried, "there is no row, so nothing would be tried"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)
        assert set(names) <= set(signature.parameters), "the test has no such argument"

        @functools.wraps(test)
        def with_every_row(*arguments: Any, **fixtures: Any) -> None:
            failures: list[BaseException] = []
            for number, row in enumerate(tried, 1):
                try:
                    test(*arguments, **fixtures, **row)
                except (Exception, pytest.fail.Exception) as failure:
                    given = ", ".join(f"{name}={value!r}" for name, value in row.items())
                    failure.add_note(f"in row {number}: {given}")
                    failures.append(failure)
            if len(failures) == 1:
                raise failures[0]
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(tried)} rows", failures)

        left = [each for name, each in signature.parameters.items() if name not in names]
        with_every_row.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return with_every_row

    return decorate


def _values(names: Sequence[str], row: Any) -> dict[str, Any]:
    values = row if len(names) > 1 else (row,)
    if isinstance(row, type(pytest.param())):
        assert not row.marks, "a mark is for a test, and a row is none"
        values = row.values
    return dict(zip(names, values, strict=True))
