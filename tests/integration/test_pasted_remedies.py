# SPDX-License-Identifier: GPL-3.0-or-later
"""An offered task, pasted into a playbook as it is and run by Ansible itself: no
text of a PC in it is evaluated, however Ansible could be told that it is a template."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from integration import runs
from integration.freeing import address
from winsim.config import Access
from winsim.images import Image, load
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = [pytest.mark.integration, pytest.mark.every_core]

#: What 6*7*1009 is: it stands nowhere unless somebody has calculated it.
EVALUATED = "42378"
#: Names of services that Ansible takes for a template where nothing says that they are none.
NAMES = {
    "braces": "{{ 6*7*1009 }}",
    "statement": "{% if true %}{{ 6*7*1009 }}{% endif %}",
    "header": "#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% 6*7*1009 %]",
    "header and block": "#jinja2: block_start_string:'<', block_end_string:'>', "
    "variable_start_string:'(', variable_end_string:')'\n<if true>( 6*7*1009 )<endif>",
    "quotes": '\'"{{ 6*7*1009 }}": &a *a !vault | # ---',
}
#: And of rules, with what names of honest ones have in them, and what YAML and Ansible could take
#: for something else.
RULES = {
    "braces": "{{ 6*7*1009 }}",
    "header": "#jinja2:variable_start_string:'[%', variable_end_string:'%]' [% 6*7*1009 %]",
    "signs": "Bonjour & R&D's [x] #1: 50%, ~ $HOME !vault",
    "number": "007",
    "Japanese": "ファイルとプリンターの共有\u3000(SMB 受信)",
}
#: And of networks, which a task makes private.
NETWORKS = {"braces": "{{ 6*7*1009 }}", "header": RULES["header"], "signs": "Café #1: 'R&D' [x]"}
PROGRAM = r"C:\R&D\it's (x86)\社内\host.exe"
PORT = 20080
CHECK = f"""
- hosts: all
  gather_facts: false
  tasks:
    - name: check
      portkeeper.windows.port_check:
        ports: {PORT}
        expected_process: "{{{{ 'other.exe' if inventory_hostname.startswith('pc-') else omit }}}}"
        from_controller: false
"""


@dataclass(frozen=True)
class Pasted:
    """What was offered, what the pasted task gave, and all that Ansible printed meanwhile."""

    remedy: dict[str, Any]
    result: dict[str, Any]
    text: str


def with_rule(name: str, number: int) -> Machine:
    """A PC on which a rule of the name would open the port to another program."""
    document: dict[str, Any] = dict(load("win11-ja").document)
    holder = {"pid": 9004, "name": "host.exe", "path": PROGRAM, "tcp": [f"0.0.0.0:{PORT}"]}
    document["processes"] = [*document["processes"], holder]
    firewall = document.get("firewall", {})
    rule = (
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
        rf"LPort={PORT}|App=C:\old\host.exe|Name=x|"
    )
    rules = firewall.get("rules", {}) | {RULES[name]: rule}
    document["firewall"] = firewall | {"rules": rules}
    return Image(f"rule-{number}", document).boot(f"rule-{number}", address(120 + number))


def on_network(name: str, number: int) -> Machine:
    """A PC on a public network of the name, on which a rule opens the port in private ones."""
    document: dict[str, Any] = dict(load("win11-ja").document)
    holder = {"pid": 9004, "name": "host.exe", "path": PROGRAM, "tcp": [f"0.0.0.0:{PORT}"]}
    document["processes"] = [*document["processes"], holder]
    (profile,) = document["network"]["profiles"]
    profiles = [profile | {"name": NETWORKS[name], "interface": "{{ 6*7*1009 }} 1"}]
    document["network"] = document["network"] | {"profiles": profiles}
    firewall = document.get("firewall", {})
    rule = f"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort={PORT}|Profile=Private|Name=x|"
    document["firewall"] = firewall | {"rules": firewall.get("rules", {}) | {"x": rule}}
    return Image(f"network-{number}", document).boot(f"network-{number}", address(140 + number))


def pc(name: str, number: int) -> Machine:
    """A PC on which a service of the name holds a port."""
    document: dict[str, Any] = dict(load("win11-ja").document)
    holder = {"pid": 9004, "name": "host.exe", "services": [NAMES[name]],
              "tcp": [f"0.0.0.0:{PORT}"]}  # fmt: skip
    document["processes"] = [*document["processes"], holder]
    document["services"] = document["services"] | {NAMES[name]: {"display": "x"}}
    return Image(f"pc-{number}", document).boot(f"pc-{number}", address(100 + number))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pasted]:
    """What a check offers on each PC, pasted into a playbook and run: what frees a port in check
    mode, and what corrects a rule in earnest. By the names of the PCs."""
    folder = tmp_path_factory.mktemp("pasted")
    services = [pc(name, number) for number, name in enumerate(NAMES, start=1)]
    rules = [with_rule(name, number) for number, name in enumerate(RULES, start=1)]
    networks = [on_network(name, number) for number, name in enumerate(NETWORKS, start=1)]
    names = [machine.name for machine in (*services, *rules, *networks)]

    def play(playbook: str) -> tuple[dict[str, dict[str, Any]], str]:
        played = runs.play(playbook, folder)
        results = {each["host"]: each["result"] for each in played.results}
        assert set(results) == set(names), played.text
        return results, played.text

    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts([*services, *rules, *networks], access=access) as running:
        write_inventory(folder / "inventory.yml", inventory(list(running), "basic", "winrm"))
        checks, _text = play(CHECK)
        # Of a network, the first one changes the rule.
        remedies = {
            name: checks[name]["ports"][0]["remedies"][name.startswith("network-")]
            for name in names
        }
        results, text = play(
            "".join(
                f"- hosts: {name}\n  gather_facts: false\n"
                + ("  check_mode: true\n  diff: true\n" if name.startswith("pc-") else "")
                + "  tasks:\n"
                + textwrap.indent(remedies[name]["yaml"], "    ")
                for name in names
            )
        )
    return {name: Pasted(remedies[name], results[name], text) for name in names}


@pytest.fixture(scope="module")
def pasted(both: dict[str, Pasted]) -> dict[str, Pasted]:
    """By the service that holds the port."""
    return {name: both[f"pc-{number}"] for number, name in enumerate(NAMES, start=1)}


@pytest.fixture(scope="module")
def rules(both: dict[str, Pasted]) -> dict[str, Pasted]:
    """By the rule that is corrected."""
    return {name: both[f"rule-{number}"] for number, name in enumerate(RULES, start=1)}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_pasted_remedy_is_evaluated(pasted: dict[str, Pasted], name: str) -> None:
    found = pasted[name]
    assert EVALUATED not in found.text
    assert EVALUATED not in json.dumps(found.result)


@pytest.mark.parametrize("name", NAMES)
def test_a_pasted_remedy_names_the_very_service(pasted: dict[str, Pasted], name: str) -> None:
    """The guard of port_process lets the task stop what is called exactly so, and nothing else."""
    result = pasted[name].result
    assert result["status"] == "changed", result
    assert pasted[name].remedy["yaml"].count("!unsafe") == 1


@pytest.mark.parametrize("name", NAMES)
def test_data_without_a_mark_hold_no_template(pasted: dict[str, Pasted], name: str) -> None:
    """Whoever writes the data of a task into a playbook gets none of the PC's templates."""
    assert pasted[name].remedy["task"] is None


@pytest.mark.parametrize("name", RULES)
def test_a_pasted_remedy_mends_the_very_rule(rules: dict[str, Pasted], name: str) -> None:
    found = rules[name]
    assert EVALUATED not in found.text
    assert found.result["status"] == "changed", found.result
    (rule,) = found.result["rules"]
    assert (rule["rule_id"], rule["rule"]["program"]) == (RULES[name], PROGRAM)
    assert rule["effective"] is True
    assert found.remedy["task"] is None


@pytest.mark.parametrize("name", NETWORKS)
def test_a_pasted_remedy_makes_the_very_network_private(both: dict[str, Pasted], name: str) -> None:
    found = both[f"network-{list(NETWORKS).index(name) + 1}"]
    assert EVALUATED not in found.text
    assert found.result["status"] == "changed", found.result
    network = found.result["network"]
    assert (network["name"], network["category"]) == (NETWORKS[name], "private")
    assert found.remedy["task"] is None
