# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says whether one PC reaches ports of another one and, if not, where on the way it ends, from
everything that is known of both and of the attempts of the first.

It takes plain data and returns plain data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...firewall.judging.traffic import ANY
from ...ground.model import Protocol
from ...pc.programs.curl import TryOutcome
from ...words.phrases import Phrase, Value
from ..causes.held import behind
from ..causes.model import NOT_TRIED, Attempt, AttemptOutcome, CauseKind, WantedPort
from ..way import bare
from . import destination, sending, serving
from .destination import Destination
from .ends.model import (
    Asked,
    Hop,
    PathCause,
    PathDiagnosis,
    PathKind,
    PathVerdict,
    at,
    path_cause,
)
from .ends.routing import NoRoute, NoWay
from .ends.situation import ClientSituation, ServerSituation, Try
from .sending import Outgoing, Sending
from .serving import Serving

_TRANSLATED = {
    TryOutcome.CONNECTED: AttemptOutcome.CONNECTED,
    TryOutcome.RESET: AttemptOutcome.CONNECTED,
    TryOutcome.REFUSED: AttemptOutcome.REFUSED,
    TryOutcome.TIMED_OUT: AttemptOutcome.TIMED_OUT,
    TryOutcome.UNREACHABLE: AttemptOutcome.UNREACHABLE,
}
# The remark that the server's firewall lets in some addresses only, the client's among them.
_LIMITED = "remark.limited"
_UNTRIED = Try(TryOutcome.NOT_TRIED)


def _order() -> dict[PathKind | CauseKind, int]:
    """The places of causes, in the order of mending: the client's end, what may mean that another
    machine is reached, the server's end, the way between them, and what can't be judged."""
    own = list(PathKind)
    another, rest = own.index(PathKind.SERVER_ADDRESS_DUPLICATE), own.index(PathKind.NOT_SEEN) + 1
    every = (*own[:another], *own[another:rest], *CauseKind, *own[rest:])
    return {kind: number for number, kind in enumerate(every)}


_ORDER = _order()


@dataclass(frozen=True)
class _Question:
    """One port, and what came of the attempt that counts."""

    client: ClientSituation
    server: ServerSituation
    asked: Asked
    wanted: WantedPort
    to: Destination
    attempt: Try
    # The address by which the server saw other attempts of this client.
    translated: str | None = None

    @property
    def source(self) -> str | None:
        """The address by which the server sees the client: if it is translated for one port, it is
        for the others."""
        departure = self.to.departure
        leaves_from = None if departure is None else bare(departure.address)
        return self.attempt.seen_from or self.translated or self.attempt.source or leaves_from

    @property
    def connected(self) -> bool:
        return _TRANSLATED.get(self.attempt.outcome) is AttemptOutcome.CONNECTED

    @property
    def unseen(self) -> bool:
        """Whether the server has certainly not seen the connection. What its NAT forwards is in no
        table of its own."""
        forwarded = behind.behind_nat(self.server.situation, self.wanted)
        return self.attempt.unseen and not forwarded and not self.to.itself

    @property
    def outgoing(self) -> Outgoing:
        departure = self.to.departure
        return Outgoing(
            self.client.host,
            self.server.host,
            self.wanted,
            self.to.address or ANY,
            None if departure is None else bare(departure.address),
            self.to.networks,
            self.asked.program,
            self.client.rule_names,
        )

    def values(self, **more: Value) -> dict[str, Value]:
        """The values that texts about the way share."""
        return self.outgoing.values(detail=self.attempt.detail, **more)


@dataclass(frozen=True)
class Path:
    """The way from one client to the server: what is known of both, and the answer for each port.

    `client` and `to` are None if the client could not be read. `notes` are whole sentences about
    what could not be read.
    """

    host: str
    server: ServerSituation
    diagnoses: tuple[PathDiagnosis, ...]
    asked: Asked
    client: ClientSituation | None = None
    to: Destination | None = None
    notes: tuple[Value, ...] = ()


def diagnose(client: ClientSituation, server: ServerSituation, asked: Asked) -> Path:
    """The answer for each port, in the order asked. Raises nothing."""
    to = destination.choose(client, server)
    seen = {each.seen_from for each in client.tries.values() if each.seen_from is not None}
    questions = [
        _Question(
            client,
            server,
            asked,
            each,
            to,
            _attempt(client, to, each),
            next(iter(seen)) if len(seen) == 1 else None,
        )
        for each in asked.ports
    ]
    sent = [
        sending.judge(each.outgoing, client.firewall, client.stopped, connected=each.connected)
        for each in questions
    ]
    served = serving.judge(
        server.host,
        server.situation,
        asked.ports,
        peer=client.host,
        address=to.address,
        sources={each.wanted.key: each.source for each in questions},
        attempts={
            each.wanted.key: _as_the_server_sees_it(each, found)
            for each, found in zip(questions, sent, strict=True)
        },
    )
    diagnoses = tuple(
        _diagnosis(question, out, at_server)
        for question, out, at_server in zip(questions, sent, served, strict=True)
    )
    return Path(client.host, server, diagnoses, asked, client, to)


def unread(client: str, server: ServerSituation, asked: Asked, problem: Value) -> Path:
    """The answer for each port if the client could not be read. `problem` says why, in whole
    sentences."""
    cause = path_cause(PathKind.CLIENT_NOT_READ, client, {"problem": problem})
    hosts: dict[str, Value] = {"client": client, "server": server.host, "problem": problem}
    diagnoses = (
        PathDiagnosis(
            client,
            server.host,
            each,
            None,
            (cause,),
            # The problem says what to do.
            Phrase("path.not_read", {**hosts, "port": each.label}),
        )
        for each in asked.ports
    )
    return Path(client, server, tuple(diagnoses), asked)


def way_back_matters(path: Path) -> bool:
    """Whether the server's routes, which cost requests, may explain a failure."""
    lost = (PathKind.LOST, PathKind.WAY_OUT)
    return any(cause.kind in lost for each in path.diagnoses for cause in each.causes)


def _attempt(client: ClientSituation, to: Destination, wanted: WantedPort) -> Try:
    """The attempt at the address that the client uses."""
    if wanted.protocol is not Protocol.TCP or to.address is None:
        return _UNTRIED
    return client.tries.get((to.address, wanted.port), _UNTRIED)


def _as_the_server_sees_it(question: _Question, sent: Sending) -> Attempt:
    """What the attempt says of the server: nothing if the client's own firewall keeps curl back, or
    if another machine has answered."""
    attempt = question.attempt
    outcome = _TRANSLATED.get(attempt.outcome)
    if outcome is None or question.unseen or question.to.itself:
        return NOT_TRIED
    if not (sent.tells or question.connected):
        return NOT_TRIED
    return Attempt(outcome, question.to.address, attempt.detail)


def _diagnosis(question: _Question, sent: Sending, served: Serving) -> PathDiagnosis:
    to, wanted = question.to, question.wanted
    # What has happened counts, whatever the routes say.
    arrived = question.connected and not question.unseen and not to.itself
    certain = [each for each in to.causes if each.hop is not Hop.ROUTE or not arrived]
    certain += [*sent.causes, *_at_network(question)]
    certain += [each for each in served.causes if each.verdict is not PathVerdict.UNKNOWN]
    if not certain:
        certain += _unexplained(question, sent, served)
    suspected = any(each in sent.suspects for each in certain)
    uncertain = [each for each in to.open if each.hop is not Hop.ROUTE or not arrived]
    uncertain += () if suspected else sent.open
    uncertain += [each for each in served.causes if each.verdict is PathVerdict.UNKNOWN]
    if not certain and question.attempt.outcome is TryOutcome.FAILED:
        uncertain.append(path_cause(PathKind.ATTEMPT_FAILED, None, question.values()))
    if to.itself:
        # It passes no firewall and no network.
        no_matter = (Hop.CLIENT_FIREWALL, Hop.NETWORK, Hop.SERVER_FIREWALL)
        certain = [each for each in certain if each.hop not in no_matter]
        uncertain = [each for each in uncertain if each.hop not in no_matter]
    causes = (*sorted(certain, key=_place), *sorted(uncertain, key=_place))
    client, server = question.client.host, question.server.host
    return PathDiagnosis(
        client,
        server,
        wanted,
        to.address,
        causes,
        _summary(client, server, wanted, causes) if causes else _well(question, served),
        tuple(_remarks(question, sent, served)),
        served.diagnosis,
        sent.verdicts,
        question.attempt.seen_from,
    )


def _place(cause: PathCause) -> int:
    return _ORDER[cause.kind]


# -- between the two -----------------------------------------------------------------------------


def _at_network(question: _Question) -> Iterator[PathCause]:
    """That another machine has answered."""
    if question.unseen:
        values = question.values()
        yield path_cause(PathKind.NOT_SEEN, None, values)


_FAILED = {
    CauseKind.NO_ANSWER: PathKind.LOST,
    CauseKind.REFUSED: PathKind.REFUSED,
    CauseKind.NO_ROUTE: PathKind.LOST,
}


def _unexplained(question: _Question, sent: Sending, served: Serving) -> Iterator[PathCause]:
    """Why an attempt has failed if both ends would let it through."""
    outcome = question.attempt.outcome
    if question.connected or outcome not in (*_TRANSLATED, TryOutcome.FORBIDDEN):
        return
    if not sent.tells:
        yield from sent.suspects
    elif outcome is TryOutcome.FORBIDDEN:
        # No rule explains it. Of another program than curl, it says nothing.
        if question.asked.program is None:
            yield path_cause(PathKind.CLIENT_FORBIDS, question.client.host, question.values())
    elif served.failed is not None:
        yield _on_the_way(question, served.failed)


def _on_the_way(question: _Question, failed: CauseKind) -> PathCause:
    kind, departure, address = _FAILED[failed], question.to.departure, question.to.address
    if kind is PathKind.LOST and departure is not None and address is not None:
        other = destination.other_way(question.client, address, departure)
        if other is not None:
            values = question.values(adapter=departure.adapter, other=other.adapter)
            return path_cause(PathKind.WAY_OUT, question.client.host, values)
    if kind is PathKind.LOST:
        back = _way_back(question)
        if back is not None:
            return back
    text = "unreachable" if failed is CauseKind.NO_ROUTE else ""
    return path_cause(kind, None, question.values(), text=text)


def _way_back(question: _Question) -> PathCause | None:
    """Why the server's answers don't arrive, or nothing arrives there, if its routes tell."""
    server, source, out = question.server, question.source, question.to.departure
    address = question.to.address
    if not server.routes or source is None or address is None:
        return None
    back = destination.way_back(server, source)
    values = question.values(source=source)
    if isinstance(back, NoRoute):
        if back.why in (NoWay.UNKNOWN, NoWay.OWN):
            return None
        return path_cause(PathKind.WAY_BACK, server.host, values)
    translated = out is None or source != bare(out.address)
    if out is None or translated or ":" in source:
        return None
    # To one of them the other is a neighbour, and to the other a router is between them.
    if back.next_hop is None and out.next_hop is not None:
        return path_cause(PathKind.WAY_BACK, server.host, values, text="way_back_on_link")
    if out.next_hop is None and back.next_hop is not None:
        values["source"] = address
        return path_cause(PathKind.WAY_OUT, question.client.host, values, text="way_out_on_link")
    return None


def _may_be_translated(question: _Question, served: Serving) -> bool:
    """Whether the server's firewall, which lets in some addresses only, may see another one than
    the client's own."""
    limited = any(each.key == _LIMITED for each in served.diagnosis.remarks)
    seen = question.attempt.seen_from or question.translated
    return served.failed is CauseKind.NO_ANSWER and limited and seen is None


# -- in words ------------------------------------------------------------------------------------


def _summary(client: str, server: str, wanted: WantedPort, causes: Sequence[PathCause]) -> Phrase:
    """The first of some causes, and what to do about it."""
    first = causes[0]
    values: dict[str, Value] = {
        "client": client,
        "server": server,
        "port": wanted.label,
        "cause": first.told,
        "remedy": first.remedies[0].told,
    }
    if first.verdict is PathVerdict.UNKNOWN or first.kind is PathKind.NAME_NOT_CACHED:
        return Phrase("path.unknown", values)
    return Phrase("path.obstacle", values)


def _well(question: _Question, served: Serving) -> Phrase:
    """That the port can be reached."""
    answer = _of_both(served.diagnosis.summary)
    hosts: dict[str, Value] = {"client": question.client.host, "server": question.server.host}
    return Phrase("path.reachable", {**hosts, "answer": answer})


# port_check says of the one PC only that all is well as far as it shows there.
_INSIDE = {
    "sentence.reachable_inside": "path.reachable_inside",
    "sentence.reachable_relay_inside": "path.reachable_relay_inside",
}


def _of_both(found: Phrase) -> Phrase:
    """What port_check says of a port that can be reached, as it is so of both PCs."""
    answer = found.values.get("answer")
    if isinstance(answer, Phrase):
        return Phrase(found.key, {**found.values, "answer": _of_both(answer)})
    return Phrase(_INSIDE[found.key], found.values) if found.key in _INSIDE else found


def _remarks(question: _Question, sent: Sending, served: Serving) -> Iterator[Value]:
    client, attempt, wanted = question.client, question.attempt, question.wanted
    values = question.values()
    yield from question.to.remarks
    if question.to.departure is not None:
        yield from (at(client.host, each) for each in question.to.departure.doubts)
    yield from sent.remarks
    if client.may_filter and not question.connected:
        yield Phrase("path_remark.may_filter", {**values, "products": client.may_filter})
    yield from served.remarks
    if _may_be_translated(question, served):
        yield Phrase("path_remark.may_be_translated", {**values, "source": question.source or ""})
    if wanted.protocol is Protocol.UDP:
        yield Phrase("path_remark.udp", values)
    elif client.why_not is not None:
        yield client.why_not
    elif attempt.outcome is TryOutcome.NOT_TRIED:
        yield Phrase("path_remark.not_tried", values)
    elif attempt.outcome is TryOutcome.FORBIDDEN and question.asked.program is not None:
        yield Phrase("path_remark.forbidden", values)
    elif not sent.tells and not question.connected:
        yield Phrase("path_remark.curl_kept_back", values)
    elif question.connected and question.asked.program is not None:
        yield Phrase("path_remark.by_curl", values)
    if attempt.outcome is TryOutcome.RESET:
        yield Phrase("path_remark.reset", values)
    own, departure = attempt.source, question.to.departure
    if own is None and departure is not None:
        own = bare(departure.address)
    if own is not None and question.source is not None and question.source != own:
        yield Phrase("path_remark.translated", {**values, "source": own, "seen": question.source})
    for address in question.to.tried[1:]:
        other = client.tries.get((address, wanted.port), _UNTRIED)
        outcome = _TRANSLATED.get(other.outcome)
        connected = outcome is AttemptOutcome.CONNECTED
        if outcome is not None and connected is not question.connected:
            key = "other_connected" if connected else "other_failed"
            yield Phrase(f"path_remark.{key}", {**values, "other": address})
