# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts on outbound traffic: the same firewall with local and remote exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    matching,
    traffic,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    Decider,
    ProfileVerdict,
    VerdictState,
    is_about_program,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    ConditionKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.rule_index import (
    RuleIndex,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
    Sender,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.besides_rules import (
    security_rule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV4,
    TCP,
    UDP,
    Action,
    InterfaceType,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples
from unit.firewall.small_firewalls import PUBLIC, SVCHOST, WEB, stores
from unit.rows import each_row

YES, NO, OPEN = VerdictState.ALLOWED, VerdictState.BLOCKED, VerdictState.CONDITIONAL

app = Sender(TCP, 5432, program=WEB, services=(), packaged=False)
SHUT = Setting(Action.BLOCK, Origin.GROUP_POLICY, "KEY\\DefaultOutboundAction")
SHUT_OUT = {"default_outbound": SHUT}


def ask(
    *local: str,
    sender: Sender = app,
    network: Network | Profile = PUBLIC,
    remote: str = "10.0.0.9",
    **others: Any,
) -> ProfileVerdict:
    """The verdict on outbound traffic with these outbound rules."""
    return Firewall(stores(*local, direction="Out", **others)).outbound(sender, network, remote)


def state(*local: str, **others: Any) -> VerdictState:
    return ask(*local, **others).state


# ------------------------------------------------------------------ recorded hosts


def test_a_recorded_host_lets_programs_out_but_not_services_that_have_no_business_there() -> None:
    firewall = Firewall(samples.read(samples.WIN10_1903))
    found = firewall.outbound(app, Profile.DOMAIN, "10.0.0.9")
    assert (found.state, found.decision.kind) == (YES, Decider.DEFAULT_ACTION)
    assert found.decision.origin is Origin.DEFAULT
    log = Sender(TCP, 5432, SVCHOST, ("EventLog",))
    found = firewall.outbound(log, Profile.DOMAIN, "10.0.0.9")
    assert (found.state, found.decision.kind) == (NO, Decider.SERVICE_RESTRICTION)
    assert render(found.phrase, "en") == (
        "blocked: the outbound block rule 'Block any traffic from EventLog' that restricts the "
        "service"
    )
    # Rules of the restricting stores let the DNS client ask servers, and nothing else.
    time = Sender(UDP, 123, SVCHOST, ("W32Time",))
    assert firewall.outbound(time, Profile.DOMAIN, "10.0.0.9").state is YES


def test_an_unknown_program_is_let_out_unless_it_is_one_of_a_few() -> None:
    firewall = Firewall(samples.read(samples.WIN10_1903))
    found = firewall.outbound(Sender(TCP, 443, services=()), PUBLIC, "192.0.2.7")
    assert (found.state, found.requires, found.restricted_to) == (OPEN, (), ())
    assert all(is_about_program(each.conditions) for each in found.unless)
    shut = ask(f"Action=Allow|App={WEB}", sender=Sender(TCP, 443), settings=SHUT_OUT)
    assert (shut.state, len(shut.requires)) == (OPEN, 1)


def test_group_policy_on_a_recorded_host_leaves_outbound_traffic_alone() -> None:
    """It blocks all inbound traffic on public networks, and voids local rules in the domain."""
    firewall = Firewall(samples.read(samples.WIN10_1903, samples.GROUP_POLICY))
    assert firewall.verdict(Listener(TCP, 5432), PUBLIC).decision.kind is Decider.BLOCK_ALL_INBOUND
    assert [firewall.outbound(app, each, "10.0.0.9").state for each in Profile] == [YES] * 3


# ------------------------------------------------------------------ the order of Windows

ALLOW = "Action=Allow|Protocol=6|RPort=5432|Name=open"
BLOCK = "Action=Block|Protocol=6|RPort=5432|Name=shut"
BYPASS = f"{ALLOW}ed|Security=Authenticate|AuthByPassOut=TRUE"


def test_without_a_rule_the_default_outbound_action_decides() -> None:
    found = ask(settings={"default_inbound": Setting(Action.BLOCK, Origin.LOCAL)})
    assert render(found.phrase, "en") == (
        "allowed: no rule decides, and the default outbound action allows it (the default of "
        "Windows)"
    )
    found = ask(settings=SHUT_OUT | {"default_inbound": Setting(Action.ALLOW, Origin.LOCAL)})
    assert (found.state, found.decision.path) == (NO, "KEY\\DefaultOutboundAction")
    assert render(found.phrase, "ja") == (
        "ブロック: 一致する規則がないため、送信の既定の動作でブロックされます "
        "(グループ ポリシーで設定)"
    )


def test_a_block_rule_goes_before_an_allow_rule_and_a_bypass_before_both() -> None:
    assert state(ALLOW, settings=SHUT_OUT) is YES
    for order in ((ALLOW, BLOCK), (BLOCK, ALLOW)):
        found = ask(*order, settings=SHUT_OUT)
        assert (found.state, found.decision.rule_id) == (NO, "shut")
    found = ask(ALLOW, group_policy=(BLOCK,))
    assert render(found.phrase, "en") == ("blocked: the outbound block rule 'shut' of Group Policy")
    assert render(found.phrase, "ja") == (
        "ブロック: グループ ポリシーの送信のブロックの規則「shut」が適用されます"
    )
    # An outbound bypass is an allow rule with a flag ([MS-FASP] 2.2.35).
    found = ask(BLOCK, BYPASS)
    assert (found.state, [each.rule_id for each in found.requires]) == (OPEN, ["opened"])
    assert {each.kind for each in found.requires[0].conditions} == {ConditionKind.AUTHENTICATION}
    assert state(BLOCK, f"{ALLOW}|Security=Authenticate") is NO
    # What needs IPsec is blocked without it, even where the default action allows it.
    assert state(f"{ALLOW}|Security=Authenticate") is OPEN


def test_rules_and_settings_of_inbound_traffic_do_not_count() -> None:
    shield = {"block_all_inbound": Setting(True, Origin.GROUP_POLICY)}
    assert state(settings=shield) is YES
    inbound = stores("Action=Block", "Action=Block|Protocol=6|RPort=5432")
    assert Firewall(inbound).outbound(app, PUBLIC, "10.0.0.9").state is YES
    assert Firewall(inbound).verdict(Listener(TCP, 80), PUBLIC).state is NO
    for active in ("Active=FALSE|", ""):
        off = parse("x", f"v2.30|{active}Dir=Out|{BLOCK}|")
        host = replace(stores(), rules={Store.LOCAL: (off,)})
        assert Firewall(host).outbound(app, PUBLIC, "10.0.0.9").state is YES
    # A rule without a direction breaks the grammar, and may be one for either.
    either = replace(stores(), rules={Store.LOCAL: (parse("x", f"v2.30|Active=TRUE|{BLOCK}|"),)})
    assert Firewall(either).outbound(app, PUBLIC, "10.0.0.9").state is OPEN


def test_the_firewall_off_and_adapters_without_it() -> None:
    found = ask(BLOCK, settings=SHUT_OUT | {"enabled": Setting(False, Origin.LOCAL)})
    assert (found.state, found.decision.kind) == (YES, Decider.FIREWALL_OFF)
    guid = "{AAAAAAAA-0000-0000-0000-000000000001}"
    off = {"disabled_interfaces": Setting(frozenset({guid}), Origin.LOCAL)}
    found = ask(BLOCK, network=Network(PUBLIC, interface_id=guid.lower()), settings=off)
    assert (found.state, found.decision.kind) == (YES, Decider.INTERFACE_OFF)
    other = Network(PUBLIC, interface_id="{BBBBBBBB-0000-0000-0000-000000000001}")
    assert state(BLOCK, network=other, settings=off) is NO
    assert state(BLOCK, settings=off) is OPEN


def test_a_rule_counts_in_its_profiles_only() -> None:
    firewall = Firewall(stores(f"{BLOCK}|Profile=Domain", direction="Out"))
    states = [firewall.outbound(app, each, "10.0.0.9").state for each in Profile]
    assert states == [NO, YES, YES]


def test_a_firewall_of_another_maker_overrules_and_what_can_not_be_read_is_unknown() -> None:
    other = (FirewallProduct("Guard", 0x41000),)
    found = Firewall(stores(), products=other).outbound(app, PUBLIC, "10.0.0.9")
    assert (found.state, found.products) == (VerdictState.OVERRULED, ("Guard",))
    host = replace(stores(), readable=False, problems=("No store.",))
    assert Firewall(host).outbound(app, PUBLIC, "10.0.0.9").state is VerdictState.UNKNOWN


def test_settings_of_mdm_count_only_where_all_sources_agree_on_the_answer() -> None:
    contested = {PUBLIC: ProfileSettings(default_outbound=Setting(Action.BLOCK, Origin.MDM))}
    host = replace(stores(), contested=contested)
    found = Firewall(host).outbound(app, PUBLIC, "10.0.0.9")
    assert (found.state, found.depends_on_mdm) == (OPEN, True)
    opened = replace(stores(ALLOW, direction="Out"), contested=contested)
    assert Firewall(opened).outbound(app, PUBLIC, "10.0.0.9").state is YES


@each_row(
    ("sender", "remote"),
    [
        (app, "not an address"),
        (app, "10.0.0.9/8"),
        (app, ""),
        (replace(app, local_address="10.0.0.5"), "fe80::1"),
        (replace(app, local_address="fe80::5"), "10.0.0.9"),
        (replace(app, local_address="?"), "10.0.0.9"),
        (replace(app, local_address="?"), "any"),
        (Sender(ICMPV4, None), "fe80::1"),
        (Sender(ICMPV4, None, local_address="?"), "any"),
        (Sender(ICMPV4, None, local_address="fe80::5"), "any"),
        (Sender(ICMPV4, None, local_address="fe80::5"), "10.0.0.9"),
    ],
)
def test_what_can_not_be_asked_is_unknown(sender: Sender, remote: str) -> None:
    found = ask(sender=sender, remote=remote)
    assert (found.state, found.decision.kind) == (VerdictState.UNKNOWN, Decider.IMPOSSIBLE)
    assert render(found.phrase, "ja")


def test_loopback_is_not_filtered() -> None:
    for remote in ("127.0.0.1", "::1"):
        assert ask("Action=Block", remote=remote).decision.kind is Decider.LOOPBACK


# ------------------------------------------------------------------ policies over local rules


@each_row(
    ("setting", "text", "void"),
    [
        ("local_rules", BLOCK, True),
        # A program without local ports is what [MS-FASP] 2.2.38 calls an authorized application,
        # whatever the direction.
        (
            "local_application_rules",
            f"Action=Block|Protocol=6|App={WEB}|RPort=5432|Name=shut",
            True,
        ),
        ("local_application_rules", f"Action=Block|App={WEB}|Name=shut", False),
        ("local_application_rules", BLOCK, False),
        ("local_port_rules", BLOCK, False),
        ("local_port_rules", "Action=Block|Protocol=6|LPort2_10=1-65535|Name=shut", True),
    ],
)
def test_a_policy_makes_local_rules_void(setting: str, text: str, void: bool) -> None:
    off = {setting: Setting(False, Origin.GROUP_POLICY, "KEY\\Merge")}
    found = ask(text, settings=off)
    assert found.state is (YES if void else NO)
    names = [(each.rule_name, each.path) for each in found.void]
    assert names == ([("shut", "KEY\\Merge")] if void else [])
    assert state(settings=off, group_policy=(BLOCK,)) is NO


# ------------------------------------------------------------------ conditions of rules

HOME = Network(
    PUBLIC,
    InterfaceType.LAN,
    interface_id="{AAAAAAAA-0000-0000-0000-000000000001}",
    addresses=("10.0.0.5", "fe80::5"),
    subnets=("10.0.0.0/24", "fe80::/64"),
)
DIAL = Sender(UDP, 67, SVCHOST, ("Dhcp",), local_port=68)


@each_row(
    ("text", "expected"),
    [
        ("Protocol=6", NO),
        ("Protocol=17", YES),
        ("Protocol=6|RPort=5432", NO),
        ("Protocol=6|RPort2_10=5000-6000", NO),
        ("Protocol=6|RPort=5433", YES),
        # The port of the client is chosen by Windows.
        ("Protocol=6|LPort=5432", OPEN),
        ("Protocol=6|LPort2_10=1-65535", NO),
        ("Protocol=6|RPort=5433|LPort=5432", YES),
        ("Protocol=6|LPort=RPC", OPEN),
        # Who can say which port is meant blocks it perhaps.
        ("Protocol=6|RPort2_10=IPHTTPSOut", OPEN),
        (f"App={WEB}", NO),
        (f"App={SVCHOST}", YES),
        ("Svc=a", YES),
        ("Svc=*", YES),
        ("AppPkgId=S-1-15-2-1", YES),
        ("LUAuth=O:LSD:(A;;CC;;;WD)", OPEN),
        ("RA4=10.0.0.0/255.255.255.0", NO),
        ("RA4=10.0.0.9", NO),
        ("RA4=10.0.1.0/255.255.255.0", YES),
        ("RA6=fe80::/64", YES),
        ("RA4=LocalSubnet", NO),
        ("RA4=DNS", OPEN),
        ("RA42=IntErnet", OPEN),
        ("LA4=10.0.0.5", NO),
        ("LA4=10.0.0.6", YES),
        ("IFType=Lan", NO),
        ("IFType=Wireless", YES),
        ("IF={AAAAAAAA-0000-0000-0000-000000000001}", NO),
        ("IF={BBBBBBBB-0000-0000-0000-000000000001}", YES),
        ("Protocol=6|RPort=5432|LOM=TRUE", NO),
        ("Protocol=6|RPort=5433|LOM=TRUE", YES),
        ("LSM=TRUE", NO),
        ("Later2_40=1", OPEN),
    ],
)
def test_which_outbound_traffic_a_block_rule_is_about(text: str, expected: VerdictState) -> None:
    assert state(f"Action=Block|{text}", network=HOME) is expected


@each_row(
    ("text", "sender", "remote", "expected"),
    [
        ("Protocol=6|RPort2_10=IPHTTPSOut", app, "10.0.0.9", NO),
        ("Protocol=6|RPort2_10=IPTLSOut", replace(app, remote_port=443), "10.0.0.9", OPEN),
        ("Protocol=6|RPort=443|LOM=TRUE", app, "10.0.0.9", OPEN),
        ("Protocol=6|RPort=5432|RA4=10.0.0.1|LOM=TRUE", app, "10.0.0.9", OPEN),
        ("Protocol=17|LPort=68|RPort=67|App=%SystemRoot%\\system32\\svchost.exe|Svc=dhcp", DIAL,
         "10.0.0.1", YES),
        ("Protocol=17|LPort=69|RPort=67", DIAL, "10.0.0.1", NO),
        ("TTK2_22=WFDDevices|Protocol=6", app, "10.0.0.9", NO),
        ("Protocol=1|ICMP4=8:*", Sender(ICMPV4, None, icmp=(8, 0)), "10.0.0.9", YES),
        ("Protocol=1|ICMP4=0:*", Sender(ICMPV4, None, icmp=(8, 0)), "10.0.0.9", NO),
        ("Protocol=1|ICMP4=8:*", Sender(ICMPV4, None), "10.0.0.9", OPEN),
        # Traffic without ports matches no rule that names one.
        ("Protocol=6|LPort=5", Sender(TCP, None), "10.0.0.9", NO),
        ("Protocol=6|RPort=5", Sender(TCP, None), "10.0.0.9", NO),
        ("RA4=10.0.0.0/255.0.0.0", app, "any", OPEN),
        ("RA4=0.0.0.0-255.255.255.255", app, "any", OPEN),
        ("RA4=0.0.0.0-255.255.255.255", replace(app, local_address="10.0.0.5"), "any", YES),
        ("LA4=10.0.0.5", replace(app, local_address="10.0.0.5"), "10.0.0.9", YES),
        ("LA4=10.0.0.5", replace(app, local_address="0.0.0.0"), "10.0.0.9", OPEN),
        ("LA4=10.0.0.5", replace(app, local_address="10.0.0.6"), "10.0.0.9", NO),
        ("Svc=Dhcp", replace(DIAL, services=None, program=None), "10.0.0.1", OPEN),
        ("AppPkgId=S-1-15-2-1", Sender(TCP, 80), "10.0.0.9", OPEN),
    ],
)  # fmt: skip
def test_which_outbound_traffic_an_allow_rule_is_about(
    text: str, sender: Sender, remote: str, expected: VerdictState
) -> None:
    found = ask(f"Action=Allow|{text}", sender=sender, remote=remote, settings=SHUT_OUT)
    assert found.state is expected


def test_traffic_to_anywhere_is_that_of_each_family_that_the_host_has() -> None:
    shut = "Action=Block|RA4=0.0.0.0-255.255.255.255|Name=shut"
    only_ipv4 = replace(HOME, addresses=("10.0.0.5",))
    assert state(shut, network=only_ipv4, remote="any") is NO
    found = ask(shut, network=HOME, remote="any")
    assert found.state is OPEN
    assert [each.kind for each in found.requires[0].conditions] == [ConditionKind.FAMILY]
    assert state(shut, network=HOME, remote="fe80::9%12") is YES


def test_restrictions_of_services() -> None:
    only_ldap = (
        "Action=Allow|Protocol=6|RPort=389|App=%SystemRoot%\\System32\\svchost.exe|Svc=a",
        "Action=Block|App=%SystemRoot%\\System32\\svchost.exe|Svc=a|Name=no",
    )
    one = Sender(TCP, 389, SVCHOST, ("a",))

    def found(sender: Sender, **others: Any) -> VerdictState:
        return state(sender=sender, static_service=only_ldap, **others)

    assert found(one) is YES
    # Let through by the restriction is not yet allowed by the firewall.
    assert found(one, settings=SHUT_OUT) is NO
    assert found(replace(one, remote_port=80)) is NO
    assert found(replace(one, remote_port=80, services=("a", "b"))) is OPEN
    assert found(replace(one, remote_port=80, services=("b",))) is YES
    off = {"enabled": Setting(False, Origin.LOCAL)}
    assert found(replace(one, remote_port=80), settings=off) is OPEN


# ------------------------------------------------------------------ connection security rules


def secured(text: str, sender: Sender = app, **settings: Any) -> VerdictState:
    rule = security_rule("s", f"v2.31|Active=TRUE|Name=Isolation|{text}|")
    host = replace(stores(settings=settings), security={Store.LOCAL: (rule,)})
    return Firewall(host).outbound(sender, HOME, "10.0.0.9").state


@each_row(
    ("text", "expected"),
    [
        ("Action=Secure", OPEN),
        # Only inbound traffic has to be authenticated; outbound traffic is if it can be.
        ("Action=SecureServer", YES),
        ("Action=Boundary", YES),
        ("Action=DoNotSecure", YES),
        ("Action=Secure|Protocol=17", YES),
        # A port is that of the server, whichever end it is written for.
        ("Action=Secure|Protocol=6|EP2Port=5432", OPEN),
        ("Action=Secure|Protocol=6|EP1Port=5432", OPEN),
        ("Action=Secure|Protocol=6|EP2Port=80", YES),
        ("Action=Secure|EP2_4=10.0.0.0/24", OPEN),
        ("Action=Secure|EP2_4=10.1.0.0/16", YES),
    ],
)
def test_traffic_that_has_to_be_authenticated(text: str, expected: VerdictState) -> None:
    assert secured(text) is expected


def test_a_demand_on_outbound_traffic_that_does_not_count() -> None:
    ours = Setting(False, Origin.GROUP_POLICY)
    assert secured("Action=Secure", local_security_rules=ours) is YES
    assert secured("Action=Secure", enabled=ours) is YES
    assert secured("Action=Secure", default_outbound=SHUT) is NO


# ------------------------------------------------------------------ what holds for every firewall

CONDITIONS = (
    *("Protocol=6", "Protocol=17", "Protocol=1", "Protocol=6|RPort=80", "Protocol=6|RPort=8080"),
    *("Protocol=6|RPort2_10=1-65535", "Protocol=17|RPort=5353", "Protocol=6|RPort2_10=IPHTTPSOut"),
    *("Protocol=6|LPort=5000", "RPort=80", "Protocol=1000", "Profile=Domain", "Profile=Public"),
    *(f"App={WEB}", "App=System", f"App={SVCHOST}", r"App=%X%\web.exe", r"App=C:\PROGRA~1\x.exe"),
    *("Svc=a", "Svc=*", "Svc=b", "AppPkgId=S-1-15-2-1", "PFN=x", "LUAuth=O:LSD:", "LUOwn=S-1-1-0"),
    *("RA4=10.0.0.0/255.0.0.0", "RA4=LocalSubnet", "RA42=IntErnet", "RA6=fe80::/64", "RA4=host"),
    *("RA6=LocalSubnet", "LA4=10.0.0.5", "LA6=fe80::5", "LA4=10.0.0.6", "IFType=Lan"),
    *("Security=Authenticate", "Security=Authenticate|AuthByPassOut=TRUE", "TTK=Proximity"),
    *("NNm=x", "Later2_40=1", "Platform=2:6:2|Platform2=GTEQ", "LSM=TRUE", "LOM=TRUE"),
    *("Action=Perhaps", "IF={AAAAAAAA-0000-0000-0000-000000000001}", "SkipVer=2.29"),
)


def outbound(action: Action) -> st.SearchStrategy[FirewallRule]:
    """Enabled rules with up to three conditions of any kind."""
    return st.lists(st.sampled_from(CONDITIONS), max_size=3).map(
        lambda some: parse(
            "", "|".join(["v2.30|Dir=Out|Active=TRUE", f"Action={action.value}", *some])
        )
    )


any_outbound = st.sampled_from(Action).flatmap(outbound)
rule_lists = st.lists(any_outbound, max_size=4)
senders = st.builds(
    Sender,
    protocol=st.sampled_from([TCP, UDP]),
    remote_port=st.sampled_from([80, 443, 5353, 8080]),
    program=st.sampled_from([None, "System", WEB, SVCHOST]),
    services=st.sampled_from([None, (), ("a",), ("a", "b")]),
    packaged=st.sampled_from([None, False]),
    local_port=st.sampled_from([None, 5000, 5353]),
)
remotes = st.sampled_from(["any", "10.0.0.9", "fe80::9", "8.8.8.8"])
ORDINARY = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)
settings = st.builds(
    ProfileSettings,
    default_outbound=st.sampled_from([Setting(Action.ALLOW), SHUT]),
    local_rules=st.sampled_from([Setting(True), Setting(False, Origin.GROUP_POLICY)]),
)


def hold(rules_: Sequence[FirewallRule], store: Store, held: ProfileSettings) -> FirewallStores:
    numbered = tuple(replace(rule, rule_id=f"{n}") for n, rule in enumerate(rules_))
    return FirewallStores(rules={store: numbered}, profiles=dict.fromkeys(Profile, held))


@given(rule_lists, st.sampled_from(ORDINARY), settings, senders, st.sampled_from(Profile), remotes,
       any_outbound)  # fmt: skip
def test_one_rule_more_never_goes_beyond_its_action(
    rules_: list[FirewallRule],
    store: Store,
    held: ProfileSettings,
    sender: Sender,
    profile: Profile,
    remote: str,
    more: FirewallRule,
) -> None:
    before = Firewall(hold(rules_, store, held)).outbound(sender, profile, remote)
    after = Firewall(hold([*rules_, more], store, held)).outbound(sender, profile, remote)
    if more.action in (Action.BLOCK, None):
        assert after.state is not YES or before.state is YES
    elif not more.security:
        # What demands IPsec blocks traffic without it.
        assert after.state is not NO or before.state is NO
        assert before.state is not YES or after.state is YES


@given(st.lists(any_outbound, max_size=8), senders, remotes)
def test_the_index_leaves_out_only_what_does_not_match(
    rules_: list[FirewallRule], sender: Sender, remote: str
) -> None:
    compiled = [
        each
        for rule in rules_
        if (
            each := matching.compile_rule(
                rule, Store.LOCAL, Environment(), windows_version=None, policy_version=None
            )
        )
    ]
    asked = traffic.ask_outbound(sender, Network(Profile.PUBLIC), remote, Environment())
    found = RuleIndex(compiled, outbound=True).candidates(asked)
    assert len(found) == len({id(each) for each in found})
    for each in compiled:
        assert matching.match(each, asked) is None or any(each is other for other in found)


# What means the same in either direction if the ends are exchanged.
MIRRORED = tuple(
    each
    for each in CONDITIONS
    if not any(odd in each for odd in ("LPort", "RPort2_10=IP", "LA", "LOM", "AuthByPass"))
)
_OTHER_END = (("RPort", "LPort"), ("Dir=Out", "Dir=In"))


@given(
    st.lists(st.tuples(st.sampled_from(Action), st.lists(st.sampled_from(MIRRORED), max_size=3)),
             max_size=4),
    st.sampled_from(ORDINARY), settings, senders, st.sampled_from(Profile), remotes,
)  # fmt: skip
def test_inbound_and_outbound_traffic_are_judged_alike(
    drawn: list[tuple[Action, list[str]]],
    store: Store,
    held: ProfileSettings,
    sender: Sender,
    profile: Profile,
    remote: str,
) -> None:
    """The verdict is that on a listener of a firewall whose rules are for the other direction."""
    texts = [
        "|".join(["v2.30|Dir=Out|Active=TRUE", f"Action={action.value}", *some])
        for action, some in drawn
    ]
    mirrored = list(texts)
    for one, other in _OTHER_END:
        mirrored = [each.replace(one, other) for each in mirrored]
    turned = replace(held, default_inbound=held.default_outbound)
    host = hold([parse("", each) for each in texts], store, held)
    mirror = hold([parse("", each) for each in mirrored], store, turned)
    listener = Listener(
        sender.protocol,
        sender.remote_port,
        "::",
        sender.program,
        sender.services,
        packaged=sender.packaged,
    )
    assert (
        Firewall(host).outbound(sender, profile, remote).state
        is Firewall(mirror).verdict(listener, profile, remote).state
    )
