# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does Windows treat traffic as a rule says, and if not, what overrides it?

A rule does not decide alone: a block rule, a policy that makes local rules void, a firewall that is
off, or that of another maker may decide instead. So the verdict is found for exactly the traffic
that the rule is for, in each profile: for each part of its protocols, ports or ICMP types within
which other rules treat all alike, for both families of addresses and, where it depends on the
remote address, for each part of these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from ...ground.names import ascii_upper, same_name
from ...words.phrases import Joined, Phrase
from ..judging import traffic
from ..judging.decision import (
    Decision,
    ProfileVerdict,
    Requirement,
    VerdictState,
    profile_phrase,
    uncertain,
)
from ..judging.evidence import RulesAround
from ..judging.matching import ConditionKind
from ..judging.reading import FirewallReading
from ..judging.traffic import ANY, Listener, TrafficError, families
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.addresses import AddressError
from ..policy.profile_settings import ProfileSettings
from ..policy.rule import FirewallRule
from ..policy.stores import Store
from ..policy.vocabulary import ICMPV4, UDP, Action, Direction, Profile
from ..reach.spans import Spans
from ..reach.sweep import TooMuchWorkError, Work
from . import outbound
from .answer import LIMITS, Answer, least, limited, names_parts, of_parts, without_hardening, worst
from .by_address import (
    LOCAL_SUBNET,
    Addresses,
    Part,
    addresses_of,
    hangs_on_local_subnet,
    parts,
    without_unknown_services,
)
from .model import Effect, Lack, Left, Opening, ProfileEffect
from .openings import Opened, hangs_on_families, left_over, open_conditions, together
from .parts_of_traffic import families_of, other_rules, probes

# The limit on the verdicts about a rule on one network times the rules that each considers: with a
# thousand rules, 250 ports of both families. Only hostile stores come close.
MAX_WORK = 500_000
# The limit on the work for the remote addresses of a rule (`Work`).
MAX_PARTS = 1_000_000

# A verdict, and each rule considered for it, take as long as so many parts of addresses (measured).
_OF_VERDICT, _OF_RULE = 75, 3

# How many rules and settings are named that decide otherwise.
MOST_NAMED = 8

# Conditions that what listens at a port meets or not.
_OF_LISTENERS = frozenset({ConditionKind.PROGRAM, ConditionKind.SERVICE, ConditionKind.PACKAGE})


def judge(
    rule: FirewallRule,
    reading: FirewallReading,
    *,
    present: bool = True,
    held: Iterable[Listener] = (),
    of: tuple[Store, Firewall] | None = None,
    work: Work | None = None,
) -> Effect:
    """The effect of a rule on a host.

    Args:
        rule: the rule, as it is or as it was.
        reading: the host; the rule is among its local rules if it is `present`.
        present: False for a deleted rule. For a deleted or disabled rule, the question is whether
            its traffic is no longer treated as it says.
        held: what listens at the ports of the rule, as far as it is known. Where something does,
            the verdict is about that, otherwise about any program.
        of: the store that the rule is in, and the firewall of the host, for who asks about many
            rules. Then it is not told how far their ports are open.
        work: the limit on the work for all of these rules together; None for that of this one.

    Raises:
        TooMuchWorkError: that limit is reached.
    """
    store, firewall = of or (Store.LOCAL, None)
    present = present and rule.enabled
    return _Judge(
        rule, reading, present=present, held=held, store=store, firewall=firewall, work=work
    ).effect()


class _Judge:
    def __init__(
        self,
        rule: FirewallRule,
        reading: FirewallReading,
        *,
        present: bool,
        held: Iterable[Listener],
        store: Store = Store.LOCAL,
        firewall: Firewall | None = None,
        work: Work | None = None,
    ) -> None:
        self.rule = rule
        self.reading = reading
        self.present = present
        self.store = store
        self.tells_openings = firewall is None
        self.firewall = firewall or reading.firewall()
        blocks = rule.action is Action.BLOCK
        self.goal = Action.BLOCK if blocks is present else Action.ALLOW
        self.families = families_of(rule)
        others = other_rules(rule, self.firewall)
        self.shared = work
        if work is not None:
            # So many ports have to be considered at most.
            work.take(sum(1 + len(each.local_ports.numbers.ranges) for each in others))
        self.listeners = probes(rule, self.firewall, others, tuple(held))
        # Those that divide the remote addresses.
        self.others = [each for each in others if each.remote_addresses]
        self.lacks: set[Lack] = set()
        self.work = work or Work(MAX_PARTS)
        self.opened = Opened(rule, self.firewall, self.listeners, self.work, self.goal)
        self.openings: list[Opening] = []
        #: What would tell more about what is open.
        self.lacks_of_openings: set[Lack] = set()
        self.parts = len({(each.protocol, each.port, each.icmp) for each in self.listeners})
        #: What decides otherwise than asked for about a part of the traffic, and what may.
        self.against: dict[Decision, None] = {}
        self.perhaps_against: dict[Requirement, None] = {}

    def effect(self) -> Effect:
        """The effect, and what would tell more about it."""
        found = self._effect()
        lacks = self.lacks if found.effective is None else set[Lack]()
        lacks = lacks | self.lacks_of_openings
        return replace(
            found,
            openings=together(self.openings, of_program=self.rule.program is not None),
            lacks=frozenset(lacks),
            against=tuple(self.against)[:MOST_NAMED],
            perhaps_against=tuple(self.perhaps_against)[:MOST_NAMED],
        )

    def _effect(self) -> Effect:
        active = self.reading.active_profiles
        wanted = self.rule.effective_profiles
        concerned = {each.profile for each in self.reading.networks if self._may_come_by(each)}
        found = tuple(self._in_profile(each) for each in Profile if each in wanted)
        if self.present and self.rule.is_for_windows(self.reading.stores.windows_version) is False:
            return Effect(False, Phrase("effect.other_windows"), found)
        if active and not concerned & wanted:
            elsewhere = self._elsewhere(active, concerned)
            if self.present:
                return Effect(False, elsewhere, found)
            # One that is gone had none there either.
            return Effect(True, Phrase("effect.nothing_changes", {"reason": elsewhere}), found)
        relevant = [
            each
            for each in found
            if each.active is not False and (each.profile in concerned or not concerned)
        ] or list(found)
        worst = least(relevant)
        if self.present and worst.effective and not active and wanted != set(Profile):
            # Nothing shows which profile counts.
            reason = Phrase("effect.no_network", {"profiles": _phrases(wanted)})
            return Effect(None, reason, found)
        return Effect(worst.effective, worst.reason, found, worst.in_part, worst.perhaps)

    def _elsewhere(self, active: Collection[Profile], concerned: Collection[Profile]) -> Phrase:
        """Why the rule is for none of the networks. `concerned`: the profiles of those whose
        adapters it is for."""
        wanted = self.rule.effective_profiles
        if concerned or not wanted & set(active):
            values = {"profiles": _phrases(wanted), "active": _phrases(concerned or active)}
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
            worst(self._on_network(each), named=names_parts(self.rule))
            for each in networks or [Network(profile)]
        ]
        found = least(answers)
        told = (found.effective, found.state, found.reason, found.allowed_from, found.in_part)
        return ProfileEffect(profile, active, *told, found.perhaps)

    def _on_network(self, network: Network) -> Iterator[Answer]:
        problem = self.reading.problem
        if problem is not None:
            yield Answer(None, VerdictState.UNKNOWN, uncertain(problem))
        elif self.rule.direction is Direction.OUT:
            where, goal = network.profile, self.goal
            yield outbound.answer(self.firewall, where, goal, self._voided, present=self.present)
        elif not self.listeners:
            words = Joined(tuple(sorted(self.rule.local_ports.keywords)), "list.separator")
            reason = Phrase("effect.ports_of_windows", {"words": words})
            yield Answer(None, VerdictState.UNKNOWN, reason)
        else:
            most = max(1, MAX_WORK // max(1, self.reading.stores.size) // 2)
            if len(self.listeners) > most:
                yield Answer(None, VerdictState.UNKNOWN, Phrase("effect.too_many_rules"))
            for listener in self.listeners[:most]:
                yield from self._about(listener, network)

    def _about(self, listener: Listener, network: Network) -> Iterator[Answer]:
        served = [each for each in families(listener, network, ANY) if each in self.families]
        # What a listener does not serve at all, or from no such network, is told all the same.
        found = {
            family: self._from_anywhere(listener, network, family)
            for family in served or families(listener, network, ANY)
        }
        if listener.port is not None and self._is_told(network):
            left = left_over(found[each].left for each in served)
            opening = self.opened.on(listener, network, left)
            self.openings.append(opening)
            self._note_programs(opening, listener)
            if hangs_on_families(opening):
                self._note_addresses(network)
        alike = len({each.effective for each in found.values()}) == 1
        for family, answer in found.items():
            if not alike:
                answer = answer.about("effect.of_family", family=f"IPv{family}")
            if self.parts > 1 and listener.port is not None:
                first, last = self.opened.ports_of(listener)
                if first == last:
                    answer = answer.about("effect.of_port", port=first)
                else:
                    protocol = "UDP" if listener.protocol == UDP else "TCP"
                    ports = f"{first}-{last}"
                    answer = answer.about("effect.of_ports", protocol=protocol, ports=ports)
            elif self.parts > 1 and listener.icmp is not None:
                protocol = "ICMP" if listener.protocol == ICMPV4 else "ICMPv6"
                answer = answer.about("effect.of_icmp", protocol=protocol, type=listener.icmp[0])
            elif self.parts > 1:
                answer = answer.about("effect.of_protocol", number=listener.protocol)
            yield answer

    def _is_told(self, network: Network) -> bool:
        """Whether it is told how far the ports are open on a network: one of the host's that the
        rule is for. If the host lists none, nobody knows by which somebody could come."""
        known = network in self.reading.networks and self._may_come_by(network)
        return known and self.tells_openings

    def _from_anywhere(self, listener: Listener, network: Network, family: int) -> Answer:
        """The answer about each remote address that the rule is for."""
        verdict = self.firewall.verdict(listener, network, family=family)
        answer = self._answer(verdict)
        if answer.effective is None:
            self._note_lacks(verdict, network)
        try:
            asked = traffic.ask(listener, network, ANY, self.firewall.environment, family)
        except (TrafficError, AddressError):
            return answer
        rules = without_unknown_services(self.firewall, listener, asked)
        if self.shared is not None:
            considered = len(rules.ordinary) + len(rules.restricting)
            self.shared.take(_OF_VERDICT + _OF_RULE * considered)
        of_rule = addresses_of(self.rule, asked)
        try:
            found = [
                (each, self._of_part(each))
                for each in parts(self.firewall, rules, of_rule, self.work)
            ]
        except TooMuchWorkError:
            return answer
        if verdict.state is VerdictState.CONDITIONAL:
            self._note_near(rules, network)
        left = self._left(found, of_rule, family)
        if (
            answer.effective is False
            or verdict.state is not VerdictState.CONDITIONAL
            or of_rule.words
        ):
            return replace(answer, left=left)
        return replace(of_parts(found, answer, named=bool(self.rule.remote_addresses)), left=left)

    def _of_part(self, part: Part) -> Answer:
        answer = self._answer(part.verdict)
        if not part.by_several:
            return answer
        settled = part.verdict.state is not VerdictState.CONDITIONAL
        several = Phrase("opening.several_rules")
        return replace(
            answer, effective=answer.effective if settled else None, reason=several, decides=several
        )

    def _left(
        self, found: Sequence[tuple[Part, Answer]], of_rule: Addresses, family: int
    ) -> tuple[Left, ...]:
        """The addresses of a rule whose traffic is certainly treated otherwise than it asks for, by
        what decides there."""
        otherwise = VerdictState.BLOCKED if self.goal is Action.ALLOW else VerdictState.ALLOWED
        left = []
        for part, each in found:
            # What holds for all addresses holds for those of a word, whichever they are.
            words = of_rule.words if part.everywhere else frozenset[str]()
            if each.state is otherwise and each.effective is False and (part.certain or words):
                spans = Spans.of({family: part.certain})
                left.append(Left(spans, self._numbered(words), each.decides or each.reason))
        return tuple(left)

    def _numbered(self, words: Collection[str]) -> tuple[str, ...]:
        own = self.rule.remote_addresses
        both = own.keywords(4) & own.keywords(6)
        number = 4 if own.keywords(4) else 6
        return tuple(sorted(each if each in both else f"{each}{number}" for each in words))

    def _note_near(self, rules: RulesAround, network: Network) -> None:
        """Note that the host's addresses would tell who is in its subnet."""
        if hangs_on_local_subnet(rules):
            self._note_addresses(network)

    def _note_addresses(self, network: Network) -> None:
        near = network in self.reading.networks and not network.addresses
        if near and self._may_come_by(network):
            self.lacks_of_openings.add(Lack.ADDRESSES)

    def _note_programs(self, opening: Opening, listener: Listener) -> None:
        """Note that it matters for what is open which program listens, and which services are in
        it."""
        if self.rule.program is None and self.rule.service is None and listener.program is None:
            kinds = open_conditions(opening) & _OF_LISTENERS
            if kinds - {ConditionKind.PACKAGE}:
                self.lacks_of_openings.add(Lack.LISTENERS)
            if ConditionKind.SERVICE in kinds:
                self.lacks_of_openings.add(Lack.SERVICES)

    def _note_lacks(self, verdict: ProfileVerdict, network: Network) -> None:
        """Note what would tell more than a verdict that leaves it open."""
        networks = self.reading.networks
        if verdict.state is not VerdictState.CONDITIONAL or (networks and network not in networks):
            return
        found = (*verdict.requires, *verdict.unless, *verdict.restricted_to)
        kinds = {condition.kind for each in found for condition in each.conditions}
        rule = self.rule
        if kinds & _OF_LISTENERS and rule.program is None and rule.service is None:
            self.lacks.add(Lack.LISTENERS)
            if ConditionKind.SERVICE in kinds:
                self.lacks.add(Lack.SERVICES)
        near = any(
            LOCAL_SUBNET in each.remote_addresses.keywords(family)
            for each in (rule, *self.others)
            for family in self.families
        )
        if (
            network in networks
            and not network.addresses
            and (
                ConditionKind.LOCAL_ADDRESS in kinds
                or (ConditionKind.REMOTE_ADDRESS in kinds and near)
            )
        ):
            self.lacks.add(Lack.ADDRESSES)

    def _answer(self, verdict: ProfileVerdict) -> Answer:
        void = self._voided(verdict.profile)
        if (
            void is not None
            and verdict.state is not VerdictState.ALLOWED
            and self.goal is Action.ALLOW
        ):
            return Answer(False, verdict.state, void, decides=void)
        verdict = without_hardening(verdict)
        verdict = replace(
            verdict,
            requires=self._own_first(verdict.requires),
            unless=self._own_first(verdict.unless),
        )
        effective = self._effective(verdict)
        if effective is False:
            self.against[verdict.decision] = None
        elif effective is None:
            rules = (*verdict.unless, *verdict.restricted_to)
            self.perhaps_against |= dict.fromkeys(each for each in rules if not self._is_own(each))
        return Answer(
            effective,
            verdict.state,
            verdict.phrase,
            limited(verdict),
            decides=verdict.reason,
        )

    def _voided(self, profile: Profile, settings: ProfileSettings | None = None) -> Phrase | None:
        """Why the rule is void in a profile, None if it is not, or was deleted."""
        setting = None
        if self.present and self.store is Store.LOCAL:
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
            self._is_own(each) and {one.kind for one in each.conditions} <= LIMITS
            for each in requirements
        )

    def _is_own(self, other: Decision | Requirement) -> bool:
        same = same_name(other.rule_id, self.rule.rule_id)
        return same and other.store is self.store


def _phrases(profiles: Collection[Profile]) -> tuple[Phrase, ...]:
    return tuple(profile_phrase(each) for each in Profile if each in profiles)
