# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of traffic from a neighbour to the endpoints of a simulated PC."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from winsim.firewall.enforcement import Decision, Enforcement, Packet
from winsim.names import folded
from winsim.state import Delivery, Endpoint

if TYPE_CHECKING:
    from winsim.machine import Machine

_CATEGORIES = ("public", "private", "domain")
_SYSTEM_PID = 4
#: The words of rules ([MS-GPFAS] 2.2.2.8) for IANA's interface types: wired, wireless, PPP. That
#: Windows looks at these numbers is inferred.
_INTERFACE_TYPES = {6: "Lan", 71: "Wireless", 23: "RemoteAccess"}


class Inbound:
    """The firewall of one machine: Windows' own, or a product that has taken its place."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        #: By profile. Reading the rules takes longer than everything that is asked of them.
        self._enforcements: dict[str, Enforcement] = {}

    def changed(self) -> None:
        """Rules or settings have changed."""
        self._enforcements = {}

    def delivery(self, endpoint: Endpoint) -> Delivery:
        decision = self.decide(endpoint)
        return Delivery.ACCEPT if decision is None or decision.allowed else Delivery.DROP

    def decide(self, endpoint: Endpoint) -> Decision | None:
        """May a neighbour, a host of the same subnet, reach that endpoint? None where nobody
        filters: on loopback, and where the image has no firewall."""
        machine = self._machine
        if ipaddress.ip_address(_without_zone(endpoint.local_address)).is_loopback:
            return None
        for product in machine.firewall_products:
            if product.on:
                wanted = (endpoint.protocol, endpoint.local_port)
                return Decision(wanted in product.allows, product.name)
        if machine.firewall is None:
            return None
        network = machine.network.main_profile
        # A network that Windows hasn't identified is public.
        profile = _CATEGORIES[network.category] if network else "public"
        enforcement = self._enforcements.get(profile)
        if enforcement is None:
            enforcement = self._enforcements[profile] = Enforcement(machine.firewall, profile)
        return enforcement.decide(self._packet(endpoint))

    def _packet(self, endpoint: Endpoint) -> Packet:
        machine = self._machine
        local = self._local_address(endpoint)
        process = machine.process(endpoint.pid)
        program = process.path if process else None
        dynamic = machine.network.dynamic.get((endpoint.family, endpoint.protocol))
        adapter = machine.network.main_adapter
        return Packet(
            protocol=endpoint.protocol,
            local_address=local,
            local_port=endpoint.local_port,
            remote_address=machine.network.neighbour(local),
            program="System" if endpoint.pid == _SYSTEM_PID else program,
            services=frozenset(folded(s.name) for s in machine.services_in(endpoint.pid)),
            rpc=endpoint.protocol == "tcp"
            and dynamic is not None
            and dynamic.start <= endpoint.local_port <= dynamic.end,
            interface=adapter.id if adapter else "",
            interface_type=_INTERFACE_TYPES.get(adapter.interface_type, "") if adapter else "Lan",
        )

    def _local_address(self, endpoint: Endpoint) -> str:
        """The address at which a neighbour finds a socket that is bound to it, or to all."""
        if endpoint.local_address not in {"0.0.0.0", "::"}:
            return _without_zone(endpoint.local_address)
        network = self._machine.network
        if endpoint.family == "ipv4" or endpoint.dual_stack:
            return network.main_address or self._machine.address
        return _without_zone(network.ipv6_link_local or "fe80::1")


def _without_zone(address: str) -> str:
    return address.partition("%")[0]
