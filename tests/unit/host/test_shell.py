# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that gets input: what is sent once, what is repeated, and how it ends."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.conversation import ScriptedTransport, answer, sample
from unit.firewall.host_answers import timed_out
from unit.host.test_host import (
    BUSY,
    COMMAND,
    SHELL_URI,
    SIGNAL,
    ManualClock,
    host_with,
    receive,
)
from unit.rows import each_row

SEND = answer(f"{SHELL_URI}/SendResponse", "<rsp:SendResponse/>")


def opened(*answers: bytes | BaseException) -> ScriptedTransport:
    return ScriptedTransport(*answers, shell_id="S")


def given(transport: ScriptedTransport) -> tuple[bytes, list[bool]]:
    """The input that was sent, and which of the requests said that it ends."""
    data, ends = b"", []
    for each in transport.sent:
        found = re.search(
            rb'<rsp:Send><rsp:Stream Name="stdin" CommandId="C" End="(true|false)">([^<]*)<', each
        )
        if found:
            data += base64.b64decode(found[2])
            ends.append(found[1] == b"true")
    return data, ends


def test_a_program_gets_its_input_and_is_waited_for() -> None:
    transport = opened(COMMAND, SEND, receive(b"done", True, 2), SIGNAL)
    output = host_with(transport).run("curl.exe -K -", "the attempts", b"url = 1\n")
    assert (output.stdout, output.exit_code) == ("done", 2)
    assert transport.actions == ["Command", "Send", "Receive", "Signal"]
    assert given(transport) == (b"url = 1\n", [True])
    assert b'"WINRS_CONSOLEMODE_STDIN">FALSE<' in transport.sent[0]


def test_without_input_nothing_is_said_of_it() -> None:
    transport = opened(COMMAND, receive(b"", True), SIGNAL)
    host_with(transport).run("netstat.exe", "the endpoints")
    assert b"CONSOLEMODE" not in transport.sent[0]


@each_row(("size", "blocks"), [(0, 1), (1, 1), (16_384, 1), (16_385, 2), (40_000, 3)])
def test_input_of_any_size_ends_with_its_last_part(size: int, blocks: int) -> None:
    data = bytes(each % 256 for each in range(size))
    transport = opened(COMMAND, *[SEND] * blocks, receive(b"", True), SIGNAL)
    host_with(transport).run("curl.exe -K -", "the attempts", data)
    assert given(transport) == (data, [False] * (blocks - 1) + [True])
    # The smallest envelope that a service may be limited to.
    assert max(map(len, transport.sent)) < 32 * 1024


def test_something_else_is_done_while_a_program_is_at_work() -> None:
    transport = opened(COMMAND, SEND, receive(b"x", True), SIGNAL)
    with host_with(transport).start("curl.exe -K -", "the attempts", b"1") as running:
        assert transport.actions == ["Command", "Send"]
        assert running.finish().stdout == "x"
    assert transport.actions == ["Command", "Send", "Receive", "Signal"]


@each_row("error", [None, ValueError("of the other host"), HostError("bound.task", seconds="1")])
def test_a_program_that_nobody_waits_for_is_ended(error: Exception | None) -> None:
    transport = opened(COMMAND, SEND, SIGNAL)

    def left() -> None:
        with host_with(transport).start("curl.exe -K -", "the attempts", b"1"):
            if error is not None:
                raise error

    if error is None:
        left()
    else:
        with pytest.raises(type(error)):
            left()
    assert transport.actions == ["Command", "Send", "Signal"]


def test_an_interrupted_task_sends_nothing_more() -> None:
    transport = opened(COMMAND, SEND)
    with (
        pytest.raises(KeyboardInterrupt),
        host_with(transport).start("curl.exe -K -", "the attempts", b"1"),
    ):
        raise KeyboardInterrupt
    assert transport.actions == ["Command", "Send"]


def _started(transport: ScriptedTransport) -> None:
    host_with(transport).run("curl.exe -K -", "the attempts", b"1")


def test_a_start_is_repeated() -> None:
    transport = opened(
        TransportError(Failure.CLOSED), sample(BUSY), COMMAND, SEND, receive(b"", True), SIGNAL
    )
    _started(transport)
    assert transport.actions == ["Command"] * 3 + ["Send", "Receive", "Signal"]


@each_row(
    ("answers", "actions"),
    [
        # It may be at work with its input: nothing is sent again, and its shell ends it.
        ((COMMAND, TransportError(Failure.CLOSED)), ["Command", "Send"]),
        ((COMMAND, SEND, TransportError(Failure.CLOSED)), ["Command", "Send", "Receive"]),
        ((COMMAND, sample(BUSY), SIGNAL), ["Command", "Send", "Signal"]),
        ((COMMAND, SEND, sample(BUSY), SIGNAL), ["Command", "Send", "Receive", "Signal"]),
        ((COMMAND, b"<html/>", SIGNAL), ["Command", "Send", "Signal"]),
    ],
)
def test_nothing_is_repeated_once_the_input_was_sent(
    answers: tuple[bytes | BaseException, ...], actions: list[str]
) -> None:
    transport = opened(*answers)
    with pytest.raises(HostError):
        _started(transport)
    assert transport.actions == actions
    assert transport.finished


def refused(code: int) -> bytes:
    """The fault for an operation that the shell refuses."""
    return timed_out().replace(b"2150858793", str(code).encode())


def test_a_service_under_load_takes_the_input_all_the_same() -> None:
    transport = opened(COMMAND, timed_out(), SEND, receive(b"x", True), SIGNAL)
    host_with(transport).run("curl.exe -K -", "the attempts", b"1" * 20_000)
    assert given(transport) == (b"1" * 20_000, [False, True])


def test_a_program_that_has_ended_gets_no_more_and_tells_why() -> None:
    transport = opened(COMMAND, refused(109), receive(b"no such program", True, 1), SIGNAL)
    output = host_with(transport).run("curl.exe -K -", "the attempts", b"1" * 20_000)
    assert (output.stdout, output.exit_code) == ("no such program", 1)
    assert transport.actions == ["Command", "Send", "Receive", "Signal"]


def test_input_that_was_not_taken_is_sent_again_after_a_pause() -> None:
    clock = ManualClock()
    transport = opened(COMMAND, refused(170), refused(170), SEND, receive(b"x", True), SIGNAL)
    host_with(transport, clock).run("curl.exe -K -", "the attempts", b"1")
    assert transport.actions == ["Command", *["Send"] * 3, "Receive", "Signal"]
    assert clock.slept == [0.5, 1.0]
    transport = opened(COMMAND, *[refused(170)] * 3, SIGNAL)
    with pytest.raises(HostError):
        _started(transport)
    assert transport.finished


@each_row(
    "ended",
    [lambda host: host.run("a", "b", b""), lambda host: host.start("a", "b", b"").finish()],
)
def test_endless_output_ends_the_program(ended: Callable[[object], object]) -> None:
    transport = opened(COMMAND, SEND, *[receive(b"x" * 60, False)] * 2, SIGNAL)
    with pytest.raises(HostError, match="printed more than 100 bytes"):
        ended(host_with(transport, output=100))
    assert transport.actions[-1] == "Signal"


def test_each_program_is_acknowledged_before_the_shell_runs_another() -> None:
    transport = ScriptedTransport(
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        COMMAND, SEND, COMMAND, receive(b"", True), receive(b"", True),
        SIGNAL, SIGNAL, COMMAND, receive(b"", True),
    )  # fmt: skip
    host = host_with(transport)
    with host.start("curl.exe", "the attempts", b"") as running:
        host.run("hostname.exe", "the name")
        running.finish()
    host.run("hostname.exe", "the name")
    assert transport.finished
