# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts: on recorded hosts, in the order of Windows, and on the safe side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    Decider,
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    ConditionKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples
from unit.firewall.small_firewalls import PUBLIC, SVCHOST, WEB, ask, state, stores, verdict, web
from unit.rows import each_row

RPC_MAPPER = Listener(TCP, 135, program=SVCHOST, services=("RpcEptMapper", "RpcSs"))
OPEN, YES, NO = VerdictState.CONDITIONAL, VerdictState.ALLOWED, VerdictState.BLOCKED


# ------------------------------------------------------------------ recorded hosts


@pytest.mark.parametrize(
    ("name", "listener", "profile", "expected", "rule_id"),
    [
        (samples.WIN10_1903, Listener(TCP, 22, program=r"C:\Windows\System32\OpenSSH\sshd.exe",
         services=("sshd",)), PUBLIC, VerdictState.ALLOWED, "OpenSSH-Server-In-TCP"),
        # The same port held by another program is not what the rule lets through.
        (samples.WIN10_1903, Listener(TCP, 22, program=WEB, services=()), PUBLIC,
         VerdictState.BLOCKED, ""),
        (samples.WIN10_1903, Listener(TCP, 445, "::", "System", ()), PUBLIC, VerdictState.BLOCKED, ""),
        (samples.WIN10_1903, Listener(TCP, 5985, "::", "System", ()), Profile.DOMAIN,
         VerdictState.BLOCKED, ""),
        (samples.WIN10_1903, RPC_MAPPER,
         Profile.DOMAIN, VerdictState.ALLOWED, "RemoteAssistance-DCOM-In-TCP-NoScope-Active"),
        (samples.WIN10_1903, Listener(TCP, 5040, program=SVCHOST, services=("CDPSvc",)),
         Profile.PRIVATE, VerdictState.ALLOWED, "CDPSvc-In-TCP"),
        (samples.WIN10_1903, Listener(TCP, 5040, program=SVCHOST, services=("CDPSvc",)), PUBLIC,
         VerdictState.BLOCKED, ""),
        (samples.WIN10_1709, Listener(TCP, 7680, "::", SVCHOST, ("DoSvc",)), PUBLIC,
         VerdictState.ALLOWED, "DeliveryOptimization-TCP-In"),
        (samples.WIN7, Listener(TCP, 5681, program=WEB, services=()), Profile.DOMAIN,
         VerdictState.ALLOWED, "{"),
    ],
)  # fmt: skip
def test_recorded_hosts(
    name: str, listener: Listener, profile: Profile, expected: VerdictState, rule_id: str
) -> None:
    found = Firewall(samples.read(name)).verdict(listener, profile)
    assert found.state is expected
    if rule_id:
        assert found.decision.kind is Decider.RULE
        assert found.decision.rule_id.startswith(rule_id)
    else:
        assert (found.decision.kind, found.decision.origin) == (
            Decider.DEFAULT_ACTION,
            Origin.DEFAULT,
        )


def test_a_recorded_host_lets_its_own_subnet_in() -> None:
    firewall = Firewall(samples.read(samples.WIN10_1903))
    ssdp = Listener(UDP, 1900, "192.168.1.7", SVCHOST, ("SSDPSRV",))
    anywhere = firewall.verdict(ssdp, Profile.DOMAIN)
    assert anywhere.state is VerdictState.CONDITIONAL
    assert anywhere.allowed_from == ("LocalSubnet",)
    home = Network(Profile.DOMAIN, subnets=("192.168.1.0/24",))
    assert firewall.verdict(ssdp, home, "192.168.1.20").state is VerdictState.ALLOWED
    assert firewall.verdict(ssdp, home, "192.168.2.20").state is VerdictState.BLOCKED


def test_a_recorded_restriction_of_a_service() -> None:
    """The rules that ship with Windows keep the event log from everything but RPC."""
    host = samples.read(samples.WIN10_1903)
    opened = replace(
        host,
        rules={**host.rules, Store.LOCAL: stores("Action=Allow|Name=all").of(Store.LOCAL)},
    )
    log = Listener(TCP, 8080, program=SVCHOST, services=("EventLog",))
    found = Firewall(opened).verdict(log, PUBLIC)
    assert found.state is VerdictState.CONDITIONAL
    assert [each.rule_id for each in found.restricted_to] == ["Eventlog-1"]
    low = Firewall(opened).verdict(replace(log, port=80), PUBLIC)
    assert (low.state, low.decision.kind) == (VerdictState.BLOCKED, Decider.SERVICE_RESTRICTION)
    assert low.decision.store is Store.STATIC_SERVICE
    assert render(low.phrase, "en") == (
        "blocked: the block rule 'Block any traffic to EventLog' that restricts the service"
    )


def test_group_policy_on_a_recorded_host() -> None:
    firewall = Firewall(samples.read(samples.WIN10_1903, samples.GROUP_POLICY))
    ssh = Listener(TCP, 22, program=r"C:\Windows\System32\OpenSSH\sshd.exe", services=("sshd",))
    domain, private, public = (firewall.verdict(ssh, profile) for profile in Profile)
    # The local rule is void in the domain, counts at home, and public networks are shut.
    assert (domain.state, domain.void[0].rule_id) == (VerdictState.BLOCKED, "OpenSSH-Server-In-TCP")
    assert domain.void[0].path.endswith(r"WindowsFirewall\DomainProfile\AllowLocalPolicyMerge")
    assert domain.void[0].origin is Origin.GROUP_POLICY
    assert private.state is VerdictState.ALLOWED
    assert (public.state, public.decision.kind) == (VerdictState.BLOCKED, Decider.BLOCK_ALL_INBOUND)
    portal = replace(web, port=8085)
    assert firewall.verdict(portal, Profile.DOMAIN, "10.20.3.4").state is VerdictState.ALLOWED
    assert firewall.verdict(portal, Profile.DOMAIN, "10.21.3.4").state is VerdictState.BLOCKED
    assert firewall.verdict(portal, Profile.DOMAIN).allowed_from == ("10.20.0.0/16",)
    desktop = Listener(TCP, 3389, program=SVCHOST, services=("TermService",))
    bypassed = firewall.verdict(desktop, Profile.DOMAIN)
    assert bypassed.state is VerdictState.CONDITIONAL
    assert [each.rule_name for each in bypassed.requires] == ["Scanner"]
    assert bypassed.decision.rule_name == "Block remote desktop"
    blocked = firewall.verdict(desktop, Profile.PRIVATE)
    assert (blocked.state, blocked.decision.store) == (VerdictState.BLOCKED, Store.GROUP_POLICY)


# ------------------------------------------------------------------ the order of Windows

ALLOW = "Action=Allow|Protocol=6|LPort=8080|Name=open"
BLOCK = "Action=Block|Protocol=6|LPort=8080|Name=shut"
BYPASS = "Action=ByPass|Protocol=6|LPort=8080|Name=trusted|RMAuth=O:LSD:|Security=Authenticate"


def test_without_a_rule_the_default_action_decides() -> None:
    found = ask()
    assert (found.state, found.decision.kind) == (VerdictState.BLOCKED, Decider.DEFAULT_ACTION)
    opened = ask(settings={"default_inbound": Setting(Action.ALLOW, Origin.LOCAL, "KEY\\NAME")})
    assert (opened.state, opened.decision.origin) == (VerdictState.ALLOWED, Origin.LOCAL)
    assert render(opened.phrase, "en") == (
        "allowed: no rule decides, and the default action allows it (set locally)"
    )


def test_an_allow_rule_opens_and_a_block_rule_goes_before_it() -> None:
    assert state(ALLOW) is VerdictState.ALLOWED
    for order in ((ALLOW, BLOCK), (BLOCK, ALLOW)):
        found = ask(*order)
        assert (found.state, found.decision.rule_id) == (VerdictState.BLOCKED, "shut")
    assert state(ALLOW, group_policy=(BLOCK,)) is VerdictState.BLOCKED
    assert state(BLOCK, group_policy=(ALLOW,)) is VerdictState.BLOCKED
    assert state(ALLOW, mdm=(BLOCK,)) is VerdictState.BLOCKED


def test_an_authenticated_bypass_goes_before_block_rules() -> None:
    found = ask(BLOCK, BYPASS)
    assert found.state is VerdictState.CONDITIONAL
    assert found.decision.rule_id == "shut"
    assert {each.kind for each in found.requires[0].conditions} == {
        ConditionKind.AUTHENTICATION,
        ConditionKind.REMOTE_ACCOUNT,
    }
    assert state("Action=ByPass|Name=incomplete") is VerdictState.CONDITIONAL


def test_all_inbound_traffic_blocked_and_the_firewall_off() -> None:
    shield = {"block_all_inbound": Setting(True, Origin.GROUP_POLICY)}
    found = ask(ALLOW, BYPASS, settings=shield)
    assert (found.state, found.decision.kind) == (VerdictState.BLOCKED, Decider.BLOCK_ALL_INBOUND)
    off = {"enabled": Setting(False, Origin.LOCAL)}
    found = ask(BLOCK, settings=off | shield)
    assert (found.state, found.decision.kind) == (VerdictState.ALLOWED, Decider.FIREWALL_OFF)
    assert (
        render(found.phrase, "en") == "allowed: the firewall is off in this profile (set locally)"
    )


def test_a_rule_counts_in_its_profiles_only() -> None:
    firewall = Firewall(
        stores(ALLOW + "|Profile=Domain|Profile=Private", BLOCK + "|Profile=Domain")
    )
    assert [firewall.verdict(web, each).state for each in Profile] == [
        VerdictState.BLOCKED,
        VerdictState.ALLOWED,
        VerdictState.BLOCKED,
    ]


def test_disabled_and_outbound_rules_do_not_count() -> None:
    switched_off = rule_text.parse("x", f"v2.30|Active=FALSE|Dir=In|{ALLOW}|")
    missing = rule_text.parse("y", f"v2.30|Dir=In|{ALLOW}|")
    outbound = rule_text.parse("z", f"v2.30|Active=TRUE|Dir=Out|{ALLOW}|")
    host = replace(stores(), rules={Store.LOCAL: (switched_off, missing, outbound)})
    assert Firewall(host).verdict(web, PUBLIC).state is VerdictState.BLOCKED


def test_a_rule_that_is_none_by_the_grammar_is_not_relied_on() -> None:
    for text in (
        "v2.30|Active=TRUE|Dir=In|",
        "v2.30|Active=TRUE|Action=Block|",
        "v3.0|Active=TRUE|",
    ):
        rule = rule_text.parse("odd", text)
        opened = stores("Action=Allow")
        host = replace(opened, rules={**opened.rules, Store.MDM: (rule,)})
        assert Firewall(host).verdict(web, PUBLIC).state is OPEN


def test_loopback_is_not_filtered() -> None:
    for address in ("127.0.0.1", "127.9.9.9", "::1"):
        found = verdict(replace(web, local_address=address), PUBLIC, "any", BLOCK)
        assert (found.state, found.decision.kind) == (VerdictState.ALLOWED, Decider.LOOPBACK)
    assert verdict(web, PUBLIC, "127.0.0.1", BLOCK).state is VerdictState.ALLOWED


# ------------------------------------------------------------------ policies over local rules


@each_row(
    ("setting", "text", "void"),
    [
        ("local_rules", ALLOW, True),
        ("local_port_rules", ALLOW, True),
        ("local_port_rules", "Action=Allow|Protocol=6|LPort2_10=8000-8100|Name=open", True),
        ("local_port_rules", "Action=Allow|Protocol=6|LPort=8080|LPort=8081|Name=open", False),
        ("local_port_rules", f"Action=Allow|Protocol=6|LPort=8080|App={WEB}|Name=open", False),
        ("local_port_rules", f"Action=Allow|Protocol=6|App={WEB}|Name=open", False),
        ("local_application_rules", f"Action=Allow|Protocol=6|App={WEB}|Name=open", True),
        ("local_application_rules", f"Action=Allow|App={WEB}|Name=open", False),
        ("local_application_rules", ALLOW, False),
    ],
)
def test_a_policy_makes_local_rules_void(setting: str, text: str, void: bool) -> None:
    off = {setting: Setting(False, Origin.GROUP_POLICY, "KEY\\Merge")}
    found = ask(text, settings=off)
    if void:
        assert found.state is VerdictState.BLOCKED
        assert [(each.rule_name, each.path) for each in found.void] == [("open", "KEY\\Merge")]
    else:
        assert (found.state, found.void) == (VerdictState.ALLOWED, ())
    # Rules of the policy itself stay.
    assert state(text, settings=off, group_policy=(ALLOW,)) is VerdictState.ALLOWED


def test_void_block_rules_do_not_block() -> None:
    off = {"local_rules": Setting(False, Origin.GROUP_POLICY)}
    assert state(BLOCK, settings=off, group_policy=(ALLOW,)) is VerdictState.ALLOWED


def test_a_local_rule_with_the_id_of_a_policy_rule_is_not_relied_on() -> None:
    host = stores(ALLOW, group_policy=("Action=Allow|Protocol=17|LPort=1|Name=OPEN",))
    found = Firewall(host).verdict(web, PUBLIC)
    assert found.state is VerdictState.CONDITIONAL
    assert [each.kind for each in found.requires[0].conditions] == [ConditionKind.SAME_ID]


def test_a_firewall_of_another_maker_overrules() -> None:
    others = (
        FirewallProduct("Guard", 0x41000),
        FirewallProduct("Asleep", 0x40000),
        FirewallProduct("Windows Firewall", 0x1100),
        FirewallProduct("Silent", None),
    )
    found = Firewall(stores(ALLOW), products=others).verdict(web, PUBLIC)
    assert found.state is VerdictState.OVERRULED
    assert found.products == ("Guard", "Silent")
    assert render(found.phrase, "en") == "overruled: another firewall is in charge: Guard, Silent"
    asleep = Firewall(stores(ALLOW), products=others[1:3]).verdict(web, PUBLIC)
    assert asleep.state is VerdictState.ALLOWED


def test_adapters_without_firewall() -> None:
    guid = "{AAAAAAAA-0000-0000-0000-000000000001}"
    off = {"disabled_interfaces": Setting(frozenset({guid}), Origin.LOCAL)}
    firewall = Firewall(stores(settings=off))
    assert firewall.verdict(web, Network(PUBLIC, interface_id=guid.lower())).decision.kind is (
        Decider.INTERFACE_OFF
    )
    other = Network(PUBLIC, interface_id="{BBBBBBBB-0000-0000-0000-000000000001}")
    assert firewall.verdict(web, other).state is VerdictState.BLOCKED
    assert firewall.verdict(web, PUBLIC).state is VerdictState.CONDITIONAL


def test_what_can_not_be_read_is_unknown() -> None:
    host = replace(stores(), readable=False, problems=("No store.",))
    found = Firewall(host).verdict(web, PUBLIC)
    assert (found.state, render(found.phrase, "en")) == (VerdictState.UNKNOWN, "unknown: No store.")
    nowhere = verdict(replace(web, local_address="10.0.0.1"), PUBLIC, "fe80::1", ALLOW)
    assert (nowhere.state, nowhere.decision.kind) == (VerdictState.UNKNOWN, Decider.IMPOSSIBLE)
    assert verdict(web, PUBLIC, "not an address", ALLOW).state is VerdictState.UNKNOWN


def test_restrictions_of_services() -> None:
    only_rpc = (
        "Action=Allow|Protocol=6|LPort=8080|App=%SystemRoot%\\System32\\svchost.exe|Svc=a",
        "Action=Block|App=%SystemRoot%\\System32\\svchost.exe|Svc=a|Name=no",
    )
    one = Listener(TCP, 8080, program=SVCHOST, services=("a",))

    def found(listener: Listener, *local: str, **others: Any) -> VerdictState:
        return verdict(listener, PUBLIC, "any", *local, static_service=only_rpc, **others).state

    # Let through by the restriction is not yet allowed by the firewall.
    assert found(one) is NO
    assert found(one, "Action=Allow") is YES
    assert found(replace(one, port=81), "Action=Allow") is NO
    # Of two services in one process it isn't known which one listens.
    assert found(replace(one, port=81, services=("a", "b")), "Action=Allow") is OPEN
    assert found(replace(one, port=81, services=("b",)), "Action=Allow") is YES
    # Sources disagree on whether restrictions stay when the firewall is off.
    off = {"enabled": Setting(False, Origin.LOCAL)}
    assert found(replace(one, port=81), settings=off) is OPEN
    assert found(one, settings=off) is YES


def test_rules_of_the_restricting_stores_need_no_active_field() -> None:
    block = rule_text.parse("b", f"v2.0|Action=Block|Dir=in|App={SVCHOST}|Svc=a|Name=n|")
    off = rule_text.parse("b", f"v2.0|Action=Block|Active=FALSE|Dir=in|App={SVCHOST}|Svc=a|")
    opened = stores("Action=Allow")
    listener = Listener(TCP, 8080, program=SVCHOST, services=("a",))
    for rule, expected in ((block, NO), (off, YES)):
        host = replace(opened, rules={**opened.rules, Store.STATIC_SERVICE: (rule,)})
        assert Firewall(host).verdict(listener, PUBLIC).state is expected


def test_settings_of_mdm_count_only_where_all_sources_agree_on_the_answer() -> None:
    off = ProfileSettings(enabled=Setting(False, Origin.MDM))
    host = replace(stores(), contested={PUBLIC: off})
    found = Firewall(host).verdict(web, PUBLIC)
    assert found.state is VerdictState.CONDITIONAL
    assert render(found.phrase, "en") == (
        "conditional: allowed by the firewall's settings if the key Mdm\\StandardProfile of device "
        "management (MDM) is the one for this profile; otherwise no rule decides, and the default "
        "action blocks it (the default of Windows)"
    )
    swapped = stores(settings={"enabled": Setting(False, Origin.MDM)})
    found = Firewall(replace(swapped, contested={PUBLIC: ProfileSettings()})).verdict(web, PUBLIC)
    assert found.state is VerdictState.CONDITIONAL
    assert [each.conditions[0].text for each in found.requires] == ["Mdm\\PublicProfile"]
    # A rule that is void in one reading only.
    void = ProfileSettings(local_rules=Setting(False, Origin.MDM))
    rule = stores("Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/8")
    half = Firewall(replace(rule, contested={PUBLIC: void}))
    assert half.verdict(web, PUBLIC, "10.1.1.1").state is VerdictState.CONDITIONAL
    assert half.voided_by(rule.of(Store.LOCAL)[0], PUBLIC) is None
    # Whichever it is, the port is open.
    allowed = replace(stores("Action=Allow|Protocol=6|LPort=8080"), contested={PUBLIC: off})
    assert Firewall(allowed).verdict(web, PUBLIC).state is VerdictState.ALLOWED
    assert Firewall(host).verdict(web, Profile.PRIVATE).state is VerdictState.BLOCKED
