# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers that read hosts: none of them waits for nothing, whatever a host does."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey import running
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.hosts import Target
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.running import (
    SurveyRun,
    Work,
)

#: Seconds for what has to come, however busy the machine is.
LONG = 60.0
Read = Callable[[Target, Callable[[], None]], tuple[str, bool]]


def behind_a_proxy(name: str) -> Target:
    """A host of a domain that is not connected to first."""
    return Target(name, "192.0.2.1", 5985, 1.0, False, "corp\\admin", "CORP\\admin", None)


def survey(read: Read, parallel: int = 2) -> SurveyRun[str]:
    def off(host: Target, problem: TransportError) -> str:
        return f"{host.name} is off: {problem}"

    return SurveyRun(Work(behind_a_proxy, read, off, lambda host, by: f"barred by {by}"), parallel)


def test_a_first_host_that_says_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0.0)
    others_read = Event()
    read: list[str] = []

    def reading(host: Target, let_in: Callable[[], None]) -> tuple[str, bool]:
        if host.name == "first":
            return ("waited" if others_read.wait(LONG) else "held up"), False
        let_in()
        read.append(host.name)
        if len(read) == 3:
            others_read.set()
        return "read", False

    made = survey(reading)
    made.run(["first", "a", "b", "c"], lambda done: None)
    assert made.found == {"first": "waited", "a": "read", "b": "read", "c": "read"}


def test_a_first_host_that_is_quick_is_not_held_to_be_slow() -> None:
    """Its refusal is known before another one is tried."""

    def reading(host: Target, let_in: Callable[[], None]) -> tuple[str, bool]:
        return "refused", True

    made = survey(reading, parallel=8)
    made.run(["first", "a", "b"], lambda done: None)
    assert made.found == {"first": "refused", "a": "barred by first", "b": "barred by first"}


def test_an_exception_in_a_worker_ends_the_survey() -> None:
    """It is said, and nobody waits for the host that it happened with."""

    def reading(host: Target, let_in: Callable[[], None]) -> tuple[str, bool]:
        raise MemoryError(host.name)

    with pytest.raises(MemoryError, match="first"):
        survey(reading).run(["first", "a"], lambda done: None)


def test_an_exception_beside_the_workers_ends_the_survey() -> None:
    def off(host: Target, problem: TransportError) -> str:
        raise MemoryError(host.name)

    def reading(host: Target, let_in: Callable[[], None]) -> tuple[str, bool]:
        return "read", False

    def refused(name: str) -> Target:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
        return replace(behind_a_proxy(name), address="127.0.0.1", port=port, direct=True)

    made: SurveyRun[str] = SurveyRun(Work(refused, reading, off, lambda host, by: "barred"), 1)
    with pytest.raises(MemoryError, match="first"):
        made.run(["first"], lambda done: None)
