# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests are shared out to jobs so that none is left out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integration.conftest import ON_EVERY_CORE, SECONDS, pytest_collection_modifyitems, seconds
from shares import SHORT, share_of
from unit import conftest as of_units
from unit.rows import each_row

EVERY_CORE = {"b.py"}
PLAIN = {"c.py"}
MARKED = {"every_core": EVERY_CORE, "plain": PLAIN}
FILES = ["a.py", "b.py", "c.py", "d.py", "e.py", "f.py"]


def run_by(share: str, part: str = "1/1") -> tuple[list[str], list[str]]:
    """The tests that are run and those that are not, two of each file, by the file's name."""
    left_out: list[Any] = []

    def told(items: list[Any]) -> None:
        left_out.extend(items)

    config = SimpleNamespace(
        getoption={"--share": share, "--part": part}.__getitem__,
        hook=SimpleNamespace(pytest_deselected=told),
    )
    items: list[Any] = [
        SimpleNamespace(
            path=Path(name),
            get_closest_marker=lambda mark, name=name: name in MARKED[mark] or None,
        )
        for name in FILES * 2
    ]
    pytest_collection_modifyitems(config, items)  # type: ignore[arg-type]
    return [item.path.name for item in items], [item.path.name for item in left_out]


@each_row("shares", [1, 2, 3, 4, 9])
def test_each_test_is_in_one_share_and_some_are_in_all(shares: int) -> None:
    run: list[str] = []
    for number in range(1, shares + 1):
        mine, left_out = run_by(f"{number}/{shares}")
        assert sorted(mine + left_out) == sorted(FILES * 2)
        run += mine
    assert {name: run.count(name) for name in FILES} == {
        name: 2 * shares if name in EVERY_CORE else 2 for name in FILES
    }


@each_row("parts", [2, 3])
def test_the_parts_of_a_share_are_the_share(parts: int) -> None:
    whole, _left_out = run_by("1/2")
    run: list[str] = []
    for number in range(1, parts + 1):
        mine, left_out = run_by("1/2", f"{number}/{parts}")
        assert sorted(mine + left_out) == sorted(FILES * 2)
        run += mine
    assert sorted(run) == sorted(whole)


def test_with_unkind_hosts_those_for_plain_ones_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WINSIM_UNKIND", "1")
    run, left_out = run_by("1/1")
    assert (set(run), set(left_out)) == (set(FILES) - PLAIN, PLAIN)


def test_shares_take_about_the_same_time() -> None:
    files = {Path(name): seconds(Path(name)) for name in (*SECONDS, *FILES)}
    taken = [sum(map(seconds, share_of(files, number, 3))) for number in (1, 2, 3)]
    assert max(taken) - min(taken) <= 2 * SHORT


def test_files_that_are_said_to_take_long_are_there() -> None:
    folder = Path(__file__).parents[2] / "integration"
    assert [name for name in {**SECONDS, **ON_EVERY_CORE} if not (folder / name).exists()] == []
    assert [name for name in of_units.SECONDS if not (of_units.HERE / name).exists()] == []


@each_row("parts", [1, 2, 3])
def test_the_parts_of_the_sweeps_are_the_sweeps(parts: int) -> None:
    every = sorted(of_units.HERE.rglob("test_*.py"))
    assert len(every) > 100
    run: list[Path] = []
    for number in range(1, parts + 1):
        options = {"--part": f"{number}/{parts}", "markexpr": "sweep or hypothesis"}
        config: Any = SimpleNamespace(getoption=options.__getitem__)
        # An answer of None leaves the question to others, who collect it.
        mine = [path for path in every if of_units.pytest_ignore_collect(path, config) is None]
        assert mine
        run += mine
    assert sorted(run) == every
