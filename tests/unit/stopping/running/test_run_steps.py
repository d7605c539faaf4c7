# SPDX-License-Identifier: GPL-3.0-or-later
"""A run as data: what was seen goes in, and what to ask next comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.return_codes import Method
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StartMode,
    StopRequest,
    StopTask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.asks import (
    Answer,
    Ask,
    Call,
    Failed,
    Finish,
    Look,
    Observed,
    ReadBootTime,
    ReadService,
    Sleep,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.run import (
    advance,
    begin,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.state import (
    StopOrder,
    StopResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim
from unit.holder_cases import BOOT, after_boot, listener, process, service, snapshot
from unit.rows import each_row
from unit.words.english import english

NODE, WEB = process(8, "node.exe"), service("Web", 12)
BEFORE = snapshot([listener(80, 8), listener(81, 12)], [NODE, process(12, "web.exe")], [WEB])
NOBODY = Snapshot()
RUNNING, STOPPED = WEB, replace(WEB, state="Stopped", pid=None)
LOST = Failed(Verbatim("No answer came."), unreachable=True)
UNREADABLE = Failed(Verbatim("It can't be read."))


def order(port: int, **options: object) -> StopOrder:
    """`options` are those of a StopTask or of its request."""
    names = set(StopTask.__dataclass_fields__)
    own = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    ports = {Protocol.TCP: PortSet.of([port])}
    request = StopRequest(**rest)  # type: ignore[arg-type]
    plan = make_plan(BEFORE, find_holders(BEFORE, ports), request)
    task = StopTask(ports, request, **own)  # type: ignore[arg-type]
    return StopOrder(task, plan, BOOT, (), "win-1", "http://192.0.2.1:5985/wsman")


def shown(ask: Ask) -> str:
    """What is asked, in a word."""
    match ask:
        case Look():
            return "look" if ask.owners else "endpoints"
        case Call():
            return ask.method.value
        case ReadService():
            return f"read {ask.service.name}"
        case ReadBootTime():
            return "boot time"
        case Sleep():
            return f"sleep {ask.seconds:g}"
        case Finish():
            return "finish"


def played(order: StopOrder, *answers: Answer) -> tuple[list[str], StopResult | None]:
    """What is asked when this is answered, and the result where the run has ended. The clock goes
    on only while the run sleeps."""
    now = 0.0
    state, ask = begin(order, now)
    asked = [shown(ask)]
    for answer in answers:
        now += ask.seconds if isinstance(ask, Sleep) else 0
        state, ask = advance(state, Observed(now, answer))
        asked.append(shown(ask))
    return asked, ask.result if isinstance(ask, Finish) else None


def test_a_process_is_looked_at_ended_and_its_port_stays_free() -> None:
    asked, result = played(order(80), BEFORE, 0, NOBODY, None, NOBODY)
    assert asked == ["look", "Terminate", "endpoints", "sleep 2", "endpoints", "finish"]
    assert result is not None
    assert (len(result.done), result.failure, result.after) == (1, None, ())


def test_a_process_is_the_one_that_the_plan_was_made_for() -> None:
    state, look = begin(order(80), 0.0)
    assert isinstance(look, Look)
    state, call = advance(state, Observed(0.0, BEFORE))
    assert call == Call(Method.TERMINATE, NODE, {"Reason": 1})


def test_another_process_under_the_same_pid_is_looked_at_twice_and_left_alone() -> None:
    reused = replace(BEFORE, processes={8: replace(NODE, created=after_boot(5000))})
    asked, result = played(order(80), reused, reused, reused)
    assert asked == ["look", "look", "look", "finish"]  # the last one says who holds the port
    assert result is not None
    assert (result.done, result.pending) == ((), ())
    assert "The process id 8 now belongs to another process" in english(result.failure)


def test_a_port_that_was_let_go_of_is_nothing_to_do() -> None:
    asked, result = played(order(80, stay_free=0.0), NOBODY, NOBODY)
    assert asked == ["look", "endpoints", "finish"]
    assert result == StopResult()


@each_row("start", [0.0, 2.5, 1000.0, 86_400.7, 123_456_789.1])
@each_row("stay_free", [0.001, 0.1, 3.3])
def test_the_time_that_a_port_stays_free_ends_whatever_a_clock_rounds(
    start: float, stay_free: float
) -> None:
    now = start
    state, ask = begin(order(80, stay_free=stay_free), now)
    pauses = 0
    while not isinstance(ask, Finish):
        if isinstance(ask, Sleep):
            pauses += 1
            assert pauses <= 4
            assert now + ask.seconds > now
            now += ask.seconds
        answer = {Look: NOBODY, Call: 0}.get(type(ask))
        state, ask = advance(state, Observed(now, answer))
    assert now - start == pytest.approx(stay_free, abs=1e-6)


def test_a_service_is_waited_for() -> None:
    pending = replace(WEB, state="Stop Pending")
    asked, _result = played(order(81), BEFORE, 0, pending, None, pending, None, STOPPED)
    assert asked == [
        *("look", "StopService", "read Web", "sleep 0.25", "read Web", "sleep 0.5", "read Web"),
        "endpoints",
    ]


def test_a_stop_that_windows_did_not_send_is_sent_again() -> None:
    starts = replace(WEB, state="Start Pending", accepts_stop=False)
    asked, _result = played(order(81), BEFORE, 5, starts, None, RUNNING, 0, None, STOPPED)
    assert asked == [
        *("look", "StopService", "read Web", "sleep 0.25", "read Web", "StopService"),
        *("sleep 0.5", "read Web", "endpoints"),
    ]


def test_what_was_done_for_a_step_that_fails_is_taken_back() -> None:
    disabled = replace(WEB, start_mode="Disabled")
    wanted = order(81, start_mode=StartMode.DISABLED)
    answers: list[Answer] = [BEFORE, 0, disabled, BEFORE, 2, 0, RUNNING, BEFORE]
    asked, result = played(wanted, *answers)
    assert asked == [
        *("look", "ChangeStartMode", "read Web", "look", "StopService"),
        *("ChangeStartMode", "read Web", "look", "finish"),
    ]
    assert result is not None
    assert result.done == ()
    assert "Taken back: set the start mode of the service Web" in english(result.failure)


def test_a_host_that_does_not_answer_is_asked_nothing_more() -> None:
    assert played(order(80), LOST)[0] == ["look", "finish"]
    asked, result = played(order(80), BEFORE, LOST, LOST)
    assert asked == ["look", "Terminate", "endpoints", "finish"]
    assert result is not None
    assert result.unreachable
    assert "It is unknown whether this was done: end the process node.exe" in english(
        result.failure
    )


def test_a_lost_answer_is_not_taken_for_an_end_where_nobody_waits() -> None:
    answers = (BEFORE, LOST, BEFORE, BEFORE)
    asked, result = played(order(80, wait=False), *answers)
    assert asked == ["look", "Terminate", "endpoints", "look", "finish"]
    assert result is not None
    assert (result.done, len(result.pending)) == ((), 1)


def test_windows_restarts_where_a_process_does_not_end() -> None:
    asked, result = played(
        order(80, reboot=True, timeout=0.0, stay_free=0.0),
        *(BEFORE, 0, BEFORE, BEFORE),  # it is still there
        *(BEFORE, 0, None, UNREADABLE, None, BOOT + timedelta(hours=1)),
        NOBODY,
    )
    assert asked == [
        *("look", "Terminate", "endpoints", "look"),
        *("look", "Win32Shutdown", "sleep 1", "boot time", "sleep 1.5", "boot time"),
        *("endpoints", "finish"),
    ]
    assert result is not None
    assert (result.rebooted, result.failure, len(result.done)) == (True, None, 1)


def test_what_fails_after_a_restart_of_windows_says_that_it_was_one() -> None:
    asked, result = played(
        order(80, reboot=True, timeout=0.0, stay_free=0.0),
        *(BEFORE, 0, BEFORE, BEFORE),
        *(BEFORE, 0, None, UNREADABLE, None, BOOT + timedelta(hours=1)),
        LOST,
    )
    assert asked[-2:] == ["endpoints", "finish"]
    assert result is not None
    assert result.failure is not None
    assert english(result.failure) == "No answer came. Restarted Windows."


@each_row("answer", [3, None, WEB])
def test_an_answer_to_something_else_is_a_mistake(answer: Answer) -> None:
    state, _ask = begin(order(80), 0.0)
    with pytest.raises(TypeError, match="does not answer"):
        advance(state, Observed(0.0, answer))
