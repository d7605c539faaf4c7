# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far the ports of an inbound rule are open on a network: from where they can be reached, and
from where it is otherwise than the rule asks for, with what decides there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from ...words.phrases import Phrase
from ..judging.matching import ConditionKind
from ..judging.traffic import Listener
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.addresses import Interval, merge
from ..policy.rule import FirewallRule
from ..policy.vocabulary import Action
from ..reach.sets import Reach, Who, reach
from ..reach.spans import Spans
from ..reach.sweep import TooMuchWorkError, Work
from .by_address import without_unknown_services
from .model import Left, Opening
from .parts_of_traffic import represented


class Opened:
    """Finds how far the ports of a rule are open.

    Args:
        listeners: those that represent the ports of the rule.
        work: the limit on the work.
        goal: what the rule asks for.
    """

    def __init__(
        self,
        rule: FirewallRule,
        firewall: Firewall,
        listeners: Sequence[Listener],
        work: Work,
        goal: Action,
    ) -> None:
        self._firewall = firewall
        self._ports = represented(rule, listeners)
        self._work = work
        self._opens = goal is Action.ALLOW

    def ports_of(self, listener: Listener) -> Interval:
        """The first and the last of the ports that a listener stands for."""
        return self._ports[listener.protocol, listener.port or 0]

    def on(self, listener: Listener, network: Network, left: tuple[Left, ...]) -> Opening:
        """How far the ports that a listener stands for are open on a network.

        Args:
            left: what is otherwise than asked for.
        """
        around = partial(without_unknown_services, self._firewall, listener)
        found: Reach | None = None
        with suppress(TooMuchWorkError):
            found = reach(self._firewall, listener, network, self._work, around)
        ports = self.ports_of(listener)
        return Opening(
            network, listener.protocol, (ports,), found, left, self._opens, listener.program
        )


def open_conditions(opening: Opening) -> frozenset[ConditionKind]:
    """The kinds of the conditions on which it depends from where ports can be reached."""
    verdicts = [each.verdict for each in opening.reach.perhaps] if opening.reach else []
    return frozenset(
        condition.kind
        for verdict in verdicts
        for rule in (*verdict.requires, *verdict.restricted_to, *verdict.unless)
        for condition in rule.conditions
    )


def hangs_on_families(opening: Opening) -> bool:
    """Whether it depends on the families of the host's addresses what is told of the certain ones:
    they are of several families, or all of one."""
    found = opening.reach
    if found is None or len(found.families) == 1 or found.who is Who.EVERYBODY:
        return False
    here = [each for each in found.families if found.certain.intervals(each)]
    whole = Spans.everything(here)
    return len(here) > 1 or (bool(here) and found.certain == whole)


def left_over(families: Iterable[Iterable[Left]]) -> tuple[Left, ...]:
    """What is left over in several families: one for each reason."""
    found: dict[Phrase, Left] = {}
    for each in (each for family in families for each in family):
        known = found.get(each.reason)
        if known is not None:
            words = tuple(dict.fromkeys((*known.words, *each.words)))
            each = Left(known.addresses | each.addresses, words, each.reason)
        found[each.reason] = each
    return tuple(found.values())


def together(openings: Iterable[Opening], *, of_program: bool) -> tuple[Opening, ...]:
    """Ports of which the same is to be said in one. What listens is named only where several
    programs listen at a port, and not the same is to be said of each."""
    every = list(openings)
    answers: dict[tuple[object, ...], set[Opening]] = {}
    for each in every:
        key = each.network, each.protocol, each.ports
        answers.setdefault(key, set()).add(replace(each, program=None))
    found: dict[Opening, list[Opening]] = {}
    for each in every:
        alone = not of_program and len(answers[each.network, each.protocol, each.ports]) == 1
        kind = replace(each, ports=(), program=None if alone else each.program)
        found.setdefault(kind, []).append(each)
    return tuple(
        replace(kind, ports=merge(one for each in alike for one in each.ports))
        for kind, alike in found.items()
    )
