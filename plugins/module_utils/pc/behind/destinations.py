# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the mappings of a port proxy that lead to the host itself lead to something that listens.

A mapping may lead to another mapping, and so to itself. Where a mapping leads to another host,
nothing is known, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ...ground.model import Endpoint, Forward, Protocol, Scope, Snapshot, Via, parse_address
from ...ground.names import ascii_lower, name_key
from .relays import PORTPROXY_SERVICE, forwards_of

# No healthy host has nearly so many that follow each other.
_MOST_PORTS = 30


def inner(snapshot: Snapshot, ports: Collection[tuple[Protocol, int]]) -> tuple[Forward, ...]:
    """The mappings of these ports that lead to the host itself, and those that they lead to."""
    found: dict[Forward, None] = {}
    pending = list(ports)
    for key in pending:
        for each in forwards_of(snapshot, Via.PORTPROXY, key):
            if each not in found and len(found) < _MOST_PORTS and _leads_back(snapshot, each):
                found[each] = None
                pending.append((each.protocol, each.to_port))
    return tuple(found)


def silent(
    snapshot: Snapshot, mappings: Iterable[Forward], listeners: Iterable[Endpoint]
) -> frozenset[Forward]:
    """Those of the mappings from `inner` behind which nothing listens for certain.

    Args:
        listeners: all that listen at the ports to which they lead.
    """
    known = tuple(mappings)
    served = {
        each
        for each in known
        for found in listeners
        if _serves(found, each) and not _is_passed_on(snapshot, found, known)
    }
    while True:
        # A mapping that leads to a served one is served too.
        more = {
            each
            for each in known
            for found in listeners
            if each not in served
            and _serves(found, each)
            and any(other in served for other in known if other.port == found.port)
        }
        if not more:
            return frozenset(known) - served
        served |= more


def _is_passed_on(snapshot: Snapshot, listener: Endpoint, known: Collection[Forward]) -> bool:
    """Whether a listener is the port proxy itself, for mappings all of which lead back."""
    services = snapshot.services_in(listener.pid)
    if all(name_key(each.name) != PORTPROXY_SERVICE for each in services):
        return False
    further = forwards_of(snapshot, Via.PORTPROXY, (listener.protocol, listener.port))
    return bool(further) and all(each in known for each in further)


def _serves(listener: Endpoint, mapping: Forward) -> bool:
    """Whether a listener takes, or may take, what a mapping passes on."""
    if listener.port != mapping.to_port or not listener.is_listening:
        return False
    local = listener.local
    try:
        to = parse_address(mapping.to_address)
    except ValueError:  # localhost, of either family
        return local.scope in (Scope.ALL, Scope.LOOPBACK)
    # A listener on :: may serve IPv4 too.
    everywhere = local.scope is Scope.ALL and (local.family == "ipv6" or to.family == "ipv4")
    return everywhere or local.text == to.text


def _leads_back(snapshot: Snapshot, mapping: Forward) -> bool:
    """Whether the address of a mapping is one of the host's own."""
    try:
        address = parse_address(mapping.to_address)
    except ValueError:
        return ascii_lower(mapping.to_address) == "localhost"
    own = {each.address.text for each in snapshot.addresses}
    return address.scope is Scope.LOOPBACK or address.text in own
