# SPDX-License-Identifier: GPL-3.0-or-later
"""What the network stack of a simulated machine holds: networks, adapters, addresses, routes.

Nothing of it changes while the machine runs, but the categories of its networks
(`Machine.give_category`).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

Protocol: TypeAlias = Literal["tcp", "udp"]
Family: TypeAlias = Literal["ipv4", "ipv6"]

#: Index and name of the loopback interface (published Get-NetIPAddress listings, English and
#: others: the name is not translated).
LOOPBACK_INDEX = 1
LOOPBACK_ALIAS = "Loopback Pseudo-Interface 1"
#: NetworkCategory of MSFT_NetConnectionProfile for the network of a domain (its documentation).
DOMAIN = 2
#: IANA's interface types and NDIS_PHYSICAL_MEDIUM of a wired adapter (published Get-NetAdapter).
ETHERNET = 6
WIRED = 14
#: How far a subnet reaches where an image doesn't say.
PREFIXES = {4: 24, 6: 64}
#: AddressState of MSFT_NetIPAddress (its documentation).
DEPRECATED, PREFERRED = 3, 4
#: Those by which the machine can be reached.
VALID = frozenset({DEPRECATED, PREFERRED})
#: Automatic metrics of interfaces, by IANA's type: Ethernet of 1 Gbit/s, wireless, PPP; and that of the
#: loopback interface (published listings of Get-NetIPInterface on Windows 10 and later).
_METRICS = {6: 25, 71: 35, 23: 26}
_LOOPBACK_METRIC = 75


@dataclass(frozen=True)
class ConnectionProfile:
    """The network that an interface is connected to (MSFT_NetConnectionProfile), and the adapter
    behind it."""

    name: str
    interface_alias: str
    interface_index: int
    #: 0 public, 1 private, 2 domain.
    category: int
    ipv4_connectivity: int = 4
    ipv6_connectivity: int = 1
    instance_id: str = ""
    interface_type: int = ETHERNET
    medium: int = WIRED
    virtual: bool = False


@dataclass(frozen=True)
class Adapter:
    """A network adapter, connected or not (MSFT_NetAdapter)."""

    alias: str
    index: int
    #: Its GUID in braces.
    id: str
    interface_type: int = ETHERNET
    medium: int = WIRED
    virtual: bool = False


@dataclass(frozen=True)
class OwnAddress:
    """An address of the machine itself (MSFT_NetIPAddress)."""

    #: With its zone, where it is a link-local one of IPv6.
    text: str
    prefix: int
    index: int
    alias: str
    state: int = PREFERRED
    #: Of IPv6: made of a random number, for some hours, and then replaced by another one.
    temporary: bool = False
    #: No connection starts from it.
    skip_as_source: bool = False

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        return ipaddress.ip_address(self.text.partition("%")[0])

    @property
    def subnet(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        return ipaddress.ip_network(f"{self.ip}/{self.prefix}", strict=False)


@dataclass(frozen=True)
class Route:
    """A route (MSFT_NetRoute). `next_hop` is the unspecified address on the link itself."""

    destination: str
    next_hop: str
    index: int
    alias: str
    metric: int = 256
    #: In use; otherwise it is only kept for the next start.
    active: bool = True


@dataclass(frozen=True)
class Hurdle:
    """What stands between the machine and others, as a firewall of the network: it drops what goes to
    these addresses, or refuses it."""

    refuses: bool
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    #: None: every port.
    port: int | None = None

    def stops(self, address: str, port: int) -> bool:
        ip = ipaddress.ip_address(address.partition("%")[0])
        return ip in self.network and self.port in {None, port}


@dataclass(frozen=True)
class NatMapping:
    """A port that WinNAT translates: nothing listens for it (MSFT_NetNatStaticMapping)."""

    name: str
    protocol: Protocol
    external: str
    external_port: int
    internal: str
    internal_port: int


@dataclass(frozen=True)
class PortRange:
    """Ports from `start` to `end`, both included."""

    start: int
    end: int
    #: Made by an administrator (netsh marks such an exclusion with an asterisk).
    administered: bool = False


@dataclass(frozen=True)
class Network:
    """What the network stack holds that doesn't change while the machine runs."""

    ipv4: str = ""
    #: With its zone.
    ipv6_link_local: str = ""
    workgroup: str = "WORKGROUP"
    #: The DNS name of the domain that the PC has joined.
    domain: str | None = None
    profiles: tuple[ConnectionProfile, ...] = ()
    #: Adapters that are connected to no network.
    unconnected: tuple[Adapter, ...] = ()
    nat: tuple[NatMapping, ...] = ()
    #: Connected ones whose network has no profile: MSFT_NetConnectionProfile leaves some out.
    unidentified: tuple[Adapter, ...] = ()
    #: Addresses besides `ipv4` and `ipv6_link_local`.
    more_addresses: tuple[OwnAddress, ...] = ()
    #: The address that others see in the place of its own, where the network translates it.
    seen_as: str = ""
    on_the_way: tuple[Hurdle, ...] = ()
    #: Interfaces from which no answer ever comes, as a VPN whose other end doesn't lead there.
    dead_ends: frozenset[int] = frozenset()
    ipv4_prefix: int = PREFIXES[4]
    ipv4_state: int = PREFERRED
    #: The router; none where nothing leads out of the subnets.
    gateways: tuple[str, ...] = ()
    #: Routes besides those that every interface and router have.
    more_routes: tuple[Route, ...] = ()
    #: Metrics of interfaces, where they are not the usual ones.
    interface_metrics: dict[int, int] = field(default_factory=dict)
    excluded: dict[tuple[Family, Protocol], tuple[PortRange, ...]] = field(default_factory=dict)
    dynamic: dict[tuple[Family, Protocol], PortRange] = field(default_factory=dict)
    #: Does root/StandardCimv2 have the classes of the network stack? They came with Windows 8
    #: and Windows Server 2012 (requirements of MSFT_NetTCPConnection in its documentation).
    has_cim_classes: bool = True

    @property
    def adapters(self) -> tuple[Adapter, ...]:
        """All of them."""
        connected = (
            Adapter(
                each.interface_alias,
                each.interface_index,
                each.instance_id,
                each.interface_type,
                each.medium,
                each.virtual,
            )
            for each in self.profiles
        )
        return (*connected, *self.unidentified, *self.unconnected)

    @property
    def main_index(self) -> int:
        """The interface of `ipv4` and `ipv6_link_local`: that of the first network, else that of
        the latter's zone, else the first one."""
        zone = self.ipv6_link_local.partition("%")[2]
        if zone.isdigit() and not self.profiles:
            return int(zone)
        return self.adapters[0].index if self.adapters else LOOPBACK_INDEX + 1

    def profile_at(self, index: int) -> ConnectionProfile | None:
        """The network that an interface is connected to."""
        return next((each for each in self.profiles if each.interface_index == index), None)

    def adapter_at(self, index: int) -> Adapter | None:
        return next((each for each in self.adapters if each.index == index), None)

    def interface_of(self, address: str) -> int | None:
        """The interface that has this address, which connections may be made to; the zone of an
        IPv6 address is that of another machine."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        found = (each.index for each in self.addresses if each.ip == ip and each.state in VALID)
        return next(found, None)

    def is_local(self, address: str, index: int) -> bool:
        """Whether an address is in a subnet of that interface."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        return any(
            each.index == index and each.state in VALID and ip in each.subnet
            for each in self.addresses
        )

    @property
    def main_profile(self) -> ConnectionProfile | None:
        """The network by which the machine's neighbours come."""
        return self.profile_at(self.main_index)

    @property
    def main_adapter(self) -> Adapter | None:
        return self.adapter_at(self.main_index)

    @cached_property
    def addresses(self) -> tuple[OwnAddress, ...]:
        """All addresses, those of the loopback interface last."""
        main, alias = self.main_index, self.alias_of(self.main_index)
        first = [
            OwnAddress(text, prefix, main, alias, state)
            for text, prefix, state in (
                (self.ipv4, self.ipv4_prefix, self.ipv4_state),
                (self.ipv6_link_local, PREFIXES[6], PREFERRED),
            )
            if text
        ]
        loopback = [
            OwnAddress(text, prefix, LOOPBACK_INDEX, LOOPBACK_ALIAS)
            for text, prefix in (("127.0.0.1", 8), ("::1", 128))
        ]
        return (*first, *self.more_addresses, *loopback)

    @property
    def main_address(self) -> str:
        """The address at which neighbours find the machine: the IPv4 one, else the first of IPv6
        that is no link-local one, without a zone; empty where an image has none."""
        if self.ipv4:
            return self.ipv4
        found = [each for each in self.addresses if each.index == self.main_index]
        found.sort(key=lambda each: each.ip.is_link_local)
        return str(found[0].ip) if found else ""

    def metric_of(self, index: int) -> int:
        """What an interface adds to the metric of each of its routes."""
        if index == LOOPBACK_INDEX:
            return _LOOPBACK_METRIC
        types = {each.index: each.interface_type for each in self.adapters}
        return self.interface_metrics.get(index, _METRICS.get(types.get(index, ETHERNET), 25))

    def alias_of(self, index: int) -> str:
        """The name of the adapter with that index."""
        if index == LOOPBACK_INDEX:
            return LOOPBACK_ALIAS
        named = (each.alias for each in self.adapters if each.index == index)
        return next(named, "Ethernet")

    def subnet_of(self, address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """The subnet of an address: that of the machine's own one, else one of usual size."""
        ip = ipaddress.ip_address(address.partition("%")[0])
        for each in self.addresses:
            if each.ip == ip:
                return each.subnet
        return ipaddress.ip_network(f"{ip}/{PREFIXES[ip.version]}", strict=False)

    def neighbour(self, address: str) -> str:
        """Another host's address in the same subnet: for ``192.0.2.9`` it is ``192.0.2.254``."""
        subnet = self.subnet_of(address)
        if subnet.num_addresses < 4:
            subnet = ipaddress.ip_network(
                f"{subnet.network_address}/{PREFIXES[subnet.version]}", strict=False
            )
        last = subnet[-2]
        return str(last if str(last) != address else subnet[-3])

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """As published listings of Get-NetRoute have them: to the router, to each subnet, to each
        address, and to multicast of each interface. An address that isn't valid brings none."""
        found = list(self.more_routes)
        for gateway in self.gateways:
            version = ipaddress.ip_address(gateway.partition("%")[0]).version
            destination = "0.0.0.0/0" if version == 4 else "::/0"
            index = self._towards(gateway)
            found.append(Route(destination, gateway, index, self.alias_of(index), 0))
        for each in self.addresses:
            if each.state not in VALID:
                continue
            nowhere = "0.0.0.0" if each.ip.version == 4 else "::"
            of_family = "224.0.0.0/4" if each.ip.version == 4 else "ff00::/8"
            alone = f"{each.ip}/{each.ip.max_prefixlen}"
            found += (
                Route(destination, nowhere, each.index, each.alias)
                for destination in dict.fromkeys((str(each.subnet), alone, of_family))
            )
        return tuple(dict.fromkeys(found))

    def _towards(self, gateway: str) -> int:
        bare, _unused, zone = gateway.partition("%")
        if zone.isdigit():
            return int(zone)
        ip = ipaddress.ip_address(bare)
        inside = (each.index for each in self.addresses if ip in each.subnet)
        return next(inside, self.main_index)
