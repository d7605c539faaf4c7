# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of traffic to the endpoints of a simulated PC."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from winsim.firewall.enforcement import Decision, Direction, Enforcement, Packet
from winsim.names import folded
from winsim.state import Delivery, Endpoint

if TYPE_CHECKING:
    from winsim.machine import Machine

_CATEGORIES = ("public", "private", "domain")
_SYSTEM_PID = 4
#: Windows chooses the port of a client from the dynamic range, which starts there by default.
_FIRST_DYNAMIC = 49152
#: The words of rules ([MS-GPFAS] 2.2.2.8) for IANA's interface types: wired, wireless, PPP. That
#: Windows looks at these numbers is inferred.
_INTERFACE_TYPES = {6: "Lan", 71: "Wireless", 23: "RemoteAccess"}


class Enforcements:
    """The rules that count in each network of a machine, for traffic of one direction."""

    def __init__(self, machine: Machine, direction: Direction) -> None:
        self._machine = machine
        self._direction = direction
        #: By profile. Reading the rules takes longer than everything that is asked of them.
        self._found: dict[str, Enforcement] = {}

    def changed(self) -> None:
        """Rules or settings have changed."""
        self._found = {}

    def at(self, index: int) -> Enforcement | None:
        """Those for an interface; None where the image has no firewall."""
        if self._machine.firewall is None:
            return None
        profile = profile_at(self._machine, index)
        found = self._found.get(profile)
        if found is None:
            found = Enforcement(self._machine.firewall, profile, self._direction)
            self._found[profile] = found
        return found


class Inbound:
    """The firewall of one machine: Windows' own, or a product that has taken its place."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._enforcements = Enforcements(machine, "in")

    def changed(self) -> None:
        """Rules or settings have changed."""
        self._enforcements.changed()

    def delivery(self, endpoint: Endpoint, target: str = "", source: str = "") -> Delivery:
        decision = self.decide(endpoint, target, source)
        return Delivery.ACCEPT if decision is None or decision.allowed else Delivery.DROP

    def decide(self, endpoint: Endpoint, target: str = "", source: str = "") -> Decision | None:
        """May somebody at the address `source` reach that endpoint at `target`, an address of the
        machine? Without these: a neighbour, a host of the same subnet, wherever it finds the
        endpoint. None where nobody filters: on loopback, and where the image has no firewall."""
        machine = self._machine
        if ipaddress.ip_address(without_zone(endpoint.local_address)).is_loopback:
            return None
        if source and machine.network.interface_of(source) is not None:
            return None  # the machine itself
        for product in machine.firewall_products:
            if product.on:
                wanted = (endpoint.protocol, endpoint.local_port)
                return Decision(wanted in product.allows, product.name)
        index = self.index_at(target)
        enforcement = self._enforcements.at(index)
        if enforcement is None:
            return None
        return enforcement.decide(self.packet(endpoint, target, source))

    def index_at(self, target: str) -> int:
        """The interface at which traffic to that address of the machine comes in."""
        network = self._machine.network
        index = network.interface_of(target) if target else None
        return network.main_index if index is None else index

    def is_silent(self, target: str) -> bool:
        """Whether there is no answer from a port where nothing listens: the stealth mode of the
        firewall, unless it is off (KB 2586744; [MS-FASP] 2.2.38, value 4)."""
        machine = self._machine
        if any(product.on for product in machine.firewall_products):
            return True
        index = machine.network.interface_of(target)
        enforcement = None if index is None else self._enforcements.at(index)
        return enforcement is not None and enforcement.is_silent

    def packet(self, endpoint: Endpoint, target: str = "", source: str = "") -> Packet:
        """What comes from `source` to that endpoint, as `decide` has it."""
        machine = self._machine
        index = self.index_at(target)
        network = machine.network
        local = without_zone(target) or self._local_address(endpoint)
        dynamic = network.dynamic.get((endpoint.family, endpoint.protocol))
        adapter = network.adapter_at(index)
        return Packet(
            protocol=endpoint.protocol,
            local_address=local,
            local_port=endpoint.local_port,
            remote_address=without_zone(source) or network.neighbour(local),
            local_subnet=not source or network.is_local(source, index),
            program=program_of(machine, endpoint.pid),
            services=services_in(machine, endpoint.pid),
            rpc=endpoint.protocol == "tcp"
            and dynamic is not None
            and dynamic.start <= endpoint.local_port <= dynamic.end,
            interface=adapter.id if adapter else "",
            interface_type=_INTERFACE_TYPES.get(adapter.interface_type, "") if adapter else "Lan",
        )

    def _local_address(self, endpoint: Endpoint) -> str:
        """The address at which a neighbour finds a socket that is bound to it, or to all."""
        if endpoint.local_address not in {"0.0.0.0", "::"}:
            return without_zone(endpoint.local_address)
        network = self._machine.network
        if endpoint.family == "ipv4" or endpoint.dual_stack:
            return network.main_address or self._machine.address
        return without_zone(network.ipv6_link_local or "fe80::1")


class Outbound:
    """What the same firewall lets the programs of the machine do."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._enforcements = Enforcements(machine, "out")

    def changed(self) -> None:
        """Rules or settings have changed."""
        self._enforcements.changed()

    def decide(self, pid: int, source: str, index: int, target: str, port: int) -> Decision | None:
        """May a process connect to that port over TCP, from the address `source` of the interface
        `index`? None where nobody filters."""
        machine = self._machine
        ip = ipaddress.ip_address(without_zone(target))
        if ip.is_loopback or machine.network.interface_of(target) is not None:
            return None
        for product in machine.firewall_products:
            if product.on:
                return Decision(port not in product.holds_back, product.name)
        enforcement = self._enforcements.at(index)
        if enforcement is None:
            return None
        adapter = machine.network.adapter_at(index)
        kind = _INTERFACE_TYPES.get(adapter.interface_type, "") if adapter else "Lan"
        packet = Packet(
            protocol="tcp",
            local_address=without_zone(source),
            local_port=_FIRST_DYNAMIC,
            remote_address=str(ip),
            remote_port=port,
            local_subnet=machine.network.is_local(target, index),
            program=program_of(machine, pid),
            services=services_in(machine, pid),
            interface=adapter.id if adapter else "",
            interface_type=kind,
        )
        return enforcement.decide(packet)


def profile_at(machine: Machine, index: int) -> str:
    """``domain``, ``private`` or ``public``, as which a network that Windows hasn't identified counts."""
    network = machine.network.profile_at(index)
    return _CATEGORIES[network.category] if network else "public"


def program_of(machine: Machine, pid: int) -> str | None:
    process = machine.process(pid)
    return "System" if pid == _SYSTEM_PID else process.path if process else None


def services_in(machine: Machine, pid: int) -> frozenset[str]:
    return frozenset(folded(service.name) for service in machine.services_in(pid))


def without_zone(address: str) -> str:
    return address.partition("%")[0]
