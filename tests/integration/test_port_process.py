# SPDX-License-Identifier: GPL-3.0-or-later
"""port_process through Ansible itself, on a simulated PC: ports are freed, and really free."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.freeing import Pc, Tables, Task, simulated_pc

pytestmark = pytest.mark.integration

# What is promised for ports that nobody holds, over Basic.
MAX_REQUESTS = 8
CHANGES = {"Terminate", "StopService", "StartService", "ChangeStartMode", "Win32Shutdown"}

# A process with two ports, a service of its own that takes its time, one in an svchost, and a
# program of a user.
MANY: dict[str, Any] = {"ports": [7400, 7401, 7100, 5040, 8080], "protocols": ["tcp", "udp"]}


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Pc]:
    with simulated_pc(tmp_path, 1) as running:
        yield running


def changes(pc: Pc) -> list[str]:
    """What the requests since the last look have changed or tried to."""
    return [entry.action for entry in pc.requests() if entry.action in CHANGES]


def names(stopped: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each["kind"], each["name"]) for each in stopped}


def test_nobody_holds_the_port(pc: Pc) -> None:
    result = pc.play(Task("free", {"ports": [6000, "6010-6020"]}))["free"]
    assert result["status"] == "ok"
    assert result["stopped"] == result["before"] == result["after"] == []
    assert "6000" in result["msg"]
    assert len(pc.requests()) <= MAX_REQUESTS


def test_freed_means_freed(pc: Pc) -> None:
    assert all(pc.is_open(port) for port in MANY["ports"])
    assert not any(pc.is_free(port) for port in MANY["ports"])
    result = pc.play(Task("free", MANY))["free"]
    assert result["status"] == "changed", result["msg"]
    assert all(pc.is_free(port) for port in MANY["ports"])
    assert pc.holder_of(7400, "udp") is None
    assert result["after"] == result["came_back"] == result["refused"] == []
    assert {port for each in result["before"] for port in each["ports"]} == {
        "7400/tcp", "7400/udp", "7401/tcp", "7100/tcp", "5040/tcp", "8080/tcp"
    }  # fmt: skip


def test_a_list_of_ports_is_one_plan_and_nothing_is_stopped_twice(pc: Pc) -> None:
    result = pc.play(Task("free", MANY))["free"]
    assert names(result["stopped"]) == {
        ("service", "Slow"), ("service", "CDPSvc"), ("process", "twin.exe"), ("process", "java.exe")
    }  # fmt: skip
    (twin,) = (each for each in result["stopped"] if each["name"] == "twin.exe")
    assert twin["ports"] == ["7400/tcp", "7401/tcp", "7400/udp"]
    assert sorted(changes(pc)) == ["StopService", "StopService", "Terminate", "Terminate"]


def test_check_mode_says_exactly_what_would_stop_and_stops_nothing(pc: Pc) -> None:
    before = Tables.of(pc.machine)
    predicted = pc.play(Task("free", MANY, check=True))["free"]
    assert predicted["status"] == "changed"
    assert changes(pc) == []
    assert Tables.of(pc.machine) == before
    assert "twin.exe" in predicted["diff"]["before"]
    assert predicted["diff"]["after"] == ""
    assert predicted["after"] == []
    done = pc.play(Task("free", MANY))["free"]
    for key in ("changed", "before", "after", "stopped", "started", "start_modes", "diff"):
        assert done[key] == predicted[key], key


def test_a_port_is_that_port_and_no_other(pc: Pc) -> None:
    others = {7401, 7300, 8080, 3000}
    free = Task("free", {"ports": 7400, "protocols": ["udp"], "expected_process": "twin"})
    (stopped,) = pc.play(free)["free"]["stopped"]
    assert stopped["ports"] == ["7400/udp"]
    assert pc.is_free(7400)
    assert all(pc.is_open(port) for port in others - {7401})


def test_who_only_uses_the_port_for_a_connection_is_left_alone(pc: Pc) -> None:
    before = Tables.of(pc.machine)
    asked = Task("asked", {"ports": 50091, "connections": True}, check=True)
    default = Task("default", {"ports": 50091})
    ended = Task("ended", {"ports": 50162, "connections": True, "force": True})
    results = pc.play(default, ended, asked)
    assert Tables.of(pc.machine) == before
    assert results["default"]["status"] == results["ended"]["status"] == "ok"
    assert results["default"]["stopped"] == results["ended"]["stopped"] == []
    assert names(results["asked"]["stopped"]) == {("process", "Code.exe")}


def test_a_service_is_started_again(pc: Pc) -> None:
    before = {name: pc.machine.service(name) for name in ("Slow", "CDPSvc")}
    again = Task("again", {"ports": [7100, 5040], "state": "restarted"})
    result = pc.play(again)["again"]
    assert result["status"] == "changed", result["msg"]
    assert names(result["stopped"]) == {("service", "Slow"), ("service", "CDPSvc")}
    assert set(result["started"]) == {"Slow", "CDPSvc"}
    for name, earlier in before.items():
        now = pc.machine.service(name)
        assert now is not None
        assert earlier is not None
        assert now.state == "Running"
        assert now.process_id != earlier.process_id
    assert pc.is_open(7100)
    assert pc.is_open(5040)
    assert {port for each in result["after"] for port in each["ports"]} == {"7100/tcp", "5040/tcp"}


def test_services_that_depend_on_it_are_started_again_too(pc: Pc) -> None:
    arguments = {"ports": 7200, "state": "restarted", "force": True}
    result = pc.play(Task("again", arguments))["again"]
    assert result["status"] == "changed", result["msg"]
    assert [each["name"] for each in result["stopped"]] == ["Front", "Store"]
    assert result["started"] == ["Store", "Front"]
    assert pc.is_open(7200)
    assert pc.is_open(7201)


def start_mode(pc: Pc, name: str) -> str:
    service = pc.machine.service(name)
    assert service is not None
    return service.start_mode


def test_a_start_mode_is_set_and_put_back(pc: Pc) -> None:
    earlier = start_mode(pc, "Watch")
    assert earlier == "Auto"
    off = {"ports": 9090, "start_mode": "disabled"}
    results = pc.play(Task("predicted", off, check=True), Task("off", off), Task("still", off))
    assert results["predicted"]["start_modes"] == {"Watch": "auto"}
    assert results["off"]["start_modes"] == {"Watch": "auto"}
    assert "Watch" in results["off"]["diff"]["before"]
    assert results["still"]["status"] == "ok"
    assert start_mode(pc, "Watch") == "Disabled"
    assert pc.is_free(9090)
    back = {"ports": 9090, "state": "restarted", "expected_service": "Watch"}
    result = pc.play(Task("back", back | {"start_mode": results["off"]["start_modes"]["Watch"]}))[
        "back"
    ]
    assert result["status"] == "changed", result["msg"]
    assert result["start_modes"] == {"Watch": "disabled"}
    assert result["started"] == ["Watch"]
    assert start_mode(pc, "Watch") == earlier
    assert pc.is_open(9090)


def test_not_to_wait(pc: Pc) -> None:
    result = pc.play(Task("free", {"ports": 7100, "wait": False}))["free"]
    assert result["status"] == "changed", result["msg"]
    assert names(result["stopped"]) == {("service", "Slow")}
    assert changes(pc) == ["StopService"]


@pytest.mark.parametrize("port", [0, 70000, "htpp"])
def test_bad_ports_are_refused_before_anything_is_sent(pc: Pc, port: object) -> None:
    result = pc.play(Task("free", {"ports": port}))["free"]
    assert result["status"] == "failed"
    assert result["msg"].startswith("ports: ")
    assert pc.requests() == []


def test_what_does_not_fit_together_is_refused_before_anything_is_sent(pc: Pc) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "a disabled service": {"state": "restarted", "start_mode": "disabled"},
        "no time": {"timeout": -1},
        "no such mode": {"start_mode": "never"},
    }
    results = pc.play(*(Task(name, {"ports": 7100} | more) for name, more in wrong.items()))
    assert {result["status"] for result in results.values()} == {"failed"}
    assert pc.requests() == []


def test_a_windows_without_the_network_classes(tmp_path: Path) -> None:
    # Windows Server 2008 R2: its endpoints are read with netstat.
    with simulated_pc(tmp_path, 9, "win2008r2") as pc:
        free: dict[str, Any] = {"ports": [8005, 8009, 8080, 49158]}
        results = pc.play(Task("predicted", free, check=True), Task("done", free))
        assert results["done"]["status"] == "changed", results["done"]["msg"]
        assert results["done"]["stopped"] == results["predicted"]["stopped"]
        assert len(results["done"]["stopped"]) == 2
        assert all(pc.is_free(port) for port in free["ports"])


def test_it_speaks_the_language_of_the_task_to_the_last_word(pc: Pc) -> None:
    japanese = {"language": "ja"}
    results = pc.play(
        Task("free", {"ports": 8080} | japanese),
        Task("nobody", {"ports": 6000} | japanese),
        Task("refused", {"ports": 445} | japanese),
        Task("stuck", {"ports": 7000, "timeout": 1} | japanese),
        Task("wrong", {"ports": 80, "reboot": "if_needed", "wait": False} | japanese),
        Task("misspelt", {"ports": "eighty"} | japanese),
    )
    assert "空いたポート: 8080/tcp。" in results["free"]["msg"]
    (refused,) = results["refused"]["refused"]
    assert refused["owner"] == ["SMB サーバー (ファイルとプリンターの共有)"]
    for name, result in results.items():
        for text in (result["msg"], *(each["msg"] for each in result.get("refused", ()))):
            assert re.search("[ぁ-ん]", text), (name, text)
            assert not re.search("[a-z]+ [a-z]+ [a-z]+", text), (name, text)
