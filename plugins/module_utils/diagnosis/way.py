# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides which address the controller's own attempts may go to, only the one that has answered as
the PC, and at which of its own addresses the PC gets them.

The PC has answered over a connection whose other end is known. That end is the PC itself unless
there is a proxy, or something that forwards a port, such as Vagrant, SSH or a bastion. Then an
attempt would go to a machine that is not in the inventory.

The PC shows the same connection as it sees it. Where addresses are translated on the way (NAT, a
cloud), it has another address there than the one that answered. Where something between ends the
connection and begins another one, it shows none that is ours.

Nor does it behind a router that translates the PC's address and our own with its port. Nothing
tells that from something that forwards WinRM's port: in both cases the PC shows a connection from
an address that is not ours, as old as ours, which carries the same bytes, and one more for each
that we open. The port is the only part of a connection that goes through a router and not through
the other. To find out by trying would contact the machine that may not be the PC. So nothing is
tried there either. If the router leaves the PC's address as it is, this address tells who answers.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..ground.model import Endpoint, Scope, Snapshot
from .causes.model import CauseKind, Situation

#: One end of a connection, its IP address and port; None if there is a proxy between.
End: TypeAlias = "tuple[str, int] | None"

# Port forwarders listen here by default. Other addresses of 127.0.0.0/8 may belong to anything,
# such as simulated PCs.
_OURSELVES = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True)
class Way:
    """Where attempts go.

    Attributes:
        address: the IP address, with its zone; None if no attempts may be made.
        own: the controller's address in that connection, if others see it by that.
        why_not: why no attempts may be made.
        translated: the PC does not have the address itself, so a router translates it.
    """

    address: str | None = None
    own: str | None = None
    why_not: CauseKind | None = None
    translated: bool = False


@dataclass(frozen=True)
class Arrival:
    """How the controller's connection to WinRM arrives at the PC, as the PC shows it.

    Attributes:
        address: the PC's own address, without its zone; None if that is unknown.
        controller: the address that the PC sees the controller by; None if that is unknown.
        relayed: something between ends the connection and begins another one, or may do so.
        hidden: the PC sees the controller by another address than its own.
    """

    address: str | None = None
    controller: str | None = None
    relayed: bool = False
    hidden: bool = False


def find(peers: Iterable[End], owns: Iterable[End], situation: Situation) -> Way:
    """Where attempts may go.

    Args:
        peers: the senders of the answers from which the situation was read.
        owns: the controller's ends of the same connections, the latest last.
        situation: it includes the listeners on the ports from which WinRM answered.
    """
    seen, ours = set(peers), [each for each in owns if each is not None]
    if not seen or None in seen:
        return Way(why_not=CauseKind.THROUGH_PROXY)
    ends = {(plain(peer[0]), peer[1]) for peer in seen if peer is not None}
    if len({address for address, _port in ends}) > 1:
        return Way(why_not=CauseKind.ADDRESS_CHANGED)
    address = next(iter(ends))[0]
    if not _is_the_pc(address, {port for _address, port in ends}, situation):
        return Way(why_not=CauseKind.FORWARDED)
    found = arrival([address], ours, situation.snapshot)
    if found.relayed:
        return Way(why_not=CauseKind.FORWARDED)
    own = found.controller
    if own is None and not found.hidden:
        own = _known_to_others(ours[-1][0] if ours else None)
    known = situation.snapshot.addresses
    # No router translates a loopback address: that is a simulated PC.
    translated = bool(known) and not _has(situation.snapshot, address)
    return Way(address, own, translated=translated and not _is_loopback(address))


def placed(situation: Situation, peers: Iterable[End], owns: Iterable[End]) -> Situation:
    """A situation with the host's own address to which the controller is connected, and the
    address by which the host sees it; see `find`."""
    known = [each for each in owns if each is not None]
    found = arrival([peer[0] for peer in peers if peer is not None], known, situation.snapshot)
    return replace(situation, arrives=found.address, controller=found.controller)


def arrival(peers: Iterable[str], owns: Collection[tuple[str, int]], snapshot: Snapshot) -> Arrival:
    """How the controller's connection arrives.

    Args:
        peers: the addresses that the controller is connected to.
        owns: the controller's ends of these connections.
        snapshot: the PC's own addresses, and its connections to WinRM, which include ours.
    """
    there = {bare(plain(each)) for each in peers}
    here = {bare(plain(address)) for address, _port in owns}
    rows = snapshot.connections
    outside = [each for each in rows if _is_from_outside(each)]
    # Routers that translate addresses mostly keep the port of the client.
    by_port = [each for each in outside if each.remote_port in {port for _address, port in owns}]
    exact = [each for each in by_port if _remote(each) in here]
    # A row from what we are connected to is a connection of that machine, whatever its port.
    translated = exact or [each for each in by_port if _remote(each) not in there]
    direct = any(_has(snapshot, address) for address in there)
    # Another connection of ours may have come by another way. Then the PC shows two.
    ours = translated or [each for each in outside if _remote(each) in here and direct]
    if not ours and not direct and (rows or snapshot.addresses):
        return Arrival(_only({_local(each) for each in outside}), relayed=True)
    # No router translates addresses within a subnet, so there the row is only missing.
    hidden = bool(here and outside and not ours) and not any(
        _is_near(snapshot, each) for each in here
    )
    if hidden:
        # One of them is ours.
        ours = [each for each in outside if _local(each) in there]
    local = _only({_local(each) for each in ours})
    if local is None and direct:
        local = _only({each for each in there if _has(snapshot, each)})
    if local is None:
        local = _only({_local(each) for each in outside})
    return Arrival(local, _only({_remote(each) for each in ours}), hidden=hidden)


def _is_from_outside(connection: Endpoint) -> bool:
    remote = connection.remote
    return remote is not None and Scope.LOOPBACK not in (connection.local.scope, remote.scope)


def _remote(connection: Endpoint) -> str:
    return bare(plain(connection.remote.text)) if connection.remote is not None else ""


def _local(connection: Endpoint) -> str:
    return bare(plain(connection.local.text))


def _only(found: Collection[str]) -> str | None:
    """The only one of them; None if there are several, or none."""
    return next(iter(found)) if len(found) == 1 else None


def _has(snapshot: Snapshot, address: str) -> bool:
    """Whether the PC has an address itself."""
    wanted = bare(address)
    return any(
        plain(each.address.text) == wanted and each.address.scope is not Scope.LOOPBACK
        for each in snapshot.addresses
    )


def _is_near(snapshot: Snapshot, address: str) -> bool:
    """Whether an address is in a subnet that the PC is directly connected to."""
    number = ipaddress.ip_address(address)
    subnets = (each.subnet for each in snapshot.addresses if each.subnet is not None)
    return any(number in ipaddress.ip_network(each, strict=False) for each in subnets)


def plain(address: str) -> str:
    """The plain form of an address: ``::ffff:192.0.2.1``, as an IPv6 socket reports an IPv4
    address, becomes IPv4. The zone stays."""
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def bare(address: str) -> str:
    """An address without its zone, which names an interface of the controller."""
    return address.partition("%")[0]


def _is_the_pc(address: str, ports: Collection[int], situation: Situation) -> bool:
    """Whether the answer of WinRM came from the PC itself: from a port on which it listens, and not
    from the controller. The address may be that of a router that translates it."""
    listened = {each.port for each in situation.snapshot.endpoints if each.is_listening}
    return address not in _OURSELVES and listened.issuperset(ports)


def _known_to_others(own: str | None) -> str | None:
    if own is None:
        return None
    address = bare(plain(own))
    return None if _is_loopback(address) else address


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback
