# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns a task's wishes for several rules into plans.

All plans are made before the first one begins, each on the result of the ones before it, so that
everything that can be refused is refused before anything changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...ground.names import name_key, same_name
from ...words.phrases import Phrase, PhraseError, Value
from ..effects.model import Effect
from ..judging.reading import FirewallReading
from ..naming.shown import ShownNames
from ..parts.desired import WantedRule, given_options, told_apart, wanted_rules
from ..parts.option import OptionError
from ..parts.table import OPTIONS
from ..parts.texts import text
from ..policy.rule import FirewallRule, Title
from ..policy.stores import Store
from ..policy.vocabulary import Action
from . import plan
from .plan import DuplicateRuleError, PlanOutcome, RulePlan, TakenNameError
from .winrm_guard import Guard, ProtectedRuleError

Rules = tuple[FirewallRule, ...]
#: The rules among which a wanted one, which should be present or not, is looked for. Raises
#: WishError.
Meant: TypeAlias = Callable[[WantedRule, Rules, bool], Rules]

POLICIES = (Store.GROUP_POLICY, Store.MDM)


class WishError(PhraseError, ValueError):
    """A wish is impossible on this host; the error says why, and for which rule."""


@dataclass(frozen=True)
class Wish:
    """What a task asks for: rules or, with only `group`, the same change to every rule of a group.

    `options` are those that were given, except for that group. `default_group`: the group of its
    rules is that of the task, and not its own.
    """

    present: bool
    rules: tuple[WantedRule, ...] = ()
    group: str | None = None
    options: Mapping[str, object] | None = None
    default_group: bool = False


@dataclass(frozen=True)
class Change:
    """What happened, or would happen, to one rule.

    `plan` is None if a rule that should be absent did not exist; `name` is then that of the wish,
    and `missing` the rule as the task describes it, None if it only names it. `effect` is None if
    there is nothing to judge. `entry` is the number of the wish, from 1 on. `unspecified`: no wish
    is about the rule, which is in the scope of the task. `covered`: what treats its traffic as
    before are only other rules of the task.
    """

    name: Title
    plan: RulePlan | None = None
    effect: Effect | None = None
    missing: FirewallRule | None = None
    entry: int = 1
    unspecified: bool = False
    covered: bool = False

    @property
    def judged(self) -> tuple[FirewallRule | None, bool]:
        """The rule whose effect matters, and whether it is present."""
        if self.plan is None:
            return self.missing, False
        return self.plan.after or self.plan.before, self.plan.after is not None

    @property
    def counts(self) -> bool:
        """Whether its effect matters to the task as a whole. Of a rule that no wish is about, it
        does if something else lets in what the rule did."""
        rule, _present = self.judged
        blocks = rule is not None and rule.action is Action.BLOCK
        return not self.unspecified or not (self.covered or blocks)

    @property
    def outcome(self) -> PlanOutcome:
        return self.plan.outcome if self.plan else PlanOutcome.NOTHING


def wish(options: Mapping[str, object], *, present: bool) -> Wish:
    """What the options of one rule ask for. A named rule that should be present is enabled by
    default; the rules of a group stay as they are, because many of Windows' own are disabled on
    purpose.

    Args:
        options: values by the names of options (`table.OPTIONS`, and `all_of_a_name`); None for
            what was not given.
        present: whether the rule should be there.

    Raises:
        OptionError: an option, or a combination of several, fits no rule.
    """
    given = given_options(options)
    if "name" in given or "rule_id" in given or "group" not in given:
        rules = wanted_rules(given, enabled_by_default=present)
        if options.get("all_of_a_name"):
            rules = tuple(replace(each, all_of_a_name=True) for each in rules)
        return Wish(present, rules, options=given)
    group = text("group", given.pop("group"))
    if not group.strip():
        raise OptionError("group", "option.name_id_or_group")
    if present and not given:
        raise OptionError("group", "option.group_alone")
    # Checked now, so that a mistake is reported before anything is sent.
    wanted_rules({**given, "rule_id": "any"})
    return Wish(present, group=group, options=given)


def names_adapters(asked: Wish) -> bool:
    """Whether the names of the host's network adapters are needed to know what is meant."""
    return any(each.resolve is not None and each.name in (asked.options or {}) for each in OPTIONS)


class Objections:
    """The guard's objections to the changes of one rule."""

    def __init__(self, guard: Guard | None, rules: Rules, begun: Collection[str]) -> None:
        self._guard = guard
        self._rules = rules
        self._begun = begun

    def on_the_way(self, before: FirewallRule, state: FirewallRule) -> bool:
        """Whether a rule must not be in this state, even for a moment."""
        if self._guard is None:
            return False
        left = with_rule(self._rules, before.rule_id, state)
        return self._guard.objection(*self._judged(before, state, left)) is not None

    def check(self, made: RulePlan) -> None:
        """Raises ProtectedRuleError."""
        found = self.to(made)
        if found is not None:
            raise ProtectedRuleError("guard.refused", why=found)

    def to(self, made: RulePlan) -> Phrase | None:
        """Why a plan could cut off WinRM, in whole sentences, None if it can't."""
        if self._guard is None or not made.changed:
            return None
        left = with_rule(self._rules, made.rule_id, made.after)
        return self._guard.objection(*self._judged(made.before, made.after, left))

    def _judged(
        self, before: FirewallRule | None, after: FirewallRule | None, left: Rules
    ) -> tuple[FirewallRule | None, FirewallRule | None, Rules, Rules]:
        rules = self._rules
        if before is not None and name_key(before.rule_id) in self._begun:
            # WinRM can't depend on what this run itself has created.
            return None, after, with_rule(rules, before.rule_id, None), left
        return before, after, rules, left


def all_rules(_wanted: WantedRule, rules: Rules, _present: bool) -> Rules:
    """Any rule may be the wanted one."""
    return rules


def plans_for(
    wishes: Iterable[Wish],
    before: FirewallReading,
    guard: Guard | None,
    begun: Collection[str] = (),
    meant: Meant = all_rules,
) -> tuple[list[Change], tuple[FirewallRule, ...]]:
    """The plans for all rules, each made on the result of the ones before it, and the local rules
    afterwards.

    Args:
        begun: keys of the ids of rules that this run itself has created. WinRM can't depend on
            them.
        meant: the rules among which a wanted one is looked for.

    Raises:
        WishError: a wish is impossible, or could cut off WinRM.
    """
    rules = before.local_rules
    found: list[Change] = []
    for entry, each in enumerate(wishes, start=1):
        for wanted in _wanted(each, rules, before, meant):
            objections = Objections(guard, rules, begun)
            among = meant(wanted, rules, each.present)
            try:
                if each.present:
                    one = plan.present(
                        wanted,
                        among,
                        environment=before.environment,
                        objects_to=objections.on_the_way,
                    )
                    plans: tuple[RulePlan, ...] = (one,)
                else:
                    plans = plan.absent(wanted, among, before.shown)
                if not plans:
                    missing = plan.described(wanted, before.environment)
                    found.append(Change(_asked_for(wanted), missing=missing, entry=entry))
                for made in plans:
                    Objections(guard, rules, begun).check(made)
                    rules = with_rule(rules, made.rule_id, made.after)
                    found.append(Change(made.name, made, entry=entry))
            except (OptionError, DuplicateRuleError, TakenNameError, ProtectedRuleError) as error:
                raise WishError("wish.of_rule", rule=_asked_for(wanted), problem=error) from error
    return found, rules


def of_their_protocols(wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """Wishes in which rules of one name are told apart by their protocols (`told_apart`)."""
    found = tuple(wishes)
    apart = iter(told_apart([each for asked in found if asked.present for each in asked.rules]))
    return tuple(
        replace(each, rules=tuple(itertools.islice(apart, len(each.rules))))
        if each.present
        else each
        for each in found
    )


def again(
    wishes: Sequence[Wish], after: FirewallReading, meant: Meant = all_rules
) -> tuple[Phrase, ...]:
    """What a task would do that runs again, as far as somebody might think otherwise: entries that
    undo each other change a rule each time.

    Args:
        after: the host as the task leaves it.
        meant: the rules among which a wanted one is looked for.

    Raises:
        WishError: it could no longer find its rules.
    """
    try:
        planned, _rules = plans_for(wishes, after, None, meant=meant)
    except WishError as error:
        if isinstance(error.__cause__, DuplicateRuleError):
            raise WishError("wish.not_again", problem=error) from error
        return ()
    found: dict[str, dict[str, Title]] = {}
    for each in planned:
        if each.plan is not None and each.plan.changed:
            found.setdefault(name_key(each.plan.rule_id), {})[str(each.entry)] = each.name
    told: list[Phrase] = []
    for titles in found.values():
        if len(titles) > 1:
            values: dict[str, Value] = {
                "entries": tuple(titles),
                "option": "rules",
                "rule": next(iter(titles.values())),
            }
            told.append(Phrase("wish.contradiction", values))
    return tuple(told)


def _wanted(
    asked: Wish,
    rules: Rules,
    before: FirewallReading,
    meant: Meant,
) -> tuple[WantedRule, ...]:
    shown = before.shown
    if asked.group is None:
        if asked.present:
            for each in asked.rules:
                _check_policies(each, rules, before)
            return tuple(
                one
                for each in asked.rules
                for one in plan.each_of(each, meant(each, rules, True), shown)
            )
        return asked.rules
    members = members_of(asked.group, rules, shown)
    if not members and asked.present:
        values: dict[str, Value] = {"group": asked.group}
        for store in POLICIES:
            if members_of(asked.group, before.stores.of(store), shown):
                raise WishError("wish.group_in_policy", **values, store=_store(store))
        raise WishError("wish.no_such_group", **values)
    return tuple(wanted for rule in members for wanted in _of_member(rule, asked.options or {}))


def _check_policies(wanted: WantedRule, rules: Rules, before: FirewallReading) -> None:
    """Refuse what could only be done to a rule of a policy: without a name, or only to disable it.
    Raises WishError."""
    if wanted.name is not None and wanted.asked.get("active") is not False:
        return
    store = _policy_with(wanted, rules, before)
    if store is not None:
        raise WishError("wish.rule_in_policy", rule=_asked_for(wanted), store=_store(store))


def _policy_with(wanted: WantedRule, rules: Rules, before: FirewallReading) -> Store | None:
    """The policy that has a rule which the local rules lack; None if there is none."""
    if plan.is_there(wanted, rules, before.shown):
        return None
    return next(
        (
            store
            for store in POLICIES
            if plan.is_there(wanted, before.stores.of(store), before.shown)
        ),
        None,
    )


def _store(store: Store) -> Phrase:
    return Phrase(f"store.{store}")


def check_member(rule: FirewallRule) -> None:
    """Check that a task can name a rule by its id. Raises WishError."""
    _of_member(rule, {})


def _of_member(rule: FirewallRule, options: Mapping[str, object]) -> Iterable[WantedRule]:
    try:
        return wanted_rules({**options, "rule_id": rule.rule_id})
    except OptionError as error:
        # An id that no task can write: characters of it were lost, or Windows accepts more than we
        # do.
        raise WishError(
            "wish.unnameable", rule=rule.label, rule_id=rule.rule_id, problem=error
        ) from error


def members_of(group: str, rules: Iterable[FirewallRule], shown: ShownNames) -> list[FirewallRule]:
    return [rule for rule in rules if shown.is_group(group, rule.group)]


def _asked_for(wanted: WantedRule) -> str:
    return wanted.name or wanted.rule_id or ""


def with_rule(rules: Rules, rule_id: str, rule: FirewallRule | None) -> Rules:
    """Rules in which the one with an id is replaced or removed."""
    others = tuple(each for each in rules if not same_name(each.rule_id, rule_id))
    return others if rule is None else (*others, rule)


def notes(wishes: Iterable[Wish], before: FirewallReading, rules: Rules) -> Iterator[Phrase]:
    """What stays, although somebody might think otherwise: disabled rules of a group, which an
    interrupted run may have left so, and rules of a policy with the name or in the group of the
    task.

    Args:
        before: the host before the task.
        rules: its local rules afterwards.
    """
    for each in wishes:
        for wanted in each.rules:
            store = _policy_with(wanted, before.local_rules, before)
            if store is not None:
                of_policy: dict[str, Value] = {"rule": _asked_for(wanted), "store": _store(store)}
                yield Phrase("rule.also_in_policy", of_policy)
            meant = plan.each_of(wanted, before.local_rules, before.shown)
            if each.present and wanted.all_of_a_name and len(meant) > 1:
                of_name: dict[str, Value] = {"count": len(meant), "name": _asked_for(wanted)}
                yield Phrase("rule.all_of_a_name_changed", of_name)
        if each.group is None:
            continue
        if not each.present:
            for store in POLICIES:
                if members_of(each.group, before.stores.of(store), before.shown):
                    of_group: dict[str, Value] = {"group": each.group, "store": _store(store)}
                    yield Phrase("rule.group_also_in_policy", of_group)
            continue
        if "enabled" in (each.options or {}):
            continue
        members = members_of(each.group, rules, before.shown)
        names = tuple(rule.label for rule in members if not rule.enabled)
        if names:
            values: dict[str, Value] = {
                "group": each.group,
                "rules": names,
                "setting": "enabled: true",
            }
            yield Phrase("rule.group_disabled", values)
