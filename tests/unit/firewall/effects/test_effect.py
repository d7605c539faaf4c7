# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a rule has an effect, and what wins where it has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects.effect import (
    judge,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects.model import (
    Effect,
    Lack,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.effects.parts_of_traffic import (
    other_rules,
    probes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
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
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    GROUP_POLICY_KEY,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Direction,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall.small_firewalls import stores
from unit.rows import each_row

OPEN_8080 = "Action=Allow|Protocol=6|LPort=8080|Name=ours"
PRIVATE, PUBLIC = Network(Profile.PRIVATE), Network(Profile.PUBLIC)
POLICY = GROUP_POLICY_KEY + r"\PrivateProfile\AllowLocalPolicyMerge"
NO_LOCAL_RULES = {"local_rules": Setting(False, Origin.GROUP_POLICY, POLICY)}
OFF = {"enabled": Setting(False, Origin.LOCAL, "k")}


def host(*rules: str, networks: tuple[Network, ...] = (PRIVATE,), **others: Any) -> FirewallReading:
    """A host with these local rules; the first is the one that is asked about."""
    products = others.pop("products", ())
    return FirewallReading(stores(*rules, **others), networks, products)


def ours(reading: FirewallReading) -> FirewallRule:
    return reading.stores.of(Store.LOCAL)[0]


def effect(*rules: str, **others: Any) -> Effect:
    reading = host(*rules, **others)
    return judge(ours(reading), reading)


def gone(rule: str, *others: str, **more: Any) -> Effect:
    """What comes of the removal of the rule from a host with the others."""
    removed = ours(host(rule))
    return judge(removed, host(*others, **more), present=False)


def reason(found: Effect, language: Language = "en") -> str:
    return render(found.reason, language)


# ------------------------------------------------------------------ a rule that is there


def test_an_open_port() -> None:
    found = effect(OPEN_8080)
    assert found.effective is True
    assert reason(found) == "allowed: the allow rule 'ours' of this host"
    assert [(each.profile, each.active) for each in found.profiles] == [
        (Profile.DOMAIN, False), (Profile.PRIVATE, True), (Profile.PUBLIC, False),
    ]  # fmt: skip


@each_row(
    ("limit", "allowed_from"),
    [
        ("RA4=10.0.0.0/255.0.0.0", ("10.0.0.0/8",)),
        ("RA4=LocalSubnet|RA6=LocalSubnet", ("LocalSubnet",)),
        ("LA4=192.168.1.5", ()),
        ("IFType=Wireless", ()),
        ("RPort=1000", ()),
        ("LUAuth=O:LSD:", ()),
    ],
)
def test_that_it_holds_under_its_own_conditions_only_is_what_it_says(
    limit: str, allowed_from: tuple[str, ...]
) -> None:
    found = effect(f"{OPEN_8080}|{limit}")
    assert found.effective is True
    assert found.profiles[1].state is VerdictState.CONDITIONAL
    assert found.profiles[1].allowed_from == allowed_from


@each_row(
    ("limit", "effective"),
    [
        ("Svc=Spooler2", None),
        (r"App=%UNKNOWN%\a.exe", None),
        ("Later2_40=x", None),
        ("Platform=2:6:1", False),
        # Which adapter the network comes by is not known.
        ("IF={AAAAAAAA-0000-0000-0000-000000000001}", None),
    ],
)
def test_conditions_that_may_never_be_met_are_not_called_certain(
    limit: str, effective: bool | None
) -> None:
    assert effect(f"{OPEN_8080}|{limit}").effective is effective


@each_row(
    ("blocker", "effective", "words"),
    [
        ("Action=Block|Protocol=6|LPort=8080|Name=wins", False, "block rule 'wins'"),
        ("Action=Block|Name=wins", False, "block rule 'wins'"),
        (r"Action=Block|App=C:\a.exe|Name=wins", None, r"program is C:\a.exe"),
        ("Action=Block|RA4=10.0.0.5|Name=wins", None, "10.0.0.5"),
        ("Action=Block|Protocol=6|LPort=8081|Name=other", True, "'ours'"),
        ("Action=Block|Profile=Public|Name=other", True, "'ours'"),
    ],
)
def test_a_block_rule_wins(blocker: str, effective: bool | None, words: str) -> None:
    found = effect(OPEN_8080, blocker)
    assert found.effective is effective
    assert words in reason(found)


def test_what_hardens_the_services_of_windows_takes_nothing_away() -> None:
    hardening = (r"Action=Block|App=C:\Windows\System32\svchost.exe|Svc=EventLog|Name=hardens",)
    found = effect(OPEN_8080, static_service=hardening)
    assert found.effective is True
    assert found.profiles[0].state is VerdictState.ALLOWED
    assert "hardens" not in reason(found)


def test_the_service_to_come_may_be_one_that_is_let_through() -> None:
    program = r"App=C:\Windows\System32\svchost.exe"
    hardening = [
        f"Action=Block|{program}|Name=all",
        f"Action=Allow|{program}|Svc=Dnscache|Name=one",
    ]
    found = effect(f"{OPEN_8080}|{program}", static_service=hardening)
    assert found.effective is None
    assert "Dnscache" in reason(found)
    assert effect(f"{OPEN_8080}|{program}", static_service=hardening[:1]).effective is False


def test_what_hardens_the_services_of_windows_shuts_no_port_that_stays_open() -> None:
    hardening = (r"Action=Block|App=C:\Windows\System32\svchost.exe|Svc=EventLog|Name=hardens",)
    stays, block = OPEN_8080.replace("ours", "other"), OPEN_8080.replace("Allow", "Block")
    subnet = f"{OPEN_8080}|RA4=10.0.0.0/255.0.0.0"
    void = NO_LOCAL_RULES | {"default_inbound": Setting(Action.ALLOW, Origin.LOCAL, "k")}
    found = {
        "another rule": gone(OPEN_8080, stays, static_service=hardening),
        "another rule for a subnet": gone(
            subnet, subnet.replace("ours", "other"), static_service=hardening
        ),
        "no firewall": gone(OPEN_8080, settings=OFF, static_service=hardening),
        "a block rule that is void": effect(block, settings=void, static_service=hardening),
        "a block rule that is gone": gone(block, stays, static_service=hardening),
        "a rule that is gone": gone(OPEN_8080, static_service=hardening),
    }
    assert {case: each.effective for case, each in found.items()} == {
        "another rule": False,
        "another rule for a subnet": False,
        "no firewall": False,
        "a block rule that is void": False,
        "a block rule that is gone": True,
        "a rule that is gone": True,
    }
    assert reason(found["another rule"]) == "allowed: the allow rule 'other' of this host"


def test_a_port_within_a_range_that_another_rule_blocks() -> None:
    found = effect(
        "Action=Allow|Protocol=6|LPort2_10=8000-8100|Name=ours",
        "Action=Block|Protocol=6|LPort=8050|Name=wins",
    )
    assert found.effective is False
    assert reason(found) == "port 8050: blocked: the block rule 'wins' of this host"


def test_a_policy_that_voids_local_rules_is_named() -> None:
    found = effect(OPEN_8080, settings=NO_LOCAL_RULES)
    assert found.effective is False
    assert reason(found).startswith("the rule does not count: Group Policy")
    assert reason(found).endswith(f"({POLICY})")
    policy_rule = "Action=Allow|Protocol=6|LPort=8080|Name=theirs"
    found = effect(OPEN_8080, settings=NO_LOCAL_RULES, group_policy=(policy_rule,))
    assert found.effective is True
    assert "'theirs' of Group Policy" in reason(found)


def test_settings_that_decide() -> None:
    assert effect(OPEN_8080, settings=OFF).effective is True
    shield = {"block_all_inbound": Setting(True, Origin.LOCAL, "k")}
    found = effect(OPEN_8080, settings=shield)
    assert found.effective is False
    assert "all inbound traffic is blocked" in reason(found)
    block = "Action=Block|Protocol=6|LPort=8080|Name=ours"
    assert effect(block).effective is True
    found = effect(block, settings=OFF)
    assert (found.effective, reason(found)) == (
        False, "allowed: the firewall is off in this profile (set locally)",
    )  # fmt: skip


def test_another_firewall() -> None:
    shield = FirewallProduct("Shield", 0x1000)
    found = effect(OPEN_8080, products=(shield,))
    assert (found.effective, found.profiles[0].state) == (False, VerdictState.OVERRULED)
    assert "another firewall is in charge: Shield" in reason(found)
    assert gone(OPEN_8080, products=(shield,)).effective is None
    hardened = ("Action=Block|Protocol=6|App=%SystemRoot%\\a.exe|Svc=a|Name=h",)
    of_program = r"Action=Block|Protocol=6|App=C:\b.exe|Name=p"
    found = effect(OPEN_8080, of_program, products=(shield,), static_service=hardened)
    assert (found.effective, found.profiles[0].state) == (False, VerdictState.OVERRULED)
    assert reason(found) == "overruled: another firewall is in charge: Shield"


def test_a_profile_that_no_network_has() -> None:
    found = effect(f"{OPEN_8080}|Profile=Domain", networks=(PRIVATE, PUBLIC))
    assert found.effective is False
    assert reason(found) == (
        "the rule is for domain, and the host is connected to networks that are private and public"
    )
    assert [each.effective for each in found.profiles] == [True]
    # Where no network is known, nothing shows which profile counts: all of them have to agree.
    unknown = effect(f"{OPEN_8080}|Profile=Domain", networks=())
    assert (unknown.effective, reason(unknown)) == (
        None,
        "the rule is for domain, and Windows reports no network of the host, so that it is "
        "uncertain which profile counts",
    )
    assert effect(OPEN_8080, networks=()).effective is True
    assert effect(f"{OPEN_8080}|Profile=Private", networks=(PRIVATE, PUBLIC)).effective is True


ADAPTERS = [f"{{AAAAAAAA-0000-0000-0000-00000000000{number}}}" for number in (1, 2)]


def by(*profiles: Profile) -> tuple[Network, ...]:
    """Networks that come by one adapter each."""
    return tuple(
        Network(profile, interface_id=guid, alias=f"Ethernet {number}")
        for number, (profile, guid) in enumerate(zip(profiles, ADAPTERS, strict=False), start=1)
    )


def test_of_the_networks_those_count_whose_adapters_the_rule_is_for() -> None:
    first, second = (f"{OPEN_8080}|IF={guid}" for guid in ADAPTERS)
    elsewhere = by(Profile.PRIVATE, Profile.PUBLIC)
    for rule in (first, second):
        assert effect(rule, networks=elsewhere).effective is True
        assert effect(rule, networks=by(Profile.PRIVATE, Profile.PRIVATE)).effective is True
        # What another rule blocks in the profile of the other adapter is not its traffic.
        blocked = effect(rule, "Action=Block|Profile=Public|Name=b", networks=elsewhere)
        assert blocked.effective is (rule is first)
    found = effect(second, networks=by(Profile.PRIVATE))
    assert found.effective is False
    assert ADAPTERS[1] in reason(found)
    assert "connected by others" in reason(found)
    assert effect(second, networks=()).effective is None


def test_an_adapter_is_called_by_its_name_where_one_has_it() -> None:
    rule = f"{OPEN_8080}|Profile=Private|Profile=Public|IF={ADAPTERS[0]}|IF={ADAPTERS[1]}"
    networks = by(Profile.PRIVATE)
    found = effect(rule, networks=networks).profiles[1].reason
    assert f"if the network adapter is Ethernet 1, {ADAPTERS[1]}" in render(found, "en")
    twins = (*networks, replace(networks[0], interface_id=ADAPTERS[1]))
    found = effect(rule, networks=twins).profiles[1].reason
    assert f"if the network adapter is {', '.join(ADAPTERS)};" in render(found, "en")


@pytest.mark.parametrize("action", ["Allow", "Block"])
def test_a_network_of_another_adapter_in_the_profile_of_a_rule_is_not_one_of_the_rule(
    action: str,
) -> None:
    """What the profile's default blocks there is not what the rule blocks."""
    rule = f"Action={action}|Protocol=6|LPort=8080|Name=ours|Profile=Public|IF={ADAPTERS[0]}"
    found = effect(rule, networks=by(Profile.PRIVATE, Profile.PUBLIC))
    assert found.effective is False
    assert reason(found) == (
        "the rule is for public, and the host is connected to networks that are private"
    )


def test_the_worst_network_counts() -> None:
    blocked = "Action=Block|Profile=Public|Name=wins"
    found = effect(OPEN_8080, blocked, networks=(PRIVATE, PUBLIC))
    assert found.effective is False
    assert [each.effective for each in found.profiles] == [True, True, False]


def test_a_block_rule_with_conditions_of_its_own() -> None:
    found = effect("Action=Block|Protocol=6|LPort=8080|RA4=10.0.0.5|Name=ours",
                   "Action=Allow|Protocol=6|LPort=8080|Name=other")  # fmt: skip
    assert found.effective is True
    bypass = "Action=ByPass|Protocol=6|LPort=8080|Security=Authenticate|Name=other"
    assert effect("Action=Block|Protocol=6|LPort=8080|Name=ours", bypass).effective is True


def test_a_host_of_which_nothing_is_certain() -> None:
    reading = replace(host(OPEN_8080), stopped={"MpsSvc": "Disabled"})
    found = judge(ours(reading), reading)
    assert found.effective is None
    assert "MpsSvc" in reason(found)


# ------------------------------------------------------------------ a rule that is not there


def test_a_rule_that_is_gone_or_off_should_have_no_effect_any_more() -> None:
    assert gone(OPEN_8080).effective is True
    found = gone(OPEN_8080, "Action=Allow|Protocol=6|LPort2_10=8000-9000|Name=other")
    assert found.effective is False
    assert reason(found) == "allowed: the allow rule 'other' of this host"
    assert gone(OPEN_8080, r"Action=Allow|App=C:\a.exe|Name=other").effective is None
    assert gone(OPEN_8080, settings=OFF).effective is False
    off = replace(ours(host(OPEN_8080)), active=False)
    reading = host().with_local_rules((off,))
    assert judge(off, reading).effective is True


def test_a_block_rule_that_is_gone_leaves_what_else_blocks() -> None:
    block = "Action=Block|Protocol=6|LPort=8080|Name=ours"
    found = gone(block)
    assert found.effective is False
    assert "the default action blocks it" in reason(found)
    assert gone(block, "Action=Allow|Protocol=6|LPort=8080|Name=other").effective is True


def test_a_rule_that_is_gone_from_where_the_pc_is_not_has_no_effect_there() -> None:
    """Whatever its traffic would meet in a network that the PC is not connected to."""
    domain = f"{OPEN_8080}|Profile=Domain"
    also = "Action=Allow|Protocol=6|LPort=8080|Profile=Domain|Name=other"
    found = gone(domain, also)
    assert (found.effective, found.lacks) == (True, frozenset())
    assert reason(found).startswith("nothing changes now: the rule is for domain, and the host is")
    assert [(each.profile, each.active, each.effective) for each in found.profiles] == [
        (Profile.DOMAIN, False, False)
    ]
    # Without a network, it is uncertain which profile counts.
    assert gone(domain, also, networks=()).effective is False
    assert gone(domain, also, networks=(Network(Profile.DOMAIN),)).effective is False
    off = replace(ours(host(domain)), active=False)
    assert judge(off, host(also).with_local_rules((off,))).effective is True


# ------------------------------------------------------------------ outbound, other protocols


def outbound(action: str, present: bool = True, **others: Any) -> Effect:
    reading = host(f"Action={action}|Protocol=6|RPort=25|Name=ours", **others)
    rule = replace(ours(reading), direction=Direction.OUT)
    return judge(rule, reading, present=present)


def test_outbound_rules_are_judged_as_far_as_settings_decide() -> None:
    assert outbound("Block").effective is True
    assert outbound("Allow").effective is None
    assert outbound("Block", settings=OFF).effective is False
    assert outbound("Allow", settings=OFF).effective is True
    found = outbound("Block", settings=NO_LOCAL_RULES)
    assert (found.effective, POLICY in reason(found)) == (False, True)
    assert outbound("Block", products=(FirewallProduct("Shield", 0x1000),)).effective is False
    assert outbound("Block", present=False).effective is None


@each_row(
    ("rule", "effective"),
    [
        ("Action=Allow|Protocol=1|ICMP4=8:*|Name=ours", True),
        ("Action=Allow|Protocol=58|ICMP6=128:*|Name=ours", True),
        ("Action=Allow|Protocol=47|Name=ours", True),
        ("Action=Allow|Protocol=6|LPort=8080|RA6=fe80::/64|Name=ours", True),
        (r"Action=Allow|App=%SystemRoot%\a.exe|Name=ours", True),
        (r"Action=Allow|App=%SystemRoot%\svchost.exe|Svc=Spooler|Name=ours", True),
        ("Action=Allow|Protocol=6|LPort=RPC-EPMap|Name=ours", True),
        ("Action=Allow|Protocol=6|LPort=RPC|Name=ours", None),
        ("Action=Allow|Protocol=17|LPort2_10=5000-5010|Name=ours", True),
    ],
)
def test_rules_of_every_kind(rule: str, effective: bool | None) -> None:
    assert effect(rule).effective is effective


def test_one_port_stands_for_each_part_of_a_range() -> None:
    reading = host(
        "Action=Allow|Protocol=6|LPort=80|LPort2_10=8000-8100|Name=ours",
        "Action=Allow|Protocol=6|LPort=8050|LPort2_10=7000-8019|Name=other",
        "Action=Allow|Protocol=17|LPort=8070|Name=udp",
        group_policy=("Action=Block|Protocol=6|LPort=8099|Name=policy",),
    )
    assert represented(ours(reading), reading) == [
        (6, port) for port in (80, 8000, 8020, 8050, 8051, 8099, 8100)
    ]
    assert represented(ours(host(OPEN_8080)), reading) == [(6, 8080)]


def represented(rule: FirewallRule, reading: FirewallReading) -> list[tuple[int, object]]:
    """The protocols and ports, or types of ICMP, that represent a rule."""
    firewall = reading.firewall()
    found = probes(rule, firewall, other_rules(rule, firewall))
    return [(each.protocol, each.port or each.icmp) for each in found]


def test_a_rule_for_any_protocol_is_for_icmp_and_all_others_too() -> None:
    others = (
        "Action=Allow|Protocol=6|LPort=80|Name=web",
        "Action=Allow|Protocol=1|ICMP4=8:*|Name=ping",
        "Action=Allow|Protocol=47|Name=gre",
    )
    reading = host("Action=Allow|Name=ours", *others)
    assert represented(ours(reading), reading) == [
        (6, 1), (6, 80), (6, 81), (17, 1), (1, (0, 0)), (1, (8, 0)), (58, (0, 0)), (47, None),
        (254, None),
    ]  # fmt: skip
    only_ipv6 = host("Action=Allow|RA6=2001:db8::/32|Name=ours", "Action=Allow|Protocol=254|Name=x")
    assert represented(ours(only_ipv6), only_ipv6) == [
        (6, 1), (17, 1), (58, (0, 0)), (254, None), (253, None),
    ]  # fmt: skip


@each_row(
    ("other", "effective", "words"),
    [
        ("Action=Block|Protocol=1|ICMP4=5:*|Name=b", None, "ICMP type 5: blocked: the block rule"),
        ("Action=Block|Protocol=58|Name=b", None, "ICMPv6 type 0: blocked: the block rule"),
        ("Action=Block|Protocol=47|Name=b", None, "protocol 47: blocked: the block rule"),
        ("Action=Block|Protocol=47|App=C:\\other.exe|Name=b", True, "'ours'"),
    ],
)
def test_each_protocol_counts(other: str, effective: bool | None, words: str) -> None:
    found = effect(APP, other)
    assert (found.effective, words in reason(found)) == (effective, True), reason(found)
    left = gone(
        "Action=Allow|Name=ours", other.replace("Block", "Allow").replace("|App=", "|Desc=")
    )
    assert (left.effective, left.in_part) == (None, True)


@pytest.mark.sweep
def test_too_many_parts_are_not_called_certain() -> None:
    many = [f"Action=Allow|Protocol=6|LPort={port}|Name=n" for port in range(1000, 2100, 2)]
    found = effect("Action=Allow|Protocol=6|LPort2_10=1-65535|Name=ours", *many)
    assert found.effective is None
    assert reason(found) == "too many other rules are about these ports"
    found = effect("Action=Allow|Protocol=6|LPort2_10=1-1100|Name=ours", *many)
    assert found.effective is True


MANY = [rf"Action=Allow|App=C:\{number}.exe|Name=app{number}" for number in range(40)]


def test_rules_for_single_programs_hide_neither_the_rule_nor_the_policy() -> None:
    reading = host(*MANY, f"{OPEN_8080}|RA4=10.0.0.0/8")
    rule = reading.stores.of(Store.LOCAL)[-1]
    found = judge(rule, reading)
    assert found.effective is True
    assert reason(found).startswith("conditional: allowed by the rule 'ours' if the remote address")
    reading = host(*MANY, OPEN_8080, settings=NO_LOCAL_RULES)
    found = judge(rule, reading)
    assert (found.effective, POLICY in reason(found)) == (False, True)


# ------------------------------------------------------------------ parts of the traffic

APP = r"Action=Allow|App=C:\app.exe|Name=ours"
ALL_TCP = "Action=Allow|Protocol=6|Name=ours"
PING = "Action=Allow|Protocol=1|ICMP4=8:*|ICMP4=13:*|Name=ours"


@each_row(
    ("rule", "other", "effective", "words"),
    [
        # A rule without ports, and one with ports.
        (APP, "Action=Block|Protocol=6|LPort=445|Name=wins", None, "port 445: blocked"),
        (APP, "Action=Block|Protocol=6|LPort=445|App=C:\\other.exe|Name=b", True, "'ours'"),
        (
            APP,
            "Action=Block|Protocol=6|LPort2_10=1-65535|Name=b",
            None,
            "TCP ports 1-65535: blocked",
        ),
        (
            ALL_TCP,
            "Action=Block|Protocol=6|LPort2_10=1-65535|Name=wins",
            False,
            "blocked: the block",
        ),
        (ALL_TCP, "Action=Block|Protocol=17|LPort=445|Name=b", True, "'ours'"),
        ("Action=Block|Protocol=6|Name=ours", "Action=Allow|Protocol=6|LPort=80|Name=a", True, ""),
        # A rule with ports, and one without.
        (OPEN_8080, "Action=Block|Protocol=6|Name=wins", False, "blocked: the block rule 'wins'"),
        # Both families, of which a rule may be about one.
        (OPEN_8080, "Action=Block|RA6=::-ffff::|Name=b", None, "IPv6"),
        (f"{OPEN_8080}|RA4=10.0.0.0/8", "Action=Block|RA6=::-ffff::|Name=b", True, "'ours'"),
        (OPEN_8080, "Action=Block|Protocol=6|LPort=8080|LA6=::-ffff::|Name=b", None, "IPv6"),
        # Every type of ICMP.
        (PING, "Action=Block|Protocol=1|ICMP4=13:*|Name=wins", False, "ICMP type 13: blocked"),
        (PING, "Action=Block|Protocol=1|ICMP4=8:3|Name=wins", False, "ICMP type 8: blocked"),
        (PING, "Action=Block|Protocol=1|ICMP4=5:*|Name=b", True, "'ours'"),
        (
            "Action=Allow|Protocol=1|Name=ours",
            "Action=Block|Protocol=1|ICMP4=5:*|Name=b",
            None,
            "ICMP type 5: blocked",
        ),
    ],
)
def test_each_part_of_the_traffic_counts(
    rule: str, other: str, effective: bool | None, words: str
) -> None:
    found = effect(rule, other)
    assert (found.effective, words in reason(found)) == (effective, True), reason(found)


@each_row(
    ("rule", "other", "effective", "in_part"),
    [
        (ALL_TCP, "Action=Allow|Protocol=6|LPort=80|Name=other", None, True),
        (ALL_TCP, "Action=Allow|Protocol=6|Name=other", False, False),
        (ALL_TCP, "Action=Allow|Name=other", False, False),
        (ALL_TCP, "Action=Allow|Protocol=17|LPort=80|Name=other", True, False),
        (OPEN_8080, "Action=Allow|Protocol=6|Name=other", False, False),
        (OPEN_8080, "Action=Allow|Protocol=6|LPort=8080|RA6=::-ffff::|Name=other", None, True),
        (PING, "Action=Allow|Protocol=1|ICMP4=13:*|Name=other", False, True),
    ],
)
def test_what_is_left_when_a_rule_is_gone(
    rule: str, other: str, effective: bool | None, in_part: bool
) -> None:
    found = gone(rule, other)
    assert (found.effective, found.in_part) == (effective, in_part), reason(found)


RANGE = "Action=Allow|Protocol=6|LPort2_10=100-2000|Name=ours"
DHCP_RANGE = "Action=Allow|Protocol=17|LPort2_10=60-70|Name=ours"


def test_the_words_of_other_rules_divide_ports_and_their_codes_divide_icmp() -> None:
    """A part that begins inside of a range, or that is left of a type of ICMP."""
    word = "Protocol={}|LPort={}|Name=other"
    ping = ("Action=Allow|Protocol=1|ICMP4=8:*|Name=a", "Action=Block|Protocol=1|ICMP4=8:0|Name=b")
    found = {
        "blocked": effect(RANGE, "Action=Block|" + word.format(6, "RPC-EPMap")),
        "left": gone(RANGE, "Action=Allow|" + word.format(6, "RPC-EPMap")),
        "left of all": gone(ALL_TCP, "Action=Allow|" + word.format(6, "RPC-EPMap")),
        "DHCP": effect(DHCP_RANGE, "Action=Block|" + word.format(17, "DHCP")),
        "dynamic": effect(RANGE, "Action=Block|" + word.format(6, "RPC")),
        "ping": gone("Action=Allow|Protocol=1|Name=ours", *ping),
    }
    assert {case: (each.effective, each.in_part) for case, each in found.items()} == {
        "blocked": (False, True),
        "left": (False, True),
        "left of all": (None, True),
        "DHCP": (False, True),
        "dynamic": (None, False),
        "ping": (None, True),
    }
    assert reason(found["blocked"]).startswith("port 135: blocked")
    assert reason(found["ping"]).startswith("ICMP type 8: allowed")


def test_each_part_of_the_remote_addresses_counts() -> None:
    ten, net, one = "RA4=10.0.0.0/255.0.0.0", "RA4=192.168.0.0/255.255.0.0", "RA4=10.0.0.5"
    ours_10 = f"{OPEN_8080}|{ten}"
    allow, block = (
        f"Action={each}|Protocol=6|LPort=8080|Name=other" for each in ("Allow", "Block")
    )
    found = {
        "all of it is blocked": effect(ours_10, f"{block}|{ten}"),
        "other addresses are": effect(ours_10, f"{block}|{net}"),
        "one of it is": effect(ours_10, f"{block}|{one}"),
        "one of all is": effect(OPEN_8080, f"{block}|{one}"),
        "only Windows knows which": effect(f"{OPEN_8080}|RA4=LocalSubnet", f"{block}|{one}"),
        "the PC itself is not filtered": effect(OPEN_8080, f"{block}|RA4=127.0.0.1"),
        "gone, the same is left": gone(ours_10, f"{allow}|{ten}"),
        "gone, other addresses are": gone(ours_10, f"{allow}|{net}"),
        "gone, one is": gone(ours_10, f"{allow}|{one}"),
        "gone, a part of all is": gone(OPEN_8080, f"{allow}|{ten}"),
        "gone, for a program": gone(ours_10, rf"{allow}|{ten}|App=C:\a.exe"),
    }
    assert {case: (each.effective, each.in_part) for case, each in found.items()} == {
        "all of it is blocked": (False, False),
        "other addresses are": (True, False),
        "one of it is": (False, True),
        "one of all is": (None, True),
        "only Windows knows which": (None, False),
        "the PC itself is not filtered": (True, False),
        "gone, the same is left": (False, False),
        "gone, other addresses are": (True, False),
        "gone, one is": (False, True),
        "gone, a part of all is": (None, True),
        "gone, for a program": (None, False),
    }
    assert reason(found["all of it is blocked"]) == "blocked: the block rule 'other' of this host"
    assert "remote address is 10.0.0.0/8" in reason(found["gone, a part of all is"])


def test_the_local_subnet_of_another_rule_is_a_part_where_it_is_known() -> None:
    near = "Action=Allow|Protocol=6|LPort=8080|RA4=LocalSubnet|RA6=LocalSubnet|Name=other"
    known = replace(PRIVATE, addresses=("192.168.0.2",), subnets=("192.168.0.0/24",))
    perhaps = replace(known, perhaps_local=("192.168.1.0/24",))
    inside, outside, both = (
        f"{OPEN_8080}|RA4={each}" for each in ("192.168.0.8", "10.0.0.8", "192.168.0.8-192.168.1.8")
    )
    found = {
        "everywhere": gone(OPEN_8080, near, networks=(known,)),
        "inside": gone(inside, near, networks=(known,)),
        "outside": gone(outside, near, networks=(known,)),
        "both": gone(both, near, networks=(known,)),
        "perhaps": gone(both, near, networks=(perhaps,)),
        "unknown": gone(outside, near),
    }
    assert {case: (each.effective, each.in_part) for case, each in found.items()} == {
        "everywhere": (None, True),
        "inside": (False, False),
        "outside": (True, False),
        "both": (False, True),
        "perhaps": (None, False),
        "unknown": (None, False),
    }


def test_the_local_subnet_of_a_rule_beside_addresses_of_others() -> None:
    near = f"{OPEN_8080}|RA4=LocalSubnet"
    known = replace(PRIVATE, addresses=("192.168.0.2",), subnets=("192.168.0.0/24",))
    perhaps = replace(known, perhaps_local=("192.168.1.0/24",))
    block = "Action=Block|Protocol=6|LPort=8080|Name=b|RA4="
    found = {
        "unknown": effect(near, f"{block}192.168.0.9"),
        "one of it": effect(near, f"{block}192.168.0.9", networks=(known,)),
        "all of it": effect(near, f"{block}192.168.0.0-192.168.0.255", networks=(known,)),
        "others": effect(near, f"{block}10.0.0.9", networks=(known,)),
        "one that may be local": effect(near, f"{block}192.168.1.9", networks=(perhaps,)),
        "others, where some may be local": effect(near, f"{block}10.0.0.9", networks=(perhaps,)),
        "with addresses": effect(f"{near}|RA4=10.0.0.9", f"{block}10.0.0.9", networks=(known,)),
        "with what only Windows knows": effect(
            f"{near}|RA4=DNS", f"{block}192.168.0.9", networks=(known,)
        ),
        "gone": gone(near, "Action=Allow|Protocol=6|LPort=8080|Name=o", networks=(known,)),
        "gone, for others": gone(
            near, "Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.9|Name=o", networks=(known,)
        ),
    }
    assert {case: (each.effective, each.in_part) for case, each in found.items()} == {
        "unknown": (None, False),
        "one of it": (False, True),
        "all of it": (False, False),
        "others": (True, False),
        "one that may be local": (None, False),
        "others, where some may be local": (True, False),
        "with addresses": (False, True),
        "with what only Windows knows": (None, False),
        "gone": (False, False),
        "gone, for others": (True, False),
    }
    assert found["unknown"].lacks == {Lack.ADDRESSES}


def test_what_would_tell_more() -> None:
    program = r"Action=Block|Protocol=6|LPort=8080|App=C:\a.exe|Name=b"
    service = "Action=Block|Protocol=6|LPort=8080|Svc=x|Name=b"
    near = "Action=Block|Protocol=6|LPort=8080|RA4=LocalSubnet|Name=b"
    here = "Action=Block|Protocol=6|LPort=8080|LA4=10.0.0.1|Name=b"
    known = replace(PRIVATE, addresses=("192.168.0.2",), subnets=("192.168.0.0/24",))
    user = "Action=Block|Protocol=6|LPort=8080|LUAuth=O:LSD:|Name=b"
    product = (FirewallProduct("x", 0x41000),)
    found = {
        "programs": effect(OPEN_8080, program),
        "services": effect(OPEN_8080, service),
        "subnets": effect(OPEN_8080, near),
        "own addresses": effect(OPEN_8080, here),
        "both": effect(OPEN_8080, program, near),
        "subnets that are known": effect(OPEN_8080, program, near, networks=(known,)),
        "users": effect(OPEN_8080, user),
        "the rule's own program": effect(OPEN_8080 + r"|App=C:\b.exe", service),
        "nothing": effect(OPEN_8080),
        "another firewall": gone(OPEN_8080, program, products=product),
        "outbound": outbound("Allow"),
    }
    programs, addresses = Lack.LISTENERS, Lack.ADDRESSES
    assert {case: set(each.lacks) for case, each in found.items()} == {
        "programs": {programs},
        "services": {programs, Lack.SERVICES},
        "subnets": {addresses},
        "own addresses": {addresses},
        "both": {programs, addresses},
        "subnets that are known": {programs},
        "users": set(),
        "the rule's own program": set(),
        "nothing": set(),
        "another firewall": set(),
        "outbound": set(),
    }


def test_a_demand_of_ipsec_from_some_addresses_leaves_it_open() -> None:
    """Connection security rules divide the addresses too, and they are not tried one by one."""
    demand = security_rule("s", "v2.31|Active=TRUE|Action=SecureServer|Name=s|EP2_4=10.0.0.0/8|")
    network = replace(PRIVATE, addresses=("192.168.0.2",))

    def secured(*rules: str) -> FirewallReading:
        found = host(*rules, networks=(network,))
        return replace(
            found, stores=replace(found.stores, security={Store.GROUP_POLICY: (demand,)})
        )

    removed = ours(host(OPEN_8080))
    there = secured(OPEN_8080, "Action=Block|Protocol=6|LPort=8080|RA4=172.16.0.1|Name=b")
    found = {
        "there": judge(ours(there), there),
        "gone": judge(removed, secured(), present=False),
        "gone, another stays": judge(removed, secured(OPEN_8080), present=False),
    }
    assert {case: (each.effective, each.in_part) for case, each in found.items()} == {
        "there": (None, False),
        "gone": (True, False),
        "gone, another stays": (None, False),
    }


@pytest.mark.sweep
def test_of_very_many_remote_addresses_each_counts() -> None:
    ours_10 = f"{OPEN_8080}|RA4=10.0.0.0/255.0.0.0"
    others = "".join(f"|RA4=192.168.{each >> 8}.{each & 255}" for each in range(0, 4_000, 2))
    several = effect(ours_10, f"Action=Block|Name=b{others}")
    blocked = "".join(f"|RA4=10.0.{each >> 8}.{each & 255}" for each in range(0, 4_000, 2))
    found = effect(ours_10, f"Action=Block|Name=b{blocked}")
    all_of_them = effect(f"{OPEN_8080}{blocked}", f"Action=Block|Name=b{blocked}")
    assert (several.effective, several.in_part) == (True, False)
    assert (found.effective, found.in_part) == (False, True)
    assert (all_of_them.effective, all_of_them.in_part) == (False, False)


def test_a_reason_that_holds_for_every_part_names_none() -> None:
    found = {
        "ports": effect(RANGE, "Action=Block|Protocol=6|LPort=3000|Name=b"),
        "every port": gone(ALL_TCP, "Action=Block|Protocol=6|LPort=80|App=C:\\a.exe|Name=b"),
        "ICMP": effect(PING),
        "one port": effect(RANGE, "Action=Block|Protocol=6|LPort=135|Name=b"),
    }
    assert {case: reason(each).partition(":")[0] for case, each in found.items()} == {
        "ports": "allowed",
        "every port": "blocked",
        "ICMP": "allowed",
        "one port": "port 135",
    }


def test_a_network_without_addresses_of_a_family_has_no_traffic_of_it() -> None:
    block = "Action=Block|Protocol=6|LPort=8080|RA6=::-ffff::|Name=b"
    ipv4_only = replace(PRIVATE, addresses=("192.168.0.2",))
    assert effect(OPEN_8080, block, networks=(ipv4_only,)).effective is True


APACHE, NGINX = (Listener(6, 8080, "0.0.0.0", rf"C:\{name}.exe", ()) for name in "an")


@each_row(
    ("others", "held", "effective", "words"),
    [
        ([r"Action=Allow|App=C:\a.exe|Name=a"], [], None, r"C:\a.exe"),
        ([r"Action=Allow|App=C:\a.exe|Name=a"], [APACHE], False, "the allow rule 'a'"),
        ([r"Action=Allow|App=C:\a.exe|Name=a"], [NGINX], True, "the default action blocks it"),
        ([r"Action=Allow|App=C:\a.exe|Name=a"], [NGINX, APACHE], False, "allowed: the allow rule"),
        (MANY, [NGINX], True, "the default action blocks it"),
        (["Action=Allow|Svc=Spooler|Name=s"], [NGINX], True, "the default action blocks it"),
    ],
)
def test_what_listens_at_the_port_decides_about_rules_for_programs(
    others: list[str], held: list[Listener], effective: bool | None, words: str
) -> None:
    removed = ours(host(OPEN_8080))
    found = judge(removed, host(*others), present=False, held=held)
    assert (found.effective, words in reason(found)) == (effective, True), reason(found)
    assert "others" not in reason(found) or not held
    assert "port" not in reason(found)


def test_what_listens_at_a_port_does_not_stand_for_others() -> None:
    rule = "Action=Allow|Protocol=6|LPort2_10=8080-8081|Name=ours"
    reading = host(rule, r"Action=Block|App=C:\n.exe|Name=b")
    assert judge(ours(reading), reading, held=[APACHE]).effective is None
    reading = host(rule, r"Action=Block|Protocol=6|LPort=8080|App=C:\n.exe|Name=b")
    assert judge(ours(reading), reading, held=[APACHE]).effective is True
    assert judge(ours(reading), reading, held=[NGINX]).effective is False
    # A rule for one program is about that program, whoever has its port now.
    program = host(rf"{OPEN_8080}|App=C:\n.exe", r"Action=Block|App=C:\a.exe|Name=b")
    assert judge(ours(program), program, held=[APACHE]).effective is True


def test_rules_for_app_packages_open_no_port_of_a_program() -> None:
    package = "Action=Allow|AppPkgId=S-1-15-2-1|Name=app"
    assert gone(OPEN_8080, package).effective is True
    assert effect(f"{OPEN_8080}|AppPkgId=S-1-15-2-1").effective is True


# ------------------------------------------------------------------ in Japanese


@each_row(
    ("found", "words"),
    [
        (effect(OPEN_8080), "許可: この PC の許可の規則「ours」が適用されます"),
        (
            effect("Action=Allow|Protocol=6|LPort=80|LPort2_10=90-91|Name=ours", settings=OFF),
            "許可: このプロファイルではファイアウォールが無効です (ローカルで設定)",
        ),
        (
            effect(
                "Action=Allow|Protocol=6|LPort=80|LPort2_10=90-91|Name=ours",
                "Action=Block|Protocol=6|LPort=91|Name=b",
            ),
            "ポート 91: ブロック: この PC のブロックの規則「b」が適用されます",
        ),
        (
            effect(OPEN_8080, settings=NO_LOCAL_RULES),
            "規則は適用されません。グループ ポリシーにより、このようなローカルの規則は無効です "
            f"({POLICY})",
        ),
        (
            effect(f"{OPEN_8080}|Profile=Domain", networks=(PRIVATE, PUBLIC)),
            "規則はドメイン プロファイル用ですが、PC はプライベート、パブリック ネットワークに接続"
            "されています",
        ),
        (
            effect("Action=Allow|Protocol=6|LPort=RPC|LPort=IPHTTPSIn|Name=ours"),
            "IPHTTPSIn、RPC のポートは Windows にしか分かりません",
        ),
        (
            effect(OPEN_8080, products=(FirewallProduct("Shield", 0x1000),)),
            "適用外: 他社製のファイアウォールが動作しています: Shield",
        ),
        (outbound("Block"), "ブロック: ブロックの規則はほかのすべての規則より優先されます"),
        (outbound("Allow"), "送信の規則どうしの関係は判定しません"),
    ],
)
def test_reasons_in_japanese(found: Effect, words: str) -> None:
    assert reason(found, "ja") == words


def test_why_nothing_is_certain_is_told_whole_in_each_language() -> None:
    reading = replace(host(OPEN_8080), stopped={"MpsSvc": "Disabled", "BFE": "Disabled"})
    found = judge(ours(reading), reading)
    assert reading.problem is not None
    assert reason(found) == render(reading.problem, "en")
    assert reason(found, "ja") == f"判定できません。{render(reading.problem, 'ja')}"
    assert "BFE (ベース フィルター エンジン" in reason(found, "ja")
