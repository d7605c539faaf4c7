# SPDX-License-Identifier: GPL-3.0-or-later
"""What one object of two rules has in common."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.common_ground import (
    common,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    BY_NAME,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)

TCP = "Protocol=6"
NOTHING, UNKNOWN = "nothing", "unknown"
CASES = [
    # The property that is looked at, two rules, what both mean, and whether that is all.
    ("ports", TCP, f"{TCP}|LPort=80", ["80"], True),
    ("ports", "Profile=Domain", f"{TCP}|LPort=80", ["80"], True),
    ("ports", f"{TCP}|LPort2_10=80-90|LPort=443", f"{TCP}|LPort2_10=85-500",
     ["85-90", "443"], True),
    ("ports", f"{TCP}|LPort=80", f"{TCP}|LPort=81", NOTHING, True),
    ("ports", f"{TCP}|LPort=80", "Protocol=17|LPort=80", NOTHING, True),
    ("ports", f"{TCP}|LPort=RPC|LPort=80", f"{TCP}|LPort=80", ["80"], True),
    ("ports", f"{TCP}|LPort=RPC|LPort=80", f"{TCP}|LPort2_10=80-90", ["80"], False),
    ("ports", f"{TCP}|LPort=RPC", f"{TCP}|LPort=80", UNKNOWN, False),
    ("remote_ports", f"{TCP}|RPort=80|RPort=81", f"{TCP}|RPort=81", ["81"], True),
    ("icmp_types", "Protocol=1|ICMP4=8:*|ICMP4=3:4", "Protocol=1|ICMP4=8:0", ["8:0"], True),
    ("icmp_types", "Protocol=1|ICMP4=8:*", "Protocol=1|ICMP4=3:*", NOTHING, True),
    ("remote_addresses", "RA4=10.0.0.0-10.0.0.9", "RA4=10.0.0.5-10.0.0.20",
     ["10.0.0.5-10.0.0.9"], True),
    ("remote_addresses", "RA4=10.0.0.1", "RA4=10.0.0.2", NOTHING, True),
    ("remote_addresses", "RA4=10.0.0.1", "RA6=fe80::1", NOTHING, True),
    ("remote_addresses", "RA4=LocalSubnet", "RA4=10.0.0.2", UNKNOWN, False),
    ("remote_addresses", "RA4=LocalSubnet|RA4=10.0.0.1", "RA4=LocalSubnet|RA4=10.0.0.2",
     ["LocalSubnet4"], True),
    ("remote_addresses", "RA4=LocalSubnet|RA4=10.0.0.1", "RA4=10.0.0.1|RA4=10.0.0.2",
     ["10.0.0.1"], False),
    ("remote_addresses", "RA4=LocalSubnet|RA4=10.0.0.1", "RA4=10.0.0.1", ["10.0.0.1"], True),
    ("local_addresses", "Profile=Domain", "LA4=10.0.0.1", ["10.0.0.1"], True),
    ("program", "Profile=Domain", r"App=C:\a.exe", r"C:\a.exe", True),
    ("program", r"App=C:\a.exe", r"App=C:\b.exe", NOTHING, True),
    ("program", r"App=C:\a.exe", r"App=%Mine%\a.exe", UNKNOWN, False),
    ("service", "Svc=*", "Svc=W3SVC", "W3SVC", True),
    ("service", "Profile=Domain", "Svc=*", "*", True),
    ("service", "Svc=WinRM", "Svc=W3SVC", UNKNOWN, False),
    ("interfaces", "Profile=Domain", "IF={AAAAAAAA-0000-0000-0000-000000000001}",
     ["{AAAAAAAA-0000-0000-0000-000000000001}"], True),
    ("interfaces", "IF={AAAAAAAA-0000-0000-0000-000000000001}", "IF={BBBBBBBB-0000-0000-0000-000000000001}", NOTHING, True),
    ("interface_types", "IFType=Lan|IFType=Wireless", "IFType=Lan", ["lan"], True),
    ("interface_types", "IFType=Wireless", "IFType=Lan", NOTHING, True),
    ("profiles", "Profile=Domain|Profile=Private", "Profile=Private|Profile=Public",
     ["private"], True),
    ("profiles", "Profile=Domain", "Profile=Private", NOTHING, True),
    ("edge_traversal", "Edge=TRUE", "Profile=Domain", "no", True),
    ("edge_traversal", "Edge=TRUE", "Edge=TRUE|Defer=App", "defer_to_app", True),
    ("edge_traversal", "Edge=TRUE|Defer=User", "Edge=TRUE|Defer=App", "no", False),
    ("direction", "Dir=In", "Dir=Out", NOTHING, True),
    ("action", "Action=Allow", "Action=Block", NOTHING, True),
]  # fmt: skip


def in_common(name: str, first: str, second: str) -> tuple[object, bool]:
    """What two rules share of a property, if it is known, and whether that is exact."""
    standard = {"Action": "Allow", "Dir": "In", "Active": "TRUE"}
    rules = []
    for text in (first, second):
        said = [f"{key}={value}" for key, value in standard.items() if f"{key}=" not in text]
        rules.append(parse("{1}", "|".join(["v2.30", *said, text, "Name=n", ""])))
    place = BY_NAME[name].cim_class
    assert place is not None
    found = common(place.name, rules[0], rules[1], Environment())
    return None if found.rule is None else compare.properties(found.rule)[name], found.exact


def test_what_two_rules_have_in_common() -> None:
    expected = {
        (name, first, second): (None if shared in (NOTHING, UNKNOWN) else shared, exact)
        for name, first, second, shared, exact in CASES
    }
    assert len(expected) == len(CASES)
    assert {case: in_common(*case) for case in expected} == expected
    turned = {case: in_common(case[0], case[2], case[1]) for case in expected}
    assert turned == expected
