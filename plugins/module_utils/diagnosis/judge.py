# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says whether a port can be reached, and if not, why, from everything that is known about it.

It takes plain data and returns plain data. Other modules read the host and make the controller's
attempts to connect.
"""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ..firewall.judging.traffic import Listener
from ..firewall.policy.vocabulary import TCP, UDP
from ..firewall.reach.sets import Reach as Reached
from ..ground.model import Endpoint, Forward, HttpUrl, Protocol, Scope, Via
from ..pc.holders import Holder, Port, described, named, serving
from ..words.phrases import Phrase, Value
from . import sources
from .causes import permission
from .causes.held import behind, holding
from .causes.held.holding import Holding
from .causes.held.listening import (
    Listening,
    Reach,
    address_causes,
    behind_address,
    listeners,
    own_addresses,
)
from .causes.model import (
    Attempt,
    AttemptOutcome,
    Cause,
    CauseKind,
    Diagnosis,
    Evidence,
    Situation,
    SourceVerdict,
    WantedPort,
    cause_of,
)
from .causes.permission import Permission
from .causes.rule_book import RuleBook
from .causes.source import Source, arriving

_ANYWHERE = {4: "0.0.0.0", 6: "::"}  # noqa: S104  (nothing is bound here)


def diagnose(
    situation: Situation, wanted: Iterable[WantedPort], from_there: Iterable[Source] = ()
) -> tuple[Diagnosis, ...]:
    """The answer for each port, in the order given. Raises nothing.

    Args:
        from_there: about which addresses the firewall is asked besides the controller's.
    """
    book = RuleBook(situation.firewall) if situation.firewall is not None else None
    part, routes = _parts(situation), situation.snapshot.routes
    asked = [arriving(each, situation.networks, routes) for each in from_there]
    found = []
    for each in wanted:
        about = part(each)
        seen = partial(_seen_from, book, each)
        answers = tuple(sources.judge(about, each, source, seen) for source in asked)
        found.append(_diagnose(about, book, each, answers))
    return tuple(found)


def _seen_from(
    book: RuleBook | None, wanted: WantedPort, situation: Situation
) -> tuple[Sequence[Cause], Permission]:
    """What is in the way of those who connect from elsewhere, if a program listens."""
    found = listeners(situation, wanted)
    held = holding.judge(situation, wanted, found)
    mappings = () if found else behind.behind_nat(situation, wanted)
    if mappings:
        return behind.nat_causes(situation, wanted, mappings), Permission()
    best = _best(held)
    causes = [
        behind.about_addresses(situation, wanted, best, each)
        for each in address_causes(situation, wanted, held.mine, _title(situation, held))
    ]
    listener = _listener(situation, situation.family, wanted, found, held)
    return causes, permission.judge(
        situation, book, wanted, listener, planned=not held.mine, holder=best
    )


def _parts(situation: Situation) -> Callable[[WantedPort], Situation]:
    """A function that returns the part of a situation that concerns one port, so that hundreds of
    ports don't cost hundreds of passes over all endpoints."""
    snapshot = situation.snapshot
    endpoints: dict[Port, list[Endpoint]] = {}
    for endpoint in snapshot.endpoints:
        endpoints.setdefault((endpoint.protocol, endpoint.port), []).append(endpoint)
    urls: dict[int, list[HttpUrl]] = {}
    for url in snapshot.http_urls:
        urls.setdefault(url.port, []).append(url)
    # The service of port proxies serves all of theirs. What the NAT forwards has nothing to do with
    # other ports.
    proxied: list[Forward] = []
    translated: dict[Port, list[Forward]] = {}
    for forward in snapshot.forwards:
        if forward.via is Via.NAT:
            translated.setdefault((forward.protocol, forward.port), []).append(forward)
        else:
            proxied.append(forward)

    def part(
        own: Iterable[Endpoint], of_http: Iterable[HttpUrl], to_port: Iterable[Forward]
    ) -> Situation:
        forwards = (*proxied, *to_port)
        about = replace(snapshot, endpoints=tuple(own), http_urls=tuple(of_http), forwards=forwards)
        return replace(situation, snapshot=about, urls_read=bool(urls))

    # Most ports that are asked about have nothing of their own.
    nothing = part((), (), ())

    def of_port(wanted: WantedPort) -> Situation:
        key = wanted.key
        found = endpoints.get(key, ()), urls.get(wanted.port, ()), translated.get(key, ())
        return part(*found) if any(found) else nothing

    return of_port


def _diagnose(
    situation: Situation,
    book: RuleBook | None,
    wanted: WantedPort,
    answers: tuple[SourceVerdict, ...],
) -> Diagnosis:
    attempt = situation.attempt(wanted)
    found = listeners(situation, wanted)
    held = holding.judge(situation, wanted, found)
    reserved = holding.reserved_ranges(situation, wanted)
    causes = list(held.causes)
    mappings = () if found else behind.behind_nat(situation, wanted)
    if mappings:
        causes += behind.nat_causes(situation, wanted, mappings)
    elif not found:
        answered = attempt.outcome is AttemptOutcome.CONNECTED
        causes += (
            each
            for each in holding.nobody(situation, wanted, reserved)
            # What answers need not be started: that is the question to mend first.
            if not answered or each.kind is not CauseKind.NOTHING_LISTENS
        )
    best = _best(held)
    causes += (
        behind.about_addresses(situation, wanted, best, each)
        for each in address_causes(situation, wanted, held.mine, _title(situation, held))
    )
    local, named = behind.by_name_only(situation, wanted, best)
    causes += local + behind.silent_destination(situation, wanted, best)
    for_others = not mappings and (not found or found[0].reach is Reach.LOOPBACK)
    if for_others and attempt.outcome is AttemptOutcome.CONNECTED:
        causes.append(_answered_by_other(wanted, attempt))
    allowed = Permission()
    # Whether the rules for listeners apply to what the NAT forwards is not documented.
    if not wanted.free and not mappings:
        listener = _listener(situation, situation.family, wanted, found, held)
        for_all = _for_all(situation, wanted, found, held)
        allowed = permission.judge(
            situation,
            book,
            wanted,
            listener,
            planned=not held.mine,
            for_all=for_all,
            holder=best,
        )
        causes += allowed.causes
        if local:
            # http.sys takes the connections of others only to answer them with an error.
            none = tuple(
                replace(each, reach=Reached(each.reach.families if each.reach else ()))
                for each in allowed.verdicts
            )
            allowed = replace(allowed, verdicts=none)
    if attempt.outcome.failed and not causes:
        causes.append(_on_the_way(situation, wanted, attempt))
    why_not = None if wanted.free or wanted.protocol is Protocol.UDP else situation.why_not
    if why_not and not causes:
        causes.append(_untried(wanted, why_not))
    order = list(CauseKind)
    causes.sort(key=lambda cause: order.index(cause.kind))
    evidence = Evidence(
        attempt,
        tuple(each.endpoint for each in found),
        held.holders,
        reserved,
        allowed.verdicts,
        mappings or (best.relay.forwards if best is not None and best.relay is not None else ()),
    )
    return Diagnosis(
        wanted,
        tuple(causes),
        _summary(situation, wanted, held, mappings, causes),
        evidence,
        tuple(described(situation.snapshot, each) for each in held.holders)
        or tuple(Phrase("holder.nat", {"target": each.target}) for each in mappings),
        (*named, *_remarks(situation, wanted, held, causes, allowed, why_not)),
        answers,
    )


def _summary(
    situation: Situation,
    wanted: WantedPort,
    held: Holding,
    mappings: Sequence[Forward],
    causes: Sequence[Cause],
) -> Phrase:
    if causes:
        first = causes[0]
        values: dict[str, Value] = {"cause": first.text, "remedy": first.remedies[0].text}
        also = [each for each in causes[1:] if each.kind is CauseKind.IN_USE_BY_OTHER]
        if first.kind is CauseKind.IN_USE_BY_OTHER and also:
            values["others"] = tuple(each.holder for each in also if each.holder is not None)
            one_for_all = all(each.remedies == first.remedies for each in also)
            key = "taken_by_several" if one_for_all else "taken_by_several_each"
            return Phrase(f"sentence.{key}", values)
        return Phrase("sentence.cause_and_remedy", values)
    attempt = situation.attempt(wanted)
    values = situation.values(
        wanted,
        holder=_title(situation, held),
        address=attempt.address or "",
        targets=behind.targets_of(mappings),
    )
    connected = attempt.outcome is AttemptOutcome.CONNECTED
    best = _best(held)
    if mappings:
        return Phrase("sentence.reachable_by_nat", values)
    if best is not None and best.relay is not None:
        relayed = "reachable_relay" if connected else "reachable_relay_inside"
        return _unless_filtered(situation, Phrase(f"sentence.{relayed}", values), connected)
    answer = Phrase("sentence.reachable" if connected else "sentence.reachable_inside", values)
    answer = answer if best is None else serving(situation.snapshot, best, answer)
    return _unless_filtered(situation, answer, connected)


def _unless_filtered(situation: Situation, answer: Phrase, connected: bool) -> Phrase:
    """An answer about a port; where nothing was tried, with the products that may block it."""
    if connected or not situation.may_filter:
        return answer
    values: dict[str, Value] = {"answer": answer, "products": situation.may_filter}
    return Phrase("sentence.unless_filtered", values)


def _best(held: Holding) -> Holder | None:
    """The best of the holders that may have the port."""
    by_pid = {each.pid: each for each in reversed(held.holders)}
    found = (by_pid.get(each.endpoint.pid) for each in held.mine)
    return next((each for each in found if each is not None), None)


def _title(situation: Situation, held: Holding) -> Phrase:
    """Its name."""
    best = _best(held)
    return Phrase("holder.unknown") if best is None else named(situation.snapshot, best)


def _listener(
    situation: Situation,
    family: int | None,
    wanted: WantedPort,
    found: Sequence[Listening],
    held: Holding,
) -> Listener:
    """The listener about which the firewall is asked: one that may have the port, on an address
    that others can reach and for the family by which somebody connects, None for any, or, if none
    may have it, the one that should."""
    if not held.mine:
        paths = [each for each in wanted.expected_process if ntpath.isabs(each)]
        program = paths[0] if len(wanted.expected_process) == len(paths) == 1 else None
        protocol = TCP if wanted.protocol is Protocol.TCP else UDP
        return Listener(protocol, wanted.port, _ANYWHERE[family or 4], program, planned=True)
    best = held.mine[0]
    local, pid = best.endpoint.local, best.endpoint.pid
    snapshot = situation.snapshot
    services = snapshot.services_in(pid) if pid is not None else None
    process = snapshot.process(pid)
    if best.endpoint.is_before(process):
        # Nobody knows what listens.
        listener = Listener.of(best.endpoint, None, inherited=None, ipv6_only=True)
    else:
        inherited = snapshot.services_above(pid)
        listener = Listener.of(
            best.endpoint, process, services, inherited=inherited, ipv6_only=True
        )
    if best.reach is Reach.YES and local.scope is not Scope.ALL:
        return listener
    if family is not None:
        return replace(listener, local_address=_ANYWHERE[family])
    anywhere = {each.endpoint.local.family for each in _anywhere(held.mine, pid)}
    if anywhere == {"ipv6"} and not snapshot.families_known:
        # It serves IPv4 too, unless somebody else does.
        alone = all(each.endpoint.local.family == "ipv6" for each in _anywhere(found))
        return replace(listener, local_address=_ANYWHERE[6], ipv6_only=not alone)
    if len(anywhere) == 2:
        return replace(listener, local_address=_ANYWHERE[6], ipv6_only=False)
    return replace(listener, local_address=_ANYWHERE[6 if local.family == "ipv6" else 4])


def _for_all(
    situation: Situation, wanted: WantedPort, found: Sequence[Listening], held: Holding
) -> Listener:
    """The same listener with its own address, or all families that it may serve."""
    # The family of a source stays.
    family = None if situation.arriving is None else situation.family
    listener = _listener(situation, family, wanted, found, held)
    local = held.mine[0].endpoint.local if held.mine else None
    if local is None or local.scope is Scope.ALL:
        return listener
    return replace(listener, local_address=str(local))


def _anywhere(found: Iterable[Listening], pid: int | None = None) -> Iterator[Listening]:
    """The listeners on all addresses of a family; only those of one process if it is given."""
    for each in found:
        if each.endpoint.local.scope is Scope.ALL and pid in (None, each.endpoint.pid):
            yield each


def _answered_by_other(wanted: WantedPort, attempt: Attempt) -> Cause:
    values: dict[str, Value] = {"port": wanted.label, "address": attempt.address or ""}
    return cause_of(CauseKind.ANSWERED_BY_OTHER, values, remedy="check_address")


_ON_THE_WAY = {
    AttemptOutcome.TIMED_OUT: CauseKind.NO_ANSWER,
    AttemptOutcome.REFUSED: CauseKind.REFUSED,
    AttemptOutcome.UNREACHABLE: CauseKind.NO_ROUTE,
}


def _on_the_way(situation: Situation, wanted: WantedPort, attempt: Attempt) -> Cause:
    """The cause if all is well on the host but the controller still gets no connection."""
    kind = _ON_THE_WAY[attempt.outcome]
    values = situation.values(
        wanted,
        address=attempt.address or "",
        detail=attempt.detail,
        products=situation.may_filter,
    )
    if situation.past_edge and kind is CauseKind.NO_ANSWER:
        values["option"] = 'edge_traversal: "yes"'
        return cause_of(kind, values, text="no_answer_past_edge", remedy="no_answer_past_edge")
    if situation.may_filter and kind is not CauseKind.NO_ROUTE:
        return cause_of(kind, values, text=f"{kind}_filtered", remedy=f"{kind}_filtered")
    own = behind_address(situation, attempt.address)
    if own and kind is not CauseKind.NO_ROUTE:
        values["own"] = own
        return cause_of(kind, values, text=f"{kind}_translated", remedy="translated")
    return cause_of(kind, values)


def _untried(wanted: WantedPort, why_not: CauseKind) -> Cause:
    """The cause if all is well on the host, as far as can be known without an attempt."""
    return cause_of(why_not, {"port": wanted.label})


def _remarks(
    situation: Situation,
    wanted: WantedPort,
    held: Holding,
    causes: Sequence[Cause],
    allowed: Permission,
    why_not: CauseKind | None,
) -> tuple[Phrase, ...]:
    attempt = situation.attempt(wanted)
    values = situation.values(wanted, address=attempt.address or "")
    remarks = list(allowed.remarks)
    if situation.may_filter and not causes and attempt.outcome is AttemptOutcome.NOT_TRIED:
        remarks.append(Phrase("remark.may_filter", {**values, "products": situation.may_filter}))
    if held.mine:
        first = held.mine[0].endpoint
        if first.is_before(situation.snapshot.process(first.pid)):
            title = _title(situation, held)
            remarks.append(Phrase("remark.reused_pid", {**values, "holder": title}))
    if situation.past_edge and not causes and attempt.outcome is AttemptOutcome.NOT_TRIED:
        remarks.append(Phrase("remark.past_edge", values))
    if situation.translated and attempt.outcome is AttemptOutcome.CONNECTED:
        told = {**values, "own": own_addresses(situation)}
        remarks.append(Phrase("remark.translated", told))
    if held.mine and held.mine[0].reach is Reach.PERHAPS and not _is_about_family(causes):
        remarks.append(Phrase("remark.ipv4_unknown", values))
    if why_not:
        if all(each.kind is not why_not for each in causes):
            remarks.append(Phrase(f"cause.{why_not}", values))
    elif attempt.outcome is AttemptOutcome.NOT_TRIED:
        key = "remark.udp" if wanted.protocol is Protocol.UDP else "remark.not_tried"
        remarks.append(Phrase(key, values))
    return tuple(remarks)


def _is_about_family(causes: Iterable[Cause]) -> bool:
    """Whether one of the causes is already about IPv4 and IPv6."""
    return any(each.kind in (CauseKind.IPV6_ONLY, CauseKind.IPV4_ONLY) for each in causes)
