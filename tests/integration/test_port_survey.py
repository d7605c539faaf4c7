# SPDX-License-Identifier: GPL-3.0-or-later
"""port_survey: many PCs in one task, each as the inventory says of it, with every way in, and what
is said of those that can't be read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from fleet import pcs as fleet_pcs
from integration.runs import CHECKOUT, Played, ad_hoc, play, program
from loopback import Network, black_hole
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory
from winsim.server import Host, Hosts

pytestmark = pytest.mark.integration

SURVEY = "portkeeper.windows.port_survey"
PASSWORD = "Gy2SdF9bX6 of all PCs"
VAULT_PASSWORD = "opens the vault"
#: Seconds for what has to come, however busy the machine is.
PATIENCE = 60.0
_NETWORK = Network()
#: Names of PCs by their way in.
WAYS = {
    "basic-1": ("basic", "winrm"),
    "basic-2": ("basic", "psrp"),
    "ntlm-1": ("ntlm", "winrm"),
    "ntlm-2": ("ntlm", "psrp"),
}


#: What a result says of a PC, without what Ansible adds.
KEPT = ("msg", "verdicts", "ports", "networks", "ansible_facts")


class _Dumper(yaml.SafeDumper):
    pass


class _Vaulted(str):
    """A value that stands encrypted in the inventory."""


def _encrypted(dumper: yaml.SafeDumper, text: _Vaulted) -> yaml.Node:
    octets = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(text.encode())
    return dumper.represent_scalar("!vault", octets.decode(), style="|")


_Dumper.add_representer(_Vaulted, _encrypted)


@dataclass(frozen=True)
class Fleet:
    """PCs that run, and the folder of their inventory."""

    folder: Path
    hosts: Mapping[str, Host]
    running: Mapping[str, Hosts]

    def survey(
        self, *tasks: Mapping[str, Any], options: tuple[str, ...] = (), **of_play: Any
    ) -> Played:
        """Run surveys as tasks of one play on localhost."""
        book = {
            "hosts": "localhost",
            "gather_facts": False,
            "ignore_errors": True,
            "tasks": [
                dict(each) if "hosts" not in each else {SURVEY: dict(each)} for each in tasks
            ],
        }
        vault = ("--vault-password-file", str(self.folder / "vault.password"))
        return play([book | of_play], self.folder, *vault, *options)

    def tried(self) -> set[str]:
        """The PCs to which something was sent."""
        return {name for name, each in self.running.items() if each.log.entries(name)}

    def forget(self) -> None:
        for each in self.running.values():
            each.log.clear()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("survey")
    found: dict[str, Host] = {}
    running: dict[str, Hosts] = {}
    known: dict[str, Any] = {}
    with ExitStack() as stack:
        for name, (transport, plugin) in WAYS.items():
            machine = load("win11-ja").boot(name, _NETWORK.next(), {"admin": PASSWORD})
            access = Access(transport == "basic", transport == "ntlm", transport == "basic")
            hosts = stack.enter_context(Hosts([machine], access=access))
            running[name], found[name] = hosts, hosts[0]
            group = inventory([hosts[0]], transport, plugin)["windows"]
            known[name] = group["vars"] | group["hosts"][name]
        known["basic-1"]["ansible_password"] = _Vaulted(PASSWORD)
        known["ntlm-2"]["ansible_password"] = "{{ passwords[inventory_hostname[:4]] }}"
        known["ntlm-2"]["passwords"] = {"ntlm": PASSWORD}
        _address, hole = stack.enter_context(black_hole())
        off = known["basic-2"] | {"ansible_host": "127.0.0.1", "ansible_port": hole}
        odd = {
            "off-1": off,
            "off-2": off,
            "closed": known["basic-2"] | {"ansible_port": 9},
            "nowhere": known["basic-2"] | {"ansible_host": "no-such-host.invalid"},
            "over-ssh": known["basic-2"] | {"ansible_connection": "ssh"},
            "undefined": known["basic-2"] | {"ansible_password": "{{ nobody_has_set_this }}"},
            "wrong": known["basic-2"] | {"ansible_password": "Fj4XtY8qW1"},
        }
        groups = {"windows": {"hosts": known}, "odd": {"hosts": odd}}
        (folder / "inventory.yml").write_text(yaml.dump(groups, Dumper=_Dumper), "utf-8")
        (folder / "vault.password").write_text(VAULT_PASSWORD)
        yield Fleet(folder, found, running)


def result_of(played: Played, number: int = 0) -> dict[str, Any]:
    result: dict[str, Any] = played.results[number]["result"]
    return result


def reachable(host: Host) -> set[tuple[str, int, int]]:
    """What listens on a PC for others: protocol, port and PID."""
    listening = fleet_pcs.truth(host.machine)
    return {
        (protocol, port, pid)
        for protocol, address, port, pid in listening
        if not address.startswith("127.") and address != "::1"
    }


@pytest.mark.every_core
def test_each_pc_is_read_as_the_inventory_says_of_it(fleet: Fleet) -> None:
    """Over both connections, with Basic and NTLM, vaulted and templated; and the odd ones are told
    without any harm to the others."""
    task = {"hosts": ["windows", "odd"], "connect_timeout": 2}
    done = fleet.survey(task, task | {"ports": [80, 8443, 5985]}, options=("-vvv",))
    listeners, checked = result_of(done), result_of(done, 1)
    for result in (listeners, checked):
        assert result["status"] == "ok", result
        kinds = {each["host"]: each["kind"] for each in result["unread"]}
        assert kinds == {
            "off-1": "no_connection", "off-2": "no_connection", "closed": "refused", "nowhere": "unreachable",
            "over-ssh": "setting", "undefined": "setting", "wrong": "authentication",
        }  # fmt: skip
        assert result["totals"]["hosts"] == 11
        assert result["totals"]["read"] == 4
    for name, host in fleet.hosts.items():
        rows = [each for each in listeners["rows"] if each["host"] == name]
        assert {(each["protocol"], each["port"], each["pid"]) for each in rows} == reachable(host)
        verdicts = {each["port"]: each for each in checked["rows"] if each["host"] == name}
        assert (verdicts[80]["verdict"], verdicts[80]["cause"], verdicts[80]["process"]) == (
            "hidden_by_profile", "rule_for_other_profile", "httpd.exe",
        )  # fmt: skip
        assert verdicts[8443]["verdict"] == "blocked"
    assert [secret for secret in (PASSWORD, VAULT_PASSWORD) if secret in done.text] == []


def test_nothing_but_reading_is_asked(fleet: Fleet) -> None:
    """Classes are read, and programs that read run in a shell, which is closed again."""
    fleet.forget()
    gather = ["process", "service", "user", "httpsys", "reserved", "dynamic", "forwards",
              "firewall", "networks"]  # fmt: skip
    done = fleet.survey({"hosts": "windows", "ports": [80, 9], "gather": gather, "detail": True})
    assert result_of(done)["totals"]["read"] == len(WAYS)
    for name, hosts in fleet.running.items():
        entries = [each for each in hosts.log.entries(name) if each.action]
        of_classes = {each.action for each in entries if each.class_name != "cmd"}
        assert of_classes <= {"Enumerate", "Pull", "Get", "Release", "GetOwner"}
        of_shells = [each.action for each in entries if each.class_name == "cmd"]
        assert of_shells.count("Create") == of_shells.count("Delete") == 1


def test_what_to_mend_first_stands_first(fleet: Fleet) -> None:
    done = fleet.survey({"hosts": "windows", "ports": [80, 443, 8443], "language": "ja"})
    result = result_of(done)
    verdicts = [each["verdict"] for each in result["rows"]]
    assert verdicts == ["blocked"] * 4 + ["hidden_by_profile"] * 4 + ["not_listening"] * 4
    assert list(result["totals"]["verdicts"].items()) == [
        ("blocked", 4), ("hidden_by_profile", 4), ("not_listening", 4),
    ]  # fmt: skip
    assert result["msg"].startswith("4 台のホストのうち 4 台を読み取りました")


def test_an_expectation_fails_once_and_names_hosts(fleet: Fleet) -> None:
    task = {"hosts": "windows:closed", "ports": 80}
    done = fleet.survey(task | {"expect": "in_use"}, task | {"expect": "free"})
    in_use, free = result_of(done), result_of(done, 1)
    assert in_use["status"] == free["status"] == "failed"
    assert in_use["msg"].splitlines()[0] == (
        "These ports are not in use, or not known to be, on 1 of 5 hosts: closed."
    )
    told = "These ports are not free, or not known to be, on 5 of 5 hosts: basic-1,"
    assert told in free["msg"]
    assert {each["as_expected"] for each in in_use["rows"]} == {True}


def test_hosts_are_those_of_the_inventory_within_the_limit(fleet: Fleet) -> None:
    fleet.forget()
    done = fleet.survey(
        {"hosts": ["windows", "!basic-1"]}, {"hosts": "nobody*"}, {"hosts": "basic-1"},
        options=("--limit", "localhost,ntlm-1,basic-1"),
    )  # fmt: skip
    within, nobody, alone = (result_of(done, number) for number in range(3))
    assert {each["host"] for each in within["rows"]} == {"ntlm-1"}
    assert nobody["status"] == "failed"
    assert "matches 'nobody*'" in nobody["msg"]
    assert {each["host"] for each in alone["rows"]} == {"basic-1"}
    assert fleet.tried() == {"ntlm-1", "basic-1"}


def test_what_matches_nothing_is_told(fleet: Fleet) -> None:
    """With an expectation it fails: nobody knows how these are."""
    hosts = ["ntlm-1", "srv-9", "win*9"]
    done = fleet.survey(
        {"hosts": hosts, "ports": 135}, {"hosts": hosts, "ports": 135, "expect": "in_use"},
        {"hosts": "windows:!srv-9", "ports": 135},
    )  # fmt: skip
    told, expecting, all_there = (result_of(done, number) for number in range(3))
    for result in (told, expecting):
        assert result["unmatched"] == ["srv-9", "win*9"]
        assert "No host of the inventory, within --limit, matches: srv-9, win*9." in result["msg"]
        assert {each["host"] for each in result["rows"]} == {"ntlm-1"}
    assert (told["status"], expecting["status"]) == ("ok", "failed")
    assert all_there["unmatched"] == []
    assert "matches" not in all_there["msg"]


def test_without_hosts_on_the_controller_it_asks_for_them(fleet: Fleet) -> None:
    done = fleet.survey({SURVEY: {"ports": 80}}, {"hosts": "localhost", "ports": 80})
    nobody, localhost = (result_of(done, number) for number in range(2))
    assert nobody["status"] == localhost["status"] == "failed"
    assert "Name the PCs in the option hosts, such as hosts=windows." in nobody["msg"]
    assert "matches 'localhost'" in localhost["msg"]


def test_a_task_that_would_run_on_each_host_is_refused(fleet: Fleet) -> None:
    fleet.forget()
    survey: dict[str, Any] = {SURVEY: {}}
    once = {"run_once": True, "delegate_to": "localhost"}
    refused = fleet.survey(survey, hosts="windows")
    assert len(refused.results) == 4
    for each in refused.results:
        assert each["result"]["status"] == "failed"
        assert "runs on each of 4 hosts. Add run_once: true" in each["result"]["msg"]
    free = fleet.survey(survey | once, hosts="windows", strategy="free")
    assert len(free.results) == 4
    for each in free.results:
        assert each["result"]["status"] == "failed"
        assert "with the strategy free, Ansible runs" in each["result"]["msg"]
        assert "Run it in a play on localhost" in each["result"]["msg"]
    assert fleet.tried() == set()
    done = fleet.survey(survey | once, hosts="windows")
    assert result_of(done)["totals"]["read"] == 4
    assert len(done.results) == 1


def test_only_some_hosts_are_asked_about_ports(fleet: Fleet) -> None:
    """Of the others, the listeners are listed, as without the option."""
    asked = "{{ {'ntlm-2': [80]}[inventory_hostname] | default(omit) }}"
    task = {SURVEY: {"hosts": "ntlm-*", "host_variables": {"ports": "asked_ports"}}}
    result = result_of(fleet.survey(task | {"vars": {"asked_ports": asked}}))
    assert result["status"] == "ok", result
    rows = result["rows"]
    assert [each["port"] for each in rows if each["host"] == "ntlm-2"] == [80]
    assert rows[0]["host"] == "ntlm-2"
    assert len([each for each in rows if each["host"] == "ntlm-1"]) > 1


def test_a_batch_asks_its_own_hosts(fleet: Fleet) -> None:
    """Not all of the play, once for each batch."""
    once = {"run_once": True, "delegate_to": "localhost"}
    done = fleet.survey({SURVEY: {}} | once, hosts="windows", serial=2)
    assert [each["result"]["totals"]["hosts"] for each in done.results] == [2, 2]
    read = {row["host"] for each in done.results for row in each["result"]["rows"]}
    assert read == set(WAYS)


def test_drops_that_nobody_would_see_are_refused(fleet: Fleet) -> None:
    asked = {"hosts": "basic-1", "ports": [135], "from_controller": False, "drops": True}
    done = fleet.survey(asked, asked | {"detail": True})
    refused, whole = result_of(done), result_of(done, 1)
    assert refused["status"] == "failed"
    assert "Add detail_file or detail, or leave out drops." in refused["msg"]
    assert whole["results"]["basic-1"]["check"]["drops"]


@pytest.mark.parametrize("nothing", ["", " ", [""], [], [" ", ""]], ids=repr)
def test_an_empty_pattern_is_not_all_hosts(fleet: Fleet, nothing: Any) -> None:
    fleet.forget()
    result = result_of(fleet.survey({SURVEY: {"hosts": nothing}}))
    assert result["status"] == "failed"
    assert "No host of the inventory, within --limit, matches" in result["msg"]
    assert fleet.tried() == set()


def test_the_whole_is_what_the_modules_return(fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "new" / "survey.json"
    gather = ["process", "service", "httpsys", "firewall"]
    fleet.forget()
    done = fleet.survey(
        {"hosts": "windows:closed", "ports": [80, 8443], "gather": gather, "detail_file": str(path),
         "detail": True, "expect": "reachable"},
    )  # fmt: skip
    # The firewall is read once for both.
    run = fleet.running["basic-1"].log.entries(action="Command")
    assert len([each for each in run if "FirewallPolicy" in each.detail]) == 1
    result = result_of(done)
    assert result["detail_file"] == str(path)
    written = {each["name"]: each for each in json.loads(path.read_text("utf-8"))["hosts"]}
    assert list(written) == [*WAYS, "closed"]
    assert {name: {"name": name, **each} for name, each in result["results"].items()} == written
    assert written["closed"]["check"]["unreachable"]
    modules = (
        ("check", {"portkeeper.windows.port_check": {"ports": [80, 8443], "expect": "reachable"}}),
        ("facts", {"portkeeper.windows.port_facts": {"gather": gather}}),
    )
    by_forks = fleet.survey(*(each for _part, each in modules), hosts="windows")
    assert len(by_forks.results) == 8
    for number, each in enumerate(by_forks.results):
        own = {key: value for key, value in each["result"].items() if key in KEPT}
        part = modules[number // 4][0]
        assert own == {
            key: value for key, value in written[each["host"]][part].items() if key in KEPT
        }


def test_the_rows_are_the_same_with_and_without_the_whole(fleet: Fleet) -> None:
    """Which needs more of each process and service than rows do."""
    done = fleet.survey({"hosts": "windows"}, {"hosts": "windows", "detail": True})
    bare, whole = result_of(done), result_of(done, 1)
    assert bare["rows"] == whole["rows"]
    assert any("service" in row and "process" in row for row in bare["rows"])


def test_ad_hoc(fleet: Fleet, tmp_path: Path) -> None:
    vault = ("--vault-password-file", str(fleet.folder / "vault.password"))
    done = ad_hoc(
        fleet.folder / "inventory.yml", "port_survey", {"hosts": "windows", "ports": "80,443"},
        tmp_path, *vault, hosts="localhost",
    )  # fmt: skip
    assert done.code == 0, done.text
    assert len(done.results["localhost"]["rows"]) == 8


def test_a_full_disk_ends_it_and_is_no_trouble_of_a_host(fleet: Fleet, tmp_path: Path) -> None:
    """No file may be larger than 8 KB, which are less than a host has."""
    path = tmp_path / "survey.json"
    arguments = {"hosts": "windows", "ports": "80,443", "detail_file": str(path)}
    command = [
        "bash", "-c", 'ulimit -f 8; exec "$@"', "bash",
        program("ansible"), "localhost", "-i", str(fleet.folder / "inventory.yml"), "-m", SURVEY,
        "-a", json.dumps(arguments),
        "--vault-password-file", str(fleet.folder / "vault.password"),
    ]  # fmt: skip
    settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "TMPDIR": str(tmp_path)}
    # Python would cut the bytecode of what it imports to that size too, and keep it.
    settings["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | settings, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout
    assert (
        f"until all hosts are read. {tmp_path}: it gets larger than a file may be." in done.stdout
    )
    assert not path.exists()


def test_the_time_limit_of_the_task_ends_it_with_what_is_known(
    fleet: Fleet, tmp_path: Path
) -> None:
    """A PC that is never done holds nobody up."""
    path = tmp_path / "survey.json"
    with slow_pc(fleet, tmp_path) as inventory:
        task = {"hosts": "windows:slow:off-1", "ports": 80, "detail_file": str(path)}
        vault = ("--vault-password-file", str(fleet.folder / "vault.password"))
        book = {
            "hosts": "localhost",
            "gather_facts": False,
            "tasks": [{SURVEY: task | {"connect_timeout": 60}, "timeout": 8}],
        }
        done = play([book], inventory, *vault)
    result = result_of(done)
    assert result["status"] == "ok", result
    assert result["msg"].startswith("The time limit of the task (8 seconds) was reached.\n")
    kinds = {each["host"]: each["kind"] for each in result["unread"]}
    assert set(kinds.values()) == {"not_finished"}
    assert kinds.keys() >= {"off-1", "slow"}
    assert "Raise the task's timeout" in result["unread"][0]["msg"]
    # However slow this machine is.
    assert {each["host"] for each in result["rows"]} == {*WAYS, "off-1", "slow"} - kinds.keys()
    written = {each["name"]: each for each in json.loads(path.read_text("utf-8"))["hosts"]}
    assert list(written) == [*WAYS, "slow", "off-1"]
    assert written["slow"]["check"]["failed"]


@contextmanager
def slow_pc(fleet: Fleet, folder: Path) -> Iterator[Path]:
    """The same inventory in a folder, with a PC that answers an octet at a time."""
    machine = load("win11-ja").boot("slow", _NETWORK.next(), {"admin": PASSWORD})
    access = Access(basic=True, negotiate=False, allow_unencrypted=True)
    with Hosts([machine], access=access, faults=("slow=body",)) as hosts:
        group = inventory([hosts[0]], "basic", "winrm")["windows"]
        known = group["vars"] | group["hosts"]["slow"]
        text = (fleet.folder / "inventory.yml").read_text("utf-8")
        more = yaml.safe_dump({"lazy": {"hosts": {"slow": known}}})
        (folder / "inventory.yml").write_text(f"{text}{more}", "utf-8")
        yield folder


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, id="Ctrl-C", marks=pytest.mark.every_core),
        pytest.param(signal.SIGTERM, id="kill"),
    ],
)
def test_ended_from_outside_it_leaves_nothing(
    fleet: Fleet, tmp_path: Path, number: signal.Signals
) -> None:
    """No process, no connection, no file; no `kinit` and no ticket either. There is no Kerberos
    here, so a program takes the place of `kinit`."""
    private, library = tmp_path / "tmp", tmp_path / "library"
    private.mkdir()
    library.mkdir()
    (library / "kerberos.py").write_text("GSS_C_MUTUAL_FLAG = GSS_C_SEQUENCE_FLAG = 0\n")
    kinit, pid = library / "kinit", library / "kinit.pid"
    kinit.write_text(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}\nexec sleep 600\n")
    kinit.chmod(0o700)
    mark = f"SURVEY_OF={tmp_path}"
    with slow_pc(fleet, tmp_path) as inventory:
        text = (inventory / "inventory.yml").read_text("utf-8")
        of_slow = yaml.safe_load(text[text.index("lazy:") :])["lazy"]["hosts"]["slow"]
        slow_port = of_slow["ansible_port"]
        by_ticket = of_slow | {
            "ansible_winrm_transport": "kerberos",
            "ansible_winrm_kinit_cmd": str(kinit),
            "ansible_user": "one@EXAMPLE.TEST",
        }
        more = yaml.safe_dump({"tickets": {"hosts": {"ticket": by_ticket}}})
        (inventory / "inventory.yml").write_text(f"{text}{more}", "utf-8")
        arguments = {"hosts": "slow:off-1:off-2:ticket", "connect_timeout": 60,
                     "detail_file": str(tmp_path / "survey.json")}  # fmt: skip
        command = [
            program("ansible"), "localhost", "-i", str(inventory / "inventory.yml"), "-m", SURVEY,
            "-a", json.dumps(arguments),
            "--vault-password-file", str(fleet.folder / "vault.password"),
        ]  # fmt: skip
        settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "TMPDIR": str(private)}
        settings |= {"SURVEY_OF": str(tmp_path), "PYTHONPATH": str(library)}
        running = subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | settings, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            wait_until(lambda: pid.exists() and connections_to(slow_port) >= 1)
            assert len([each for each in private.rglob("*") if each.is_file()]) == 1
            # As a terminal does: to all processes of the group.
            os.killpg(running.pid, number)
            text, _errors = running.communicate(timeout=PATIENCE)
            wait_until(lambda: not processes_with(mark))
            wait_until(lambda: not connections_to(slow_port))
            wait_until(lambda: not Path(f"/proc/{pid.read_text().strip()}").exists())
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode != 0
    # Neither a result nor the innards of the task.
    assert b"unread" not in text
    assert b"Traceback" not in text
    assert [each for each in private.rglob("*") if each.is_file()] == []
    assert not (tmp_path / "survey.json").exists()


def processes_with(variable: str) -> list[int]:
    """The processes that have this variable in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if variable.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def connections_to(port: int) -> int:
    """How many connections are established to a local port, as their client sees them."""
    # Other tests leave thousands behind, so that the lines are not taken apart.
    return Path("/proc/self/net/tcp").read_text().count(f":{port:04X} 01 ")


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.1)
