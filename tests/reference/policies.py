# SPDX-License-Identifier: GPL-3.0-or-later
"""Random small policies, and traffic that their rules are about often enough to disagree on.

All values come from short lists, so that rules overlap: what matters is how conditions, stores, families and actions
combine.
"""

from __future__ import annotations

import random
from functools import lru_cache
from typing import NamedTuple

from .firewall import PROFILES, TCP, UDP, Network, Policy, Rule, Settings, Traffic

WEB, OTHER, SVCHOST = r"C:\App\web.exe", r"C:\App\other.exe", r"C:\Windows\System32\svchost.exe"

REMOTES = {
    4: ("10.0.0.9", "10.0.1.9", "10.255.255.255", "192.0.2.7", "169.254.3.3", None),
    6: ("2001:db8::9", "2001:db8:1::9", "fe80::9", "fe80::9%12", "fd00::7", None),
}
OWN = {4: ("10.0.0.5", "192.0.2.5"), 6: ("2001:db8::5", "fe80::5")}
SUBNETS = {
    "10.0.0.5": "10.0.0.0/24",
    "192.0.2.5": "192.0.2.0/24",
    "2001:db8::5": "2001:db8::/64",
    "fe80::5": "fe80::/64",
}

ADDRESSES = {
    4: (
        *(
            "10.0.0.9",
            "10.0.0.0/255.255.255.0",
            "10.0.0.0/8",
            "10.0.0.1-10.0.0.20",
            "192.0.2.0/255.255.255.128",
        ),
        *("0.0.0.0-255.255.255.255", "10.0.1.9-10.0.1.9"),
    ),
    6: (
        "2001:db8::9",
        "2001:db8::/32",
        "fe80::/10",
        "2001:db8::1-2001:db8::ffff",
        "fd00::/8",
        "2001:db8:1::/48",
    ),
}
KEYWORDS = ("LocalSubnet", "LocalSubnet", "LocalSubnet", "DNS", "DefaultGateway")
LOCALS = {4: ("10.0.0.5", "10.0.0.0/24", "192.0.2.5"), 6: ("2001:db8::5", "fe80::/10")}


class Case(NamedTuple):
    """A policy, traffic that arrives or leaves, and the address to which the listener or the sender is bound."""

    policy: Policy
    traffic: Traffic
    bound: str


def rule(rng: random.Random) -> Rule:
    """A rule with a few conditions. Those of the grammar that Windows would refuse are left out."""
    action = rng.choice(("Allow", "Allow", "Allow", "Block", "Block", "ByPass"))
    protocol = rng.choice((TCP, TCP, TCP, TCP, UDP, None))
    chance = rng.random
    ported = protocol is not None and chance() < 0.7
    remote4: tuple[str, ...] = ()
    remote6: tuple[str, ...] = ()
    if chance() < 0.5:
        remote4 = some(rng, ADDRESSES[4])
    if chance() < 0.4:
        remote6 = some(rng, ADDRESSES[6])
    if chance() < 0.25:
        word = rng.choice(KEYWORDS)
        remote4, remote6 = (
            rng.choice(((*remote4, word), remote4)),
            rng.choice(((*remote6, word), remote6)),
        )
    secure = action == "ByPass" or (action == "Allow" and chance() < 0.12)
    service = rng.choice(("Dnscache", "*", "W3SVC")) if chance() < 0.1 else ""
    return Rule(
        action=action,
        active=chance() < 0.93,
        direction="In" if chance() < 0.95 else "Out",
        profiles=rng.choice(((), (), (), ("Private",), ("Public",), ("Domain", "Private"))),
        protocol=protocol,
        local_ports=rng.choice((("80",), ("80",), ("79-81",), ("443", "80"), ("8080",)))
        if ported
        else (),
        remote_ports=rng.choice((("1024-65535",), ("5000",), ("1-65535",)))
        if ported and chance() < 0.08
        else (),
        local4=some(rng, LOCALS[4]) if chance() < 0.1 else (),
        local6=some(rng, LOCALS[6]) if chance() < 0.08 else (),
        remote4=remote4,
        remote6=remote6,
        interface_types=rng.choice((("Lan",), ("Wireless",), ("RemoteAccess",)))
        if chance() < 0.1
        else (),
        program=rng.choice((WEB, WEB, OTHER, SVCHOST)) if chance() < 0.2 else "",
        service=service,
        security=rng.choice(("Authenticate", "AuthenticateEncrypt")) if secure else "",
        machines="O:LSD:(A;;CC;;;S-1-5-21-1-2-3-513)" if action == "ByPass" else "",
        package="S-1-15-2-1" if chance() < 0.03 else "",
        edge=chance() < 0.1,
        local_only_mapped=chance() < 0.03,
    )


def outbound_rule(rng: random.Random) -> Rule:
    """A rule for outbound traffic, mostly: what `rule` gives, with local and remote ports exchanged, and without what
    [MS-FASP] 2.2.37 has for inbound rules alone (a bypass and its machines, edge traversal)."""
    drawn = rule(rng)
    if drawn.direction == "Out":
        return drawn._replace(direction="In", edge=False)
    if drawn.action == "ByPass":
        drawn = drawn._replace(action="Allow", machines="", bypass_out=True)
    return drawn._replace(
        direction="Out",
        edge=False,
        local_ports=drawn.remote_ports,
        remote_ports=drawn.local_ports,
        bypass_out=drawn.bypass_out or (bool(drawn.security) and rng.random() < 0.2),
    )


def some(rng: random.Random, values: tuple[str, ...]) -> tuple[str, ...]:
    """One or two of them."""
    return tuple(rng.sample(values, rng.choice((1, 1, 2))))


def settings(rng: random.Random, keys: tuple[str, ...], *, often: float) -> Settings:
    """Settings of a store: most keys are there, most values as Windows ships."""
    found: dict[str, dict[str, int]] = {}
    for key in keys:
        if rng.random() > often:
            continue
        values = found.setdefault(key, {})
        for name, usual, odd in (
            ("EnableFirewall", 1, 0),
            ("DoNotAllowExceptions", 0, 1),
            ("DefaultInboundAction", 1, 0),
            ("AllowLocalPolicyMerge", 1, 0),
            (r"AuthorizedApplications\AllowUserPrefMerge", 1, 0),
            (r"GloballyOpenPorts\AllowUserPrefMerge", 1, 0),
        ):
            drawn = rng.random()
            if drawn < 0.3:
                values[name] = odd if drawn < 0.06 else usual
    return found


def with_outbound(rng: random.Random, found: Settings) -> Settings:
    """The same settings with some default actions for outbound traffic."""
    return {
        key: dict(values)
        | ({"DefaultOutboundAction": rng.choice((0, 1))} if rng.random() < 0.4 else {})
        for key, values in found.items()
    }


def network(rng: random.Random) -> Network:
    """A network whose addresses are known, or not."""
    own = rng.choice(
        (("10.0.0.5", "fe80::5"), ("10.0.0.5", "2001:db8::5", "fe80::5"), ("192.0.2.5",), None)
    )
    return Network(
        rng.choice(PROFILES),
        rng.choice(("Lan", "Lan", "Wireless", None)),
        own,
        None if own is None else tuple(SUBNETS[each] for each in own),
    )


# Of settings, there are fewer different ones than of rules, so that tests can keep what they read.
_MOST_SETTINGS = 2000


@lru_cache(maxsize=_MOST_SETTINGS)
def both_settings(seed: int) -> tuple[Settings, Settings]:
    """The settings of the local store and of Group Policy."""
    rng = random.Random(seed)
    local = settings(rng, ("DomainProfile", "StandardProfile", "PublicProfile"), often=0.8)
    keys = ("DomainProfile", "StandardProfile", "PrivateProfile", "PublicProfile")
    group = settings(rng, keys, often=0.25)
    return with_outbound(rng, local), with_outbound(rng, group)


def case(seed: int) -> Case:
    """The policy and the traffic of this number."""
    rng = random.Random(seed)
    # The PC may be connected to a second network; the traffic comes by the first.
    first, second = network(rng), network(rng)
    local_settings, group_settings = both_settings(rng.randrange(_MOST_SETTINGS))
    policy = Policy(
        local_settings,
        tuple(rule(rng) for _number in range(rng.choice((0, 1, 1, 2, 2, 3)))),
        group_settings,
        tuple(rule(rng) for _number in range(rng.choice((0, 0, 1, 2)))),
        (first, second) if rng.random() < 0.3 else (first,),
    )
    family = rng.choice((4, 4, 6))
    if first.addresses is not None and not any(
        (":" in each) == (family == 6) for each in first.addresses
    ):
        family = 10 - family
    bound = rng.choice(("0.0.0.0", "::", "::") if family == 4 else ("::",))
    local = None
    if rng.random() < 0.25 and first.addresses is not None:
        bound = local = rng.choice(
            [each for each in first.addresses if (":" in each) == (family == 6)]
        )
    program = rng.choice((WEB, WEB, SVCHOST, None))
    services: frozenset[str] | None = frozenset()
    if program is None:
        services = None
    elif program == SVCHOST:
        services = rng.choice(
            (frozenset({"Dnscache"}), frozenset({"Dnscache", "W3SVC"}), frozenset({"Spooler"}))
        )
    remote = rng.choice(REMOTES[family])
    protocol = TCP if rng.random() < 0.85 else UDP
    package = None if program is None else ""
    traffic = Traffic(family, protocol, first, local, 80, remote, None, program, services, package)
    return Case(policy, traffic, bound)


def outbound_case(seed: int) -> Case:
    """The policy of this number with rules for outbound traffic, and traffic that leaves."""
    drawn = case(seed)
    rng = random.Random(seed + 0.5)
    policy = drawn.policy._replace(
        local_rules=tuple(outbound_rule(rng) for _number in range(rng.choice((0, 1, 1, 2, 2, 3)))),
        group_rules=tuple(outbound_rule(rng) for _number in range(rng.choice((0, 0, 1, 2)))),
    )
    traffic = drawn.traffic._replace(
        outbound=True,
        local_port=rng.choice((None, None, None, 5000)),
        remote_port=80,
        services=rng.choice((drawn.traffic.services, frozenset()))
        if drawn.traffic.program is None
        else drawn.traffic.services,
        package=rng.choice((drawn.traffic.package, "")),
    )
    return Case(policy, traffic, drawn.bound)
