# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps a task from cutting its own connection.

When rules change, Windows evaluates even open connections again (Windows Filtering Platform, ALE
Reauthorization), so a change that closes WinRM's port ends the task that makes it.
`winrm_rules.concern` looks only at the changed rule, which clears most changes. The others are
judged with all rules of the host, before and after, for the connections that WinRM serves: the
guard objects if a connection may end that would continue without the change. It also objects if in
doubt; `force` overrides it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...ground.model import SYSTEM_PID, Endpoint, OwnAddress, Scope
from ...ground.names import name_key
from ...words.phrases import Phrase, PhraseError, Value
from ..judging.deciding import Matches
from ..judging.decision import ProfileVerdict, VerdictState, profile_phrase
from ..judging.evidence import Match
from ..judging.reading import FirewallReading
from ..judging.traffic import ANY, SYSTEM, Listener, TrafficError
from ..judging.verdict import Firewall
from ..judging.winrm_rules import UNSPECIFIED, concern, concerns, is_about_winrm
from ..networks.network import Network
from ..parts.choices import passes_edge
from ..policy import addresses
from ..policy.addresses import AddressError
from ..policy.rule import FirewallRule
from ..policy.vocabulary import TCP, Action, EdgeTraversal, Profile

SERVICE = "WinRM"
# The ids of Windows' own rules for WinRM: WINRM-HTTP-In-TCP and similar, in all samples.
_WINRM_RULE_IDS = "winrm-"
# How many connections, networks and local rules that may concern WinRM are judged. A PC has one or
# two connections, one network and a dozen rules.
_MOST_FLOWS = 64
MOST_NETWORKS = 16
_MOST_RULES = 200


class ProtectedRuleError(PhraseError, ValueError):
    """The change could cut off WinRM, and was not forced."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection to WinRM as the host sees it. ``any`` as `remote`, and ``0.0.0.0`` or ``::`` as
    `local`, mean unknown. `by_system` is False if a process other than that of http.sys holds
    it."""

    port: int
    local: str
    remote: str = ANY
    by_system: bool = True

    @property
    def phrase(self) -> Phrase:
        """Its name in a message."""
        if self.remote == ANY:
            return Phrase("guard.flow", {"port": self.port})
        return Phrase("guard.flow_from", {"remote": self.remote, "port": self.port})

    @property
    def listener(self) -> Listener:
        """The listener of the connection."""
        if self.by_system:
            return Listener(TCP, self.port, self.local, SYSTEM, (), ipv6_only=True)
        return Listener(TCP, self.port, self.local, ipv6_only=True)

    @property
    def past_edge(self) -> bool:
        """Whether only rules with edge traversal let the connection in."""
        return addresses.is_past_edge(self.local)


def flows(
    connections: Iterable[Endpoint],
    ports: Collection[int],
    own: str | None = None,
    peer: tuple[str, int] | None = None,
) -> tuple[Flow, ...]:
    """The connections, one of which may be that of a task.

    Args:
        connections: the established connections to the ports of WinRM, as the host sees them.
        ports: these ports.
        own: the address of our own end of the connection, if known.
        peer: address and port of its other end, if known.

    Returns:
        Those whose ends the host sees as we do. If addresses are translated on the way, any may be
        ours, except those of the host with itself. If the host reports none: each port, from any
        address.
    """
    seen = [
        (Flow(each.port, str(each.local), str(each.remote), each.pid in (None, SYSTEM_PID)), each)
        for each in connections
        if each.remote is not None
    ]
    ours = [
        flow
        for flow, _unused in seen
        if _same(flow.remote, own)
        and (peer is None or (_same(flow.local, peer[0]) and flow.port == peer[1]))
    ]
    others = [
        flow
        for flow, each in seen
        if each.remote and Scope.LOOPBACK not in (each.local.scope, each.remote.scope)
    ]
    distinct = tuple(dict.fromkeys(ours or others))
    if 0 < len(distinct) <= _MOST_FLOWS:
        return distinct
    return tuple(Flow(port, local) for port in sorted(ports) for local in UNSPECIFIED)


def _same(one: str, other: str | None) -> bool:
    if other is None:
        return False
    # A zone means something only to the machine that names it.
    bare = [each.partition("%")[0] for each in (one, other)]
    try:
        return addresses.parse_number(bare[0]) == addresses.parse_number(bare[1])
    except AddressError:
        return False


class Guard:
    """Judges the changes of a task one after the other, each on the result of the ones before it.

    Undoing what the task itself has begun needs no guard.

    Args:
        reading: the host, as it was read.
        ports: the ports of WinRM.
        find_flows: finds the connections that may be ours (`flows`). It is called at most once,
            when a change is of concern.
        find_addresses: finds the host's own addresses, which tell what its local subnet is, and by
            which network a connection comes. It is called if there is an objection without them.
    """

    def __init__(
        self,
        reading: FirewallReading,
        ports: Collection[int],
        find_flows: Callable[[], tuple[Flow, ...]],
        find_addresses: Callable[[], Sequence[OwnAddress]] = tuple,
    ) -> None:
        # Another firewall that is in charge now may be removed one day.
        self._reading = replace(reading, products=())
        self._ports = ports
        self._find_flows = find_flows
        self._find_addresses = find_addresses

    @cached_property
    def _flows(self) -> tuple[Flow, ...]:
        return self._find_flows()

    @cached_property
    def _placed(self) -> FirewallReading | None:
        """The host with its addresses, None if it does not tell them."""
        found = self._find_addresses()
        return self._reading.with_addresses(found) if found else None

    def check(
        self,
        before: FirewallRule | None,
        after: FirewallRule | None,
        rules: Sequence[FirewallRule],
        left: Sequence[FirewallRule],
    ) -> None:
        """Check that a change can't cut off WinRM.

        Args:
            before, after: one rule, as it is and as it would be; None if there is none.
            rules: the local rules before the change.
            left: the local rules after it.

        Raises:
            ProtectedRuleError: it could.
        """
        found = self.objection(before, after, rules, left)
        if found is not None:
            raise ProtectedRuleError("guard.refused", why=found)

    def objection(
        self,
        before: FirewallRule | None,
        after: FirewallRule | None,
        rules: Sequence[FirewallRule],
        left: Sequence[FirewallRule],
    ) -> Phrase | None:
        """Why a change could cut off WinRM, in whole sentences, None if it can't; see `check`."""
        if before is not None and after is None and _is_winrm_rule(before):
            return Phrase("guard.windows_own", {"rule": before.label})
        why = concern(before, after, self._ports)
        what = None if why is None else self._ends(rules, left, self._reading)
        if what is not None and self._placed is not None:
            what = self._ends(rules, left, self._placed)
        if why is None or what is None:
            return None
        return Phrase("guard.because", {"why": why, "what": what})

    def lost(self, rules: Sequence[FirewallRule], now: FirewallReading) -> Phrase | None:
        """Why a connection that some local rules let in, on the host as it was first read, may not
        be let in by now; in a whole sentence, None if it is.

        Args:
            now: the host as it was read again, with all that has changed since.
        """
        later, left = replace(now, products=()), now.local_rules
        found = self._ends(rules, left, self._reading, later)
        if found is not None and self._placed is not None:
            placed = later.with_addresses(self._find_addresses())
            found = self._ends(rules, left, self._placed, placed)
        return found

    def _ends(
        self,
        rules: Sequence[FirewallRule],
        left: Sequence[FirewallRule],
        reading: FirewallReading,
        later: FirewallReading | None = None,
    ) -> Phrase | None:
        """The connection that may end although it would continue without the change, and what ends
        it. `later` is the host after the change, if more than its local rules may differ."""
        relevant = [
            tuple(rule for rule in each if concerns(rule, self._ports)) for each in (rules, left)
        ]
        if max(map(len, relevant)) > _MOST_RULES:
            return Phrase("guard.too_many_rules", {"count": _MOST_RULES})
        before = reading.with_local_rules(relevant[0]).firewall()
        reading = later or reading
        after = reading.with_local_rules(relevant[1]).firewall()
        active, networks = reading.active_profiles, reading.networks
        if len(networks) > MOST_NETWORKS:
            networks = tuple(Network(each) for each in Profile if each in active)
        others = [Network(each) for each in Profile if each not in active]
        by_adapter = any(rule.interfaces for each in relevant for rule in each)
        for flow in self._flows:
            home = home_of(flow, networks)
            # It may come by an adapter that has no network, such as that of Teredo.
            unknown = [Network(each) for each in active] if by_adapter and home is None else []
            for network in (*networks, *unknown, *others):
                now = network == home if home else network.profile in (active or Profile)
                end = _ends(before, after, flow, network, now=now)
                if end is not None:
                    values: dict[str, Value] = {
                        "flow": flow.phrase,
                        "verdict": end,
                        "profile": profile_phrase(network.profile),
                        "adapter": network.alias or network.interface_id or "",
                    }
                    elsewhere = "adapter" if network.profile in active else "elsewhere"
                    return Phrase("guard.ends" if now else f"guard.ends_{elsewhere}", values)
        return None


def home_of(flow: Flow, networks: Iterable[Network]) -> Network | None:
    """The network by which a connection comes, if the host's addresses tell."""
    own = addresses.parse_number(flow.local)
    found = [each for each in networks if own in map(addresses.parse_number, each.addresses)]
    return found[0] if len(found) == 1 else None


def _is_winrm_rule(rule: FirewallRule) -> bool:
    return name_key(rule.rule_id).startswith(_WINRM_RULE_IDS)


def _ends(
    before: Firewall, after: Firewall, flow: Flow, network: Network, *, now: bool
) -> Phrase | None:
    """The verdict on a connection that may end with a change, None if it continues.

    Args:
        now: whether it may come by this network now. Its existence then shows that it is let in,
            even if some of its rules can't be judged. In an inactive profile, only a connection
            that is certainly let in can be lost, and only if it would certainly be blocked.
    """
    listener = flow.listener
    # A condition on a service certainly lets nothing in. But in a rule that is meant to block
    # WinRM, the guard does not rely on it to block nothing.
    service = replace(listener, services=(SERVICE,)) if flow.by_system else listener
    verdicts = [after.verdict(each, network, flow.remote) for each in (listener, service)]
    worse = next((each for each in verdicts if each.state is not VerdictState.ALLOWED), None)
    if worse is None and not flow.past_edge:
        return None
    if not now and not certainly_lost(before.verdict(listener, network, flow.remote), worse):
        return None
    told = ending(worse)
    try:
        was, then, was_for_service, then_for_service = (
            firewall.matching_rules(each, network, flow.remote)
            for each in (listener, service)
            for firewall in (before, after)
        )
    except (TrafficError, AddressError):
        return told
    default = after.stores.profiles[network.profile].default_inbound.value
    goes_on = blocks_no_more(was, was_for_service, then_for_service) and (
        default is Action.ALLOW or lets_in_no_less(was, then, flow.past_edge)
    )
    return None if goes_on else told


def ending(verdict: ProfileVerdict | None) -> Phrase:
    """What happens to a connection, as the verdict that does not let it in; None if that is only
    for lack of edge traversal."""
    if verdict is None:
        return Phrase("guard.not_past_edge")
    if verdict.state is VerdictState.CONDITIONAL:
        return Phrase("guard.conditional", {"reason": verdict.reason})
    return verdict.phrase


def certainly_lost(before: ProfileVerdict, after: ProfileVerdict | None) -> bool:
    blocked = after is not None and after.state is VerdictState.BLOCKED
    return before.state is VerdictState.ALLOWED and blocked


def blocks_no_more(old: Matches, old_for_service: Matches, new: Matches) -> bool:
    """Whether each rule that may block is unchanged, or blocks only what a rule certainly blocked
    before."""
    as_they_were = {
        (each.store, each.rule.rule_id): each.rule for each, _unused in old_for_service.block
    }
    return all(
        any(set(was[1]) <= set(each[1]) for was in old.block)
        or as_they_were.get((each[0].store, each[0].rule.rule_id)) == each[0].rule
        for each in new.block
        if is_about_winrm(each[1])
    )


def lets_in_no_less(old: Matches, new: Matches, past_edge: bool) -> bool:
    """Whether each rule that may let traffic in has a counterpart with no additional conditions."""
    return all(
        any(_stands_in(each, for_=was, past_edge=past_edge) for each in later)
        for earlier, later in ((old.bypass, new.bypass), (old.allow, [*new.bypass, *new.allow]))
        for was in earlier
        if is_about_winrm(was[1])
        if not past_edge or was[0].rule.edge_traversal is not EdgeTraversal.BLOCK
    )


def _stands_in(new: Match, *, for_: Match, past_edge: bool) -> bool:
    if past_edge and not passes_edge(new[0].rule, for_[0].rule):
        return False
    return set(new[1]) <= set(for_[1])
