# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The interfaces of a host with their networks, addresses and routes, as facts: plain dicts, lists,
texts and numbers."""

from __future__ import annotations

from collections.abc import Iterable

from ...ground.model import Adapter, OwnAddress, Route, Snapshot
from ...pc.result import AddressFact, InterfaceFact, RouteFact
from .joining import interface_type
from .network import Network


def interfaces(snapshot: Snapshot, networks: Iterable[Network]) -> list[InterfaceFact]:
    """The interfaces that an adapter, an address, a route or a network is on, in the order of their
    indexes.

    Args:
        snapshot: addresses, adapters and routes, as far as they were read.
        networks: those of the same host; one without an interface index is left out.
    """
    found: dict[int, InterfaceFact] = {}

    def interface(index: int, name: str) -> InterfaceFact:
        fact = found.setdefault(index, _unknown(index))
        fact["adapter"] = fact["adapter"] or name or None
        return fact

    for adapter in snapshot.adapters:
        _add_adapter(interface(adapter.index, adapter.name), adapter)
    for network in networks:
        if network.interface is not None:
            fact = interface(network.interface, network.alias)
            fact["network"] = network.name or None
            fact["profile"] = network.profile.word.lower()
    for address in snapshot.addresses:
        interface(address.interface, address.alias)["addresses"].append(_address(address))
    for route in snapshot.routes:
        interface(route.interface, "")["routes"].append(_route(route))
    return [found[index] for index in sorted(found)]


def _unknown(index: int) -> InterfaceFact:
    return {
        "index": index,
        "adapter": None,
        "type": None,
        "virtual": None,
        "network": None,
        "profile": None,
        "addresses": [],
        "routes": [],
    }


def _add_adapter(fact: InterfaceFact, adapter: Adapter) -> None:
    kind = interface_type(adapter)
    fact["type"] = None if kind is None else kind.name.lower()
    fact["virtual"] = adapter.virtual


def _address(address: OwnAddress) -> AddressFact:
    return {
        "address": str(address.address),
        "family": address.address.family,
        "scope": address.address.scope.value,
        "prefix": address.prefix,
        "usable": address.usable,
    }


def _route(route: Route) -> RouteFact:
    return {
        "destination": route.destination,
        "next_hop": route.next_hop,
        "metric": route.metric,
    }
