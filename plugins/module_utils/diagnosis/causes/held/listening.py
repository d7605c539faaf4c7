# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On which addresses a port has listeners, and whether the controller can connect to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ....ground.model import Address, Endpoint, Scope, parse_address
from ....words.phrases import Joined, Phrase
from ..model import (
    AttemptOutcome,
    Cause,
    CauseKind,
    Remedy,
    Situation,
    WantedPort,
    cause_of,
)


class Reach(Enum):
    """Whether a listener serves connections to the host's address, in the order of preference."""

    YES = "yes"
    # On ``::``, and it is unknown whether it also serves IPv4.
    PERHAPS = "perhaps"
    OTHER_FAMILY = "other_family"
    OTHER_ADDRESS = "other_address"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class Listening:
    """A listener on the port, and whether it serves the controller."""

    endpoint: Endpoint
    reach: Reach


def listeners(situation: Situation, wanted: WantedPort) -> tuple[Listening, ...]:
    """The listeners on a port, the best for the controller first, in whatever order the host lists
    them."""
    found = [
        endpoint
        for endpoint in situation.snapshot.endpoints
        if (endpoint.protocol, endpoint.port) == wanted.key and endpoint.is_listening
    ]
    # A dual-stack socket can't be bound where another one has the port for IPv4 (Microsoft, "Dual
    # Stack Sockets on Windows Vista"), so beside such a one, a socket on :: serves IPv6 only.
    serves_ipv4 = any(_is_any(each.local, "ipv4") for each in found)
    reaches = [_reach(each, situation, serves_ipv4) for each in found]
    if situation.attempt(wanted).outcome is AttemptOutcome.CONNECTED:
        reaches = _with_connection(reaches)
    order = list(Reach)
    listening = [Listening(each, reach) for each, reach in zip(found, reaches, strict=True)]
    return tuple(
        sorted(
            listening,
            key=lambda each: (order.index(each.reach), _closeness(each.endpoint, situation)),
        )
    )


def _with_connection(reaches: Sequence[Reach]) -> list[Reach]:
    """What is known of listeners now that the controller is connected: if none of them is certain
    to serve its address, the best one does, or a router translates one address to the other."""
    order = list(Reach)
    best = min(reaches, key=order.index, default=Reach.LOOPBACK)
    return [Reach.YES if each is best and best is not Reach.LOOPBACK else each for each in reaches]


def _closeness(endpoint: Endpoint, situation: Situation) -> tuple[bool, bool, bool, str, int]:
    """The place of a listener among those of the same reach: Windows gives a connection to the
    socket that is bound most specifically; the rest is only for a fixed order."""
    local = endpoint.local
    return (
        local.text not in (*situation.targets, situation.arrives),
        local.family not in _families(situation),
        local.scope is not Scope.ALL,
        f"{local.family} {local}",
        endpoint.pid or 0,
    )


def _reached(situation: Situation) -> tuple[str, ...]:
    """The addresses of the host to which the controller connects, as the host sees them."""
    return situation.targets if situation.arrives is None else (situation.arrives,)


def own_addresses(situation: Situation) -> tuple[str, ...]:
    """The host's own addresses, without zones, as which the controller may reach it: the one at
    which it arrives, if that is known."""
    if situation.arrives is not None:
        return (situation.arrives,)
    usable = [each.address for each in situation.snapshot.addresses if each.usable]
    others = [each for each in usable if each.scope is not Scope.LOOPBACK]
    wider = [each for each in others if each.scope is not Scope.LINK_LOCAL]
    return tuple(dict.fromkeys(each.text for each in wider or others))


def behind_address(situation: Situation, address: str | None) -> tuple[str, ...]:
    """The host's own addresses in the place of one that it does not have, so that something on the
    way translates it; empty if it may have it."""
    known = {each.address.text for each in situation.snapshot.addresses}
    if address is None or address in known:
        return ()
    certain = situation.translated or situation.arrives not in (None, address)
    return own_addresses(situation) if certain else ()


def address_causes(
    situation: Situation, wanted: WantedPort, mine: Sequence[Listening], holder: Phrase
) -> list[Cause]:
    """What is wrong with the addresses of the listeners; nothing if one of them serves the
    controller.

    `mine` are the listeners of the programs that may have the port, `holder` is the name of the
    first of those.
    """
    if not mine or mine[0].reach is Reach.YES:
        return []
    best = mine[0]
    if best.reach is Reach.PERHAPS:
        # If a host that answers refuses a port for IPv4, it has no IPv4 listener there. Silence
        # proves less: Windows never refuses while its firewall is on (its stealth mode).
        if situation.attempt(wanted).outcome is not AttemptOutcome.REFUSED:
            return []
        kind = CauseKind.IPV6_ONLY
    elif best.reach is Reach.OTHER_FAMILY:
        is_ipv6 = best.endpoint.local.family == "ipv6"
        kind = CauseKind.IPV6_ONLY if is_ipv6 else CauseKind.IPV4_ONLY
    elif best.reach is Reach.OTHER_ADDRESS:
        kind = CauseKind.OTHER_ADDRESS_ONLY
    else:
        kind = CauseKind.LOOPBACK_ONLY
    addresses = tuple(dict.fromkeys(str(each.endpoint.local) for each in mine))
    values = situation.values(wanted, holder=holder, addresses=addresses)
    if kind is CauseKind.OTHER_ADDRESS_ONLY:
        remedy = _at_other_addresses(each.endpoint.local for each in mine)
        reached = situation.targets[0] if situation.targets else None
        values["own"] = behind_address(situation, reached)
        text = "other_address_translated" if values["own"] else kind.value
        return [cause_of(kind, values, [remedy], text=text)]
    return [cause_of(kind, values)]


def _at_other_addresses(listened: Iterable[Address]) -> Remedy:
    """What to do if a program listens on other addresses: to connect to one of them is enough. A
    link-local address serves only machines on the same link."""
    found = dict.fromkeys(each for each in listened if each.scope is not Scope.LOOPBACK)
    further = [each for each in found if each.scope is not Scope.LINK_LOCAL]
    key = "other_address_only" if further else "link_local_only"
    addresses = Joined(tuple(map(str, further or found)), "list.or")
    return Remedy(Phrase(f"remedy.{key}", {"addresses": addresses}))


def _reach(endpoint: Endpoint, situation: Situation, serves_ipv4: bool) -> Reach:
    local = endpoint.local
    if local.text in (*situation.targets, situation.arrives):
        return Reach.YES
    if local.scope is Scope.LOOPBACK:
        return Reach.LOOPBACK
    arrives = situation.arrives
    families = _families(situation)
    if local.scope is Scope.ALL:
        if local.family in families:
            return Reach.YES
        if local.family == "ipv6" and not serves_ipv4 and not situation.snapshot.families_known:
            return Reach.PERHAPS
        return Reach.OTHER_FAMILY
    if arrives is not None:
        return Reach.OTHER_ADDRESS
    # If the controller connects to an address that the host does not have, a router translates it
    # to an unknown one of the host's addresses.
    return Reach.YES if situation.translated or not situation.targets else Reach.OTHER_ADDRESS


def _families(situation: Situation) -> frozenset[str]:
    """The families of the addresses that the controller connects to; both if there are none."""
    if situation.arriving is not None:
        return frozenset({f"ipv{situation.family}"})
    families = frozenset(parse_address(each).family for each in _reached(situation))
    return families or frozenset({"ipv4", "ipv6"})


def _is_any(address: Address, family: str) -> bool:
    return address.scope is Scope.ALL and address.family == family
