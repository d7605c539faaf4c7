# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of options: what each record has to have, so that all that walks it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves import (
    steps,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    cim_values,
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import Option
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    BY_NAME,
    CLASSES,
    FACTS,
    FIREWALL_RULE,
    OPTIONS,
    new_rule,
    of_class,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from unit.firewall.rule_strategies import rules

COMPARED = [each for each in OPTIONS if each.show is not None]
each_option = pytest.mark.parametrize("option", COMPARED, ids=lambda each: each.name)


def test_names_and_aliases_are_told_apart() -> None:
    names = [each.name for each in OPTIONS]
    names += [alias for each in OPTIONS for alias in each.argument.get("aliases", ())]
    assert not [name for name, count in Counter(names).items() if count > 1]
    assert FIREWALL_RULE.keys() - {"state", "all_of_a_name"} == BY_NAME.keys()


def test_an_attribute_of_a_rule_is_set_by_one_option() -> None:
    attributes = [name for each in OPTIONS for name in each.attributes]
    assert len(set(attributes)) == len(attributes)
    assert set(attributes) <= {each.name for each in fields(FirewallRule)}


def test_a_property_in_cim_is_written_by_one_option() -> None:
    places = [(each.cim_class, name) for each in OPTIONS for name in each.cim]
    assert len(set(places)) == len(places)
    for cim_class, name in places:
        assert cim_class is not None
        assert name in {each.name for each in cim_class.properties}


@given(rules())
def test_properties_in_cim_are_written_in_the_order_of_their_class(rule: FirewallRule) -> None:
    names = [each.name for each in BY_NAME.values() if each.show is not None]
    everything = cim_values.values_of(rule)
    for written in (everything, cim_values.changed_values(rule, names)):
        assert written.keys() == everything.keys()
        for class_name, values in written.items():
            declared = [each.name for each in CLASSES[class_name].properties]
            assert list(values) == [each for each in declared if each in values]


@each_option
def test_what_is_written_along_is_of_the_same_object(option: Option) -> None:
    assert option.cim
    assert {BY_NAME[name].cim_class for name in option.along} <= {option.cim_class}


@each_option
def test_there_are_the_words_that_a_record_needs(option: Option) -> None:
    assert option.cuts is None or f"cut.{option.name}" in TEXTS
    assert option.fact is None or f"check.{option.fact}" in TEXTS
    # What says something of traffic is compared by verify_host, and looked at by the guard: there,
    # or as what a rule is about at all.
    assert option.only_text is (option.fact is None)
    looked_at = {"enabled", "direction", "action", "protocol", "icmp_types"}
    assert (option.cuts is not None) is (not option.only_text and option.name not in looked_at)


@each_option
def test_a_rule_that_asks_for_nothing_shows_the_blank_of_each_option(option: Option) -> None:
    assert option.show is not None
    if option.blank is not None:
        for protocol in (6, 1):
            shown = option.show(FirewallRule("", protocol=protocol), Environment())
            assert shown in (option.blank, None)


def test_facts_are_of_one_class_each() -> None:
    for fact, class_name, names in FACTS:
        options = [each for each in OPTIONS if each.fact == fact]
        assert {each.cim_class.name for each in options if each.cim_class} == {class_name}
        assert set(names) == {name for each in options for name in each.cim}


@given(rules(), rules())
def test_a_rule_is_its_options_and_what_no_option_sets(
    one: FirewallRule, other: FirewallRule
) -> None:
    """Object by object taken over from another rule, nothing of the options is left behind, and what
    is written for them is the other's."""
    active = replace(one, active=other.active)
    merged = steps.with_parts(active, other, steps.PARTS)
    assert compare.differences(merged, other) == ()
    written, expected = cim_values.values_of(merged), cim_values.values_of(other)
    for class_name, values in expected.items():
        for name, value in values.items():
            if name != "InstanceID":
                assert written[class_name][name] == value


def test_a_new_rule_is_the_defaults_of_the_options() -> None:
    rule = new_rule()
    assert compare.asked_for(rule) == {
        "enabled": True,
        "direction": "in",
        "action": "allow",
        "protocol": "any",
        "profiles": ["domain", "private", "public"],
    }
    assert [each.name for each in of_class("MSFT_NetInterfaceFilter")] == ["interfaces"]
