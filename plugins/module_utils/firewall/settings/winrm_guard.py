# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether WinRM stays reachable if settings of profiles change, or the category of a network.

Rules stay as they are, so only two things can end the connection of a task: another profile counts
for the network that it comes by, or that profile has stricter settings. Windows evaluates even open
connections again (Windows Filtering Platform, ALE Reauthorization). The default for outbound
traffic does not matter: what answers a connection that was let in is not authorized a second time
(ALE Stateful Filtering).

A caller reads the host (`judging.reading.read`), makes of this reading the one after its change,
and asks before it sends anything::

    after = replace(before, stores=replace(before.stores, profiles=...))        # settings
    after = replace(before, networks=...)              # categories, in the order of before
    found = outlook(before, after, lambda: flows_to(host, ports), near.addresses)
    if found.refusal is not None and not force:
        ...                                            # say it, and change nothing
    warnings += found.elsewhere

`read_with_ports` and `flows_to` of `changing.changes` find the ports and the connections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...ground.model import OwnAddress
from ...words.phrases import Phrase, Value
from ..changing.winrm_guard import (
    MOST_NETWORKS,
    SERVICE,
    Flow,
    blocks_no_more,
    certainly_lost,
    ending,
    home_of,
    lets_in_no_less,
)
from ..judging.decision import ProfileVerdict, VerdictState, profile_phrase
from ..judging.reading import FirewallReading
from ..judging.traffic import TrafficError
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.addresses import AddressError
from ..policy.profile_settings import ProfileSettings
from ..policy.stores import FirewallStores
from ..policy.vocabulary import Action, EdgeTraversal, Profile

# A network before and after a change.
_Pair = tuple[Network, Network]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change means for WinRM.

    Attributes:
        cut_off: a sentence that says why the connection of the task may end: which connection, and
            the rule or setting that would block it. None if it certainly goes on.
        elsewhere: sentences about profiles and networks that the connection does not use now, where
            WinRM is certainly open before the change and certainly closed after it.
    """

    cut_off: Phrase | None = None
    elsewhere: tuple[Phrase, ...] = ()

    @property
    def refusal(self) -> Phrase | None:
        """The message of a task that is refused without ``force``, None if there is no danger."""
        return None if self.cut_off is None else Phrase("guard.refused", {"why": self.cut_off})


def outlook(
    before: FirewallReading,
    after: FirewallReading,
    find_flows: Callable[[], Sequence[Flow]],
    find_addresses: Callable[[], Sequence[OwnAddress]] = tuple,
) -> Outlook:
    """Judge a change of profile settings or of categories of networks.

    Args:
        before, after: the host as it was read, and as it would be. Both list the same networks in
            the same order, and the same rules. A firewall of another maker does not count: it may
            be removed one day.
        find_flows: finds the connections that may be ours (`winrm_guard.flows`). It is called only
            if something changes that may matter.
        find_addresses: finds the host's own addresses, which tell by which network a connection
            comes, and what its local subnet is. It is called only if there is danger without them.

    Raises:
        ValueError: the two don't list the same networks.
    """
    if len(before.networks) != len(after.networks):
        raise ValueError("the networks before and after a change must be the same")
    before, after = replace(before, products=()), replace(after, products=())
    if not any(True for _unused in _affected(before, after)):
        return Outlook()
    if before.problem is not None:
        return Outlook(Phrase("guard.unjudged", {"problem": before.problem}))
    flows = find_flows()
    found = _outlook(before, after, flows)
    if found == Outlook():
        return found
    addresses = find_addresses()
    if not addresses:
        return found
    return _outlook(before.with_addresses(addresses), after.with_addresses(addresses), flows)


def _affected(before: FirewallReading, after: FirewallReading) -> Iterator[tuple[_Pair, bool]]:
    """The networks for which something changes, and whether they are connected now. Where the host
    lists no network, each profile may be the one that counts."""
    connected = _connected(before, after)
    active = before.active_profiles | after.active_profiles
    others = [(Network(each), Network(each)) for each in Profile if each not in active]
    for now, pairs_of_networks in ((True, connected), (not active, others)):
        for was, then in pairs_of_networks:
            if was.profile is not then.profile or _differ(before, after, was.profile):
                yield (was, then), now


def _connected(before: FirewallReading, after: FirewallReading) -> list[_Pair]:
    """The connected networks before and after; of very many only their profiles."""
    pairs = list(zip(before.networks, after.networks, strict=True))
    if len(pairs) <= MOST_NETWORKS:
        return pairs
    profiles = dict.fromkeys((was.profile, then.profile) for was, then in pairs)
    return [(Network(was), Network(then)) for was, then in profiles]


def _differ(before: FirewallReading, after: FirewallReading, profile: Profile) -> bool:
    return any(
        one.values != other.values
        for one, other in zip(
            _settings(before.stores, profile), _settings(after.stores, profile), strict=True
        )
    )


def _settings(stores: FirewallStores, profile: Profile) -> tuple[ProfileSettings, ProfileSettings]:
    """The settings of a profile in both readings of the keys of MDM."""
    settings = stores.profiles[profile]
    return settings, stores.contested.get(profile, settings)


def _outlook(before: FirewallReading, after: FirewallReading, flows: Sequence[Flow]) -> Outlook:
    was = before.firewall()
    then = was.with_stores(after.firewall().stores)
    affected = list(_affected(before, after))
    # It may come by an adapter that has no network, such as that of a tunnel.
    by_adapter = [
        ((Network(each), Network(each)), True)
        for each in before.active_profiles
        if _differ(before, after, each)
    ]
    networks = [network for network, _unused in _connected(before, after)]
    cut_off, elsewhere = None, list[Phrase]()
    for flow in flows:
        home = home_of(flow, networks)
        for pair, connected in [*affected, *([] if home else by_adapter)]:
            now = connected and home in (None, pair[0])
            end = _end(was, then, flow, pair, now=now)
            if end is None:
                continue
            told = _told(flow, pair[1], end, now=now, connected=connected)
            if now:
                cut_off = cut_off or told
            else:
                elsewhere.append(told)
    return Outlook(cut_off, tuple(dict.fromkeys(elsewhere)))


def _told(flow: Flow, network: Network, end: Phrase, *, now: bool, connected: bool) -> Phrase:
    values: dict[str, Value] = {
        "flow": flow.phrase,
        "verdict": end,
        "profile": profile_phrase(network.profile),
        "adapter": network.alias or network.interface_id or "",
    }
    if now:
        return Phrase("guard.ends", values)
    return Phrase("guard.ends_adapter" if connected else "guard.ends_elsewhere", values)


def _end(before: Firewall, after: Firewall, flow: Flow, pair: _Pair, *, now: bool) -> Phrase | None:
    """What a connection may end by, None if it goes on.

    Args:
        now: whether it may come by this network now. Its existence then shows that it is let in,
            even if that can't be judged. Elsewhere, only what certainly was open can be lost, and
            only if it certainly would be blocked.
    """
    was, then = pair
    listener = flow.listener
    verdict = after.verdict(listener, then, flow.remote)
    # The service matters only to rules that block it: no rule for it is relied upon.
    service = replace(listener, services=(SERVICE,)) if flow.by_system else listener
    of_service = after.verdict(service, then, flow.remote)
    worse = next((one for one in (verdict, of_service) if not _is_open(one)), None)
    if not now:
        lost = certainly_lost(before.verdict(listener, was, flow.remote), worse)
        return ending(worse) if lost else None
    if worse is None and (not flow.past_edge or _open_past_edge(after, flow, then)):
        return None
    return None if _goes_on(before, after, flow, pair) else ending(worse)


def _is_open(verdict: ProfileVerdict) -> bool:
    return verdict.state is VerdictState.ALLOWED


def _open_past_edge(firewall: Firewall, flow: Flow, network: Network) -> bool:
    """Whether what comes through Teredo is let in: by a rule for it, or without a firewall."""
    if not firewall.stores.profiles[network.profile].enabled.value:
        return True
    found = firewall.matching_rules(flow.listener, network, flow.remote)
    return any(
        not conditions and compiled.rule.edge_traversal is EdgeTraversal.ALLOW
        for compiled, conditions in found.allow
    )


def _goes_on(before: Firewall, after: Firewall, flow: Flow, pair: _Pair) -> bool:
    """Whether a connection that exists continues although it can't be judged: nothing is stricter
    for it than before."""
    was, then = pair
    settings = zip(
        _settings(before.stores, was.profile), _settings(after.stores, then.profile), strict=True
    )
    if not all(_no_stricter(one, other) for one, other in settings):
        return False
    if was.profile is then.profile:
        return True
    listener = flow.listener
    # A rule of a service, or of connection security, may count in one of the profiles only.
    one, other = (
        firewall.verdict(listener, network, flow.remote)
        for firewall, network in ((before, was), (after, then))
    )
    if not set(other.unless) <= set(one.unless):
        return False
    service = replace(listener, services=(SERVICE,)) if flow.by_system else listener
    try:
        old, new, old_for_service, new_for_service = (
            firewall.matching_rules(each, network, flow.remote)
            for each in (listener, service)
            for firewall, network in ((before, was), (after, then))
        )
    except (TrafficError, AddressError):
        return False
    default = after.stores.profiles[then.profile].default_inbound.value
    return blocks_no_more(old, old_for_service, new_for_service) and (
        default is Action.ALLOW or lets_in_no_less(old, new, flow.past_edge)
    )


def _no_stricter(was: ProfileSettings, then: ProfileSettings) -> bool:
    """Whether settings let in whatever others let in, with the same rules."""
    if not then.enabled.value:
        return True
    return (
        was.enabled.value
        and was.block_all_inbound.value >= then.block_all_inbound.value
        and (was.default_inbound.value is not Action.ALLOW or _allows(then))
        and was.disabled_interfaces.value <= then.disabled_interfaces.value
        and (was.local_security_rules.value or not then.local_security_rules.value)
    )


def _allows(settings: ProfileSettings) -> bool:
    return settings.default_inbound.value is Action.ALLOW
