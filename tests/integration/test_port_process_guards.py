# SPDX-License-Identifier: GPL-3.0-or-later
"""Every guard of port_process, walked one by one on a simulated PC, and what force goes past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.freeing import (
    Outcome,
    Situation,
    Tables,
    Task,
    outcomes,
    play_on,
    simulated_pc,
)

pytestmark = pytest.mark.integration

TERMINATE = {"method": "terminate"}

# By what the task asks for: the guards that have to refuse it.
REFUSED: dict[str, tuple[dict[str, Any], set[str]]] = {
    # Windows itself: process 4, whoever it listens for.
    "file sharing": ({"ports": 445}, {"windows_itself"}),
    "netbios": ({"ports": 139}, {"windows_itself"}),
    "netbios over udp": ({"ports": [137, 138], "protocols": ["udp"]}, {"windows_itself"}),
    "a web server of windows": ({"ports": 5357}, {"windows_itself"}),
    "winrm by its port": ({"ports": 5985}, {"windows_itself"}),
    "winrm for programs on the host": ({"ports": 47001}, {"windows_itself"}),
    # The way to the host.
    "winrm by its service": ({"ports": 5985, "expected_service": "WinRM"}, {"winrm"}),
    "winrm by its process": (
        {"ports": 5985, "expected_process": "svchost", **TERMINATE},
        {"winrm"},
    ),
    "the provider of this answer": ({"ports": 7504}, {"winrm"}),
    "the host of shells": ({"ports": 7505}, {"winrm"}),
    # Processes that Windows can't run without.
    "smss": ({"ports": 7501}, {"system_process"}),
    "csrss": ({"ports": 7502}, {"system_process"}),
    "wininit": ({"ports": 49665}, {"system_process"}),
    "winlogon": ({"ports": 7503}, {"system_process"}),
    "services": ({"ports": 49669}, {"system_process"}),
    "lsass": ({"ports": 49664, **TERMINATE}, {"system_process", "shared_process"}),
    "a service of lsass": ({"ports": 49664, "expected_service": "SamSs"}, {"system_process"}),
    # Remote procedure calls.
    "rpc by its process": ({"ports": 135, **TERMINATE}, {"rpc", "shared_process"}),
    # More would stop than what holds the port.
    "one of two services": ({"ports": 7300}, {"several_services"}),
    "one of lsass' services": ({"ports": 49664}, {"several_services"}),
    "the process of two services": ({"ports": 7300, **TERMINATE}, {"shared_process"}),
    "a service that another needs": ({"ports": 7200}, {"dependent_services"}),
    "a service that another needs, to run again": (
        {"ports": 7200, "state": "restarted"},
        {"dependent_services"},
    ),
    # It is not what is expected.
    "another program": ({"ports": 7400, "expected_process": "nginx"}, {"not_expected"}),
    "a name that only begins so": ({"ports": 7400, "expected_process": "twi"}, {"not_expected"}),
    "another path": (
        {"ports": 7400, "expected_process": "C:\\Other\\twin.exe"},
        {"not_expected"},
    ),
    "another service": ({"ports": 7100, "expected_service": "Watch"}, {"not_expected"}),
    "a service for a program": ({"ports": 7400, "expected_service": "Watch"}, {"not_expected"}),
    # It is no service.
    "a program as a service": ({"ports": 7400, "method": "service"}, {"not_a_service"}),
    "a program to run again": ({"ports": 7400, "state": "restarted"}, {"not_a_service"}),
    # It can't stop, or nothing is known to stop.
    "a service that takes no stop": ({"ports": 7130}, {"takes_no_stop"}),
    "a service that windows needs for itself": (
        {"ports": 5355, "protocols": ["udp"]},
        {"takes_no_stop"},
    ),
    "a socket whose process has ended": ({"ports": [7150, 7151]}, {"orphaned"}),
    "a socket whose process is expected": (
        {"ports": 7151, "expected_process": "worker"},
        {"orphaned"},
    ),
    # What has only launched a program is not what to stop.
    "the task scheduler": ({"ports": 7161, "expected_service": "Schedule"}, {"not_expected"}),
    "power": ({"ports": 7160, "expected_service": "Power"}, {"not_expected"}),
    "a service that is not there, to run again": (
        {"ports": 9090, "state": "restarted", "expected_service": ["Watch", "Watcher"]},
        {"no_such_service"},
    ),
    # One holder of several.
    "all or nothing": ({"ports": [7400, 7100, 445]}, {"windows_itself"}),
    "all or nothing by force": (
        {"ports": [7400, 7100, 445], "force": True},
        {"windows_itself"},
    ),
}

# What force does not go past.
NEVER = {
    name: (arguments | {"force": True}, guards)
    for name, (arguments, guards) in REFUSED.items()
    if guards
    <= {
        "windows_itself",
        "several_services",
        "not_expected",
        "not_a_service",
        "takes_no_stop",
        "orphaned",
        "no_such_service",
    }
}

# What force does go past, with what it stops.
FORCED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "smss": ({"ports": 7501}, ["smss.exe"]),
    "winlogon": ({"ports": 7503}, ["winlogon.exe"]),
    "the provider of this answer": ({"ports": 7504}, ["WmiPrvSE.exe"]),
    "the host of shells": ({"ports": 7505}, ["winrshost.exe"]),
    "the process of two services": ({"ports": 7300, **TERMINATE}, ["bundle"]),
    "a service that another needs": ({"ports": 7200}, ["Front", "Store"]),
}


def test_every_guard(tmp_path: Path) -> None:
    cases = REFUSED | {f"{name}, for ever": case for name, case in NEVER.items()}
    with simulated_pc(tmp_path, 2) as pc:
        before = Tables.of(pc.machine)
        results = pc.play(*(Task(name, arguments) for name, (arguments, _guards) in cases.items()))
        assert Tables.of(pc.machine) == before
    for name, (arguments, guards) in cases.items():
        result = results[name]
        assert result["status"] == "failed", (name, result["msg"])
        assert result["changed"] is False
        assert result["stopped"] == [], name
        assert {each["reason"] for each in result["refused"]} == guards, name
        assert result["before"] == result["after"] != [], name
        assert result["msg"].startswith("Nothing was stopped."), name
        by_force = "Only the option force of port_process overrides this." in result["msg"]
        assert by_force is (name in REFUSED and name not in NEVER and not arguments.get("force"))


REPORTING = "SQL Server Reporting Services"
SITUATIONS = {
    "check": Situation(
        [Task(name, arguments, check=True) for name, (arguments, _guards) in REFUSED.items()]
    ),
    "force": Situation(
        [Task(name, arguments | {"force": True}) for name, (arguments, _names) in FORCED.items()]
    ),
    "winrm": Situation(
        [
            Task(
                "winrm",
                {"ports": 5985, "expected_service": "WinRM", "force": True},
                check=True,
            )
        ]
    ),
    # csrss.exe in a folder of a user at 7500, and the true one at 7502.
    "path": Situation(
        [Task("one is true", {"ports": [7500, 7502]}), Task("false", {"ports": 7500})]
    ),
    "one": Situation([Task("one", {"ports": 7300, "expected_service": "Bundle One"})]),
    # IIS and SQL Server Reporting Services share port 80.
    "http.sys": Situation(
        [
            Task("unnamed", {"ports": 80}),
            Task("worker", {"ports": 80, "expected_process": "w3wp"}),
            Task("one of two", {"ports": 80, "expected_service": "W3SVC"}),
        ],
        {"image": "server2022"},
    ),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    """What becomes of these, with one start of Ansible."""
    with outcomes(SITUATIONS, tmp_path_factory.mktemp("pcs"), 3) as found:
        yield found


def test_check_mode_refuses_the_same(done: dict[str, Outcome]) -> None:
    results = done["check"].results
    for name, (_arguments, guards) in REFUSED.items():
        assert results[name]["status"] == "failed"
        assert {each["reason"] for each in results[name]["refused"]} == guards, name


def test_force_goes_past_dangers_and_warns(done: dict[str, Outcome]) -> None:
    for name, (arguments, stopped) in FORCED.items():
        result = done["force"].results[name]
        assert result["status"] == "changed", (name, result["msg"])
        assert result["warnings"], name
        assert done["force"].pc.is_free(arguments["ports"]), name
        names = [each["name"] for each in result["stopped"]]
        assert names == (["svchost.exe"] if stopped == ["bundle"] else stopped), name


def test_winrm_itself_stops_by_force_alone(done: dict[str, Outcome]) -> None:
    result = done["winrm"].results["winrm"]
    assert [each["name"] for each in result["stopped"]] == ["WinRM"]
    assert any("WinRM" in warning for warning in result["warnings"])


def test_the_path_decides_what_is_a_part_of_windows_and_not_the_name(
    done: dict[str, Outcome],
) -> None:
    pc, results = done["path"].pc, done["path"].results
    assert results["one is true"]["status"] == "failed"
    (refused,) = results["one is true"]["refused"]
    assert refused["ports"] == ["7502/tcp"]
    assert results["false"]["status"] == "changed"
    assert pc.is_free(7500)
    assert pc.is_open(7502)
    (stopped,) = results["false"]["stopped"]
    assert stopped["ports"] == ["7500/tcp"]


def test_one_service_of_several_in_a_process(done: dict[str, Outcome]) -> None:
    pc, result = done["one"].pc, done["one"].results["one"]
    assert result["status"] == "changed", result["msg"]
    assert [each["name"] for each in result["stopped"]] == ["BundleOne"]
    assert pc.is_free(7300)
    assert pc.is_open(7301)


def test_a_port_of_http_sys_is_freed_by_the_services_behind_it_when_all_are_named(
    done: dict[str, Outcome], tmp_path: Path
) -> None:
    pc, results = done["http.sys"].pc, done["http.sys"].results
    assert Tables.of(pc.machine) == done["http.sys"].before
    both = {"ports": 80, "expected_service": ["W3SVC", REPORTING], "force": True}
    named = play_on({"": pc}, {"": [Task("named", both)]}, tmp_path)[""]["named"]
    assert named["status"] == "changed", named["msg"]
    assert pc.holder_of(80) is None
    (unnamed,) = results["unnamed"]["refused"]
    assert unnamed["reason"] == "windows_itself"
    assert "W3SVC" in unnamed["msg"]
    assert "iis_worker" in {each["reason"] for each in results["worker"]["refused"]}
    assert [each["reason"] for each in results["one of two"]["refused"]] == ["not_expected"]
    stopped = [each["name"] for each in named["stopped"]]
    assert {"W3SVC", "SQLServerReportingServices"} <= set(stopped)
