# SPDX-License-Identifier: GPL-3.0-or-later
"""port_process through Ansible itself, on a simulated PC: ports are freed, and really free."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.freeing import Outcome, Pc, Situation, Tables, Task, outcomes, play_on

pytestmark = pytest.mark.integration

# What is promised for ports that nobody holds, over Basic.
MAX_REQUESTS = 8
CHANGES = {"Terminate", "StopService", "StartService", "ChangeStartMode", "Win32Shutdown"}

# A process with two ports, a service of its own that takes its time, one in an svchost, and a
# program of a user.
MANY: dict[str, Any] = {"ports": [7400, 7401, 7100, 5040, 8080], "protocols": ["tcp", "udp"]}


LANGUAGE = {"language": "ja"}
OFF = {"ports": 9090, "start_mode": "disabled"}
OLD: dict[str, Any] = {"ports": [8005, 8009, 8080, 49158]}
#: What is asked of PCs, each of its own; Ansible starts once for all of them.
SITUATIONS = {
    "nobody": Situation([Task("free", {"ports": [6000, "6010-6020"]})]),
    "many": Situation([Task("free", MANY)]),
    "check": Situation([Task("predicted", MANY, check=True)]),
    "that port": Situation(
        [Task("free", {"ports": 7400, "protocols": ["udp"], "expected_process": "twin"})]
    ),
    "connections": Situation(
        [
            Task("default", {"ports": 50091}),
            Task("ended", {"ports": 50162, "connections": True, "force": True}),
            Task("asked", {"ports": 50091, "connections": True}, check=True),
        ]
    ),
    "again": Situation([Task("again", {"ports": [7100, 5040], "state": "restarted"})]),
    "dependents": Situation([Task("again", {"ports": 7200, "state": "restarted", "force": True})]),
    "start mode": Situation(
        [Task("predicted", OFF, check=True), Task("off", OFF), Task("still", OFF)]
    ),
    "no wait": Situation([Task("free", {"ports": 7100, "wait": False})]),
    "bad ports": Situation([Task(str(port), {"ports": port}) for port in (0, 70000, "htpp")]),
    "wrong": Situation(
        [
            Task(
                "a disabled service",
                {"ports": 7100, "state": "restarted", "start_mode": "disabled"},
            ),
            Task("no time", {"ports": 7100, "timeout": -1}),
            Task("no such mode", {"ports": 7100, "start_mode": "never"}),
        ]
    ),
    # Windows Server 2008 R2: its endpoints are read with netstat.
    "old": Situation(
        [Task("predicted", OLD, check=True), Task("done", OLD)], {"image": "win2008r2"}
    ),
    "Japanese": Situation(
        [
            Task("free", {"ports": 8080} | LANGUAGE),
            Task("nobody", {"ports": 6000} | LANGUAGE),
            Task("refused", {"ports": 445} | LANGUAGE),
            Task("stuck", {"ports": 7000, "timeout": 1} | LANGUAGE),
            Task("wrong", {"ports": 80, "reboot": "if_needed", "wait": False} | LANGUAGE),
            Task("misspelt", {"ports": "eighty"} | LANGUAGE),
        ]
    ),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    with outcomes(SITUATIONS, tmp_path_factory.mktemp("pcs"), 100) as found:
        yield found


def changes(pc: Pc) -> list[str]:
    """What the requests since the last look have changed or tried to."""
    return [entry.action for entry in pc.requests() if entry.action in CHANGES]


def names(stopped: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each["kind"], each["name"]) for each in stopped}


def test_nobody_holds_the_port(done: dict[str, Outcome]) -> None:
    result = done["nobody"].results["free"]
    assert result["status"] == "ok"
    assert result["stopped"] == result["before"] == result["after"] == []
    assert "6000" in result["msg"]
    assert len(done["nobody"].pc.requests()) <= MAX_REQUESTS


def test_freed_means_freed(done: dict[str, Outcome]) -> None:
    # On a PC of the same image whose ports nobody has freed.
    assert all(done["nobody"].pc.is_open(port) for port in MANY["ports"])
    assert not any(done["nobody"].pc.is_free(port) for port in MANY["ports"])
    pc, result = done["many"].pc, done["many"].results["free"]
    assert result["status"] == "changed", result["msg"]
    assert all(pc.is_free(port) for port in MANY["ports"])
    assert pc.holder_of(7400, "udp") is None
    assert result["after"] == result["came_back"] == result["refused"] == []
    assert {port for each in result["before"] for port in each["ports"]} == {
        "7400/tcp", "7400/udp", "7401/tcp", "7100/tcp", "5040/tcp", "8080/tcp"
    }  # fmt: skip


def test_a_list_of_ports_is_one_plan_and_nothing_is_stopped_twice(done: dict[str, Outcome]) -> None:
    result = done["many"].results["free"]
    assert names(result["stopped"]) == {
        ("service", "Slow"), ("service", "CDPSvc"), ("process", "twin.exe"), ("process", "java.exe")
    }  # fmt: skip
    (twin,) = (each for each in result["stopped"] if each["name"] == "twin.exe")
    assert twin["ports"] == ["7400/tcp", "7401/tcp", "7400/udp"]
    assert sorted(changes(done["many"].pc)) == [
        "StopService", "StopService", "Terminate", "Terminate"
    ]  # fmt: skip


def test_check_mode_says_exactly_what_would_stop_and_stops_nothing(
    done: dict[str, Outcome], tmp_path: Path
) -> None:
    pc, predicted = done["check"].pc, done["check"].results["predicted"]
    assert predicted["status"] == "changed"
    assert changes(pc) == []
    assert Tables.of(pc.machine) == done["check"].before
    assert "twin.exe" in predicted["diff"]["before"]
    assert predicted["diff"]["after"] == ""
    assert predicted["after"] == []
    real = play_on({"": pc}, {"": [Task("free", MANY)]}, tmp_path)[""]["free"]
    for key in ("changed", "before", "after", "stopped", "started", "start_modes", "diff"):
        assert real[key] == predicted[key], key


def test_a_port_is_that_port_and_no_other(done: dict[str, Outcome]) -> None:
    others = {7401, 7300, 8080, 3000}
    pc = done["that port"].pc
    (stopped,) = done["that port"].results["free"]["stopped"]
    assert stopped["ports"] == ["7400/udp"]
    assert pc.is_free(7400)
    assert all(pc.is_open(port) for port in others - {7401})


def test_who_only_uses_the_port_for_a_connection_is_left_alone(done: dict[str, Outcome]) -> None:
    results = done["connections"].results
    assert Tables.of(done["connections"].pc.machine) == done["connections"].before
    assert results["default"]["status"] == results["ended"]["status"] == "ok"
    assert results["default"]["stopped"] == results["ended"]["stopped"] == []
    assert names(results["asked"]["stopped"]) == {("process", "Code.exe")}


def test_a_service_is_started_again(done: dict[str, Outcome]) -> None:
    pc, result = done["again"].pc, done["again"].results["again"]
    assert result["status"] == "changed", result["msg"]
    assert names(result["stopped"]) == {("service", "Slow"), ("service", "CDPSvc")}
    assert set(result["started"]) == {"Slow", "CDPSvc"}
    for name in ("Slow", "CDPSvc"):
        now = pc.machine.service(name)
        assert now is not None
        assert now.state == "Running"
        assert now.process_id != done["again"].before.services[name].process_id
    assert pc.is_open(7100)
    assert pc.is_open(5040)
    assert {port for each in result["after"] for port in each["ports"]} == {"7100/tcp", "5040/tcp"}


def test_services_that_depend_on_it_are_started_again_too(done: dict[str, Outcome]) -> None:
    pc, result = done["dependents"].pc, done["dependents"].results["again"]
    assert result["status"] == "changed", result["msg"]
    assert [each["name"] for each in result["stopped"]] == ["Front", "Store"]
    assert result["started"] == ["Store", "Front"]
    assert pc.is_open(7200)
    assert pc.is_open(7201)


def test_a_start_mode_is_set_and_put_back(done: dict[str, Outcome], tmp_path: Path) -> None:
    pc, results = done["start mode"].pc, done["start mode"].results
    earlier = done["start mode"].before.services["Watch"].start_mode
    assert earlier == "Auto"
    assert results["predicted"]["start_modes"] == {"Watch": "auto"}
    assert results["off"]["start_modes"] == {"Watch": "auto"}
    assert "Watch" in results["off"]["diff"]["before"]
    assert results["still"]["status"] == "ok"
    assert Tables.of(pc.machine).services["Watch"].start_mode == "Disabled"
    assert pc.is_free(9090)
    back = {"ports": 9090, "state": "restarted", "expected_service": "Watch"}
    task = Task("back", back | {"start_mode": results["off"]["start_modes"]["Watch"]})
    result = play_on({"": pc}, {"": [task]}, tmp_path)[""]["back"]
    assert result["status"] == "changed", result["msg"]
    assert result["start_modes"] == {"Watch": "disabled"}
    assert result["started"] == ["Watch"]
    assert Tables.of(pc.machine).services["Watch"].start_mode == earlier
    assert pc.is_open(9090)


def test_not_to_wait(done: dict[str, Outcome]) -> None:
    result = done["no wait"].results["free"]
    assert result["status"] == "changed", result["msg"]
    assert names(result["stopped"]) == {("service", "Slow")}
    assert changes(done["no wait"].pc) == ["StopService"]


def test_bad_ports_are_refused_before_anything_is_sent(done: dict[str, Outcome]) -> None:
    for port, result in done["bad ports"].results.items():
        assert result["status"] == "failed", port
        assert result["msg"].startswith("ports: "), port
    assert done["bad ports"].pc.requests() == []


def test_what_does_not_fit_together_is_refused_before_anything_is_sent(
    done: dict[str, Outcome],
) -> None:
    assert {result["status"] for result in done["wrong"].results.values()} == {"failed"}
    assert done["wrong"].pc.requests() == []


def test_a_windows_without_the_network_classes(done: dict[str, Outcome]) -> None:
    results = done["old"].results
    assert results["done"]["status"] == "changed", results["done"]["msg"]
    assert results["done"]["stopped"] == results["predicted"]["stopped"]
    assert len(results["done"]["stopped"]) == 2
    assert all(done["old"].pc.is_free(port) for port in OLD["ports"])


def test_it_speaks_the_language_of_the_task_to_the_last_word(done: dict[str, Outcome]) -> None:
    results = done["Japanese"].results
    assert "解放したポート: 8080/tcp。" in results["free"]["msg"]
    (refused,) = results["refused"]["refused"]
    assert refused["owner"] == ["SMB サーバー (ファイルとプリンターの共有)"]
    for name, result in results.items():
        for text in (result["msg"], *(each["msg"] for each in result.get("refused", ()))):
            assert re.search("[ぁ-ん]", text), (name, text)
            assert not re.search("[a-z]+ [a-z]+ [a-z]+", text), (name, text)
