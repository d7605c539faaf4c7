# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes out: rules, settings and stores, each with the connections that it decides about."""

from __future__ import annotations

from typing import Any

from unit.rows import each_row
from winsim.firewall.enforcement import Decision
from winsim.images import load
from winsim.machine import Machine

ALLOW = "v2.30|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|{}Name=x|"
BLOCK = "v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=6|{}Name=x|"
CURL = r"App=%SystemRoot%\System32\curl.exe|"
SQL = r"App=%ProgramFiles%\Microsoft SQL Server\MSSQL16.MSSQLSERVER\MSSQL\Binn\sqlservr.exe|"
PRODUCT = {
    "name": "Other",
    "id": "{1}",
    "path": r"C:\other.exe",
    "state": 69632,
    "timestamp": "Mon, 13 Apr 2026 08:41:52 GMT",
    "allows": ["tcp 80"],
    "holds_back": [8443],
}
BY_DEFAULT = Decision(True, "DefaultOutboundAction")


def decide(
    *, port: int = 8443, target: str = "10.20.2.5", program: str = "sqlservr.exe", index: int = 5,
    policy: dict[str, Any] | None = None, **firewall: Any,
) -> Decision | None:  # fmt: skip
    """Of a connection from SQL Server at a PC in a private network."""
    changes = {"firewall": {"dump!": [], "remove!": [], "enable!": [], "rules!": {}, **firewall}}
    if policy:
        changes["firewall"]["policy"] = policy
    machine = load("server2022").varied(changes).boot()
    return asked(machine, port, target, program, index)


def asked(
    machine: Machine, port: int = 8443, target: str = "10.20.2.5", program: str = "sqlservr.exe",
    index: int = 5,
) -> Decision | None:  # fmt: skip
    pid = next(each.pid for each in machine.processes() if each.name == program)
    return machine.outbound(pid, "10.20.30.40", index, target, port)


def rules(*texts: str) -> dict[str, str]:
    return {f"r{number}": text for number, text in enumerate(texts)}


SHUT = {"private": {"DefaultOutboundAction": 1}}


@each_row(
    ("facts", "by"),
    [
        ({}, BY_DEFAULT),
        ({"profiles": SHUT}, Decision(False, "DefaultOutboundAction")),
        ({"profiles": {"public": {"DefaultOutboundAction": 1}}}, BY_DEFAULT),
        ({"profiles": SHUT, "rules!": rules(ALLOW.format(""))}, Decision(True, "r0")),
        ({"rules!": rules(BLOCK.format(""))}, Decision(False, "r0")),
        # A block wins.
        ({"rules!": rules(ALLOW.format(""), BLOCK.format("RPort=8443|"))}, Decision(False, "r1")),
        ({"rules!": rules(BLOCK.format("RPort=8444|"))}, BY_DEFAULT),
        ({"rules!": rules(BLOCK.format("LPort=8443|"))}, BY_DEFAULT),
        ({"rules!": rules(BLOCK.format("RA4=10.20.2.0/255.255.255.0|"))}, Decision(False, "r0")),
        ({"rules!": rules(BLOCK.format("RA4=LocalSubnet|"))}, BY_DEFAULT),
        ({"rules!": rules(BLOCK.format("LA4=10.20.30.40|"))}, Decision(False, "r0")),
        # Of one program, and of one service.
        ({"rules!": rules(BLOCK.format(CURL))}, BY_DEFAULT),
        ({"rules!": rules(BLOCK.format(SQL))}, Decision(False, "r0")),
        ({"rules!": rules(BLOCK.format("Svc=MSSQLSERVER|"))}, Decision(False, "r0")),
        ({"rules!": rules(BLOCK.format("Profile=Public|"))}, BY_DEFAULT),
        ({"rules!": rules(BLOCK.format("IFType=Wireless|"))}, BY_DEFAULT),
        # Rules of the other direction, and the switch that shuts them all off.
        ({"rules!": rules(BLOCK.format("").replace("Dir=Out", "Dir=In"))}, BY_DEFAULT),
        ({"profiles": {"private": {"DoNotAllowExceptions": 1}}}, BY_DEFAULT),
        ({"profiles": {"private": {"EnableFirewall": 0}}, "rules!": rules(BLOCK.format(""))},
         Decision(True, "EnableFirewall")),
    ],
)  # fmt: skip
def test_what_a_program_may_do(facts: dict[str, Any], by: Decision) -> None:
    assert decide(**facts) == by


def test_group_policy_decides_first() -> None:
    shut = {"profiles": {"private": {"DefaultOutboundAction": 1}}}
    assert decide(policy=shut) == Decision(False, "DefaultOutboundAction")
    open_again = {"private": {"DefaultOutboundAction": 0}}
    assert decide(policy={"profiles": open_again}, profiles=SHUT) == BY_DEFAULT
    alone = {"profiles": {"private": {"AllowLocalPolicyMerge": 0}}}
    assert decide(policy=alone, **{"rules!": rules(BLOCK.format(""))}) == BY_DEFAULT
    blocks = {"rules": {"p": BLOCK.format("RPort=8443|")}}
    assert decide(policy=blocks) == Decision(False, "p")


def test_a_connection_that_has_to_be_secured() -> None:
    secure = "v2.30|Action={}|Active=TRUE|Dir=Out|EP2_4=10.20.2.0-10.20.2.255|Name=s|"
    for action, allowed in (("Secure", False), ("SecureServer", True), ("DoNotSecure", True)):
        state = load("server2022").varied({"firewall": {"dump!": [], "remove!": [], "enable!": []}})
        machine = state.boot()
        assert machine.firewall is not None
        key = "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
        machine.firewall.set_value(rf"HKLM\{key}\ConSecRules", "s", secure.format(action))
        decision = asked(machine)
        assert decision is not None
        assert decision.allowed is allowed, action


def test_a_product_in_the_place_of_windows_firewall() -> None:
    image = load("win11-ja").varied({"firewall_products": [PRODUCT]})
    machine = image.boot()
    held, free = (
        machine.outbound(7192, "192.168.11.23", 12, "10.20.2.5", port) for port in (8443, 8444)
    )
    assert held == Decision(False, "Other")
    assert free == Decision(True, "Other")


def test_nobody_filters_what_stays_on_the_machine() -> None:
    shut = {"profiles": SHUT}
    assert decide(target="127.0.0.1", **shut) is None
    assert decide(target="10.20.30.40", **shut) is None


def test_the_network_of_the_interface_decides() -> None:
    changes = {
        "network": {
            "profiles": [{"name": "v", "interface": "VPN", "index": 23, "category": "public"}]
        },
        "firewall": {"profiles": {"public": {"DefaultOutboundAction": 1}}},
    }
    machine = load("server2022").varied(changes).boot()
    by_lan, by_vpn = asked(machine, index=5), asked(machine, index=23)
    assert by_lan is not None
    assert by_vpn is not None
    assert (by_lan.allowed, by_vpn.allowed) == (True, False)
