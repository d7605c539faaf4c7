# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and a playbook that ask from other PCs: a server, a client that reaches it, and one whose own
firewall does not let it out."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pairs import PAIRS

from integration.runs import Played, play, results_in, results_to, run
from integration.test_returned_values import READS
from loopback import Network
from winsim.config import Access
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration

ORDERS = {"name": "orders", "port": 8443, "profiles": ["domain", "private"]}
SHUT = {
    "network": {"ipv4": "10.20.1.8/24"},
    "firewall": {"profiles": {"private": {"DefaultOutboundAction": 1}}},
}
EVERYBODY = "{{ groups['windows'] }}"
_NETWORK = Network()


@dataclass(frozen=True)
class World:
    """The PCs, and the folder of their inventory."""

    hosts: Hosts
    folder: Path

    def role(self, name: str, hosts: str, *options: str, **variables: Any) -> Played:
        """A role in a play of its own, whose variables begin with its name."""
        given = {f"{name}_{key}": value for key, value in variables.items()}
        role = {"role": f"portkeeper.windows.{name}", "vars": given}
        return play(
            [{"hosts": hosts, "gather_facts": False, "roles": [role]}], self.folder, *options
        )

    def check_path(self, *variables: str, language: str = "en") -> tuple[int, str, list[Any]]:
        """The playbook; its exit code, what it printed, and the results."""
        results = self.folder / "results.jsonl"
        given = itertools.chain.from_iterable(("-e", each) for each in variables)
        code, text = run(
            "ansible-playbook", "portkeeper.windows.check_path",
            "-i", str(self.folder / "inventory.yml"), *given,
            environment=results_to(results) | {"PORTKEEPER_LANGUAGE": language},
        )  # fmt: skip
        return code, text, results_in(results)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    pair = replace(PAIRS["well"], others={"shut": ("path-client", SHUT)})
    access = Access(basic=True, allow_unencrypted=True)
    with Hosts(pair.boot(_NETWORK.next), access=access) as hosts:
        known = inventory(list(hosts), "basic", "winrm")
        known["others"] = {"hosts": {"strange": {"ansible_connection": "ansible.builtin.local"}}}
        write_inventory(folder / "inventory.yml", known)
        yield World(hosts, folder)


def verdicts(result: dict[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = result["verdicts"]
    return found


def last(played: Played) -> dict[str, Any]:
    result: dict[str, Any] = played.results[-1]["result"]
    return result


class TestThePlaybook:
    """check_path, before anything is opened."""

    def test_the_way_from_each_client(self, world: World) -> None:
        world.hosts.log.clear()
        code, text, results = world.check_path(
            "server=server", "clients=windows", "ports=1433,8443", language="ja"
        )
        assert code == 0, text
        path = next(each["result"] for each in results if "verdicts" in each["result"])
        assert verdicts(path) == {
            "client": {"1433/tcp": "reachable", "8443/tcp": "blocked_at_server"},
            "shut": {"1433/tcp": "blocked_at_client", "8443/tcp": "blocked_at_client"},
        }
        assert "client から server の TCP 8443 には接続できません" in text
        # It only reads, and runs programs in a shell.
        sent = {(each.action, each.class_name) for each in world.hosts.log.entries() if each.action}
        assert {action for action, name in sent if name != "cmd"} <= READS
        assert {"Command", "Send"} <= {action for action, name in sent if name == "cmd"}

    def test_a_server_that_is_none_is_told(self, world: World) -> None:
        world.hosts.log.clear()
        code, text, _results = world.check_path("server=serve", "clients=client", "ports=80")
        assert code == 2
        assert "check_path_server: the inventory has no host 'serve'. Name one host" in text
        code, text, _results = world.check_path("server=server", "clients=server", "ports=80")
        assert code == 2
        assert "clients: 'server' is only the server itself. Name other hosts" in text
        assert world.hosts.log.entries() == []


def story(done: Played) -> list[str]:
    """What the role tells at its end."""
    (lines,) = [
        each["result"]["msg"] for each in done.results if " : Tell what was done" in each["task"]
    ]
    return list(lines)


class TestSetUp:
    """The role port_setup: what the clients meet decides at the end."""

    def test_a_client_that_is_none_is_told_before_anything_is_sent(self, world: World) -> None:
        world.hosts.log.clear()
        done = world.role(
            "port_setup", "server", services=[ORDERS], clients=["client", "clyent"], language="ja"
        )
        assert last(done)["status"] == "failed"
        assert "clyent という名前のホストはインベントリーにありません。" in last(done)["msg"]
        assert world.hosts.log.entries() == []

    def test_one_that_does_not_get_there_is_told_with_the_reason(self, world: World) -> None:
        done = world.role("port_setup", "server", services=[ORDERS], clients=EVERYBODY)
        by_task = {each["task"].partition(" : ")[2]: each["result"] for each in done.results}
        assert by_task["Open the ports in the firewall"]["status"] == "changed"
        assert verdicts(by_task["Check the ports from the clients"]) == {
            "client": {"8443/tcp": "reachable"},
            "shut": {"8443/tcp": "blocked_at_client"},
        }
        assert last(done)["status"] == "failed"
        assert last(done)["msg"].startswith("Not as wanted: 1 of 1 ports")
        # What is wrong comes first.
        told = [line for line in story(done) if line.startswith("From ")]
        assert told[0].startswith("From shut to server, TCP 8443 can't be reached: on shut,")
        assert told[1].startswith("From client to server, TCP 8443 can be reached")

    def test_with_those_that_get_there_all_is_well_and_stays_as_it_is(self, world: World) -> None:
        told = [
            world.role("port_setup", "server", "-l", "server", services=[ORDERS], **more)
            for more in (
                {"clients": ["server", "client"]},
                {"clients": EVERYBODY, "accept": ["reachable", "blocked_at_client"]},
            )
        ]
        for done in told:
            assert {each["result"]["status"] for each in done.results} == {"ok"}, done.text
        assert any(
            line.startswith("From client to server, TCP 8443 can be reached")
            for line in story(told[0])
        )

    def test_nobody_is_asked_in_check_mode_or_without_clients(self, world: World) -> None:
        world.hosts.log.clear()
        world.role("port_setup", "server", "--check", services=[ORDERS], clients=EVERYBODY)
        world.role("port_setup", "server", services=[ORDERS])
        assert {each.host for each in world.hosts.log.entries()} == {"server"}


def test_the_report_says_who_gets_there(world: World) -> None:
    def reported() -> dict[str, Any]:
        done = world.role(
            "port_report", "windows", ports=[1433], folder=str(world.folder / "out"),
            clients="{{ ['shut', 'client', 'server'] if inventory_hostname == 'server' else [] }}",
        )  # fmt: skip
        assert {each["result"]["status"] for each in done.results} <= {"ok", "changed"}, done.text
        written = [each["result"] for each in done.results if "summary" in each["result"]]
        found: dict[str, Any] = written[-1]
        return found

    first, again = reported(), reported()
    assert (first["status"], again["status"]) == ("changed", "ok")
    assert first["paths"] == {"all": 2, "reachable": 1}
    assert first["msg"].startswith("1 of 2 connections from clients to servers can be made. 1 of 3")
    files = {kind: Path(path).read_text("utf-8-sig") for kind, path in first["files"].items()}
    data = json.loads(files["json"])
    paths = [
        (each["client"], each["server"], each["verdict"], each["hop"]) for each in data["paths"]
    ]
    assert paths == [
        ("shut", "server", "blocked_at_client", "client_firewall"),
        ("client", "server", "reachable", None),
    ]
    (shut, client) = (each["way"] for each in data["paths"])
    assert [each["state"] for each in shut["client_rules"]] == ["blocked"]
    assert (client["attempt"], client["processes"]) == ("connected", ["sqlservr.exe"])
    assert {host["name"]: host["state"] for host in data["hosts"]}["server"] == "ready"
    rows = list(csv.DictReader(files["csv"].splitlines()))
    assert [(each["client"], each["verdict"]) for each in rows[-2:]] == [
        ("shut", "blocked_at_client"),
        ("client", "reachable"),
    ]
    assert re.search(r"1 of 2 connections can be made", files["html"])
    mended = [each for each in data["first"] if each["hosts"] == ["shut"]]
    assert [each["verdict"] for each in mended] == ["blocked_at_client"]
    assert "delegate_to: shut" in mended[0]["remedies"][0]["yaml"]


def test_a_client_that_cannot_be_asked_is_in_the_report(world: World) -> None:
    done = world.role(
        "port_report", "server", ports=[1433], folder=str(world.folder / "failed"),
        clients=["strange"], language="ja",
    )  # fmt: skip
    written = next(each["result"] for each in done.results if "summary" in each["result"])
    (path,) = json.loads(Path(written["files"]["json"]).read_text("utf-8"))["paths"]
    assert (path["client"], path["server"], path["verdict"]) == (None, "server", "failed")
    assert "接続「ansible.builtin.local」では通信できません" in path["msg"]
    # It is said on the terminal too, and not that none of no connections can be made.
    (warning,) = written["warnings"]
    assert warning.startswith("server のクライアントからは確認していません。strange の")
    assert written["msg"].startswith("どのクライアントからも確認できませんでした。")
