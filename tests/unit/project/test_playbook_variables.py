# SPDX-License-Identifier: GPL-3.0-or-later
"""Both READMEs list the variables of each playbook."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes

CHECKOUT = Path(__file__).parents[3]
ROLES = {"pc_setup": "port_setup", "report": "port_report"}


def variables_of(playbook: Path) -> set[str]:
    """Those that begin with the name of the playbook, but neither the result of a task nor what
    tells the callback how to show one."""
    text = playbook.read_text("utf-8")
    found = set(re.findall(rf"\b{playbook.stem}_[a-z_]+\b", text))
    results = set(re.findall(r"^ *register: (\w+)$", text, re.M))
    return found - results - set(re.findall(r"^ *(\w+): true$", text, re.M))


def listed_in(readme: str) -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(\w+)` \| (`\w+_.*) \|$", (CHECKOUT / readme).read_text("utf-8"), re.M)
    return {name: set(re.findall(rf"`({name}_\w+)`", cells)) for name, cells in rows}


def test_both_readmes_list_the_variables_of_each_playbook() -> None:
    of_playbooks = {each.stem: variables_of(each) for each in CHECKOUT.glob("playbooks/*.yml")}
    assert of_playbooks["check_ports"] >= {"check_ports_hosts", "check_ports_ports"}
    for readme in ("README.md", "README.ja.md"):
        assert listed_in(readme) == of_playbooks, readme


def known_in(playbook: Path) -> list[str]:
    """The variables that a playbook takes, as it says to what looks for mistyped ones."""
    (play,) = yaml.safe_load(playbook.read_text("utf-8"))
    (first, *_others) = play.get("pre_tasks", play.get("tasks"))
    known: list[str] = first["vars"]["known"]
    return known


def test_each_playbook_knows_its_variables_and_those_of_its_role() -> None:
    for playbook in CHECKOUT.glob("playbooks/*.yml"):
        wanted = variables_of(playbook)
        role = ROLES.get(playbook.stem)
        if role is not None:
            spec = CHECKOUT / "roles" / role / "meta" / "argument_specs.yml"
            wanted |= set(
                yaml.safe_load(spec.read_text("utf-8"))["argument_specs"]["main"]["options"]
            )
        assert set(known_in(playbook)) == wanted, playbook.stem


# What a module or a task of the playbook tells, with words of its own: any text may be right.
FREE = ("hosts", "ports", "server", "clients")


def test_each_playbook_has_its_values_checked() -> None:
    """Those of a role are checked by the role."""
    for playbook in CHECKOUT.glob("playbooks/*.yml"):
        if playbook.stem in ROLES:
            continue
        (play,) = yaml.safe_load(playbook.read_text("utf-8"))
        allowed = play["tasks"][0]["vars"]["allowed"]
        known = known_in(playbook)
        wanted = [each for each in known if each.removeprefix(f"{playbook.stem}_") not in FREE]
        assert sorted(allowed) == sorted(wanted), playbook.stem
        # Each names an option that there is.
        assert mistakes.of_values({}, allowed) == []
