# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts are connected to at the same time, each is told once, and nothing stays open."""

from __future__ import annotations

import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey import connecting
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.connecting import (
    Connecting,
    most_at_once,
)
from loopback import black_hole
from unit.rows import each_row

#: Seconds for what has to come, however busy the machine is; and for what must not.
PATIENCE = 60.0
LONG = 600.0
SYN_SENT = "02"


class Told:
    """What was told of each host."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[TransportError | None]] = {}
        self._changed = threading.Condition()

    def __call__(self, name: str, problem: TransportError | None) -> None:
        with self._changed:
            self.outcomes.setdefault(name, []).append(problem)
            self._changed.notify_all()

    def kinds(self, count: int) -> dict[str, str]:
        """Of so many hosts, when all are told: the kind of each failure."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.outcomes) >= count, PATIENCE)
        assert all(len(each) == 1 for each in self.outcomes.values())
        return {
            name: "" if problem is None else problem.failure.value
            for name, (problem,) in self.outcomes.items()
        }


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def hole() -> Iterator[int]:
    with black_hole() as (_address, port):
        yield port


def under_way(port: int, before: int = 0) -> int:
    """How many connections to a local port are being made."""
    lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    fields = (line.split() for line in lines)
    found = sum(each[2].endswith(f":{port:04X}") and each[3] == SYN_SENT for each in fields)
    return found - before


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.01)


def test_each_is_told_what_has_become_of_it(told: Told, hole: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        made = Connecting(told, 100)
        made.add("there", "127.0.0.1", port, 1.0)
        made.add("by name", "localhost", port, 1.0)
        made.add("off", "127.0.0.1", hole, 1.0)
        made.add("closed", "127.0.0.2", 9, 1.0)
        made.add("nameless", "no-such-host.invalid", port, 1.0)
        made.add("no name", "a..b", port, 1.0)
        kinds = told.kinds(6)
        made.stop()
    assert kinds == {
        "there": "", "by name": "", "off": "no_connection", "closed": "refused",
        "nameless": "unreachable", "no name": "unreachable",
    }  # fmt: skip
    (late,) = told.outcomes["off"]
    assert "(1 s)" in str(late)
    (nameless,) = told.outcomes["nameless"]
    assert "resolve its name" in str(nameless)


def test_those_that_are_off_are_waited_for_together(told: Told, hole: int) -> None:
    """All are being connected to at the same moment."""
    before = under_way(hole)
    made = Connecting(told, 1_000)
    for number in range(200):
        made.add(f"off-{number}", "127.0.0.1", hole, LONG)
    wait_until(lambda: under_way(hole, before) == 200)
    made.stop()
    assert under_way(hole, before) == 0
    assert told.outcomes == {}


class Counted(socket.socket):
    """A socket that counts how many of its kind connect at the same time."""

    under_way: ClassVar[set[socket.socket]] = set()
    most: ClassVar[int] = 0

    def connect_ex(self, address: Any, /) -> int:
        Counted.under_way.add(self)
        Counted.most = max(Counted.most, len(Counted.under_way))
        return super().connect_ex(address)

    def close(self) -> None:
        Counted.under_way.discard(self)
        super().close()


def test_no_more_at_a_time_than_is_said(
    told: Told, hole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that have to wait get their full time afterwards."""
    monkeypatch.setattr(socket, "socket", Counted)
    made = Connecting(told, 4)
    for number in range(10):
        made.add(f"off-{number}", "127.0.0.1", hole, 0.3)
    assert set(told.kinds(10).values()) == {"no_connection"}
    made.stop()
    assert Counted.most == 4
    assert not Counted.under_way


def test_whoever_is_there_does_not_wait_for_the_others(told: Told, hole: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Connecting(told, 100)
        made.add("off", "127.0.0.1", hole, LONG)
        made.add("there", "127.0.0.1", server.getsockname()[1], LONG)
        assert told.kinds(1) == {"there": ""}
        made.stop()


def test_each_has_its_own_time(told: Told, hole: int) -> None:
    made = Connecting(told, 100)
    made.add("patient", "127.0.0.1", hole, LONG)
    made.add("impatient", "127.0.0.1", hole, 0.5)
    assert told.kinds(1) == {"impatient": "no_connection"}
    made.stop()


def test_of_several_addresses_the_one_that_answers_counts(
    told: Told, hole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        known = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number))
            for number in (hole, 9, port)
        ]
        monkeypatch.setattr(connecting.socket, "getaddrinfo", lambda *_all, **_named: known)
        made = Connecting(told, 100)
        made.add("there", "there.example", port, LONG)
        assert told.kinds(1) == {"there": ""}
        known.pop()
        known.pop(0)
        made.add("closed", "closed.example", port, LONG)
        assert told.kinds(2)["closed"] == Failure.REFUSED
        made.stop()


def test_nothing_stays_open(told: Told, hole: int) -> None:
    before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    made = Connecting(told, 100)
    for number in range(20):
        made.add(f"off-{number}", "127.0.0.1", hole, LONG)
    made.add("by name", "localhost", 9, LONG)
    told.kinds(1)
    made.stop()
    wait_until(lambda: threading.active_count() <= threads)
    assert len(os.listdir("/proc/self/fd")) == before


@each_row(
    ("soft", "hard", "raised", "most"),
    [
        (1024, 1024, None, 1024 - 96 - 16 * 28),
        (1024, 2048, 2048, 2048 - 96 - 16 * 28),
        (1024, 500_000, 4_000 + 96 + 16 * 28, 4_000),
        (1024, resource.RLIM_INFINITY, 4_000 + 96 + 16 * 28, 4_000),
        (100_000, 100_000, None, 4_000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 4_000),
        (256, 256, None, 8),
    ],
)
def test_file_descriptors_are_left_for_the_workers(
    soft: int, hard: int, raised: int | None, most: int
) -> None:
    limits = [(soft, hard)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource, "getrlimit", lambda _kind: limits[-1])
        patch.setattr(resource, "setrlimit", lambda _kind, given: limits.append(given))
        assert most_at_once(16, 20) == most
    if raised is not None:
        assert limits[-1] == (raised, hard)
    assert len(set(limits)) == (1 if raised is None else 2)
