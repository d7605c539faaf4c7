# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does Windows treat traffic as a rule says, and if not, what overrides it?

A rule does not decide alone: a block rule, a policy that makes local rules void, a firewall that is
off, or that of another maker may decide instead. So the verdict is found for exactly the traffic
that the rule is for, in each profile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from ...ground.names import ascii_upper, same_name
from ...words.phrases import Joined, Phrase, Value
from ..policy.profile_settings import ProfileSettings
from ..policy.rule import FirewallRule, in_icmp_order
from ..policy.stores import Store, all_rules
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP, Action, Direction, Profile
from .decision import (
    Decider,
    Decision,
    ProfileVerdict,
    Requirement,
    VerdictState,
    profile_phrase,
    uncertain,
)
from .matching import ConditionKind
from .reading import FirewallReading
from .traffic import Listener, Network
from .verdict import Firewall, names_of

# The limit on the ports of one rule times the rules that a verdict considers: with a thousand
# rules, 500 ports. Only hostile stores come close.
MAX_WORK = 500_000

# Conditions that a rule itself may state: it applies only under these. For the others, it is
# unknown whether they are ever met.
_LIMITS = frozenset(
    {
        ConditionKind.REMOTE_ADDRESS,
        ConditionKind.LOCAL_ADDRESS,
        ConditionKind.REMOTE_PORT,
        ConditionKind.LOCAL_PORT,
        ConditionKind.ICMP,
        ConditionKind.INTERFACE_TYPE,
        ConditionKind.USER,
        ConditionKind.AUTHENTICATION,
        ConditionKind.PACKAGE,
        ConditionKind.NETWORK,
    }
)
_HARDENING = frozenset({Store.STATIC_SERVICE, Store.CONFIGURABLE_SERVICE})


@dataclass(frozen=True, slots=True)
class ProfileEffect:
    """The effect of a rule in one profile.

    `active` says whether a network of the host has this profile, None if the host does not tell.
    `effective` is None if it is unknown. `state` is that of the traffic, `reason` what decides.
    `allowed_from` is where the traffic may certainly come from, if not from everywhere.
    """

    profile: Profile
    active: bool | None
    effective: bool | None
    state: VerdictState
    reason: Phrase
    allowed_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a rule: overall, on the networks that the host is connected to, and in each
    profile that the rule is for."""

    effective: bool | None
    reason: Phrase
    profiles: tuple[ProfileEffect, ...]


def judge(rule: FirewallRule, reading: FirewallReading, *, present: bool = True) -> Effect:
    """The effect of a rule on a host.

    Args:
        rule: the rule, as it is or as it was.
        reading: the host; the rule is among its local rules if it is `present`.
        present: False for a deleted rule. For a deleted or disabled rule, the question is whether
            its traffic is no longer treated as it says.
    """
    return _Judge(rule, reading, present=present and rule.enabled).effect()


class _Judge:
    def __init__(self, rule: FirewallRule, reading: FirewallReading, *, present: bool) -> None:
        self.rule = rule
        self.reading = reading
        self.present = present
        self.firewall = reading.firewall()
        blocks = rule.action is Action.BLOCK
        self.goal = Action.BLOCK if blocks is present else Action.ALLOW

    def effect(self) -> Effect:
        active = self.reading.active_profiles
        wanted = self.rule.effective_profiles
        concerned = {each.profile for each in self.reading.networks if self._may_come_by(each)}
        found = tuple(self._in_profile(each) for each in Profile if each in wanted)
        if self.present and active and not concerned & wanted:
            return Effect(False, self._elsewhere(active, concerned), found)
        relevant = [
            each
            for each in found
            if each.active is not False and (each.profile in concerned or not concerned)
        ] or list(found)
        worst = min(relevant, key=lambda each: _RANK[each.effective])
        return Effect(worst.effective, worst.reason, found)

    def _elsewhere(self, active: Collection[Profile], concerned: Collection[Profile]) -> Phrase:
        """Why the rule is for none of the networks. `concerned`: the profiles of those whose
        adapters it is for."""
        wanted = self.rule.effective_profiles
        if concerned or not wanted & set(active):
            values: dict[str, Value] = {
                "profiles": _phrases(wanted),
                "active": _phrases(concerned or active),
            }
            return Phrase("effect.other_profile", values)
        names = tuple(sorted(map(self.reading.environment.alias, self.rule.interfaces)))
        return Phrase("effect.other_adapter", {"adapters": names})

    def _may_come_by(self, network: Network) -> bool:
        """Whether the rule may be for the adapter of a network."""
        wanted, its = self.rule.interfaces, network.interface_id
        return not wanted or its is None or ascii_upper(its) in wanted

    def _in_profile(self, profile: Profile) -> ProfileEffect:
        active = profile in self.reading.active_profiles if self.reading.networks else None
        networks = [each for each in self.reading.networks if each.profile is profile]
        networks = [each for each in networks if self._may_come_by(each)] or networks
        answers = [
            answer
            for network in networks or [Network(profile)]
            for answer in self._on_network(network)
        ]
        worst = min(answers, key=lambda each: _RANK[each.effective])
        return ProfileEffect(
            profile, active, worst.effective, worst.state, worst.reason, worst.allowed_from
        )

    def _on_network(self, network: Network) -> Iterator[_Answer]:
        problem = self.reading.problem
        if problem is not None:
            yield _Answer(None, VerdictState.UNKNOWN, uncertain(problem))
        elif self.rule.direction is Direction.OUT:
            yield self._outbound(network.profile)
        else:
            listeners = probes(self.rule, self.firewall)
            most = max(1, MAX_WORK // max(1, self.reading.stores.size))
            if not listeners:
                words = Joined(tuple(sorted(self.rule.local_ports.keywords)), "list.separator")
                reason = Phrase("effect.ports_of_windows", {"words": words})
                yield _Answer(None, VerdictState.UNKNOWN, reason)
            elif len(listeners) > most:
                yield _Answer(None, VerdictState.UNKNOWN, Phrase("effect.too_many_rules"))
            for listener in listeners[:most]:
                answer = self._answer(self.firewall.verdict(listener, network))
                if len(listeners) > 1 and listener.port is not None:
                    answer = answer.about(listener.port)
                yield answer

    def _answer(self, verdict: ProfileVerdict) -> _Answer:
        void = self._voided(verdict.profile)
        if (
            void is not None
            and verdict.state is not VerdictState.ALLOWED
            and self.goal is Action.ALLOW
        ):
            return _Answer(False, verdict.state, void)
        if self.goal is Action.ALLOW and self.present:
            verdict = _without_hardening(verdict)
        verdict = replace(
            verdict,
            requires=self._own_first(verdict.requires),
            unless=self._own_first(verdict.unless),
        )
        return _Answer(self._effective(verdict), verdict.state, verdict.phrase, _limited(verdict))

    def _voided(self, profile: Profile, settings: ProfileSettings | None = None) -> Phrase | None:
        """Why the rule is void in a profile, None if it is not."""
        setting = None
        if self.present:
            setting = self.firewall.voided_by(self.rule, profile, settings)
        if setting is None:
            return None
        setter = Phrase(f"setter.{setting.origin}")
        return Phrase("effect.void", {"setter": setter, "path": setting.path})

    def _own_first(self, requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        return tuple(sorted(requirements, key=lambda each: not self._is_own(each)))

    def _effective(self, verdict: ProfileVerdict) -> bool | None:
        if verdict.state is VerdictState.OVERRULED:
            return False if self.present else None
        if verdict.state is VerdictState.UNKNOWN:
            return None
        if verdict.state is not VerdictState.CONDITIONAL:
            return (verdict.state is VerdictState.ALLOWED) is (self.goal is Action.ALLOW)
        if not self.present or verdict.depends_on_mdm:
            return None
        if self.goal is Action.BLOCK:
            decided = self._is_own(verdict.decision) and verdict.decision.action is Action.BLOCK
            return True if decided or self._says_so(verdict.unless) else None
        if verdict.unless or verdict.restricted_to:
            return None
        return True if self._says_so(verdict.requires) else None

    def _says_so(self, requirements: Iterable[Requirement]) -> bool:
        """Whether the rule decides, under no conditions but its own."""
        return any(
            self._is_own(each) and {one.kind for one in each.conditions} <= _LIMITS
            for each in requirements
        )

    def _is_own(self, other: Decision | Requirement) -> bool:
        same = same_name(other.rule_id, self.rule.rule_id)
        return same and other.store is Store.LOCAL

    def _outbound(self, profile: Profile) -> _Answer:
        """Outbound rules are judged as far as settings alone decide."""
        settings = self.reading.stores.profiles[profile]
        if self.firewall.products:
            names = names_of(product.name for product in self.firewall.products)
            reason = Decision(Decider.THIRD_PARTY, text=names).phrase
            return _Answer(False if self.present else None, VerdictState.OVERRULED, reason)
        other = self.reading.stores.contested.get(profile)
        answer = self._outbound_under(settings, profile)
        if other is not None and self._outbound_under(other, profile) != answer:
            contested = uncertain(Phrase("stores.mdm_contested"))
            return _Answer(None, VerdictState.CONDITIONAL, contested)
        return answer

    def _outbound_under(self, settings: ProfileSettings, profile: Profile) -> _Answer:
        if not settings.enabled.value:
            off = Decision(Decider.FIREWALL_OFF, origin=settings.enabled.origin)
            return _Answer(self.goal is Action.ALLOW, VerdictState.ALLOWED, off.phrase)
        if self.present and self.goal is Action.BLOCK:
            void = self._voided(profile, settings)
            if void is not None:
                return _Answer(False, VerdictState.UNKNOWN, void)
            return _Answer(True, VerdictState.BLOCKED, Phrase("effect.blocks_outbound"))
        return _Answer(None, VerdictState.UNKNOWN, Phrase("effect.outbound_unknown"))


@dataclass(frozen=True, slots=True)
class _Answer:
    effective: bool | None
    state: VerdictState
    reason: Phrase
    allowed_from: tuple[str, ...] = ()

    def about(self, port: int) -> _Answer:
        reason = Phrase("effect.of_port", {"port": port, "reason": self.reason})
        return replace(self, reason=reason)


# Of several answers, the worst is reported.
_RANK = {False: 0, None: 1, True: 2}


def probes(rule: FirewallRule, firewall: Firewall) -> list[Listener]:
    """Listeners that represent all the traffic of an inbound rule.

    The ports of other rules divide a range of ports into parts within which all ports are treated
    alike; one port represents each part.
    """
    program = rule.program
    path = (firewall.environment.expand(program) or program) if program is not None else None
    services = (rule.service,) if rule.service not in (None, "*") else None
    # Every Windows has hundreds of rules for app packages, which open no port for a program.
    packaged = None if rule.package_sid or rule.package_family else False
    address = "::" if _is_ipv6_only(rule) else "0.0.0.0"  # noqa: S104  (nothing is bound here)

    def listener(protocol: int, port: int | None) -> Listener:
        icmp = next(iter(in_icmp_order(rule.icmp_types)), None)
        asked = None if icmp is None else (icmp[0], icmp[1] or 0)
        return Listener(protocol, port, address, path, services, asked, packaged, ipv6_only=True)

    if rule.protocol is None:
        # Such a rule is not about ports.
        return [listener(TCP, None), listener(UDP, None)]
    if rule.protocol not in (TCP, UDP) or not rule.local_ports:
        return [listener(rule.protocol, None)]
    ranges = rule.local_ports.numbers.ranges
    ports = {135} if "RPC-EPMap" in rule.local_ports.keywords else set()
    ports |= {first for first, _unused in ranges}
    if any(first != last for first, last in ranges):
        borders = _borders(firewall)
        ports |= {port for port in borders if port in rule.local_ports.numbers}
    return [listener(rule.protocol, port) for port in sorted(ports)]


def _borders(firewall: Firewall) -> set[int]:
    stores = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)
    return {
        border
        for rule in all_rules(firewall.stores, stores)
        if rule.direction is not Direction.OUT and rule.enabled
        for first, last in rule.local_ports.numbers.ranges
        for border in (first, last + 1)
    }


def _is_ipv6_only(rule: FirewallRule) -> bool:
    if rule.protocol in (ICMPV4, ICMPV6):
        return rule.protocol == ICMPV6
    return any(
        condition and not condition.intervals(4) and not condition.keywords(4)
        for condition in (rule.remote_addresses, rule.local_addresses)
    )


def _without_hardening(verdict: ProfileVerdict) -> ProfileVerdict:
    """A verdict without the rules that harden services.

    Every Windows has dozens of these: they limit its own services to the ports that they need. A
    rule that allows a port to any listener is effective anyway.
    """
    kept = tuple(each for each in verdict.unless if each.store not in _HARDENING)
    if kept == verdict.unless or verdict.state is not VerdictState.CONDITIONAL:
        return verdict
    open_still = kept or verdict.restricted_to or verdict.requires
    return replace(
        verdict, unless=kept, state=verdict.state if open_still else VerdictState.ALLOWED
    )


def _limited(verdict: ProfileVerdict) -> tuple[str, ...]:
    return verdict.allowed_from if verdict.state is VerdictState.CONDITIONAL else ()


def _phrases(profiles: Collection[Profile]) -> tuple[Phrase, ...]:
    return tuple(profile_phrase(each) for each in Profile if each in profiles)
