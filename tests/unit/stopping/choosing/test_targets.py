# SPDX-License-Identifier: GPL-3.0-or-later
"""What would have to stop for a holder to let go, and whether it is what is expected."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Process,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    Refusal,
    StopGuard,
    StopRequest,
    Surroundings,
    Target,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.targets import (
    choose,
    is_program,
)
from unit.holder_cases import (
    PC,
    SYSTEM,
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

W3SVC = service("W3SVC", 1300)
SMB = service("LanmanServer", 1100)
AROUND = Surroundings(services=(W3SVC, SMB))


def choices(
    where: Snapshot, value: object, request: StopRequest, protocols: object = "tcp"
) -> list[Target | Refusal]:
    found = find_holders(where, ports(value, protocols), connections=request.connections)
    return [each for holder in found for each in choose(where, holder, request, AROUND)]


def target(where: Snapshot, value: object, protocols: object = "tcp", **wanted: object) -> Target:
    (choice,) = choices(where, value, StopRequest(**wanted), protocols)  # type: ignore[arg-type]
    assert isinstance(choice, Target), choice
    return choice


def refusal(where: Snapshot, value: object, protocols: object = "tcp", **wanted: object) -> Refusal:
    (choice,) = choices(where, value, StopRequest(**wanted), protocols)  # type: ignore[arg-type]
    assert isinstance(choice, Refusal), choice
    assert english(choice.message).endswith((".", "expected_process."))
    return choice


def stopped(found: Target) -> list[str]:
    return [each.name for each in found.services]


def test_a_process_is_ended_and_a_service_is_stopped() -> None:
    assert stopped(target(PC, 3000)) == []
    assert stopped(target(PC, 3306)) == ["MySQL80"]


def test_the_means_may_be_chosen() -> None:
    assert stopped(target(PC, 3306, means=Means.SERVICE)) == ["MySQL80"]
    assert stopped(target(PC, 3306, means=Means.TERMINATE)) == []
    assert refusal(PC, 3000, means=Means.SERVICE).guard is StopGuard.NOT_A_SERVICE


def test_one_of_several_services_has_to_be_named() -> None:
    refused = refusal(PC, 5353, "udp")
    assert refused.guard is StopGuard.SEVERAL_SERVICES
    assert "Dnscache, NlaSvc" in english(refused.message)
    assert stopped(target(PC, 5353, "udp", expected_service=("dnscache",))) == ["Dnscache"]
    assert stopped(target(PC, 5353, "udp", means=Means.TERMINATE)) == []
    # Force does not make it known which one it is.
    assert refusal(PC, 5353, "udp", force=True).guard is StopGuard.SEVERAL_SERVICES


def test_what_windows_or_the_connection_needs_is_not_offered() -> None:
    some = english(refusal(PC, 5353, "udp").message)
    assert "name it in expected_service, unless it is NlaSvc" in some
    of_winrm = snapshot(
        [listener(2179, 700), listener(135, 900), listener(49664, 880)],
        [process(700, "svchost.exe"), process(900, "svchost.exe"), process(880, "lsass.exe", None)],
        [
            *(service("WinRM", 700), service("Dnscache", 700), service("LanmanWorkstation", 700)),
            *(service("RpcSs", 900), service("RpcEptMapper", 900)),
            *(service("SamSs", 880), service("KeyIso", 880)),
        ],
    )
    assert "unless it is WinRM, without" in english(refusal(of_winrm, 2179).message)
    for port in (135, 49664):
        every = english(refusal(of_winrm, port).message)
        assert "expected_service" not in every
        assert "another port" in every


def test_winrm_is_not_offered_for_a_port_of_http_sys() -> None:
    told = english(refusal(PC, 5985).message)
    assert "WinRM listens there" in told
    assert not {"Stop", "expected_service"} & set(told.replace(".", " ").split())
    assert "Stop the service W3SVC" in english(refusal(PC, 80).message)


@each_row("expected", ["MySQL80", "mysql80", " MySQL80 ", "MySQL80 service", "mysql80 SERVICE"])
def test_the_expected_service(expected: str) -> None:
    assert stopped(target(PC, 3306, expected_service=(expected,))) == ["MySQL80"]
    assert stopped(target(PC, 3306, expected_service=("Other", expected))) == ["MySQL80"]


@each_row("expected", ["MySQL", "MySQL8", "MySQL800", "ySQL80", "*", ""])
def test_another_service_than_expected(expected: str) -> None:
    refused = refusal(PC, 3306, expected_service=(expected,), force=True)
    assert refused.guard is StopGuard.NOT_EXPECTED
    assert "mysqld.exe (PID 5120), which runs MySQL80 (MySQL80 service), holds" in english(
        refused.message
    )


@each_row(
    ("expected", "is_it"),
    [
        ("node", True),
        ("node.exe", True),
        ("NODE.EXE", True),
        ("C:\\Program Files\\Apps\\node.exe", True),
        ("c:/program files/apps/NODE.exe", True),
        ("C:\\Apps\\node.exe", False),
        ("nod", False),
        ("node2", False),
        ("ode.exe", False),
        ("*", False),
        ("", False),
        ("\\node.exe", False),
    ],
)
def test_the_expected_process(expected: str, is_it: bool) -> None:
    (choice,) = choices(PC, 3000, StopRequest(expected_process=(expected,), force=True))
    assert isinstance(choice, Target) is is_it
    if isinstance(choice, Refusal):
        assert choice.guard is StopGuard.NOT_EXPECTED


def test_a_path_is_expected_and_the_host_tells_none() -> None:
    hidden = Process(8, "node.exe", None)
    assert is_program(hidden, "node")
    assert not is_program(hidden, "C:\\node.exe")


@each_row(
    ("runs", "expected"),
    [("ßh.exe", "ssh.exe"), ("ssh.exe", "ßh"), ("java.exe.exe", "java.exe"), ("K.exe", "\u212a")],
)
def test_no_other_program_passes_for_the_expected_one(runs: str, expected: str) -> None:
    where = snapshot([listener(8000, 9)], processes=[process(9, runs, f"C:\\{runs}")])
    assert refusal(where, 8000, expected_process=(expected,)).guard is StopGuard.NOT_EXPECTED
    path = f"C:\\{expected.removesuffix('.exe')}.exe"
    assert refusal(where, 8000, expected_process=(path,)).guard is StopGuard.NOT_EXPECTED


def test_no_other_service_passes_for_the_expected_one() -> None:
    where = snapshot(
        [listener(8000, 9)],
        processes=[process(9, "a.exe", "C:\\a.exe")],
        services=[service("Masse", 9)],
    )
    assert refusal(where, 8000, expected_service=("Maße",)).guard is StopGuard.NOT_EXPECTED
    assert target(where, 8000, expected_service=("MASSE",)).services


def test_process_and_service_both_have_to_be_as_expected() -> None:
    right = {"expected_process": ("mysqld",), "expected_service": ("MySQL80",)}
    assert stopped(target(PC, 3306, **right)) == ["MySQL80"]
    for wrong in ({"expected_process": ("x",)}, {"expected_service": ("x",)}):
        assert refusal(PC, 3306, **{**right, **wrong}).guard is StopGuard.NOT_EXPECTED


def test_a_process_where_a_service_is_expected() -> None:
    assert refusal(PC, 3000, expected_service=("MySQL80",)).guard is StopGuard.NOT_EXPECTED


def test_the_service_that_started_the_process() -> None:
    assert stopped(target(PC, 8080)) == []
    assert stopped(target(PC, 8080, expected_service=("ShopApp",))) == ["ShopApp"]
    found = refusal(PC, 8080, expected_service=("ShopApp",), means=Means.TERMINATE)
    assert found.guard is StopGuard.NOT_EXPECTED


def test_a_process_can_not_be_started_again() -> None:
    assert refusal(PC, 3000, restart=True, force=True).guard is StopGuard.NOT_A_SERVICE
    assert refusal(PC, 3306, restart=True, means=Means.TERMINATE).guard is StopGuard.NOT_A_SERVICE
    assert stopped(target(PC, 3306, restart=True)) == ["MySQL80"]


def test_nothing_sure_to_stop() -> None:
    for where, guard in (
        (snapshot([listener(80, 8888)]), StopGuard.ENDED),
        (snapshot([listener(80, None)]), StopGuard.UNKNOWN_PROCESS),
        (snapshot([listener(80, 0)]), StopGuard.WINDOWS_ITSELF),
        (
            snapshot([listener(80, 0)], [process(0, "System Idle Process")]),
            StopGuard.WINDOWS_ITSELF,
        ),
    ):
        for means in Means:
            assert refusal(where, 80, means=means, force=True).guard is guard


# -- process 4 ----------------------------------------------------------------------------------


@each_row("port", [80, 445, 5985])
@each_row("means", Means)
def test_windows_itself_is_never_stopped(port: int, means: Means) -> None:
    refused = refusal(PC, port, means=means, force=True)
    assert refused.guard is StopGuard.WINDOWS_ITSELF
    assert "never stopped" in english(refused.message)
    told = "Or let this module stop it: name the service in expected_service, or the program in"
    assert (told in english(refused.message)) == (port != 5985)


@each_row("expected", ["System", "system.exe", "ntoskrnl.exe"])
def test_windows_itself_is_never_stopped_by_its_name(expected: str) -> None:
    for port in (80, 445):
        for choice in choices(PC, port, StopRequest(expected_process=(expected,), force=True)):
            assert isinstance(choice, Refusal)


def test_every_port_of_windows_is_explained() -> None:
    refused = refusal(PC, [80, 445, 5985])
    assert "80/tcp is held by http.sys, which listens for HTTP://+:80/" in english(refused.message)
    assert "445/tcp is held by the SMB server" in english(refused.message)
    assert "Stop the service WinRM" not in english(refused.message)
    assert "5985/tcp is held by http.sys" in english(refused.message)


def test_a_driver_lets_go_with_its_service_when_it_is_named() -> None:
    assert stopped(target(PC, 445, expected_service=("LanmanServer",))) == ["LanmanServer"]
    assert refusal(PC, 445, expected_service=("Spooler",)).guard is StopGuard.WINDOWS_ITSELF
    found = refusal(PC, 445, expected_service=("LanmanServer",), means=Means.TERMINATE)
    assert found.guard is StopGuard.WINDOWS_ITSELF


def test_a_service_that_is_not_installed_releases_nothing() -> None:
    request = StopRequest(expected_service=("LanmanServer",))
    (holder,) = find_holders(PC, ports(445))
    (choice,) = choose(PC, holder, request, Surroundings())
    assert isinstance(choice, Refusal)


def test_iis_lets_go_with_its_service_when_it_is_named() -> None:
    found = target(PC, 80, expected_service=("W3SVC",))
    assert stopped(found) == ["W3SVC"]
    assert found.holder.pid == 5008
    assert refusal(PC, 80, expected_process=("w3wp.exe",)).guard is StopGuard.IIS_WORKER


def test_a_worker_of_iis_that_listens_itself_is_an_ordinary_process() -> None:
    where = snapshot([listener(9001, 5008)], [process(5008, "w3wp.exe")])
    assert stopped(target(where, 9001)) == []


def test_a_program_behind_http_sys_ends_when_it_is_named() -> None:
    where = snapshot(
        [listener(8000, 4)], [SYSTEM, process(9120, "printer.exe")], urls=[url(8000, 9120)]
    )
    found = target(where, 8000, expected_process=("printer",))
    assert (found.holder.pid, found.holder.through_http_sys) == (9120, True)
    assert refusal(where, 8000, expected_process=("other",)).guard is StopGuard.NOT_EXPECTED
    assert refusal(where, 8000).guard is StopGuard.WINDOWS_ITSELF


def test_every_program_behind_a_port_has_to_be_expected() -> None:
    where = snapshot(
        [listener(8000, 4)],
        [SYSTEM, process(8, "a.exe"), process(12, "b.exe")],
        urls=[url(8000, 8), url(8000, 12, path="/B/")],
    )
    one, other = choices(where, 8000, StopRequest(expected_process=("a",)))
    assert isinstance(one, Target)
    assert isinstance(other, Refusal)
    both = choices(where, 8000, StopRequest(expected_process=("a", "b")))
    assert all(isinstance(each, Target) for each in both)


def test_a_process_behind_http_sys_that_has_ended() -> None:
    where = snapshot([listener(8000, 4)], [SYSTEM], urls=[url(8000, 9120)])
    assert refusal(where, 8000, expected_process=("printer",)).guard is StopGuard.ENDED


def test_ports_of_several_parts_of_windows_each_need_a_name() -> None:
    named = StopRequest(expected_service=("LanmanServer", "WinRM"))
    found = choices(PC, [445, 5985], named)
    assert [stopped(each) for each in found if isinstance(each, Target)] == [
        ["WinRM"],
        ["LanmanServer"],
    ]
    found = choices(PC, [445, 5985], StopRequest(expected_service=("WinRM",)))
    assert [type(each) for each in found] == [Target, Refusal]


def test_connections_of_a_process_are_its_own() -> None:
    where = snapshot([connection(49_800, 8)], [process(8, "client.exe")])
    assert target(where, 49_800, connections=True).holder.only_connections


def test_hostile_names_are_shown_harmlessly() -> None:
    hostile = replace(process(8, "x.exe"), name="\x1b]0;owned\x07\r\nx.exe")
    where = snapshot([listener(80, 8)], [hostile], [service("a\nb", 8), service("c\x9bd", 8)])
    for wanted in ({}, {"expected_service": ("\x1b[2J",)}, {"expected_process": ("\n",)}):
        assert english(refusal(where, 80, **wanted).message).isprintable()
