# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the firewall lets traffic to a port in and, if not, what to do in which order.

Obstacles are found as a person would find them: see what decides, remove that from a copy of the
firewall, and look again. So a block rule and the missing allow rule behind it are two causes, in
the order in which they have to be mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...firewall.judging.decision import Decider, ProfileVerdict, VerdictState, profile_phrase
from ...firewall.judging.matching import ConditionKind
from ...firewall.judging.traffic import Listener
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.joining import of_any_profile
from ...firewall.networks.network import Network
from ...firewall.policy.vocabulary import Profile
from ...firewall.reach.sets import Reach, reach
from ...firewall.reach.sweep import TooMuchWorkError
from ...ground.model import Scope, parse_address
from ...pc.holders import Holder
from ...words.phrases import Joined, Phrase, Value
from .blocking import explain
from .model import AttemptOutcome, Cause, CauseKind, Situation, WantedPort, cause_of
from .openings import Question, shown_network
from .rule_book import RuleBook
from .source import Asker, NetworkVerdict

# Each step removes one rule or setting; no host has more obstacles than this.
_MOST_STEPS = 8

_ABOUT_PROGRAM = frozenset({ConditionKind.PROGRAM, ConditionKind.SERVICE, ConditionKind.PACKAGE})


@dataclass(frozen=True)
class Permission:
    """The firewall's verdict on a port on each network, and the obstacles."""

    verdicts: tuple[NetworkVerdict, ...] = ()
    causes: tuple[Cause, ...] = ()
    remarks: tuple[Phrase, ...] = ()


def judge(
    situation: Situation,
    book: RuleBook | None,
    wanted: WantedPort,
    listener: Listener,
    *,
    planned: bool = False,
    for_all: Listener | None = None,
    holder: Holder | None = None,
) -> Permission:
    """Whether the firewall lets traffic reach a listener.

    Args:
        book: the rules of the firewall, None if it could not be read.
        listener: what waits for the traffic. A `planned` one has not been started yet: its program
            may be unknown, so only what is certain for any program is a cause.
        for_all: the same listener with all addresses and families that it serves, if it is asked
            who can reach it.
        holder: what has the port, if that is the listener.
    """
    stand_in = book.stand_in(listener) if book is not None else listener
    firewall = book.narrowed(stand_in) if book is not None else None
    outcome = situation.attempt(wanted).outcome
    if book is None or firewall is None:
        return Permission(causes=() if outcome is AttemptOutcome.CONNECTED else (_unknown(wanted),))
    asked = _networks(situation)
    asker = Asker(situation.controller, situation.arriving, book.work)
    if for_all is not None:
        for_all = replace(for_all, port=stand_in.port)
    deciding = frozenset(asked.ours)
    verdicts = [
        replace(
            _asked_once(book, firewall, asker, _reached(stand_in, situation, each), each),
            decides=each in deciding,
            reach=None if for_all is None else _reach(book, firewall, for_all, each),
        )
        for each in asked.networks
    ]
    ours = [each for each in verdicts if each.decides]
    if len(ours) == 1:
        listener = _reached(listener, situation, ours[0].network)
    remarks: list[Phrase] = []
    for remark in (*_remarks(wanted, ours), *asked.remarks):
        if remark not in remarks:
            remarks.append(remark)
    if planned:
        ours = [each for each in ours if not _hangs_on_program(each.verdict)]
    blocked = [each for each in ours if each.verdict.state is VerdictState.BLOCKED]
    causes: list[Cause] = []
    if outcome is AttemptOutcome.CONNECTED:
        # What has happened counts, whatever the rules say: some are not in the registry.
        if ours and len(blocked) == len(ours) and not planned:
            values = situation.values(
                wanted,
                network=shown_network(ours[0].network),
                reason=ours[0].verdict.reason,
            )
            remarks.append(Phrase("remark.connected_although", values))
    elif situation.stopped:
        causes = [_stopped(situation, wanted)]
    else:
        differ = len({each.verdict.state for each in ours}) > 1
        undecided = asked.undecided if differ else None
        if undecided is None or situation.arriving is not None:
            alike = replace(listener, port=stand_in.port)
            causes = _obstacles(book, firewall, situation, wanted, alike, ours, asker, holder)
        if undecided is not None:
            causes = [_undecided(undecided, situation, wanted, ours, causes)]
    return Permission(tuple(verdicts), tuple(causes), tuple(remarks))


def _asked_once(
    book: RuleBook, firewall: Firewall, asker: Asker, listener: Listener, network: Network
) -> NetworkVerdict:
    if asker.source is not None:
        return asker.ask(firewall, listener, network)
    question = asker.controller, listener, network
    return book.once(question, lambda: asker.ask(firewall, listener, network))


def _reach(
    book: RuleBook, firewall: Firewall, listener: Listener, network: Network
) -> Reach | None:
    """Who can reach a listener by a network, None if it takes too much work to tell."""
    address = parse_address(listener.local_address)
    if (
        address.scope is not Scope.ALL
        and network.addresses
        and address.text not in network.addresses
    ):
        # Windows takes no packet on an interface that does not have the address it is for (RFC
        # 1122, 3.3.4.2, the strong model).
        return Reach(())
    try:
        return book.once(
            (listener, network), lambda: reach(firewall, listener, network, book.reach_work)
        )
    except TooMuchWorkError:
        return None


def _place(network: Network) -> tuple[int, str, str, str]:
    """The place of a network among others: hosts list them in any order."""
    profile = list(Profile).index(network.profile)
    return profile, network.name, network.alias, network.interface_id or ""


def _reached(listener: Listener, situation: Situation, network: Network) -> Listener:
    """A listener on all addresses as one at that to which the controller connects, if the host has
    it on this network."""
    reached = situation.reached_on(network)
    if len(reached) == 1 and parse_address(listener.local_address).scope is Scope.ALL:
        return replace(listener, local_address=reached.pop())
    return listener


@dataclass(frozen=True)
class _Asked:
    """The networks about which the firewall is asked, and those of them by which the controller
    may come. `undecided` says why there are several of these."""

    networks: tuple[Network, ...]
    ours: tuple[Network, ...]
    undecided: CauseKind | None = None
    remarks: tuple[Phrase, ...] = ()


def _networks(situation: Situation) -> _Asked:
    networks, home = tuple(sorted(situation.networks, key=_place)), situation.home
    coming = situation.arriving
    if coming is not None and coming.by:
        ours = tuple(each for each in networks if coming.on(each))
        undecided = CauseKind.NETWORK_UNKNOWN if coming.uncertain else None
        single = _of_several(situation, networks, ours[0]) if len(ours) == 1 else ()
        return _Asked(networks, ours, undecided, single)
    if home is not None:
        return _Asked(networks, (home,), remarks=_of_several(situation, networks, home))
    if not situation.networks_known:
        every = tuple(Network(profile) for profile in Profile)
        return _Asked(every, every, CauseKind.FIREWALL_UNKNOWN)
    several = tuple(each for each in networks if situation.reached_on(each))
    if several:
        # Two adapters with one address, as link-local ones may be, or two networks of one adapter.
        return _Asked(networks, several, CauseKind.NETWORK_UNKNOWN)
    if len(networks) > 1 and (situation.arrives is None or not situation.snapshot.addresses):
        return _Asked(networks, networks, CauseKind.NETWORK_UNKNOWN)
    snapshot = situation.snapshot
    every = of_any_profile(situation.arrives, snapshot.addresses, snapshot.adapters)
    return _Asked((*networks, *every), every, CauseKind.NETWORK_UNIDENTIFIED)


def _of_several(
    situation: Situation, networks: Sequence[Network], home: Network
) -> tuple[Phrase, ...]:
    if len(networks) < 2:
        return ()
    values: dict[str, Value] = {"peer": situation.peer, "network": shown_network(home)}
    return (Phrase("remark.network", values),)


def _undecided(
    kind: CauseKind,
    situation: Situation,
    wanted: WantedPort,
    ours: Sequence[NetworkVerdict],
    obstacles: Sequence[Cause],
) -> Cause:
    """The cause if the networks by which the controller may come differ. What mends the obstacles
    on those that keep a source out is a remedy too: it opens the port for that source alone."""

    def named(*, allowed: bool) -> Value:
        found = tuple(
            shown_network(each.network)
            for each in ours
            if (each.verdict.state is VerdictState.ALLOWED) is allowed
        )
        return Joined(found, "list.separator") if found else Phrase("network.none")

    values = situation.values(
        wanted,
        allowed=named(allowed=True),
        others=named(allowed=False),
        adapter=Phrase("network.of_pc"),
    )
    if situation.arrives is not None:
        alias = ours[0].network.alias
        of_adapter: dict[str, Value] = {"name": alias, "address": situation.arrives}
        key = "network.of_adapter" if alias else "network.of_address"
        values["adapter"] = Phrase(key, of_adapter)
    if situation.arriving is not None and kind is CauseKind.NETWORK_UNKNOWN:
        key = "network_of_source"
        found = cause_of(kind, values, text=key, remedy=key)
        tasks = (each for cause in obstacles[:1] for each in cause.remedies if each.task)
        return replace(found, remedies=(*found.remedies, *tasks))
    return cause_of(kind, values)


def _obstacles(
    book: RuleBook,
    firewall: Firewall,
    situation: Situation,
    wanted: WantedPort,
    listener: Listener,
    verdicts: Sequence[NetworkVerdict],
    asker: Asker,
    holder: Holder | None,
) -> list[Cause]:
    causes: list[Cause] = []
    current = firewall
    left = list(verdicts)
    tried = situation.attempt(wanted).outcome is not AttemptOutcome.NOT_TRIED
    for _step in range(_MOST_STEPS):
        left = [each for each in left if each.verdict.state is not VerdictState.ALLOWED]
        if not left:
            break
        question = Question(
            book,
            current,
            wanted,
            listener,
            tuple(left),
            asker,
            tried,
            situation.in_domain,
            situation.peer,
            situation.foresight,
            holder,
        )
        finding = explain(question)
        causes.append(finding.cause)
        if finding.mended is None:
            break
        current = finding.mended
        left = [asker.ask(current, listener, each.network) for each in left]
    return causes


def _hangs_on_program(verdict: ProfileVerdict) -> bool:
    groups = (verdict.requires, verdict.restricted_to, verdict.unless)
    return any(
        condition.kind in _ABOUT_PROGRAM
        for group in groups
        for requirement in group
        for condition in requirement.conditions
    )


def _remarks(wanted: WantedPort, verdicts: Sequence[NetworkVerdict]) -> Iterator[Phrase]:
    for each in verdicts:
        decision = each.verdict.decision
        profile = profile_phrase(each.network.profile)
        if decision.kind is Decider.FIREWALL_OFF:
            yield Phrase("remark.firewall_off", {"profile": profile})
        limited = each.from_anywhere.allowed_from
        if (
            each.from_controller is not None
            and each.from_anywhere.state is VerdictState.CONDITIONAL
            and each.verdict.state is VerdictState.ALLOWED
            and limited
        ):
            values: dict[str, Value] = {
                "port": wanted.label,
                "profile": profile,
                "addresses": limited,
            }
            yield Phrase("remark.limited", values)


def _unknown(wanted: WantedPort) -> Cause:
    return cause_of(CauseKind.FIREWALL_UNKNOWN, {"port": wanted.label})


def _stopped(situation: Situation, wanted: WantedPort) -> Cause:
    values: dict[str, Value] = {"port": wanted.label, "services": situation.stopped}
    return cause_of(CauseKind.FIREWALL_STOPPED, values)
