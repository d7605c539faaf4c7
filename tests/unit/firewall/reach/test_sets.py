# SPDX-License-Identifier: GPL-3.0-or-later
"""From which addresses a listener can be reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    Decider,
    ProfileVerdict,
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.evidence import (
    Evidence,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    ANY,
    Listener,
    Traffic,
    ask,
    families,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    rule_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.besides_rules import (
    security_rule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    Action,
    InterfaceType,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import (
    Reach,
    Who,
    reach,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.spans import Spans
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sweep import (
    TooMuchWorkError,
    Work,
    state_of_any,
    verdict_at,
)
from bench import firewall as bench
from unit.firewall.reach.whole_firewalls import (
    ADAPTER,
    OTHER_ADAPTER,
    borders,
    firewalls,
    listeners,
    networks,
    text_of,
)
from unit.firewall.small_firewalls import SVCHOST, WEB, stores
from unit.rows import each_row

MUCH = 1_000_000
V4 = Listener(TCP, 8080, "0.0.0.0", WEB, ())
BOTH = replace(V4, local_address="::")
HOME = Network(
    Profile.PRIVATE,
    addresses=("192.168.1.5", "fe80::5"),
    subnets=("192.168.1.0/24", "fe80::/64"),
    perhaps_local=("172.16.0.0/24",),
)
NOT_READ = Network(Profile.PRIVATE)
POLICY_ALLOWS = {"default_inbound": Setting(Action.ALLOW, Origin.GROUP_POLICY)}
NO_LOCAL_RULES = {"local_rules": Setting(False, Origin.GROUP_POLICY)}


def found_by(*local: str, listener: Listener = V4, network: Network = HOME, **others: Any) -> Reach:
    return reach(Firewall(stores(*local, **others)), listener, network, Work(MUCH))


class Said(NamedTuple):
    """A reach in words: who, from where certainly, and from where perhaps."""

    who: Who
    certain: list[str]
    perhaps: list[list[str]]


def says(who: Who, certain: list[str], perhaps: Sequence[list[str]] = ()) -> Said:
    return Said(who, certain, [*perhaps])


def said(found: Reach) -> Said:
    certain, _more = found.certain.texts(100)
    return Said(
        found.who,
        [*certain, *found.words],
        [each.addresses.texts(100)[0] for each in found.doubtful],
    )


class TestExamples:
    @each_row(
        ("rules", "expected"),
        [
            ([], says(Who.NOBODY, [])),
            (["Action=Allow"], says(Who.EVERYBODY, ["0.0.0.0/0"])),
            (["Action=Allow|RA4=0.0.0.0-255.255.255.255"], says(Who.EVERYBODY, ["0.0.0.0/0"])),
            (["Action=Allow|RA6=fe80::/10"], says(Who.NOBODY, [])),
            (["Action=Allow|RA4=10.0.0.0/8"], says(Who.SOME, ["10.0.0.0/8"])),
            (["Action=Allow|RA4=127.0.0.0/8"], says(Who.NOBODY, [])),
            (
                ["Action=Allow", "Action=Block|RA4=10.0.0.0/8"],
                says(Who.SOME, ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]),
            ),
            (
                ["Action=Allow|RA4=10.0.0.0/8", "Action=Block|RA4=10.1.0.0/16"],
                says(Who.SOME, ["10.0.0.0/16", "10.2.0.0-10.255.255.255"]),
            ),
            (["Action=Allow", "Action=Block"], says(Who.NOBODY, [])),
            # The subnet of another network may be local too.
            (
                ["Action=Allow|RA4=LocalSubnet"],
                says(Who.OWN_SUBNETS, ["192.168.1.0/24"], [["172.16.0.0/24"]]),
            ),
            (
                ["Action=Allow|RA4=LocalSubnet", "Action=Allow|RA4=172.16.0.0/16"],
                says(Who.SOME, ["172.16.0.0/16", "192.168.1.0/24"]),
            ),
            (
                ["Action=Allow", "Action=Block|RA4=LocalSubnet"],
                says(
                    Who.SOME,
                    [
                        *("0.0.0.0-172.15.255.255", "172.16.1.0-192.168.0.255"),
                        "192.168.2.0-255.255.255.255",
                    ],
                    [["172.16.0.0/24"]],
                ),
            ),
            # Whom a word means, Windows alone knows: they are let in, whoever they are.
            (["Action=Allow|RA4=DNS"], says(Who.SOME, ["DNS"])),
            (
                ["Action=Allow|RA4=DNS|RA4=10.0.0.0/8"],
                says(Who.SOME, ["10.0.0.0/8", "DNS"]),
            ),
            # Unless they may be blocked.
            (
                ["Action=Allow|RA4=DNS", "Action=Block|RA4=10.0.0.0/8"],
                says(Who.PERHAPS, [], [["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]]),
            ),
            (
                ["Action=Allow|RA4=DNS", "Action=Block|RA4=WINS"],
                says(Who.PERHAPS, [], [["0.0.0.0/0"]]),
            ),
            (["Action=Allow|LUAuth=O:LSD:"], says(Who.PERHAPS, [], [["0.0.0.0/0"]])),
            (
                ["Action=Allow|RA4=10.0.0.0/8", "Action=Allow|LUAuth=O:LSD:"],
                says(
                    Who.SOME,
                    ["10.0.0.0/8"],
                    [["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]],
                ),
            ),
            (
                ["Action=ByPass|RA4=10.0.0.0/8|Security=Authenticate"],
                says(Who.PERHAPS, [], [["10.0.0.0/8"]]),
            ),
        ],
    )
    def test_of_rules(self, rules: list[str], expected: Said) -> None:
        assert said(found_by(*rules)) == expected

    @each_row(
        ("rules", "expected"),
        [
            (["Action=Allow"], says(Who.EVERYBODY, ["0.0.0.0/0", "::/0"])),
            (["Action=Allow|RA4=10.0.0.0/8"], says(Who.SOME, ["10.0.0.0/8"])),
            (
                ["Action=Allow|RA4=10.0.0.0/8|RA6=fd00::/8"],
                says(Who.SOME, ["10.0.0.0/8", "fd00::/8"]),
            ),
            (["Action=Block|RA4=10.0.0.9", "Action=Allow|RA6=::/1|RA6=8000::/1"],
             says(Who.SOME, ["::/0"])),
            (
                ["Action=Allow|RA4=LocalSubnet|RA6=LocalSubnet"],
                says(Who.OWN_SUBNETS, ["192.168.1.0/24", "fe80::/64"], [["172.16.0.0/24"]]),
            ),
            (
                ["Action=Allow|RA4=LocalSubnet"],
                says(Who.SOME, ["192.168.1.0/24"], [["172.16.0.0/24"]]),
            ),
            (["Action=Allow|LUAuth=O:LSD:"], says(Who.PERHAPS, [], [["0.0.0.0/0", "::/0"]])),
            (["Action=Allow|RA4=DNS"], says(Who.SOME, ["DNS4"])),
            (["Action=Allow|RA4=DNS|RA6=DNS"], says(Who.SOME, ["DNS"])),
        ],
    )  # fmt: skip
    def test_of_both_families(self, rules: list[str], expected: Said) -> None:
        assert said(found_by(*rules, listener=BOTH)) == expected

    @each_row(
        ("rules", "listener", "expected"),
        [
            ("RA4=LocalSubnet", V4, says(Who.OWN_SUBNETS, ["LocalSubnet"])),
            ("RA4=LocalSubnet|RA6=LocalSubnet", BOTH, says(Who.OWN_SUBNETS, ["LocalSubnet"])),
            ("RA4=LocalSubnet", BOTH, says(Who.SOME, ["LocalSubnet4"])),
            ("RA4=LocalSubnet|RA4=10.0.0.9", V4, says(Who.SOME, ["10.0.0.9", "LocalSubnet"])),
        ],
    )
    def test_of_a_network_whose_subnets_were_not_read(
        self, rules: str, listener: Listener, expected: Said
    ) -> None:
        found = found_by(f"Action=Allow|{rules}", listener=listener, network=NOT_READ)
        assert said(found) == expected

    @each_row(
        ("settings", "expected"),
        [
            ({"enabled": Setting(False)}, says(Who.EVERYBODY, ["0.0.0.0/0"])),
            ({"block_all_inbound": Setting(True)}, says(Who.NOBODY, [])),
            (
                POLICY_ALLOWS,
                says(Who.SOME, ["0.0.0.0-10.1.255.255", "10.3.0.0-255.255.255.255"]),
            ),
            (NO_LOCAL_RULES, says(Who.SOME, ["10.2.0.0/15"])),
        ],
    )
    def test_of_settings(self, settings: dict[str, Any], expected: Said) -> None:
        found = found_by(
            *("Action=Allow|RA4=10.0.0.0/8", "Action=Block|RA4=10.2.0.0/16"),
            group_policy=["Action=Allow|RA4=10.2.0.0/15"],
            settings=settings,
        )
        assert said(found) == expected

    def test_what_restricts_a_service_takes_addresses_away(self) -> None:
        listener = replace(V4, services=("Web",), program=r"C:\Windows\System32\svchost.exe")
        found = found_by(
            "Action=Allow",
            listener=listener,
            static_service=["Action=Block|Svc=Web", "Action=Allow|Svc=Web|RA4=10.0.0.0/8"],
        )
        assert said(found) == says(Who.SOME, ["10.0.0.0/8"])

    @each_row(
        ("setting", "expected"),
        [
            ("local_rules", ["10.0.0.0/8"]),
            ("local_port_rules", ["10.0.0.0/8", "30.0.0.0/8", "40.0.0.0/8"]),
            ("local_application_rules", ["10.0.0.0/8", "20.0.0.0/8", "30.0.0.0/8"]),
        ],
    )
    def test_local_rules_that_a_policy_makes_void_let_nobody_in(
        self, setting: str, expected: list[str]
    ) -> None:
        found = found_by(
            *("Action=Allow|Protocol=6|LPort=8080|RA4=20.0.0.0/8", "Action=Allow|RA4=30.0.0.0/8"),
            f"Action=Allow|Protocol=6|App={WEB}|RA4=40.0.0.0/8",
            group_policy=["Action=Allow|RA4=10.0.0.0/8|Name=p"],
            settings={setting: Setting(False, Origin.GROUP_POLICY)},
        )
        assert said(found) == says(Who.SOME, expected)

    def test_a_local_rule_that_demands_ipsec_may_be_void_and_may_be_about_either_end(self) -> None:
        void, counting = (
            security_rule(name, f"v2.30|Action=SecureServer|Active=TRUE|EP1_4={ends}|")
            for name, ends in (("a", "20.0.0.0/8"), ("b", "30.0.0.0/8|EP2_4=192.168.1.5"))
        )
        found = stores(
            *("Action=Allow|RA4=20.0.0.0/8", "Action=Allow|RA4=30.0.0.0/8"),
            settings={"local_security_rules": Setting(False, Origin.GROUP_POLICY)},
        )
        security = {Store.LOCAL: (void,), Store.GROUP_POLICY: (counting,)}
        firewall = Firewall(replace(found, security=security))
        expected = says(Who.SOME, ["20.0.0.0/8"], [["30.0.0.0/8"]])
        assert said(reach(firewall, V4, HOME, Work(MUCH))) == expected

    def test_an_exemption_counts_whichever_end_it_names(self) -> None:
        # On a network whose addresses were not read, the host's own may be in it too.
        demand = security_rule("d", "v2.30|Action=SecureServer|Active=TRUE|")
        exempt = security_rule("e", "v2.30|Action=DoNotSecure|Active=TRUE|EP1_4=20.0.0.0/8|")
        found = replace(stores("Action=Allow"), security={Store.LOCAL: (demand, exempt)})
        assert said(reach(Firewall(found), V4, NOT_READ, Work(MUCH))) == says(
            Who.SOME, ["20.0.0.0/8"], [["0.0.0.0-19.255.255.255", "21.0.0.0-255.255.255.255"]]
        )

    def test_where_ipsec_is_demanded_nothing_is_certain(self) -> None:
        rules = stores("Action=Allow")
        demand = security_rule("s", "v2.30|Action=SecureServer|Active=TRUE|EP2_4=10.0.0.0/8|")
        exempt = security_rule("e", "v2.30|Action=DoNotSecure|Active=TRUE|EP2_4=10.1.0.0/16|")
        firewall = Firewall(replace(rules, security={Store.LOCAL: (demand, exempt)}))
        assert said(reach(firewall, V4, HOME, Work(MUCH))) == says(
            Who.SOME,
            ["0.0.0.0-9.255.255.255", "10.1.0.0/16", "11.0.0.0-255.255.255.255"],
            [["10.0.0.0/16", "10.2.0.0-10.255.255.255"]],
        )

    def test_where_keys_of_device_management_are_contested_both_readings_count(self) -> None:
        found = stores("Action=Allow|RA4=10.0.0.0/8")
        other = replace(found.profiles[Profile.PRIVATE], **POLICY_ALLOWS)
        firewall = Firewall(replace(found, contested={Profile.PRIVATE: other}))
        assert said(reach(firewall, V4, HOME, Work(MUCH))) == says(
            Who.SOME,
            ["10.0.0.0/8"],
            [["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]],
        )

    def test_another_maker_s_firewall_leaves_all_open_and_no_rule_counts(self) -> None:
        rules = stores("Action=Allow|RA4=10.0.0.0/8", "Action=Block|RA4=10.2.0.0/16")
        firewall = Firewall(rules, products=[FirewallProduct("Other", 0x61000)])
        found = reach(firewall, BOTH, HOME, Work(MUCH))
        assert said(found) == says(Who.PERHAPS, [], [["0.0.0.0/0", "::/0"]])
        (group,) = found.perhaps
        assert (group.verdict.state, group.verdict.requires) == (VerdictState.OVERRULED, ())

    def test_what_can_t_be_read_leaves_all_open(self) -> None:
        found = reach(Firewall(replace(stores(), readable=False)), V4, HOME, Work(MUCH))
        assert said(found) == says(Who.PERHAPS, [], [["0.0.0.0/0"]])
        assert found.perhaps[0].verdict.decision.kind is Decider.UNREADABLE

    def test_what_is_no_address_leaves_all_open(self) -> None:
        found = found_by("Action=Allow", listener=replace(V4, local_address="somewhere"))
        assert said(found) == says(Who.PERHAPS, [], [["0.0.0.0/0", "::/0"]])
        assert found.perhaps[0].verdict.decision.kind is Decider.IMPOSSIBLE

    @each_row("address", ["127.0.0.1", "::1", "127.8.8.8", "::ffff:127.0.0.1"])
    def test_nobody_else_reaches_what_listens_for_the_host_itself(self, address: str) -> None:
        assert said(found_by("Action=Allow", listener=replace(V4, local_address=address))) == says(
            Who.NOBODY, []
        )

    def test_a_family_of_which_the_host_has_no_address_is_left_out(self) -> None:
        network = replace(HOME, addresses=("192.168.1.5",))
        found = found_by("Action=Allow|RA4=10.0.0.0/8", listener=BOTH, network=network)
        assert found.families == (4,)
        every = found_by(
            "Action=Allow|RA4=0.0.0.0/1|RA4=128.0.0.0/1", listener=BOTH, network=network
        )
        assert every.who is Who.EVERYBODY


@given(firewalls(), listeners, networks, st.data())
def test_it_agrees_with_the_verdict_at_every_address(
    firewall: Firewall, listener: Listener, network: Network, data: st.DataObject
) -> None:
    found = reach(firewall, listener, network, Work(MUCH))
    for family in found.families:
        last = (1 << (32 if family == 4 else 128)) - 1
        numbers = borders(firewall, network, family)
        numbers |= set(data.draw(st.lists(st.integers(0, last), max_size=5)))
        agrees(found, firewall, listener, network, family, numbers)


@given(firewalls(), st.lists(st.tuples(listeners, networks), min_size=2, max_size=4))
def test_what_was_asked_before_changes_no_answer(
    firewall: Firewall, questions: list[tuple[Listener, Network]]
) -> None:
    """Rules that match are kept from one profile and family to the next."""
    for listener, network in questions:
        for profile in Profile:
            asked = replace(network, profile=profile)
            fresh = Firewall(firewall.stores, firewall.environment)
            fresh.products = firewall.products
            assert reach(firewall, listener, asked, Work(MUCH)) == reach(
                fresh, listener, asked, Work(MUCH)
            )
            for family in (4, 6):
                assert firewall.verdict(listener, asked, family=family) == fresh.verdict(
                    listener, asked, family=family
                )


def test_neither_listeners_nor_networks_nor_profiles_are_mixed_up() -> None:
    """The same with a rule for each thing on which an answer may depend."""
    given_stores = stores(
        f"Action=Allow|Protocol=6|RA4=10.0.0.0/8|App={WEB}",
        "Action=Allow|RA4=11.0.0.0/8|LA4=192.168.1.5",
        f"Action=Allow|RA4=12.0.0.0/8|IF={ADAPTER}",
        "Action=Allow|RA4=13.0.0.0/8|IFType=Lan",
        "Action=Allow|RA4=14.0.0.0/8|Profile=Public",
        "Action=Allow|RA4=LocalSubnet|RA6=LocalSubnet|Protocol=6|LPort=8080",
        "Action=Allow|RA6=fd00::/8|LA6=fe80::5",
        "Action=Allow|RA4=15.0.0.0/8|Svc=a",
    )
    shared = Firewall(given_stores)
    of_service = replace(V4, program=SVCHOST, services=("a",))
    asked = [V4, replace(V4, port=81), of_service, BOTH, replace(V4, local_address="192.168.1.5")]
    by = [
        HOME,
        replace(HOME, subnets=("172.16.0.0/24", "fe80::/64"), addresses=("172.16.0.5", "fe80::6")),
        replace(HOME, interface_id=ADAPTER),
        replace(HOME, interface_id=OTHER_ADAPTER, interface_type=InterfaceType.LAN),
        NOT_READ,
    ]
    found = set()
    for listener in (*asked, *reversed(asked)):
        for network in by:
            for profile in (Profile.PRIVATE, Profile.PUBLIC):
                on = replace(network, profile=profile)
                one = reach(shared, listener, on, Work(MUCH))
                assert one == reach(Firewall(given_stores), listener, on, Work(MUCH))
                found.add(tuple(one.certain.texts(50)[0]))
    assert len(found) > 20


@given(firewalls(), listeners, networks)
def test_one_rule_of_each_kind_tells_the_state_of_any_address(
    firewall: Firewall, listener: Listener, network: Network
) -> None:
    for family in families(listener, network, ANY):
        rules = firewall.around(ask(listener, network, ANY, firewall.environment, family))
        assert state_of_any(firewall, rules) is verdict_at(firewall, rules, None).state


def agrees(
    found: Reach,
    firewall: Firewall,
    listener: Listener,
    network: Network,
    family: int,
    numbers: Iterable[int],
) -> None:
    """Fails if the reach says of one of the addresses something else than the verdict."""
    for number in numbers:
        holding = [each for each in found.perhaps if each.addresses.holds(family, number)]
        states = [VerdictState.ALLOWED] if found.certain.holds(family, number) else []
        states += [each.verdict.state for each in holding]
        assert not found.others
        if not is_of_other_host(family, number):
            assert states == []
            continue
        verdict = firewall.verdict(listener, network, text_of(family, number))
        assert (states or [VerdictState.BLOCKED]) == [verdict.state], text_of(family, number)
        for each in holding:
            assert conditions(each.verdict) == conditions(verdict)


def is_of_other_host(family: int, number: int) -> bool:
    address = ipaddress.ip_address(text_of(family, number))
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
    return not address.is_loopback and not mapped


def conditions(verdict: ProfileVerdict) -> object:
    """What a verdict says about one address."""
    if verdict.state is not VerdictState.CONDITIONAL:
        return verdict.decision
    return verdict.decision, verdict.requires, verdict.restricted_to, verdict.unless


@pytest.mark.sweep
def test_it_agrees_with_the_verdict_at_the_borders_of_real_stores() -> None:
    given_stores = bench.recorded_stores()
    local = [
        rule_text.parse(f"added-{number}", f"v2.30|Dir=In|Active=TRUE|{text}|")
        for number, text in enumerate(
            (
                *(
                    "Action=Allow|Protocol=6|RA4=10.0.0.0/255.0.0.0|RA4=192.0.2.7|RA6=2001:db8::/32",
                ),
                *("Action=Block|Protocol=6|RA4=10.1.0.0/255.255.0.0|RA4=192.0.2.0-192.0.2.9",),
                *("Action=Allow|Protocol=17|RA4=LocalSubnet|RA6=LocalSubnet|LPort2_10=1-9000",),
            )
        )
    ]
    rules = {**given_stores.rules, Store.LOCAL: (*given_stores.of(Store.LOCAL), *local)}
    firewall = Firewall(replace(given_stores, rules=rules))
    found = set()
    for listener in bench.listeners()[:40]:
        listener = replace(listener, local_address="::")
        result = reach(firewall, listener, HOME, Work(MUCH))
        found.add(result.who)
        for family in result.families:
            last = (1 << (32 if family == 4 else 128)) - 1
            spans = [result.certain, *(each.addresses for each in result.perhaps)]
            ends = {end for each in spans for pair in each.intervals(family) for end in pair}
            near = {end + step for end in ends for step in (-1, 0, 1) if 0 <= end + step <= last}
            agrees(result, firewall, listener, HOME, family, near | {0, 1, last // 2, last})
    assert len(found) >= 3


@pytest.mark.sweep
def test_a_hundred_listeners_take_few_steps_on_a_real_store() -> None:
    """The bound on work that keeps them cheap, whatever the machine's speed."""
    firewall, work = Firewall(bench.recorded_stores()), Work(25_000)
    for listener in bench.listeners():
        for profile in Profile:
            reach(firewall, listener, replace(HOME, profile=profile), work)


class Counting(Firewall):
    """A firewall that counts how often it decides."""

    decisions = 0

    def decided(self, asked: Traffic, evidence: Evidence) -> ProfileVerdict:
        self.decisions += 1
        return super().decided(asked, evidence)


class TestPortsThatNoRuleTellsApart:
    """Most rules are for any port, or for one: a hundred ports of a program have one reach."""

    RULES = (
        "Protocol=6|Action=Allow|RA4=10.0.0.0/255.0.0.0",
        "Protocol=6|Action=Allow|LUAuth=O:LSD:|RA4=10.0.1.0-10.0.2.0",
        "Protocol=6|Action=Allow|LPort=1005|RA4=192.168.0.0/255.255.0.0",
        "Protocol=6|Action=Block|LPort2_10=1050-1149|RA4=10.0.0.5",
    )

    def test_they_are_judged_once(self) -> None:
        def decisions(ports: Sequence[int]) -> int:
            firewall, work = Counting(stores(*self.RULES)), Work(MUCH)
            for port in ports:
                for profile in Profile:
                    network = replace(HOME, profile=profile)
                    reach(firewall, replace(V4, port=port, program=None), network, work)
            return firewall.decisions

        # One that no rule names, the one that a rule names, and one of the range.
        assert decisions(range(1_000, 1_100)) == decisions([1_000, 1_005, 1_050])

    def test_each_has_the_reach_that_it_has_alone(self) -> None:
        firewall, work = Firewall(stores(*self.RULES)), Work(MUCH)
        other = Firewall(stores(*self.RULES[:2]))
        for port in (1_000, 1_005, 1_006, 1_049, 1_050, 1_149, 1_150):
            for one in (firewall, other):
                listener = replace(V4, port=port)
                assert reach(one, listener, HOME, work) == reach(one, listener, HOME, Work(MUCH))

    def test_of_many_questions_the_latest_are_remembered(self) -> None:
        firewall, work = Counting(stores(*self.RULES)), Work(MUCH)
        programs = [rf"C:\App\{number}.exe" for number in range(500)]
        for program in programs:
            reach(firewall, replace(V4, program=program), HOME, work)
        decisions = firewall.decisions
        reach(firewall, replace(V4, program=programs[-1], port=9), HOME, work)
        assert firewall.decisions == decisions
        reach(firewall, replace(V4, program=programs[0], port=9), HOME, work)
        assert firewall.decisions > decisions


@given(firewalls(), listeners, networks)
def test_ports_of_one_class_have_one_reach(
    firewall: Firewall, listener: Listener, network: Network
) -> None:
    work = Work(MUCH)
    for port in (79, 80, 81, 82, 5_000):
        asked = replace(listener, port=port)
        assert reach(firewall, asked, network, work) == reach(firewall, asked, network, Work(MUCH))


class TestHostileStores:
    """Thousands of rules that all differ."""

    @staticmethod
    def rules(count: int) -> list[str]:
        """Each matches other addresses, and a few match at each address."""
        actions = ("Action=Allow", "Action=Block", "Action=Allow|LUAuth=O:LSD:")
        firsts = [(10 << 24) + 256 * number for number in range(count)]
        return [
            f"{actions[number % 3]}|RA4={text_of(4, first)}-{text_of(4, first + 300)}"
            for number, first in enumerate(firsts)
        ]

    @pytest.mark.sweep
    def test_each_kind_of_place_is_judged_once(self) -> None:
        firewall = Counting(stores(*self.rules(1_500)))
        found = reach(firewall, V4, HOME, Work(MUCH))
        assert firewall.decisions < 60
        assert (found.who, len(found.perhaps), bool(found.others)) == (Who.SOME, 16, True)

    @pytest.mark.sweep
    def test_of_many_conditions_a_few_are_told_apart(self) -> None:
        found = found_by(
            *(
                f"Action=Allow|LUAuth=O:LSD:{number}|RA4=10.0.{number >> 8}.{number & 255}"
                for number in range(1_000)
            )
        )
        assert (found.who, found.certain) == (Who.PERHAPS, Spans())
        assert len(found.perhaps) == 16
        groups = [*(each.addresses for each in found.perhaps), found.others]
        together = Spans()
        for each in groups:
            assert not together & each
            together |= each
        assert together.texts(1) == (["10.0.0.0-10.0.3.231"], 0)

    def test_the_work_has_a_limit(self) -> None:
        firewall = Firewall(stores(*self.rules(300)))
        # For each rule once, and for each part into which it divides the addresses.
        work = Work(1 + 300 + 3 * 300)
        reach(firewall, V4, HOME, work)
        with pytest.raises(TooMuchWorkError):
            reach(firewall, replace(V4, program=SVCHOST), HOME, work)
