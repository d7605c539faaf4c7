# SPDX-License-Identifier: GPL-3.0-or-later
"""Results that are kept: within limits, whole keys, many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.kept import Kept


def boom() -> str:
    raise ValueError("boom")


def test_a_result_is_made_once() -> None:
    kept: Kept[str, list[str]] = Kept(10, 1_000)
    first = kept.get("a", lambda: ["made"])
    assert kept.get("a", lambda: ["made anew"]) is first


def test_what_fails_is_not_kept() -> None:
    kept: Kept[str, str] = Kept(10, 1_000)
    with pytest.raises(ValueError, match="boom"):
        kept.get("a", boom)
    assert len(kept) == 0
    assert kept.get("a", lambda: "made") == "made"


def test_what_was_not_used_goes() -> None:
    kept: Kept[str, str] = Kept(2, 1_000)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    assert kept.get("a", lambda: "anew") == "a"
    assert kept.get("b", lambda: "anew") == "anew"


def test_what_is_used_all_the_time_stays_while_others_come_and_go() -> None:
    kept: Kept[str, str] = Kept(10, 1_000)
    for key in ("first", *map(str, range(500))):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
        assert kept.get("first", boom if key != "first" else lambda: "first") == "first"


def test_what_was_used_once_goes_in_the_end() -> None:
    kept: Kept[str, str] = Kept(2, 1_000)
    for key in ("a", "a", "b", "c", "d", "e"):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    assert kept.get("a", lambda: "anew") == "anew"


def test_one_that_weighs_too_much_is_not_kept() -> None:
    kept: Kept[str, str] = Kept(1_000, 1_000)
    kept.get("light", lambda: "x", 10)
    kept.get("heavy", lambda: "x", 11)
    assert (len(kept), kept.weight) == (1, 10)


def test_a_host_that_sends_very_much_pushes_others_out_only_once() -> None:
    kept: Kept[str, str] = Kept(100, 10_000)
    for number in range(5_000):
        kept.get(f"hostile {number}", lambda: "x", 100)
        assert len(kept) <= 100
        assert kept.weight <= 10_000
    assert kept.get("honest", lambda: "made") == "made"
    assert kept.get("honest", boom) == "made"


@given(st.lists(st.tuples(st.text(max_size=2), st.integers(1, 30)), max_size=60))
def test_it_is_as_if_nothing_were_kept(asked: list[tuple[str, int]]) -> None:
    kept: Kept[str, str] = Kept(5, 500)
    for key, weight in asked:
        assert kept.get(key, lambda key=key: f"of {key}", weight) == f"of {key}"  # type: ignore[misc]
        assert len(kept) <= 5
        assert kept.weight == sum(each.weight for each in kept._found.values()) <= 500


def test_many_threads() -> None:
    kept: Kept[int, str] = Kept(50, 5_000)

    def one(number: int) -> bool:
        key = number % 80
        return kept.get(key, lambda: f"of {key}", 10) == f"of {key}"

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(20_000)))
    assert len(kept) == 50
    assert kept.weight == 500
    kept.clear()
    assert (len(kept), kept.weight) == (0, 0)
