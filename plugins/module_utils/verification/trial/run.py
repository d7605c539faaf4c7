# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The course of a trial: it says what to do next, takes the answer, and goes on.

It does nothing itself, so every course can be tried without a host. Nothing that it asks for
enables a rule. Whatever fails, the rules of the trial are deleted before it ends, and what could
not be deleted is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ...firewall.changing.writer import rule_reference
from ...firewall.parts.cim_values import in_one_form
from ...firewall.parts.table import RULE
from ...firewall.policy.rule import FirewallRule
from ...ground.names import ascii_lower, name_key
from ...words.phrases import Phrase, Value, Verbatim
from ...wsman.cim.objects import Reference
from .asks import (
    Answer,
    Create,
    Disable,
    Failed,
    FindFilters,
    Put,
    ReadInstance,
)
from .removal import Course, remove, rules_now
from .steps import (
    BY_FILTERS,
    BY_OPTIONS,
    FILTER_CLASSES,
    OPTION,
    RULE_IDS,
    StepName,
    TrialOrder,
    TrialStep,
    is_named_by_trial,
    is_ours,
    is_stored,
    rule_in,
    step_of_options,
    steps_of_filters,
)


class TrialOutcome(StrEnum):
    """What came of a step."""

    WORKS = "works"  # the registry shows it, and CIM as well if it could be asked
    DISAGREE = "disagree"  # one of the two ways shows it
    IGNORED = "ignored"  # accepted, and not carried out
    REFUSED = "refused"
    UNANSWERED = "unanswered"  # it may have been carried out
    SKIPPED = "skipped"


@dataclass(frozen=True)
class StepOutcome:
    """What came of a step. `by_cim` and `by_registry` say whether it was read back in this way,
    None if that could not be read or was not tried; `problem` says why it does not work, or why CIM
    could not be asked. `enabled`: the registry shows the rule enabled; `returned`: a
    method had a return value."""

    name: StepName
    outcome: TrialOutcome
    by_cim: bool | None = None
    by_registry: bool | None = None
    problem: Value | None = None
    enabled: bool = False
    returned: bool = False


@dataclass(frozen=True)
class TrialResult:
    """What came of a trial.

    Attributes:
        steps: each step once; empty if the trial did not begin.
        leftovers: the ids of rules that an earlier trial had left, and this one has removed.
        left: the ids of rules that may still exist.
        by_hand: those of them that a further trial would not remove: they are enabled, or the host
            has given them other ids.
        problem: why the trial did not begin.
        wrote: whether anything was sent that writes.
        unreachable: whether the host no longer answered at the end.
    """

    steps: tuple[StepOutcome, ...] = ()
    leftovers: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    problem: Value | None = None
    wrote: bool = False
    unreachable: bool = False


def trial(order: TrialOrder) -> Course[TrialResult]:
    """The course of a trial on one host."""
    rules = yield from rules_now()
    if isinstance(rules, Failed):
        return TrialResult(problem=rules.problem, unreachable=rules.unreachable)
    known = [found for each in RULE_IDS if (found := rule_in(rules, each)) is not None]
    for found in known:
        if not is_ours(found):
            return TrialResult(problem=_foreign(found, order))
    leftovers: list[str] = []
    for found in known:
        removal = yield from remove(found.rule_id)
        if not removal.gone:
            return TrialResult(
                leftovers=tuple(leftovers),
                left=tuple(each.rule_id for each in known if each.rule_id not in leftovers),
                by_hand=(found.rule_id,) if removal.enabled else (),
                problem=None if removal.answer is None else removal.answer.problem,
                wrote=True,
                unreachable=removal.unread is not None and removal.unread.unreachable,
            )
        leftovers.append(found.rule_id)
    before = frozenset(name_key(each.rule_id) for each in rules)
    first = yield from _rule_by_filters(order, before)
    if first.broken_off:
        second = _Part((_skipped(StepName.CREATE_WITH_OPTIONS),))
    else:
        second = yield from _rule_by_options(order, before | set(map(name_key, first.left)))
    done = (*first.steps, *second.steps)
    missing = [name for name in StepName if name not in {each.name for each in done}]
    steps = (*done, *map(_skipped, missing))
    return TrialResult(
        steps=tuple(sorted(steps, key=lambda each: list(StepName).index(each.name))),
        leftovers=tuple(leftovers),
        left=(*first.left, *second.left),
        by_hand=(*first.by_hand, *second.by_hand),
        wrote=True,
        unreachable=second.unreachable if second.tried else first.unreachable,
    )


@dataclass(frozen=True)
class _Part:
    """What came of one rule. `broken_off`: the host stopped answering, or enabled the rule."""

    steps: tuple[StepOutcome, ...]
    left: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    broken_off: bool = False
    unreachable: bool = False
    tried: bool = False


def _rule_by_filters(order: TrialOrder, before: frozenset[str]) -> Course[_Part]:
    steps: list[StepOutcome] = []
    planned = steps_of_filters(order)
    create = planned[0]
    if create is None:
        raise TypeError("a trial begins with a creation")
    made = yield from _created(order, BY_FILTERS, create, before)
    steps.append(made.outcome)
    broken_off = made.broken_off
    filters: Mapping[str, Reference] = {}
    if made.exists and not broken_off:
        found = yield FindFilters(BY_FILTERS)
        outcome, filters, broken_off = _filters(found)
        steps.append(outcome)
    for step in planned[1:]:
        if step is None:
            steps.append(_skipped(StepName.PUT_INTERFACES, Phrase("trial.no_adapter")))
        elif not made.exists or broken_off:
            steps.append(_skipped(step.name))
        else:
            reference = rule_reference(BY_FILTERS)
            if step.is_put_of_filter:
                own = filters.get(ascii_lower(step.class_name))
                if own is None:
                    steps.append(_skipped(step.name, Phrase("trial.no_filter")))
                    continue
                reference = own
            outcome, broken_off = yield from _written(order, BY_FILTERS, step, reference)
            steps.append(outcome)
    return (yield from _ended(BY_FILTERS, StepName.DELETE, made, steps, broken_off))


def _rule_by_options(order: TrialOrder, before: frozenset[str]) -> Course[_Part]:
    made = yield from _created(order, BY_OPTIONS, step_of_options(order), before)
    steps = [made.outcome]
    name = StepName.DELETE_WITH_OPTIONS
    return (yield from _ended(BY_OPTIONS, name, made, steps, made.broken_off))


# -- one step ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Made:
    """What came of a creation. `exists`: the rule is there, disabled; `seen`: it is there at all;
    `may_exist`: it has to be deleted; `strays`: ids of rules that came with it."""

    outcome: StepOutcome
    exists: bool
    seen: bool
    may_exist: bool
    broken_off: bool
    strays: tuple[str, ...] = ()


def _created(
    order: TrialOrder, rule_id: str, step: TrialStep, before: frozenset[str]
) -> Course[_Made]:
    """Create a rule. `before` has the keys of the ids that the host had before."""
    answer = yield Create(step.values, step.options)
    rules = yield from rules_now()
    if isinstance(rules, Failed):
        outcome = StepOutcome(step.name, TrialOutcome.UNANSWERED, problem=rules.problem)
        if not isinstance(answer, Failed):
            return _Made(outcome, exists=False, seen=False, may_exist=True, broken_off=True)
        may_exist = not answer.refused and not answer.exists
        return _Made(_not_done(step, answer), False, False, may_exist, not answer.refused)
    found = rule_in(rules, rule_id)
    enabled = found is not None and found.enabled
    known = {*before, *map(name_key, RULE_IDS)}
    strays = tuple(
        each.rule_id
        for each in rules
        if found is None and is_named_by_trial(each) and name_key(each.rule_id) not in known
    )
    if isinstance(answer, Failed):
        # If somebody else's rule has the id by now, it stays. If there was no answer, the rule may
        # come into being a little later.
        foreign = answer.exists or (found is not None and not is_named_by_trial(found))
        may_exist = not foreign and (found is not None or not answer.refused)
        enabled = enabled and may_exist
        outcome = replace(_not_done(step, answer), enabled=enabled)
        broken_off = enabled or not answer.refused
        return _Made(outcome, False, found is not None, may_exist, broken_off, strays)
    outcome = yield from _read_back(order, rule_id, step, found)
    # What the registry does not show may exist all the same.
    exists = found is not None and not enabled
    return _Made(outcome, exists, found is not None, True, enabled or bool(strays), strays)


def _written(
    order: TrialOrder, rule_id: str, step: TrialStep, reference: Reference
) -> Course[tuple[StepOutcome, bool]]:
    """What came of a step, and whether the trial has to end."""
    if step.name is StepName.DISABLE:
        answer = yield Disable(reference)
        if isinstance(answer, int) and answer:
            code = Phrase("trial.returned", {"code": answer})
            return StepOutcome(step.name, TrialOutcome.REFUSED, problem=code, returned=True), False
    else:
        answer = yield Put(step.class_name, reference, step.values)
    if isinstance(answer, Failed):
        return _not_done(step, answer), not answer.refused
    rules = yield from rules_now()
    if isinstance(rules, Failed):
        return StepOutcome(step.name, TrialOutcome.UNANSWERED, problem=rules.problem), True
    found = rule_in(rules, rule_id)
    outcome = yield from _read_back(order, rule_id, step, found, reference)
    outcome = replace(outcome, returned=isinstance(answer, int))
    return outcome, found is None or found.enabled


def _read_back(
    order: TrialOrder,
    rule_id: str,
    step: TrialStep,
    found: FirewallRule | None,
    reference: Reference | None = None,
) -> Course[StepOutcome]:
    """Compare what CIM and the registry show with what a step was to result in."""
    if found is not None and found.enabled:
        # It has to go at once, so nothing else is read.
        problem: Value | None = Phrase("trial.enabled")
        return StepOutcome(step.name, TrialOutcome.DISAGREE, None, False, problem, enabled=True)
    by_registry = found is not None and is_stored(step, found, order.environment)
    class_name, wanted = step.shown
    problem = None
    if reference is None and class_name == RULE:
        reference = rule_reference(rule_id)
    elif reference is None:
        filters = yield FindFilters(rule_id)
        _outcome, own, _broken_off = _filters(filters)
        reference = own.get(ascii_lower(class_name))
    shown: Answer = Failed(Phrase("trial.no_filter"))
    if reference is not None:
        shown = yield ReadInstance(class_name, reference)
    by_cim: bool | None = None
    if isinstance(shown, Failed):
        problem = shown.problem
    elif isinstance(shown, Mapping):
        names = tuple(wanted)
        values = {name: shown.get(name) for name in names}
        first = in_one_form(values, names, order.environment)
        second = in_one_form(wanted, names, order.environment)
        by_cim = first == second
        if not by_cim:
            told: dict[str, Value] = {"shown": Verbatim(first), "wanted": Verbatim(second)}
            problem = Phrase("trial.shows", told)
    if found is None:
        problem = Phrase("trial.not_stored")
    elif by_cim and not by_registry:
        problem = Phrase("trial.stored_otherwise")
    if by_registry and by_cim is not False:
        outcome = TrialOutcome.WORKS
    elif by_registry or by_cim:
        outcome = TrialOutcome.DISAGREE
    else:
        outcome = TrialOutcome.IGNORED
    return StepOutcome(step.name, outcome, by_cim, by_registry, problem)


def _filters(answer: Answer) -> tuple[StepOutcome, Mapping[str, Reference], bool]:
    """What came of the query for the filters, these, and whether the trial has to end."""
    if isinstance(answer, Failed):
        outcome = TrialOutcome.UNANSWERED if answer.unreachable else TrialOutcome.REFUSED
        step = StepOutcome(StepName.FILTERS, outcome, problem=answer.problem)
        return step, {}, answer.unreachable
    own: Mapping[str, Reference] = {
        name: each
        for name, each in (answer if isinstance(answer, Mapping) else {}).items()
        if isinstance(each, Reference)
    }
    missing = [name for name in FILTER_CLASSES if ascii_lower(name) not in own]
    if missing:
        names = Verbatim(", ".join(missing))
        problem = Phrase("trial.filters_missing", {"names": names})
        return StepOutcome(StepName.FILTERS, TrialOutcome.IGNORED, False, None, problem), own, False
    return StepOutcome(StepName.FILTERS, TrialOutcome.WORKS, by_cim=True), own, False


# -- the end -------------------------------------------------------------------------------------


def _ended(
    rule_id: str, name: StepName, made: _Made, steps: list[StepOutcome], broken_off: bool
) -> Course[_Part]:
    """Delete a rule, if it may exist."""
    strays = made.strays
    if not made.may_exist:
        skipped = (*steps, _skipped(name))
        return _Part(skipped, strays, strays, broken_off=broken_off, tried=True)
    removal = yield from remove(rule_id, enabled=any(each.enabled for each in steps))
    by_cim: bool | None = None
    shown: Answer = removal.unread
    if removal.gone:
        shown = yield ReadInstance(RULE, rule_reference(rule_id))
        if not isinstance(shown, Failed):
            by_cim = False
        elif shown.not_found:
            by_cim = True
    failed = removal.answer
    problem: Value | None = None if failed is None else failed.problem
    if removal.gone and by_cim is not False and not made.seen:
        # Nothing shows that there was anything to delete.
        step = _skipped(name)
    elif failed is not None:
        outcome = TrialOutcome.REFUSED if failed.refused else TrialOutcome.UNANSWERED
        step = StepOutcome(name, outcome, by_cim, removal.gone, problem)
    elif removal.gone and by_cim:
        step = StepOutcome(name, TrialOutcome.WORKS, by_cim, removal.gone)
    else:
        problem = shown.problem if isinstance(shown, Failed) else Phrase("trial.not_deleted")
        outcome = TrialOutcome.UNANSWERED if removal.gone is None else TrialOutcome.IGNORED
        if removal.gone:
            outcome = TrialOutcome.WORKS if by_cim is None else TrialOutcome.DISAGREE
        step = StepOutcome(name, outcome, by_cim, removal.gone, problem)
    left = () if removal.gone and by_cim is not False else (rule_id,)
    unreachable = removal.unread is not None and removal.unread.unreachable
    by_hand = (*(left if removal.enabled else ()), *strays)
    return _Part((*steps, step), (*left, *strays), by_hand, broken_off, unreachable, True)


# -- within --------------------------------------------------------------------------------------


def _not_done(step: TrialStep, failed: Failed) -> StepOutcome:
    outcome = TrialOutcome.REFUSED if failed.refused else TrialOutcome.UNANSWERED
    return StepOutcome(step.name, outcome, problem=failed.problem)


def _skipped(name: StepName, problem: Value | None = None) -> StepOutcome:
    return StepOutcome(name, TrialOutcome.SKIPPED, problem=problem)


def _foreign(found: FirewallRule, order: TrialOrder) -> Phrase:
    values: dict[str, Value] = {
        "option": OPTION,
        "id": found.rule_id,
        "name": found.label,
        "host": order.host,
        "url": order.url,
    }
    return Phrase("trial.foreign", values)
