# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated firewalls in which everything occurs that a verdict depends on, and their borders."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    addresses,
    rule_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.besides_rules import (
    SecurityRule,
    security_rule,
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
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    Action,
    InterfaceType,
    Profile,
)
from unit.firewall.small_firewalls import SVCHOST, WEB

ADAPTER, OTHER_ADAPTER = (f"{{AAAAAAAA-0000-0000-0000-00000000000{number}}}" for number in (1, 2))

# Most are about addresses, and most of the others match.
_ADDRESSES = (
    *(
        "RA4=10.0.0.0/255.0.0.0",
        "RA4=10.0.0.9",
        "RA4=10.0.0.5-10.0.1.9",
        "RA4=0.0.0.0-9.255.255.255",
    ),
    *("RA4=10.0.1.0/255.255.255.0", "RA4=LocalSubnet", "RA4=DNS", "RA42=IntErnet", "RA4=127.0.0.1"),
    *("RA4=0.0.0.0-255.255.255.255", "RA4=192.168.0.0/255.255.0.0", "RA4=126.0.0.0-128.0.0.5"),
    *("RA6=fe80::/10", "RA6=2001:db8::/32", "RA6=2001:db8::9", "RA6=LocalSubnet", "RA6=DHCP"),
    *("RA6=2001:db8::1-2001:db8::ffff", "RA6=::/1|RA6=8000::/1", "RA6=::2-::ffff:0:5", "RA6=::1"),
    *(
        "RA4=LocalSubnet|RA6=LocalSubnet",
        "RA4=LocalSubnet|RA4=10.0.1.7|RA6=LocalSubnet",
        "RA4=host",
    ),
    "RA4=10.0.0.0/255.255.255.0|RA4=LocalSubnet|RA4=WINS",
)
_OTHERS = (
    *("Protocol=6", "Protocol=6|LPort=80", "Protocol=6|LPort2_10=79-81", "Protocol=17"),
    *("Profile=Private", "Profile=Domain", f"App={WEB}", f"App={SVCHOST}", "Svc=a", "Svc=*"),
    *("Protocol=6|RPort=5000", "LA4=10.0.0.5", "LA6=fe80::5", "IFType=Lan", "IFType=Wireless"),
    *("Security=Authenticate", "RMAuth=O:LSD:", "LOM=TRUE", "AppPkgId=S-1-15-2-1", "LUAuth=O:LSD:"),
    *(f"IF={ADAPTER}", "Later2_40=1", "TTK=Proximity", "Platform=2:6:2|Platform2=GTEQ"),
)


@st.composite
def rules(draw: st.DrawFn) -> FirewallRule:
    """An enabled inbound rule. Most have conditions on addresses, and few others."""
    action = draw(st.sampled_from([Action.ALLOW, Action.ALLOW, Action.BLOCK, Action.BYPASS]))
    parts = draw(st.lists(st.sampled_from(_ADDRESSES), max_size=2))
    parts += draw(st.lists(st.sampled_from(_OTHERS), max_size=draw(st.sampled_from([0, 0, 1, 2]))))
    text = "|".join(["v2.30|Dir=In|Active=TRUE", f"Action={action.value}", *parts, ""])
    return rule_text.parse("", text)


@st.composite
def security_rules(draw: st.DrawFn) -> SecurityRule:
    """A connection security rule."""
    action = draw(
        st.sampled_from(["SecureServer", "Secure", "DoNotSecure", "DoNotSecure", "Boundary"])
    )
    conditions = [
        "EP1_4=10.0.0.0/255.0.0.0",
        "EP2_4=10.0.0.9",
        "EP2_4=LocalSubnet",
        "EP1_4=10.0.0.5",
    ]
    conditions += [
        "EP2_6=2001:db8::/32",
        "EP1Port=80",
        "Profile=Private",
        "EP2_4=10.0.1.0-10.0.2.0",
    ]
    parts = draw(st.lists(st.sampled_from(conditions), max_size=2))
    return security_rule("s", "|".join(["v2.30", f"Action={action}", "Active=TRUE", *parts, ""]))


_mostly = st.sampled_from([True, True, True, True, True, False])
settings = st.builds(
    ProfileSettings,
    enabled=_mostly.map(lambda on: Setting(on, Origin.LOCAL)),
    block_all_inbound=_mostly.map(lambda no: Setting(not no, Origin.LOCAL)),
    default_inbound=st.sampled_from(
        [Setting(Action.BLOCK), Setting(Action.BLOCK), Setting(Action.ALLOW, Origin.MDM)]
    ),
    local_rules=_mostly.map(lambda on: Setting(on, Origin.GROUP_POLICY)),
    local_application_rules=_mostly.map(Setting),
    local_port_rules=_mostly.map(Setting),
    local_security_rules=_mostly.map(Setting),
    disabled_interfaces=st.sampled_from([frozenset[str](), frozenset({ADAPTER})]).map(Setting),
)


def _numbered(found: list[FirewallRule], store: Store) -> tuple[FirewallRule, ...]:
    return tuple(replace(each, rule_id=f"{store}-{at}") for at, each in enumerate(found))


@st.composite
def firewalls(draw: st.DrawFn) -> Firewall:
    """The firewall of a host."""
    stores = {
        store: _numbered(draw(st.lists(rules(), max_size=most)), store)
        for store, most in (
            (Store.LOCAL, 5),
            (Store.GROUP_POLICY, 2),
            (Store.STATIC_SERVICE, 2),
            (Store.APP_ISOLATION, 1),
        )
    }
    security = {
        Store.LOCAL: tuple(draw(st.lists(security_rules(), max_size=2))),
        Store.GROUP_POLICY: tuple(draw(st.lists(security_rules(), max_size=1))),
    }
    contested = {Profile.PRIVATE: draw(settings)} if draw(st.integers(0, 4)) == 4 else {}
    products = [FirewallProduct("Other", 0x61000)] if draw(st.integers(0, 9)) == 9 else []
    return Firewall(
        FirewallStores(
            rules=stores,
            profiles=dict.fromkeys(Profile, draw(settings)),
            contested=contested,
            security=security,
            readable=draw(st.integers(0, 19)) != 19,
        ),
        products=products,
    )


networks = st.builds(
    Network,
    profile=st.just(Profile.PRIVATE),
    interface_type=st.sampled_from([None, InterfaceType.LAN]),
    interface_id=st.sampled_from([None, ADAPTER, OTHER_ADAPTER]),
    addresses=st.sampled_from([(), ("10.0.0.5",), ("10.0.0.5", "fe80::5", "2001:db8::5")]),
    subnets=st.sampled_from(
        [(), ("10.0.0.0/24",), ("10.0.0.0/24", "10.0.4.0/24", "fe80::/64", "2001:db8::/64")]
    ),
    perhaps_local=st.sampled_from([(), ("10.0.1.0/24",), ("10.0.1.0/24", "::/0")]),
)
listeners = st.builds(
    Listener,
    protocol=st.just(TCP),
    port=st.sampled_from([80, 80, 443]),
    local_address=st.sampled_from(["0.0.0.0", "::", "::", "10.0.0.5", "fe80::5"]),
    program=st.sampled_from([WEB, WEB, SVCHOST, None]),
    services=st.sampled_from([(), ("a",), None]),
    packaged=st.sampled_from([None, False]),
)


def text_of(family: int, number: int) -> str:
    """An address as a person writes it."""
    return str(ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number))


def borders(firewall: Firewall, network: Network, family: int) -> set[int]:
    """All places where the verdict could change, worked out from texts: each end of what a rule or
    a network names, and its neighbours."""
    stores = firewall.stores
    found = {0, 1, 2, 9, (1 << (32 if family == 4 else 128)) - 1}
    for first, last in _intervals(stores, network, family):
        found |= {first - 1, first, first + 1, last - 1, last, last + 1}
    most = max(found & {(1 << 32) - 1, (1 << 128) - 1})
    return {each for each in found if 0 <= each <= most}


def _intervals(
    stores: FirewallStores, network: Network, family: int
) -> Iterator[addresses.Interval]:
    every = [each for store in stores.rules.values() for each in store]
    every += [way for store in stores.security.values() for each in store for way in each.ways]
    for rule in every:
        yield from rule.remote_addresses.intervals(family)
    for text in (*network.subnets, *network.perhaps_local):
        its, interval = addresses.parse_interval(text)
        if its == family:
            yield interval
