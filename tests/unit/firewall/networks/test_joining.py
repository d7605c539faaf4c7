# SPDX-License-Identifier: GPL-3.0-or-later
"""What the addresses and adapters of a host say about its networks."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.joining import (
    interface_type,
    interface_types_matter,
    joined,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    InterfaceType,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Adapter,
    OwnAddress,
    Protocol,
    parse_address,
)
from unit.rows import each_row

GUID = "{5A1B2C3D-0000-0000-0000-00000000000A}"
LAN = Network(Profile.PRIVATE, name="Office", interface=12)
OTHER = Network(Profile.PUBLIC, name="VMnet1", interface=20)


def own(text: str, interface: int = 12, *, usable: bool = True) -> OwnAddress:
    address, _slash, prefix = text.partition("/")
    return OwnAddress(parse_address(address), int(prefix), interface, usable=usable)


LOOPBACK = (own("127.0.0.1/8", 1), own("::1/128", 1))
HOME = (own("192.168.11.23/24"), own("fe80::5%12/64"), *LOOPBACK)


def network(*addresses: OwnAddress) -> Network:
    return joined([LAN], addresses)[0]


def stores(*texts: str) -> FirewallStores:
    rules = tuple(rule_text.parse(f"rule {n}", text) for n, text in enumerate(texts))
    return FirewallStores(rules={Store.LOCAL: rules})


def local_subnet(where: Network, remote: str, *, family: int = 4) -> str:
    """Whether a rule for the local subnet lets in traffic from an address."""
    rule = (
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|RA4=LocalSubnet|RA6=LocalSubnet|"
    )
    listener = Listener(TCP, 80, "0.0.0.0" if family == 4 else "::", r"C:\a.exe", ())
    return Firewall(stores(rule)).verdict(listener, where, remote).state.value


def test_addresses_and_subnets_are_those_of_the_interface_that_are_in_use() -> None:
    found = network(*HOME, own("10.9.9.9/8", usable=False), own("172.16.0.1/16", 20))
    assert found.addresses == ("192.168.11.23", "fe80::5")
    assert found.subnets == ("192.168.11.0/24", "fe80::/64")
    assert found.perhaps_local == ("172.16.0.0/16",)
    assert network().addresses == ()
    alone = Network(Profile.PUBLIC)
    assert joined([alone], HOME) == (alone,)


def test_the_local_subnet_is_judged_in_both_families_and_with_several_subnets() -> None:
    several = network(*HOME, own("10.0.0.5/8"), own("2001:db8:1::5/64"), own("172.16.0.1/16", 20))
    from_dhcp = network(own("192.168.11.23/24"), own("2001:db8:1::5/128"), own("fe80::5%12/64"))
    asked = {
        ("own subnet", several, "192.168.11.99"): "allowed",
        ("second subnet", several, "10.200.0.1"): "allowed",
        ("elsewhere", several, "198.51.100.7"): "blocked",
        # "Within the local subnet of the computer" says nothing about its other adapters.
        ("of another adapter", several, "172.16.0.9"): "conditional",
        ("own subnet", several, "2001:db8:1::9"): "allowed",
        ("on the link", several, "fe80::9"): "allowed",
        ("elsewhere", several, "2001:db8:2::9"): "blocked",
        ("unknown subnet", from_dhcp, "2001:db8:1::9"): "conditional",
        ("unknown subnet", from_dhcp, "2001:db8:2::9"): "conditional",
        ("other family is known", from_dhcp, "198.51.100.7"): "blocked",
        ("nothing is known", LAN, "192.168.11.99"): "conditional",
    }
    found = {
        (what, where, remote): local_subnet(where, remote, family=6 if ":" in remote else 4)
        for what, where, remote in asked
    }
    assert found == asked


def test_the_end_of_a_tunnel_has_no_neighbours() -> None:
    """As PPP, WireGuard and the like have it: IPv4 addresses with a mask of all bits."""
    vpn = Network(Profile.PUBLIC, name="VPN", interface=30)
    addresses = (*HOME, own("10.8.0.2/32", 30), own("fe80::9/64", 30))
    at_home, tunnel = joined([LAN, vpn], addresses)
    assert tunnel.subnets == ("10.8.0.2/32", "fe80::/64")
    asked = {
        (at_home.name, "192.168.11.99"): "allowed",
        (at_home.name, "10.20.0.9"): "blocked",
        (tunnel.name, "10.8.0.9"): "blocked",
        # It is unknown whether the subnets of other adapters count.
        (tunnel.name, "192.168.11.99"): "conditional",
    }
    networks = {each.name: each for each in (at_home, tunnel)}
    assert {(name, remote): local_subnet(networks[name], remote) for name, remote in asked} == asked
    # The prefix of an IPv6 address may be that of DHCPv6, which says nothing of the subnet.
    (other,) = joined([LAN], (*HOME, own("fd00::2/128", 30)))
    assert local_subnet(other, "2001:db8::9", family=6) == "conditional"


def test_an_adapter_gives_a_network_its_kind() -> None:
    adapter = Adapter(12, GUID, "Wi-Fi", 71, 9, False)
    (found, other) = joined([LAN, OTHER], HOME, [adapter])
    assert (found.interface_type, found.interface_id) == (InterfaceType.WIRELESS, GUID)
    assert found.alias == "Wi-Fi"
    assert (other.interface_type, other.interface_id) == (None, None)


@each_row(
    ("kind", "medium", "virtual", "expected"),
    [
        (6, 14, False, InterfaceType.LAN),
        (6, 0, False, InterfaceType.LAN),
        (71, 9, False, InterfaceType.WIRELESS),
        (71, None, None, InterfaceType.WIRELESS),
        (6, 9, False, InterfaceType.WIRELESS),
        (23, 0, True, InterfaceType.REMOTE_ACCESS),
        # Bluetooth, Hyper-V, VMware or a VPN of another maker, mobile broadband, a tunnel.
        (6, 10, False, None),
        (6, 0, True, None),
        (6, 14, None, None),
        (243, 8, False, None),
        (131, 0, True, None),
        (None, None, None, None),
    ],
)
def test_kinds_of_adapters(
    kind: int | None, medium: int | None, virtual: bool | None, expected: InterfaceType | None
) -> None:
    assert interface_type(Adapter(12, GUID, "", kind, medium, virtual)) is expected


WIRELESS = "v2.30|Action=Allow|Active=TRUE|Dir=In|IFType=Wireless|"


@each_row(
    ("text", "matters"),
    [
        (WIRELESS + "Protocol=6|LPort=80|", True),
        (WIRELESS + "Protocol=6|LPort2_10=70-90|", True),
        (WIRELESS, True),
        (WIRELESS + "Protocol=6|LPort=RPC|", True),
        (WIRELESS + "Protocol=6|LPort=81|", False),
        (WIRELESS + "Protocol=17|LPort=80|", False),
        (WIRELESS.replace("Dir=In", "Dir=Out"), False),
        (WIRELESS.replace("Active=TRUE", "Active=FALSE"), False),
        (WIRELESS + "AppPkgId=S-1-15-2-1|", False),
        ("v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|", False),
    ],
)
def test_adapters_are_read_only_where_a_rule_of_the_ports_asks_for_their_type(
    text: str, matters: bool
) -> None:
    assert interface_types_matter(stores(text), [(Protocol.TCP, 80)]) is matters


@each_row(
    ("text", "matters"),
    [
        (WIRELESS.replace("Dir=In", "Dir=Out"), True),
        (WIRELESS.replace("Dir=In", "Dir=Out") + "AppPkgId=S-1-15-2-1|", True),
        (WIRELESS.replace("Dir=In", "Dir=Out").replace("Active=TRUE", "Active=FALSE"), False),
        (WIRELESS, False),
        ("v2.30|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=80|", False),
    ],
)
def test_of_outbound_rules_any_that_asks_for_the_type_counts(text: str, matters: bool) -> None:
    assert interface_types_matter(stores(text), outbound=True) is matters
