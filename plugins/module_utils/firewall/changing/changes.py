# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns a task's wishes for several rules into changes, and reports the results.

All rules are read once, and all plans are made before the first one begins, so that everything that
can be refused is refused before anything changes. `run` carries them out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from ...asked.ports import WINRM_PORTS, PortSet
from ...ground.model import Endpoint, OwnAddress, Protocol, TcpState
from ...ground.names import name_key
from ...host.host import Host, HostError
from ...pc import networks
from ...pc.snapshot import SnapshotRequest, take
from ...words.phrases import Phrase, PhraseError, Value, in_turn
from ..effects import effect
from ..effects.model import Effect, Lack
from ..effects.parts_of_traffic import in_one
from ..judging import reading
from ..judging.reading import FirewallReading
from ..judging.traffic import Listener
from ..naming import asking
from ..naming.shown import ShownNames
from ..policy.rule import FirewallRule, Title
from ..policy.vocabulary import TCP, UDP
from ..reach.exposure import listeners
from . import plan
from .plan import PlanOutcome, RulePlan
from .run import ApplyError, Run, quoted
from .winrm_guard import Flow, Guard, flows
from .wishes import (
    Change,
    Wish,
    WishError,
    again,
    names_adapters,
    notes,
    plans_for,
    to_ask,
    to_ask_of_policies,
    wish,
)
from .writer import StepError

__all__ = ["Change", "ChangeError", "Changes", "SoFar", "Standing", "Wish", "make", "wish"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Windows 7 and Server 2008 R2 have the firewall, but not its CIM classes.
_LAST_WITHOUT_CLASSES = (6, 1)
# How many times rules are written at most. Another controller may change the same rule at the same
# time: then our changes are planned again from the current state, and when the other is done, ours
# are complete.
_ROUNDS = 5
# The longest wait in seconds before the second time; it doubles each time. The actual wait is
# random, so that two controllers don't stay in step.
_PAUSE = 0.5


class Standing(StrEnum):
    """The state of a rule after a task that broke off."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SoFar:
    """The state of one rule after a task that broke off, as far as it is known."""

    name: Title
    rule_id: str | None
    standing: Standing


class ChangeError(PhraseError):
    """The changes of a task were not made, or not all of them.

    Attributes:
        changed: something was changed anyway.
        unreachable: the host no longer answers.
        rules: the state of each rule of the task; empty if nothing was begun.
    """

    def __init__(
        self,
        said: Value,
        *,
        changed: bool = False,
        unreachable: bool = False,
        rules: tuple[SoFar, ...] = (),
    ) -> None:
        super().__init__("left.said", said=said)
        self.changed = changed
        self.unreachable = unreachable
        self.rules = rules


@dataclass(frozen=True)
class Changes:
    """All rules of a task, the host's state afterwards, and sentences for the user."""

    changes: tuple[Change, ...]
    reading: FirewallReading
    notes: tuple[Phrase, ...] = ()

    @property
    def changed(self) -> bool:
        return any(change.outcome is not PlanOutcome.NOTHING for change in self.changes)


def make(
    host: Host,
    wishes: Sequence[Wish],
    *,
    check: bool = False,
    force: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Changes:
    """Change the rules of a host as wished.

    Args:
        check: change nothing, but report what would change.
        force: change even what could cut WinRM off.
        sleep: waits this many seconds; tests pass their own.

    Raises:
        HostError: the host could not be read.
        ChangeError: a wish is impossible, or was not fulfilled.
    """
    before = reading.read(host)
    if before.problem is not None:
        values: dict[str, Value] = {"host": host.name, "problem": before.problem}
        raise ChangeError(Phrase("change.unworkable", values))
    if any(map(names_adapters, wishes)):
        before = reading.with_adapters(host, before)
    names, groups = to_ask(wishes, before.local_rules)
    if (names or groups) and not _without_classes(before):
        before = replace(before, shown=_shown(host, names, groups))
    names, groups = to_ask_of_policies(wishes, before)
    if (names or groups) and not _without_classes(before):
        before = replace(before, shown=_shown_of_policies(host, names, groups, before.shown))
    near = _Near(host)
    guard = None if force else _guard(host, before, near)
    try:
        planned, rules = plans_for(wishes, before, guard)
        contradictions = again(wishes, before.with_local_rules(rules))
    except WishError as error:
        raise ChangeError(error.phrase) from error
    todo = _to_do(planned)
    if todo and not check:
        if _without_classes(before):
            raise ChangeError(Phrase("change.no_classes", {"host": host.name}))
        run = Run(host, before, winrm_ports(host.url))
        _carry_out(run, wishes, planned, before, guard, sleep)
        after = replace(before, stores=run.stores)
    else:
        after = before.with_local_rules(rules)
    judged, after = _judged(host, planned, after, near)
    return Changes(judged, after, (*contradictions, *notes(wishes, before, rules)))


def _shown(host: Host, names: Sequence[str], groups: Sequence[str]) -> ShownNames:
    """What the host shows its own rules by. Without it, a task could overlook a rule that is there,
    or make a twin of it."""
    try:
        return asking.ask(host, names, groups)
    except HostError as error:
        if error.unreachable:
            raise
        raise ChangeError(StepError.of(error).phrase) from error


def _shown_of_policies(
    host: Host, names: Sequence[str], groups: Sequence[str], shown: ShownNames
) -> ShownNames:
    """The same with what the host shows the rules of policies by. No task changes those, so what
    the host does not tell is left out."""
    try:
        return shown.with_others(asking.ask(host, names, groups, policies=True))
    except HostError as error:
        if error.unreachable:
            raise
        return shown


def _without_classes(before: FirewallReading) -> bool:
    version = before.stores.windows_version
    return version is not None and version <= _LAST_WITHOUT_CLASSES


def winrm_ports(url: str) -> PortSet:
    """The ports of WinRM: its own, and the one that a connection goes to."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return WINRM_PORTS.union(PortSet.of([port] if port else []))


class _Near:
    """The host's own addresses, which are read at most once, and only where something depends on
    them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._found: tuple[OwnAddress, ...] | None = None

    def addresses(self) -> tuple[OwnAddress, ...]:
        """The addresses; empty if the host does not tell. Raises HostError."""
        if self._found is None:
            # Whoever needs them says what it can't tell without.
            self._found, _notes = networks.read_addresses(self._host)
        return self._found

    @property
    def known(self) -> tuple[OwnAddress, ...]:
        """Those that were read already."""
        return self._found or ()


def _guard(host: Host, before: FirewallReading, near: _Near) -> Guard:
    ports = winrm_ports(host.url)
    return Guard(before, ports, lambda: flows_to(host, ports), near.addresses)


def flows_to(host: Host, ports: Collection[int]) -> tuple[Flow, ...]:
    """The connections, as the host sees them, one of which may be that of this task."""
    wanted = SnapshotRequest(
        PortSet.of(ports),
        frozenset({Protocol.TCP}),
        frozenset({TcpState.ESTABLISHED}),
        processes=False,
        services=False,
    )
    found: tuple[Endpoint, ...] = ()
    try:
        found = take(host, wanted).endpoints
    except HostError as error:
        if error.unreachable:
            raise
    return flows(found, ports, host.own[0] if host.own else None, host.peer)


def _to_do(planned: Iterable[Change]) -> list[RulePlan]:
    return [each.plan for each in planned if each.plan is not None and each.plan.changed]


def _carry_out(
    run: Run,
    wishes: Sequence[Wish],
    planned: Sequence[Change],
    before: FirewallReading,
    guard: Guard | None,
    sleep: Callable[[float], None],
) -> None:
    """Write until everything is as wished. Raises ChangeError."""
    left, pause = _ROUNDS, _PAUSE
    todo = plans = _to_do(planned)
    while True:
        left -= 1
        start = _of(plans, run.rules)
        problem = None
        try:
            problem = run.carry_out(todo, last=not left)
            if problem is None:
                return
            # If this had no effect at all, neither would the next attempt.
            ignored = _of(plans, run.rules) == start
            if left and not ignored:
                sleep(random.uniform(0, pause))
                pause *= 2
                run.read()
        except ApplyError as error:
            raise _broken_off(run, planned, before, error.phrase, error.unreachable) from error
        except HostError as error:
            said = in_turn(problem, error.phrase, run.half_done(plans))
            raise _broken_off(run, planned, before, said, error.unreachable) from error
        if ignored:
            raise _given_up(run, planned, before, plans, problem)
        if not left:
            # Someone else is changing the same rules. The current state may be complete, and
            # theirs.
            raise _broken_off(run, planned, before, problem)
        now = replace(before, stores=run.stores)
        try:
            found, _rules = plans_for(wishes, now, guard, run.created)
        except WishError as error:
            raise _given_up(run, planned, before, plans, in_turn(problem, error.phrase)) from error
        except HostError as error:
            said = in_turn(problem, error.phrase)
            raise _given_up(run, planned, before, plans, said, error.unreachable) from error
        todo = _to_do(found)
        if not todo:
            return
        plans += todo


def _of(plans: Iterable[RulePlan], rules: Iterable[FirewallRule]) -> frozenset[FirewallRule]:
    """The rules that plans are about."""
    keys = {name_key(each.rule_id) for each in plans}
    return frozenset(rule for rule in rules if name_key(rule.rule_id) in keys)


def _given_up(
    run: Run,
    planned: Sequence[Change],
    before: FirewallReading,
    plans: Sequence[RulePlan],
    problem: Value,
    unreachable: bool = False,
) -> ChangeError:
    """The error of a task that is not repeated, after what it had begun was undone."""
    try:
        left = run.take_back(plans)
    except (HostError, StepError) as error:
        unreachable = unreachable or error.unreachable
        failed = Phrase("left.not_taken_back", {"error": error.phrase})
        left = in_turn(failed, run.half_done(plans))
    return _broken_off(run, planned, before, in_turn(problem, left), unreachable)


def _broken_off(
    run: Run,
    planned: Sequence[Change],
    before: FirewallReading,
    problem: Value,
    unreachable: bool = False,
) -> ChangeError:
    """The error of a task that was begun, with the current state of each of its rules."""
    # For a rule that the task names twice, the last plan counts.
    latest = {name_key(each.rule_id): each for each in _to_do(planned)}
    standings = tuple(_so_far(run, each, latest, before) for each in planned)
    done = [each.name for each in standings if each.standing in _DONE]
    if done:
        problem = in_turn(problem, Phrase("left.done", {"rules": quoted(done)}))
    left = [each.name for each in latest.values() if not run.has_begun(each)]
    if left and len(latest) > 1:
        problem = in_turn(problem, Phrase("left.not_begun", {"rules": quoted(left)}))
    now, then = (_of(latest.values(), rules) for rules in (run.rules, before.local_rules))
    changed = now != then or bool(run.accepted)
    return ChangeError(problem, changed=changed, unreachable=unreachable, rules=standings)


def _so_far(
    run: Run, change: Change, latest: Mapping[str, RulePlan], before: FirewallReading
) -> SoFar:
    made = change.plan
    if made is None:
        return SoFar(change.name, None, Standing.UNCHANGED)
    last = latest.get(name_key(made.rule_id))
    if last is None or not run.has_begun(made):
        standing = Standing.UNCHANGED
    elif run.is_uncertain(made):
        standing = Standing.UNKNOWN
    elif not plan.unwritten(last, run.rules, before.environment):
        standing = _STANDINGS[made.outcome]
    elif plan.rule_of(made, run.rules) == plan.rule_of(made, before.local_rules):
        standing = Standing.UNCHANGED
    else:
        standing = Standing.INCOMPLETE
    return SoFar(change.name, made.rule_id, standing)


_STANDINGS = {
    PlanOutcome.CREATE: Standing.CREATED,
    PlanOutcome.CHANGE: Standing.CHANGED,
    PlanOutcome.DELETE: Standing.DELETED,
    PlanOutcome.NOTHING: Standing.UNCHANGED,
}
_DONE = frozenset(_STANDINGS.values()) - {Standing.UNCHANGED}


def _judged(
    host: Host, planned: Iterable[Change], after: FirewallReading, near: _Near
) -> tuple[tuple[Change, ...], FirewallReading]:
    """The changes with their effects, and the host with what was read to tell them. Nothing is read
    that would not tell more."""
    after = after.with_addresses(near.known)
    judged = tuple(replace(each, effect=_effect(each, after)) for each in planned)
    if any(_lacks(each, Lack.ADDRESSES) for each in judged):
        try:
            after = after.with_addresses(near.addresses())
        except HostError:
            # The rules are as they were asked for; what they do stays unknown.
            return judged, after
        judged = tuple(
            replace(each, effect=_effect(each, after)) if _lacks(each, Lack.ADDRESSES) else each
            for each in judged
        )
    doubtful = [each for each in judged if _lacks(each, Lack.LISTENERS)]
    held = _held(host, doubtful)
    if held:
        judged = tuple(
            replace(each, effect=_effect(each, after, held)) if each in doubtful else each
            for each in judged
        )
    return judged, after


def _lacks(change: Change, what: Lack) -> bool:
    return change.effect is not None and what in change.effect.lacks


def _effect(change: Change, after: FirewallReading, held: Iterable[Listener] = ()) -> Effect | None:
    rule, present = change.judged
    return None if rule is None else effect.judge(rule, after, present=present, held=held)


def _held(host: Host, doubtful: Iterable[Change]) -> tuple[Listener, ...]:
    """What listens at the ports of inbound rules for any program. Other rules may be for single
    programs, so it matters which one listens."""
    ports, protocols, services = PortSet(), set(), False
    for each in doubtful:
        rule, _present = each.judged
        if rule is not None and rule.protocol in (TCP, UDP):
            ports = ports.union(rule.local_ports.numbers)
            protocols.add(Protocol.TCP if rule.protocol == TCP else Protocol.UDP)
            services = services or _lacks(each, Lack.SERVICES)
    if not ports:
        return ()
    try:
        snapshot = take(host, SnapshotRequest(ports, frozenset(protocols), services=services))
    except HostError:
        # The rules are as they were asked for; what they do stays unknown.
        return ()
    return in_one(listener for _endpoint, listener in listeners(snapshot))
