# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a host answers to a run, nothing stops that was not looked at right before, and the run
comes to an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    Service,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.return_codes import Method
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StartMode,
    Step,
    StopRequest,
    StopTask,
    Surroundings,
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

# A program, the service Web and the service Store, on which Front depends.
NODE, WEB, STORE, FRONT = 8, 12, 16, 20
SERVICES = (service("Web", WEB), service("Store", STORE), service("Front", FRONT))
PROCESSES = (
    process(NODE, "node.exe"),
    process(WEB, "web.exe"),
    process(STORE, "store.exe"),
    process(FRONT, "front.exe"),
)
BEFORE = snapshot(
    [listener(80, NODE), listener(81, WEB), listener(82, STORE), listener(83, FRONT)],
    PROCESSES,
    SERVICES,
)
AROUND = Surroundings(dependents={"store": (SERVICES[2],)}, services=SERVICES)
NAMES = ("Web", "Store", "Front")


@dataclass(frozen=True)
class Exchange:
    """What was asked, and what was answered to it."""

    ask: Ask
    answer: Answer


def order_of(numbers: PortSet, task: StopTask) -> StopOrder:
    holders = find_holders(BEFORE, {Protocol.TCP: numbers})
    plan = make_plan(BEFORE, holders, task.request, AROUND)
    return StopOrder(task, plan, BOOT, SERVICES, "win-1", "http://192.0.2.1:5985/wsman")


@st.composite
def orders(draw: st.DrawFn) -> StopOrder:
    numbers = PortSet.of(draw(st.sets(st.integers(80, 83), min_size=1)))
    restart = draw(st.booleans())
    modes = [None, StartMode.MANUAL, *([] if restart else [StartMode.DISABLED])]
    request = StopRequest(
        expected_service=draw(st.sampled_from([(), NAMES])) if restart else (),
        restart=restart,
        start_mode=draw(st.sampled_from(modes)),
        force=True,
        reboot=not restart and draw(st.booleans()),
    )
    task = StopTask(
        {Protocol.TCP: numbers},
        request,
        wait=request.reboot or draw(st.booleans()),
        timeout=draw(st.sampled_from([0.0, 1.0, 20.0])),
        stay_free=draw(st.sampled_from([0.0, 0.001, 3.0])),
        reboot_timeout=draw(st.sampled_from([0.0, 30.0])),
    )
    order = order_of(numbers, task)
    booted = draw(st.sampled_from([None, BOOT]))
    return replace(order, booted=booted)


# -- a host that answers anything ------------------------------------------------------------------

FAILURES = st.builds(
    Failed,
    st.just(Verbatim("It could not be read.")),
    unreachable=st.sampled_from([False, False, False, True]),
    understood=st.booleans(),
    not_found=st.booleans(),
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """The PC as it was, but for what has ended, was started anew under the PID of another, or has
    taken a port."""
    kept = [each for each in BEFORE.endpoints if draw(st.integers(0, 3))]
    taken = draw(st.sampled_from([[], [], [listener(80, 40)], [listener(81, 40)]]))
    there = {
        pid: replace(each, created=after_boot(5000)) if not draw(st.integers(0, 7)) else each
        for pid, each in BEFORE.processes.items()
        if draw(st.integers(0, 7))
    }
    there |= {40: process(40, "other.exe")} if draw(st.booleans()) else {}
    services = {pid: each for pid, each in BEFORE.services.items() if draw(st.integers(0, 7))}
    return replace(BEFORE, endpoints=(*kept, *taken), processes=there, services=services)


SERVICE_STATES = ["Stopped", "Running", "Start Pending", "Stop Pending", "Paused", "?"]


@st.composite
def services_now(draw: st.DrawFn, before: Service) -> Service | None:
    return draw(
        st.none()
        | st.builds(
            replace,
            st.just(before),
            state=st.sampled_from(SERVICE_STATES),
            pid=st.sampled_from([None, before.pid, 44]),
            start_mode=st.sampled_from(["Auto", "Manual", "Disabled", ""]),
            accepts_stop=st.sampled_from([None, True, False]),
            exit_code=st.sampled_from([None, 0, 1066, 1067]),
        )
    )


@dataclass
class AnyHost:
    """It answers anything, each time anew; a stubborn one the same thing each time."""

    data: st.DataObject
    stubborn: bool = False
    said: dict[object, Answer] = field(default_factory=dict)

    def answer(self, ask: Ask) -> Answer:
        kind = ask.service.name if isinstance(ask, ReadService) else type(ask)
        if not self.stubborn or kind not in self.said:
            self.said[kind] = answered(self.data, ask)
        return self.said[kind]


def answered(data: st.DataObject, ask: Ask) -> Answer:
    if isinstance(ask, Sleep):
        return None
    kinds: Mapping[type, st.SearchStrategy[Answer]] = {
        Look: snapshots(),
        Call: st.just(0) | st.sampled_from([*range(1, 25), 1191]),
        ReadBootTime: st.sampled_from([None, BOOT, BOOT + timedelta(hours=1)]),
    }
    normal = services_now(ask.service) if isinstance(ask, ReadService) else kinds[type(ask)]
    return data.draw(FAILURES if not data.draw(st.integers(0, 7)) else normal)


def most_asks(order: StopOrder) -> int:
    """So much may be asked of a host at the most: the pauses between two looks double up to two
    seconds, and every wait ends at the deadline of all."""
    task = order.task
    sleeps = int(task.timeout / 2) + 12
    a_step = 2 + 2 * 10 + 3 * sleeps
    a_watch = 3 * (sleeps + 1) * (int(task.stay_free / 2) + 3)
    a_restart = 3 + 2 * (int(task.reboot_timeout / 5) + 8)
    services = len(order.named) + len(order.plan.steps)
    return (services + 1) * a_step * 2 + 2 * a_watch + a_restart + 3 * services + 10


def run(order: StopOrder, host: AnyHost) -> tuple[list[Exchange], StopResult]:
    """A run against a host, on a clock that only sleeping moves, and now and then the host."""
    now = 1000.0
    exchanges: list[Exchange] = []
    state, ask = begin(order, now)
    while not isinstance(ask, Finish):
        assert len(exchanges) < most_asks(order)
        answer = host.answer(ask)
        exchanges.append(Exchange(ask, answer))
        if isinstance(ask, Sleep):
            assert ask.seconds > 0
            now += ask.seconds
        elif not host.stubborn and not host.data.draw(st.integers(0, 15)):
            now += 3
        seen = Observed(now, answer)
        following = advance(state, seen)
        assert advance(state, seen) == following
        state, ask = following
    return exchanges, ask.result


def stops(exchanges: list[Exchange]) -> Iterator[tuple[Exchange, Call]]:
    """Each call that ends a process or stops a service, with what was seen right before."""
    before = Exchange(Sleep(1), None)
    for exchange in exchanges:
        call = exchange.ask
        if isinstance(call, Call) and call.method in (Method.TERMINATE, Method.STOP_SERVICE):
            yield before, call
        before = exchange


def ports_of(step: Step) -> set[tuple[Protocol, int]]:
    return {(each.protocol, each.port) for holder in step.holders for each in holder.endpoints}


# -- the laws --------------------------------------------------------------------------------------


@given(orders(), st.data())
def test_no_process_ends_that_was_not_looked_at_right_before(
    order: StopOrder, data: st.DataObject
) -> None:
    exchanges, _result = run(order, AnyHost(data))
    for before, call in stops(exchanges):
        if call.method is not Method.TERMINATE:
            continue
        (step,) = (each for each in order.plan.steps if each.process == call.target)
        assert step.process is not None
        assert isinstance(before.ask, Look)
        assert isinstance(before.answer, Snapshot)
        now = before.answer.process(step.process.pid)
        assert now is not None
        assert now.created == step.process.created
        held = {(e.protocol, e.port) for e in before.answer.endpoints if e.pid == now.pid}
        assert held & ports_of(step)


@given(orders(), st.data())
def test_no_service_stops_that_was_not_looked_at_right_before(
    order: StopOrder, data: st.DataObject
) -> None:
    exchanges, _result = run(order, AnyHost(data))
    asked: set[str] = set()
    for before, call in stops(exchanges):
        if call.method is not Method.STOP_SERVICE:
            continue
        assert isinstance(call.target, Service)
        again = call.target.name in asked
        asked.add(call.target.name)
        if again:  # what Windows has not sent is sent again once the service takes it
            assert before.ask == ReadService(call.target)
            assert isinstance(before.answer, Service)
            continue
        (step,) = (
            each
            for each in order.plan.steps
            if each.service == call.target and each.action.value == "stop_service"
        )
        if not step.holders:
            continue  # it only stands in the way of one that has some
        assert isinstance(before.ask, Look)
        assert isinstance(before.answer, Snapshot)
        met = {e.pid for e in before.answer.endpoints if (e.protocol, e.port) in ports_of(step)}
        if order.task.request.restart and not met:
            continue  # it is to run anew, also where it has let go of the port
        now = before.answer.process(step.holders[0].pid)
        assert now is not None
        assert now == BEFORE.process(now.pid)
        assert now.pid in met
        assert call.target.name in {each.name for each in before.answer.services_in(now.pid)}


@given(orders(), st.data())
def test_each_process_is_ended_once(order: StopOrder, data: st.DataObject) -> None:
    exchanges, result = run(order, AnyHost(data))
    ended = [call.target for _before, call in stops(exchanges) if call.method is Method.TERMINATE]
    assert len(ended) == len({each.pid for each in ended if each is not None})
    restarts = [e for e in exchanges if isinstance(e.ask, Call) and e.ask.target is None]
    assert len(restarts) <= order.task.request.reboot
    assert result.rebooted <= len(restarts)


@given(orders(), st.data())
def test_what_is_told_fits_what_was_done(order: StopOrder, data: st.DataObject) -> None:
    exchanges, result = run(order, AnyHost(data))
    assert not set(result.done) & set(result.pending)
    called = {call.target for call in (e.ask for e in exchanges) if isinstance(call, Call)}
    for step in (*result.done, *result.pending):
        assert result.rebooted or (step.process or step.service) in called
    unread = [e.answer for e in exchanges if isinstance(e.answer, Failed)]
    assert not result.unreachable or any(each.unreachable for each in unread)
    assert result.failure is not None or not result.unreachable
    assert result.failure is not None or not result.held


@given(orders(), st.data())
def test_a_host_that_never_changes_its_mind_is_left_in_the_end(
    order: StopOrder, data: st.DataObject
) -> None:
    exchanges, result = run(order, AnyHost(data, stubborn=True))
    assert len(exchanges) < most_asks(order)
    gone = all(isinstance(e.answer, Failed) for e in exchanges if isinstance(e.ask, Look))
    assert gone or result.after is not None or result.unreachable
