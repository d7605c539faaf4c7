# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC with 300 rules that programs and people have left: what is worth a look in them, what the
ready tasks do, and its rules on another PC."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pytest
import yaml

from integration import runs
from loopback import Network
from unit.words.japanese import english_in
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration
NETWORK = Network()
MODULE = "portkeeper.windows.port_firewall_info"
# Rules of every form that a task can write, and two that none can.
CHOSEN = [
    *("FTP", "Ping", "データベース", "VPN only", "WLAN only", "Example Sync", "Open all for test"),
    *("No SMB out", "Node.js: *", "Help desk", "Branch office", "Adatum Tool 100"),
]
WINRM = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5985|App=System|Name=WinRM|"
NODE = r"C:\program files\nodejs\node.exe"


EMPTY = "new", "empty"
RULES = "portkeeper.windows.port_firewall"


class Unsafe(str):
    """Text that is marked in YAML, so that Ansible leaves it as it is."""


class Marked(yaml.SafeLoader):
    """Reads tasks, and keeps the marks."""


class Marking(yaml.SafeDumper):
    """Writes them."""


def unsafe(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Unsafe:
    return Unsafe(loader.construct_scalar(node))


Marked.add_constructor("!unsafe", unsafe)
Marking.add_representer(
    Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'")
)


class Story(NamedTuple):
    """The PC with the rules of another one, and the results of the tasks on each in their order."""

    new: Machine
    before: list[dict[str, Any]]
    on_new: list[dict[str, Any]]
    after: list[dict[str, Any]]
    #: All tasks of the old PC, what a PC without rules makes of them as one list, twice, and its own.
    everything: list[dict[str, Any]]
    as_a_list: list[dict[str, Any]]


def task(**options: Any) -> dict[str, Any]:
    return {MODULE: {"stores": "local", **options}}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("years")
    old = load("rules-of-years").boot("old", NETWORK.next())
    # The same Windows, with no rule but that by which WinRM lets us in.
    rules = {"firewall!": {"rules": {"winrm": WINRM}}}
    new, empty = (load("win11-ja").varied(rules).boot(each, NETWORK.next()) for each in EMPTY)
    with Hosts([old, new, empty], access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))

        def play(host: str, *tasks: dict[str, Any]) -> list[dict[str, Any]]:
            plays = [{"hosts": host, "gather_facts": False, "tasks": list(tasks)}]
            results = [each["result"] for each in runs.play(plays, folder).results]
            assert {each["status"] for each in results} <= {"ok", "changed"}, results
            return results

        before = play(
            "old",
            task(audit=True),
            task(name=CHOSEN, as_tasks=True),
            task(name="FTP", audit=True, as_tasks=True, language="ja"),
            task(as_tasks=True),
        )
        (folder / "rules.yml").write_text(before[1]["tasks_yaml"], "utf-8")
        pasted = {"ansible.builtin.include_tasks": "rules.yml"}
        on_new = play("new", pasted, pasted, task(as_tasks=True))
        everything = before.pop()["tasks"]
        made = [yaml.load(each["yaml"], Marked)[0][RULES] for each in everything if each["creates"]]
        list_of_all = [{"name": "All of them", RULES: {"rules": made}}]
        (folder / "all.yml").write_text(yaml.dump(list_of_all, Dumper=Marking), "utf-8")
        listed = {"ansible.builtin.include_tasks": "all.yml"}
        as_a_list = play("empty", listed, listed, task(as_tasks=True))
        # What a person pastes of the findings.
        mending = [each for each in before[0]["audit"]["findings"] if is_mended(each)]
        text = "\n".join(each["yaml"] for each in mending)
        (folder / "mending.yml").write_text(text, "utf-8")
        mended = {"ansible.builtin.include_tasks": "mending.yml"}
        after = play("old", mended, task(audit=True))
    return Story(new, before, on_new, after, everything, as_a_list)


def is_mended(finding: dict[str, Any]) -> bool:
    return finding["program"] == NODE or finding["kind"] in ("duplicate", "same_but_name")


def kinds(result: dict[str, Any]) -> Counter[str]:
    return Counter(each["kind"] for each in result["audit"]["findings"])


def names(finding: dict[str, Any]) -> list[str]:
    return [each["name"] for each in finding["rules"]]


def test_what_is_worth_a_look(story: Story) -> None:
    found = kinds(story.before[0])
    assert found == {
        "open_to_all": 10,
        "prompt_block": 4,
        "never_matches": 2,
        "missing_program": 151,
        "duplicate": 1,
        "same_but_name": 2,
    }
    findings = story.before[0]["audit"]["findings"]
    hidden = {names(each)[0]: each for each in findings if each["kind"] == "never_matches"}
    assert {*hidden} == {"Node 3000", "Label"}
    assert all(each["decided_by"] for each in hidden.values())
    unknown = {each["program"] for each in story.before[0]["audit"]["unknown_programs"]}
    assert r"D:\Games\Chess\chess.exe" in unknown
    assert r"%LocalAppDataOfUser%\Example\tray.exe" in unknown
    assert r"\\fileserver\tools\sync\sync.exe" in unknown
    gone = {each["program"] for each in findings if each["kind"] == "missing_program"}
    assert r"%ProgramFiles%\Example\Old Sync\sync.exe" in gone
    assert not {each for each in gone if each.startswith("D:") or "WindowsApps" in each}


def test_rules_that_no_task_makes_are_told(story: Story) -> None:
    tasks = {each["name"]: each for each in story.before[1]["tasks"]}
    told = {name for name, each in tasks.items() if each["yaml"] is None}
    assert told == {"Branch office"}
    assert tasks["Branch office"]["notes"] == [
        "It is limited to named networks, which no option sets."
    ]
    # Users are named by their ids.
    assert "the same accounts" in tasks["Help desk"]["notes"][0]
    # Text that might be a template is in the YAML alone, where it is marked.
    assert tasks["Example Sync"]["task"] is None
    assert (
        r"program: !unsafe '%ProgramFiles%\Example\Sync\sync.exe'" in tasks["Example Sync"]["yaml"]
    )


def test_an_empty_pc_gets_the_same_rules(story: Story) -> None:
    as_it_was = load("rules-of-years").boot().firewall
    assert as_it_was is not None
    assert story.new.firewall is not None
    made = dict(story.new.firewall.rules())
    assert made.pop("winrm") == WINRM
    wanted = {each["rule_id"] for each in story.before[1]["tasks"] if each["creates"]}
    assert {*made} == wanted
    assert len(wanted) == 13
    # The second time, nothing is left to do.
    made_of = [each for each in story.on_new[:-1] if "rules" in each]
    first, second = made_of[: len(wanted)], made_of[len(wanted) :]
    assert len(second) == len(wanted)
    assert {each["status"] for each in first} == {"changed"}
    assert {each["status"] for each in second} == {"ok"}
    exported = {each["rule_id"]: each["yaml"] for each in story.on_new[-1]["tasks"]}
    assert exported.pop("winrm")
    assert exported == {
        each["rule_id"]: each["yaml"] for each in story.before[1]["tasks"] if each["creates"]
    }
    for rule_id, text in made.items():
        assert fields(text) == fields(as_it_was.rules()[rule_id]), rule_id


def test_all_tasks_as_one_list_make_the_same_rules(story: Story) -> None:
    exported = {each["rule_id"]: each["yaml"] for each in story.everything if each["creates"]}
    assert len(exported) == 303
    first, second = (each for each in story.as_a_list[:-1] if "rules" in each)
    assert (first["status"], second["status"]) == ("changed", "ok")
    assert Counter(each["outcome"] for each in first["rules"]) == {"created": len(exported)}
    assert Counter(each["outcome"] for each in second["rules"]) == {"unchanged": len(exported)}
    again = {each["rule_id"]: each["yaml"] for each in story.as_a_list[-1]["tasks"]}
    assert again.pop("winrm")
    assert again == exported


def fields(text: str) -> list[str]:
    """What a rule says, apart from the version of its grammar and from how ports are listed."""
    found = sorted(text.split("|")[1:])
    together = ["LPort2_10=20-21" if each == "LPort=20" else each for each in found]
    return sorted(each for each in together if each != "LPort=21" and not each.startswith("Defer="))


def test_the_ready_tasks_mend_what_they_are_for(story: Story) -> None:
    left = kinds(story.after[-1])
    assert left["duplicate"] == left["same_but_name"] == 0
    assert left["prompt_block"] == 3
    assert left["never_matches"] == 1
    mended = [each for each in story.after[:-1] if "rules" in each]
    assert {each["status"] for each in mended} == {"changed"}


def test_findings_and_tasks_in_japanese(story: Story) -> None:
    result = story.before[2]
    assert english_in(result["audit"], "FTP") == []
    (one,) = result["tasks"]
    assert yaml.safe_load(one["yaml"])[0]["name"] == "ファイアウォール規則 FTP"
