# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that change the same rule of one PC at the same time: whatever the order of their
requests, the PC ends with the rule of one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from unit.firewall.test_simulated_changes import OLD, WEB, make, pc, stored
from unit.simulated import SimulatedTransport
from winsim.machine import Machine

pytestmark = pytest.mark.sweep

Options = dict[str, Any]
Fields = dict[str, list[tuple[str, str]]]

OTHER_WEB = {"name": "Web", "ports": "8443", "remote_addresses": "192.0.2.0/24",
             "description": "other", "program": r"C:\b.exe"}  # fmt: skip
WHOLE = {"profiles": "private", "action": "allow"}
ABSENT = {"name": "Web", "present": False}
CASES: dict[str, tuple[dict[str, str], Options, Options]] = {
    "both create": ({}, WEB | WHOLE, OTHER_WEB | WHOLE),
    "both change": ({"web": OLD}, WEB | WHOLE, OTHER_WEB | WHOLE),
    "one changes, the other removes": ({"web": OLD}, WEB | WHOLE, ABSENT),
    "one removes, the other changes": ({"web": OLD}, ABSENT, WEB | WHOLE),
    "one removes, the other creates": ({}, ABSENT, WEB | WHOLE),
    "both the same": ({"web": OLD}, WEB | WHOLE, WEB | WHOLE),
}


def _complete(host: Machine, rule: dict[str, Any], done: list[str]) -> None:
    make(host, **rule)
    done.append("all")


class Interrupted(SimulatedTransport):
    """Right before the request of a number (from 0) is answered, something else happens."""

    def __init__(self, machine: Machine, number: int, event: Callable[[], None]) -> None:
        super().__init__(machine)
        self._number = number
        self._event = event

    def send(self, envelope: bytes) -> bytes:
        if len(self.actions) == self._number:
            self._event()
        return super().send(envelope)


def alone(rules: dict[str, str], options: Options) -> Fields:
    """What the PC has after one controller alone."""
    host = pc(**rules)
    make(host, **options)
    return stored(host)


def contents(rules: Fields) -> list[list[tuple[str, str]]]:
    """The rules without their ids: a rule that was removed comes back under another one."""
    return sorted(rules.values())


@cache
def of_one(case: str) -> list[list[list[tuple[str, str]]]]:
    """What the PC has after the first controller alone, and after the second alone."""
    rules, *both = CASES[case]
    return [contents(alone(rules, each)) for each in both]


@pytest.mark.parametrize("case", CASES)
def test_one_does_all_between_two_requests_of_the_other(case: str) -> None:
    rules, first, second = CASES[case]
    whole = of_one(case)
    alone_with = SimulatedTransport(pc(**rules))
    make(alone_with.service.machine, alone_with, **first)
    failures = []
    for number in range(len(alone_with.actions)):
        host, done = pc(**rules), []

        other = partial(_complete, host, second, done)

        transport = Interrupted(host, number, other)
        try:
            make(host, transport, **first)
        except ChangeError as error:
            failures.append(str(error))
        assert done == ["all"]
        assert contents(stored(host)) in whole, (number, transport.actions)
    # What one removes while the other changes it is gone, and the other says so.
    removed = case == "one changes, the other removes"
    assert bool(failures) == removed
    assert all("is gone" in text for text in failures)


class Turns:
    """Lets several controllers send one request at a time, in an order that is given. When the
    order is used up, or one of them is done, the others go on."""

    def __init__(self, order: Sequence[int], controllers: int) -> None:
        self._order = iter(order)
        self._running = set(range(controllers))
        self._turn = threading.Condition()
        self._next = next(self._order)

    def wait_for(self, controller: int) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._next == controller)

    def pass_on(self) -> None:
        with self._turn:
            self._choose()

    def leave(self, controller: int) -> None:
        with self._turn:
            self._running.remove(controller)
            self._choose()

    def _choose(self) -> None:
        if self._running:
            wanted = next(self._order, min(self._running))
            self._next = wanted if wanted in self._running else min(self._running)
        self._turn.notify_all()


class TakesTurns(SimulatedTransport):
    """Sends when it is its controller's turn."""

    def __init__(self, machine: Machine, turns: Turns, controller: int) -> None:
        super().__init__(machine)
        self._turns = turns
        self._controller = controller

    def send(self, envelope: bytes) -> bytes:
        self._turns.wait_for(self._controller)
        answer = super().send(envelope)
        self._turns.pass_on()
        return answer


@given(st.sampled_from(sorted(CASES)), st.lists(st.integers(0, 1), min_size=1, max_size=60))
def test_any_order_of_the_requests_of_two(case: str, order: list[int]) -> None:
    rules, *both = CASES[case]
    host = pc(**rules)
    turns = Turns(order, 2)

    def controller(number: int) -> str:
        try:
            make(host, TakesTurns(host, turns, number), **both[number])
        except ChangeError as error:
            return str(error)
        finally:
            turns.leave(number)
        return ""

    with ThreadPoolExecutor(2) as pool:
        problems = list(pool.map(controller, range(2)))
    found = contents(stored(host))
    # Two that go on in step for ever, as no two real ones do, give up in the end, and both say so.
    assert found in of_one(case) or all(problems), problems
