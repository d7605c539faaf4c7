# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, routes and metrics of an image, as programs and classes show them."""

from __future__ import annotations

import codecs
from typing import Any

import pytest

from unit.rows import each_row
from winsim import classes, programs
from winsim.images import load
from winsim.machine import Machine

TYPE = r'type "%SystemRoot%\System32\drivers\etc\hosts"'
KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


def boot(image: str = "win11-ja", **changes: Any) -> Machine:
    return load(image).varied(changes).boot()


def rows(machine: Machine, name: str, *shown: str) -> list[tuple[Any, ...]]:
    found = classes.find("root/StandardCimv2", name, machine)
    assert found is not None
    return [tuple(row[each] for each in shown) for row in found.instances(machine)]


def test_a_variation_leaves_its_image_as_it_is() -> None:
    image = load("server2022")
    varied = image.varied({"network": {"ipv4": "10.1.2.3/16", "gateways!": []}})
    assert varied.boot().network.ipv4 == "10.1.2.3"
    assert varied.boot().network.gateways == ()
    assert image.boot().network.ipv4 == load("server2022").boot().network.ipv4 == "10.20.30.40"
    assert image.boot().network.gateways == ("10.20.30.1",)


@each_row(
    ("names", "printed"),
    [
        ({}, b"# localhost name resolution is handled within DNS itself.\r\n"),
        ({"hosts": "10.20.2.9 srv1 # old\n"}, b"10.20.2.9 srv1 # old\r\n"),
        ({"hosts": "10.20.2.9 srv1"}, b"10.20.2.9 srv1"),
        ({"hosts": "10.20.2.9 \u00fc", "hosts_encoding": "cp1252"}, b"10.20.2.9 \xfc"),
        ({"hosts": "1.2.3.4 a", "hosts_encoding": "utf-8-sig"}, codecs.BOM_UTF8 + b"1.2.3.4 a"),
        ({"hosts": "1.2.3.4 \u00fc\n", "hosts_encoding": "utf-16"}, "1.2.3.4 \u00fc\r\n".encode()),
        ({"hosts": ""}, b""),
    ],
)
def test_the_hosts_file_is_printed_as_it_is(names: dict[str, Any], printed: bytes) -> None:
    result = programs.run(boot(names=names), TYPE)
    assert result.stdout.startswith(printed)
    assert (result.stderr, result.exit_code) == (b"", 0)


def test_a_hosts_file_that_is_not_there() -> None:
    result = programs.run(boot("server2022", names={"hosts_file": False}), f"{TYPE} && echo there")
    assert result.stdout == b""
    assert result.stderr == b"The system cannot find the file specified.\r\n"
    assert result.exit_code == 1


def test_there_is_no_other_file() -> None:
    result = programs.run(boot(), r"type C:\Users\secret.txt")
    assert result.exit_code == 255
    assert b"does not simulate the file" in result.stderr


def test_what_tcpip_keeps_in_the_registry() -> None:
    machine = boot(
        "server2022",
        network={"domain": "corp.example"},
        names={"data_base_path": r"D:\etc", "search_list": ["a.example", "b.example"]},
    )
    printed = programs.run(machine, f'reg query "{KEY}"').stdout.decode()
    for line in (
        r"    DataBasePath    REG_EXPAND_SZ    D:\etc",
        "    Domain    REG_SZ    corp.example",
        "    Hostname    REG_SZ    SRV-APP01",
        "    SearchList    REG_SZ    a.example,b.example",
        rf"{KEY}\Interfaces",
    ):
        assert f"\r\n{line}\r\n" in printed
    assert "DhcpDomain" not in printed


def test_the_cache_of_the_dns_client() -> None:
    cache = [
        "www.example CNAME srv1.example 60s",
        "www.example A 10.20.2.5 20s of srv1.example",
        "srv1.example AAAA 2001:db8:2::5",
        "srv2.example AAAA 9701",
        "nothing.example A 9003",
    ]
    shown = ("Entry", "Name", "Type", "Data", "DataLength", "TimeToLive", "Section", "Status")
    assert rows(boot(names={"cache": cache}), "MSFT_DNSClientCache", *shown) == [
        ("www.example", "www.example", 5, "srv1.example", 13, 60, 1, 0),
        ("www.example", "srv1.example", 1, "10.20.2.5", 4, 20, 1, 0),
        ("srv1.example", "srv1.example", 28, "2001:db8:2::5", 16, 300, 1, 0),
        ("srv2.example", "", 28, None, None, None, None, 9701),
        ("nothing.example", "", 1, None, None, None, None, 9003),
    ]


def test_how_addresses_of_a_name_are_ordered() -> None:
    usual = rows(boot(), "MSFT_NetPrefixPolicy", "Prefix", "Precedence", "Label", "Store")
    assert ("::ffff:0:0/96", 35, 4, 1) in usual
    assert ("::/0", 40, 1, 0) in usual
    assert len(usual) == len(set(usual)) == 18
    preferring_ipv4 = boot(names={"prefix_policies": ["::ffff:0:0/96 100 4", "::/0 40 1"]})
    assert rows(preferring_ipv4, "MSFT_NetPrefixPolicy", "Prefix", "Precedence")[:2] == [
        ("::ffff:0:0/96", 100),
        ("::/0", 40),
    ]


VPN = {
    "profiles": [
        {
            "name": "vpn",
            "interface": "VPN",
            "index": 23,
            "category": "domain",
            "type": 23,
            "id": "{V}",
        }
    ],
    "addresses": [
        {"address": "10.8.0.2/32", "index": 23, "skip_as_source": True},
        {"address": "2001:db8::7:1/64", "temporary": True},
        {"address": "10.9.9.9/24", "state": "duplicate"},
    ],
    "routes": [
        {"to": "10.20.0.0/16", "via": "10.8.0.1", "index": 23, "metric": 1},
        {"to": "10.77.0.0/16", "via": "10.20.30.2", "active": False},
    ],
    "metrics": {"5": 40},
}


def test_routes_of_a_vpn_and_those_for_the_next_start() -> None:
    machine = boot("server2022", network=VPN)
    shown = (
        "DestinationPrefix",
        "NextHop",
        "InterfaceIndex",
        "InterfaceAlias",
        "RouteMetric",
        "Store",
    )
    found = rows(machine, "MSFT_NetRoute", *shown)
    assert ("10.20.0.0/16", "10.8.0.1", 23, "VPN", 1, 1) in found
    assert ("10.77.0.0/16", "10.20.30.2", 5, "Ethernet0", 256, 0) in found
    # A duplicate address is not in use, and neither is its subnet.
    assert not [row for row in found if row[0].startswith("10.9.9.")]


def test_metrics_of_interfaces() -> None:
    machine = boot("server2022", network=VPN)
    shown = ("AddressFamily", "InterfaceIndex", "InterfaceAlias", "InterfaceMetric",
             "AutomaticMetric", "ConnectionState")  # fmt: skip
    found = rows(machine, "MSFT_NetIPInterface", *shown)
    assert found == [
        (family, *row)
        for family in (23, 2)
        for row in (
            (5, "Ethernet0", 40, 0, 1),
            (23, "VPN", 26, 1, 1),
            (1, "Loopback Pseudo-Interface 1", 75, 1, 1),
        )
    ]
    wireless = rows(
        boot(), "MSFT_NetIPInterface", "InterfaceIndex", "InterfaceMetric", "ConnectionState"
    )
    assert (7, 35, 0) in wireless


def test_addresses_that_are_not_like_others() -> None:
    shown = ("IPAddress", "AddressState", "SuffixOrigin", "SkipAsSource")
    found = set(rows(boot("server2022", network=VPN), "MSFT_NetIPAddress", *shown))
    assert found >= {
        ("10.8.0.2", 4, 1, True),
        ("2001:db8::7:1", 4, 5, False),
        ("10.9.9.9", 2, 1, False),
        ("fe80::8d3:71c4:22ae:90bd%5", 4, 4, False),
    }
    duplicate = boot("server2022", network={"ipv4_state": "duplicate"})
    assert ("10.20.30.40", 2, 1, False) in rows(duplicate, "MSFT_NetIPAddress", *shown)


@each_row(
    ("section", "facts"),
    [
        ("names", {"cache": ["srv1.example 10.0.0.5"]}),
        ("names", {"cache": ["srv1.example MX 10.0.0.5"]}),
        ("names", {"prefix_policies": ["::/0 1"]}),
        ("names", {"host": "x"}),
        ("network", {"routes": [{"to": "10.0.0.1/8"}]}),
        ("network", {"routes": [{"via": "10.0.0.1"}]}),
    ],
)
def test_facts_that_are_none(section: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"server2022|10\.0\.0\.1/8"):
        boot("server2022", **{section: facts})
