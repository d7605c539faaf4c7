# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the firewall about traffic from the controller, or from each address of a network.

Rules, and the subnets that their words stand for, divide all addresses into parts, in each of which
the firewall treats all alike (`firewall.reach.sweep`). Those of a network are the parts within it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...firewall.judging import traffic
from ...firewall.judging.decision import (
    Decider,
    Decision,
    ProfileVerdict,
    VerdictState,
    of_families,
)
from ...firewall.judging.evidence import RulesAround
from ...firewall.judging.traffic import ANY, Listener, TrafficError
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.policy import addresses
from ...firewall.policy.addresses import AddressError, Interval
from ...firewall.policy.vocabulary import Profile
from ...firewall.reach import sweep
from ...firewall.reach.sets import Reach
from ...firewall.reach.spans import LAST
from ...firewall.reach.sweep import Part, Sweep, TooMuchWorkError
from ...ground.model import Route
from ...words.phrases import Phrase

# Of so many networks and families of one port, what was found is kept.
_KEPT = 8
# Link-local addresses.
_OF_LINK: Mapping[int, tuple[Interval, ...]] = {
    4: ((0xA9FE << 16, (0xA9FF << 16) - 1),),
    6: ((0xFE80 << 112, (0xFEC0 << 112) - 1),),
}

# The worst first: of it, a person is told why.
_WORST = (
    VerdictState.BLOCKED,
    VerdictState.UNKNOWN,
    VerdictState.CONDITIONAL,
    VerdictState.OVERRULED,
    VerdictState.ALLOWED,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Addresses of other PCs from which traffic may come, as a task names them: a single one, a
    network or a range. `first` and `last` are numbers of a family, 4 or 6."""

    text: str
    family: int
    first: int
    last: int

    @property
    def single(self) -> bool:
        """Whether it is one address."""
        return self.first == self.last

    @property
    def options(self) -> list[str]:
        """The same as a rule takes it."""
        return list(addresses.interval_texts(self.family, (self.first, self.last)))

    @property
    def whole(self) -> tuple[Interval, ...]:
        """All its addresses, except those that no other PC has."""
        return addresses.without(((self.first, self.last),), addresses.OF_NO_OTHER[self.family])


@dataclass(frozen=True)
class Arriving:
    """By which networks of the host traffic from a source comes.

    `by` has, for each of these networks, the addresses whose traffic may come by it, which are all
    if the host lists no network; `unanswered` are those to which no network has a route back. Of
    some addresses, it may be `uncertain` by which of several networks their traffic comes. If it
    comes by none, it may come by an adapter that is `unlisted`.
    """

    source: Source
    by: tuple[tuple[Network, tuple[Interval, ...]], ...] = ()
    unanswered: tuple[Interval, ...] = ()
    uncertain: bool = False
    unlisted: bool = False

    @property
    def whole(self) -> tuple[Interval, ...]:
        """The addresses of the source from which a PC could send something to the host at all."""
        if not self.by:
            return self.source.whole
        found = (each for _network, intervals in self.by for each in intervals)
        return addresses.merge((*found, *self.unanswered))

    def on(self, network: Network) -> tuple[Interval, ...]:
        """The addresses whose traffic may come by a network, whatever its profile is."""
        if not self.by:
            return self.source.whole
        return self._by_network.get(_without_profile(network), ())

    @cached_property
    def _by_network(self) -> Mapping[Network, tuple[Interval, ...]]:
        # Of networks that differ in nothing but their profile, the first.
        return {_without_profile(network): found for network, found in reversed(self.by)}


def _without_profile(network: Network) -> Network:
    """The same for all networks that differ only in their profile."""
    return replace(network, profile=Profile.PUBLIC)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the firewall does with traffic from the addresses of a source: it certainly lets in
    those in `allowed`, and none of those in `blocked`. The others depend on conditions. `witness`
    is one of those that fare worst."""

    allowed: tuple[Interval, ...]
    blocked: tuple[Interval, ...]
    witness: str


@dataclass(frozen=True)
class NetworkVerdict:
    """The firewall's verdicts on a port on one network: for traffic from anywhere and, if that
    depends on conditions, for traffic from the controller. `decides` is False if the controller
    comes by another network. If a source is asked about, `from_controller` is the verdict on those
    of its addresses that fare worst, and `parts` has the others too. `reach` is from where the port
    can be reached, None if that is unknown or was not asked."""

    network: Network
    from_anywhere: ProfileVerdict
    from_controller: ProfileVerdict | None = None
    decides: bool = True
    parts: Parts | None = None
    reach: Reach | None = None

    @property
    def verdict(self) -> ProfileVerdict:
        """The verdict that applies to the controller."""
        return self.from_controller or self.from_anywhere


def arriving(source: Source, networks: Sequence[Network], routes: Sequence[Route]) -> Arriving:
    """By which networks traffic from a source comes: that in whose subnet an address is or, for
    other addresses, those with a route back to it. Windows takes a packet only on the interface
    that has the address it is for, and answers from there (RFC 1122, 3.3.4.2, the strong model).

    Args:
        networks: with the host's addresses and subnets, as far as these are known.
        routes: those of the host; empty if they are unknown.
    """
    family, whole = source.family, source.whole
    in_use = [each for each in routes if each.active]
    leading_to: dict[int, list[str]] = {}
    for each in in_use:
        leading_to.setdefault(each.interface, []).append(each.destination)
    subnets = [
        addresses.merge(addresses.intervals_of_family(each.subnets, family)) for each in networks
    ]
    here = [addresses.common(whole, each) for each in subnets]
    far = addresses.without(whole, (each for near in here for each in near))
    # Routers pass no traffic of a link on (RFC 3927, 2.7; RFC 4291, 2.5.6).
    routed = addresses.without(far, _OF_LINK[family])
    by = []
    for network, near in zip(networks, here, strict=True):
        behind = routed if serves(network, source) else ()
        behind = behind if network.addresses else far
        if routes and network.interface is not None:
            out = leading_to.get(network.interface, ())
            behind = addresses.common(
                behind, addresses.merge(addresses.intervals_of_family(out, family))
            )
        found = addresses.merge((*near, *behind))
        if found:
            by.append((network, found))
    reached = [each for _network, found in by for each in found]
    listed = {network.interface for network in networks}
    return Arriving(
        source,
        tuple(by),
        addresses.without(routed, reached) if networks else (),
        uncertain=_count(reached) > _count(addresses.merge(reached)),
        unlisted=any(
            addresses.common(
                routed, tuple(addresses.intervals_of_family([each.destination], family))
            )
            for each in in_use
            if each.interface not in listed
        ),
    )


def serves(network: Network, source: Source) -> bool:
    """Whether the host has an address on a network, or may have one, to which a source can send:
    one of its family and, unless they are on one link, one that is not for that link alone."""
    if not network.addresses:
        return True
    own = tuple(addresses.intervals_of_family(network.addresses, source.family))
    if addresses.without(source.whole, _OF_LINK[source.family]):
        own = addresses.without(own, _OF_LINK[source.family])
    return bool(own)


def _count(intervals: Iterable[Interval]) -> int:
    return sum(last - first + 1 for first, last in intervals)


class Work:
    """The limit on the work for all sources and ports of a task together, and what was found of all
    addresses, since several sources are asked about for each port.

    Args:
        most: how many parts of addresses may be considered. Real rules divide a network into a
            handful of parts, or into as many as a list of blocked addresses has.
    """

    def __init__(self, most: int = 5_000_000) -> None:
        self._work = sweep.Work(most)
        self._kept: list[_Everywhere] = []

    def everywhere(self, firewall: Firewall, rules: RulesAround) -> _Everywhere:
        """What the firewall says about traffic from each address.

        Raises:
            TooMuchWorkError: the limit is reached.
        """
        for each in self._kept:
            if each.rules is rules:
                return each
        self._work.take(1 + len(rules.ordinary) + len(rules.restricting))
        from_any = _verdict(firewall, rules, None)
        parts = [Part(0, LAST[rules.asked.family], from_any.state, 0)]
        # What is certain of any address is certain of each.
        settled = from_any.state in (VerdictState.ALLOWED, VerdictState.BLOCKED)
        divided = not settled and rules.depend_on_remote
        if divided:
            parts = list(Sweep(firewall, rules, self._work).parts())
        found = _Everywhere(rules, from_any, parts, divided)
        self._kept = [found, *self._kept[: _KEPT - 1]]
        return found

    def within(self, found: _Everywhere, whole: Iterable[Interval]) -> list[Part]:
        """The parts of some addresses, in order.

        Raises:
            TooMuchWorkError: the limit is reached.
        """
        pieces: list[Part] = []
        for first, last in whole:
            begin = bisect_right(found.parts, first, key=_first) - 1
            end = bisect_right(found.parts, last, key=_first)
            self._work.take(1 + end - begin)
            pieces += (
                part._replace(first=max(first, part.first), last=min(last, part.last))
                for part in found.parts[begin:end]
            )
        return pieces


@dataclass(frozen=True)
class _Everywhere:
    """The verdict on traffic from anywhere, and its state for each part of all addresses of a
    family. `verdicts` are those on addresses that were asked about, by the patterns of their parts.
    If these are not `divided`, their state is the same, but other rules may decide there."""

    rules: RulesAround
    from_any: ProfileVerdict
    parts: list[Part]
    divided: bool
    verdicts: dict[int, ProfileVerdict] = field(default_factory=dict)


def _first(part: Part) -> int:
    return part.first


@dataclass(frozen=True)
class Asker:
    """Asks about traffic from one side.

    `controller` is the address of the PC that connects, None if it is unknown; `source` are the
    addresses to ask about instead, with a limit on the `work`.
    """

    controller: str | None = None
    source: Arriving | None = None
    work: Work = field(default_factory=Work)

    def ask(self, firewall: Firewall, listener: Listener, network: Network) -> NetworkVerdict:
        """The firewall's verdict on a listener on one network."""
        if self.source is not None:
            return _of_source(self.source, self.work, firewall, listener, network)
        verdict = firewall.verdict(listener, network, ANY)
        if verdict.state is VerdictState.CONDITIONAL and self.controller is not None:
            of_controller = firewall.verdict(listener, network, self.controller)
            if of_controller.state is not VerdictState.UNKNOWN:
                return NetworkVerdict(network, verdict, of_controller)
        return NetworkVerdict(network, verdict)


def _of_source(
    source: Arriving, work: Work, firewall: Firewall, listener: Listener, network: Network
) -> NetworkVerdict:
    whole, family = source.on(network), source.source.family
    try:
        asked = traffic.ask(listener, network, ANY, firewall.environment, family)
    except (TrafficError, AddressError):
        return NetworkVerdict(network, firewall.verdict(listener, network, ANY, family))
    rules = firewall.around(asked)
    if not whole:
        return NetworkVerdict(network, _verdict(firewall, rules, None))
    try:
        everywhere = work.everywhere(firewall, rules)
        pieces = work.within(everywhere, whole)
    except TooMuchWorkError:
        return NetworkVerdict(network, _verdict(firewall, rules, None), _too_many(network))

    def of_state(state: VerdictState) -> tuple[Interval, ...]:
        return addresses.merge((each.first, each.last) for each in pieces if each.state is state)

    worst = min(pieces, key=lambda each: _WORST.index(each.state))
    witness = addresses.interval_texts(family, (worst.first, worst.first))[0]
    parts = Parts(of_state(VerdictState.ALLOWED), of_state(VerdictState.BLOCKED), witness)
    verdict = everywhere.verdicts.get(worst.pattern)
    if verdict is None:
        verdict = _verdict(firewall, rules, worst.first)
        if everywhere.divided or not rules.depend_on_remote:
            everywhere.verdicts[worst.pattern] = verdict
    return NetworkVerdict(network, everywhere.from_any, verdict, parts=parts)


def _verdict(firewall: Firewall, rules: RulesAround, number: int | None) -> ProfileVerdict:
    """The verdict on traffic from an address, None for any."""
    return of_families({rules.asked.family: firewall.decided(rules.asked, rules.at(number))})


def _too_many(network: Network) -> ProfileVerdict:
    decision = Decision(Decider.IMPOSSIBLE, text=Phrase("source.too_many_parts"))
    return ProfileVerdict(network.profile, VerdictState.UNKNOWN, decision)
