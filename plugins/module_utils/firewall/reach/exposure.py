# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which profiles let traffic reach which listener, and by which rule, as facts: plain dicts, lists,
texts and phrases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ...ground.model import Endpoint, Scope, Snapshot
from ...pc.facts.firewall import ExposureFact, FirewallFact, ProfileFact
from ...pc.result import Judged, NetworkFact
from ...words.phrases import Phrase, Value
from ..judging.decision import ProfileVerdict, VerdictState
from ..judging.reading import FirewallReading
from ..judging.traffic import Listener
from ..judging.verdict import Firewall
from ..networks.network import Network
from ..policy.profile_settings import Origin, ProfileSettings, Setting
from ..policy.vocabulary import Action, Profile
from . import result
from .sets import Reach, Who, reach
from .sweep import TooMuchWorkError, Work

Exposure: TypeAlias = dict[str, ExposureFact[Value]]

# The limit on the number of judged listeners times rules: with a thousand rules, 10,000 listeners.
# Only hostile hosts come close.
MAX_WORK = 10_000_000
# The limits on the work for who can reach them (`Work`), and on the texts that say it. The busiest
# hosts need a tenth of that.
MAX_PARTS = 5_000_000
MAX_TEXTS = 100_000
_TOO_MANY: ExposureFact[Value] = {
    "reach": Who.UNKNOWN.value,
    "state": VerdictState.UNKNOWN.value,
    "reason": Phrase(
        "verdict.because",
        {"state": Phrase("verdict.unknown"), "reason": Phrase("effect.too_many_listeners")},
    ),
}


def exposures(
    snapshot: Snapshot, reading: FirewallReading, firewall: Firewall | None = None
) -> dict[Endpoint, Exposure]:
    """The firewall's verdict, in each profile, on traffic from anywhere to each listener that can
    be reached from another host at all, and who can reach it.

    Args:
        snapshot: endpoints with the processes and services that hold them.
        reading: the firewall of the same host.
        firewall: `reading.firewall()`, for who has it already.
    """
    facts = _Facts(firewall or reading.firewall())
    networks = _networks(reading)
    most = MAX_WORK // max(1, reading.stores.size)
    judged: dict[Listener, Exposure] = {}
    found = {}
    for endpoint, listener in listeners(snapshot):
        if listener not in judged:
            judged[listener] = {
                network.profile.word.lower(): facts.of(listener, network)
                if len(judged) < most
                else _TOO_MANY
                for network in networks
            }
        found[endpoint] = facts.repeated(judged[listener])
    return found


class _Facts:
    """The facts about the listeners of a host. Thousands of listeners share a few verdicts: there
    is one fact for each verdict, not for each listener."""

    def __init__(self, firewall: Firewall) -> None:
        self._firewall = firewall
        self._made: dict[tuple[ProfileVerdict, Reach | None], ExposureFact[Value]] = {}
        self._work = Work(MAX_PARTS)
        self._texts_left = MAX_TEXTS

    def of(self, listener: Listener, network: Network) -> ExposureFact[Value]:
        """The fact about a listener on a network."""
        verdict = self._firewall.verdict(listener, network)
        try:
            who = reach(self._firewall, listener, network, self._work)
        except TooMuchWorkError:
            who = None
        key = verdict, who
        if key not in self._made:
            self._made[key] = _fact(verdict, who)
        return self._made[key]

    def repeated(self, exposure: Exposure) -> Exposure:
        """Facts once more, for a further endpoint; with fewer texts if there are too many in
        all."""
        self._texts_left -= sum(map(result.size, exposure.values()))
        if self._texts_left >= 0:
            return exposure
        return {profile: _in_short(each) for profile, each in exposure.items()}


def listeners(snapshot: Snapshot) -> Iterator[tuple[Endpoint, Listener]]:
    """What listens on addresses that another host may reach."""
    # Where one socket has a port for IPv4, another one on :: serves IPv6 only.
    for_ipv4 = {
        (each.protocol, each.port)
        for each in snapshot.endpoints
        if each.is_listening and each.local.scope is Scope.ALL and each.local.family == "ipv4"
    }
    for endpoint in snapshot.endpoints:
        if not endpoint.is_listening or endpoint.local.scope is Scope.LOOPBACK:
            continue
        alone = (endpoint.protocol, endpoint.port) not in for_ipv4
        ipv6_only = snapshot.families_known or not alone
        yield endpoint, _listener(snapshot, endpoint, ipv6_only=ipv6_only)


def judged(snapshot: Snapshot, reading: FirewallReading) -> Judged:
    """The networks and settings of a host, and their verdicts on its listeners, for its facts."""
    active = reading.active_profiles
    asked = reading.firewall()
    firewall: FirewallFact[Value] = {
        "profiles": {
            profile.word.lower(): _settings(
                settings,
                reading.stores.contested.get(profile, settings),
                active=profile in active if reading.networks else None,
            )
            for profile, settings in reading.stores.profiles.items()
        },
        "products": [product.name for product in asked.products],
        "problem": reading.problem,
    }
    profiles: list[NetworkFact] = [
        {"name": network.name, "profile": network.profile.word.lower()}
        for network in reading.networks
    ]
    return Judged(profiles, firewall, exposures(snapshot, reading, asked))


def _networks(reading: FirewallReading) -> list[Network]:
    """One network for each profile: a connected one if there is exactly one, otherwise the profile
    as such, so that conditions on single adapters stay open."""
    found = []
    for profile in Profile:
        connected = [each for each in reading.networks if each.profile is profile]
        found.append(connected[0] if len(connected) == 1 else Network(profile))
    return found


def _listener(snapshot: Snapshot, endpoint: Endpoint, *, ipv6_only: bool) -> Listener:
    if endpoint.pid is None:
        return Listener.of(endpoint, None, ipv6_only=ipv6_only)
    process = snapshot.process(endpoint.pid)
    services = snapshot.services_in(endpoint.pid)
    inherited = snapshot.services_above(endpoint.pid)
    return Listener.of(endpoint, process, services, inherited=inherited, ipv6_only=ipv6_only)


def _fact(verdict: ProfileVerdict, who: Reach | None) -> ExposureFact[Value]:
    found: ExposureFact[Value] = {
        "state": verdict.state.value,
        "reason": verdict.phrase,
        "reach": Who.UNKNOWN.value,
    }
    result.tell(found, who)
    if verdict.decision.rule_id:
        found["rule_id"] = verdict.decision.rule_id
    if verdict.allowed_from not in ((), ("any",)):
        found["allowed_from"] = list(verdict.allowed_from)
    return found


def _in_short(fact: ExposureFact[Value]) -> ExposureFact[Value]:
    short = fact.copy()
    result.shorten(short)
    return short


def _settings(
    settings: ProfileSettings, other: ProfileSettings, *, active: bool | None
) -> ProfileFact:
    """The settings of a profile. `other`: those in another reading of the keys of MDM."""

    def switch(one: Setting[bool], two: Setting[bool]) -> bool | None:
        return one.value if one.value is two.value else None

    def action(one: Setting[Action], two: Setting[Action]) -> str | None:
        return one.value.value.lower() if one.value is two.value else None

    return {
        "active": active,
        "enabled": switch(settings.enabled, other.enabled),
        "block_all_inbound": switch(settings.block_all_inbound, other.block_all_inbound),
        "default_inbound": action(settings.default_inbound, other.default_inbound),
        "default_outbound": action(settings.default_outbound, other.default_outbound),
        "local_rules": switch(settings.local_rules, other.local_rules),
        "set_by": {
            name: setting.origin.value
            for name, setting in (
                ("enabled", settings.enabled),
                ("block_all_inbound", settings.block_all_inbound),
                ("default_inbound", settings.default_inbound),
                ("default_outbound", settings.default_outbound),
                ("local_rules", settings.local_rules),
            )
            if setting.origin is not Origin.DEFAULT
        },
    }
