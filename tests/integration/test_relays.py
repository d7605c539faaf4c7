# SPDX-License-Identifier: GPL-3.0-or-later
"""PCs on which something stands behind the listeners: what each module says of the same ports, in
one play."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.machine import HTTP_PARAMETERS, Machine
from winsim.server import Hosts
from winsim.state import Endpoint, Process

pytestmark = pytest.mark.integration

NETWORK = Network()
MODULES = "portkeeper.windows."
PORTS = "8005,8083-8086,8088,8091,8092,51234"
TASKS: dict[str, dict[str, Any]] = {
    "check": {"port_check": {"ports": PORTS, "timeout": 1}},
    "others": {"port_check": {"ports": "8084,8085", "expected_process": "nginx", "timeout": 1}},
    "free": {"port_check": {"ports": "8005,8085,8088,8099", "expect": "free"}},
    "nobody": {"port_facts": {"ports": "8005,8088,8089/udp"}},
    "nobody at all": {"port_facts": {"ports": 8099, "states": "all", "language": "ja"}},
    "facts": {"port_facts": {"ports": "8083-8099", "gather": ["process", "service", "forwards"]}},
    "stop": {"port_process": {"ports": "8085"}},
    "unused": {"port_process": {"ports": "8005"}},
    "limited": {"port_check": {"ports": 51235, "from_controller": False}},
}
TO_FREE = {"relays": 8005, "shared": 8200}
#: Two programs of `shared` have one port.
SHARING = {r"C:\Apps\one.exe": "0.0.0.0", r"C:\Apps\two.exe": "127.0.0.1"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """What each task returns."""
    folder = tmp_path_factory.mktemp("relays")
    machines = [
        load("relays").boot(name, NETWORK.next()) for name in ("relays", "limited", "shared")
    ]
    assert machines[1].firewall is not None
    # http.sys of the other PC listens for the PC itself only, whatever the URLs say.
    machines[1].firewall.set_texts(HTTP_PARAMETERS, "ListenOnlyList", ["127.0.0.1"])
    for path, address in SHARING.items():
        start(machines[2], path, address, TO_FREE["shared"])
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        plays = [
            {
                "hosts": "limited" if name == "limited" else "relays",
                "gather_facts": False,
                "tasks": [
                    {
                        "name": name,
                        "ignore_errors": True,
                        **{MODULES + module: options for module, options in task.items()},
                    }
                ],
            }
            for name, task in TASKS.items()
        ]
        played = runs.play(plays, folder)
        found = {each["task"]: each["result"] for each in played.results}
        yield found | {f"freed {name}": freed(folder, name) for name in TO_FREE}


def freed(folder: Path, name: str) -> dict[str, Any]:
    """What port_check says of the port before and after its remedies, which are pasted into a
    playbook as they stand."""
    asked = {MODULES + "port_check": {"ports": TO_FREE[name], "expect": "free"}}
    task = {**asked, "ignore_errors": True}
    play = {"hosts": name, "gather_facts": False}
    (before,) = runs.play([{**play, "tasks": [task]}], folder).results
    remedies = before["result"]["ports"][0]["remedies"]
    pasted = textwrap.indent("".join(each["yaml"] for each in remedies), "    ")
    after = runs.play(f"- hosts: {name}\n  gather_facts: false\n  tasks:\n{pasted}", folder)
    assert [each["result"]["status"] for each in after.results] == ["changed"], after.text
    (now,) = runs.play([{**play, "tasks": [task]}], folder).results
    return {"before": before["result"], "after": now["result"]}


def start(machine: Machine, path: str, address: str, port: int) -> None:
    """Start a program that listens."""
    with machine.lock:
        pid = machine.start_process(Process(0, 4556, path.rpartition("\\")[2], path)).pid
        booted = machine.operating_system.booted
        machine.open_as(pid, [Endpoint("tcp", address, port, pid, booted)])


def messages(result: dict[str, Any]) -> dict[int, str]:
    return {each["port"]: each["msg"] for each in result["ports"]}


def test_each_port_has_the_verdict_that_its_backing_deserves(
    results: dict[str, dict[str, Any]],
) -> None:
    assert results["check"]["verdicts"] == {
        "8005/tcp": "in_use_by_other",
        "8083/tcp": "loopback_only",
        "8084/tcp": "reachable",
        "8085/tcp": "reachable",
        "8086/tcp": "loopback_only",
        "8088/tcp": "reachable",
        "8091/tcp": "reachable",
        "8092/tcp": "not_listening",
        "51234/tcp": "loopback_only",
    }
    said = messages(results["check"])
    assert "Windows' NAT forwards it to 172.28.16.2:80" in said[8088]
    assert "portproxy to 172.20.0.2:80) takes connections" in said[8091]
    assert "127.0.0.1:3999" in said[8092]


def test_what_would_end_too_is_said_before_it_does(results: dict[str, dict[str, Any]]) -> None:
    assert "which also serves 8084/tcp, 8086/tcp" in messages(results["others"])[8085]
    # Whatever holds the port for other machines comes before the relay on ::1.
    causes = results["others"]["ports"][0]["causes"]
    assert ["wslrelay" in each["text"] for each in causes] == [False, False, True]
    assert not any(each["task"] for port in results["others"]["ports"] for each in port["remedies"])
    stop = results["stop"]
    assert (stop["status"], [each["reason"] for each in stop["refused"]]) == ("failed", ["relay"])
    assert "8084/tcp, 8086/tcp: ending it ends that too" in stop["msg"]
    assert "slack.exe" in results["unused"]["msg"]


def test_free_is_what_nothing_serves(results: dict[str, dict[str, Any]]) -> None:
    assert {each["port"]: each["as_expected"] for each in results["free"]["ports"]} == {
        8005: False,
        8085: False,
        8088: False,
        8099: True,
    }


def test_the_facts_have_what_stands_behind(results: dict[str, dict[str, Any]]) -> None:
    facts = results["facts"]["ansible_facts"]["port_facts"]
    relays = {(each["port"], each["address"]): each.get("relay") for each in facts["endpoints"]}
    assert relays[8083, "127.0.0.1"] == "wsl"
    assert relays[8084, "0.0.0.0"] == "container"
    assert relays[8091, "0.0.0.0"] == "portproxy"
    assert {(each["via"], each["port"], each["protocol"]) for each in facts["forwards"]} >= {
        ("nat", 8088, "tcp"),
        ("nat", 8089, "udp"),
        ("portproxy", 8095, "tcp"),
    }


def test_http_sys_that_is_limited_has_its_own_remedy(results: dict[str, dict[str, Any]]) -> None:
    limited = results["limited"]
    assert limited["verdicts"] == {"51235/tcp": "loopback_only"}
    assert "'netsh http delete iplisten ipaddress=127.0.0.1'" in limited["msg"]


def test_one_task_frees_a_port_at_once(results: dict[str, dict[str, Any]]) -> None:
    """From a program that uses it for a connection of its own, and from two that listen there."""
    for name in TO_FREE:
        before, after = (results[f"freed {name}"][when] for when in ("before", "after"))
        assert (before["status"], after["status"]) == ("failed", "ok")
        assert len(before["ports"][0]["remedies"]) == 1


def test_what_has_a_port_without_listening_is_told_where_nothing_listens(
    results: dict[str, dict[str, Any]],
) -> None:
    assert results["nobody"]["msg"] == (
        "Nothing listens at the requested ports. TCP 8005 is taken by slack.exe (PID 9628), which "
        "does not listen there, but uses it for a connection of its own or has bound it. TCP 8088 "
        "is forwarded by Windows' NAT to 172.28.16.2:80, a container or a virtual machine. UDP "
        "8089 is forwarded by Windows' NAT to 172.28.16.3:53, a container or a virtual machine."
    )
    assert results["nobody at all"]["msg"] == "指定したポートでは、待ち受けも接続もありません。"
    assert "msg" not in results["facts"]
