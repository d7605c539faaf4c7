# SPDX-License-Identifier: GPL-3.0-or-later
"""The role port_setup on PCs in several situations, each with services of its own: predicted, in
earnest, once more, and taken away again. Each of these is one run for all of the PCs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integration.runs import own_address, results_in, results_to, run
from winsim.config import Access
from winsim.firewall.store import LOCAL_ROOT
from winsim.images import Image, load
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration

PLAYBOOK = "portkeeper.windows.pc_setup"
REPORTS = {"services": [{"name": "reports", "port": 8443, "process": "reports.exe"}]}
# A rule keeps it out.
BLOCKED = [{"name": "shop", "port": 3000, "process": "shop.exe"}]
NO_REPORTS = "v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=8443|Name=No reports|"
LOG = r"PublicProfile\Logging"
NGINX = [{"name": "web", "port": 80, "process": "nginx.exe"}]
# What a check has seen, of a port that another program holds by now.
SEEN = {"port": 8080, "protocol": "tcp", "verdict": "in_use_by_other", "msg": "x", "remedies": [],
        "evidence": {"listeners": [{"process": "notepad.exe"}]}}  # fmt: skip
OFFERED = {"name": "x", "portkeeper.windows.port_process": {"expected_process": ["notepad.exe"]}}
#: Of a run that changes nothing.
MOST_REQUESTS = 30
OTHER = {"services": [{"name": "web", "port": 8080, "process": "nginx.exe"}], "conflict": "stop"}


def with_shared_port(image: Image) -> Image:
    """The image with a port that a service and a program hold: a relay of Windows and a program of
    somebody else, on different addresses."""
    services = {
        "Relay": {"display": "Relay Service", "path": r"C:\Relay\relay.exe", "start": "manual"}
    }
    held = [
        {"pid": 9200, "name": "relay.exe", "path": r"C:\Relay\relay.exe", "services": ["Relay"],
         "tcp": ["0.0.0.0:8084"]},
        {"pid": 9204, "parent": 4556, "name": "tunnel.exe", "path": r"C:\Tunnel\tunnel.exe",
         "session": 1, "tcp": ["[::]:8084"]},
    ]  # fmt: skip
    document = dict(image.document)
    document["processes"] = [*document["processes"], *held]
    document["services"] = document["services"] | services
    return Image(image.name, document)


CLEAN = load("win11-ja")
#: The PCs, each with what the role is told of it: a new engineer's, one with a port that two hold,
#: and one whose local rules a policy voids.
PCS: dict[str, tuple[Image, dict[str, Any]]] = {
    "shut": (CLEAN, REPORTS),
    "taken": (CLEAN, {"services": NGINX}),
    "freed": (CLEAN, {"services": NGINX, "conflict": "stop"}),
    "reported": (CLEAN, {"services": NGINX, "conflict": "report"}),
    "shared": (
        with_shared_port(CLEAN),
        {"services": [NGINX[0] | {"port": 8084}], "conflict": "stop"},
    ),
    "locked": (
        load("gpo-locked"),
        {"services": [NGINX[0] | {"process": "httpd.exe"}], "language": "ja"},
    ),
    "trusted": (
        CLEAN,
        {
            "services": [REPORTS["services"][0] | {"profiles": ["private"]}],
            "network_category": {
                "name": "ネットワーク 2",
                "interface": "イーサネット",
                "category": "private",
            },
        },
    ),
    "elsewhere": (
        CLEAN,
        {
            "services": NGINX,
            "conflict": "stop",
            "network_category": {"interface": "Ethernet", "category": "private"},
        },
    ),
    "recorded": (
        load("logging-on").varied({"firewall": {"keys": {LOG: {"LogDroppedPackets": 0}}}}),
        {"services": BLOCKED, "accept": [], "record_drops": True},
    ),
    # Nothing was dropped before, and nobody reads the net events.
    "fresh": (
        CLEAN.varied(
            {
                "firewall": {"rules": {"{5A1C7E02-3B4D-4F60-9182-A3B4C5D6E7F8}": NO_REPORTS}},
                "drops": {"refused": ["netsh"]},
            }
        ),
        REPORTS | {"record_drops": True},
    ),
    # The same, on a network that becomes private before the last check.
    "moved": (
        CLEAN.varied(
            {
                "firewall": {"rules": {"{5A1C7E02-3B4D-4F60-9182-A3B4C5D6E7F8}": NO_REPORTS}},
                "drops": {"refused": ["netsh"]},
            }
        ),
        REPORTS
        | {
            "record_drops": True,
            "network_category": {"name": "ネットワーク 2", "category": "private"},
        },
    ),
    # Nothing listens yet, which is accepted, and its rule is for other networks than the PC has.
    "idle": (CLEAN, {"services": [{"name": "stock", "port": 8500, "profiles": ["private"]}]}),
    "misspelt": (CLEAN, {"services": ["htps"]}),
    "seen": (CLEAN, OTHER | {"before": {"ports": [SEEN]}}),
    "offered": (
        CLEAN,
        OTHER | {"before": {"ports": [SEEN | {"remedies": [{"task": None}, {"task": OFFERED}]}]}},
    ),
    "in-japanese": (CLEAN, OTHER | {"before": {"ports": [SEEN]}, "language": "ja"}),
}
# Those on which the role has checked the ports before, and is told what it has found.
CHECKED = "seen,offered,in-japanese"
# Those on which it goes each way that it has, on every pair of Python and ansible-core; and others.
WAYS, OTHERS = (
    "shut,taken,freed,misspelt",
    "reported,shared,locked,trusted,elsewhere,recorded,fresh,moved,idle",
)


@dataclass(frozen=True)
class Run:
    """A run of the playbook: its exit code, what it printed, and of each PC the line of the recap
    and the texts of the results."""

    code: int
    text: str
    recap: Mapping[str, Mapping[str, int]]
    said: Mapping[str, str]

    def ended(self, pc: str) -> tuple[int, int]:
        """How many tasks failed on a PC, and how many have changed it."""
        counts = self.recap[pc]
        assert counts["unreachable"] == 0
        return counts["failed"], counts["changed"]


def texts(value: object) -> Iterator[str]:
    """Every text in a result, on one line each."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the inventory of `pcs`."""
    return tmp_path_factory.mktemp("pcs")


@pytest.fixture(scope="module")
def pcs(folder: Path) -> Iterator[Hosts]:
    """The PCs, which run."""
    machines = [
        image.boot(name, own_address(number))
        for number, (name, (image, _variables)) in enumerate(PCS.items(), start=1)
    ]
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        content = inventory(list(hosts), "basic", "winrm")
        for name, (_image, variables) in PCS.items():
            found = {f"port_setup_{key}": value for key, value in variables.items()}
            content["windows"]["hosts"][name] |= found
        write_inventory(folder / "inventory.yml", content)
        yield hosts


def played(folder: Path, names: str, *options: str) -> Run:
    """The playbook on some of the PCs."""
    results = folder / "results.jsonl"
    command = ("ansible-playbook", "-i", str(folder / "inventory.yml"), "-l", names, *options)
    environment = results_to(results) | {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
    code, text = run(*command, PLAYBOOK, environment=environment)
    assert "Traceback" not in text
    recap = {
        line.split()[0]: {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", line)}
        for line in text.rpartition("PLAY RECAP")[2].splitlines()
        if "=" in line
    }
    said: dict[str, str] = {}
    for each in results_in(results):
        lines = "\n".join(texts(each["result"]))
        said[each["host"]] = said.get(each["host"], "") + lines + "\n"
    return Run(code, text, recap, said)


@pytest.fixture(scope="module")
def predicted(folder: Path, pcs: Hosts) -> Run:
    del pcs
    return played(folder, "shut,freed", "--check")


@pytest.fixture(scope="module")
def first(folder: Path, predicted: Run) -> Run:
    """In earnest, on the PCs as they were, for the prediction has changed nothing."""
    del predicted
    return played(folder, WAYS)


@pytest.fixture(scope="module")
def second(folder: Path, pcs: Hosts, first: Run) -> Run:
    del first
    pcs.log.clear()
    return played(folder, "shut,freed")


@pytest.fixture(scope="module")
def locked_predicted(folder: Path, pcs: Hosts) -> Run:
    del pcs
    return played(folder, "locked,idle,trusted", "--check")


@pytest.fixture(scope="module")
def others(folder: Path, locked_predicted: Run) -> Run:
    del locked_predicted
    return played(folder, OTHERS)


@pytest.fixture(scope="module")
def others_again(folder: Path, others: Run) -> Run:
    del others
    return played(folder, "locked,trusted,idle")


@pytest.fixture(scope="module")
def after_a_check(folder: Path, pcs: Hosts) -> Run:
    """The role frees the ports of those that it has checked before."""
    del pcs
    return played(folder, CHECKED, "--tags", "port_setup_free", "--skip-tags", "port_setup_check")


@pytest.mark.every_core
def test_a_port_that_is_only_shut_is_opened_once(
    folder: Path, pcs: Hosts, predicted: Run, first: Run, second: Run
) -> None:
    assert predicted.code == 0, predicted.text
    assert "TCP 8443 can be reached: reports.exe" in first.text
    assert predicted.ended("shut") == first.ended("shut") == (0, 1), first.text
    assert second.ended("shut") == (0, 0), second.text
    # What is as it should be is looked at once, and told all the same.
    assert "TCP 8443 can be reached: reports.exe" in second.text
    assert len(pcs.log.entries("shut")) <= MOST_REQUESTS

    absent = ("-e", json.dumps({"port_setup_state": "absent"}))
    gone = played(folder, "shut", *absent)
    assert (gone.code, gone.ended("shut")) == (0, (0, 1)), gone.text
    assert re.search(r"The firewall rule 'port_setup: \w+' was deleted\.", gone.text), gone.text
    gone = played(folder, "shut", *absent)
    assert (gone.code, gone.ended("shut")) == (0, (0, 0)), gone.text
    assert "Nothing had to be changed." in gone.text


def test_tags_that_leave_a_check_out_have_the_ports_checked(folder: Path, first: Run) -> None:
    """What has not been looked at in the same run is not taken for what it was."""
    del first
    for tags in ("port_setup_verify", "port_setup_open,port_setup_verify"):
        verified = played(folder, "freed", "--tags", tags)
        assert "Nothing listens at TCP 80" in verified.said["freed"], verified.text
        assert verified.ended("freed") == (0, 0), verified.text


@pytest.mark.every_core
def test_a_port_that_another_program_holds(predicted: Run, first: Run, second: Run) -> None:
    assert first.code == 2
    assert first.ended("taken") == (1, 0), first.text
    assert "httpd.exe" in first.said["taken"]
    assert "Or set port_setup_conflict to stop, and this role stops it." in first.said["taken"]

    assert "Nothing listens at TCP 80" in first.said["freed"]
    assert predicted.ended("freed") == first.ended("freed") == (0, 2), first.text
    assert second.ended("freed") == (0, 0), second.text


def test_where_nobody_goes_on_the_other_ports_and_pcs_are_told_before_it_ends(
    folder: Path, pcs: Hosts
) -> None:
    del pcs
    stock = {"name": "stock", "port": 8500}
    given = {
        "port_setup_services": [*NGINX, stock],
        "port_setup_conflict": "fail",
        "port_setup_accept": ["reachable", "not_listening"],
    }
    one = played(folder, "taken", "-e", json.dumps(given))
    assert one.text.index("at TCP 8500") < one.text.index("TCP 80 is taken")
    assert one.text.count("TCP 80 is taken") == one.text.count("at TCP 8500") == 1

    two = played(folder, "taken,reported", "-e", json.dumps(given))
    table, _task, end = two.text.partition("TASK [portkeeper.windows.port_setup : Stop here")
    for pc in ("taken", "reported"):
        assert re.search(rf"^{pc} +TCP +80 +web +Taken .* httpd\.exe$", table, re.MULTILINE)
        assert re.search(rf"^{pc} +TCP +8500 +stock +", table, re.MULTILINE)
    assert "PCs as wanted: 0 of 2; not as wanted: 2." in table
    assert end.count("TCP 80 is taken") == 2
    assert two.ended("taken") == two.ended("reported") == (1, 0)


@pytest.mark.parametrize("pc", ["seen", "offered"])
def test_only_what_the_check_has_named_is_stopped(after_a_check: Run, pc: str) -> None:
    """The check has seen another program than the one that holds the port by now."""
    assert after_a_check.code == 2
    assert after_a_check.ended(pc) == (1, 0), after_a_check.text
    assert "java.exe" in after_a_check.said[pc]
    assert "notepad.exe is expected" in after_a_check.said[pc]


def test_why_a_port_was_not_freed_is_said_in_the_language_of_the_role(after_a_check: Run) -> None:
    assert after_a_check.ended("in-japanese") == (1, 0), after_a_check.text
    # Warnings are broken into lines.
    for said in (after_a_check.text, after_a_check.said["in-japanese"]):
        said = "".join(said.split())
        assert "指定されたnotepad.exeではありません" in said
        assert "何も停止していません" in said
    assert "is expected" not in after_a_check.said["in-japanese"]


def test_a_port_that_a_service_and_a_program_hold(others: Run) -> None:
    assert others.ended("shared") == (0, 2), others.text
    assert "Nothing listens at TCP 8084" in others.said["shared"]


def test_nothing_is_stopped_for_a_network_that_is_not_there(others: Run) -> None:
    assert others.ended("elsewhere") == (1, 0), others.text
    assert "'Ethernet'" in others.said["elsewhere"]
    # In a play of several PCs, it may be there on the others.
    assert "set port_setup_network_category for those hosts alone" in others.said["elsewhere"]


def test_a_conflict_that_is_only_reported(others: Run) -> None:
    assert others.ended("reported") == (0, 1), others.text
    assert "httpd.exe" in others.said["reported"]


def test_a_policy_that_forbids_local_rules_is_named(
    locked_predicted: Run, others: Run, others_again: Run
) -> None:
    # A check that can tell ends as the run does.
    assert locked_predicted.code == 2
    assert locked_predicted.ended("locked") == (1, 1), locked_predicted.text
    assert others.ended("locked") == (1, 1), others.text
    assert "ローカルの規則はポリシーにより無効です" in others.text
    # Once each: as what would be, and as what the port is shut by.
    predicted = "".join(locked_predicted.text.split())
    assert predicted.count("ただし、効かない見込みです。理由:規則は適用されません") == 1
    assert "効いていません" not in locked_predicted.said["locked"] + others.said["locked"]
    assert others.text.count("ローカルの規則はポリシーにより無効です") == 1
    assert "AllowLocalPolicyMerge" in others.said["locked"]
    assert others_again.code == 2
    assert others_again.ended("locked") == (1, 0), others_again.text


def test_a_prediction_counts_the_pcs_as_its_recap_does(
    predicted: Run, locked_predicted: Run
) -> None:
    for made, words in (
        (predicted, "PCs as wanted after a run: {well} of {all}; not as wanted: {wrong}."),
        (
            locked_predicted,
            "実行後に期待どおりになる PC: {all} 台中 {well} 台。期待どおりにならない PC: {wrong} 台。",
        ),
    ):
        wrong = sum(each["failed"] for each in made.recap.values())
        numbers = {"all": len(made.recap), "wrong": wrong, "well": len(made.recap) - wrong}
        assert "".join(words.format(**numbers).split()) in "".join(made.text.split()), made.text
    assert (
        "効かず、ポートに接続できないままになる見込みの PC: locked、idle。" in locked_predicted.text
    )


def test_a_rule_without_effect_is_not_as_wanted_although_nothing_listens_yet(
    locked_predicted: Run, others: Run, others_again: Run
) -> None:
    assert "It would have no effect: the rule is for private" in locked_predicted.text
    assert locked_predicted.ended("idle") == (1, 1), locked_predicted.text
    said = " ".join(locked_predicted.said["idle"].split())
    assert "After a run, 1 of 1 ports would still not be as wanted (TCP 8500)." in said
    assert "would have no effect" not in others.text
    assert others.ended("idle") == (1, 1), others.text
    # In each run that finds it so.
    assert others_again.ended("idle") == (1, 0), others_again.text
    for each in (others, others_again):
        said = " ".join(each.text.split())
        # Once, be it beside the rule that was made, or of one that is there.
        assert said.count("has no effect now: the rule is for private, and the host is") == 1
        assert "make the network private with port_setup_network_category" in said
        assert "Not as wanted: 1 of 1 ports (TCP 8500)." in said
        assert "[WARNING]" not in each.text
    assert "a port would stay shut: idle." in others.text
    # The first of these PCs is a Japanese one.
    assert "ポートに接続できないままになる PC: idle" in others_again.text


def test_a_rule_without_effect_is_warned_of_where_tags_leave_the_rest_out(
    folder: Path, others_again: Run
) -> None:
    del others_again
    opened = played(folder, "idle", "--tags", "port_setup_open")
    assert "The rule 'port_setup: stock' has no effect now" in " ".join(opened.text.split())
    assert opened.ended("idle") == (0, 0), opened.text


def test_a_network_that_is_trusted_is_private_before_the_ports_are_opened(
    pcs: Hosts, others: Run, others_again: Run
) -> None:
    assert others.ended("trusted") == (0, 2), others.text
    assert "TCP 8443 can be reached: reports.exe" in others.said["trusted"]
    assert others_again.ended("trusted") == (0, 0), others_again.text
    (machine,) = [host.machine for host in pcs if host.name == "trusted"]
    assert [each.category for each in machine.network.profiles] == [1]


def test_what_was_dropped_is_said_and_the_log_is_put_back(pcs: Hosts, others: Run) -> None:
    """Although the check fails, and with the value that the log had."""
    assert others.ended("recorded") == (1, 1)
    assert "by the rule 'No shop from outside'" in others.said["recorded"]
    assert "(log of Windows Defender Firewall)" not in others.said["recorded"]
    (machine,) = [host.machine for host in pcs if host.name == "recorded"]
    assert machine.firewall is not None
    value = machine.firewall.value(rf"{LOCAL_ROOT}\{LOG}", "LogDroppedPackets")
    assert value is not None
    assert value.data == 0
    puts = [each.class_name for each in pcs.log.entries("recorded", "Put")]
    assert puts.count("MSFT_NetFirewallProfile") == 2


@pytest.mark.parametrize(("pc", "changes"), [("fresh", 1), ("moved", 2)])
def test_the_attempt_of_the_last_check_itself_is_in_the_log(
    pcs: Hosts, others: Run, pc: str, changes: int
) -> None:
    """Its log is on by then, and off when the first check tries: also where the PC has another
    profile by then."""
    assert others.ended(pc) == (1, changes)
    (machine,) = [host.machine for host in pcs if host.name == pc]
    attempts = [each for each in machine.drops.packets() if each.packet.local[1] == 8443]
    own = machine.network.neighbour(machine.network.main_address)
    assert {each.packet.remote[0] for each in attempts} == {own}
    logged = sum(bool(each.log) for each in attempts)
    assert 0 < logged < len(attempts)
    packets = "a packet" if logged == 1 else f"{logged} packets"
    said = rf"Windows dropped {packets} to TCP 8443 .*{own}.* \(log of Windows Defender Firewall\)"
    assert re.search(said, others.said[pc])
    assert machine.firewall is not None
    for profile in ("PublicProfile", "StandardProfile"):
        value = machine.firewall.value(rf"{LOCAL_ROOT}\{profile}\Logging", "LogDroppedPackets")
        assert value is None or value.data == 0, profile


@pytest.mark.every_core
def test_a_service_that_is_none_is_refused_before_anything_is_sent(first: Run) -> None:
    assert first.ended("misspelt") == (1, 0), first.text
    assert "https" in first.said["misspelt"]
