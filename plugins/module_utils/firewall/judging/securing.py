# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which traffic has to be authenticated by IPsec, although rules allow it.

Whether the other side speaks IPsec can't be judged here, so such traffic is neither allowed nor
blocked with certainty.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..policy.besides_rules import Demand
from ..policy.stores import FirewallStores, Store
from ..policy.vocabulary import Action
from .decision import Requirement
from .evidence import SecurityAround, SecurityMatch, all_around
from .matching import Condition, ConditionKind, Conditions
from .rule_index import Compiler
from .traffic import Traffic

_UNAUTHENTICATED = Condition(ConditionKind.UNAUTHENTICATED, "IPsec")

# What traffic without IPsec does not meet either.
_MET_BY_IPSEC = frozenset({ConditionKind.AUTHENTICATION, ConditionKind.REMOTE_ACCOUNT})

# How many rules a verdict names.
_NAMED = 20


def unless_secured(conditions: Conditions) -> Conditions:
    """The conditions under which a firewall rule that demands IPsec blocks traffic, of those under
    which it allows it."""
    others = (each for each in conditions if each.kind not in _MET_BY_IPSEC)
    return (*others, _UNAUTHENTICATED)


class Security:
    """The connection security rules of a host.

    Args:
        stores: what was read from the host.
        compiler: compiles rules for the host.
        outbound: the direction of the traffic.
    """

    def __init__(
        self,
        stores: FirewallStores,
        compiler: Compiler,
        *,
        outbound: bool = False,
    ) -> None:
        # What only inbound traffic has to be is not asked of outbound traffic, which is then sent
        # in the clear if need be ([MS-FASP] 2.2.52, SECURE_SERVER).
        counting = {Demand.AUTHENTICATED, Demand.EXEMPT} | (set() if outbound else {Demand.INBOUND})
        self._rules = [
            (store, rule.demand, [each for way in ways if (each := compiler.compiled(way, store))])
            for store, rules in stores.security.items()
            for rule in rules
            for ways in [rule.ways_out if outbound else rule.ways]
            if ways[0].enabled and rule.demand in counting
        ]

    @property
    def names_ports(self) -> bool:
        """Whether one of them is for certain ports."""
        return any(way.rule.local_ports for _store, _demand, ways in self._rules for way in ways)

    def around(self, asked: Traffic) -> list[SecurityAround]:
        """The rules that match traffic in one of their ways, apart from its remote address."""
        found = (
            SecurityAround(store, demand, all_around(ways, asked))
            for store, demand, ways in self._rules
        )
        return [each for each in found if each.ways]


def demands(matches: Iterable[SecurityMatch], *, local: bool) -> tuple[Requirement, ...]:
    """Those of the rules that match traffic that drop it in the clear. `local`: the local rules
    count too."""
    found: list[Requirement] = []
    for match in matches:
        if match.store is Store.LOCAL and not local:
            continue
        if match.demand is not Demand.EXEMPT:
            found.append(_requirement(match))
        elif not match.conditions:
            # An exemption goes before the rules that demand something (Microsoft, "Create an
            # Authentication Exemption List Rule").
            return ()
    return tuple(found[:_NAMED])


def _requirement(match: SecurityMatch) -> Requirement:
    return Requirement(
        match.way.rule.rule_id,
        match.way.rule.label,
        match.store,
        Action.BLOCK,
        unless_secured(match.conditions),
        is_security_rule=True,
    )
