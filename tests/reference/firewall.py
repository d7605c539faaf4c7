# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows' firewall does with one piece of traffic, inbound or outbound, by the documents alone.

Sources: [MS-FASP] and [MS-GPFAS], cited by section at each decision. This file imports nothing of the collection or of
winsim, and its inbound half was written before its author had read how the collection judges, so the two can disagree.

The method is the plainest that is certainly right. Whatever the question leaves open (the client's port, the members
of an address keyword, whether IPsec authenticated the peer) is an *axis* with the few values that the rules can tell
apart. Each combination is a *world*, in which all is known, and in which the documents give one outcome. If all
worlds agree, that is the verdict; otherwise it is "depends", with the axes that can change it.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

ALLOWED, BLOCKED, DEPENDS = "allowed", "blocked", "depends"
PROFILES = ("Domain", "Private", "Public")  # [MS-GPFAS] 2.2.2.1
TCP, UDP = 6, 17

LOCAL_KEYS = {"Domain": "DomainProfile", "Private": "StandardProfile", "Public": "PublicProfile"}
"""The sub-keys of the local store. No document names them; all recorded hives have these three."""

Settings = Mapping[str, Mapping[str, int]]
"""Sub-key to value name to number, such as ``{"PublicProfile": {"EnableFirewall": 1}}``."""


class Rule(NamedTuple):
    """A firewall rule: the fields of FW_RULE that decide about traffic ([MS-FASP] 2.2.37), in the tokens of [MS-GPFAS]
    2.2.2. An empty field is a condition that is not applied."""

    action: str = "Allow"  # Allow, Block, ByPass
    active: bool = True
    direction: str = "In"
    profiles: tuple[str, ...] = ()
    protocol: int | None = None
    local_ports: tuple[str, ...] = ()  # "80", "5000-5010" or a keyword
    remote_ports: tuple[str, ...] = ()
    local4: tuple[str, ...] = ()  # addresses, subnets with prefix or mask, ranges
    local6: tuple[str, ...] = ()
    remote4: tuple[str, ...] = ()  # the same, or keywords
    remote6: tuple[str, ...] = ()
    interface_types: tuple[str, ...] = ()
    program: str = ""
    service: str = ""
    security: str = ""  # Authenticate, AuthenticateEncrypt
    machines: str = ""  # who may bypass, as a security descriptor
    package: str = ""  # the SID of an app package
    edge: bool = False
    local_only_mapped: bool = False
    bypass_out: bool = False  # AUTHENTICATE_BYPASS_OUTBOUND


class Network(NamedTuple):
    """One network that the PC is connected to. None stands for what nobody could find out."""

    category: str  # the profile that applies to it
    interface_type: str | None = "Lan"
    addresses: tuple[str, ...] | None = ()  # of the PC
    subnets: tuple[str, ...] | None = ()


class Policy(NamedTuple):
    """All of a PC's firewall: the two stores, and the networks."""

    local_settings: Settings
    local_rules: tuple[Rule, ...]
    group_settings: Settings
    group_rules: tuple[Rule, ...]
    networks: tuple[Network, ...]


class Traffic(NamedTuple):
    """A first packet from a remote machine to this PC, or from this PC to a remote machine. None is unknown. The
    program, its services and its package are those of this PC."""

    family: int  # 4 or 6: that of the packet, not that of the socket
    protocol: int
    network: Network
    local_address: str | None
    local_port: int | None
    remote_address: str | None
    remote_port: int | None
    program: str | None
    services: frozenset[str] | None = frozenset()
    package: str | None = ""  # the SID of its app package, empty for a classic program
    outbound: bool = False


class Verdict(NamedTuple):
    """The outcome, and for "depends" the axes that can change it."""

    outcome: str
    depends_on: frozenset[str] = frozenset()


World = Mapping[str, object]


# Settings of a profile


def group_key(profile: str, settings: Settings) -> str:
    """The sub-key of Group Policy that holds a profile's settings: StandardProfile for private and public where neither
    has a key of its own; otherwise StandardProfile is ignored ([MS-GPFAS] 2.2.3)."""
    if profile != "Domain" and not {"PrivateProfile", "PublicProfile"} & settings.keys():
        return "StandardProfile"
    return f"{profile}Profile"


class Effective(NamedTuple):
    """A profile's settings after the merge of the stores ([MS-FASP] 2.2.38)."""

    enabled: bool
    shielded: bool
    default_allows: bool
    local_rules_count: bool
    local_programs_count: bool
    local_ports_count: bool


def effective(policy: Policy, profile: str, *, outbound: bool = False) -> Effective:
    """Merge by the merge law of each option, [MS-FASP] 2.2.38.

    What an option is that neither store has is in no document: on, not shielded, inbound block and outbound allow, and
    merge, as Windows ships. The shield blocks "all incoming traffic", and the two default actions are two options.
    """
    group = policy.group_settings.get(group_key(profile, policy.group_settings), {})
    local = policy.local_settings.get(LOCAL_KEYS[profile], {})

    def group_wins(name: str, unset: int) -> int:
        return group.get(name, local.get(name, unset))

    return Effective(
        enabled=group_wins("EnableFirewall", 1) != 0,
        shielded=not outbound
        and bool(
            group.get("DoNotAllowExceptions", 0) or local.get("DoNotAllowExceptions", 0)
        ),  # "on" wins
        default_allows=(
            group_wins("DefaultOutboundAction", 0)
            if outbound
            else group_wins("DefaultInboundAction", 1)
        )
        == 0,
        local_rules_count=group.get("AllowLocalPolicyMerge", 1)
        != 0,  # always the value of Group Policy
        local_programs_count=group_wins(r"AuthorizedApplications\AllowUserPrefMerge", 1) != 0,
        local_ports_count=group.get(r"GloballyOpenPorts\AllowUserPrefMerge", 1)
        != 0,  # has meaning there alone
    )


def is_authorized_application(rule: Rule) -> bool:
    """The definition under FW_PROFILE_CONFIG_AUTH_APPS_ALLOW_USER_PREF_MERGE, [MS-FASP] 2.2.38."""
    return (
        bool(rule.program)
        and not rule.service
        and rule.protocol in (TCP, UDP)
        and not rule.local_ports
    )


def is_global_port(rule: Rule) -> bool:
    """The definition under FW_PROFILE_CONFIG_GLOBAL_PORTS_ALLOW_USER_PREF_MERGE, [MS-FASP] 2.2.38: one entry, which may
    be a range, and no keyword."""
    return (
        not rule.program
        and not rule.service
        and rule.protocol in (TCP, UDP)
        and len(rule.local_ports) == 1
        and rule.local_ports[0][0].isdigit()
    )


def enforced(
    policy: Policy, profile: str, settings: Effective, *, outbound: bool = False
) -> Iterator[Rule]:
    """The rules of both stores that are enforced on a direction in a profile ([MS-FASP] 2.2.38; 2.2.2 for the profiles,
    2.2.37 for the direction). The two definitions of 2.2.38 do not name a direction."""
    for rule in policy.group_rules:
        if counts_in(rule, profile, outbound=outbound):
            yield rule
    for rule in policy.local_rules:
        if not settings.local_rules_count or not counts_in(rule, profile, outbound=outbound):
            continue
        if is_authorized_application(rule) and not settings.local_programs_count:
            continue
        if is_global_port(rule) and not settings.local_ports_count:
            continue
        yield rule


def counts_in(rule: Rule, profile: str, *, outbound: bool = False) -> bool:
    """Without Active= a rule is off, without Profile= it counts everywhere ([MS-GPFAS] 2.2.2.19)."""
    direction = "Out" if outbound else "In"
    return (
        rule.active
        and rule.direction == direction
        and (not rule.profiles or profile in rule.profiles)
    )


# Conditions of a rule, in one world


@cache
def span(text: str) -> tuple[int, int] | None:
    """First and last of an address, a subnet with prefix or mask, or a range ([MS-GPFAS] 2.2.2.9 to 2.2.2.12; both ends
    belong to it, [MS-FASP] 2.2.8 and 2.2.10), or None for a keyword (2.2.2.13)."""
    if not text[0].isdigit() and ":" not in text:
        return None
    if "-" in text:
        first, last = text.split("-")
        return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
    network = ipaddress.ip_network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address)


@cache
def number(address: str) -> int:
    """An address as a number. A zone names an interface of this PC and is no part of the address (RFC 4007, 11)."""
    return int(ipaddress.ip_address(address.partition("%")[0]))


@cache
def port_span(text: str) -> tuple[int, int] | None:
    """First and last port, or None for a keyword."""
    first, _dash, last = text.partition("-")
    return (int(first), int(last or first)) if first.isdigit() else None


def within(value: object, written: tuple[int, int] | None) -> bool:
    """Is a number in a span?"""
    return isinstance(value, int) and written is not None and written[0] <= value <= written[1]


def addresses_of(
    rule: Rule, family: int
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """A rule's local addresses of the family, of both, and the same of remote ones.

    An *empty* structure is a condition that is not applied ([MS-FASP] 2.2.37), and one structure has the addresses of
    both families (2.2.22): so a rule that has addresses of one family alone matches nothing of the other.
    """
    own_local, own_remote = (
        (rule.local4, rule.remote4) if family == 4 else (rule.local6, rule.remote6)
    )
    return own_local, rule.local4 + rule.local6, own_remote, rule.remote4 + rule.remote6


def matches(rule: Rule, traffic: Traffic, world: World) -> bool:
    """Do all conditions of a rule hold in a world? ([MS-FASP] 2.2.37; a rule's conditions are all required.)"""
    own_local, any_local, own_remote, any_remote = addresses_of(rule, traffic.family)
    if rule.protocol is not None and rule.protocol != traffic.protocol:
        return False
    if rule.local_ports and not any(
        within(world["local port"], port_span(each)) or world.get(f"port keyword {each}") is True
        for each in rule.local_ports
    ):
        return False
    if any_local and not any(within(world["local address"], span(each)) for each in own_local):
        return False
    if rule.interface_types and world["interface type"] not in rule.interface_types:
        return False
    if rule.program and str(world["program"]).casefold() != rule.program.casefold():
        return False
    if rule.service:
        services = world["service"]
        assert isinstance(services, frozenset)
        # "*" is every service of the PC, a name that service alone.
        if not services if rule.service == "*" else rule.service.casefold() not in services:
            return False
    if rule.package and world["package"] != rule.package:
        return False
    # [MS-FASP] 2.2.35, FW_RULE_FLAGS_LOCAL_ONLY_MAPPED: remote conditions are ignored, except on a block rule.
    if rule.local_only_mapped and rule.action != "Block":
        return True
    if rule.remote_ports and not any(
        within(world["remote port"], port_span(each)) for each in rule.remote_ports
    ):
        return False
    return not any_remote or any(
        within(world["remote address"], span(each))
        or (span(each) is None and in_keyword(each, traffic, world))
        for each in own_remote
    )


def in_keyword(keyword: str, traffic: Traffic, world: World) -> bool:
    """Is the remote address one of an address keyword's?

    LocalSubnet is "the collection of addresses that are currently within the local subnet of the
    computer" ([MS-FASP] 2.2.21). Whether that includes the subnets of networks by which the traffic
    does not come, it does not say. The members of the other keywords are known to Windows alone.
    """
    if keyword == "LocalSubnet" and traffic.network.subnets is not None:
        here, elsewhere = world["subnets"], world["subnets elsewhere"]
        assert isinstance(here, tuple)
        assert isinstance(elsewhere, tuple)
        if any(within(world["remote address"], each) for each in here):
            return True
        if not any(within(world["remote address"], each) for each in elsewhere):
            return False
    return world[f"address keyword {keyword}"] is True


def outcome(rules: tuple[Rule, ...], settings: Effective, traffic: Traffic, world: World) -> str:
    """What happens in a world."""
    matching = tuple(rule for rule in rules if matches(rule, traffic, world))
    return decided(matching, settings, world.get("IPsec") is True)


def decided(matching: tuple[Rule, ...], settings: Effective, secured: bool) -> str:
    """What the matching rules decide: allow-bypass before block before allow ([MS-FASP] 2.2.34),
    then the default, which "is evaluated at the very end" (2.2.38)."""
    if any(bypasses(rule) for rule in matching) and secured:
        return ALLOWED
    if any(rule.action == "Block" for rule in matching):
        return BLOCKED
    allowing = [rule for rule in matching if rule.action in ("Allow", "ByPass")]
    if any(not rule.security or secured for rule in allowing):
        return ALLOWED
    if allowing:
        # [MS-FASP] 2.2.35, FW_RULE_FLAGS_AUTHENTICATE: what matches is "allowed only if it has been
        # authenticated by IPsec; otherwise, traffic is blocked". So the default isn't asked.
        return BLOCKED
    return ALLOWED if settings.default_allows else BLOCKED


def bypasses(rule: Rule) -> bool:
    """Does a rule go before block rules? Of outbound rules, those that have the flag which makes them "equivalent to a
    rule with an FW_RULE_ACTION_ALLOW_BYPASS, but for outbound" ([MS-FASP] 2.2.35); the action is for inbound rules
    alone (2.2.37)."""
    if rule.direction == "Out":
        return rule.action == "Allow" and rule.bypass_out and bool(rule.security)
    return rule.action == "ByPass"


# Worlds


def edges(spans: Iterable[tuple[int, int] | None], lowest: int, highest: int) -> list[object]:
    """One number of each stretch that the spans can't tell apart."""
    found = {lowest}
    for each in spans:
        if each is not None:
            found |= {each[0], min(each[1] + 1, highest)}
    return [*sorted(found)]


def spans(subnets: tuple[str, ...], family: int) -> tuple[tuple[int, int], ...]:
    """The subnets of a family, as first and last address."""
    in_family = (span(each) for each in subnets if (":" in each) == (family == 6))
    return tuple(each for each in in_family if each is not None)


def axes_of(rules: tuple[Rule, ...], policy: Policy, traffic: Traffic) -> dict[str, list[object]]:
    """What the question leaves open, each with the values that these rules can tell apart; what is known has one."""
    highest = 2**32 - 1 if traffic.family == 4 else 2**128 - 1
    mine = [addresses_of(rule, traffic.family) for rule in rules]
    local, remote = (
        [each for one in mine for each in one[0]],
        [each for one in mine for each in one[2]],
    )
    axes: dict[str, list[object]] = {}
    family_of = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}[traffic.family]

    keywords = sorted({each for each in remote if span(each) is None})
    here = spans(traffic.network.subnets or (), traffic.family)
    elsewhere = tuple(
        each
        for network in policy.networks
        if network is not traffic.network
        for each in spans(network.subnets or (), traffic.family)
    )
    axes["subnets"], axes["subnets elsewhere"] = [here], [elsewhere]
    for keyword in keywords:
        axes[f"address keyword {keyword}"] = [False, True]
    for keyword in sorted(
        {each for rule in rules for each in rule.local_ports if port_span(each) is None}
    ):
        axes[f"port keyword {keyword}"] = [False, True]

    if traffic.remote_address is not None:
        axes["remote address"] = [number(traffic.remote_address)]
    else:
        known = [*here, *elsewhere] if "LocalSubnet" in keywords else []
        axes["remote address"] = edges([*map(span, remote), *known], 1, highest)
    for side, port, written in (
        ("local port", traffic.local_port, [rule.local_ports for rule in rules]),
        ("remote port", traffic.remote_port, [rule.remote_ports for rule in rules]),
    ):
        spans_of_ports = [port_span(each) for ports in written for each in ports]
        axes[side] = [port] if port is not None else edges(spans_of_ports, 1, 65535)
    if traffic.local_address is not None:
        axes["local address"] = [number(traffic.local_address)]
    elif traffic.network.addresses is not None:
        own = [ipaddress.ip_address(each) for each in traffic.network.addresses]
        axes["local address"] = [int(each) for each in own if isinstance(each, family_of)]
    else:
        axes["local address"] = edges([span(each) for each in local], 1, highest)
    kind = traffic.network.interface_type
    axes["interface type"] = [kind] if kind is not None else ["Lan", "Wireless", "RemoteAccess"]
    named = sorted({rule.program.casefold() for rule in rules if rule.program})
    axes["program"] = (
        [traffic.program] if traffic.program is not None else [*named, "another program"]
    )
    if traffic.services is not None:
        axes["service"] = [frozenset(each.casefold() for each in traffic.services)]
    else:
        services = sorted(
            {rule.service.casefold() for rule in rules if rule.service not in ("", "*")}
        )
        axes["service"] = [
            frozenset(),
            frozenset({"another service"}),
            *(frozenset({each}) for each in services),
        ]
    packages = sorted({rule.package for rule in rules if rule.package})
    axes["package"] = [traffic.package] if traffic.package is not None else ["", *packages]
    if any(rule.security for rule in rules):
        axes["IPsec"] = [False, True]
    return axes


def verdict(policy: Policy, traffic: Traffic) -> Verdict:
    """Judge a piece of traffic that arrives, or leaves, by one of the policy's networks.

    Raises:
        ValueError: the PC has no address of the family on this network, so there is no such traffic.
    """
    settings, rules = that_count(policy, traffic)
    if not settings.enabled:
        return Verdict(ALLOWED)  # "MUST NOT block any network traffic", [MS-FASP] 2.2.38
    if settings.shielded:
        return Verdict(
            BLOCKED
        )  # "MUST block all incoming traffic regardless of other policy settings", 2.2.38
    names, worlds = worlds_of(rules, policy, traffic)
    seen = {
        values: outcome(rules, settings, traffic, dict(zip(names, values, strict=True)))
        for values in worlds
    }
    if len(outcomes := set(seen.values())) == 1:
        return Verdict(outcomes.pop())
    turning = (name for place, name in enumerate(names) if turns(seen, place))
    return Verdict(DEPENDS, frozenset(turning))


def that_count(policy: Policy, traffic: Traffic) -> tuple[Effective, tuple[Rule, ...]]:
    """The settings and the rules that count for a piece of traffic."""
    profile, outbound = traffic.network.category, traffic.outbound
    settings = effective(policy, profile, outbound=outbound)
    rules = enforced(policy, profile, settings, outbound=outbound)
    return settings, tuple(rule for rule in rules if can_match(rule, traffic))


def worlds_of(
    rules: tuple[Rule, ...], policy: Policy, traffic: Traffic
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The names of all axes, and each combination of their values."""
    axes = axes_of(rules, policy, traffic)
    worlds = list(itertools.product(*axes.values()))
    if not worlds:
        raise ValueError("no such traffic")
    return list(axes), worlds


def may_differ(policy: Policy, traffic: Traffic) -> bool:
    """Does the verdict depend on something if each rule is looked at by itself, as though what is
    unknown could be one thing for one rule and another for the next?

    No document asks for that. But who judges rule by rule never says more than the truth by it:
    where it makes a sure verdict depend on something, that verdict is only less sharp.
    """
    settings, rules = that_count(policy, traffic)
    answers: list[set[bool]] = []
    for rule in rules:
        names, worlds = worlds_of((rule,), policy, traffic)
        answers.append(
            {matches(rule, traffic, dict(zip(names, each, strict=True))) for each in worlds}
        )
    outcomes = set()
    for secured in (False, True):
        for chosen in itertools.product(*answers):
            matching = tuple(rule for rule, yes in zip(rules, chosen, strict=True) if yes)
            outcomes.add(decided(matching, settings, secured))
    return len(outcomes) > 1


def can_match(rule: Rule, traffic: Traffic) -> bool:
    """Leave out what can match in no world, so that the worlds are few."""
    _own_local, any_local, own_remote, any_remote = addresses_of(rule, traffic.family)
    if rule.protocol is not None and rule.protocol != traffic.protocol:
        return False
    if any_local and not _own_local:
        return False
    return not any_remote or bool(own_remote) or (rule.local_only_mapped and rule.action != "Block")


def turns(seen: Mapping[tuple[object, ...], str], place: int) -> bool:
    """Are there two worlds with different outcomes that differ in this axis alone?"""
    kept: dict[tuple[object, ...], str] = {}
    return any(
        kept.setdefault(world[:place] + world[place + 1 :], result) != result
        for world, result in seen.items()
    )
