# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of the two hosts and of the client's attempts, as frozen values."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ....firewall.judging.verdict import Firewall
from ....firewall.networks.network import Network
from ....ground.model import Adapter, AddressState, OwnAddress, Route, Scope
from ....pc.programs.curl import Target, TryOutcome
from ....pc.resolving.model import PrefixPolicy
from ....words.phrases import Phrase
from ...causes.model import Situation
from ...way import bare, plain
from .naming import Resolved
from .preferring import DEFAULT_POLICIES
from .routing import Ways

_BROADCAST = ipaddress.IPv4Address("255.255.255.255")


@dataclass(frozen=True, slots=True)
class Try:
    """What came of an attempt of the client to connect to one address and port.

    Attributes:
        source: the client's own address in the connection, None if there was none.
        detail: why there was none, as curl or Windows says it; it may be empty.
        seen_from: the address by which the server listed the connection, None if it did not.
        unseen: the connection was certainly there while the server's connections were read, and the
            server did not list it.
    """

    outcome: TryOutcome
    source: str | None = None
    detail: str = ""
    seen_from: str | None = None
    unseen: bool = False


@dataclass(frozen=True)
class ClientSituation:
    """What is known of the client.

    Attributes:
        host: its name in the inventory.
        resolved: where the name leads that the application has configured; None if no name is asked
            about.
        addresses, routes, adapters: its own.
        networks: those that it is connected to; empty if it has none, or does not report them.
        firewall: None if it could not be read.
        policies: its table of preferences among addresses, None if that was not read.
        rule_names: the folded names of its own rules, which a new one can't have.
        stopped: services of the firewall that should run and don't.
        may_filter: names of security products of other makers that may filter traffic.
        tries: by address and port.
        why_not: why it has tried nothing, None if it has, or if that was not asked.
    """

    host: str
    resolved: Resolved | None = None
    addresses: tuple[OwnAddress, ...] = ()
    routes: tuple[Route, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    networks: tuple[Network, ...] = ()
    firewall: Firewall | None = None
    policies: tuple[PrefixPolicy, ...] | None = None
    rule_names: frozenset[str] = frozenset()
    stopped: tuple[str, ...] = ()
    may_filter: tuple[str, ...] = ()
    tries: Mapping[Target, Try] = field(default_factory=dict)
    why_not: Phrase | None = None

    @cached_property
    def ways(self) -> Ways:
        """How packets leave it."""
        policies = self.policies or DEFAULT_POLICIES
        return Ways(self.addresses, self.routes, self.adapters, self.networks, policies)


@dataclass(frozen=True)
class ServerSituation:
    """What is known of the server: its name in the inventory, and what port_check reads. `routes`
    are its own, empty if they were not read."""

    host: str
    situation: Situation
    routes: tuple[Route, ...] = ()

    @property
    def addresses(self) -> tuple[OwnAddress, ...]:
        """All of its own addresses."""
        return self.situation.snapshot.addresses

    @cached_property
    def known(self) -> tuple[str, ...]:
        """Its own addresses for other hosts, without zones; empty if it reports none."""
        snapshot, arrives = self.situation.snapshot, self.situation.arrives
        if not snapshot.addresses:
            return () if arrives is None else (arrives,)
        found = (each.address.text for each in snapshot.addresses if _is_for_others(each))
        return tuple(dict.fromkeys(found))

    def has(self, address: str) -> bool:
        """Whether an address is one of its own."""
        return bare(plain(address)) in self._known

    def uses(self, address: str) -> bool:
        """Whether it uses an address of its own: not one of an adapter that is not connected, nor
        one that another machine has."""
        found = self._own(address)
        return self.has(address) and (found is None or found.usable)

    def is_duplicate(self, address: str) -> bool:
        """Whether Windows has found that another machine has an address of its own too."""
        found = self._own(address)
        return found is not None and found.state is AddressState.DUPLICATE

    def _own(self, address: str) -> OwnAddress | None:
        return self._by_text.get(bare(plain(address)))

    # A server with many web sites has many addresses, and a hostile one as many as are read.
    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.known)

    @cached_property
    def _by_text(self) -> Mapping[str, OwnAddress]:
        # If an address is listed twice, the first row counts.
        return {each.address.text: each for each in reversed(self.addresses)}


def _is_for_others(address: OwnAddress) -> bool:
    """Whether other hosts may connect to it. A hostile host may call anything its own."""
    parsed = ipaddress.ip_address(address.address.text)
    if parsed.is_multicast or parsed == _BROADCAST:
        return False
    return address.address.scope not in (Scope.LOOPBACK, Scope.ALL)
