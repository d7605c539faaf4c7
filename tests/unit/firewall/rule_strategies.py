# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated firewall rules, for the properties that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressSet,
    merge,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    PortCondition,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ADDRESS_KEYWORDS,
    ICMPV4,
    ICMPV6,
    PORT_KEYWORDS,
    SECURITY_FIELDS,
    TCP,
    UDP,
    Action,
    Direction,
    InterfaceType,
    Profile,
)

# Everything that Windows takes in a name ([MS-FASP] 2.2.37): no "|". Line breaks and other control
# characters are left out, because the rule store is read line by line.
texts = st.one_of(
    st.sampled_from(
        [
            "社内ポータル",
            '"quoted"',
            "%PATH%",
            "a & b",
            "<b>",
            "]]>",
            "a=b",
            " blanks  ",
            "@x.dll,-1",
        ]
    ),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|"),
        min_size=1,
        max_size=30,
    ),
)
ports = st.integers(1, 65_535)
port_ranges = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))
port_sets = st.lists(port_ranges, max_size=4).map(lambda pairs: PortSet(tuple(pairs)))


def port_conditions(*, local: bool) -> st.SearchStrategy[PortCondition]:
    words = sorted(each.word for each in PORT_KEYWORDS.values() if each.local is local)
    return st.builds(PortCondition, port_sets, st.frozensets(st.sampled_from(words), max_size=2))


def _intervals(bits: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    number = st.integers(1, (1 << bits) - 1)
    pair = st.tuples(number, number).map(lambda both: (min(both), max(both)))
    return st.lists(pair, max_size=3).map(merge)


def address_sets(*, keywords: bool) -> st.SearchStrategy[AddressSet]:
    words = sorted(each.word for each in ADDRESS_KEYWORDS.values()) if keywords else []
    some = st.frozensets(st.sampled_from(words), max_size=2) if words else st.just(frozenset())
    return st.builds(AddressSet, _intervals(32), _intervals(128), some, some)


# What a rule may have ([MS-FASP] 2.2.37), and what only a hostile store has.
account_lists = st.one_of(
    st.none(),
    st.lists(st.sampled_from(["(A;;CC;;;BA)", "(D;;CC;;;S-1-5-32-546)", "(A;;0x1;;;WD)"]),
             min_size=1, max_size=3).map(lambda entries: "O:LSD:" + "".join(entries)),
    texts,
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> FirewallRule:
    """Any rule that keeps to the grammar."""
    protocol = draw(st.sampled_from([None, TCP, UDP, ICMPV4, ICMPV6, 47]))
    none = st.just(PortCondition())
    with_ports = protocol in (TCP, UDP)
    authentication, encryption = draw(st.sampled_from(sorted(SECURITY_FIELDS, key=str)))
    icmp = st.tuples(st.integers(0, 255), st.none() | st.integers(0, 255))
    return FirewallRule(
        rule_id=draw(texts),
        version=(2, draw(st.integers(0, 33))),
        action=draw(st.sampled_from(Action)),
        active=draw(st.sampled_from([None, True, False])),
        direction=draw(st.sampled_from(Direction)),
        profiles=draw(st.frozensets(st.sampled_from(Profile))),
        protocol=protocol,
        local_ports=draw(port_conditions(local=True) if with_ports else none),
        remote_ports=draw(port_conditions(local=False) if with_ports else none),
        icmp_types=draw(st.frozensets(icmp, max_size=3))
        if protocol in (ICMPV4, ICMPV6)
        else frozenset(),
        interface_types=draw(st.frozensets(st.sampled_from(InterfaceType))),
        interfaces=draw(
            st.frozensets(st.uuids().map(lambda guid: f"{{{str(guid).upper()}}}"), max_size=2)
        ),
        local_addresses=draw(address_sets(keywords=False)),
        remote_addresses=draw(address_sets(keywords=True)),
        program=draw(st.none() | texts),
        service=draw(st.none() | texts),
        name=draw(st.none() | texts),
        description=draw(st.none() | texts),
        group=draw(st.none() | texts),
        local_users=draw(account_lists),
        local_users_encoded=draw(st.sampled_from([None, None, None, "TzpMU0Q6KFhBKQ=="])),
        package_sid=draw(st.none() | texts),
        package_family=draw(st.none() | texts),
        platforms=draw(st.sampled_from([(), ((2, 6, 2),), ((2, 6, 1), (2, 6, 3))])),
        platform_operator=draw(st.sampled_from([None, "GTEQ"])),
        edge=draw(st.booleans()),
        defer=draw(st.sampled_from([None, "App", "User"])),
        local_only_mapped=draw(st.booleans()),
        remote_machines=draw(account_lists),
        remote_users=draw(account_lists),
        authentication=authentication,
        encryption=encryption,
        skip_version=draw(st.sampled_from([None, (2, 10)])),
        trust_tuples=draw(st.sampled_from([frozenset(), frozenset({("TTK2_27", "UPnP")})])),
        network_names=draw(st.none() | texts),
        unknown=draw(st.sampled_from([(), (("Later2_40", "a=b"),)])),
    )
