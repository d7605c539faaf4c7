# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person and a playbook are told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.stopping import result as report
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Sentence,
    Value,
    in_turn,
    render,
)
from unit.rows import each_row
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import all_english, english

PLUGINS = Path(__file__).parents[3] / "plugins"


def told(
    pc: SimulatedPc, ports: object, *, check: bool = False, **options: object
) -> tuple[dict[str, Any], dict[str, str]]:
    """Result and diff of a task."""
    task = pc.task(ports, **options)
    found = pc.survey(ports, **options)
    if check or not found.plan.steps:
        return all_english((report.planned(task, found).result, report.diff(task, found)))
    done = pc.carried_out(task, found)
    result = report.carried_out(task, found, done).result
    return all_english((result, report.diff(task, found, done)))


def test_a_holder_in_full() -> None:
    result, _diff = told(SimulatedPc(), 3000, check=True)
    (holder,) = result["before"]
    assert holder == {
        "ports": ["3000/tcp"],
        "addresses": ["0.0.0.0", "::"],
        "pid": 8008,
        "process": "node.exe",
        "path": r"C:\Program Files\nodejs\node.exe",
        "session": 1,
        "started": holder["started"],
        "services": [],
        "parent_pid": 8004,
        "parent": "pm.exe",
        "owner": [],
    }
    assert holder["started"].endswith("+00:00")


def test_a_service_in_full() -> None:
    result, _diff = told(SimulatedPc(), 9090, start_mode=StartMode.DISABLED)
    assert result["stopped"] == [
        {
            "kind": "service",
            "name": "Watch",
            "display_name": "Watch Dog",
            "pid": 8012,
            "ports": ["9090/tcp"],
        }
    ]
    assert result["start_modes"] == {"Watch": "auto"}
    assert result["changed"]
    assert "failed" not in result


OPTIONS: list[dict[str, Any]] = [
    {"ports": [8080, 9090]},
    {"ports": 9090, "start_mode": StartMode.MANUAL},
    {"ports": 9090, "restart": True},
    {"ports": 7200, "force": True},
    {"ports": 445},
    {"ports": 4},
    {"ports": 9090, "means": Means.TERMINATE},
    {"ports": 7000, "timeout": 1.0},
]


@pytest.mark.parametrize(
    "options",
    [
        *OPTIONS[::3],
        *(pytest.param(each, marks=pytest.mark.sweep) for n, each in enumerate(OPTIONS) if n % 3),
    ],
)
def test_results_are_plain_json_with_the_same_keys_always(options: dict[str, Any]) -> None:
    keys = {"changed", "before", "after", "stopped", "started", "start_modes", "also_serves",
            "stopped_now", "refused", "came_back", "rebooted", "msg"}  # fmt: skip
    for check in (True, False):
        result, diff = told(SimulatedPc(), **options, check=check)
        assert json.loads(json.dumps(result)) == result
        assert set(result) - {"failed"} == keys
        assert set(diff) == {"before", "after"}
        assert result["msg"].endswith(".")


@pytest.mark.parametrize(
    "options",
    [*OPTIONS[1:3], *(pytest.param(each, marks=pytest.mark.sweep) for each in OPTIONS[:4:3])],
)
def test_check_mode_predicts_exactly(options: dict[str, Any]) -> None:
    predicted, expected = told(SimulatedPc(), **options, check=True)
    result, diff = told(SimulatedPc(), **options)
    for key in ("changed", "before", "stopped", "started", "start_modes", "refused"):
        assert result[key] == predicted[key], key
    assert diff == expected


def test_what_is_said() -> None:
    assert told(SimulatedPc(), 8080, check=True)[0]["msg"] == (
        "Would end the process java.exe (PID 7192)."
    )
    assert told(SimulatedPc(), 8080)[0]["msg"] == (
        "Ended the process java.exe (PID 7192). Free: 8080/tcp."
    )
    assert told(SimulatedPc(), 8080, wait=False)[0]["msg"] == (
        "Asked Windows to end the process java.exe (PID 7192). Not waited for: 8080/tcp."
    )
    assert told(SimulatedPc(), 9090, restart=True, check=True)[0]["msg"] == (
        "Would stop the service Watch (Watch Dog) and start the service Watch (Watch Dog)."
    )
    assert told(SimulatedPc(), 9090, restart=True)[0]["msg"].endswith("Held again: 9090/tcp.")
    assert told(SimulatedPc(), [4, "20-29"])[0]["msg"] == "Nobody holds 4,20-29/tcp."
    assert told(SimulatedPc(), 50_162, connections=True)[0]["msg"].startswith("Nothing listens on")


@each_row(
    "options, english, japanese",
    [
        (
            {"start_mode": StartMode.MANUAL},
            "Set the start mode of the service Watch (Watch Dog) to manual. Stopped the service "
            "Watch (Watch Dog). Free: 9090/tcp.",
            "サービス Watch (Watch Dog) のスタートアップの種類を「手動」に変更しました。サービス "
            "Watch (Watch Dog) を停止しました。解放したポート: 9090/tcp。",
        ),
        (
            {"restart": True},
            "Stopped the service Watch (Watch Dog). Started the service Watch (Watch Dog). Held "
            "again: 9090/tcp.",
            "サービス Watch (Watch Dog) を停止しました。サービス Watch (Watch Dog) を開始しました。"
            "再び使用されているポート: 9090/tcp。",
        ),
        (
            {"wait": False},
            "Asked Windows to stop the service Watch (Watch Dog). Not waited for: 9090/tcp.",
            "サービス Watch (Watch Dog) の停止を Windows に要求しました。完了を待っていないポート: "
            "9090/tcp。",
        ),
    ],
)
def test_what_was_done_is_said_as_done(
    options: dict[str, Any], english: str, japanese: str
) -> None:
    pc = SimulatedPc()
    task, found = pc.task(9090, **options), pc.survey(9090, **options)
    said = report.carried_out(task, found, pc.carried_out(task, found)).result["msg"]
    assert render(said, "en") == english
    assert render(said, "ja") == japanese


def test_many_ports_are_not_all_said() -> None:
    result, _diff = told(SimulatedPc(), list(range(20_001, 21_000, 2)))
    assert len(result["msg"]) < 130


def test_a_refusal_tells_every_reason_once() -> None:
    result, _diff = told(SimulatedPc(), [445, 8080, 7200])
    assert result["failed"]
    assert not result["changed"]
    assert result["stopped"] == []
    assert result["after"] == result["before"]
    assert {each["reason"] for each in result["refused"]} == {"windows_itself"}
    assert result["msg"].startswith("Nothing was stopped. Windows itself (System, PID 4)")
    assert result["refused"][0]["owner"] == ["the SMB server (file and printer sharing)"]


def test_the_diff_shows_ports_and_start_modes() -> None:
    _result, diff = told(SimulatedPc(), 9090, start_mode=StartMode.DISABLED)
    assert diff == {
        "before": "9090/tcp: watchd.exe (PID 8012), Watch\nstart mode of Watch: auto\n",
        "after": "start mode of Watch: disabled\n",
    }


def test_the_diff_of_a_failure_shows_what_is() -> None:
    _result, diff = told(SimulatedPc(), 7120, start_mode=StartMode.DISABLED)
    assert diff["before"] == diff["after"] == "7120/tcp: locked.exe (PID 8036), Locked\n"


def test_a_restart_of_windows_is_said() -> None:
    pc = SimulatedPc()
    task, found = pc.task(7000, timeout=1.0, reboot=True), pc.survey(7000)
    done = pc.carried_out(task, found)
    said = report.carried_out(task, found, done).result["msg"]
    assert render(said, "en") == (
        "Ended the process stuck.exe (PID 8016). Restarted Windows. Free: 7000/tcp."
    )
    assert render(said, "ja") == (
        "プロセス stuck.exe (PID 8016) を終了しました。Windows を再起動しました。解放したポート: "
        "7000/tcp。"
    )


def test_what_did_not_go_is_not_among_what_was_stopped() -> None:
    result, _diff = told(SimulatedPc(), 7000, timeout=1.0)
    assert result["stopped"] == []
    assert result["changed"]
    assert [each["process"] for each in result["after"]] == ["stuck.exe"]


def test_what_came_back_has_its_reason() -> None:
    result, _diff = told(SimulatedPc(), 3000)
    (came_back,) = result["came_back"]
    assert came_back["reason"] == "parent"
    assert came_back["msg"] in result["msg"]


def test_warnings_tell_what_may_bring_it_back_and_what_force_went_past() -> None:
    pc = SimulatedPc()
    found = pc.survey(9090, means=Means.TERMINATE)
    warnings = report.planned(pc.task(9090, means=Means.TERMINATE), found).warnings
    assert any("may start watchd.exe" in english(warning) for warning in warnings)
    found = pc.survey(7200, force=True)
    warnings = report.planned(pc.task(7200, force=True), found).warnings
    assert any("depend on Store" in english(warning) for warning in warnings)


def test_nothing_is_said_of_ports_that_nobody_has_waited_for() -> None:
    pc = SimulatedPc()
    options = {"restart": True, "expected_service": ("Watch",), "wait": False}
    task, found = pc.task(7999, **options), pc.survey(7999, **options)
    result = all_english(report.carried_out(task, found, pc.carried_out(task, found)).result)
    assert result["msg"].endswith("Nothing holds the ports yet. That was not waited for.")
    assert (result["changed"], result["after"]) == (False, [])


def test_what_went_wrong_besides_is_a_warning() -> None:
    pc = SimulatedPc()
    front = pc.machine.service("Front")
    assert front is not None
    broken = dataclasses.replace(front, name="Broken", state="Stopped", process_id=0)
    pc.machine.put_service(dataclasses.replace(broken, refuses={"StartService": 9}))
    options = {"restart": True, "force": True, "expected_service": ("Store",)}
    task, found = pc.task(7200, **options), pc.survey(7200, **options)
    told = report.carried_out(task, found, pc.carried_out(task, found))
    assert "failed" not in told.result
    assert told.result["started"] == ["Store", "Front"]
    assert "Could not start the service Broken" in english(told.warnings[-1])


def test_a_failure_names_the_host_and_the_ports() -> None:
    task = SimulatedPc().task(["7000-7010", 80], ["tcp", "udp"])
    assert english(report.on_host("It is so.", task, "win-1")) == (
        "It is so. (On win-1, 80,7000-7010/tcp, 80,7000-7010/udp.)"
    )


@each_row("wrapped", [lambda said: said, in_turn, Sentence, lambda said: (said,)])
@each_row("host", ["win-1", "win-1 (http://192.0.2.1:5985/wsman)"])
def test_a_failure_that_names_its_host_is_left_as_it_is(
    wrapped: Callable[[Value], Value], host: str
) -> None:
    task = SimulatedPc().task(80)
    named = wrapped(Phrase("run.mode_not_told", {"host": host}))
    assert report.on_host(named, task, "win-1") == named
    # The name of another host begins with it, and the name of a service contains it.
    other = Phrase("run.mode_not_told", {"host": "win-10"})
    service = Phrase("step.stop_service", {"service": "win-1"})
    for message in (other, service):
        assert report.on_host(message, task, "win-1") != message


def test_the_documentation_shows_what_is_said() -> None:
    text = (PLUGINS / "modules" / "port_process.py").read_text("utf-8")
    documented = yaml.safe_load(text.partition('RETURN = r"""')[2].partition('"""')[0])
    (refused,) = told(SimulatedPc(), 7400, expected_process=("nginx",))[0]["refused"]
    (came_back,) = told(SimulatedPc(), 3000)[0]["came_back"]
    for name, entry in (("refused", refused), ("came_back", came_back)):
        shown = documented[name]["contains"]
        assert (shown["reason"]["sample"], shown["msg"]["sample"]) == (
            entry["reason"],
            entry["msg"],
        )
    assert (
        documented["before"]["contains"]["owner"]["sample"]
        == (told(SimulatedPc(), 445, check=True)[0]["before"][0]["owner"])
    )


def test_what_a_driver_keeps_is_not_promised() -> None:
    """Windows itself may hold a port of a driver until Windows restarts."""
    smb = {"expected_service": ("LanmanServer",)}
    result, diff = told(SimulatedPc(), 445, check=True, **smb)
    assert result["msg"] == (
        "Would stop the service LanmanServer (Server). Whether 445/tcp is free then, only a real "
        "run can tell: Windows itself (System, PID 4) holds it, and its driver may keep it until "
        "Windows restarts (reboot: if_needed)."
    )
    assert result["after"] == result["before"]
    assert diff["after"] == diff["before"]
    again = "If Windows itself (System, PID 4) still holds 445/tcp then, the task would restart"
    result, _diff = told(SimulatedPc(), 445, check=True, reboot=True, **smb)
    assert again in result["msg"]
    assert result["msg"].endswith(
        "That would not help: LanmanServer (Server) starts with it. Set start_mode to manual or "
        "disabled."
    )
    assert result["after"] == []
    mode = {"start_mode": StartMode.DISABLED}
    result, _diff = told(SimulatedPc(), 445, check=True, reboot=True, **smb, **mode)
    assert again in result["msg"]
    assert "would not help" not in result["msg"]
    # What http.sys holds for a service is free as soon as that stops.
    result, _diff = told(SimulatedPc(), 7501, check=True)
    assert "only a real run can tell" not in result["msg"]


def test_what_goes_for_several_refusals_is_said_once() -> None:
    result, _diff = told(SimulatedPc(), 5985, expected_service=("WinRM",))
    assert result["msg"] == (
        "Nothing was stopped. Port 5985 is WinRM's own: without it the host can't be reached. This "
        "task is connected to the host through the service WinRM. Only the option force of port_process overrides this."
    )
    assert all(
        "Only the option force of port_process overrides this." in each["msg"]
        for each in result["refused"]
    )
