# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall makes of a port: which cause, in which order, and on which network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.joining import (
    joined,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.diagnosis.cases import (
    CAFE,
    CONNECTED,
    HTTPD,
    NOTHING,
    OFFICE,
    OPEN_80,
    PC,
    TIMED_OUT,
    ask,
    by_policy,
    firewall,
    kinds,
    msg,
    remarks,
    rule,
    situation,
    tasks,
)
from unit.holder_cases import listener, process, service

ACME = FirewallProduct("Acme Total Defence", 0x61000)
NEW_RULE = {"name": "Allow TCP 80", "ports": 80, "protocol": "tcp", "profiles": ["public"]}
BLOCK_HTTPD = f"Action=Block|Protocol=6|App={HTTPD}|Name=Apache HTTP Server"


def blocked(*local: Any, networks: Any = (CAFE,), attempt: Any = TIMED_OUT, **others: Any) -> Any:
    """The diagnosis of a PC with this firewall, where the controller's attempt came to nothing."""
    return ask(situation(firewall=firewall(*local, **others), networks=networks, attempt=attempt))


def test_a_rule_lets_it_in() -> None:
    assert blocked(OPEN_80, attempt=CONNECTED).verdict is Verdict.REACHABLE
    assert blocked(OPEN_80, attempt=None).verdict is Verdict.REACHABLE


def test_no_rule() -> None:
    found = blocked()
    assert (found.verdict, kinds(found)) == (Verdict.BLOCKED, ["no_rule"])
    assert "blocked on the public network 'Cafe'" in msg(found)
    assert tasks(found) == [NEW_RULE]


def test_a_name_that_is_taken_is_not_used_for_the_new_rule() -> None:
    found = blocked("Action=Allow|Protocol=6|LPort=81|Name=allow tcp 80")
    assert tasks(found)[0]["name"] == "Allow TCP 80 (2)"


def test_a_block_rule() -> None:
    found = blocked(OPEN_80, BLOCK_HTTPD)
    assert (found.verdict, kinds(found)) == (Verdict.BLOCKED, ["block_rule"])
    assert "'Apache HTTP Server'" in msg(found)
    assert tasks(found) == [{"rule_id": "apache http server", "enabled": False}]


def test_a_block_rule_and_behind_it_no_rule() -> None:
    found = blocked(BLOCK_HTTPD, "Action=Block|Protocol=6|LPort=80|Name=No web")
    assert kinds(found) == ["block_rule", "block_rule", "no_rule"]
    assert tasks(found) == [
        {"rule_id": "apache http server", "enabled": False},
        {"rule_id": "no web", "enabled": False},
        NEW_RULE,
    ]


def test_all_inbound_traffic_is_blocked() -> None:
    found = blocked(OPEN_80, settings={"block_all_inbound": Setting(True)})
    assert (found.verdict, kinds(found)) == (Verdict.BLOCKED, ["blocks_all"])
    for language in ("en", "ja"):
        # Server Core has no Windows Security.
        command = "Set-NetFirewallProfile -Profile Public -AllowInboundRules True"
        assert command in msg(found, language)
    assert tasks(found) == []


def test_a_policy_blocks_all_inbound_traffic() -> None:
    found = blocked(OPEN_80, settings={"block_all_inbound": by_policy(True, "DoNotAllow")})
    assert (found.verdict, kinds(found)) == (Verdict.OVERRIDDEN_BY_POLICY, ["policy_blocks_all"])
    assert found.causes[0].text.values["path"].endswith(r"\DoNotAllow")


@pytest.mark.parametrize("store", ["group_policy", "mdm"])
def test_a_block_rule_of_a_policy(store: str) -> None:
    no_web = "Action=Block|Protocol=6|LPort=80|Name=No web"
    found = blocked(OPEN_80, **{store: [no_web]})
    assert (found.verdict, kinds(found)) == (Verdict.OVERRIDDEN_BY_POLICY, ["policy_block_rule"])
    assert "'No web'" in msg(found)
    assert tasks(found) == []


def test_a_policy_makes_the_local_rule_void() -> None:
    found = blocked(OPEN_80, settings={"local_rules": by_policy(False)})
    assert (found.verdict, kinds(found)) == (Verdict.OVERRIDDEN_BY_POLICY, ["policy_voids_rule"])
    assert "'Web'" in msg(found)
    assert tasks(found) == []


def test_a_policy_makes_local_rules_void_and_there_is_none() -> None:
    found = blocked(settings={"local_rules": by_policy(False)})
    assert (found.verdict, kinds(found)) == (
        Verdict.OVERRIDDEN_BY_POLICY,
        ["policy_voids_local_rules"],
    )
    assert tasks(found) == []


def test_a_rule_of_the_policy_lets_it_in_all_the_same() -> None:
    found = blocked(
        settings={"local_rules": by_policy(False)}, group_policy=[OPEN_80], attempt=CONNECTED
    )
    assert found.verdict is Verdict.REACHABLE


def test_a_policy_that_ignores_rules_for_a_port_alone_lets_one_with_a_program_pass() -> None:
    found = blocked(OPEN_80, settings={"local_port_rules": by_policy(False)})
    assert (found.verdict, kinds(found)) == (Verdict.OVERRIDDEN_BY_POLICY, ["policy_voids_rule"])
    assert tasks(found) == [NEW_RULE | {"program": HTTPD}]


def test_a_third_party_firewall() -> None:
    found = blocked(OPEN_80, products=[ACME])
    assert (found.verdict, kinds(found)) == (
        Verdict.THIRD_PARTY_FIREWALL,
        ["third_party_firewall"],
    )
    assert "Acme Total Defence" in msg(found)
    assert blocked(OPEN_80, products=[ACME], attempt=None).verdict is Verdict.THIRD_PARTY_FIREWALL


def test_a_third_party_firewall_that_does_not_work_is_not_told_to_open_a_port() -> None:
    """The cause and the remedy by the states of several products."""
    on, none = FirewallProduct("On", 0x41000), FirewallProduct("Untold")
    snoozed, expired = FirewallProduct("Asleep", 0x42000), FirewallProduct("Old", 0x43000)
    defender = FirewallProduct("Windows Firewall", 0x41100)

    def told(*products: FirewallProduct) -> tuple[str, str]:
        (cause,) = blocked(OPEN_80, products=products).causes
        (remedy,) = cause.remedies
        return cause.text.key, render(remedy.text, "en")

    opened, again = "cause.third_party_firewall", "open TCP 80 in the settings of "
    renew = (
        "renew the subscription of Old, or remove it, so that Windows Defender Firewall is in "
        "charge again, and run the check again"
    )
    wake = (
        "switch Asleep on again and open TCP 80 in its settings, or remove it, so that Windows "
        "Defender Firewall is in charge again"
    )
    cases = {
        (on,): (opened, f"{again}On"),
        (none,): (opened, f"{again}Untold"),
        (expired, defender): ("cause.firewall_expired", renew),
        (snoozed,): ("cause.firewall_snoozed", wake),
        (expired, snoozed): ("cause.firewall_snoozed", wake),
        (expired, on, snoozed): (opened, f"{again}On"),
    }
    assert {products: told(*products) for products in cases} == cases
    off = FirewallProduct("Off", 0x40000)
    assert blocked(OPEN_80, products=[off, defender], attempt=None).verdict is Verdict.REACHABLE


def test_the_policy_of_a_pc_without_a_domain_may_be_its_own() -> None:
    void = firewall(OPEN_80, settings={"local_rules": by_policy(False)})
    block = firewall(OPEN_80, group_policy=[BLOCK_HTTPD])
    all_of_it = firewall(OPEN_80, settings={"block_all_inbound": by_policy(True)})

    def told(where: Firewall, in_domain: bool | None) -> tuple[str, ...]:
        known = situation(firewall=where, attempt=TIMED_OUT, in_domain=in_domain)
        (cause,) = ask(known).causes
        return tuple(each.text.key for each in cause.remedies)

    keys = ("policy_voids_rule", "policy_block_rule", "policy_blocks_all")
    for where, key in zip((void, block, all_of_it), keys, strict=True):
        assert told(where, in_domain=False) == ("remedy.local_policy",)
        assert told(where, in_domain=None) == (f"remedy.{key}",)
        assert told(where, in_domain=True)[-1] == f"remedy.{key}"


def test_a_member_of_a_domain_gets_its_location_mended_first() -> None:
    domain, public = "Profile=Domain", {"profiles": ["domain", "public"]}
    rule_of_domain = f"{OPEN_80}|{domain}"

    def member(*local: str, networks: Any = (CAFE,)) -> Any:
        known = {"firewall": firewall(*local), "networks": networks, "attempt": TIMED_OUT}
        return ask(situation(**known, in_domain=True))

    def remedies(found: Any) -> list[tuple[str, bool]]:
        (cause,) = found.causes
        return [(each.text.key, each.task is not None) for each in cause.remedies]

    found = member(rule_of_domain)
    assert (found.verdict, kinds(found)) == (
        Verdict.HIDDEN_BY_PROFILE,
        ["rule_for_other_profile"],
    )
    assert remedies(found)[:2] == [("remedy.mend_location", False), ("remedy.deliberately", True)]
    assert "Restart-Service NlaSvc -Force" in msg(found)
    assert {"rule_id": "web"} | public in tasks(found)
    # A rule that blocks where everybody may be is no fault either.
    block = f"{OPEN_80.replace('Allow', 'Block').replace('Web', 'Closed')}|Profile=Public"
    assert remedies(member(OPEN_80, block))[0] == ("remedy.mend_location", False)
    # Where the same conditions hold everywhere, the location is not what is wrong.
    limited = f"{OPEN_80}|LUAuth=O:LSD:(A;;CC;;;S-1-5-21-1-2-3-500)|Security=Authenticate"
    assert not any(key.endswith("mend_location") for key, _task in remedies(member(limited)))
    # It is not for a PC without a domain, nor where the port is closed in the domain too.
    assert remedies(blocked(rule_of_domain))[0] == ("remedy.for_everybody", True)
    assert remedies(member())[0] == ("remedy.for_everybody", True)
    of_domain = Network(Profile.DOMAIN, name="corp.example")
    closed = member(f"{OPEN_80}|Profile=Public", networks=(of_domain,))
    assert remedies(closed)[0] == ("remedy.extend_profiles", True)


def test_a_third_party_firewall_that_lets_the_controller_in() -> None:
    assert blocked(products=[ACME], attempt=CONNECTED).verdict is Verdict.REACHABLE


def test_the_windows_service_is_restricted() -> None:
    restricted = f"Action=Block|App={HTTPD}|Name=Hardening"
    found = blocked(OPEN_80, configurable_service=[restricted])
    assert (found.verdict, kinds(found)) == (Verdict.BLOCKED, ["service_restricted"])
    assert tasks(found) == []


def test_a_firewall_that_could_not_be_read() -> None:
    unread = Firewall(FirewallStores(readable=False, problems=("No access.",)))
    for known in (unread, None):
        found = ask(situation(firewall=known, attempt=TIMED_OUT))
        assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["firewall_unknown"])
        assert ask(situation(firewall=known)).verdict is Verdict.UNKNOWN
        assert ask(situation(firewall=known, attempt=CONNECTED)).verdict is Verdict.REACHABLE


def test_a_stopped_firewall_service() -> None:
    found = ask(situation(stopped=("MpsSvc",), attempt=TIMED_OUT))
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["firewall_stopped"])
    assert "MpsSvc is stopped; start the services" in msg(found)
    assert ask(situation(stopped=("MpsSvc",), attempt=CONNECTED)).verdict is Verdict.REACHABLE


# -- several networks ----------------------------------------------------------------------------

PRIVATE_ONLY = OPEN_80 + "|Profile=Private"
BOTH = (OFFICE, CAFE)


def with_address(network: Network, address: str) -> Network:
    return replace(network, addresses=(address,))


def test_open_on_one_of_two_networks_and_the_controller_gets_through() -> None:
    found = blocked(PRIVATE_ONLY, networks=BOTH, attempt=CONNECTED)
    assert found.verdict is Verdict.REACHABLE
    assert [each.verdict.state.value for each in found.evidence.firewall] == ["allowed", "blocked"]


@pytest.mark.parametrize("attempt", [None, TIMED_OUT])
def test_open_on_one_of_two_networks_and_the_controller_does_not(attempt: object) -> None:
    found = blocked(PRIVATE_ONLY, networks=BOTH, attempt=attempt)
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["network_unknown"])
    assert "allowed: private network 'Office'; not allowed: public network 'Cafe'" in msg(found)
    assert tasks(found) == []


def test_only_the_network_that_the_controller_comes_in_by_counts() -> None:
    office, cafe = with_address(OFFICE, PC), with_address(CAFE, "203.0.113.9")
    assert blocked(PRIVATE_ONLY, networks=(office, cafe), attempt=None).verdict is (
        Verdict.REACHABLE
    )
    office, cafe = with_address(OFFICE, "203.0.113.9"), with_address(CAFE, PC)
    found = blocked(PRIVATE_ONLY, networks=(office, cafe))
    assert found.verdict is Verdict.HIDDEN_BY_PROFILE
    assert "'Cafe'" in msg(found)
    assert [each.decides for each in found.evidence.firewall] == [False, True]
    told = [render(each, "en") for each in found.remarks]
    assert "the controller comes by the public network 'Cafe', so that one decides" in told


def test_a_translated_address_leads_to_the_network_that_has_the_own_one() -> None:
    office, cafe = with_address(OFFICE, "10.0.0.4"), with_address(CAFE, "203.0.113.9")
    known = situation(firewall=firewall(PRIVATE_ONLY), networks=(office, cafe))
    found = {
        each: ask(replace(known, arrives=each)).verdict for each in ("10.0.0.4", "203.0.113.9")
    }
    assert found == {"10.0.0.4": Verdict.REACHABLE, "203.0.113.9": Verdict.HIDDEN_BY_PROFILE}


def test_an_adapter_whose_network_windows_does_not_list() -> None:
    own = (OwnAddress(parse_address("10.8.0.2"), 24, 20, "VPN"),)
    office = replace(with_address(OFFICE, PC), interface=12)
    others: dict[str, Any] = {"networks": (office,), "arrives": "10.8.0.2"}
    known = situation(firewall=firewall(PRIVATE_ONLY), attempt=None, **others)
    known = replace(known, snapshot=replace(known.snapshot, addresses=own))
    found = ask(known)
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["network_unidentified"])
    assert "the adapter 'VPN', which has 10.8.0.2" in msg(found)
    assert "allowed: private network; not allowed: domain network, public network" in msg(found)
    assert [each.decides for each in found.evidence.firewall] == [False, True, True, True]
    # What holds in each profile is certain.
    assert ask(replace(known, firewall=firewall(OPEN_80))).verdict is Verdict.REACHABLE


def test_of_two_networks_with_the_address_that_the_controller_uses_neither_is_taken() -> None:
    """As with one link-local address on two adapters, or one adapter in two networks."""
    own = (
        OwnAddress(parse_address("169.254.7.7"), 16, 12),
        OwnAddress(parse_address("169.254.7.7"), 16, 20),
    )
    listed = {"two adapters": (12, 20), "one adapter twice": (12, 12)}
    for office, cafe in listed.values():
        networks = [replace(OFFICE, interface=office), replace(CAFE, interface=cafe)]
        for order in (networks, networks[::-1]):
            known = situation(
                firewall=firewall(PRIVATE_ONLY),
                networks=joined(order, own),
                arrives="169.254.7.7",
                attempt=None,
            )
            known = replace(known, snapshot=replace(known.snapshot, addresses=own))
            found = ask(known)
            assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["network_unknown"])
            assert [each.decides for each in found.evidence.firewall] == [True, True]


def test_blocked_on_both_networks_one_task_opens_it_on_both() -> None:
    assert tasks(blocked(networks=BOTH)) == [NEW_RULE | {"profiles": ["private", "public"]}]


def test_where_the_networks_are_not_told_what_holds_for_all_profiles_is_said() -> None:
    assert blocked(OPEN_80, networks=(), attempt=None).verdict is Verdict.REACHABLE
    found = blocked(networks=())
    assert kinds(found) == ["no_rule"]
    assert tasks(found) == [NEW_RULE | {"profiles": ["any"]}]
    assert kinds(blocked(PRIVATE_ONLY, networks=())) == ["network_unidentified"]
    known = situation(firewall=firewall(PRIVATE_ONLY), networks=(), networks_known=False)
    assert kinds(ask(known)) == ["firewall_unknown"]
    assert blocked(PRIVATE_ONLY, networks=(), attempt=CONNECTED).verdict is Verdict.REACHABLE


# -- conditions ----------------------------------------------------------------------------------

LOCAL_SUBNET = OPEN_80 + "|RA4=LocalSubnet"


def test_a_condition_that_the_controller_seems_not_to_meet() -> None:
    found = blocked(LOCAL_SUBNET)
    assert (found.verdict, kinds(found)) == (Verdict.BLOCKED, ["condition_not_met"])
    assert "the rule 'Web' if the remote address is LocalSubnet" in msg(found)


def test_a_condition_that_nobody_has_tried() -> None:
    found = blocked(LOCAL_SUBNET, attempt=None)
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["condition_open"])


def test_a_condition_that_is_met() -> None:
    assert blocked(LOCAL_SUBNET, attempt=CONNECTED).verdict is Verdict.REACHABLE
    near = Network(Profile.PUBLIC, subnets=("198.51.100.0/24",), name="Cafe")
    found = blocked(LOCAL_SUBNET, networks=(near,), attempt=None)
    assert found.verdict is Verdict.REACHABLE
    assert "remark.limited" in {each.key for each in found.remarks}


def test_a_block_rule_for_others_is_no_cause() -> None:
    bad_guys = "Action=Block|Protocol=6|LPort=80|RA4=203.0.113.0/255.255.255.0|Name=Bad guys"
    assert blocked(OPEN_80, bad_guys, attempt=None).verdict is Verdict.REACHABLE


def test_a_program_whose_path_is_not_told_leaves_its_rule_open() -> None:
    known = situation(
        processes=[process(4312, "httpd.exe", None)],
        firewall=firewall(OPEN_80 + f"|App={HTTPD}"),
        attempt=TIMED_OUT,
    )
    assert kinds(ask(known)) == ["condition_not_met"]


# -- nobody listens yet --------------------------------------------------------------------------


def test_behind_a_program_that_is_not_there_the_firewall_waits() -> None:
    found = ask(situation(*NOTHING, firewall=firewall(), attempt=TIMED_OUT))
    assert kinds(found) == ["nothing_listens", "no_rule"]
    assert tasks(found) == [NEW_RULE]


def test_what_hangs_on_the_program_to_come_is_no_cause() -> None:
    known = situation(*NOTHING, firewall=firewall(f"Action=Allow|Protocol=6|App={HTTPD}|Name=A"))
    assert kinds(ask(known)) == ["nothing_listens"]
    known = situation(*NOTHING, firewall=firewall(OPEN_80, BLOCK_HTTPD))
    assert kinds(ask(known)) == ["nothing_listens"]


SVCHOST = r"C:\Windows\System32\svchost.exe"
HARDENED = f"Action=Block|App={SVCHOST}|Svc=PolicyAgent|Name=PolicyAgent-4"
ISOLATED = "Action=Block|AppPkgId=S-1-15-2-1|Name=App isolation"


def verdict_on(known: Any, **wanted: Any) -> tuple[str, str]:
    (found,) = ask(known, **wanted).evidence.firewall
    assert found.reach is not None
    return found.from_anywhere.state.value, found.reach.who.value


def test_what_windows_restricts_is_not_the_program_to_come() -> None:
    restricted = firewall(OPEN_80, static_service=[HARDENED], app_isolation=[ISOLATED])
    assert verdict_on(situation(*NOTHING, firewall=restricted)) == ("allowed", "everybody")
    for_some = firewall(f"{OPEN_80}|RA4=10.0.0.0/8", static_service=[HARDENED])
    found = ask(situation(*NOTHING, firewall=for_some, attempt=TIMED_OUT))
    assert kinds(found) == ["nothing_listens", "rule_for_other_remote"]


@pytest.mark.parametrize(
    ("opens", "state"),
    [
        # Such rules are for programs of Windows, which ask for no port of their own.
        (r"Action=Allow|App=%SystemRoot%\System32\RdpSa.exe|Name=A", "blocked"),
        (r"Action=Allow|App=C:\Windows\System32\svchost.exe|Svc=CDPSvc|Name=A", "blocked"),
        ("Action=Allow|AppPkgId=S-1-15-2-1|Name=A", "blocked"),
        # The service of this port is stopped, or the program of somebody else.
        (
            r"Action=Allow|Protocol=6|LPort=80|App=C:\Windows\System32\svchost.exe|Svc=Web|Name=A",
            "conditional",
        ),
        (f"Action=Allow|App={HTTPD}|Name=A", "conditional"),
        ("Action=Allow|Svc=Web|Name=A", "conditional"),
    ],
)
def test_what_opens_all_ports_to_programs_of_windows_is_for_none_to_come(
    opens: str, state: str
) -> None:
    known = situation(*NOTHING, firewall=firewall(opens), attempt=TIMED_OUT)
    assert verdict_on(known)[0] == state
    named = verdict_on(known, expected_process=(SVCHOST,))[0]
    assert named == ("conditional" if "Svc=" in opens else "blocked")
    blocked_too = ["no_rule"] if state == "blocked" else []
    assert kinds(ask(known)) == ["nothing_listens", *blocked_too]


def test_another_firewall_is_in_charge_of_the_program_to_come_whatever_rules_windows_has() -> None:
    for rules in ((), (r"Action=Allow|Protocol=6|App=C:\a.exe|Name=of a program",)):
        found = ask(situation(*NOTHING, firewall=firewall(*rules, products=[ACME])))
        assert kinds(found) == ["nothing_listens", "third_party_firewall"], rules
        (judged,) = found.evidence.firewall
        assert render(judged.verdict.phrase, "en") == (
            "overruled: another firewall is in charge: Acme Total Defence"
        )


def test_what_windows_restricts_is_so_once_it_listens_or_is_named() -> None:
    host = process(700, "svchost.exe", SVCHOST)
    one = firewall(OPEN_80, static_service=[HARDENED])
    for name, state in (("PolicyAgent", "blocked"), ("Dnscache", "allowed")):
        there = situation(
            listener(80, 700), processes=[host], services=[service(name, 700)], firewall=one
        )
        assert verdict_on(there)[0] == state
    # Nobody knows what a process is that Windows does not name.
    unread = situation(listener(80, None), firewall=one)
    assert verdict_on(unread) == ("conditional", "perhaps")
    whole = firewall(OPEN_80, static_service=[f"Action=Block|App={SVCHOST}|Name=All of them"])
    named = situation(*NOTHING, firewall=whole)
    assert verdict_on(named, expected_process=(SVCHOST,))[0] == "blocked"
    assert verdict_on(named)[0] == "allowed"
    # It may be the one service that an exception is for.
    but_one = f"Action=Allow|App={SVCHOST}|Svc=Dnscache|Name=But one"
    whole = firewall(
        OPEN_80, static_service=[f"Action=Block|App={SVCHOST}|Name=All of them", but_one]
    )
    named = situation(*NOTHING, firewall=whole)
    assert verdict_on(named, expected_process=(SVCHOST,)) == ("conditional", "perhaps")
    assert kinds(ask(named, expected_process=(SVCHOST,))) == ["nothing_listens"]


def test_a_program_to_come_that_is_known_by_its_path_is_judged() -> None:
    known = situation(*NOTHING, firewall=firewall(OPEN_80, BLOCK_HTTPD))
    assert kinds(ask(known, expected_process=(HTTPD,))) == ["nothing_listens", "block_rule"]


def test_for_a_port_that_should_be_free_the_firewall_does_not_matter() -> None:
    found = ask(situation(*NOTHING, firewall=firewall()), free=True)
    assert kinds(found) == ["nothing_listens"]


def test_a_listener_on_loopback_is_judged_as_if_it_were_not() -> None:
    known = situation(listener(80, 4312, "127.0.0.1"), firewall=firewall(), attempt=TIMED_OUT)
    assert kinds(ask(known)) == ["loopback_only", "no_rule"]


# -- contradictions ------------------------------------------------------------------------------


def test_connected_although_the_firewall_blocks() -> None:
    found = blocked(attempt=CONNECTED)
    assert (found.verdict, kinds(found)) == (Verdict.REACHABLE, [])
    assert remarks(found) == [
        "The controller has connected to TCP 80 although, by the rules that were read, the "
        "firewall blocks it on the public network 'Cafe': no rule decides, and the default action "
        "blocks it (the default of Windows)."
    ]


def test_a_firewall_that_is_off_is_remarked() -> None:
    found = blocked(settings={"enabled": Setting(False)}, attempt=CONNECTED)
    assert found.verdict is Verdict.REACHABLE
    assert [each.key for each in found.remarks] == ["remark.firewall_off"]


def test_a_rule_that_is_off_for_this_port_only_is_found_among_many() -> None:
    many = [rule(f"Action=Allow|Protocol=6|LPort={port}|Name=R{port}") for port in range(81, 400)]
    assert kinds(blocked(*many, rule(OPEN_80, active=False))) == ["rule_disabled"]
