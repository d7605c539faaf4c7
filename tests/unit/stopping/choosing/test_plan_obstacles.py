# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says of services that can't stop, and of processes that are not what they seem."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Orphan,
    Process,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
    StopGuard,
    StopRequest,
    Surroundings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from unit.holder_cases import (
    SVCHOST,
    SYSTEM32,
    after_boot,
    listener,
    ports,
    process,
    service,
    snapshot,
)
from unit.rows import each_row
from unit.stopping.choosing.test_plan import SHOP, SHOPS, WEB, guards, plan, words
from unit.words.english import english


def holding(**changes: object) -> Snapshot:
    web = replace(WEB, **changes)  # type: ignore[arg-type]
    return snapshot([listener(80, 8)], [process(8, "web.exe")], [web])


@each_row("state", ["Running", "Paused", "Unknown"])
def test_a_service_that_takes_no_stop_is_told_before_anything_is_done(state: str) -> None:
    where = holding(state=state, accepts_stop=False)
    for force in (False, True):
        found = plan(where, 80, force=force)
        assert (guards(found), found.steps) == ([StopGuard.TAKES_NO_STOP], ())
        assert english(found.refusals[0].message).startswith(
            "The service Web (Web service) can't be stopped: it never accepts a stop."
        )
    ended = plan(where, 80, means=Means.TERMINATE)
    assert words(ended) == ["end the process web.exe (PID 8)"]
    # Nobody is sent to stop the service instead.
    (warning,) = ended.warnings
    assert english(warning) == (
        "The service Web (Web service) may start web.exe (PID 8) again, and it never accepts a "
        "stop."
    )
    assert plan(holding(state=state, accepts_stop=None), 80).refusals == ()


def test_a_protected_service_of_a_security_product_is_left_to_its_console() -> None:
    for name, product in (("ekrn", "ESET"), ("AVP21.25", "Kaspersky"), ("Web", None)):
        (refusal,) = plan(holding(name=name, accepts_stop=False), 80).refusals
        told = english(refusal.message)
        assert (f"It belongs to {product}" in told) is (product is not None)
        assert ("method terminate" in told) is (product is None)


def test_a_dependent_that_takes_no_stop_keeps_everything_running() -> None:
    dependents = {"web": (replace(SHOP, accepts_stop=False),)}
    found = plan(SHOPS, 80, dependents=dependents, force=True)
    assert (guards(found), found.steps) == ([StopGuard.TAKES_NO_STOP], ())
    assert "Shop (Shop service)" in english(found.refusals[0].message)


def test_a_restart_of_windows_where_a_service_takes_no_stop() -> None:
    where = holding(accepts_stop=False)
    found = plan(where, 80, reboot=True)
    assert guards(found) == [StopGuard.TAKES_NO_STOP]
    assert "A restart of Windows does not help: Web" in english(found.refusals[0].message)
    found = plan(where, 80, reboot=True, start_mode=StartMode.DISABLED)
    assert len(found.steps) == 2
    assert "Windows has to be restarted" in english(found.warnings[0])


@each_row(
    ("state", "words_of_it"),
    [
        ("Start Pending", "does not stop at once: its state is start pending"),
        ("Pause Pending", "does not stop at once"),
        ("Continue Pending", "does not stop at once"),
        ("Stop Pending", "is stopping already"),
    ],
)
def test_a_service_between_two_states_is_told(state: str, words_of_it: str) -> None:
    found = plan(holding(state=state, accepts_stop=False), 80)
    assert len(found.steps) == 1
    assert words_of_it in english(found.warnings[0])


# -- processes that are not what they seem ---------------------------------------------------------


def orphaned(*heirs: Process) -> Snapshot:
    where = snapshot([listener(80, 40)], heirs)
    return replace(where, orphans={40: Orphan(40, heirs)})


def test_the_socket_of_a_process_that_has_ended_is_nobody_s_to_end_unasked() -> None:
    chroma, python = process(44, "chroma.exe", parent=40), process(48, "python.exe", parent=44)
    for options in ({}, {"force": True}, {"expected_process": ("node",)}):
        found = plan(orphaned(chroma, python), 80, **options)  # type: ignore[arg-type]
        assert (guards(found), found.steps) == ([StopGuard.ORPHANED], ())
        assert "The process 40, which opened the port, has ended" in english(
            found.refusals[0].message
        )
        assert "chroma.exe (PID 44), python.exe (PID 48)" in english(found.refusals[0].message)
    assert words(plan(orphaned(chroma, python), 80, expected_process=("chroma",))) == [
        "end the process chroma.exe (PID 44)"
    ]
    assert len(plan(orphaned(chroma, python), 80, expected_process=("chroma", "python")).steps) == 2


def test_an_heir_is_guarded_as_any_process() -> None:
    lsass = process(44, "lsass.exe", f"{SYSTEM32}\\lsass.exe", parent=40)
    found = plan(orphaned(lsass), 80, expected_process=("lsass",))
    assert guards(found) == [StopGuard.SYSTEM_PROCESS]


def test_a_socket_without_heirs() -> None:
    (refused,) = plan(orphaned(), 80, force=True).refusals
    assert refused.guard is StopGuard.ORPHANED
    assert "Restart the host" in english(refused.message)


def test_a_process_that_is_younger_than_its_port_has_only_got_the_pid() -> None:
    opened = after_boot(40)
    where = snapshot(
        [replace(listener(80, 44), created=opened)], [process(44, "notes.exe", started=50)]
    )
    assert guards(plan(where, 80)) == [StopGuard.REUSED_PID]
    assert words(plan(where, 80, force=True)) == ["end the process notes.exe (PID 44)"]
    # The clock may have been set back a little.
    young = snapshot(
        [replace(listener(80, 44), created=opened)], [process(44, "notes.exe", started=41)]
    )
    assert guards(plan(young, 80)) == []


@each_row(
    ("parent", "services"),
    [
        (process(10, "svchost.exe", SVCHOST), ["Schedule"]),
        (process(10, "svchost.exe", SVCHOST), ["Power", "DcomLaunch", "PlugPlay"]),
        (process(10, "services.exe", None), ["Odd"]),
        (process(10, "spoolsv.exe", f"{SYSTEM32}\\spoolsv.exe"), ["Spooler"]),
        (process(10, "agent.exe", None), ["Agent"]),
        (process(10, "agent.exe"), ["Agent", "Updater"]),
        (process(10, "cmd.exe"), ["Odd"]),
    ],
)
def test_what_only_launched_a_program_is_never_what_to_stop(
    parent: Process, services: list[str]
) -> None:
    child = process(20, "backup.exe", parent=10)
    where = snapshot([listener(80, 20)], [parent, child], [service(each, 10) for each in services])
    found = plan(where, 80)
    assert words(found) == ["end the process backup.exe (PID 20)"]
    assert found.warnings == ()
    for name in services:
        named = (service(name, 10),)
        found = plan(where, 80, expected_service=(name,), services=named)
        assert guards(found) == [StopGuard.NOT_EXPECTED]


def test_a_service_that_has_started_other_programs_too_is_not_what_to_stop() -> None:
    agent, child = process(10, "agent.exe"), process(20, "node.exe", parent=10)
    where = snapshot([listener(80, 20)], [agent, child], [service("Agent", 10)])
    around = Surroundings(SYSTEM32, services=(service("Agent", 10),), started={10: ("java.exe",)})
    holders = find_holders(where, ports(80))
    (warning,) = make_plan(where, holders, StopRequest(), around).warnings
    assert "It has started other programs too (java.exe), so don't stop it: set it up" in english(
        warning
    )
    assert "expected_service" not in english(warning)
    # Who names it is told what else may end.
    (warning,) = make_plan(
        where, holders, StopRequest(expected_service=("Agent",)), around
    ).warnings
    assert "may end with it: java.exe." in english(warning)


def test_a_part_of_windows_that_takes_no_stop_is_to_be_left_alone() -> None:
    path = f"{SYSTEM32}\\svchost.exe -k NetworkService -p"
    (refused,) = plan(holding(accepts_stop=False, path=path), 80).refusals
    assert "It is a part of Windows: leave it" in english(refused.message)
    assert "terminate" not in english(refused.message)


def test_a_process_that_windows_protects_is_not_offered_in_check_mode_either() -> None:
    """An attempt to end it would fail, so a plan that has it would promise too much."""
    where = snapshot([listener(80, 20)], [process(20, "guard.exe", None)])
    (refusal,) = plan(where, 80).refusals
    assert refusal.guard is StopGuard.PROTECTED_PROCESS
    told = english(refusal.message)
    assert "guard.exe (PID 20), as with processes that Windows protects" in told
    assert told.endswith("Only the option force of port_process overrides this.")
    forced = plan(where, 80, force=True)
    assert forced.steps
    (warning,) = forced.warnings
    assert "Windows would refuse to end it" in english(warning)
