# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task may say of a rule, and what is refused before anything is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    WantedRule,
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    OPTIONS,
    doubts,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV4,
    TCP,
    UDP,
    Action,
    Direction,
    Profile,
)
from unit.firewall import firewall_samples as samples
from unit.rows import each_row


def one(**options: Any) -> WantedRule:
    (found,) = wanted_rules({"name": "n", **options})
    return found


def rule(**options: Any) -> FirewallRule:
    """The new rule that options make."""
    return one(**options).applied_to(None)


def shown(option: str, **options: Any) -> object:
    return compare.properties(rule(**options))[option]


def test_the_smallest_task_is_the_wizard_with_its_defaults() -> None:
    new = rule(ports=8080)
    assert compare.properties(new) == {
        "name": "n",
        "enabled": True,
        "direction": "in",
        "action": "allow",
        "protocol": "tcp",
        "ports": ["8080"],
        "remote_ports": ["any"],
        "icmp_types": None,
        "profiles": ["domain", "private", "public"],
        "remote_addresses": ["any"],
        "local_addresses": ["any"],
        "program": "any",
        "service": "any",
        "package": "any",
        "interfaces": ["any"],
        "interface_types": ["any"],
        "edge_traversal": "no",
        "authentication": "not_required",
        "encryption": "not_required",
        "remote_machine": "any",
        "remote_user": "any",
        "local_user": "any",
        "platform": ["any"],
        "description": "",
        "group": "",
    }
    # Every option but the id is a property that can be compared and shown, or says two in one word.
    names = [each.name for each in OPTIONS if each.name not in ("rule_id", "security")]
    assert [*compare.properties(new)] == names


@each_row(
    ("option", "value", "expected"),
    [
        ("ports", "80,443", ["80", "443"]),
        ("ports", ["443", 80], ["80", "443"]),
        ("ports", "8000-8005,8006", ["8000-8006"]),
        ("ports", "https", ["443"]),
        ("ports", ["rpc", "RPC-EPMap", 135], ["135", "RPC", "RPC-EPMap"]),
        ("ports", "RPCEPMap", ["RPC-EPMap"]),
        ("ports", "any", None),
        ("remote_ports", "1024-65535", ["1024-65535"]),
        ("profiles", "Public", ["public"]),
        ("profiles", "domain, PRIVATE", ["domain", "private"]),
        ("profiles", ["any"], ["domain", "private", "public"]),
        ("remote_addresses", "192.168.0.0/255.255.255.0", ["192.168.0.0/24"]),
        ("remote_addresses", "192.168.0.7/24, 192.168.0.3", ["192.168.0.0/24"]),
        ("remote_addresses", ["10.0.0.1-10.0.0.5"], ["10.0.0.1-10.0.0.5"]),
        ("remote_addresses", "localsubnet", ["LocalSubnet"]),
        ("remote_addresses", "LocalSubnet6,DNS", ["DNS", "LocalSubnet6"]),
        ("remote_addresses", "IntranetRemoteAccess", ["IntranetRemoteAccess"]),
        ("remote_addresses", "fe80::/64", ["fe80::/64"]),
        ("remote_addresses", "*", ["any"]),
        ("local_addresses", "192.168.1.5", ["192.168.1.5"]),
        ("program", r"%ProgramFiles%\a b\c.exe", r"%ProgramFiles%\a b\c.exe"),
        ("program", "System", "System"),
        ("program", "any", "any"),
        ("service", "W3SVC", "W3SVC"),
        ("service", "*", "*"),
        ("service", "", "any"),
        ("interface_types", "Wired,ras", ["lan", "remote_access"]),
        ("interface_types", "remote_access", ["remote_access"]),
        ("edge_traversal", True, "yes"),
        ("authentication", "Required", "required"),
        ("authentication", "NoEncap", "no_encap"),
        (
            "local_user",
            "O:LSD:(D;;CC;;;S-1-15-3-4)(A;;CC;;;WD)",
            "O:LSD:(D;;CC;;;S-1-15-3-4)(A;;CC;;;WD)",
        ),
        ("local_user", "S-1-5-32-545", "O:LSD:(A;;CC;;;S-1-5-32-545)"),
        ("local_user", ["s-1-5-18", "S-1-5-19"], "O:LSD:(A;;CC;;;S-1-5-18)(A;;CC;;;S-1-5-19)"),
        ("local_user", "Any", "any"),
        ("package", "s-1-15-2-1", "S-1-15-2-1"),
        ("package", "any", "any"),
        ("platform", "6.1", ["6.1"]),
        ("platform", "10.0+, 6.1,6.0", ["6.0", "6.1", "10.0+"]),
        ("platform", "any", ["any"]),
        ("edge_traversal", "defer_to_app", "defer_to_app"),
        ("edge_traversal", "DeferToUser", "defer_to_user"),
        ("enabled", "no", False),
        ("action", "BLOCK", "block"),
        ("direction", "Outbound", "out"),
        ("description", '日本語 "x" %PATH% & < ]]>', '日本語 "x" %PATH% & < ]]>'),
        ("description", "", ""),
        ("group", "@FirewallAPI.dll,-28502", "@FirewallAPI.dll,-28502"),
    ],
)
def test_what_may_be_written(option: str, value: object, expected: object) -> None:
    given = {option: value}
    if "ports" not in option:
        given["ports"] = 80
    elif value == "any":
        given["protocol"] = "any"
    assert shown(option, **given) == expected


@each_row(
    ("value", "number"),
    [
        ("tcp", TCP),
        ("UDP", UDP),
        (6, TCP),
        ("17", UDP),
        ("icmpv4", ICMPV4),
        ("any", None),
        (47, 47),
    ],
)
def test_protocols_by_name_and_number(value: object, number: int | None) -> None:
    assert rule(protocol=value).protocol == number


@each_row(
    ("value", "expected"),
    [
        (8, {(8, None)}),
        ("8", {(8, None)}),
        ("8:*", {(8, None)}),
        (["3:4", "3.5"], {(3, 4), (3, 5)}),
        ("3,3:4,8:0", {(3, None), (8, 0)}),
        ("any", set()),
    ],
)
def test_types_of_icmp(value: object, expected: set[tuple[int, int | None]]) -> None:
    assert rule(protocol="icmpv4", icmp_types=value).icmp_types == expected


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"name": "a|b"}, "name", r"\| is not allowed"),
    ({"name": "All"}, "name", "does not accept ALL"),
    ({"name": "  "}, "name", "a name is needed"),
    ({"name": "@x.dll,-1"}, "name", "reference to a text in a file"),
    ({"name": "two\nlines"}, "name", r"U\+000A"),
    ({"program": "C:\tools\\x.exe"}, "program", r"U\+0009.* If \\t was meant: .*twice"),
    ({"program": "C:\new\\x.exe"}, "program", r"U\+000A.* If \\n was meant: .*twice"),
    ({"name": "a\x00"}, "name", r"U\+0000.* went there\.$"),
    ({"name": "a\uffff"}, "name", r"U\+FFFF"),
    ({"name": "x" * 10_000}, "name", "10000 characters are too many"),
    ({"name": 5}, "name", "a text is needed"),
    ({"rule_id": "a|b"}, "rule_id", r"\| is not allowed"),
    ({"rule_id": "x" * 512}, "rule_id", "too many"),
    ({"description": "a|b"}, "description", r"\| is not allowed"),
    ({"description": "a\r\nb"}, "description", "line break"),
    ({"group": "a|b"}, "group", r"\| is not allowed"),
    ({"program": r"C:\App\*.exe"}, "program", "wildcards"),
    ({"program": r"C:\App\?.exe"}, "program", "wildcards"),
    ({"program": "C:/App/x.exe"}, "program", r"Write \\ in paths"),
    ({"program": r'"C:\App\x.exe"'}, "program", 'character " is not allowed'),
    ({"program": "x.exe"}, "program", "not a full path"),
    ({"program": "C:\\" + "x" * 300}, "program", "too many"),
    ({"service": r"a\b"}, "service", "not the short name"),
    ({"protocol": "tpc"}, "protocol", "not a protocol"),
    ({"protocol": 256}, "protocol", "not a protocol"),
    ({"protocol": ["any", "tcp"]}, "protocol", "can only be written alone"),
    ({"protocol": []}, "protocol", "list is empty"),
    ({"protocol": "any", "ports": 80}, "ports", "only tcp and udp have ports"),
    ({"protocol": "icmpv4", "ports": 80}, "ports", "only tcp and udp have ports"),
    ({"protocol": "udp", "ports": "80/tcp"}, "ports", '80/tcp" is tcp, but'),
    ({"ports": "80/tcp,53/udp"}, "ports", "one rule is for tcp or for udp"),
    ({"ports": "80/tcp", "remote_ports": "53/udp"}, "ports", "one rule is for tcp or for udp"),
    ({"ports": 70000}, "ports", "70000"),
    ({"ports": 0}, "ports", "0 is not a port"),
    ({"ports": "90-80"}, "ports", "wrong way round"),
    ({"ports": "htpps"}, "ports", "Did you mean https"),
    ({"ports": "80,"}, "ports", "empty entry"),
    ({"ports": [[[]]]}, "ports", "list is empty"),
    ({"ports": {"a": 1}}, "ports", "neither a text"),
    ({"ports": True}, "ports", "neither a text"),
    ({"protocol": "udp", "ports": "RPC"}, "ports", "RPC needs protocol tcp"),
    ({"protocol": "tcp", "ports": "Teredo"}, "ports", "Teredo needs protocol udp"),
    ({"protocol": "udp", "ports": "IPHTTPSIn"}, "ports", "needs protocol tcp"),
    ({"ports": "RPC", "direction": "out"}, "ports", "inbound rules only"),
    ({"remote_ports": "RPC"}, "remote_ports", "only be used for local ports"),
    ({"ports": "IPHTTPSOut"}, "ports", "only be used for remote ports"),
    ({"remote_ports": "IPHTTPSOut"}, "remote_ports", "outbound rules only"),
    ({"protocol": "udp", "ports": "mDNS"}, "ports", "rules of Windows itself"),
    ({"icmp_types": 8}, "icmp_types", "need protocol icmpv4 or icmpv6"),
    ({"protocol": "tcp", "icmp_types": 8}, "icmp_types", "need protocol"),
    ({"protocol": "icmpv4", "icmp_types": 256}, "icmp_types", "not a type"),
    ({"protocol": "icmpv4", "icmp_types": "*:4"}, "icmp_types", "not a type"),
    ({"remote_addresses": "10.0.0.0/33"}, "remote_addresses", "more than 32 bits"),
    ({"remote_addresses": "pc01"}, "remote_addresses", "not an address"),
    ({"remote_addresses": "any,10.0.0.1"}, "remote_addresses", "can only be written alone"),
    ({"remote_addresses": "0.0.0.0/0"}, "remote_addresses", "does not accept an empty mask"),
    ({"remote_addresses": "::/0"}, "remote_addresses", "any instead of ::/0, or ::2-ffff:"),
    ({"remote_addresses": "1::/0"}, "remote_addresses", "does not accept an empty mask"),
    ({"remote_addresses": "1.2.3.4/0.0.0.0"}, "remote_addresses", "or 0.0.0.0-255.255.255.255"),
    ({"remote_addresses": "::-ffff::"}, "remote_addresses", "begin with ::2"),
    ({"remote_addresses": "0.0.0.0"}, "remote_addresses", "is not the address of a host"),
    ({"remote_addresses": "127.0.0.1"}, "remote_addresses", "not filtered"),
    ({"remote_addresses": "::1"}, "remote_addresses", "not filtered"),
    ({"local_addresses": "LocalSubnet"}, "local_addresses", "are for remote addresses"),
    ({"interfaces": []}, "interfaces", "list is empty"),
    ({"interfaces": ["any", "Ethernet"]}, "interfaces", "can only be written alone"),
    ({"interfaces": "vEthernet*"}, "interfaces", "wildcards"),
    ({"interfaces": ["Ethernet", " "]}, "interfaces", "empty entry"),
    ({"interfaces": "a|b"}, "interfaces", r"\| is not allowed"),
    ({"interfaces": "x" * 257}, "interfaces", "too many"),
    ({"interfaces": ["x"] * 1001}, "interfaces", "more than 1000"),
    ({"ports": 80, "interfaces": "Ethernet"}, "interfaces", "reports no network adapters"),
    ({"profiles": "home"}, "profiles", "not one of domain, private, public"),
    ({"interface_types": "vpn"}, "interface_types", "not one of lan, wireless"),
    ({"edge_traversal": "maybe"}, "edge_traversal", "not one of no, yes"),
    ({"edge_traversal": "yes", "direction": "out"}, "edge_traversal", "inbound rules only"),
    ({"action": "bypass"}, "action", "overrides all block rules"),
    ({"authentication": "yes"}, "authentication", "not one of not_required, required, no_encap"),
    ({"encryption": "required"}, "encryption", "set authentication: required"),
    ({"security": "authdynenc", "direction": "out"}, "encryption", "for inbound rules only"),
    ({"security": "encrypt"}, "security", "not one of notrequired, authnoencap, authenticate"),
    ({"security": "authenticate", "encryption": "required"}, "security", "contradicts encryption"),
    ({"authentication": "required", "action": "block"}, "action", "lets it only allow"),
    (
        {"remote_user": "S-1-5-32-544"},
        "remote_user",
        "have authentication required, or set remote_user to any",
    ),
    ({"remote_machine": "D:(A;;CC;;;DC)"}, "remote_machine", "have authentication required"),
    ({"remote_user": "BA", "authentication": "required"}, "remote_user", "'BA' is not a SID"),
    (
        {"remote_user": "S-1-5-32-544", "security": "authenc", "direction": "out"},
        "remote_user",
        "inbound rules only",
    ),
    ({"local_user": "PC01\\anna"}, "local_user", "whoami /user"),
    ({"local_user": "O:BA"}, "local_user", "not a list in SDDL"),
    ({"local_user": ["S-1-5-18", "anna"]}, "local_user", "'anna' is not a SID"),
    ({"local_user": "O:LSD:"}, "local_user", "lists no account"),
    ({"local_user": "D:(A;;CC;;;WD"}, "local_user", "not a list in SDDL"),
    ({"local_user": "D:(A;;CC;;;WD)S:(AU;;CC;;;WD)"}, "local_user", "not a list in SDDL"),
    ({"local_user": "D:(XA;;CC;;;WD;(@User.a==1))"}, "local_user", "not a list in SDDL"),
    ({"local_user": "D:(OA;;CC;;;WD)"}, "local_user", "not an entry that allows"),
    ({"local_user": "D:(A;;GA;;;WD)"}, "local_user", "has to have the right CC"),
    ({"local_user": "D:(A;OICI;CC;;;WD)"}, "local_user", "has to have the right CC"),
    ({"local_user": "D:(A;;CC;;;ZZ)"}, "local_user", "'ZZ' is not the SID of an account"),
    ({"local_user": "S-1-5-21-5000000000"}, "local_user", "is not a SID"),
    ({"local_user": "O:LSD:" + "(A;;CC;;;S-1-5-18)" * 600}, "local_user", "too many"),
    ({"local_user": "D:(A;;CC;;;WD)|x"}, "local_user", r"\| is not allowed"),
    ({"package": "Microsoft.WindowsCalculator"}, "package", "not the SID of an app package"),
    ({"package": "S-1-5-32-544"}, "package", "not the SID of an app package"),
    ({"platform": "Windows 10"}, "platform", "not a version of Windows"),
    ({"platform": "10"}, "platform", "not a version of Windows"),
    ({"platform": "6.300"}, "platform", "not a version of Windows"),
    ({"platform": ["6.1+", "10.0+"]}, "platform", r"only one version can have a \+"),
    ({"platform": ["any", "10.0"]}, "platform", "not a version of Windows"),
    ({"action": "permit"}, "action", "not one of allow, block"),
    ({"direction": "up"}, "direction", "not one of in"),
    ({"enabled": "perhaps"}, "enabled", "not one of"),
    ({"enabled": 1}, "enabled", "not one of"),
    ({"rule_id": "x", "protocol": ["tcp", "udp"]}, "protocol", "rule_id names one"),
]


def test_what_is_refused_names_the_option_and_the_reason() -> None:
    said = []
    for options, _option, _why in REFUSED:
        with pytest.raises(OptionError) as caught:
            [each.applied_to(None) for each in wanted_rules({"name": "n", **options})]
        said.append((caught.value.option, str(caught.value)))
    assert [
        (options, told)
        for (options, option, why), (named, told) in zip(REFUSED, said, strict=True)
        if named != option or not told.startswith(f"{option}: ") or not re.search(why, told)
    ] == []


def test_a_name_or_an_id_is_needed() -> None:
    with pytest.raises(OptionError, match="a name or a rule_id is needed"):
        wanted_rules({"ports": 80})
    (by_id,) = wanted_rules({"rule_id": "{A}", "enabled": True})
    with pytest.raises(OptionError, match="rule_id: no local rule has this id"):
        by_id.applied_to(None)


def test_a_new_rule_that_opens_everything_has_to_be_meant() -> None:
    # It may be a mistyped name of a rule that is there.
    with pytest.raises(OptionError, match=r"no local rule has the name 'web' .* set protocol: any"):
        rule(name="web")
    with pytest.raises(OptionError, match="set protocol: any"):
        rule()
    with pytest.raises(OptionError, match="set protocol: any"):
        rule(ports="any", profiles="domain")
    # All of one family is no limit, and neither is everyone.
    for wide in (
        {"remote_addresses": "0.0.0.0-255.255.255.255"},
        {"local_addresses": "0.0.0.0-255.255.255.255", "remote_addresses": "any"},
        {"local_user": "S-1-1-0"},
        {"local_user": "O:LSD:(D;;CC;;;BG)(A;;CC;;;WD)"},
    ):
        with pytest.raises(OptionError, match="set protocol: any"):
            rule(**wide)
    assert rule(local_user="S-1-5-18").local_users
    assert rule(remote_addresses="LocalSubnet").remote_addresses
    assert rule(protocol="any", local_user="S-1-1-0").protocol is None
    assert rule(protocol="any").protocol is None
    assert rule(action="block").action is Action.BLOCK
    assert rule(program=r"C:\App\x.exe").protocol is None


def test_what_narrows_all_rules_of_a_name_opens_nothing_where_there_is_none() -> None:
    (narrower,) = wanted_rules({"name": "client", "remote_addresses": "10.0.0.0/8"})
    assert narrower.applied_to(None).remote_addresses
    narrower = replace(narrower, all_of_a_name=True)
    with pytest.raises(OptionError, match=r"the name 'client' .* open every port to these"):
        narrower.applied_to(None)
    for more in ({"protocol": "any"}, {"ports": 80}, {"program": r"C:\a.exe"}, {"action": "block"}):
        (told,) = wanted_rules({"name": "client", "remote_addresses": "10.0.0.0/8", **more})
        assert replace(told, all_of_a_name=True).applied_to(None).name == "client"
    there = rule(name="client", ports=80, remote_addresses="LocalSubnet")
    assert narrower.applied_to(there).remote_addresses != there.remote_addresses


def test_both_demands_of_ipsec_in_one_word() -> None:
    rows = {
        "notrequired": ("not_required", "not_required"),
        "authnoencap": ("no_encap", "not_required"),
        "authenticate": ("required", "not_required"),
        "AuthDynEnc": ("required", "dynamic"),
        "authenc": ("required", "required"),
    }
    for word, (authentication, encryption) in rows.items():
        told = compare.properties(rule(ports=80, security=word))
        assert (told["authentication"], told["encryption"]) == (authentication, encryption)
        assert "security" not in told
    assert rule(ports=80, security="authenc", encryption="required").encryption.value == 1


def test_local_addresses_go_with_adapters() -> None:
    both = rule(ports=80, local_addresses="10.0.0.1", interface_types="lan")
    assert [each.key for each in doubts(both)] == ["doubt.addresses_and_adapters"]
    assert doubts(rule(ports=80, local_addresses="10.0.0.1")) == ()
    odd = rule(ports=80, authentication="no_encap", encryption="dynamic")
    assert [each.key for each in doubts(odd)] == ["doubt.encryption_without_encapsulation"]
    users = rule(ports=80, service="W32Time", local_user="S-1-5-18")
    assert [each.key for each in doubts(users)] == ["doubt.users_and_service"]


def test_several_protocols_make_several_rules() -> None:
    both = wanted_rules({"name": "n", "ports": 53, "protocol": "tcp,udp"})
    assert [each.applied_to(None).protocol for each in both] == [TCP, UDP]
    assert all(each.exact_protocol for each in both)
    assert [each.exact_protocol for each in wanted_rules({"name": "n", "protocol": "udp"})] == [
        False
    ]


def test_what_is_not_asked_for_stays() -> None:
    existing = parse(
        "id",
        "v2.30|Action=Block|Active=FALSE|Dir=In|Protocol=17|Profile=Public|LPort=53|"
        "RA4=10.0.0.1|App=C:\\a.exe|Name=N|Desc=d|Later2_40=x|",
    )
    assert one(name="N").applied_to(existing) == existing
    enabled = one(name="N", enabled=True).applied_to(existing)
    assert [each.property for each in compare.differences(existing, enabled)] == ["enabled"]
    # Ports without a protocol are TCP's for a new rule; here they are those of the rule.
    moved = one(name="N", ports=54).applied_to(existing)
    assert (moved.protocol, str(moved.local_ports)) == (UDP, "54")
    assert moved.unknown == (("Later2_40", "x"),)
    # Whoever writes their protocol means it.
    meant = one(name="N", ports="54/tcp").applied_to(existing)
    assert (meant.protocol, str(meant.local_ports)) == (TCP, "54")


def test_ports_may_say_the_protocol_of_the_rule() -> None:
    for options in ({"ports": "53/udp, 500"}, {"ports": 53, "remote_ports": ["123/UDP"]}):
        assert rule(**options).protocol == UDP
    assert [
        each.applied_to(None).protocol for each in wanted_rules({"name": "n", "ports": "80/tcp"})
    ] == [TCP]


def test_what_only_makes_sense_beside_another_goes_with_it() -> None:
    tcp = rule(ports=80, remote_ports=1024, edge_traversal=True)
    assert str(one(protocol="any").applied_to(tcp).local_ports) == "any"
    ping = one(protocol="icmpv4", icmp_types=8).applied_to(tcp)
    assert (str(ping.local_ports), str(ping.remote_ports)) == ("any", "any")
    assert one(protocol="icmpv6").applied_to(ping).icmp_types == frozenset()
    assert one(protocol="udp").applied_to(tcp).local_ports == tcp.local_ports
    out = one(direction="out").applied_to(tcp)
    assert (out.direction, out.edge) == (Direction.OUT, False)


def test_a_change_that_makes_no_rule_is_refused() -> None:
    dynamic = rule(ports="RPC")
    with pytest.raises(OptionError, match="inbound rules only"):
        one(direction="out").applied_to(dynamic)
    with pytest.raises(OptionError, match="does not go with this protocol"):
        one(protocol="udp").applied_to(dynamic)
    secured = parse("id", "v2.30|Action=Allow|Dir=In|Name=N|Security=Authenticate|")
    with pytest.raises(OptionError, match="IPsec authentication"):
        one(name="N", action="block").applied_to(secured)


def test_a_predefined_rule_is_changed_by_its_id() -> None:
    host = samples.read(samples.WIN10_1903)
    (winrm,) = [
        each for each in host.of(Store.LOCAL) if each.rule_id == "WINRM-HTTP-In-TCP-NoScope"
    ]
    (wanted,) = wanted_rules({"rule_id": "WINRM-HTTP-In-TCP-NoScope", "enabled": True})
    changed = wanted.applied_to(winrm)
    assert changed.name == "@FirewallAPI.dll,-30253"
    assert (changed.enabled, changed.action) == (True, Action.ALLOW)
    assert changed.profiles == {Profile.DOMAIN, Profile.PRIVATE}
