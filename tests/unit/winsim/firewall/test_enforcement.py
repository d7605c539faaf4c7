# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in: rules, settings and stores, each with the packets that it decides about."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from unit.rows import each_row
from winsim.firewall.enforcement import Decision, Enforcement, Packet, inbound_rule
from winsim.firewall.store import LOCAL_ROOT, POLICY_ROOT, FirewallState, profile_key

PACKET = Packet(
    protocol="tcp",
    local_address="192.0.2.9",
    local_port=8080,
    remote_address="192.0.2.254",
    program=r"C:\App Folder\app.exe",
    services=frozenset({"app", "other"}),
    interface="{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}",
)
ALLOW = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{}Name=x|"
BLOCK = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|{}Name=x|"
BLOCKED = Decision(False, "DefaultInboundAction")


def decide(
    rules: dict[str, str] | None = None,
    packet: Packet = PACKET,
    *,
    policy: dict[str, str] | None = None,
    profile: str = "public",
    settings: dict[str, Any] | None = None,
    policy_settings: dict[str, Any] | None = None,
) -> Decision:
    """Settings: ``{"public": {...}}`` for each store."""
    state = FirewallState()
    for store, these in (("local", rules), ("policy", policy)):
        for rule_id, text in (these or {}).items():
            state.set_rule(rule_id, text, store)
    for store, profiles in (("local", settings), ("policy", policy_settings)):
        for name, values in (profiles or {}).items():
            for value, data in values.items():
                subkey, _unused, setting = value.rpartition("\\")
                key = profile_key(name, store) + (f"\\{subkey}" if subkey else "")
                state.set_value(key, setting, data)
    return Enforcement(state, profile).decide(packet)


def with_(**changes: Any) -> Packet:
    return dataclasses.replace(PACKET, **changes)


def test_nothing_configured_blocks() -> None:
    assert decide() == BLOCKED


@each_row(
    ("conditions", "packet", "matches"),
    [
        ("", PACKET, True),
        ("", with_(protocol="udp"), False),
        ("LPort=8080|", PACKET, True),
        ("LPort=80|LPort=8080|", PACKET, True),
        ("LPort=80|", PACKET, False),
        ("LPort2_10=8000-8079|LPort2_10=8080-8090|", PACKET, True),
        ("LPort2_10=8081-8090|", PACKET, False),
        ("LPORT=8080|", PACKET, True),
        ("LPort=RPC|", with_(rpc=True), True),
        ("LPort=RPC|", PACKET, False),
        ("LPort=RPC-EPMap|", with_(local_port=135), True),
        ("LPort=RPC-EPMap|", PACKET, False),
        ("LPort2_10=IPTLSIn|LPort2_10=IPHTTPSIn|", with_(local_port=443), False),
        ("RPort=67|", PACKET, False),
        ("RPort2_10=1024-65535|", PACKET, True),
        (r"App=C:\app folder\APP.EXE|", PACKET, True),
        (r"App=C:\App Folder\other.exe|", PACKET, False),
        (r"App=%ProgramFiles%\a.exe|", with_(program=r"C:\Program Files\a.exe"), True),
        (r"app=%WINDIR%\a.exe|", with_(program=r"C:\Windows\a.exe"), True),
        (r"App=%Unknown%\a.exe|", with_(program=r"%Unknown%\a.exe"), False),
        ("App=System|", with_(program="System"), True),
        ("App=System|", PACKET, False),
        (r"App=C:\a.exe|", with_(program=None), False),
        ("Svc=APP|", PACKET, True),
        ("Svc=third|", PACKET, False),
        ("Svc=*|", PACKET, True),
        ("Svc=*|", with_(services=frozenset()), False),
        (r"App=C:\App Folder\app.exe|Svc=third|", PACKET, False),
        ("RA4=LocalSubnet|", PACKET, True),
        ("RA4=LocalSubnet|", with_(local_subnet=False), False),
        ("RA4=192.0.2.254|", PACKET, True),
        ("RA4=192.0.2.253|", PACKET, False),
        ("RA4=192.0.2.0/255.255.255.0|", PACKET, True),
        ("RA4=10.0.0.0/8|RA4=192.0.2.0/24|", PACKET, True),
        ("RA4=192.0.2.200-192.0.2.254|", PACKET, True),
        ("RA4=192.0.2.200-192.0.2.253|", PACKET, False),
        ("RA6=LocalSubnet|", PACKET, False),
        ("RA4=LocalSubnet|", with_(local_address="fe80::1", remote_address="fe80::9"), False),
        ("RA6=fe80::/64|", with_(local_address="fe80::1", remote_address="fe80::9"), True),
        ("RA4=DNS|", PACKET, False),
        ("RA42=IntErnet|RA62=IntErnet|", PACKET, False),
        ("LA4=192.0.2.9|", PACKET, True),
        ("LA4=192.0.2.10|", PACKET, False),
        ("IF={4f8a2c1e-7b3d-4e59-9a60-1c2d3e4f5a6b}|", PACKET, True),
        ("IF={00000000-7b3d-4e59-9a60-1c2d3e4f5a6b}|", PACKET, False),
        ("IFType=Wireless|IFType=Lan|", PACKET, True),
        ("IFType=Wireless|", PACKET, False),
        ("Profile=Public|", PACKET, True),
        ("Profile=Domain|Profile=Private|", PACKET, False),
        ("Edge=TRUE|Defer=App|EmbedCtxt=Group|Desc=Text|", PACKET, True),
    ],
)
def test_conditions(conditions: str, packet: Packet, matches: bool) -> None:
    """The same conditions let a rule allow, and let a rule block what another one allows."""
    allowed = decide({"rule": ALLOW.format(conditions)}, packet)
    assert allowed == (Decision(True, "rule") if matches else BLOCKED)
    every = "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=every|"
    blocked = decide({"every": every, "rule": BLOCK.format(conditions)}, packet)
    assert blocked == (Decision(False, "rule") if matches else Decision(True, "every"))


@each_row(
    "text",
    [
        ALLOW.format("AppPkgId=S-1-15-2-1|"),
        ALLOW.format("LUAuth=O:LSD:(A;;CC;;;S-1-5-84-0-0-0-0-0)|"),
        ALLOW.format("LUOwn=S-1-5-21-1|"),
        ALLOW.format("TTK2_27=WFDKmDriver|"),
        ALLOW.format("FromTheFuture=1|"),
        ALLOW.format("").replace("Allow", "ByPass"),
        ALLOW.format("").replace("TRUE", "FALSE"),
        ALLOW.format("").replace("|Active=TRUE", ""),
        ALLOW.format("").replace("Dir=In", "Dir=Out"),
        ALLOW.format("").replace("Protocol=6", "Protocol=1|ICMP4=8:*"),
        ALLOW.format("LPort=8080|").replace("|Protocol=6", ""),
        ALLOW.format("RA4=10.0.0.300|"),
        "not a rule",
    ],
)
def test_rules_that_never_count(text: str) -> None:
    assert inbound_rule(text) is None
    assert decide({"rule": text}) == BLOCKED


def test_rules_for_authenticated_traffic_let_nobody_in() -> None:
    secure = ALLOW.format("LPort=8080|RMAuth=O:LSD:(A;;CC;;;S-1-5-21-1)|Security=Authenticate|")
    assert decide({"rule": secure}) == BLOCKED
    allows = {"public": {"DefaultInboundAction": 0}}
    assert decide({"rule": secure}, settings=allows) == Decision(False, "rule")
    other = with_(local_port=8081)
    assert decide({"rule": secure}, other, settings=allows).allowed
    both = {"rule": secure, "plain": ALLOW.format("")}
    assert decide(both, settings=allows) == Decision(True, "plain")


def test_connection_security_rules() -> None:
    def secured(*texts: str, merge: int = 1, on: int = 1, packet: Packet = PACKET) -> Decision:
        state = FirewallState()
        state.set_rule("every", "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=every|")
        for number, text in enumerate(texts):
            store, _unused, fields = text.partition(" ")
            root = {"local": LOCAL_ROOT, "policy": POLICY_ROOT}[store]
            state.set_value(rf"{root}\ConSecRules", f"s{number}", f"v2.31|Active=TRUE|{fields}|")
        state.set_value(profile_key("public", "policy"), "AllowLocalIPsecPolicyMerge", merge)
        state.set_value(profile_key("public"), "EnableFirewall", on)
        return Enforcement(state, "public").decide(packet)

    allowed, dropped = Decision(True, "every"), Decision(False, "s0")
    exempt = "policy Action=DoNotSecure|EP2_4=192.0.2.254"
    cases = {
        "policy": (secured("policy Action=SecureServer"), dropped),
        "local": (secured("local Action=Secure"), dropped),
        "void": (secured("local Action=Secure", merge=0), allowed),
        "off": (secured("policy Action=Secure", on=0), Decision(True, "EnableFirewall")),
        "asked": (secured("policy Action=Boundary"), allowed),
        "exempt": (secured("policy Action=Secure", exempt), allowed),
        "port": (secured("policy Action=Secure|Protocol=6|EP1Port=8080"), dropped),
        "other end": (secured("policy Action=Secure|EP1_4=192.0.2.254"), dropped),
        "other port": (secured("policy Action=Secure|Protocol=6|EP1Port=8081"), allowed),
        "protocol": (secured("policy Action=Secure|Protocol=17"), allowed),
        "profile": (secured("policy Action=Secure|Profile=Domain"), allowed),
    }
    assert {case: found for case, (found, _unused) in cases.items()} == {
        case: expected for case, (_unused, expected) in cases.items()
    }


def test_exceptions_of_the_old_templates() -> None:
    def let_in(
        packet: Packet = PACKET, profile: str = "public", key: str = "StandardProfile", **keys: Any
    ) -> bool:
        state = FirewallState()
        for name, values in keys.items():
            for value, data in values.items():
                path = rf"{POLICY_ROOT}\{key}\{name.replace('_', chr(92))}"
                state.set_value(path, value, data)
        return Enforcement(state, profile).decide(packet).allowed

    def ports(*entries: str, on: int = 1) -> dict[str, Any]:
        listed = {str(number): each for number, each in enumerate(entries)}
        return {"GloballyOpenPorts": {"Enabled": on}, "GloballyOpenPorts_List": listed}

    def programs(*entries: str) -> dict[str, Any]:
        listed = {str(number): each for number, each in enumerate(entries)}
        return {"AuthorizedApplications": {"Enabled": 1}, "AuthorizedApplications_List": listed}

    desktop = with_(local_port=3389)
    far = with_(remote_address="198.51.100.7", local_subnet=False)
    app = r"C:\App Folder\app.exe"
    cases = {
        "its port": (let_in(**ports("8080:TCP:*:enabled:a")), True),
        "switched off": (let_in(**ports("8080:TCP:*:enabled:a", on=0)), False),
        "another port": (let_in(**ports("8081:TCP:*:enabled:a")), False),
        "another protocol": (let_in(**ports("8080:UDP:*:enabled:a")), False),
        "from afar": (let_in(far, **ports("8080:TCP:localsubnet:enabled:a")), False),
        "near": (let_in(**ports("8080:TCP:10.0.0.1,LocalSubnet:Enabled:a")), True),
        "overridden": (
            let_in(**ports("8080:TCP:*:enabled:a", "8080:tcp:localsubnet:disabled:b")),
            False,
        ),
        "domain": (let_in(profile="domain", **ports("8080:TCP:*:enabled:a")), False),
        "its program": (let_in(**programs(f"{app}:*:enabled:a")), True),
        "another program": (let_in(**programs(r"C:\b.exe:*:enabled:a")), False),
        "a program that is off": (
            let_in(**programs(f"{app}:*:enabled:a", f"{app.lower()}:*:disabled:a")),
            False,
        ),
        "no entry": (let_in(**programs("x.exe")), False),
        "service": (let_in(desktop, Services_RemoteDesktop={"Enabled": 1}), True),
        "service elsewhere": (
            let_in(desktop, Services_RemoteDesktop={"Enabled": 1, "RemoteAddresses": "10.0.0.0/8"}),
            False,
        ),
    }
    assert {case: found for case, (found, _unused) in cases.items()} == {
        case: expected for case, (_unused, expected) in cases.items()
    }


def test_block_wins_over_allow_in_whatever_store_and_order() -> None:
    allow, block = ALLOW.format("LPort=8080|"), BLOCK.format("LPort2_10=8000-9000|")
    assert decide({"a": allow, "b": block}) == Decision(False, "b")
    assert decide({"b": block, "a": allow}) == Decision(False, "b")
    assert decide({"a": allow}, policy={"b": block}) == Decision(False, "b")
    assert decide({"b": block}, policy={"a": allow}) == Decision(False, "b")


@each_row(
    ("settings", "policy", "decision"),
    [
        ({"EnableFirewall": 0}, {}, Decision(True, "EnableFirewall")),
        ({"EnableFirewall": 0, "DoNotAllowExceptions": 1}, {}, Decision(True, "EnableFirewall")),
        ({"EnableFirewall": 0}, {"EnableFirewall": 1}, Decision(True, "rule")),
        ({"EnableFirewall": 1}, {"EnableFirewall": 0}, Decision(True, "EnableFirewall")),
        ({"DoNotAllowExceptions": 1}, {}, Decision(False, "DoNotAllowExceptions")),
        ({}, {"DoNotAllowExceptions": 1}, Decision(False, "DoNotAllowExceptions")),
        (
            {"DoNotAllowExceptions": 1},
            {"DoNotAllowExceptions": 0},
            Decision(False, "DoNotAllowExceptions"),
        ),
        ({}, {"AllowLocalPolicyMerge": 0}, BLOCKED),
        ({"AllowLocalPolicyMerge": 0}, {}, Decision(True, "rule")),
        ({}, {r"GloballyOpenPorts\AllowUserPrefMerge": 0}, BLOCKED),
        ({r"GloballyOpenPorts\AllowUserPrefMerge": 0}, {}, Decision(True, "rule")),
        ({}, {r"AuthorizedApplications\AllowUserPrefMerge": 0}, Decision(True, "rule")),
        (
            {"DisabledInterfaces": "{4f8a2c1e-7b3d-4e59-9a60-1c2d3e4f5a6b}"},
            {},
            Decision(True, "DisabledInterfaces"),
        ),
    ],
)
def test_settings(settings: dict[str, Any], policy: dict[str, Any], decision: Decision) -> None:
    rules = {"rule": ALLOW.format("LPort=8080|")}
    both: dict[str, Any] = {"settings": {"public": settings}, "policy_settings": {"public": policy}}
    assert decide(rules, **both) == decision
    elsewhere: dict[str, Any] = {
        "settings": {"private": settings},
        "policy_settings": {"private": policy},
    }
    assert decide(rules, **elsewhere) == Decision(True, "rule")


@each_row(
    ("settings", "policy", "allowed"),
    [
        ({"DefaultInboundAction": 0}, {}, True),
        ({"DefaultInboundAction": 0}, {"DefaultInboundAction": 1}, False),
        ({"DefaultInboundAction": 1}, {"DefaultInboundAction": 0}, True),
    ],
)
def test_default_action(settings: dict[str, int], policy: dict[str, int], allowed: bool) -> None:
    both: dict[str, Any] = {"settings": {"public": settings}, "policy_settings": {"public": policy}}
    assert decide(**both) == Decision(allowed, "DefaultInboundAction")
    block = {"rule": BLOCK.format("LPort=8080|")}
    assert decide(block, **both) == Decision(False, "rule")


@pytest.mark.parametrize("store", ["settings", "policy_settings"])
def test_program_rules_of_users_can_be_void(store: str) -> None:
    void: dict[str, Any] = {store: {"public": {r"AuthorizedApplications\AllowUserPrefMerge": 0}}}
    program = ALLOW.format(r"App=C:\App Folder\app.exe|")
    narrowed = ALLOW.format(r"LPort=8080|App=C:\App Folder\app.exe|")
    assert decide({"rule": program}, **void) == BLOCKED
    assert decide({"rule": narrowed}, **void) == Decision(True, "rule")
    assert decide(policy={"rule": program}, **void) == Decision(True, "rule")


def test_rules_of_group_policy_stay_where_local_ones_are_void() -> None:
    void = {"domain": {"AllowLocalPolicyMerge": 0}}
    allow = {"rule": ALLOW.format("LPort=8080|")}
    assert decide(allow, profile="domain", policy_settings=void) == BLOCKED
    assert decide(policy=allow, profile="domain", policy_settings=void).by == "rule"
    assert decide(allow, profile="private", policy_settings=void).by == "rule"


@each_row(
    ("profile", "keys", "shielded"),
    [
        ("private", ["standard"], True),
        ("public", ["standard"], True),
        ("domain", ["standard"], False),
        ("private", ["standard", "public"], False),
        ("public", ["standard", "private"], False),
    ],
)
def test_policy_for_older_windows(profile: str, keys: list[str], shielded: bool) -> None:
    settings: dict[str, Any] = {key: {"EnableFirewall": 1} for key in keys}
    settings["standard"] = {"DoNotAllowExceptions": 1}
    decision = decide({"rule": ALLOW.format("")}, profile=profile, policy_settings=settings)
    assert decision.by == ("DoNotAllowExceptions" if shielded else "rule")
