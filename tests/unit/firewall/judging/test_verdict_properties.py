# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every firewall, and that a thousand rules are read off an index."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    matching,
    traffic,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    CompiledRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.rule_index import (
    RuleIndex,
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
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
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
    RESTRICTING,
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Action,
    Direction,
    Profile,
)
from unit.firewall import firewall_samples as samples
from unit.firewall.small_firewalls import SVCHOST, WEB

ORDINARY = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)

listeners = st.builds(
    Listener,
    protocol=st.sampled_from([TCP, UDP]),
    port=st.sampled_from([80, 135, 443, 5353, 8080, 49664]),
    local_address=st.sampled_from(["0.0.0.0", "::", "10.0.0.5", "fe80::5"]),
    program=st.sampled_from([None, "System", WEB, SVCHOST, r"C:\PROGRA~1\web.exe"]),
    services=st.sampled_from([None, (), ("a",), ("a", "b")]),
)
remotes = st.sampled_from(["any", "10.0.0.9", "fe80::9", "8.8.8.8"])


CONDITIONS = (
    *("Protocol=6", "Protocol=17", "Protocol=1", "Protocol=6|LPort=80", "Protocol=6|LPort=8080"),
    *("Protocol=6|LPort2_10=1-65535", "Protocol=17|LPort=5353", "Protocol=6|LPort=RPC"),
    *("Protocol=6|LPort=RPC-EPMap", "Protocol=6|LPort2_10=IPHTTPSIn", "Protocol=17|LPort2_24=mDNS"),
    *("Protocol=6|RPort=5000", "LPort=80", "Protocol=1000", "Profile=Domain", "Profile=Public"),
    *(f"App={WEB}", "App=System", f"App={SVCHOST}", r"App=%X%\web.exe", r"App=C:\PROGRA~1\x.exe"),
    *("Svc=a", "Svc=*", "Svc=b", "AppPkgId=S-1-15-2-1", "PFN=x", "LUAuth=O:LSD:", "LUOwn=S-1-1-0"),
    *("RA4=10.0.0.0/255.0.0.0", "RA4=LocalSubnet", "RA42=IntErnet", "RA6=fe80::/64", "RA4=host"),
    *("RA6=LocalSubnet", "LA4=10.0.0.5", "LA6=fe80::5", "LA4=10.0.0.6", "IFType=Lan"),
    *("Security=Authenticate", "RMAuth=O:LSD:", "TTK=Proximity", "NNm=x", "Later2_40=1"),
    *("Platform=2:6:2|Platform2=GTEQ", "SkipVer=2.29", "Edge=TRUE", "LOM=TRUE", "Action=Perhaps"),
    "IF={AAAAAAAA-0000-0000-0000-000000000001}",
)


def inbound(action: Action) -> st.SearchStrategy[FirewallRule]:
    """Enabled rules with up to three conditions of any kind."""
    return st.lists(st.sampled_from(CONDITIONS), max_size=3).map(
        lambda some: parse(
            "", "|".join(["v2.30|Dir=In|Active=TRUE", f"Action={action.value}", *some])
        )
    )


any_inbound = st.sampled_from(Action).flatmap(inbound)
rule_lists = st.lists(any_inbound, max_size=4)
settings = st.builds(
    ProfileSettings,
    enabled=st.sampled_from([Setting(True), Setting(True), Setting(False, Origin.LOCAL)]),
    default_inbound=st.sampled_from(
        [Setting(Action.BLOCK), Setting(Action.ALLOW, Origin.GROUP_POLICY)]
    ),
    local_rules=st.sampled_from([Setting(True), Setting(False, Origin.GROUP_POLICY)]),
)


def hold(
    rules_: Sequence[FirewallRule], store: Store, profile_settings: ProfileSettings
) -> FirewallStores:
    numbered = tuple(replace(rule, rule_id=f"{n}") for n, rule in enumerate(rules_))
    return FirewallStores(
        rules={store: numbered}, profiles=dict.fromkeys(Profile, profile_settings)
    )


def plus(host: FirewallStores, rule: FirewallRule, store: Store) -> FirewallStores:
    """The same host with one rule more, of another id."""
    added = replace(rule, rule_id="added")
    return replace(host, rules={**host.rules, store: (*host.of(store), added)})


@given(
    rule_lists, st.sampled_from(ORDINARY), settings, inbound(Action.BLOCK),
    st.sampled_from(ORDINARY), listeners, st.sampled_from(Profile), remotes,
)  # fmt: skip
def test_a_block_rule_never_opens_and_never_leaves_open_what_it_may_match(
    rules_: list[FirewallRule],
    store: Store,
    profile_settings: ProfileSettings,
    block: FirewallRule,
    block_store: Store,
    listener: Listener,
    profile: Profile,
    remote: str,
) -> None:
    host = hold(rules_, store, profile_settings)
    before = Firewall(host).verdict(listener, profile, remote)
    after = Firewall(plus(host, block, block_store)).verdict(listener, profile, remote)
    if before.state is not VerdictState.ALLOWED:
        assert after.state is not VerdictState.ALLOWED
    compiled = compiled_rule(block, block_store)
    if (
        compiled is None
        or before.state is VerdictState.UNKNOWN
        or not profile_settings.enabled.value
    ):
        return
    counts = block_store is not Store.LOCAL or profile_settings.local_rules.value
    asked = traffic.ask(listener, Network(profile), remote, Environment())
    if counts and profile in block.effective_profiles:
        conditions = matching.match(compiled, asked)
        if conditions is not None:
            assert after.state is not VerdictState.ALLOWED
        if conditions == ():
            assert after.state in (VerdictState.BLOCKED, VerdictState.CONDITIONAL)


@given(
    rule_lists, st.sampled_from(ORDINARY), settings, inbound(Action.ALLOW),
    st.sampled_from(ORDINARY), listeners, st.sampled_from(Profile), remotes,
)  # fmt: skip
def test_an_allow_rule_never_turns_allowed_into_blocked(
    rules_: list[FirewallRule],
    store: Store,
    profile_settings: ProfileSettings,
    allow: FirewallRule,
    allow_store: Store,
    listener: Listener,
    profile: Profile,
    remote: str,
) -> None:
    host = hold(rules_, store, profile_settings)
    before = Firewall(host).verdict(listener, profile, remote).state
    after = Firewall(plus(host, allow, allow_store)).verdict(listener, profile, remote).state
    if before is VerdictState.ALLOWED:
        assert after is VerdictState.ALLOWED
    if before is VerdictState.CONDITIONAL:
        assert after in (VerdictState.CONDITIONAL, VerdictState.ALLOWED)


@given(
    rule_lists, st.sampled_from(ORDINARY), settings,
    st.lists(st.tuples(listeners, st.sampled_from(Profile), remotes), min_size=1, max_size=30),
)  # fmt: skip
def test_what_was_asked_before_makes_no_difference(
    rules_: list[FirewallRule],
    store: Store,
    profile_settings: ProfileSettings,
    asked: list[tuple[Listener, Profile, str]],
) -> None:
    host = hold(rules_, store, profile_settings)
    firewall = Firewall(host)
    for question in (*asked, *asked):
        assert firewall.verdict(*question) == Firewall(host).verdict(*question)
    assert len(firewall._answers) <= 16


def compiled_rule(rule: FirewallRule, store: Store = Store.LOCAL) -> CompiledRule | None:
    return matching.compile_rule(
        rule, store, Environment(), windows_version=None, policy_version=None
    )


@given(st.lists(any_inbound, max_size=8), listeners, remotes)
def test_the_index_leaves_out_only_what_does_not_match(
    rules_: list[FirewallRule], listener: Listener, remote: str
) -> None:
    compiled = [each for each in map(compiled_rule, rules_) if each is not None]
    try:
        asked = traffic.ask(listener, Network(Profile.PUBLIC), remote, Environment())
    except traffic.TrafficError:
        return
    found = RuleIndex(compiled).candidates(asked)
    assert len(found) == len({id(each) for each in found})
    for each in compiled:
        assert matching.match(each, asked) is None or any(each is other for other in found)


@dataclass(frozen=True)
class Simple:
    """A rule whose conditions can all be judged, and what it says, worked out plainly."""

    blocks: bool
    profiles: frozenset[Profile]
    protocol: int | None
    ports: tuple[int, int] | None
    network: str | None
    program: str | None

    def text(self) -> str:
        fields = [
            "v2.30",
            "Action=Block" if self.blocks else "Action=Allow",
            "Active=TRUE",
            "Dir=In",
        ]
        fields += [f"Profile={each.word}" for each in self.profiles]
        if self.protocol is not None:
            fields.append(f"Protocol={self.protocol}")
            if self.ports:
                fields.append(f"LPort2_10={self.ports[0]}-{self.ports[1]}")
        if self.network:
            fields.append(f"RA4={self.network}")
        if self.program:
            fields.append(f"App={self.program}")
        return "|".join([*fields, ""])

    def matches(self, listener: Listener, profile: Profile, remote: str) -> bool:
        ports = self.ports if self.protocol is not None else None
        return (
            (not self.profiles or profile in self.profiles)
            and self.protocol in (None, listener.protocol)
            and (not ports or ports[0] <= (listener.port or 0) <= ports[1])
            and (
                not self.network
                or ipaddress.ip_address(remote) in ipaddress.ip_network(self.network)
            )
            and self.program in (None, listener.program)
        )


ports = st.integers(1, 200)
simple_rules = st.builds(
    Simple,
    blocks=st.booleans(),
    profiles=st.frozensets(st.sampled_from(Profile)),
    protocol=st.sampled_from([None, TCP, UDP]),
    ports=st.none() | st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair))),
    network=st.sampled_from([None, "10.0.0.0/8", "10.0.0.9/32", "172.16.0.0/12"]),
    program=st.sampled_from([None, WEB, "System"]),
)


@given(
    st.lists(simple_rules, max_size=6), st.sampled_from([TCP, UDP]), ports,
    st.sampled_from([WEB, "System", SVCHOST]), st.sampled_from(Profile),
    st.sampled_from(["10.0.0.9", "10.1.1.1", "172.16.5.5", "8.8.8.8"]), st.booleans(),
)  # fmt: skip
def test_rules_that_can_be_judged_are_judged_as_a_plain_reading_does(
    simple: list[Simple],
    protocol: int,
    port: int,
    program: str,
    profile: Profile,
    remote: str,
    default_allows: bool,
) -> None:
    listener = Listener(protocol, port, program=program, services=())
    default = Setting(Action.ALLOW if default_allows else Action.BLOCK, Origin.LOCAL)
    host = hold(
        [parse("", each.text()) for each in simple],
        Store.LOCAL,
        ProfileSettings(default_inbound=default),
    )
    matching_rules = [each for each in simple if each.matches(listener, profile, remote)]
    if any(each.blocks for each in matching_rules):
        expected = VerdictState.BLOCKED
    elif matching_rules or default_allows:
        expected = VerdictState.ALLOWED
    else:
        expected = VerdictState.BLOCKED
    assert Firewall(host).verdict(listener, profile, remote).state is expected


def test_a_listener_is_compared_with_few_of_a_thousand_rules() -> None:
    """The bound on work that keeps a hundred listeners cheap, whatever the machine's speed."""
    host = samples.read(samples.WIN10_1903)
    compiled = [
        each
        for store in Store
        for rule in host.of(store)
        if rule.direction is Direction.IN and (rule.enabled or store in RESTRICTING)
        for each in [compiled_rule(rule, store)]
        if each is not None
    ]
    assert len(compiled) == 104 + 98 + 2 + 159
    index = RuleIndex(compiled)
    for port, program in ((8080, WEB), (445, "System"), (5040, SVCHOST), (49664, SVCHOST)):
        listener = Listener(TCP, port, program=program, services=())
        asked = traffic.ask(listener, Network(Profile.PUBLIC), "any", Environment())
        found = index.candidates(asked)
        assert len(found) <= 100
        assert all(each.rule.protocol in (None, TCP) for each in found)
