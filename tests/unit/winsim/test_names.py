# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the simulated host compares them."""

from __future__ import annotations

from unit.rows import each_row
from unit.winsim.small import boot
from winsim.firewall.store import RULES, FirewallState
from winsim.names import folded, upper


@each_row("name", ["Maße", "\u212aernel", "ﬁle", "İ", "ſ", "Οδός", "ǅ"])
def test_a_letter_is_the_upper_case_of_one_other_at_the_most(name: str) -> None:
    assert len(upper(name)) == len(folded(name)) == len(name)
    assert upper(folded(name)) == upper(name)
    assert not upper(name).isascii()


def test_a_store_keeps_what_only_another_folding_would_take_for_one_name() -> None:
    state = FirewallState()
    for name in ("Masse", "Maße", "MASSE", "kernel", "\u212aernel"):
        state.set_value(RULES["local"], name, name)
    values = state.values(RULES["local"]) or {}
    assert {spelled: value.data for spelled, value in values.items()} == {
        "Masse": "MASSE",
        "Maße": "Maße",
        "kernel": "kernel",
        "\u212aernel": "\u212aernel",
    }


def test_a_service_of_another_name_is_not_found() -> None:
    machine = boot()
    name = next(each.name for each in machine.services() if "s" in each.name.lower())
    assert machine.service(name.upper()) is not None
    assert machine.service(name.lower().replace("s", "ſ")) is None
