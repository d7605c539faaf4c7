# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From which addresses of other hosts a listener can be reached: certainly, perhaps, or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..judging import traffic
from ..judging.decision import ProfileVerdict, VerdictState
from ..judging.evidence import RulesAround
from ..judging.matching import ConditionKind
from ..judging.traffic import ANY, Listener, Traffic, TrafficError
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.addresses import AddressError, Interval
from .spans import LAST, Spans
from .sweep import Sweep, Work, state_of_any, verdict_at

# How many groups of addresses, let in under different conditions, are told apart in a family, and
# how many are considered for that. Real hosts have a few.
_MOST_GROUPS, _MOST_KEPT = 16, 256
_NOTHING = Spans()
_LOCAL_SUBNET = "LocalSubnet"


class Who(StrEnum):
    """Who can reach a listener, in a word. With `PERHAPS`, nobody is certain to. `UNKNOWN` is for
    results: it would take too much work, or could not be judged."""

    EVERYBODY = "everybody"
    SOME = "some"
    OWN_SUBNETS = "own_subnets"
    PERHAPS = "perhaps"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Perhaps:
    """Addresses that are let in under conditions, and the verdict on each of them."""

    addresses: Spans
    verdict: ProfileVerdict


@dataclass(frozen=True, slots=True)
class Reach:
    """From which addresses of other hosts a listener can be reached by a network.

    Attributes:
        families: the families of the addresses in question; the listener serves no other.
        certain: the addresses that are let in.
        perhaps: those that are let in under conditions, the most first.
        others: those that are let in under still other conditions, of a host with too many.
        words: keywords whose addresses are let in, whichever they are; the other addresses of
            `perhaps` are not let in under a condition that names only such words.
        subnets: the subnets of the network, as far as they are known.
    """

    families: tuple[int, ...]
    certain: Spans = _NOTHING
    perhaps: tuple[Perhaps, ...] = ()
    others: Spans = _NOTHING
    words: tuple[str, ...] = ()
    subnets: Spans = _NOTHING

    @property
    def who(self) -> Who:
        """Who can reach it."""
        if self.certain and self.certain == Spans.everything(self.families):
            return Who.EVERYBODY
        if not self.certain and not self.words:
            return Who.PERHAPS if self.perhaps or self.others else Who.NOBODY
        if all(map(self._only_own_subnets, self.families)):
            return Who.OWN_SUBNETS
        return Who.SOME

    def _only_own_subnets(self, family: int) -> bool:
        words = _of_family(self.words, family)
        found = self.certain.intervals(family)
        if words:
            return words == {_LOCAL_SUBNET} and not found
        return bool(found) and found == self.subnets.intervals(family)

    @property
    def doubtful(self) -> tuple[Perhaps, ...]:
        """Those of `perhaps` whose conditions say more than that the address is one of `words`."""
        return tuple(each for each in self.perhaps if not self._is_said(each))

    def _is_said(self, group: Perhaps) -> bool:
        verdict = group.verdict
        asked = set(verdict.allowed_from) if _hangs_on_words(verdict) else set()
        return bool(asked) and all(
            asked <= _of_family(self.words, family)
            for family in self.families
            if group.addresses.intervals(family)
        )


def reach(
    firewall: Firewall,
    listener: Listener,
    network: Network,
    work: Work,
    around: Callable[[Traffic], RulesAround] | None = None,
) -> Reach:
    """From which addresses of other hosts a listener can be reached.

    At each address, it agrees with `Firewall.verdict`.

    Args:
        network: the network by which the traffic comes in.
        work: the limit on the work.
        around: finds the rules to be judged by, for a caller that leaves some out; None for all.

    Raises:
        TooMuchWorkError: that limit is reached.
    """

    def find() -> Reach:
        return _reach(firewall, listener, network, work, around or firewall.around)

    of_port = None if around else firewall.port_class(listener)
    if of_port is None:
        return find()
    return work.once((firewall, replace(listener, port=None), of_port, network), find)


def _reach(
    firewall: Firewall,
    listener: Listener,
    network: Network,
    work: Work,
    around: Callable[[Traffic], RulesAround],
) -> Reach:
    try:
        families = traffic.families(listener, network, ANY)
        asked = {
            family: traffic.ask(listener, network, ANY, firewall.environment, family)
            for family in families
        }
    except (TrafficError, AddressError):
        every = Spans.everything((4, 6))
        unknown = Perhaps(every, firewall.verdict(listener, network))
        return Reach((4, 6), perhaps=(unknown,))
    if any(map(traffic.is_loopback, asked.values())):
        return Reach(families)
    certain: dict[int, Sequence[Interval]] = {}
    others: dict[int, Sequence[Interval]] = {}
    perhaps: dict[ProfileVerdict, Spans] = {}
    for family, each in asked.items():
        found = _of_one_family(firewall, around(each), work)
        certain[family], others[family] = found.certain, found.others
        for verdict, spans in found.perhaps:
            perhaps[verdict] = perhaps.get(verdict, _NOTHING) | spans
    groups = [Perhaps(spans, verdict) for verdict, spans in perhaps.items()]
    groups.sort(key=lambda group: group.addresses.size, reverse=True)
    result = Reach(
        families,
        Spans.of(certain),
        tuple(groups),
        Spans.of(others),
        subnets=Spans.of({family: asked[family].subnets for family in families}),
    )
    return replace(result, words=_words(result))


@dataclass
class _Found:
    """The addresses of one family."""

    certain: list[Interval] = field(default_factory=list)
    perhaps: list[tuple[ProfileVerdict, Spans]] = field(default_factory=list)
    others: list[Interval] = field(default_factory=list)


def _of_one_family(firewall: Firewall, rules: RulesAround, work: Work) -> _Found:
    family = rules.asked.family
    work.take(1 + len(rules.ordinary) + len(rules.restricting))
    # A rule that does not match some addresses is an open condition of the verdict on any. So what
    # is certain of any is certain of each, and most listeners need no more than that.
    from_any = state_of_any(firewall, rules)
    if from_any is VerdictState.ALLOWED:
        return _Found([(0, LAST[family])])
    if from_any is VerdictState.BLOCKED:
        return _Found()
    if not rules.depend_on_remote:
        verdict = verdict_at(firewall, rules, None)
        return _Found(perhaps=[(verdict, Spans.everything((family,)))])
    found = _Found()
    groups: dict[int, list[Interval]] = {}
    for part in Sweep(firewall, rules, work).parts():
        if part.state is VerdictState.ALLOWED:
            found.certain.append((part.first, part.last))
        elif part.state is not VerdictState.BLOCKED:
            if len(groups) < _MOST_KEPT:
                groups.setdefault(part.pattern, [])
            groups.get(part.pattern, found.others).append((part.first, part.last))
    of_others = (Spans.of({family: each}) for each in groups.values())
    ordered = sorted(filter(None, of_others), key=lambda each: each.size, reverse=True)
    for each in ordered[:_MOST_GROUPS]:
        first, _last = each.intervals(family)[0]
        found.perhaps.append((verdict_at(firewall, rules, first), each))
    for each in ordered[_MOST_GROUPS:]:
        found.others += each.intervals(family)
    return found


def _words(found: Reach) -> tuple[str, ...]:
    """The keywords whose addresses are let in wherever they are."""
    everywhere = Spans.everything(found.families)
    accounted = found.certain
    for group in found.perhaps:
        accounted |= group.addresses
    by_family: dict[int, set[str]] = {}
    for family in found.families:
        here = [each for each in found.perhaps if each.addresses.intervals(family)]
        if here and accounted.intervals(family) == everywhere.intervals(family):
            by_family[family] = set.intersection(*(set(each.verdict.allowed_from) for each in here))
    in_all = (
        set.intersection(*by_family.values()) if len(by_family) == len(found.families) else set()
    )
    single = (f"{word}{family}" for family, words in by_family.items() for word in words - in_all)
    return tuple(sorted(in_all)) + tuple(sorted(single))


def _of_family(words: Iterable[str], family: int) -> set[str]:
    """The words that are for a family, without its number."""
    return {
        each.removesuffix(str(family))
        for each in words
        if each[-1] not in "46" or each[-1] == str(family)
    }


def _hangs_on_words(verdict: ProfileVerdict) -> bool:
    return verdict.state is VerdictState.CONDITIONAL and all(
        [one.kind for one in each.conditions] == [ConditionKind.REMOTE_ADDRESS]
        for each in verdict.requires
    )
