# SPDX-License-Identifier: GPL-3.0-or-later
"""Equal rules in unequal texts, and differences as people read them."""

from __future__ import annotations

from hypothesis import given

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.compare import (
    Difference,
    differences,
    properties,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from unit.firewall.rule_strategies import rules
from unit.firewall.rule_writer import format_rule
from unit.rows import each_row


def of(fields: str) -> FirewallRule:
    return parse("id", f"v2.30|{fields}|")


@each_row(
    ("one", "other"),
    [
        ("Protocol=6|LPort=80|LPort=443", "Protocol=6|LPort=443|LPort=80"),
        ("Protocol=6|LPort=80|LPort=81", "Protocol=6|LPort2_10=80-81"),
        ("RA4=192.168.0.0/255.255.255.0", "RA4=192.168.0.0/24"),
        ("RA4=192.168.0.0/24", "RA4=192.168.0.0-192.168.0.255"),
        ("RA4=10.0.0.0/8|RA4=10.1.0.0/16", "RA4=10.0.0.0/8"),
        ("Profile=Domain|Profile=Private|Profile=Public", "Edge=FALSE"),
        ("Active=FALSE", "Edge=FALSE"),
        (r"App=%SystemRoot%\System32\svchost.exe", r"App=c:\windows\system32\SVCHOST.EXE"),
        ("Svc=Spooler", "Svc=spooler"),
        ("Protocol=6|LPort2_10=IPTLSIn|LPort2_10=IPHTTPSIn", "Protocol=6|LPort2_10=IPHTTPSIn"),
    ],
)
def test_what_is_the_same(one: str, other: str) -> None:
    assert differences(of(f"Dir=In|{one}"), of(f"Dir=In|{other}")) == ()


@each_row(
    ("one", "other", "expected"),
    [
        ("Protocol=6|LPort=80", "Protocol=6|LPort2_10=80-81",
         [Difference("ports", ["80"], ["80-81"])]),
        ("Protocol=6|LPort=80", "Protocol=47",
         [Difference("protocol", "tcp", "47"), Difference("ports", ["80"], None)]),
        ("RA4=10.0.0.0/8", "RA4=10.0.0.0/9",
         [Difference("remote_addresses", ["10.0.0.0/8"], ["10.0.0.0/9"])]),
        ("RA4=LocalSubnet", "RA4=LocalSubnet|RA6=LocalSubnet",
         [Difference("remote_addresses", ["LocalSubnet4"], ["LocalSubnet"])]),
        ("Profile=Domain", "Name=n",
         [Difference("profiles", ["domain"], ["domain", "private", "public"])]),
        ("Active=TRUE|Dir=In|Action=Allow", "Active=FALSE|Dir=Out|Action=Block",
         [Difference("enabled", True, False), Difference("direction", "in", "out"),
          Difference("action", "allow", "block")]),
        ("Desc=a", "Desc=b|EmbedCtxt=g",
         [Difference("description", "a", "b"), Difference("group", "", "g")]),
        ("Edge=TRUE", "Edge=TRUE|Defer=App",
         [Difference("edge_traversal", "yes", "defer_to_app")]),
        ("Protocol=1|ICMP4=8:*", "Protocol=1|ICMP4=8:*|ICMP4=3:4",
         [Difference("icmp_types", ["8:*"], ["3:4", "8:*"])]),
        ("IFType=Lan", "Name=n", [Difference("interface_types", ["lan"], ["any"])]),
    ],
)  # fmt: skip
def test_what_differs(one: str, other: str, expected: list[Difference]) -> None:
    assert list(differences(of(one + "|Name=n"), of(other + "|Name=n"))) == expected


def test_paths_are_compared_as_on_that_host() -> None:
    one, other = of(r"App=%SystemRoot%\x.exe"), of(r"App=D:\Win\x.exe")
    assert differences(one, other, Environment(r"D:\Win")) == ()
    assert [each.property for each in differences(one, other)] == ["program"]


@given(rules())
def test_a_rule_differs_from_itself_in_nothing_however_it_went_through_its_text(
    rule: FirewallRule,
) -> None:
    again = parse(rule.rule_id, format_rule(rule))
    assert differences(rule, again) == ()
    assert properties(rule) == properties(again)
    for value in properties(rule).values():
        assert value is None or type(value) in (str, bool, list)
