# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a host can keep a task, and how often it can make it ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
    Limits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from unit.conversation import Answer, ScriptedTransport, answer, rows, sample
from unit.host.test_host import COMMAND, SIGNAL, ManualClock, receive

# The recorded fault, with the code of an operation that ran out of its time
# (sample pypsrp_winrs_operation_timeout.yml).
TIMED_OUT = re.sub(
    rb"2150859174", b"2150858793", sample("wsman_faults/max_concurrent_operations_2150859174.xml")
)
REPLY = answer(
    "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Process/TerminateResponse",
    '<p:Terminate_OUTPUT xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/'
    'Win32_Process"><p:ReturnValue>0</p:ReturnValue></p:Terminate_OUTPUT>',
)


class Slow:
    """A host each of whose answers takes some seconds, and which has no end of them."""

    def __init__(self, seconds: float, again: Answer, **limits: float) -> None:
        self.clock = ManualClock()
        self.transport = ScriptedTransport(shell_id="S")
        self._send = self.transport.send
        self.transport.send = self.send  # type: ignore[method-assign]
        self.seconds, self.again = seconds, again
        self.host = Host(
            self.transport,
            "win-1",
            Limits(**limits),  # type: ignore[arg-type]
            Clock(self.clock.sleep, self.clock.monotonic),
        )

    def send(self, envelope: bytes) -> bytes:
        others: dict[bytes, Answer] = {b"/Command<": COMMAND, b"/Signal<": SIGNAL}
        of_action = next((each for end, each in others.items() if end in envelope), self.again)
        self.transport._answers.append(of_action)
        if of_action is self.again:
            self.clock.now += self.seconds
        return self._send(envelope)

    def count(self, action: str) -> int:
        return self.transport.actions.count(action)


@pytest.mark.parametrize("again", [TIMED_OUT, receive(b"", False)], ids=["fault", "nothing"])
def test_a_program_whose_host_has_nothing_to_tell_is_asked_with_pauses(again: bytes) -> None:
    slow = Slow(0.001, again)
    with pytest.raises(HostError, match="did not end within 240 seconds"):
        slow.host.run("netstat.exe", "the endpoints")
    assert slow.count("Receive") < 25
    assert slow.count("Signal") == 1
    assert slow.clock.slept[:3] == [0.5, 1.0, 2.0]
    assert max(slow.clock.slept) == 20.0
    assert slow.clock.now < 300


def test_a_host_that_waits_with_its_answer_is_asked_at_once() -> None:
    slow = Slow(20, TIMED_OUT)
    with pytest.raises(HostError, match="did not end within 240 seconds"):
        slow.host.run("netstat.exe", "the endpoints")
    assert slow.clock.slept == []
    assert slow.count("Receive") == 13


def test_a_program_that_prints_byte_by_byte_is_stopped() -> None:
    slow = Slow(0.001, receive(b"x", False), pages=50)
    with pytest.raises(HostError, match="did not end after 50 answers"):
        slow.host.run("netstat.exe", "the endpoints")
    assert (slow.count("Receive"), slow.count("Signal")) == (50, 1)


def test_an_operation_that_ran_out_of_its_time_is_not_begun_anew() -> None:
    slow = Slow(0.001, TIMED_OUT)
    with pytest.raises(HostError, match="2150858793"):
        slow.host.enumerate(classes.PROCESS)
    assert slow.count("Enumerate") == 1


def read(host: Host) -> Any:
    return host.enumerate(classes.PROCESS, ("Name",))


def look(host: Host) -> Any:
    return host.run("netstat.exe", "the endpoints")


@pytest.mark.parametrize(
    ("what", "again"),
    [(read, rows({"Name": "x"})), (look, receive(b"x", True))],
    ids=["enumerations", "programs"],
)
def test_a_task_of_many_readings_has_an_end(what: Callable[[Host], Any], again: bytes) -> None:
    slow = Slow(20, again)
    for _number in range(13):
        what(slow.host)
    with pytest.raises(HostError, match="longer than 240 seconds") as caught:
        what(slow.host)
    assert not caught.value.unreachable
    assert "win-1 (http://192.0.2.1:5985/wsman)" in str(caught.value)
    assert 240 < slow.clock.now < 300


def test_an_enumeration_ends_with_the_task() -> None:
    slow = Slow(20, rows({"Name": "x"}))
    for _number in range(5):
        read(slow.host)
    slow.again = rows({"Name": "x"}, context="more")
    with pytest.raises(HostError, match="did not end"):
        read(slow.host)
    assert 240 < slow.clock.now < 300


def test_after_the_time_for_reading_a_change_can_still_be_taken_back() -> None:
    slow = Slow(250, rows({"Name": "x"}))
    read(slow.host)
    with pytest.raises(HostError):
        read(slow.host)
    slow.again = REPLY
    reference = classes.PROCESS.reference((("Handle", "4"),))
    assert slow.host.invoke(classes.PROCESS, reference, "Terminate").return_value == 0


def test_what_the_task_is_told_to_wait_comes_on_top() -> None:
    slow = Slow(20, rows({"Name": "x"}), task=240 + 600)
    for _number in range(40):
        read(slow.host)
    assert slow.clock.now == 800
