# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the client's firewall lets the application's traffic out and, if not, what to do.

What is found in the way is removed from a copy of the firewall, and the copy is asked again, as
port_check does at the server's end. A remedy is a task only if it is proven to help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...firewall.judging.decision import (
    Decider,
    Decision,
    ProfileVerdict,
    Requirement,
    VerdictState,
    alternatives,
    is_about_program,
)
from ...firewall.judging.traffic import ANY, Sender
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.policy.profile_settings import Origin
from ...firewall.policy.stores import RESTRICTING, Store
from ...firewall.policy.vocabulary import TCP, UDP, Action
from ...ground.model import Protocol, parse_address
from ...words.phrases import Joined, Phrase, Value
from ..causes import openings
from ..causes.model import Remedy, WantedPort
from ..causes.openings import Options, shown_network
from .ends.model import OutboundVerdict, PathCause, PathKind, path_cause

# Each step removes one rule or setting; no host has more obstacles than this.
_MOST_STEPS = 8
_POLICY_STORES = frozenset({Store.GROUP_POLICY, Store.MDM})
_POLICY_ORIGINS = frozenset({Origin.GROUP_POLICY, Origin.MDM})

# A path that no rule can name, for an application of which nothing is known.
_UNNAMED = r"C:\<unnamed>"
# How many rules a remark names.
_MOST_TOLD = 3

#: The program that makes the client's attempts, as rules know it.
CURL = r"%SystemRoot%\System32\curl.exe"


@dataclass(frozen=True)
class Outgoing:
    """What leaves the client.

    `networks` are those by which it may leave, several if that is unknown. `source` is the address
    that it leaves from, None if that is unknown; `address` is the server's, or ``any``. `program`
    is the application, None if it is unknown. `rule_names` are the folded names of the client's own
    rules.
    """

    client: str
    server: str
    wanted: WantedPort
    address: str
    source: str | None
    networks: tuple[Network, ...]
    program: str | None = None
    rule_names: frozenset[str] = frozenset()

    def values(self, **more: Value) -> dict[str, Value]:
        """The values that all texts about it share."""
        known: dict[str, Value] = {
            "client": self.client,
            "server": self.server,
            "port": self.wanted.label,
            "address": self.address,
            "program": self.program or Phrase("path.application"),
        }
        return known | more

    @property
    def sender(self) -> Sender:
        """The application."""
        protocol = TCP if self.wanted.protocol is Protocol.TCP else UDP
        return Sender(protocol, self.wanted.port, self.program, local_address=self.source)


@dataclass(frozen=True)
class Sending:
    """What the client's firewall does with the application's traffic.

    `causes` are certain, `open` can't be judged from here, and `suspects` are causes only if an
    attempt has failed and nothing else explains it. `tells` says that the firewall lets curl out,
    so that an attempt that failed has failed elsewhere.
    """

    verdicts: tuple[OutboundVerdict, ...] = ()
    causes: tuple[PathCause, ...] = ()
    open: tuple[PathCause, ...] = ()
    suspects: tuple[PathCause, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    tells: bool = True


def judge(
    outgoing: Outgoing,
    firewall: Firewall | None,
    stopped: Sequence[str] = (),
    *,
    connected: bool = False,
) -> Sending:
    """Whether the client's firewall lets the application's traffic out.

    Args:
        firewall: None if it could not be read.
        stopped: services of the firewall that should run and don't.
        connected: the client has connected, so traffic of curl certainly leaves; if the application
            is unknown, that is an answer too.
    """
    settled = connected and outgoing.program is None
    if firewall is None:
        return Sending(open=_unless(settled, _cause(outgoing, PathKind.CLIENT_FIREWALL_UNKNOWN)))
    verdicts = tuple(
        OutboundVerdict(each, _ask(firewall, outgoing, each)) for each in outgoing.networks
    )
    remarks = tuple(_about_programs(firewall, outgoing))
    tells = connected or all(
        _of_curl(firewall, outgoing, each).state is VerdictState.ALLOWED
        for each in outgoing.networks
    )
    found = Sending(verdicts, remarks=remarks, tells=tells)
    if settled:
        return replace(found, remarks=(*remarks, *_although(outgoing, verdicts)))
    if stopped:
        cause = _cause(outgoing, PathKind.CLIENT_FIREWALL_STOPPED, {"services": tuple(stopped)})
        return replace(found, open=(cause,))
    states = {each.verdict.state for each in verdicts}
    if len(states) > 1:
        return replace(found, open=(_undecided(outgoing, verdicts),))
    if states == {VerdictState.OVERRULED}:
        return _overruled(found, outgoing, firewall)
    certain, uncertain = _obstacles(outgoing, firewall, verdicts)
    return replace(found, causes=certain, open=uncertain)


def _cause(
    outgoing: Outgoing,
    kind: PathKind,
    more: Mapping[str, Value] | None = None,
    remedies: Iterable[Remedy] = (),
    *,
    text: str = "",
) -> PathCause:
    """A cause at the client. `more` are further values of its texts."""
    values = outgoing.values(**(more or {}))
    return path_cause(kind, outgoing.client, values, remedies, text=text)


def _unless(settled: bool, cause: PathCause) -> tuple[PathCause, ...]:
    return () if settled else (cause,)


def _ask(firewall: Firewall, outgoing: Outgoing, network: Network) -> ProfileVerdict:
    """The verdict on the application or, if nobody has named it, on one that no rule names."""
    sender = outgoing.sender
    if outgoing.program is None:
        sender = replace(sender, program=_UNNAMED, services=(), packaged=False)
    else:
        program = firewall.environment.expand(outgoing.program)
        sender = replace(sender, program=program)
    return firewall.outbound(sender, network, outgoing.address)


def _of_curl(firewall: Firewall, outgoing: Outgoing, network: Network) -> ProfileVerdict:
    path = firewall.environment.expand(CURL)
    curl = replace(outgoing.sender, program=path, services=(), packaged=False)
    return firewall.outbound(curl, network, outgoing.address)


def _about_programs(firewall: Firewall, outgoing: Outgoing) -> Iterator[Phrase]:
    """That rules are for single programs, which is worth a word if nobody has named one."""
    found: dict[Requirement, None] = {}
    for network in outgoing.networks if outgoing.program is None else ():
        verdict = firewall.outbound(outgoing.sender, network, outgoing.address)
        for each in (*verdict.unless, *verdict.requires):
            # Windows restricts services of its own, which are no applications.
            if each.store not in RESTRICTING and is_about_program(each.conditions):
                found[each] = None
    if found:
        rules = alternatives(tuple(found))
        more = len(rules) - _MOST_TOLD
        if more > 1:
            rules = (*rules[:_MOST_TOLD], Phrase("requirement.more", {"count": more}))
        values = outgoing.values(rules=Joined(rules, "list.separator"))
        yield Phrase("path_remark.programs", values)


def _although(outgoing: Outgoing, verdicts: Sequence[OutboundVerdict]) -> Iterator[Phrase]:
    """That the client has connected against its rules: some are not in the registry."""
    if verdicts and all(each.verdict.state is VerdictState.BLOCKED for each in verdicts):
        values = outgoing.values(reason=verdicts[0].verdict.reason)
        yield Phrase("path_remark.connected_although", values)


def _overruled(found: Sending, outgoing: Outgoing, firewall: Firewall) -> Sending:
    """With a firewall of another maker, which decides for each program."""
    about: dict[str, Value] = {"products": tuple(each.name for each in firewall.products)}
    suspect = _cause(outgoing, PathKind.CLIENT_FIREWALL_OF_OTHERS, about)
    key = "client_firewall_of_others_open"
    uncertain = _cause(outgoing, PathKind.CLIENT_CONDITION_OPEN, about, text=key)
    return replace(found, open=(uncertain,), suspects=(suspect,))


def _undecided(outgoing: Outgoing, verdicts: Sequence[OutboundVerdict]) -> PathCause:
    """The cause if the networks by which the traffic may leave differ."""

    def named(*, allowed: bool) -> Value:
        found = tuple(
            shown_network(each.network)
            for each in verdicts
            if (each.verdict.state is VerdictState.ALLOWED) is allowed
        )
        return Joined(found, "list.separator") if found else Phrase("network.none")

    about = {"allowed": named(allowed=True), "others": named(allowed=False)}
    return _cause(outgoing, PathKind.CLIENT_NETWORK_UNKNOWN, about)


# -- obstacles -----------------------------------------------------------------------------------


def _obstacles(
    outgoing: Outgoing, firewall: Firewall, verdicts: Sequence[OutboundVerdict]
) -> tuple[tuple[PathCause, ...], tuple[PathCause, ...]]:
    """What is certainly in the way, in the order of mending, and what may be."""
    certain: list[PathCause] = []
    current, left = firewall, list(verdicts)
    for _step in range(_MOST_STEPS):
        left = [each for each in left if each.verdict.state is not VerdictState.ALLOWED]
        if not left:
            break
        first = left[0]
        if first.verdict.state is not VerdictState.BLOCKED:
            return tuple(certain), (_uncertain(outgoing, current, left),)
        cause, mended = _blocked(outgoing, current, left)
        certain.append(cause)
        if mended is None:
            break
        current = mended
        left = [replace(each, verdict=_ask(current, outgoing, each.network)) for each in left]
    return tuple(certain), ()


def _blocked(
    outgoing: Outgoing, firewall: Firewall, left: Sequence[OutboundVerdict]
) -> tuple[PathCause, Firewall | None]:
    """What blocks, and the firewall without it; None if no task removes it."""
    network, decision = left[0].network, left[0].verdict.decision
    more: dict[str, Value] = {"network": shown_network(network), "rule": decision.rule_name}
    if decision.kind is Decider.SERVICE_RESTRICTION:
        return _cause(outgoing, PathKind.CLIENT_SERVICE_RESTRICTED, more), None
    if decision.kind is Decider.RULE:
        if decision.store in _POLICY_STORES:
            return _cause(outgoing, PathKind.CLIENT_POLICY_BLOCK_RULE, more), None
        return _block_rule(outgoing, firewall, left, more)
    by_policy = decision.origin in _POLICY_ORIGINS
    kind = PathKind.CLIENT_POLICY_BLOCKS if by_policy else PathKind.CLIENT_BLOCKS
    more["path"] = decision.path
    remedies, mended = _allowed(outgoing, firewall, left)
    return _cause(outgoing, kind, more, remedies), mended


def _block_rule(
    outgoing: Outgoing,
    firewall: Firewall,
    left: Sequence[OutboundVerdict],
    more: dict[str, Value],
) -> tuple[PathCause, Firewall | None]:
    decision = left[0].verdict.decision
    options = {"rule_id": decision.rule_id, "enabled": False}
    mended = openings.applied(firewall, options)
    if mended is None or _decides_still(outgoing, mended, left[0].network, decision):
        return _cause(outgoing, PathKind.CLIENT_BLOCK_RULE, more), None
    rule = firewall.rule(Store.LOCAL, decision.rule_id)
    task = openings.task("task.disable_rule", outgoing.wanted, options, firewall, rule)
    remedy = Remedy(Phrase("remedy.disable_block_rule"), task)
    return _cause(outgoing, PathKind.CLIENT_BLOCK_RULE, more, [remedy]), mended


def _decides_still(
    outgoing: Outgoing, firewall: Firewall, network: Network, decision: Decision
) -> bool:
    return _ask(firewall, outgoing, network).decision == decision


def _allowed(
    outgoing: Outgoing, firewall: Firewall, left: Sequence[OutboundVerdict]
) -> tuple[tuple[Remedy, ...], Firewall | None]:
    """A rule that lets the application out to the server, and the firewall with it, if it helps."""
    options = _new_rule(outgoing, left)
    mended = openings.applied(firewall, options)
    if mended is None or not _lets_out(outgoing, mended, left):
        return (), None
    task = openings.task("task.allow_outbound", outgoing.wanted, options, firewall)
    return (Remedy(Phrase("path_remedy.allow_outbound", outgoing.values()), task),), mended


def _lets_out(outgoing: Outgoing, firewall: Firewall, left: Sequence[OutboundVerdict]) -> bool:
    """Whether a firewall lets the traffic out on all of these networks."""
    verdicts = (_ask(firewall, outgoing, each.network) for each in left)
    return all(each.state is VerdictState.ALLOWED for each in verdicts)


def _new_rule(outgoing: Outgoing, left: Sequence[OutboundVerdict]) -> Options:
    more: dict[str, object] = {}
    if outgoing.address != ANY:
        more["remote_addresses"] = [parse_address(outgoing.address).text]
    if outgoing.program is not None:
        more["program"] = outgoing.program
    profiles = frozenset(each.network.profile for each in left)
    return openings.new_outbound_rule(outgoing.rule_names, outgoing.wanted, profiles, **more)


def _uncertain(
    outgoing: Outgoing, firewall: Firewall, left: Sequence[OutboundVerdict]
) -> PathCause:
    """The cause if it depends on conditions, or if the firewall could not be judged at all."""
    network, verdict = left[0].network, left[0].verdict
    if verdict.state is not VerdictState.CONDITIONAL:
        return _cause(outgoing, PathKind.CLIENT_FIREWALL_UNKNOWN)
    requirements = verdict.requires or verdict.restricted_to or verdict.unless
    more: dict[str, Value] = {
        "network": shown_network(network),
        "conditions": alternatives(requirements),
    }
    kind = PathKind.CLIENT_CONDITION_OPEN
    if requirements is verdict.unless:
        remedies = tuple(_without_block(outgoing, firewall, left))
        in_words = Remedy(Phrase("path_remedy.client_block_open", outgoing.values(**more)))
        return _cause(outgoing, kind, more, (in_words, *remedies), text="client_block_open")
    remedies, _mended = _allowed(outgoing, firewall, left)
    in_words = Remedy(Phrase("path_remedy.client_condition_open", outgoing.values(**more)))
    return _cause(outgoing, kind, more, (in_words, *remedies))


def _without_block(
    outgoing: Outgoing, firewall: Firewall, left: Sequence[OutboundVerdict]
) -> Iterator[Remedy]:
    """Block rules of the client itself that may be disabled, if one of them is all that is in the
    way."""
    for each in left[0].verdict.unless:
        if each.store is not Store.LOCAL or each.action is not Action.BLOCK:
            continue
        options = {"rule_id": each.rule_id, "enabled": False}
        mended = openings.applied(firewall, options)
        if mended is not None and _lets_out(outgoing, mended, left):
            rule = firewall.rule(Store.LOCAL, each.rule_id)
            task = openings.task("task.disable_rule", outgoing.wanted, options, firewall, rule)
            yield Remedy(Phrase("remedy.disable_block_rule"), task)
            return
