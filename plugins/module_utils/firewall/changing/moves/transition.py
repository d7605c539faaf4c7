# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes one rule into another in steps that may be interrupted anywhere.

A rule matches the traffic that meets all of its CIM objects, and a step changes one object. In
between, the host may let in what the old or the new rule lets in, but no more; and what both of
them block stays blocked. So:

1. Each object is narrowed to what both rules match. All states are within the old rule.
2. At most one object may have no such common ground, or none that can be written. It changes from
   old to new at once: before that, the rule is within the old one, afterwards within the new one.
3. Each object is widened to the new rule. All states are within the new rule.

This also holds for a rule that blocks: it always blocks what both match. If several objects have no
common ground, a rule that allows is paused. A rule that blocks is paused only if old and new have
nothing in common at all.

No intermediate state is a rule that Windows refuses (`desired.is_possible`), such as an outbound
rule with ports that only inbound rules have: objects change in an order that avoids it. If that
conflicts with the law above, a rule that allows is paused as well, and a rule that blocks changes
from old to new object by object, so it blocks more for a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from ....words.phrases import Phrase
from ...parts.cim_values import Values
from ...parts.desired import is_possible
from ...parts.table import RULE, doubts
from ...policy.environment import Environment
from ...policy.rule import FirewallRule
from ...policy.vocabulary import Action
from . import common_ground
from .common_ground import Common
from .steps import PARTS, Move, PutRule, Stage, put, switch, with_parts


class NoSafeWayError(ValueError):
    """Every sequence of steps has a state that is objected to; `classes` are the objects that have
    to change at the same time."""

    def __init__(self, classes: Sequence[str]) -> None:
        super().__init__(", ".join(classes))
        self.classes = tuple(classes)


def stages(
    before: FirewallRule,
    after: FirewallRule,
    environment: Environment | None = None,
    objects_to: Callable[[FirewallRule], bool] = lambda state: False,
) -> tuple[Stage, ...]:
    """Plan how one rule becomes another with the same id.

    Args:
        environment: where Windows and programs live, to compare paths.
        objects_to: whether the rule must not be in a given state in between.

    Raises:
        NoSafeWayError: every sequence of steps has a state that is objected to.
    """
    changed = [name for name in PARTS if put(before, with_active(after, before), name, environment)]
    if not before.enabled or not after.enabled:
        return _switched(before, after, changed, environment)
    if len(changed) == 1:
        return (tuple(_puts(before, after, changed, environment)),)
    refused: tuple[Stage, ...] | None = None
    for way in _ways(before, after, changed, environment or Environment()):
        # Whether the new rule is allowed is not checked here.
        states = [move.state for stage in way for move in stage if move.state][:-1]
        if any(map(objects_to, states)):
            continue
        known = doubts(before) + doubts(after)
        if all(_is_fine(state, known) for state in states) or not is_possible(before):
            return way
        refused = refused or way
    if refused is not None:
        # There is no other way. The host may accept it, and if not, it says why.
        return refused
    raise NoSafeWayError(changed)


def _is_fine(state: FirewallRule, known: Collection[Phrase]) -> bool:
    """Whether Windows accepts a rule, as far as it is known, where the old or the new one is
    doubtful for these reasons anyway."""
    return is_possible(state) and all(each in known for each in doubts(state))


def with_active(rule: FirewallRule, other: FirewallRule) -> FirewallRule:
    """A rule that is enabled or disabled like another one."""
    return rule.but(active=other.active)


def _switched(
    before: FirewallRule,
    after: FirewallRule,
    changed: Sequence[str],
    environment: Environment | None,
) -> tuple[Stage, ...]:
    """A rule that is disabled before or afterwards is changed while it is disabled."""
    off = before.but(active=False)
    puts = tuple(_puts(off, after, changed, environment))
    found: list[Stage] = []
    if before.enabled:
        if changed == [RULE]:
            # One object: it is disabled together with its other changes.
            (move,) = puts
            values = _values(move) | _values(switch(off))
            return ((Move(PutRule(before.rule_id, values), move.state),),)
        found.append((switch(off),))
    if puts:
        found.append(puts)
    if after.enabled:
        found.append((switch(after),))
    return tuple(found)


def _values(move: Move) -> Values:
    return dict(move.step.values) if isinstance(move.step, PutRule) else {}


def _ways(
    before: FirewallRule, after: FirewallRule, changed: Sequence[str], environment: Environment
) -> Iterator[tuple[Stage, ...]]:
    shared = {name: common_ground.common(name, before, after, environment) for name in changed}
    blocks = before.action is Action.BLOCK
    becomes_blocking = after.action is Action.BLOCK
    if blocks == becomes_blocking:
        # A rule that allows may be narrower than what both allow, but a rule that blocks must not
        # be. The omitted part could be what someone needs, so the exact way is considered too.
        for exact in (True,) if blocks else (False, True):
            without = [name for name in changed if not _usable(shared[name], exact)]
            if len(without) <= 1:
                yield _narrowed(before, after, changed, shared, without, environment)
    elif becomes_blocking:
        # Changes that close something come first.
        others = [name for name in changed if name != RULE]
        yield _in_turn(before, after, ([RULE], others), environment)
    else:
        others = [name for name in changed if name != RULE]
        yield _in_turn(before, after, (others, [RULE]), environment)
    nothing_shared = any(each.rule is None and each.exact for each in shared.values())
    if not blocks or not becomes_blocking or nothing_shared:
        yield _paused(before, after, changed, environment)
    else:
        without = [name for name in changed if not _usable(shared[name], True)]
        yield _narrowed(before, after, changed, shared, without, environment)
        yield _narrowed(before, after, changed, shared, without[::-1], environment)
        yield _in_turn(before, after, (changed,), environment)


def _usable(shared: Common, exact: bool) -> bool:
    return shared.rule is not None and (shared.exact or not exact)


def _narrowed(
    before: FirewallRule,
    after: FirewallRule,
    changed: Sequence[str],
    shared: dict[str, Common],
    at_once: Sequence[str],
    environment: Environment,
) -> tuple[Stage, ...]:
    """By way of what both rules match, except for the objects that change `at_once`."""
    narrow = before
    for name in changed:
        ground = shared[name].rule
        if name not in at_once and ground is not None:
            narrow = with_parts(narrow, ground, (name,))
    middle = with_parts(narrow, after, at_once)
    targets = ((narrow, changed), (middle, at_once), (after, changed))
    found, state = [], before
    for target, names in targets:
        moves = tuple(_puts(state, target, names, environment))
        if moves:
            found.append(moves)
            state = moves[-1].state or state
    return tuple(found)


def _in_turn(
    before: FirewallRule,
    after: FirewallRule,
    groups: Sequence[Sequence[str]],
    environment: Environment,
) -> tuple[Stage, ...]:
    found, state = [], before
    for names in groups:
        moves = tuple(_puts(state, after, names, environment))
        found.append(moves)
        state = moves[-1].state or state
    return tuple(found)


def _paused(
    before: FirewallRule, after: FirewallRule, changed: Sequence[str], environment: Environment
) -> tuple[Stage, ...]:
    off = before.but(active=False)
    return (
        (switch(off),),
        tuple(_puts(off, after, changed, environment)),
        (switch(after),),
    )


def _puts(
    before: FirewallRule,
    after: FirewallRule,
    names: Sequence[str],
    environment: Environment | None,
) -> Iterator[Move]:
    """Make some objects as they are in another rule, one after the other, if possible in an order
    in which Windows refuses no state."""
    state = before
    while moves := [move for name in names if (move := put(state, after, name, environment))]:
        known = doubts(before) + doubts(after)
        fine = (each for each in moves if each.state and _is_fine(each.state, known))
        move = next(fine, moves[0])
        state = move.state or state
        yield move
