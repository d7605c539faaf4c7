# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A verdict as plain values, and as phrases for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from ...ground.text import for_display
from ...words.phrases import ByLanguage, Joined, Phrase, Value, Verbatim
from ..policy import addresses
from ..policy.products import FirewallProduct, ProductState, counting
from ..policy.profile_settings import Origin, Setting
from ..policy.rule import Title
from ..policy.stores import Store
from ..policy.vocabulary import Action, Profile
from .matching import CompiledRule, Condition, ConditionKind, Conditions

T = TypeVar("T")


class VerdictState(StrEnum):
    """The answer."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    # Allowed or blocked, depending on conditions that can't be judged from here.
    CONDITIONAL = "conditional"
    # Another maker's firewall is in charge.
    OVERRULED = "overruled"
    UNKNOWN = "unknown"


class Decider(StrEnum):
    """The kind of thing that decides."""

    RULE = "rule"
    DEFAULT_ACTION = "default_action"
    FIREWALL_OFF = "firewall_off"
    BLOCK_ALL_INBOUND = "block_all_inbound"
    INTERFACE_OFF = "interface_off"
    SERVICE_RESTRICTION = "service_restriction"
    LOOPBACK = "loopback"
    THIRD_PARTY = "third_party"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule or setting that decides. Fields that don't apply to its kind are empty.

    `text` is for other cases: the names of the products in charge or, in whole sentences, why
    nothing can be said. `state` is that of these products. `outbound` says that the rule or default
    action is for outbound traffic.
    """

    kind: Decider
    action: Action | None = None
    store: Store | None = None
    rule_id: str = ""
    rule_name: Title = ""
    origin: Origin | None = None
    path: str = ""
    text: Value = ""
    outbound: bool = False
    state: ProductState = ProductState.ON

    @classmethod
    def by_products(cls, charged: Collection[FirewallProduct]) -> Decision:
        """A decision by firewalls of other makers, of which there is one at least."""
        state, names = counting(charged)
        told = Verbatim(for_display(", ".join(names)))
        return cls(Decider.THIRD_PARTY, text=told, state=state)

    @classmethod
    def by_rule(cls, compiled: CompiledRule, *, outbound: bool = False) -> Decision:
        """A decision by a rule."""
        return cls(
            Decider.RULE,
            action=compiled.action,
            store=compiled.store,
            rule_id=compiled.rule.rule_id,
            rule_name=compiled.label,
            outbound=outbound,
        )

    @classmethod
    def by_setting(
        cls,
        kind: Decider,
        setting: Setting[T],
        action: Action | None = None,
        *,
        outbound: bool = False,
    ) -> Decision:
        """A decision by a setting of a profile."""
        origin, path = setting.origin, setting.path
        return cls(kind, action=action, origin=origin, path=path, outbound=outbound)

    @property
    def phrase(self) -> Phrase:
        """Part of a sentence: ``the block rule 'x' of Group Policy``."""
        if self.kind in (Decider.RULE, Decider.SERVICE_RESTRICTION):
            action = (self.action or Action.BLOCK).value.lower()
            values: dict[str, Value] = {
                "action": Phrase(f"action.{action}"),
                "rule": _shown(self.rule_name),
            }
            rule = Phrase("decision.outbound_rule" if self.outbound else "decision.rule", values)
            if self.store is None:
                return rule
            store = Phrase(f"store.{self.store}")
            return Phrase("decision.rule_of", {"rule": rule, "store": store})
        if self.kind is Decider.THIRD_PARTY:
            key = _OF_PRODUCTS.get(self.state, "decision.third_party")
            return Phrase(key, {"products": self.text})
        if self.kind in (Decider.UNREADABLE, Decider.IMPOSSIBLE):
            return uncertain(self.text)
        decision = Phrase(f"decision.{self.kind}")
        if self.kind is Decider.DEFAULT_ACTION:
            default = "outbound_default" if self.outbound else "default"
            answer = "allows" if self.action is Action.ALLOW else "blocks"
            decision = Phrase(f"decision.{default}_{answer}")
        if self.origin is None:
            return decision
        origin = Phrase(f"origin.{self.origin}")
        return Phrase("decision.set_by", {"decision": decision, "origin": origin})


# Those that may be in charge although they say that they don't work.
_OF_PRODUCTS = {
    ProductState.SNOOZED: "decision.firewall_snoozed",
    ProductState.EXPIRED: "decision.firewall_expired",
}


def uncertain(note: Value) -> Phrase:
    """That nothing can be said. `note`: why."""
    return Phrase("decision.uncertain", {"note": note})


def profile_phrase(profile: Profile) -> Phrase:
    """The name of a profile."""
    return Phrase(f"profile.{profile.word.lower()}")


_ABOUT_PROGRAM = frozenset({ConditionKind.PROGRAM, ConditionKind.SERVICE, ConditionKind.PACKAGE})


def is_about_program(conditions: Conditions) -> bool:
    """Whether one of the conditions is the program, its service or its app package."""
    # Hundreds of rules have one or two.
    for each in conditions:  # noqa: SIM110
        if each.kind in _ABOUT_PROGRAM:
            return True
    return False


# How many rules one sentence names and does not only count.
MAX_NAMED = 3


def _shown(text: Title) -> Verbatim | ByLanguage:
    """A text of the host, such as the name of a rule, which its maker chose, safe for a message."""
    return text if isinstance(text, ByLanguage) else Verbatim(for_display(text, 100))


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule that matches if all its open conditions hold. `is_security_rule`: it is a connection
    security rule, which drops traffic without IPsec."""

    rule_id: str
    rule_name: Title
    store: Store | None
    action: Action
    conditions: tuple[Condition, ...]
    is_security_rule: bool = False

    @classmethod
    def of(cls, compiled: CompiledRule, conditions: Conditions) -> Requirement:
        """A rule, and those of its conditions that stay open."""
        rule = compiled.rule
        return cls(rule.rule_id, compiled.label, compiled.store, compiled.action, conditions)

    @classmethod
    def of_decision(cls, decision: Decision, *conditions: Condition) -> Requirement:
        """What has decided, with conditions of the question rather than of a rule."""
        action = decision.action or Action.BLOCK
        return cls(decision.rule_id, decision.rule_name, decision.store, action, conditions)

    @property
    def phrase(self) -> Phrase:
        """``the rule 'x' if the remote address is LocalSubnet``."""
        rule = Phrase("requirement.setting")
        if self.rule_name:
            key = "requirement.security_rule" if self.is_security_rule else "requirement.rule"
            rule = Phrase(key, {"rule": _shown(self.rule_name)})
        if not self.conditions:
            return rule
        parts = tuple(
            Phrase(f"condition.{each.kind}", {"value": _shown(each.text)})
            for each in self.conditions
        )
        return Phrase(
            "requirement.if", {"rule": rule, "conditions": Joined(parts, "requirement.and")}
        )


@dataclass(frozen=True, slots=True)
class VoidRule:
    """A local rule that matches but is void, and the policy's registry value that makes it so."""

    rule_id: str
    rule_name: Title
    action: Action
    path: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class ProfileVerdict:
    """The verdict for one network.

    If `state` is conditional, the traffic is allowed if one of the rules in `requires` matches in
    full, and one of those in `restricted_to` (exceptions to a restriction of its service), and none
    of those in `unless`, which block it; an empty list requires nothing. `void`: local rules that
    would have mattered.
    """

    profile: Profile
    state: VerdictState
    decision: Decision
    requires: tuple[Requirement, ...] = ()
    restricted_to: tuple[Requirement, ...] = ()
    unless: tuple[Requirement, ...] = ()
    void: tuple[VoidRule, ...] = ()
    products: tuple[str, ...] = ()

    @property
    def lets_in_secured(self) -> bool:
        """Whether traffic that IPsec authenticates is certainly allowed. Most traffic is not
        authenticated, and then this says nothing."""
        if self.state is VerdictState.ALLOWED:
            return True
        if self.state is not VerdictState.CONDITIONAL or self.requires or self.restricted_to:
            return False
        kind = ConditionKind.UNAUTHENTICATED
        return all(any(one.kind is kind for one in each.conditions) for each in self.unless)

    @property
    def depends_on_mdm(self) -> bool:
        """Whether it depends on which of two keys of device management is for the profile."""
        kind = ConditionKind.MDM_KEY
        return any(one.kind is kind for each in self.requires for one in each.conditions)

    @property
    def allowed_from(self) -> tuple[str, ...]:
        """From where the traffic is certainly allowed: ``any``, or addresses, subnets and keywords;
        empty if nothing is certain, or nothing allowed."""
        if self.state is VerdictState.ALLOWED:
            return ("any",)
        if self.state is not VerdictState.CONDITIONAL or self.unless or self.restricted_to:
            return ()
        found = {
            text.strip()
            for requirement in self.requires
            if [each.kind for each in requirement.conditions] == [ConditionKind.REMOTE_ADDRESS]
            for text in requirement.conditions[0].text.split(",")
        }
        return tuple(sorted(found))

    @property
    def phrase(self) -> Phrase:
        """The verdict in one sentence, without the profile."""
        state = Phrase(f"verdict.{self.state}")
        return Phrase("verdict.because", {"state": state, "reason": self.reason})

    @property
    def reason(self) -> Phrase:
        """What decides, and under which conditions, without the answer itself."""
        decision = self.decision.phrase
        if self.requires:
            values: dict[str, Value] = {"rules": _either(self.requires), "decision": decision}
            decision = Phrase("verdict.allowed_by", values)
        for key, requirements in (
            ("verdict.restricted_to", self.restricted_to),
            ("verdict.unless", self.unless),
        ):
            if requirements:
                decision = Phrase(key, {"decision": decision, "rules": _either(requirements)})
        return decision


def of_families(verdicts: Mapping[int, ProfileVerdict]) -> ProfileVerdict:
    """One verdict on all the traffic to a listener, from one for each family that it serves.

    Args:
        verdicts: by family, 4 and 6; at least one.
    """
    found = tuple(verdicts.values())
    first = found[0]
    if len(verdicts) == 1:
        (family,) = verdicts
        requires = tuple(_of_family(each, family, numbered=False) for each in first.requires)
        return replace(first, requires=requires) if requires else first
    if all(each == first for each in found):
        return first
    states = {each.state for each in found}
    for state in (VerdictState.OVERRULED, VerdictState.UNKNOWN):
        if state in states:
            return next(each for each in found if each.state is state)
    if len(states) == 1 and first.state is not VerdictState.CONDITIONAL:
        return replace(first, void=_once(each.void for each in found))
    in_part = [each for each in found if each.state is VerdictState.BLOCKED or each.requires]
    return ProfileVerdict(
        first.profile,
        VerdictState.CONDITIONAL,
        (in_part or found)[0].decision,
        requires=_once(_ways_in(verdicts)) if in_part else (),
        restricted_to=_once(each.restricted_to for each in found),
        unless=_once(each.unless for each in found),
        void=_once(each.void for each in found),
    )


def _ways_in(verdicts: Mapping[int, ProfileVerdict]) -> Iterator[tuple[Requirement, ...]]:
    """What lets the traffic of each family in, if not all is blocked."""
    for family, verdict in verdicts.items():
        if verdict.state is VerdictState.BLOCKED:
            continue
        others = [each.requires for key, each in verdicts.items() if key != family]
        by_family = Condition(ConditionKind.FAMILY, f"IPv{family}")
        yield tuple(
            each
            if any(each in other for other in others)
            else _of_family(each, family, numbered=True)
            for each in verdict.requires
        ) or (Requirement.of_decision(verdict.decision, by_family),)


def _of_family(requirement: Requirement, family: int, *, numbered: bool) -> Requirement:
    """A requirement that lets in the traffic of one family, without the other's addresses."""
    kinds = (ConditionKind.REMOTE_ADDRESS, ConditionKind.LOCAL_ADDRESS)
    if not any(each.kind in kinds for each in requirement.conditions):
        return requirement
    return replace(
        requirement,
        conditions=tuple(
            Condition(each.kind, addresses.texts_of_family(each.text, family, numbered=numbered))
            if each.kind in kinds
            else each
            for each in requirement.conditions
        ),
    )


def _once(groups: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group))


def alternatives(requirements: Sequence[Requirement]) -> tuple[Phrase, ...]:
    """Requirements in words. Several rules for single app packages are not named: which package a
    program is of can't be seen, and Windows has a rule for each."""
    packages = [each for each in requirements if _is_for_package(each)]
    if len(packages) <= 1:
        return tuple(each.phrase for each in requirements)
    others = (each.phrase for each in requirements if not _is_for_package(each))
    return (*others, Phrase("requirement.packages"))


def _is_for_package(requirement: Requirement) -> bool:
    return any(each.kind is ConditionKind.PACKAGE for each in requirement.conditions)


def _either(requirements: tuple[Requirement, ...]) -> Joined:
    phrases = alternatives(requirements)
    others = len(phrases) - MAX_NAMED
    if others <= 1:  # a name says more than "1 other"
        return Joined(phrases, "requirement.or")
    more = Phrase("requirement.more", {"count": others})
    return Joined((*phrases[:MAX_NAMED], more), "requirement.or")


_RANK = {VerdictState.BLOCKED: 0, VerdictState.CONDITIONAL: 1, VerdictState.ALLOWED: 2}
# The key of MDM that each of two readings takes for a profile; the first is that of the settings.
_MDM_KEYS = {
    Profile.PRIVATE: (r"Mdm\StandardProfile", r"Mdm\PublicProfile"),
    Profile.PUBLIC: (r"Mdm\PublicProfile", r"Mdm\StandardProfile"),
}


def in_either_reading(one: ProfileVerdict, other: ProfileVerdict) -> ProfileVerdict:
    """The verdict if it is not known which of two keys of device management is for a profile.

    Args:
        one: the verdict under the settings of the profile.
        other: the verdict under its contested settings.
    """
    if other.state is one.state:
        return one
    least, most = sorted((one, other), key=lambda each: _RANK[each.state])
    condition = Condition(ConditionKind.MDM_KEY, _MDM_KEYS[one.profile][most is other])
    allows = Requirement("", "", None, Action.ALLOW, (condition,))
    return replace(least, state=VerdictState.CONDITIONAL, requires=(*least.requires, allows))
