# SPDX-License-Identifier: GPL-3.0-or-later
"""Results, differences and warnings as plain values."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import (
    result as results,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    Change,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.plan import (
    RulePlan,
    absent,
    described,
    present,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects.effect import (
    judge,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.firewall.small_firewalls import stores

OLD = parse("{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|")
READING = FirewallReading(
    stores(), (Network(Profile.PRIVATE),), notes=(Verbatim("Something is missing."),)
)


def plan(existing: FirewallRule | None, **options: Any) -> RulePlan:
    (wanted,) = wanted_rules({"name": "Web", **options})
    return present(wanted, [existing] if existing else [])


def changes(*plans: RulePlan) -> Changes:
    made = [
        Change(
            "Web",
            each,
            judge(each.after, READING.with_local_rules((each.after,)))
            if each.after
            else judge(each.before or OLD, READING, present=False),
        )
        for each in plans
    ]
    return Changes(tuple(made), READING)


def result(*plans: RulePlan) -> dict[str, Any]:
    found: dict[str, Any] = spoken(results.result(changes(*plans)), "en")
    assert json.loads(json.dumps(found)) == found
    return found


def test_a_created_rule() -> None:
    found = result(plan(None, ports="443,80", profiles="private"))
    assert (found["changed"], found["effective"]) == (True, True)
    assert found["active_profiles"] == ["private"]
    (rule,) = found["rules"]
    assert rule["outcome"] == "created"
    assert rule["rule"]["ports"] == ["80", "443"]
    assert rule["rule_id"].startswith("{")
    assert rule["reason"] == "allowed: the allow rule 'Web' of this host"
    assert list(rule["profiles"]) == ["private"]
    assert not {"before", "differences"} & rule.keys()


def test_how_far_ports_are_open() -> None:
    """What the reach sets say, and what is left over, in the words of the reach of port_facts."""
    office = Network(Profile.PRIVATE, name="Office", addresses=("192.168.1.5",))
    block = "Action=Block|Protocol=6|LPort=443|RA4=10.1.0.0/16|Name=Shut"
    reading = FirewallReading(stores(block), (office,))
    made = plan(None, ports="443,80", remote_addresses="10.0.0.0/8")
    assert made.after is not None
    there = reading.with_local_rules((*reading.local_rules, made.after))
    (wanted,) = wanted_rules({"name": "Web"})
    (deleted,) = absent(wanted, [OLD])
    wide = FirewallReading(stores("Action=Allow|Protocol=6|RA4=10.0.0.0/8|Name=Other"), (office,))

    def opened(change: Change) -> Any:
        found = spoken(results.result(Changes((change,), reading)), "en")
        assert json.loads(json.dumps(found)) == found
        return found["rules"][0]["open"]

    entry = {"network": "Office", "profile": "private", "protocol": "tcp", "reach": "some"}
    assert opened(Change("Web", made, judge(made.after, there))) == [
        entry | {"ports": ["80"], "reach_from": ["10.0.0.0/8"]},
        entry
        | {
            "ports": ["443"],
            "reach_from": ["10.0.0.0/16", "10.2.0.0-10.255.255.255"],
            "not_open_from": [
                {"addresses": ["10.1.0.0/16"], "reason": "the block rule 'Shut' of this host"}
            ],
        },
    ]
    assert opened(Change("Web", deleted, judge(OLD, wide, present=False))) == [
        entry
        | {
            "ports": ["80"],
            "reach_from": ["10.0.0.0/8"],
            "still_open_from": [
                {"addresses": ["10.0.0.0/8"], "reason": "the allow rule 'Other' of this host"}
            ],
        },
    ]


@pytest.mark.sweep
def test_a_hostile_host_gets_no_endless_list_of_openings() -> None:
    blocks = [
        f"Action=Block|Protocol=6|LPort={port}|RA4=10.0.{number}.0/24|Name=b{number}"
        for port in range(8000, 8100)
        for number in range(port % 50)
    ]
    made = plan(None, ports="8000-8100")
    assert made.after is not None
    reading = FirewallReading(stores(*blocks), (Network(Profile.PRIVATE, addresses=("10.9.9.9",)),))
    there = reading.with_local_rules((*reading.local_rules, made.after))
    change = Change("Web", made, judge(made.after, there))
    (rule,) = spoken(results.result(Changes((change,), there)), "en")["rules"]
    assert (len(rule["open"]), rule["open_more"]) == (32, 18)
    assert max(len(each.get("not_open_from", ())) for each in rule["open"]) == 8


def test_a_changed_a_deleted_and_an_unchanged_rule() -> None:
    (wanted,) = wanted_rules({"name": "Web"})
    (gone,) = absent(wanted, [OLD])
    found = result(plan(OLD, ports=81, description="d"), gone, plan(OLD))
    changed, deleted, unchanged = found["rules"]
    assert changed["differences"] == ["ports", "description"]
    assert (changed["before"]["ports"], changed["rule"]["ports"]) == (["80"], ["81"])
    assert (deleted["outcome"], deleted["rule"]) == ("deleted", None)
    assert deleted["before"]["name"] == "Web"
    assert (unchanged["outcome"], unchanged["rule"]["ports"]) == ("unchanged", ["80"])
    assert "before" not in unchanged


def test_a_rule_that_was_not_there() -> None:
    found = spoken(results.result(Changes((Change("Old"),), READING)), "en")
    assert (found["changed"], found["effective"]) == (False, None)
    assert found["rules"] == [
        {
            "name": "Old",
            "rule_id": None,
            "outcome": "unchanged",
            "rule": None,
            "effective": None,
            "reason": "there is no such rule",
            "profiles": {},
            "open": [],
        }
    ]


def test_all_rules_have_to_have_their_effect() -> None:
    good, bad = plan(OLD), plan(OLD, profiles="domain")
    unknown = plan(OLD, direction="out")
    assert result(good, good)["effective"] is True
    assert result(good, unknown)["effective"] is None
    assert result(good, unknown, bad)["effective"] is False


def test_a_difference_that_a_person_can_read() -> None:
    change = plan(OLD, ports=[443, 80, "8000-8010"], remote_addresses="LocalSubnet", enabled=False)
    (shown,) = spoken(results.diff(changes(change, plan(OLD))), "en")
    assert shown == {
        "before_header": "firewall rule Web ({1})",
        "after_header": "firewall rule Web ({1})",
        "before": "name: Web\nenabled: yes\ndirection: in\naction: allow\nprotocol: tcp\n"
        "ports: 80\nprofiles: domain, private, public\n",
        "after": "name: Web\nenabled: no\ndirection: in\naction: allow\nprotocol: tcp\n"
        "ports: 80, 443, 8000-8010\nprofiles: domain, private, public\n"
        "remote_addresses: LocalSubnet\n",
    }
    (created,) = spoken(results.diff(changes(plan(None, ports=80))), "en")
    assert created["before"] == ""
    (wanted,) = wanted_rules({"name": "Web"})
    (deleted,) = spoken(results.diff(changes(*absent(wanted, [OLD]))), "en")
    assert deleted["after"] == ""


def test_a_hostile_text_stays_on_its_line_in_a_difference() -> None:
    odd = parse("{1}", "v2.30|Action=Allow|Dir=In|Desc=a\x1b[31m\u202eb\x85c|Name=Web|")
    (shown,) = spoken(results.diff(changes(plan(odd, enabled=True))), "en")
    assert "description: a[31m\\u202eb c\n" in shown["before"]
    assert "\x1b" not in shown["before"]


def test_what_a_person_should_see_even_if_all_went_well() -> None:
    limited = parse("{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=Web|LUAuth=O:LSD:|")
    found = spoken(
        results.warnings(changes(plan(limited), plan(OLD, profiles="domain"), plan(OLD))), "en"
    )
    assert found == [
        "Something is missing.",
        "The rule 'Web' is also limited to users; that stays.",
        "The rule 'Web' has no effect now: the rule is for domain, and the host is connected to "
        "networks that are private.",
    ]
    told_later = results.warnings(
        changes(plan(limited), plan(OLD, profiles="domain"), plan(OLD)), effect_told_later=True
    )
    assert spoken(told_later, "en") == found[:2]
    before = results.warnings(changes(plan(OLD, profiles="domain"), plan(OLD)), check_mode=True)
    assert spoken(before, "en")[1:] == [
        "The rule 'Web' would have no effect: the rule is for domain, and the host is connected to "
        "networks that are private.",
    ]
    off = plan(OLD, profiles="domain", enabled=False)
    assert spoken(results.warnings(changes(off)), "en") == ["Something is missing."]


def test_traffic_that_is_treated_as_before_without_its_rule() -> None:
    """A rule that is removed, disabled, or was not there, and whatever does the same."""
    other = parse("{2}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Other|")
    (wanted,) = wanted_rules({"name": "Web", "ports": 80})
    (gone,) = absent(wanted, [OLD])
    asked = described(wanted)
    assert asked is not None

    def warned(reading: FirewallReading, language: Language) -> list[str]:
        made = tuple(
            replace(change, effect=judge(rule, reading, present=present))
            for change in (
                Change("Web", gone),
                Change("Web", plan(OLD, enabled=False)),
                Change("Web", missing=asked),
            )
            for rule, present in (change.judged,)
            if rule is not None
        )
        found = spoken(results.result(Changes(made, reading)), "en")
        assert found["effective"] is found["rules"][0]["reason"].startswith("blocked")
        assert len({each["reason"] for each in found["rules"]}) == 1
        return [str(each) for each in spoken(results.warnings(Changes(made, reading)), language)]

    plain = replace(READING, notes=())
    off = {"enabled": Setting(False, Origin.LOCAL, "k")}
    open_default = {"default_inbound": Setting(Action.ALLOW, Origin.LOCAL, "k")}
    assert warned(plain, "en") == []
    assert warned(plain.with_local_rules((other,)), "en") == [
        "The rule 'Web' is not in force, but its traffic is treated as before: allowed: the allow "
        "rule 'Other' of this host."
    ]
    assert warned(replace(plain, stores=stores(settings=off)), "ja") == [
        "規則「Web」は無効か、存在しませんが、対象の通信の扱いは変わりません: "
        "許可: このプロファイルではファイアウォールが無効です (ローカルで設定)。"
    ]
    assert warned(replace(plain, stores=stores(settings=open_default)), "en") == [
        "The rule 'Web' is not in force, but its traffic is treated as before: allowed: no rule "
        "decides, and the default action allows it (set locally)."
    ]
    every_port = parse("{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Name=Web|")
    effect = judge(every_port, plain.with_local_rules((other,)), present=False)
    in_part = Change("Web", absent(wanted_rules({"name": "Web"})[0], [every_port])[0], effect)
    assert spoken(results.warnings(Changes((in_part,), plain)), "en") == [
        "The rule 'Web' is not in force, but part of its traffic is treated as before: port 80: "
        "allowed: the allow rule 'Other' of this host."
    ]
    before = results.warnings(Changes((in_part,), plain), check_mode=True)
    assert spoken(before, "en") == [
        "The rule 'Web' would not be in force, but part of its traffic would be treated as before: "
        "port 80: allowed: the allow rule 'Other' of this host."
    ]


def test_in_japanese() -> None:
    other_profile = plan(OLD, profiles="domain")
    made = changes(other_profile)
    reason = "規則はドメイン プロファイル用ですが、PC はプライベート ネットワークに接続されています"
    (rule,) = spoken(results.result(made), "ja")["rules"]
    assert rule["reason"] == reason
    assert rule["profiles"]["domain"]["reason"] == (
        "許可: この PC の許可の規則「Web」が適用されます"
    )
    assert spoken(results.warnings(made), "ja") == [
        "Something is missing.",
        f"規則「Web」は現在、効いていません。理由: {reason}。",
    ]
    (shown,) = spoken(results.diff(made), "ja")
    assert shown["before_header"] == shown["after_header"] == "ファイアウォール規則 Web ({1})"
    (absent_rule,) = spoken(results.result(Changes((Change("Old"),), READING)), "ja")["rules"]
    assert absent_rule["reason"] == "該当する規則はありません"
