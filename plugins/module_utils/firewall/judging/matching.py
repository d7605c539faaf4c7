# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether one rule matches traffic: no, yes, or only under conditions that can't be judged here.

All conditions of a rule must hold ([MS-FASP] 2.2.37). The answer is None for no, an empty tuple
for yes, and otherwise the conditions that it depends on. A condition that this code does not know
counts as open, never as met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ...ground.names import ascii_upper, name_key
from ..policy.addresses import AddressSet, within
from ..policy.environment import Environment
from ..policy.rule import FirewallRule, Title, in_icmp_order
from ..policy.stores import ORDINARY, RESTRICTING, Store
from ..policy.vocabulary import Action, Direction, means_port
from .traffic import Traffic

_ALL_PORTS = ((1, 65_535),)


class ConditionKind(StrEnum):
    """The subject of an open condition."""

    REMOTE_ADDRESS = "remote_address"
    LOCAL_ADDRESS = "local_address"
    REMOTE_PORT = "remote_port"
    LOCAL_PORT = "local_port"
    ICMP = "icmp"
    PROGRAM = "program"
    SERVICE = "service"
    PACKAGE = "package"
    USER = "user"
    AUTHENTICATION = "authentication"
    REMOTE_ACCOUNT = "remote_account"
    # The opposite: what demands IPsec drops traffic without it.
    UNAUTHENTICATED = "unauthenticated"
    INTERFACE = "interface"
    INTERFACE_TYPE = "interface_type"
    NETWORK = "network"
    TRANSPORT = "transport"
    FAMILY = "family"
    PLATFORM = "platform"
    UNKNOWN_FIELD = "unknown_field"
    SAME_ID = "same_id"
    MDM_KEY = "mdm_key"


class Condition(NamedTuple):
    """A condition of a rule that could not be judged, and its value as text."""

    kind: ConditionKind
    text: str


Conditions = tuple[Condition, ...]
YES: Conditions = ()
_FROM_ANY = {4: YES, 6: YES}
# One document says that a rule with this flag matches whatever the remote address and port are
# ([MS-FASP] 2.2.35), another that it only says which UDP packets belong together (documentation of
# MSFT_NetFirewallRule, LocalOnlyMapping).
_LOCAL_ONLY_MAPPED = (Condition(ConditionKind.UNKNOWN_FIELD, "LOM=TRUE"),)
_PLACES = {store: place for place, store in enumerate((*ORDINARY, *RESTRICTING))}


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with everything that does not depend on the traffic already evaluated.

    `program` is the path of its program, expanded and folded, None if it may be written in other
    ways too (`Environment.plain`), and `environment` knows how to compare it then; `service` is its
    service, folded; `of_program`, `of_service` and `of_package` are its conditions on these, for
    where they stay open. `profiles` are the bits of its profiles, 0 for all; `adapters` are the
    names of its network adapters; `open` are the conditions that are never judged here; `kind` says
    which of the two merge settings of [MS-FASP] 2.2.38 it falls under (`FirewallRule.merged_as`);
    `restricts` is True for the stores that restrict services and apps. `label` is the name of the
    rule in a message. `from_any` are, by family, the answers of `match_remote` about any remote
    address. `of_place` says that it is for certain addresses or adapters of the host. `nature` is
    all that matters about one of several rules that match in the same way, and `rank` which of them
    is named.
    """

    rule: FirewallRule
    store: Store
    action: Action
    program: str | None
    environment: Environment
    service: str | None
    of_program: Conditions
    of_service: Conditions
    of_package: Conditions
    profiles: int
    adapters: str
    open: Conditions
    kind: str
    restricts: bool
    label: Title
    from_any: Mapping[int, Conditions | None]
    of_place: bool
    nature: tuple[object, ...]
    rank: tuple[int, str, str]


def compile_rule(
    rule: FirewallRule,
    store: Store,
    environment: Environment,
    *,
    windows_version: tuple[int, int] | None,
    policy_version: tuple[int, int] | None,
    restricts: bool = False,
    same_id: bool = False,
) -> CompiledRule | None:
    """Prepare a rule; None if the host does not apply it at all.

    Args:
        same_id: another, stronger store has a rule with this id too.
    """
    if rule.skip_version and policy_version and policy_version <= rule.skip_version:
        return None
    platform = _platform(rule, windows_version)
    if platform is None:
        return None
    # A rule may repeat a field, which names the same condition once more.
    conditions = list(dict.fromkeys((*platform, *_never_judged(rule))))
    if same_id:
        conditions.append(Condition(ConditionKind.SAME_ID, rule.rule_id))
    action = _action(rule)
    return CompiledRule(
        rule=rule,
        store=store,
        action=action,
        program=environment.plain(rule.program),
        environment=environment,
        service=None if rule.service is None else name_key(rule.service),
        of_program=_stays_open(ConditionKind.PROGRAM, rule.program),
        of_service=_stays_open(ConditionKind.SERVICE, rule.service),
        of_package=_stays_open(ConditionKind.PACKAGE, rule.package_sid or rule.package_family),
        profiles=sum(each.value for each in rule.profiles),
        adapters=environment.adapter_names(rule.interfaces),
        open=tuple(conditions),
        kind=rule.merged_as,
        restricts=restricts,
        label=rule.label,
        from_any=_from_any(rule, action) if rule.remote_addresses else _FROM_ANY,
        of_place=bool(rule.local_addresses or rule.interfaces or rule.interface_types),
        # To hash a member of an enumeration would cost more than all the rest.
        nature=(
            restricts,
            action is Action.BLOCK,
            action is Action.BYPASS,
            rule.merged_as if store is Store.LOCAL else None,
            bool(rule.security),
        ),
        rank=(_PLACES[store], rule.name or "", rule.rule_id),
    )


def _stays_open(kind: ConditionKind, text: str | None) -> Conditions:
    return YES if text is None else (Condition(kind, text),)


def _action(rule: FirewallRule) -> Action:
    if rule.direction is Direction.OUT and rule.bypass_outbound and rule.action is Action.ALLOW:
        return Action.BYPASS  # [MS-FASP] 2.2.35, AUTHENTICATE_BYPASS_OUTBOUND
    # A rule without an action violates the grammar; it is open, and counts on the safe side.
    return rule.action or Action.BLOCK


def _platform(rule: FirewallRule, version: tuple[int, int] | None) -> list[Condition] | None:
    """Conditions on the version of Windows that stay open; None if the rule is not for this
    version."""
    applies = rule.is_for_windows(version)
    if applies is None:
        text = ", ".join(f"{major}.{minor}" for _unused, major, minor in rule.platforms)
        return [Condition(ConditionKind.PLATFORM, text + ("+" if rule.platform_operator else ""))]
    return [] if applies else None


def _never_judged(rule: FirewallRule) -> Iterator[Condition]:
    for text in (rule.local_users, rule.local_users_encoded):
        if text is not None:
            yield Condition(ConditionKind.USER, text)
    if rule.local_user_owner is not None and not (rule.package_sid or rule.package_family):
        yield Condition(ConditionKind.USER, rule.local_user_owner)
    for text in (*(value for _unused, value in rule.security), rule.security_realm):
        if text is not None:
            yield Condition(ConditionKind.AUTHENTICATION, text)
    for text in (rule.remote_machines, rule.remote_users):
        if text is not None:
            yield Condition(ConditionKind.REMOTE_ACCOUNT, text)
    for _unused, value in sorted(rule.trust_tuples):
        yield Condition(ConditionKind.TRANSPORT, value)
    if rule.network_names is not None:
        yield Condition(ConditionKind.NETWORK, rule.network_names)
    for key, value in (*rule.unknown, *rule.malformed):
        yield Condition(ConditionKind.UNKNOWN_FIELD, f"{key}={value}")
    if rule.version[0] != 2:
        yield Condition(ConditionKind.UNKNOWN_FIELD, f"v{rule.version[0]}.{rule.version[1]}")
    for key, each in (("Action=", rule.action), ("Dir=", rule.direction)):
        if each is None:
            yield Condition(ConditionKind.UNKNOWN_FIELD, key)


def match(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    """Whether a rule matches, apart from its profiles: None, or the conditions that stay open."""
    around = match_around(compiled, traffic)
    if around is None:
        return None
    remote = match_remote(compiled, traffic, traffic.remote_number)
    return None if remote is None else around[0] + remote + around[1]


def match_around(compiled: CompiledRule, traffic: Traffic) -> tuple[Conditions, Conditions] | None:
    """Whether a rule matches, apart from its profiles and its condition on the remote address:
    None, or the conditions that stay open and are named before that one, and those behind it."""
    rule = compiled.rule
    if rule.protocol is not None and rule.protocol != traffic.protocol:
        return None
    if rule.trust_tuples and compiled.action is not Action.BLOCK:
        # Such rules allow the traffic of Wi-Fi Direct, proximity and Teredo's UPnP, tuple by tuple
        # ([MS-FASP] 3.1.1, TrustTuple), and nothing that uses an ordinary network.
        return None
    found: list[Conditions] = []
    for checks in _OUTBOUND_CHECKS if traffic.outbound else _CHECKS:
        open_ones = YES
        for check in checks:
            conditions = check(compiled, traffic)
            if conditions is None:
                return None
            open_ones += conditions
        found.append(open_ones)
    before, behind = found
    return compiled.open + before, behind


def _program(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    if compiled.rule.program is None:
        return YES
    if traffic.program is None:
        return compiled.of_program
    if compiled.program is not None and traffic.plain_program is not None:
        return YES if compiled.program == traffic.plain_program else None
    expanded = compiled.environment.expand(compiled.rule.program)
    if expanded is not None and name_key(expanded) == traffic.program:
        return YES
    same = compiled.environment.may_be_same(compiled.rule.program, traffic.program)
    return compiled.of_program if same else None


def _service(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    wanted = compiled.rule.service
    if wanted is None:
        return YES
    if traffic.services is None:
        return compiled.of_service
    # A process that a service starts inherits its token, and with it the service's SID.
    inherits = traffic.inherited is None or (
        bool(traffic.inherited) if wanted == "*" else compiled.service in traffic.inherited
    )
    perhaps = compiled.of_service if inherits else None
    if wanted == "*":
        return YES if traffic.services else perhaps
    if compiled.service not in traffic.services:
        return perhaps
    # The condition is met by the service's own SID in the token of its process. Windows' services
    # have one; others have one only if their installer asked for it; without one, such a rule never
    # matches. In a process of several services, it is unknown which of them a restriction applies
    # to.
    shared = compiled.restricts and len(traffic.services) > 1
    if traffic.windows_program and not shared:
        return YES
    return compiled.of_service


def _package(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    if compiled.of_package and traffic.packaged is False:
        # Hundreds of rules open ports to packages, so for them, the folder decides.
        elsewhere = traffic.elsewhere_packaged and compiled.action is Action.BLOCK
        if not elsewhere or compiled.restricts:
            return None
    return compiled.of_package


def local_port(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    ports = compiled.rule.local_ports
    if not ports:
        return YES
    port = traffic.port
    if port is None:
        return None
    if port in ports.numbers:
        return YES
    return _keyword_ports(compiled, ports.keywords, port, ConditionKind.LOCAL_PORT)


def _keyword_ports(
    compiled: CompiledRule, words: Iterable[str], port: int, kind: ConditionKind
) -> Conditions | None:
    open_words = []
    for word in sorted(words):
        answer = means_port(word, port, blocks=compiled.action is Action.BLOCK)
        if answer is True:
            return YES
        if answer is None:
            open_words.append(word)
    if open_words:
        return (Condition(kind, ", ".join(open_words)),)
    return None


def _any_address(condition: AddressSet, family: int, kind: ConditionKind) -> Conditions | None:
    if not condition or condition.covers_all(family):
        return YES
    if not condition.intervals(family) and not condition.keywords(family):
        return None  # the rule is about the other family
    return (Condition(kind, ", ".join(condition.texts())),)


def _addresses(
    condition: AddressSet, traffic: Traffic, kind: ConditionKind, number: int | None
) -> Conditions | None:
    family = traffic.family
    if number is None:
        return _any_address(condition, family, kind)
    if not condition:
        return YES
    words = condition.keywords(family)
    if condition.contains(family, number):
        return YES
    if "LocalSubnet" in words and traffic.subnets:
        if within(traffic.subnets, number):
            return YES
        if not within(traffic.perhaps_local, number):
            words = words - {"LocalSubnet"}
    return (Condition(kind, ", ".join(sorted(words))),) if words else None


def match_remote(compiled: CompiledRule, traffic: Traffic, number: int | None) -> Conditions | None:
    """Whether a rule's condition on the remote address is met by one of the traffic's family, None
    for any: None, or the conditions that stay open."""
    if number is None:
        return compiled.from_any[traffic.family]
    own = compiled.rule.remote_addresses
    found = _addresses(own, traffic, ConditionKind.REMOTE_ADDRESS, number)
    if found is None and compiled.rule.local_only_mapped and compiled.action is not Action.BLOCK:
        return _LOCAL_ONLY_MAPPED
    return found


def _from_any(rule: FirewallRule, action: Action) -> Mapping[int, Conditions | None]:
    """By family, whether a rule's condition on the remote address is met by any."""
    kind, own = ConditionKind.REMOTE_ADDRESS, rule.remote_addresses
    other = _LOCAL_ONLY_MAPPED if rule.local_only_mapped and action is not Action.BLOCK else None
    found = {family: _any_address(own, family, kind) for family in (4, 6)}
    return {family: other if each is None else each for family, each in found.items()}


def _local_addresses(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    condition = compiled.rule.local_addresses
    if not condition:
        return YES
    kind = ConditionKind.LOCAL_ADDRESS
    if traffic.local_number is not None or not traffic.local_numbers:
        return _addresses(condition, traffic, kind, traffic.local_number)
    inside = [condition.contains(traffic.family, number) for number in traffic.local_numbers]
    if all(inside):
        return YES
    return (Condition(kind, ", ".join(condition.texts())),) if any(inside) else None


def _remote_port(compiled: CompiledRule, _traffic: Traffic) -> Conditions:
    ports = compiled.rule.remote_ports
    # A client does not choose its port in advance.
    if not ports or ports.numbers.ranges == _ALL_PORTS:
        return YES
    return (Condition(ConditionKind.REMOTE_PORT, str(ports)),)


def _port_of_destination(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    ports, port = compiled.rule.remote_ports, traffic.port
    if not ports or (port is not None and port in ports.numbers):
        return YES
    if compiled.rule.local_only_mapped and compiled.action is not Action.BLOCK:
        return _LOCAL_ONLY_MAPPED
    if port is None:
        return None
    return _keyword_ports(compiled, ports.keywords, port, ConditionKind.REMOTE_PORT)


def _port_of_sender(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    ports = compiled.rule.local_ports
    if not ports or ports.numbers.ranges == _ALL_PORTS:
        return YES
    if traffic.port is None:
        return None  # of a protocol without ports
    # Windows chooses the port of most clients; and there are no keywords for it ([MS-FASP] 2.2.37).
    if traffic.client_port is None or ports.keywords:
        return (Condition(ConditionKind.LOCAL_PORT, str(ports)),)
    return YES if traffic.client_port in ports.numbers else None


def _icmp(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    rule = compiled.rule
    if not rule.icmp_types:
        return YES
    asked = traffic.icmp
    if asked is None:
        types = in_icmp_order(rule.icmp_types)
        text = ", ".join(str(kind) if code is None else f"{kind}:{code}" for kind, code in types)
        return (Condition(ConditionKind.ICMP, text),)
    return YES if {(asked[0], None), asked} & rule.icmp_types else None


def _interface(compiled: CompiledRule, traffic: Traffic) -> Conditions | None:
    rule = compiled.rule
    found = []
    if rule.interfaces:
        interface = traffic.network.interface_id
        if interface is None:
            found.append(Condition(ConditionKind.INTERFACE, compiled.adapters))
        elif ascii_upper(interface) not in rule.interfaces:
            return None
    if rule.interface_types:
        kind = traffic.network.interface_type
        if kind is None:
            names = ", ".join(sorted(each.value for each in rule.interface_types))
            found.append(Condition(ConditionKind.INTERFACE_TYPE, names))
        elif kind not in rule.interface_types:
            return None
    return tuple(found)


_Check: TypeAlias = Callable[[CompiledRule, Traffic], "Conditions | None"]
_ABOUT_PROGRAM: tuple[_Check, ...] = (_program, _service, _package)
# In the order in which conditions are named: before that on the remote address, and behind it. Most
# rules fail one of the first.
_CHECKS = (*_ABOUT_PROGRAM, local_port), (_local_addresses, _remote_port, _icmp, _interface)
# Of outbound traffic, it is the remote port that is known.
_OUTBOUND_CHECKS = (
    (*_ABOUT_PROGRAM, _port_of_destination),
    (_local_addresses, _port_of_sender, _icmp, _interface),
)
