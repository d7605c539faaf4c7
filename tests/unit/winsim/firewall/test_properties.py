# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of recorded rules: what is shown, written back, changes nothing."""

from __future__ import annotations

import pytest

from unit.sweeps import fast
from winsim.cim import Values
from winsim.firewall.properties import read, write
from winsim.firewall.rule import Rule, parse
from winsim.firewall.store import SAMPLES, FirewallState, read_dump


@pytest.mark.parametrize(
    "name",
    fast(
        ["win11_written", "win10_export", "win10_1903", "win10_1709", "win81", "win7sp1"],
        "win11_written",
    ),
)
def test_what_a_recorded_rule_shows_is_written_as_it_was_recorded(name: str) -> None:
    (path,) = SAMPLES.glob(f"{name}_*.txt")
    rules = FirewallState(read_dump(path)).parsed_rules()
    assert len(rules) > (10 if name == "win11_written" else 200)
    for rule_id, rule in rules.items():
        assert write(rule, read(rule)).text() == rule.text(), rule_id


def test_a_recorded_rule_made_anew_of_its_properties_differs_in_its_conditions_only() -> None:
    (path,) = SAMPLES.glob("win10_1903_*.txt")
    for rule_id, rule in FirewallState(read_dump(path)).parsed_rules().items():
        shown: Values = {n: value for n, value in read(rule).items() if value is not None}
        made = write(Rule(rule.version, ()), shown)
        assert read(made) == read(rule), rule_id
        assert set(made.fields) <= set(rule.fields)


def test_edge_that_is_deferred_to_the_user_has_no_flag_of_its_own() -> None:
    """Recorded for programs that asked the user (``TCP Query User{...}``)."""
    rule = parse("v2.10|Action=Allow|Active=TRUE|Dir=In|Name=n|Defer=User|")
    assert read(rule)["EdgeTraversalPolicy"] == 2
    assert write(rule, {"EdgeTraversalPolicy": 2}) == rule
    assert write(rule, {"EdgeTraversalPolicy": 3}).text().endswith("|Edge=TRUE|Defer=App|")
    assert write(rule, {"EdgeTraversalPolicy": 0}).text().endswith("|Name=n|")
