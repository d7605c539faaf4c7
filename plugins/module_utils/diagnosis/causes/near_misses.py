# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that would let traffic in but for one condition: someone set them up, with a mistake.

A rule is considered only if it names the port's number or the listener's program: any store has
many rules that miss a given port by one condition. Windows has several rules for some ports, each
for a feature of its own; the one that it has for the port's usual service comes before the others,
and one for another feature is not to be enabled for the sake of the port.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...asked import well_known
from ...firewall.judging import matching
from ...firewall.judging.traffic import Listener, Traffic, TrafficError, ask, families
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.policy.addresses import AddressError
from ...firewall.policy.rule import NO_ADDRESSES, FirewallRule
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import TCP, UDP, Direction
from ...ground.model import Protocol
from ...ground.names import name_key
from .model import CauseKind
from .rule_book import RuleBook, StoredRule


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would let the traffic in, and the condition that prevents it."""

    kind: CauseKind
    rule: FirewallRule
    store: Store


@dataclass(frozen=True, slots=True)
class Nearest:
    """A rule that would let the traffic in if it were changed in several ways, and what is in the
    way, in the order of likelihood."""

    kinds: tuple[CauseKind, ...]
    rule: FirewallRule
    store: Store


_PROTOCOLS = {TCP: Protocol.TCP, UDP: Protocol.UDP}

# The condition that is removed from a rule to see whether it alone is in the way, as the fields
# that are set, in the order of likelihood: of several near misses, the first kind is reported.
_RELAXED: Mapping[CauseKind, Callable[[Traffic], Mapping[str, Any]]] = {
    CauseKind.RULE_FOR_OTHER_PROFILE: lambda asked: {"profiles": frozenset()},
    CauseKind.RULE_DISABLED: lambda asked: {"active": True},
    CauseKind.RULE_FOR_OTHER_PROGRAM: lambda asked: {"program": None},
    CauseKind.RULE_FOR_OTHER_SERVICE: lambda asked: {"service": None},
    CauseKind.RULE_FOR_OTHER_REMOTE: lambda asked: {"remote_addresses": NO_ADDRESSES},
    CauseKind.RULE_FOR_OTHER_PROTOCOL: lambda asked: {"protocol": asked.protocol},
    CauseKind.RULE_OUTBOUND: lambda asked: {"direction": Direction.IN},
    CauseKind.RULE_FOR_OTHER_ADDRESS: lambda asked: {"local_addresses": NO_ADDRESSES},
    CauseKind.RULE_FOR_OTHER_INTERFACE: lambda asked: {
        "interfaces": frozenset(),
        "interface_types": frozenset(),
    },
}
# These are meaningful only for a rule that names the port.
_NAMED_ONLY = frozenset(
    {
        CauseKind.RULE_FOR_OTHER_SERVICE,
        CauseKind.RULE_FOR_OTHER_PROTOCOL,
        CauseKind.RULE_OUTBOUND,
    }
)

# A rule for another protocol, or for outgoing traffic, that has something else in the way too, is
# not meant for the port; nor is one with more than this in the way.
_NEVER_BESIDES = frozenset({CauseKind.RULE_FOR_OTHER_PROTOCOL, CauseKind.RULE_OUTBOUND})
_MOST_IN_THE_WAY = 3
# How many rules are looked at for it. Real hosts have a handful that name a port or a program.
_MOST_LOOKED_AT = 50


def near_misses(
    book: RuleBook, firewall: Firewall, listener: Listener, network: Network, remote: str
) -> tuple[NearMiss, ...]:
    """The rules that would let traffic reach a listener but for one condition, the likeliest
    mistake first. Empty for an impossible question."""
    named, others = _rules_about(book, listener)
    asked = _traffic(firewall, listener, network, remote) if named or others else ()
    made = [each for each in named if _is_made_for(listener, *each)]
    found = [
        # It is needed, from wherever traffic comes: whom else it has to let in is another question.
        NearMiss(CauseKind.RULE_DISABLED, rule, store)
        for store, rule in made
        if not rule.active
        and any(
            _lets_in(
                firewall, replace(rule, active=True, remote_addresses=NO_ADDRESSES), store, each
            )
            for each in asked
        )
    ]
    found += [
        NearMiss(kind, rule, store)
        for kind, relax in _RELAXED.items()
        for store, rule in (named if kind in _NAMED_ONLY else [*named, *others])
        if kind is not CauseKind.RULE_DISABLED or not _is_for_another_purpose(book, rule)
        if any(_is_in_the_way(firewall, rule, store, relax(each), each) for each in asked)
    ]
    return tuple(sorted(found, key=lambda each: _rank(each, made)))


def nearest(
    book: RuleBook, firewall: Firewall, listener: Listener, network: Network, remote: str
) -> Nearest | None:
    """The rule that lacks the least to let traffic reach a listener, where none is a near miss;
    None if all are too far from that, or for an impossible question.

    Windows' own rules count only if they are for the port's usual service.
    """
    named, others = _rules_about(book, listener)
    asked = _traffic(firewall, listener, network, remote) if named or others else ()
    found = [
        Nearest(kinds, rule, store)
        for store, rule in [
            each
            for each in (*named, *others)
            if not each[1].is_windows_own or _is_made_for(listener, *each)
        ][:_MOST_LOOKED_AT]
        for kinds in [
            _in_the_way(firewall, rule, store, each, named=(store, rule) in named) for each in asked
        ]
        if 2 <= len(kinds) <= _MOST_IN_THE_WAY
    ]
    # Of those that lack as much, the first.
    return min(found, key=lambda each: (each.rule.is_windows_own, len(each.kinds)), default=None)


def _rules_about(book: RuleBook, listener: Listener) -> tuple[list[StoredRule], list[StoredRule]]:
    """The rules that name a listener's port, and the others that name its program."""
    named = sorted(book.naming(listener), key=_place)
    return named, sorted(
        (each for each in book.of_program(listener) if each not in named), key=_place
    )


def _traffic(
    firewall: Firewall, listener: Listener, network: Network, remote: str
) -> Sequence[Traffic]:
    """The traffic that is meant, by family; empty for an impossible question."""
    try:
        return [
            ask(listener, network, remote, firewall.environment, family)
            for family in families(listener, network, remote)
        ]
    except (TrafficError, AddressError):
        return ()


def _in_the_way(
    firewall: Firewall, rule: FirewallRule, store: Store, asked: Traffic, *, named: bool
) -> tuple[CauseKind, ...]:
    """The conditions of a rule that keep traffic out, each of them even without the others; empty
    if it lets the traffic in, or would not without them."""
    without = {
        kind: relax(asked)
        for kind, relax in _RELAXED.items()
        if kind not in _NEVER_BESIDES and (named or kind not in _NAMED_ONLY)
    }

    def lets_in(kinds: Collection[CauseKind]) -> bool:
        fields = {name: value for kind in kinds for name, value in without[kind].items()}
        return _lets_in(firewall, replace(rule, **fields), store, asked)

    if not lets_in(without):
        return ()
    return tuple(kind for kind in without if not lets_in(without.keys() - {kind}))


def _place(stored: StoredRule) -> tuple[int, str, str]:
    """The place of a rule among others: hosts list them in any order."""
    store, rule = stored
    return list(Store).index(store), rule.name or "", rule.rule_id


def _rank(near: NearMiss, made: Collection[StoredRule]) -> int:
    """Somebody's own rule first, and of Windows' own those that it has for the port's service."""
    if not near.rule.is_windows_own:
        return 0
    return 1 if (near.store, near.rule) in made else 2


def _is_made_for(listener: Listener, store: Store, rule: FirewallRule) -> bool:
    protocol = _PROTOCOLS.get(listener.protocol)
    if store is not Store.LOCAL or listener.port is None or protocol is None:
        return False
    begins = well_known.rule_of_windows(listener.port, protocol)
    if begins is None or not rule.is_windows_own:
        return False
    key = name_key(rule.rule_id)
    return key == name_key(begins) or key.startswith(f"{name_key(begins)}-")


def _is_for_another_purpose(book: RuleBook, rule: FirewallRule) -> bool:
    """Whether it is one of Windows' own rules, for a feature that happens to use the port: what
    such a rule names besides is only the program that runs services of all kinds."""
    return rule.is_windows_own and book.is_shared(rule.program)


def _is_in_the_way(
    firewall: Firewall, rule: FirewallRule, store: Store, without: Mapping[str, Any], asked: Traffic
) -> bool:
    """Whether a rule lets traffic in once these fields are set, and not before."""
    if all(getattr(rule, name) == value for name, value in without.items()):
        return False
    # Of hundreds of rules nearly all have more than this in the way, and a changed rule costs more
    # than a look at it.
    if (
        (not rule.active and "active" not in without)
        or (rule.direction is Direction.OUT and "direction" not in without)
        or (not _is_for(rule, asked) and "profiles" not in without)
    ):
        return False
    relaxed = replace(rule, **without)
    return _lets_in(firewall, relaxed, store, asked) and not _lets_in(firewall, rule, store, asked)


def _is_for(rule: FirewallRule, asked: Traffic) -> bool:
    return not rule.profiles or asked.network.profile in rule.profiles


def _lets_in(firewall: Firewall, rule: FirewallRule, store: Store, asked: Traffic) -> bool:
    if not rule.active or rule.direction is Direction.OUT or not _is_for(rule, asked):
        return False
    stores = firewall.stores
    compiled = matching.compile_rule(
        rule,
        store,
        firewall.environment,
        windows_version=stores.windows_version,
        policy_version=stores.policy_version,
    )
    return compiled is not None and matching.match(compiled, asked) == matching.YES
