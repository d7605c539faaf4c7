# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that writes the report of PCs in several states, one of which does not answer."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import CHECKOUT, run
from loopback import Network
from winsim.images import load
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.state import Endpoint, Process

pytestmark = pytest.mark.integration

# The addresses of this file in this run.
NETWORK = Network()
PLAYBOOK = "portkeeper.windows.report"
# "Could not connect to WinRM on off (192.0.2.1 port 5985)"
STEP = re.compile(r"Could not [^()]*\([^()]*\)")
IMAGES = {"server": "server2022", "営業-01": "win11-ja", "locked": "gpo-locked"}


@dataclass(frozen=True)
class Office:
    """Simulated PCs, the inventory that has one more, which is switched off, and a folder."""

    machines: dict[str, Machine]
    inventory: Path
    folder: Path

    def report(
        self, *options: str, playbook: str = PLAYBOOK, code: int = 0, **variables: Any
    ) -> str:
        """Run the playbook, which should end with this exit code; returns what it printed."""
        given = {"port_report_ports": "80,8080", "port_report_folder": "reports"}
        given |= {f"port_report_{name}": value for name, value in variables.items()}
        given = {name: value for name, value in given.items() if value is not None}
        ended, text = run(
            *("ansible-playbook", "-i", str(self.inventory), "-e", json.dumps(given)),
            *(*options, playbook),
            folder=self.folder,
            environment={
                "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".dev"),
                "ANSIBLE_LOCAL_TEMP": str(self.folder / "private"),
            },
        )
        assert ended == code, text
        return text

    def written(self, name: str = "port_report") -> dict[str, Any]:
        text = (self.folder / "reports" / f"{name}.json").read_text(encoding="utf-8")
        data: dict[str, Any] = json.loads(text)
        return data


def inventory(hosts: Hosts) -> dict[str, Any]:
    found = {}
    for host in hosts:
        ((user, password), *_others) = host.machine.users.items()
        found[host.name] = {"ansible_host": host.address, "ansible_port": host.port,
                            "ansible_user": user, "ansible_password": password}  # fmt: skip
    found["off"] = {"ansible_host": NETWORK.address(200), "ansible_port": 5985,
                    "ansible_user": "admin", "ansible_password": "secret"}  # fmt: skip
    connection = {
        "ansible_connection": "winrm",
        "ansible_winrm_transport": "basic",
        "ansible_winrm_scheme": "http",
    }
    return {"windows": {"hosts": found, "vars": connection}}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    machines = {
        name: load(image).boot(name=name, address=NETWORK.address(number))
        for number, (name, image) in enumerate(IMAGES.items(), start=1)
    }
    with Hosts(list(machines.values())) as hosts:
        path = folder / "inventory.yml"
        path.write_text(
            yaml.safe_dump(inventory(hosts), allow_unicode=True, sort_keys=False), "utf-8"
        )
        yield Office(machines, path, folder)


def start(machine: Machine, program: str, port: int) -> None:
    booted = machine.operating_system.booted
    with machine.lock:
        pid = machine.start_process(Process(0, 4, program, f"C:\\App\\{program}")).pid
        machine.open_as(pid, [Endpoint("tcp", "0.0.0.0", port, pid, booted)])


def changed(text: str) -> int:
    return sum(map(int, re.findall(r"changed=(\d+)", text)))


def test_check_mode_writes_nothing(office: Office) -> None:
    text = office.report("--check", name="predicted")
    assert changed(text) == 1
    assert not list(office.folder.glob("reports/predicted.*"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ports": "80,eighty"}, 'ports: "eighty" is not a port'),
        ({"name": "a/b"}, "name: 'a/b' can't be the name of files"),
        ({"previous": "no.json"}, "previous: "),
    ],
)
def test_what_is_wrong_is_told_before_a_pc_is_asked(
    office: Office, wrong: dict[str, str], told: str
) -> None:
    text = office.report(code=2, **wrong)
    assert told in text
    assert "Check the ports" not in text


def test_the_report_then_again_then_after_a_change(office: Office) -> None:
    text = office.report()
    assert changed(text) == 1
    assert "0 of 4 PCs are ready. Each of the others counts once, by its worst port (" in text
    assert "(port taken: 0, blocked: 2, not listening: 1," in text
    first = office.written()
    assert {host["name"]: host["state"] for host in first["hosts"]} == {
        "server": "not_listening",
        "営業-01": "blocked",
        "locked": "blocked",
        "off": "unreachable",
    }
    silent = first["hosts"][-1]
    assert (
        f"on off ({NETWORK.address(200)} port 5985): the connection was refused"
        in (silent["message"])
    )
    assert silent["address"] == NETWORK.address(200)
    assert silent["listeners"] is None
    assert first["compared_with"] is None
    assert {path.suffix for path in (office.folder / "reports").glob("port_report.*")} == {
        ".html",
        ".csv",
        ".json",
    }

    text = office.report()
    assert changed(text) == 0
    # What the survey has kept for the report.
    assert not list((office.folder / "private").rglob("port_survey*"))
    assert office.written()["compared_with"]["created"] == first["created"]

    victim = office.folder / "ran"
    hostile = "{{ lookup('pipe', 'touch " + str(victim) + "') }}{% raw %}.exe"
    start(office.machines["server"], hostile, 8080)
    text = office.report(title="{{ 6 * 7 }}")
    assert changed(text) == 1
    after = office.written()
    server = after["hosts"][0]
    assert server["state"] == "blocked"
    assert [(each["kind"], each["before"], each["after"]) for each in server["changes"]] == [
        ("state", "not_listening", "blocked"),
        ("verdict", "not_listening", "blocked"),
        ("listener", None, hostile),
    ]
    assert not any(host["changes"] for host in after["hosts"][1:])
    assert not victim.exists()


def test_in_batches_and_in_japanese(office: Office) -> None:
    """Each PC in a batch of its own; the one that is off is looked at last, and is the last."""
    playbook = office.folder / "batches.yml"
    role = {"role": "portkeeper.windows.port_report"}
    play = {"hosts": "windows", "gather_facts": False, "serial": 1, "roles": [role]}
    playbook.write_text(yaml.safe_dump([play]), "utf-8")
    text = office.report(playbook=str(playbook), language="ja", name="batches")
    assert text.count("台が準備完了です") == 1
    assert changed(text) == 1
    data = office.written("batches")
    assert [host["name"] for host in data["hosts"]] == [*IMAGES, "off"]
    assert data["title"] == "PC のポートの状態"
    assert "パブリック ネットワーク" in data["hosts"][1]["checks"][0]["msg"]
    page = (office.folder / "reports" / "batches.html").read_text(encoding="utf-8")
    assert "営業-01" in page


def test_without_the_lists_of_listeners_and_for_some_pcs(office: Office) -> None:
    places: dict[str, Any] = {"from": ["10.0.0.7", "10.9.0.0/16"]}
    office.report("--skip-tags", "port_report_facts", "--limit", "locked", name="quick", **places)
    (host,) = office.written("quick")["hosts"]
    for check in host["checks"]:
        assert [each["source"] for each in check["sources"]] == places["from"]
        assert {each["state"] for each in check["sources"]} == {"blocked"}
    assert (host["name"], host["listeners"]) == ("locked", None)
    assert [each["verdict"] for each in host["checks"]] == ["overridden_by_policy"] * 2


def test_ports_that_are_none_are_said_before_anything_is_written(office: Office) -> None:
    text = office.report("--limit", "locked,off", code=2, name="typo", ports="htps")
    assert "https" in text
    assert "Traceback" not in text
    assert not list(office.folder.glob("reports/typo.*"))


def tasks(ports: object) -> list[dict[str, Any]]:
    """What the role would do with a task on each PC."""
    gather = ["process", "service", "httpsys", "reserved", "dynamic", "firewall"]
    asked = {"ignore_errors": True, "ignore_unreachable": True}
    write = {"folder": "reports", "name": "registered"}
    return [
        {"portkeeper.windows.port_check": {"ports": ports}, "register": "port_report_check"}
        | asked,
        {
            "portkeeper.windows.port_facts": {"gather": gather},
            "register": "port_report_facts",
            "when": "port_report_check is success",
        }
        | asked,
        {"portkeeper.windows.port_report": write, "run_once": True, "delegate_to": "localhost"},
    ]


def told(report: dict[str, Any]) -> dict[str, Any]:
    """A report without its time, and without addresses of PCs that were not read, nor at which step
    they did not answer."""
    del report["created"]
    for host in report["hosts"]:
        if not host["checks"]:
            del host["address"]
            host["message"] = host["message"] and STEP.sub("", host["message"])
            host.pop("failure")  # which a survey alone tells
            # The users of the role have no options.
            host["message"] = host["message"].replace("port_report_ports: ", "ports: ")
    for each in report["first"]:
        each["text"] = STEP.sub("", each["text"]).replace("port_report_ports: ", "ports: ")
    return report


def test_one_survey_says_what_a_task_on_each_pc_says(office: Office) -> None:
    """On PCs with ports of their own, one of which are none, and one that has failed before."""
    known = yaml.safe_load(office.inventory.read_text("utf-8"))
    hosts = known["windows"]["hosts"]
    hosts["broken"] = hosts["server"] | {"ansible_password": "{{ nobody }}"}
    hosts["locked"]["port_report_ports"] = [{"port": 80, "expected_process": "nginx"}, 8443]
    hosts["営業-01"]["port_report_ports"] = "{{ [9090, 5357] }}"
    hosts["typo"] = hosts["server"] | {"port_report_ports": "htps"}
    hosts["early"] = hosts["server"]
    known["windows"]["vars"] |= {"port_report_ports": "80,8080"}
    inventory_file = office.folder / "groups.yml"
    inventory_file.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False), "utf-8")
    no = {"ansible.builtin.fail": {}, "when": "inventory_hostname == 'early'"}
    fail = {"hosts": "early,server", "gather_facts": False, "tasks": [no]}
    # As the playbook has it.
    imported = {"name": "portkeeper.windows.port_report", "rolespec_validate": False}
    role = {"ansible.builtin.import_role": imported}
    found = []
    for name, asked in (("registered", tasks("{{ port_report_ports }}")), ("role", [role])):
        # The broken one first, on which Ansible would run what is run once.
        play = {"hosts": "broken,windows", "gather_facts": False, "tasks": asked}
        playbook = office.folder / f"{name}.yml"
        playbook.write_text(yaml.safe_dump([fail, play], sort_keys=False), "utf-8")
        options = ("-i", str(inventory_file))
        office.report(*options, playbook=str(playbook), code=2, ports=None, name=name)
        found.append(office.written(name))
    one, other = found
    addresses = {host["name"]: host["address"] for host in other["hosts"]}
    assert addresses["off"] == NETWORK.address(200)
    # Ansible has its own words for a task that it can't start.
    broken, told_broken = one["hosts"].pop(0), other["hosts"].pop(0)
    assert broken["state"] == told_broken["state"] == "unknown"
    assert "'nobody' is undefined" in broken["message"]
    assert "ansible_password of this host can't be resolved" in told_broken["message"]
    for report in found:
        # What to mend first quotes the first of them.
        assert "nobody" in report["first"][0]["text"]
        report["first"][0]["text"] = ""
    assert told(one) == told(other)


def test_a_pc_without_ports_of_its_own_is_told_and_the_others_are_asked(office: Office) -> None:
    """Ports may be set for some PCs alone, and those of the others are not its own."""
    known = yaml.safe_load(office.inventory.read_text("utf-8"))
    known["windows"]["hosts"]["locked"]["port_report_ports"] = [80]
    inventory_file = office.folder / "some.yml"
    inventory_file.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False), "utf-8")
    limit = ("-i", str(inventory_file), "--limit", "server,locked")
    office.report(*limit, ports=None, name="some")
    server, locked = office.written("some")["hosts"]
    assert server["message"].startswith("port_report_ports is not set for server.")
    assert [each["port"] for each in locked["checks"]] == [80]


def test_what_is_wrong_with_variables_of_the_first_pcs_is_told_of_these_alone(
    office: Office,
) -> None:
    """Ansible runs on the first PC what is run once, with its variables."""
    known = yaml.safe_load(office.inventory.read_text("utf-8"))
    sound = known["windows"]["hosts"]
    wrong = {
        "typo": {"port_report_ports": "htps"},
        "unsaid": {"port_report_ports": "{{ nobody }}"},
        "lost": {"port_report_from": "{{ groups['nobody'] }}"},
        "odd": {"port_report_gather": "everything"},
        "alone": {"port_report_clients": "{{ groups['nobody'] }}"},
    }
    first = {name: sound["server"] | variables for name, variables in wrong.items()}
    known["windows"]["hosts"] = first | {"server": sound["server"]}
    known["windows"]["vars"]["port_report_ports"] = "80,8080"
    inventory_file = office.folder / "first.yml"
    inventory_file.write_text(yaml.safe_dump(known, sort_keys=False), "utf-8")
    options = ("-i", str(inventory_file))
    for order in ([*wrong, "server"], ["odd", "server"], ["alone", "server"], ["unsaid", "server"]):
        pcs = f"report_hosts={','.join(order)}"
        office.report(*options, "-e", pcs, ports=None, name=f"first_{order[0]}")
        written = [host["name"] for host in office.written(f"first_{order[0]}")["hosts"]]
        assert written == order
    report = office.written("first_typo")
    found = {host["name"]: host for host in report["hosts"]}
    assert list(found) == [*wrong, "server"]
    for name in ("alone", "server"):
        assert [each["port"] for each in found.pop(name)["checks"]] == [80, 8080]
    assert {host["state"] for host in found.values()} == {"unknown"}
    assert found["typo"]["message"].startswith('port_report_ports: "htps" is not a port')
    assert "port_report_ports of this host can't be resolved" in found["unsaid"]["message"]
    assert "port_report_from of this host can't be resolved" in found["lost"]["message"]
    assert "value of port_report_gather must be" in found["odd"]["message"]
    (path,) = report["paths"]
    assert (path["server"], path["verdict"]) == ("alone", "failed")
    assert "nobody" in path["msg"]
    # Where it is so with all of them, nothing is written.
    for name, told in {
        "typo": "htps", "unsaid": "'nobody' is undefined", "lost": "nobody", "odd": "everything",
        "alone": "nobody",
    }.items():  # fmt: skip
        text = office.report(*options, "--limit", name, ports=None, name=f"only_{name}", code=2)
        assert told in text
        assert not list(office.folder.glob("reports/only_*"))


def by_limit(office: Office, slices: Mapping[str, Sequence[str]], asked: Mapping[str, Any]) -> None:
    """A run for each slice, which sees the inventory but asks its own PCs alone."""
    for name, hosts in slices.items():
        office.report("--limit", ",".join(hosts), name=name, **asked)


def by_runner(
    office: Office, slices: Mapping[str, Sequence[str]], asked: Mapping[str, Any]
) -> None:
    """A job of ansible-runner for each slice, as AWX starts them: each with a folder and an
    inventory of its own, which has no other PCs."""
    known = yaml.safe_load(office.inventory.read_text("utf-8"))["windows"]
    for name, hosts in slices.items():
        job = office.folder / f"job-{name}"
        given = {
            "ports": "80,8080",
            "folder": str(office.folder / "reports"),
            "name": name,
            **asked,
        }
        files = {
            "inventory/hosts.json": {
                "windows": {**known, "hosts": {host: known["hosts"][host] for host in hosts}}
            },
            "env/extravars": {f"port_report_{key}": value for key, value in given.items()},
            "env/envvars": {"ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".dev")},
        }
        for path, content in files.items():
            (job / path).parent.mkdir(parents=True, exist_ok=True)
            (job / path).write_text(json.dumps(content), "utf-8")
        (job / "project").mkdir()
        command = ("ansible-runner", "run", str(job), "--ident", name, "--playbook", PLAYBOOK)
        # It starts the ansible-playbook that the shell would.
        search = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        code, text = run(*command, environment=search)
        assert code == 0, text
        assert (job / "artifacts" / name / "status").read_text() == "successful"
        events = [
            json.loads(path.read_text("utf-8"))
            for path in (job / "artifacts" / name / "job_events").glob("*.json")
        ]
        (survey,) = (
            each["event_data"]["res"]
            for each in events
            if each["event"] == "runner_on_ok"
            and each["event_data"]["task_action"].endswith("port_survey")
        )
        assert survey["totals"]["hosts"] == len(hosts)


@pytest.mark.parametrize("run_slices", [by_limit, by_runner])
def test_slices_are_put_together(
    office: Office,
    run_slices: Callable[[Office, Mapping[str, Sequence[str]], Mapping[str, Any]], None],
) -> None:
    """Three runs, each of which knows only its own PCs, and what a client met in one of them."""
    way = run_slices.__name__
    # No other PC can ask from a client that its job has never heard of.
    clients = {"clients": ["locked"]} if run_slices is by_limit else {}
    asked: dict[str, Any] = {**clients, "title": "All"}
    office.report(name=f"whole_{way}", **asked)
    slices = {"one": ["server"], "two": ["営業-01"], "three": ["locked", "off"]}
    slices = {f"{name}_{way}": hosts for name, hosts in slices.items()}
    run_slices(office, slices, asked)
    parts = [f"reports/{name}.json" for name in slices]
    name = f"merged_{way}"
    text = office.report("--limit", "off", name=name, parts=parts, title="All")
    assert re.search(r"Ask the PCs\] \**\nskipping: \[off\]", text)
    one, other = office.written(f"whole_{way}"), office.written(name)
    servers = {"server", "営業-01"} if clients else set()
    assert {path["server"] for path in other["paths"] or []} == servers
    for each in (one, other):
        del each["created"]
        for path in each["paths"] or []:
            del path["way"]
    assert one == other
