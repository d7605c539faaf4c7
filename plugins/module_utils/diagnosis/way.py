# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides which address the controller's own attempts may go to: only the one that has answered as
the PC.

The PC has answered over a connection whose other end is known. That end is the PC itself unless
there is a proxy, or something that forwards a port, such as Vagrant or SSH. Then an attempt would
go to a machine that is not in the inventory.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .causes.model import CauseKind, Situation

#: The host's end of a connection, its IP address and port; None if it is a proxy's.
Peer: TypeAlias = "tuple[str, int] | None"

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
    """

    address: str | None = None
    own: str | None = None
    why_not: CauseKind | None = None


def find(peers: Iterable[Peer], own: str | None, situation: Situation) -> Way:
    """Where attempts may go.

    Args:
        peers: the senders of the answers from which the situation was read.
        own: the controller's end of the latest connection.
        situation: it includes the listeners on the ports from which WinRM answered.
    """
    seen = set(peers)
    if not seen or None in seen:
        return Way(why_not=CauseKind.THROUGH_PROXY)
    ends = {(plain(peer[0]), peer[1]) for peer in seen if peer is not None}
    if len({address for address, _port in ends}) > 1:
        return Way(why_not=CauseKind.ADDRESS_CHANGED)
    address = next(iter(ends))[0]
    if not _is_the_pc(address, {port for _address, port in ends}, situation):
        return Way(why_not=CauseKind.FORWARDED)
    return Way(address, _known_to_others(own))


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
    return None if ipaddress.ip_address(address).is_loopback else address
