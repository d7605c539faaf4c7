# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verdict on a simulated PC that is in a state in which real PCs are. Each remedy that is a
task is carried out as a person would, pasted into a playbook: then the port can be reached.

All PCs are asked side by side, since an attempt to connect waits for its time to be up.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.state import Delivery, Endpoint, Process

pytestmark = pytest.mark.integration

TIMEOUT = 1.0
# The addresses of this file in this run.
NETWORK = Network()
Asked = dict[str, Any]
Found = dict[str, list[dict[str, Any]]]

#: What the firewall blocks on a PC of its own each: the port, the verdict, and the causes.
BLOCKED: dict[int, tuple[str, list[str]]] = {
    3000: ("blocked", ["no_rule"]),
    3001: ("blocked", ["block_rule", "no_rule"]),
    3002: ("hidden_by_profile", ["rule_for_other_profile"]),
    3003: ("blocked", ["rule_disabled"]),
    3004: ("blocked", ["rule_for_other_program"]),
    3005: ("blocked", ["rule_for_other_protocol"]),
    3011: ("blocked", ["rule_outbound"]),
    3012: ("blocked", ["rule_for_other_service"]),
}
#: Of a PC of this image nothing is said to its firewall, which ends in a warning.
WITHOUT_NETWORKS = "win2008r2"
TAKEN: Asked = {"ports": 3008, "expected_process": "new.exe"}


def to_mend(port: int) -> str:
    return f"mended-{port}"


def first_reserved(machine: Machine) -> int:
    excluded = machine.network.excluded[("ipv4", "tcp")]
    return next(each.start for each in excluded if not each.administered)


@dataclass(frozen=True)
class Pcs:
    """Simulated PCs, and how to ask them through Ansible."""

    machines: Mapping[str, Machine]
    folder: Path

    def check(self, asked: Mapping[str, Sequence[Asked]]) -> dict[str, list[dict[str, Any]]]:
        """What port_check says by PC, of one port in each task; all PCs are asked at once."""
        plays = []
        for number in range(max(map(len, asked.values()))):
            hosts = {name: tasks[number] for name, tasks in asked.items() if number < len(tasks)}
            names = sorted({name for arguments in hosts.values() for name in arguments})
            given = {
                name: f"{{{{ asked[inventory_hostname].{name} | default(omit) }}}}"
                for name in names
            }
            task = {"portkeeper.windows.port_check": {"timeout": TIMEOUT, **given}}
            plays.append(
                {
                    "hosts": list(hosts),
                    "gather_facts": False,
                    "vars": {"asked": hosts},
                    "tasks": [task],
                }
            )
        played = runs.play(plays, self.folder, "--forks", "8")
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in asked}
        for each in played.results:
            assert each["result"]["status"] == "ok", each
            found[each["host"]].append(each["result"])
        return found

    def carry_out(self, remedies: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        """Run the first remedy of each cause, which has to be a task, as its YAML text stands."""
        plays = []
        for name, several in remedies.items():
            first = {remedy["cause"]: remedy for remedy in reversed(several)}
            tasks = "".join(each["yaml"] for each in reversed(first.values()))
            pasted = textwrap.indent(tasks, "    ")
            plays.append(f"- hosts: {name}\n  gather_facts: false\n  tasks:\n{pasted}")
        played = runs.play("".join(plays), self.folder)
        changed = {each["host"] for each in played.results if each["result"]["status"] == "changed"}
        assert changed == set(remedies), played.text
        assert {each["result"]["status"] for each in played.results} <= {"ok", "changed"}


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcs]:
    images = {to_mend(port): "misconfigured" for port in BLOCKED}
    images |= dict.fromkeys(("pc", "taken", "on-the-way", "trusting"), "misconfigured")
    for name in ("hyperv-reserved", "gpo-locked", "third-party-firewall", WITHOUT_NETWORKS):
        images[name] = name
    machines = {name: load(image).boot(name, NETWORK.next()) for name, image in images.items()}
    folder = tmp_path_factory.mktemp("pcs")
    with Hosts(list(machines.values()), access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        yield Pcs(machines, folder)


#: What is asked of each PC, in this order.
PC: dict[str, Asked] = {
    "reachable": {"ports": 3009},
    "by UDP": {"ports": 3009, "protocols": ["udp"]},
    "to somebody else": {"ports": 3010},
    "nothing": {"ports": 3999},
    "IPv6": {"ports": 3007},
    "loopback": {"ports": 3006},
    "dual-stack": {"ports": 3013},
}
UNTRIED: Asked = {"from_controller": False}
IN_JAPANESE = {**UNTRIED, "language": "ja"}


@pytest.fixture(scope="module")
def results(pcs: Pcs) -> dict[str, list[dict[str, Any]]]:
    """What is said of the PCs as they are."""
    pcs.machines["on-the-way"].deliver(3009, Delivery.DROP)
    asked: dict[str, list[Asked]] = {to_mend(port): [{"ports": port}] for port in BLOCKED}
    asked["pc"] = list(PC.values())
    asked["taken"] = [TAKEN]
    asked["on-the-way"] = [{"ports": 3009}]
    asked["trusting"] = [{"ports": 3002}]
    reserved = first_reserved(pcs.machines["hyperv-reserved"])
    asked["hyperv-reserved"] = [{"ports": reserved}, {"ports": 50000}]
    asked["gpo-locked"] = [{"ports": 80}, {"ports": 3389}]
    asked["third-party-firewall"] = [{"ports": 80}, {"ports": 80} | IN_JAPANESE, {"ports": 8080}]
    asked[WITHOUT_NETWORKS] = [{"ports": 135} | UNTRIED, {"ports": 135} | IN_JAPANESE]
    return pcs.check(asked)


@pytest.fixture(scope="module")
def found(results: Found) -> Found:
    """The same by PC, of the one port of each task."""
    return {
        name: [port for each in several for port in each["ports"]]
        for name, several in results.items()
    }


@pytest.fixture(scope="module")
def mended(pcs: Pcs, found: Found) -> Found:
    """What is said after the remedies."""
    names = [*map(to_mend, BLOCKED), "taken"]
    remedies = {name: found[name][0]["remedies"] for name in names}
    # The other remedy of a port that is hidden by the profile.
    remedies["trusting"] = found["trusting"][0]["remedies"][1:]
    pcs.carry_out(remedies)
    asked = {to_mend(port): [{"ports": port}] for port in BLOCKED}
    asked["trusting"] = [{"ports": 3002}]
    after = pcs.check(asked | {"taken": [TAKEN]})
    start(pcs.machines["taken"], r"C:\New\new.exe", 3008)
    after["taken"] += pcs.check({"taken": [TAKEN]})["taken"]
    assert not any("warnings" in each for several in after.values() for each in several)
    return {
        name: [port for each in several for port in each["ports"]]
        for name, several in after.items()
    }


def start(machine: Machine, path: str, port: int) -> None:
    """What a person does who starts a program: it listens on all addresses."""
    process = Process(0, 4556, path.rpartition("\\")[2], path)
    now = machine.operating_system.booted
    with machine.lock:
        pid = machine.start_process(process).pid
        machine.open_as(pid, [Endpoint("tcp", "0.0.0.0", port, pid, now)])


@pytest.fixture(scope="module")
def on_pc(found: Found) -> dict[str, dict[str, Any]]:
    return dict(zip(PC, found["pc"], strict=True))


def kinds(found: dict[str, Any]) -> list[str]:
    return [cause["kind"] for cause in found["causes"]]


def verdict(found: dict[str, Any]) -> tuple[str, list[str]]:
    return found["verdict"], kinds(found)


def test_each_verdict_has_a_test_here() -> None:
    tested = Path(__file__).read_text("utf-8")
    assert [each.value for each in Verdict if f'"{each.value}"' not in tested] == []


def test_only_the_host_without_networks_is_warned_of(results: Found) -> None:
    warned = {name for name, several in results.items() for each in several if each.get("warnings")}
    assert warned == {WITHOUT_NETWORKS}


def test_reachable(on_pc: dict[str, dict[str, Any]]) -> None:
    found = on_pc["reachable"]
    assert verdict(found) == ("reachable", [])
    assert found["evidence"]["attempt"]["outcome"] == "connected"
    assert found["evidence"]["firewall"][0]["rule"] == "Good App"


def test_reachable_by_udp_as_far_as_it_shows(on_pc: dict[str, dict[str, Any]]) -> None:
    found = on_pc["by UDP"]
    assert found["verdict"] == "reachable"
    assert found["evidence"]["attempt"]["outcome"] == "not_tried"
    assert found["remarks"][0].startswith("UDP gives no answer")


def test_what_the_firewall_blocks_and_a_task_mends(found: Found, mended: Found) -> None:
    before = {port: found[to_mend(port)][0] for port in BLOCKED}
    assert {port: verdict(each) for port, each in before.items()} == BLOCKED
    outcomes = {port: each["evidence"]["attempt"]["outcome"] for port, each in before.items()}
    assert outcomes == dict.fromkeys(BLOCKED, "timed_out")
    after = {port: mended[to_mend(port)][0] for port in BLOCKED}
    assert {port: verdict(each) for port, each in after.items()} == {
        port: ("reachable", []) for port in BLOCKED
    }
    outcomes = {port: each["evidence"]["attempt"]["outcome"] for port, each in after.items()}
    assert outcomes == dict.fromkeys(BLOCKED, "connected")


def test_who_trusts_a_network_can_make_it_private_by_a_task(found: Found, mended: Found) -> None:
    (hidden,), (after,) = found["trusting"], mended["trusting"]
    assert hidden["verdict"] == "hidden_by_profile"
    _open, private = hidden["remedies"]
    assert private["task"]["portkeeper.windows.network_category"] == {
        "name": "ネットワーク 2",
        "interface": "イーサネット",
        "category": "private",
    }
    assert verdict(after) == ("reachable", [])
    assert after["evidence"]["attempt"]["outcome"] == "connected"
    assert [each["profile"] for each in after["evidence"]["firewall"]] == ["private"]


def test_a_dual_stack_listener_behind_a_rule_for_ipv4(on_pc: dict[str, dict[str, Any]]) -> None:
    found = on_pc["dual-stack"]
    assert verdict(found) == ("reachable", [])
    # One row of the class, two of netstat, and one socket.
    assert [each["address"] for each in found["evidence"]["listeners"]] == ["::"]
    assert found["remarks"] == ["On public networks the firewall lets in 192.168.11.0/24 only."]


def test_open_to_somebody_else_only(on_pc: dict[str, dict[str, Any]]) -> None:
    found = on_pc["to somebody else"]
    assert verdict(found) == ("blocked", ["rule_for_other_remote"])
    assert "198.51.100.7" in found["msg"]
    # The PC shows by which address it sees the controller. The rule is not opened to everybody.
    (task,) = (each["task"]["portkeeper.windows.port_firewall"] for each in found["remedies"])
    assert task["remote_addresses"] == ["198.51.100.7", "192.168.11.254"]


def test_in_use_by_another_program(found: Found, mended: Found) -> None:
    (before,) = found["taken"]
    assert verdict(before) == ("in_use_by_other", ["in_use_by_other"])
    assert "old.exe (PID 9036, service OldApp), and not by new.exe" in before["msg"]
    stopped, started = mended["taken"]
    assert stopped["verdict"] == "not_listening"
    assert verdict(started) == ("reachable", [])


def test_not_listening(on_pc: dict[str, dict[str, Any]]) -> None:
    found = on_pc["nothing"]
    assert (found["verdict"], kinds(found)[0]) == ("not_listening", "nothing_listens")


def test_for_ipv6_only(on_pc: dict[str, dict[str, Any]]) -> None:
    assert verdict(on_pc["IPv6"]) == ("not_listening", ["ipv6_only"])


def test_loopback_only(on_pc: dict[str, dict[str, Any]]) -> None:
    assert verdict(on_pc["loopback"]) == ("loopback_only", ["loopback_only"])


def test_unreachable_because_of_what_is_on_the_way(found: Found) -> None:
    (blocked,) = found["on-the-way"]
    assert verdict(blocked) == ("unreachable_from_controller", ["no_answer"])
    assert "a router" in blocked["msg"]


def test_reserved(found: Found) -> None:
    reserved, administered = found["hyperv-reserved"]
    assert (reserved["verdict"], kinds(reserved)[0]) == ("reserved", "reserved")
    # What an administrator has excluded from the random choice can be listened at.
    assert administered["verdict"] == "not_listening"


def test_overridden_by_policy(found: Found) -> None:
    overridden, other = found["gpo-locked"]
    assert verdict(overridden) == ("overridden_by_policy", ["policy_voids_rule"])
    assert overridden["causes"][0]["rule"] == "Apache (TCP 80)"
    assert overridden["causes"][0]["setting"].endswith(r"\DomainProfile\AllowLocalPolicyMerge")
    assert {each["yaml"] for each in overridden["remedies"]} == {None}
    assert overridden["evidence"]["attempt"]["outcome"] == "timed_out"
    assert other["verdict"] == "reachable"


def test_third_party_firewall(found: Found) -> None:
    blocked, in_japanese, other = found["third-party-firewall"]
    assert verdict(blocked) == ("third_party_firewall", ["third_party_firewall"])
    assert "Example Total Security Firewall" in blocked["msg"]
    assert blocked["evidence"]["attempt"]["outcome"] == "timed_out"
    (network,) = in_japanese["evidence"]["firewall"]
    assert network["text"] == (
        "適用外: 他社製のファイアウォールが動作しています: Example Total Security Firewall"
    )
    assert other["verdict"] == "reachable"


def test_unknown_where_the_host_does_not_tell_its_networks(results: Found, found: Found) -> None:
    unknown, _in_japanese = found[WITHOUT_NETWORKS]
    assert verdict(unknown) == ("unknown", ["firewall_unknown"])
    warnings = ["\n".join(each["warnings"]) for each in results[WITHOUT_NETWORKS]]
    assert "The active firewall profiles are unknown: Could not read " in warnings[0]
    assert "アクティブなファイアウォール プロファイルが不明です。" in warnings[1]
