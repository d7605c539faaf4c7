# SPDX-License-Identifier: GPL-3.0-or-later
"""Two that prepare the same wait for each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tools.locks import only_one


def test_the_second_of_one_name_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []
    inside = Event()
    go_on = Event()

    def first() -> None:
        with only_one("same", tmp_path):
            inside.set()
            assert go_on.wait(30)
            order.append("first")

    def second() -> None:
        with only_one("same", tmp_path):
            order.append("second")

    with ThreadPoolExecutor() as pool:
        begun = pool.submit(first)
        assert inside.wait(30)
        waiting = pool.submit(second)
        with only_one("other", tmp_path):
            assert order == []
        go_on.set()
        begun.result()
        waiting.result()
    assert order == ["first", "second"]
