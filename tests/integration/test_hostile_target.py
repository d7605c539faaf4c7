# SPDX-License-Identifier: GPL-3.0-or-later
"""PCs that say, wherever a PC can say something, what harms who does not take it as data: through
every module and every place that shows text, with Ansible itself."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration import hostile_pcs, runs
from integration.hostile_pcs import EVALUATED, OBEYED, TEXTS
from winsim.config import Access
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration

# For each PC, whatever it says.
MOST_OUTPUT = 700_000
#: What a PC can be called in earnest; what is longer ends in an error that says so.
ORDINARY = [name for name in TEXTS if name not in ("long", "huge")]

#: Places where text of a PC is shown: tasks whose output and results are looked at.
SHOWING_PLAY = """
- hosts: windows
  gather_facts: false
  vars: {first: 20080, second: 20081}
  tasks:
    - name: facts
      portkeeper.windows.port_facts:
        states: [all]
        gather: [process, service, user, reserved, dynamic, httpsys, firewall]
        command_lines: true
      register: facts
      ignore_errors: true
    - name: table
      ansible.builtin.debug:
        msg: "{{ facts.ansible_facts.port_facts | portkeeper.windows.port_table }}"
      when: facts is not failed
    - name: check
      portkeeper.windows.port_check: {ports: ["{{ first }}", "{{ second }}"], timeout: 0.3}
      register: check
      ignore_errors: true
    - name: check in Japanese
      portkeeper.windows.port_check:
        {ports: "{{ first }}", from: [10.0.0.0/8, 192.0.2.7], timeout: 0.3, language: ja}
      ignore_errors: true
    - name: expectation
      portkeeper.windows.port_check: {ports: "{{ first }}", expect: free}
      ignore_errors: true
    - name: used again
      ansible.builtin.debug:
        msg: "{{ check.msg }} {{ check }} {{ check.ports[0].causes | map(attribute='text') }}"
      when: check is not failed
    - name: file
      ansible.builtin.copy:
        content: "{{ check.ports | to_nice_json }} {{ check.msg }}"
        dest: "{{ folder }}/{{ inventory_hostname }}.txt"
      delegate_to: localhost
      vars: {ansible_connection: local}
      when: check is not failed
    - name: other process
      portkeeper.windows.port_process: {ports: "{{ first }}", expected_process: other.exe}
      ignore_errors: true
    - check_mode: true
      block:
        - ansible.builtin.include_role: {name: portkeeper.windows.port_setup}
          vars:
            port_setup_conflict: report
            port_setup_services: [{name: web, port: 20080, process: other.exe}]
      rescue:
        - name: what the role says
          ansible.builtin.debug: {msg: "{{ ansible_failed_result.msg }}"}
"""

#: Tasks that name what is to be changed by the very text.
CHANGING_PLAY = """
- hosts: windows
  gather_facts: false
  module_defaults: {portkeeper.windows.port_process: {stay_free: 0}}
  tasks:
    - name: rule as it would be
      portkeeper.windows.port_firewall: {name: "{{ rule_name }}", ports: 20080, action: allow}
      check_mode: true
      diff: true
      ignore_errors: true
    - name: rule
      portkeeper.windows.port_firewall: {name: "{{ rule_name }}", ports: 20080, action: allow}
      diff: true
      ignore_errors: true
    - name: rule gone
      portkeeper.windows.port_firewall: {rule_id: "{{ rule_id }}", state: absent}
      diff: true
      ignore_errors: true
    - name: process as it would be
      portkeeper.windows.port_process: {ports: 20080, expected_process: "{{ process }}"}
      check_mode: true
      diff: true
      ignore_errors: true
    - name: process
      portkeeper.windows.port_process: {ports: 20080, expected_process: "{{ process }}"}
      diff: true
      ignore_errors: true
    - name: service
      portkeeper.windows.port_process: {ports: 20081, expected_service: "{{ service }}"}
      diff: true
      ignore_errors: true
"""
SHOWING = [each["name"] for each in yaml.safe_load(SHOWING_PLAY)[0]["tasks"] if "name" in each]
CHANGING = [each["name"] for each in yaml.safe_load(CHANGING_PLAY)[0]["tasks"]]
REMEDY = "remedy"


@dataclass(frozen=True)
class Played:
    """What a play has shown, by PC and task, and what it has left on the PCs."""

    text: str
    results: dict[tuple[str, str], dict[str, Any]]
    machines: dict[str, Machine]
    folder: Path

    def rules(self, name: str) -> dict[str, str]:
        state = self.machines[name].firewall
        assert state is not None
        return {key: dict(state.fields(text))["Action"] for key, text in state.rules().items()}


def remedies(results: dict[tuple[str, str], dict[str, Any]]) -> str:
    """A playbook into which a user has pasted what port_check offers, as it is."""
    plays = []
    for name in TEXTS:
        blocked = results[name, "check"].get("ports", [{"remedies": ()}])[0]
        offered = [each["yaml"] for each in blocked["remedies"] if each["yaml"]]
        if offered:
            # As it is, and once more under a name by which its result is found.
            tasks = [offered[0], re.sub(r"^- name: .*", f"- name: {REMEDY}", offered[0])]
            pasted = textwrap.indent("".join(tasks), "    ")
            plays.append(f"- hosts: {name}\n  gather_facts: false\n  tasks:\n{pasted}")
    return "".join(plays)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("hostile")
    machines = [hostile_pcs.pc(name, number) for number, name in enumerate(TEXTS, start=1)]
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    (folder / "host_vars").mkdir()
    for name in TEXTS:
        path = folder / "host_vars" / f"{name}.yml"
        path.write_text(f"{hostile_pcs.variables(name)}folder: {folder}\n", "utf-8")
    results: dict[tuple[str, str], dict[str, Any]] = {}
    texts = []

    def play(playbook: str, *options: str) -> None:
        # The form that leaves text as it is: JSON has escapes for some of what harms.
        environment = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml", "ANSIBLE_FORKS": "4"}
        done = runs.play(playbook, folder, *options, environment=environment)
        texts.append(done.text)
        results.update({(each["host"], each["task"]): each["result"] for each in done.results})

    with Hosts(machines, access=access) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        play(SHOWING_PLAY)
        play(remedies(results), "--check", "--diff")
        play(CHANGING_PLAY)
        by_name = {machine.name: machine for machine in machines}
        yield Played("".join(texts), results, by_name, folder)


def test_the_plays_came_to_their_end(played: Played) -> None:
    assert {host for host, _task in played.results} == set(TEXTS)
    assert {task for _host, task in played.results} >= {*SHOWING, *CHANGING, REMEDY}


def test_nothing_shown_is_obeyed_by_a_terminal(played: Played) -> None:
    lines = [ascii(line[:300]) for line in played.text.split("\n") if OBEYED.search(line)]
    assert not lines


def test_nothing_is_evaluated(played: Played) -> None:
    files = [path.read_text("utf-8") for path in played.folder.glob("*.txt")]
    assert len(files) > len(TEXTS) / 2
    for text in (played.text, *files):
        assert EVALUATED not in text


def test_no_line_of_the_output_is_forged(played: Played) -> None:
    assert "FORGED" in played.text
    assert not re.search(r"^fatal: \[terminal\]: FORGED", played.text, re.MULTILINE)


def test_what_is_said_is_still_data(played: Played) -> None:
    """Text that harms no terminal arrives as it is."""
    for name in ("jinja", "yaml", "html", "placeholder"):
        found = played.results[name, "facts"]["ansible_facts"]["port_facts"]["processes"]
        assert found["9000"]["name"] == hostile_pcs.file_name(TEXTS[name])
        assert found["9000"]["user"] == rf"PC\{TEXTS[name]}"
        assert found["9004"]["services"] == {f"S{TEXTS[name]}": f"D{TEXTS[name]}"}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("task", [*SHOWING, *CHANGING])
def test_a_result_is_bounded_and_harmless(played: Played, name: str, task: str) -> None:
    result = played.results.get((name, task))
    if result is None:  # what shows a reading is skipped where that has failed
        assert task in ("table", "used again", "file")
        assert played.results[name, "facts"]["status"] == "failed"
        return
    shown = json.dumps(result, ensure_ascii=False)
    assert len(shown) < MOST_OUTPUT
    assert not OBEYED.search(shown)
    assert EVALUATED not in shown


def test_output_is_bounded(played: Played) -> None:
    assert len(played.text) < len(TEXTS) * MOST_OUTPUT


@pytest.mark.parametrize("name", ORDINARY)
def test_an_offered_task_is_about_the_very_rule(played: Played, name: str) -> None:
    """What port_check offers as YAML, pasted into a playbook, names the rule that blocks."""
    result = played.results.get((name, REMEDY))
    if not hostile_pcs.can_be_a_rule_name(TEXTS[name]):
        assert result is None  # no task can name it, and none is offered
        return
    assert result is not None
    assert result["status"] == "changed", result
    (rule,) = result["rules"]
    meant = re.sub(
        r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))",
        lambda found: chr(int(found[1] or found[2], 16)),
        rule["rule_id"],
    )
    assert meant == hostile_pcs.printed(hostile_pcs.rule_id(TEXTS[name]))


@pytest.mark.parametrize("name", ORDINARY)
def test_an_action_hits_what_it_names_and_nothing_else(played: Played, name: str) -> None:
    results, machine, text = played.results, played.machines[name], TEXTS[name]
    assert results[name, "other process"]["status"] == "failed"
    assert results[name, "process"]["status"] == "changed", results[name, "process"]
    assert machine.process(9000) is None
    # Of a name that CIM can't carry the host finds no service and no rule, and nothing is changed.
    carried = hostile_pcs.on_the_wire(text) == text
    assert results[name, "service"]["status"] == ("changed" if carried else "failed")
    assert (machine.process(9004) is None) is carried
    assert {process.pid for process in machine.processes()} >= {4556, 3068, 2976}
    if hostile_pcs.printed(text) == text and hostile_pcs.can_be_a_rule_name(text):
        assert results[name, "rule"]["rules"][0]["outcome"] == "changed"
        assert results[name, "rule gone"]["status"] == "changed"
        assert played.rules(name) == {"Other": "Block"}
    else:
        assert re.search("is not allowed|object does not exist", results[name, "rule"]["msg"])
        assert set(played.rules(name).values()) == {"Block"}
        assert len(played.rules(name)) == 2
