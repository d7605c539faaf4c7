# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Divides the remote addresses that an inbound rule is for into parts that the firewall treats
alike, by all rules and settings, address by address.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..judging.decision import ProfileVerdict, VerdictState
from ..judging.evidence import Around, RulesAround
from ..judging.matching import ConditionKind
from ..judging.traffic import Listener, Traffic
from ..judging.verdict import Firewall
from ..policy.addresses import OF_NO_OTHER, Interval, common, merge, without
from ..policy.rule import FirewallRule
from ..policy.stores import Store
from ..policy.vocabulary import Action
from ..reach.spans import LAST
from ..reach.sweep import Sweep, Work, verdict_at

LOCAL_SUBNET = "LocalSubnet"
#: Every Windows has dozens of rules that harden services.
HARDENING = frozenset({Store.STATIC_SERVICE, Store.CONFIGURABLE_SERVICE})
_OF_PROGRAMS = frozenset({ConditionKind.PROGRAM, ConditionKind.SERVICE})
# How many parts with rules of their own are told apart. Real hosts have a few.
_MOST_APART = 32


@dataclass(frozen=True, slots=True)
class Addresses:
    """The remote addresses of one family that a rule is for.

    `certain` are within the rule, `doubtful` may be: they are in subnets of which it is unknown
    whether Windows counts them as local. `words` are keywords whose addresses Windows alone knows.
    """

    certain: tuple[Interval, ...]
    doubtful: tuple[Interval, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the `Addresses` of a rule, and the verdict on each of them.

    With `by_several`, only the state of the verdict is that of each: more rules decide than are
    told apart. `everywhere` says that the verdict holds for all addresses of the family.
    """

    certain: tuple[Interval, ...]
    doubtful: tuple[Interval, ...]
    verdict: ProfileVerdict
    by_several: bool = False
    everywhere: bool = False


def addresses_of(rule: FirewallRule, asked: Traffic) -> Addresses:
    """The remote addresses of a family that a rule is for, by the network of the traffic."""
    family = asked.family
    own = rule.remote_addresses
    words = own.keywords(family)
    certain = own.intervals(family) if own else ((0, LAST[family]),)
    doubtful: tuple[Interval, ...] = ()
    if LOCAL_SUBNET in words and asked.subnets:
        words = words - {LOCAL_SUBNET}
        certain += asked.subnets
        doubtful = without(asked.perhaps_local, certain)
    # What comes from the host itself is never filtered.
    no_other = OF_NO_OTHER[family]
    return Addresses(without(certain, no_other), without(doubtful, no_other), words)


def parts(firewall: Firewall, rules: RulesAround, of_rule: Addresses, work: Work) -> list[Part]:
    """The parts of the addresses of a rule.

    Args:
        rules: those that match the traffic apart from its remote address.
        work: the limit on the work.

    Raises:
        TooMuchWorkError: that limit is reached.
    """
    size = 1 + len(rules.ordinary) + len(rules.restricting)
    work.take(size)
    verdict = verdict_at(firewall, rules, None)
    certain = verdict.state in (VerdictState.ALLOWED, VerdictState.BLOCKED)
    # What is certain of any address is certain of each.
    if certain or not rules.depend_on_remote:
        return [Part(of_rule.certain, of_rule.doubtful, verdict, everywhere=True)]
    alike: dict[tuple[VerdictState, int | None], list[Interval]] = {}
    asked = iter(merge((*of_rule.certain, *of_rule.doubtful)))
    ahead = next(asked, None)
    for each in Sweep(firewall, rules, work).parts():
        while ahead is not None and ahead[1] < each.first:
            ahead = next(asked, None)
        if ahead is None or ahead[0] > each.last:
            continue
        kind: tuple[VerdictState, int | None] = each.state, each.pattern
        if kind not in alike and len(alike) >= _MOST_APART:
            kind = each.state, None
        alike.setdefault(kind, []).append((each.first, each.last))
    found = []
    for (_state, pattern), intervals in alike.items():
        inside = common(intervals, of_rule.certain), common(intervals, of_rule.doubtful)
        first = next((first for either in inside for first, _last in either), None)
        if first is not None:
            work.take(size)
            verdict = verdict_at(firewall, rules, first)
            found.append(Part(*inside, verdict, by_several=pattern is None))
    return found


def without_unknown_services(firewall: Firewall, listener: Listener, asked: Traffic) -> RulesAround:
    """The rules that match traffic to a listener apart from its remote address. If it is unknown
    what listens, those are left out that harden single services of Windows: what allows a port to
    any program does so although they limit a few."""
    rules = firewall.around(asked)
    if listener.program is not None and listener.services is not None:
        return rules
    return rules.without(_limits_another)


def _limits_another(around: Around) -> bool:
    compiled = around.compiled
    limits = compiled.store in HARDENING and compiled.action is Action.BLOCK
    return limits and any(each.kind in _OF_PROGRAMS for each in (*around.before, *around.behind))


def hangs_on_local_subnet(rules: RulesAround) -> bool:
    """Whether some of the rules are for the local subnet, which the host's addresses tell."""
    family = rules.asked.family
    every = (*rules.ordinary, *rules.restricting)
    return any(
        LOCAL_SUBNET in each.compiled.rule.remote_addresses.keywords(family) for each in every
    )
