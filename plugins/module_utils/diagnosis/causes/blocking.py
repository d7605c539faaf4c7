# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds what keeps traffic out of a port: one cause at a time, with remedies that are proven to
help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ...firewall.judging.decision import Decider, VerdictState, alternatives, profile_phrase
from ...firewall.judging.matching import ConditionKind
from ...firewall.judging.traffic import ANY, Listener
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.policy.products import ProductState, counting
from ...firewall.policy.profile_settings import Origin
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import Action, Profile
from ...words.phrases import Phrase, Value
from . import openings, relaying
from .model import Cause, CauseKind, Remedy, cause_of
from .near_misses import Nearest, NearMiss, near_misses, nearest
from .openings import Options, Question, narrow_rules, new_rules, proven
from .rule_book import RuleBook

T = TypeVar("T")

_POLICY_STORES = frozenset({Store.GROUP_POLICY, Store.MDM})
_POLICY_ORIGINS = frozenset({Origin.GROUP_POLICY, Origin.MDM})
_BY_POLICY = frozenset(
    {
        CauseKind.POLICY_BLOCKS_ALL,
        CauseKind.POLICY_BLOCK_RULE,
        CauseKind.POLICY_VOIDS_RULE,
        CauseKind.POLICY_VOIDS_LOCAL_RULES,
    }
)
# The path of a rule's program has none of them ([MS-FASP] 2.2.37).
_NOT_IN_PATHS = frozenset('/*?"<>|')


@dataclass(frozen=True)
class Finding:
    """A cause, and the firewall after its first remedy, a task, has been carried out; None if there
    is no such task."""

    cause: Cause
    mended: Firewall | None = None


def explain(question: Question) -> Finding:
    """What keeps traffic out on the first of the networks."""
    found = _explained(question)
    network = question.first.network
    if question.in_domain is False and found.cause.kind in _BY_POLICY:
        # Nobody else's policy may be meant.
        own = Remedy(Phrase("remedy.local_policy", question.values()))
        tasks = tuple(each for each in found.cause.remedies if each.task)
        return replace(found, cause=replace(found.cause, remedies=tasks or (own,)))
    if not question.in_domain or network.profile is Profile.DOMAIN:
        return found
    # What is closed on purpose where everybody may be is no fault if it is open in the domain.
    there = replace(network, profile=Profile.DOMAIN)
    in_domain = question.ask(question.firewall, there)
    better = [VerdictState.ALLOWED]
    if question.first.verdict.state is VerdictState.BLOCKED:
        better.append(VerdictState.CONDITIONAL)
    if in_domain.verdict.state not in better:
        return found
    mend = Remedy(Phrase("remedy.mend_location", question.values()))
    others = tuple(
        replace(each, text=Phrase("remedy.deliberately", {"remedy": _plainly(each.text)}))
        if each.task
        else each
        for each in found.cause.remedies
        # It should be the network of the domain.
        if each.text.key not in openings.PRIVATE_NETWORK
    )
    return replace(found, cause=replace(found.cause, remedies=(mend, *others)))


def _plainly(text: Phrase) -> Value:
    """What a remedy says, without for whom."""
    return text.values["remedy"] if text.key == openings.FOR_EVERYBODY else text


def _explained(question: Question) -> Finding:
    verdict = question.first.verdict
    decision = verdict.decision
    if verdict.state is VerdictState.OVERRULED:
        return _other_firewall(question)
    if verdict.state is VerdictState.CONDITIONAL:
        return _conditional(question)
    if verdict.state is not VerdictState.BLOCKED:
        return _in_words(CauseKind.FIREWALL_UNKNOWN, question.values())
    if decision.kind is Decider.BLOCK_ALL_INBOUND:
        by_policy = decision.origin in _POLICY_ORIGINS
        kind = CauseKind.POLICY_BLOCKS_ALL if by_policy else CauseKind.BLOCKS_ALL
        word = question.first.network.profile.word
        return _in_words(kind, question.values(path=decision.path, word=word))
    if decision.kind is Decider.SERVICE_RESTRICTION:
        return _in_words(CauseKind.SERVICE_RESTRICTED, question.values(rule=decision.rule_name))
    if decision.kind is Decider.RULE:
        if decision.store in _POLICY_STORES:
            values = question.values(rule=decision.rule_name)
            return _in_words(CauseKind.POLICY_BLOCK_RULE, values)
        return _block_rule(question)
    return _no_rule(question)


def _in_words(kind: CauseKind, values: Mapping[str, Value]) -> Finding:
    return Finding(cause_of(kind, values))


def _other_firewall(question: Question) -> Finding:
    """A firewall of another maker: one that works or, if none does, one that may be in the way
    although its settings are of no use."""
    kind = CauseKind.THIRD_PARTY_FIREWALL
    state, names = counting(question.firewall.products)
    values = question.values(products=names)
    if state is ProductState.ON:
        return _in_words(kind, values)
    return Finding(cause_of(kind, values, text=f"firewall_{state}", remedy=f"firewall_{state}"))


# -- a rule that blocks --------------------------------------------------------------------------


def _block_rule(question: Question) -> Finding:
    decision = question.first.verdict.decision
    values = question.values(rule=decision.rule_name)
    options = {"rule_id": decision.rule_id, "enabled": False}
    mended = openings.applied(question.firewall, options)
    if mended is None or _decides_still(question, mended):
        return _in_words(CauseKind.BLOCK_RULE, values)
    rule = question.firewall.rule(Store.LOCAL, decision.rule_id)
    task = openings.task(
        "task.disable_rule", question.wanted, options, question.book.firewall, rule
    )
    remedy = Remedy(Phrase("remedy.disable_block_rule", values), task)
    return Finding(cause_of(CauseKind.BLOCK_RULE, values, [remedy]), mended)


def _decides_still(question: Question, firewall: Firewall) -> bool:
    now = question.ask(firewall, question.first.network)
    return now.verdict.decision == question.first.verdict.decision


# -- no rule that allows -------------------------------------------------------------------------


def _no_rule(question: Question) -> Finding:
    verdict = question.first.verdict
    settings = question.firewall.stores.profiles[question.first.network.profile]
    void = [each for each in verdict.void if each.action.value == "Allow"]
    ignored = [question.firewall.rule(Store.LOCAL, each.rule_id) for each in void[:1]]
    remedies, mended = proven(question, new_rules(question, *filter(None, ignored)))
    if void:
        values = question.values(rule=void[0].rule_name, path=void[0].path)
        return Finding(cause_of(CauseKind.POLICY_VOIDS_RULE, values, remedies), mended)
    if not settings.local_rules.value:
        values = question.values(path=settings.local_rules.path)
        return _in_words(CauseKind.POLICY_VOIDS_LOCAL_RULES, values)
    near = _near(question)
    if near:
        return _near_miss(question, near[0])
    if mended is None and not settings.local_port_rules.value:
        values = question.values(path=settings.local_port_rules.path)
        return _in_words(CauseKind.POLICY_VOIDS_LOCAL_RULES, values)
    found = _nearest(question)
    if found is not None:
        return _far_miss(question, found)
    return Finding(cause_of(CauseKind.NO_RULE, question.values(), remedies), mended)


def _near(question: Question) -> tuple[NearMiss, ...]:
    return _once(question, near_misses)


def _nearest(question: Question) -> Nearest | None:
    return _once(question, nearest)


def _once(question: Question, find: Callable[[RuleBook, Firewall, Listener, Network, str], T]) -> T:
    """What is found for a question, once for all ports that no rule can tell from one another:
    their listeners are alike."""
    asked = (
        question.firewall,
        question.listener,
        question.first.network,
        question.controller or ANY,
    )
    return question.book.once((find, *asked), lambda: find(question.book, *asked))


def _far_miss(question: Question, found: Nearest) -> Finding:
    """No rule opens the port, and one has several things in the way: it is named with all of them,
    since whoever mends one of them alone is no further."""
    misses = [NearMiss(kind, found.rule, found.store) for kind in found.kinds]
    lacks = tuple(
        Phrase(f"lacks.{each.kind}", question.values() | _difference(question, each))
        for each in misses
    )
    values = question.values(rule=found.rule.label, lacks=lacks)

    def changes() -> Iterator[tuple[str, Options]]:
        of_each = [_change_for(question, each) for each in misses]
        if all(of_each):
            options = {name: value for each in of_each for name, value in each.items()}
            yield "remedy.change_in_all", openings.change_of(found.rule, **options)
        yield from new_rules(question, found.rule)

    remedies, mended = proven(question, changes(), found.rule)
    return Finding(cause_of(CauseKind.NO_RULE, values, remedies, text="no_rule_nearest"), mended)


def _change_for(question: Question, near: NearMiss) -> Options:
    """The options by which port_firewall takes one condition of a rule out of the way; empty if it
    should not, or can't."""
    if near.store is not Store.LOCAL or near.rule.is_windows_own:
        return {}
    for _key, options in _repairs(question, near):
        if "rule_id" in options:
            return {name: value for name, value in options.items() if name != "rule_id"}
    return {}


def _near_miss(question: Question, near: NearMiss) -> Finding:
    rule = near.rule
    values = question.values(rule=rule.label) | _difference(question, near)
    remedies, mended = proven(question, _repairs(question, near), rule)
    step = _first_step(question, near)
    if step is not None and all(
        each.task and "rule_id" not in each.task.options for each in remedies
    ):
        remedies, mended = step
    if near.kind is CauseKind.RULE_FOR_OTHER_REMOTE and question.controller is None:
        # For traffic from anywhere, such a rule is open under a condition. It is certainly out of
        # the question only if all its addresses are of the other family.
        key = "rule_for_other_family"
        return Finding(cause_of(near.kind, values, remedies, text=key, remedy=key), mended)
    if question.asker.source is not None:
        if near.kind is CauseKind.RULE_FOR_OTHER_REMOTE:
            single = question.asker.source.source.single
            text = "rule_for_other_source" if single else "rule_for_other_sources"
            return Finding(cause_of(near.kind, values, remedies, text=text), mended)
        # What the rule would let in besides is not asked for.
        key = "remedy.open_for_addresses"
        only, opened = proven(question, narrow_rules(question, key, question.remotes))
        if only:
            remedies, mended = (*only, *remedies), opened
    if near.kind is CauseKind.RULE_FOR_OTHER_PROFILE:
        public = [each for each in question.left if each.network.profile is Profile.PUBLIC]
        if public and Profile.PRIVATE in rule.effective_profiles:
            in_words = Remedy(Phrase(f"remedy.{near.kind}", values))
            private = openings.private_network(question, values)
            remedies = (*(remedies or (in_words,)), *([private] if private else ()))
    if near.kind is CauseKind.RULE_FOR_OTHER_PROGRAM:
        # The rule is right, and a relay has taken the port from its program.
        ended = relaying.ended(question.wanted, question.holder)
        if ended is not None:
            told: dict[str, Value] = {**values, "remedy": ended}
            key = "remedy.remove_forwarding"
            if remedies:
                key, told["other"] = "remedy.remove_forwarding_or", remedies[0].text
            remedies = (Remedy(Phrase(key, told)), *remedies)
    return Finding(cause_of(near.kind, values, remedies), mended)


def _first_step(question: Question, near: NearMiss) -> tuple[tuple[Remedy, ...], Firewall] | None:
    """Enabling one of Windows' own rules that opens the port, if only for some: it is made for
    that, and whether it is enough is the next question."""
    rule = near.rule
    if near.kind is not CauseKind.RULE_DISABLED or not rule.is_windows_own:
        return None
    options = openings.change_of(rule, enabled=True)
    mended = openings.applied(question.firewall, options)
    if mended is None or near.store is not Store.LOCAL:
        return None
    after = question.ask(mended, question.first.network)
    if after.from_anywhere.state not in (VerdictState.ALLOWED, VerdictState.CONDITIONAL):
        return None
    task = openings.task("task.enable_rule", question.wanted, options, question.book.firewall, rule)
    key = "enable_rule_for_some" if rule.remote_addresses else "enable_rule"
    values = question.values(addresses=rule.remote_addresses.texts())
    remedy = Remedy(Phrase(f"remedy.{key}", values), task)
    return (openings.cautious(question, mended, remedy),), mended


def _difference(question: Question, near: NearMiss) -> dict[str, Value]:
    """What a rule requires, and what the actual value is, for the texts of a near miss."""
    rule = near.rule
    about_local = near.kind is CauseKind.RULE_FOR_OTHER_ADDRESS
    addresses = rule.local_addresses if about_local else rule.remote_addresses
    return {
        "rule_profiles": tuple(
            profile_phrase(each) for each in Profile if each in rule.effective_profiles
        ),
        "rule_program": rule.program or "",
        "program": question.listener.program or "",
        "rule_service": rule.service or "",
        "addresses": addresses.texts(),
        "controller": question.controller or "",
        "family": tuple(f"IPv{each}" for each in question.listener.families),
    }


def _repairs(question: Question, near: NearMiss) -> Iterator[tuple[str, Options]]:
    """What port_firewall could do about a near miss, the preferred change first: the key of the
    text, and the options."""
    rule = near.rule
    # Of Windows' own rules, the conditions stay; one that is enabled may admit the controller too.
    own = near.store is Store.LOCAL and not rule.is_windows_own
    if near.kind is CauseKind.RULE_DISABLED and near.store is Store.LOCAL:
        yield "remedy.enable_rule", openings.change_of(rule, enabled=True)
        if question.remotes and rule.remote_addresses:
            remotes = [*rule.remote_addresses.texts(), *question.remotes]
            options = openings.change_of(rule, enabled=True, remote_addresses=remotes)
            yield "remedy.enable_rule_for_controller", options
    if own and near.kind is CauseKind.RULE_FOR_OTHER_PROFILE:
        profiles = openings.profile_words(rule.effective_profiles | question.profiles)
        yield "remedy.extend_profiles", openings.change_of(rule, profiles=profiles)
    of_program = near.kind is CauseKind.RULE_FOR_OTHER_PROGRAM and question.listener.program
    relayed = question.holder is not None and question.holder.relay is not None
    if own and of_program and not relayed:
        about = openings.program_of(question.listener)
        several = openings.hosts_services(question.listener) and "service" not in about
        key = "correct_program_of_services" if several else "correct_program"
        yield f"remedy.{key}", openings.change_of(rule, **about)
    # A rule that admits only some does so on purpose, so no remedy opens the port for everyone.
    if near.kind is CauseKind.RULE_FOR_OTHER_REMOTE:
        if not question.remotes:
            return
        if own:
            remotes = [*rule.remote_addresses.texts(), *question.remotes]
            yield "remedy.add_remote", openings.change_of(rule, remote_addresses=remotes)
        yield from narrow_rules(question, "remedy.allow_controller", question.remotes)
        return
    yield from new_rules(question, rule)


# -- a rule under conditions ---------------------------------------------------------------------


def _conditional(question: Question) -> Finding:
    verdict = question.first.verdict
    if not verdict.requires and not verdict.restricted_to:
        return _perhaps_blocked(question)
    requirements = verdict.requires or verdict.restricted_to
    values = question.values(conditions=alternatives(requirements))
    kind = CauseKind.CONDITION_NOT_MET if question.tried else CauseKind.CONDITION_OPEN
    in_words = Remedy(Phrase(f"remedy.{kind}", values))
    if not verdict.requires:
        # A rule lets the traffic in already.
        return Finding(cause_of(kind, values, [in_words]))
    odd = _odd_path(question)
    if odd is not None:
        return odd
    known = {(each.rule_id, each.store) for each in requirements}
    near = [each for each in _near(question) if (each.rule.rule_id, each.store) not in known]
    if near and question.tried:
        return _near_miss(question, near[0])
    if near:
        remedies, mended = proven(question, _repairs(question, near[0]), near[0].rule)
    else:
        remedies, mended = proven(question, _rules_without(question))
    return Finding(cause_of(kind, values, [*remedies, in_words]), mended)


def _odd_path(question: Question) -> Finding | None:
    """The rule that only the path of its program keeps from letting the traffic in: one that no
    rule may have, or one that may mean the program that listens, written in another way."""
    program = question.listener.program
    for each in question.first.verdict.requires if program else ():
        about = {condition.kind for condition in each.conditions}
        rule = question.firewall.rule(each.store or Store.LOCAL, each.rule_id)
        if about != {ConditionKind.PROGRAM} or rule is None or not rule.program:
            continue
        near = NearMiss(CauseKind.RULE_FOR_OTHER_PROGRAM, rule, each.store or Store.LOCAL)
        wrong = tuple(sorted(_NOT_IN_PATHS.intersection(rule.program)))
        values = question.values(rule=rule.label, characters=wrong) | _difference(question, near)
        remedies, mended = proven(question, _repairs(question, near), rule)
        remedy = near.kind.value
        if wrong:
            return Finding(cause_of(near.kind, values, remedies, text="wrong_path"), mended)
        kind = CauseKind.CONDITION_NOT_MET if question.tried else CauseKind.CONDITION_OPEN
        text = f"odd_path_{'likely' if question.tried else 'open'}"
        return Finding(cause_of(kind, values, remedies, text=text, remedy=remedy), mended)
    return None


def _perhaps_blocked(question: Question) -> Finding:
    """Something lets the traffic in, and something else may block it."""
    unless = question.first.verdict.unless
    secured = tuple(each.rule_name for each in unless if each.is_security_rule)
    only_secured = len(secured) == len(unless)
    values = question.values(conditions=alternatives(unless), rules=secured)
    kind = CauseKind.CONDITION_NOT_MET if question.tried else CauseKind.CONDITION_OPEN
    what = "ipsec" if only_secured else "block"
    text = f"{what}_{'likely' if question.tried else 'open'}"
    remedies, mended = proven(question, _without_blocks(question))
    in_words = Remedy(Phrase(f"remedy.{what}_perhaps", values))
    return Finding(cause_of(kind, values, [*remedies, in_words], text=text), mended)


def _without_blocks(question: Question) -> Iterator[tuple[str, Options]]:
    """Block rules of this PC that may be disabled, one by one."""
    for each in question.first.verdict.unless:
        if each.store is Store.LOCAL and each.action is Action.BLOCK and not each.is_security_rule:
            yield "remedy.disable_block_rule", {"rule_id": each.rule_id, "enabled": False}


def _rules_without(question: Question) -> Iterator[tuple[str, Options]]:
    """New rules without the conditions that are open."""
    conditions = {
        condition.kind
        for requirement in question.first.verdict.requires
        for condition in requirement.conditions
    }
    if ConditionKind.REMOTE_ADDRESS not in conditions:
        yield from new_rules(question)
    elif question.remotes:
        # A rule admits only some on purpose.
        yield from narrow_rules(question, "remedy.allow_controller", question.remotes)
