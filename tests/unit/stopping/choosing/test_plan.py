# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything or nothing, in an order that works, with every guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Service,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import (
    HolderKind,
    find_holders,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    Plan,
    StartMode,
    StepAction,
    StopGuard,
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
    SYSTEM32,
    connection,
    listener,
    ports,
    process,
    service,
    snapshot,
    udp,
    url,
)
from unit.rows import each_row
from unit.words.english import english


def plan(
    where: Snapshot,
    value: object,
    protocols: object = "tcp",
    dependents: Mapping[str, tuple[Service, ...]] | None = None,
    services: tuple[Service, ...] = (),
    **wanted: object,
) -> Plan:
    request = StopRequest(**wanted)  # type: ignore[arg-type]
    found = find_holders(where, ports(value, protocols), connections=request.connections)
    around = Surroundings(SYSTEM32, dependents or {}, services)
    return make_plan(where, found, request, around)


def words(found: Plan) -> list[str]:
    return [english(step.description) for step in found.steps]


def guards(found: Plan) -> list[StopGuard]:
    return [each.guard for each in found.refusals]


def test_nothing_held_is_nothing_to_do() -> None:
    assert plan(PC, 4) == Plan()


def test_a_process_is_ended() -> None:
    found = plan(PC, 3000)
    assert words(found) == ["end the process node.exe (PID 7004)"]
    (step,) = found.steps
    assert step.process == PC.processes[7004]
    assert step.ports == tuple(find_holders(PC, ports(3000))[0].ports)
    assert found.warnings == ()


def test_a_service_is_stopped() -> None:
    assert words(plan(PC, 3306)) == ["stop the service MySQL80 (MySQL80 service)"]


def test_a_holder_of_two_ports_is_stopped_once() -> None:
    (step,) = plan(PC, [8000, 8001]).steps
    assert [port for _unused, port in step.ports] == [8000, 8001]
    (step,) = plan(PC, 3389, "tcp,udp").steps
    assert [protocol.value for protocol, _unused in step.ports] == ["tcp", "udp"]


def test_a_program_that_holds_by_itself_and_through_http_sys_is_ended_once() -> None:
    where = snapshot(
        [listener(8000, 4), listener(8001, 9120)],
        [SYSTEM, process(9120, "printer.exe")],
        urls=[url(8000, 9120)],
    )
    (step,) = plan(where, [8000, 8001], expected_process=("printer",)).steps
    assert [port for _unused, port in step.ports] == [8000, 8001]
    assert [each.through_http_sys for each in step.holders] == [True, False]


def test_a_service_with_two_holders_is_stopped_once() -> None:
    iis = f"{SYSTEM32}\\inetsrv\\w3wp.exe"
    where = snapshot(
        [listener(80, 4), listener(81, 4)],
        [SYSTEM, process(8, "w3wp.exe", iis), process(12, "w3wp.exe", iis)],
        urls=[url(80, 8), url(81, 12)],
    )
    (step,) = plan(
        where, [80, 81], services=(service("W3SVC", 20),), expected_service=("W3SVC",)
    ).steps
    assert [each.pid for each in step.holders] == [8, 12]
    assert [port for _unused, port in step.ports] == [80, 81]


def test_one_refusal_stops_everything() -> None:
    found = plan(PC, [3000, 3306, 445])
    assert found.steps == ()
    assert guards(found) == [StopGuard.WINDOWS_ITSELF]


def test_every_refusal_is_named_at_once() -> None:
    found = plan(PC, [445, 9000, "mdns"], "tcp,udp", means=Means.SERVICE)
    assert guards(found) == [StopGuard.WINDOWS_ITSELF, StopGuard.ENDED, StopGuard.SEVERAL_SERVICES]


# -- guards -------------------------------------------------------------------------------------


@each_row("name", ["smss", "csrss", "wininit", "winlogon", "services", "lsass"])
@each_row("path", [f"{SYSTEM32}\\", None])
@each_row("means", [Means.AUTO, Means.TERMINATE])
def test_system_processes_need_force(name: str, path: str | None, means: Means) -> None:
    program = process(640, f"{name}.exe", f"{path}{name}.exe" if path else None)
    where = snapshot([listener(49_664, 640)], [program])
    assert guards(plan(where, 49_664, means=means)) == [StopGuard.SYSTEM_PROCESS]
    forced = plan(where, 49_664, means=means, force=True)
    assert words(forced) == [f"end the process {name}.exe (PID 640)"]
    assert "a part of Windows" in english(forced.warnings[0])


def test_a_service_inside_a_system_process_needs_force() -> None:
    lsass = process(640, "lsass.exe", f"{SYSTEM32}\\lsass.exe")
    where = snapshot([listener(49_664, 640)], [lsass], [service("KeyIso", 640)])
    assert guards(plan(where, 49_664)) == [StopGuard.SYSTEM_PROCESS]
    assert words(plan(where, 49_664, force=True)) == ["stop the service KeyIso (KeyIso service)"]


def test_a_program_with_a_tampered_name_is_neither_protected_nor_condemned_by_it() -> None:
    impostor = process(640, "csrss.exe", "C:\\Temp\\csrss.exe")
    where = snapshot([listener(4444, 640)], [impostor])
    assert words(plan(where, 4444)) == ["end the process csrss.exe (PID 640)"]
    expected = f"{SYSTEM32}\\csrss.exe"
    assert guards(plan(where, 4444, expected_process=(expected,))) == [StopGuard.NOT_EXPECTED]


def test_the_hosts_of_rpc_and_winrm_need_force() -> None:
    for name, guard in (
        ("RpcSs", StopGuard.RPC),
        ("WinRM", StopGuard.WINRM),
        ("Winmgmt", StopGuard.WMI),
        ("IKEEXT", StopGuard.NETWORK),
    ):
        where = snapshot(
            [listener(999, 640)], [process(640, "svchost.exe", SVCHOST)], [service(name, 640)]
        )
        for means in Means:
            assert guards(plan(where, 999, means=means)) == [guard]
            assert len(plan(where, 999, means=means, force=True).steps) == 1


def test_the_rpc_endpoint_mapper() -> None:
    assert guards(plan(PC, 135)) == [StopGuard.SEVERAL_SERVICES]
    assert guards(plan(PC, 135, expected_service=("RpcEptMapper",))) == [StopGuard.RPC]
    assert guards(plan(PC, 135, means=Means.TERMINATE)) == [
        StopGuard.RPC,
        StopGuard.RPC,
        StopGuard.SHARED_PROCESS,
    ]


def test_the_port_of_winrm_needs_a_name_and_force() -> None:
    assert guards(plan(PC, 5985)) == [StopGuard.WINDOWS_ITSELF]
    assert guards(plan(PC, 5985, force=True)) == [StopGuard.WINDOWS_ITSELF]
    named = plan(PC, 5985, expected_service=("WinRM",))
    assert guards(named) == [StopGuard.WINRM, StopGuard.WINRM]
    assert words(plan(PC, 5985, expected_service=("WinRM",), force=True)) == [
        "stop the service WinRM (WinRM service)"
    ]
    # Whoever holds it.
    where = snapshot([listener(5986, 8)], [process(8, "other.exe")])
    assert guards(plan(where, 5986)) == [StopGuard.WINRM]
    assert guards(plan(where, "1-65535")) == [StopGuard.WINRM]


def test_the_process_of_this_very_connection_needs_force() -> None:
    for name, folder in (("winrshost.exe", SYSTEM32), ("WmiPrvSE.exe", f"{SYSTEM32}\\wbem")):
        where = snapshot([udp(50_000, 640)], [process(640, name, f"{folder}\\{name}")])
        assert guards(plan(where, 50_000, "udp")) == [StopGuard.WINRM]


@each_row("means", Means)
@each_row("pid", [0, 4])
def test_pid_0_and_4_are_never_stopped(pid: int, means: Means) -> None:
    names = ("System", "System Idle Process", "Idle", "ntoskrnl.exe")
    for where in (
        snapshot([listener(445, pid)], [process(pid, "System", None)]),
        snapshot(
            [listener(445, pid)], [process(pid, "System", None)], [service("LanmanServer", pid)]
        ),
        snapshot([listener(445, pid)]),
        snapshot([connection(445, pid)], [process(pid, "System", None)]),
    ):
        for expected in ((), names):
            found = plan(
                where, 445, means=means, force=True, connections=True, expected_process=expected
            )
            assert found.steps == ()


def test_terminating_a_shared_process_needs_force() -> None:
    assert guards(plan(PC, 5353, "udp", means=Means.TERMINATE)) == [
        StopGuard.NETWORK,
        StopGuard.SHARED_PROCESS,
    ]
    forced = plan(PC, 5353, "udp", means=Means.TERMINATE, force=True)
    assert words(forced) == ["end the process svchost.exe (PID 2208)"]
    assert "needs the service NlaSvc" in english(forced.warnings[0])
    assert "Dnscache, NlaSvc" in english(forced.warnings[1])


def test_only_connections_are_left_alone() -> None:
    request = StopRequest()
    found = make_plan(PC, find_holders(PC, ports([3000, 49_800]), connections=True), request)
    assert words(found) == ["end the process node.exe (PID 7004)"]
    assert [each.pid for each in found.left] == [7300]
    asked = plan(PC, 49_800, connections=True)
    assert words(asked) == ["end the process node.exe (PID 7300)"]


def test_what_is_left_of_connections_is_no_obstacle() -> None:
    found = plan(PC, [3306, 50_200], connections=True)
    assert words(found) == ["stop the service MySQL80 (MySQL80 service)"]
    assert [each.kind for each in found.left] == [HolderKind.IDLE]


# -- services -------------------------------------------------------------------------------------

WEB, SHOP, TILL, OLD = (
    service("Web", 8),
    service("Shop", 12),
    service("Till", 16),
    replace(service("Old", None), state="Stopped"),
)
# Till needs Shop, Shop and Old need Web.
DEPENDENTS = {"web": (SHOP, OLD), "shop": (TILL,)}
SHOPS = snapshot(
    [listener(80, 8), listener(81, 12)],
    [process(8, "web.exe"), process(12, "shop.exe"), process(16, "till.exe")],
    [WEB, SHOP, TILL],
)


def test_running_dependents_need_force() -> None:
    found = plan(SHOPS, 80, dependents=DEPENDENTS)
    assert guards(found) == [StopGuard.DEPENDENT_SERVICES]
    assert "Till (Till service), Shop (Shop service)" in english(found.refusals[0].message)
    assert "Old" not in english(found.refusals[0].message)
    assert plan(SHOPS, 80, dependents={"web": (OLD,)}).refusals == ()


def test_dependents_stop_first() -> None:
    found = plan(SHOPS, 80, dependents=DEPENDENTS, force=True)
    assert [step.service for step in found.steps] == [TILL, SHOP, WEB]
    assert [bool(step.holders) for step in found.steps] == [False, False, True]
    assert "depend on Web" in english(found.warnings[0])


def test_a_dependent_that_is_a_holder_itself_keeps_its_ports() -> None:
    found = plan(SHOPS, [80, 81], dependents=DEPENDENTS, force=True)
    assert [step.service for step in found.steps] == [TILL, SHOP, WEB]
    assert [[port for _unused, port in step.ports] for step in found.steps] == [[], [81], [80]]


def test_a_guarded_dependent_is_guarded() -> None:
    found = plan(SHOPS, 80, dependents={"web": (service("WinRM", 20),)})
    assert guards(found) == [StopGuard.WINRM, StopGuard.DEPENDENT_SERVICES]


def test_services_that_depend_on_each_other_end() -> None:
    found = plan(SHOPS, 80, dependents={"web": (SHOP,), "shop": (WEB, TILL)}, force=True)
    assert {step.service for step in found.steps} == {WEB, SHOP, TILL}
    assert len(found.steps) == 3


def test_a_service_is_started_again_in_the_other_order() -> None:
    found = plan(SHOPS, 80, dependents=DEPENDENTS, force=True, restart=True)
    assert [(step.action, step.service) for step in found.steps] == [
        (StepAction.STOP_SERVICE, TILL),
        (StepAction.STOP_SERVICE, SHOP),
        (StepAction.STOP_SERVICE, WEB),
        (StepAction.START_SERVICE, WEB),
        (StepAction.START_SERVICE, SHOP),
        (StepAction.START_SERVICE, TILL),
    ]
    assert words(found)[3] == "start the service Web (Web service)"


def test_the_start_mode_changes_first_and_only_where_it_differs() -> None:
    found = plan(SHOPS, [80, 81], dependents=DEPENDENTS, force=True, start_mode=StartMode.DISABLED)
    assert words(found)[:2] == [
        "set the start mode of the service Web (Web service) to disabled",
        "set the start mode of the service Shop (Shop service) to disabled",
    ]
    assert [step.action for step in found.steps[2:]] == [StepAction.STOP_SERVICE] * 3
    assert found.steps[0].service is not None
    assert found.steps[0].service.start_mode == "Auto"
    assert len(plan(SHOPS, 81, start_mode=StartMode.AUTOMATIC).steps) == 1
    assert len(plan(PC, 3389, start_mode=StartMode.MANUAL).steps) == 1
    assert len(plan(PC, 3389, start_mode=StartMode.AUTOMATIC).steps) == 2


def test_a_process_has_no_start_mode() -> None:
    found = plan(PC, 3000, start_mode=StartMode.DISABLED)
    assert words(found) == ["end the process node.exe (PID 7004)"]
    assert tuple(map(english, found.warnings)) == (
        "node.exe (PID 7004) is ended as a process, which has no start mode.",
    )


def test_a_disabled_service_can_not_be_started_again() -> None:
    with pytest.raises(ValueError, match="disabled"):
        StopRequest(restart=True, start_mode=StartMode.DISABLED)


# -- what is to run again ------------------------------------------------------------------------

STOPPED = service("Shop", None, "Manual", "Stopped")
NAMED = {"services": (STOPPED,), "expected_service": ("shop",), "restart": True}


def test_a_named_service_that_holds_nothing_is_started() -> None:
    assert words(plan(PC, 4, **NAMED)) == ["start the service Shop (Shop service)"]
    assert words(plan(PC, 4, start_mode=StartMode.AUTOMATIC, **NAMED)) == [
        "set the start mode of the service Shop (Shop service) to automatic",
        "start the service Shop (Shop service)",
    ]


def test_one_that_runs_gets_its_start_mode_and_is_left_alone() -> None:
    running = NAMED | {"services": (replace(STOPPED, state="Running", pid=9),)}
    assert plan(PC, 4, **running) == Plan()
    found = plan(PC, 4, start_mode=StartMode.AUTOMATIC, **running)
    assert [step.action for step in found.steps] == [StepAction.CHANGE_START_MODE]


@pytest.mark.parametrize(
    "change",
    [
        {"restart": False},
        {"services": (STOPPED, service("Web", None, state="Running")),
         "expected_service": ("web",)},
    ],
)  # fmt: skip
def test_nothing_else_is_started(change: dict[str, object]) -> None:
    assert plan(PC, 4, **NAMED | change) == Plan()  # type: ignore[arg-type]


def test_every_named_service_that_does_not_run_is_started() -> None:
    both = (STOPPED, service("Web", None, state="Stopped"), service("Runs", 8))
    found = plan(PC, 4, services=both, expected_service=("shop", "web", "runs"), restart=True)
    assert words(found) == [
        "start the service Shop (Shop service)",
        "start the service Web (Web service)",
    ]


def test_a_named_service_that_is_not_there_is_an_error_before_anything_is_changed() -> None:
    found = plan(PC, [4, 3306], restart=True, expected_service=("MySQL80", "Apache"))
    assert (guards(found), found.steps) == ([StopGuard.NO_SUCH_SERVICE], ())
    assert "no service Apache on the host" in english(found.refusals[0].message)
    # A list of what may be stopped, whether it is there or not, is another thing.
    assert plan(PC, 3306, expected_service=("MySQL80", "Apache")).refusals == ()


def test_nobody_holds_the_ports_and_no_service_is_named() -> None:
    assert guards(plan(PC, 4, restart=True)) == [StopGuard.NOTHING_TO_RESTART]


def test_a_disabled_service_is_not_stopped_to_be_started_again() -> None:
    disabled = replace(WEB, start_mode="Disabled")
    where = snapshot([listener(80, 8)], [process(8, "web.exe")], [disabled])
    found = plan(where, 80, restart=True)
    assert (guards(found), found.steps) == ([StopGuard.DISABLED], ())
    assert "Give start_mode manual or auto." in english(found.refusals[0].message)
    assert plan(where, 80).refusals == ()
    assert len(plan(where, 80, restart=True, start_mode=StartMode.MANUAL).steps) == 3
    dependents = {"web": (replace(SHOP, start_mode="Disabled"),)}
    found = plan(SHOPS, 80, dependents=dependents, force=True, restart=True)
    assert guards(found) == [StopGuard.DISABLED]
    assert (
        "The service Shop (Shop service) can't be started: it is disabled. Once stopped"
        in english(found.refusals[0].message)
    )


def test_what_an_interrupted_run_may_have_stopped_is_started_again() -> None:
    web, shop, till = (
        replace(each, state="Stopped", pid=None, exit_code=0) for each in (WEB, SHOP, TILL)
    )
    never = replace(till, name="Never", exit_code=1077)
    unknown = replace(till, name="Unknown", exit_code=None)
    by_hand = replace(shop, name="ByHand", start_mode="Manual")
    dependents = {"web": (shop, by_hand, never, unknown), "shop": (till,)}
    named = {"services": (web,), "expected_service": ("Web",)}
    found = plan(PC, 4, dependents=dependents, restart=True, **named)
    assert [step.service for step in found.steps] == [web, shop, till]
    # The service itself runs again by now.
    named = {"services": (WEB,), "expected_service": ("Web",)}
    found = plan(SHOPS, 80, dependents=dependents, restart=True, **named)
    assert [(step.action, step.service) for step in found.steps] == [
        (StepAction.STOP_SERVICE, WEB),
        (StepAction.START_SERVICE, WEB),
        (StepAction.START_SERVICE, shop),
        (StepAction.START_SERVICE, till),
    ]
    assert [english(each).split(" starts automatically")[0] for each in found.warnings] == [
        "The service Shop (Shop service)",
        "The service Till (Till service)",
    ]
    # So does what depends on one that runs and is restarted with it.
    further = dependents | {"web": (SHOP,)}
    found = plan(SHOPS, 80, dependents=further, restart=True, force=True, **named)
    assert [step.service for step in found.steps] == [SHOP, WEB, WEB, SHOP, till]
    # Nobody has said of an unnamed one what is to run.
    assert len(plan(SHOPS, 80, dependents=dependents, restart=True).steps) == 2


@pytest.mark.parametrize("state", ["Paused", "Pause Pending"])
def test_a_named_service_that_is_paused_and_holds_nothing_does_not_run(state: str) -> None:
    shop = replace(SHOP, state=state)
    named = {"services": (WEB, shop), "expected_service": ("Web", "Shop")}
    found = plan(SHOPS, 80, restart=True, **named)
    assert (guards(found), found.steps) == ([StopGuard.PAUSED], ())
    assert "Shop (Shop service) is paused" in english(found.refusals[0].message)
    assert plan(SHOPS, 80, **named).refusals == ()
    # One that holds a port is stopped and started.
    where = snapshot([listener(80, 8)], [process(8, "web.exe")], [replace(WEB, state=state)])
    assert len(plan(where, 80, restart=True).steps) == 2


def test_a_start_mode_for_a_service_that_is_not_there_is_told() -> None:
    options = {"expected_service": ("Web", "Wbe"), "start_mode": StartMode.DISABLED}
    (warning,) = plan(SHOPS, 80, services=(WEB,), **options).warnings
    assert english(warning).startswith("There is no service Wbe on the host")
    assert plan(SHOPS, 80, services=(WEB,), expected_service=("Web", "Wbe")).warnings == ()


def test_a_sentence_names_only_so_many_services() -> None:
    many = tuple(replace(SHOP, name=f"Shop{number}") for number in range(400))
    (refused,) = plan(SHOPS, 80, dependents={"web": many}).refusals
    assert "Shop399 (Shop service), Shop398" in english(refused.message)
    assert "and 380 more." in english(refused.message)
    assert len(english(refused.message)) < 1000


def test_the_start_mode_of_a_named_service_that_has_stopped_already() -> None:
    stopped = replace(STOPPED, start_mode="Auto")
    options = {"expected_service": ("Shop",), "start_mode": StartMode.DISABLED}
    assert words(plan(PC, 4, services=(stopped,), **options)) == [
        "set the start mode of the service Shop (Shop service) to disabled"
    ]
    # One that runs and holds none of the ports is not what is meant.
    assert plan(PC, 4, services=(SHOP,), **options) == Plan()


def test_where_somebody_holds_the_port_that_one_decides() -> None:
    found = plan(PC, 3306, **NAMED)
    assert guards(found) == [StopGuard.NOT_EXPECTED]


# -- processes -----------------------------------------------------------------------------------


def test_a_service_that_may_bring_a_process_back_is_named() -> None:
    (warning,) = plan(PC, 8080).warnings
    assert english(warning).startswith(
        "The service ShopApp (ShopApp service) may start java.exe (PID 7200)"
    )
    (warning,) = plan(PC, 3306, means=Means.TERMINATE).warnings
    assert "MySQL80" in english(warning)


def test_parents_end_before_their_children() -> None:
    where = snapshot(
        [listener(80, pid) for pid in (30, 20, 10)],
        [
            process(10, "master.exe", started=1),
            process(20, "worker.exe", parent=10, started=2),
            process(30, "helper.exe", parent=20, started=3),
        ],
    )
    assert [step.process.pid for step in plan(where, 80).steps if step.process] == [10, 20, 30]


def test_services_stop_before_processes_end() -> None:
    assert [step.action for step in plan(PC, [3000, 3306]).steps] == [
        StepAction.STOP_SERVICE,
        StepAction.TERMINATE,
    ]
