# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the firewall of Windows decides about traffic of one direction.

The order is that of Windows (TechNet cc755191 and ff602923; [MS-FASP] 2.2.34 and 2.2.38): the
firewall is on at all, all inbound traffic is blocked, restrictions of services and app containers,
authenticated bypass, block rules, allow rules, the default action. Rules of all stores count
together ([MS-FASP] 3.1.3), except for local rules that a policy makes void. What is allowed may
still have to be authenticated, by a connection security rule ([MS-FASP] 2.2.52).

Outbound traffic has the same order with rules of its own direction and a default action of its own.
That all inbound traffic is blocked does not concern it ([MS-FASP] 2.2.38, SHIELDED), nor the
answers to what a host sends.

The answer is on the safe side: a condition that can't be judged never makes ``allowed``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...ground.names import ascii_lower, ascii_upper, name_key
from ..policy.profile_settings import ProfileSettings, Setting
from ..policy.rule import FirewallRule
from ..policy.stores import ORDINARY, RESTRICTING, FirewallStores, Store
from ..policy.vocabulary import Action, Direction
from . import securing
from .decision import (
    Decider,
    Decision,
    ProfileVerdict,
    Requirement,
    VerdictState,
    VoidRule,
    in_either_reading,
    is_about_program,
)
from .evidence import Evidence, InAnyProfile, Match, RulesAround
from .matching import CompiledRule, Condition, ConditionKind
from .rule_index import Compiler, RuleIndex
from .securing import Security
from .traffic import Traffic

# How many rules a verdict names as alternatives; a hostile store could have any number.
_NAMED = 20


@dataclass
class Matches:
    """The matching rules, each with the conditions that stay open, by their action."""

    bypass: list[Match] = field(default_factory=list)
    block: list[Match] = field(default_factory=list)
    allow: list[Match] = field(default_factory=list)
    void: list[VoidRule] = field(default_factory=list)

    @classmethod
    def of(cls, matches: Iterable[Match], settings: ProfileSettings) -> Matches:
        """Those of the ordinary rules that match, as they count under the settings of a profile."""
        found = cls()
        for compiled, conditions in matches:
            rule = compiled.rule
            local = compiled.store is Store.LOCAL
            void = voided_by(compiled.kind, settings) if local else None
            if void is not None:
                found.void.append(
                    VoidRule(rule.rule_id, rule.label, compiled.action, void.path, void.origin)
                )
            elif compiled.action is Action.BYPASS:
                # A bypass is for authenticated traffic ([MS-FASP] 2.2.34), even if the text of the
                # rule lacks the condition.
                if not conditions:
                    conditions = (Condition(ConditionKind.AUTHENTICATION, "IPsec"),)
                found.bypass.append((compiled, conditions))
            elif compiled.action is Action.BLOCK:
                found.block.append((compiled, conditions))
            else:
                found.allow.append((compiled, conditions))
        return found


class OneWay:
    """The firewall of one host for traffic of one direction, prepared once.

    Args:
        stores: what was read from the host.
        compiler: compiles its rules.
        outbound: the direction.
        before: the same for other rules of the host. Those that restrict services are most of all,
            and often they are the same.
    """

    def __init__(
        self,
        stores: FirewallStores,
        compiler: Compiler,
        *,
        outbound: bool = False,
        before: OneWay | None = None,
    ) -> None:
        self._stores = stores
        self._compiler = compiler
        self._outbound = outbound
        self._other = Direction.IN if outbound else Direction.OUT
        self._ordinary = RuleIndex(self._compiled(ORDINARY), outbound=outbound)
        if before is not None and before._restricts_as(stores):
            self._restricting: RuleIndex = before._restricting
        else:
            self._restricting = RuleIndex(self._compiled(RESTRICTING), outbound=outbound)
        self._security = Security(stores, self._compiler, outbound=outbound)
        #: The rules of the latest question.
        self._latest: InAnyProfile | None = None

    def _restricts_as(self, stores: FirewallStores) -> bool:
        """Whether other stores have the same rules that restrict services."""
        return all(self._stores.of(each) is stores.of(each) for each in RESTRICTING)

    def _compiled(self, which: Sequence[Store]) -> Iterable[CompiledRule]:
        stores = self._stores
        restricts = which is RESTRICTING
        policy_ids = {
            name_key(rule.rule_id)
            for store in (Store.GROUP_POLICY, Store.MDM)
            for rule in stores.of(store)
        }
        for store in which:
            for rule in sorted(stores.of(store), key=_by_name):
                if rule.direction is self._other or not switched_on(rule, restricts):
                    continue
                # One document says that the rules of all stores are combined ([MS-FASP] 3.1.3),
                # another that a policy's rule replaces the local one with the same id
                # (New-NetFirewallRule, -Name). So the verdict does not rely on such a local rule.
                same_id = store is Store.LOCAL and name_key(rule.rule_id) in policy_ids
                compiled = self._compiler.compiled(
                    rule, store, restricts=restricts, same_id=same_id
                )
                if compiled is not None:
                    yield compiled

    def port_class(self, asked: Traffic) -> Hashable | None:
        """What all rules say about the port of traffic: it is the same for ports that the firewall
        can't tell apart. None if a rule names the port."""
        classes = [each.port_class(asked) for each in (self._ordinary, self._restricting)]
        if None in classes or self._security.names_ports:
            return None
        return tuple(classes)

    def candidates(self, asked: Traffic) -> Iterator[CompiledRule]:
        """The rules that may matter to traffic."""
        for index in (self._ordinary, self._restricting):
            yield from index.candidates(asked)

    def around(self, asked: Traffic) -> RulesAround:
        """The rules that match traffic apart from its remote address."""
        every = self._latest
        if every is None or not every.is_for(asked):
            every = self._latest = InAnyProfile(
                asked, self._ordinary, self._restricting, self._security.around, every
            )
        return RulesAround(asked, every)

    def verdict(self, evidence: Evidence) -> ProfileVerdict:
        """What the firewall of Windows does with traffic, if it is in charge.

        Whether it is allowed depends only on which kinds of rules match, not on how many of each
        kind: `reach` relies on that.
        """
        profile = evidence.network.profile
        verdict = self._of_settings(evidence, self._stores.profiles[profile])
        other = self._stores.contested.get(profile)
        if other is None:
            return verdict
        return in_either_reading(verdict, self._of_settings(evidence, other))

    def _of_settings(self, evidence: Evidence, settings: ProfileSettings) -> ProfileVerdict:
        profile = evidence.network.profile
        if not settings.enabled.value:
            return self._firewall_off(
                evidence, Decision.by_setting(Decider.FIREWALL_OFF, settings.enabled)
            )
        if settings.block_all_inbound.value and not self._outbound:
            decision = Decision.by_setting(Decider.BLOCK_ALL_INBOUND, settings.block_all_inbound)
            return ProfileVerdict(profile, VerdictState.BLOCKED, decision)
        off = settings.disabled_interfaces
        interface = evidence.network.interface_id
        if interface is not None and ascii_upper(interface) in off.value:
            # [MS-FASP] 2.2.38: only the firewall's rules and actions are off there.
            verdict = self._firewall_off(evidence, Decision.by_setting(Decider.INTERFACE_OFF, off))
            return self._secured(evidence, settings, verdict)
        verdict = self._restricted(evidence, self._by_rules(evidence, settings))
        if off.value and interface is None and verdict.state is VerdictState.BLOCKED:
            # The traffic may use one of the adapters that have no firewall.
            names = self._compiler.environment.adapter_names(off.value)
            condition = Condition(ConditionKind.INTERFACE, names)
            open_way = Requirement("", "", None, Action.ALLOW, (condition,))
            verdict = replace(verdict, state=VerdictState.CONDITIONAL, requires=(open_way,))
        return self._secured(evidence, settings, verdict)

    def _secured(
        self, evidence: Evidence, settings: ProfileSettings, verdict: ProfileVerdict
    ) -> ProfileVerdict:
        """A verdict after the connection security rules. The other side may or may not speak
        IPsec, so what is allowed becomes conditional."""
        if verdict.state is VerdictState.BLOCKED:
            return verdict
        demands = securing.demands(evidence.security, local=settings.local_security_rules.value)
        if not demands:
            return verdict
        unless = (*verdict.unless, *demands)
        return replace(verdict, state=VerdictState.CONDITIONAL, unless=unless)

    def _firewall_off(self, evidence: Evidence, decision: Decision) -> ProfileVerdict:
        verdict = ProfileVerdict(evidence.network.profile, VerdictState.ALLOWED, decision)
        # [MS-FASP] 2.2.38 says that nothing is blocked then; administrators report that
        # restrictions of services stay in force. So if one would block, the question stays open.
        restricted = self._restricted(evidence, verdict)
        if restricted.state is not VerdictState.BLOCKED:
            return restricted
        return replace(
            verdict,
            state=VerdictState.CONDITIONAL,
            unless=(Requirement.of_decision(restricted.decision),),
        )

    def _by_rules(self, evidence: Evidence, settings: ProfileSettings) -> ProfileVerdict:
        found = Matches.of(evidence.ordinary, settings)
        profile = evidence.network.profile
        blocks = [match for match in found.block if not match[1]]
        allows = [match for match in (*found.bypass, *found.allow) if not match[1]]
        open_bypass = [match for match in found.bypass if match[1]]
        open_blocks = [match for match in found.block if match[1]]
        open_allows = open_bypass + [match for match in found.allow if match[1]]
        default = settings.default_outbound if self._outbound else settings.default_inbound
        requires: list[Match] = []
        unless: list[Match] = []
        if blocks:
            decision, state = self._by_rule(blocks), VerdictState.BLOCKED
            requires = open_bypass
        elif allows:
            decision, state = self._by_rule(allows), VerdictState.ALLOWED
            unless = open_blocks
        else:
            decision = Decision.by_setting(
                Decider.DEFAULT_ACTION, default, default.value, outbound=self._outbound
            )
            if default.value is Action.ALLOW:
                # [MS-FASP] 2.2.35: traffic that matches a rule which demands IPsec is blocked
                # without it.
                secured = [
                    (compiled, securing.unless_secured(conditions))
                    for compiled, conditions in (*found.bypass, *found.allow)
                    if compiled.rule.security
                ]
                state, unless = VerdictState.ALLOWED, open_blocks + secured
            else:
                state, requires = VerdictState.BLOCKED, open_allows
                unless = open_blocks if open_allows else []
        if requires or unless:
            state = VerdictState.CONDITIONAL
        return ProfileVerdict(
            profile,
            state,
            decision,
            requires=_requirements(requires),
            unless=_requirements(unless),
            void=tuple(found.void[:_NAMED]),
        )

    def _by_rule(self, matches: Sequence[Match]) -> Decision:
        return Decision.by_rule(min(matches, key=_rank)[0], outbound=self._outbound)

    def _restricted(self, evidence: Evidence, verdict: ProfileVerdict) -> ProfileVerdict:
        """A verdict after the restrictions of services and app containers.

        A restriction blocks a service's traffic except for what allow rules of the same stores let
        through; those don't open the firewall themselves (documentation of
        INetFwServiceRestriction::RestrictService; TechNet ff602923).
        """
        if verdict.state is VerdictState.BLOCKED:
            return verdict
        found = _Restrictions.of(evidence.restricting)
        if not found.restrict:
            return verdict
        if found.certain and not found.allows:
            decision = replace(self._by_rule(found.certain), kind=Decider.SERVICE_RESTRICTION)
            return ProfileVerdict(
                verdict.profile, VerdictState.BLOCKED, decision, void=verdict.void
            )
        return replace(
            verdict,
            state=VerdictState.CONDITIONAL,
            restricted_to=_requirements(found.allows if found.certain else []),
            unless=verdict.unless + _requirements([] if found.certain else found.perhaps),
        )


@dataclass
class _Restrictions:
    """Rules that restrict services and app containers: those that certainly block, those that
    perhaps do, and those that let through."""

    certain: list[Match] = field(default_factory=list)
    perhaps: list[Match] = field(default_factory=list)
    allows: list[Match] = field(default_factory=list)

    @classmethod
    def of(cls, matches: Iterable[Match]) -> _Restrictions:
        """Several of them."""
        found = cls()
        for match in matches:
            if match[0].action is not Action.BLOCK:
                found.allows.append(match)
            elif match[1]:
                found.perhaps.append(match)
            else:
                found.certain.append(match)
        return found

    @property
    def restrict(self) -> bool:
        """Whether they may block at all."""
        return bool(self.certain or self.perhaps) and all(match[1] for match in self.allows)


def switched_on(rule: FirewallRule, restricts: bool = False) -> bool:
    """Whether a rule counts as enabled. `restricts`: it is in a store that restricts services."""
    # The rules that ship with services usually have no Active field, and are enforced; in the other
    # stores, a missing one means that the rule is off ([MS-GPFAS] 2.2.2.19).
    if rule.active is None:
        return restricts or any(ascii_lower(key) == "active" for key, _unused in rule.malformed)
    return rule.active


def voided_by(kind: str, settings: ProfileSettings) -> Setting[bool] | None:
    """The policy that makes a local rule void in this profile ([MS-FASP] 2.2.38), if any."""
    if not settings.local_rules.value:
        return settings.local_rules
    if kind == "application" and not settings.local_application_rules.value:
        return settings.local_application_rules
    if kind == "port" and not settings.local_port_rules.value:
        return settings.local_port_rules
    return None


def _by_name(rule: FirewallRule) -> tuple[str, str]:
    """The order of rules of one store: hosts list them in any."""
    return rule.name or "", rule.rule_id


def _rank(match: Match) -> tuple[int, str, str]:
    """The place of a rule among others that say the same."""
    return match[0].rank


def _requirements(matches: Sequence[Match]) -> tuple[Requirement, ...]:
    # There may be hundreds for programs and apps; those that apply to any program are named first.
    named: list[Match] = []
    of_programs: list[Match] = []
    for each in sorted(matches, key=_rank):
        (of_programs if is_about_program(each[1]) else named).append(each)
        if len(named) == _NAMED:
            break
    ordered = (*named[:_NAMED], *of_programs[:_NAMED])[:_NAMED]
    return tuple(Requirement.of(compiled, conditions) for compiled, conditions in ordered)
