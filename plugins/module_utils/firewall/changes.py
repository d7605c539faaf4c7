# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a task asks of several rules to what has become of them.

All rules are read once, all plans are made before the first of them is begun, so that whatever can
be refused is refused before anything changes, and all is read back once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..host import Host, HostError
from ..model import Endpoint, Protocol, TcpState
from ..names import name_key, same_name
from ..ports import PortSet
from ..snapshot import Wanted, take
from ..wsman.text import for_display
from . import effect, plan, reading
from .apply import ApplyError, Writer
from .desired import OPTIONS, WantedRule, wanted_rules
from .effect import Effect
from .option_texts import OptionError, text
from .plan import DuplicateRuleError, Outcome, RulePlan
from .reading import FirewallReading
from .rule import FirewallRule
from .winrm_guard import Flow, Guard, ProtectedRuleError, flows
from .winrm_rules import WINRM_PORTS

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Windows 7 and Server 2008 R2 have the firewall, but not its CIM classes.
_LAST_WITHOUT_CLASSES = (6, 1)
# How often rules are written at most. Another controller may be at the same rule at the same time:
# what it left of ours is then planned anew from what is there, and when it is done ours is whole.
_ROUNDS = 5
# Seconds to wait at most before the second time; doubles each time. How long is left to chance, so
# that two controllers do not go on in step.
_PAUSE = 0.5


class ChangeError(Exception):
    """What a task asks for was not done, or not all of it.

    Attributes:
        changed: something was changed nevertheless.
        unreachable: the host answers no more.
    """

    def __init__(self, message: str, *, changed: bool = False, unreachable: bool = False) -> None:
        super().__init__(message)
        self.changed = changed
        self.unreachable = unreachable


@dataclass(frozen=True)
class Wish:
    """What a task asks for: rules, or with `group` alone the same for every rule of a group."""

    present: bool
    rules: tuple[WantedRule, ...] = ()
    group: str | None = None
    options: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Change:
    """What has become of one rule, or would become of it.

    `plan` is None where a rule that should be gone was not there; `name` is then what was asked
    for. `effect` is None where there is nothing to judge.
    """

    name: str
    plan: RulePlan | None = None
    effect: Effect | None = None

    @property
    def outcome(self) -> Outcome:
        return self.plan.outcome if self.plan else Outcome.NOTHING


@dataclass(frozen=True)
class Changes:
    """All rules of a task, and the host as it is afterwards."""

    changes: tuple[Change, ...]
    reading: FirewallReading

    @property
    def changed(self) -> bool:
        return any(change.outcome is not Outcome.NOTHING for change in self.changes)


def wish(options: Mapping[str, object], *, present: bool) -> Wish:
    """What the options of one rule ask for.

    Args:
        options: values by the names of `desired.OPTIONS`; None for what was not given.
        present: whether the rule should be there.

    Raises:
        OptionError: an option, or what several of them say together, fits no rule.
    """
    given = {name: options[name] for name in OPTIONS if options.get(name) is not None}
    if "name" in given or "rule_id" in given or "group" not in given:
        return Wish(present, wanted_rules(given))
    group = text("group", given.pop("group"))
    if not group:
        raise OptionError("group", "a name, a rule_id or a group is needed.")
    if present and not given:
        raise OptionError("group", "say what to change in the rules of the group (or name a rule).")
    # Looked through now, so that a mistake is told before anything is sent.
    wanted_rules({**given, "rule_id": "any"})
    return Wish(present, group=group, options=given)


def make(
    host: Host,
    wishes: Sequence[Wish],
    *,
    check: bool = False,
    force: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Changes:
    """Make the rules of a host as they are wished for.

    Args:
        check: change nothing, but tell what would become of all.
        force: change even what could cut WinRM off.
        sleep: waits some seconds; tests give their own.

    Raises:
        HostError: the host could not be read.
        ChangeError: what is wished for can't be, or was not done.
    """
    before = reading.read(host)
    if before.problem is not None:
        raise ChangeError(f"Can't work on the firewall of {host.name}: {before.problem}")
    guard = None if force else _guard(host, before)
    planned, rules = _plan(wishes, before, winrm_ports(host.url), guard)
    todo = _to_do(planned)
    if todo and not check:
        version = before.stores.windows_version
        if version is not None and version <= _LAST_WITHOUT_CLASSES:
            raise ChangeError(
                f"{host.name} runs Windows 7 or Server 2008 R2, which have no CIM classes to write "
                "firewall rules with. They can be read (port_facts, port_check), but not changed."
            )
        after = _carry_out(host, wishes, todo, before, guard, sleep)
    else:
        after = before.with_local_rules(rules)
    judged = tuple(replace(each, effect=_effect(each, after)) for each in planned)
    return Changes(judged, after)


def winrm_ports(url: str) -> frozenset[int]:
    """The ports that WinRM is reached at: its own, and the one that a connection goes to."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return WINRM_PORTS | ({port} if port else set())


def _guard(host: Host, before: FirewallReading) -> Guard:
    ports = winrm_ports(host.url)
    return Guard(before, ports, lambda: _flows(host, ports))


def _flows(host: Host, ports: Collection[int]) -> tuple[Flow, ...]:
    """The connections that may be the one that this task works over, as the host sees them."""
    wanted = Wanted(
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
    return flows(found, ports, host.own, host.peer)


def _plan(
    wishes: Iterable[Wish], before: FirewallReading, ports: Collection[int], guard: Guard | None
) -> tuple[list[Change], tuple[FirewallRule, ...]]:
    """The plans, each made over what the ones before it leave, and the local rules afterwards."""
    rules = before.local_rules
    found: list[Change] = []
    for each in wishes:
        for wanted in _wanted(each, rules):
            try:
                if each.present:
                    plans: tuple[RulePlan, ...] = (
                        plan.present(
                            wanted,
                            rules,
                            environment=before.environment,
                            winrm_ports=ports,
                        ),
                    )
                else:
                    plans = plan.absent(wanted, rules)
                if not plans:
                    found.append(Change(_asked_for(wanted)))
                for made in plans:
                    left = _after(rules, made)
                    if guard is not None and made.changed:
                        guard.check(made.before, made.after, rules, left)
                    rules = left
                    label = (made.after or made.before or FirewallRule(made.rule_id)).label
                    found.append(Change(label, made))
            except (OptionError, DuplicateRuleError, ProtectedRuleError) as error:
                raise ChangeError(f"{_asked_for(wanted)}: {error}") from error
    return found, rules


def _to_do(planned: Iterable[Change]) -> list[RulePlan]:
    return [each.plan for each in planned if each.plan is not None and each.plan.changed]


def _wanted(asked: Wish, rules: Iterable[FirewallRule]) -> tuple[WantedRule, ...]:
    if asked.group is None:
        return asked.rules
    group = name_key(asked.group)
    members = [rule for rule in rules if rule.group is not None and name_key(rule.group) == group]
    if not members and asked.present:
        raise ChangeError(
            f"No local rule is in the group '{for_display(asked.group)}'. Windows' own groups are "
            "written as the registry has them, such as @FirewallAPI.dll,-28752 for Remote Desktop."
        )
    options = asked.options or {}
    return tuple(
        wanted for rule in members for wanted in wanted_rules({**options, "rule_id": rule.rule_id})
    )


def _asked_for(wanted: WantedRule) -> str:
    return wanted.name or wanted.rule_id or ""


def _after(rules: tuple[FirewallRule, ...], made: RulePlan) -> tuple[FirewallRule, ...]:
    others = tuple(rule for rule in rules if not same_name(rule.rule_id, made.rule_id))
    return others if made.after is None else (*others, made.after)


def _carry_out(
    host: Host,
    wishes: Sequence[Wish],
    todo: Sequence[RulePlan],
    before: FirewallReading,
    guard: Guard | None,
    sleep: Callable[[float], None],
) -> FirewallReading:
    """Write until all is as wished for; the host as it is then. Raises ChangeError."""
    left, pause = _ROUNDS, _PAUSE
    while True:
        left -= 1
        overtaken = _written(host, todo, last=not left)
        after = _read_back(host, before)
        problem = overtaken or _unwritten(host, todo, after)
        if problem is None:
            return after
        changed = set(after.local_rules) != set(before.local_rules)
        if not left or not changed:
            # Where nothing at all has come of it, nothing would the next time.
            raise ChangeError(problem, changed=changed)
        sleep(random.uniform(0, pause))
        pause *= 2
        after = _read_back(host, before)
        try:
            planned, _rules = _plan(wishes, after, winrm_ports(host.url), guard)
        except ChangeError as error:
            raise ChangeError(f"{problem} {error}", changed=changed) from error
        todo = _to_do(planned)
        if not todo:
            return after


def _written(host: Host, todo: Sequence[RulePlan], *, last: bool) -> str | None:
    """Carry out plans. Not None where somebody else was quicker, unless it is the `last` time.

    Raises:
        ChangeError: a plan could not be carried out.
    """
    writer = Writer(host)
    for position, each in enumerate(todo):
        try:
            writer.carry_out(each)
        except ApplyError as error:
            if error.overtaken and not last:
                return str(error)
            others = f" {_count(position)} before it." if position else ""
            raise ChangeError(
                f"{error}{others}", changed=position > 0, unreachable=error.unreachable
            ) from error
    return None


def _read_back(host: Host, before: FirewallReading) -> FirewallReading:
    try:
        return replace(before, stores=reading.read_stores_again(host))
    except HostError as error:
        raise ChangeError(
            f"{error} {host.name} accepted every change, but what has come of it could not be read "
            "back. Run the task again to find out.",
            changed=True,
            unreachable=error.unreachable,
        ) from error


def _unwritten(host: Host, todo: Sequence[RulePlan], after: FirewallReading) -> str | None:
    """What is not as planned, in a sentence, although the host has accepted it."""
    # A rule that the task names twice is as the last of its plans wants it.
    for each in {each.rule_id: each for each in todo}.values():
        missing = plan.unwritten(each, after.local_rules, after.environment)
        if missing:
            name = for_display((each.after or each.before or FirewallRule("")).label)
            told = ", ".join(
                f"{one.property} is {_shown(one.before)} instead of {_shown(one.after)}"
                for one in missing
            )
            return (
                f"The rule '{name}' is not as asked for, although {host.name} accepted every "
                f"change: in its rule store {told}. Look for a policy or a program there that "
                "manages the firewall, or for another controller that changes it at the same time."
            )
    return None


def _count(number: int) -> str:
    return "One rule was changed" if number == 1 else f"{number} rules were changed"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return for_display(", ".join(value) if isinstance(value, list) else str(value), 100)


def _effect(change: Change, after: FirewallReading) -> Effect | None:
    if change.plan is None:
        return None
    if change.plan.after is not None:
        return effect.judge(change.plan.after, after)
    before = change.plan.before
    return None if before is None else effect.judge(before, after, present=False)
