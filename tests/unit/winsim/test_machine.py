# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that a machine's tables keep, whatever is done to it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import service_control
from winsim.state import Delivery, Process


def test_ended_process_takes_its_endpoints_and_stops_its_services() -> None:
    machine = boot()
    machine.end_process(800)
    assert machine.process(800) is None
    assert all(e.pid != 800 for e in machine.endpoints())
    for name in ("Alpha", "Beta"):
        service = machine.service(name)
        assert service is not None
        assert (service.state, service.process_id) == ("Stopped", 0)


def test_a_listening_socket_stays_until_the_last_process_that_has_inherited_it_ends() -> None:
    machine = boot()
    parent = machine.process(900)
    assert parent is not None
    heir = dataclasses.replace(parent, parent_pid=900, name="heir.exe", inherits=(900,))
    heirs = [machine.start_process(heir), machine.start_process(heir)]
    listening = {e.local_port for e in machine.endpoints() if e.pid == 900 and e.listening}
    for pid in (900, heirs[0].pid):
        machine.end_process(pid)
        assert {e.local_port for e in machine.endpoints() if e.pid == 900} == listening
    machine.end_process(heirs[1].pid)
    assert all(e.pid != 900 for e in machine.endpoints())


def test_unknown_process_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        boot().end_process(4444)


def test_port_of_http_sys_is_open_while_a_url_is_registered_on_it() -> None:
    machine = boot()
    held = {e.local_port for e in machine.endpoints() if e.pid == 4}
    assert held == {5985, 47001, 20090}
    machine.end_process(1000)
    assert {e.local_port for e in machine.endpoints() if e.pid == 4} == held
    machine.end_process(908)
    assert {e.local_port for e in machine.endpoints() if e.pid == 4} == held
    machine.end_process(904)
    assert {e.local_port for e in machine.endpoints() if e.pid == 4} == held - {20090}


def test_port_of_http_sys_is_as_old_as_its_first_application() -> None:
    machine = boot()
    controller = machine.process(904)
    assert controller is not None
    (endpoint,) = (e for e in machine.endpoints() if e.local_port == 20090)
    assert endpoint.created == controller.created


def test_worker_that_ends_leaves_its_queue_to_the_controller() -> None:
    machine = boot()
    machine.end_process(908)
    (pool,) = (q for q in machine.request_queues() if q.name == "Pool")
    assert (pool.process_ids, pool.controller) == ((), 904)


def test_new_process_gets_a_free_pid_and_the_present_time() -> None:
    machine = boot()
    first = machine.start_process(Process(0, 900, "child.exe"))
    second = machine.start_process(Process(0, 900, "child.exe"))
    assert first.pid != second.pid
    assert {first.pid % 4, second.pid % 4} == {0}
    assert first.created is not None
    assert first.created > machine.operating_system.booted


def test_pid_can_be_reused() -> None:
    machine = boot()
    machine.end_process(1000)
    machine.reuse_pid(1000)
    assert machine.start_process(Process(0, 900, "other.exe")).pid == 1000


def test_pid_in_use_is_not_reused() -> None:
    machine = boot()
    machine.reuse_pid(900)
    assert machine.start_process(Process(0, 4, "other.exe")).pid == 912


def test_ipv6_endpoints_come_first() -> None:
    families = [e.family for e in boot().endpoints()]
    assert families == sorted(families, reverse=True)
    assert set(families) == {"ipv4", "ipv6"}


def test_traffic_is_accepted_until_told_otherwise() -> None:
    machine = boot()
    web = next(e for e in machine.endpoints() if e.local_port == 20080)
    assert machine.delivery(web) is Delivery.ACCEPT
    machine.deliver(20080, Delivery.DROP)
    assert machine.delivery(web) is Delivery.DROP


@each_row(
    ("section", "row", "message"),
    [
        ("processes", {"pid": 1002, "name": "odd.exe"}, "multiple of four"),
        ("http", {"pids": [4444], "urls": ["HTTP://+:1/"]}, "belongs to no process"),
        ("http", {"pids": [], "controller": 4444, "urls": ["HTTP://+:1/"]}, "no process"),
    ],
)
def test_tables_that_contradict_each_other_are_refused(
    section: str, row: dict[str, object], message: str
) -> None:
    changed = document()
    changed[section].append(row)
    with pytest.raises(ValueError, match=message):
        boot(changed)


def test_dependency_on_nothing_is_refused() -> None:
    changed = document()
    changed["services"]["Web"]["needs"] = ["Nothing"]
    with pytest.raises(ValueError, match="Nothing"):
        boot(changed)


class Life(RuleBasedStateMachine):
    """Processes end and services start and stop, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = boot()

    @rule(number=st.integers(0, 20))
    def end_a_process(self, number: int) -> None:
        pids = [p.pid for p in self.machine.processes() if not p.protected and p.pid]
        if pids:
            self.machine.end_process(pids[number % len(pids)])

    @rule(name=st.sampled_from(["Alpha", "Beta", "Delta", "Pool", "RpcSs", "Web", "WinRM"]))
    def stop_a_service(self, name: str) -> None:
        service = self.machine.service(name)
        assert service is not None
        service_control.stop(self.machine, service)

    @rule(pid=st.integers(1, 400))
    def reuse(self, pid: int) -> None:
        self.machine.reuse_pid(pid * 4)

    @invariant()
    def pids_are_multiples_of_four(self) -> None:
        assert all(p.pid % 4 == 0 for p in self.machine.processes())

    @invariant()
    def everything_belongs_to_a_process(self) -> None:
        pids = {p.pid for p in self.machine.processes()}
        assert {e.pid for e in self.machine.endpoints()} <= pids
        for queue in self.machine.request_queues():
            assert set(queue.process_ids) <= pids
            assert queue.controller is None or queue.controller in pids

    @invariant()
    def services_run_in_a_process_or_are_stopped(self) -> None:
        pids = {p.pid for p in self.machine.processes()}
        for service in self.machine.services():
            assert (service.state == "Running") == (service.process_id in pids - {0})

    @invariant()
    def no_two_rows_are_the_same(self) -> None:
        endpoints = [
            (e.protocol, e.local_address, e.local_port, e.remote_address, e.remote_port)
            for e in self.machine.endpoints()
        ]
        assert len(set(endpoints)) == len(endpoints)


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=25, deadline=None)
