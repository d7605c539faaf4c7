# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the same for several things at the same time, in threads that never outlive the task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# How long nobody looks whether a signal, such as the time limit of the task, has come.
_SECONDS = 0.5


def side_by_side(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    at_once: int,
    results: dict[int, Result] | None = None,
) -> list[Result]:
    """The results for all items, in their order.

    If the thread that waits is interrupted, as by the time limit of a task, the others are left
    alone: they end with the process, which does not wait for them.

    Args:
        work: called in other threads.
        at_once: how many threads there are at most.
        results: gets each result when it is there, by the place of its item.

    Raises:
        Exception: that of the first item, in their order, whose work has raised one.
    """
    queue: SimpleQueue[tuple[int, Item]] = SimpleQueue()
    for numbered in enumerate(items):
        queue.put(numbered)
    count = queue.qsize()
    results = {} if results is None else results
    errors: dict[int, BaseException] = {}

    def worker() -> None:
        while True:
            try:
                number, item = queue.get_nowait()
            except Empty:
                return
            try:
                results[number] = work(item)
            except BaseException as error:
                errors[number] = error

    threads = [Thread(target=worker, daemon=True) for _each in range(min(at_once, count))]
    for each in threads:
        each.start()
    for each in threads:
        while each.is_alive():
            # A signal that comes just before it waits is only seen when it has waited.
            each.join(_SECONDS)
    for number in sorted(errors):
        raise errors[number]
    return [results[number] for number in range(count)]
