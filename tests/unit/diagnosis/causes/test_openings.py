# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of firewall rules, tried on a copy of the firewall."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import openings
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ALL_PROFILES,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.diagnosis.cases import OPEN_80, firewall, rule
from unit.rows import each_row

WEB = WantedPort(Protocol.TCP, 80)
ACME = FirewallProduct("Acme", 0x61000)


def local(found: Firewall | None) -> Any:
    assert found is not None
    return found.stores.of(Store.LOCAL)


def test_profiles_as_the_option_takes_them() -> None:
    assert openings.profile_words(ALL_PROFILES) == ["any"]
    assert openings.profile_words(frozenset({Profile.PUBLIC, Profile.DOMAIN})) == [
        "domain",
        "public",
    ]


def test_a_new_rule_is_added() -> None:
    before = firewall("Action=Block|Protocol=17|Name=Other", products=[ACME])
    options = openings.new_rule((), WEB, frozenset({Profile.PUBLIC}))
    other, added = local(openings.applied(before, options))
    assert other == local(before)[0]
    assert (added.name, str(added.local_ports), added.profiles) == (
        "Allow TCP 80",
        "80",
        frozenset({Profile.PUBLIC}),
    )
    assert added.enabled


def test_the_rest_of_the_firewall_stays() -> None:
    before = firewall(products=[ACME], group_policy=[OPEN_80])
    after = openings.applied(before, openings.new_rule((), WEB, ALL_PROFILES))
    assert after is not None
    assert after.products == (ACME,)
    assert after.stores.of(Store.GROUP_POLICY) == before.stores.of(Store.GROUP_POLICY)
    assert local(before) == ()


def test_a_rule_is_changed_where_it_stands() -> None:
    before = firewall(rule(OPEN_80, active=False), "Action=Allow|Protocol=17|Name=Other")
    changed, other = local(
        openings.applied(before, openings.change_of(local(before)[0], enabled=True))
    )
    assert changed.enabled
    assert other == local(before)[1]


@each_row(
    "options",
    [
        {"rule_id": "nowhere", "enabled": True},
        {"rule_id": "web", "program": "not a path"},
        {"name": "ALL", "ports": 80, "protocol": "tcp"},
    ],
)
def test_what_port_firewall_would_refuse_is_no_change(options: dict[str, Any]) -> None:
    assert openings.applied(firewall(OPEN_80), options) is None


def test_names_of_new_rules_are_free() -> None:
    taken = {"allow tcp 80", "allow tcp 80 (2)"}
    assert openings.new_rule(taken, WEB, ALL_PROFILES)["name"] == "Allow TCP 80 (3)"
