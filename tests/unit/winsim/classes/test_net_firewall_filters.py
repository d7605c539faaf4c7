# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of a rule, value by value, and the associations between them."""

from __future__ import annotations

from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import RULE, create, firewall_class, host, keys, stored
from winsim.cim import CimError, CimStatus, Reference, Values
from winsim.machine import Machine

PORTS = "MSFT_NetProtocolPortFilter"
ADDRESSES = "MSFT_NetAddressFilter"
#: What the filters of a rule without conditions show.
UNLIMITED: dict[str, dict[str, Any]] = {
    PORTS: {
        "Protocol": "Any",
        "LocalPort": ["Any"],
        "RemotePort": ["Any"],
        "IcmpType": ["Any"],
    },
    ADDRESSES: {"LocalAddress": ["Any"], "RemoteAddress": ["Any"]},
    "MSFT_NetApplicationFilter": {"AppPath": "Any"},
    "MSFT_NetServiceFilter": {"ServiceName": "Any"},
    "MSFT_NetInterfaceFilter": {"InterfaceAlias": ["Any"]},
    "MSFT_NetInterfaceTypeFilter": {},
    "MSFT_NetNetworkLayerSecurityFilter": {
        "LocalUsers": "Any",
        "RemoteUsers": "Any",
        "RemoteMachines": "Any",
    },
}
ANY = "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=Test rule|"


def put(machine: Machine, name: str, **values: Any) -> Values:
    return firewall_class(machine, name).put(machine, keys("test", "Name"), values)


def with_fields(fields: str) -> str:
    """The test rule with fields between direction and name."""
    return ANY.replace("|Name", f"|{fields}|Name")


def test_new_rule_has_filters_that_limit_nothing() -> None:
    machine = host()
    key = create(machine)
    found = {
        c.name: values
        for c, values in firewall_class(machine, RULE).associated(machine, key, None, None)
    }
    assert {name: {k: v for k, v in values.items() if v} for name, values in found.items()} == {
        name: {
            "CreationClassName": "MSFT|FW|FirewallRule|test",
            "InstanceID": "test",
            **limits,
        }
        for name, limits in UNLIMITED.items()
    }
    declared = {p.name for p in firewall_class(machine, PORTS).properties}
    assert set(found[PORTS]) == declared
    assert len(declared) == 23


@each_row(
    ("values", "fields", "shown"),
    [
        (
            {"Protocol": "tcp", "LocalPort": ["443", "8000-8010", "80-80"]},
            "Protocol=6|LPort=443|LPort2_10=8000-8010|LPort=80",
            {"Protocol": "TCP", "LocalPort": ["443", "8000-8010", "80"]},
        ),
        (
            {"Protocol": "17", "LocalPort": ["7778", "7777", "5004", "5005-5006"]},
            "Protocol=17|LPort=7778|LPort=7777|LPort=5004|LPort2_10=5005-5006",
            {"LocalPort": ["7778", "7777", "5004", "5005-5006"]},
        ),
        (
            {"Protocol": "17", "RemotePort": ["1900"]},
            "Protocol=17|RPort=1900",
            {"Protocol": "UDP", "RemotePort": ["1900"]},
        ),
        (
            {"Protocol": "TCP", "LocalPort": ["RPC", "rpcepmap", "IPHTTPSIn"]},
            "Protocol=6|LPort=RPC|LPort=RPC-EPMap|LPort2_10=IPTLSIn|LPort2_10=IPHTTPSIn",
            {"LocalPort": ["RPC", "RPCEPMap", "IPHTTPSIn"]},
        ),
        (
            {"Protocol": "UDP", "LocalPort": ["PlayToDiscovery", "mDNS", "Teredo"]},
            "Protocol=17|LPort2_20=Ply2Disc|LPort2_24=mDNS|LPort=Teredo",
            {"LocalPort": ["PlayToDiscovery", "mDNS", "Teredo"]},
        ),
        (
            {"Protocol": "ICMPv4", "IcmpType": ["8", "3:4"]},
            "Protocol=1|ICMP4=8:*|ICMP4=3:4",
            {"Protocol": "ICMPv4", "IcmpType": ["8", "3:4"]},
        ),
        (
            {"Protocol": "58", "IcmpType": ["128"]},
            "Protocol=58|ICMP6=128:*",
            {"Protocol": "ICMPv6", "IcmpType": ["128"]},
        ),
        ({"Protocol": "41"}, "Protocol=41", {"Protocol": "41"}),
        ({"Protocol": "0"}, "Protocol=0", {"Protocol": "0"}),
    ],
)
def test_protocol_and_ports(values: dict[str, Any], fields: str, shown: dict[str, Any]) -> None:
    machine = host()
    create(machine)
    after = put(machine, PORTS, **values)
    assert {name: after[name] for name in shown} == shown
    assert stored(machine) == with_fields(fields)
    # What is shown may be written again.
    put(machine, PORTS, **{name: after[name] for name in values})
    assert stored(machine) == with_fields(fields)
    put(machine, PORTS, Protocol="Any", LocalPort=["Any"], RemotePort=None, IcmpType=["any"])
    assert stored(machine) == ANY


@each_row(
    ("values", "message"),
    [
        ({"LocalPort": ["80"]}, "The protocol and protocol-dependent fields do not match."),
        ({"Protocol": "41", "RemotePort": ["80"]}, "The protocol and protocol-dependent"),
        ({"Protocol": "TCP", "IcmpType": ["8"]}, "The protocol and protocol-dependent"),
        ({"Protocol": "UDP", "LocalPort": ["RPC"]}, "One of the port keywords is invalid."),
        ({"Protocol": "TCP", "LocalPort": ["PlayToDiscovery"]}, "One of the port keywords"),
        ({"Protocol": "TCP", "LocalPort": ["http"]}, "One of the port keywords"),
        ({"Protocol": "TCP", "LocalPort": ["80,443"]}, "One of the port keywords"),
        ({"Protocol": "TCP", "LocalPort": ["80", "Any"]}, "One of the port keywords"),
        ({"Protocol": "TCP", "RemotePort": ["RPC"]}, "One of the port keywords"),
        ({"Protocol": "TCP", "LocalPort": ["0"]}, "An invalid port range was specified"),
        ({"Protocol": "TCP", "LocalPort": ["65536"]}, "An invalid port range"),
        ({"Protocol": "TCP", "LocalPort": ["90-80"]}, "An invalid port range"),
        ({"Protocol": "tcpip"}, "The specified protocol is not valid."),
        ({"Protocol": "257"}, "The specified protocol is not valid."),
        ({"Protocol": "ICMPv4", "IcmpType": ["256"]}, "The specified ICMP code is not valid."),
        ({"Protocol": "ICMPv4", "IcmpType": ["echo"]}, "The specified ICMP code"),
    ],
)
def test_ports_that_windows_refuses(values: dict[str, Any], message: str) -> None:
    machine = host()
    create(machine)
    with pytest.raises(CimError) as error:
        put(machine, PORTS, **values)
    assert (error.value.status, error.value.hresult) == (CimStatus.INVALID_PARAMETER, 0x80070057)
    assert error.value.message.startswith(message)
    assert stored(machine) == ANY


def test_keyword_of_a_local_port_wants_an_inbound_rule() -> None:
    machine = host()
    create(machine, Direction=2)
    with pytest.raises(CimError):
        put(machine, PORTS, Protocol="TCP", LocalPort=["RPC"])
    assert put(machine, PORTS, Protocol="TCP", RemotePort=["IPHTTPSOut"])["RemotePort"] == [
        "IPHTTPSOut"
    ]


@each_row(
    ("address", "fields", "shown"),
    [
        ("192.168.0.7", "RA4=192.168.0.7", "192.168.0.7"),
        ("192.168.0.7/32", "RA4=192.168.0.7", "192.168.0.7"),
        ("192.168.0.7/24", "RA4=192.168.0.0/255.255.255.0", "192.168.0.0/255.255.255.0"),
        ("10.0.0.0/255.0.0.0", "RA4=10.0.0.0/255.0.0.0", "10.0.0.0/255.0.0.0"),
        ("10.0.0.1-10.0.0.9", "RA4=10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
        ("fe80::/64", "RA6=fe80::/64", "fe80::/64"),
        ("FE80:0::1", "RA6=fe80::1", "fe80::1"),
        ("fe80::1-fe80::9", "RA6=fe80::1-fe80::9", "fe80::1-fe80::9"),
        ("LocalSubnet", "RA4=LocalSubnet|RA6=LocalSubnet", "LocalSubnet"),
        ("localsubnet4", "RA4=LocalSubnet", "LocalSubnet4"),
        ("DNS6", "RA6=DNS", "DNS6"),
        ("Internet", "RA42=IntErnet|RA62=IntErnet", "Internet"),
        ("PlayToTargets", "RA42=Ply2Renders|RA62=Ply2Renders", "PlayToDevice"),
    ],
)
def test_remote_addresses(address: str, fields: str, shown: str) -> None:
    machine = host()
    create(machine)
    after = put(machine, ADDRESSES, RemoteAddress=[address])
    assert after["RemoteAddress"] == [shown]
    assert after["LocalAddress"] == ["Any"]
    assert stored(machine) == with_fields(fields)
    assert put(machine, ADDRESSES, RemoteAddress=[shown])["RemoteAddress"] == [shown]
    assert stored(machine) == with_fields(fields)
    put(machine, ADDRESSES, RemoteAddress=["Any"])
    assert stored(machine) == ANY


def test_prefix_of_a_stored_subnet_is_shown_as_a_mask() -> None:
    machine = host(rules={"test": with_fields("LA4=10.0.0.0/8|RA4=10.1.0.0/16")})
    after = put(machine, ADDRESSES)
    assert after["LocalAddress"] == ["10.0.0.0/255.0.0.0"]
    assert after["RemoteAddress"] == ["10.1.0.0/255.255.0.0"]


@each_row(
    "values",
    [
        {"RemoteAddress": ["server.example"]},
        {"RemoteAddress": ["10.0.0.256"]},
        {"RemoteAddress": ["10.0.0.9-10.0.0.1"]},
        {"RemoteAddress": ["10.0.0.1-fe80::1"]},
        {"RemoteAddress": ["10.0.0.0/33"]},
        {"RemoteAddress": ["10.0.0.1", "Any"]},
        {"RemoteAddress": ["::1"]},
        {"RemoteAddress": [""]},
        {"LocalAddress": ["LocalSubnet"]},
    ],
)
def test_addresses_that_windows_refuses(values: dict[str, Any]) -> None:
    machine = host()
    create(machine)
    with pytest.raises(CimError) as error:
        put(machine, ADDRESSES, **values)
    assert error.value.status is CimStatus.INVALID_PARAMETER
    assert error.value.message.startswith("The address is invalid.")
    assert stored(machine) == ANY


@each_row(
    ("name", "values", "fields"),
    [
        (
            "MSFT_NetApplicationFilter",
            {"AppPath": r"%ProgramFiles%\a b.exe"},
            r"App=%ProgramFiles%\a b.exe",
        ),
        ("MSFT_NetServiceFilter", {"ServiceName": "*"}, "Svc=*"),
        (
            "MSFT_NetInterfaceFilter",
            {"InterfaceAlias": ["Ethernet"]},
            "IF={4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}",
        ),
        ("MSFT_NetInterfaceTypeFilter", {"InterfaceType": 5}, "IFType=Lan|IFType=RemoteAccess"),
    ],
)
def test_other_filters(name: str, values: dict[str, Any], fields: str) -> None:
    machine = host()
    create(machine)
    (property_name, value), *_rest = values.items()
    assert put(machine, name, **values)[property_name] == value
    assert stored(machine) == with_fields(fields)
    put(machine, name, **{property_name: None})
    assert stored(machine) == ANY


@each_row(
    ("name", "values"),
    [
        *(
            ("MSFT_NetApplicationFilter", {"AppPath": path})
            for path in (r"C:\*.exe", "C:/a.exe", r"C:\a?.exe", 'C:\\"a".exe', "x" * 260, "a|b")
        ),
        *(("MSFT_NetServiceFilter", {"ServiceName": name}) for name in (r"a\b", "a/b", "a|b")),
        ("MSFT_NetInterfaceFilter", {"InterfaceAlias": ["Wi-Fi"]}),
        ("MSFT_NetInterfaceTypeFilter", {"InterfaceType": 8}),
        ("MSFT_NetNetworkLayerSecurityFilter", {"Authentication": 3}),
        ("MSFT_NetNetworkLayerSecurityFilter", {"RemoteUsers": "O:LSD:(A;;CC;;;WD)"}),
        ("MSFT_NetNetworkLayerSecurityFilter", {"OverrideBlockRules": True}),
    ],
)
def test_other_values_that_windows_refuses(name: str, values: dict[str, Any]) -> None:
    machine = host()
    create(machine)
    with pytest.raises(CimError) as error:
        put(machine, name, **values)
    assert error.value.status is CimStatus.INVALID_PARAMETER
    assert stored(machine) == ANY


def test_secured_rule() -> None:
    machine = host()
    create(machine)
    who = "O:LSD:(A;;CC;;;S-1-5-32-544)"
    values = {
        "Authentication": 1,
        "Encryption": 2,
        "RemoteMachines": who,
        "OverrideBlockRules": True,
    }
    after = put(machine, "MSFT_NetNetworkLayerSecurityFilter", **values)
    assert {name: after[name] for name in values} == values
    assert stored(machine) == (
        f"v2.30|Action=ByPass|Active=TRUE|Dir=In|Name=Test rule|RMauth={who}|"
        "Security=AuthenticateEncrypt|Security2=AnE-Nego|"
    )


def test_associated_by_base_classes() -> None:
    machine = host()
    key = create(machine)
    rule = firewall_class(machine, RULE)

    def names(association: str | None, result_class: str | None) -> list[str]:
        return [
            c.name.removeprefix("MSFT_Net")
            for c, _unused in rule.associated(machine, key, association, result_class)
        ]

    every = names("MSFT_NetFirewallRuleFilters", "CIM_FilterEntryBase")
    assert len(every) == 7
    assert names(None, None) == every
    assert names("MSFT_NetFirewallRuleFilterByProtocolPort", None) == ["ProtocolPortFilter"]
    assert names("msft_netfirewallrulefilterbysecurity", "msft_netnetworklayersecurityfilter")
    assert names("MSFT_NetFirewallRuleFilterByService", "MSFT_NetAddressFilter") == []


def test_rule_of_a_filter() -> None:
    machine = host()
    create(machine)
    filter_class = firewall_class(machine, PORTS)
    found = filter_class.associated(machine, keys("test", "Name"), None, RULE)
    assert [(c.name, values["InstanceID"]) for c, values in found] == [(RULE, "test")]
    other = "MSFT_NetFirewallRuleFilterByService"
    assert list(filter_class.associated(machine, keys("test", "Name"), other, None)) == []
    assert list(filter_class.associated(machine, keys("test", "Name"), None, PORTS)) == []


def test_associations_refer_to_both() -> None:
    machine = host()
    rows = list(firewall_class(machine, "MSFT_NetFirewallRuleFilterByAddress").instances(machine))
    assert len(rows) == 480
    key = keys("WINRM-HTTP-In-TCP")
    rule = Reference("root/StandardCimv2", RULE, tuple(key.items()))
    (row,) = (
        r
        for r in rows
        if isinstance(r["GroupComponent"], Reference) and r["GroupComponent"].is_same(rule)
    )
    part = row["PartComponent"]
    assert isinstance(part, Reference)
    assert part.class_name == ADDRESSES
    assert dict(part.selectors) == keys("WINRM-HTTP-In-TCP", "Name")


def test_filter_of_an_unknown_rule_is_not_found() -> None:
    machine = host()
    with pytest.raises(CimError) as error:
        put(machine, PORTS, Protocol="TCP")
    assert error.value.status is CimStatus.NOT_FOUND
