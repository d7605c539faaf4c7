# SPDX-License-Identifier: GPL-3.0-or-later
"""Right before a step, and after the last one: is it still the same process?"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    HttpUrl,
    Process,
    Service,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import (
    Holder,
    find_holders,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.aftermath import (
    Held,
    HeldCause,
    StepState,
    recheck,
    still_held,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
    Step,
    StopRequest,
    Surroundings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from unit.holder_cases import (
    PC,
    SVCHOST,
    SYSTEM,
    after_boot,
    connection,
    listener,
    ports,
    process,
    service,
    snapshot,
    url,
)
from unit.rows import each_row
from unit.words.english import english

NODE = PC.processes[7004]


def steps(where: Snapshot, value: object, **wanted: object) -> tuple[Step, ...]:
    request = StopRequest(**wanted)  # type: ignore[arg-type]
    found = find_holders(where, ports(value), connections=request.connections)
    made = make_plan(where, found, request, Surroundings())
    assert made.steps, made.refusals
    return made.steps


def state(step: Step, now: Snapshot) -> StepState:
    result = recheck(step, now)
    assert (result.message is None) is (result.state is StepState.SAME)
    return result.state


# -- right before a step ---------------------------------------------------------------------------


def test_nothing_has_changed() -> None:
    for port in (3000, 3306, 3389, 8080):
        for means in (Means.AUTO, Means.TERMINATE):
            for step in steps(PC, port, means=means):
                assert state(step, PC) is StepState.SAME


def test_a_pid_that_was_given_to_another_process() -> None:
    (step,) = steps(PC, 3000)
    stranger = replace(NODE, name="backup.exe", created=after_boot(9000))
    now = snapshot([listener(3000, 7004)], [stranger])
    result = recheck(step, now)
    assert result.state is StepState.CHANGED
    assert "now belongs to another process, backup.exe" in english(result.message)


def test_the_same_program_started_again_under_the_same_pid_is_another_process() -> None:
    (step,) = steps(PC, 3000)
    again = replace(NODE, created=after_boot(7004.001))
    assert state(step, snapshot([listener(3000, 7004)], [again])) is StepState.CHANGED


def test_without_a_start_time_it_is_not_sure_to_be_the_same() -> None:
    (step,) = steps(PC, 3000)
    timeless = replace(NODE, created=None)
    assert state(step, snapshot([listener(3000, 7004)], [timeless])) is StepState.CHANGED
    (step,) = steps(snapshot([listener(3000, 7004)], [timeless]), 3000)
    assert state(step, snapshot([listener(3000, 7004)], [NODE])) is StepState.CHANGED


def test_a_port_that_was_let_go() -> None:
    (step,) = steps(PC, 3000)
    assert state(step, snapshot([listener(30001, 7004)], [NODE])) is StepState.RELEASED
    assert state(step, snapshot([], [])) is StepState.RELEASED
    # 7004 is connected to port 3000 of another host.
    assert state(step, snapshot([connection(49_000, 7004, 3000)], [NODE])) is StepState.RELEASED


def test_a_port_that_another_process_has_taken() -> None:
    (step,) = steps(PC, 3000)
    now = snapshot([listener(3000, 12)], [NODE, process(12, "other.exe")])
    result = recheck(step, now)
    assert result.state is StepState.CHANGED
    assert "by other.exe (PID 12)" in english(result.message)


def test_a_process_that_ended_while_its_listener_is_still_shown() -> None:
    (step,) = steps(PC, 3000)
    assert state(step, snapshot([listener(3000, 7004)])) is StepState.CHANGED


def test_a_service_that_moved_to_another_process() -> None:
    (step,) = steps(PC, 3306)
    mysqld = PC.processes[5120]
    moved = snapshot([listener(3306, 5120)], [mysqld], [service("MySQL80", 5200)])
    assert state(step, moved) is StepState.CHANGED
    renamed = snapshot([listener(3306, 5120)], [mysqld], [service("mysql80", 5120)])
    assert state(step, renamed) is StepState.SAME


def test_one_of_two_ports_is_enough() -> None:
    (step,) = steps(PC, [8000, 8001])
    dev = PC.processes[7100]
    assert state(step, snapshot([listener(8001, 7100, "127.0.0.1")], [dev])) is StepState.SAME


def printer(endpoints: list[Endpoint], urls: list[HttpUrl], started: float = 20) -> Snapshot:
    return snapshot(endpoints, [SYSTEM, process(9120, "printer.exe", started=started)], urls=urls)


def test_a_program_behind_http_sys() -> None:
    held = [listener(8000, 4)]
    (step,) = steps(printer(held, [url(8000, 9120)]), 8000, expected_process=("printer",))
    assert state(step, printer(held, [url(8000, 9120)])) is StepState.SAME
    assert state(step, printer(held, [url(8000, 9120)], started=30)) is StepState.CHANGED
    assert state(step, printer(held, [url(8000, 12)])) is StepState.CHANGED
    assert state(step, printer(held, [url(8001, 9120)])) is StepState.CHANGED
    assert state(step, printer([], [])) is StepState.RELEASED
    # The program has opened the port by itself since, and does not use http.sys any more.
    assert state(step, printer([listener(8000, 9120)], [])) is StepState.CHANGED
    # The URL is registered, but process 4 does not listen for it.
    assert state(step, printer([], [url(8000, 9120)])) is StepState.RELEASED


def test_a_service_behind_a_port_of_windows_itself() -> None:
    smb = service("LanmanServer", 8)
    where = snapshot([listener(445, 4)], [SYSTEM], [smb])
    request = StopRequest(expected_service=("LanmanServer",))
    found = find_holders(where, ports(445))
    (step,) = make_plan(where, found, request, Surroundings(services=(smb,))).steps
    assert state(step, where) is StepState.SAME
    assert state(step, snapshot([], [SYSTEM], [smb])) is StepState.RELEASED


def test_steps_without_a_holder_are_always_the_same() -> None:
    web, shop = service("Web", 8), service("Shop", 12)
    where = snapshot([listener(80, 8)], [process(8, "web.exe")], [web, shop])
    request = StopRequest(force=True, restart=True, start_mode=StartMode.MANUAL)
    around = Surroundings(dependents={"web": (shop,)})
    mode, stop_shop, stop_web, *starts = make_plan(
        where, find_holders(where, ports(80)), request, around
    ).steps
    gone = snapshot([], [])
    assert [state(each, gone) for each in (stop_shop, *starts)] == [StepState.SAME] * 3
    assert [state(each, gone) for each in (mode, stop_web)] == [StepState.RELEASED] * 2


def test_a_change_of_one_holder_counts_for_the_step() -> None:
    # A worker of IIS went, and another program has taken its port.
    iis = [process(8, "w3wp.exe"), process(12, "w3wp.exe")]
    held = [listener(80, 4), listener(81, 4)]
    where = snapshot(held, [SYSTEM, *iis], urls=[url(80, 8), url(81, 12)])
    request = StopRequest(expected_service=("W3SVC",))
    around = Surroundings(services=(service("W3SVC", 20),))
    (step,) = make_plan(where, find_holders(where, ports([80, 81])), request, around).steps
    assert state(step, where) is StepState.SAME
    half = snapshot(held[1:], [SYSTEM, *iis], urls=[url(81, 12)])
    assert state(step, half) is StepState.SAME
    taken = snapshot([listener(80, 16), held[1]], [SYSTEM, *iis], urls=[url(81, 12)])
    assert state(step, taken) is StepState.CHANGED


# -- after the last step ---------------------------------------------------------------------------


def after(before: Snapshot, now: Snapshot, value: object) -> tuple[Held, ...]:
    found: tuple[Holder, ...] = find_holders(before, ports(value))
    return still_held(found, now, ports(value))


def cause(before: Snapshot, now: Snapshot, value: object) -> HeldCause:
    (held,) = after(before, now, value)
    assert held.came_back is (held.cause is not HeldCause.STILL_THERE)
    assert english(held.message).isprintable()
    return held.cause


def test_freed() -> None:
    assert after(PC, snapshot([]), 3000) == ()
    assert after(PC, snapshot([listener(3001, 7004), connection(50_000, 8, 3000)]), 3000) == ()


def test_a_process_that_refuses_to_die() -> None:
    (held,) = after(PC, PC, 3000)
    assert (held.cause, held.came_back) == (HeldCause.STILL_THERE, False)
    assert "still holds the port" in english(held.message)


def test_a_service_that_recovered_under_a_new_pid() -> None:
    now = snapshot(
        [listener(3306, 6000)],
        [process(600, "services.exe", None, started=2), process(6000, "mysqld.exe", parent=600)],
        [service("MYSQL80", 6000)],
    )
    (held,) = after(PC, now, 3306)
    assert held.cause is HeldCause.SERVICE_RECOVERY
    assert held.came_back
    assert held.holder.pid == 6000
    assert "recovery actions" in english(held.message)


def test_a_parent_that_starts_its_child_again() -> None:
    shell = PC.processes[6900]
    now = snapshot([listener(3000, 8000)], [shell, process(8000, "node.exe", parent=6900)])
    (held,) = after(PC, now, 3000)
    assert held.cause is HeldCause.PARENT
    assert "shell.exe (PID 6900) has started node.exe (PID 8000) again" in english(held.message)


def test_the_service_manager_is_no_such_parent() -> None:
    manager = process(600, "services.exe", None, started=2)
    before = snapshot([listener(80, 20)], [manager, process(20, "a.exe", parent=600)])
    now = snapshot([listener(80, 24)], [manager, process(24, "b.exe", parent=600)])
    assert cause(before, now, 80) is HeldCause.OTHER_PROGRAM


def test_the_same_program_started_by_something_else() -> None:
    now = snapshot([listener(3000, 8000)], [process(8000, "NODE.EXE", parent=1)])
    assert cause(PC, now, 3000) is HeldCause.SAME_PROGRAM


def test_the_same_pid_but_another_process() -> None:
    now = snapshot([listener(3000, 7004)], [replace(NODE, created=after_boot(9000))])
    assert cause(PC, now, 3000) is HeldCause.SAME_PROGRAM
    now = snapshot([listener(3000, 7004)], [process(7004, "other.exe", started=9000)])
    assert cause(PC, now, 3000) is HeldCause.OTHER_PROGRAM


def test_another_program_that_took_the_port() -> None:
    now = snapshot([listener(3000, 12)], [process(12, "other.exe")])
    assert cause(PC, now, 3000) is HeldCause.OTHER_PROGRAM
    assert cause(PC, snapshot([listener(3000, 12)]), 3000) is HeldCause.OTHER_PROGRAM


def test_the_holder_of_another_port_is_no_predecessor() -> None:
    # Of the holders of 3000 and 3306, the second one's service now holds the first one's port.
    now = snapshot([listener(3000, 6000)], [process(6000, "x.exe")], [service("MySQL80", 6000)])
    assert cause(PC, now, [3000, 3306]) is HeldCause.OTHER_PROGRAM


@each_row(
    ("program", "services", "expected"),
    [
        (process(9120, "printer.exe"), [], HeldCause.STILL_THERE),
        (process(9200, "printer.exe"), [], HeldCause.SAME_PROGRAM),
        (process(9200, "other.exe"), [], HeldCause.OTHER_PROGRAM),
        (process(9200, "svchost.exe", SVCHOST), [service("Print", 9200)], HeldCause.OTHER_PROGRAM),
    ],
)
def test_behind_http_sys(program: Process, services: list[Service], expected: HeldCause) -> None:
    before = snapshot(
        [listener(8000, 4)], [SYSTEM, process(9120, "printer.exe")], urls=[url(8000, 9120)]
    )
    (step,) = steps(before, 8000, expected_process=("printer",))
    now = snapshot([listener(8000, 4)], [SYSTEM, program], services, [url(8000, program.pid)])
    (held,) = still_held(step.holders, now, ports(8000))
    assert held.cause is expected


def test_windows_itself_that_has_not_let_go() -> None:
    where = snapshot([listener(445, 4)], [SYSTEM])
    assert cause(where, where, 445) is HeldCause.STILL_THERE


def test_a_service_that_starts_with_windows() -> None:
    now = snapshot([listener(3306, 5120)], [PC.processes[5120]], [service("MySQL80", 5120)])
    (step,) = steps(PC, 3306)
    (held,) = still_held(step.holders, now, ports(3306), restarted=True)
    assert held.cause is HeldCause.STARTED_WITH_WINDOWS
    assert held.came_back
    assert "after the restart of Windows" in english(held.message)


def test_a_process_that_only_uses_the_port_is_still_there_only_where_it_is_asked_for() -> None:
    where = snapshot(
        [connection(50_000, 20, 80), connection(50_000, 0, 81)], [process(20, "a.exe")]
    )
    (step,) = steps(where, 50_000, connections=True)
    assert still_held(step.holders, where, ports(50_000)) == ()
    (held,) = still_held(step.holders, where, ports(50_000), connections=True)
    assert (held.holder.pid, held.cause) == (20, HeldCause.STILL_THERE)
