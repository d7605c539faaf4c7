# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts that a host makes itself: in which runs, for how long, and what ends them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import (
    CurlAttempt,
    CurlVersion,
    Target,
    TryOutcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.attempting import (
    Attempts,
    attempt,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, sample
from unit.host.test_host import BUSY, COMMAND, SIGNAL, ManualClock, receive
from unit.host.test_shell import SEND
from unit.rows import each_row

OLD, NEW = CurlVersion((7, 55, 1)), CurlVersion((8, 4, 0))
SERVER = "192.0.2.7"


def targets(count: int) -> list[Target]:
    return [(SERVER, port) for port in range(1, count + 1)]


def connected(port: int) -> CurlAttempt:
    return CurlAttempt(SERVER, port, TryOutcome.CONNECTED, "192.0.2.1", 50_000 + port)


def result(ports: Sequence[int]) -> bytes:
    lines = [
        f"\r\nportkeeper-curl|pop3://{SERVER}:{port}/|{50_000 + port}|192.0.2.1|28|x\r\n"
        for port in ports
    ]
    return receive("".join(lines).encode(), True)


class Run:
    """A host with a script, a clock that somebody moves, and what happened on it."""

    def __init__(self, *answers: Answer) -> None:
        self.transport = ScriptedTransport(*answers, shell_id="S")
        self.clock = ManualClock()
        self.host = Host(
            self.transport, "pc-1", clock=Clock(self.clock.sleep, self.clock.monotonic)
        )
        self.seen: list[list[Target]] = []

    def watch(self, run: Sequence[Target]) -> None:
        self.seen.append(list(run))

    def ports(self) -> list[list[int]]:
        """The ports of each run, by its input."""
        given = (re.search(rb'End="true">([^<]*)<', each) for each in self.transport.sent)
        texts = [base64.b64decode(each[1]).decode() for each in given if each]
        return [[int(each) for each in re.findall(r'url = ".*:(\d+)"', text)] for text in texts]


def test_all_at_once() -> None:
    run = Run(COMMAND, SEND, result([1, 2]), SIGNAL)
    assert attempt(run.host, [*targets(3), (SERVER, 1)], 4, NEW, run.watch) == Attempts(
        (connected(1), connected(2), CurlAttempt(SERVER, 3, TryOutcome.NOT_TRIED), connected(1))
    )
    assert run.transport.actions == ["Command", "Send", "Receive", "Signal"]
    assert run.ports() == [[1, 2, 3]]
    assert run.seen == [targets(3)]


def test_many_ports_in_several_runs() -> None:
    run = Run(*[COMMAND, SEND, result([]), SIGNAL] * 3)
    attempt(run.host, targets(120), 4, NEW, run.watch)
    assert run.ports() == [list(range(1, 51)), list(range(51, 101)), list(range(101, 121))]
    assert [len(each) for each in run.seen] == [50, 50, 20]


def test_an_old_curl_gets_what_it_can_do_in_the_time() -> None:
    run = Run(COMMAND, SEND, result(range(1, 16)), SIGNAL)
    found = attempt(run.host, targets(20), 4, OLD).attempts
    assert run.ports() == [list(range(1, 16))]
    assert [each.outcome for each in found] == [TryOutcome.CONNECTED] * 15 + [
        TryOutcome.NOT_TRIED
    ] * 5
    assert run.clock.slept == []


def test_no_run_begins_that_would_end_too_late() -> None:
    run = Run(COMMAND, SEND, result([]), SIGNAL)

    def slow(_run: Sequence[Target]) -> None:
        run.clock.sleep(57)

    found = attempt(run.host, targets(60), 4, NEW, slow)
    assert run.ports() == [list(range(1, 51))]
    assert len(found.attempts) == 60


def test_a_curl_that_cant_do_it_is_not_run() -> None:
    run = Run()
    found = attempt(run.host, targets(1), 4, CurlVersion((8, 4, 0), frozenset({"http"})))
    assert found == Attempts((CurlAttempt(SERVER, 1, TryOutcome.NOT_TRIED),))
    assert attempt(run.host, [], 4, NEW) == Attempts(())
    assert run.transport.sent == []


@each_row(
    "answers",
    [
        (sample(BUSY),) * 3,
        (COMMAND, sample(BUSY), SIGNAL),
        (COMMAND, SEND, sample(BUSY), SIGNAL),
    ],
)
def test_a_run_that_fails_is_told_and_is_the_last_one(answers: tuple[bytes, ...]) -> None:
    run = Run(*answers)
    found = attempt(run.host, targets(60), 4, NEW)
    assert {each.outcome for each in found.attempts} == {TryOutcome.NOT_TRIED}
    assert len(found.notes) == 1
    assert run.transport.finished


@each_row(("version", "count", "seconds"), [(NEW, 50, 24), (OLD, 2, 28)])
def test_a_curl_that_does_not_end_is_ended(version: CurlVersion, count: int, seconds: int) -> None:
    """One that never got its input would wait for it without end."""
    run = Run(COMMAND, SEND, *[receive(b"", False)] * 9, SIGNAL)
    found = attempt(run.host, targets(count), 4, version)
    assert {each.outcome for each in found.attempts} == {TryOutcome.NOT_TRIED}
    assert f"did not end within {seconds} seconds" in render(found.notes[0], "en")
    assert run.transport.actions[-2:] == ["Receive", "Signal"]
    assert seconds <= sum(run.clock.slept) < 2 * seconds


@each_row(
    "answers",
    [
        (TransportError(Failure.TIMEOUT),),
        (COMMAND, TransportError(Failure.TIMEOUT)),
        (COMMAND, SEND, TransportError(Failure.TIMEOUT)),
    ],
)
def test_a_host_that_is_gone_is_an_error(answers: tuple[Answer, ...]) -> None:
    run = Run(*answers)
    with pytest.raises(HostError):
        attempt(run.host, targets(1), 4, NEW)
    assert run.transport.finished


@each_row("unreachable", [True, False])
def test_an_error_of_the_other_host_ends_the_run(unreachable: bool) -> None:
    run = Run(COMMAND, SEND, SIGNAL)
    error = HostError("bound.task", seconds="1", unreachable=unreachable)

    def watch(_run: Sequence[Target]) -> None:
        raise error

    with pytest.raises(HostError) as caught:
        attempt(run.host, targets(1), 4, NEW, watch)
    assert caught.value is error
    assert run.transport.actions == ["Command", "Send", "Signal"]


def test_only_numbers_are_sent() -> None:
    run = Run()
    with pytest.raises(ValueError, match="srv-1"):
        attempt(run.host, [("srv-1", 80)], 4, NEW)
    assert run.transport.sent == []
