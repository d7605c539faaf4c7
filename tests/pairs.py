# SPDX-License-Identifier: GPL-3.0-or-later
"""A client PC and a server PC in the states that real ones can be in, and what a program of the client
meets when it connects to the server. Each state differs in a little from `path-client` and `path-server`
(`tests/winsim/images`), with which all is well.

pair = PAIRS["stale_hosts"]
with Hosts(pair.boot(network.next)) as hosts: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from winsim.images import Image, load
from winsim.machine import Machine

#: The path of the client's own program, about which curl tells nothing.
PROGRAM = r"C:\Program Files\Keiri\keiri.exe"
SERVER, SERVER_6 = "10.20.2.5", "2001:db8:2::5"


class Met(StrEnum):
    """What a connection comes to, as curl on the client tells it."""

    CONNECTED = "connected"
    #: Connected, and then the server closes it.
    HUNG_UP = "hung up"
    REFUSED = "refused"
    SILENT = "silent"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Pair:
    """`client` and `server` are what differs from their images, `others` whole images that run beside
    them. `met` says what becomes of connections, by target: ``10.20.2.5:1433``, or ``[fe80::1%12]:80``."""

    met: Mapping[str, Met]
    client: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    client_image: str = "path-client"
    server_image: str = "path-server"
    others: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    #: From which address the server sees those that come in.
    seen_from: str = "10.20.1.7"

    def images(self) -> dict[str, Image]:
        """By the names of the PCs: ``client``, ``server``, and those of others."""
        return {
            "client": load(self.client_image).varied(self.client),
            "server": load(self.server_image).varied(self.server),
            **{name: load(image).varied(changes) for name, (image, changes) in self.others.items()},
        }

    def boot(self, address: Callable[[], str], suffix: str = "") -> list[Machine]:
        """New machines, each at the next loopback address; `suffix` is put behind their names."""
        return [image.boot(f"{name}{suffix}", address()) for name, image in self.images().items()]


def _rule(text: str, *, out: bool = False) -> str:
    action, _unused, rest = text.partition(" ")
    direction = "Out" if out else "In"
    return f"v2.30|Action={action}|Active=TRUE|Dir={direction}|Protocol=6|{rest}|Name=x|"


_ALLOWED = {"firewall": {"rules": {"Orders": _rule("Allow LPort=8443")}}}
_SQL, _ORDERS = f"{SERVER}:1433", f"{SERVER}:8443"
_VPN = {
    "profiles": [
        {"name": "vpn.example", "interface": "VPN", "index": 23, "category": "domain", "type": 23,
         "id": "{7B1D4C50-2E61-4F3A-9C08-5D2E1F0A9B77}"}
    ],
    "addresses": [{"address": "10.8.0.2/32", "index": 23}],
}  # fmt: skip
#: What Windows makes when somebody answers its question about a program with "Cancel".
_PROMPT = {
    rf"{protocol} Query User{{5E0C7B1A-0D57-4F2B-8E11-2F6D3C9A44B0}}C:\program files\orders\orders.exe": (
        rf"v2.30|Action=Block|Active=TRUE|Dir=In|Protocol={number}|Profile=Private|"
        r"App=C:\program files\orders\orders.exe|Name=orders.exe|Desc=orders.exe|Defer=User|"
    )
    for protocol, number in (("TCP", 6), ("UDP", 17))
}
_PRODUCT = {
    "name": "Example Total Security Firewall",
    "id": "{6C2B4F90-83D1-4E7A-B5C6-19F0A7D3E852}",
    "path": r"%ProgramFiles%\Example\Total Security\exsecurity.exe",
    "state": 69632,
    "timestamp": "Mon, 13 Apr 2026 08:41:52 GMT",
}
#: A PC of a colleague, which has an address of the server.
_COLLEAGUE = {
    "computer_name": "KEIRI-PC09",
    "network": {"ipv4": f"{SERVER}/24", "gateways!": ["10.20.2.1"]},
    "firewall": {"rules": {"Web": _rule("Allow LPort=8080")}},
}
_ZONES = {
    "network": {
        "ipv4": "",
        "ipv6_link_local": "fe80::8d3:71c4:22ae:90bd%5",
        "addresses!": [{"address": "2001:db8:11::5/64"}],
        "gateways!": ["fe80::1%5"],
    }
}

PAIRS: Mapping[str, Pair] = {
    "well": Pair(
        {
            _SQL: Met.CONNECTED,
            f"[{SERVER_6}]:1433": Met.CONNECTED,
            # Nothing listens there, and the firewall says nothing of it.
            f"{SERVER}:4444": Met.SILENT,
        }
    ),
    "stale_hosts": Pair(
        {"10.20.2.99:1433": Met.SILENT, _SQL: Met.CONNECTED},
        client={
            "names": {
                "hosts": "10.20.2.99\tsrv1.corp.example srv1 # test\n",
                "cache!": ["srv1.corp.example A 10.20.2.99", "srv1 A 10.20.2.99"],
            }
        },
    ),
    "stale_cache": Pair(
        {"10.20.2.98:1433": Met.SILENT, _SQL: Met.CONNECTED},
        client={"names": {"cache!": ["srv1.corp.example A 10.20.2.98 3412s"]}},
    ),
    "unknown_name": Pair(
        {_SQL: Met.CONNECTED},
        client={"names": {"cache!": ["srv1.corp.example A 9003", "srv1.corp.example AAAA 9003"]}},
    ),
    # The name leads to IPv6 first, and the server listens on IPv4 only.
    "ipv6_first": Pair(
        {f"[{SERVER_6}]:8444": Met.SILENT, f"{SERVER}:8444": Met.CONNECTED},
        client={
            "names": {
                "cache!": [f"srv1.corp.example AAAA {SERVER_6}", f"srv1.corp.example A {SERVER}"]
            }
        },
        server={
            "processes": [
                {
                    "pid": 9300,
                    "name": "four.exe",
                    "path": r"C:\Four\four.exe",
                    "tcp": ["0.0.0.0:8444"],
                }
            ],
            "firewall": {"rules": {"Four": _rule("Allow LPort=8444")}},
        },
    ),
    # The rule is for the server's own subnets, where the client isn't.
    "other_subnet": Pair(
        {_ORDERS: Met.SILENT},
        server={
            "firewall": {
                "rules": {"Orders": _rule("Allow LPort=8443|RA4=LocalSubnet|RA6=LocalSubnet")}
            }
        },
    ),
    "same_subnet": Pair(
        {_ORDERS: Met.CONNECTED},
        client={"network": {"ipv4": "10.20.2.7/24", "gateways!": ["10.20.2.1"]}},
        server={
            "firewall": {
                "rules": {"Orders": _rule("Allow LPort=8443|RA4=LocalSubnet|RA6=LocalSubnet")}
            }
        },
        seen_from="10.20.2.7",
    ),
    # The rule is for private networks, the server is in a public one.
    "public_network": Pair(
        {_ORDERS: Met.SILENT, _SQL: Met.CONNECTED},
        server={
            "network": {
                "profiles!": [
                    {
                        "name": "Network",
                        "interface": "Ethernet0",
                        "index": 5,
                        "category": "public",
                        "id": "{9D0B5A73-31F2-4B7E-8E6C-5F0A1B2C3D4E}",
                    }
                ]
            },
            "firewall": {
                "rules": {"Orders": _rule("Allow LPort=8443|Profile=Private|Profile=Domain")}
            },
        },
    ),
    # Group Policy lets nothing out but what its rules are for.
    "out_by_policy": Pair(
        {_SQL: Met.FORBIDDEN, f"{SERVER}:80": Met.CONNECTED},
        client={
            "firewall": {
                "policy": {
                    "profiles": {
                        "private": {"DefaultOutboundAction": 1, "AllowLocalPolicyMerge": 0}
                    },
                    "rules": {"Web": _rule("Allow RPort=80", out=True)},
                }
            }
        },
    ),
    # A rule keeps one program back: not curl.
    "out_one_program": Pair(
        {_SQL: Met.CONNECTED},
        client={"firewall": {"rules": {"Keiri": _rule(rf"Block App={PROGRAM}", out=True)}}},
    ),
    # And this one curl, but not the program.
    "out_curl": Pair(
        {_SQL: Met.FORBIDDEN},
        client={
            "firewall": {
                "rules": {"Curl": _rule(r"Block App=%SystemRoot%\System32\curl.exe", out=True)}
            }
        },
    ),
    "prompt_block": Pair(
        {_ORDERS: Met.SILENT},
        server={"firewall": {"rules": {"Orders": _rule("Allow LPort=8443"), **_PROMPT}}},
    ),
    "loopback": Pair({f"{SERVER}:8090": Met.SILENT}),
    "portproxy_nowhere": Pair({f"{SERVER}:8091": Met.HUNG_UP}),
    # The VPN has the route to the server's subnet, and does not lead there.
    "vpn_route": Pair(
        {_SQL: Met.SILENT},
        client={
            "network": {
                **_VPN,
                "routes": [
                    {"to": "10.20.0.0/16", "via": "10.8.0.1", "index": 23, "metric": 1},
                    {"to": "10.20.2.0/24", "via": "10.8.0.1", "index": 23, "metric": 1},
                ],
                "dead_ends": ["23"],
            }
        },
    ),
    # The server has lost its gateway, so that only its neighbours hear from it.
    "no_way_back": Pair({_SQL: Met.SILENT}, server={"network": {"gateways!": []}}),
    # By a mask that is too wide, the other one is a neighbour; it is behind a router.
    "wide_at_server": Pair({_SQL: Met.SILENT}, server={"network": {"ipv4": f"{SERVER}/16"}}),
    "wide_at_client": Pair({_SQL: Met.SILENT}, client={"network": {"ipv4": "10.20.1.7/16"}}),
    "no_route": Pair({_SQL: Met.UNREACHABLE}, client={"network": {"gateways!": []}}),
    # RPC: its mapper is open, and the dynamic ports are shut.
    "rpc": Pair({f"{SERVER}:135": Met.CONNECTED, f"{SERVER}:49671": Met.SILENT}),
    # A named instance of SQL Server: nobody made a rule for the Browser's 1434/udp, nor for its port.
    "sql_browser": Pair(
        {f"{SERVER}:51433": Met.SILENT},
        server={
            "processes": [
                {
                    "pid": 9304,
                    "name": "sqlservr.exe",
                    "arguments": "-sORDERS",
                    "services": ["MSSQL$ORDERS"],
                    "path": r"%ProgramFiles%\Microsoft SQL Server\MSSQL16.ORDERS\MSSQL\Binn\sqlservr.exe",
                    "tcp": ["0.0.0.0:51433", "[::]:51433"],
                }
            ],
            "services": {"MSSQL$ORDERS": {"display": "SQL Server (ORDERS)"}},
        },
    ),
    # Windows found out that another PC has its address, and does not use it: the other one answers.
    "duplicate": Pair(
        {f"{SERVER}:8080": Met.CONNECTED, _SQL: Met.SILENT},
        server={"network": {"ipv4_state": "duplicate"}},
        others={"colleague": ("win11-ja", _COLLEAGUE)},
    ),
    "duplicate_client": Pair(
        {_SQL: Met.UNREACHABLE}, client={"network": {"ipv4_state": "duplicate"}}
    ),
    "product_at_client": Pair(
        {_SQL: Met.FORBIDDEN, f"{SERVER}:80": Met.CONNECTED},
        client={"firewall_products": [{**_PRODUCT, "holds_back": [1433]}]},
    ),
    # Windows Security, which knows such products, is on workstations only.
    "product_at_server": Pair(
        {"10.20.2.6:80": Met.SILENT, "10.20.2.6:8080": Met.CONNECTED},
        server={"network": {"ipv4": "10.20.2.6/24", "gateways!": ["10.20.2.1"]}},
        server_image="third-party-firewall",
    ),
    "lost_on_the_way": Pair(
        {_SQL: Met.SILENT, f"{SERVER}:80": Met.CONNECTED},
        client={"network": {"on_the_way": [f"drop {SERVER}:1433"]}},
    ),
    "refused_on_the_way": Pair(
        {_SQL: Met.REFUSED}, client={"network": {"on_the_way": ["refuse 10.20.2.0/24:1433"]}}
    ),
    # The server sees the address of a router, which its rule is not for.
    "translated": Pair(
        {_ORDERS: Met.SILENT, _SQL: Met.CONNECTED},
        client={"network": {"seen_as": "10.20.9.1"}},
        server={
            "firewall": {"rules": {"Orders": _rule("Allow LPort=8443|RA4=10.20.1.0/255.255.255.0")}}
        },
        seen_from="10.20.9.1",
    ),
    "old_curl": Pair({_SQL: Met.CONNECTED, _ORDERS: Met.SILENT}, client={"curl": "7.55.1"}),
    # Windows Server 2016 has no curl.exe.
    "no_curl": Pair(
        {},
        client={"network": {"ipv4": "10.20.1.8/24", "gateways!": ["10.20.1.1"]}},
        client_image="server2016",
        seen_from="10.20.1.8",
    ),
    # No IPv4 at either end: by global addresses, and by link-local ones with the client's zone.
    "ipv6_only": Pair(
        {
            "[2001:db8:11::5]:1433": Met.CONNECTED,
            "[fe80::8d3:71c4:22ae:90bd%12]:1433": Met.CONNECTED,
            "[fe80::8d3:71c4:22ae:90bd%7]:1433": Met.UNREACHABLE,
            _SQL: Met.UNREACHABLE,
        },
        server=_ZONES,
        client_image="ipv6-only",
        seen_from="",
    ),
    "allowed": Pair({_ORDERS: Met.CONNECTED, f"[{SERVER_6}]:8443": Met.CONNECTED}, server=_ALLOWED),
}
