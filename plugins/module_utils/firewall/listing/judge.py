# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a rule count on the host as it is now, and if not, why?

What can be told from the rule and the settings alone comes first. The rest is the verdict of
`effects` on the traffic that the rule is for, the same that port_firewall gives after a change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ...ground.names import ascii_upper, name_key
from ...ground.text import for_display
from ...words.phrases import Phrase, Value, Verbatim
from ..effects import effect
from ..effects.answer import LIMITS, RANK
from ..effects.model import Effect
from ..judging.deciding import switched_on, voided_by
from ..judging.decision import (
    Decider,
    Decision,
    Requirement,
    VerdictState,
    profile_phrase,
    uncertain,
)
from ..judging.matching import CompiledRule
from ..judging.reading import FirewallReading
from ..judging.rule_index import Compiler
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.rule import FirewallRule, Title
from ..policy.stores import RESTRICTING, Store
from ..policy.vocabulary import TCP, UDP, Action, Direction, Profile
from ..reach.sweep import TooMuchWorkError, Work
from . import sending
from .rivals import Against, Rivals

# The limits on the verdicts that are asked for: on their number, on that times the rules of the
# host, and on what they cost, which differs by far more. Most rules have none against them, and
# need no verdict.
MOST_VERDICTS, MAX_WORK, MAX_COST = 400, 1_000_000, 500_000
# The limit on the comparisons of two rules. Only hostile stores come close.
MAX_COMPARISONS = 2_000_000
# To compare two rules condition by condition takes as long as this many looks at what differs most
# often.
_IN_DETAIL = 50
# The version of the texts of rules that is known here ([MS-GPFAS] 2.2.2.19).
_MAJOR = 2
# How many parts of a rule that are not understood are shown, and how much of each.
_MOST_FIELDS, _SHOWN = 5, 100


class Status(StrEnum):
    """Whether a rule counts, and if not, what kind of reason there is."""

    COUNTS = "counts"
    # For a part of its traffic, or on some of the networks.
    IN_PART = "in_part"
    # It hangs on conditions that can't be judged from here.
    DEPENDS = "depends"
    DISABLED = "disabled"
    OTHER_PROFILE = "other_profile"
    OTHER_ADAPTER = "other_adapter"
    OTHER_WINDOWS = "other_windows"
    OTHER_TRANSPORT = "other_transport"
    VOID = "void"
    BEATEN = "beaten"
    ALL_BLOCKED = "all_blocked"
    FIREWALL_OFF = "firewall_off"
    OTHER_FIREWALL = "other_firewall"
    NO_EFFECT = "no_effect"
    NOT_UNDERSTOOD = "not_understood"
    UNKNOWN = "unknown"


_COUNTING = {Status.COUNTS: True, Status.IN_PART: True}
_OPEN = frozenset({Status.DEPENDS, Status.NOT_UNDERSTOOD, Status.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Rival:
    """Another rule that decides, or may decide, about traffic of a rule."""

    rule_id: str
    name: Title
    store: Store
    action: Action | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a rule counts now. `by` are the rules that decide otherwise or may do so."""

    status: Status
    reason: Phrase
    by: tuple[Rival, ...] = ()

    @property
    def counts(self) -> bool | None:
        """Whether it counts, at least in part; None if that is unknown."""
        return None if self.status in _OPEN else _COUNTING.get(self.status, False)


class Judge:
    """Judges the rules of one host, in any number.

    Args:
        reading: the host.
    """

    def __init__(self, reading: FirewallReading) -> None:
        self._reading = reading
        self._stores = reading.stores
        compiler = Compiler(reading.stores, reading.environment)
        self._compiler = compiler
        self._firewall = Firewall(reading.stores, reading.environment, reading.products, compiler)
        self._rivals = {each: Rivals(reading.stores, compiler, each) for each in Direction}
        self._left = min(MOST_VERDICTS, MAX_WORK // max(1, reading.stores.size))
        self._comparisons = MAX_COMPARISONS
        self._work = Work(MAX_COST)
        self._policy_ids = {
            name_key(rule.rule_id)
            for store in (Store.GROUP_POLICY, Store.MDM)
            for rule in reading.stores.of(store)
        }

    def standing(self, store: Store, rule: FirewallRule) -> Standing:
        """Whether a rule of a store counts."""
        if not switched_on(rule, store in RESTRICTING):
            return Standing(Status.DISABLED, Phrase("standing.disabled"))
        problem = self._reading.problem
        if problem is not None:
            return Standing(Status.UNKNOWN, uncertain(problem))
        doubts = _not_understood(rule)
        if doubts:
            reason = Phrase("standing.not_understood", {"fields": doubts})
            return Standing(Status.NOT_UNDERSTOOD, reason)
        same_id = store is Store.LOCAL and name_key(rule.rule_id) in self._policy_ids
        compiled = self._compiler.compiled(
            rule, store, restricts=store in RESTRICTING, same_id=same_id
        )
        if compiled is None:
            return Standing(Status.OTHER_WINDOWS, Phrase("standing.other_windows"))
        if rule.trust_tuples and compiled.action is not Action.BLOCK:
            # They are for Wi-Fi Direct, proximity and Teredo's UPnP alone (`matching`).
            words = tuple(Verbatim(for_display(each, _SHOWN)) for _key, each in rule.trust_tuples)
            reason = Phrase("standing.other_transport", {"transport": words[0]})
            return Standing(Status.OTHER_TRANSPORT, reason)
        return self._elsewhere(rule) or self._by_settings(store, rule, compiled)

    def _elsewhere(self, rule: FirewallRule) -> Standing | None:
        """That a rule is for none of the networks that the host is connected to."""
        active = self._reading.active_profiles
        if not active:
            return None
        wanted = rule.effective_profiles
        if not wanted & active:
            values: dict[str, Value] = {"profiles": _phrases(wanted), "active": _phrases(active)}
            return Standing(Status.OTHER_PROFILE, Phrase("effect.other_profile", values))
        if any(
            each.profile in wanted and _may_come_by(rule, each.interface_id)
            for each in self._reading.networks
        ):
            return None
        names = tuple(sorted(map(self._reading.environment.alias, rule.interfaces)))
        return Standing(Status.OTHER_ADAPTER, Phrase("effect.other_adapter", {"adapters": names}))

    def _by_settings(self, store: Store, rule: FirewallRule, compiled: CompiledRule) -> Standing:
        if self._firewall.products:
            reason = Decision.by_products(self._firewall.products).phrase
            return Standing(Status.OTHER_FIREWALL, reason)
        profiles = [each for each in Profile if each in self._profiles(rule)]
        found = {each: self._in_profile(store, rule, each) for each in profiles}
        left = [each for each in profiles if found[each] is None]
        # If nothing shows which profile counts, they are judged together.
        for group in (
            [[each] for each in left] if self._reading.networks else [left] if left else []
        ):
            standing = self._by_rules(store, rule.but(profiles=frozenset(group)), compiled)
            found |= dict.fromkeys(group, standing)
        return _together([each for each in found.values() if each is not None])

    def _profiles(self, rule: FirewallRule) -> Collection[Profile]:
        """The profiles that matter to a rule now: those of the networks that it is for."""
        here = {
            each.profile for each in self._reading.networks if _may_come_by(rule, each.interface_id)
        }
        return rule.effective_profiles & here if here else rule.effective_profiles

    def _in_profile(self, store: Store, rule: FirewallRule, profile: Profile) -> Standing | None:
        """What the settings of a profile alone decide."""
        settings = self._stores.profiles[profile]
        local = store is Store.LOCAL
        if profile in self._stores.contested:
            void = self._firewall.voided_by(rule, profile) if local else None
        else:
            if not settings.enabled.value:
                off = Decision.by_setting(Decider.FIREWALL_OFF, settings.enabled)
                # A host may enforce what restricts services all the same (`judging.deciding`).
                status = Status.DEPENDS if store in RESTRICTING else Status.FIREWALL_OFF
                return Standing(status, off.phrase)
            void = voided_by(rule.merged_as, settings) if local else None
            shield = settings.block_all_inbound
            if shield.value and rule.direction is Direction.IN and rule.action is not Action.BLOCK:
                decision = Decision.by_setting(Decider.BLOCK_ALL_INBOUND, shield)
                return Standing(Status.ALL_BLOCKED, decision.phrase)
        if void is None:
            return None
        values: dict[str, Value] = {"setter": Phrase(f"setter.{void.origin}"), "path": void.path}
        return Standing(Status.VOID, Phrase("effect.void", values))

    def _by_rules(self, store: Store, rule: FirewallRule, compiled: CompiledRule) -> Standing:
        """What other rules make of a rule, in profiles that its settings don't decide."""
        if store in RESTRICTING:
            return Standing(Status.COUNTS, Phrase("standing.restricts"))
        doubts = tuple(each for each in compiled.open if each.kind not in LIMITS)
        if doubts:
            return Standing(Status.DEPENDS, Requirement.of(compiled, doubts).phrase)
        if not self._reading.networks and rule.profiles != frozenset(Profile):
            reason = Phrase("effect.no_network", {"profiles": _phrases(rule.profiles)})
            return Standing(Status.DEPENDS, reason)
        against = self._against(rule, compiled)
        if against is None or self._exactly(rule, against):
            found = self._by_verdicts(store, rule)
            if found is not None:
                return found
        if against is None:
            return Standing(Status.UNKNOWN, uncertain(Phrase("standing.too_many")))
        return _by_comparison(against, compiled)

    def _by_verdicts(self, store: Store, rule: FirewallRule) -> Standing | None:
        """What verdicts on its traffic make of a rule; None if they would be too much work."""
        if not self._left:
            return None
        self._left -= 1
        try:
            if rule.direction is Direction.OUT:
                return self._outbound(store, rule)
            return self._effect(store, rule)
        except TooMuchWorkError:
            self._left = 0
            return None

    def _against(self, rule: FirewallRule, compiled: CompiledRule) -> Against | None:
        """The rules that stand against a rule in all its profiles; None if they alone don't
        decide, or that is too much work."""
        stores = self._stores
        if any(stores.security.values()) or any(map(stores.contested.get, rule.profiles)):
            return None
        if any(stores.profiles[each].disabled_interfaces.value for each in rule.profiles):
            return None
        if rule.direction is None or not self._comparisons:
            return None
        if rule.program is not None and (rule.package_sid or rule.package_family):
            # The folder decides whether a program is an app.
            return None
        rivals = self._rivals[rule.direction]
        before, looks = rivals.compared, rivals.looks
        found = {each: rivals.against(compiled, each) for each in rule.profiles}
        cost = rivals.size + _IN_DETAIL * (rivals.compared - before) + rivals.looks - looks
        self._comparisons = max(0, self._comparisons - cost)
        first, *others = found.values()
        return first if all(each == first for each in others) else None

    def _exactly(self, rule: FirewallRule, against: Against) -> bool:
        """Whether the verdict on the traffic tells more than a comparison of the rules, and does
        not take long: many ports and protocols are as many verdicts."""
        if against.whole or not against or not self._left:
            return False
        if rule.direction is Direction.OUT:
            return True
        names_parts = bool(rule.local_ports) or rule.protocol not in (None, TCP, UDP)
        return names_parts and not (rule.package_sid or rule.package_family)

    def _effect(self, store: Store, rule: FirewallRule) -> Standing:
        """The standing of a rule by its effect. Raises TooMuchWorkError."""
        of = store, self._firewall
        return _standing_of(effect.judge(rule, self._reading, of=of, work=self._work))

    def _outbound(self, store: Store, rule: FirewallRule) -> Standing:
        """The standing of an outbound rule. Raises TooMuchWorkError."""
        if rule.action is Action.BLOCK:
            return self._effect(store, rule)
        networks = [each for each in self._reading.networks if each.profile in rule.profiles]
        found = [
            sending.answer(self._firewall, store, rule, network, self._work)
            for network in networks or map(Network, rule.profiles)
        ]
        return _of_answers([each for answers in found for each in answers])


def _by_comparison(against: Against, compiled: CompiledRule) -> Standing:
    """The standing of a rule by the rules that stand against it."""
    outbound = compiled.rule.direction is Direction.OUT
    named = (*against.whole, *against.part, *against.perhaps)
    if not named:
        blocks = compiled.action is Action.BLOCK
        key = "effect.blocks_outbound" if blocks else "standing.unopposed"
        return Standing(Status.COUNTS, Phrase(key))
    decision = Decision.by_rule(named[0], outbound=outbound).phrase
    by = _rivals(Decision.by_rule(each) for each in named)
    if against.whole:
        state = Phrase(f"verdict.{VerdictState.BLOCKED}")
        reason = Phrase("verdict.because", {"state": state, "reason": decision})
        return Standing(Status.BEATEN, reason, _rivals(map(Decision.by_rule, against.whole)))
    if against.part:
        reason = Phrase("standing.in_part", {"decision": decision})
        return Standing(Status.IN_PART, reason, by)
    return Standing(Status.DEPENDS, Phrase("standing.perhaps", {"decision": decision}), by)


def _of_answers(answers: Sequence[sending.Answer]) -> Standing:
    """The standing of a rule by the answers about the parts of its outbound traffic."""
    outcomes = {each.effective for each in answers}
    by = tuple(dict.fromkeys(each for answer in answers for each in answer.by))
    worst = min(answers, key=lambda each: RANK[each.effective])
    reason = worst.reason
    if outcomes == {True}:
        status = Status.COUNTS
    elif outcomes == {False}:
        status = Status.BEATEN if by else Status.NO_EFFECT
    elif {True, False} <= outcomes:
        status = Status.IN_PART
        rival = next((each for each in worst.by if each.rule_id), None)
        if rival is not None:
            reason = Phrase("standing.in_part", {"decision": rival.phrase})
    else:
        status = Status.DEPENDS
        # What is certainly blocked is a part that `by` names; the rest is what can't be told.
        reason = next(each.reason for each in answers if each.effective is None)
    return Standing(status, reason, _rivals(by))


def _standing_of(found: Effect) -> Standing:
    """The standing of a rule by its effect."""
    by = _rivals((*found.against, *found.perhaps_against))
    if found.effective:
        # What keeps only a part of it from counting is named; what only might is not.
        return Standing(Status.COUNTS, found.reason)
    if found.in_part:
        return Standing(Status.IN_PART, found.reason, by)
    if found.effective is None or found.perhaps is not None:
        return Standing(Status.DEPENDS, found.perhaps or found.reason, by)
    decides = {each.kind for each in found.against}
    if by and decides & {Decider.RULE, Decider.SERVICE_RESTRICTION}:
        return Standing(Status.BEATEN, found.reason, by)
    if decides & {Decider.FIREWALL_OFF, Decider.INTERFACE_OFF}:
        return Standing(Status.FIREWALL_OFF, found.reason)
    return Standing(Status.NO_EFFECT, found.reason)


def _rivals(decisions: Iterable[Decision | Requirement]) -> tuple[Rival, ...]:
    found = {
        Rival(each.rule_id, each.rule_name, each.store, each.action): None
        for each in decisions
        if each.rule_id and each.store is not None
    }
    return tuple(found)[: effect.MOST_NAMED]


def _together(found: Sequence[Standing]) -> Standing:
    """The standing of a rule by those in each profile that matters."""
    statuses = {each.status for each in found}
    if len(statuses) == 1:
        by = tuple(dict.fromkeys(rival for each in found for rival in each.by))
        return replace(found[0], by=by)
    worst = next((each for each in found if each.counts is False), found[0])
    if any(each.counts for each in found):
        return replace(worst, status=Status.IN_PART)
    return next((each for each in found if each.counts is None), worst)


def _not_understood(rule: FirewallRule) -> tuple[Verbatim, ...]:
    """The parts of a rule's text whose meaning is not known here, or that break the grammar."""
    found = [f"{key}={value}" for key, value in (*rule.unknown, *rule.malformed)]
    if rule.version[0] != _MAJOR:
        found.append(f"v{rule.version[0]}.{rule.version[1]}")
    found += ["Action="] * (rule.action is None) + ["Dir="] * (rule.direction is None)
    return tuple(Verbatim(for_display(each, _SHOWN)) for each in found[:_MOST_FIELDS])


def _may_come_by(rule: FirewallRule, interface_id: str | None) -> bool:
    """Whether a rule may be for an adapter."""
    wanted = rule.interfaces
    return not wanted or interface_id is None or ascii_upper(interface_id) in wanted


def _phrases(profiles: Collection[Profile]) -> tuple[Phrase, ...]:
    return tuple(profile_phrase(each) for each in Profile if each in profiles)
