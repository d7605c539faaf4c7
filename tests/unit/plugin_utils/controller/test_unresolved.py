# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables have a value that can't be worked out, and why."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import unresolved
from unit.rows import each_row

KNOWN = {
    "groups": {"all": ["pc-1"], "office": ["pc-1"]},
    "hostvars": {"pc-1": {}},
    "others": "{{ groups['nobody'] }}",
    "first": "{{ second }}",
    "second": "{{ first }}",
}
NO_GROUP = "v: the inventory has no group nobody. Correct the name, or add the group to the "


@each_row(
    ("value", "english"),
    [
        ("{{ groups['nobody'] }}", f"{NO_GROUP}inventory."),
        ("{{ groups.nobody | list }}", f"{NO_GROUP}inventory."),
        (["pc-1", "{{ groups['nobody'][0] }}"], f"{NO_GROUP}inventory."),
        ({"of": ["{{ groups['nobody'] }}"]}, f"{NO_GROUP}inventory."),
        ("{{ groups['office'] + groups['nobody'] }}", f"{NO_GROUP}inventory."),
        ("{{ others }}", f"{NO_GROUP}inventory."),
        ("{{ groups['offise'] }}", "v: the inventory has no group offise. Did you mean office?"),
        (
            "{{ hostvars['srv-9'].name }}",
            "v: the inventory has no host srv-9. Correct the name, or add the host to the "
            "inventory.",
        ),
        ("{{ hostvars['pc-2'] }}", "v: the inventory has no host pc-2. Did you mean pc-1?"),
        # Not about the inventory: what Ansible says, and of which variable.
        ("{{ hostvars['pc-1'].x }}", "v: its value can't be worked out: it says. Correct the "),
        ("{{ groups[other] }}", "v: its value can't be worked out: it says. Correct the template"),
        ("{{ first }}", "v: its value can't be worked out: it says. Correct the template in it."),
        ("{{ groups['nobody'", "v: its value can't be worked out: it says. Correct the template"),
    ],
)
def test_what_is_not_there_is_named_with_the_variable(value: Any, english: str) -> None:
    told = unresolved.told("v", {**KNOWN, "v": value}, "it says.")
    assert render(told, "en").startswith(english)
    assert render(told, "ja").startswith("v")
    assert render(told, "ja").endswith("。")
