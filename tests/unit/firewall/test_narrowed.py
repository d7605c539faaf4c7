# SPDX-License-Identifier: GPL-3.0-or-later
"""A firewall with only the rules that can matter to a listener says the same of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    ProfileSettings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Profile,
)
from unit.firewall import firewall_samples as samples
from unit.firewall.judging.test_verdict_properties import listeners, remotes, rule_lists, settings
from unit.firewall.small_firewalls import SVCHOST, WEB, stores, web
from unit.rows import each_row


@given(st.dictionaries(st.sampled_from(Store), rule_lists), settings, listeners, remotes)
def test_it_says_the_same(
    rules: dict[Store, list[FirewallRule]],
    profile_settings: ProfileSettings,
    listener: Listener,
    remote: str,
) -> None:
    # Rules of several stores have the same ids, which makes a difference between them.
    firewall = Firewall(
        FirewallStores(
            rules={
                store: tuple(replace(each, rule_id=f"{n}") for n, each in enumerate(found))
                for store, found in rules.items()
            },
            profiles=dict.fromkeys(Profile, profile_settings),
        )
    )
    narrowed = firewall.narrowed(listener)
    for profile in Profile:
        verdict = firewall.verdict(listener, profile, remote)
        assert narrowed.verdict(listener, profile, remote).state is verdict.state


@each_row("hive", samples.HIVES)
def test_of_a_recorded_store_few_rules_are_left_and_they_say_the_same(hive: str) -> None:
    firewall = Firewall(samples.read(hive))
    every = sum(map(len, firewall.stores.rules.values()))
    for protocol, port in ((TCP, 445), (TCP, 3389), (UDP, 5353), (TCP, 8080)):
        for program in ("System", SVCHOST, WEB):
            listener = Listener(protocol, port, program=program, services=())
            narrowed = firewall.narrowed(listener)
            assert sum(map(len, narrowed.stores.rules.values())) < every / 2
            for profile in Profile:
                assert narrowed.verdict(listener, profile) == firewall.verdict(listener, profile)


def test_what_else_is_asked_for_is_kept() -> None:
    found = stores("Action=Allow|Protocol=17|LPort=53|Name=dns", "Action=Allow|Protocol=6|Name=tcp")
    (dns, tcp) = found.of(Store.LOCAL)
    assert Firewall(found).narrowed(web).stores.of(Store.LOCAL) == (tcp,)
    both = Firewall(found).narrowed(web, [(Store.LOCAL, dns), (Store.LOCAL, tcp)])
    assert both.stores.of(Store.LOCAL) == (tcp, dns)


def test_the_rest_of_the_host_is_the_same() -> None:
    product = FirewallProduct("Acme", 0x61000)
    firewall = Firewall(stores(), Environment(r"D:\Win"), [product])
    narrowed = firewall.narrowed(web)
    assert narrowed.products == (product,)
    assert narrowed.environment is firewall.environment
    assert narrowed.stores.profiles == firewall.stores.profiles
