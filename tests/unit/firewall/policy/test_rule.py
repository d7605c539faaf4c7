# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is, whatever text it was read from."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    in_icmp_order,
)


def test_code_0_is_not_taken_for_every_code() -> None:
    ordered = [(3, None), (3, 0), (3, 4), (8, None), (8, 0)]
    for turned in permutations(ordered):
        assert in_icmp_order(turned) == ordered


def test_a_rule_has_no_other_fields_than_its_own() -> None:
    rule = FirewallRule("web", name="Web", active=True)
    assert rule.but(active=False) == replace(rule, active=False)
    with pytest.raises(TypeError, match=r"^activ, nme$"):
        rule.but(nme="Web", activ=False, name="Web")
