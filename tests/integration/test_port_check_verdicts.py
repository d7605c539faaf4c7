# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verdict on a simulated PC that is in a state in which real PCs are. Each remedy that is a
task is carried out as a person would, pasted into a playbook: then the port can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from integration.runs import ad_hoc, run
from loopback import Network
from winsim.images import load
from winsim.machine import Machine
from winsim.server import Host, Hosts
from winsim.state import Delivery, Endpoint, Process

pytestmark = pytest.mark.integration

TIMEOUT = 1.0
# The addresses of this file in this run.
NETWORK = Network()


@dataclass(frozen=True)
class Pc:
    """A simulated PC and how to ask it through Ansible."""

    machine: Machine
    inventory: Path
    folder: Path

    def check(self, port: int, *, warned: str = "", **arguments: Any) -> dict[str, Any]:
        """What port_check says of one port. `warned` is what it warns of, if it does."""
        tree = self.folder / f"tree-{len(list(self.folder.iterdir()))}"
        tree.mkdir()
        arguments = {"ports": port, "timeout": TIMEOUT} | arguments
        output = ad_hoc(self.inventory, "port_check", arguments, tree, hosts="all")
        assert output.code == 0, output.text
        (result,) = output.results.values()
        warnings = "\n".join(result.get("warnings", ()))
        assert warned in warnings if warned else not warnings, warnings
        (found,) = result["ports"]
        return dict(found)

    def carry_out(self, remedies: Sequence[dict[str, Any]]) -> None:
        """Run the first remedy of each cause, which has to be a task, as its YAML text stands."""
        first = {remedy["cause"]: remedy for remedy in reversed(remedies)}
        tasks = "".join(each["yaml"] for each in reversed(first.values()))
        play = [{"hosts": "all", "gather_facts": False, "tasks": yaml.safe_load(tasks)}]
        path = self.folder / "remedy.yml"
        path.write_text(yaml.safe_dump(play, allow_unicode=True), "utf-8")
        code, text = run("ansible-playbook", "-i", str(self.inventory), str(path))
        assert code == 0, text
        assert "changed=0" not in text


def inventory_of(host: Host) -> dict[str, Any]:
    ((user, password), *_others) = host.machine.users.items()
    return {
        "all": {
            "hosts": {
                host.name: {
                    "ansible_host": host.address,
                    "ansible_port": host.port,
                    "ansible_user": user,
                    "ansible_password": password,
                }
            },
            "vars": {
                "ansible_connection": "winrm",
                "ansible_winrm_transport": "basic",
                "ansible_winrm_scheme": "http",
            },
        }
    }


@contextmanager
def running(image: str, address: str, folder: Path) -> Iterator[Pc]:
    machine = load(image).boot(name="pc", address=address)
    with Hosts([machine]) as hosts:
        inventory = folder / "inventory.yml"
        inventory.write_text(yaml.safe_dump(inventory_of(hosts[0])))
        runs = folder / "runs"
        runs.mkdir()
        yield Pc(machine, inventory, runs)


@pytest.fixture
def pc(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pc]:
    """A PC of its own for each test, from the image that the test names; `misconfigured` else."""
    image = getattr(request, "param", "misconfigured")
    with running(image, NETWORK.next(), tmp_path) as started:
        yield started


def test_each_verdict_has_a_test_here() -> None:
    tested = Path(__file__).read_text("utf-8")
    assert [each.value for each in Verdict if f'"{each.value}"' not in tested] == []


def kinds(found: dict[str, Any]) -> list[str]:
    return [cause["kind"] for cause in found["causes"]]


def test_reachable(pc: Pc) -> None:
    found = pc.check(3009)
    assert (found["verdict"], kinds(found)) == ("reachable", [])
    assert found["evidence"]["attempt"]["outcome"] == "connected"
    assert found["evidence"]["firewall"][0]["rule"] == "Good App"


def test_reachable_by_udp_as_far_as_it_shows(pc: Pc) -> None:
    found = pc.check(3009, protocols=["udp"])
    assert found["verdict"] == "reachable"
    assert found["evidence"]["attempt"]["outcome"] == "not_tried"
    assert found["remarks"][0].startswith("UDP gives no answer")


@pytest.mark.parametrize(
    ("port", "verdict", "causes"),
    [
        (3000, "blocked", ["no_rule"]),
        (3001, "blocked", ["block_rule", "no_rule"]),
        (3002, "hidden_by_profile", ["rule_for_other_profile"]),
        (3003, "blocked", ["rule_disabled"]),
        (3004, "blocked", ["rule_for_other_program"]),
        (3005, "blocked", ["rule_for_other_protocol"]),
        (3011, "blocked", ["rule_outbound"]),
        (3012, "blocked", ["rule_for_other_service"]),
    ],
)
def test_what_the_firewall_blocks_and_a_task_mends(
    pc: Pc, port: int, verdict: str, causes: list[str]
) -> None:
    found = pc.check(port)
    assert (found["verdict"], kinds(found)) == (verdict, causes)
    assert found["evidence"]["attempt"]["outcome"] == "timed_out"
    pc.carry_out(found["remedies"])
    after = pc.check(port)
    assert (after["verdict"], kinds(after)) == ("reachable", [])
    assert after["evidence"]["attempt"]["outcome"] == "connected"


def test_open_to_somebody_else_only(pc: Pc) -> None:
    found = pc.check(3010)
    assert (found["verdict"], kinds(found)) == ("blocked", ["condition_not_met"])
    assert "198.51.100.7" in found["msg"]
    # To open it to everybody is no remedy that could be offered as a task.
    assert [each["yaml"] for each in found["remedies"]] == [None]


def test_in_use_by_another_program(pc: Pc) -> None:
    found = pc.check(3008, expected_process="new.exe")
    assert (found["verdict"], kinds(found)) == ("in_use_by_other", ["in_use_by_other"])
    assert "old.exe (PID 9036, service OldApp), and not by new.exe" in found["msg"]
    pc.carry_out(found["remedies"])
    assert pc.check(3008, expected_process="new.exe")["verdict"] == "not_listening"
    start(pc.machine, r"C:\New\new.exe", 3008)
    after = pc.check(3008, expected_process="new.exe")
    assert (after["verdict"], kinds(after)) == ("reachable", [])


def start(machine: Machine, path: str, port: int) -> None:
    """What a person does who starts a program: it listens on all addresses."""
    process = Process(0, 4556, path.rpartition("\\")[2], path)
    now = machine.operating_system.booted
    with machine.lock:
        pid = machine.start_process(process).pid
        machine.open_as(pid, [Endpoint("tcp", "0.0.0.0", port, pid, now)])


def test_not_listening(pc: Pc) -> None:
    found = pc.check(3999)
    assert (found["verdict"], kinds(found)[0]) == ("not_listening", "nothing_listens")


def test_for_ipv6_only(pc: Pc) -> None:
    found = pc.check(3007)
    assert (found["verdict"], kinds(found)) == ("not_listening", ["ipv6_only"])


def test_loopback_only(pc: Pc) -> None:
    found = pc.check(3006)
    assert (found["verdict"], kinds(found)) == ("loopback_only", ["loopback_only"])


def test_unreachable_because_of_what_is_on_the_way(pc: Pc) -> None:
    pc.machine.deliver(3009, Delivery.DROP)
    found = pc.check(3009)
    assert (found["verdict"], kinds(found)) == ("unreachable_from_controller", ["no_answer"])
    assert "a router" in found["msg"]


@pytest.mark.parametrize("pc", ["hyperv-reserved"], indirect=True)
def test_reserved(pc: Pc) -> None:
    (kept, *_others) = [
        each for each in pc.machine.network.excluded[("ipv4", "tcp")] if not each.administered
    ]
    found = pc.check(kept.start)
    assert (found["verdict"], kinds(found)[0]) == ("reserved", "reserved")
    # What an administrator has excluded from the random choice can be listened at.
    assert pc.check(50000)["verdict"] == "not_listening"


@pytest.mark.parametrize("pc", ["gpo-locked"], indirect=True)
def test_overridden_by_policy(pc: Pc) -> None:
    found = pc.check(80)
    assert (found["verdict"], kinds(found)) == ("overridden_by_policy", ["policy_voids_rule"])
    assert found["causes"][0]["rule"] == "Apache (TCP 80)"
    assert found["causes"][0]["setting"].endswith(r"\DomainProfile\AllowLocalPolicyMerge")
    assert {each["yaml"] for each in found["remedies"]} == {None}
    assert found["evidence"]["attempt"]["outcome"] == "timed_out"
    assert pc.check(3389)["verdict"] == "reachable"


@pytest.mark.parametrize("pc", ["third-party-firewall"], indirect=True)
def test_third_party_firewall(pc: Pc) -> None:
    found = pc.check(80)
    assert (found["verdict"], kinds(found)) == ("third_party_firewall", ["third_party_firewall"])
    assert "Example Total Security Firewall" in found["msg"]
    assert found["evidence"]["attempt"]["outcome"] == "timed_out"
    (network,) = pc.check(80, from_controller=False, language="ja")["evidence"]["firewall"]
    assert network["text"] == (
        "適用外: 他社製のファイアウォールが動作しています: Example Total Security Firewall"
    )
    assert pc.check(8080)["verdict"] == "reachable"


@pytest.mark.parametrize("pc", ["win2008r2"], indirect=True)
def test_unknown_where_the_host_does_not_tell_its_networks(pc: Pc) -> None:
    found = pc.check(
        135,
        from_controller=False,
        warned="The active firewall profiles are unknown: Could not read ",
    )
    assert (found["verdict"], kinds(found)) == ("unknown", ["firewall_unknown"])
    pc.check(
        135,
        from_controller=False,
        warned="アクティブなファイアウォール プロファイルが不明です。",
        language="ja",
    )
