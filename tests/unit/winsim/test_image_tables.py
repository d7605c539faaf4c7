# SPDX-License-Identifier: GPL-3.0-or-later
"""How the rows of an image become the tables of a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import images
from winsim.state import TcpState


def test_defaults_of_a_process() -> None:
    process = boot().process(900)
    assert process is not None
    assert process.parent_pid == 600
    assert process.user == r"NT AUTHORITY\SYSTEM"
    assert process.command_line == r'"C:\Web Server\web.exe"'
    session_user = boot().process(1000)
    assert session_user is not None
    assert session_user.user == r"TEST01\user"
    assert session_user.path == r"C:\Windows\System32\app.exe"


def test_processes_start_one_after_the_other() -> None:
    times = [p.created for p in boot().processes() if p.created is not None]
    assert times == sorted(set(times))


def test_protected_process_shows_neither_path_nor_command_line() -> None:
    process = boot().process(600)
    assert process is not None
    assert (process.path, process.command_line) == (None, None)


def test_idle_process_has_no_creation_time_and_no_owner() -> None:
    process = boot().process(0)
    assert process is not None
    assert (process.created, process.user, process.path) == (None, None, None)


def test_lone_service_host_names_its_service_and_a_shared_one_does_not() -> None:
    machine = boot()
    lone, shared = machine.process(700), machine.process(800)
    assert lone is not None
    assert shared is not None
    assert lone.command_line == r"C:\Windows\System32\svchost.exe -k RPCSS -p -s RpcSs"
    assert shared.command_line == r"C:\Windows\System32\svchost.exe -k netsvcs"


def test_path_of_a_service_is_that_of_its_group() -> None:
    machine = boot()
    for name, path in {
        "RpcSs": r"C:\Windows\System32\svchost.exe -k RPCSS -p",
        "Gamma": r"C:\Windows\System32\svchost.exe -k netsvcs",
        "Web": r'"C:\Web Server\web.exe"',
    }.items():
        service = machine.service(name)
        assert service is not None
        assert service.path_name == path


def test_stopped_service_was_never_started() -> None:
    service = boot().service("Gamma")
    assert service is not None
    assert (service.state, service.exit_code, service.start_mode) == ("Stopped", 1077, "Manual")


def test_account_of_a_service_is_that_of_its_process() -> None:
    service = boot().service("rpcss")
    assert service is not None
    assert service.account == r"NT AUTHORITY\NetworkService"


def test_state_of_a_connection_may_be_given() -> None:
    states = {e.local_port: e.state for e in boot().endpoints() if e.remote_port == 80}
    assert states == {50100: TcpState.ESTABLISHED, 50101: TcpState.TIME_WAIT}


def test_crowd_has_consecutive_ports() -> None:
    changed = document()
    changed["crowds"] = [
        {
            "name": "many.exe", "path": r"C:\many.exe", "parent": 600, "after": 5, "processes": 3,
            "first_pid": 2000, "tcp": 2, "first_tcp": 30000, "udp": 1, "first_udp": 31000,
            "connections": 1, "first_connections": 32000,
        }
    ]  # fmt: skip
    machine = boot(changed)
    held = {(e.pid, e.protocol, e.local_port) for e in machine.endpoints() if e.pid >= 2000}
    assert held == {
        (2000, "tcp", 30000), (2000, "tcp", 30001), (2000, "udp", 31000), (2000, "tcp", 32000),
        (2004, "tcp", 30002), (2004, "tcp", 30003), (2004, "udp", 31001), (2004, "tcp", 32001),
        (2008, "tcp", 30004), (2008, "tcp", 30005), (2008, "udp", 31002), (2008, "tcp", 32002),
    }  # fmt: skip


@pytest.mark.sweep
def test_busy_image_has_ten_thousand_listening_endpoints() -> None:
    machine = images.load("busy").boot()
    listening = [e for e in machine.endpoints() if e.listening]
    assert len(listening) > 10_000
    anew = images.Image("busy", images.load("busy").document)
    again = [e for e in anew.boot().endpoints() if e.listening]
    assert listening == again


def test_the_new_engineers_pc_tells_the_story() -> None:
    machine = images.load("win11-ja").boot()
    assert len(machine.processes()) == 121
    holders = {(e.local_port, e.local_address): e.pid for e in machine.endpoints() if e.listening}
    httpd = machine.process(holders[80, "0.0.0.0"])
    java = machine.process(holders[8080, "::"])
    assert httpd is not None
    assert java is not None
    assert (httpd.name, java.name) == ("httpd.exe", "java.exe")
    assert [s.name for s in machine.services_in(httpd.pid)] == ["Apache2.4"]
    assert machine.services_in(java.pid) == []
    for port in (135, 139, 445, 5040, 5357, 5432, 5985, 7680, 47001, 49664):
        assert any(e.local_port == port and e.protocol == "tcp" for e in machine.endpoints())
    for port in (123, 137, 138, 500, 1900, 3702, 4500, 5050, 5353, 5355):
        assert any(e.local_port == port and e.protocol == "udp" for e in machine.endpoints())


def test_port_80_of_the_server_is_shared_through_http_sys() -> None:
    machine = images.load("server2022").boot()
    behind = {
        process.name
        for queue in machine.request_queues()
        if 80 in queue.ports
        for pid in queue.process_ids
        if (process := machine.process(pid)) is not None
    }
    assert behind == {"w3wp.exe", "ReportingServicesService.exe"}
    assert {e.pid for e in machine.endpoints() if e.local_port == 80} == {4}


@each_row(
    ("change", "message"),
    [
        ({"processes": [{"pid": 4}]}, "name is missing"),
        ({"processes": [{"pid": "four", "name": "x"}]}, "pid is 'four'"),
        ({"processes": [{"pid": 4, "name": "x", "colour": "red"}]}, "unknown key colour"),
        ({"processes": [{"pid": 4, "name": "x", "tcp": ["80"]}]}, "'80' is no endpoint"),
        ({"processes": [{"pid": 4, "name": "x", "services": ["Y"]}]}, "not described: Y"),
        ({"processes": {"pid": 4}}, "wanted a list"),
        ({"network": {"ipv4": "10.1.2.3", "excluded": {"ipv4 tcp": ["80"]}}}, "no range"),
        ({"http": [{"pids": [4], "urls": ["nonsense"]}]}, "no URLs"),
        ({"services": {False: {}}}, "put it in quotes"),
        ({"services": {"Adrift": {}}, "processes": []}, "Adrift: a service that no process"),
        ({"weather": "fine"}, "unknown key weather"),
        ({"computer_name": None}, "computer_name"),
    ],
)
def test_mistake_in_an_image_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        boot(document() | change)


def test_image_may_be_a_file_and_build_on_another(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(
        yaml.safe_dump(
            {
                "base": "win2008r2",
                "computer_name": "MINE",
                "network": {"ipv4": "10.9.9.9"},
                "processes": [{"pid": 3000, "name": "mine.exe", "tcp": ["0.0.0.0:7777"]}],
            }
        ),
        encoding="utf-8",
    )
    machine = images.load(str(path)).boot()
    assert (machine.image, machine.computer_name) == ("mine", "MINE")
    assert machine.network.ipv4 == "10.9.9.9"
    assert not machine.network.has_cim_classes
    assert machine.wsman.max_envelope_size == 153_600
    assert {80, 7777, 8080} & {e.local_port for e in machine.endpoints()} == {7777, 8080}


def test_file_that_is_no_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.yml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="mapping"):
        images.load(str(path))
