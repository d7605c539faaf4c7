# SPDX-License-Identifier: GPL-3.0-or-later
"""Reach sets in results: a word, and more only where it says more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import result
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import (
    Who,
    reach,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sweep import Work
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.facts.firewall import ReachFact
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.firewall.reach.test_sets import BOTH, HOME, NOT_READ, V4
from unit.firewall.small_firewalls import stores
from unit.rows import each_row

USER = "LUAuth=O:LSD:(A;;CC;;;S-1-1-0)"
OTHER = FirewallProduct("Other", 0x61000)


def told(
    *rules: str, language: Language = "en", products: tuple[FirewallProduct, ...] = (), **asked: Any
) -> dict[str, Any]:
    firewall = Firewall(stores(*rules), products=products)
    asked = {"listener": V4, "network": HOME, **asked}
    made: ReachFact[Value] = {}
    result.tell(made, reach(firewall, work=Work(1_000_000), **asked))
    found: dict[str, Any] = spoken(made, language)
    return found


@each_row(
    ("rules", "fact"),
    [
        (["Action=Allow"], {"reach": "everybody"}),
        ([], {"reach": "nobody"}),
        (["Action=Allow|RA4=10.0.0.0/8"], {"reach": "some", "reach_from": ["10.0.0.0/8"]}),
        # The reason of the verdict says it all.
        ([f"Action=Allow|{USER}"], {"reach": "perhaps"}),
        (
            ["Action=Allow|RA4=LocalSubnet|Name=Shares"],
            {
                "reach": "own_subnets",
                "reach_from": ["192.168.1.0/24"],
                "reach_perhaps": [
                    {
                        "addresses": ["172.16.0.0/24"],
                        "reason": "allowed by the rule 'Shares' if the remote address is "
                        "LocalSubnet; otherwise no rule decides, and the default action blocks it "
                        "(the default of Windows)",
                    }
                ],
            },
        ),
        (
            [f"Action=Allow|RA4=10.0.0.0/8|{USER}|Name=Users"],
            {
                "reach": "perhaps",
                "reach_perhaps": [
                    {
                        "addresses": ["10.0.0.0/8"],
                        "reason": "allowed by the rule 'Users' if the user is "
                        "O:LSD:(A;;CC;;;S-1-1-0); otherwise no rule decides, and the default "
                        "action blocks it (the default of Windows)",
                    }
                ],
            },
        ),
    ],
)
def test_a_word_and_more_only_where_it_says_more(rules: list[str], fact: dict[str, Any]) -> None:
    assert told(*rules) == fact


def test_a_word_of_rules_stands_for_subnets_that_were_not_read() -> None:
    rule = "Action=Allow|RA4=LocalSubnet|RA6=LocalSubnet"
    fact = {"reach": "own_subnets", "reach_from": ["LocalSubnet"]}
    assert told(rule, listener=BOTH, network=NOT_READ) == fact


def test_another_maker_s_firewall_may_let_in_anybody() -> None:
    assert told("Action=Allow|RA4=10.0.0.0/8", products=(OTHER,)) == {"reach": "perhaps"}


def test_what_could_not_be_judged_has_a_word_of_its_own() -> None:
    made: ReachFact[Value] = {}
    result.tell(made, None)
    assert made == {"reach": "unknown"}


class TestHostileStores:
    """What says a lot is cut, and what is left out is counted."""

    def test_networks(self) -> None:
        fact = told("Action=Allow|" + "|".join(f"RA4=10.0.{each}.7" for each in range(200)))
        assert (fact["reach"], len(fact["reach_from"]), fact["reach_more"]) == ("some", 32, 168)

    def test_conditions(self) -> None:
        rules = [f"Action=Allow|LUAuth={each}|RA4=10.0.{each}.7|Name={each}" for each in range(99)]
        fact = told(*rules)
        assert fact["reach"] == "perhaps"
        assert [len(each["addresses"]) for each in fact["reach_perhaps"]] == [1, 1, 1, 1, 8]
        *_named, others = fact["reach_perhaps"]
        assert others["more"] == 99 - 4 - 8
        assert others["reason"] == (
            "other rules let them in under conditions of their own, which are too many to list"
        )
        assert told(*rules, language="ja")["reach_perhaps"][-1]["reason"].startswith("ほかの規則が")

    def test_in_short_only_numbers_are_left(self) -> None:
        made: ReachFact[Value] = {}
        rules = ("Action=Allow|RA4=10.0.0.7|RA4=11.0.0.0/8", f"Action=Allow|{USER}|RA4=12.0.0.7")
        result.tell(made, reach(Firewall(stores(*rules)), V4, HOME, Work(100)))
        assert result.size(made) == 2 + 1 + 1
        result.shorten(made)
        assert made == {"reach": "some", "reach_more": 2}
        assert result.size(made) == 0


def test_of_several_networks_the_widest_word_counts() -> None:
    words = [each.value for each in Who]
    assert result.widest(words) == "everybody"
    assert result.widest(["nobody", "perhaps", "own_subnets"]) == "own_subnets"
    assert result.widest(["nobody", "unknown"]) == "unknown"
    assert sorted(words) == sorted(words, key=str)


def test_a_family_that_is_open_as_a_whole_is_written_as_one() -> None:
    fact = told("Action=Allow|RA4=10.0.0.0/8|RA6=::/1|RA6=8000::/1", listener=BOTH)
    assert fact == {"reach": "some", "reach_from": ["10.0.0.0/8", "::/0"]}
    assert told("Action=Allow|RA4=DNS", listener=replace(BOTH)) == {
        "reach": "some",
        "reach_from": ["DNS4"],
    }
