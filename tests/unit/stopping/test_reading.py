# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a host before anything is stopped."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StepAction,
    StopGuard,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.reading import (
    StopSurvey,
    read_windows,
)
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import english
from winsim.state import Service


def words(found: StopSurvey) -> list[str]:
    return [english(step.description) for step in found.plan.steps]


def guards(found: StopSurvey) -> list[StopGuard]:
    return [each.guard for each in found.plan.refusals]


def test_nothing_held_takes_one_request_a_protocol_and_one_for_the_nat() -> None:
    pc = SimulatedPc()
    found = pc.survey([4, "6000-6999"], "tcp,udp")
    assert (found.holders, found.plan.steps, found.booted) == ((), (), None)
    assert pc.requests == [
        "Enumerate MSFT_NetTCPConnection",
        "Enumerate MSFT_NetUDPEndpoint",
        "Enumerate MSFT_NetNatStaticMapping",
    ]


def test_the_process_its_parent_and_windows() -> None:
    pc = SimulatedPc()
    found = pc.survey(3000)
    (holder,) = found.holders
    assert holder.parent is not None
    assert (holder.parent.name, holder.parent.pid) == ("pm.exe", 8004)
    assert found.booted == pc.machine.operating_system.booted
    assert words(found) == ["end the process node.exe (PID 8008)"]
    # Two of them are for what the process serves besides.
    assert len(pc.requests) == 7


def test_the_service_of_the_parent_may_start_it_again() -> None:
    found = SimulatedPc().survey(5432)
    assert "postgresql-x64-16" in english(found.plan.warnings[0])
    found = SimulatedPc().survey(5432, expected_service=("postgresql-x64-16",))
    assert len(found.plan.steps) == 1
    assert words(found)[0].startswith("stop the service postgresql-x64-16")


def test_a_service_that_starts_many_things_is_not_what_to_stop() -> None:
    pc = SimulatedPc()
    parent = pc.machine.process(3008)
    assert parent is not None
    pc.machine.start_process(dataclasses.replace(parent, parent_pid=3008, name="backup.exe"))
    (warning,) = pc.survey(5432).plan.warnings
    assert "postgresql-x64-16" in english(warning)
    assert "(backup.exe), so don't stop it: set it up not to start this one" in english(warning)


def test_services_that_depend_on_one() -> None:
    found = SimulatedPc().survey(7200)
    assert guards(found) == [StopGuard.DEPENDENT_SERVICES]
    assert "Front (Store Front)" in english(found.plan.refusals[0].message)
    assert "Archive" not in english(found.plan.refusals[0].message)
    found = SimulatedPc().survey(7200, force=True)
    assert words(found) == ["stop the service Front (Store Front)", "stop the service Store"]


def test_services_that_depend_on_dependents() -> None:
    pc = SimulatedPc()
    for name, needed in (("Top", "Middle"), ("Middle", "Front")):
        pc.machine.put_service(
            Service(name, name, "x.exe", state="Running", process_id=8048, depends_on=(needed,))
        )
    assert words(pc.survey(7200, force=True)) == [
        "stop the service Top",
        "stop the service Middle",
        "stop the service Front (Store Front)",
        "stop the service Store",
    ]


@pytest.mark.sweep
def test_many_services_are_asked_for_together() -> None:
    """The number of requests does not grow with what a host has, and what depends on it is found
    level by level all the same."""
    pc = SimulatedPc()
    requests = []
    for count in (20, 400):
        for number in range(count):
            needed = f"Own{number - 100}" if number >= 100 else "Front"
            pc.machine.put_service(
                Service(f"Own{number}", "", "x.exe", state="Running", process_id=8048,
                        depends_on=(needed,))
            )  # fmt: skip
        pc.requests.clear()
        found = words(pc.survey(7200, force=True))
        assert len(found) == count + 2
        assert found.index("stop the service Own0") < found.index("stop the service Store")
        if count > 100:
            assert found.index("stop the service Own100") < found.index("stop the service Own0")
        assert pc.requests.count("Enumerate Win32_DependentService") <= 3
        requests.append(len([each for each in pc.requests if not each.startswith("Pull")]))
    assert requests[1] - requests[0] == 3  # one a level for what is known of the services


def test_services_that_depend_on_each_other_end() -> None:
    pc = SimulatedPc()
    store = pc.machine.service("Store")
    assert store is not None
    pc.machine.put_service(dataclasses.replace(store, depends_on=("Front",)))
    assert words(pc.survey(7200, force=True))[-1] == "stop the service Store"


def test_what_a_service_needs_itself_does_not_stop() -> None:
    # A host that sends the associations of every role must not mislead.
    pc = SimulatedPc()
    pc.rewrite = lambda envelope: re.sub(b"<b:Role>.*</b:Role>", b"", envelope)
    found = pc.survey(7201)
    assert words(found) == ["stop the service Front (Store Front)"]
    assert "Enumerate Win32_DependentService" in pc.requests


def test_a_host_that_does_not_tell_dependents_is_left_to_refuse_itself() -> None:
    pc = SimulatedPc()
    pc.rewrite = lambda envelope: envelope.replace(b"Win32_DependentService<", b"Win32_None<")
    found = pc.survey(7200)
    assert words(found) == ["stop the service Store"]
    assert "Win32_DependentService" in english(found.notes[0])


def test_a_host_that_breaks_off_there_is_an_error() -> None:
    pc = SimulatedPc()

    def broken(what: str, number: int) -> None:
        if what == "Enumerate Win32_DependentService":
            raise TransportError(Failure.OTHER)

    pc.before = broken
    with pytest.raises(HostError, match="Win32_DependentService"):
        pc.survey(7200)


def test_a_service_by_name_or_display_name_whether_it_runs_or_not() -> None:
    pc = SimulatedPc()
    for name in ("archive", "Store Archive"):
        found = pc.survey(4, expected_service=(name,), restart=True)
        assert words(found) == ["start the service Archive (Store Archive)"]
    assert pc.survey(4, expected_service=("nothing",), restart=True).plan.steps == ()


def test_a_name_with_quotes_is_a_name() -> None:
    found = SimulatedPc().survey(4, expected_service=("x' OR Name LIKE '%",), restart=True)
    assert found.plan.steps == ()


def test_winrm_at_another_port_is_guarded_too() -> None:
    pc = SimulatedPc()
    queues = pc.machine.request_queues()
    (winrm,) = (queue for queue in queues if queue.winrm)
    group = dataclasses.replace(winrm.groups[0], urls=("HTTP://+:8543/WSMAN/",))
    pc.machine._request_queues = [dataclasses.replace(winrm, groups=(group,))]
    found = pc.survey(8543, expected_service=("WinRM",))
    assert set(guards(found)) == {StopGuard.WINRM}
    assert "Port 8543 is WinRM's own" in english(found.plan.refusals[0].message)


def test_http_sys_is_asked_who_it_is_for() -> None:
    pc = SimulatedPc("server2022")
    found = pc.survey(80)
    assert guards(found) == [StopGuard.WINDOWS_ITSELF]
    assert "W3SVC" in english(found.plan.refusals[0].message)
    found = pc.survey(80, expected_service=("W3SVC", "SQLServerReportingServices"))
    assert {step.action for step in found.plan.steps} == {StepAction.STOP_SERVICE}
    assert len(found.plan.steps) == 2


def test_a_host_without_the_network_classes() -> None:
    found = SimulatedPc("win2008r2").survey(8080, force=True)
    assert found.snapshot.source == "netstat"
    assert found.plan.steps


def test_what_could_not_be_read_is_noted() -> None:
    pc = SimulatedPc()

    def broken(what: str, number: int) -> None:
        if what.startswith("Command"):
            pc.service.forget()

    pc.before = broken
    found = pc.survey(5985)
    assert found.notes
    assert guards(found)


def test_windows_tells_its_directory_and_when_it_started() -> None:
    pc = SimulatedPc()
    assert read_windows(pc.host) == (r"C:\Windows\system32", pc.machine.operating_system.booted)
