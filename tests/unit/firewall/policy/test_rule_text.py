# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of firewall rules: real ones, the grammar, and both ways for generated ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    PortCondition,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    MAX_TEXT,
    RuleSyntaxError,
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV6,
    TCP,
    UDP,
    Action,
    Direction,
    EdgeTraversal,
    InterfaceType,
    Profile,
)
from unit.firewall import firewall_samples as samples
from unit.firewall import rule_writer
from unit.firewall.rule_strategies import rules
from unit.firewall.rule_writer import format_rule
from unit.rows import each_row


@cache
def recorded() -> tuple[tuple[Store, FirewallRule], ...]:
    """All rules of the samples, real ones and written ones."""
    return tuple(
        (store, rule)
        for name in (*samples.HIVES, samples.GROUP_POLICY, samples.WIN11)
        for store in Store
        for rule in samples.read(name).of(store)
    )


def ports(*numbers: int | tuple[int, int], words: tuple[str, ...] = ()) -> PortCondition:
    pairs = tuple(each if isinstance(each, tuple) else (each, each) for each in numbers)
    return PortCondition(PortSet(pairs), frozenset(words))


def sample_rule(name: str, store: Store, rule_id: str) -> FirewallRule:
    (found,) = [rule for rule in samples.read(name).of(store) if rule.rule_id == rule_id]
    return found


def test_every_recorded_rule_is_understood_in_full() -> None:
    written = 28
    assert len(recorded()) == 3582 + written
    assert [rule for _unused, rule in recorded() if rule.unknown or rule.malformed] == []
    assert all(rule.action and rule.direction and rule.name for _unused, rule in recorded())


def test_every_recorded_rule_comes_back_byte_for_byte() -> None:
    assert all(rule.source and format_rule(rule) == rule.source for _unused, rule in recorded())


@pytest.mark.sweep
def test_written_anew_the_rules_mean_the_same() -> None:
    """The order of the fields is that of Windows: where people's rules are kept, all but those
    that list neighbouring ports singly, or ports or addresses out of order, are even the same
    text."""
    same: Counter[tuple[Store, bool]] = Counter()
    for store, rule in recorded():
        text = rule_writer.write(rule)
        assert parse(rule.rule_id, text) == rule
        same[store, text == rule.source] += 1
    assert (same[Store.LOCAL, True], same[Store.LOCAL, False]) == (2054, 23)
    assert (same[Store.APP_ISOLATION, True], same[Store.APP_ISOLATION, False]) == (655, 0)
    assert (same[Store.GROUP_POLICY, True], same[Store.GROUP_POLICY, False]) == (5, 0)


def test_a_rule_that_is_read_is_as_one_that_is_constructed() -> None:
    for _store, rule in recorded():
        values = {each.name: getattr(rule, each.name) for each in fields(FirewallRule)}
        made = FirewallRule(**values)
        assert (made, hash(made), repr(made)) == (rule, hash(rule), repr(rule))
        assert made.source == rule.source
        changed = FirewallRule(**values | {"rule_id": "other", "source": None})
        for other in (replace, FirewallRule.but):
            found = other(rule, rule_id="other", source=None)
            assert (found, hash(found), found.source) == (changed, hash(changed), None)


@each_row("field", ["Action=Allow", "Desc=" + 200 * "x"])
def test_a_field_that_stands_twice_counts_once(field: str) -> None:
    """Whether it is one that many rules have, or one that is too long to be remembered."""
    for name in ("a", "b"):
        rule = parse(name, f"v2.30|{field}|Dir=In|{field}|")
        assert rule.malformed == (tuple(field.split("=")),)
        assert (rule.action is Action.ALLOW) is field.startswith("Action")
        assert rule.description == (None if rule.action else 200 * "x")


def test_any_protocol_is_as_no_protocol() -> None:
    assert parse("a", "v2.30|Protocol=256|Dir=In|") == parse("a", "v2.30|Dir=In|")
    assert parse("a", "v2.30|Protocol=256|Protocol=6|").protocol == TCP
    assert parse("a", "v2.30|Protocol=257|").malformed == (("Protocol", "257"),)


def test_a_rule_for_people() -> None:
    rule = sample_rule(samples.WIN10_1903, Store.LOCAL, "OpenSSH-Server-In-TCP")
    assert rule == FirewallRule(
        rule_id="OpenSSH-Server-In-TCP",
        version=(2, 30),
        action=Action.ALLOW,
        active=True,
        direction=Direction.IN,
        protocol=TCP,
        local_ports=ports(22),
        program=r"%SystemRoot%\system32\OpenSSH\sshd.exe",
        name="OpenSSH SSH Server (sshd)",
        description="Inbound rule for OpenSSH SSH Server (sshd)",
        group="OpenSSH Server",
    )


def test_a_rule_with_addresses_keywords_and_a_localised_name() -> None:
    rule = sample_rule(samples.WIN10_1709, Store.LOCAL, "PNRPMNRS-SSDPSrv-In-UDP")
    assert rule.remote_addresses.v4_keywords == rule.remote_addresses.v6_keywords == {"LocalSubnet"}
    assert rule.remote_addresses.texts() == ("LocalSubnet",)
    assert rule.is_localised_name
    assert not rule.enabled
    edge = sample_rule(samples.WIN10_1709, Store.LOCAL, "PNRPMNRS-PNRP-In-UDP")
    assert edge.edge_traversal is EdgeTraversal.DEFER_TO_APP


@each_row(
    ("name", "rule_id", "protocol", "expected"),
    [
        # Lists and ranges in one field, written before the protocol.
        (samples.WIN10_1903, "MDEServer-1", TCP, ports((1, 23553), (23557, 65535))),
        (samples.WIN10_1903, "WMPNetworkSvc-2", TCP, ports((1, 553), (555, 8553), (8555, 65535))),
        # Field names in other letters than the grammar's.
        (samples.WIN10_1903, "DHCP-1-1", UDP, ports(68)),
        (samples.WIN10_1903, "Eventlog-1", TCP, ports(words=("RPC",))),
        (samples.WIN10_1903, "SearchProtocolHost-2", TCP, ports()),
    ],
)
def test_rules_that_are_wider_than_the_grammar(
    name: str, rule_id: str, protocol: int, expected: PortCondition
) -> None:
    rule = sample_rule(name, Store.STATIC_SERVICE, rule_id)
    assert (rule.protocol, rule.local_ports, rule.active) == (protocol, expected, None)
    if rule_id == "SearchProtocolHost-2":
        assert rule.remote_ports == ports(80, 389, 443, 563, 993, 995, 3268)


def test_every_field_of_the_grammar() -> None:
    rule = parse(
        "id",
        "v2.33|Action=Block|Active=FALSE|Dir=Out|Protocol=58|Profile=Domain|Profile=Public|"
        "ICMP6=128:*|ICMP6=1:4|IF={0a1b2c3d-0000-1111-2222-333344445555}|IFType=Lan|"
        "IFType=RemoteAccess|LA4=10.0.0.1|LA6=fe80::/64|RA4=10.0.0.0/255.0.0.0|RA4=DNS|"
        "RA42=IntErnet|RA6=::2-::9|RA62=Ply2Renders|App=C:\\a b\\c.exe|Svc=*|Name=n|Desc=d|"
        "LUAuth=O:LSD:(A;;CC;;;WD)|LUAuth2_24=QQ==|PFN=p_1|LUOwn=S-1-1-0|AppPkgId=S-1-15-2-1|"
        "EmbedCtxt=g|Platform=2:6:1|Platform=2:6:2|Platform2=GTEQ|Edge=TRUE|Defer=User|LSM=TRUE|"
        "LOM=TRUE|PCross=TRUE|RMauth=O:LSD:|RUAuth=O:LSE:|Security=Authenticate|"
        "Security2_9=An-NoEncap|AuthByPassOut=TRUE|SkipVer=2.10|TTK=Proximity|TTK2_22=WFDPrint|"
        "NNm=net|SecurityRealmId=S-1-2|",
    )
    assert (rule.unknown, rule.malformed) == ((), ())
    assert rule.profiles == {Profile.DOMAIN, Profile.PUBLIC}
    assert rule.protocol == ICMPV6
    assert rule.icmp_types == {(128, None), (1, 4)}
    assert rule.interfaces == {"{0A1B2C3D-0000-1111-2222-333344445555}"}
    assert rule.interface_types == {InterfaceType.LAN, InterfaceType.REMOTE_ACCESS}
    assert rule.local_addresses.texts() == ("10.0.0.1", "fe80::/64")
    assert rule.remote_addresses.texts() == (
        "DNS4",
        "Internet4",
        "PlayToDevice6",
        "10.0.0.0/8",
        "::2-::9",
    )
    assert (rule.program, rule.service) == ("C:\\a b\\c.exe", "*")
    assert rule.platforms == ((2, 6, 1), (2, 6, 2))
    assert (rule.platform_operator, rule.skip_version) == ("GTEQ", (2, 10))
    assert rule.edge_traversal is EdgeTraversal.DEFER_TO_USER
    assert rule.security == (("Security", "Authenticate"), ("Security2_9", "An-NoEncap"))
    assert rule.trust_tuples == {("TTK", "Proximity"), ("TTK2_22", "WFDPrint")}
    assert (rule.network_names, rule.security_realm) == ("net", "S-1-2")
    assert (rule.remote_machines, rule.remote_users) == ("O:LSD:", "O:LSE:")
    assert parse("id", rule_writer.write(rule)) == rule


@each_row(
    ("text", "words"),
    [
        ("LPort=RPC|LPort=RPC-EPMap", {"RPC", "RPC-EPMap"}),
        ("LPort2_10=IPTLSIn|LPort2_10=IPHTTPSIn", {"IPTLSIn", "IPHTTPSIn"}),
        ("LPort2_20=Ply2Disc", {"Ply2Disc"}),
        ("LPort2_24=mDNS", {"mDNS"}),
        ("LPort2_29=TcpCDPSvc", {"TcpCDPSvc"}),
        ("LPort=Teredo", {"Teredo"}),
    ],
)
def test_port_keywords(text: str, words: set[str]) -> None:
    rule = parse("id", f"v2.29|Protocol=6|{text}|")
    assert rule.local_ports == PortCondition(keywords=frozenset(words))
    assert rule_writer.write(rule) == f"v2.29|Protocol=6|{text}|"


@each_row(
    "field",
    [
        "Action=Maybe",
        "Active=1",
        "Dir=Up",
        "Profile=Standard",
        "Protocol=1000",
        "Protocol=6|Protocol=17",
        "Protocol=6|LPort=65536",
        "Protocol=6|LPort=0",
        "Protocol=6|LPort=90-80",
        "Protocol=6|LPort=IPHTTPSOut",
        "Protocol=6|RPort=RPC",
        "LPort=80",
        "Protocol=47|LPort=80",
        "ICMP4=8:*",
        "Protocol=58|ICMP4=8:*",
        "Protocol=1|ICMP4=8",
        "Protocol=1|ICMP4=256:*",
        "RA4=fe80::1",
        "RA4=host",
        "RA6=10.0.0.1",
        "LA4=LocalSubnet",
        "App=",
        "Svc=a|Svc=b",
        "IF=eth0",
        "IFType=Bluetooth",
        "Defer=Never",
        "Platform=2:6",
        "Platform2=LT",
        "SkipVer=two",
        "Security=Authenticate|Security=AuthenticateEncrypt",
        "Security=Trust",
        "TTK=",
    ],
)
def test_values_that_do_not_fit_are_kept_and_reported(field: str) -> None:
    rule = parse("id", f"v2.10|{field}|Name=n|")
    key, _unused, value = field.split("|")[-1].partition("=")
    assert rule.malformed == ((key, value),)
    assert rule.unknown == ()
    assert format_rule(rule) == f"v2.10|{field}|Name=n|"


def test_fields_without_a_known_name_are_kept_in_their_order() -> None:
    rule = parse("id", "v2.40|Zone=3|Action=Allow|Later=a=b|bare|")
    assert rule.unknown == (("Zone", "3"), ("Later", "a=b"), ("bare", ""))
    assert rule.action is Action.ALLOW


def test_what_a_text_leaves_out() -> None:
    rule = parse("id", "v2.10|")
    assert rule == FirewallRule("id", version=(2, 10))
    assert not rule.enabled
    assert rule.effective_profiles == set(Profile)
    assert rule.edge_traversal is EdgeTraversal.BLOCK


@each_row(
    "text", ["", "Action=Allow|", "2.10|", "v2|", "v2.10x|", "v300.1|", "v2.10" + "|" * MAX_TEXT]
)
def test_what_is_no_rule_at_all(text: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse("id", text)


def test_a_text_that_comes_again_is_not_read_again() -> None:
    text = "v2.30|Action=Allow|Name=Web|"
    assert parse("web", text) is parse("web", text)
    assert parse("other", text) == replace(parse("web", text), rule_id="other")
    long = text + "x" * 30_000
    assert parse("web", long) == parse("web", long)
    assert parse("web", long) is not parse("web", long)


def test_an_altered_rule_is_written_anew() -> None:
    rule = parse("id", "V2.0|Dir=in|Action=Allow|Name=n|")
    assert format_rule(rule) == "V2.0|Dir=in|Action=Allow|Name=n|"
    assert format_rule(replace(rule, active=False)) == (
        "v2.0|Action=Allow|Active=FALSE|Dir=In|Name=n|"
    )


def test_a_bar_in_a_value_can_not_be_written() -> None:
    with pytest.raises(ValueError, match=r"Name of the rule 'a\|b' holds a '\|'"):
        format_rule(FirewallRule("id", name="a|b"))


@given(rules())
def test_generated_rules_come_back_equal(rule: FirewallRule) -> None:
    text = format_rule(rule)
    again = parse(rule.rule_id, text)
    assert again == rule
    assert format_rule(again) == text


@given(st.text(max_size=80), st.text(alphabet="|=v2.10LPortRA46Protcol-,:*", max_size=80))
def test_no_text_fails_in_another_way(header: str, body: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse("id", "x" + header)
    rule = parse("id", "v2.10|" + body)
    assert format_rule(rule) == "v2.10|" + body


def test_no_other_letter_stands_for_one_of_a_field_or_of_its_value() -> None:
    rule = parse("r", "v2.30|Action=Bloc\u212a|ſvc=x|Dİr=In|Active=TRUE|App=a|")
    assert rule.action is None
    assert rule.service is None
    assert rule.direction is None
    assert rule.malformed == (("Action", "Bloc\u212a"),)
    assert rule.unknown == (("ſvc", "x"), ("Dİr", "In"))
