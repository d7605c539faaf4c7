# SPDX-License-Identifier: GPL-3.0-or-later
"""port_path as a task: several clients at once, whom it asks and how often, what it refuses, and what
happens if one of its hosts does not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pairs import PROGRAM, SERVER

from integration import runs
from integration.runs import Played
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration

NETWORK = Network()
TIMEOUT = 2.5
NAME = "srv1.corp.example"
# What the design promises for ten ports over Basic.
MAX_REQUESTS = 40
#: What only a test of templates, terminals and shells would write into a hosts file or a DNS server.
HOSTILE = "\x1b[2J{{ lookup('pipe', 'touch owned') }} & calc.exe | %COMSPEC% ^ $(id) ' OR 1=1 --"
_RULE = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=8443|RA4=10.20.1.7|Name=Orders|"
_WITH_HOSTILE_NAMES = {
    "hosts": f"10.20.2.66 {HOSTILE}\r\n{HOSTILE} {NAME}\r\n10.20.2.5 {NAME} {HOSTILE}\r\n",
    "cache!": [f"{NAME} A {SERVER}"],
}
#: A list against advertisements, of two megabytes.
_LONG = "".join(f"0.0.0.0 advertiser-{number:06}.example\r\n" for number in range(60_000))
ALL = "{{ ['well', 'gone', 'locked', 'old', 'hostile'] }}"


@dataclass(frozen=True)
class Pcs:
    """A server and its clients, and how to ask them through Ansible."""

    hosts: Hosts
    folder: Path

    def play(
        self,
        *tasks: Mapping[str, Any],
        hosts: str = "well",
        options: tuple[str, ...] = (),
        **of_play: Any,
    ) -> Played:
        book = {
            "hosts": hosts,
            "gather_facts": False,
            "ignore_errors": True,
            "tasks": [dict(each) for each in tasks],
        }
        return runs.play([book | of_play], self.folder, *options)

    def ask(self, *several: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        """The results of tasks, of which the arguments are given."""
        tasks = [{"portkeeper.windows.port_path": {"timeout": TIMEOUT, **each}} for each in several]
        return [each["result"] for each in self.play(*tasks, **more).results]

    def commands(self, host: str) -> list[str]:
        return [each.detail for each in self.hosts.log.entries(host, "Command")]


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcs]:
    folder = tmp_path_factory.mktemp("path")
    client = load("path-client")
    images = {
        "server": load("path-server").varied({"firewall": {"rules": {"Orders": _RULE}}}),
        "well": client,
        # No curl.exe, and an address that the server's rule is not for.
        "old": load("server2016").varied(
            {"network": {"ipv4": "10.20.1.8/24", "gateways!": ["10.20.1.1"]}}
        ),
        "long": client.varied(
            {"network": {"ipv4": "10.20.1.10/24"}, "names": {"hosts": _LONG, "cache!": []}}
        ),
        "hostile": client.varied(
            {"network": {"ipv4": "10.20.1.9/24"}, "names": _WITH_HOSTILE_NAMES}
        ),
    }
    machines = [image.boot(name, NETWORK.next()) for name, image in images.items()]
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        content = inventory(list(hosts), "basic", "winrm")
        known = content["windows"]["hosts"]
        known["gone"] = known["well"] | {"ansible_host": NETWORK.next()}
        known["again"] = known["server"]
        known["locked"] = known["well"] | {"ansible_password": "wrong"}
        known["strange"] = known["well"] | {"ansible_connection": "ansible.builtin.local"}
        known["unsaid"] = known["well"] | {"ansible_password": "{{ nobody_has_said_it }}"}
        (folder / "inventory.yml").write_text(yaml.safe_dump(content))
        yield Pcs(hosts, folder)


@pytest.fixture(scope="module")
def slow(pcs: Pcs) -> Iterator[Machine]:
    """A client that never comes to the end of what its curl.exe prints."""
    machine = load("path-client").boot("slow", NETWORK.next())
    access = Access(basic=True, allow_unencrypted=True)
    with Hosts([machine], access=access, faults=["slow=body:action=Receive,skip=1"]) as hosts:
        path = pcs.folder / "inventory.yml"
        content = yaml.safe_load(path.read_text())
        own = inventory(list(hosts), "basic", "winrm")["windows"]["hosts"]
        # The time of the task is up first.
        own["slow"]["ansible_winrm_read_timeout_sec"] = 600
        content["windows"]["hosts"] |= own
        path.write_text(yaml.safe_dump(content))
        yield machine


@pytest.fixture(scope="module")
def several(pcs: Pcs) -> tuple[dict[str, Any], list[str]]:
    """What is said of several clients in one task, and the programs that ran on the server."""
    pcs.hosts.log.clear()
    (result,) = pcs.ask({"clients": ALL, "ports": [1433, 8443], "name": NAME}, hosts="server")
    return result, pcs.commands("server")


def verdicts(result: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = result["verdicts"]
    return found


def test_several_clients_in_one_task(several: tuple[dict[str, Any], list[str]]) -> None:
    result, _commands = several
    assert result["status"] == "ok", result
    assert verdicts(result) == {
        "well": {"1433/tcp": "reachable", "8443/tcp": "reachable"},
        "gone": {"1433/tcp": "unknown", "8443/tcp": "unknown"},
        "locked": {"1433/tcp": "unknown", "8443/tcp": "unknown"},
        "old": {"1433/tcp": "name_unknown", "8443/tcp": "blocked_at_server"},
        "hostile": {"1433/tcp": "reachable", "8443/tcp": "blocked_at_server"},
    }
    assert {each["server"] for each in result["ports"]} == {"server"}


def test_what_is_wrong_with_one_client_is_told_of_that_one_alone(
    several: tuple[dict[str, Any], list[str]],
) -> None:
    result, _commands = several
    rows = [each for each in result["ports"] if each["client"] in ("gone", "locked")]
    assert {tuple(cause["kind"] for cause in each["causes"]) for each in rows} == {
        ("client_not_read",)
    }
    for each in rows:
        assert (each["hop"], each["evidence"]) == (None, {"client": None, "server": None})
        told = f"because nothing could be read of {each['client']}: Could not "
        assert told in each["msg"]
        assert not each["msg"].endswith("..")


def test_where_the_inventory_is_wrong_about_one_client_the_others_are_judged(pcs: Pcs) -> None:
    asked = {"ports": 1433, "attempt": False}
    some, all_wrong, unknown = pcs.ask(
        {"clients": ["strange", "well", "unsaid"], **asked, "expect": "reachable"},
        {"clients": ["unsaid", "strange"], **asked},
        {"clients": ["well", "nobody"], **asked},
        hosts="server",
    )
    assert verdicts(some) == {
        "strange": {"1433/tcp": "unknown"},
        "well": {"1433/tcp": "reachable"},
        "unsaid": {"1433/tcp": "unknown"},
    }
    assert [each["as_expected"] for each in some["ports"]] == [False, True, False]
    strange, _well, unsaid = (each["msg"] for each in some["ports"])
    assert "nothing could be read of strange: Could not connect to WinRM on strange: " in strange
    assert "ansible.builtin.local" in strange
    assert "ansible_password of this host can't be resolved" in unsaid
    # Where nobody is left, and where a name is wrong, nothing is asked.
    assert all_wrong["status"] == unknown["status"] == "failed"
    assert "ports" not in all_wrong
    assert "ansible_password of this host can't be resolved" in all_wrong["msg"]
    assert "ports" not in unknown
    assert "nobody" in unknown["msg"]


def test_the_server_is_read_once_for_all_of_them(
    several: tuple[dict[str, Any], list[str]],
) -> None:
    _result, commands = several
    assert sum("reg.exe" in each for each in commands) == 1
    assert not any("curl.exe" in each for each in commands)


def test_hostile_names_do_no_harm(pcs: Pcs, several: tuple[dict[str, Any], list[str]]) -> None:
    result, _commands = several
    rows = [each for each in result["ports"] if each["client"] == "hostile"]
    for each in rows:
        name = each["evidence"]["client"]["name"]
        assert (name["source"], name["addresses"]) == ("hosts_file", [SERVER])
        assert "\x1b" not in str(each)
        assert "owned" not in str(each["remedies"])
    assert not (pcs.folder / "owned").exists()


@pytest.mark.plain  # it counts requests
def test_few_requests_for_ten_ports(pcs: Pcs) -> None:
    pcs.hosts.log.clear()
    asked = {"server": "server", "ports": [1433, 8443, 80, 135, 3389, "7000-7004"], "name": NAME}
    (result,) = pcs.ask(asked)
    assert len(result["ports"]) == 10
    assert result["ports"][0]["evidence"]["client"]["attempts"][0]["seen_from"] == "10.20.1.7"
    counts = {name: len(pcs.hosts.log.entries(name)) for name in ("well", "server")}
    assert sum(counts.values()) <= MAX_REQUESTS, (counts, pcs.hosts.log.actions())


@pytest.mark.plain  # it counts requests
def test_a_long_hosts_file_is_not_read_to_its_end(pcs: Pcs) -> None:
    pcs.hosts.log.clear()
    asked = {"server": "server", "ports": [1433, 8443, 80, 135, 3389, "7000-7004"], "name": NAME}
    (result,) = pcs.ask(asked, hosts="long")
    counts = {name: len(pcs.hosts.log.entries(name)) for name in ("long", "server")}
    assert sum(counts.values()) <= MAX_REQUESTS, (counts, pcs.hosts.log.actions())
    first = result["ports"][0]
    # Whether the name stands behind the part that was read is unknown, and so is where it leads.
    assert (first["verdict"], first["hop"]) == ("unknown", "name")
    assert [each["kind"] for each in first["causes"]] == ["name_not_read"]
    assert any("has more than 256 KB" in each for each in first["remarks"])
    assert first["evidence"]["client"]["attempts"][0]["outcome"] == "connected"


@pytest.mark.plain  # it counts requests
def test_more_clients_cost_the_server_only_a_look_at_its_connections(pcs: Pcs) -> None:
    def asked_of_server(*clients: str) -> list[str]:
        pcs.hosts.log.clear()
        pcs.ask({"clients": list(clients), "ports": 1433}, hosts="server")
        return [entry.class_name for entry in pcs.hosts.log.entries("server")]

    one, two = asked_of_server("well"), asked_of_server("well", "hostile")
    assert len(two) == len(one) + 1
    assert two.count("MSFT_NetTCPConnection") == one.count("MSFT_NetTCPConnection") + 1


def test_nothing_is_tried_before_both_have_answered(pcs: Pcs) -> None:
    pcs.hosts.log.clear()
    pcs.ask({"server": "server", "ports": 1433})
    order = [(entry.host, entry.detail) for entry in pcs.hosts.log.entries()]
    tried = next(place for place, (_host, line) in enumerate(order) if "curl.exe -q -K" in line)
    before = order[:tried]
    assert ("server", True) in {(host, "reg.exe" in line) for host, line in before}
    # The client's password is right, the server's is not: the client tries nothing.
    pcs.hosts.log.clear()
    (result,) = pcs.ask({"server": "locked", "ports": 1433})
    assert result["status"] == "failed"
    assert not any("curl.exe -q -K" in each for each in pcs.commands("well"))


@pytest.mark.every_core
def test_the_same_is_said_whichever_of_the_two_the_task_runs_on(pcs: Pcs) -> None:
    asked = {"ports": [1433, 8443], "name": NAME, "client_program": PROGRAM}
    (of_client,) = pcs.ask({"server": "server", **asked})
    (of_server,) = pcs.ask({"clients": ["well"], **asked}, hosts="server")
    assert verdicts(of_client) == {"well": {"1433/tcp": "reachable", "8443/tcp": "reachable"}}
    for result in (of_client, of_server):
        assert result["status"] == "ok"
        assert [
            each["evidence"]["client"]["attempts"][0]["seen_from"] for each in result["ports"]
        ] == ["10.20.1.7", "10.20.1.7"]
    assert (of_client["msg"], of_client["ports"]) == (of_server["msg"], of_server["ports"])


@pytest.mark.every_core
def test_the_time_of_the_task_is_up(pcs: Pcs, slow: Machine) -> None:
    asked = {"clients": ["well", "slow"], "ports": 1433, "timeout": TIMEOUT}
    task = {"portkeeper.windows.port_path": asked, "timeout": 25}
    again = {"portkeeper.windows.port_path": asked | {"clients": ["well"]}}
    first, second = (each["result"] for each in pcs.play(task, again, hosts="server").results)
    assert first["status"] == "failed"
    assert first["msg"].splitlines()[0] == (
        "The time limit of the task, 25 seconds, was reached before these clients were done: slow."
    )
    assert verdicts(first) == {"well": {"1433/tcp": "reachable"}, "slow": {"1433/tcp": "unknown"}}
    assert "before slow was done. Raise the task's timeout" in first["ports"][1]["msg"]
    # Nothing is left open, and the next task finds all as it was.
    assert verdicts(second) == {"well": {"1433/tcp": "reachable"}}
    assert [len(pcs.hosts[name].service.shells) for name in ("server", "well")] == [0, 0]
    # That one can't be asked to end its curl.exe, which ends by itself.
    for machine in (slow, pcs.hosts["well"].machine):
        assert "curl.exe" not in [each.name for each in machine.processes()]


def test_a_client_that_is_the_server_by_another_name(pcs: Pcs) -> None:
    """Nothing is said of the way, but the attempt is made: what becomes of it is evidence."""
    asked = {"ports": [1433, 8090], "server": "server"}
    (result,) = pcs.ask(asked, hosts="again")
    assert verdicts(result) == {"again": {"1433/tcp": "no_route", "8090/tcp": "no_route"}}
    open_, on_loopback = result["ports"]
    assert [each["kind"] for each in open_["causes"]] == ["client_has_address"]
    assert "on again, it is server itself" in open_["msg"]
    (tried,) = open_["evidence"]["client"]["attempts"]
    assert (tried["outcome"], tried["source"], tried["seen_from"]) == ("connected", SERVER, SERVER)
    (tried,) = on_loopback["evidence"]["client"]["attempts"]
    assert tried["outcome"] == "refused"


def test_a_host_that_does_not_answer(pcs: Pcs) -> None:
    (result,) = pcs.ask({"server": "gone", "ports": 1433})
    # The client answers, and is not given up.
    assert result["status"] == "failed"
    assert (
        result["msg"].startswith("Could not connect to WinRM on gone (") or "gone" in result["msg"]
    )
    (result,) = pcs.ask({"server": "server", "ports": 1433}, hosts="gone")
    assert result["status"] == "unreachable"
    assert "gone" in result["msg"]
    (result,) = pcs.ask({"clients": ["well"], "ports": 1433}, hosts="gone")
    assert result["status"] == "unreachable"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"ports": 1}, "Give server (then the task's host is the client) or clients"),
    ({"ports": 1, "server": "server", "clients": ["old"]}, "Give server (then"),
    ({"ports": 1, "clients": []}, "clients: the list is empty"),
    ({"ports": 1, "clients": [" "]}, "clients: one of the names is empty"),
    ({"ports": 1, "server": "well"}, "'well' can't be client and server at the same time"),
    ({"ports": 1, "clients": ["old", "well"]}, "'well' can't be client and server"),
    ({"ports": 1, "server": "192.0.2.1"}, "'192.0.2.1' is not the name of a host in the inventory"),
    ({"ports": 1, "server": "windows"}, "'windows' is a group of the inventory"),
    ({"ports": 1, "clients": ["old", "nobody"]}, "'nobody' is not the name of a host"),
    ({"ports": 0, "server": "server"}, "ports: "),
    ({"server": "server"}, "missing required arguments: ports"),
    ({"ports": 1, "server": "server", "timeout": 2}, "timeout has to be more than 2 and at most 60 seconds"),
    ({"ports": 1, "server": "server", "timeout": 61}, "timeout has to be more than 2 and at most 60"),
    ({"ports": 1, "server": "server", "name": "srv1:80"}, "name: 'srv1:80' is neither"),
    ({"ports": 1, "server": "server", "name": "a' OR Entry<>'"}, "is neither the name of a host"),
    ({"ports": 1, "server": "server", "client_program": "app.exe"}, "client_program: "),
    ({"ports": 1, "server": "server", "client_program": "any"}, "client_program: give the path"),
    ({"ports": 1, "server": "server", "expect": "free"}, "value of expect must be one of"),
    ({"ports": 1, "server": "server", "expected_process": [""]}, "expected_process: one of"),
]  # fmt: skip


def test_what_is_wrong_is_said_before_anything_is_sent(pcs: Pcs) -> None:
    pcs.hosts.log.clear()
    results = pcs.ask(*({"timeout": TIMEOUT} | asked for asked, _message in WRONG))
    assert [each["status"] for each in results] == ["failed"] * len(WRONG)
    found = [
        (asked, each["msg"])
        for each, (asked, message) in zip(results, WRONG, strict=True)
        if message not in each["msg"]
    ]
    assert found == []
    assert pcs.hosts.log.entries() == []


def test_a_delegated_task(pcs: Pcs) -> None:
    pcs.hosts.log.clear()
    asked = {"server": "server", "ports": 1433, "attempt": False}
    task = {"portkeeper.windows.port_path": asked}
    outside = {**task, "delegate_to": NETWORK.next(), "ignore_unreachable": True}
    there, away = pcs.play({**task, "delegate_to": "well"}, outside, hosts="old").results
    assert verdicts(there["result"]) == {"well": {"1433/tcp": "reachable"}}
    assert pcs.hosts.log.entries("old") == []
    assert away["result"]["status"] == "failed"
    assert "is not the name of a host in the inventory" in away["result"]["msg"]


def test_expectations(pcs: Pcs) -> None:
    both = {"clients": ["well", "old"], "attempt": False}
    met, unmet, kept_back, not_kept_back = pcs.ask(
        {"clients": ["well"], "ports": 1433, "expect": "reachable"},
        {**both, "ports": [1433, 8443], "expect": "reachable"},
        {"clients": ["old"], "ports": 8443, "expect": "blocked", "attempt": False},
        {**both, "ports": 8443, "expect": "blocked"},
        hosts="server",
    )
    assert [each["status"] for each in (met, unmet, kept_back, not_kept_back)] == [
        "ok", "failed", "ok", "failed",
    ]  # fmt: skip
    first, second = unmet["msg"].split("\n")
    assert first == "1 of 4 connections should be reachable and are not."
    assert second.startswith("From old to server, TCP 8443 can't be reached")
    assert [each["as_expected"] for each in unmet["ports"]] == [True, True, True, False]
    assert kept_back["msg"].startswith("From old to server, TCP 8443 is closed, as it should be")
    assert "From well to server" in not_kept_back["msg"]
    assert "From old" not in not_kept_back["msg"]


def test_check_mode_no_log_and_the_language(pcs: Pcs) -> None:
    asked = {"server": "server", "ports": 1433, "attempt": False, "client_program": PROGRAM}
    task = {"portkeeper.windows.port_path": asked}
    japanese = {"portkeeper.windows.port_path": asked | {"language": "ja"}}
    played = pcs.play({**task, "check_mode": True}, {**task, "no_log": True}, japanese)
    checked, hidden, told = (each["result"] for each in played.results)
    assert (checked["status"], checked["changed"]) == ("ok", False)
    assert verdicts(checked) == {"well": {"1433/tcp": "reachable"}}
    assert "ports" not in hidden
    assert told["msg"].startswith("well から server へ: 両方の PC の状態から見るかぎり TCP 1433")


def test_a_server_that_the_limit_leaves_out(pcs: Pcs) -> None:
    asked = {"server": "server", "ports": 1433, "attempt": False}
    (result,) = pcs.ask(asked, hosts="windows", options=("--limit", "well"))
    assert verdicts(result) == {"well": {"1433/tcp": "reachable"}}
