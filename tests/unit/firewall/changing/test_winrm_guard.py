# SPDX-License-Identifier: GPL-3.0-or-later
"""No route to cutting off the connection that a task works over, and no objection to what leaves
it alone."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.winrm_guard import (
    Flow,
    Guard,
    flows,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from unit.simulated import SimulatedTransport
from unit.sweeps import fast
from unit.winsim.small import document
from winsim.firewall.enforcement import Enforcement, Packet
from winsim.firewall.store import LOCAL_ROOT, FirewallState
from winsim.images import Image
from winsim.machine import Machine

PUBLIC, PRIVATE, DOMAIN = 0, 1, 2
CONTROLLER = "10.1.2.9"
ALLOW = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
BLOCK = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|"
# Windows' own, as `winrm quickconfig` enables them (tests/samples/firewall_registry).
NO_SCOPE = ALLOW + "Profile=Domain|Profile=Private|LPort=5985|App=System|Name=@F.dll,-30253|"
SCOPED = ALLOW + "Profile=Public|LPort=5985|RA4=LocalSubnet|RA6=LocalSubnet|App=System|Name=@F.dll|"
GROUP = "EmbedCtxt=@FirewallAPI.dll,-30267|"
WINDOWS = {"WINRM-HTTP-In-TCP-NoScope": NO_SCOPE + GROUP, "WINRM-HTTP-In-TCP": SCOPED + GROUP}
OWN = {"{own}": ALLOW + "LPort=5985|Name=own|"}
WIDE = {"{wide}": ALLOW + "LPort2_10=5900-6000|Name=wide|"}
WEB = {"{web}": ALLOW + "LPort=80|Name=web|"}
NOSCOPE_ID = "WINRM-HTTP-In-TCP-NoScope"


@dataclass
class Case:
    """Rules of a PC, what is asked of them, and how the controller has come in.

    `came`: local address, local port and remote address of each connection to WinRM.
    """

    rules: dict[str, str]
    asked: Sequence[dict[str, Any]]
    category: int = PRIVATE
    came: Sequence[tuple[str, int, str]] = ((("10.1.2.3"), 5985, CONTROLLER),)
    policy: dict[str, str] = field(default_factory=dict)
    settings: dict[str, int] = field(default_factory=dict)
    # The category of a second network, which the connection does not come by.
    second: int | None = None


@cache
def _image(category: int, second: int | None, came: tuple[tuple[str, int, str], ...]) -> Image:
    image = document()
    image["network"]["profiles"] = [
        {
            "name": f"Net {number}",
            "interface": f"Ethernet {number}",
            "index": number,
            "category": ("public", "private", "domain")[each],
            "id": f"{{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A{number:02}}}",
        }
        for number, each in enumerate((category, second))
        if each is not None
    ]
    system = next(each for each in image["processes"] if each["pid"] == 4)
    system["tcp"] = [
        f"{f'[{local}]' if ':' in local else local}:{port} -> "
        f"{f'[{remote}]' if ':' in remote else remote}:50200"
        for local, port, remote in came
    ]
    return Image("guarded", image)


def pc(case: Case) -> Machine:
    found = _image(case.category, case.second, tuple(case.came)).boot()
    found.firewall = state = FirewallState()
    state.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    for store, rules in (("local", case.rules), ("policy", case.policy)):
        for rule_id, text in rules.items():
            state.set_rule(rule_id, text, store)
    for name in ("DomainProfile", "StandardProfile", "PublicProfile"):
        for setting, value in case.settings.items():
            state.set_value(rf"{LOCAL_ROOT}\{name}", setting, value)
    return found


def make(case: Case, *, force: bool = False) -> tuple[Changes, SimulatedTransport]:
    """What check mode says of the tasks, all of one call."""
    transport = SimulatedTransport(pc(case))
    wishes = [
        changes.wish(options, present=options.pop("state", "present") == "present")
        for options in map(dict, case.asked)
    ]
    return changes.make(Host(transport, "win-1"), wishes, check=True, force=force), transport


def block(**options: Any) -> dict[str, Any]:
    return {"name": "b", "action": "block", "protocol": "tcp", **options}


def absent(**options: Any) -> dict[str, Any]:
    return {"state": "absent", **options}


def scoped(**options: Any) -> dict[str, Any]:
    return {"rule_id": "WINRM-HTTP-In-TCP", **options}


def no_scope(**options: Any) -> dict[str, Any]:
    return {"rule_id": NOSCOPE_ID, **options}


EVERY = {**WINDOWS, **OWN, **WEB}
AFAR = (("10.1.2.3", 5985, "10.9.9.9"),)
V6 = (("fe80::1%7", 5985, "fe80::9%7"),)
TEREDO = (("2001:0:1::1", 5985, "2001:db8::9"),)
UNKNOWN: tuple[tuple[str, int, str], ...] = ()
NAT = (("10.1.2.3", 5985, "203.0.113.7"), ("10.1.2.3", 5985, "203.0.113.8"))

# Each of these closes WinRM to the controller, in the very moment or when the profile changes.
CUTS_OFF: dict[str, Case] = {
    # Block rules that meet the connection.
    "block its port": Case(EVERY, [block(ports=5985)]),
    "block a range": Case(EVERY, [block(ports="1-65535")]),
    "block a named port": Case(EVERY, [block(ports="winrm")]),
    "block all of tcp": Case(EVERY, [block()]),
    "block any protocol": Case(EVERY, [block(protocol="any")]),
    "block System": Case(EVERY, [block(protocol="any", program="system")]),
    "block the service": Case(EVERY, [block(service="WinRM")]),
    "block every service": Case(EVERY, [block(service="*")]),
    "block the controller": Case(EVERY, [block(ports=5985, remote_addresses=CONTROLLER)]),
    "block its subnet": Case(EVERY, [block(remote_addresses="10.0.0.0/8")]),
    "block the local subnet": Case(EVERY, [block(remote_addresses="LocalSubnet")]),
    "block the PC's address": Case(EVERY, [block(local_addresses="10.1.2.3")]),
    "block an adapter type": Case(EVERY, [block(ports=5985, interface_types="lan")]),
    "block its adapter": Case(EVERY, [block(ports=5985, interfaces="Ethernet 0")]),
    "let it in by another adapter": Case(
        OWN, [{"name": "own", "interfaces": "Ethernet 1"}], second=PRIVATE),
    "block the adapter of the other network": Case(
        WINDOWS, [block(ports=5985, interfaces="Ethernet 1")], second=PRIVATE),
    "let it in by one adapter, where it comes through another without a network": Case(
        OWN, [{"name": "own", "interfaces": "Ethernet 0"}], came=(("10.8.0.2", 5985, "10.8.0.9"),)),
    "let it in by one adapter, where it comes through Teredo": Case(
        {"{own}": ALLOW + "LPort=5985|Edge=TRUE|Name=own|"},
        [{"name": "own", "interfaces": "Ethernet 0"}], came=TEREDO),
    "let it in by one adapter, where the host does not tell by which it comes": Case(
        OWN, [{"name": "own", "interfaces": "Ethernet 0"}], came=UNKNOWN),
    "let it in by its adapter alone": Case(
        OWN, [{"name": "own", "interfaces": "Ethernet 0"}], second=PRIVATE),
    "block remote ports": Case(EVERY, [block(ports=5985, remote_ports="50000-60000")]),
    "block the profile": Case(EVERY, [block(ports=5985, profiles="private")]),
    "block IPv6": Case(EVERY, [block(remote_addresses="fe80::/64")], came=V6),
    "block what may be the controller": Case(
        EVERY, [block(ports=5985, remote_addresses="203.0.113.8")], came=NAT),
    "block where nothing is known of it": Case(
        EVERY, [block(ports=5985, remote_addresses="8.8.8.8")], came=UNKNOWN),
    "enable a block rule": Case(
        {**EVERY, "{b}": BLOCK.replace("TRUE", "FALSE") + "LPort=5985|Name=b|"},
        [{"name": "b", "enabled": True}]),
    "turn another rule into one": Case(
        EVERY, [{"name": "web", "action": "block", "ports": 5985}]),
    "widen a block rule": Case(
        {**EVERY, "{b}": BLOCK + "LPort=5985|RA4=8.8.8.8|Name=b|"},
        [{"name": "b", "remote_addresses": "any"}]),
    "turn a block rule in": Case(
        {**EVERY, "{b}": BLOCK.replace("Dir=In", "Dir=Out") + "LPort=5985|Name=b|"},
        [{"rule_id": "{b}", "direction": "in"}]),
    "block in a profile that is not active": Case(
        WINDOWS, [block(ports=5985, profiles="domain")]),
    # The rule that lets it in, and no other does.
    "disable it": Case(WINDOWS, [no_scope(enabled=False)]),
    "disable it under a new name": Case(OWN, [
        {"rule_id": "{own}", "name": "kept", "enabled": False}]),
    "delete an own rule": Case(OWN, [absent(name="own")]),
    "delete it by its id": Case(OWN, [absent(rule_id="{OWN}")]),
    "turn it into a block rule": Case(WINDOWS, [no_scope(action="block")]),
    "turn it out": Case(WINDOWS, [no_scope(direction="out")]),
    "another protocol": Case(WINDOWS, [no_scope(protocol="udp")]),
    "other ports": Case(WINDOWS, [no_scope(ports=80)]),
    "fewer of its ports": Case(WIDE, [{"name": "wide", "ports": "5900-5984"}]),
    "another program": Case(WINDOWS, [no_scope(program=r"C:\a.exe")]),
    "the service WinRM": Case(WINDOWS, [no_scope(service="WinRM")]),
    "the service WinRM on an own rule": Case(OWN, [{"name": "own", "service": "winrm"}]),
    "any service": Case(WINDOWS, [no_scope(service="*")]),
    "fewer profiles": Case(WINDOWS, [no_scope(profiles="domain")]),
    "foreign addresses": Case(WINDOWS, [no_scope(remote_addresses="192.168.0.0/16")]),
    "addresses of IPv6 alone": Case(WINDOWS, [no_scope(remote_addresses="fe80::/64")]),
    "IPv4 alone": Case(WINDOWS, [no_scope(remote_addresses="10.0.0.0/8")], came=V6),
    "another local address": Case(WINDOWS, [no_scope(local_addresses="10.1.2.4")]),
    "a type of adapter": Case(WINDOWS, [no_scope(interface_types="wireless")]),
    "remote ports": Case(WINDOWS, [no_scope(remote_ports=5000)]),
    "no edge traversal": Case(
        {"{own}": ALLOW + "LPort=5985|Edge=TRUE|Name=own|", "{x}": ALLOW + "LPort=5985|Name=x|"},
        [{"name": "own", "edge_traversal": "no"}], came=TEREDO),
    "the group": Case(WINDOWS, [{"group": "@FirewallAPI.dll,-30267", "enabled": False}]),
    "the group, in public": Case(
        WINDOWS, [{"group": "@FirewallAPI.dll,-30267", "enabled": False}], category=PUBLIC),
    "in a profile that is not active": Case(
        WINDOWS, [no_scope(enabled=False)], category=PUBLIC),
    "the only one for all that may be the controller": Case(
        WINDOWS, [no_scope(remote_addresses="203.0.113.7")], came=NAT),
    "where nothing is known of it": Case(
        WINDOWS, [no_scope(remote_addresses="10.0.0.0/8")], came=UNKNOWN),
    "an own rule, where it comes from afar": Case(
        EVERY, [absent(name="own")], category=PUBLIC, came=AFAR),
    "block the profile of one of two networks": Case(
        WINDOWS, [block(ports=5985, profiles="private")], second=PUBLIC),
    # What stays does not let it in.
    "beside a disabled rule": Case(
        {**OWN, NOSCOPE_ID: NO_SCOPE.replace("TRUE", "FALSE")}, [absent(name="own")]),
    "beside a rule for a service": Case(
        {**OWN, "{s}": ALLOW + "LPort=5985|Svc=WinRM|Name=s|"}, [absent(name="own")]),
    "beside a rule for another program": Case(
        {**OWN, "{s}": ALLOW + r"App=C:\a.exe|Name=s|"}, [absent(name="own")]),
    "beside a rule for an app package": Case(
        {**OWN, "{s}": ALLOW + "AppPkgId=S-1-15-2-1|Name=s|"}, [absent(name="own")]),
    "beside a rule for a user": Case(
        {**OWN, "{s}": ALLOW + "LPort=5985|LUAuth=O:LSD:(A;;CC;;;S-1-5-21-1)|Name=s|"},
        [absent(name="own")]),
    "beside a secure rule": Case(
        {**OWN, "{s}": ALLOW + "LPort=5985|Security=Authenticate|Name=s|"}, [absent(name="own")]),
    "beside a rule for another address": Case(
        {**OWN, "{s}": ALLOW + "LPort=5985|RA4=192.168.0.0/255.255.0.0|Name=s|"},
        [absent(name="own")]),
    "beside a rule for a type of adapter": Case(
        {**OWN, "{s}": ALLOW + "LPort=5985|IFType=Wireless|Name=s|"}, [absent(name="own")]),
    "beside a rule for another profile": Case(
        {**OWN, "s": SCOPED}, [absent(name="own")], category=DOMAIN),
    "beside a rule of Direct Access": Case(
        {**OWN, "{s}": ALLOW + "LPort=RPC|Name=s|"}, [absent(name="own")]),
    # Several in one task.
    "first one, then the other": Case(
        {**OWN, **WIDE}, [absent(name="own"), absent(name="wide")]),
    "first close, then open": Case(
        OWN, [absent(name="own"), {"name": "new", "ports": 5985}]),
    "all of a name": Case(
        {**OWN, "{twin}": OWN["{own}"]}, [absent(name="own")]),
    "behind a harmless one": Case(EVERY, [{"name": "x", "ports": 81}, block(ports=5985)]),
}  # fmt: skip

# None of these does the connection any harm.
HARMLESS: dict[str, Case] = {
    "block a foreign address": Case(EVERY, [block(ports=5985, remote_addresses="8.8.8.8")]),
    "block a foreign subnet altogether": Case(
        EVERY, [block(protocol="any", remote_addresses="203.0.113.0/24")]),
    "block a foreign address, in public": Case(
        WINDOWS, [block(ports=5985, remote_addresses="8.8.8.8")], category=PUBLIC),
    "block what none of them is": Case(
        EVERY, [block(ports=5985, remote_addresses="203.0.113.9")], came=NAT),
    "block IPv6 alone": Case(EVERY, [block(ports=5985, remote_addresses="fe80::/64,2000::/3")]),
    "block IPv4 alone": Case(EVERY, [block(remote_addresses="10.0.0.0/8")], came=V6),
    "block the port of HTTPS": Case(EVERY, [block(ports=5986)]),
    "block other ports": Case(EVERY, [block(ports="80,443,5984,5987-65535")]),
    "block another protocol": Case(EVERY, [block(protocol="udp")]),
    "block ICMP": Case(EVERY, [block(protocol="icmpv4")]),
    "block another program": Case(EVERY, [block(program=r"C:\a.exe")]),
    "block another service": Case(EVERY, [block(service="W3SVC")]),
    "block another address of the PC": Case(EVERY, [block(local_addresses="10.1.2.4")]),
    "block what goes out": Case(EVERY, [block(direction="out")]),
    "block what goes out from its port": Case(EVERY, [block(direction="out", ports=5985)]),
    "block ports of RPC": Case(EVERY, [block(ports="rpc")]),
    "a block rule that is off": Case(EVERY, [block(ports=5985, enabled=False)]),
    "block what was blocked": Case(
        {**EVERY, "{b}": BLOCK + "LPort=5985|RA4=8.8.8.8-8.8.8.9|Name=x|"},
        [{"name": "x", "remote_addresses": "8.8.8.8"}]),
    "block where it was not open": Case(
        WINDOWS, [block(ports=5985, profiles="public")], category=DOMAIN),
    "block while the firewall is off": Case(
        WINDOWS, [block(ports=5985)], settings={"EnableFirewall": 0}),
    "remove an own rule": Case(EVERY, [absent(name="own")]),
    "disable an own rule": Case(EVERY, [{"name": "own", "enabled": False}]),
    "narrow an own rule": Case(EVERY, [{"name": "own", "remote_addresses": "8.8.8.8"}]),
    "narrow an own rule to a service": Case(EVERY, [{"name": "own", "service": "WinRM"}]),
    "narrow a wide rule": Case({**WINDOWS, **WIDE}, [{"name": "wide", "ports": "5900-5910"}]),
    "remove what never let it in": Case(
        {**WINDOWS, "{s}": ALLOW + "LPort=5985|Svc=WinRM|Name=s|"}, [absent(name="s")],
        category=PUBLIC),
    "remove an own rule, where nothing is known of it": Case(
        {**WINDOWS, **OWN, "{any}": ALLOW + "LPort=5985|App=System|Name=any|"},
        [absent(name="own")], came=UNKNOWN),
    "remove an own rule beside one for the local subnet": Case(
        EVERY, [absent(name="own")], category=PUBLIC),
    "block the local subnet, where it comes from afar": Case(
        EVERY, [block(remote_addresses="LocalSubnet")], came=AFAR),
    "narrow to the local subnet": Case(WINDOWS, [no_scope(remote_addresses="LocalSubnet")]),
    "block the profile of the other network": Case(
        WINDOWS, [block(ports=5985, profiles="public")], second=PUBLIC),
    "remove a local rule beside one of a policy": Case(
        OWN, [absent(name="own")], policy={"gpo": ALLOW + "LPort=5985|Name=gpo|"}),
    "remove a rule where all is let in": Case(
        OWN, [absent(name="own")], settings={"DefaultInboundAction": 0}),
    "narrow to the controller": Case(WINDOWS, [no_scope(remote_addresses=CONTROLLER)]),
    "narrow to its subnet": Case(WINDOWS, [no_scope(remote_addresses="10.1.0.0/16,8.8.8.8")]),
    "narrow to the PC's address": Case(WINDOWS, [no_scope(local_addresses="10.1.2.3")]),
    "narrow to all that may be the controller": Case(
        OWN, [{"name": "own", "remote_addresses": "203.0.113.0/24"}], came=NAT),
    "narrow to its adapter": Case(OWN, [{"name": "own", "interfaces": "ETHERNET 0"}]),
    "narrow to its adapters": Case(
        OWN, [{"name": "own", "interfaces": ["Ethernet 0", "Ethernet 1"]}], second=PRIVATE),
    "narrow to System": Case(OWN, [{"name": "own", "program": "System"}]),
    "leave out a profile that it is not in": Case(
        WINDOWS, [scoped(enabled=False)], category=DOMAIN),
    "leave out edge traversal": Case(
        {"{own}": ALLOW + "LPort=5985|Edge=TRUE|Name=own|"},
        [{"name": "own", "edge_traversal": "no"}]),
    "widen it": Case(WINDOWS, [no_scope(profiles="any"), scoped(remote_addresses="any")]),
    "widen its ports": Case(WIDE, [{"name": "wide", "ports": "5000-6000"}]),
    "another text": Case(OWN, [{"name": "own", "description": "more words", "group": "g"}]),
    "allow more": Case(WINDOWS, [{"name": "new", "ports": 5985}]),
    "another rule": Case(EVERY, [{"name": "web", "enabled": False}]),
    "first open, then close": Case(OWN, [{"name": "new", "ports": 5985}, absent(name="own")]),
    "rules that are off": Case(
        {NOSCOPE_ID: NO_SCOPE.replace("TRUE", "FALSE"), **OWN}, [no_scope(profiles="domain")]),
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    fast(
        CUTS_OFF,
        "block its port",
        "block System",
        "block the local subnet",
        "let it in by one adapter, where it comes through Teredo",
        "delete an own rule",
        "foreign addresses",
        "beside a rule for a service",
        "first one, then the other",
    ),
)
def test_what_cuts_winrm_off_is_refused_without_force(name: str) -> None:
    case = CUTS_OFF[name]
    with pytest.raises(ChangeError, match=r"could cut off this connection: .*\. Use force") as told:
        make(case)
    assert not told.value.changed
    assert make(case, force=True)[0].changed


@pytest.mark.parametrize(
    "name",
    fast(
        HARMLESS,
        "block a foreign address",
        "block what was blocked",
        "remove what never let it in",
        "remove an own rule beside one for the local subnet",
        "narrow to the controller",
        "first open, then close",
    ),
)
def test_what_leaves_winrm_alone_needs_no_force(name: str) -> None:
    assert make(HARMLESS[name])[0].changed


# ------------------------------------------------------------------ what it says, and what it costs

_REFUSALS: list[tuple[Case, str]] = [
    (
        CUTS_OFF["let it in by its adapter alone"],
        "would be blocked: no rule decides, and the default action blocks it (the default of "
        "Windows), in the private profile, if it came by the network adapter Ethernet 1. Use force",
    ),
    (
        CUTS_OFF["block its port"],
        "b: Refused, because it could cut off this connection: the rule 'b' would block WinRM "
        "(port 5985). WinRM from 10.1.2.9 (port 5985) would be blocked: the block rule 'b' of this "
        "host, in the private profile. Use force if that is intended.",
    ),
    (
        CUTS_OFF["the service WinRM"],
        "the rule 'WINRM-HTTP-In-TCP-NoScope' lets WinRM in, and would no longer do so: http.sys "
        "is not the service WinRM. WinRM from 10.1.2.9 (port 5985) would be blocked: no rule "
        "decides, and the default action blocks it (the default of Windows), in the "
        "private profile.",
    ),
    (
        CUTS_OFF["in a profile that is not active"],
        "would be blocked: no rule decides, and the default action blocks it (the default of "
        "Windows), in the domain profile (not active now).",
    ),
    (
        CUTS_OFF["where nothing is known of it"],
        "and would do so for fewer remote addresses. WinRM (port 5985) would be let in only "
        "under conditions: "
        "allowed by the rule 'WINRM-HTTP-In-TCP-NoScope' if the remote address is 10.0.0.0/8;",
    ),
    (CUTS_OFF["behind a harmless one"], "b: Refused"),
    (CUTS_OFF["first one, then the other"], "wide: Refused"),
]


@pytest.mark.parametrize(("case", "words"), _REFUSALS)
def test_a_refusal_says_what_would_end_and_what_decides(case: Case, words: str) -> None:
    with pytest.raises(ChangeError, match=re.escape(words)):
        make(case)


QUERY = ["Enumerate"]
LISTENERS = [*QUERY, *QUERY]


def test_the_host_is_asked_for_its_connections_once_and_only_where_it_matters() -> None:
    plain = make(HARMLESS["another rule"])[1].actions
    assert make(HARMLESS["widen it"])[1].actions == plain
    # Of a new name, it is asked first whether it shows a rule by it.
    named = make(HARMLESS["block another program"])[1].actions
    assert Counter(named) == Counter([*plain, *QUERY])
    # Whether its port is closed then, depends on the program that listens there.
    removed = make(HARMLESS["remove an own rule"])[1].actions
    # All rules of a name go, so it is asked about one that is there, too.
    assert Counter(removed) == Counter([*plain, *QUERY, *QUERY, *LISTENERS])
    several = Case(EVERY, [absent(name="own"), block(ports=5985, remote_addresses="8.8.8.8")])
    # In a public network there are rules for the local subnet, too.
    asked = [*plain, *QUERY, *QUERY, *LISTENERS, *QUERY]
    assert Counter(make(several)[1].actions) == Counter(asked)
    # What its local subnet is, is asked for before it is refused only.
    local = HARMLESS["narrow to the local subnet"]
    assert make(local)[1].actions == [*plain, *QUERY, *QUERY]
    forced = make(CUTS_OFF["block its port"], force=True)[1].actions
    assert Counter(forced) == Counter([*plain, *QUERY])


class Forwarded(SimulatedTransport):
    """A connection to another address and port, which a device on the way passes on."""

    url = "http://203.0.113.5:2222/wsman"
    peer = ("203.0.113.5", 2222)


@pytest.mark.parametrize("port", [5985, 5986])
def test_a_connection_that_is_passed_on_to_its_usual_ports_is_guarded(port: int) -> None:
    rules = {"{own}": ALLOW + f"LPort={port}|Name=own|"}
    case = Case(rules, [], came=[("10.1.2.3", port, "203.0.113.9")])
    for options, present in (({"name": "own"}, False), (block(ports=port), True)):
        asked = [changes.wish(options, present=present)]
        with pytest.raises(ChangeError, match=rf"WinRM from 203.0.113.9 \(port {port}\)"):
            changes.make(Host(Forwarded(pc(case)), "win-1"), asked, check=True)


def test_windows_own_rules_for_it_stay_even_if_they_are_off() -> None:
    off = {"WINRM-HTTP-In-TCP-NoScope": NO_SCOPE.replace("TRUE", "FALSE")}
    with pytest.raises(ChangeError, match="is Windows' own for WinRM"):
        make(Case(EVERY | off, [absent(rule_id="winrm-http-in-tcp-noscope")]))


@pytest.mark.sweep
def test_a_store_with_very_many_rules_about_winrm_is_not_judged_together() -> None:
    many = {f"{{{number}}}": ALLOW + "LPort=5985|Name=n|" for number in range(201)}
    with pytest.raises(ChangeError, match="More than 200 rules may be about WinRM"):
        make(Case(many, [absent(rule_id="{7}")]))


# ------------------------------------------------------------------ which connections may be ours


def seen(local: str, remote: str, port: int = 5985, pid: int | None = 4) -> Endpoint:
    return Endpoint(
        Protocol.TCP,
        parse_address(local),
        port,
        TcpState.ESTABLISHED,
        parse_address(remote),
        50_200,
        pid,
    )


def test_ours_is_the_one_whose_ends_the_host_sees_as_we_do() -> None:
    found = [
        seen("10.0.0.1", "10.0.0.8"),
        seen("10.0.0.1", "10.0.0.9"),
        seen("10.0.0.1", "10.0.0.9", 5986),
    ]
    ports = {5985, 5986}
    assert flows(found, ports, "10.0.0.9", ("10.0.0.1", 5986)) == (
        Flow(5986, "10.0.0.1", "10.0.0.9"),
    )
    assert flows(found, ports, "::ffff:10.0.0.8") == (Flow(5985, "10.0.0.1", "10.0.0.8"),)
    zones = [seen("fe80::1", "fe80::9"), seen("fe80::1", "fe80::8")]
    assert flows(zones, ports, "fe80::9", ("fe80::1%2", 5985)) == (
        Flow(5985, "fe80::1", "fe80::9"),
    )
    # Behind a translation of addresses or a proxy, each may be ours.
    for own, peer in ((None, None), ("192.0.2.1", None), ("10.0.0.9", ("192.0.2.7", 5985))):
        assert [each.remote for each in flows(found, ports, own, peer)] == [
            "10.0.0.8", "10.0.0.9", "10.0.0.9",
        ]  # fmt: skip


def test_where_the_host_tells_of_none_any_address_may_be_ours() -> None:
    unknown = (Flow(5985, "0.0.0.0"), Flow(5985, "::"), Flow(8443, "0.0.0.0"), Flow(8443, "::"))
    ports = {8443, 5985}
    assert flows([], ports) == unknown
    assert flows([seen("127.0.0.1", "127.0.0.1")], ports) == unknown
    assert flows([seen("::1", "::1")], ports, "10.0.0.9") == unknown
    many = [seen("10.0.0.1", f"10.0.1.{number}") for number in range(65)]
    assert flows(many, ports) == unknown
    assert len(flows(many[:64] * 2, ports)) == 64


def test_what_another_program_passes_on_is_not_taken_for_http_sys() -> None:
    (forwarded,) = flows([seen("10.0.0.1", "10.0.0.9", 8443, pid=1200)], {8443})
    assert (forwarded.listener.program, forwarded.listener.services) == (None, None)
    (own,) = flows([seen("10.0.0.1", "10.0.0.9", pid=None)], {5985})
    assert (own.listener.program, own.listener.services) == ("System", ())


# ------------------------------------------------------------------ against another reading

# Conditions that the guard can judge, and those that it can't.
JUDGED = [
    "LPort=5985|", "LPort2_10=5000-6000|", "LPort=80|", "LPort2_10=1-5984|", "RA4=10.1.2.9|",
    "RA4=10.0.0.0/255.0.0.0|", "RA4=8.8.8.8|", "RA4=8.8.0.0-8.8.255.255|RA6=fe80::/64|",
    "RA6=fe80::/64|", "LA4=10.1.2.3|", "LA4=10.1.2.4|", "Profile=Private|", "Profile=Public|",
    "App=System|", r"App=C:\a.exe|", "Svc=W3SVC|", "AppPkgId=S-1-15-2-1|",
]  # fmt: skip
OPEN = [
    "RA4=LocalSubnet|", "RA6=LocalSubnet|", "IFType=Lan|", "IFType=Wireless|", "RPort2_10=1-50000|",
    "Svc=WinRM|", "Svc=*|", "IF={4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}|",
    "LUAuth=O:LSD:(A;;CC;;;S-1-5-21-1)|", "Later2_40=x|",
]  # fmt: skip
CERTAIN = ALLOW + "LPort=5985|App=System|Name=certain|"


def texts(conditions: list[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda action, active, protocol, some: (
            f"v2.30|Action={action}|Active={active}|Dir=In|{protocol}"
            f"{''.join(some) if protocol else ''.join(c for c in some if 'Port' not in c)}Name=n|"
        ),
        st.sampled_from(["Allow", "Block", "Allow"]),
        st.sampled_from(["TRUE", "TRUE", "TRUE", "FALSE"]),
        st.sampled_from(["Protocol=6|", "Protocol=6|", "Protocol=17|", ""]),
        st.lists(st.sampled_from(conditions), max_size=3, unique_by=lambda each: each[:3]),
    )


@dataclass(frozen=True)
class Stores:
    """Rules of a PC by their ids, and one of them before and after a change."""

    local: dict[str, str]
    policy: dict[str, str]
    profile: Profile
    rule_id: str
    text: str | None
    default_allows: bool = False

    @property
    def left(self) -> dict[str, str]:
        others = {key: text for key, text in self.local.items() if key != self.rule_id}
        return others if self.text is None else {**others, self.rule_id: self.text}


def stores(conditions: list[str]) -> st.SearchStrategy[Stores]:
    ids = st.sampled_from(["{0}", "{1}", "{2}", "{3}"])
    return st.builds(
        Stores,
        st.dictionaries(ids, texts(conditions), max_size=4),
        st.dictionaries(st.just("gpo"), texts(conditions), max_size=1),
        st.sampled_from(Profile),
        ids,
        st.none() | texts(conditions),
        st.booleans(),
    )


def lets_in(found: Stores, local: dict[str, str], profile: Profile) -> bool:
    """What the simulated PC's own firewall says of the controller."""
    state = FirewallState()
    for store, rules in (("local", local), ("policy", found.policy)):
        for rule_id, text in rules.items():
            state.set_rule(rule_id, text, store)
    for name in ("DomainProfile", "StandardProfile", "PublicProfile"):
        default = 0 if found.default_allows else 1
        state.set_value(rf"{LOCAL_ROOT}\{name}", "DefaultInboundAction", default)
    packet = Packet(
        protocol="tcp",
        local_address="10.1.2.3",
        local_port=5985,
        remote_address=CONTROLLER,
        program="System",
        interface="{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}",
    )
    return Enforcement(state, profile.word.lower()).decide(packet).allowed


def objects(found: Stores) -> Phrase | None:
    """What the guard says of the change."""

    def rules(those: dict[str, str]) -> tuple[FirewallRule, ...]:
        return tuple(parse(rule_id, text) for rule_id, text in those.items())

    policy = {Store.GROUP_POLICY: rules(found.policy)}
    settings = FirewallStores().profiles[Profile.PUBLIC]
    if found.default_allows:
        settings = dataclasses.replace(settings, default_inbound=Setting(Action.ALLOW))
    host = FirewallReading(
        FirewallStores(
            {Store.LOCAL: rules(found.local), **policy},
            dict.fromkeys(Profile, settings),
            policy_version=(2, 30),
        ),
        (Network(found.profile),),
    )
    guard = Guard(host, {5985, 5986}, lambda: (Flow(5985, "10.1.2.3", CONTROLLER),))
    by_id = {rule.rule_id: rule for rule in rules(found.local)}
    before = by_id.get(found.rule_id)
    after = None if found.text is None else parse(found.rule_id, found.text)
    return guard.objection(before, after, rules(found.local), rules(found.left))


@given(stores(JUDGED + OPEN))
def test_it_never_misses_what_ends_the_connection(found: Stores) -> None:
    let_in = lets_in(found, found.local, found.profile)
    if let_in and not lets_in(found, found.left, found.profile):
        assert objects(found) is not None


@given(stores(JUDGED + OPEN), st.sampled_from(["local", "policy"]))
def test_it_is_silent_beside_a_rule_that_certainly_lets_it_in(found: Stores, where: str) -> None:
    with_certain = dataclasses.replace(found, **{where: getattr(found, where) | {"c": CERTAIN}})
    # No block rule meets the connection, nor may do so under a condition that can't be judged.
    blocks = [
        text
        for text in (*with_certain.left.values(), *with_certain.policy.values())
        if "Action=Block" in text
    ]
    if any(condition in text for text in blocks for condition in OPEN):
        return
    if all(lets_in(with_certain, with_certain.left, profile) for profile in Profile):
        assert objects(with_certain) is None
