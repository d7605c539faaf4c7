# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules and settings as plain values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_FIREWALL_INFO,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import (
    filters,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import OPTIONS
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile.options import (
    OPTIONS as PROFILE_OPTIONS,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render, said
from unit.firewall import firewall_samples, small_firewalls

DEFAULTS: dict[str, Any] = {
    name: options.get("default") for name, options in PORT_FIREWALL_INFO.items()
}
LOCAL_RULES = "allow_local_firewall_rules"
HOME = Network(Profile.PRIVATE)
RULES = (
    "Action=Allow|Protocol=6|LPort=80|Name=Web",
    "Action=Block|Protocol=6|LPort=80|Name=No web",
    "Action=Allow|Protocol=6|LPort=81|Name=Other|Profile=Public",
)


def listed(reading: FirewallReading, **asked: Any) -> Any:
    return result.result(reading, filters.wanted(DEFAULTS | asked))


def small(**others: Any) -> FirewallReading:
    return FirewallReading(stores=small_firewalls.stores(*RULES, **others), networks=(HOME,))


def test_a_rule_has_the_options_of_port_firewall() -> None:
    (found,) = listed(small(), name=["Web"])["rules"]
    assert found["rule"].keys() == {each.name for each in OPTIONS if each.show is not None}
    assert found["rule"]["ports"] == ["80"]
    assert (found["counts"], found["status"], found["store"]) == (False, "beaten", "local")
    assert found["decided_by"] == [
        {"name": "No web", "rule_id": "No web", "store": "local", "action": "block"}
    ]
    assert found["limits"] == {}


def test_those_that_count_and_those_that_do_not() -> None:
    assert [each["name"] for each in listed(small(), counts=True)["rules"]] == ["No web"]
    assert [each["name"] for each in listed(small(), counts=False)["rules"]] == ["Other", "Web"]
    found = listed(small())
    assert render(found["msg"], "en") == (
        "3 of 3 rules match (counting now: 1, not counting: 2, uncertain: 0)."
    )
    assert render(listed(small(), rule_id=["x"])["msg"], "en") == "None of the 3 rules matches."


def test_settings_and_where_they_come_from() -> None:
    found = listed(small(settings={"local_rules": Setting(False, Origin.MDM, "key")}))
    private = found["profiles"]["private"]
    effective, origins, local = private["effective"], private["origins"], LOCAL_RULES
    assert (private["active"], effective[local], effective["enabled"]) == (True, False, True)
    assert (origins[local], origins["enabled"]) == ("mdm", "default")
    assert effective.keys() == origins.keys() == {each.name for each in PROFILE_OPTIONS}
    assert found["profiles"]["public"]["active"] is False
    assert found["active_profiles"] == ["private"]


def test_registered_products() -> None:
    products = (FirewallProduct("Other", 0x11000), FirewallProduct("Old", 0x10000))
    found = listed(replace(small(), products=products))
    assert found["products"] == [
        {"name": "Other", "state": "on", "in_charge": True},
        {"name": "Old", "state": "off", "in_charge": False},
    ]
    assert {each["status"] for each in found["rules"]} == {"other_firewall", "other_profile"}


def test_what_a_real_host_has() -> None:
    """Every rule of a recorded host is listed, has a status that is told, and what no option says
    of it is among its limits."""
    stores = firewall_samples.read(firewall_samples.WIN10_1903)
    found = listed(FirewallReading(stores=stores, networks=(HOME,)))
    assert len(found["rules"]) == stores.size == sum(found["read"].values())
    by_id = {(each["store"], each["rule_id"]): each for each in found["rules"]}
    assert all(render(each["reason"], "en") for each in found["rules"])
    for store in Store:
        for rule in stores.of(store):
            limits = by_id[store.value, rule.rule_id]["limits"]
            assert bool(limits.get("package")) is bool(rule.package_sid or rule.package_family)
    assert not any(str(said(each["name"])).startswith("@{") for each in found["rules"])
