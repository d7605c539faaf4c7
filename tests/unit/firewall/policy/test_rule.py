# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is, whatever text it was read from."""

from __future__ import annotations

from itertools import permutations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    in_icmp_order,
)


def test_code_0_is_not_taken_for_every_code() -> None:
    ordered = [(3, None), (3, 0), (3, 4), (8, None), (8, 0)]
    for turned in permutations(ordered):
        assert in_icmp_order(turned) == ordered
