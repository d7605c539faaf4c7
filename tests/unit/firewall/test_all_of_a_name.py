# SPDX-License-Identifier: GPL-3.0-or-later
"""Several rules of one name that are changed together, on a PC that refuses to change one of them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from unit.firewall.changing.purging.purges import rule
from unit.firewall.refusing import Refusing
from unit.firewall.test_healing import play
from unit.firewall.test_purging_anywhere import texts_of
from unit.firewall.test_simulated_changes import pc

RULES = {f"s{number}": rule("Same", 80 + number) for number in range(3)}
RULES |= {"manage": rule("Manage", 5985, App="System"), "old": rule("Old", 81)}
ALL = {"name": "Same", "all_of_a_name": True}
NARROWER = ALL | {"remote_addresses": "10.0.0.0/8"}
#: One object, several, those that a pause is for, and others of the same task before and behind.
TASKS: dict[str, list[dict[str, Any]]] = {
    "narrower": [NARROWER],
    "several objects": [NARROWER | {"profiles": "domain", "program": r"C:\a.exe"}],
    "block": [NARROWER | {"action": "block"}],
    "among others": [{"name": "New", "ports": 8000}, NARROWER, {"name": "Old", "ports": 82}],
}


@pytest.mark.sweep
@pytest.mark.parametrize("name", TASKS)
def test_a_refusal_leaves_all_of_them_as_they_were(name: str) -> None:
    machine = pc(**RULES)
    whole = Refusing(machine, 0, 0)
    play(machine, TASKS[name], whole)
    assert whole.changing >= len(TASKS[name])
    for first in range(whole.changing):
        machine = pc(**RULES)
        before = texts_of(machine)
        with pytest.raises(ChangeError) as caught:
            play(machine, TASKS[name], Refusing(machine, first, 1))
        assert texts_of(machine) == before, first
        assert not caught.value.changed
        assert "Done anyway" not in str(caught.value)


def test_what_is_deleted_by_then_is_not_followed_by_what_was_made_in_its_place() -> None:
    """WinRM is let in by a new rule, and the old one is gone."""
    machine = pc(**RULES)
    task = [
        {"name": "WinRM", "ports": 5985, "program": "System"},
        {"name": "Manage", "state": "absent"},
        NARROWER,
    ]
    whole = Refusing(machine, 0, 0)
    play(machine, task, whole)
    final = texts_of(machine)
    machine = pc(**RULES)
    with pytest.raises(ChangeError) as caught:
        play(machine, task, Refusing(machine, whole.changing - 1, 1))
    assert caught.value.changed
    left = texts_of(machine)
    assert "manage" not in left
    assert final.keys() == left.keys()
    assert "'WinRM'" in str(caught.value).partition("Done anyway: ")[2]
