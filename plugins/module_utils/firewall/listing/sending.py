# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""May what an outbound rule allows leave, and if not, which rules keep it?

The ports that the rule is for are divided where those of block rules begin or end; one of each part
represents it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ...ground.names import same_name
from ...words.phrases import Phrase
from ..effects.answer import LIMITS, without_hardening
from ..judging.decision import Decision, ProfileVerdict, Requirement, VerdictState
from ..judging.traffic import Sender
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.rule import FirewallRule
from ..policy.stores import ORDINARY, Store, all_rules
from ..policy.vocabulary import TCP, UDP, Action, Direction
from ..reach.sweep import Work

# How many parts of its ports are judged. Real hosts have a few block rules for outbound traffic.
_MOST_PORTS = 64
_EVERY_PORT = ((1, 65_535),)
# A verdict takes as long as so many parts of addresses (measured; see `effects.effect`).
_OF_VERDICT = 150


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a part of the traffic leaves as the rule says, None if that hangs on what can't be
    judged here. `by` are the rules that decide otherwise, or may do so."""

    effective: bool | None
    reason: Phrase
    by: tuple[Decision | Requirement, ...] = ()


def answer(
    firewall: Firewall, store: Store, rule: FirewallRule, network: Network, work: Work
) -> list[Answer]:
    """The answers about each part of the traffic that a rule allows on a network. Rules that have
    the same parts, such as those of apps, cost no more than one of them.

    Raises:
        TooMuchWorkError: it was all done before.
    """

    def verdict(sender: Sender) -> ProfileVerdict:
        work.take(_OF_VERDICT)
        return firewall.outbound(sender, network)

    def is_own(other: Decision | Requirement) -> bool:
        return other.store is store and same_name(other.rule_id, rule.rule_id)

    def of(verdict: ProfileVerdict) -> Answer:
        verdict = without_hardening(verdict)
        if verdict.state is VerdictState.ALLOWED:
            return Answer(True, verdict.phrase)
        if verdict.state is VerdictState.BLOCKED:
            return Answer(False, verdict.phrase, (verdict.decision,))
        against = (*verdict.unless, *verdict.restricted_to)
        if verdict.state is VerdictState.CONDITIONAL and not against:
            own = [each for each in verdict.requires if is_own(each)]
            if any({one.kind for one in each.conditions} <= LIMITS for each in own):
                return Answer(True, verdict.phrase)
        return Answer(None, verdict.phrase, against)

    return [
        of(work.once((each, network), partial(verdict, each))) for each in _senders(firewall, rule)
    ]


def _senders(firewall: Firewall, rule: FirewallRule) -> Iterator[Sender]:
    path = rule.program
    if path is not None:
        path = firewall.environment.expand(path) or path
    services = (rule.service,) if rule.service not in (None, "*") else None
    packaged = None if rule.package_sid or rule.package_family else False
    for protocol in (TCP, UDP) if rule.protocol is None else (rule.protocol,):
        ports = _ports(firewall, rule) if protocol in (TCP, UDP) else [None]
        for port in ports:
            yield Sender(protocol, port, path, services, packaged)


def _ports(firewall: Firewall, rule: FirewallRule) -> list[int | None]:
    own = rule.remote_ports
    if own.keywords and not own.numbers.ranges:
        return [None]
    ranges = own.numbers.ranges or _EVERY_PORT
    found = {first for first, _last in ranges}
    for other in all_rules(firewall.stores, ORDINARY):
        if other.enabled and other.action is Action.BLOCK and other.direction is Direction.OUT:
            for first, last in other.remote_ports.numbers.ranges:
                found |= {
                    port
                    for port in (first, last + 1)
                    if any(begin <= port <= end for begin, end in ranges)
                }
    return list(sorted(found)[:_MOST_PORTS])
