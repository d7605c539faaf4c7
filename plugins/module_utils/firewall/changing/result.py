# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results for rules: results, differences and warnings, as plain values and phrases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NotRequired, TypedDict

from ...ground.text import for_display, in_full
from ...pc.facts.firewall import PerhapsFact, ReachFact
from ...pc.result import TaskResult
from ...words.phrases import Phrase, Value, Words
from ..effects.model import Effect, Opening, ProfileEffect
from ..naming.shown import of_group, of_rule
from ..parts import compare
from ..parts.option import Plain
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import TCP
from ..reach.result import left_over, tell
from .changes import Change, ChangeError, Changes
from .moves.stored import Stored, stored
from .plan import PlanOutcome

_OUTCOMES = {
    PlanOutcome.CREATE: "created",
    PlanOutcome.CHANGE: "changed",
    PlanOutcome.DELETE: "deleted",
    PlanOutcome.NOTHING: "unchanged",
}


# How many parts of the ports of a rule are told apart, and how many reasons for each. Real hosts
# have a few.
_MOST_OPENINGS, _MOST_LEFT = 32, 8

# What is said of a rule as it is, and as it would be.
_NONE = ("effect.none_now", "effect.none_later")
_NOT_ALL = ("effect.not_all_now", "effect.not_all_later")
_STILL = ("effect.still_now", "effect.still_later")
_STILL_IN_PART = ("effect.still_in_part_now", "effect.still_in_part_later")


class ProfileEffectEntry(TypedDict, Generic[Words]):
    """Whether a rule has its effect in a profile."""

    active: bool | None
    effective: bool | None
    state: str
    reason: Words
    allowed_from: NotRequired[list[str]]


class OpenEntry(ReachFact[Words]):
    """How far some ports of an inbound rule are open on a network: from where they can be reached,
    and from where it is otherwise than the rule asks for. `program` is there if the answer is about
    what listens at them alone."""

    network: str | None
    profile: str
    protocol: str
    ports: list[str]
    program: NotRequired[str]
    not_open_from: NotRequired[list[PerhapsFact[Words]]]
    still_open_from: NotRequired[list[PerhapsFact[Words]]]


class StoredField(TypedDict):
    """One part of a rule as the registry had it."""

    field: str
    value: str


class StoredRule(TypedDict):
    """A deleted rule as the registry had it; `lost` are the fields that no task can write."""

    text: str
    fields: list[StoredField]
    lost: list[str]


class RuleEntry(TypedDict, Generic[Words]):
    """The result for a rule. `rule` and `before` have a value for each option. `open` is about the
    TCP and UDP ports of an inbound rule, and `open_more` is how many further entries it would
    have."""

    name: Words
    rule_id: str | None
    outcome: str
    rule: dict[str, Plain] | None
    before: NotRequired[dict[str, Plain]]
    differences: NotRequired[list[str]]
    effective: bool | None
    reason: Words
    profiles: dict[str, ProfileEffectEntry[Words]]
    open: list[OpenEntry[Words]]
    open_more: NotRequired[int]
    stored: NotRequired[StoredRule]
    unspecified: NotRequired[bool]


class BrokenOffEntry(TypedDict, Generic[Words]):
    """The state of a rule after a task that broke off, as far as it is known."""

    name: Words
    rule_id: str | None
    outcome: str


class BrokenOffResult(TaskResult[Words]):
    """What port_firewall returns if it has begun and could not finish."""

    rules: NotRequired[list[BrokenOffEntry[Words]]]


class FirewallResult(TaskResult[Words]):
    """What port_firewall returns about rules that are as requested."""

    effective: bool | None
    active_profiles: list[str]
    rules: list[RuleEntry[Words]]


def result(changes: Changes) -> FirewallResult[Value]:
    """The result of a task, without Ansible's own keys."""
    known = changes.reading.environment
    rules = [_rule(change, known) for change in changes.changes]
    return {
        "changed": changes.changed,
        "effective": _effective(changes.changes),
        "rules": rules,
        "active_profiles": sorted(each.word.lower() for each in changes.reading.active_profiles),
    }


def broken_off(error: ChangeError) -> BrokenOffResult[Value]:
    """The result of a task that broke off, with the states of its rules, as far as they are
    known."""
    found: BrokenOffResult[Value] = {"changed": error.changed, "msg": error.phrase}
    if error.rules:
        found["rules"] = [
            {"name": each.name, "rule_id": each.rule_id, "outcome": each.standing.value}
            for each in error.rules
        ]
    if error.unreachable:
        found["unreachable"] = True
    else:
        found["failed"] = True
    return found


def warnings(
    changes: Changes, *, check_mode: bool = False, effect_told_later: bool = False
) -> list[Value]:
    """Whole sentences that a person should see even if the task succeeds.

    Args:
        check_mode: whether the rules are still as they were.
        effect_told_later: whether a later task tells which rules have no effect, and why.
    """
    found: list[Value] = [*changes.reading.notes, *changes.notes]
    counting = _counting(changes.changes)
    for change in changes.changes:
        if change.plan is not None:
            found += change.plan.notes
        if change in counting and not change.unspecified:
            later = check_mode and change.plan is not None and change.plan.changed
            found += [
                each
                for each in _doubts(change, later=later)
                if not (effect_told_later and each.key in _NONE)
            ]
    return list(dict.fromkeys(found))


def _doubts(change: Change, *, later: bool) -> Iterator[Phrase]:
    """What a person has to know if a rule does not have the requested effect, or would not have it
    `later`."""
    rule, present = change.judged
    judged = change.effect
    if rule is None or judged is None or (judged.effective is not False and not judged.in_part):
        return
    if present and rule.enabled:
        keys = _NOT_ALL if judged.in_part else _NONE
    else:
        keys = _STILL_IN_PART if judged.in_part else _STILL
    yield Phrase(keys[later], {"rule": change.name, "reason": judged.reason})


def diff(changes: Changes) -> list[dict[str, Value]]:
    """The differences, one entry for each changed rule, in the form that Ansible shows."""
    found: list[dict[str, Value]] = []
    for change in changes.changes:
        made = change.plan
        if made is None or not made.changed:
            continue
        values: dict[str, Value] = {"rule": made.shown_name, "rule_id": made.rule_id}
        header = Phrase("rule.headline", values)
        found.append(
            {
                "before_header": header,
                "after_header": header,
                "before": _text(made.before, changes.reading.environment),
                "after": _text(made.after, changes.reading.environment),
            }
        )
    return found


def _counting(changes: Sequence[Change]) -> list[Change]:
    """The changes whose effect matters. Of Windows' own rules of one name, there is one for each
    profile or scope: one without an effect does not matter if another has it."""
    enough = {
        change.plan.after.name
        for change in changes
        if change.plan is not None
        and change.plan.after is not None
        and change.plan.after.is_localised_name
        and change.plan.after.enabled
        and change.effect is not None
        and change.effect.effective
    }
    return [
        change
        for change in changes
        if change.plan is None
        or change.plan.after is None
        or change.plan.after.name not in enough
        or (change.effect is not None and change.effect.effective is not False)
    ]


def _effective(changes: Sequence[Change]) -> bool | None:
    """Whether all rules have the requested effect, None if that is unknown. What is unknown of a
    rule that no entry names says nothing about those of the task."""
    named = [each for each in changes if not each.unspecified]
    others = [each.effect for each in changes if each.unspecified and each.counts]
    if any(each is not None and each.effective is False for each in others):
        return False
    return _all(change.effect for change in _counting(named)) if named else _all(others)


def _all(effects: Iterable[Effect | None]) -> bool | None:
    """Whether all rules have the requested effect, None if that is unknown."""
    answers = [each.effective for each in effects if each is not None]
    if False in answers:
        return False
    return True if answers and None not in answers else None


def _rule(change: Change, environment: Environment) -> RuleEntry[Value]:
    made, judged = change.plan, change.effect
    openings = judged.openings if judged else ()
    found: RuleEntry[Value] = {
        "name": change.name,
        "rule_id": made.rule_id if made else None,
        "outcome": _OUTCOMES[change.outcome],
        "rule": compare.properties(made.after, environment) if made and made.after else None,
        "effective": judged.effective if judged else None,
        "reason": judged.reason if judged else _unjudged(change),
        "profiles": {
            each.profile.word.lower(): _profile(each) for each in judged.profiles
        } if judged else {},
        "open": [_open(each) for each in openings[:_MOST_OPENINGS]],
    }  # fmt: skip
    if len(openings) > _MOST_OPENINGS:
        found["open_more"] = len(openings) - _MOST_OPENINGS
    if made is not None and made.changed and made.before is not None:
        found["before"] = compare.properties(made.before, environment)
    if made is not None and made.outcome is PlanOutcome.CHANGE:
        found["differences"] = [each.property for each in made.differences]
    if made is not None and made.outcome is PlanOutcome.DELETE:
        kept = stored(made.before) if made.before else None
        if kept is not None:
            found["stored"] = _stored(kept)
    if change.unspecified:
        found["unspecified"] = True
    return found


def _unjudged(change: Change) -> Phrase:
    return Phrase("effect.not_judged" if change.unspecified else "effect.no_rule")


def _stored(rule: Stored) -> StoredRule:
    """Complete: somebody may want to make the rule again."""
    return {
        "text": in_full(rule.text),
        "fields": [{"field": in_full(name), "value": in_full(each)} for name, each in rule.fields],
        "lost": list(map(in_full, rule.lost)),
    }


def _profile(each: ProfileEffect) -> ProfileEffectEntry[Value]:
    found: ProfileEffectEntry[Value] = {
        "active": each.active,
        "effective": each.effective,
        "state": each.state.value,
        "reason": each.reason,
    }
    if each.allowed_from:
        found["allowed_from"] = list(each.allowed_from)
    return found


def _open(each: Opening) -> OpenEntry[Value]:
    found: OpenEntry[Value] = {
        "network": each.network.name or None,
        "profile": each.network.profile.word.lower(),
        "protocol": "tcp" if each.protocol == TCP else "udp",
        "ports": [str(first) if first == last else f"{first}-{last}" for first, last in each.ports],
    }
    if each.program is not None:
        found["program"] = each.program
    tell(found, each.reach)
    if each.left:
        told = [left_over(one.addresses, one.words, one.reason) for one in each.left[:_MOST_LEFT]]
        found["not_open_from" if each.opens else "still_open_from"] = told
    return found


def _text(rule: FirewallRule | None, environment: Environment) -> str:
    """A rule as lines for a person; empty without a rule."""
    if rule is None:
        return ""
    found = compare.asked_for(rule, environment)
    for option, names in (("name", of_rule(rule.name)), ("group", of_group(rule.group))):
        if names is not None:
            found[option] = names.english
    return "".join(f"{name}: {_shown(value)}\n" for name, value in found.items())


def _shown(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return for_display(", ".join(value), 2_000)
    return for_display(value or "", 2_000)
