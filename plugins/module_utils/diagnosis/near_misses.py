# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that would let traffic in but for one condition: what somebody has set up and got wrong.

A rule is looked at only if it is about the port by its number, or about the listener's program:
a store is full of rules that differ from any port in one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..firewall import matching
from ..firewall.addresses import AddressError
from ..firewall.rule import NO_ADDRESSES, FirewallRule
from ..firewall.stores import Store
from ..firewall.traffic import Listener, Network, Traffic, TrafficError, ask
from ..firewall.verdict import Firewall
from ..firewall.vocabulary import Action, Direction
from .model import CauseKind

# Rules of all three count together ([MS-FASP] 3.1.3); a person can change those of the first.
_STORES = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)
# A rule for more ports is hardly meant for one of them.
_MOST_PORTS = 64


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would let the traffic in, and what keeps it from doing so."""

    kind: CauseKind
    rule: FirewallRule
    store: Store


_Relax = Callable[[FirewallRule, Traffic], FirewallRule]

# What is taken away of a rule to see whether that alone is in the way. The order is that of
# likelihood: of several near misses the first kind is told.
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
# These say something only of a rule that names the port.
_NAMED_ONLY = frozenset(
    {
        CauseKind.RULE_FOR_OTHER_SERVICE,
        CauseKind.RULE_FOR_OTHER_PROTOCOL,
        CauseKind.RULE_OUTBOUND,
    }
)


def near_misses(
    firewall: Firewall, listener: Listener, network: Network, remote: str
) -> tuple[NearMiss, ...]:
    """The rules that would let traffic reach a listener but for one condition, the likeliest
    mistake first. Empty for a question that makes no sense."""
    try:
        asked = ask(listener, network, remote, firewall.environment)
    except (TrafficError, AddressError):
        return ()
    found = [
        NearMiss(kind, rule, store)
        for store in _STORES
        for rule in firewall.stores.of(store)
        for kind in _kinds(firewall, rule, store, asked)
    ]
    order = list(_RELAXED)
    return tuple(sorted(found, key=lambda each: order.index(each.kind)))


def _kinds(
    firewall: Firewall, rule: FirewallRule, store: Store, asked: Traffic
) -> Iterator[CauseKind]:
    if rule.action is not Action.ALLOW:
        return
    named = _names(rule, asked)
    if not named and not _is_of_program(firewall, rule, asked):
        return
    for kind, relax in _RELAXED.items():
        if kind in _NAMED_ONLY and not named:
            continue
        relaxed = relax(rule, asked)
        if relaxed != rule and _lets_in(firewall, relaxed, store, asked):
            yield kind


def _names(rule: FirewallRule, asked: Traffic) -> bool:
    numbers = rule.local_ports.numbers
    return asked.listener.port in numbers and len(numbers) <= _MOST_PORTS


def _is_of_program(firewall: Firewall, rule: FirewallRule, asked: Traffic) -> bool:
    """Whether a rule is for the listener's program, or for one of that name in another folder.
    That many things run in a service host says nothing of any of them."""
    if rule.program is None or asked.program is None:
        return False
    path = (firewall.environment.expand(rule.program) or rule.program).casefold()
    name = path.rpartition("\\")[2]
    return name == asked.program.rpartition("\\")[2] and name not in ("svchost.exe", "system")


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
