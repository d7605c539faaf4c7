# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The question that a verdict answers: a listener, the network by which traffic comes in, and its
source; or what sends traffic, the network by which it leaves, and its destination."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...ground.model import SYSTEM_PID, Endpoint, Process, Protocol, Scope, Service, parse_address
from ...ground.names import ascii_lower, name_key
from ...words.phrases import PhraseError
from ..networks.network import Network
from ..policy import addresses
from ..policy.addresses import AddressError, Interval
from ..policy.environment import Environment
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP

ANY = "any"
# Store apps, those of Windows, and those that Visual Studio registers where it builds them.
_OF_PACKAGES = ("\\windowsapps\\", "\\systemapps\\", "\\appx\\")
# The name of the kernel in rules; it listens for http.sys, SMB and other drivers.
SYSTEM = "System"
# For messages about traffic that may have any local address of its family.
_UNSPECIFIED = {4: "0.0.0.0", 6: "::"}  # noqa: S104  (nothing is bound here)


@dataclass(frozen=True, slots=True)
class Listener:
    """Something that waits for traffic.

    `protocol` is the IP protocol number, `port` its local port (None for protocols without
    ports), `local_address` the address it is bound to (``0.0.0.0``, ``::``, or one address).
    `program` is the full path of its executable, ``System`` for the kernel, None if unknown;
    `services` the names of the services in its process, None if unknown. `icmp` is a type and a
    code. `packaged` says whether it is an app package; if it is None, its folder is judged instead.
    `ipv6_only` says that a listener on ``::`` certainly serves no IPv4; otherwise it may, because
    Windows lists a dual-stack socket as ``::`` alone. `inherited` are the services that may have
    started the process and whose identity it has then, None if it may be any. `planned` says that
    nothing listens yet: what will is taken to be no program of Windows and no app package for which
    there are rules, unless it is certainly one or a rule names the port.
    """

    protocol: int
    port: int | None
    local_address: str = "0.0.0.0"  # noqa: S104  (nothing is bound here)
    program: str | None = None
    services: tuple[str, ...] | None = None
    icmp: tuple[int, int] | None = None
    packaged: bool | None = None
    ipv6_only: bool = False
    inherited: tuple[str, ...] | None = ()
    planned: bool = False

    @property
    def families(self) -> tuple[int, ...]:
        """The families, 4 and 6, of the traffic that may reach it, IPv4 first.

        Raises:
            AddressError: its address is not an address.
        """
        if self.protocol in (ICMPV4, ICMPV6):
            return (4,) if self.protocol == ICMPV4 else (6,)
        family, number = addresses.parse_number(self.local_address)
        return (4, 6) if (family, number) == (6, 0) and not self.ipv6_only else (family,)

    @classmethod
    def of(
        cls,
        endpoint: Endpoint,
        process: Process | None,
        services: Iterable[Service] | None = None,
        *,
        inherited: Iterable[Service] | None = (),
        ipv6_only: bool = False,
    ) -> Listener:
        """The listener of an endpoint.

        Args:
            endpoint: the TCP listener or UDP endpoint.
            process: its process, None if unknown.
            services: the services in that process; None if they were not read.
            ipv6_only: whether its socket on ``::`` certainly serves no IPv4.
            inherited: the services that may have started it; None if it may be any.
        """
        if endpoint.pid == SYSTEM_PID:
            program: str | None = SYSTEM
        else:
            program = process.path if process else None
        return cls(
            TCP if endpoint.protocol is Protocol.TCP else UDP,
            endpoint.port,
            str(endpoint.local),
            program,
            None if services is None else tuple(service.name for service in services),
            ipv6_only=ipv6_only,
            inherited=None if inherited is None else tuple(each.name for each in inherited),
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """Something that opens a connection to another host, or sends it the first packet.

    `protocol` is the IP protocol number, `remote_port` the port it sends to (None for protocols
    without ports). `program` is the full path of its executable, ``System`` for the kernel, None if
    unknown; `services` are the names of the services in its process, empty for a program that is
    no service, None if unknown; `inherited` and `packaged` are as those of a `Listener`.
    `local_address` is the address that it sends from, None if it may be any of the network's.
    `local_port` is the port that it sends from, None if Windows chooses it, as it usually does.
    `icmp` is a type and a code.
    """

    protocol: int
    remote_port: int | None
    program: str | None = None
    services: tuple[str, ...] | None = None
    packaged: bool | None = None
    local_address: str | None = None
    local_port: int | None = None
    icmp: tuple[int, int] | None = None
    inherited: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """A question, with its texts parsed once. `family` is 4 or 6; a number is None for any address.

    `port` is that of the server: the local one of inbound traffic, the remote one of outbound
    traffic. `client_port` is the other one, None if it is unknown, as it is for all inbound
    traffic. `program` is that of the listener or the sender, folded, and `plain_program` the same
    if it can be compared letter by letter (`Environment.plain`). `packaged` is False for programs
    that are not app packages, None if that is unknown. It is judged by the folder, but a package
    may be in any: `elsewhere_packaged` is False only for what is certainly none.
    """

    outbound: bool
    protocol: int
    port: int | None
    client_port: int | None
    icmp: tuple[int, int] | None
    network: Network
    family: int
    local_number: int | None
    remote_number: int | None
    local_numbers: tuple[int, ...]
    subnets: tuple[Interval, ...]
    perhaps_local: tuple[Interval, ...]
    program: str | None
    plain_program: str | None
    services: frozenset[str] | None
    inherited: frozenset[str] | None
    packaged: bool | None
    elsewhere_packaged: bool
    windows_program: bool
    planned: bool


class TrafficError(PhraseError, ValueError):
    """Such traffic is impossible; the clause says why."""


def families(listener: Listener, network: Network, remote: str) -> tuple[int, ...]:
    """The families of the traffic that a question is about, IPv4 first: that of the source or, for
    ``any``, those that the listener serves and the host has addresses of on the network.

    Raises:
        AddressError: a text is not an address.
    """
    if ascii_lower(remote) != ANY:
        return (addresses.parse_number(remote)[0],)
    return _of_network(listener.families, network)


def outbound_families(sender: Sender, network: Network, remote: str) -> tuple[int, ...]:
    """The same for outbound traffic: the family of the destination or, for ``any``, those that the
    host has addresses of.

    Raises:
        TrafficError: the sender's address is not of the family of its protocol.
        AddressError: a text is not an address.
    """
    if ascii_lower(remote) != ANY:
        return (addresses.parse_number(remote)[0],)
    return _of_network(_sent(sender), network)


def _sent(sender: Sender) -> tuple[int, ...]:
    """The families of the traffic that something may send, one at least.

    Raises:
        TrafficError: its address is not of the family of its protocol.
        AddressError: its address is none.
    """
    possible = {ICMPV4: (4,), ICMPV6: (6,)}.get(sender.protocol, (4, 6))
    if sender.local_address is None:
        return possible
    family, _number = addresses.parse_number(sender.local_address)
    if family not in possible:
        remote, local = _UNSPECIFIED[possible[0]], sender.local_address
        raise TrafficError("address.other_family", remote=remote, local=local)
    return (family,)


def _of_network(possible: tuple[int, ...], network: Network) -> tuple[int, ...]:
    own = tuple(each for each in possible if any(_numbers(network.addresses, each)))
    return own or possible


def ask(
    listener: Listener,
    network: Network,
    remote: str,
    environment: Environment,
    family: int | None = None,
) -> Traffic:
    """Parse the texts of a question.

    Args:
        remote: an address, or ``any``.
        family: 4 or 6; None for that of the source or, for ``any``, that of the listener's address.

    Raises:
        TrafficError: remote and local address are of different families.
        AddressError: a text is not an address.
    """
    local_family, local_number = addresses.parse_number(listener.local_address)
    wildcard = parse_address(listener.local_address).scope is Scope.ALL
    remote_number = None
    remote_family = family or local_family
    if ascii_lower(remote) != ANY:
        remote_family, remote_number = addresses.parse_number(remote)
    family = family or remote_family
    if remote_family != family or family not in (local_family, *listener.families):
        raise TrafficError("address.other_family", remote=remote, local=listener.local_address)
    return _traffic(
        listener,
        network,
        environment,
        outbound=False,
        port=listener.port,
        client_port=None,
        family=family,
        local_number=None if wildcard else local_number,
        remote_number=remote_number,
    )


def ask_outbound(
    sender: Sender,
    network: Network,
    remote: str,
    environment: Environment,
    family: int | None = None,
) -> Traffic:
    """Parse the texts of a question about outbound traffic.

    Args:
        network: how it leaves.
        remote: the address that it is sent to, or ``any``.
        family: 4 or 6; None for that of the destination or, for ``any``, the first one that the
            sender may use.

    Raises:
        TrafficError: the destination and the sender's address or protocol are of different
            families.
        AddressError: a text is not an address.
    """
    sent = _sent(sender)
    local_number = None
    if (
        sender.local_address is not None
        and parse_address(sender.local_address).scope is not Scope.ALL
    ):
        _unused, local_number = addresses.parse_number(sender.local_address)
    remote_number = None
    remote_family = family or sent[0]
    if ascii_lower(remote) != ANY:
        remote_family, remote_number = addresses.parse_number(remote)
    family = family or remote_family
    if remote_family != family or family not in sent:
        local = sender.local_address or _UNSPECIFIED[sent[0]]
        raise TrafficError("address.other_family", remote=remote, local=local)
    return _traffic(
        sender,
        network,
        environment,
        outbound=True,
        port=sender.remote_port,
        client_port=sender.local_port,
        family=family,
        local_number=local_number,
        remote_number=remote_number,
    )


def _traffic(
    end: Listener | Sender,
    network: Network,
    environment: Environment,
    *,
    outbound: bool,
    port: int | None,
    client_port: int | None,
    family: int,
    local_number: int | None,
    remote_number: int | None,
) -> Traffic:
    program = name_key(end.program) if end.program else None
    return Traffic(
        outbound=outbound,
        protocol=end.protocol,
        port=port,
        client_port=client_port,
        icmp=end.icmp,
        network=network,
        family=family,
        local_number=local_number,
        remote_number=remote_number,
        local_numbers=tuple(_numbers(network.addresses, family)),
        subnets=tuple(addresses.intervals_of_family(network.subnets, family)),
        perhaps_local=tuple(addresses.intervals_of_family(network.perhaps_local, family)),
        program=program,
        plain_program=environment.plain(end.program),
        services=_names(end.services),
        inherited=_names(end.inherited),
        packaged=_packaged(program) if end.packaged is None else end.packaged,
        elsewhere_packaged=end.packaged is None
        and program != name_key(SYSTEM)
        and not end.services,
        windows_program=program is not None and environment.is_windows_path(program),
        planned=isinstance(end, Listener) and end.planned,
    )


def is_loopback(asked: Traffic) -> bool:
    """Traffic of a host with itself is not filtered (such a listener can't be reached from other
    hosts, but not because of the firewall)."""
    for number in (asked.local_number, asked.remote_number):
        if number is not None and (number >> 24 == 127 if asked.family == 4 else number == 1):
            return True
    return False


def _names(services: Iterable[str] | None) -> frozenset[str] | None:
    return None if services is None else frozenset(name_key(name) for name in services)


def _numbers(texts: Iterable[str], family: int) -> Iterable[int]:
    for text in texts:
        try:
            found, number = addresses.parse_number(text)
        except AddressError:
            continue
        if found == family:
            yield number


def _packaged(program: str | None) -> bool | None:
    if program is None:
        return None
    # Packages are in these folders; it is unknown whether a process there runs as one.
    return None if any(folder in program for folder in _OF_PACKAGES) else False
