# SPDX-License-Identifier: GPL-3.0-or-later
"""What is a disagreement about endpoints, and what only changed between two readings."""

from __future__ import annotations

import functools
from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    HttpUrl,
    PortRange,
    Protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netstat import (
    SocketRow,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.tasklist import (
    ListedProcess,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import endpoint_checks
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Agreement,
    Comparison,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render
from unit.simulated import SimulatedTransport
from unit.winsim.small import boot


@functools.cache
def evidence() -> HostReadings:
    return read(Host(SimulatedTransport(boot()), "pc"))


def row(port: int, pid: int, address: str = "0.0.0.0") -> SocketRow:
    return SocketRow(Protocol.TCP, address, port, None, None, "LISTENING", pid, True)


def tcp(found: HostReadings) -> Comparison:
    return endpoint_checks.endpoints(found, Protocol.TCP)


def test_a_simulated_pc_agrees_with_itself() -> None:
    found = evidence()
    assert [
        name
        for name in found.problems
        # It has neither a firewall nor a registry.
        if "Firewall" not in name and "Filter" not in name and "reg.exe" not in name
    ] == []
    outcomes = {
        render(each.fact, "en"): each.outcome for each in endpoint_checks.comparisons(found)
    }
    assert outcomes.pop("TCP listeners") is Agreement.EXPECTED  # those that serve both families
    assert set(outcomes.values()) == {Agreement.AGREE}
    assert tcp(found).agreed > 5


def test_a_listener_that_only_netstat_shows_is_a_disagreement() -> None:
    found = evidence()
    found = replace(found, netstat=(*(found.netstat or ()), row(20999, 900)))
    (wrong,) = tcp(found).disagreements
    assert render(wrong.what, "en") == "0.0.0.0:20999 of process 900"
    assert (wrong.first, wrong.second) == (None, Phrase("check.listens"))


def test_a_listener_under_another_process_is_one_too() -> None:
    found = evidence()
    rows = [replace(each, pid=9996) if each.local_port == 20135 else each
            for each in found.netstat or ()]  # fmt: skip
    assert len(tcp(replace(found, netstat=rows)).disagreements) == 2


def test_what_only_one_of_the_two_cim_readings_has_has_moved() -> None:
    found = evidence()
    gone = [each for each in found.after or () if each.port != 20135]
    rows = [each for each in found.netstat or () if each.local_port != 20135]
    compared = tcp(replace(found, after=gone, netstat=rows))
    assert compared.disagreements == ()
    assert endpoint_checks.MOVED in [each.reason for each in compared.differences]


def test_ports_of_the_dynamic_range_come_and_go() -> None:
    found = evidence()
    found = replace(found, netstat=(*(found.netstat or ()), row(49999, 900)))
    assert tcp(found).disagreements == ()
    low = PortRange(Protocol.TCP, "ipv4", 10_000, 11_000)
    assert len(tcp(replace(found, dynamic=(low,))).disagreements) == 1


def test_programs_and_services_are_those_of_tasklist() -> None:
    found = evidence()
    tasks = {**(found.tasks or {}), 900: ListedProcess("other.exe", ("Web",))}
    (wrong,) = endpoint_checks.processes(replace(found, tasks=tasks)).disagreements
    assert render(wrong.what, "en") == "process 900"
    assert (wrong.first, wrong.second) == ("web.exe", "other.exe")
    tasks = {**(found.tasks or {}), 800: ListedProcess("svchost.exe", ("Alpha", "WinRM"))}
    (wrong,) = endpoint_checks.services(replace(found, tasks=tasks)).disagreements
    assert (wrong.first, wrong.second) == ("alpha, beta, winrm", "alpha, winrm")


def test_a_process_that_ended_in_between_is_expected() -> None:
    found = evidence()
    tasks = {pid: task for pid, task in (found.tasks or {}).items() if pid != 900}
    for check in (endpoint_checks.processes, endpoint_checks.services):
        compared = check(replace(found, tasks=tasks))
        assert compared.outcome is Agreement.EXPECTED
        assert compared.differences[0].reason == endpoint_checks.SERVICE_MOVED


def test_a_url_of_http_sys_wants_an_open_port_of_the_system_process() -> None:
    found = evidence()
    urls = (*(found.http_urls or ()), HttpUrl("http://+:20135/", "+", 20135),
            HttpUrl("http://+:20998/", "+", 20998))  # fmt: skip
    wrong = endpoint_checks.http_sys(replace(found, http_urls=urls)).disagreements
    assert [(each.what, each.first) for each in wrong] == [
        ("TCP 20135", Phrase("check.process", {"pid": 700})),
        ("TCP 20998", None),
    ]


def test_dynamic_ranges_that_differ() -> None:
    found = evidence()
    other = (PortRange(Protocol.TCP, "ipv4", 1025, 5000),
             PortRange(Protocol.UDP, "ipv4", 49152, 65535))  # fmt: skip
    (wrong,) = endpoint_checks.dynamic_ranges(replace(found, dynamic=other)).disagreements
    assert (wrong.what, wrong.first, wrong.second) == ("TCP", "49152-65535", "1025-5000")


def test_a_listener_in_an_excluded_range_is_told_and_no_disagreement() -> None:
    found = evidence()
    area = PortRange(Protocol.TCP, "ipv4", 20100, 20200)
    compared = endpoint_checks.reserved_ranges(replace(found, reserved=(area,)))
    (told,) = compared.differences
    assert told.first is not None
    assert render(told.first, "en") == "listens: 20135"
    assert told.reason == endpoint_checks.OWN_RESERVATION


def test_what_could_not_be_read_is_unknown_and_says_why() -> None:
    found = replace(evidence(), netstat=None, problems={"netstat -nao": Phrase("check.moved")})
    compared = tcp(found)
    assert compared.outcome is Agreement.UNKNOWN
    assert compared.problem is not None
    assert render(compared.problem, "en") == render(Phrase("check.moved"), "en")
    everything = [*endpoint_checks.comparisons(HostReadings())]
    assert {each.outcome for each in everything} == {Agreement.UNKNOWN}
