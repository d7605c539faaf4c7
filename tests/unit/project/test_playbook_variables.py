# SPDX-License-Identifier: GPL-3.0-or-later
"""Both READMEs list the variables of each playbook."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]


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
