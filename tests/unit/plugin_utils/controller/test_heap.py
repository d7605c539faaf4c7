# SPDX-License-Identifier: GPL-3.0-or-later
"""The garbage collector has nothing to do with what a task's process inherits, and all with what
tasks leave behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar

from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import CheckedAction
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import heap


class Nothing(CheckedAction):
    """An action that has nothing to do."""

    def prepare(self, given: dict[str, Any]) -> None:
        del given

    def perform(self, wanted: Any, task_vars: Any) -> dict[str, Any]:
        del wanted, task_vars
        return {}


def run_a_task() -> None:
    task = Task()
    task.args, task.action = {}, "portkeeper.windows.port_facts"
    context = PlayContext()
    connection = connection_loader.get("local", context)
    loader = DataLoader()
    made = Nothing(task, connection, context, loader, Templar(loader=loader), None)
    made.run(task_vars={})


def in_a_fork(measure: Callable[[], int]) -> int:
    """What a forked process measures."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write_end, str(measure()).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return int(found)


def looked_at_by_tasks(count: int) -> int:
    gc.collect()
    for _task in range(count):
        run_a_task()
    return len(gc.get_objects())


def test_what_a_process_inherits_is_not_looked_at() -> None:
    inherited = [[number] for number in range(100_000)]
    assert in_a_fork(lambda: looked_at_by_tasks(1)) < len(inherited) / 10


def test_what_a_task_leaves_is_collected_where_another_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen: list[int] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(os.getpid()))
    run_a_task()
    before = len(frozen)
    run_a_task()
    heap.freeze()
    assert len(frozen) == before


@pytest.fixture
def pythons_own() -> Iterator[tuple[int, int, int]]:
    """How often Python itself looks for garbage, during a test."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*before)


def test_during_a_survey_garbage_is_looked_for_less_often(
    pythons_own: tuple[int, int, int],
) -> None:
    first, *others = pythons_own
    with heap.seldom_searched():
        more, *rest = gc.get_threshold()
        assert more > 5 * first
        assert rest == others
    assert gc.get_threshold() == pythons_own


def test_an_error_does_not_leave_it_so(pythons_own: tuple[int, int, int]) -> None:
    def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), heap.seldom_searched():
        broken()
    assert gc.get_threshold() == pythons_own


@pytest.mark.parametrize("first", [0, 1_000_000])
def test_who_has_set_it_off_or_higher_knows_better(
    first: int, pythons_own: tuple[int, int, int]
) -> None:
    gc.set_threshold(first, *pythons_own[1:])
    with heap.seldom_searched():
        assert gc.get_threshold()[0] == first
