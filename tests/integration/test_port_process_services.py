# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that are to run again, sockets that outlive their processes, and what else is served:
what check mode says, what is done, and what is claimed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from integration.freeing import Pc, Tables, Task, simulated_pc
from winsim import service_control

pytestmark = pytest.mark.integration

RESTARTED = {"state": "restarted", "timeout": 20}


def change(pc: Pc, name: str, **values: object) -> None:
    found = pc.machine.service(name)
    assert found is not None
    pc.machine.put_service(dataclasses.replace(found, **values))  # type: ignore[arg-type]


def stop(pc: Pc, *names: str) -> None:
    for name in names:
        found = pc.machine.service(name)
        assert found is not None
        assert service_control.stop(pc.machine, found) == 0


def states(pc: Pc, *names: str) -> list[str]:
    found = [pc.machine.service(name) for name in names]
    return [each.state if each else "" for each in found]


def test_a_run_that_was_interrupted_is_made_good_by_the_next(tmp_path: Path) -> None:
    store = {"ports": 7200, "expected_service": "Store"} | RESTARTED
    with simulated_pc(tmp_path, 60) as pc:
        stop(pc, "Front", "Store")
        check = pc.play(Task("check", store, check=True))["check"]
        assert states(pc, "Store", "Front") == ["Stopped", "Stopped"]
        result = pc.play(Task("again", store))["again"]
        assert states(pc, "Store", "Front", "Archive") == ["Running", "Running", "Stopped"]
        # By now one of them runs, and the other was stopped.
        stop(pc, "Front")
        more = pc.play(Task("more", store | {"force": True}))["more"]
        assert states(pc, "Store", "Front") == ["Running", "Running"]
    assert check["started"] == result["started"] == ["Store", "Front"]
    assert (check["status"], result["status"], more["status"]) == ("changed",) * 3
    assert more["started"] == ["Store", "Front"]


def test_it_is_never_ok_while_nothing_runs(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 61) as pc:
        before = Tables.of(pc.machine)
        results = pc.play(
            Task("nobody", {"ports": 7999} | RESTARTED),
            Task("missing", {"ports": 7999, "expected_service": "Nowhere"} | RESTARTED),
            Task("holds nothing", {"ports": 7999, "expected_service": "Watch", **RESTARTED,
                                   "timeout": 1}),
            Task("would hold nothing", {"ports": 7999, "expected_service": "Watch", **RESTARTED},
                 check=True),
        )  # fmt: skip
        assert Tables.of(pc.machine) == before
    assert [results[name]["status"] for name in ("nobody", "missing", "holds nothing")] == [
        "failed"
    ] * 3
    assert [each["reason"] for each in results["nobody"]["refused"]] == ["nothing_to_restart"]
    assert [each["reason"] for each in results["missing"]["refused"]] == ["no_such_service"]
    assert "Watch (Watch Dog) (running)" in results["holds nothing"]["msg"]
    assert results["would hold nothing"]["status"] == "ok"
    assert "would wait for that" in results["would hold nothing"]["msg"]


def test_a_service_that_does_not_start_is_named_with_its_exit_code_and_as_stopped(
    tmp_path: Path,
) -> None:
    with simulated_pc(tmp_path, 62) as pc:
        change(pc, "Watch", start_takes=0.3, start_fails=1067)
        result = pc.play(Task("again", {"ports": 9090} | RESTARTED))["again"]
    assert (result["status"], result["changed"]) == ("failed", True)
    assert "exit code 1067" in result["msg"]
    assert "Stopped now: Watch (Watch Dog)." in result["msg"]
    assert (result["started"], result["stopped_now"]) == ([], ["Watch"])


def test_the_start_mode_reaches_a_named_service_that_has_stopped(tmp_path: Path) -> None:
    off = {"ports": 9090, "expected_service": "Watch", "start_mode": "disabled"}
    with simulated_pc(tmp_path, 63) as pc:
        stop(pc, "Watch")
        results = pc.play(Task("check", off, check=True), Task("off", off), Task("twice", off))
        service = pc.machine.service("Watch")
        assert service is not None
        assert service.start_mode == "Disabled"
    assert [each["status"] for each in results.values()] == ["changed", "changed", "ok"]
    assert results["check"]["start_modes"] == results["off"]["start_modes"] == {"Watch": "auto"}


def test_a_socket_that_outlives_its_process_is_freed_by_the_heir_that_is_named(
    tmp_path: Path,
) -> None:
    ports = {"ports": [7150, 7151]}
    with simulated_pc(tmp_path, 64) as pc:
        results = pc.play(
            Task("unnamed", ports | {"force": True}),
            Task("check", ports | {"expected_process": "chroma"}, check=True),
            Task("named", ports | {"expected_process": "chroma"}),
        )
        assert pc.is_free(7151)
        assert pc.machine.process(8104) is not None
    unnamed = results["unnamed"]["msg"]
    assert "The process 8096, which opened the port, has ended" in unnamed
    assert "chroma.exe (PID 8100), python.exe (PID 8104)" in unnamed
    assert "Run the task again" not in unnamed
    for name in ("check", "named"):
        assert results[name]["status"] == "changed", results[name]["msg"]
        assert [each["pid"] for each in results[name]["stopped"]] == [8100]


def test_a_child_that_has_the_socket_of_the_process_that_was_ended(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 65) as pc:
        child = pc.machine.process(7192)
        assert child is not None
        heir = dataclasses.replace(child, parent_pid=7192, name="heir.exe", inherits=(7192,))
        started = pc.machine.start_process(heir)
        result = pc.play(Task("free", {"ports": 8080, "timeout": 20}))["free"]
        assert pc.machine.process(started.pid) is not None
    assert result["status"] == "failed"
    assert [each["pid"] for each in result["stopped"]] == [7192]
    assert f"heir.exe (PID {started.pid})" in result["msg"]
    assert "use the method terminate" not in result["msg"]


BESIDES: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "a program": ({"ports": 7401}, {"twin.exe": ["7400/tcp", "7400/udp"]}),
    "nothing": ({"ports": [7400, 7401], "protocols": ["tcp", "udp"]}, {}),
    "a shared host": (
        {"ports": 7300, "expected_service": "BundleOne"},
        {"svchost.exe": ["7301/tcp"]},
    ),
    "dependents": ({"ports": 7200, "force": True}, {"Front": ["7201/tcp"]}),
}


def test_what_else_is_served_is_said_before_and_after(tmp_path: Path) -> None:
    with simulated_pc(tmp_path, 66) as pc:
        checks = pc.play(*(Task(name, BESIDES[name][0], check=True) for name in BESIDES))
        done = pc.play(*(Task(name, BESIDES[name][0]) for name in reversed(BESIDES)))
    for name, (_arguments, expected) in BESIDES.items():
        for result in (checks[name], *([done[name]] if name in ("nothing", "dependents") else [])):
            found = {each["process"]: each["ports"] for each in result["also_serves"]}
            assert found == expected, name
            for ports in expected.values():
                assert ", ".join(ports) in result["msg"], name


def test_check_mode_and_a_real_run_agree_on_what_stops(tmp_path: Path) -> None:
    """On every port of the PC but those of WinRM and of what only time or rights keep from it."""
    only_tried = {7000, 7010, 7020, 7110, 7120, 7210, 7140}
    ports = [3000, 5432, 7100, 7130, 7160, 7161, 7201, 7301, 7500, 8080, 8443, 9090, 49668, 5355]
    assert not only_tried.intersection(ports)
    tasks = []
    for port in ports:
        arguments = {"ports": port, "protocols": ["tcp", "udp"], "timeout": 5}
        tasks += [
            Task(f"check {port}", arguments, check=True),
            Task(f"real {port}", arguments | {"wait": True}),
        ]
    with simulated_pc(tmp_path, 67) as pc:
        results = pc.play(*tasks)
    for port in ports:
        check, real = results[f"check {port}"], results[f"real {port}"]
        assert check["stopped"] == real["stopped"], (port, real["msg"])
        assert check["changed"] == real["changed"], (port, real["msg"])
        if check["status"] == "failed":
            assert real["refused"] == check["refused"], port
    assert {results[f"real {port}"]["status"] for port in ports} == {"changed", "failed"}
