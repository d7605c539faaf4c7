# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules fit what a person asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_FIREWALL_INFO,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import filters
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.filters import (
    Pattern,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming.shown import (
    ShownNames,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from unit.rows import each_row

STORES = FirewallStores(
    rules={
        store: tuple(rule_text.parse(rule_id, f"v2.30|{text}|") for rule_id, text in rules.items())
        for store, rules in {
            Store.LOCAL: {
                "web": "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|LPort=443|Name=Web [x]|"
                r"App=%ProgramFiles%\Web\httpd.exe|EmbedCtxt=Ours",
                "range": "Action=Allow|Dir=In|Protocol=6|LPort2_10=8000-8100|Profile=Domain|Name=Range",
                "dns": "Action=Block|Active=TRUE|Dir=In|Protocol=17|LPort=53|Name=DNS|Svc=DNS",
                "out": "Action=Allow|Active=TRUE|Dir=Out|Protocol=6|LPort=80|RPort=8080|Name=Out",
                "any": r"Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=C:\Web\any.exe|Name=Any port",
                "all": "Action=Allow|Active=TRUE|Dir=In|Name=Everything",
                "rpc": "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=RPC-EPMap|Name=RPC",
                "ping": "Action=Allow|Active=TRUE|Dir=In|Protocol=1|ICMP4=8:*|Name=Ping",
                "RDP": "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|"
                "Name=@FirewallAPI.dll,-28775|EmbedCtxt=@FirewallAPI.dll,-28752",
                "told": "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=9|Name=@a.dll,-1|"
                "EmbedCtxt=@a.dll,-2",
                "app": "Action=Allow|Active=TRUE|Dir=In|AppPkgId=S-1-15-2-1|"
                "Name=@{Microsoft.Store_1.0_x64__8w?ms-resource://Store/Name}",
                "nameless": "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=7",
            },
            Store.GROUP_POLICY: {
                "policy": "Action=ByPass|Active=TRUE|Dir=In|Protocol=6|LPort=443|Name=Policy"
            },
            Store.STATIC_SERVICE: {"static": "Action=Block|Dir=Out|Svc=a|Name=Static"},
        }.items()
    }
)
KNOWN = Environment(shown=ShownNames({"told": "Fernzugriff"}, {"a.dll,-2": "Fern"}))
DEFAULTS: dict[str, Any] = {
    name: options.get("default") for name, options in PORT_FIREWALL_INFO.items()
}


def fitting(**asked: Any) -> list[str]:
    """The ids of the rules that fit."""
    which = filters.wanted(DEFAULTS | asked)
    return [rule.rule_id for _store, rule in filters.select(STORES, which, KNOWN)]


ROWS: list[tuple[dict[str, Any], list[str]]] = [
    ({"ports": 80}, ["web"]),
    ({"ports": "https"}, ["web", "policy"]),
    ({"ports": [8050, "8080-8090"]}, ["range", "out"]),
    ({"ports": 8080, "direction": "in"}, ["range"]),
    ({"ports": 53}, ["dns"]),
    ({"ports": 53, "protocol": ["tcp"]}, []),
    ({"ports": "dns", "protocol": ["UDP"]}, ["dns"]),
    ({"ports": 135}, ["rpc"]),
    ({"ports": 80, "any_port": True, "direction": "in"}, ["web", "any", "all", "app"]),
    ({"ports": 80, "any_port": True, "protocol": ["tcp"], "direction": "in"}, ["web", "any"]),
    ({"protocol": ["icmpv4"]}, ["ping"]),
    ({"protocol": ["any"], "stores": ["local"]}, ["all", "app"]),
    ({"name": ["web [X]"]}, ["web"]),
    ({"name": ["*port*", "D?S"]}, ["dns", "any"]),
    ({"name": ["Remote Desktop - User Mode (TCP-In)"]}, ["RDP"]),
    ({"name": ["リモート デスクトップ*"]}, ["RDP"]),
    ({"name": ["@FirewallAPI.dll,-28775"]}, ["RDP"]),
    ({"name": ["fernzugriff"]}, ["told"]),
    ({"name": ["microsoft.store"]}, ["app"]),
    ({"name": ["nameless"]}, ["nameless"]),
    ({"rule_id": ["r*"]}, ["range", "rpc", "RDP"]),
    ({"group": ["Remote Desktop"]}, ["RDP"]),
    ({"group": [r"@%SystemRoot%\system32\firewallapi.dll,-28752"]}, ["RDP"]),
    ({"group": ["fern", "ours"]}, ["web", "told"]),
    ({"program": ["HTTPD.exe"]}, ["web"]),
    ({"program": [r"C:\Program Files\Web\httpd.exe"]}, ["web"]),
    ({"program": [r"%ProgramFiles%\*"]}, ["web"]),
    ({"program": [r"c:\web\*"]}, ["any"]),
    ({"program": ["web"]}, []),
    ({"service": ["dns"]}, ["dns"]),
    ({"action": "Block"}, ["dns", "static"]),
    ({"action": "bypass"}, ["policy"]),
    ({"direction": "Outbound"}, ["out", "static"]),
    # A rule without a profile is for all.
    ({"profiles": ["Public"], "ports": "1-900", "protocol": ["tcp"], "direction": "in"},
     ["web", "rpc", "told", "nameless", "policy"]),
    ({"stores": ["group_policy"]}, ["policy"]),
    ({"enabled": False}, ["range"]),
    # What restricts services is enabled even if it does not say so.
    ({"enabled": True, "stores": ["static_service"]}, ["static"]),
    ({"direction": "any", "name": ["p*"]}, ["ping", "policy"]),
]  # fmt: skip


@each_row(("asked", "expected"), ROWS)
def test_which_rules_fit(asked: dict[str, Any], expected: list[str]) -> None:
    assert fitting(**asked) == expected


def test_without_a_filter_all_are_listed() -> None:
    assert len(fitting()) == STORES.size


WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"ports": 0}, PortError),
    ({"ports": 80, "protocol": ["icmpv4"]}, OptionError),
    ({"name": [" "]}, OptionError),
    ({"direction": "up"}, OptionError),
    ({"action": "drop"}, OptionError),
    ({"profiles": ["home"]}, OptionError),
    ({"protocol": ["none"]}, OptionError),
]


@each_row(("asked", "error"), WRONG)
def test_what_is_refused(asked: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        fitting(**asked)


PATTERNS = [
    ("", "", True),
    ("*", "", True),
    ("a*", "ab", True),
    ("*b", "ab", True),
    ("a*a", "a", False),
    ("a*b*c", "a-b-b-c", True),
    ("a*b*c", "a-c-b", False),
    ("?", "", False),
    ("?", "é", True),
    ("*?", "x", True),
    ("a?c", "abc", True),
    ("a?c", "ac", False),
    ("[ab]", "a", False),
    ("[ab]", "[AB]", True),
    ("a.c", "abc", False),
    ("*\n*", "a\nb", True),
    ("*", "a\nb", True),
]


@each_row(("pattern", "name", "fits"), PATTERNS)
def test_a_pattern(pattern: str, name: str, fits: bool) -> None:
    assert Pattern(pattern).fits(name) is fits


def slowly_fits(pattern: str, name: str) -> bool:
    """The meaning of wildcards, in one line for each."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(slowly_fits(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and pattern[0] in ("?", name[0]) and slowly_fits(pattern[1:], name[1:])


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_a_pattern_means_what_wildcards_mean(pattern: str, name: str) -> None:
    assert Pattern(pattern).fits(name) is slowly_fits(pattern, name)
