# SPDX-License-Identifier: GPL-3.0-or-later
"""port_survey among PCs that refuse an account, and PCs that mean harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from fleet import pcs as fleet_pcs
from fleet import survey as fleet_survey
from fleet.faulty import FACTS
from integration import hostile_pcs
from integration.hostile_pcs import EVALUATED, OBEYED, PROCESS_PORT, SERVICE_PORT, TEXTS
from integration.runs import Played, own_address, play
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.injection import parse
from winsim.inventory import Plugin, Transport, inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration

SURVEY = "portkeeper.windows.port_survey"
PASSWORD = "Passw0rd!"
DOMAIN = "CORP"
COUNT = 8
_NETWORK = Network()


@dataclass(frozen=True)
class Fleet:
    """PCs that run, and the folder of their inventory."""

    folder: Path
    hosts: Hosts

    def survey(self, **arguments: Any) -> Played:
        task = {SURVEY: {"hosts": "windows", **arguments}, "ignore_errors": True}
        return play([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}], self.folder)

    def asked(self) -> list[str]:
        """The PCs that have got any message."""
        return [host.name for host in self.hosts if self.hosts.log.entries(host.name)]

    def messages(self, name: str) -> int:
        return len(self.hosts.log.entries(name))


@contextmanager
def running(
    folder: Path,
    machines: Sequence[Machine],
    transport: Transport = "ntlm",
    plugin: Plugin = "winrm",
    user: str | None = None,
) -> Iterator[Fleet]:
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts(machines, access=access) as hosts:
        known = inventory(list(hosts), transport, plugin)
        for each in known["windows"]["hosts"].values():
            if user is not None:
                each["ansible_user"] = user
        write_inventory(folder / "inventory.yml", known)
        yield Fleet(folder, hosts)


def domain_pcs(name: str) -> list[Machine]:
    """PCs that take an account of a domain, which is as they are called."""
    made = []
    for number in range(COUNT):
        machine = load("win11-ja").boot(f"pc-{number}", _NETWORK.next(), {"admin": PASSWORD})
        machine.computer_name = name
        made.append(machine)
    return made


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_a_right_account_reads_all_pcs_of_its_domain(tmp_path: Path, plugin: Plugin) -> None:
    machines = domain_pcs(DOMAIN)
    with running(tmp_path, machines, plugin=plugin, user=rf"{DOMAIN}\admin") as fleet:
        (result,) = (each["result"] for each in fleet.survey(ports=80).results)
    assert result["totals"]["read"] == COUNT, result
    assert result["unread"] == []


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_a_wrong_account_is_tried_at_one_pc(tmp_path: Path, plugin: Plugin) -> None:
    """Where it is refused, once: no retry, and no other PC is asked at all."""
    machines = domain_pcs("ELSEWHERE")
    with running(tmp_path, machines, plugin=plugin, user=rf"{DOMAIN}\admin") as fleet:
        (result,) = (each["result"] for each in fleet.survey(ports=80).results)
        asked = fleet.asked()
        # The steps of one authentication, the first of which carries no proof.
        assert fleet.messages(asked[0]) <= 3
    assert result["status"] == "ok"
    assert len(asked) == 1
    assert result["totals"]["unread"] == {"not_tried": COUNT - 1, "authentication": 1}
    for each in result["unread"]:
        if each["kind"] == "not_tried":
            assert each["msg"] == (
                f"{each['host']} was not tried, because {asked[0]} has refused the account "
                rf"{DOMAIN}\admin: with more attempts, it could be locked out. Correct the "
                f"password, or the permission on {asked[0]}."
            )
            assert each["address"].startswith("127.")


def test_accounts_of_single_pcs_are_tried_at_each(tmp_path: Path) -> None:
    """Each PC counts the refusals of its own accounts alone."""
    with running(tmp_path, domain_pcs("ELSEWHERE"), user="nobody") as fleet:
        (result,) = (each["result"] for each in fleet.survey(ports=80).results)
        assert len(fleet.asked()) == COUNT
    assert result["totals"]["unread"] == {"authentication": COUNT}


def test_one_pc_by_several_names_is_not_tried_by_each(tmp_path: Path) -> None:
    """A PC locks its own accounts out too, by whatever name of the inventory they are tried."""
    with running(tmp_path, domain_pcs("ELSEWHERE")[:1], user="nobody") as fleet:
        written = yaml.safe_load((tmp_path / "inventory.yml").read_text())
        known = written["windows"]["hosts"]
        ((name, variables),) = known.items()
        for number in range(5):
            known[f"{name}-alias-{number}"] = dict(variables, ansible_user=".\\NOBODY")
        write_inventory(tmp_path / "inventory.yml", written)
        (result,) = (each["result"] for each in fleet.survey(ports=80).results)
        assert fleet.messages(name) <= 3
    assert result["totals"]["unread"] == {"authentication": 1, "not_tried": 5}


@pytest.mark.plain("breaks the first page of an enumeration, which has to be its only one")
def test_faulty_pcs_among_others(tmp_path: Path) -> None:
    """What is wrong with some is told of them, and changes nothing for the others."""
    count, faulty = 40, 20
    machines = fleet_pcs.pcs(count, own_address(1_001))
    wrong = fleet_pcs.faults(count, faulty)
    rules = [parse(text) for text in fleet_pcs.fault_texts(count, faulty).values()]
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts(machines, access=access, faults=rules) as hosts:
        known = fleet_pcs.hosts_of_inventory(hosts, faulty)
        write_inventory(tmp_path / "inventory.yml", {"windows": {"hosts": known}})
        (result,) = (each["result"] for each in Fleet(tmp_path, hosts).survey().results)
        assert fleet_pcs.open_operations(list(hosts)) == {}
        assert len(wrong) == faulty
        unread = {each["host"]: each for each in result["unread"]}
        for number, host in enumerate(hosts):
            if number in wrong and (wrong[number].task == FACTS or host.name in unread):
                # Other faults are in messages that may be sent here too, or in programs of which
                # the facts say that they are missing.
                assert host.name in unread[host.name]["msg"], wrong[number]
                continue
            assert host.name not in unread, unread[host.name]
            rows = [each for each in result["rows"] if each["host"] == host.name]
            assert {(each["protocol"], each["port"], each["pid"]) for each in rows} == {
                (protocol, port, pid)
                for protocol, where, port, pid in fleet_pcs.truth(host.machine)
                if not where.startswith("127.") and where != "::1"
            }
            own = [each for each in rows if each["port"] == fleet_pcs.port(number)]
            assert [each["process"] for each in own] == [fleet_pcs.program(number)]
    assert result["totals"]["read"] + len(unread) == count


def test_what_could_not_be_read_of_a_pc_is_told_with_its_name(tmp_path: Path) -> None:
    """Whose firewall is unknown is not in the rows: they say only that nobody knows."""
    images = {"sound": "server2022", "no-shell": "server2022", "without-networks": "win2008r2"}
    machines = [
        load(image).boot(name, _NETWORK.next(), {"admin": PASSWORD})
        for name, image in images.items()
    ]
    rules = [parse("shell-quota:action=Create,host=no-shell")]
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts(machines, access=access, faults=rules) as hosts:
        write_inventory(tmp_path / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        fleet = Fleet(tmp_path, hosts)
        asked: tuple[dict[str, Any], ...] = (
            {"ports": [135], "from_controller": False},
            {"gather": ["process", "service", "firewall"]},
            {"ports": [135], "from_controller": False, "gather": ["firewall"], "detail": True},
        )
        results = [each["result"] for one in asked for each in fleet.survey(**one).results]
    for result in results:
        assert result["unread"] == []
        told = {each["host"]: each["notes"] for each in result["incomplete"]}
        assert list(told) == ["no-shell", "without-networks"]
        assert all("no-shell" in note for note in told["no-shell"])
        assert any("active firewall profiles" in note for note in told["without-networks"])
        assert result["warnings"] == [
            f"{host}: {note}" for host, notes in told.items() for note in notes
        ]
        assert result["msg"].endswith("Read, but not all of it: no-shell, without-networks.")
        blind = [each for each in result["rows"] if each["host"] == "no-shell"]
        assert blind != []
        assert {each.get("reach", "unknown") for each in blind} == {"unknown"}
    # What the details say is what the modules say.
    for host, each in results[2]["results"].items():
        notes = [*each["check"].get("warnings", []), *each["facts"].get("warnings", [])]
        assert list(dict.fromkeys(notes)) == told.get(host, [])


def test_a_small_fleet(tmp_path: Path) -> None:
    """The short form of what `make fleet` tries with 200 PCs."""
    found = fleet_survey.run(12, 4, tmp_path, own_address(2_001))
    assert (len(found.faults), len(found.healthy)) == (4, 8)
    assert fleet_survey.problems(found) == []


def test_pcs_that_mean_harm(tmp_path: Path) -> None:
    """What they say is data wherever it is shown, no row is long, and the whole is there."""
    names = list(TEXTS)
    machines = [hostile_pcs.pc(name, number) for number, name in enumerate(names, 200)]
    path = tmp_path / "survey.json"
    with running(tmp_path, machines, "basic") as fleet:
        done = fleet.survey(
            ports=[PROCESS_PORT, SERVICE_PORT], timeout=0.3, parallel=4, detail_file=str(path),
            gather=["process", "service", "httpsys", "firewall"],
        )  # fmt: skip
        listeners = fleet.survey(gather=["process", "service", "httpsys", "firewall"])
    text = path.read_text("utf-8")
    for played in (done, listeners):
        (result,) = (each["result"] for each in played.results)
        assert result["status"] == "ok", result["msg"]
        seen = {each["host"] for each in (*result["rows"], *result["unread"])}
        assert seen == set(names)
        # What does not fit into an answer can't be read, and is told.
        assert {each["host"] for each in result["unread"]} <= {"long", "huge"}
        for row in result["rows"]:
            assert len(json.dumps(row)) < 600, row
        shown = json.dumps(result, ensure_ascii=False)
        assert not OBEYED.search(re.sub(r"\\u[0-9a-f]{4}", "", shown))
        assert EVALUATED not in played.text + text
        assert not OBEYED.search(played.text)
    assert not OBEYED.search(text)
    written = {each["name"]: each for each in json.loads(text)["hosts"]}
    assert list(written) == names
    (result,) = (each["result"] for each in done.results)
    for name in names:
        if name not in ("long", "huge"):
            found = {row["port"]: row for row in result["rows"] if row["host"] == name}
            assert found[PROCESS_PORT]["verdict"] == "blocked"
            assert found[PROCESS_PORT]["pid"] == 9000
            ports = {each["port"]: each for each in written[name]["check"]["ports"]}
            assert ports[PROCESS_PORT]["verdict"] == "blocked"
