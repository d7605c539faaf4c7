# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that would let traffic in but for one condition: someone set them up, with a mistake.

A rule is considered only if it names the port's number or the listener's program: any store has
many rules that miss a given port by one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...firewall.judging import matching
from ...firewall.judging.traffic import Listener, Network, Traffic, TrafficError, ask
from ...firewall.judging.verdict import Firewall
from ...firewall.policy.addresses import AddressError
from ...firewall.policy.rule import NO_ADDRESSES, FirewallRule
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import Direction
from .model import CauseKind
from .rule_book import RuleBook


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would let the traffic in, and the condition that prevents it."""

    kind: CauseKind
    rule: FirewallRule
    store: Store


_Relax = Callable[[FirewallRule, Traffic], FirewallRule]

# The condition that is removed from a rule to see whether it alone is in the way, in the order of
# likelihood: of several near misses, the first kind is reported.
_RELAXED: Mapping[CauseKind, _Relax] = {
    CauseKind.RULE_FOR_OTHER_PROFILE: lambda rule, asked: replace(rule, profiles=frozenset()),
    CauseKind.RULE_DISABLED: lambda rule, asked: replace(rule, active=True),
    CauseKind.RULE_FOR_OTHER_PROGRAM: lambda rule, asked: replace(rule, program=None),
    CauseKind.RULE_FOR_OTHER_SERVICE: lambda rule, asked: replace(rule, service=None),
    CauseKind.RULE_FOR_OTHER_REMOTE: lambda rule, asked: replace(
        rule, remote_addresses=NO_ADDRESSES
    ),
    CauseKind.RULE_FOR_OTHER_PROTOCOL: lambda rule, asked: replace(
        rule, protocol=asked.listener.protocol
    ),
    CauseKind.RULE_OUTBOUND: lambda rule, asked: replace(rule, direction=Direction.IN),
    CauseKind.RULE_FOR_OTHER_ADDRESS: lambda rule, asked: replace(
        rule, local_addresses=NO_ADDRESSES
    ),
    CauseKind.RULE_FOR_OTHER_INTERFACE: lambda rule, asked: replace(
        rule, interfaces=frozenset(), interface_types=frozenset()
    ),
}
# These are meaningful only for a rule that names the port.
_NAMED_ONLY = frozenset(
    {
        CauseKind.RULE_FOR_OTHER_SERVICE,
        CauseKind.RULE_FOR_OTHER_PROTOCOL,
        CauseKind.RULE_OUTBOUND,
    }
)


def near_misses(
    book: RuleBook, firewall: Firewall, listener: Listener, network: Network, remote: str
) -> tuple[NearMiss, ...]:
    """The rules that would let traffic reach a listener but for one condition, the likeliest
    mistake first. Empty for an impossible question."""
    try:
        asked = ask(listener, network, remote, firewall.environment)
    except (TrafficError, AddressError):
        return ()
    named = book.naming(listener)
    others = [each for each in book.of_program(listener) if each not in named]
    found = [
        NearMiss(kind, rule, store)
        for kind, relax in _RELAXED.items()
        for store, rule in (named if kind in _NAMED_ONLY else [*named, *others])
        if (relaxed := relax(rule, asked)) != rule and _lets_in(firewall, relaxed, store, asked)
    ]
    return tuple(found)


def _lets_in(firewall: Firewall, rule: FirewallRule, store: Store, asked: Traffic) -> bool:
    if not rule.active or rule.direction is Direction.OUT:
        return False
    if rule.profiles and asked.network.profile not in rule.profiles:
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
