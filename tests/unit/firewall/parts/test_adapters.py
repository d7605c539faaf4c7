# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for single network adapters: tasks have their names, the rule store their GUIDs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    cim_values,
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

ETHERNET = "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"
COMMA = "{9D1E2F30-4A5B-4C6D-8E7F-A0B1C2D3E4F5}"
#: An adapter whose name looks like the id of another.
TRAP = "{00000000-0000-0000-0000-000000000001}"
KNOWN = Environment(adapters={ETHERNET: "イーサネット", COMMA: "Lab, second floor", TRAP: ETHERNET})
GONE = "{DEADBEEF-0000-0000-0000-000000000000}"


def rule(interfaces: Any, existing: FirewallRule | None = None) -> FirewallRule:
    (wanted,) = wanted_rules({"name": "n", "ports": 80, "interfaces": interfaces})
    return wanted.applied_to(existing, KNOWN)


@each_row(
    ("value", "guids"),
    [
        ("イーサネット", {ETHERNET}),
        (["LAB, SECOND FLOOR"], {COMMA}),
        (["イーサネット", "Lab, second floor", "イーサネット"], {ETHERNET, COMMA}),
        # What looks like an id is a name as well.
        (ETHERNET, {TRAP}),
        ("any", set()),
        (["*"], set()),
    ],
)
def test_names_become_ids(value: Any, guids: set[str]) -> None:
    assert rule(value).interfaces == guids


def test_a_name_that_no_adapter_has_is_told_with_those_that_there_are() -> None:
    with pytest.raises(OptionError) as caught:
        rule(["イーサネット", "Ethernet 9"])
    assert caught.value.option == "interfaces"
    assert str(caught.value) == (
        "interfaces: the host has no network adapter named Ethernet 9. "
        f"It has: Lab, second floor, {ETHERNET}, イーサネット."
    )
    assert "Ethernet 9 という名前のネットワーク アダプターはありません" in render(
        caught.value.phrase, "ja"
    )
    # The id of an adapter is not its name.
    with pytest.raises(OptionError, match="no network adapter named"):
        rule(COMMA)


def test_a_name_that_several_adapters_have_is_refused() -> None:
    (wanted,) = wanted_rules({"name": "n", "ports": 80, "interfaces": "Twin"})
    twins = Environment(adapters={ETHERNET: "Twin", COMMA: "TWIN"})
    with pytest.raises(OptionError, match="2 network adapters of the host are named Twin"):
        wanted.applied_to(None, twins)


def test_what_a_rule_has_is_shown_and_written_by_name() -> None:
    both = rule(["イーサネット", "Lab, second floor"])
    assert compare.properties(both, KNOWN)["interfaces"] == ["Lab, second floor", "イーサネット"]
    assert cim_values.changed_values(both, ["interfaces"], KNOWN) == {
        "MSFT_NetInterfaceFilter": {"InterfaceAlias": ("Lab, second floor", "イーサネット")}
    }
    assert cim_values.changed_values(rule("any"), ["interfaces"], KNOWN) == {
        "MSFT_NetInterfaceFilter": {"InterfaceAlias": ("Any",)}
    }


def test_an_adapter_that_is_gone_is_shown_by_its_id() -> None:
    stored = parse("id", f"v2.30|Action=Allow|Dir=In|Protocol=6|LPort=80|Name=n|IF={GONE}|")
    assert compare.properties(stored, KNOWN)["interfaces"] == [GONE]
    # It stays where it is not asked about, and goes where it is.
    (wanted,) = wanted_rules({"name": "n", "ports": 81})
    assert wanted.applied_to(stored, KNOWN).interfaces == {GONE}
    (found,) = compare.differences(stored, rule("イーサネット", stored), KNOWN)
    assert (found.property, found.before, found.after) == (
        "interfaces", [GONE], ["イーサネット"],
    )  # fmt: skip


guids = st.frozensets(st.sampled_from([ETHERNET, COMMA, TRAP, GONE]))


@given(guids, guids)
def test_two_rules_differ_just_where_their_adapters_do(one: Any, other: Any) -> None:
    """However the adapters are called: two names may be told apart, and mean what the ids mean."""
    first, second = FirewallRule("a", interfaces=one), FirewallRule("a", interfaces=other)
    for environment in (KNOWN, Environment()):
        names = [each.property for each in compare.differences(first, second, environment)]
        assert names == ([] if one == other else ["interfaces"])
