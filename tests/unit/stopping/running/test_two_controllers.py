# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that free the same port of one PC at the same time: it is free in the end,
nothing else has stopped, and neither takes what the other did for a failure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from unit.stopping.simulated_pc import SaidResult, SimulatedPc

pytestmark = pytest.mark.sweep

# Each with what a task has to say to free it.
CASES: dict[str, tuple[int, dict[str, object]]] = {
    "a program": (7400, {}),
    "a service": (7100, {}),
    "a service and what depends on it": (7200, {"force": True}),
    "one of two services of a process": (7300, {"expected_service": ("BundleOne",)}),
}


def held(pc: SimulatedPc) -> set[tuple[str, int]]:
    return {(each.protocol, each.local_port) for each in pc.machine.endpoints() if each.listening}


def freed(
    pc: SimulatedPc, case: str, number: int | None, other: Callable[[], None]
) -> tuple[SaidResult | None, int]:
    """Free a port; right before the request of a number (from 0) is answered, something else
    happens. The result, None where there was nothing to do, and how many requests it took."""
    count = 0

    def before(what: str, of_its_kind: int) -> None:
        nonlocal count
        count += 1
        if count - 1 == number:
            pc.before = lambda *unused: None
            other()

    pc.before = before
    port, options = CASES[case]
    task = pc.task(port, stay_free=1, **options)
    found = pc.survey(port, **options)
    if not found.plan.steps:
        assert not found.plan.refusals
        return None, count
    return pc.carry_out(task, found), count


def second_controller(pc: SimulatedPc, case: str, done: list[str]) -> None:
    """Free the same port of the same PC, and note why that failed, if it did."""
    second = SimulatedPc()
    second.machine, second.service = pc.machine, pc.service
    second.host = Host(second, "win-1", clock=Clock(sleep=pc.sleep, monotonic=pc.monotonic))
    result, _requests = freed(second, case, None, lambda: None)
    done.append(result.failure if result else "")


@pytest.mark.parametrize("case", CASES)
def test_one_does_all_between_two_requests_of_the_other(case: str) -> None:
    port = CASES[case][0]
    pc = SimulatedPc()
    before = held(pc)
    alone, requests = freed(pc, case, None, lambda: None)
    assert alone is not None
    assert alone.failure == ""
    after = held(pc)
    assert ("tcp", port) in before - after
    assert requests > 2
    for number in range(requests):
        pc = SimulatedPc()
        done: list[str] = []
        other = partial(second_controller, pc, case, done)
        first, _unused = freed(pc, case, number, other)
        assert done == [""]
        assert (first.failure if first else "", number) == ("", number)
        assert held(pc) == after, number
